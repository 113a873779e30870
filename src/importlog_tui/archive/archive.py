"""Everything ever read, in one SQLite file: opened, read by windows, and filed into.

An `Archive` may be used by several threads at once: each call takes a connection that nobody else is using and gives it back. Several
processes may read while one writes; a second writer waits.

What the first screen does not need (filing, finding, marks) is imported by the methods that do.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from importlog_tui.archive import cell_index, opening, rows
from importlog_tui.archive.answers import Answers
from importlog_tui.archive.choosing import Choice, Choosing
from importlog_tui.archive.connections import Connections, transaction
from importlog_tui.archive.decisions import Decisions
from importlog_tui.archive.nouns import Nouns
from importlog_tui.archive.tally import Tallies
from importlog_tui.archive.unread import UnreadPages
from importlog_tui.model import State

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from importlog_tui.archive.filing import Filing
    from importlog_tui.archive.roster_filing import RosterFiling
    from importlog_tui.archive.rows import Rows, Sort
    from importlog_tui.archive.undoing import Change
    from importlog_tui.fields import Field
    from importlog_tui.model import ErrorType, Record, Run

_FEW: Final = 5
"""People of whom everything is shown."""
_AT_ONCE: Final = 500
"""Records read in one window where they don't lie together."""


class Hit(NamedTuple):
    """A record that was looked for, with its run, and its error's message and lineage (`ErrorType.lineage`)."""

    record: Record
    run: Run
    message: str
    lineage: int = 0


