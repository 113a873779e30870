"""What lies in the place where the SIS puts its files: which of them are tables, and which belong together."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Final

ENDINGS: Final = (".csv", ".tsv", ".tab", ".txt", ".xls", ".xlsx", ".zip")
MOST: Final = 5_000
"""Files looked at in one place."""
DEEPEST: Final = 3
"""Folders below each other."""
_MANIFEST: Final = "manifest.csv"


@dataclass(frozen=True, slots=True)
class Listed:
    """A file in the place.

    Attributes:
        name: its path below the place, with slashes.
        size: bytes.
        written: seconds since 1970.
    """

    name: str
    size: int
    written: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What is read as one thing: a file, or the folder of a OneRoster package (named with its slash, "/" where it is the place itself)."""

    name: str
    files: tuple[Listed, ...]

    @property
    def written(self) -> int:
        """When the newest of it was written."""
        return max(file.written for file in self.files)


def offers(files: Iterable[Listed], patterns: Collection[str] = ()) -> list[Offer]:
    """What can be brought in, the oldest first.

    Args:
        files: all that lie there.
        patterns: names that are wanted, with * and ?; none stands for all tables.
    """
    folders: dict[str, list[Listed]] = {}
    for file in files:
        folders.setdefault(str(PurePosixPath(file.name).parent), []).append(file)
    found: list[Offer] = []
    for folder, inside in folders.items():
        tables = [file for file in inside if _is_wanted(PurePosixPath(file.name).name, patterns)]
        if any(PurePosixPath(file.name).name.casefold() == _MANIFEST for file in inside):
            together = tuple(file for file in inside if file.name.casefold().endswith(".csv"))
            found.append(Offer("/" if folder == "." else f"{folder}/", together))
        else:
            found += [Offer(file.name, (file,)) for file in tables]
    return sorted(found, key=lambda offer: (offer.written, offer.name))


def _is_wanted(name: str, patterns: Collection[str]) -> bool:
    if name.startswith((".", "~$")):
        return False
    if patterns:
        return any(fnmatch(name.casefold(), pattern.casefold()) for pattern in patterns)
    return name.casefold().endswith(ENDINGS)


def local_files(folder: Path) -> Iterator[Listed]:
    """The files in a folder of this machine. OSError where it can't be looked into."""
    pending = [(folder, "", 0)]
    seen = 0
    while pending:
        here, prefix, depth = pending.pop()
        for entry in sorted(os.scandir(here), key=lambda entry: entry.name):
            if entry.name.startswith("."):
                continue
            told = entry.stat()
            if stat.S_ISDIR(told.st_mode):
                if depth < DEEPEST and not entry.is_symlink():
                    pending.append((Path(entry.path), f"{prefix}{entry.name}/", depth + 1))
            elif stat.S_ISREG(told.st_mode):
                seen += 1
                if seen > MOST:
                    return
                yield Listed(prefix + entry.name, told.st_size, int(told.st_mtime))
