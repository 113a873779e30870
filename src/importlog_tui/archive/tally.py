"""What stands in some columns of an error's records, counted: a million of them in the time it takes to read them."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from itertools import compress
from typing import TYPE_CHECKING, Final

from importlog_tui.archive.cells import escaped, plain
from importlog_tui.archive.roster_keys import TABLES
from importlog_tui.archive.rows import ChosenRows, spans_of
from importlog_tui.archive.sorting import pieces
from importlog_tui.fields import Field
from importlog_tui.model import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from importlog_tui.archive.connections import Connections
    from importlog_tui.archive.nouns import Nouns
    from importlog_tui.model import Run
from importlog_tui.archive.rows import Rows

Cells = tuple[str, ...]
_ENOUGH: Final = 20_000
"""Rows of an error by which its buildings are told; of more, some all over it stand for the rest."""
_BUILDINGS: Final = 500
"""More different values than that are no buildings."""


class Tallies:
    """The archive's part that counts cells; `Archive` is one."""

    _connections: Connections
    _nouns: Nouns

    def tally(
        self, error_id: int, columns: Sequence[str], *, most: int | None = None
    ) -> tuple[Counter[Cells], int]:
        """How often each combination of cells stands in `columns`, and over how many records that was counted.

        Args:
            error_id: the error.
            columns: some of its headings.
            most: no more than about so many records are looked at, spread over all of them; None for all.

        Raises:
            ValueError: the error has no such column.
        """
        stored: Counter[tuple[bytes, ...]] = Counter()
        looked_at = 0
        with self._connections.one() as connection:
            for ids, cells in self._columns_of_rows(connection, error_id, columns, most):
                stored.update(zip(*cells, strict=True))
                looked_at += len(ids)
        return Counter({tuple(map(_plain, found)): count for found, count in stored.items()}), looked_at

    def roster_tally(
        self, roster_id: int, column: str, *, most: int | None = None
    ) -> tuple[Counter[str], int]:
        """As `tally`, of one column of a roster; nothing where its rows were removed.

        Raises:
            ValueError: the roster has no such column.
        """
        stored: Counter[bytes] = Counter()
        looked_at = 0
        with self._connections.one() as connection:
            found = connection.execute(
                "SELECT kind, first_id, rows, columns FROM rosters JOIN headings h ON h.id = headings_id WHERE rosters.id = ?",
                (roster_id,),
            ).fetchone()
            if found is None or found[1] is None:
                return Counter(), 0
            columns = json.loads(found[3])
            place, spans = columns.index(column), [(found[1], found[2])]
            if most is not None:
                spans = _spread(spans, most)
            for ids, cells in pieces(connection, spans, TABLES[Kind(found[0])].name):
                stored.update(cells[place :: len(columns)])
                looked_at += len(ids)
        return Counter({_plain(cell): count for cell, count in stored.items()}), looked_at

    def affected_per_building(self, run: Run) -> Mapping[str, int]:
        """How many of a run's affected rows are of which building, as their school's column writes it; {} where not all was read or none has one."""
        if not run.complete or run.is_rerun:
            return {}
        with self._connections.one() as connection:
            errors = self._nouns.errors(connection, run.id)
        counts: Counter[str] = Counter()
        for error in errors:
            columns = self._nouns.meanings(error.columns)
            place = columns.index(Field.SCHOOL)
            if place is None:
                continue
            found, looked_at = self.tally(error.id, [error.columns[place]], most=_ENOUGH)
            for (school,), count in found.items():
                if school.strip():
                    counts[school.strip()] += count * error.rows_read // max(1, looked_at)
        return counts if len(counts) <= _BUILDINGS else {}

    def with_cells(
        self,
        error_id: int,
        columns: Sequence[str],
        wanted: Collection[Cells],
        cancelled: Callable[[], bool] = lambda: False,
        among: Rows | None = None,
    ) -> Rows:
        """The records of an error in whose `columns` one of the `wanted` combinations stands.

        In their own order, or, where only those `among` some are meant, in the order of these.
        """
        chosen = array("q")
        stored = {tuple(escaped(cell).encode() for cell in cells) for cells in wanted}
        with self._connections.one() as connection:
            for ids, cells in self._columns_of_rows(connection, error_id, columns, None):
                if cancelled():
                    break
                chosen.extend(compress(ids, map(stored.__contains__, zip(*cells, strict=True))))
        if among is not None:
            found_ids = set(chosen)
            chosen = array("q", (id_ for id_ in among.ids(0, len(among)) if id_ in found_ids))
        return ChosenRows(chosen)

    def _columns_of_rows(
        self, connection: sqlite3.Connection, error_id: int, columns: Sequence[str], most: int | None
    ) -> Iterator[tuple[range, list[list[bytes]]]]:
        places = [self._nouns.place(connection, error_id, column) for column in columns]
        spans = spans_of(connection, error_id)
        if most is not None:
            spans = _spread(spans, most)
        for ids, cells in pieces(connection, spans):
            yield ids, [cells[place::of] for place, of in places]


def _plain(cell: bytes) -> str:
    return plain(cell.decode())


def _spread(spans: Sequence[tuple[int, int]], most: int, strips: int = 20) -> list[tuple[int, int]]:
    """Strips of `spans`, `most` records in all, from all over them."""
    total = sum(count for _, count in spans)
    if total <= most:
        return list(spans)
    taken = []
    for first_id, count in spans:
        share = max(1, most * count // total)
        width = max(1, share // strips)
        step = max(width, count // max(1, share // width))
        taken += [
            (start, min(width, first_id + count - start)) for start in range(first_id, first_id + count, step)
        ]
    return taken
