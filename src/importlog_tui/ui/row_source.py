"""Where a record table gets its rows from: by place, a window at a time.

A table asks its `RowSource` twice: `at_hand` answers at once from what was fetched before, or with None; `window` fetches, while the event
loop goes on. `ArchiveRows` is the one on the archive: places -> record ids (`archive.Rows`) -> records, on the one thread of an
`ArchiveReader`, which all sources of the program share.

    reader = ArchiveReader(archive)
    rows = archive.natural(error.id)                     # or archive.chosen(...), in a worker
    source = ArchiveRows(reader, rows, error_id=error.id, columns=error.columns)
    await source.window(0, 40)                           # a source warmed like this is painted by the table's next frame
    table.show(source, index=rows.position(record_id) or 0)
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from importlog_tui.errors import ArchiveProblem
from importlog_tui.fields import Columns, Field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from importlog_tui.archive.archive import Archive
    from importlog_tui.archive.rows import Rows
    from importlog_tui.model import Record

T = TypeVar("T")


class RowSource(Protocol):
    """The rows of one error in one order, perhaps filtered.

    Attributes:
        error_id: of which error; a table keeps its marks and column widths from one source to the next of the same error.
        columns: the headings, unique.
        frozen: places in `columns` of those that tell whom a row is about; they stay in view.
    """

    error_id: int
    columns: tuple[str, ...]
    frozen: tuple[int, ...]

    def __len__(self) -> int: ...

    def at_hand(self, start: int, stop: int) -> Sequence[Record | None] | None:
        """Rows start..stop where they need no fetching, else None. A row that left the archive meanwhile is None."""
        ...

    async def window(self, start: int, stop: int) -> Sequence[Record | None]:
        """Rows start..stop, fetched; from then on they are at hand for a while. May raise a `Problem`."""
        ...

    async def ids(self, start: int, stop: int) -> Sequence[int]:
        """Record ids of the rows start..stop."""
        ...

    async def position(self, record_id: int) -> int | None:
        """Place of a record, from 0; None where it is not among the rows."""
        ...


_SUBJECT_FIELDS = (
    Field.UNIQUE_ID,
    Field.FULL_NAME,
    Field.LAST_NAME,
    Field.FIRST_NAME,
    Field.COURSE_CODE,
    Field.SECTION_CODE,
    Field.SECTION_SCHOOL_CODE,
)


def subject_columns(columns: Columns) -> tuple[int, ...]:
    """Places of the columns that tell whom or what a row is about, the unique id first; the first column where none is known."""
    known = [columns.index(field) for field in _SUBJECT_FIELDS]
    return tuple(place for place in known if place is not None) or (0,) * bool(columns.columns)


class ArchiveReader:
    """A thread that asks the archive, one question after the other; a daemon, so that leaving never waits for a slow disk."""

    def __init__(self, archive: Archive, *, name: str = "archive-reader") -> None:
        """`archive` may be used by others meanwhile; it lends each thread a connection of its own."""
        self._archive = archive
        self._is_closed = False
        self._questions: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def call(self, question: Callable[[Archive], T]) -> T:
        """What `question` answers on the thread; one whose asker was cancelled meanwhile is not asked any more.

        Raises:
            ArchiveProblem: the reader was closed, or what the archive itself raises.
        """
        if self._is_closed:
            raise ArchiveProblem("the archive was closed")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def settle(result: T | None, fault: BaseException | None) -> None:
            if answer.cancelled():
                return
            if fault is not None:
                answer.set_exception(fault)
            else:
                answer.set_result(cast("T", result))

        def ask() -> None:
            if answer.cancelled():
                return
            result, fault = None, None
            try:
                result = question(self._archive)
            except Exception as error:  # it belongs to the one who asked
                fault = error
            with contextlib.suppress(RuntimeError):  # the loop is gone, and nobody waits for the answer
                loop.call_soon_threadsafe(settle, result, fault)

        self._questions.put(ask)
        return await answer

    def close(self) -> None:
        """Let the thread end after the questions already asked; does not wait for it."""
        self._is_closed = True
        self._questions.put(None)

    def _work(self) -> None:
        while (ask := self._questions.get()) is not None:
            ask()


BLOCK = 64
"""Rows per fetch: more than a page of most terminals, so that a page down asks at most once; 0.2 ms from the archive."""

MOST_WEIGHT = 4_000_000
"""Characters of records kept at hand, a few hundred pages of usual ones; a single cell may hold 5 MB."""


def _weight(record: Record | None) -> int:
    if record is None:
        return 1
    return 16 * len(record.values) + sum(map(len, record.values.values()))


class ArchiveRows:
    """Rows of the archive, fetched in blocks of `BLOCK` by one query each; the blocks used last stay at hand.

    Attributes:
        queries: how often the archive was asked for a window.
        fetched: how many rows came of it.
    """

    def __init__(
        self,
        reader: ArchiveReader,
        rows: Rows,
        *,
        error_id: int,
        columns: Sequence[str],
        aliases: Mapping[str, Field] | None = None,
    ) -> None:
        """`aliases` are the district's own headings (the configuration's `[columns]`)."""
        self.error_id = error_id
        self.columns = tuple(columns)
        self.frozen = subject_columns(Columns(self.columns, aliases))
        self.queries = self.fetched = 0
        self._reader, self._rows = reader, rows
        self._blocks: OrderedDict[int, tuple[list[Record | None], int]] = OrderedDict()
        self._weight = 0

    def __len__(self) -> int:
        return len(self._rows)

    def at_hand(self, start: int, stop: int) -> Sequence[Record | None] | None:
        """See `RowSource`."""
        start, stop = self._clamped(start, stop)
        if start >= stop:
            return []
        wanted = range(start // BLOCK, (stop - 1) // BLOCK + 1)
        if not all(number in self._blocks for number in wanted):
            return None
        found: list[Record | None] = []
        for number in wanted:
            self._blocks.move_to_end(number)
            found += self._blocks[number][0]
        first = wanted[0] * BLOCK
        return found[start - first : stop - first]

    async def window(self, start: int, stop: int) -> Sequence[Record | None]:
        """See `RowSource`; whole blocks are fetched, those between the first and the last that lack by one query."""
        start, stop = self._clamped(start, stop)
        lacking = [n for n in range(start // BLOCK, -(-stop // BLOCK)) if n not in self._blocks]
        if lacking:
            first, last = self._clamped(lacking[0] * BLOCK, (lacking[-1] + 1) * BLOCK)
            records = await self._reader.call(lambda archive: self._fetch(archive, first, last))
            self.queries += 1
            self.fetched += sum(record is not None for record in records)
            for at in range(0, len(records), BLOCK):
                self._keep((first + at) // BLOCK, records[at : at + BLOCK])
            self._forget(range(start // BLOCK, -(-stop // BLOCK)))
        return self.at_hand(start, stop) or []

    async def ids(self, start: int, stop: int) -> Sequence[int]:
        """See `RowSource`."""
        return await self._reader.call(lambda _: self._rows.ids(*self._clamped(start, stop)))

    async def position(self, record_id: int) -> int | None:
        """See `RowSource`."""
        return await self._reader.call(lambda _: self._rows.position(record_id))

    def _clamped(self, start: int, stop: int) -> tuple[int, int]:
        return max(0, start), min(stop, len(self._rows))

    def _fetch(self, archive: Archive, first: int, last: int) -> list[Record | None]:
        ids = self._rows.ids(first, last)
        records = {record.id: record for record in archive.window(ids)}
        return [records.get(record_id) for record_id in ids]

    def _keep(self, number: int, block: list[Record | None]) -> None:
        if number in self._blocks:
            self._weight -= self._blocks.pop(number)[1]
        weight = sum(map(_weight, block))
        self._blocks[number] = block, weight
        self._weight += weight

    def _forget(self, spared: range) -> None:
        """Drop what was not used for longest, but never what is asked for right now."""
        for number in list(self._blocks):
            if self._weight <= MOST_WEIGHT:
                break
            if number not in spared:
                self._weight -= self._blocks.pop(number)[1]
