"""One reading of an error's records put to what earlier readings brought.

All of it is done by SQLite on sets of ids, so that a million rows against a million take no memory here, and what a page costs beside a walk along the
keys that are there grows with the page. Two rows are the same if all
their cells are the same, and the row numbers where both readings print them; what stands twice in a table stays twice.
"""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from importlog_tui.archive.cells import join as joined_cells
from importlog_tui.archive.cells import split

if TYPE_CHECKING:
    import sqlite3

_MOST_SPANS: Final = 500
"""An error whose records lie more scattered than this gets them anew, in one piece."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a source says of the rows that it gives.

    Attributes:
        columns: headings.
        claimed: how many rows there are in all.
        first: the place of the first one here among all.
        is_whole: nothing is known to be missing: it was read to its end, and the source shows no more rows elsewhere.
        goes_on: the source shows more rows elsewhere.
    """

    columns: tuple[str, ...]
    claimed: int | None = None
    first: int = 1
    is_whole: bool = True
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Inserted rows that belong to no error yet: consecutive ids."""

    first_id: int
    count: int

    @property
    def stop(self) -> int:
        """The id after the last one."""
        return self.first_id + self.count


@dataclass(frozen=True, slots=True)
class Held:
    """What the archive has of an error's records."""

    error_id: int
    count: int
    claimed: int | None
    is_whole: bool
    columns: tuple[str, ...]


class Choice(Enum):
    """What becomes of the rows there are and the rows that come."""

    KEEP = auto()  # nothing comes that is not there
    REPLACE = auto()  # what comes is all there is
    UNITE = auto()  # both are parts


def choose(held: Held, batch: Batch, table: Table) -> Choice:
    """Which of the two readings says more.

    A table as long as the log claims is the whole truth; so is, where the log claims nothing, one that was read whole.
    """
    claims = [claim for claim in (held.claimed, table.claimed) if claim is not None]
    if batch.count == 0:
        return Choice.KEEP
    if held.count == 0:
        return Choice.REPLACE
    if claims:
        claim = max(claims)
        if held.count >= claim:
            return Choice.KEEP
        return Choice.REPLACE if batch.count >= claim else Choice.UNITE
    if held.is_whole and not table.goes_on:
        return Choice.REPLACE if table.is_whole and batch.count > held.count else Choice.KEEP
    return Choice.REPLACE if table.is_whole and batch.count >= held.count else Choice.UNITE


def align(connection: sqlite3.Connection, batch: Batch, table: Table, columns: tuple[str, ...]) -> None:
    """Bring the cells of a batch into the order of `columns`, which are the same ones."""
    places = [table.columns.index(column) for column in columns]

    def turned(joined: str) -> str:
        row = split(joined)
        return joined_cells([row[place] for place in places])

    connection.create_function("turned", 1, turned, deterministic=True)
    connection.execute(
        "UPDATE records SET cells = turned(cells) WHERE id >= ? AND id < ?", (batch.first_id, batch.stop)
    )


def attach(connection: sqlite3.Connection, error_id: int, batch: Batch, first: int) -> None:
    """Give rows to an error at places that are free; those that go on where others end lie in one span with them."""
    if not batch.count:
        return
    place = max(1, first)
    longer = connection.execute(
        """UPDATE spans SET count = count + :count WHERE error_id = :error AND first = (
                SELECT max(first) FROM spans WHERE error_id = :error AND first < :place)
            AND first + count = :place AND first_id + count = :start""",
        {"error": error_id, "place": place, "start": batch.first_id, "count": batch.count},
    )
    if not longer.rowcount:
        connection.execute(
            "INSERT INTO spans (first_id, error_id, first, count) VALUES (?, ?, ?, ?)",
            (batch.first_id, error_id, place, batch.count),
        )


def forget(connection: sqlite3.Connection, error_id: int) -> None:
    """Delete the records of an error."""
    for first_id, count in connection.execute(
        "SELECT first_id, count FROM spans WHERE error_id = ?", (error_id,)
    ).fetchall():
        connection.execute("DELETE FROM records WHERE id >= ? AND id < ?", (first_id, first_id + count))
    connection.execute("DELETE FROM spans WHERE error_id = ?", (error_id,))


_BESIDE: Final = """spans s CROSS JOIN records {record} ON s.first < :first + :stop - :start AND s.first + s.count > :first
    AND {record}.id >= s.first_id + max(0, :first - s.first) AND {record}.id < s.first_id + min(s.count, :first + :stop - :start - s.first)"""
