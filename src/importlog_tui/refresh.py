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
from importlog_tui.cells import BlockRows, blocks_of
from importlog_tui.errors import ArchiveProblem, SourceProblem, UsageProblem
from importlog_tui.model import (
    Format,
    Kind,
    Origin,
    RecordsReading,
    Result,
    RunReading,
    Trouble,
)
from importlog_tui.outcome import Brought, Outcome, Progress, Unplaced, groups_of
from importlog_tui.roster import RosterReading, Unclear, Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from importlog_tui.archive import Archive
    from importlog_tui.archive.filing import Filing
    from importlog_tui.archive.joining import Batch
    from importlog_tui.archive.undoing import Change
    from importlog_tui.cells import Block
    from importlog_tui.roster import AnyReading

__all__ = ["Brought", "Outcome", "Progress", "Unplaced", "bring_in"]

_POLL: Final = 1_000
"""Rows between two looks at whether somebody wants to stop."""
_INDEXED_AT_ONCE: Final = 50_000
"""Records that are made findable right after they were filed: about a second's work."""
_MANY: Final = 20
"""Rows from which a table of users is looked at whether it is one."""
_TOO_OFTEN: Final = 2.0
"""Rows a user, on the average, that a table of users never has; somebody in two buildings has two."""
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
                work.file_rows(filing, table, error_id)
        for roster in rosters:
            if outcome.stopped:
                break
            work.file_roster(filing, roster, is_told=kind is not None or not unites)
        if outcome.rosters:
            if unites:
                work.unite_parts(filing)
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
            self._outcome.troubles.append(_trouble(problem, Origin("", Format.TABLE)))

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
        watched = _Watched(reading, self._row)
        batch = filing.tables.insert(watched.rows(), reading.columns)
        self._note_end(watched)
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
                self._outcome.troubles.append(Trouble(reading.origin, "a table without rows", is_part=False))

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
        watched = _Watched(reading, self._row)
        read = sum(1 for _ in islice(watched.rows(), most + 1))
        self._note_end(watched)
        return None if read > most or watched.is_part else Length(read, reading.claimed or read)

    def file_rows(self, filing: Filing, reading: RecordsReading, error_id: int) -> None:
        """File a table of records whose error is known."""
        watched = _Watched(reading, self._row)
        batch = filing.tables.insert(watched.rows(), reading.columns)
        self._note_end(watched)
        self._join(filing, reading, batch, _table(reading, batch, is_whole=not watched.is_part), error_id)

    def file_roster(self, filing: Filing, reading: RosterReading, *, is_told: bool) -> None:
        """File a table of an extract or of the directory; `is_told`: a person said of what kind it is."""
        watched = _Watched(reading, self._row)
        filed = filing.rosters.add(reading, watched.rows(), lambda: not watched.is_part)
        self._note_end(watched)
        is_doubtful = (
            (reading.witness, reading.kind) == (Witness.SIS, Kind.USERS)
            and not is_told
            and filed.is_new
            and filed.rows >= _MANY
        )
        if is_doubtful and (times := filing.rosters.rows_per_user(filed)) >= _TOO_OFTEN:
            filing.rosters.refuse(filed, reading.kind)
            what = f"whether it holds all users can't be told: each stands in {times:.1f} rows of it. Nothing of it was kept"
            self._outcome.troubles.append(
                Trouble(
                    reading.origin,
                    what,
                    "Say what it holds with --kind users or --kind enrollments, or which column is the Unique ID with --column HEADING=unique_id.",
                )
            )
            return
        self._outcome.rosters.append(Brought(reading, filed, reading.is_whole and not watched.is_part))

    def unite_parts(self, filing: Filing) -> None:
        """Tables of one kind, place and hour are one where each holds something else; where they do not, only the newest counts, and that is said."""
        for group in groups_of(self._outcome.rosters):
            if len({brought.filed.id for brought in group}) < 2:
                self._say_of_lone(filing, group[0])
                continue
            last, names = group[-1].reading, [str(brought.reading.origin) for brought in group]
            is_whole = all(brought.complete for brought in group)
            made = filing.rosters.unite([(one.reading, one.filed) for one in group]) if is_whole else None
            if made is None:
                what = f"{names[-2]} holds {last.kind.value} of the same hour, too; the newer of the two counts as all there are"
                remedy = "If each is a part, join them into one file, with the headings once."
            else:
                at = self._outcome.rosters.index(group[0])
                self._outcome.rosters[at] = Brought(*made, complete=True)
                for brought in group[1:]:
                    self._outcome.rosters.remove(brought)
                what = f"{' and '.join(names)} hold different {last.kind.value} of one hour: they are kept as one table"
                remedy = ""
            self._outcome.troubles.append(Trouble(last.origin, what, remedy, is_part=False))

    def _say_of_lone(self, filing: Filing, brought: Brought) -> None:
        """A file that came with others the last time is a part again, and never all there is."""
        others = filing.rosters.mark_lone(brought.filed, brought.reading.origin.name)
        if others:
            what = f"it came with {' and '.join(others)} the last time, and without now: it counts as a part"
            self._outcome.troubles.append(
                Trouble(brought.reading.origin, what, "Bring all of them in together.", is_part=False)
            )

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

    def _note_end(self, watched: _Watched) -> None:
        if watched.problem is not None:
            self._outcome.troubles.append(_trouble(watched.problem, watched.reading.origin))

    def _row(self, origin: Origin, rows: int) -> bool:
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


class _Watched:
    """The rows of a reading; ends early where its source breaks or somebody wants to stop."""

    def __init__(self, reading: RecordsReading | RosterReading, poll: Callable[[Origin, int], bool]) -> None:
        self.reading = reading
        self.problem: SourceProblem | None = None
        self.is_part = False
        self._poll = poll

    def rows(self) -> BlockRows:
        """They, to be read once."""
        return BlockRows(self._blocks())

    def _blocks(self) -> Generator[Block, None, None]:
        since = 0
        try:
            for block in blocks_of(self.reading.rows):
                yield block
                since += len(block.texts)
                if since >= _POLL:
                    if self._poll(self.reading.origin, since):
                        self.is_part = True
                        return
                    since = 0
            if since:
                self.is_part = self._poll(self.reading.origin, since)
        except SourceProblem as problem:
            self.problem, self.is_part = problem, True


def _only(found: list[KnownError], length: Length, *, must_be_exact: bool) -> int | None:
    """The one error that the number leaves over."""
    fitting = by_number(found, length)
    if must_be_exact:
        fitting = [error for error in fitting if error.rows_affected == length.in_all]
    return fitting[0].id if len(fitting) == 1 else None


def _table(reading: RecordsReading, batch: Batch, *, is_whole: bool) -> Table:
    claimed = reading.claimed
    if claimed is None and reading.first > 1 and is_whole and not reading.has_more:
        claimed = reading.first - 1 + batch.count  # the last page tells the length of all
    is_all = not reading.has_more and reading.first <= 1 and batch.count >= (claimed or 0)
    return Table(reading.columns, claimed, reading.first, is_whole and is_all, reading.has_more)


def _trouble(problem: SourceProblem, origin: Origin) -> Trouble:
    place = Origin(problem.where, origin.format) if problem.where else origin
    return Trouble(place, problem.what, problem.remedy)
