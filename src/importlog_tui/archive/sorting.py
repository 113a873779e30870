"""Ordering the records of an error by one column: a million of them in about the time it takes to read them twice.

A call for each row would cost more than all else, so rows are read and cut into cells some hundred at a time, as bytes, and their ids go into one
array for each value of the column, which are the order already. Where there are too many values for that SQLite sorts, which needs no memory for it.
"""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

import re
from array import array
from collections import deque
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

from importlog_tui.archive.cells import ESCAPE, SEPARATOR, plain

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence

_BYTES: Final = 64 << 10
"""About what is read at once."""
_MOST_ROWS: Final = 500
_MOST_VALUES: Final = 50_000
"""Different values of a column that are held in memory, about 250 bytes each."""
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


class _ByValue(dict[bytes, "array[int]"]):
    """Ids of records by the stored cell of a column."""

    def __init__(self, typecode: str) -> None:
        super().__init__()
        self._typecode = typecode

    def __missing__(self, cell: bytes) -> array[int]:
        found = self[cell] = array(self._typecode)
        return found


def grouped(
    connection: sqlite3.Connection, spans: Sequence[tuple[int, int]], column: tuple[int, int], typecode: str
) -> list[array[int]] | None:
    """The ids of all records of an error upwards by a column, those of one value together; None where there are too many values.

    Args:
        connection: for reading.
        spans: (first id, count) of its records in natural order.
        column: its place, of how many.
        typecode: of the arrays.
    """
    # The ids have to tell the natural order.
    if not all(one < other for one, other in pairwise(spans)):
        return None
    by_value = _ByValue(typecode)
    place, columns = column
    for ids, flat in pieces(connection, spans):
        deque(map(array.append, map(by_value.__getitem__, flat[place::columns]), ids), maxlen=0)
        if len(by_value) > _MOST_VALUES:
            return None
    same: dict[float | str | None, list[bytes]] = {}
    for cell in by_value:
        same.setdefault(sort_key(plain(cell.decode())), []).append(cell)
    return [_together([by_value.pop(cell) for cell in same[key]]) for key in sorted(same, key=_rank)]


def _together(groups: list[array[int]]) -> array[int]:
    return groups[0] if len(groups) == 1 else array(groups[0].typecode, sorted(chain.from_iterable(groups)))


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
