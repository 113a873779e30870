"""Something to read: a file on disk, or bytes that lay inside another file."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from importlog_tui.model import Format, Origin
from importlog_tui.text import whole


class Packed(Protocol):
    """Bytes that lie inside a larger file."""

    @property
    def size(self) -> int:
        """Number of bytes."""

    def open(self) -> BinaryIO:
        """They, from the start; OSError where they can't be had."""


@dataclass(frozen=True)
class Source:
    """Bytes with a name.

    Attributes:
        name: of the file as the reader knows it.
        place: where inside it, for what is a part of a larger file ("message 3, attachment rows.csv").
        address: where a browser had it from, "" where that is not known.
        title: the name that the thing itself has, for context ("rows.csv").
        at: when it was written, of what is no file of its own.
    """

    name: str
    content: Path | bytes | Packed
    format: Format = Format.TABLE
    place: str = ""
    address: str = ""
    title: str = ""
    at: datetime | None = None

    def open(self) -> BinaryIO:
        """The bytes from the start; OSError where the file can't be opened."""
        if isinstance(self.content, bytes):
            return io.BytesIO(self.content)
        return self.content.open("rb") if isinstance(self.content, Path) else self.content.open()

    def head(self, size: int) -> bytes:
        """The first bytes."""
        if isinstance(self.content, bytes):
            return self.content[:size]
        with self.open() as file:
            return file.read(size)

    @property
    def size(self) -> int:
        """Number of bytes."""
        if isinstance(self.content, bytes):
            return len(self.content)
        return self.content.stat().st_size if isinstance(self.content, Path) else self.content.size

    def whole(self) -> bytes:
        """All bytes; the caller has looked at `size`."""
        if isinstance(self.content, bytes):
            return self.content
        with self.open() as file:
            return file.read()

    @property
    def whereabouts(self) -> str:
        """What another source may call it by: its address, or the file's path, as a page's links are resolved; "" for what was pasted."""
        if self.address or not isinstance(self.content, Path):
            return self.address
        return whole(os.path.abspath(self.content))  # noqa: PTH100  # without following links, as a page's links are taken

    @property
    def written(self) -> datetime | None:
        """When it was written, aware; None where that can't be told."""
        if not isinstance(self.content, Path):
            return self.at
        try:
            return datetime.fromtimestamp(self.content.stat().st_mtime, UTC).astimezone()
        except (OverflowError, ValueError, OSError):
            return None

    def origin(self, format_: Format | None = None, place: str = "") -> Origin:
        """Where a reading from here comes from."""
        places = [part for part in (self.place, place) if part]
        return Origin(self.name, format_ or self.format, ", ".join(places))
