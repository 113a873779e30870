"""A check as a night of its own: its findings as runs, errors and records of a scratch archive, so that the screen shows them by the same keys.

They lie in an archive apart from the one that is kept: a prediction can enter no state, no brief and no count of a night that was.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from importlog_tui.fields import unique_headings
from importlog_tui.model import (
    ErrorReading,
    Format,
    Kind,
    Origin,
    RecordsReading,
    Result,
    RunReading,
    When,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.archive.preflight import Preflight
    from importlog_tui.triage.preflight.findings import File, Finding, Told
    from importlog_tui.triage.seen import Sighting

TITLE: Final = "Tonight, predicted"
NOT_ITS_OWN: Final = "Predicted: Schoology has not seen these files, and no sentence here is its own."
LABELS: Final = {
    Kind.USERS: "Users",
    Kind.COURSES: "Courses",
    Kind.ENROLLMENTS: "Course Enrollments",
}


@dataclass(frozen=True)
class Predicted:
    """What is said of a night that is none of the log's, besides its rows: tonight's, predicted, or what is seen without a message.

    Attributes:
        title: what it is called; remark: that nothing in it is Schoology's; refusal: why a key of the log can't work in it.
        seen: where it is what is seen, that.
        night: lines about all of it.
        files: lines about each file.
        errors: lines about each finding, by kind and message.
    """

    night: tuple[str, ...] = ()
    files: dict[Kind, tuple[str, ...]] = field(default_factory=dict)
    errors: dict[tuple[Kind, str], tuple[str, ...]] = field(default_factory=dict)
    title: str = TITLE
    remark: str = NOT_ITS_OWN
    refusal: str = "This night is only predicted"
    seen: tuple[Sighting, ...] = ()


def readings(told: Told, preflight: Preflight) -> Iterator[RunReading]:
    """One run a file, its findings as errors; their rows are read when they are iterated.

    The last in the order of repair comes first: runs without a time are shown newest first.
    """
    for file in reversed(told.files):
        found = [one for one in told.findings if one.kind is file.kind]
        origin = Origin(file.roster.origin, Format.TABLE)
        errors = [
            ErrorReading(
                one.message,
                one.rows,
                records=_records(one, file, preflight, origin) if one.has_rows else None,
            )
            for one in found
        ]
        yield RunReading(
            file.kind,
            LABELS[file.kind],
            When(),
            Result.UNKNOWN,
            "predicted",
            origin,
            len(errors),
            errors,
            lists_errors=True,
        )


def _records(finding: Finding, file: File, preflight: Preflight, origin: Origin) -> RecordsReading:
    """The rows of a finding, each with its line in the file as its number; a word on each stands before its own columns."""
    first = next(iter(preflight.rows(finding.id, finding.kind, 1)), None)
    has_notes = first is not None and bool(first.note)
    columns = (finding.of or file.roster).columns
    width = len(columns)

    def rows() -> Iterator[tuple[int, tuple[str, ...]]]:
        for row in preflight.rows(finding.id, finding.kind):
            cells = (*row.cells, *[""] * (width - len(row.cells)))[:width]
            yield row.line, (row.note, *cells) if has_notes else cells

    headings = unique_headings(("Predicted", *columns)) if has_notes else columns
    return RecordsReading(headings, rows(), origin, claimed=finding.rows)
