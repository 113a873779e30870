"""Which records can't hold a text: an index over the cells of long errors, made in the background, that spares a filter most of them.

Records lie in groups of 64 ids. `search_cells` knows of every three letters in a row in which groups they stand, in small letters; `search_covered`
says which ids it knows. A filter looks through the groups that may hold its text, and through what is not covered, with the very condition that it has
without an index: so an index that is half made, or knows records that were deleted since, changes no answer. The cells behind an id never change, and
no id is given twice: what is covered stays so, even if a record is gone for a while (undoing.py).

Sixty-four: every second group of 256 has the letters of any one id of eight digits somewhere, one of 64 in seventy has. It takes a fifth of the text.
"""

from __future__ import annotations

import sqlite3
import time
from itertools import starmap
from typing import TYPE_CHECKING, Final

from importlog_tui.archive.cells import SEPARATOR, escaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WORTH: Final = 50_000
"""Records of an error from which on it pays: fewer are looked through in less than 20 ms of one processor."""
SHIFT: Final = 6
"""A record's group is its id without so many bits."""
_LETTERS: Final = 3
_MOST_THREES: Final = 12
"""Of a long text: more of them rule out hardly anything, and each costs."""
_AT_ONCE: Final = 0.008
"""Seconds after which a transaction that indexes takes no further group."""
_CHARACTERS: Final = 1_000_000
"""Of a group that are held in memory."""
_PAGES: Final = 24
"""Of the index, put together in one transaction: about as much work as indexing in one."""


TABLES: Final = (
    # A step of the schema. stop: the id after the last one. Merges of FTS5's own accord would make a transaction last more than 100 ms.
    "CREATE VIRTUAL TABLE search_cells USING fts5 (text, content = '', tokenize = 'trigram case_sensitive 1', detail = 'none', columnsize = 0)",
    "INSERT INTO search_cells (search_cells, rank) VALUES ('automerge', 0)",
    "INSERT INTO search_cells (search_cells, rank) VALUES ('usermerge', 8)",
    "CREATE TABLE search_covered (first_id INTEGER PRIMARY KEY, stop INTEGER NOT NULL) STRICT",
    "CREATE INDEX search_covered_by_stop ON search_covered (stop)",
)


def narrowed(
    connection: sqlite3.Connection, ids: Sequence[range], text: str
) -> Iterator[tuple[range, Sequence[int] | None]]:
    """The parts of `ids`, in their order, in which `text` may stand in whatever case, each with its groups that may; None for all of them."""
    if not (wanted := _threes(text)):
        yield from ((some, None) for some in ids)
        return
    for some in ids:
        for part, is_covered in _parts(connection, some):
            groups = _groups(connection, part, wanted) if is_covered else None
            if groups is None or groups:
                yield part, groups


def _threes(text: str) -> str:
    """What to ask the index for; "" where the text is too short for it."""
    folded = escaped(text).casefold()
    threes = list(dict.fromkeys(folded[at : at + _LETTERS] for at in range(len(folded) - _LETTERS + 1)))
    some = threes[:: -(-len(threes) // _MOST_THREES) or 1]
    return " AND ".join('"' + three.replace('"', '""') + '"' for three in some)


def _groups(connection: sqlite3.Connection, part: range, wanted: str) -> list[int] | None:
    """The groups of `part` that may hold what is wanted; None where that is most of them, or the index is damaged: all has to be looked through."""
    first, last = part.start >> SHIFT, (part.stop - 1) >> SHIFT
    try:
        found = connection.execute(
            "SELECT rowid FROM search_cells WHERE search_cells MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid",
            (wanted, first, last),
        ).fetchall()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        return None
    return None if 2 * len(found) > last - first + 1 else [row[0] for row in found]


def _parts(connection: sqlite3.Connection, ids: range) -> Iterator[tuple[range, bool]]:
    """`ids` in parts that are covered, and parts that are not."""
    covered = connection.execute(
        "SELECT first_id, stop FROM search_covered WHERE stop > ? AND first_id < ? ORDER BY first_id",
        (ids.start, ids.stop),
    ).fetchall()
    at = ids.start
    for first_id, stop in [*covered, (ids.stop, ids.stop)]:
        if at < first_id:
            yield range(at, min(first_id, ids.stop)), False
        if (at := max(at, first_id)) < (end := min(stop, ids.stop)):
            yield range(at, end), True
            at = end


def lacking(connection: sqlite3.Connection, ids: Sequence[range]) -> range | None:
    """The first of `ids` that are not covered; None where all are."""
    return next(
        (part for some in ids for part, is_covered in _parts(connection, some) if not is_covered), None
    )


def index_some(connection: sqlite3.Connection, ids: Sequence[range]) -> bool:
    """Take some of `ids` into the index, or tidy it; False where there is nothing more to do. To be called in a transaction, which stays a short one."""
    if _put_together(connection):
        return True
    if (part := lacking(connection, ids)) is None:
        return False
    if part.start == ids[0].start:
        _drop_what_is_gone(connection)
    until = time.monotonic() + _AT_ONCE
    stop = part.start
    while stop < part.stop and (stop == part.start or time.monotonic() < until):
        start, stop = stop, min(part.stop, ((stop >> SHIFT) + 1) << SHIFT)
        _index(connection, range(start, stop))
    grown = connection.execute("UPDATE search_covered SET stop = ? WHERE stop = ?", (stop, part.start))
    if not grown.rowcount:
        connection.execute("INSERT INTO search_covered VALUES (?, ?)", (part.start, stop))
    return True


def _index(connection: sqlite3.Connection, ids: range) -> None:
    """Index records of one group; the same group may come again, and then is known by all that was ever said of it."""
    texts: list[str] = []
    size = 0

    def write() -> None:
        text = SEPARATOR.join(texts).casefold()
        connection.execute("INSERT INTO search_cells (rowid, text) VALUES (?, ?)", (ids.start >> SHIFT, text))

    query = "SELECT cells FROM records WHERE id >= ? AND id < ?"
    for (joined,) in connection.execute(query, (ids.start, ids.stop)):
        texts.append(joined)
        size += len(joined)
        if size > _CHARACTERS:
            write()
            texts.clear()
            size = 0
    if texts:
        write()


def _put_together(connection: sqlite3.Connection) -> bool:
    """Merge pieces of the index, where there are many; FTS5 would do it by itself, but in transactions of more than 100 ms."""
    before = connection.total_changes
    connection.execute("INSERT INTO search_cells (search_cells, rank) VALUES ('merge', ?)", (_PAGES,))
    return connection.total_changes - before > 1


def _drop_what_is_gone(connection: sqlite3.Connection) -> None:
    """Begin anew where most of what the index knows was replaced or deleted since."""
    (known,) = connection.execute("SELECT total(stop - first_id) FROM search_covered").fetchone()
    (there,) = connection.execute(
        """SELECT total(min(c.stop, s.first_id + s.count) - max(c.first_id, s.first_id))
            FROM search_covered c JOIN spans s ON s.first_id < c.stop AND s.first_id + s.count > c.first_id"""
    ).fetchone()
    if known > 2 * there:
        connection.execute("INSERT INTO search_cells (search_cells) VALUES ('delete-all')")
        connection.execute("DELETE FROM search_covered")


def ranges(spans: Sequence[tuple[int, int]]) -> list[range]:
    """The ids of an error's records, by its spans."""
    return list(starmap(lambda first_id, count: range(first_id, first_id + count), spans))
