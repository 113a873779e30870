"""What a bringing-in brought, and what it did not: nouns of refresh.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importlog_tui.archive.placing import KnownError
    from importlog_tui.archive.roster_filing import FiledRoster
    from importlog_tui.model import Origin, RecordsReading, Trouble
    from importlog_tui.roster import RosterReading, Unclear

_ONE_EXTRACT: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bringing-in is.

    Attributes:
        origin: what is being read; outside text.
        rows: affected records read so far, in all.
    """

    origin: Origin
    rows: int

    def __str__(self) -> str:
        return f"{self.rows:,} records, {self.origin}" if self.rows else f"reading {self.origin}"


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A table of records whose error could not be told; none of it was kept.

    Attributes:
        rows: how many it has; None where they were not counted to the end.
        choices: errors that still miss rows, the likeliest first.
    """

    reading: RecordsReading
    rows: int | None
    choices: tuple[KnownError, ...]


@dataclass(frozen=True, slots=True)
class Brought:
    """A table of an extract or of the directory that was brought in.

    Attributes:
        reading: what the source said of it; its rows were read.
        complete: none of them is missing.
    """

    reading: RosterReading
    filed: FiledRoster
    complete: bool


@dataclass(slots=True)
class Outcome:
    """What a bringing-in brought.

    Attributes:
        runs, errors, records: how many the sources told of; a run that two of them tell of counts twice.
        new_runs, new_errors, new_records: how many of them the archive did not have.
        tables: ids of the errors whose records were brought in, in order.
        rosters: extracts and tables of the directory, in order.
        unclear: those that only a person can tell the meaning of; nothing of them was kept.
        stopped: it was stopped before everything was read.
    """

    runs: int = 0
    new_runs: int = 0
    errors: int = 0
    new_errors: int = 0
    records: int = 0
    new_records: int = 0
    tables: list[int] = field(default_factory=list)
    rosters: list[Brought] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    stopped: bool = False

    def add(self, other: Outcome) -> None:
        """Take in what a further part of the same bringing-in brought."""
        self.runs += other.runs
        self.new_runs += other.new_runs
        self.errors += other.errors
        self.new_errors += other.new_errors
        self.records += other.records
        self.new_records += other.new_records
        self.tables += [table for table in other.tables if table not in self.tables]
        self.troubles += other.troubles
        self.unplaced += other.unplaced
        self.stopped = self.stopped or other.stopped

    @property
    def has_new(self) -> bool:
        """Whether it brought anything that the archive did not have."""
        return bool(self.new_runs or self.new_errors or self.new_records)

    @property
    def status(self) -> int:
        """Exit status: 0 all was understood, 1 part of it, 2 nothing."""
        if not self.runs and not self.tables and not self.rosters:
            return 2
        is_part = self.stopped or bool(self.unplaced or self.unclear)
        is_part = is_part or any(trouble.is_part for trouble in self.troubles)
        return 1 if is_part else 0


def groups_of(rosters: Iterable[Brought]) -> list[list[Brought]]:
    """Those of one kind, folder and hour together: they may be parts of one table."""
    groups: list[list[Brought]] = []
    for brought in rosters:
        group = next((some for some in groups if _is_beside(some[-1].reading, brought.reading)), None)
        if group is None:
            groups.append([brought])
        else:
            group.append(brought)
    return groups


def _is_beside(one: RosterReading, other: RosterReading) -> bool:
    folders = [reading.origin.name.rpartition("/")[0] for reading in (one, other)]
    if (one.witness, one.kind, folders[0]) != (other.witness, other.kind, folders[1]):
        return False
    if one.taken_at is None or other.taken_at is None:
        return False
    return abs(one.taken_at - other.taken_at) <= _ONE_EXTRACT
