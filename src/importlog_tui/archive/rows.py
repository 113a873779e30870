"""Which records of an error are shown, and in which order: their ids, never the records themselves."""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from array import array
from bisect import bisect_right
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from importlog_tui.archive import cell_index
from importlog_tui.archive.cells import escaped
from importlog_tui.archive.grouped import GroupedRows
from importlog_tui.archive.sorting import SELECT, by_value, order_by
from importlog_tui.archive.what import Compared, What
from importlog_tui.model import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Cancelled(Exception):
    """A long selection was given up because the caller asked for it."""


class Sort(NamedTuple):
    """Order by one column: numbers by value before texts, texts without case, blank cells first; ties in natural order."""

    column: str
    descending: bool = False


class Rows(Protocol):
    """Record ids in the order in which they are shown."""

    def __len__(self) -> int: ...

    def ids(self, start: int, stop: int) -> Sequence[int]:
        """The ids at positions start..stop-1, cut to what there is."""

    def position(self, record_id: int) -> int | None:
        """Where a record stands, from 0; None where it is not among these."""


class NaturalRows:
    """All records of an error in their own order, known from its spans: nothing grows with the number of records."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        """`spans` holds (first id, count) in natural order."""
        self._spans = [range(first_id, first_id + count) for first_id, count in spans]
        self._ends = list(accumulate(map(len, self._spans)))
        # by id, for position(): (first id, place among the spans)
        self._by_id = sorted((span.start, place) for place, span in enumerate(self._spans))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def ids(self, start: int, stop: int) -> Sequence[int]:
        """A range where the positions lie in one span, which is the usual case."""
        start, stop = max(0, start), min(stop, len(self))
        if start >= stop:
            return range(0)
        found: list[int] = []
        place = bisect_right(self._ends, start)
        while start < stop:
            span = self._spans[place]
            begin = self._ends[place] - len(span)
            piece = span[start - begin : stop - begin]
            if not found and begin + len(span) >= stop:
                return piece
            found.extend(piece)
            start = self._ends[place]
            place += 1
        return found

    def at(self, position: int) -> int:
        """The id of the record that stands there."""
        place = bisect_right(self._ends, position)
        return self._spans[place][position - (self._ends[place] - len(self._spans[place]))]

    def position(self, record_id: int) -> int | None:
        """Found by bisection."""
        at = bisect_right(self._by_id, (record_id, len(self._spans))) - 1
        if at < 0:
            return None
        place = self._by_id[at][1]
        span = self._spans[place]
        return self._ends[place] - len(span) + (record_id - span.start) if record_id in span else None


class ChosenRows:
    """Sorted or filtered records: four bytes each, eight in an archive that has seen four thousand million records."""

    def __init__(self, chosen: array[int]) -> None:
        self._chosen = chosen

    def __len__(self) -> int:
        return len(self._chosen)

    def ids(self, start: int, stop: int) -> Sequence[int]:
        """A piece of the array."""
        return self._chosen[max(0, start) : max(0, stop)]

    def position(self, record_id: int) -> int | None:
        """Found by looking through: about 10 ms in a million."""
        try:
            return self._chosen.index(record_id)
        except ValueError:
            return None


_STEPS: Final = 20_000
"""Of SQLite's virtual machine between two looks at whether somebody wants to stop: about a millisecond."""


def _pattern(text: str) -> str:
    """A LIKE pattern that finds every row in which `text` stands, whatever the case.

    SQLite folds the case of ASCII letters only, so any character may stand where the text has another one; `_holds` looks at those rows again.
    """
    wanted = escaped(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return "%" + re.sub(r"[^\x00-\x7f]+", "%", wanted) + "%"


def _holds(text: str) -> Callable[[str], bool]:
    wanted = escaped(text).casefold()
    return lambda joined: wanted in joined.casefold()


class Wanted(NamedTuple):
    """Which records of an error are wanted, by their states and by what they are known by.

    Attributes:
        lineage, run_id: of the error and of its run; for a re-run, of the run that it repeats.
        what: of the changes at this place that are wanted.
        still: those without a change are wanted.
        all: whether all are wanted, or none; None where the changes tell.
        only, without: keys of those that may be, and that may not be among them.
    """

    lineage: int = 0
    run_id: int = 0
    what: tuple[int, ...] = ()
    still: bool = False
    all: bool | None = None
    only: frozenset[int] | None = None
    without: frozenset[int] = frozenset()

    @property
    def condition(self) -> str:
        """For a WHERE clause about the record `r`; "" where all are wanted."""
        keys = "" if self.only is None else f" AND r.key IN ({_listed(self.only)})"
        keys += f" AND r.key NOT IN ({_listed(self.without)})" if self.without else ""
        return keys if self.all else self._by_state + keys

    @property
    def _by_state(self) -> str:
        if self.all is not None:
            return " AND 0"
        at = f"SELECT key FROM changes WHERE run_id = {self.run_id} AND lineage = {self.lineage} AND what"
        came = f"r.key IN ({at} IN ({', '.join(map(str, self.what))}))"
        return f" AND ({came} OR r.key NOT IN ({at} > 0))" if self.still else f" AND {came}"


def _listed(keys: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(keys)))


