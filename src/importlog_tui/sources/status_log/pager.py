"""How much of a table a page shows: "Showing 1 - 500 of 1,214", "Page 1 of 3", a link to the next page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importlog_tui.sources.status_log import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlog_tui.sources.status_log.lines import Line

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


_NUM = r"[0-9][0-9,.'\u00a0\u202f ]{0,15}"
_SPAN_OF = re.compile(
    rf"(?<![\w/.:-])(?P<first>[0-9][0-9,.]{{0,12}})\s?(?:-|–|—|to|through|…|\.\.)\s?(?P<last>[0-9][0-9,.]{{0,12}})\s?(?:rows?\s|records?\s|entries\s|results?\s|items?\s)?(?:of|out of|from|/|von)\s?(?:about\s|approximately\s|a total of\s)?(?P<all>{_NUM})",
    re.IGNORECASE,
)
_FIRST_OF = re.compile(
    rf"(?:showing|displaying|viewing|shown|only)(?:\sthe)?(?:\sfirst)?\s(?P<last>[0-9][0-9,.]{{0,12}})\s(?:rows?\s|records?\s|entries\s|results?\s)?(?:of|out of)\s(?P<all>{_NUM})"
    rf"|first\s(?P<last2>[0-9][0-9,.]{{0,12}})\s(?:rows?\s|records?\s|entries\s|results?\s)?(?:of|out of)\s(?P<all2>{_NUM})|(?P<last3>[0-9][0-9,.]{{0,12}})\sof\s(?P<all3>{_NUM})\s(?:rows?|records?|entries|results?)",
    re.IGNORECASE,
)
_PAGE_OF = re.compile(
    r"\bpage\s(?P<page>[0-9]{1,6})\s?(?:of|/|out of)\s?(?P<pages>[0-9]{1,6})", re.IGNORECASE
)
_TOTAL = re.compile(
    rf"(?:total(?:\s(?:rows?|records?|results?|entries|items?))?(?:\saffected)?\s?[:=]\s?(?P<n>{_NUM})|(?P<m>{_NUM})\s(?:rows?|records?|results?|entries|items?)(?:\s(?:in\s)?total|\sfound|\saffected)?|rows?\saffected\s?[:=]\s?(?P<o>{_NUM}))",
    re.IGNORECASE,
)  # fmt: skip
_NEXT = re.compile(
    r"(?:go to\s)?(?:next(?:\spage)?|load more|show more|more results|view more|older)(?:\s?[0-9]+)?[\s›»>→]*|[›»>→]+",
    re.IGNORECASE,
)


def span_of(text: str) -> tuple[int, int | None, int] | None:
    """(first, last, all) of "Showing 1 - 500 of 1,214"."""
    if len(text) > 300:
        return None
    if found := _SPAN_OF.search(text):
        return words.digits(found["first"]), words.digits(found["last"]), words.digits(found["all"])
    if found := _FIRST_OF.search(text):
        last, total = (
            (found["last"] or found["last2"] or found["last3"]),
            (found["all"] or found["all2"] or found["all3"]),
        )
        return 1, words.digits(last), words.digits(total)
    return None


def page_of(text: str) -> tuple[int, int] | None:
    """(page, pages) of "Page 1 of 3"."""
    found = _PAGE_OF.search(text) if len(text) <= 300 else None
    return (int(found["page"]), int(found["pages"])) if found else None


def total_of(text: str) -> int | None:
    """The number of rows that the whole of a line says there are ("1,214 records", "Total: 1214")."""
    if len(text) > 60:
        return None
    found = _TOTAL.fullmatch(words.bare(text))
    return words.digits(found["n"] or found["m"] or found["o"]) if found else None


def is_next(text: str) -> bool:
    """Whether a link leads to the next page."""
    return len(text) <= 30 and _NEXT.fullmatch(text.strip()) is not None


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
        if first is None and (span := span_of(text)):
            start, last, total = span
            if last is not None and max(start, 1) <= last <= total:
                first, claimed = max(start, 1), total
                has_more = last < total or first - 1 + count < total
                continue
        pages = pages or page_of(text)
        if (
            claimed is None
            and is_alone
            and (total_said := total_of(text)) is not None
            and total_said >= count
        ):
            claimed = total_said
        if any(piece.href and is_next(piece.text) for cell in line.cells for piece in cell.pieces):
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
