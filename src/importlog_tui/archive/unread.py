"""Pages of the site that are known and not read yet: where an interrupted fetch goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.archive.connections import transaction
from importlog_tui.text import whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importlog_tui.archive.connections import Connections

PATIENCE: Final = 3
"""Fetches in which a page of records is asked for in vain before it is left alone."""


class Unread(NamedTuple):
    """A page that is still to be read.

    Attributes:
        error_id: whose records are on it; None for a page of the log itself.
        tries: fetches in which it was asked for in vain.
    """

    address: str
    error_id: int | None = None
    tries: int = 0


class Placed(NamedTuple):
    """An error that is known by the address of its records."""

    error_id: int
    complete: bool


class UnreadPages:
    """What is still to be read of one log, which is known by the address that its fetches begin at."""

    def __init__(self, connections: Connections, log: str) -> None:
        self._connections, self._log = connections, log

    def all(self) -> list[Unread]:
        """In the order in which they were found, those that were asked for in vain too often included."""
        with self._connections.one() as connection:
            found = connection.execute(
                "SELECT address, error_id, tries FROM unread WHERE log = ? ORDER BY id", (self._log,)
            )
            return [Unread(*row) for row in found]

    def turn(self, read: str, found: Iterable[Unread] = (), *, is_last: bool = False) -> None:
        """A page was read, and leads to these; `is_last` where the log itself ends with it. All of it or nothing."""
        with self._connections.one() as connection, transaction(connection):
            for page in found:
                connection.execute(
                    "INSERT OR IGNORE INTO unread (log, address, error_id, tries) VALUES (?, ?, ?, 0)",
                    (self._log, whole(page.address), page.error_id),
                )
            connection.execute("DELETE FROM unread WHERE log = ? AND address = ?", (self._log, whole(read)))
            if is_last:
                connection.execute("INSERT OR IGNORE INTO walked VALUES (?)", (self._log,))

    def missed(self, address: str) -> None:
        """A page was asked for in vain."""
        with self._connections.one() as connection, transaction(connection):
            connection.execute(
                "UPDATE unread SET tries = tries + 1 WHERE log = ? AND address = ?",
                (self._log, whole(address)),
            )

    def was_walked(self) -> bool:
        """Whether the log was read to its last page once, so that only what is new is left to look for."""
        with self._connections.one() as connection:
            found = connection.execute("SELECT 1 FROM walked WHERE log = ?", (self._log,)).fetchone()
            return found is not None

    def placed(self, keys: Iterable[str]) -> dict[str, Placed]:
        """The errors whose records are at these addresses, as `address_key` makes them; the newest where several are."""
        found: dict[str, Placed] = {}
        with self._connections.one() as connection:
            for key in keys:
                row = connection.execute(
                    """SELECT e.id, e.complete FROM addresses a JOIN errors e ON e.id = a.error_id
                        WHERE a.key = ? ORDER BY e.id DESC LIMIT 1""",
                    (whole(key),),
                ).fetchone()
                if row is not None:
                    found[key] = Placed(row[0], bool(row[1]))
        return found

    def is_complete(self, error_id: int) -> bool:
        """Whether all records of an error were read."""
        with self._connections.one() as connection:
            row = connection.execute("SELECT complete FROM errors WHERE id = ?", (error_id,)).fetchone()
            return row is not None and bool(row[0])
