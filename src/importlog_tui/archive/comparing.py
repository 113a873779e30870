"""The records of an error at one night against those at another: what came, and what went.

SQLite sorts the keys of both nights together, which it does in files where they are many, and keeps what only one of them has in the order in which
it comes out, so that it is appended: looking each of two million keys up in a tree on the disk takes three times as long. Therefore a night's many
changes lie together (`mass_changes`), in the order of their keys and in no other; few ones lie with those of all nights (`lone_changes`), where each
record's are found at once. The view `changes` holds both.
"""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import chain, pairwise
from operator import eq, itemgetter
from typing import TYPE_CHECKING, Final

from importlog_tui.archive.what import What

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

ROWS: Final = "spans s CROSS JOIN records r ON r.id >= s.first_id AND r.id < s.first_id + s.count"
"""The records `r` of an error, by its spans `s`."""

FEW: Final = 20_000
"""Changes of an error in one night that lie with those of all nights."""

_PLACED: Final = """json_each(?) e JOIN spans s ON s.error_id = e.value
    CROSS JOIN records r ON r.id >= s.first_id AND r.id < s.first_id + s.count"""
_PLACE: Final = "(e.key << 40) + s.first + r.id - s.first_id"
# The ids of the later night are turned, so that one number tells both, and max() is the first row of what came and the last of what went: what is
# sorted is half of the time.
_COMPARE: Final = f"""
    INSERT INTO mass_changes (mass_id, key, what, record_id, rows)
    WITH both (key, id) AS (SELECT r.key, r.id FROM {_PLACED} UNION ALL SELECT r.key, -r.id FROM {_PLACED})
    SELECT ?, key, iif(max(id) < 0, {What.NEW}, {What.GONE}), abs(max(id)), count(*) FROM both
    GROUP BY key HAVING max(id) < 0 OR min(id) > 0
"""
# max() makes the record's id that of the row with the greatest place.
_BY_PLACE: Final = f"""
    WITH both (key, place, id) AS (SELECT r.key, {_PLACE}, r.id FROM {_PLACED} UNION ALL SELECT r.key, -({_PLACE}), r.id FROM {_PLACED})
    UPDATE mass_changes AS m SET record_id = p.id
    FROM (SELECT key, id, max(place) FROM both
        WHERE key IN (SELECT key FROM mass_changes WHERE mass_id = ?3 AND rows > 1) GROUP BY key) p
    WHERE m.mass_id = ?3 AND m.key = p.key
"""
_COUNT: Final = f"""
    SELECT total((what = {What.NEW}) * rows), total((what = {What.RETURNED}) * rows), total(what = {What.GONE})
    FROM mass_changes WHERE mass_id = ?
"""


@dataclass(slots=True)
class Found:
    """What a comparison found.

    Attributes:
        rows: for each error of the later night how many of its rows are new, and how many are back.
        gone: records that are not there any more.
    """

    rows: dict[int, tuple[int, int]] = field(default_factory=dict)
    gone: int = 0

    def add(self, other: Found) -> None:
        """What another error's comparison found."""
        self.rows |= other.rows
        self.gone += other.gone


def compare(
    connection: sqlite3.Connection, lineage: int, old: list[int], new: list[int], seq: int, run_id: int
) -> Found:
    """Keep what came and what went from the records of the errors `old` to those of `new`, at the place `seq` of the run.

    Each with the record that has its key: the first one in natural order, or, of what went, the last one.
    """
    told = Found(dict.fromkeys(new, (0, 0)))
    rows = [_count(connection, errors) for errors in (old, new)]
    if rows[0] == rows[1] and all(map(eq, _all_keys(connection, old), _all_keys(connection, new))):
        return told
    execute = connection.execute
    mass = execute("INSERT INTO masses (lineage, seq, run_id) VALUES (?, ?, ?)", (lineage, seq, run_id))
    mass_id = mass.lastrowid
    listed = json.dumps(old), json.dumps(new), mass_id
    keys = execute(_COMPARE, listed).rowcount
    if not all(_are_in_order(connection, errors) for errors in (old, new)):
        execute(_BY_PLACE, listed)
    back = _tell_returned(connection, lineage, seq, mass_id)
    if keys == sum(rows):  # each is another one
        fresh, told.gone = rows[1] - back, rows[0]
    else:
        fresh, back, told.gone = map(int, execute(_COUNT, (mass_id,)).fetchone())
    if len(new) == 1:
        told.rows[new[0]] = fresh, back
    elif new:
        told.rows |= _rows_of_each(connection, new, mass_id)
    if keys <= FEW:
        execute(
            """INSERT INTO lone_changes (lineage, key, seq, what, record_id, run_id)
                SELECT ?, key, ?, what, record_id, ? FROM mass_changes WHERE mass_id = ?""",
            (lineage, seq, run_id, mass_id),
        )
        _drop(connection, [mass_id])
    return told


