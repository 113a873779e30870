"""The records of an error at one night against those at another: what came, and what went.

Their keys are compared as sets of numbers, some hundred thousand at a time: SQLite would put each of two million keys into its place in a tree on
the disk to find out the same. What differs is kept in the order of the keys, so that it is appended.
"""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

from array import array
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from importlog_tui.archive.what import What

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

ROWS: Final = "spans s CROSS JOIN records r ON r.id >= s.first_id AND r.id < s.first_id + s.count"
"""The records `r` of an error, by its spans `s`."""

_AT_ONCE: Final = 400_000
"""Keys of one night in memory as a set, about 70 bytes each."""
_KEY_BITS: Final = 64
_TOGETHER: Final = 256
"""Rows in one statement, which is twice as fast as one by one."""


class _Keys:
    """The keys of the records of some errors, with their ids, in natural order."""

    def __init__(self, connection: sqlite3.Connection, error_ids: Sequence[int]) -> None:
        self.keys, self.ids, self.errors = array("q"), array("q"), list[tuple[int, range]]()
        for error_id in error_ids:
            start = len(self.ids)
            for first_id, count in connection.execute(
                "SELECT first_id, count FROM spans WHERE error_id = ? ORDER BY first", (error_id,)
            ).fetchall():
                query = "SELECT key FROM records WHERE id >= ? AND id < ? ORDER BY id"
                self.keys.extend(map(itemgetter(0), connection.execute(query, (first_id, first_id + count))))
                self.ids.extend(range(first_id, first_id + count))
            self.errors.append((error_id, range(start, len(self.ids))))

    def part(self, number: int, shift: int) -> set[int]:
        """Those whose first bits are `number`: with all numbers in their order, ranges of keys in their order."""
        return {key for key in self.keys if key >> shift == number} if shift < _KEY_BITS else set(self.keys)

    def records(self, wanted: set[int], *, last: bool) -> list[tuple[int, int]]:
        """(key, id of the record that has it first, or last, in natural order) for these keys, in their order."""
        pairs = [pair for pair in zip(self.keys, self.ids, strict=True) if pair[0] in wanted]
        if len(pairs) > len(wanted):
            pairs = list((dict(pairs) if last else dict(reversed(pairs))).items())
        pairs.sort()
        return pairs

    def count(self, wanted: set[int]) -> Iterator[tuple[int, int]]:
        """(error, how many of its rows have one of these keys): a subject may stand in several rows."""
        for error_id, places in self.errors:
            yield error_id, sum(map(wanted.__contains__, self.keys[places.start : places.stop]))


def compare(
    connection: sqlite3.Connection, lineage: int, old: list[int], new: list[int], seq: int, run_id: int
) -> dict[int, tuple[int, int]]:
    """Keep what came and what went from the records of the errors `old` to those of `new`, at the place `seq` of the run.

    Returns:
        For each of `new` how many of its rows are new, and how many are back.
    """
    before, after = _Keys(connection, old), _Keys(connection, new)
    told = dict.fromkeys(new, (0, 0))
    if before.keys == after.keys:
        return told
    parts = 1
    while max(len(before.keys), len(after.keys)) > parts * _AT_ONCE:
        parts *= 2
    shift = _KEY_BITS - (parts.bit_length() - 1)
    place = lineage, seq, run_id
    for number in range(-parts // 2, parts // 2) if parts > 1 else (0,):
        then, now = before.part(number, shift), after.part(number, shift)
        came, went = now - then, then - now
        then.clear()
        now.clear()
        if came:
            back = _were_gone(connection, lineage, seq, came)
            for what, keys in ((What.RETURNED, back), (What.NEW, came - back)):
                _keep(connection, place, what, after.records(keys, last=False) if keys else [])
            for error_id, rows in after.count(came):
                returned = dict(after.count(back))[error_id] if back else 0
                told[error_id] = told[error_id][0] + rows - returned, told[error_id][1] + returned
        if went:
            _keep(connection, place, What.GONE, before.records(went, last=True))
    return told


def _were_gone(connection: sqlite3.Connection, lineage: int, seq: int, came: set[int]) -> set[int]:
    """Those of these keys that were there before and went."""
    gone = connection.execute(
        f"SELECT key FROM changes WHERE lineage = ? AND what = {What.GONE} AND seq < ?", (lineage, seq)
    )
    return came.intersection(map(itemgetter(0), gone))


def _keep(
    connection: sqlite3.Connection, place: tuple[int, int, int], what: What, records: list[tuple[int, int]]
) -> None:
    lineage, seq, run_id = place
    for start in range(0, len(records), _TOGETHER):
        some = records[start : start + _TOGETHER]
        connection.execute(
            f"""INSERT INTO changes (lineage, key, seq, what, record_id, run_id) WITH came (key, id) AS (VALUES {", ".join(["(?, ?)"] * len(some))})
                SELECT {lineage}, key, {seq}, {what}, id, {run_id} FROM came""",
            list(chain.from_iterable(some)),
        )
