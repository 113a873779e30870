"""Everything ever read, in one SQLite file: opened, read by windows, and filed into.

An `Archive` may be used by several threads at once: each call takes a connection that nobody else is using and gives it back. Several
processes may read while one writes; a second writer waits.
"""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

from importlog_tui.archive import cells, marks, opening, rows, search, states
from importlog_tui.archive.facts import moment
from importlog_tui.archive.filing import Filing
from importlog_tui.archive.states import Compared, What
from importlog_tui.errors import ArchiveProblem
from importlog_tui.fields import Columns
from importlog_tui.model import Basis, ErrorType, Kind, Precision, Record, Result, Run, State

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path
    from types import TracebackType

    from importlog_tui.archive.marks import Accepted
    from importlog_tui.archive.rows import Rows, Sort
    from importlog_tui.fields import Field
    from importlog_tui.model import Mark

_KEPT_ORDERS: Final = 4
"""Sorted tables kept in memory; one of a million records takes 4 MB."""

_RUNS: Final = """
    SELECT id, kind, label, performed, zone, performed_text, precision, basis, result, result_text, errors, rows_affected, rows_read,
        complete, errors_listed, (SELECT group_concat(name, '; ') FROM origins WHERE run_id = runs.id),
        is_rerun, compared_with, new_rows, returned_rows, gone_rows
    FROM runs WHERE ?1 IS NULL OR id = ?1
    ORDER BY performed IS NULL, performed DESC, kind, id
"""
_AT: Final = "(SELECT p.performed || ' ' || coalesce(p.zone, 0) FROM runs p WHERE p.stream = {run}.stream AND p.seq = {place} AND NOT p.is_rerun)"
"""The time of the run at a place of another run's chain: seconds since 1970 and east of Greenwich."""
_ERRORS: Final = f"""
    SELECT e.id, e.run_id, e.message, e.rows_affected, e.rows_read, e.complete, e.headings_id,
        coalesce((SELECT address FROM addresses WHERE error_id = e.id ORDER BY address NOT LIKE 'http%', address LIMIT 1), ''),
        e.state, {_AT.format(run="r", place="e.since_seq")}, r.seq - e.since_seq + 1, {_AT.format(run="r", place="e.seen_seq")}, e.new_rows
    FROM runs r JOIN errors e ON e.run_id = r.id
    WHERE (?1 IS NULL OR e.run_id = ?1) AND (?2 IS NULL OR e.id = ?2)
    ORDER BY r.performed IS NULL, r.performed DESC, r.kind, r.id, e.ordinal, e.id
"""
_SINCE: Final = f"CASE e.compared WHEN {Compared.NEW} THEN u.seq WHEN {Compared.CHANGES} THEN coalesce(c.seq, e.first_seq) END"
_RECORDS: Final = f"""
    SELECT r.id, s.error_id, e.run_id, coalesce(r.number, s.first + r.id - s.first_id), e.headings_id, r.cells,
        CASE WHEN e.compared = {Compared.NEW} THEN {What.NEW} WHEN e.compared = {Compared.CHANGES} THEN iif(c.seq = u.seq, c.what, -1) END,
        {_AT.format(run="u", place=_SINCE)}, u.seq - {_SINCE} + 1,
        CASE WHEN c.seq = u.seq AND c.what = {What.RETURNED} THEN
            (SELECT z.performed || ' ' || coalesce(z.zone, 0) FROM changes g
                JOIN spans w ON w.first_id = (SELECT max(v.first_id) FROM spans v WHERE v.first_id <= g.record_id)
                JOIN errors y ON y.id = w.error_id JOIN runs z ON z.id = y.run_id
                WHERE g.lineage = e.lineage AND g.key = r.key AND g.seq < u.seq AND g.what = {What.GONE} ORDER BY g.seq DESC LIMIT 1) END
    FROM records r
    JOIN spans s ON s.first_id = (SELECT max(x.first_id) FROM spans x WHERE x.first_id <= r.id)
    JOIN errors e ON e.id = s.error_id
    JOIN runs u ON u.id = e.run_id
    LEFT JOIN changes c ON e.compared = {Compared.CHANGES} AND c.lineage = e.lineage AND c.key = r.key
        AND c.seq = (SELECT max(d.seq) FROM changes d WHERE d.lineage = e.lineage AND d.key = r.key AND d.seq <= u.seq)
    WHERE r.id
"""
_STATES: Final = {What.NEW: State.NEW, What.RETURNED: State.RETURNED, -1: State.STILL}
_FEW: Final = 5
"""People of whom everything is shown."""
_AT_ONCE: Final = 500
"""Records read in one window where they don't lie together."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was looked for, with its run and its error's message."""

    record: Record
    run: Run
    message: str


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction, undone by any exception."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


