"""How what people decided stands now: in force, ended, waiting for proof, or proved one way or the other by the nights that came after.

Only a comparable run with newer data rules: the next one after the run that was the newest when the mark was made. A re-run shares the place of the
run that it repeats, and a failed or unfinished run has none (states.py), so neither of them rules anything.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from importlog_tui.archive.identity import number_of
from importlog_tui.model import MarkKind, Standing, Until

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from importlog_tui.archive.marks import Place
    from importlog_tui.model import Mark

_FOLLOWING: Final = """
    SELECT n.id FROM runs n, runs m WHERE m.id = ? AND n.stream = m.stream AND NOT n.is_rerun AND n.seq > coalesce(m.seq,
        (SELECT max(b.seq) FROM runs b WHERE b.stream = m.stream AND b.performed <= m.performed), 0)
    ORDER BY n.seq
"""
"""The comparable runs after a run, in their order."""
_KEPT: Final = """
    SELECT r.key, r.cells FROM spans s CROSS JOIN records r ON r.id >= s.first_id AND r.id < s.first_id + s.count
    WHERE s.error_id = ? AND r.key IN (SELECT value FROM json_each(?))
"""


def told(
    connection: sqlite3.Connection, kept: Sequence[tuple[Mark, Place]], today: date
) -> Iterator[tuple[Mark, Place]]:
    """`kept` marks with how they stand on this day; each error's records are looked through once, however many marks there are."""
    evidence = _Evidence(connection, {place.key for _, place in kept if place.key is not None})
    for mark, place in kept:
        yield mark._replace(standing=_standing(evidence, mark, place, today)), place


def _standing(evidence: _Evidence, mark: Mark, place: Place, today: date) -> Standing:
    if mark.kind is MarkKind.CORRECTED:
        return _ruling(evidence, place)
    if mark.kind is MarkKind.ACCEPTED and _has_ended(evidence, mark, place, today):
        return Standing.ENDED
    return Standing.IN_FORCE


def _has_ended(evidence: _Evidence, mark: Mark, place: Place, today: date) -> bool:
    if mark.until is Until.DAY:
        return mark.until_day is not None and today > mark.until_day
    runs = evidence.following(place.run_id)
    if mark.until is Until.GROWS and place.rows is not None:
        # Once it has grown, it has: what people accepted was the smaller error.
        rows = place.rows
        return any(sum(each[1] for each in evidence.errors(run, place.lineage)) > rows for run in runs)
    if mark.until is Until.CHANGES and place.cells is not None:
        return any(
            (now := evidence.cells(run, place.lineage, place.key)) and place.cells not in now for run in runs
        )
    return False


def _ruling(evidence: _Evidence, place: Place) -> Standing:
    """What the next comparable run with newer data says of something that was corrected in the SIS."""
    runs = evidence.following(place.run_id)
    if place.key is None:
        if not runs:
            return Standing.WAITING
        return Standing.STILL_FAILING if evidence.errors(runs[0], place.lineage) else Standing.CURED
    for run in runs:
        if not all(is_whole for _, _, is_whole in evidence.errors(run, place.lineage)):
            continue  # of half a reading nothing can be said: the next whole one rules
        now = evidence.cells(run, place.lineage, place.key)
        if now:
            return Standing.STILL_FAILING if place.cells in now else Standing.NEW_VALUE
        return Standing.NEW_REASON if evidence.is_elsewhere(run, place) else Standing.CURED
    return Standing.WAITING


class _Evidence:
    """What the nights say, asked once."""

    def __init__(self, connection: sqlite3.Connection, keys: Iterable[int]) -> None:
        self._connection = connection
        self._keys = json.dumps(sorted(keys))
        self._following: dict[int, list[int]] = {}
        self._errors: dict[int, list[tuple[int, int, bool, int]]] = {}
        self._cells: dict[int, dict[int, set[int]]] = {}

    def following(self, run_id: int) -> list[int]:
        """The comparable runs with newer data after a run, oldest first."""
        if run_id not in self._following:
            found = self._connection.execute(_FOLLOWING, (run_id,))
            self._following[run_id] = [row[0] for row in found]
        return self._following[run_id]

    def errors(self, run_id: int, lineage: int) -> list[tuple[int, int, bool]]:
        """(id, rows, whether read whole) of an error in a run."""
        return [each[:3] for each in self._all(run_id) if each[3] == lineage]

    def _all(self, run_id: int) -> list[tuple[int, int, bool, int]]:
        if run_id not in self._errors:
            found = self._connection.execute(
                "SELECT id, coalesce(rows_affected, rows_read), complete, lineage FROM errors WHERE run_id = ?",
                (run_id,),
            )
            self._errors[run_id] = [(row[0], row[1], bool(row[2]), row[3]) for row in found]
        return self._errors[run_id]

    def cells(self, run_id: int, lineage: int, key: int | None) -> set[int]:
        """Numbers that stand for what a record of this error held in a run; empty where it was not there."""
        return {
            held
            for error_id, *_ in self.errors(run_id, lineage)
            for held in self._of(error_id).get(key or 0, ())
        }

    def is_elsewhere(self, run_id: int, place: Place) -> bool:
        """Whether the same record stands in another error of the run."""
        others = (each[0] for each in self._all(run_id) if each[3] != place.lineage)
        return any(place.key in self._of(error_id) for error_id in others)

    def _of(self, error_id: int) -> dict[int, set[int]]:
        if error_id not in self._cells:
            held: dict[int, set[int]] = {}
            for key, cells in self._connection.execute(_KEPT, (error_id, self._keys)):
                held.setdefault(key, set()).add(number_of(cells))
            self._cells[error_id] = held
        return self._cells[error_id]
