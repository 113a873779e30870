"""The records of an error at one night against those at another: what came, and what went.

SQLite sorts the keys of both nights together, which it does in files where they are many, and keeps what only one of them has in the order in which
it comes out, so that it is appended: looking each of two million keys up in a tree on the disk takes three times as long.
"""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

import json
from array import array
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from importlog_tui.archive.what import What

if TYPE_CHECKING:
    import sqlite3

ROWS: Final = "spans s CROSS JOIN records r ON r.id >= s.first_id AND r.id < s.first_id + s.count"
"""The records `r` of an error, by its spans `s`."""

_PLACED: Final = """json_each(?) e JOIN spans s ON s.error_id = e.value
    CROSS JOIN records r ON r.id >= s.first_id AND r.id < s.first_id + s.count"""
_PLACE: Final = "(e.key << 40) + s.first + r.id - s.first_id"
_AT_ONCE: Final = 400_000
"""Keys in memory as a set, about 70 bytes each."""


def compare(
    connection: sqlite3.Connection, lineage: int, old: list[int], new: list[int], seq: int, run_id: int
) -> dict[int, tuple[int, int]]:
    """Keep what came and what went from the records of the errors `old` to those of `new`, at the place `seq` of the run.

    Each with the record that has its key: the first one in natural order, or, of what went, the last one.

    Returns:
        For each of `new` how many of its rows are new, and how many are back.
    """
    execute = connection.execute
    before, after = ({error_id: _keys(connection, error_id) for error_id in errors} for errors in (old, new))
    told = dict.fromkeys(new, (0, 0))
    if sum(before.values(), array("q")) == sum(after.values(), array("q")):
        return told
    before.clear()
    came = str(int(What.NEW))
    gone = f"FROM changes c WHERE c.lineage = {lineage} AND c.what = {What.GONE} AND c.seq < {seq}"
    if execute(f"SELECT 1 {gone} LIMIT 1").fetchone():
        came = f"iif(EXISTS (SELECT 1 {gone} AND c.key = both.key), {What.RETURNED}, {What.NEW})"
    # max() makes the record's id that of the row with the greatest place.
    execute(
        f"""INSERT INTO changes (lineage, key, seq, what, record_id, run_id)
            WITH both (key, id, is_new, place) AS (SELECT r.key, r.id, 0, {_PLACE} FROM {_PLACED}
                UNION ALL SELECT r.key, r.id, 1, -({_PLACE}) FROM {_PLACED})
            SELECT {lineage}, key, {seq}, iif(is_new, {came}, {What.GONE}), id, {run_id} FROM both
            GROUP BY key HAVING sum(is_new) IN (0, count(*)) AND max(place) NOT NULL""",
        (json.dumps(old), json.dumps(new)),
    )
    query = "SELECT key FROM changes WHERE run_id = ? AND lineage = ? AND what = ?"
    for what in (What.NEW, What.RETURNED):
        found = map(itemgetter(0), execute(query, (run_id, lineage, what)))
        while some := set(islice(found, _AT_ONCE)):
            for error_id, keys in after.items():
                rows = sum(map(some.__contains__, keys))  # a subject may stand in several
                fresh, back = told[error_id]
                told[error_id] = (fresh + rows, back) if what is What.NEW else (fresh, back + rows)
    return told


def have_common(connection: sqlite3.Connection, old: list[int], new: list[int]) -> bool:
    """Whether any record of the errors `old` has the key of one of `new`."""
    known = set[int]().union(*(_keys(connection, error_id) for error_id in old))
    return any(not known.isdisjoint(_keys(connection, error_id)) for error_id in new)


def _keys(connection: sqlite3.Connection, error_id: int) -> array[int]:
    """The keys of the records of an error, in natural order."""
    query = f"SELECT r.key FROM {ROWS} WHERE s.error_id = ? ORDER BY s.first, r.id"
    return array("q", map(itemgetter(0), connection.execute(query, (error_id,))))
