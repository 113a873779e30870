"""How far the cells of a sheet lie apart: a library makes room for every place between the first and the last of them, filled or not."""

from __future__ import annotations

import re
from dataclasses import dataclass

ROOM = 12_000_000
"""Places of one sheet that are taken as they come; each costs the library 32 bytes."""
MOST = 60_000_000
_EMPTIEST = 10
"""Places for each cell that is really there, beyond `ROOM`: no table is emptier."""
_LONGEST_TAG = 16 << 20


class Bomb(Exception):
    """The file would grow out of hand; the text says how."""


def judge(places: int, cells: int, rows: int, columns: int) -> None:
    """Raises Bomb where the library would have to make room for too much."""
    if places > MOST or places > max(ROOM, _EMPTIEST * cells):
        raise Bomb(f"a sheet's cells lie too far apart ({rows:,} rows by {columns:,} columns)")


_BLANKS = bytes.maketrans(b"\t\r\n", b"   ")
_LETTERS, _DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", b"0123456789"
_PLACE = re.compile(rb""" r *= *["']([A-Za-z0-9]*)""")
_TAG = re.compile(rb"<(c|row)[ />]")


@dataclass
class SheetXml:
    """The extent of a sheet, fed with its XML piece by piece.

    Nothing is believed that a reader might take otherwise: every place that is written anywhere counts, in whatever order, and so do cells and
    rows that stand without one.
    """

    rows: int = 0
    columns: int = 0
    cells: int = 0
    _row_tags: int = 0
    _run: int = 0
    _rest: bytes = b""

    def feed(self, piece: bytes) -> None:
        """Take the next bytes; raises Bomb as soon as it is clear."""
        text = self._rest + piece
        cut = text.rfind(b"<")
        if len(text) - cut > _LONGEST_TAG:
            raise Bomb("the spreadsheet is damaged, or is none")
        cut = max(cut, 0)
        text, self._rest = text[:cut].translate(_BLANKS), text[cut:]
        places = b" ".join(_PLACE.findall(text))
        self.rows = max(
            self.rows, *(int(row[:20]) for row in {b"0", *places.translate(None, _LETTERS).split()})
        )
        self.columns = max(self.columns, *map(_column, {b"", *places.translate(None, _DIGITS).split()}))
        # Whatever the name space is called.
        tags: list[bytes] = _TAG.findall(text.replace(b":c", b"<c").replace(b":row", b"<row"))
        runs = b"".join(tags).split(b"row")
        self.cells += sum(map(len, runs))
        self._row_tags += len(runs) - 1
        self.rows = max(self.rows, self._row_tags)
        self.columns = max(self.columns, self._run + len(runs[0]), *map(len, runs))
        self._run = len(runs[-1]) + (self._run if len(runs) == 1 else 0)
        judge(self.rows * self.columns, self.cells, self.rows, self.columns)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + letter - 64
    return number
