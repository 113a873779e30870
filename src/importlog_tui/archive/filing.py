"""One bringing-in: runs, their errors and their records put beside what is known, in one transaction."""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import astuple, dataclass, fields
from enum import StrEnum
from itertools import count, islice
from typing import TYPE_CHECKING, Any, Final

from importlog_tui.archive import cells, joining
from importlog_tui.archive.facts import (
    Facts,
    facts_of,
    is_complete,
    merged,
    moment,
    reported_errors,
    same_run,
)
from importlog_tui.archive.joining import Batch, Choice, Held
from importlog_tui.archive.placing import KnownError
from importlog_tui.model import Basis, Kind, Precision, Result
from importlog_tui.text import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from importlog_tui.archive.joining import Table
    from importlog_tui.model import RunReading

_NAMES: Final = tuple(field.name for field in fields(Facts))
_FACTS: Final = ", ".join(_NAMES)
_TYPES: Final = {
    "kind": Kind,
    "precision": Precision,
    "basis": Basis,
    "result": Result,
    "is_listed": bool,
    "is_loose": bool,
}
_AT_ONCE: Final = 1000
"""Rows handed to SQLite together."""


@dataclass(frozen=True, slots=True)
class Filed:
    """Where something was filed, and whether it was new."""

    id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of the rows of one reading.

    Attributes:
        new: how many were not there before.
        note: why they could not be put together with those that were, or "".
    """

    new: int
    note: str


class Filing:
    """Writes into the archive; made by `Archive.filing`, whose transaction it is part of."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._touched: set[int] = set()
        self._has_changed = False

    def run(self, reading: RunReading, *, is_loose: bool = False) -> Filed:
        """File what is said of a run, without its errors.

        Args:
            reading: what a source says.
            is_loose: made up for records whose log was not seen; such runs are kept apart from those that a log tells of.
        """
        new = facts_of(reading, is_loose=is_loose)
        known = self._runs_about(new)
        run_id = same_run(known.items(), new)
        if run_id is None:
            marks = ", ".join("?" * len(_NAMES))
            cursor = self._connection.execute(f"INSERT INTO runs ({_FACTS}) VALUES ({marks})", _row_of(new))
            filed = Filed(_last_id(cursor), is_new=True)
            self._touched.add(filed.id)
        else:
            filed = Filed(run_id, is_new=False)
            both = merged(known[run_id], new)
            if both != known[run_id]:
                sets = ", ".join(f"{name} = ?" for name in _NAMES)
                self._connection.execute(f"UPDATE runs SET {sets} WHERE id = ?", (*_row_of(both), run_id))
                self._touched.add(run_id)
        self.origin(filed.id, reading.origin.name)
        return filed

    def origin(self, run_id: int, name: str) -> None:
        """Remember that a source told something of a run."""
        found = self._connection.execute("INSERT OR IGNORE INTO origins VALUES (?, ?)", (run_id, whole(name)))
        if found.rowcount:
            self._touched.add(run_id)

    def _runs_about(self, new: Facts) -> dict[int, Facts]:
        """The runs of a kind around its time."""
        query = f"SELECT id, {_FACTS} FROM runs WHERE kind = ? AND performed"
        if new.performed is None:
            rows = self._connection.execute(f"{query} IS NULL", (new.kind,))
        else:
            around = (new.performed - 86400, new.performed + 86400)
            rows = self._connection.execute(f"{query} BETWEEN ? AND ?", (new.kind, *around))
        return {row[0]: _facts_in(row[1:]) for row in rows}

    def errors(self, run_id: int, messages: Sequence[tuple[str, int | None, str, str]]) -> list[Filed]:
        """File the errors that one source lists of a run, in their order: (message, rows affected, address, what is compared of it).

        An error is known by its message, white space folded; where one stands twice in a list, by being the first or second of them.
        """
        seen: Counter[str] = Counter()
        filed = []
        for ordinal, (message, rows_claimed, address, key) in enumerate(messages, 1):
            folded = " ".join(whole(message).split())
            seen[folded] += 1
            filed.append(self._error(run_id, ordinal, (whole(message), folded, seen[folded]), rows_claimed))
            self.address(filed[-1].id, address, key)
        return filed

    def _error(
        self, run_id: int, ordinal: int, name: tuple[str, str, int], rows_claimed: int | None
    ) -> Filed:
        message, folded, nth = name
        execute = self._connection.execute
        row = execute(
            "SELECT id, ordinal, message, rows_claimed FROM errors WHERE run_id = ? AND message_key = ? AND nth = ?",
            (run_id, folded, nth),
        ).fetchone()
        if row is None:
            cursor = execute(
                "INSERT INTO errors (run_id, ordinal, message, message_key, nth, rows_claimed) VALUES (?, ?, ?, ?, ?, ?)",
                (run_id, ordinal, message, folded, nth, rows_claimed),
            )
            self._touched.add(run_id)
            return Filed(_last_id(cursor), is_new=True)
        better = min(row[1], ordinal), min(row[2], message), _most(row[3], rows_claimed)
        if better != row[1:]:
            execute(
                "UPDATE errors SET ordinal = ?, message = ?, rows_claimed = ? WHERE id = ?", (*better, row[0])
            )
            self._touched.add(run_id)
        return Filed(row[0], is_new=False)

    def address(self, error_id: int, address: str, key: str) -> None:
        """Remember where a source says that an error's records are; `key` is what is compared."""
        if not key:
            return
        found = self._connection.execute(
            "INSERT OR IGNORE INTO addresses (key, error_id, address) VALUES (?, ?, ?)",
            (key, error_id, address),
        )
        if found.rowcount:
            self._touched.add(self.run_of(error_id))

    def insert(self, rows: Iterable[tuple[int | None, Sequence[str]]]) -> Batch:
        """Put rows into the archive that belong to no error yet; `join` or `drop` has to follow.

        Memory does not grow with their number.
        """
        self._connection.execute("SAVEPOINT batch")
        (first_id,) = self._connection.execute("SELECT next_record FROM counters").fetchone()
        ids, each = count(first_id), iter(rows)
        while some := [
            (id_, number, cells.join(row))
            for (number, row), id_ in zip(islice(each, _AT_ONCE), ids, strict=False)
        ]:
            self._insert(some)
        batch = Batch(first_id, next(ids) - first_id)
        self._connection.execute("UPDATE counters SET next_record = ?", (batch.stop,))
        return batch

    def _insert(self, some: list[tuple[int, int | None, str]]) -> None:
        statement = "INSERT OR REPLACE INTO records (id, number, cells) VALUES (?, ?, ?)"
        try:
            self._connection.executemany(statement, some)
        except UnicodeEncodeError:
            self._connection.executemany(
                statement, [(id_, number, whole(joined)) for id_, number, joined in some]
            )

    def join(self, error_id: int, batch: Batch, table: Table) -> Joined:
        """Put inserted rows to those that an error has.

        Twice the same adds nothing, pages add up, a whole reading completes a part. Where two parts together have more rows than the log claims,
        they can't be parts of one table, and the fuller one stays.
        """
        held = self._held(error_id)
        choice = joining.choose(held, batch, table)
        columns, note, new = table.columns, "", batch.count
        if choice is not Choice.KEEP and held.count:
            if sorted(held.columns) != sorted(table.columns):
                if choice is Choice.UNITE:
                    choice, note = _fuller(held, batch), "its columns are not those of the rows known before"
                if choice is Choice.REPLACE:
                    joining.forget(self._connection, error_id)
                    joining.attach(self._connection, error_id, batch, table.first)
            else:
                columns = held.columns
                if held.columns != table.columns:
                    joining.align(self._connection, batch, table, held.columns)
                new = joining.pair_up(self._connection, held, batch, table)
                claim = _most(held.claimed, table.claimed)
                if choice is Choice.UNITE and claim is not None and held.count + new > claim:
                    choice = _fuller(held, batch)
                    note = (
                        f"together with the rows known before it would make {held.count + new:,} of {claim:,}"
                    )
                if choice is Choice.UNITE and not new:
                    choice = Choice.KEEP
                if choice is not Choice.KEEP:
                    joining.settle(self._connection, error_id, choice)
        elif choice is Choice.REPLACE:
            joining.attach(self._connection, error_id, batch, table.first)
        if choice is Choice.KEEP:
            self.drop(batch)
            new = 0
            columns = held.columns or table.columns
        else:
            self._connection.execute("RELEASE batch")
            self._touched.add(self.run_of(error_id))
        is_whole = (
            table.is_whole if choice is Choice.REPLACE else held.is_whole or (table.is_whole and not note)
        )
        self._describe(held, table, columns, is_whole=is_whole)
        return Joined(new, f"{note}; the fuller of the two readings was kept" if note else "")

    def drop(self, _batch: Batch) -> None:
        """Undo `insert`."""
        self._connection.execute("ROLLBACK TO batch")
        self._connection.execute("RELEASE batch")

    def _held(self, error_id: int) -> Held:
        row = self._connection.execute(
            """SELECT e.id, (SELECT coalesce(sum(count), 0) FROM spans WHERE error_id = e.id), e.rows_claimed, e.is_whole, h.columns
                FROM errors e LEFT JOIN headings h ON h.id = e.headings_id WHERE e.id = ?""",
            (error_id,),
        ).fetchone()
        return Held(row[0], row[1], row[2], bool(row[3]), tuple(json.loads(row[4])) if row[4] else ())

    def _describe(self, held: Held, table: Table, columns: tuple[str, ...], *, is_whole: bool) -> None:
        """Keep what a reading says of an error's table as a whole."""
        better = _most(held.claimed, table.claimed), is_whole, columns
        if better == (held.claimed, held.is_whole, held.columns):
            return
        execute = self._connection.execute
        headings_id = None
        if columns:
            text = _headings(columns)
            execute("INSERT OR IGNORE INTO headings (columns) VALUES (?)", (text,))
            (headings_id,) = execute("SELECT id FROM headings WHERE columns = ?", (text,)).fetchone()
        execute(
            "UPDATE errors SET rows_claimed = ?, is_whole = ?, headings_id = ? WHERE id = ?",
            (better[0], is_whole, headings_id, held.error_id),
        )
        self._touched.add(self.run_of(held.error_id))

    def loose_error(self, run_id: int, message: str) -> int:
        """Make an error for a table that came without its log; returns its id."""
        execute = self._connection.execute
        folded = " ".join(whole(message).split())
        (last, nth) = execute(
            "SELECT coalesce(max(ordinal), 0), coalesce(max(nth) FILTER (WHERE message_key = ?2), 0) FROM errors WHERE run_id = ?1",
            (run_id, folded),
        ).fetchone()
        return self._error(run_id, last + 1, (whole(message), folded, nth + 1), None).id

    def same_loose_table(self, kind: Kind, batch: Batch, table: Table) -> int | None:
        """The error that was made for the same table when it came before: the same rows, or of two where one is a part the same beginning."""
        self.settle()
        for error_id, count_, is_whole in self._connection.execute(
            """SELECT e.id, e.rows_read, e.is_whole FROM runs r JOIN errors e ON e.run_id = r.id JOIN headings h ON h.id = e.headings_id
                WHERE r.is_loose AND r.kind = ? AND h.columns = ? ORDER BY e.rows_read DESC, e.id""",
            (kind.value, _headings(table.columns)),
        ).fetchall():
            may_be = (
                count_ == batch.count
                or (count_ < batch.count and not is_whole)
                or (count_ > batch.count and not table.is_whole)
            )
            if may_be and joining.begin_alike(self._connection, error_id, batch, table.first):
                return int(error_id)
        return None

    def known_errors(self) -> list[KnownError]:
        """All errors, the newest run first, for finding those that tables belong to."""
        self.settle()
        keys: dict[int, set[str]] = {}
        for key, error_id in self._connection.execute("SELECT key, error_id FROM addresses"):
            keys.setdefault(error_id, set()).add(key)
        rows = self._connection.execute(
            """SELECT e.id, e.run_id, e.message, e.rows_claimed, e.rows_read, e.complete, r.label, r.kind, r.performed, r.zone, r.is_loose
                FROM runs r JOIN errors e ON e.run_id = r.id
                ORDER BY r.performed IS NULL, r.performed DESC, r.kind, r.id, e.ordinal, e.id"""
        )
        return [
            KnownError(
                id=row[0],
                run_id=row[1],
                message=row[2],
                rows_affected=row[3],
                rows_read=row[4],
                complete=bool(row[5]),
                label=row[6],
                kind=Kind(row[7]),
                performed_at=moment(row[8], row[9]),
                keys=frozenset(keys.get(row[0], ())),
                is_loose=bool(row[10]),
            )
            for row in rows
        ]

    def has_error(self, error_id: int) -> bool:
        """Whether there is such an error."""
        return (
            self._connection.execute("SELECT 1 FROM errors WHERE id = ?", (error_id,)).fetchone() is not None
        )

    def run_of(self, error_id: int) -> int:
        """The run that an error belongs to; raises LookupError if there is no such error."""
        row = self._connection.execute("SELECT run_id FROM errors WHERE id = ?", (error_id,)).fetchone()
        if row is None:
            raise LookupError(error_id)
        return int(row[0])

    def settle(self) -> None:
        """Bring the sums of what was touched up to date."""
        for run_id in sorted(self._touched):
            self._settle(run_id)
            self._has_changed = True
        self._touched.clear()

    def finish(self) -> None:
        """The last thing to be done before the transaction is committed."""
        self.settle()
        if self._has_changed:
            self._connection.execute("UPDATE counters SET stamp = stamp + 1")

    def _settle(self, run_id: int) -> None:
        execute = self._connection.execute
        affected: list[int | None] = []
        read = complete = 0
        for error_id, claimed, is_whole, rows_read in execute(
            """SELECT id, rows_claimed, is_whole, (SELECT coalesce(sum(count), 0) FROM spans WHERE error_id = errors.id)
                FROM errors WHERE run_id = ?""",
            (run_id,),
        ).fetchall():
            rows_affected = claimed if claimed is not None or not is_whole else rows_read
            is_read = rows_affected is not None and rows_read >= rows_affected
            execute(
                "UPDATE errors SET rows_affected = ?, rows_read = ?, complete = ? WHERE id = ?",
                (rows_affected, rows_read, is_read, error_id),
            )
            affected.append(rows_affected)
            read += rows_read
            complete += is_read
        (*facts,) = execute(f"SELECT {_FACTS} FROM runs WHERE id = ?", (run_id,)).fetchone()
        run = _facts_in(facts)
        errors = reported_errors(
            run.result, error_count=run.error_count, is_listed=run.is_listed, listed=len(affected)
        )
        known = [rows for rows in affected if rows is not None]
        is_known = errors is not None and len(known) >= errors
        execute(
            "UPDATE runs SET errors = ?, rows_affected = ?, rows_read = ?, complete = ?, errors_listed = ? WHERE id = ?",
            (
                errors,
                sum(known) if is_known else None,
                read,
                is_complete(
                    run.result,
                    error_count=run.error_count,
                    is_listed=run.is_listed,
                    listed=len(affected),
                    complete=complete,
                ),
                run.is_listed and len(affected) >= (run.error_count or 0),
                run_id,
            ),
        )


def _headings(columns: Sequence[str]) -> str:
    return json.dumps([whole(column) for column in columns], ensure_ascii=False)


def _fuller(held: Held, batch: Batch) -> Choice:
    return Choice.REPLACE if batch.count > held.count else Choice.KEEP


def _most(one: int | None, other: int | None) -> int | None:
    return max((value for value in (one, other) if value is not None), default=None)


def _last_id(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None  # noqa: S101 - an INSERT has always one
    return cursor.lastrowid


def _row_of(facts: Facts) -> tuple[object, ...]:
    return tuple(value.value if isinstance(value, StrEnum) else value for value in astuple(facts))


def _facts_in(row: Sequence[Any]) -> Facts:
    values = dict(zip(_NAMES, row, strict=True))
    for name, type_ in _TYPES.items():
        values[name] = type_(values[name])
    return Facts(**values)
