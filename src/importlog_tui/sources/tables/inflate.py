"""What a ZIP file grows to, found out with bounded work before a library takes it into memory."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO

from importlog_tui.sources.tables.extent import Bomb, SheetXml

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 512 << 20
"""Bytes of all parts, inflated."""
_SUSPECT = 50 << 20
_RATIO = 200
"""Beyond `_SUSPECT` bytes nothing that a spreadsheet program wrote shrinks this well."""
_CHUNK = 1 << 20

_COUNT = re.compile(rb"""[cC]ount\s*=\s*["']([0-9]{8,20})["']""")
_OTHERS = {"content.xml", "xl/workbook.bin"}


def check_zip(file: BinaryIO) -> None:
    """Raises Bomb for a file that would grow too large, by its own directory or in truth."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise Bomb("the spreadsheet is damaged, or is none") from error
    if any(part.flag_bits & 1 for part in parts):
        raise Bomb("the spreadsheet is protected by a password")
    if any(part.filename.lower() in _OTHERS for part in parts):
        raise Bomb("this is a binary or an OpenDocument spreadsheet")
    packed = sum(part.compress_size for part in parts)
    _judge(sum(part.file_size for part in parts), packed)
    total = 0
    for part in parts:
        sheet: SheetXml | None = None
        tail = b""
        for piece in _inflated(file, part):
            total += len(piece)
            _judge(total, packed)
            if sheet is None and b"sheetData" in tail + piece:
                sheet = SheetXml()
            if sheet is not None:
                sheet.feed(piece)
            elif any(int(count) > LARGEST // 16 for count in _COUNT.findall(tail + piece)):
                raise Bomb("the spreadsheet would grow too large to be read")
            tail = piece[-40:]


def _judge(size: int, packed: int) -> None:
    if size > LARGEST or (size > _SUSPECT and size > packed * _RATIO):
        raise Bomb("the spreadsheet would grow too large to be read")


def _inflated(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part's bytes in pieces, as many as there really are, whatever the directory says."""
    file.seek(part.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise Bomb("the spreadsheet is damaged, or is none")
    name, extra = struct.unpack("<HH", header[26:30])
    file.seek(name + extra, 1)
    left = part.compress_size
    if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Bomb("the spreadsheet is packed in a way that no spreadsheet program uses")
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
