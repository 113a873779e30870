"""Filtered and sorted records of an error for a table: looked for on all processors, and kept for the next time."""

from __future__ import annotations

import os
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.archive import rows
from importlog_tui.archive.cell_index import ranges
from importlog_tui.archive.grouped import GroupedRows

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Sequence

    from importlog_tui.archive.connections import Connections
    from importlog_tui.archive.nouns import Nouns
    from importlog_tui.archive.rows import Rows, Sort, Wanted
    from importlog_tui.model import State

_KEPT: Final = 2_500_000
"""Chosen records in memory, of four bytes each at most: two orders of a million, or one both ways."""
_WORTH_SHARING: Final = 100_000
"""Records from which on it is quicker to look through them in parts, each in a thread and with a connection of its own."""
_MOST_THREADS: Final = 4


class Choice(NamedTuple):
    """What is asked for; see `Archive.chosen`."""

    error_id: int
    sort: Sort | None = None
    text: str = ""
    states: frozenset[State] | None = None
    only: frozenset[int] | None = None
    without: frozenset[int] = frozenset()

    @property
    def is_all(self) -> bool:
        """All records in natural order."""
        return (
            self.sort is None
            and not self.text
            and self.states is None
            and self.only is None
            and not self.without
        )


class Choosing:
    """Chooses, and remembers what was chosen last for as long as the error's records are the same."""

    def __init__(self, connections: Connections, nouns: Nouns) -> None:
        self._connections, self._nouns = connections, nouns
        self._kept: OrderedDict[object, Rows] = OrderedDict()
        self._lock = Lock()

    def chosen(self, choice: Choice, cancelled: Callable[[], bool]) -> Rows:
        """See `Archive.chosen`."""
        with self._connections.one() as connection:
            spans = rows.spans_of(connection, choice.error_id)
            wanted = (
                rows.Wanted(all=True)
                if choice.states is None
                else rows.with_states(connection, choice.error_id, choice.states)
            )
            wanted = wanted._replace(only=choice.only, without=choice.without)
            key = (choice, tuple(spans), wanted)
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            found: rows.ChosenRows | GroupedRows
            if sort := choice.sort:
                place = self._nouns.place(connection, choice.error_id, sort.column)
                order = rows.Order(choice.error_id, spans, *place, sort.descending)
                found = rows.sorted_rows(connection, order, choice.text, wanted, cancelled)
        if sort is None:
            found = rows.ChosenRows(self._look_through(spans, choice.text, wanted, cancelled))
        elif isinstance(found, GroupedRows):
            turned = choice._replace(sort=sort._replace(descending=not sort.descending))
            self._keep((turned, *key[1:]), found.turned())
        self._keep(key, found)
        return found

    def _look_through(
        self, spans: Sequence[tuple[int, int]], text: str, wanted: Wanted, cancelled: Callable[[], bool]
    ) -> array[int]:
        ids = ranges(spans)

        def look(part: Sequence[range]) -> array[int]:
            with self._connections.one() as connection:
                return rows.found_among(connection, part, text, wanted, cancelled)

        parts = min(os.cpu_count() or 1, _MOST_THREADS)
        if parts == 1 or not text or sum(map(len, ids)) < _WORTH_SHARING:
            return look(ids)
        from concurrent.futures import ThreadPoolExecutor

        first, *others = _parts(ids, parts)
        with ThreadPoolExecutor(parts - 1) as pool:
            under_way = [pool.submit(look, part) for part in others]
            found = look(first)
            for each in under_way:
                found.extend(each.result())
        return found

    def _keep(self, key: object, found: Rows) -> None:
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > 1 and sum(map(len, self._kept.values())) > _KEPT:
                self._kept.popitem(last=False)


def _parts(ids: Sequence[range], count: int) -> list[list[range]]:
    """`ids` in so many parts of about the same size, in their order."""
    size = -(-sum(map(len, ids)) // count)
    parts: list[list[range]] = [[]]
    room = size
    for each in ids:
        left = each
        while left:
            if not room:
                parts.append([])
                room = size
            parts[-1].append(left[:room])
            taken = len(parts[-1][-1])
            left, room = left[taken:], room - taken
    return parts
