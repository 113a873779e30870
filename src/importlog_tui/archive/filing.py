"""One bringing-in: runs, their errors and their records put beside what is known, in one transaction."""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from importlog_tui.archive import identity, loose, states
from importlog_tui.archive.facts import (
    Facts,
    facts_of,
    is_complete,
    merged,
    moment,
    reported_errors,
    same_run,
)
from importlog_tui.archive.opening import sound_words
from importlog_tui.archive.placing import KnownError
from importlog_tui.archive.roster_filing import RosterFiling
from importlog_tui.archive.tables import Tables, most
from importlog_tui.model import Basis, Kind, Precision, Result, RunReading
from importlog_tui.text import whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importlog_tui.archive.loose import Loose
    from importlog_tui.fields import Field
    from importlog_tui.model import RecordsReading

_NAMES: Final = Facts._fields
_FACTS: Final = ", ".join(_NAMES)
_TYPES: Final = {
    "kind": Kind,
    "precision": Precision,
    "basis": Basis,
    "result": Result,
    "is_listed": bool,
    "is_loose": bool,
}


@dataclass(frozen=True, slots=True)
class Filed:
    """Where something was filed, and whether it was new."""

    id: int
    is_new: bool


class Filing:
    """Writes into the archive; made by `Archive.filing`, whose transaction it is part of."""

    def __init__(self, connection: sqlite3.Connection, aliases: Mapping[str, Field]) -> None:
        self._connection = connection
        self._touched: set[int] = set()
        self._moved: set[int] = set()  # runs whose place among the others may be another one now
        self._records: set[int] = set()  # errors whose records changed
        self._changed: dict[int, set[int] | None] = {}  # as `states.renew` takes it
        self._has_changed = False
        self._aliases = aliases
        self.incomparable: set[int] = set()
        self.rosters = RosterFiling(connection)
        self.tables = Tables(connection, self._records_of, aliases)

    def run(self, reading: RunReading, *, is_loose: bool = False) -> Filed:
        """File what is said of a run, without its errors.

        Args:
            reading: what a source says.
            is_loose: made up for records whose log was not seen; such runs are kept apart from those that a log tells of.
        """
        new = facts_of(reading, is_loose=is_loose)
        known = self._runs_about(new)
        run_id = same_run(known.items(), new)
        if run_id is None:
            marks = ", ".join("?" * len(_NAMES))
            cursor = self._connection.execute(f"INSERT INTO runs ({_FACTS}) VALUES ({marks})", _row_of(new))
            filed = Filed(_last_id(cursor), is_new=True)
            self.touched(filed.id)
        else:
            filed = Filed(run_id, is_new=False)
            both = merged(known[run_id], new)
            if both != known[run_id]:
                sets = ", ".join(f"{name} = ?" for name in _NAMES)
                self._connection.execute(f"UPDATE runs SET {sets} WHERE id = ?", (*_row_of(both), run_id))
                self.touched(run_id)
        self.origin(filed.id, reading.origin.name)
        return filed

    def origin(self, run_id: int, name: str) -> None:
        """Remember that a source told something of a run."""
        found = self._connection.execute("INSERT OR IGNORE INTO origins VALUES (?, ?)", (run_id, whole(name)))
        if found.rowcount:
            self._touched.add(run_id)

    def _runs_about(self, new: Facts) -> dict[int, Facts]:
        """The runs of a kind around its time."""
        query = f"SELECT id, {_FACTS} FROM runs WHERE kind = ? AND performed"
        if new.performed is None:
            rows = self._connection.execute(f"{query} IS NULL", (new.kind,))
        else:
            around = (new.performed - 86400, new.performed + 86400)
            rows = self._connection.execute(f"{query} BETWEEN ? AND ?", (new.kind, *around))
        return {row[0]: _facts_in(row[1:]) for row in rows}

    def errors(self, run_id: int, messages: Sequence[tuple[str, int | None, str, str]]) -> list[Filed]:
        """File the errors that one source lists of a run, in their order: (message, rows affected, address, what is compared of it).

        An error is known by its message, white space folded; where one stands twice in a list, by being the first or second of them.
        """
        seen: Counter[str] = Counter()
        filed = []
        for ordinal, (message, rows_claimed, address, key) in enumerate(messages, 1):
            folded = " ".join(whole(message).split())
            seen[folded] += 1
            filed.append(self._error(run_id, ordinal, (whole(message), folded, seen[folded]), rows_claimed))
            self.address(filed[-1].id, address, key)
        return filed

    def _error(
        self, run_id: int, ordinal: int, name: tuple[str, str, int], rows_claimed: int | None
    ) -> Filed:
        message, folded, nth = name
        execute = self._connection.execute
        row = execute(
            "SELECT id, ordinal, message, rows_claimed FROM errors WHERE run_id = ? AND message_key = ? AND nth = ?",
            (run_id, folded, nth),
        ).fetchone()
        if row is None:
            cursor = execute(
                "INSERT INTO errors (run_id, ordinal, message, message_key, nth, rows_claimed) VALUES (?, ?, ?, ?, ?, ?)",
                (run_id, ordinal, message, folded, nth, rows_claimed),
            )
            self._touched.add(run_id)
            return Filed(_last_id(cursor), is_new=True)
        better = min(row[1], ordinal), min(row[2], message), most(row[3], rows_claimed)
        if better != row[1:]:
            execute(
                "UPDATE errors SET ordinal = ?, message = ?, rows_claimed = ? WHERE id = ?", (*better, row[0])
            )
            self._touched.add(run_id)
        return Filed(row[0], is_new=False)

    def address(self, error_id: int, address: str, key: str) -> None:
        """Remember where a source says that an error's records are; `key` is what is compared."""
        if not key:
            return
        found = self._connection.execute(
            "INSERT OR IGNORE INTO addresses (key, error_id, address) VALUES (?, ?, ?)",
            (whole(key), error_id, whole(address)),
        )
        if found.rowcount:
            self._touched.add(self.run_of(error_id))

    def told_error(self, reading: RecordsReading) -> int | None:
        """Make the error that a table names in the run of its kind and minute, where no log lists it; None where there is no such run."""
        if not reading.message or reading.kind is None or reading.when.at is None or reading.when.is_coarse:
            return None
        about = facts_of(
            RunReading(reading.kind, "", reading.when, Result.UNKNOWN, "", reading.origin), is_loose=False
        )
        run_id = same_run(self._runs_about(about).items(), about)
        if run_id is None:
            return None
        (last,) = self._connection.execute(
            "SELECT coalesce(max(ordinal), 0) FROM errors WHERE run_id = ?", (run_id,)
        ).fetchone()
        message = whole(reading.message)
        return self._error(run_id, last + 1, (message, " ".join(message.split()), 1), reading.claimed).id

    def loose_error(self, run_id: int, message: str, reading: RecordsReading) -> int:
        """Make an error for a table that came without its log; returns its id."""
        execute = self._connection.execute
        folded = " ".join(whole(message).split())
        (last, nth) = execute(
            "SELECT coalesce(max(ordinal), 0), coalesce(max(nth) FILTER (WHERE message_key = ?2), 0) FROM errors WHERE run_id = ?1",
            (run_id, folded),
        ).fetchone()
        error_id = self._error(run_id, last + 1, (whole(message), folded, nth + 1), None).id
        loose.remember(self._connection, error_id, reading)
        return error_id

    def loose_tables(self) -> list[Loose]:
        """The tables that came without their log."""
        return loose.all_loose(self._connection)

    def move(self, table: Loose, error_id: int) -> bool:
        """Give a loose table to its error; False where its rows don't go with that error's."""
        return loose.move(self, self._connection, table, error_id)

    def touched(self, run_id: int) -> None:
        """The sums of a run may have changed, and its place among the others."""
        self._touched.add(run_id)
        self._moved.add(run_id)

    def _records_of(self, error_id: int) -> None:
        """The records of an error changed."""
        self._touched.add(self.run_of(error_id))
        self._records.add(error_id)

    def known_errors(self) -> list[KnownError]:
        """All errors, the newest run first, for finding those that tables belong to."""
        self.settle()
        keys: dict[int, set[str]] = {}
        for key, error_id in self._connection.execute("SELECT key, error_id FROM addresses"):
            keys.setdefault(error_id, set()).add(key)
        rows = self._connection.execute(
            """SELECT e.id, e.run_id, e.message, e.rows_claimed, e.rows_read, e.complete, r.label, r.kind, r.performed, r.zone, r.is_loose
                FROM runs r JOIN errors e ON e.run_id = r.id
                ORDER BY r.performed IS NULL, r.performed DESC, r.kind, r.id, e.ordinal, e.id"""
        )
        with sound_words():
            return [_known(row, keys) for row in rows]

    def has_error(self, error_id: int) -> bool:
        """Whether there is such an error."""
        return (
            self._connection.execute("SELECT 1 FROM errors WHERE id = ?", (error_id,)).fetchone() is not None
        )

    def run_of(self, error_id: int) -> int:
        """The run that an error belongs to; raises LookupError if there is no such error."""
        row = self._connection.execute("SELECT run_id FROM errors WHERE id = ?", (error_id,)).fetchone()
        if row is None:
            raise LookupError(error_id)
        return int(row[0])

    def settle(self) -> None:
        """Bring the sums of what was touched up to date."""
        for run_id in sorted(self._touched):
            known = self._changed.get(run_id, set())
            changed = self._settle(run_id)
            self._changed[run_id] = None if known is None or changed is None else known | changed
        self._has_changed = self._has_changed or bool(self._touched)
        for done in (self._touched, self._moved, self._records):
            done.clear()

    def finish(self) -> None:
        """The last thing to be done before the transaction is committed."""
        self.settle()
        if changed := {run: errors for run, errors in self._changed.items() if errors is None or errors}:
            self.incomparable = states.renew(self._connection, changed, self._aliases)
        self.rosters.finish()
        if self._has_changed or self.rosters.has_changed:
            self._connection.execute("UPDATE counters SET stamp = stamp + 1")

    def _settle(self, run_id: int) -> set[int] | None:
        """Returns the errors, by lineage, whose states may have changed; None for all of the run's."""
        execute = self._connection.execute
        row = execute(
            f"SELECT stream, complete OR errors_listed, {_FACTS} FROM runs WHERE id = ?", (run_id,)
        ).fetchone()
        if row is None:
            return None
        run = _facts_in(row[2:])
        changed: set[int] = set()
        affected: list[int | None] = []
        read = complete = 0
        stream = identity.stream_of(run.kind, run.label)
        for error_id, message, claimed, is_whole, rows_read, *before in execute(
            """SELECT id, message_key, rows_claimed, is_whole, (SELECT coalesce(sum(count), 0) FROM spans WHERE error_id = errors.id),
                lineage, complete
                FROM errors WHERE run_id = ?""",
            (run_id,),
        ).fetchall():
            rows_affected = claimed if claimed is not None or not is_whole else rows_read
            is_read = rows_affected is not None and rows_read >= rows_affected
            lineage = identity.lineage_of(stream, message)
            execute(
                "UPDATE errors SET lineage = ?, rows_affected = ?, rows_read = ?, complete = ? WHERE id = ?",
                (lineage, rows_affected, rows_read, is_read, error_id),
            )
            if before != [lineage, is_read]:
                changed |= {lineage, before[0]}
            elif is_read and error_id in self._records:
                changed.add(lineage)
            affected.append(rows_affected)
            # More rows than one error claims are no substitute for those that another lacks.
            read += rows_read if rows_affected is None else min(rows_read, rows_affected)
            complete += is_read
        errors = reported_errors(
            run.result, error_count=run.error_count, is_listed=run.is_listed, listed=len(affected)
        )
        rows = [each for each in affected if each is not None]
        is_known = errors is not None and len(rows) >= errors
        is_whole = is_complete(
            run.result,
            error_count=run.error_count,
            is_listed=run.is_listed or run.is_loose,
            listed=len(affected),
            complete=complete,
        )
        is_listed = run.is_listed and len(affected) >= (run.error_count or 0)
        execute(
            """UPDATE runs SET stream = ?, errors = ?, rows_affected = ?, rows_read = ?, complete = ?, errors_listed = ?
                WHERE id = ?""",
            (stream, errors, sum(rows) if is_known else None, read, is_whole, is_listed, run_id),
        )
        is_same = row[:2] == (stream, is_whole or is_listed) and run_id not in self._moved
        return changed if is_same else None


def _known(row: Sequence[Any], keys: Mapping[int, set[str]]) -> KnownError:
    return KnownError(
        id=row[0],
        run_id=row[1],
        message=row[2],
        rows_affected=row[3],
        rows_read=row[4],
        complete=bool(row[5]),
        label=row[6],
        kind=Kind(row[7]),
        performed_at=moment(row[8], row[9]),
        keys=frozenset(keys.get(row[0], ())),
        is_loose=bool(row[10]),
    )


def _last_id(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None  # noqa: S101 - an INSERT has always one
    return cursor.lastrowid


def _row_of(facts: Facts) -> tuple[object, ...]:
    return tuple(value.value if isinstance(value, StrEnum) else value for value in facts)


@sound_words()
def _facts_in(row: Sequence[Any]) -> Facts:
    values = dict(zip(_NAMES, row, strict=True))
    for name, type_ in _TYPES.items():
        values[name] = type_(values[name])
    return Facts(**values)
