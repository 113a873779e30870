"""A district's extracts and directory, night by night, in a real archive: three buildings, their codes in the SIS and their names in Schoology."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from importlog_tui.archive import Archive
from importlog_tui.model import Kind
from importlog_tui.refresh import bring_in
from importlog_tui.roster import Witness
from importlog_tui.sources import sis
from importlog_tui.sources.status_log import How
from importlog_tui.times import Clock
from tests.stories.mornings import night

SCHOOLS = {"0450": "Lincoln High", "0460": "Mercer Middle", "0470": "Oak Elementary"}
Row = dict[str, str]
HOW = How(Clock(UTC, datetime(2026, 11, 23, 8, tzinfo=UTC)))


def users(each: int = 60) -> list[Row]:
    """That many users in each building, the first of them a teacher."""
    return [
        user(f"{school}{number:03}", school, "Student" if number else "Teacher")
        for school in SCHOOLS
        for number in range(each)
    ]


def user(unique_id: str, school: str, role: str = "Student", **more: str) -> Row:
    return {
        "User Unique ID": unique_id,
        "First Name": "Ada",
        "Last Name": f"Okafor{unique_id[-3:]}",
        "Username": f"u{unique_id}",
        "Email": f"u{unique_id}@example.org",
        "School": school,
        "Role": role,
        **more,
    }


def accounts(sent: Iterable[Mapping[str, str]]) -> list[Row]:
    """What Schoology holds of these users."""
    return [
        {
            "Schoology User ID": f"9{row['User Unique ID']}",
            "Unique User ID": row["User Unique ID"],
            "First Name": row["First Name"],
            "Last Name": row["Last Name"],
            "Email": row["Email"],
            "Role": row["Role"],
            "School Title": SCHOOLS[row["School"]],
            "Status": "Active",
        }
        for row in sent
    ]


def sections(codes: Mapping[str, str]) -> list[Row]:
    """Sections by Section School Code, and the building of each."""
    return [
        {
            "Course Name": f"English {code}",
            "Course Code": f"eng{code}",
            "Section Name": "Section 1",
            "Section School Code": code,
            "Section Code": "01",
            "School": school,
            "Grading Period": f"{school}-T1",
        }
        for code, school in codes.items()
    ]


def enrolled(pairs: Iterable[tuple[str, str]]) -> list[Row]:
    """(Unique ID, Section School Code)."""
    return [
        {
            "Course Code": f"eng{code}",
            "Section Code": "01",
            "Section School Code": code,
            "User Unique ID": unique_id,
            "Enrollment Type": "2",
        }
        for unique_id, code in pairs
    ]


def text(rows: Sequence[Mapping[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(key for row in rows for key in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def send(
    archive: Path,
    folder: Path,
    day: int,
    files: Mapping[str, Sequence[Mapping[str, str]]],
    *,
    clock: str = "00:40",
    witness: Witness = Witness.SIS,
) -> None:
    """Bring in what the SIS sent, or what Schoology held, on a day of November 2026."""
    at = datetime.fromisoformat(f"2026-11-{day:02}T{clock}:00+00:00").timestamp()
    place = folder / f"{witness}-{day}"
    place.mkdir(exist_ok=True)
    with Archive.open(archive) as kept:
        for name, rows in files.items():
            path = place / f"{name}.csv"
            path.write_text(text(rows), encoding="utf-8")
            os.utime(path, (at, at))
            bring_in(kept, sis.read(path, HOW, witness))


def hold(
    archive: Path, folder: Path, day: int, rows: Sequence[Mapping[str, str]], clock: str = "07:00"
) -> None:
    """Bring in what Schoology held in the morning of a day."""
    send(archive, folder, day, {"users": rows}, clock=clock, witness=Witness.DIRECTORY)


def quiet_nights(archive: Path, *days: int) -> None:
    """Nights in which all three imports ran without an error."""
    for day in days:
        for kind, clock in ((Kind.USERS, "01:02"), (Kind.COURSES, "01:07"), (Kind.ENROLLMENTS, "01:12")):
            night(archive, day, clock=clock, kind=kind)
