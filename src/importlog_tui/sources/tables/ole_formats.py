"""The codes that an old XLS shows and doesn't hold (MS-XLS): which of its cells are written with a format such as 000000."""

from __future__ import annotations

import struct
from array import array
from typing import TYPE_CHECKING

from importlog_tui.sources.tables.extent import Bomb
from importlog_tui.sources.tables.number_format import shape_of
from importlog_tui.sources.tables.ole import workbook_stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.sources.tables.number_format import Shape
    from importlog_tui.sources.tables.zeros import Padded

_BEGIN, _END, _SHEET, _FORMAT, _STYLE = 0x0809, 0x000A, 0x0085, 0x041E, 0x00E0
_NUMBER, _SHORT_NUMBER, _MANY_NUMBERS, _FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
_UNICODE = 0x0600
"""The version from which texts have a byte that says how wide their letters are."""


class OleFormats:
    """The padded cells of one workbook, sheet by sheet. Whatever is odd in a file has none."""

    def __init__(self, data: bytes) -> None:
        """`data` is the whole file, its size already found harmless."""
        self._data = data
        self._stream = b""
        self._starts: dict[str, int] = {}
        self._shapes: dict[int, Shape] = {}

    def of(self, sheet: str) -> Padded:
        """The padded cells of the sheet with this name: by column and shape, the rows; both from 0."""
        try:
            if not self._stream:
                self._look()
            return self._padded(self._starts[sheet]) if self._shapes and sheet in self._starts else {}
        except (struct.error, IndexError, ValueError, Bomb):
            return {}

    def _look(self) -> None:
        self._stream = workbook_stream(self._data)
        codes: dict[int, str] = {}
        version = style = 0
        for kind, at, length in self._records(0):
            if kind == _BEGIN:
                (version,) = struct.unpack_from("<H", self._stream, at)
            elif kind == _SHEET:
                (start,) = struct.unpack_from("<I", self._stream, at)
                self._starts[self._text(at + 6, version, is_wide=False)] = start
            elif kind == _FORMAT:
                (number,) = struct.unpack_from("<H", self._stream, at)
                codes[number] = self._text(at + 2, version, is_wide=version >= _UNICODE)
            elif kind == _STYLE and length >= 4:
                (number,) = struct.unpack_from("<H", self._stream, at + 2)
                if shape := shape_of(codes.get(number, "")):
                    self._shapes[style] = shape
                style += 1

    def _records(self, at: int) -> Iterator[tuple[int, int, int]]:
        """Kind, place and length of each record from `at` to the end of its part."""
        while at + 4 <= len(self._stream):
            kind, length = struct.unpack_from("<HH", self._stream, at)
            if kind == _END:
                return
            yield kind, at + 4, length
            at += 4 + length

    def _text(self, at: int, version: int, *, is_wide: bool) -> str:
        """A text with its length before it, in two bytes where `is_wide`."""
        (length,) = struct.unpack_from("<H" if is_wide else "<B", self._stream, at)
        at += 1 + is_wide
        if version < _UNICODE:
            return self._stream[at : at + length].decode("cp1252", "replace")
        width = 1 + (self._stream[at] & 1)
        letters = self._stream[at + 1 : at + 1 + length * width]
        return letters.decode("utf-16-le" if width > 1 else "latin-1", "replace")

    def _padded(self, start: int) -> Padded:
        padded: Padded = {}
        for kind, at, length in self._records(start):
            if kind not in {_NUMBER, _SHORT_NUMBER, _MANY_NUMBERS, _FORMULA} or length < 6:
                continue
            row, column = struct.unpack_from("<HH", self._stream, at)
            several = range((length - 6) // 6) if kind == _MANY_NUMBERS else range(1)
            for n in several:
                (style,) = struct.unpack_from("<H", self._stream, at + 4 + 6 * n)
                if shape := self._shapes.get(style):
                    padded.setdefault((column + n, shape), array("I")).append(row)
        return padded
