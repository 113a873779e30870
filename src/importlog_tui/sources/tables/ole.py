"""The one stream that an old XLS file keeps its sheets in, looked at before a library believes what it says of itself.

An XLS is a small file system (MS-CFB) in which chains of sectors may lead in circles, and its records (MS-XLS) announce sizes that memory is
taken for at once. So the stream is taken out here, its sheets are measured, and it is put into a file that has nothing else in it.
"""

from __future__ import annotations

import struct
from array import array

from importlog_tui.sources.tables.extent import Bomb, judge

_DAMAGED = "the spreadsheet is damaged, or is none"
_LAST_SECTOR = 0xFFFFFFFA
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SMALL = 4096
"""Streams below this lie in sectors of their own kind."""
_BOUND_SHEET, _EOF, _STRINGS, _DIMENSIONS, _MANY_NUMBERS = 0x0085, 0x000A, 0x00FC, 0x0200, 0x00BD
_CELLS = {0x0006, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, _MANY_NUMBERS}
_UNKNOWN = 0x0FFF
_MOST_RECORDS = 20_000_000
_PAGE = 4096


def cleaned(data: bytes) -> bytes:
    """An XLS with nothing but the sheets of `data`. Raises Bomb where they can't be told or would grow too large."""
    try:
        stream = bytearray(workbook_stream(data))
        _measure(stream)
    except (struct.error, IndexError, ValueError) as error:
        raise Bomb(_DAMAGED) from error
    return _wrapped(stream)


def workbook_stream(data: bytes) -> bytes:
    """The stream of an XLS that holds its sheets. Raises Bomb, struct.error or IndexError where there is none."""
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if shift not in {9, 12} or mini_shift != 6:
        raise Bomb(_DAMAGED)
    size = 1 << shift
    sectors = (len(data) - 1) // size

    def sector(number: int) -> bytes:
        if number >= sectors:
            raise Bomb(_DAMAGED)
        return data[(number + 1) * size : (number + 2) * size].ljust(size, b"\0")

    def numbers(content: bytes) -> array[int]:
        found = array("I", content)
        if found.itemsize != 4:  # pragma: no cover - no such machine is known
            raise Bomb(_DAMAGED)
        return found

    def chain(start: int, table: array[int]) -> list[int]:
        found: list[int] = []
        while start < _LAST_SECTOR:
            if start >= len(table) or len(found) > len(table):
                raise Bomb(_DAMAGED)
            found.append(start)
            start = table[start]
        return found

    def content(start: int) -> bytes:
        return b"".join(map(sector, chain(start, table)))

    places = list(struct.unpack_from("<109I", data, 76))
    (more,) = struct.unpack_from("<I", data, 68)
    for _ in range(sectors):
        if more >= _LAST_SECTOR:
            break
        *found, more = numbers(sector(more))
        places += found
    table = numbers(b"".join(sector(place) for place in places[: sectors + 109] if place < _LAST_SECTOR))

    (start,) = struct.unpack_from("<I", data, 48)
    directory = content(start)
    entries = [directory[at : at + 128] for at in range(0, len(directory), 128)]
    named: dict[str, bytes] = {}
    for entry in entries:
        name = entry[:64].decode("utf-16-le", "replace").partition("\0")[0]
        named.setdefault(name.casefold(), entry)
    if not {"workbook", "book"} & named.keys():
        raise Bomb(_DAMAGED)
    first, length = struct.unpack_from("<II", named["workbook" if "workbook" in named else "book"], 116)
    if length >= _SMALL:
        return content(first)[:length]
    small = content(struct.unpack_from("<I", entries[0], 116)[0])
    small_table = numbers(content(struct.unpack_from("<I", data, 60)[0]))
    return b"".join(small[place << 6 : (place + 1) << 6] for place in chain(first, small_table))[:length]


def _measure(stream: bytearray) -> None:
    """Raises Bomb where the sheets of the stream need more room than a table has; the library holds all of them at once.

    What the sheets say of their own size is taken out: memory would be reserved for it, be it true or not.
    """
    starts: list[int] = []
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _EOF:
            break
        if kind == _BOUND_SHEET:
            starts += struct.unpack_from("<I", stream, at + 4)
        elif kind == _STRINGS and struct.unpack_from("<I", stream, at + 8)[0] > len(stream):
            raise Bomb(_DAMAGED)
        at += 4 + length
    extents: dict[int, tuple[int, int, int]] = {}
    left = _MOST_RECORDS
    for start in set(starts):
        extents[start], left = _extent(stream, start, left)
    cells = sum(extents[start][2] for start in starts)
    places = sum(extents[start][0] * extents[start][1] for start in starts)
    rows, columns, _ = max(extents.values(), key=lambda extent: extent[0] * extent[1], default=(0, 0, 0))
    judge(places, cells, rows, columns)


def _extent(stream: bytearray, at: int, left: int) -> tuple[tuple[int, int, int], int]:
    """Rows, columns and cells of the sheet that starts at `at`; how many records may still be looked at."""
    rows = columns = cells = 0
    read, end = struct.unpack_from, len(stream)
    while at + 4 <= end:
        kind, length = read("<HH", stream, at)
        if kind == _EOF:
            break
        left -= 1
        if left < 0:
            raise Bomb("the spreadsheet would grow too large to be read")
        if kind in _CELLS and length >= 4 and at + 4 + length <= end:
            row, column = read("<HH", stream, at + 4)
            if kind == _MANY_NUMBERS:
                (column,) = read("<H", stream, at + 2 + length)
            rows, columns, cells = max(rows, row + 1), max(columns, column + 1), cells + 1
        elif kind == _DIMENSIONS:
            struct.pack_into("<H", stream, at, _UNKNOWN)
        at += 4 + length
    return (rows, columns, cells), left


def _wrapped(stream: bytearray) -> bytes:
    """A file system of large sectors in which `stream` is the only file."""
    pages = max(1, -(-len(stream) // _PAGE))
    tables = -(-(pages + 2) // (_PAGE // 4 - 1))
    if tables > 109:
        raise Bomb("the spreadsheet would grow too large to be read")
    first = tables + 1
    table = array("I", [_FAT] * tables + [_END] + [*range(first + 1, first + pages), _END, _END])
    table.extend([_FREE] * (tables * (_PAGE // 4) - len(table)))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 4, 0xFFFE, 12, 6, 1, tables, tables, 0, _SMALL, _END, 0, _END, 0,
    )  # fmt: skip
    places = array("I", [*range(tables), *[_FREE] * (109 - tables)]).tobytes()
    # A root without a place for small streams is taken for damage.
    entries = _entry("Root Entry", 5, 1, first + pages, _PAGE) + _entry(
        "Workbook", 2, _FREE, first, pages * _PAGE
    )
    empty = struct.pack("<68xIII48x", _FREE, _FREE, _FREE)
    return b"".join(
        (
            (header + places).ljust(_PAGE, b"\0"),
            table.tobytes(),
            entries + empty * (_PAGE // 128 - 2),
            stream.ljust((pages + 1) * _PAGE, b"\0"),
        )
    )


def _entry(name: str, kind: int, child: int, start: int, length: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return struct.pack("<64sHBBIII36xIQ", text, len(text), kind, 1, _FREE, _FREE, child, start, length)
