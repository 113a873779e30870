"""What a file is as bytes, before anybody makes a table of it: Schoology takes UTF-8, and an XLS only up to 10,000 rows (schoology.md 3)."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from importlog_tui.sources.encoding import encoding_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CHUNK: Final = 1 << 20
_OLE: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = b"PK\x03\x04"
_MOST: Final = 100_000


@dataclass(frozen=True, slots=True)
class AsBytes:
    """A file as bytes.

    Attributes:
        size: of it.
        encoding: what a text is written in, where that is another one than UTF-8; None for UTF-8 and for spreadsheets.
        odd_lines: lines, from 1, with bytes that are no UTF-8; the first hundred thousand.
        is_xls: the old form of a spreadsheet.
    """

    size: int
    encoding: str | None = None
    odd_lines: tuple[int, ...] = ()
    is_xls: bool = False


def look(path: Path) -> AsBytes:
    """Look at a file; raises OSError."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(64 << 10)
    if head.startswith(_OLE):
        return AsBytes(size, is_xls=True)
    if head.startswith(_ZIP):
        return AsBytes(size)
    encoding = encoding_of(head)
    if not encoding.startswith("utf-8"):
        return AsBytes(size, encoding.upper().removesuffix("-LE").removesuffix("-BE"))
    return AsBytes(size, odd_lines=() if _is_utf8(path) else tuple(_odd_lines(path)))


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _odd_lines(path: Path) -> Iterator[int]:
    found = 0
    for number, line in enumerate(_lines(path), 1):
        if not line.isascii():
            try:
                line.decode()
            except UnicodeDecodeError:
                found += 1
                if found > _MOST:
                    return
                yield number


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, whatever they end with."""
    rest = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            # A carriage return at the end may be half of a line end.
            while chunk.endswith(b"\r") and (more := file.read(1)):
                chunk += more
            *lines, rest = (rest + chunk).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
            yield from lines
    if rest:
        yield rest
