"""What people decided about errors and records: kept with who and when, ended by time or by what the nights bring, taken back by a token.

A mark is on an error through all nights (its lineage), or on one record within it (its key), as of the run in which it was made. Marks are rows that
are only ever added, and one `token` is given to those that were made at once, so that several people at once lose nothing; undoing names who did it.
"""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from importlog_tui.archive.identity import number_of
from importlog_tui.archive.states import Compared, What
from importlog_tui.model import Mark, MarkKind, Standing, Until

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

_COLUMNS: Final = (
    "token, kind, who, at, reason, until, until_day, lineage, key, error_id, record_id, run_id, rows, cells"
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What of a run is accepted: rows, how many of them are new, and which errors as a whole."""

    rows: int = 0
    new: int = 0
    errors: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Place:
    """What a mark is on, and what was there."""

    lineage: int
    key: int | None
    error_id: int
    record_id: int | None
    run_id: int
    rows: int | None
    cells: int | None


def places(connection: sqlite3.Connection, record_ids: Sequence[int], error_id: int | None) -> list[_Place]:
    """Where marks on these records, or on this error, belong; raises LookupError for what is not there."""
    found = []
    if error_id is not None:
        row = connection.execute(
            "SELECT lineage, run_id, coalesce(rows_affected, rows_read) FROM errors WHERE id = ?", (error_id,)
        ).fetchone()
        if row is None:
            raise LookupError(f"error {error_id}")
        found.append(_Place(row[0], None, error_id, None, row[1], row[2], None))
    for record_id in record_ids:
        row = connection.execute(
            """SELECT e.lineage, r.key, e.id, e.run_id, r.cells FROM records r
                JOIN spans s ON s.first_id = (SELECT max(x.first_id) FROM spans x WHERE x.first_id <= r.id)
                JOIN errors e ON e.id = s.error_id WHERE r.id = ?""",
            (record_id,),
        ).fetchone()
        if row is None:
            raise LookupError(f"record {record_id}")
        found.append(_Place(row[0], row[1], row[2], record_id, row[3], None, number_of(row[4])))
    return found


def add(connection: sqlite3.Connection, some: Sequence[_Place], mark: Mark) -> int:
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


def marks(connection: sqlite3.Connection, today: date) -> Iterator[Mark]:
    """All marks that were not taken back, newest first, each with how it stands on this day."""
    return (mark for mark, _ in _marks(connection, today))


def accepted(connection: sqlite3.Connection, run_id: int, today: date) -> Accepted:
    """What of a run is under an acceptance in force."""
    errors: dict[int, int] = {}
    rows = new = 0
    singles: set[tuple[int, int]] = set()
    for mark, place in _marks(connection, today):
        if mark.kind is not MarkKind.ACCEPTED or mark.standing is not Standing.IN_FORCE:
            continue
        found = connection.execute(
            "SELECT id, rows_read FROM errors WHERE run_id = ? AND lineage = ?",
            (run_id, place.lineage),
        ).fetchall()
        if place.key is None:
            errors.update((row[0], row[1]) for row in found)
        elif (place.lineage, place.key) not in singles:
            singles.add((place.lineage, place.key))
    for error_id in errors:
        read, fresh = connection.execute(
            "SELECT rows_read, coalesce(new_rows, 0) FROM errors WHERE id = ?", (error_id,)
        ).fetchone()
        rows, new = rows + read, new + fresh
    for lineage, key in singles:
        for error_id, compared in connection.execute(
            "SELECT id, compared FROM errors WHERE run_id = ? AND lineage = ?", (run_id, lineage)
        ).fetchall():
            if error_id in errors:
                continue
            (count,) = connection.execute(
                """SELECT count(*) FROM spans s CROSS JOIN records r ON r.id >= s.first_id AND r.id < s.first_id + s.count
                    WHERE s.error_id = ? AND r.key = ?""",
                (error_id, key),
            ).fetchone()
            (came,) = connection.execute(
                "SELECT EXISTS (SELECT 1 FROM changes WHERE lineage = ? AND key = ? AND run_id = ? AND what = ?)",
                (lineage, key, run_id, What.NEW),
            ).fetchone()
            rows += count
            new += count if came or compared == Compared.NEW else 0
    return Accepted(rows, new, frozenset(errors))


def _marks(connection: sqlite3.Connection, today: date) -> Iterator[tuple[Mark, _Place]]:
    rows = connection.execute(
        f"SELECT id, {_COLUMNS} FROM marks WHERE undone_at IS NULL ORDER BY id DESC"
    ).fetchall()
    for row in rows:
        mark = Mark(
            kind=MarkKind(row[2]),
            who=row[3],
            at=datetime.fromtimestamp(row[4], UTC),
            reason=row[5],
            until=Until(row[6]),
            until_day=date.fromisoformat(row[7]) if row[7] else None,
            token=row[1],
            error_id=row[10],
            record_id=row[11],
        )
        place = _Place(row[8], row[9], row[10], row[11], row[12], row[13], row[14])
        yield replace(mark, standing=_standing(connection, mark, place, today)), place


def _standing(connection: sqlite3.Connection, mark: Mark, place: _Place, today: date) -> Standing:
    if mark.kind is MarkKind.CORRECTED:
        return _ruling(connection, place)
    if mark.kind is not MarkKind.ACCEPTED:
        return Standing.IN_FORCE
    ended = False
    if mark.until is Until.DAY:
        ended = mark.until_day is not None and today > mark.until_day
    elif mark.until is Until.GROWS and place.rows is not None:
        latest = _errors_at(connection, place, latest=True)
        ended = sum(rows for _, rows, _ in latest) > place.rows
    elif mark.until is Until.CHANGES and place.cells is not None:
        latest = _errors_at(connection, place, latest=True)
        now = _cells_of(connection, [id_ for id_, _, _ in latest], place.key)
        ended = bool(now) and place.cells not in now
    return Standing.ENDED if ended else Standing.IN_FORCE


def _errors_at(connection: sqlite3.Connection, place: _Place, *, latest: bool) -> list[tuple[int, int, bool]]:
    """(id, rows, whether read whole) of the error in the newest comparable run, or in the next one after the mark's."""
    which = "max" if latest else "min"
    return connection.execute(
        f"""SELECT e.id, coalesce(e.rows_affected, e.rows_read), e.complete FROM errors e JOIN runs r ON r.id = e.run_id
            WHERE e.lineage = ?1 AND NOT r.is_rerun AND r.stream = (SELECT stream FROM runs WHERE id = ?2)
            AND r.seq = (SELECT {which}(n.seq) FROM runs n, runs m WHERE m.id = ?2 AND n.stream = m.stream AND n.seq > m.seq)""",
        (place.lineage, place.run_id),
    ).fetchall()


def _cells_of(connection: sqlite3.Connection, error_ids: Sequence[int], key: int | None) -> set[int]:
    return {
        number_of(row[0])
        for error_id in error_ids
        for row in connection.execute(
            """SELECT r.cells FROM spans s CROSS JOIN records r ON r.id >= s.first_id AND r.id < s.first_id + s.count
                WHERE s.error_id = ? AND r.key = ?""",
            (error_id, key),
        )
    }


def _ruling(connection: sqlite3.Connection, place: _Place) -> Standing:
    """What the next comparable run with newer data says of something that was corrected in the SIS."""
    (following,) = connection.execute(
        """SELECT n.id FROM runs m LEFT JOIN runs n ON n.stream = m.stream AND n.seq = m.seq + 1 AND NOT n.is_rerun
            WHERE m.id = ?""",
        (place.run_id,),
    ).fetchone() or (None,)
    if following is None:
        return Standing.WAITING
    errors = _errors_at(connection, place, latest=False)
    if place.key is None:
        return Standing.STILL_FAILING if errors else Standing.CURED
    if not all(is_whole for _, _, is_whole in errors):
        return Standing.WAITING
    now = _cells_of(connection, [id_ for id_, _, _ in errors], place.key)
    if now:
        return Standing.STILL_FAILING if place.cells in now else Standing.NEW_VALUE
    others = connection.execute(
        "SELECT id FROM errors WHERE run_id = ? AND lineage != ?", (following, place.lineage)
    ).fetchall()
    elsewhere = _cells_of(connection, [row[0] for row in others], place.key)
    return Standing.NEW_REASON if elsewhere else Standing.CURED
