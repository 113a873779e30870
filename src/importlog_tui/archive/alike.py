"""Whether the records of two nights can be compared at all, and whether a run only repeats another one."""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from importlog_tui.archive.comparing import ROWS, have_common
from importlog_tui.archive.identity import known_by
from importlog_tui.fields import Columns

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from importlog_tui.fields import Field


def are_whole(places: dict[int, list[tuple[int, bool]]], seq: int) -> bool:
    """Whether an error's records at a place are known whole, or it was not there."""
    return all(is_whole for _, is_whole in places.get(seq, ()))


class Likeness:
    """Whether the records of an error at one place can be compared with those at another.

    Attributes:
        odd: errors whose records could not.
    """

    def __init__(self, connection: sqlite3.Connection, aliases: Mapping[str, Field]) -> None:
        """`aliases` are a district's own headings."""
        self._connection, self._aliases = connection, aliases
        self._bases: dict[str, tuple[str, ...]] = {}
        self._told: dict[tuple[tuple[int, ...], tuple[int, ...]], bool] = {}
        self.odd: set[int] = set()

    def first_of(self, places: dict[int, list[tuple[int, bool]]], seq: int) -> int | None:
        """The first place from which on all records read whole can be compared with those at `seq`; None where none were read whole."""
        first: int | None = None
        last: list[int] = []
        for at in sorted(places):
            if at > seq or not are_whole(places, at):
                continue
            ids = [id_ for id_, _ in places[at]]
            if first is None or not self._are_comparable(last, ids):
                if first is not None:
                    self.odd.update(ids if at == seq else ())
                first = at
            last = ids
        return first

    def _are_comparable(self, old: list[int], new: list[int]) -> bool:
        pair = tuple(old), tuple(new)
        if pair not in self._told:
            bases = [{basis for id_ in ids if (basis := self._basis(id_))} for ids in pair]
            self._told[pair] = (
                not all(bases) or bases[0] == bases[1] or have_common(self._connection, old, new)
            )
        return self._told[pair]

    def _basis(self, error_id: int) -> tuple[str, ...] | None:
        """What an error's records are known by; None where it has none."""
        row = self._connection.execute(
            "SELECT h.columns, e.rows_read FROM errors e JOIN headings h ON h.id = e.headings_id WHERE e.id = ?",
            (error_id,),
        ).fetchone()
        if row is None or not row[1]:
            return None
        if row[0] not in self._bases:
            self._bases[row[0]] = known_by(Columns(json.loads(row[0]), self._aliases))
        return self._bases[row[0]]


def is_same_data(
    connection: sqlite3.Connection,
    one: tuple[tuple[int, int, bool], ...],
    other: tuple[tuple[int, int, bool], ...],
) -> bool:
    """Whether two runs have the same errors with the same rows, all of them read; without a row there is nothing to tell it by."""
    if not one or [error[0] for error in one] != [error[0] for error in other]:
        return False
    if not all(error[2] for error in (*one, *other)):
        return False
    execute = connection.execute
    pairs = [(mine[1], theirs[1]) for mine, theirs in zip(one, other, strict=True)]
    counts = [
        [execute("SELECT rows_read FROM errors WHERE id = ?", (id_,)).fetchone()[0] for id_ in pair]
        for pair in pairs
    ]
    if any(mine != theirs for mine, theirs in counts) or not any(mine for mine, _ in counts):
        return False
    for mine, theirs in pairs:
        (same,) = execute(
            """SELECT count(*) FROM spans s JOIN spans t ON t.error_id = :theirs
                CROSS JOIN records a ON a.id >= s.first_id AND a.id < s.first_id + s.count
                JOIN records b ON b.id = t.first_id + s.first + a.id - s.first_id - t.first
                    AND b.id >= t.first_id AND b.id < t.first_id + t.count
                WHERE s.error_id = :mine AND a.cells = b.cells""",
            {"mine": mine, "theirs": theirs},
        ).fetchone()
        (count,) = execute("SELECT rows_read FROM errors WHERE id = ?", (mine,)).fetchone()
        if same != count and not _are_same_rows(connection, mine, theirs):
            return False
    return True


def _are_same_rows(connection: sqlite3.Connection, mine: int, theirs: int) -> bool:
    """The same in whatever order; what stands twice has to stand twice."""
    rows = f"SELECT r.cells, count(*) FROM {ROWS} WHERE s.error_id = ? GROUP BY r.cells"
    other = connection.execute(f"{rows} EXCEPT {rows} LIMIT 1", (mine, theirs)).fetchone()
    return other is None