def with_states(connection: sqlite3.Connection, error_id: int, wanted: frozenset[State]) -> Wanted:
    """Which records of an error have one of the states `wanted`."""
    found = connection.execute(
        "SELECT e.lineage, iif(r.is_rerun, r.compared_with, r.id), e.compared FROM errors e JOIN runs r ON r.id = e.run_id WHERE e.id = ?",
        (error_id,),
    ).fetchone()
    if found is None or found[2] == Compared.NOT:
        return Wanted(all=False)
    if found[2] == Compared.NEW:
        return Wanted(all=State.NEW in wanted)
    what = {State.NEW: What.NEW, State.RETURNED: What.RETURNED}
    return Wanted(
        found[0],
        found[1],
        tuple(sorted(int(what[each]) for each in wanted if each in what)),
        State.STILL in wanted,
    )


def gone(connection: sqlite3.Connection, run_id: int, error_id: int | None) -> ChosenRows:
    """The records that were first missing in a run; of `error_id` only, where that is given."""
    found = connection.execute(
        f"""SELECT record_id FROM changes WHERE run_id = ?1 AND what = {What.GONE}
            AND (?2 IS NULL OR lineage = (SELECT lineage FROM errors WHERE id = ?2)) ORDER BY record_id""",
        (run_id, error_id),
    )
    return ChosenRows(array("q", map(itemgetter(0), found)))


class Order(NamedTuple):
    """An order of an error's records: by the column at `column` of `columns`; `spans` as `spans_of` gives them."""

    error_id: int
    spans: Sequence[tuple[int, int]]
    column: int
    columns: int
    descending: bool


def found_among(
    connection: sqlite3.Connection,
    ids: Sequence[range],
    text: str,
    wanted: Wanted,
    cancelled: Callable[[], bool],
) -> array[int]:
    """Those of these records that are wanted and in one of whose cells `text` stands, in this order.

    Raises:
        Cancelled: `cancelled` said so meanwhile.
    """
    where, values = _conditions(connection, text, wanted)
    all_of_them = f"SELECT r.id FROM records r WHERE r.id >= ? AND r.id < ?{where} ORDER BY r.id"
    shift = cell_index.SHIFT
    of_groups = f"""SELECT r.id FROM json_each(?) g CROSS JOIN records r
        ON r.id >= max(g.value << {shift}, ?) AND r.id < min((g.value + 1) << {shift}, ?){where} ORDER BY r.id"""
    with _stoppable(connection, cancelled):
        found = array(_typecode(connection))
        for some, groups in cell_index.narrowed(connection, ids, text):
            if groups is None:
                rows = connection.execute(all_of_them, (some.start, some.stop, *values))
            else:
                rows = connection.execute(of_groups, (json.dumps(groups), some.start, some.stop, *values))
            found.extend(map(itemgetter(0), rows))
        return found


def sorted_rows(
    connection: sqlite3.Connection, order: Order, text: str, wanted: Wanted, cancelled: Callable[[], bool]
) -> ChosenRows | GroupedRows:
    """The records of an error that are wanted and in one of whose cells `text` stands, ordered by a column.

    Raises:
        Cancelled: `cancelled` said so meanwhile.
    """
    where, values = _conditions(connection, text, wanted)
    column = order.column, order.columns
    with _stoppable(connection, cancelled):
        if not where and (found_values := by_value(connection, order.spans, column)) is not None:
            blocks, groups = found_values
            return GroupedRows(NaturalRows(order.spans), blocks, groups[::-1] if order.descending else groups)
        query = f"{SELECT}{where}{order_by(connection, column, descending=order.descending)}"
        found = connection.execute(query, (order.error_id, *values))
        return ChosenRows(array(_typecode(connection), map(itemgetter(0), found)))


def _conditions(connection: sqlite3.Connection, text: str, wanted: Wanted) -> tuple[str, tuple[str, ...]]:
    """For a WHERE clause about the record `r`, with its values."""
    if not text:
        return wanted.condition, ()
    where = " AND r.cells LIKE ? ESCAPE '\\'"
    if not text.isascii():
        connection.create_function("holds", 1, _holds(text), deterministic=True)
        where += " AND holds(r.cells)"
    return where + wanted.condition, (_pattern(text),)


def _typecode(connection: sqlite3.Connection) -> str:
    (last,) = connection.execute("SELECT next_record FROM counters").fetchone()
    return "I" if last < 2**32 else "q"


@contextlib.contextmanager
def _stoppable(connection: sqlite3.Connection, cancelled: Callable[[], bool]) -> Iterator[None]:
    connection.set_progress_handler(cancelled, _STEPS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise Cancelled from error
        raise
    finally:
        connection.set_progress_handler(None, 0)


def spans_of(connection: sqlite3.Connection, error_id: int) -> list[tuple[int, int]]:
    """(first id, count) of the records of an error, in natural order."""
    return connection.execute(
        "SELECT first_id, count FROM spans WHERE error_id = ? ORDER BY first", (error_id,)
    ).fetchall()