"""An error's records at the places of a batch."""


def compare_in_place(
    connection: sqlite3.Connection, error_id: int, batch: Batch, first: int
) -> tuple[int, int]:
    """How many rows of a batch are the same as the error's row at that place, and how many are not."""
    same, both = connection.execute(
        f"""SELECT total(a.cells = b.cells), count(*)
            FROM {_BESIDE.format(record="a")} JOIN records b ON b.id = :start - :first + s.first + a.id - s.first_id
            WHERE s.error_id = :error""",
        {"error": error_id, "first": max(1, first), "start": batch.first_id, "stop": batch.stop},
    ).fetchone()
    return int(same), both - int(same)


def tells_places(connection: sqlite3.Connection, held: Held, table: Table) -> bool:
    """Whether an error's rows or a table are known to begin further down: then a place is not just a count from 1."""
    (top,) = connection.execute(
        "SELECT min(first) FROM spans WHERE error_id = ?", (held.error_id,)
    ).fetchone()
    return bool(table.first > 1 or top > 1)


def fill(connection: sqlite3.Connection, error_id: int, batch: Batch, first: int) -> None:
    """Give an error the rows of a batch whose places are free; all others are there already, each in its place."""
    place, end = max(1, first), max(1, first) + batch.count
    offset = batch.first_id - place
    taken = connection.execute(
        "SELECT first, first + count FROM spans WHERE error_id = ? AND first < ? AND first + count > ? ORDER BY first",
        (error_id, end, place),
    ).fetchall()
    for begins, ends in [*taken, (end, end)]:
        attach(connection, error_id, Batch(place + offset, max(0, begins - place)), place)
        connection.execute(
            "DELETE FROM records WHERE id >= ? AND id < ?",
            (max(place, begins) + offset, min(ends, end) + offset),
        )
        place = ends


_ROWS: Final = "spans s CROSS JOIN records r ON r.id >= s.first_id AND r.id < s.first_id + s.count"
_PLACE: Final = "s.first + r.id - s.first_id"
_PAIR_UP: Final = (
    # Of the rows that are there, those that may be the same: at the same place, or known by the same key. A walk along all keys is all that it takes.
    # place: among all rows of the error; pair: of a row that comes now, the same row among those that are there
    "CREATE TEMP TABLE joined (id INTEGER PRIMARY KEY, is_new INTEGER NOT NULL, place INTEGER NOT NULL, pair INTEGER)",
    f"""INSERT INTO joined SELECT r.id, 0, {_PLACE}, NULL FROM {_BESIDE.format(record="r")} WHERE s.error_id = :error""",
    f"""INSERT OR IGNORE INTO joined SELECT r.id, 0, {_PLACE}, NULL FROM {_ROWS}
        WHERE s.error_id = :error AND (NOT :keyed OR r.key IN (SELECT key FROM records WHERE id >= :start AND id < :stop))""",
    "INSERT INTO joined SELECT id, 1, :first + id - :start, NULL FROM records WHERE id >= :start AND id < :stop",
    "CREATE INDEX joined_place ON joined (place, is_new)",
    # Most rows that come again stand where they stood: a walk along both tables finds them without sorting their texts.
    """UPDATE joined SET pair = (
            SELECT o.id FROM joined o JOIN records a ON a.id = o.id JOIN records b ON b.id = joined.id
            WHERE o.place = joined.place AND o.is_new = 0 AND a.cells = b.cells AND (NOT :numbered OR a.number = b.number))
        WHERE is_new = 1""",
    """CREATE TEMP TABLE single AS SELECT j.id, j.is_new, r.cells, CASE WHEN :numbered THEN r.number END AS number,
            row_number() OVER (PARTITION BY j.is_new, r.cells, CASE WHEN :numbered THEN r.number END ORDER BY j.place, j.id) AS nth
        FROM joined j JOIN records r ON r.id = j.id
        WHERE CASE WHEN j.is_new
            THEN j.pair IS NULL AND (:anywhere OR EXISTS (SELECT 1 FROM joined o WHERE o.place = j.place AND NOT o.is_new))
            ELSE j.id NOT IN (SELECT pair FROM joined WHERE pair IS NOT NULL) END""",
    "CREATE INDEX single_text ON single (is_new, cells, number, nth)",
    """UPDATE joined SET pair = o.id FROM single n JOIN single o
            ON o.is_new = 0 AND o.cells = n.cells AND o.number IS n.number AND o.nth = n.nth
        WHERE n.is_new = 1 AND n.id = joined.id""",
    "DROP TABLE single",
)


