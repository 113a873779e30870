"""Rows that are made up as they are asked for, as many as a test wants, with every fetch counted and, if wanted, held back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from importlog_tui.fields import Columns
from importlog_tui.model import Record
from importlog_tui.ui.row_source import subject_columns

COLUMNS = ("Unique ID", "Last name", "First name", "Email", "School", "Role", "Grad year", "Notes")
_LAST = ("Lopez", "Nguyen", "Okafor", "Peterson", "Quintero", "Rivera-Santos", "Sørensen", "Tanaka")
_FIRST = ("Maria", "An", "Chidi", "Lou", "Inés", "Ada", "Björn", "Yui")


def cells_of(number: int) -> tuple[str, ...]:
    """The cells of row `number`, from 0."""
    last, first = _LAST[number % 8], _FIRST[number // 8 % 8]
    return (
        f"{204117 + number}",
        last,
        first,
        f"{first[0].lower()}{last.lower()}{number}@example.org",
        ("HS", "MS", "Lincoln Elementary")[number % 3],
        "Student",
        "2031",
        "",
    )


def record_of(
    record_id: int, columns: Sequence[str], cells: Sequence[str], *, number: int = 1, error_id: int = 1
) -> Record:
    """A record with these cells."""
    return Record(
        record_id,
        error_id,
        1,
        number,
        Columns(columns).subject(cells),
        dict(zip(columns, cells, strict=True)),
    )


class MadeUpRows:
    """A `RowSource` of `length` rows whose ids are 1,001 and up; what was fetched stays at hand.

    Attributes:
        asked: (start, stop) of every fetch.
        gate: fetches wait until it is set.
        fault: raised by fetches instead of rows.
    """

    def __init__(
        self,
        length: int,
        *,
        columns: Sequence[str] = COLUMNS,
        cells: Callable[[int], Sequence[str]] = cells_of,
        error_id: int = 1,
    ) -> None:
        self.error_id = error_id
        self.columns = tuple(columns)
        self.frozen = subject_columns(Columns(self.columns))
        self.asked: list[tuple[int, int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.fault: Exception | None = None
        self.gone: set[int] = set()
        self._length, self._cells = length, cells
        self._here: dict[int, Record | None] = {}

    def __len__(self) -> int:
        return self._length

    def at_hand(self, start: int, stop: int) -> Sequence[Record | None] | None:
        wanted = range(max(0, start), min(stop, self._length))
        return [self._here[n] for n in wanted] if all(n in self._here for n in wanted) else None

    async def window(self, start: int, stop: int) -> Sequence[Record | None]:
        self.asked.append((start, stop))
        await asyncio.sleep(0)
        await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        for n in range(max(0, start), min(stop, self._length)):
            self._here[n] = None if n in self.gone else self.record(n)
        return self.at_hand(start, stop) or []

    def record(self, n: int) -> Record:
        """Row `n`, from 0."""
        return record_of(1001 + n, self.columns, tuple(self._cells(n)), number=n + 1, error_id=self.error_id)

    async def ids(self, start: int, stop: int) -> Sequence[int]:
        return range(1001 + start, 1001 + min(stop, self._length))

    async def position(self, record_id: int) -> int | None:
        return record_id - 1001 if 1001 <= record_id < 1001 + self._length else None
