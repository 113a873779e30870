"""What people decided, put beside the errors and records of every night: which of them it is about, and what of them is accepted."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.archive.what import Compared, What
from importlog_tui.model import MarkKind, Standing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import date

    from importlog_tui.model import ErrorType, Mark, Record

_MOST: Final = 20_000
"""Rows of an error up to which those of a marked record are counted; in a larger one it counts as one row."""


class Accepted(NamedTuple):
    """What of an error is under an acceptance in force: rows, and how many of them are new, and are back; `whole`: all of it is."""

    rows: int = 0
    new: int = 0
    returned: int = 0
    whole: bool = False


_NOTHING: Final = Accepted()


@dataclass(frozen=True)
class Decided:
    """All decisions at one moment.

    Attributes:
        marks: those that were not taken back, newest first, each with how it stands.
        held: error id -> key of a marked record that stands in it -> its rows there.
        accepted: error id -> what of it is accepted; errors of which nothing is are left out.
    """

    marks: tuple[Mark, ...] = ()
    held: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
    accepted: Mapping[int, Accepted] = field(default_factory=dict)

    @cached_property
    def _by_place(self) -> Mapping[tuple[int, int | None], list[Mark]]:
        found: defaultdict[tuple[int, int | None], list[Mark]] = defaultdict(list)
        for mark in self.marks:
            found[mark.lineage, mark.key].append(mark)
        return dict(found)

    def on_error(self, error: ErrorType) -> list[Mark]:
        """The marks on an error as a whole, newest first."""
        return self._by_place.get((error.lineage, None), [])

    def on_record(self, error: ErrorType, record: Record) -> list[Mark]:
        """The marks on a record of `error`, newest first, without those on the error as a whole."""
        return self._by_place.get((error.lineage, record.key), [])

    def on_record_or_error(self, error: ErrorType, record: Record) -> list[Mark]:
        """The marks on a record of `error`, then those on the error as a whole."""
        return [*self.on_record(error, record), *self.on_error(error)]

    def about(self, mark: Mark) -> list[Mark]:
        """The marks on the same thing as `mark`, newest first, itself among them."""
        return self._by_place.get((mark.lineage, mark.key), [])

    def accepted_of(self, errors: Iterable[ErrorType]) -> Accepted:
        """What is accepted of these errors together."""
        found = [self.accepted.get(error.id, _NOTHING) for error in errors]
        return Accepted(
            sum(each.rows for each in found),
            sum(each.new for each in found),
            sum(each.returned for each in found),
            bool(found) and all(each.whole for each in found),
        )


UNDECIDED: Final = Decided()
"""Nobody decided anything."""


def is_acceptance(mark: Mark) -> bool:
    """Whether a mark takes what it is on out of the new count."""
    return mark.kind is MarkKind.ACCEPTED and mark.standing is Standing.IN_FORCE


def decided(connection: sqlite3.Connection, today: date) -> Decided:
    """Everything that was decided, as it stands on this day."""
    if not connection.execute("SELECT EXISTS (SELECT 1 FROM marks WHERE undone_at IS NULL)").fetchone()[0]:
        return UNDECIDED
    # Not for the first frame of those who decided nothing yet.
    from importlog_tui.archive import marks, rulings

    told = tuple(mark for mark, _ in rulings.told(connection, marks.kept(connection), today))
    by_lineage: defaultdict[int, list[Mark]] = defaultdict(list)
    for mark in told:
        by_lineage[mark.lineage].append(mark)
    held: dict[int, dict[int, int]] = {}
    accepted: dict[int, Accepted] = {}
    for lineage, some in by_lineage.items():
        for error in _errors(connection, lineage, {mark.key for mark in some if mark.key is not None}):
            if error.held:
                held[error.id] = {key: rows for key, (rows, _) in error.held.items()}
            if found := _accepted(connection, error, [mark for mark in some if is_acceptance(mark)]):
                accepted[error.id] = found
    return Decided(told, held, accepted)


class _Error(NamedTuple):
    """An error in one night, and of the marked records that stand in it their rows and what they are there: `What`, or None for still."""

    id: int
    run_id: int
    seq: int | None
    lineage: int
    compared: Compared
    rows: int
    new: int
    held: Mapping[int, tuple[int, What | None]]


def _errors(connection: sqlite3.Connection, lineage: int, keys: set[int]) -> list[_Error]:
    listed = json.dumps(sorted(keys))
    changes: defaultdict[int, list[tuple[int, What]]] = defaultdict(list)
    for key, seq, what in connection.execute(
        "SELECT key, seq, what FROM changes WHERE lineage = ? AND key IN (SELECT value FROM json_each(?)) ORDER BY seq",
        (lineage, listed),
    ):
        changes[key].append((seq, What(what)))
    found = []
    for id_, run_id, seq, compared, read, new in connection.execute(
        """SELECT e.id, r.id, r.seq, e.compared, e.rows_read, coalesce(e.new_rows, 0) FROM errors e JOIN runs r ON r.id = e.run_id
            WHERE e.lineage = ?""",
        (lineage,),
    ).fetchall():
        held: dict[int, tuple[int, What | None]] = {}
        there = {key: what for key in keys if (what := _there(changes[key], seq, compared)) != What.GONE}
        if there and read:
            counts = (
                _counts(connection, id_, json.dumps(sorted(there)))
                if read <= _MOST
                else dict.fromkeys(there, 1)
            )
            held = {key: (counts[key], what) for key, what in there.items() if counts.get(key)}
        found.append(_Error(id_, run_id, seq, lineage, Compared(compared), read, new, held))
    return found


def _there(changes: list[tuple[int, What]], seq: int | None, compared: int) -> What | None:
    """What befell a record until a place: GONE where it can't be there; NEW or RETURNED where it came at this place; else None."""
    if compared == Compared.NEW:
        return What.NEW
    if compared == Compared.NOT or seq is None:
        return None
    last = next((change for change in reversed(changes) if change[0] <= seq), None)
    if last is None:
        # It came later, where coming is the first that is known of it.
        return What.GONE if changes and changes[0][1] is not What.GONE else None
    if last[1] is What.GONE:
        return What.GONE
    return last[1] if last[0] == seq else None


def _counts(connection: sqlite3.Connection, error_id: int, keys: str) -> dict[int, int]:
    return dict(
        connection.execute(
            """SELECT r.key, count(*) FROM spans s CROSS JOIN records r ON r.id >= s.first_id AND r.id < s.first_id + s.count
                WHERE s.error_id = ? AND r.key IN (SELECT value FROM json_each(?)) GROUP BY r.key""",
            (error_id, keys),
        ).fetchall()
    )


def _accepted(connection: sqlite3.Connection, error: _Error, some: list[Mark]) -> Accepted | None:
    if any(mark.key is None for mark in some):
        (back,) = connection.execute(
            "SELECT count(*) FROM changes WHERE run_id = ? AND lineage = ? AND what = ?",
            (error.run_id, error.lineage, What.RETURNED),
        ).fetchone()
        return Accepted(error.rows, error.new, back, whole=True)
    found = [error.held[key] for key in {mark.key or 0 for mark in some} if key in error.held]
    if not found:
        return None
    return Accepted(
        sum(rows for rows, _ in found),
        sum(rows for rows, what in found if what is What.NEW),
        sum(rows for rows, what in found if what is What.RETURNED),
    )