class Archive:
    """The archive; a context manager that closes it."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, mode: str, aliases: Mapping[str, Field]
    ) -> None:
        """Use `open`."""
        self.path = path
        self.read_only = bool(connection.execute("PRAGMA query_only").fetchone()[0])
        self._mode = mode
        self._idle = [connection]
        self._is_closed = False
        self._aliases = dict(aliases)
        self._columns: dict[int, Columns] = {}
        self._orders: OrderedDict[object, array[int]] = OrderedDict()

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

    def close(self) -> None:
        """Close all connections; those in use are closed when they are given back."""
        self._is_closed = True
        while self._idle:
            self._idle.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own for a while; what SQLite raises meanwhile becomes a Problem."""
        if self._is_closed:
            raise ArchiveProblem("the archive was closed", where=str(self.path))
        with opening.problems_of(self.path):
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = opening.connect(self.path, self._mode)
                if self.read_only:
                    connection.execute("PRAGMA query_only = ON")
            try:
                yield connection
            finally:
                self._give_back(connection)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if self._is_closed:
            connection.close()
        else:
            self._idle.append(connection)

    def stamp(self) -> int:
        """A number that grows whenever something was filed, by whatever process."""
        with self._connection() as connection:
            (stamp,) = connection.execute("SELECT stamp FROM counters").fetchone()
            return int(stamp)

    def runs(self, run_id: int | None = None) -> list[Run]:
        """All runs, or the one asked for: newest first, those without a time last."""
        with self._connection() as connection:
            return [_run(row) for row in connection.execute(_RUNS, (run_id,))]

    def errors(self, run_id: int | None = None, error_id: int | None = None) -> list[ErrorType]:
        """All errors, those of a run, or the one asked for: newest run first, in the order in which the log lists them."""
        with self._connection() as connection:
            found = connection.execute(_ERRORS, (run_id, error_id)).fetchall()
            return [self._error(connection, row) for row in found]

    def latest(self) -> list[int]:
        """Ids of the newest comparable runs, one of each kind; a re-run is not among them, since it changes nothing."""
        with self._connection() as connection:
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
        with self._connection() as connection:
            errors = [
                replace(self._error(connection, row), state=State.GONE, gone_in=run_id)
                for (gone_id,) in connection.execute(states.GONE_ERRORS, (run_id,)).fetchall()
                for row in connection.execute(_ERRORS, (None, gone_id)).fetchall()
            ]
            return [] if error_id is not None else errors, rows.gone(connection, run_id, error_id)

    def gone_records(self, run_id: int, error_id: int | None = None) -> Iterator[Record]:
        """The records of `gone`, streamed."""
        _, missing = self.gone(run_id, error_id)
        for start in range(0, len(missing), _AT_ONCE):
            for record in self.window(missing.ids(start, start + _AT_ONCE)):
                yield replace(record, state=State.GONE, gone_in=run_id)

    def window(self, ids: Sequence[int]) -> list[Record]:
        """The records with these ids, in this order; ids that are no longer there are left out."""
        if not ids:
            return []
        with self._connection() as connection:
            if ids[-1] - ids[0] == len(ids) - 1 and (
                isinstance(ids, range) or all(map(int.__eq__, ids, range(ids[0], ids[-1] + 1)))
            ):
                found = connection.execute(
                    f"{_RECORDS} BETWEEN ? AND ? ORDER BY r.id", (ids[0], ids[-1])
                ).fetchall()
                return [self._record(connection, row) for row in found]
            listed = json.dumps(list(ids))
            found = connection.execute(
                f"{_RECORDS} IN (SELECT value FROM json_each(?))", (listed,)
            ).fetchall()
            by_id = {row[0]: row for row in found}
            return [self._record(connection, by_id[id_]) for id_ in ids if id_ in by_id]

    def natural(self, error_id: int) -> Rows:
        """All records of an error in the order of their source, without reading one of them."""
        with self._connection() as connection:
            return rows.NaturalRows(rows.spans_of(connection, error_id))

    def chosen(
        self,
        error_id: int,
        *,
        sort: Sort | None,
        text: str,
        cancelled: Callable[[], bool],
        states: frozenset[State] | None = None,
    ) -> Rows:
        """The records of an error in one of whose cells `text` stands, whatever its case; "" for all of them.

        With `states` only those that have one of these; what is gone is no record of the error any more (`gone`).

        Sorted orders are kept for the next time. Meant for a worker thread: it may take a second.

        Raises:
            ValueError: the error has no column `sort.column`.
            Cancelled: `cancelled`, which is asked about every millisecond, said so.
        """
        if sort is None and not text and states is None:
            return self.natural(error_id)
        with self._connection() as connection:
            spans = rows.spans_of(connection, error_id)
            wanted = None if states is None else rows.with_states(connection, error_id, states)
            key = (error_id, tuple(spans), sort, text, wanted)
            if key in self._orders:
                with contextlib.suppress(KeyError):
                    self._orders.move_to_end(key)
                    return rows.ChosenRows(self._orders[key])
            chosen = rows.choose(
                connection,
                error_id,
                column=None if sort is None else self._place(connection, error_id, sort.column),
                descending=sort is not None and sort.descending,
                text=text,
                cancelled=cancelled,
                wanted=wanted,
            )
            self._orders[key] = chosen
            while len(self._orders) > _KEPT_ORDERS:
                self._orders.popitem(last=False)
            return rows.ChosenRows(chosen)

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
                some = self.chosen(error.id, sort=None, text="", cancelled=lambda: False, states=states)
                for start in range(0, len(some), _AT_ONCE):
                    yield from self.window(some.ids(start, start + _AT_ONCE))
                continue
            with self._connection() as connection:
                spans = rows.spans_of(connection, error.id)
                for first_id, count in spans:
                    query = f"{_RECORDS} BETWEEN ? AND ? ORDER BY r.id"
                    for row in connection.execute(query, (first_id, first_id + count - 1)):
                        yield self._record(connection, row)

    def is_indexed(self) -> bool:
        """Whether all records can be found."""
        return not self.not_indexed()

    def not_indexed(self) -> int:
        """About how many records can't be found yet."""
        with self._connection() as connection:
            return search.left(connection)

    def index(self, cancelled: Callable[[], bool] = lambda: False) -> None:
        """Make all records findable; others may write in between, and what is left when it is stopped is done the next time."""
        while not cancelled():
            with self._connection() as connection:
                if not search.left(connection):
                    return
                with _transaction(connection):
                    search.index_some(connection, self._aliases)

    def find(self, text: str, limit: int = 200) -> list[Hit]:
        """The records in which every word of `text` stands somewhere (names, ids, addresses, codes), the newest run first.

        Where they are about a few people, what else is known of these by their unique ID (enrollments) is among them.

        Raises:
            ValueError: no word has `search.SHORTEST` letters.
        """
        words = search.words_of(text)
        if not any(len(word) >= search.SHORTEST for word in words):
            raise ValueError(text)
        with self._connection() as connection:
            ids = search.record_ids(connection, words, limit)
        records = self.window(ids)
        users = {record.subject.user for record in records if record.subject.user}
        if len(users) <= _FEW:
            for user in sorted(users):
                records += self._about(user, {record.id for record in records}, limit)
        runs = {run.id: run for run in self.runs()}
        messages = {error.id: error.message for error in self.errors()}
        hits = [Hit(record, runs[record.run_id], messages[record.error_id]) for record in records]
        hits.sort(
            key=lambda hit: hit.run.performed_at.timestamp() if hit.run.performed_at else 0.0, reverse=True
        )
        return hits[:limit]

    def _about(self, user: str, known: set[int], limit: int) -> list[Record]:
        with self._connection() as connection:
            ids = search.record_ids(connection, [search.folded(user)], limit)
        found = self.window([id_ for id_ in ids if id_ not in known])
        return [record for record in found if record.subject.user == user]

    def mark(self, mark: Mark, *, records: Sequence[int] = (), error_id: int | None = None) -> int:
        """Keep a mark on records, or on an error, in one transaction; returns the token that takes it back.

        Raises:
            LookupError: one of them is not there; nothing was marked.
        """
        with self._connection() as connection, _transaction(connection):
            token = marks.add(connection, marks.places(connection, records, error_id), mark)
            connection.execute("UPDATE counters SET stamp = stamp + 1")
            return token

    def undo(self, token: int, who: str, at: datetime) -> int:
        """Take back the marks that were made at once under this token; returns how many."""
        with self._connection() as connection, _transaction(connection):
            undone = marks.undo(connection, token, who, at)
            connection.execute("UPDATE counters SET stamp = stamp + (? > 0)", (undone,))
            return undone

    def marks(self, today: date) -> list[Mark]:
        """All marks that were not taken back, newest first, each as it stands on this day."""
        with self._connection() as connection:
            return list(marks.marks(connection, today))

    def accepted(self, run_id: int, today: date) -> Accepted:
        """What of a run is under an acceptance that is in force on this day."""
        with self._connection() as connection:
            return marks.accepted(connection, run_id, today)

    @contextlib.contextmanager
    def filing(self) -> Iterator[Filing]:
        """File something: one transaction, committed at the end, undone by any exception.

        Raises:
            ArchiveBusy: another process has been filing for too long.
            ArchiveProblem: it can't be written, the disk is full.
        """
        with self._connection() as connection:
            (usual,) = connection.execute("PRAGMA cache_size").fetchone()
            connection.execute(f"PRAGMA cache_size = -{states.CACHE}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                filing = Filing(connection, self._aliases)
                yield filing
                filing.finish()
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                connection.execute(f"PRAGMA cache_size = {usual}")

    def _columns_of(self, connection: sqlite3.Connection, headings_id: int | None) -> Columns:
        """The columns of a table; read once, since headings never change."""
        known = self._columns.get(headings_id or 0)
        if known is None:
            row = connection.execute("SELECT columns FROM headings WHERE id = ?", (headings_id,)).fetchone()
            known = self._columns[headings_id or 0] = Columns(
                json.loads(row[0]) if row else (), self._aliases
            )
        return known

    def _place(self, connection: sqlite3.Connection, error_id: int, column: str) -> tuple[int, int]:
        (headings_id,) = connection.execute(
            "SELECT headings_id FROM errors WHERE id = ?", (error_id,)
        ).fetchone() or (None,)
        columns = self._columns_of(connection, headings_id).columns
        return columns.index(column), len(columns)

    def _error(self, connection: sqlite3.Connection, row: tuple[Any, ...]) -> ErrorType:
        return ErrorType(
            id=row[0],
            run_id=row[1],
            message=row[2],
            rows_affected=row[3],
            rows_read=row[4],
            complete=bool(row[5]),
            columns=self._columns_of(connection, row[6]).columns,
            address=row[7],
            state=None if row[8] is None else State(row[8]),
            since=_moment(row[9]),
            nights=row[10] or 0,
            last_seen=_moment(row[11]),
            new_rows=row[12],
        )

    def _record(self, connection: sqlite3.Connection, row: tuple[Any, ...]) -> Record:
        id_, error_id, run_id, number, headings_id, joined, what, since, nights, last_seen = row
        columns = self._columns_of(connection, headings_id)
        values = cells.split(joined)
        return Record(
            id=id_,
            error_id=error_id,
            run_id=run_id,
            number=number,
            subject=columns.subject(values),
            values=dict(zip(columns.columns, values, strict=False)),
            state=_STATES.get(what),
            since=_moment(since),
            nights=nights or 0,
            last_seen=_moment(last_seen),
        )


def _moment(told: str | None) -> datetime | None:
    """The time that `_AT` tells."""
    if told is None:
        return None
    performed, zone = told.split()
    return moment(int(performed), int(zone))


def _run(row: tuple[Any, ...]) -> Run:
    return Run(
        id=row[0],
        kind=Kind(row[1]),
        label=row[2],
        performed_at=moment(row[3], row[4]),
        performed_text=row[5],
        precision=Precision(row[6]),
        basis=Basis(row[7]),
        result=Result(row[8]),
        result_text=row[9],
        errors=row[10],
        rows_affected=row[11],
        rows_read=row[12],
        complete=bool(row[13]),
        errors_listed=bool(row[14]),
        origin=row[15] or "",
        is_rerun=bool(row[16]),
        compared_with=row[17],
        new_rows=row[18],
        returned_rows=row[19],
        gone_rows=row[20],
    )
