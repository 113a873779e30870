"""A small district in an archive: a log, what the SIS sends, what Schoology holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.archive import Archive
from importlog_tui.config import rule_texts
from importlog_tui.fields import Columns
from importlog_tui.model import ErrorReading, Format, Kind, Origin, RecordsReading, Result, RunReading, When
from importlog_tui.refresh import bring_in
from importlog_tui.roster import RosterReading, Witness
from importlog_tui.triage.diagnosis import Diagnosed, Diagnosis
from importlog_tui.triage.reading import read_rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NIGHT = datetime(2026, 11, 23, 6, 2, tzinfo=UTC)
USERS = (
    "Unique ID",
    "Last Name",
    "First Name",
    "Username",
    "Email",
    "School",
    "Role",
    "Grad Year",
    "Birthday",
    "Status",
)
SECTIONS = (
    "Course Name",
    "Course Code",
    "Section Name",
    "Section Code",
    "Section School Code",
    "School",
    "Grading Period",
)
ENROLLMENTS = ("Course Code", "Section Code", "Section School Code", "Unique ID", "Enrollment Type")
COLUMNS = {Kind.USERS: USERS, Kind.COURSES: SECTIONS, Kind.ENROLLMENTS: ENROLLMENTS}
LABELS = {
    Kind.USERS: "Users Import",
    Kind.COURSES: "Courses Import",
    Kind.ENROLLMENTS: "Course Enrollments Import",
}
MINUTES = {Kind.USERS: 0, Kind.COURSES: 5, Kind.ENROLLMENTS: 10}
Row = tuple[str, ...]

LOPEZ = (
    "204117",
    "Lopez",
    "Maria",
    "mlopez",
    "mlopez@example.org",
    "0450",
    "Student",
    "2029",
    "2011-03-04",
    "Active",
)
GRADUATE = (
    "198804",
    "Lopez",
    "Marta",
    "martal",
    "mlopez@example.org",
    "0450",
    "Student",
    "2021",
    "2003-01-09",
    "Inactive",
)
TEACHER = (
    "100214",
    "Castellane",
    "Ruth",
    "rcastellane",
    "rc@example.org",
    "0450",
    "Teacher",
    "",
    "",
    "Active",
)


def changed(row: Row, columns: Sequence[str] = USERS, **cells: str) -> Row:
    """`row` with other cells: `changed(LOPEZ, Email="")`; an underscore stands for a blank."""
    at = {name.replace("_", " "): value for name, value in cells.items()}
    return tuple(at.get(name, value) for name, value in zip(columns, row, strict=True))


def pupils(count: int, school: str = "0450") -> list[Row]:
    """Healthy pupils."""
    return [
        (f"3{n:05}", f"Last{n}", f"First{n}", f"u{n}", f"u{n}@example.org", school, "Student", "2030", f"2012-01-{n % 28 + 1:02}", "Active")
        for n in range(count)
    ]  # fmt: skip


class World:
    """The district."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with Archive.open(path):
            pass

    def log(
        self,
        kind: Kind,
        errors: Mapping[str, Sequence[Row]],
        *,
        days_ago: float = 0,
        columns: Sequence[str] | None = None,
        result: Result | None = None,
        says: str = "",
    ) -> None:
        """An import of a night."""
        at = NIGHT - timedelta(days=days_ago) + timedelta(minutes=MINUTES[kind])
        result = result or (Result.COMPLETED_WITH_ERRORS if errors else Result.COMPLETED)
        origin = Origin("log.html", Format.PAGE)
        heads = tuple(columns or COLUMNS[kind])
        listed = [
            ErrorReading(
                message,
                len(rows),
                records=RecordsReading(heads, ((None, row) for row in rows), origin, claimed=len(rows)),
            )
            for message, rows in errors.items()
        ]
        run = RunReading(
            kind, LABELS[kind], When(f"{at:%b %d, %Y %H:%M}", at), result, says, origin, len(listed), listed,
            lists_errors=True,
        )  # fmt: skip
        with Archive.open(self.path) as archive:
            bring_in(archive, iter([run]))

    def roster(
        self,
        witness: Witness,
        kind: Kind,
        rows: Sequence[Row],
        *,
        days_ago: float = 0,
        columns: Sequence[str] | None = None,
        is_whole: bool = True,
    ) -> None:
        """What the SIS sent, or Schoology held, an hour before the night's import."""
        heads = tuple(columns or COLUMNS[kind])
        known = Columns(heads)
        fields = {c: f for c, f in zip(heads, known.fields, strict=True) if f is not None}
        lines = ((line, tuple(row)) for line, row in enumerate(rows, 2))
        at = NIGHT - timedelta(days=days_ago, hours=1)
        reading = RosterReading(
            witness, kind, heads, lines, Origin(f"{kind}.csv", Format.TABLE), at, fields, is_whole
        )
        with Archive.open(self.path) as archive:
            bring_in(archive, iter([reading]))

    def sis(self, kind: Kind, rows: Sequence[Row], **more: object) -> None:
        """What the SIS sent."""
        self.roster(Witness.SIS, kind, rows, **more)  # type: ignore[arg-type]

    def schoology(self, kind: Kind, rows: Sequence[Row], **more: object) -> None:
        """What Schoology held."""
        self.roster(Witness.DIRECTORY, kind, rows, **more)  # type: ignore[arg-type]

    def diagnosed(self, message: str = "") -> list[Diagnosed]:
        """The records of the newest run that has this error, or all, with their verdicts."""
        rules = read_rules(rule_texts())
        with Archive.open(self.path, read_only=True) as archive:
            diagnosis = Diagnosis(archive, rules, sis="SchoolTool")
            errors = [error for error in archive.errors() if message in error.message]
            records = [record for record in archive.records() if record.error_id in {e.id for e in errors}]
            return diagnosis.diagnose(records)
