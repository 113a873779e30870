"""One bringing-in: what sources say goes into the archive in one transaction, and what could not be understood is said."""

from __future__ import annotations

import contextlib
import time
from itertools import islice
from typing import TYPE_CHECKING, Final

from importlog_tui.addresses import address_key
from importlog_tui.archive.joining import Table
from importlog_tui.archive.placing import KnownError, Length, by_address, by_number, choices, find
from importlog_tui.archive.roster_filing import KEEP
from importlog_tui.errors import ArchiveProblem, SourceProblem, UsageProblem
from importlog_tui.filed_rosters import FiledRosters
from importlog_tui.model import (
    Format,
    Kind,
    Origin,
    RecordsReading,
    Result,
    RunReading,
    Trouble,
)
from importlog_tui.outcome import Brought, Outcome, Progress, Unplaced
from importlog_tui.roster import RosterReading, Unclear
from importlog_tui.watched import Watched, trouble_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from importlog_tui.archive import Archive
    from importlog_tui.archive.filing import Filing
    from importlog_tui.archive.joining import Batch
    from importlog_tui.archive.undoing import Change
    from importlog_tui.roster import AnyReading

__all__ = ["Brought", "Outcome", "Progress", "Unplaced", "bring_in"]

_INDEXED_AT_ONCE: Final = 50_000
"""Records that are made findable right after they were filed: about a second's work."""
_PAUSE: Final = 0.1
"""Seconds between two reports of progress."""
_LABELS: Final = {
    Kind.USERS: "Users",
    Kind.COURSES: "Courses",
    Kind.ENROLLMENTS: "Course Enrollments",
    Kind.OTHER: "Other",
}


def bring_in(
    archive: Archive,
    readings: Iterable[AnyReading],
    *,
    error_id: int | None = None,
    kind: Kind | None = None,
    keep: int = KEEP,
    unites: bool = True,
    progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
    changes: list[Change] | None = None,
) -> Outcome:
    """Read all of `readings` into the archive, in one transaction.

    Tables of records are filed after all logs, in whatever order they come. What was read until `cancelled` said so, or until a source broke,
    is kept and never counts as complete.

    Args:
        archive: where they go.
        readings: what sources say.
        error_id: the error that all tables of records belong to, where the reader said so.
        kind: of the run that tables of records belong to, where they don't tell.
        keep: tables of the SIS and of the directory, of each kind, whose rows are kept.
        unites: tables of the SIS or of the directory that are parts of one become one.
        progress: called at most about ten times a second.
        cancelled: asked about every thousand rows.
        changes: as of `Archive.filing`.

    Raises:
        UsageProblem: there is no error `error_id`.
        ArchiveProblem: it could not be filed; the archive is as before.
    """
    outcome = Outcome()
    work = _Work(outcome, progress, cancelled)
    runs: list[RunReading] = []
    tables: list[RecordsReading] = []
    rosters: list[RosterReading] = []
    for reading in work.collected(readings):
        if isinstance(reading, Trouble):
            outcome.troubles.append(reading)
        elif isinstance(reading, RunReading):
            runs.append(reading)
        elif isinstance(reading, RosterReading):
            rosters.append(reading)
        elif isinstance(reading, Unclear):
            outcome.unclear.append(reading)
        else:
            tables.append(reading)
    # A rough time is matched against all exact ones, so these come first.
    runs.sort(key=lambda run: (run.when.at is None, run.when.is_coarse))
    witnesses = FiledRosters(outcome, work.row)
    with archive.filing(changes) as filing:
        if error_id is not None and not filing.has_error(error_id):
            raise UsageProblem(f"there is no error {error_id}", remedy="The command `errors` lists them.")
        listed: set[int] = set()
        for run in runs:
            listed.update(work.file_run(filing, run))
        work.reunite(filing, listed)
        for table in tables:
            if outcome.stopped:
                break
            if error_id is None:
                table.kind = table.kind or kind
                work.file_table(filing, table, listed)
            else:
                work.file_rows(filing, table, error_id, is_told=True)
        for roster in rosters:
            if outcome.stopped:
                break
            witnesses.file(filing, roster, is_told=kind is not None or not unites)
        if outcome.rosters:
            if unites:
                witnesses.unite_parts(filing)
            filing.rosters.purge(keep)
        work.name_choices(filing)
    work.say_what_is_not_compared(filing)
    # All is kept by now. A night's worth of records is made findable at once; a million rows are left to the first search, which needs a minute.
    with contextlib.suppress(ArchiveProblem):
        if archive.not_indexed() <= _INDEXED_AT_ONCE:
            archive.index(cancelled)
    return outcome


