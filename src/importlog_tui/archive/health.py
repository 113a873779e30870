"""Whether an archive is sound, for those who ask; it reads the whole file."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importlog_tui.archive import schema

if TYPE_CHECKING:
    from importlog_tui.archive.archive import Archive

ENGINE = f"SQLite {sqlite3.sqlite_version}"
"""What keeps the archive, with its version."""


@dataclass(frozen=True, slots=True)
class Health:
    """What a look at an archive found.

    Attributes:
        version: of its tables.
        complaint: the first fault that was found, "" where there is none.
    """

    version: int
    complaint: str


def look(archive: Archive) -> Health:
    """Check every page of the archive, and every row against the rows that it belongs to.

    Raises:
        ArchiveProblem: it can't be read.
    """
    with archive._connections.one() as connection:
        (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
        complaint = "" if said == "ok" else str(said)
        if orphan is not None and not complaint:
            complaint = f"a row of {orphan[0]} belongs to nothing"
        return Health(schema.version_of(connection), complaint)