def forget(connection: sqlite3.Connection, run_id: int, lineage: int | None = None) -> None:
    """Forget what came and went in a run; of one error only, where it is given."""
    where = "run_id = ?1 AND (?2 IS NULL OR lineage = ?2)"
    connection.execute(f"DELETE FROM lone_changes WHERE {where}", (run_id, lineage))
    found = connection.execute(f"SELECT id FROM masses WHERE {where}", (run_id, lineage)).fetchall()
    _drop(connection, [row[0] for row in found])


def gone_records(connection: sqlite3.Connection, run_id: int) -> int:
    """How many records were first missing in a run."""
    query = f"SELECT count(*) FROM changes WHERE run_id = ? AND what = {What.GONE}"
    return int(connection.execute(query, (run_id,)).fetchone()[0])


def returned_rows(connection: sqlite3.Connection, run_id: int, lineage: int, error_id: int) -> int:
    """How many rows of an error are back in a run."""
    back = f"SELECT key FROM changes WHERE run_id = ?1 AND lineage = ?2 AND what = {What.RETURNED}"
    if connection.execute(f"{back} LIMIT 1", (run_id, lineage)).fetchone() is None:
        return 0
    query = f"SELECT count(*) FROM {ROWS} WHERE s.error_id = ?3 AND r.key IN ({back})"
    return int(connection.execute(query, (run_id, lineage, error_id)).fetchone()[0])


def _drop(connection: sqlite3.Connection, masses: Iterable[int | None]) -> None:
    for mass_id in masses:
        connection.execute("DELETE FROM mass_changes WHERE mass_id = ?", (mass_id,))
        connection.execute("DELETE FROM masses WHERE id = ?", (mass_id,))


def _count(connection: sqlite3.Connection, errors: list[int]) -> int:
    """How many records these errors have."""
    query = "SELECT coalesce(sum(count), 0) FROM spans WHERE error_id IN (SELECT value FROM json_each(?))"
    return int(connection.execute(query, (json.dumps(errors),)).fetchone()[0])


def _are_in_order(connection: sqlite3.Connection, errors: list[int]) -> bool:
    """Whether the ids of these errors' records tell their natural order."""
    spans = connection.execute(
        "SELECT s.first_id FROM json_each(?) e JOIN spans s ON s.error_id = e.value ORDER BY e.key, s.first",
        (json.dumps(errors),),
    ).fetchall()
    return all(one < other for one, other in pairwise(spans))


def _tell_returned(connection: sqlite3.Connection, lineage: int, seq: int, mass_id: int | None) -> int:
    """Of what came, tell what was gone before, and how much that is: a statement that looks into the table it fills copies all of it first."""
    lone = (
        f"SELECT 1 FROM lone_changes l WHERE l.lineage = {lineage} AND l.what = {What.GONE} AND l.seq < {seq}"
    )
    masses = f"SELECT 1 FROM masses p CROSS JOIN mass_changes b ON b.mass_id = p.id WHERE p.lineage = {lineage} AND p.seq < {seq} AND b.what = {What.GONE}"
    gone = [
        f"EXISTS ({some} AND {key} = m.key)"
        for some, key in ((lone, "l.key"), (masses, "b.key"))
        if connection.execute(f"{some} LIMIT 1").fetchone()
    ]
    if not gone:
        return 0
    return connection.execute(
        f"""UPDATE mass_changes AS m SET what = {What.RETURNED}
            WHERE mass_id = ? AND what = {What.NEW} AND ({" OR ".join(gone)})""",
        (mass_id,),
    ).rowcount


def _rows_of_each(
    connection: sqlite3.Connection, new: list[int], mass_id: int | None
) -> Iterator[tuple[int, tuple[int, int]]]:
    """For each error how many of its rows are new, and are back: a record's rows may stand in several."""
    for error_id in new:
        (fresh, back) = connection.execute(
            f"""SELECT total(m.what = {What.NEW}), total(m.what = {What.RETURNED})
                FROM {ROWS} JOIN mass_changes m ON m.mass_id = ? AND m.key = r.key WHERE s.error_id = ?""",
            (mass_id, error_id),
        ).fetchone()
        yield error_id, (int(fresh), int(back))


def have_common(connection: sqlite3.Connection, old: list[int], new: list[int]) -> bool:
    """Whether any record of the errors `old` has the key of one of `new`."""
    known = set(_all_keys(connection, old))
    return not known.isdisjoint(_all_keys(connection, new))


def _all_keys(connection: sqlite3.Connection, errors: list[int]) -> Iterator[int]:
    return chain.from_iterable(_keys(connection, error_id) for error_id in errors)


def _keys(connection: sqlite3.Connection, error_id: int) -> Iterator[int]:
    """The keys of the records of an error, in natural order."""
    query = f"SELECT r.key FROM {ROWS} WHERE s.error_id = ? ORDER BY s.first, r.id"
    return map(itemgetter(0), connection.execute(query, (error_id,)))