def pair_up(
    connection: sqlite3.Connection, held: Held, batch: Batch, table: Table, *, are_keyed: bool
) -> int:
    """Find the rows that both readings have, in the temporary table `joined`; returns how many only the new one has.

    Where one of the two tells that it begins further down, a row at a place of its own is another row, even if it looks like one elsewhere: a
    duplicated row is just what an error may be about.

    `are_keyed`: rows that are the same have the same key.
    """
    values = {
        "error": held.error_id,
        "first": max(1, table.first),
        "start": batch.first_id,
        "stop": batch.stop,
        "keyed": int(are_keyed),
    }
    values["numbered"] = int(_is_numbered(connection, values))
    values["anywhere"] = int(not tells_places(connection, held, table))
    connection.execute("DROP TABLE IF EXISTS temp.joined")
    for statement in _PAIR_UP:
        connection.execute(statement, values)
    (new,) = connection.execute("SELECT total(pair IS NULL) FROM joined WHERE is_new").fetchone()
    return int(new)


def _is_numbered(connection: sqlite3.Connection, values: dict[str, int]) -> bool:
    """Whether every row of both readings has a printed number."""
    (lacks,) = connection.execute(
        """SELECT EXISTS (SELECT 1 FROM records WHERE id >= :start AND id < :stop AND number IS NULL)
            OR EXISTS (SELECT 1 FROM spans s CROSS JOIN records r ON r.id >= s.first_id AND r.id < s.first_id + s.count
                WHERE s.error_id = :error AND r.number IS NULL)""",
        values,
    ).fetchone()
    return not lacks


def settle(connection: sqlite3.Connection, error_id: int, choice: Choice) -> None:
    """Leave in the archive what `choice` says of both readings, paired up in `joined`; a row that both have keeps its id."""
    execute = connection.execute
    if choice is Choice.UNITE:
        execute("DELETE FROM records WHERE id IN (SELECT id FROM joined WHERE pair IS NOT NULL)")
        execute("DELETE FROM joined WHERE pair IS NOT NULL")
        if _put_behind(connection, error_id):
            execute("DROP TABLE joined")
            return
    execute(
        f"INSERT OR IGNORE INTO joined SELECT r.id, 0, {_PLACE}, NULL FROM {_ROWS} WHERE s.error_id = ?",
        (error_id,),
    )
    if choice is Choice.REPLACE:
        execute("UPDATE joined SET place = n.place FROM joined n WHERE n.pair = joined.id")
        execute(
            """DELETE FROM records WHERE id IN (SELECT id FROM joined WHERE NOT is_new
                AND id NOT IN (SELECT pair FROM joined WHERE pair IS NOT NULL))"""
        )
        execute("DELETE FROM records WHERE id IN (SELECT id FROM joined WHERE pair IS NOT NULL)")
        execute("DELETE FROM joined WHERE id NOT IN (SELECT id FROM records)")
    else:
        _place(connection)
    execute("DELETE FROM spans WHERE error_id = ?", (error_id,))
    (islands,) = execute(f"SELECT total(is_first) FROM ({_ISLANDS})").fetchone()
    if islands > _MOST_SPANS:
        _gather(connection, error_id)
    else:
        for first_id, first, count in execute(_SPANS).fetchall():
            attach(connection, error_id, Batch(first_id, count), first)
    execute("DROP TABLE joined")


_ISLANDS: Final = """
    SELECT id, place, coalesce(id != lag(id) OVER w + 1 OR place != lag(place) OVER w + 1, 1) AS is_first
    FROM joined WINDOW w AS (ORDER BY place)
"""
_SPANS: Final = f"""
    SELECT min(id), min(place), count(*)
    FROM (SELECT id, place, sum(is_first) OVER (ORDER BY place) AS island FROM ({_ISLANDS})) GROUP BY island ORDER BY 2
"""


