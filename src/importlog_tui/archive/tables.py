"""The records of errors: inserted first, then put to those that are there, so that no reading is ever held in memory."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from importlog_tui.archive import joining
from importlog_tui.archive.identity import block_keys
from importlog_tui.archive.joining import Batch, Choice, Held
from importlog_tui.archive.opening import sound_words
from importlog_tui.cells import blocks_of
from importlog_tui.fields import Columns
from importlog_tui.text import whole

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from importlog_tui.archive.joining import Table
    from importlog_tui.fields import Field
    from importlog_tui.model import Kind

_INSERT: Final = "INSERT INTO records (id, number, cells, key) VALUES (?, ?, ?, ?)"
_AT_ONCE: Final = 64
"""Rows in one statement, which is a third faster than one by one."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of the rows of one reading.

    Attributes:
        new: how many were not there before.
        note: what could not be put together with the rows that were there, a sentence without its full stop, or "".
    """

    new: int
    note: str = ""


class Tables:
    """The part of a filing that is about records."""

    def __init__(
        self, connection: sqlite3.Connection, touched: Callable[[int], None], aliases: Mapping[str, Field]
    ) -> None:
        """`touched` is told the id of every error that changes; `aliases` are a district's own headings."""
        self._aliases = aliases
        self._connection = connection
        self._touched = touched

    def insert(self, rows: Iterable[tuple[int | None, Sequence[str]]], columns: Sequence[str]) -> Batch:
        """Put rows of these columns into the archive that belong to no error yet; `join` or `drop` has to follow.

        Memory does not grow with their number.
        """
        self._connection.execute("SAVEPOINT batch")
        (first_id,) = self._connection.execute("SELECT next_record FROM counters").fetchone()
        next_id = first_id
        keys = block_keys(Columns(columns, self._aliases))
        for block in blocks_of(rows):
            count = len(block.texts)
            values: list[Any] = [None] * (4 * count)
            values[0::4] = range(next_id, next_id + count)
            values[1::4] = block.numbers
            values[2::4] = block.texts
            values[3::4] = keys(block.texts)
            for start in range(0, 4 * count, 4 * _AT_ONCE):
                self._insert(values[start : start + 4 * _AT_ONCE])
            next_id += count
        self._connection.execute("UPDATE counters SET next_record = ?", (next_id,))
        return Batch(first_id, next_id - first_id)

    def _insert(self, some: list[Any]) -> None:
        statement = _INSERT + ", (?, ?, ?, ?)" * (len(some) // 4 - 1)
        try:
            self._connection.execute(statement, some)
        except UnicodeEncodeError:
            self._connection.execute(
                statement, [whole(each) if isinstance(each, str) else each for each in some]
            )

    def drop(self) -> None:
        """Undo the last `insert`."""
        self._connection.execute("ROLLBACK TO batch")
        self._connection.execute("RELEASE batch")

    def join(self, error_id: int, batch: Batch, table: Table) -> Joined:
        """Put inserted rows to those that an error has.

        Twice the same adds nothing, pages add up, a whole reading completes a part. Where two parts together have more rows than the log claims,
        they can't be parts of one table, and the fuller one stays.
        """
        held = self._held(error_id)
        choice = joining.choose(held, batch, table)
        if held.count == 0 or batch.count == 0:
            joined, columns = (
                Joined(batch.count),
                table.columns if batch.count or not held.count else held.columns,
            )
            if choice is Choice.REPLACE:
                joining.attach(self._connection, error_id, batch, table.first)
        elif sorted(held.columns) != sorted(table.columns):
            choice, joined = self._choose_one(held, batch, table, choice)
            columns = table.columns if choice is Choice.REPLACE else held.columns
        else:
            choice, joined = self._put_together(held, batch, table, choice)
            columns = held.columns
        if choice is Choice.KEEP:
            self.drop()
        else:
            self._connection.execute("RELEASE batch")
            self._touched(error_id)
        is_whole = held.is_whole or (table.is_whole and not joined.note)
        self._describe(
            held, table, columns, is_whole=table.is_whole if choice is Choice.REPLACE else is_whole
        )
        return joined

    def _choose_one(self, held: Held, batch: Batch, table: Table, choice: Choice) -> tuple[Choice, Joined]:
        """One of two tables that have other columns."""
        note = ""
        if choice is Choice.UNITE:
            choice = _fuller(held, batch)
            note = f"its columns are not those of the {held.count:,} rows known before; {_KEPT[choice]}"
        if choice is Choice.KEEP:
            return choice, Joined(0, note)
        joining.forget(self._connection, held.error_id)
        joining.attach(self._connection, held.error_id, batch, table.first)
        return choice, Joined(batch.count, note)

    def _put_together(self, held: Held, batch: Batch, table: Table, choice: Choice) -> tuple[Choice, Joined]:
        """Two tables that have the same columns."""
        if held.columns != table.columns:
            joining.align(self._connection, batch, table, held.columns)
        same, other = joining.compare_in_place(self._connection, held.error_id, batch, table.first)
        if same == batch.count:
            return Choice.KEEP, Joined(0)
        is_in_place = other == 0 and (same == held.count or choice is not Choice.REPLACE)
        is_in_place = is_in_place and (same > 0 or joining.tells_places(self._connection, held, table))
        new = batch.count - same
        if not is_in_place:
            new = joining.pair_up(
                self._connection, held, batch, table, are_keyed=self._are_keyed(held, table.columns)
            )
        note = ""
        if choice is Choice.KEEP and new:
            note = f"{new:,} of its rows are not among the {held.count:,} known before, which are all that there are; they were left out"
        claim = most(held.claimed, table.claimed)
        if choice is Choice.UNITE and claim is not None and held.count + new > claim:
            choice = _fuller(held, batch)
            note = f"with the {held.count:,} rows known before it would make {held.count + new:,} of {claim:,}; {_KEPT[choice]}"
        if choice is Choice.KEEP or (choice is Choice.UNITE and not new):
            return Choice.KEEP, Joined(0, note)
        if is_in_place:
            joining.fill(self._connection, held.error_id, batch, table.first)
        else:
            joining.settle(self._connection, held.error_id, choice)
        return choice, Joined(new, note)

    def _are_keyed(self, held: Held, columns: tuple[str, ...]) -> bool:
        """Whether an error's rows have the keys that rows of these columns get now: what headings mean may have been told another way since."""
        if held.columns != columns:
            return False
        ends = self._connection.execute(
            """SELECT r.cells, r.key FROM (SELECT min(first_id) AS first, max(first_id + count) - 1 AS last FROM spans WHERE error_id = ?)
                JOIN records r ON r.id IN (first, last)""",
            (held.error_id,),
        ).fetchall()
        keys = block_keys(Columns(columns, self._aliases))
        return list(keys([cells for cells, _ in ends])) == [key for _, key in ends]

    def same_loose_table(self, kind: Kind, batch: Batch, table: Table) -> int | None:
        """The error that was made for the same table when it came before: the same rows, or of two where one is a part the same beginning."""
        for error_id, is_whole, count in self._connection.execute(
            """SELECT e.id, e.is_whole, (SELECT coalesce(sum(count), 0) FROM spans WHERE error_id = e.id) AS rows
                FROM runs r JOIN errors e ON e.run_id = r.id JOIN headings h ON h.id = e.headings_id
                WHERE r.is_loose AND r.kind = ? AND h.columns = ? ORDER BY rows DESC, e.id""",
            (kind.value, _headings(table.columns)),
        ).fetchall():
            may_be = (
                count == batch.count
                or (count < batch.count and not is_whole)
                or (count > batch.count and not table.is_whole)
            )
            if may_be:
                same, other = joining.compare_in_place(self._connection, error_id, batch, table.first)
                if not other and (same or not batch.count):
                    return int(error_id)
        return None

    def excess(self, error_id: int) -> tuple[int, int] | None:
        """How many rows an error has and how many its log claims, where it has more than that."""
        held = self._held(error_id)
        return (held.count, held.claimed) if held.claimed is not None and held.count > held.claimed else None

    def _held(self, error_id: int) -> Held:
        row = self._connection.execute(
            """SELECT e.id, (SELECT coalesce(sum(count), 0) FROM spans WHERE error_id = e.id), e.rows_claimed, e.is_whole, h.columns
                FROM errors e LEFT JOIN headings h ON h.id = e.headings_id WHERE e.id = ?""",
            (error_id,),
        ).fetchone()
        with sound_words():
            return Held(row[0], row[1], row[2], bool(row[3]), tuple(json.loads(row[4])) if row[4] else ())

    def _describe(self, held: Held, table: Table, columns: tuple[str, ...], *, is_whole: bool) -> None:
        """Keep what a reading says of an error's table as a whole."""
        better = most(held.claimed, table.claimed), is_whole, columns
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
        self._touched(held.error_id)


_KEPT: Final = {
    Choice.KEEP: "those were kept, being the fuller reading",
    Choice.REPLACE: "it took their place, being the fuller reading",
}


def _headings(columns: Sequence[str]) -> str:
    return json.dumps([whole(column) for column in columns], ensure_ascii=False)


def _fuller(held: Held, batch: Batch) -> Choice:
    return Choice.REPLACE if batch.count > held.count else Choice.KEEP


def most(one: int | None, other: int | None) -> int | None:
    """The greater of two numbers, either of which may be unknown."""
    return max((value for value in (one, other) if value is not None), default=None)
