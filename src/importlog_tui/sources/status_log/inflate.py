"""What a ZIP file grows to, found out with bounded work before a library takes it into memory."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 512 << 20
"""Bytes of all parts, inflated."""
_SUSPECT = 50 << 20
_RATIO = 200
"""Beyond `_SUSPECT` bytes nothing that a spreadsheet program wrote shrinks this well."""
_MOST_CELLS = 60_000_000
"""Cells of one sheet's used area: the library makes room for each, filled or not."""
_CHUNK = 1 << 20

_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]{0,80}?\br="([A-Z]{1,3})([0-9]{1,7})"')


class Bomb(Exception):
    """The file would grow out of hand; the text says how."""


def check_zip(file: BinaryIO) -> None:
    """Raises Bomb for a file that would grow too large, by its own directory or in truth."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise Bomb("the spreadsheet is damaged, or is none") from error
    if any(part.flag_bits & 1 for part in parts):
        raise Bomb("the spreadsheet is protected by a password")
    packed = sum(part.compress_size for part in parts)
    _judge(sum(part.file_size for part in parts), packed)
    total = 0
    for part in parts:
        is_sheet = "worksheets/" in part.filename
        rows, columns = 0, 0
        tail = b""
        for piece in _inflated(file, part):
            total += len(piece)
            _judge(total, packed)
            if is_sheet:
                found = _CELL.findall(tail + piece)
                if found:
                    rows = max(rows, int(found[-1][1]))
                    columns = max(
                        columns, *(_column(letters) for letters in {letters for letters, _ in found})
                    )
                    if rows * columns > _MOST_CELLS:
                        raise Bomb(
                            f"a sheet's cells lie too far apart ({rows:,} rows by {columns:,} columns)"
                        )
                tail = piece[-120:]


def _judge(size: int, packed: int) -> None:
    if size > LARGEST or (size > _SUSPECT and size > packed * _RATIO):
        raise Bomb("the spreadsheet would grow too large to be read")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _inflated(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part's bytes in pieces, as many as there really are, whatever the directory says."""
    file.seek(part.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise Bomb("the spreadsheet is damaged, or is none")
    name, extra = struct.unpack("<HH", header[26:30])
    file.seek(name + extra, 1)
    left = part.compress_size
    inflate = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    try:
        while left > 0 and (chunk := file.read(min(left, _CHUNK))):
            left -= len(chunk)
            if inflate is None:
                yield chunk
                continue
            while chunk:
                yield inflate.decompress(chunk, _CHUNK)
                chunk = inflate.unconsumed_tail
    except zlib.error as error:
        raise Bomb("the spreadsheet is damaged, or is none") from error
