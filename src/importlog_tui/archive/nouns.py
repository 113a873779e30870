"""Runs, errors and records as the archive keeps them, made into the program's nouns."""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from importlog_tui.archive import cells, rows
from importlog_tui.archive.facts import moment
from importlog_tui.archive.opening import sound_words
from importlog_tui.archive.what import Compared, What, befallen
from importlog_tui.fields import Columns
from importlog_tui.model import Basis, ErrorType, Kind, Precision, Record, Result, Run, State

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from importlog_tui.fields import Field

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
        e.state, {_AT.format(run="r", place="e.since_seq")}, r.seq - e.since_seq + 1, {_AT.format(run="r", place="e.seen_seq")}, e.new_rows, e.lineage,
        (SELECT max(t.at) FROM sent t WHERE t.lineage = e.lineage)
    FROM runs r JOIN errors e ON e.run_id = r.id
    WHERE (?1 IS NULL OR e.run_id = ?1) AND (?2 IS NULL OR e.id = ?2)
    ORDER BY r.performed IS NULL, r.performed DESC, r.kind, r.id, e.ordinal, e.id
"""
_GONE_ERRORS: Final = """
    SELECT e.id FROM runs n JOIN runs o ON o.id = n.compared_with JOIN errors e ON e.run_id = o.id
    WHERE n.id = ? AND NOT n.is_rerun AND e.lineage NOT IN (SELECT lineage FROM errors WHERE run_id = n.id) ORDER BY e.ordinal, e.id
"""
"""Ids of the errors that were first missing in a run."""
# A place has a record's change among the lone ones (c) or in a mass (m, of the mass q), never in both.
_SINCE: Final = f"""CASE e.compared WHEN {Compared.NEW} THEN u.seq
    WHEN {Compared.CHANGES} THEN coalesce(nullif(max(coalesce(c.seq, 0), coalesce(q.seq, 0)), 0), e.first_seq) END"""
_RECORDS: Final = f"""
    SELECT r.id, s.error_id, e.run_id, coalesce(r.number, s.first + r.id - s.first_id), e.headings_id, r.cells,
        CASE e.compared WHEN {Compared.NEW} THEN {What.NEW}
            WHEN {Compared.CHANGES} THEN CASE u.seq WHEN c.seq THEN c.what WHEN q.seq THEN m.what ELSE -1 END END,
        {_AT.format(run="u", place=_SINCE)}, u.seq - {_SINCE} + 1,
        CASE WHEN (c.seq = u.seq AND c.what = {What.RETURNED}) OR (q.seq = u.seq AND m.what = {What.RETURNED}) THEN
            (SELECT z.performed || ' ' || coalesce(z.zone, 0) FROM ({befallen("e.lineage", "r.key", "< u.seq")}) g
                JOIN spans w ON w.first_id = (SELECT max(v.first_id) FROM spans v WHERE v.first_id <= g.record_id)
                JOIN errors y ON y.id = w.error_id JOIN runs z ON z.id = y.run_id
                WHERE g.what = {What.GONE} ORDER BY g.seq DESC LIMIT 1) END,
        r.key, (SELECT t.at FROM sent t WHERE t.lineage = e.lineage AND t.key = r.key)
    FROM records r
    JOIN spans s ON s.first_id = (SELECT max(x.first_id) FROM spans x WHERE x.first_id <= r.id)
    JOIN errors e ON e.id = s.error_id
    JOIN runs u ON u.id = e.run_id
    LEFT JOIN lone_changes c ON e.compared = {Compared.CHANGES} AND c.lineage = e.lineage AND c.key = r.key
        AND c.seq = (SELECT max(d.seq) FROM lone_changes d WHERE d.lineage = e.lineage AND d.key = r.key AND d.seq <= u.seq)
    LEFT JOIN mass_changes m ON e.compared = {Compared.CHANGES} AND m.key = r.key
        AND m.mass_id = (SELECT p.id FROM masses p CROSS JOIN mass_changes b ON b.mass_id = p.id AND b.key = r.key
            WHERE p.lineage = e.lineage AND p.seq <= u.seq ORDER BY p.seq DESC LIMIT 1)
    LEFT JOIN masses q ON q.id = m.mass_id
    WHERE r.id
