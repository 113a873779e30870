"""Tables of affected records in HTML: which tables they are, their headings, and their rows one by one."""

from __future__ import annotations

import marshal
import re
import zlib
from typing import TYPE_CHECKING

from importlog_tui.fields import USER_LINK, Field, field_of
from importlog_tui.sources.status_log.page.grids import cell_text, cells_of, elements, folded
from importlog_tui.sources.status_log.page.lines import RecordTable, looks_like_log, record_hits
from importlog_tui.sources.status_log.table.upright import FEWEST as _FEWEST
from importlog_tui.sources.status_log.table.upright import columns_below
from importlog_tui.sources.status_log.words import total_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from selectolax.lexbor import LexborNode

    from importlog_tui.sources.status_log.page.grids import Grid
    from importlog_tui.times import Clock

_PACKED = 500
"""Rows that are packed together."""
_SAMPLE = 40
"""Rows that a table is judged by."""

_USER_PAGE = re.compile(r"/user/([0-9]{1,20})(?![0-9A-Za-z_])")


class _Kept:
    """A table's rows, packed: rows are read when all sources were looked at, and until then a page's tree would take twenty times its text."""

    def __init__(self, rows: Iterable[Sequence[str]] = ()) -> None:
        self._packed: list[bytes] = []
        self._open: list[list[str]] = []
        for row in rows:
            self.add(row)

    def add(self, row: Sequence[str]) -> None:
        self._open.append(list(row))
        if len(self._open) == _PACKED:
            self._packed.append(zlib.compress(marshal.dumps(self._open), 1))
            self._open = []

    def __iter__(self) -> Iterator[list[str]]:
        for block in self._packed:
            yield from marshal.loads(zlib.decompress(block))  # noqa: S302  # of this very object's own making
        yield from map(list, self._open)


def record_table(grid: Grid, clock: Clock, *, is_hidden: bool, is_said: bool = False) -> RecordTable | None:
    """The table as records, None where it is the log itself, layout, or something else of the page."""
    if grid.rows and any(_holds_grid(cell.node) for row in grid.rows[:2] for cell in cells_of(row)[0]):
        return None
    sample = list(grid.texts(0, _SAMPLE))
    at = _heading_row(sample, grid.in_head)
    if at is None:
        return None
    heads = sample[at][0]
    hits = record_hits(heads)
    body = [texts for texts, _, _ in sample[at + 1 :]]
    if not (is_said and body) and not _may_hold_records(grid, sample, at, clock, is_hidden=is_hidden):
        return None
    return _made(grid, at, heads, hits, is_hidden=is_hidden)


def rows_below(grid: Grid, head: RecordTable, clock: Clock, *, is_hidden: bool) -> RecordTable | None:
    """A table without headings of its own under one that holds nothing else: a heading that stays while the rows scroll."""
    sample = list(grid.texts(0, _SAMPLE))
    if not sample or any(is_heading or len(texts) != len(head.headings) for texts, is_heading, _ in sample):
        return None
    rows = [texts for texts, _, _ in sample]
    if record_hits(rows[0]) > 1 or looks_like_log(rows, clock):
        return None
    return _made(grid, -1, list(head.headings), head.hits, is_hidden=is_hidden)


