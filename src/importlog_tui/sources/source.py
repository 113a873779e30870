"""Something to read: a file on disk, or bytes that lay inside another file."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from importlog_tui.model import Format, Origin
from importlog_tui.text import whole

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Source:
    """Bytes with a name.

    Attributes:
        name: of the file as the reader knows it.
        place: where inside it, for what is a part of a larger file ("message 3, attachment rows.csv").
        address: where a browser had it from, "" where that is not known.
        title: the name that the thing itself has, for context ("rows.csv").
    """

    name: str
    content: Path | bytes
    format: Format = Format.TABLE
    place: str = ""
    address: str = ""
    title: str = ""

    def open(self) -> BinaryIO:
        """The bytes from the start; OSError where the file can't be opened."""
        return io.BytesIO(self.content) if isinstance(self.content, bytes) else self.content.open("rb")

    def head(self, size: int) -> bytes:
        """The first bytes."""
        if isinstance(self.content, bytes):
            return self.content[:size]
        with self.open() as file:
            return file.read(size)

    @property
    def size(self) -> int:
        """Number of bytes."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    def whole(self) -> bytes:
        """All bytes; the caller has looked at `size`."""
        if isinstance(self.content, bytes):
            return self.content
        with self.open() as file:
            return file.read()

    @property
    def whereabouts(self) -> str:
        """What another source may call it by: its address, or the file's path, as a page's links are resolved; "" for what was pasted."""
        if self.address or isinstance(self.content, bytes):
            return self.address
        return whole(os.path.abspath(self.content))  # noqa: PTH100  # without following links, as a page's links are taken

    def origin(self, format_: Format | None = None, place: str = "") -> Origin:
        """Where a reading from here comes from."""
        places = [part for part in (self.place, place) if part]
        return Origin(self.name, format_ or self.format, ", ".join(places))
