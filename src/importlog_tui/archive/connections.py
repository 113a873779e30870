"""Connections to one archive, each used by one thread at a time."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from importlog_tui.archive import opening
from importlog_tui.errors import ArchiveProblem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction that writes, undone by any exception."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells one file from another; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class Connections:
    """As many as are used at once; given back, they are kept for the next one."""

    def __init__(self, path: Path, first: sqlite3.Connection, mode: str) -> None:
        """`mode` is that of `opening.connect`."""
        self.path = path
        self.read_only = bool(first.execute("PRAGMA query_only").fetchone()[0])
        self.mode = mode
        self._file = _identity(path)
        self._idle = [first]
        self._is_closed = False

    @contextlib.contextmanager
    def one(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own for a while; what SQLite raises meanwhile becomes a Problem."""
        if self._is_closed:
            raise ArchiveProblem("the archive was closed", where=str(self.path))
        with opening.problems_of(self.path):
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = opening.connect(self.path, self.mode)
                if self.read_only:
                    opening.only_reads(connection)
            try:
                yield connection
            finally:
                self._give_back(connection)

    def see_file(self) -> None:
        """See that the file is still the one that was opened: SQLite reads on in one that was deleted.

        Raises:
            ArchiveProblem: it is gone, or another one stands in its place.
        """
        found = _identity(self.path)
        if found != self._file:
            raise ArchiveProblem(
                "the archive's file is gone" if found is None else "another file took the archive's place",
                where=str(self.path),
                remedy="What is shown is what it last held. Put the file back, or leave and start again.",
            )

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if self._is_closed:
            connection.close()
        else:
            self._idle.append(connection)

    def close(self) -> None:
        """Close all; those in use are closed when they are given back."""
        self._is_closed = True
        while self._idle:
            self._idle.pop().close()
