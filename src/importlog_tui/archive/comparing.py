"""The records of an error at one night against those at another: what came, and what went."""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importlog_tui.archive.what import What

if TYPE_CHECKING:
    import sqlite3

ROWS: Final = "spans s CROSS JOIN records r ON r.id >= s.first_id AND r.id < s.first_id + s.count"
"""The records `r` of an error, by its spans `s`."""

_COMPARE: Final = (
    "DELETE FROM temp.old_rest",
    "DELETE FROM temp.new_rest",
    # Most rows stand where they stood: a walk along both finds them without putting a million keys in order.
    f"""INSERT OR IGNORE INTO temp.new_rest SELECT r.key, r.id FROM {ROWS}
        WHERE s.error_id IN (SELECT id FROM temp.new_errors) AND NOT EXISTS (
            SELECT 1 FROM temp.old_spans t JOIN records o ON o.id = t.first_id + s.first + r.id - s.first_id - t.first
            WHERE o.id >= t.first_id AND o.id < t.stop_id AND o.key = r.key) ORDER BY r.key""",
    f"""INSERT OR REPLACE INTO temp.old_rest SELECT r.key, r.id FROM {ROWS}
        WHERE s.error_id IN (SELECT id FROM temp.old_errors) AND NOT EXISTS (
            SELECT 1 FROM temp.new_spans t JOIN records o ON o.id = t.first_id + s.first + r.id - s.first_id - t.first
            WHERE o.id >= t.first_id AND o.id < t.stop_id AND o.key = r.key) ORDER BY r.key""",
    "CREATE TEMP TABLE both_rest AS SELECT key FROM new_rest WHERE key IN (SELECT key FROM old_rest)",
    "DELETE FROM temp.new_rest WHERE key IN (SELECT key FROM both_rest)",
    "DELETE FROM temp.old_rest WHERE key IN (SELECT key FROM both_rest)",
    "DROP TABLE temp.both_rest",
)
_STILL_THERE: Final = f"""DELETE FROM temp.{{rest}} WHERE key IN (SELECT r.key FROM {ROWS}
    WHERE s.error_id IN (SELECT id FROM temp.{{other}}) AND r.key IN (SELECT key FROM temp.{{rest}}))"""
CACHE: Final = 64 * 1024
"""KiB of memory for a comparison: a million keys and what belongs to them, so that none goes to the disk and comes back."""
_TEMPORARY: Final = (
    f"PRAGMA temp.cache_size = -{CACHE}",
    "CREATE TEMP TABLE IF NOT EXISTS old_rest (key INTEGER PRIMARY KEY, record_id INTEGER NOT NULL)",
    "CREATE TEMP TABLE IF NOT EXISTS new_rest (key INTEGER PRIMARY KEY, record_id INTEGER NOT NULL)",
    "CREATE TEMP TABLE IF NOT EXISTS old_errors (id INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE IF NOT EXISTS new_errors (id INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE IF NOT EXISTS old_spans (first_id INTEGER PRIMARY KEY, first INTEGER, stop_id INTEGER)",
    "CREATE TEMP TABLE IF NOT EXISTS new_spans (first_id INTEGER PRIMARY KEY, first INTEGER, stop_id INTEGER)",
)


def compare(
    connection: sqlite3.Connection, lineage: int, old: list[int], new: list[int], seq: int, run_id: int
) -> None:
    """Keep what came and what went from the records of the errors `old` to those of `new`."""
    execute = connection.execute
    for statement in _TEMPORARY:
        execute(statement)
    for side, ids in (("old", old), ("new", new)):
        execute(f"DELETE FROM temp.{side}_errors")
        execute(f"DELETE FROM temp.{side}_spans")
        connection.executemany(f"INSERT INTO temp.{side}_errors VALUES (?)", [(id_,) for id_ in ids])
        # Only one error's places can be walked along: those of several lie upon each other.
        if len(ids) == 1:
            execute(
                f"INSERT INTO temp.{side}_spans SELECT first_id, first, first_id + count FROM spans WHERE error_id = ?",
                (ids[0],),
            )
    read = {side: _rows_of(connection, ids) for side, ids in (("old", old), ("new", new))}
    for statement in _COMPARE:
        unmatched = execute(statement).rowcount
        if "INTO temp.new_rest" in statement and unmatched == read["new"]:
            read["new"] = 0
        if "INTO temp.old_rest" in statement and unmatched == read["old"]:
            read["old"] = 0
    for rest, other in (("new", "old"), ("old", "new")):
        # A key that stands twice may have been found at one of its places.
        if read[other] and execute(f"SELECT EXISTS (SELECT 1 FROM temp.{rest}_rest)").fetchone()[0]:
            execute(_STILL_THERE.format(rest=f"{rest}_rest", other=f"{other}_errors"))
    values = {"lineage": lineage, "seq": seq, "run": run_id}
    execute(
        f"""INSERT INTO changes (lineage, key, seq, what, record_id, run_id)
            SELECT :lineage, key, :seq, CASE WHEN EXISTS (SELECT 1 FROM changes c WHERE c.lineage = :lineage
                AND c.key = n.key AND c.seq < :seq AND c.what = {What.GONE}) THEN {What.RETURNED} ELSE {What.NEW} END,
                record_id, :run FROM temp.new_rest n""",
        values,
    )
    execute(
        f"""INSERT INTO changes (lineage, key, seq, what, record_id, run_id)
            SELECT :lineage, key, :seq, {What.GONE}, record_id, :run FROM temp.old_rest""",
        values,
    )


def _rows_of(connection: sqlite3.Connection, ids: list[int]) -> int:
    return sum(
        connection.execute("SELECT rows_read FROM errors WHERE id = ?", (id_,)).fetchone()[0] for id_ in ids
    )
