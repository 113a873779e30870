"""How much of a table a page shows: "Showing 1 - 500 of 1,214", "Page 1 of 3", a link to the next page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importlog_tui.sources.status_log import paging

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlog_tui.sources.status_log.page.lines import Line

_REACH = 12
"""Lines above and below a table in which its pager is looked for."""

_PAGE_SIZES = (
    5,
    10,
    15,
    20,
    25,
    30,
    40,
    50,
    75,
    100,
    150,
    200,
    250,
    300,
    400,
    500,
    1000,
    2000,
    2500,
    5000,
    10000,
)
_PAGE_SIZE_IN = re.compile(r"[?&](?:limit|per_page|perpage|page_?size)=([0-9]{1,6})(?![0-9])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Extent:
    """`claimed`, `first` and `has_more` of a RecordsReading."""

    claimed: int | None = None
    first: int = 1
    has_more: bool = False


def extent_of(
    lines: Sequence[Line], at: int, count: int, *, is_alone: bool, addresses: Sequence[str] = ()
) -> Extent:
    """What the lines around the table in line `at`, which shows `count` rows, say of the rest."""
    claimed: int | None = None
    first: int | None = None
    has_more = False
    pages: tuple[int, int] | None = None
    for line in _around(lines, at, is_alone=is_alone):
        text = line.text
        if first is None and (span := paging.span_of(text)):
            start, last, total = span
            if last is not None and max(start, 1) <= last <= total:
                first, claimed = max(start, 1), total
                has_more = last < total or first - 1 + count < total
                continue
        pages = pages or paging.page_of(text)
        if (
            claimed is None
            and is_alone
            and (total_said := paging.total_of(text)) is not None
            and total_said >= count
        ):
            claimed = total_said
        if any(piece.href and paging.is_next(piece.text) for cell in line.cells for piece in cell.pieces):
            has_more = has_more or first is None
    if first is None and pages is not None:
        page, of = pages
        size = count if page < of else _page_size(count, addresses)
        first, has_more = (page - 1) * size + 1, page < of
    if claimed is not None and (first or 1) - 1 + count < claimed and first is None:
        has_more = True
    return Extent(claimed, first or 1, has_more)


def _page_size(count: int, addresses: Sequence[str]) -> int:
    """Rows of a full page, told from the last one: from its address, else the next usual size."""
    for address in addresses:
        if found := _PAGE_SIZE_IN.search(address):
            return int(found[1])
    return next((size for size in _PAGE_SIZES if size >= count), count)


def _around(lines: Sequence[Line], at: int, *, is_alone: bool) -> Iterator[Line]:
    """The lines that may speak of the table: nearest first below, then above, never across another table."""
    for step in (1, -1):
        n = at + step
        for _ in range(len(lines) if is_alone else _REACH):
            if not 0 <= n < len(lines) or (lines[n].table is not None):
                break
            if not is_alone and n != at and (lines[n].grid and step > 0):
                break
            yield lines[n]
            n += step