class _Work:
    """One bringing-in under way."""

    def __init__(
        self, outcome: Outcome, progress: Callable[[Progress], None], cancelled: Callable[[], bool]
    ) -> None:
        self._outcome = outcome
        self._progress = progress
        self._cancelled = cancelled
        self._rows = 0
        self._told = 0.0
        self._known: list[KnownError] = []
        self._unplaced: list[tuple[RecordsReading, Length | None]] = []

    def collected(self, readings: Iterable[AnyReading]) -> Iterator[AnyReading]:
        """`readings`, until the end, a stop, or a source that can't be read at all."""
        try:
            for reading in readings:
                yield reading
                if self._is_stopped(reading.origin):
                    return
        except SourceProblem as problem:
            self._outcome.troubles.append(trouble_of(problem, Origin("", Format.TABLE)))

    def file_run(self, filing: Filing, reading: RunReading) -> list[int]:
        """File a run with its errors and the records beside them; returns the ids of the errors."""
        outcome = self._outcome
        run = filing.run(reading)
        outcome.runs += 1
        outcome.new_runs += run.is_new
        errors = filing.errors(
            run.id,
            [
                (error.message, error.rows_affected, error.address, address_key(error.address))
                for error in reading.errors
            ],
        )
        outcome.errors += len(errors)
        outcome.new_errors += sum(error.is_new for error in errors)
        for error, filed in zip(reading.errors, errors, strict=True):
            if error.records is not None and not outcome.stopped:
                self.file_rows(filing, error.records, filed.id)
        return [error.id for error in errors]

    def file_table(self, filing: Filing, reading: RecordsReading, listed: set[int]) -> None:
        """File a table of records that stands alone."""
        if not self._known:
            self._known = filing.known_errors()
        known = self._known
        found, must_be_exact = find(reading, known, fresh=lambda error: error.id in listed)
        may_be_loose = reading.is_certain and reading.kind is not None
        if not found and not may_be_loose:
            self._unplaced.append((reading, self._counted(reading)))
            return
        watched = Watched(reading, self.row)
        batch = filing.tables.insert(watched.rows(), reading.columns)
        watched.tell(self._outcome)
        table = _table(reading, batch, is_whole=not watched.is_part)
        length = Length(batch.count, reading.claimed or (batch.count if table.is_whole else None))
        error_id = _only(found, length, must_be_exact=must_be_exact)
        if not found and batch.count and (error_id := filing.told_error(reading)) is not None:
            self._known = []
            self._outcome.errors += 1
            self._outcome.new_errors += 1
        if error_id is not None:
            self._join(filing, reading, batch, table, error_id)
        elif may_be_loose and batch.count:
            self._file_loose(filing, reading, batch, table)
        else:
            filing.tables.drop()
            if not may_be_loose:
                self._unplaced.append((reading, length))
            elif not watched.is_part:
                self._outcome.troubles.append(_without_rows(reading))

    def reunite(self, filing: Filing, listed: set[int]) -> None:
        """Put tables that came before their log to the errors that the log lists now.

        Only those that tell their address or the time of their run: a name and a number may be another night's just as well.
        """
        for loose in filing.loose_tables() if self._outcome.runs else []:
            reading = loose.reading
            known = [error for error in filing.known_errors() if not error.is_loose and error.id in listed]
            if reading.when.at is None and not by_address(reading, known):
                continue
            found, must_be_exact = find(reading, known, fresh=lambda _: True)
            length = Length(
                loose.batch.count, reading.claimed or (loose.batch.count if loose.table.is_whole else None)
            )
            error_id = _only(found, length, must_be_exact=must_be_exact)
            error_id = filing.told_error(reading) if not found else error_id
            if error_id is not None:
                filing.move(loose, error_id)

    def _counted(self, reading: RecordsReading) -> Length | None:
        """The length of a table that is not going to be kept, as far as that helps to tell where it may belong."""
        most = max((error.rows_affected or 0 for error in self._known if not error.complete), default=0)
        watched = Watched(reading, self.row)
        read = sum(1 for _ in islice(watched.rows(), most + 1))
        watched.tell(self._outcome)
        return None if read > most or watched.is_part else Length(read, reading.claimed or read)

    def file_rows(
        self, filing: Filing, reading: RecordsReading, error_id: int, *, is_told: bool = False
    ) -> None:
        """File a table of records whose error is known; where `is_told`, from the person who brings it in."""
        watched = Watched(reading, self.row)
        batch = filing.tables.insert(watched.rows(), reading.columns)
        watched.tell(self._outcome)
        self._join(filing, reading, batch, _table(reading, batch, is_whole=not watched.is_part), error_id)
        if is_told and not batch.count and not watched.is_part:
            self._outcome.troubles.append(_without_rows(reading))

    def _file_loose(self, filing: Filing, reading: RecordsReading, batch: Batch, table: Table) -> None:
        """Keep a table of a known kind whose log was not seen under a run of its own, once."""
        error_id = filing.tables.same_loose_table(reading.kind or Kind.OTHER, batch, table)
        if error_id is not None:
            self._join(filing, reading, batch, table, error_id)
            return
        kind = reading.kind or Kind.OTHER
        run = filing.run(
            RunReading(kind, _LABELS[kind], reading.when, Result.UNKNOWN, "", reading.origin), is_loose=True
        )
        error = filing.loose_error(
            run.id, reading.message or f"Affected records from {reading.origin.name}", reading
        )
        for address in reading.addresses:
            # A path is where the next night's table may lie, too; a page's address is not.
            if address.lower().startswith(("https://", "http://")):
                filing.address(error, address, address_key(address))
        self._known = []
        self._outcome.new_runs += run.is_new
        self._outcome.runs += 1
        self._outcome.errors += 1
        self._outcome.new_errors += 1
        self._join(filing, reading, batch, table, error)

    def _join(
        self, filing: Filing, reading: RecordsReading, batch: Batch, table: Table, error_id: int
    ) -> None:
        joined = filing.tables.join(error_id, batch, table)
        filing.origin(filing.run_of(error_id), reading.origin.name)
        self._outcome.records += batch.count
        self._outcome.new_records += joined.new
        if error_id not in self._outcome.tables:
            self._outcome.tables.append(error_id)
        if joined.note:
            self._outcome.troubles.append(Trouble(reading.origin, joined.note))
        elif joined.new and (excess := filing.tables.excess(error_id)):
            read, claimed = excess
            told = f"error {error_id} has {read:,} rows now, and its log claims {claimed:,}; all were kept"
            self._outcome.troubles.append(
                Trouble(reading.origin, told, "See that they belong to this error.", is_part=False)
            )

    def name_choices(self, filing: Filing) -> None:
        """Say, when all is filed, where the tables that found no place may go."""
        known = filing.known_errors() if self._unplaced else []
        for reading, length in self._unplaced:
            rows = None if length is None else length.read
            self._outcome.unplaced.append(Unplaced(reading, rows, tuple(choices(reading, known, length))))

    def say_what_is_not_compared(self, filing: Filing) -> None:
        """Of whose records nothing tells which are new, now that all is filed."""
        for error_id in filing.incomparable:
            if error_id in self._outcome.tables:
                what = f"the records of error {error_id} have other columns than those of the night before, and none that both are known by: which are new can't be told"
                remedy = "Write what their headings mean into the configuration, under [columns]."
                self._outcome.troubles.append(
                    Trouble(Origin("the nights", Format.TABLE), what, remedy, is_part=False)
                )

    def row(self, origin: Origin, rows: int) -> bool:
        """Called after so many rows; True to stop."""
        self._rows += rows
        return self._is_stopped(origin)

    def _is_stopped(self, origin: Origin) -> bool:
        now = time.monotonic()
        if now - self._told >= _PAUSE:
            self._told = now
            self._progress(Progress(origin, self._rows))
        self._outcome.stopped = self._outcome.stopped or self._cancelled()
        return self._outcome.stopped


def _only(found: list[KnownError], length: Length, *, must_be_exact: bool) -> int | None:
    """The one error that the number leaves over."""
    fitting = by_number(found, length)
    if must_be_exact:
        fitting = [error for error in fitting if error.rows_affected == length.in_all]
    return fitting[0].id if len(fitting) == 1 else None


def _without_rows(reading: RecordsReading) -> Trouble:
    return Trouble(reading.origin, "a table without rows", is_part=False)


def _table(reading: RecordsReading, batch: Batch, *, is_whole: bool) -> Table:
    claimed = reading.claimed
    if claimed is None and reading.first > 1 and is_whole and not reading.has_more:
        claimed = reading.first - 1 + batch.count  # the last page tells the length of all
    is_all = not reading.has_more and reading.first <= 1 and batch.count >= (claimed or 0)
    return Table(reading.columns, claimed, reading.first, is_whole and is_all, reading.has_more)
