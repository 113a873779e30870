"""The archive's part about what people decide, and about what keeps coming back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importlog_tui.archive.connections import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from importlog_tui.archive.archive import Hit
    from importlog_tui.archive.connections import Connections
    from importlog_tui.archive.decided import Decided
    from importlog_tui.archive.flips import Flip
    from importlog_tui.model import Mark


_AT_ONCE: Final = 500
"""Records written in one statement."""


class Decisions:
    """Marks, how they stand, and what went out on work lists; `Archive` is one."""

    _connections: Connections

    def flips(self, hits: Sequence[Hit]) -> list[Flip]:
        """What of these was cured and came back, and how often."""
        from importlog_tui.archive.flips import flips

        with self._connections.one() as connection:
            return flips(connection, [(hit.lineage, hit.record.key) for hit in hits])

    def mark(self, mark: Mark, *, records: Sequence[int] = (), error_id: int | None = None) -> int:
        """Keep a mark on records, or on an error, in one transaction; returns the token that takes it back.

        Raises:
            LookupError: one of them is not there; nothing was marked.
        """
        from importlog_tui.archive import marks

        with self._connections.one() as connection, transaction(connection):
            token = marks.add(connection, marks.places(connection, records, error_id, mark.at), mark)
            connection.execute("UPDATE counters SET stamp = stamp + 1")
            return token

    def undo(self, token: int | None, who: str, at: datetime) -> int:
        """Take back the marks that were made at once under this token, or with None what `who` decided last; returns how many."""
        from importlog_tui.archive import marks

        with self._connections.one() as connection, transaction(connection):
            token = marks.newest_of(connection, who) if token is None else token
            undone = 0 if token is None else marks.undo(connection, token, who, at)
            connection.execute("UPDATE counters SET stamp = stamp + (? > 0)", (undone,))
            return undone

    def marks(self, today: date) -> list[Mark]:
        """All marks that were not taken back, newest first, each as it stands on this day."""
        from importlog_tui.archive import marks, rulings

        with self._connections.one() as connection:
            return [mark for mark, _ in rulings.told(connection, marks.kept(connection), today)]

    def decided(self, today: date) -> Decided:
        """All marks as of `marks`, and what they mean for the errors of every night."""
        from importlog_tui.archive.decided import decided

        with self._connections.one() as connection:
            return decided(connection, today)

    def sent(self, record_ids: Sequence[int], who: str, at: datetime) -> int:
        """Remember that these records went out on a work list; returns how many there are."""
        from importlog_tui.archive import sent

        with self._connections.one() as connection, transaction(connection):
            count = sum(
                sent.remember(connection, record_ids[start : start + _AT_ONCE], who, int(at.timestamp()))
                for start in range(0, len(record_ids), _AT_ONCE)
            )
            connection.execute("UPDATE counters SET stamp = stamp + 1")
            return count
