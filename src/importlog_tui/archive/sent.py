"""Which records went out on a work list, and when: kept by error and key as a mark is, so that the row says so in the nights that follow.

It is a memory, no decision: nothing is proved by it, and a later list takes the place of an earlier one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence


def remember(connection: sqlite3.Connection, record_ids: Sequence[int], who: str, at: int) -> int:
    """Keep that these records were sent; `at` is in seconds since 1970. Returns how many are known."""
    return connection.execute(
        """INSERT INTO sent SELECT e.lineage, r.key, ?, ? FROM records r
            JOIN spans s ON s.first_id = (SELECT max(x.first_id) FROM spans x WHERE x.first_id <= r.id)
            JOIN errors e ON e.id = s.error_id WHERE r.id IN (SELECT value FROM json_each(?))
            ON CONFLICT DO UPDATE SET at = excluded.at, who = excluded.who""",
        (at, who, json.dumps(list(record_ids))),
    ).rowcount
