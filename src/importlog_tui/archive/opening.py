"""Opening the archive's file: made if it is not there, refused if it is not ours, brought up to date if it is old.

Whatever SQLite reports becomes one of the program's Problems here, so that nothing else has to know its exceptions.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from importlog_tui.archive import schema
from importlog_tui.errors import ArchiveBusy, ArchiveDamaged, ArchiveProblem, ArchiveTooNew

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from importlog_tui.fields import Field

WAIT: Final = 10.0
"""Seconds that a writer waits for another one before it gives up."""

_MAGIC: Final = b"SQLite format 3\x00"
_PAGE: Final = 8192
_KEEP: Final = "Nothing in it was changed. Move it away or name another archive with --archive FILE."
_READ_CACHE: Final = 256
"""KiB of pages in memory per connection that only reads; looking through a million rows is no slower than with SQLite's own 2,000."""
_KEPT_WAL: Final = 16 * 1024 * 1024
"""Bytes of the write-ahead log that stay on the disk while the archive is open; a big filing makes it grow for a moment."""


def problem_of(error: sqlite3.Error, path: Path) -> ArchiveProblem:
    """`error` in the reader's words."""
    where = str(path)
    if isinstance(error, Rotten) or "decode to UTF-8" in str(error):
        return _damaged(path)
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return ArchiveBusy(
                f"another importlog-tui has been writing to the archive for more than {WAIT:.0f} seconds",
                where=where,
                remedy="Nothing was changed. Try again when it is done.",
            )
        case sqlite3.SQLITE_FULL:
            return ArchiveProblem(
                "the disk is full",
                where=where,
                remedy="The archive is as it was before. Make room (temporary files count, too), then try again.",
            )
        case sqlite3.SQLITE_IOERR:
            return ArchiveProblem(
                "the archive could not be read or written: the disk, a quota or a file size limit stands in the way",
                where=where,
                remedy="The archive is as it was before. Make room, then try again.",
            )
        case sqlite3.SQLITE_READONLY:
            return ArchiveProblem(
                "the archive can't be written: it, its folder or its disk is read-only",
                where=where,
                remedy="Nothing was changed. Get the right to write to both, or name another archive with --archive FILE.",
            )
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return ArchiveProblem(
                "the archive or the files beside it can't be opened",
                where=where,
                remedy="Get the right to read and write the file and its folder, or name another archive with --archive FILE.",
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return _damaged(path)
        case _:
            return ArchiveProblem(f"the archive failed ({error})", where=where, remedy=_KEEP)


class Rotten(sqlite3.DatabaseError):
    """A row holds what this program never wrote."""


@contextlib.contextmanager
def sound_words() -> Iterator[None]:
    """For making nouns of the archive's own words: one that is none of them, or no number, is a bit that fell over, which SQLite can't see."""
    try:
        yield
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        raise Rotten(str(error)) from error


@contextlib.contextmanager
def problems_of(path: Path) -> Iterator[None]:
    """Turn what SQLite raises inside into Problems."""
    try:
        yield
    except sqlite3.Error as error:
        raise problem_of(error, path) from error
    except UnicodeDecodeError as error:
        # What Python makes of SQLite's complaint where that quotes damaged bytes.
        raise _damaged(path) from error


def _damaged(path: Path) -> ArchiveDamaged:
    return ArchiveDamaged("the archive is damaged", where=str(path), remedy=_KEEP)


def _make(path: Path, *, group_writable: bool) -> None:
    """Make the empty file with its modes before SQLite sees it: the files that SQLite puts beside it get the same."""
    folder = path.parent
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    folder.mkdir(parents=True, exist_ok=True, mode=0o777)
    for made in missing:
        made.chmod(0o2770 if group_writable else 0o700)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except FileExistsError:
        return
    os.close(descriptor)
    if group_writable:
        path.chmod(0o660)


def _share(path: Path) -> None:
    """Give an archive of our own, made before it was to be shared, to the group."""
    with contextlib.suppress(OSError):
        if stat.S_IMODE(path.stat().st_mode) & 0o660 != 0o660:
            path.chmod(0o660)


def _looked_at(path: Path) -> int:
    """The size of the file, after a look at its head that changes nothing.

    The marks are in the file itself as soon as it has tables at all, since the tables are made before the log beside it is (see `_prepare`).
    """
    if not path.exists():
        raise ArchiveProblem(
            "this is a link that leads nowhere", where=str(path), remedy="Is the disk that it leads to there?"
        )
    if not path.is_file():
        raise ArchiveDamaged("this is no archive but a folder or a device", where=str(path), remedy=_KEEP)
    with path.open("rb") as file:
        head = file.read(100)
        size = os.fstat(file.fileno()).st_size
    if size == 0:
        return 0
    if len(head) < 100 or not head.startswith(_MAGIC):
        raise ArchiveDamaged("this is no archive, or its beginning is damaged", where=str(path), remedy=_KEEP)
    if int.from_bytes(head[68:72], "big") != schema.APPLICATION_ID:
        raise ArchiveDamaged("this is a database of another program", where=str(path), remedy=_KEEP)
    return size


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection in autocommit mode; `mode` is what follows `file:...?` in SQLite's address.

    Used by one thread at a time, not always the same one.
    """
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{mode}",
        uri=True,
        timeout=WAIT,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=64,
    )
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def only_reads(connection: sqlite3.Connection) -> None:
    """Make it a connection that never writes, and that leaves it to the system to remember pages: the screen has several."""
    connection.execute("PRAGMA query_only = ON")
    spare_memory(connection)


def spare_memory(connection: sqlite3.Connection) -> None:
    """Leave it to the system to remember pages."""
    connection.execute(f"PRAGMA cache_size = -{_READ_CACHE}")


def _refuse_newer(version: int, path: Path) -> None:
    if version > schema.VERSION:
        raise ArchiveTooNew(
            f"the archive has version {version}, and this program knows versions up to {schema.VERSION}",
            where=str(path),
            remedy="Nothing in it was changed. Bring importlog-tui up to date, or name another archive with --archive FILE.",
        )


def _prepare(connection: sqlite3.Connection, path: Path, aliases: Mapping[str, Field]) -> None:
    version = schema.version_of(connection)
    _refuse_newer(version, path)
    if version == 0:
        connection.execute(f"PRAGMA page_size = {_PAGE}")
    if version < schema.VERSION:
        schema.migrate(connection, aliases)
    (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
    if journal != "wal":
        # Another process that opens the new archive at this very moment may hold it; then it, or the next one, does this.
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")


def _nothing_yet(path: Path) -> ArchiveProblem:
    return ArchiveProblem(
        "there is no archive yet", where=str(path), remedy="Bring something in with: importlog-tui add FILE"
    )


def open_file(
    path: Path, *, read_only: bool, group_writable: bool, aliases: Mapping[str, Field]
) -> tuple[sqlite3.Connection, str]:
    """A connection to a sound and current archive, and the mode for further ones.

    Raises:
        ArchiveTooNew: a newer program wrote it.
        ArchiveDamaged: it is no archive, or a broken one.
        ArchiveBusy: another process holds it.
        ArchiveProblem: it can't be made or opened; with `read_only` also when there is none.
    """
    try:
        if not path.exists():
            if read_only:
                raise _nothing_yet(path)
            _make(path, group_writable=group_writable)
        elif group_writable and not read_only:
            _share(path)
        size = _looked_at(path)
    except OSError as error:
        raise ArchiveProblem(
            f"the archive can't be opened: {error.strerror or error}",
            where=str(path),
            remedy="Get the right to read and write the file and its folder, or name another archive with --archive FILE.",
        ) from error
    if read_only and size == 0:
        raise _nothing_yet(path)
    with problems_of(path):
        return _opened_to_read(path, aliases) if read_only else (_opened(path, aliases), "mode=rw")


def _opened(path: Path, aliases: Mapping[str, Field]) -> sqlite3.Connection:
    connection = connect(path, "mode=rw")
    try:
        _prepare(connection, path, aliases)
        connection.execute(f"PRAGMA journal_size_limit = {_KEPT_WAL}")
    except BaseException:
        connection.close()
        raise
    return connection


_NO_ROOM: Final = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN})


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _opened_to_read(path: Path, aliases: Mapping[str, Field]) -> tuple[sqlite3.Connection, str]:
    """Open an archive that is only to be read: the files that SQLite needs beside it are gone again when it is closed.

    Where they can't be made (the archive of somebody else, a read-only disk, one without a byte left), nobody can be writing either, and the file is
    read as it stands. On a full disk that holds unless a log with content stands beside it: what is in there would be missing.
    """
    is_writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    mode = "mode=rw" if is_writable else "mode=ro"
    connection = connect(path, mode)
    try:
        try:
            version = schema.version_of(connection)
        except sqlite3.OperationalError as error:
            if is_writable and (
                getattr(error, "sqlite_errorcode", 0) & 0xFF not in _NO_ROOM or _has_log(path)
            ):
                raise
            connection.close()
            is_writable = False
            mode = "mode=ro&immutable=1"
            connection = connect(path, mode)
            version = schema.version_of(connection)
        _refuse_newer(version, path)
        if version < schema.VERSION:
            if not is_writable:
                raise ArchiveProblem(
                    f"the archive has the older version {version} and can't be brought up to date here",
                    where=str(path),
                    remedy="Open it once with the right to write to it.",
                )
            schema.migrate(connection, aliases)
        only_reads(connection)
    except BaseException:
        connection.close()
        raise
    return connection, mode
