"""Ordering the records of an error by one column: a million of them in about the time it takes to read them twice.

A call for each row would cost more than all else, so rows are read and cut into cells some hundred at a time, as bytes, and a character is kept for
the value of each. Where there are too many values for that SQLite sorts, which needs no memory for it.
"""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Final

from importlog_tui.archive.cells import ESCAPE, SEPARATOR, plain
from importlog_tui.archive.grouped import BLOCK, Group

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence

_BYTES: Final = 64 << 10
"""About what is read at once."""
_MOST_ROWS: Final = 500
_MOST_VALUES: Final = 50_000
"""Different values of a column that are held in memory, about 250 bytes each; there are as many characters before the surrogates."""
_BETWEEN: Final = SEPARATOR.encode()

_NUMBER: Final = re.compile(r"\s*[+-]?(?:\d{1,15}(?:\.\d*)?|\.\d+)\s*", re.ASCII)
_MAY_BEGIN_A_NUMBER: Final = frozenset("0123456789+-. \t\r\n")
SELECT: Final = (
    "SELECT r.id FROM spans s CROSS JOIN records r ON r.id BETWEEN s.first_id AND s.first_id + s.count - 1"
    " WHERE s.error_id = ?"
)
"""The ids of an error's records; conditions may follow."""


def sort_key(cell: str) -> float | str | None:
    """What SQLite is to order a cell by: it puts NULL before numbers and numbers before texts.

    The usual cells, one word or plain digits, are told without the pattern, since this may be called once a row.
    """
    if cell.isalpha():
        return cell.casefold()
    if cell.isdecimal() and len(cell) < 16:
        return int(cell)
    if not cell or cell.isspace():
        return None
    if cell[0] in _MAY_BEGIN_A_NUMBER and _NUMBER.fullmatch(cell):
        return float(cell)
    return cell.casefold()


def _key_of(column: int, columns: int) -> Callable[[str], float | str | None]:
    """The sort key of a joined row; cut off from the end that is nearer."""
    before, after = column + 1, columns - column

    def from_the_left(joined: str) -> float | str | None:
        cell = joined.split(SEPARATOR, before)[column]
        return sort_key(plain(cell) if ESCAPE in cell else cell)

    def from_the_right(joined: str) -> float | str | None:
        cell = joined.rsplit(SEPARATOR, after)[-after]
        return sort_key(plain(cell) if ESCAPE in cell else cell)

    return from_the_left if before <= after else from_the_right


class _Characters(dict[bytes, str]):
    """A character for each stored cell of a column."""

    def __missing__(self, cell: bytes) -> str:
        found = self[cell] = chr(len(self))
        return found


def by_value(
    connection: sqlite3.Connection, spans: Sequence[tuple[int, int]], column: tuple[int, int]
) -> tuple[list[str], list[Group]] | None:
    """What `grouped.GroupedRows` needs to know of all records of an error, upwards by a column; None where it has too many values.

    Args:
        connection: for reading.
        spans: (first id, count) of its records in natural order.
        column: its place, of how many.
    """
    characters, blocks, begun = _Characters(), list[str](), ""
    place, columns = column
    for _, flat in pieces(connection, spans):
        begun += "".join(map(characters.__getitem__, flat[place::columns]))
        while len(begun) >= BLOCK:
            blocks.append(begun[:BLOCK])
            begun = begun[BLOCK:]
        if len(characters) > _MOST_VALUES:
            return None
    same: dict[float | str | None, str] = {}
    for cell, character in characters.items():
        key = sort_key(plain(cell.decode()))
        same[key] = same.get(key, "") + character
    blocks.append(begun)
    sizes = Counter(chain.from_iterable(blocks))
    return blocks, [
        Group(same[key], sum(map(sizes.__getitem__, same[key]))) for key in sorted(same, key=_rank)
    ]


def order_by(connection: sqlite3.Connection, column: tuple[int, int] | None, *, descending: bool) -> str:
    """What follows `SELECT` and its conditions, to have SQLite sort; None is the natural order."""
    order = ""
    if column is not None:
        connection.create_function("sort_key", 1, _key_of(*column), deterministic=True)
        order = f"sort_key(r.cells) {'DESC' if descending else 'ASC'}, "
    return f" ORDER BY {order}s.first, r.id"


def pieces(
    connection: sqlite3.Connection, spans: Sequence[tuple[int, int]], table: str = "records"
) -> Iterator[tuple[range, list[bytes]]]:
    """(ids, all stored cells of all columns, one record after the other) of some hundred records at a time, in natural order."""
    # What is between two cells is also put between two rows, so that one split does; of bytes, in two thirds of the time that texts take.
    query = f"SELECT CAST(group_concat(cells, char({ord(SEPARATOR)})) AS BLOB) FROM {table} WHERE id >= ? AND id < ?"
    step = 16
    for first_id, count in spans:
        start, stop = first_id, first_id + count
        while start < stop:
            ids = range(start, min(stop, start + step))
            (text,) = connection.execute(query, (ids.start, ids.stop)).fetchone()
            yield ids, text.split(_BETWEEN)
            start = ids.stop
            step = max(1, min(_MOST_ROWS, step * _BYTES // (len(text) + 1)))


def _rank(key: float | str | None) -> tuple[int, float, str]:
    if key is None:
        return 0, 0, ""
    return (2, 0, key) if isinstance(key, str) else (1, key, "")