def _put_behind(connection: sqlite3.Connection, error_id: int) -> bool:
    """Unite without moving a row that is there; False where that can't be told from the rows in `joined`, or would scatter them.

    That is where printed numbers may order all rows, unless those that are there count from 1 and the new ones go on behind them.
    """
    execute = connection.execute
    (last, spans) = execute(
        "SELECT max(first + count) - 1, count(*) FROM spans WHERE error_id = ?", (error_id,)
    ).fetchone()
    if _may_be_by_number(connection, error_id):
        (goes_on,) = execute(
            """SELECT NOT EXISTS (SELECT 1 FROM (SELECT r.number AS number, lag(r.number, 1, ?) OVER (ORDER BY j.place) AS before
                    FROM joined j JOIN records r ON r.id = j.id WHERE j.is_new) WHERE number <= before)""",
            (last,),
        ).fetchone()
        if not goes_on or not _counts_from_one(connection, error_id, last):
            return False
        execute(
            """UPDATE joined SET place = ? + ranked.rank FROM
                (SELECT id, row_number() OVER (ORDER BY place) AS rank FROM joined WHERE is_new) ranked WHERE ranked.id = joined.id""",
            (last,),
        )
    else:
        _push(connection, last)
    execute("DELETE FROM joined WHERE NOT is_new")
    islands = execute(_SPANS).fetchall()
    if spans + len(islands) > _MOST_SPANS:
        return False
    for first_id, first, count in islands:
        attach(connection, error_id, Batch(first_id, count), first)
    return True


def _may_be_by_number(connection: sqlite3.Connection, error_id: int) -> bool:
    """Whether all rows may have a printed number, and no two the same, as far as `joined` tells."""
    lacks = connection.execute(
        f"""SELECT EXISTS (SELECT 1 FROM joined j JOIN records r ON r.id = j.id WHERE r.number IS NULL)
            OR EXISTS (SELECT 1 FROM joined j JOIN records r ON r.id = j.id GROUP BY r.number HAVING count(*) > 1)
            OR EXISTS (SELECT 1 FROM {_ROWS} WHERE s.error_id = ? AND r.number IS NULL)""",
        (error_id,),
    ).fetchone()
    return not lacks[0]


def _counts_from_one(connection: sqlite3.Connection, error_id: int, last: int) -> bool:
    """Whether the printed number of every row that is there is its place, and no place is free."""
    (rows, others) = connection.execute(
        f"SELECT count(*), total(r.number IS NOT {_PLACE}) FROM {_ROWS} WHERE s.error_id = ?", (error_id,)
    ).fetchone()
    return rows == last and not others


def _place(connection: sqlite3.Connection) -> None:
    """Give every row of the union a place of its own.

    By the printed numbers, where all have one and no two the same. Else where its own reading has it, or, if another row stands there, behind all.
    """
    (by_number,) = connection.execute(
        """SELECT NOT EXISTS (SELECT 1 FROM joined j JOIN records r ON r.id = j.id WHERE r.number IS NULL)
            AND NOT EXISTS (SELECT 1 FROM joined j JOIN records r ON r.id = j.id GROUP BY r.number HAVING count(*) > 1)"""
    ).fetchone()
    if by_number:
        connection.execute(
            """UPDATE joined SET place = ranked.rank FROM
                (SELECT j.id, row_number() OVER (ORDER BY r.number) AS rank FROM joined j JOIN records r ON r.id = j.id) ranked
                WHERE ranked.id = joined.id"""
        )
    else:
        _push(connection, 0)


def _push(connection: sqlite3.Connection, last: int) -> None:
    """Put new rows whose place is taken behind all others, of which `last` is the last place outside `joined`."""
    connection.execute(
        """UPDATE joined SET place = pushed.place FROM
            (SELECT n.id, max(?, (SELECT max(place) FROM joined)) + row_number() OVER (ORDER BY n.place) AS place
                FROM joined n WHERE n.is_new AND EXISTS (SELECT 1 FROM joined o WHERE o.place = n.place AND NOT o.is_new)) pushed
            WHERE pushed.id = joined.id""",
        (last,),
    )


def _gather(connection: sqlite3.Connection, error_id: int) -> None:
    """Copy scattered records to one piece; they get new ids."""
    (first_id,) = connection.execute("SELECT next_record FROM counters").fetchone()
    moved = connection.execute(
        """INSERT INTO records (id, number, cells, key) SELECT ? - 1 + row_number() OVER (ORDER BY j.place), r.number, r.cells, r.key
            FROM joined j JOIN records r ON r.id = j.id""",
        (first_id,),
    )
    connection.execute("DELETE FROM records WHERE id IN (SELECT id FROM joined)")
    attach(connection, error_id, Batch(first_id, moved.rowcount), 1)
    connection.execute("UPDATE counters SET next_record = ?", (first_id + moved.rowcount,))
