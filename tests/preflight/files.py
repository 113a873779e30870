"""A tiny district's clean files, changed cell by cell, and what the check finds in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from importlog_tui.archive import Archive
from importlog_tui.refresh import bring_in
from importlog_tui.roster import Witness
from importlog_tui.sources import sis
from importlog_tui.sources.status_log import How
from importlog_tui.times import Clock
from importlog_tui.tonight import Tonight, check

Row = dict[str, str]
Files = Mapping[str, Sequence[Mapping[str, str]] | str | bytes]
"""By name: users, courses, enrollments."""
HOW = How(Clock(UTC, datetime(2026, 11, 23, 8, tzinfo=UTC)))


def users() -> list[Row]:
    return [
        {
            "User Unique ID": number,
            "First Name": first,
            "Last Name": last,
            "Username": f"{first[0]}{last}".lower(),
            "Email": f"{first[0]}{last}@example.org".lower(),
            "School": school,
            "Role": role,
            "Status": "Active",
        }
        for number, first, last, school, role in (
            ("100101", "Ruth", "Castellane", "0450", "Teacher"),
            ("204117", "Maria", "Lopez", "0450", "Student"),
            ("204121", "An", "Nguyen", "0460", "Student"),
            ("204130", "Ada", "Okafor", "0460", "Student"),
        )
    ]


def courses() -> list[Row]:
    return [
        {
            "Course Name": f"English {grade}",
            "Course Code": f"eng{grade}",
            "Section Name": "Section 1",
            "Section School Code": code,
            "Section Code": "01",
            "School": "0450",
            "Grading Period": "0450-T1",
        }
        for grade, code in ((9, "123001"), (10, "123002"))
    ]


def enrollments() -> list[Row]:
    return [
        {
            "Course Code": f"eng{grade}",
            "Section Code": "01",
            "Section School Code": code,
            "User Unique ID": number,
            "Enrollment Type": kind,
            "Grading Period": "0450-T1",
        }
        for number, kind in (("100101", "1"), ("204117", "2"), ("204121", "2"))
        for grade, code in ((9, "123001"), (10, "123002"))
    ]


def directory() -> list[Row]:
    return [
        {
            "Schoology User ID": f"4000{row['User Unique ID']}",
            "Unique User ID": row["User Unique ID"],
            "Username": row["Username"],
            "Email": row["Email"],
            "First Name": row["First Name"],
            "Last Name": row["Last Name"],
            "Role": row["Role"],
            "School Title": row["School"],
            "Status": "Active",
        }
        for row in users()
    ]


CLEAN = {"users": users, "courses": courses, "enrollments": enrollments, "directory": directory}


def changed(name: str, *edits: tuple[int, str, str]) -> list[Row]:
    """The clean rows of a file with some cells written over: (line in the file, column, value)."""
    rows = CLEAN[name]()
    for line, column, value in edits:
        assert column in rows[0]
        rows[line - 2][column] = value
    return rows


def text(rows: Sequence[Mapping[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write(path: Path, rows: Sequence[Mapping[str, str]] | str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = rows if isinstance(rows, str | bytes) else text(rows)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def write_all(folder: Path, files: Files) -> list[Path]:
    return [write(folder / f"{name}.csv", rows) for name, rows in files.items()]


@contextmanager
def checking(
    folder: Path,
    files: Files,
    *,
    kept: Archive | None = None,
    held: Sequence[Mapping[str, str]] | None = None,
) -> Iterator[Tonight]:
    """A check of these files; `held` is what Schoology holds."""
    paths = write_all(folder / "tonight", files)
    told = write(folder / "directory.csv", held) if held else None
    with check(paths, HOW, directory=told, kept=kept) as tonight:
        yield tonight


def found(
    folder: Path,
    files: Files,
    *,
    kept: Archive | None = None,
    held: Sequence[Mapping[str, str]] | None = None,
) -> dict[str, list[int]]:
    """Rule -> the lines that it speaks of."""
    with checking(folder, files, kept=kept, held=held) as tonight:
        assert tonight.preflight is not None
        return {
            one.rule.id: [row.line for row in tonight.preflight.rows(one.id, one.kind)]
            for one in tonight.told.findings
        }


def sent_before(archive: Archive, folder: Path, files: Files) -> None:
    """Bring an earlier extract into the archive that is kept."""
    for path in write_all(folder / "before", files):
        bring_in(archive, sis.read(path, HOW, Witness.SIS))
