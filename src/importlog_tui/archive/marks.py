"""What people decided about errors and records: kept with who and when, taken back by a token. How it stands now is told by `rulings.py`.

A mark is on an error through all nights (its lineage), or on one record within it (its key), as of the newest run that was known when it was made.
Marks are rows that are only ever added, and one `token` is given to those that were made at once, so that several people at once lose nothing; undoing
names who did it.
"""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from importlog_tui.archive.identity import number_of
from importlog_tui.archive.opening import sound_words
from importlog_tui.model import Mark, MarkKind, Until

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

_COLUMNS: Final = (
    "token, kind, who, at, reason, until, until_day, lineage, key, error_id, record_id, run_id, rows, cells"
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a mark is on, and what was there.

    Attributes:
        run_id: the newest run of its kind when it was made, or the one that it was put on where that is newer: what ran until then can prove nothing.
        rows: how many the error had in that run.
        cells: a number that stands for what the record held.
    """

    lineage: int
    key: int | None
    error_id: int
    record_id: int | None
    run_id: int
    rows: int | None
    cells: int | None


_NEWEST: Final = """
    SELECT n.id FROM runs n, runs m WHERE m.id = ? AND n.stream = m.stream AND NOT n.is_loose AND NOT n.is_rerun
        AND (n.id = m.id OR (n.seq IS NOT NULL AND n.performed > coalesce(m.performed, 0) AND n.performed <= ?))
    ORDER BY n.performed DESC LIMIT 1
"""


def places(
    connection: sqlite3.Connection, record_ids: Sequence[int], error_id: int | None, at: datetime
) -> list[Place]:
    """Where marks made at `at` on these records, or on this error, belong; raises LookupError for what is not there."""
    found = []
    newest: dict[int, int] = {}

    def as_of(run_id: int) -> int:
        if run_id not in newest:
            row = connection.execute(_NEWEST, (run_id, int(at.timestamp()))).fetchone()
            newest[run_id] = int(row[0]) if row else run_id
        return newest[run_id]

    if error_id is not None:
        row = connection.execute(
            "SELECT lineage, run_id, coalesce(rows_affected, rows_read) FROM errors WHERE id = ?", (error_id,)
        ).fetchone()
        if row is None:
            raise LookupError(f"error {error_id}")
        newest_run = as_of(row[1])
        (now,) = connection.execute(
            "SELECT sum(coalesce(rows_affected, rows_read)) FROM errors WHERE run_id = ? AND lineage = ?",
            (newest_run, row[0]),
        ).fetchone()
        found.append(Place(row[0], None, error_id, None, newest_run, row[2] if now is None else now, None))
    for record_id in record_ids:
        row = connection.execute(
            """SELECT e.lineage, r.key, e.id, e.run_id, r.cells FROM records r
                JOIN spans s ON s.first_id = (SELECT max(x.first_id) FROM spans x WHERE x.first_id <= r.id)
                JOIN errors e ON e.id = s.error_id WHERE r.id = ?""",
            (record_id,),
        ).fetchone()
        if row is None:
            raise LookupError(f"record {record_id}")
        found.append(Place(row[0], row[1], row[2], record_id, as_of(row[3]), None, number_of(row[4])))
    return found


def add(connection: sqlite3.Connection, some: Sequence[Place], mark: Mark) -> int:
    """Keep a mark at all of these places; returns the token that takes them back together."""
    (token,) = connection.execute("SELECT coalesce(max(token), 0) + 1 FROM marks").fetchone()
    connection.executemany(
        f"INSERT INTO marks ({_COLUMNS}) VALUES ({', '.join('?' * 14)})",
        [
            (
                token,
                mark.kind,
                mark.who,
                int(mark.at.timestamp()),
                mark.reason,
                mark.until,
                mark.until_day.isoformat() if mark.until_day else None,
                place.lineage,
                place.key,
                place.error_id,
                place.record_id,
                place.run_id,
                place.rows,
                place.cells,
            )
            for place in some
        ],
    )
    return int(token)


def undo(connection: sqlite3.Connection, token: int, who: str, at: datetime) -> int:
    """Take marks back; returns how many there were."""
    return connection.execute(
        "UPDATE marks SET undone_by = ?, undone_at = ? WHERE token = ? AND undone_at IS NULL",
        (who, int(at.timestamp()), token),
    ).rowcount


def newest_of(connection: sqlite3.Connection, who: str) -> int | None:
    """The token of what somebody decided last and has not taken back."""
    row = connection.execute(
        "SELECT max(token) FROM marks WHERE who = ? AND undone_at IS NULL", (who,)
    ).fetchone()
    return None if row[0] is None else int(row[0])


@sound_words()
def kept(connection: sqlite3.Connection) -> list[tuple[Mark, Place]]:
    """All marks that were not taken back, newest first, and what each is on; how they stand is yet to be told."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM marks WHERE undone_at IS NULL ORDER BY id DESC")
    return [
        (
            Mark(
                kind=MarkKind(row[1]),
                who=row[2],
                at=datetime.fromtimestamp(row[3], UTC),
                reason=row[4],
                until=Until(row[5]),
                until_day=date.fromisoformat(row[6]) if row[6] else None,
                token=row[0],
                error_id=row[9],
                record_id=row[10],
                lineage=row[7],
                key=row[8],
            ),
            Place(row[7], row[8], row[9], row[10], row[11], row[12], row[13]),
        )
        for row in rows
    ]
