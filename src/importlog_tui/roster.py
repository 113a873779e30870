"""The nouns of the two other witnesses: what the SIS sends (an extract), and what Schoology holds (the directory).

The first witness is the failing record (model.py). A `RosterReading` is what one source says; a `Roster` is one dated table in the archive, and
an `Entry` one row of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from importlog_tui.model import Reading, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from importlog_tui.fields import Field
    from importlog_tui.model import Kind, Origin


class Witness(StrEnum):
    """Who says it."""

    SIS = "sis"
    DIRECTORY = "directory"


@dataclass(slots=True)
class RosterReading:
    """One table of an extract or of the directory, its rows still to be read.

    Attributes:
        kind: users; courses, which has one row a section (schoology.md 3.2); or enrollments.
        columns: headings as written, unique.
        rows: (line in the file, cells exactly as read), read once, lazily. It may raise SourceProblem; what was yielded until then is good.
        taken_at: when the SIS or Schoology wrote it: the file's own time, aware; None where that can't be told.
        fields: heading -> meaning, of the headings that have one.
        is_whole: False for a delta, a file cut off, a page of many.
    """

    witness: Witness
    kind: Kind
    columns: tuple[str, ...]
    rows: Iterator[tuple[int | None, tuple[str, ...]]]
    origin: Origin
    taken_at: datetime | None
    fields: Mapping[str, Field]
    is_whole: bool = True


class Unclear(NamedTuple):
    """A table of an extract or of the directory that only a person can tell the meaning of; nothing of it is kept until then.

    Attributes:
        columns: its headings.
        heading: the one that stands for several things; "" where it is the table's kind that can't be told.
        choices: what that heading may mean, the likeliest first; () where it is the kind.
    """

    witness: Witness
    origin: Origin
    columns: tuple[str, ...]
    heading: str = ""
    choices: tuple[Field, ...] = ()

    @property
    def trouble(self) -> Trouble:
        """The same for those who can't ask."""
        if not self.heading:
            what = "whether it holds users, courses or enrollments can't be told from its headings"
            return Trouble(
                self.origin,
                what,
                "Say it with --kind users, --kind courses or --kind enrollments, or what a heading means with --column HEADING=MEANING.",
            )
        what = f'the heading "{self.heading}" may mean {" or ".join(self.choices)}'
        return Trouble(
            self.origin,
            what,
            "Say which with --column HEADING=MEANING, or write it into the configuration, under [columns].",
        )


RosterReadings = RosterReading | Unclear | Trouble
"""What a reader of extracts or of the directory yields."""

AnyReading = Reading | RosterReadings
"""What may be in something that was brought in without a word on what it is."""


class Roster(NamedTuple):
    """One dated table of an extract or of the directory, as the archive knows it.

    Attributes:
        taken_at: aware; when it was written, or else when it was brought in.
        seen_at: when the very same content was last seen; `taken_at` unless it was seen again since.
        origin: names of the sources, joined by "; ".
        rows: how many it has, or had.
        complete: it was read whole, and is whole by itself.
        purged: its rows were removed to make room; what was counted of them stays.
    """

    id: int
    witness: Witness
    kind: Kind
    taken_at: datetime
    seen_at: datetime
    origin: str
    columns: tuple[str, ...]
    fields: Mapping[str, Field]
    rows: int
    complete: bool
    purged: bool = False


class Entry(NamedTuple):
    """One row of a roster.

    Attributes:
        line: in the file that it was read from, from 1.
        values: column -> cell, in column order, exactly as read.
        fields: the cells that have a meaning, by it; of two columns with one meaning the first counts.
    """

    roster_id: int
    line: int
    values: Mapping[str, str]
    fields: Mapping[Field, str]
