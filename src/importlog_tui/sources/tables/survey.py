"""One quick pass over a table file before its rows are asked for.

A table's columns must be known before its first row is given, and a row far down may have more cells than the headings; a million rows
are a normal case. So lines are only counted for separators here, at a fraction of what parsing costs, and parsed where that leaves a doubt.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING

from importlog_tui.sources.encoding import Strict, decode

if TYPE_CHECKING:
    from importlog_tui.sources.source import Source
    from importlog_tui.sources.tables.delimited import Dialect

LONGEST_LINE = 16 << 20
"""Bytes without a line end; no table has such a line, and it would have to be held in memory."""
_CHUNK = 256 << 10
_TAIL, _TAIL_SIZE = 8, 4 << 10
_ALL = bytes(range(256))
_FIRST, _LAST = itemgetter(slice(0, 1)), itemgetter(slice(-1, None))


@dataclass
class Survey:
    """What the pass saw.

    Attributes:
        misfit_line: line of the first byte that the encoding does not allow, None where all fit.
        is_regular: every line after the headings is a row of the table's width, or blank.
        is_too_long: a line is longer than `LONGEST_LINE`; the rest was not looked at.
        tail: the last lines.
        empty: how many lines hold only separators, with others below them: at the end they are a spreadsheet's used area.
    """

    misfit_line: int | None = None
    is_regular: bool = True
    is_too_long: bool = False
    tail: list[str] = field(default_factory=list)
    empty: int = 0


def survey(
    source: Source, encoding: str, dialect: Dialect, width: int, *, header_lines: int, end: bytes
) -> Survey:
    """Look at all lines after the first `header_lines`, which end with `end`. OSError where the file can't be read."""
    seen, strict = Survey(), Strict(encoding)
    pieces: list[bytes] = []
    tail: list[bytes] = []
    held = passed = waiting = 0
    bare = dialect.delimiter.encode() * (width - 1)
    quoted = dialect.delimiter.encode().join([b'""'] * width) if dialect.is_quoted else bare
    with source.open() as file:
        while True:
            chunk = file.read(_CHUNK)
            data = strict.utf8(chunk, final=not chunk)
            if strict.fits is not None and seen.misfit_line is None:
                seen.misfit_line = passed + strict.fits.count(end) + 1
            pieces.append(data)
            held += len(data)
            if held > LONGEST_LINE + _CHUNK:
                seen.is_too_long = True
                break
            if chunk and end not in data:
                continue
            block = b"".join(pieces) if len(pieces) > 1 else data
            cut = block.rfind(end) if chunk else len(block)
            pieces = [block[cut + 1 :]]
            held = len(pieces[0])
            block = block[:cut]
            lines = block.count(end) + 1
            if passed < header_lines:
                # Only the part after the headings has to be regular.
                skip = min(lines, header_lines - passed)
                body = end.join(block.split(end)[skip:])
            else:
                body = block
            passed += lines
            if seen.is_regular:
                seen.is_regular = _is_regular(body, dialect, width, end)
            if width > 1 and (waiting or bare in body or quoted in body):
                for line in body.split(end):
                    if line.rstrip(b"\r") in {bare, quoted}:
                        waiting += 1
                    elif line.strip():
                        seen.empty, waiting = seen.empty + waiting, 0
            # The first of them may have lost its beginning.
            tail = (tail + body[-_TAIL_SIZE:].split(end)[len(body) > _TAIL_SIZE :])[-_TAIL:]
            if not chunk:
                break
    seen.tail = [decode(line, "utf-8").rstrip("\r\n") for line in tail if len(line) < 1000]
    return seen


def _unquoted(block: bytes, separator: bytes) -> bytes | None:
    """The block without what stands in quotes; None where not every quote is plainly the edge of a cell."""
    if b'"' not in block:
        return block
    outside = block.split(b'"')[0::2]
    if block.count(b'"') % 2 or b"" in outside[1:-1]:
        return None
    beside = {*map(_LAST, outside[:-1]), *map(_FIRST, outside[1:])}
    if not beside <= {b"", separator, b"\r", b"\n"}:
        return None
    return b"".join(outside)


def _is_regular(block: bytes, dialect: Dialect, width: int, end: bytes) -> bool:
    # A carriage return inside a line ends a line for csv, too.
    if end == b"\n" and b"\r" in block and block.count(b"\r") - block.count(b"\r\n") > block.endswith(b"\r"):
        return False
    separator = dialect.delimiter.encode()
    plain = separator * (width - 1)
    unquoted = _unquoted(block, separator) if dialect.is_quoted and not dialect.is_spaced else block
    if unquoted is not None and width > 1:
        # What is left of a line with as many separators as the headings is always the same.
        left = unquoted.translate(None, _ALL.translate(None, separator + end))
        if left == (plain + end) * (len(left) // width) + plain:
            return True
    kept = separator + end + (b'"' if dialect.is_quoted else b"")
    marks = block.translate(None, _ALL.translate(None, kept)).split(end)
    odd = [line for line, mark in zip(block.split(end), marks, strict=True) if mark != plain and line.strip()]
    texts = map(bytes.decode, odd, repeat("utf-8"), repeat("replace"))
    try:
        rows = csv.reader(
            texts,
            delimiter=dialect.delimiter,
            quoting=dialect.quoting,
            skipinitialspace=dialect.is_spaced,
            strict=True,
        )
        return set(map(len, rows)) <= {width}
    except csv.Error:
        return False