"""
_STATES: Final = {What.NEW: State.NEW, What.RETURNED: State.RETURNED, -1: State.STILL}


class Nouns:
    """Reads through a connection that is given to it; keeps nothing but the headings of tables, which never change."""

    def __init__(self, aliases: Mapping[str, Field]) -> None:
        """`aliases` are a district's own headings."""
        self._aliases = aliases
        self._columns: dict[int, Columns] = {}

    def runs(self, connection: sqlite3.Connection, run_id: int | None = None) -> list[Run]:
        """As `Archive.runs`."""
        with sound_words():
            return [_run(row) for row in connection.execute(_RUNS, (run_id,))]

    def errors(
        self, connection: sqlite3.Connection, run_id: int | None = None, error_id: int | None = None
    ) -> list[ErrorType]:
        """As `Archive.errors`."""
        found = connection.execute(_ERRORS, (run_id, error_id)).fetchall()
        with sound_words():
            return [self._error(connection, row) for row in found]

    def gone_errors(self, connection: sqlite3.Connection, run_id: int) -> list[ErrorType]:
        """The errors that were first missing in a run, each as it last was."""
        return [
            error._replace(state=State.GONE, gone_in=run_id)
            for (gone_id,) in connection.execute(_GONE_ERRORS, (run_id,)).fetchall()
            for error in self.errors(connection, None, gone_id)
        ]

    def window(self, connection: sqlite3.Connection, ids: Sequence[int]) -> list[Record]:
        """As `Archive.window`."""
        if not ids:
            return []
        if ids[-1] - ids[0] == len(ids) - 1 and (
            isinstance(ids, range) or all(map(int.__eq__, ids, range(ids[0], ids[-1] + 1)))
        ):
            found = connection.execute(
                f"{_RECORDS} BETWEEN ? AND ? ORDER BY r.id", (ids[0], ids[-1])
            ).fetchall()
            with sound_words():
                return [self._record(connection, row) for row in found]
        listed = json.dumps(list(ids))
        found = connection.execute(f"{_RECORDS} IN (SELECT value FROM json_each(?))", (listed,)).fetchall()
        by_id = {row[0]: row for row in found}
        with sound_words():
            return [self._record(connection, by_id[id_]) for id_ in ids if id_ in by_id]

    def records(self, connection: sqlite3.Connection, error_id: int) -> Iterator[Record]:
        """All records of an error, streamed, in the order of their source."""
        for first_id, count in rows.spans_of(connection, error_id):
            query = f"{_RECORDS} BETWEEN ? AND ? ORDER BY r.id"
            for row in connection.execute(query, (first_id, first_id + count - 1)):
                with sound_words():
                    record = self._record(connection, row)
                yield record

    def meanings(self, columns: Sequence[str]) -> Columns:
        """What headings mean, by the district's own names of them, too."""
        return Columns(columns, self._aliases)

    def place(self, connection: sqlite3.Connection, error_id: int, column: str) -> tuple[int, int]:
        """The place of a column among those of an error, and how many there are; raises ValueError where it has none of this name."""
        (headings_id,) = connection.execute(
            "SELECT headings_id FROM errors WHERE id = ?", (error_id,)
        ).fetchone() or (None,)
        columns = self._columns_of(connection, headings_id).columns
        return columns.index(column), len(columns)

    def _columns_of(self, connection: sqlite3.Connection, headings_id: int | None) -> Columns:
        """The columns of a table."""
        known = self._columns.get(headings_id or 0)
        if known is None:
            row = connection.execute("SELECT columns FROM headings WHERE id = ?", (headings_id,)).fetchone()
            with sound_words():
                known = Columns(json.loads(row[0]) if row else (), self._aliases)
            self._columns[headings_id or 0] = known
        return known

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
            lineage=row[13],
            sent_at=_sent(row[14], row[9]),
        )

    def _record(self, connection: sqlite3.Connection, row: tuple[Any, ...]) -> Record:
        id_, error_id, run_id, number, headings_id, joined, what, since, nights, last_seen, key, sent = row
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
            key=key,
            sent_at=_sent(sent, since),
        )


def _moment(told: str | None) -> datetime | None:
    """The time that `_AT` tells."""
    if told is None:
        return None
    performed, zone = told.split()
    return moment(int(performed), int(zone))


def _sent(at: int | None, since: str | None) -> datetime | None:
    """When it went out on a work list; what was sent before it was gone for a while is over."""
    if at is None or (since is not None and at < int(since.split()[0])):
        return None
    return moment(at, 0)


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