class Archive(Answers, Tallies, Decisions):
    """The archive; a context manager that closes it."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, mode: str, aliases: Mapping[str, Field]
    ) -> None:
        """Use `open`."""
        self.path = path
        self._connections = Connections(path, connection, mode)
        self._aliases = dict(aliases)
        self._nouns = Nouns(self._aliases)
        self._choosing = Choosing(self._connections, self._nouns)

    @property
    def read_only(self) -> bool:
        """Whether nothing can be filed."""
        return self._connections.read_only

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        read_only: bool = False,
        group_writable: bool = False,
        aliases: Mapping[str, Field] | None = None,
    ) -> Self:
        """Open the archive; it and its folder are made where they are not there, unless it is only to be read.

        Args:
            path: the file.
            read_only: change nothing and make nothing.
            group_writable: the group may write, too: the file gets mode 0660 instead of 0600.
            aliases: a district's own headings, for the subject of a record.

        Raises:
            ArchiveTooNew: a newer program wrote it.
            ArchiveDamaged: it is no archive, or a broken one.
            ArchiveBusy: another process holds it.
            ArchiveProblem: it can't be made or opened; with `read_only` also when there is none.
        """
        connection, mode = opening.open_file(
            path, read_only=read_only, group_writable=group_writable, aliases=aliases or {}
        )
        return cls(path, connection, mode, aliases or {})

    @classmethod
    def scratch(cls, path: Path, *, aliases: Mapping[str, Field] | None = None) -> Self:
        """An archive for one look, in a folder that is deleted afterwards: faster, and lost with the power.

        Raises:
            ArchiveProblem: it can't be made.
        """
        archive = cls.open(path, aliases=aliases)
        with archive._connections.one() as connection:
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute("PRAGMA synchronous = OFF")
        return archive

    def close(self) -> None:
        """Close all connections; those in use are closed when they are given back."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def stamp(self) -> int:
        """A number that grows whenever something was filed, by whatever process.

        Raises:
            ArchiveProblem: the file is no longer there, or another one is.
        """
        self._connections.see_file()
        with self._connections.one() as connection:
            (stamp,) = connection.execute("SELECT stamp FROM counters").fetchone()
            return int(stamp)

    def runs(self, run_id: int | None = None) -> list[Run]:
        """All runs, or the one asked for: newest first, those without a time last."""
        with self._connections.one() as connection:
            return self._nouns.runs(connection, run_id)

    def errors(self, run_id: int | None = None, error_id: int | None = None) -> list[ErrorType]:
        """All errors, those of a run, or the one asked for: newest run first, in the order in which the log lists them."""
        with self._connections.one() as connection:
            return self._nouns.errors(connection, run_id, error_id)

    def latest(self) -> list[int]:
        """Ids of the newest comparable runs, one of each kind; a re-run is not among them, since it changes nothing."""
        with self._connections.one() as connection:
            found = connection.execute(
                """SELECT id FROM runs r WHERE seq = (SELECT max(seq) FROM runs m WHERE m.stream = r.stream) AND NOT is_rerun
                    ORDER BY performed DESC, kind, id"""
            )
            return [row[0] for row in found]

    def gone(self, run_id: int, error_id: int | None = None) -> tuple[list[ErrorType], Rows]:
        """What was first missing in a run: errors, and the ids of records, each as it last was.

        Args:
            run_id: the run.
            error_id: an error of this run: only records that are gone from it.
        """
        with self._connections.one() as connection:
            errors = [] if error_id is not None else self._nouns.gone_errors(connection, run_id)
            return errors, rows.gone(connection, run_id, error_id)

    def gone_records(self, run_id: int, error_id: int | None = None) -> Iterator[Record]:
        """The records of `gone`, streamed."""
        _, missing = self.gone(run_id, error_id)
        for start in range(0, len(missing), _AT_ONCE):
            for record in self.window(missing.ids(start, start + _AT_ONCE)):
                yield record._replace(state=State.GONE, gone_in=run_id)

    def window(self, ids: Sequence[int]) -> list[Record]:
        """The records with these ids, in this order; ids that are no longer there are left out."""
        with self._connections.one() as connection:
            return self._nouns.window(connection, ids)

    def natural(self, error_id: int) -> Rows:
        """All records of an error in the order of their source, without reading one of them."""
        with self._connections.one() as connection:
            return rows.NaturalRows(rows.spans_of(connection, error_id))

    def chosen(
        self,
        error_id: int,
        *,
        sort: Sort | None,
        text: str,
        cancelled: Callable[[], bool],
        states: frozenset[State] | None = None,
        only: frozenset[int] | None = None,
        without: frozenset[int] = frozenset(),
    ) -> Rows:
        """The records of an error in one of whose cells `text` stands, whatever its case; "" for all of them.

        With `states` only those that have one of these; what is gone is no record of the error any more (`gone`). With `only` and `without`
        those that are, and are not, known by these keys (`Record.key`).

        Sorted orders are kept for the next time. Meant for a worker thread: it may take a second.

        Raises:
            ValueError: the error has no column `sort.column`.
            Cancelled: `cancelled`, which is asked about every millisecond, said so.
        """
        choice = Choice(error_id, sort, text, states, only, without)
        return self.natural(error_id) if choice.is_all else self._choosing.chosen(choice, cancelled)

    def records(
        self,
        run_id: int | None = None,
        error_id: int | None = None,
        states: frozenset[State] | None = None,
    ) -> Iterator[Record]:
        """All records, those of a run or of an error, streamed, in the order of `errors` and of their source.

        With `states` only those that have one of these, without what is gone (`gone_records`).
        """
        for error in self.errors(run_id, error_id):
            if states is not None:
                yield from self.chosen_records(error.id, states=states)
                continue
            with self._connections.one() as connection:
                yield from self._nouns.records(connection, error.id)

    def chosen_records(
        self,
        error_id: int,
        *,
        states: frozenset[State] | None = None,
        only: frozenset[int] | None = None,
        without: frozenset[int] = frozenset(),
    ) -> Iterator[Record]:
        """The records of an error that `chosen` chooses by these, streamed, in their own order."""
        some = self.chosen(
            error_id,
            sort=None,
            text="",
            cancelled=lambda: False,
            states=states,
            only=only,
            without=without,
        )
        for start in range(0, len(some), _AT_ONCE):
            yield from self.window(some.ids(start, start + _AT_ONCE))

    def is_indexed(self) -> bool:
        """Whether all records can be found."""
        return not self.not_indexed()

    def not_indexed(self) -> int:
        """About how many records can't be found yet."""
        from importlog_tui.archive import search

        with self._connections.one() as connection:
            return search.left(connection)

    def index(self, cancelled: Callable[[], bool] = lambda: False) -> None:
        """Make all records findable; others may write in between, and what is left when it is stopped is done the next time."""
        from importlog_tui.archive import search

        while not cancelled():
            with self._connections.one() as connection:
                if not search.left(connection):
                    return
                with transaction(connection):
                    search.index_some(connection, self._aliases)

    def lacks_cells(self, error_id: int) -> bool:
        """Whether an error is so long that `index_cells` pays, and something of it is not there yet."""
        with self._connections.one() as connection:
            ids = cell_index.ranges(rows.spans_of(connection, error_id))
            return sum(map(len, ids)) >= cell_index.WORTH and cell_index.lacking(connection, ids) is not None

    def index_cells(self, error_id: int) -> bool:
        """Put some more of an error's records into the index that makes `chosen` quick; False where there is nothing more to do.

        A call is a transaction of some 10 ms; others may write in between. A disk that has less room than the archive takes is left alone.

        Raises:
            ArchiveProblem: it can't be written.
        """
        import shutil

        self._connections.see_file()
        if shutil.disk_usage(self.path.parent).free < self.path.stat().st_size:
            return False
        with self._connections.one() as connection:
            opening.spare_memory(connection)
            with transaction(connection):
                ids = cell_index.ranges(rows.spans_of(connection, error_id))
                return bool(ids) and cell_index.index_some(connection, ids)

    def find(self, text: str, limit: int = 200) -> list[Hit]:
        """The records in which every word of `text` stands somewhere (names, ids, addresses, codes), the newest run first.

        Where they are about a few people, what else is known of these by their unique ID (enrollments) is among them.

        Raises:
            ValueError: no word has `search.SHORTEST` letters.
        """
        from importlog_tui.archive import search

        words = search.words_of(text)
        if not any(len(word) >= search.SHORTEST for word in words):
            raise ValueError(text)
        with self._connections.one() as connection:
            ids = search.record_ids(connection, words, limit)
        records = self.window(ids)
        users = {record.subject.user for record in records if record.subject.user}
        if len(users) <= _FEW:
            for user in sorted(users):
                records += self._about(user, {record.id for record in records}, limit)
        runs = {run.id: run for run in self.runs()}
        errors = {error.id: (error.message, error.lineage) for error in self.errors()}
        hits = [Hit(record, runs[record.run_id], *errors[record.error_id]) for record in records]
        hits.sort(
            key=lambda hit: hit.run.performed_at.timestamp() if hit.run.performed_at else 0.0, reverse=True
        )
        return hits[:limit]

    def _about(self, user: str, known: set[int], limit: int) -> list[Record]:
        from importlog_tui.archive import search

        with self._connections.one() as connection:
            ids = search.record_ids(connection, [search.folded(user)], limit)
        found = self.window([id_ for id_ in ids if id_ not in known])
        return [record for record in found if record.subject.user == user]

    def unread(self, log: str) -> UnreadPages:
        """What is still to be read of the log at this address."""
        return UnreadPages(self._connections, log)

    @contextlib.contextmanager
    def roster_filing(self) -> Iterator[RosterFiling]:
        """File extracts or the directory alone; otherwise as `filing`."""
        with self.filing() as filing:
            yield filing.rosters

    def take_back(self, change: Change) -> bool:
        """Put all as it was before a filing; False where something was filed or decided since, and nothing was changed."""
        from importlog_tui.archive import undoing

        with self._connections.one() as connection:
            # Rows are taken out and put in again one by one: nothing may follow them on its own account.
            connection.execute("PRAGMA foreign_keys = OFF")
            try:
                with transaction(connection):
                    undoing.take_back(connection, change)
            except undoing.ChangedSince:
                return False
            finally:
                connection.execute("PRAGMA foreign_keys = ON")
            return True

    @contextlib.contextmanager
    def filing(self, changes: list[Change] | None = None) -> Iterator[Filing]:
        """File something: one transaction, committed at the end, undone by any exception.

        Args:
            changes: gets what takes this filing back (`take_back`); for what fits into memory.

        Raises:
            ArchiveBusy: another process has been filing for too long.
            ArchiveProblem: it can't be written, the disk is full.
        """
        from importlog_tui.archive import undoing
        from importlog_tui.archive.filing import Filing

        with self._connections.one() as connection, transaction(connection):
            if changes is not None:
                undoing.begin(connection)
            filing = Filing(connection, self._aliases)
            yield filing
            filing.finish()
            if changes is not None:
                changes.append(undoing.end(connection))
