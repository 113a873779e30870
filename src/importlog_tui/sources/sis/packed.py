"""The files in a ZIP file, opened one by one and read as streams; nothing is ever unpacked to the disk.

What a ZIP file says of itself is not believed: where it would grow too large, or holds too many files, it is refused before anything is read, and
no more of a file is read than its directory announces.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, BinaryIO, Final

from importlog_tui.errors import SourceProblem

if TYPE_CHECKING:
    from importlog_tui.sources.source import Source

LARGEST: Final = 4 << 30
"""Bytes of all files, inflated; a million enrollments with all that goes with them take a tenth of it."""
_SUSPECT: Final = 100 << 20
_RATIO: Final = 200
"""Beyond `_SUSPECT` bytes no table that people are in shrinks this well."""
_LARGEST_DIRECTORY: Final = 8 << 20
_MOST: Final = 10_000
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error, KeyError,
)  # fmt: skip
_REMEDY: Final = "Export it again, or unpack it and add the folder."


@dataclass(frozen=True)
class Member:
    """One file in a ZIP file.

    Attributes:
        archive: the ZIP file.
        name: its path in there, as written.
        size: bytes that the directory announces; never more are read.
    """

    archive: Source
    name: str
    size: int

    def open(self) -> BinaryIO:
        """Its bytes; OSError where it is damaged, now or while it is read."""
        file = self.archive.open()
        try:
            opened = zipfile.ZipFile(file)
            return io.BufferedReader(_Reader(file, opened, opened.open(self.name), self.name), 256 << 10)
        except _BROKEN as error:
            file.close()
            raise OSError(f"{self.name} in it is damaged or packed in an unusual way") from error
        except BaseException:
            file.close()
            raise


class _Reader(io.RawIOBase):
    """A file in a ZIP file, which closes that with itself."""

    def __init__(self, file: BinaryIO, archive: zipfile.ZipFile, member: IO[bytes], name: str) -> None:
        super().__init__()
        self._file, self._archive, self._member, self._name = file, archive, member, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._member.read(len(buffer))
        except _BROKEN as error:
            raise OSError(f"{self._name} in it is damaged") from error
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._member.close()
            self._archive.close()
            self._file.close()
        super().close()


def members(source: Source) -> list[Member]:
    """The files in a ZIP file, folders left out, in its own order.

    Raises:
        SourceProblem: it is none, is damaged, locked, or would grow out of hand.
        OSError: it can't be read.
    """
    with source.open() as file:
        _judge_directory(file)
        try:
            with zipfile.ZipFile(file) as archive:
                parts = [part for part in archive.infolist() if not part.is_dir()]
        except _BROKEN as error:
            raise SourceProblem("the ZIP file is damaged", remedy=_REMEDY) from error
    if any(part.flag_bits & 1 for part in parts):
        raise SourceProblem("the ZIP file is protected by a password", remedy="Unpack it and add the folder.")
    size, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    # What lies over each other counts as often as it is announced, and the file itself is all that there can be.
    packed = min(packed, source.size)
    if size > LARGEST or (size > _SUSPECT and size > packed * _RATIO) or len(parts) > _MOST:
        raise SourceProblem("the ZIP file would grow too large to be read", remedy=_REMEDY)
    return [Member(source, part.filename, part.file_size) for part in parts]


def _judge_directory(file: BinaryIO) -> None:
    """Refuse a directory that would fill the memory, before anything reads it."""
    end = file.seek(0, io.SEEK_END)
    file.seek(max(0, end - (1 << 16) - 22))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise SourceProblem("the ZIP file is damaged, or cut off", remedy=_REMEDY)
    (size,) = struct.unpack_from("<L", tail, at + 12)
    # All ones stand for a number that a longer form of the directory holds, which nothing of this size needs.
    if size > _LARGEST_DIRECTORY:
        raise SourceProblem("the ZIP file holds too many files to be read", remedy=_REMEDY)
    file.seek(0)
