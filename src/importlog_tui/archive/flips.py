"""What keeps coming back: records that were cured and failed again, counted from what the nights changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importlog_tui.archive.facts import moment
from importlog_tui.archive.what import What

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Flip:
    """A record of an error that went and came back.

    Attributes:
        lineage, key: the error and the record (`ErrorType.lineage`, `Record.key`).
        times: how often it came back.
        since: when it did so for the first time.
    """

    lineage: int
    key: int
    times: int
    since: datetime | None


def flips(connection: sqlite3.Connection, records: Iterable[tuple[int, int]]) -> list[Flip]:
    """Those of `records`, (lineage, key), that came back at least once; each is answered by its key in the table of changes."""
    found = []
    for lineage, key in dict.fromkeys(records):
        times, performed, zone = connection.execute(
            """SELECT count(*), min(r.performed), r.zone FROM changes c JOIN runs r ON r.id = c.run_id
                WHERE c.lineage = ? AND c.key = ? AND c.what = ?""",
            (lineage, key, What.RETURNED),
        ).fetchone()
        if times:
            found.append(Flip(lineage, key, times, moment(performed, zone)))
    return found
