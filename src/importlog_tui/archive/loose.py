"""Tables of records that came without their log: kept under runs made up for them, and put where they belong when the log comes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from importlog_tui.archive import joining
from importlog_tui.archive.joining import Batch, Table
from importlog_tui.archive.opening import sound_words
from importlog_tui.model import Basis, Format, Kind, Origin, Precision, RecordsReading, When
from importlog_tui.text import whole

if TYPE_CHECKING:
    import sqlite3

    from importlog_tui.archive.filing import Filing


@dataclass(frozen=True, slots=True)
class Loose:
    """A table under a made-up run.

    Attributes:
        reading: as it came, without its rows.
    """

    error_id: int
    run_id: int
    reading: RecordsReading
    table: Table
    batch: Batch


def remember(connection: sqlite3.Connection, error_id: int, reading: RecordsReading) -> None:
    """Keep what a table tells of its place."""
    when = reading.when
    hint = {
        "name": reading.origin.name,
        "format": reading.origin.format,
        "addresses": reading.addresses,
        "context": reading.context,
        "text": when.text,
        "at": when.at and when.at.isoformat(),
        "precision": when.precision,
        "basis": when.basis,
        "message": reading.message,
    }
    connection.execute(
        "INSERT INTO hints (error_id, hint) VALUES (?, ?)",
        (error_id, whole(json.dumps(hint, ensure_ascii=False))),
    )


def all_loose(connection: sqlite3.Connection) -> list[Loose]:
    """The tables that lie in one piece; the few that don't stay where they are."""
    found = connection.execute(
        """SELECT e.id, e.run_id, r.kind, e.rows_claimed, e.is_whole, h.columns, n.hint, min(s.first_id), min(s.first), min(s.count)
            FROM hints n JOIN errors e ON e.id = n.error_id JOIN runs r ON r.id = e.run_id
            JOIN headings h ON h.id = e.headings_id JOIN spans s ON s.error_id = e.id
            GROUP BY e.id HAVING count(*) = 1"""
    ).fetchall()
    return [_loose(*row) for row in found]


@sound_words()
def _loose(
    error_id: int,
    run_id: int,
    kind: str,
    claimed: int | None,
    is_whole: int,
    columns: str,
    hint: str,
    *span: int,
) -> Loose:
    told = json.loads(hint)
    at = None if told["at"] is None else datetime.fromisoformat(told["at"])
    first_id, first, count = span
    reading = RecordsReading(
        columns=tuple(json.loads(columns)),
        rows=iter(()),
        origin=Origin(told["name"], Format(told["format"])),
        claimed=claimed,
        first=first,
        addresses=tuple(told["addresses"]),
        kind=Kind(kind),
        when=When(told["text"], at, Precision(told["precision"]), Basis(told["basis"])),
        context=tuple(told["context"]),
        message=told.get("message", ""),
    )
    table = Table(reading.columns, claimed, first, bool(is_whole))
    return Loose(error_id, run_id, reading, table, Batch(first_id, count))


def move(filing: Filing, connection: sqlite3.Connection, loose: Loose, error_id: int) -> bool:
    """Give a table to the error that it turned out to belong to; False, and all as before, where its rows don't go with that error's."""
    connection.execute("SAVEPOINT moving")
    connection.execute("SAVEPOINT batch")
    connection.execute("DELETE FROM spans WHERE error_id = ?", (loose.error_id,))
    if filing.tables.join(error_id, loose.batch, loose.table).note:
        connection.execute("ROLLBACK TO moving")
        connection.execute("RELEASE moving")
        return False
    joining.forget(connection, loose.error_id)  # what was there already was left where it lay
    connection.execute("DELETE FROM errors WHERE id = ?", (loose.error_id,))
    for (name,) in connection.execute(
        "SELECT name FROM origins WHERE run_id = ?", (loose.run_id,)
    ).fetchall():
        filing.origin(filing.run_of(error_id), name)
    connection.execute(
        "DELETE FROM runs WHERE id = ? AND NOT EXISTS (SELECT 1 FROM errors WHERE run_id = runs.id)",
        (loose.run_id,),
    )
    connection.execute("RELEASE moving")
    filing.touched(loose.run_id)
    return True