def _may_hold_records(
    grid: Grid,
    sample: Sequence[tuple[list[str], bool, LexborNode]],
    at: int,
    clock: Clock,
    *,
    is_hidden: bool,
) -> bool:
    heads, is_marked, _ = sample[at]
    hits, body = record_hits(heads), [texts for texts, _, _ in sample[at + 1 :]]
    if (len(heads) < 3 and not hits) or (is_hidden and not body):
        return False
    if hits < 2 and (looks_like_log([texts for texts, _, _ in sample], clock) or grid.holds_more):
        return False
    if not hits:
        is_plain = all(len(head) <= 60 for head in heads) and (is_marked or (bool(body) and all(heads)))
        if not is_plain or grid.node.css_first("input, select") is not None:
            return False
    if hits >= 2 and any(record_hits(texts) >= max(2, hits - 1) and texts != heads for texts in body):
        return False
    # A chooser lists the columns themselves, another in each row; people may well be called First or Last.
    listed = (
        {texts[n] for texts in body if n < len(texts) and record_hits([texts[n]])} for n in range(len(heads))
    )
    return all(len(some) <= max(1, len(body) // 2) for some in listed)


def _holds_grid(node: LexborNode) -> bool:
    return node.css_first("table, [role=grid], [role=treegrid], [role=table]") is not None


def _heading_row(sample: Sequence[tuple[list[str], bool, LexborNode]], in_head: int) -> int | None:
    """Place of the row that holds the headings: the last heading row at the top, else the first with known headings, else the first."""
    top = 0
    while top < len(sample) and (sample[top][1] or top < in_head):
        top += 1
    marked = [
        n
        for n in range(top)
        if sum(bool(h) for h in sample[n][0]) > 1 or (record_hits(sample[n][0]) and len(sample[n][0]) == 1)
    ]
    if marked:
        return max(marked, key=lambda n: (sum(bool(h) for h in sample[n][0]), n))
    known = next((n for n, (texts, _, _) in enumerate(sample[:5]) if record_hits(texts) >= 2), None)
    if known is not None:
        return known
    return next((n for n, (texts, _, _) in enumerate(sample[:3]) if len(texts) > 1), None)


def _made(grid: Grid, at: int, heads: list[str], hits: int, *, is_hidden: bool) -> RecordTable:
    start, stop = at + 1, len(grid.rows)
    width, used = len(heads), {n for n, head in enumerate(heads) if head.strip()}
    harvest = (
        not any(field_of(head) is Field.SCHOOLOGY_ID for head in heads)
        and grid.node.css_first('a[href*="/user/"]') is not None
        and any(
            _USER_PAGE.search(link.attributes.get("href") or "")
            for link in grid.node.css('a[href*="/user/"]')
        )
    )
    kept = _Kept()
    count = empty = 0
    for texts, _, row in grid.texts(start, stop):
        empty += (
            len(texts) > 1 and not any(texts) and row.css_first("input, select, button, img, svg") is None
        )
        is_total = total_row(texts) is not None
        if (is_total or len(texts) == 1 < width) and len(grid.rest) < _SAMPLE:
            grid.rest.append(row)
        if _is_record(texts, heads, width) and not is_total:
            count += 1
            kept.add([*texts, _user_number(row)] if harvest else texts)
            if len(texts) > len(heads) or len(used) < len(heads):
                used.update(n for n, text in enumerate(texts) if text)
                width = max(width, len(texts))
    full = [*heads, *[""] * (width - len(heads))]
    # A column without heading and content is a place for check boxes or arrows.
    places = [n for n in range(width) if n in used]
    headings = tuple(full[n] for n in places) + ((USER_LINK,) if harvest else ())

    def rows() -> Iterator[tuple[str, ...]]:
        for texts in kept:
            number = (texts.pop(),) if harvest else ()
            yield (*(texts[n] if n < len(texts) else "" for n in places), *number)

    return RecordTable(headings, rows, count, hits, is_hidden, grid.caption, empty)


def _is_record(texts: list[str], heads: list[str], width: int) -> bool:
    if texts == heads or not any(texts):
        return False
    return len(texts) > 1 or width == 1


def _user_number(row: LexborNode) -> str:
    for link in row.css('a[href*="/user/"]'):
        if found := _USER_PAGE.search(link.attributes.get("href") or ""):
            return found[1]
    return ""


def plain_table(node: LexborNode, clock: Clock) -> RecordTable | None:
    """Records laid out in blocks that no markup calls a table, known by two headings in the first of them, or one over rows of one width."""
    rows = elements(node)
    if len(rows) < 2 or len(rows[0].attributes) > 20:
        return None
    if (table := _cells_alone(rows)) is not None:
        return table
    head_cells = elements(rows[0])
    if not 2 <= len(head_cells) <= 200:
        return None
    heads = [_short_text(cell) for cell in head_cells]
    hits = record_hits([h for h in heads if h])
    if None in heads or not hits:
        return None
    headings = tuple(h or "" for h in heads)
    width = len(headings)
    body = [row for row in rows[1:] if len(elements(row)) == width]
    if hits < 2 and not (width > 2 and all(headings) and 1 < len(body) == len(rows) - 1):
        return None
    if not body and len(rows) == 2:
        body = [row for row in elements(rows[1]) if len(elements(row)) == width]
    if not body:
        return None

    def told() -> Iterator[tuple[str, ...]]:
        for row in body:
            texts = tuple(cell_text(cell) for cell in elements(row))
            if texts != headings:
                yield texts

    if looks_like_log([texts for texts, _ in zip(told(), range(_SAMPLE), strict=False)], clock):
        return None
    kept = _Kept(told())
    return RecordTable(headings, lambda: map(tuple, kept), len(body), record_hits(headings))


def _cells_alone(cells: Sequence[LexborNode]) -> RecordTable | None:
    """Records whose cells lie side by side in one block, their rows made by style sheets alone."""
    if len(cells) < 2 * _FEWEST or not all(
        record_hits([_short_text(cell) or ""]) for cell in cells[:_FEWEST]
    ):
        return None
    texts = [cell_text(cell) for cell in cells]
    width = columns_below(texts, {})
    if not width:
        return None
    kept = _Kept(texts[at : at + width] for at in range(width, len(texts), width))
    headings = tuple(texts[:width])
    return RecordTable(headings, lambda: map(tuple, kept), len(texts) // width - 1, record_hits(headings))


def _short_text(node: LexborNode, nodes: int = 12) -> str | None:
    seen, waiting, parts = 0, [node], list[str]()
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > nodes:
            return None
        if part.tag == "-text":
            parts.append((part.text_content or "")[:100])
        child = part.last_child
        while child is not None and len(waiting) <= nodes:
            waiting.append(child)
            child = child.prev
    return folded("".join(parts))
