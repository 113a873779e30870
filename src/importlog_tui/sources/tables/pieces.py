"""A delimited text in pieces that end where a row ends, and the rows of a piece at once.

Parsing a million rows cell by cell, only to join the cells again, costs several times what it takes to put one sign for another in a
hundred kilobytes of text. What is done here holds for texts of which nothing is in doubt; for all others there is `csv`.
"""

from __future__ import annotations

import csv
import io
import re
from operator import itemgetter, methodcaller
from typing import TYPE_CHECKING, Final

from importlog_tui.cells import ESCAPE, SEPARATOR
from importlog_tui.sources.encoding import decoder, open_text
from importlog_tui.sources.tables.delimited import DELIMITERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlog_tui.sources.source import Source
    from importlog_tui.sources.tables.delimited import Dialect

_PIECE: Final = 128 << 10
_LARGEST: Final = 1 << 20
"""Characters in which a row has to end."""
_TRIES: Final = 16
"""Quotes in one piece that a row's end is looked for before."""
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_END: Final = "\x1e"
_EDGES: Final = frozenset((SEPARATOR, _END))
_first, _last = itemgetter(0), itemgetter(-1)
_separators = methodcaller("count", SEPARATOR)


class Pieces:
    """The text after its first lines; iterating opens it.

    Attributes:
        passed: characters before the piece that was given last, or before the place from which on no row's end could be found.
        is_done: all was given.
    """

    def __init__(self, source: Source, encoding: str, dialect: Dialect, *, skip: int) -> None:
        """`skip` is the number of lines left out, which have to be whole rows."""
        self._source, self._encoding, self._dialect, self._skip = source, encoding, dialect, skip
        self.passed = 0
        self.is_done = False

    def __iter__(self) -> Iterator[str]:
        decode = decoder(self._encoding).decode
        skip, rest = self._skip, ""
        with self._source.open() as file:
            while True:
                chunk = file.read(_PIECE)
                rest += decode(chunk, not chunk)
                if skip:
                    end = _end_of_line(rest, skip)
                    if end and strict_rows(rest[:end], self._dialect) is not None:
                        skip, rest, self.passed = 0, rest[end:], end
                    elif end or not chunk or len(rest) > _LARGEST:
                        return
                cut = 0 if skip else len(rest) if not chunk else self._cut(rest)
                if cut:
                    yield rest[:cut]
                    self.passed += cut
                    rest = rest[cut:]
                elif len(rest) > _LARGEST:
                    return
                if not chunk:
                    self.is_done = True
                    return

    def _cut(self, text: str) -> int:
        """Where the last row ends, if quotes are what they seem; a parser that is strict tells where they are not."""
        cut = text.rfind("\n") + 1
        if self._dialect.is_quoted:
            for _ in range(_TRIES):
                if text.count('"', 0, cut) % 2 == 0:
                    return cut
                cut = text.rfind("\n", 0, text.rfind('"', 0, cut)) + 1
            return 0
        return cut

    def line(self) -> int:
        """How many lines `passed` characters are."""
        lines, remaining = 0, self.passed
        with open_text(self._source.open(), self._encoding) as text:
            for line in text:
                remaining -= len(line)
                if remaining < 0:
                    break
                lines += 1
        return lines


def _end_of_line(text: str, number: int) -> int:
    """Where line `number` ends, 0 if it can't be told yet."""
    known = text.rfind("\n") + 1
    for at, found in enumerate(_LINE_END.finditer(text, 0, known), 1):
        if at == number:
            return found.end()
    return 0


def strict_rows(text: str, dialect: Dialect) -> list[list[str]] | None:
    """All rows of a text; None where a quote does not fit."""
    try:
        return list(
            csv.reader(
                io.StringIO(text, newline=""),
                delimiter=dialect.delimiter,
                quoting=dialect.quoting,
                skipinitialspace=dialect.is_spaced,
                strict=True,
            )
        )
    except csv.Error:
        return None


def joined_rows(text: str, dialect: Dialect, header: Sequence[str], width: int) -> list[str] | None:
    """The rows of a piece as `cells.join` joins them, if all of them are records without a doubt; else None, which says nothing.

    Args:
        text: whole rows.
        dialect: of the text.
        header: headings, which are no record.
        width: cells in a row.
    """
    if width < 2 or dialect.is_spaced or dialect.delimiter not in DELIMITERS:
        return None
    if SEPARATOR in text or _END in text or ESCAPE in text or "\x00" in text:
        return None
    marked = _marked(text, dialect)
    if marked is None:
        return None
    if not marked.endswith(_END):
        marked += _END
    # What stands by a table fills three cells at most, see `shape.is_beside`.
    if SEPARATOR * max(1, width - 3) + _END in marked:
        return None
    rows = marked.split(_END)
    rows.pop()
    if set(map(_separators, rows)) != {width - 1} or SEPARATOR.join(header) in rows:
        return None
    return rows


def _marked(text: str, dialect: Dialect) -> str | None:
    """The text with a separator after each cell and an end after each row, without quotes; None where quotes or line ends are in doubt."""
    if not dialect.is_quoted or '"' not in text:
        return _with_marks(text, dialect)
    parts = text.split('"')
    outside = _with_marks('"'.join(parts[0::2]), dialect)
    if outside is None or len(parts) % 2 == 0:
        return None
    pieces = outside.split('"')
    # Every quote has to stand at the edge of a cell; two of them in a row leave nothing between.
    if "" in pieces[1:-1] or not set(map(_last, pieces[:-1][not pieces[0] :])) <= _EDGES:
        return None
    if not set(map(_first, pieces[1 : len(pieces) - (not pieces[-1])])) <= _EDGES:
        return None
    parts[0::2] = pieces
    return "".join(parts)


def _with_marks(text: str, dialect: Dialect) -> str | None:
    if "\r" in text:
        if text.count("\r") != text.count("\r\n"):
            return None
        text = text.replace("\r\n", "\n")
    return text.replace(dialect.delimiter, SEPARATOR).replace("\n", _END)
