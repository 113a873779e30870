"""Tables and ARIA grids: their rows and cells, and whether a table holds records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from importlog_tui.fields import Field, field_of
from importlog_tui.sources.status_log.lines import RecordTable, looks_like_log, record_hits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selectolax.lexbor import LexborNode

    from importlog_tui.times import Clock

SCHOOLOGY_ID = "Schoology User ID"
"""Heading of the column that links to user pages are kept in, as numbers (schoology.md 1.4)."""

_SAMPLE = 40
"""Rows that a table is judged by."""

_MOST_SPANNED = 2_000
"""Columns that may come from spanning; cells that span rows and columns at once could otherwise add up without end."""

_FOLD = re.compile(r"[ \t\n\r\f]+")
_BLANKS = " \t\n\r\f"
_USER_PAGE = re.compile(r"/user/([0-9]{1,20})(?![0-9A-Za-z_])")
_CELL_ROLES = frozenset({"cell", "gridcell", "columnheader", "rowheader"})
_GRID_ROLES = frozenset({"table", "grid", "treegrid"})
_UNREAD = frozenset({"script", "style", "template", "noscript", "select", "datalist", "textarea", "title"})
_COMPLEX = "table, ul, ol, dl, details, h1, h2, h3, h4, h5, h6, [role=grid], [role=treegrid], [role=table]"


def is_grid(tag: str, role: str) -> bool:
    """Whether an element is a table, in HTML or by ARIA role; one for layout only is not."""
    return (tag == "table" and role not in {"presentation", "none"}) or role in _GRID_ROLES


def is_row(tag: str, role: str) -> bool:
    """Whether an element is a table's row."""
    return role == "row" or (tag == "tr" and role in {"", "presentation"})


def is_cell(tag: str, role: str) -> bool:
    """Whether an element is a row's cell."""
    return tag in {"td", "th"} or role in _CELL_ROLES


def is_hidden(attributes: dict[str, str | None]) -> bool:
    """Whether an element's own attributes keep it from being shown."""
    return (
        "hidden" in attributes or "display:none" in (attributes.get("style") or "").replace(" ", "").lower()
    )


@dataclass(slots=True)
class CellNode:
    """A cell in the tree; `width` and `height` are the columns and rows that it spans."""

    node: LexborNode
    column: int
    is_heading: bool
    width: int = 1
    height: int = 1


def cells_of(
    row: LexborNode, carried: dict[int, int] | None = None
) -> tuple[list[CellNode], list[LexborNode]]:
    """A row's cells, and what else stands in it (rows nested in it, panels).

    `carried` says for how many more rows a cell from above fills a column; it is kept up to date.
    """
    cells: list[CellNode] = []
    others: list[LexborNode] = []
    waiting, at = _elements(row)[::-1], 0
    carried = {} if carried is None else carried
    while waiting:
        node = waiting.pop()
        role = node.attributes.get("role") or ""
        if is_cell(node.tag or "", role):
            while carried.get(at, 0) > 0:
                carried[at] -= 1
                at += 1
            width, height = _span(node, "colspan", 1000), _span(node, "rowspan", 65534)
            if at + width > _MOST_SPANNED + len(cells):
                width = height = 1
            cells.append(
                CellNode(node, at, node.tag == "th" or role in {"columnheader", "rowheader"}, width, height)
            )
            for column in range(at, at + width) if height > 1 else ():
                carried[column] = height - 1
            at += width
        elif (
            role != "row"
            and node.css_first("[role=cell], [role=gridcell], [role=columnheader], [role=rowheader]")
            is not None
        ):
            nested = node.css_first("[role=row], table")
            if nested is None:
                waiting.extend(_elements(node)[::-1])
            else:
                others.append(node)
        else:
            others.append(node)
    for column in [column for column, left in carried.items() if column >= at and left > 0]:
        carried[column] -= 1
    return cells, others


def _span(node: LexborNode, name: str, most: int) -> int:
    text = node.attributes.get(name) or node.attributes.get(f"aria-{name}") or ""
    return max(1, min(int(text), most)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _elements(node: LexborNode) -> list[LexborNode]:
    found, child = [], node.child
    while child is not None:
        if child.is_element_node and child.tag not in _UNREAD:
            found.append(child)
        child = child.next
    return found


def cell_text(node: LexborNode) -> str:
    """A cell's text as a browser shows it: white space folded, no-break spaces kept, line breaks as blanks, hidden parts left out."""
    first = node.child
    if first is None:
        return ""
    if first.next is None and first.tag == "-text":
        return _FOLD.sub(" ", first.text_content or "").strip(_BLANKS)
    parts: list[str] = []
    waiting: list[LexborNode | str] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            parts.append(part)
        elif part.tag == "-text":
            parts.append(part.text_content or "")
        elif (
            part.is_element_node
            and part.tag not in _UNREAD
            and (part is node or not is_hidden(part.attributes))
        ):
            if part.tag in {"br", "p", "div", "li", "ul", "ol", "tr", "table", "dt", "dd"}:
                parts.append(" ")
                waiting.append(" ")
            child = part.last_child
            while child is not None:
                waiting.append(child)
                child = child.prev
    return _FOLD.sub(" ", "".join(parts)).strip(_BLANKS)


class Grid:
    """The rows of one table, without those of tables inside it.

    Attributes:
        rows: the row elements in order.
        in_head: how many of them stand in a `thead`.
        rest: what belongs to the table but is no record: footers, remarks across its width.
        caption: its caption's text.
    """

    def __init__(self, node: LexborNode) -> None:
        self.node, self.in_head, self.caption = node, 0, ""
        self.rows: list[LexborNode] = []
        self.rest: list[LexborNode] = []
        waiting = [(child, False) for child in reversed(_elements(node))]
        while waiting:
            part, in_head = waiting.pop()
            tag, role = part.tag or "", part.attributes.get("role") or "" if part.tag != "tr" else ""
            if is_row(tag, role):
                self.rows.append(part)
                self.in_head += in_head
            elif tag == "caption":
                self.caption = cell_text(part)
            elif tag == "tfoot":
                self.rest.append(part)
            elif not is_grid(tag, role) and not is_cell(tag, role):
                waiting.extend((child, in_head or tag == "thead") for child in reversed(_elements(part)))

    @cached_property
    def holds_more(self) -> bool:
        """Whether lists, headings or other tables stand in it."""
        # A selector would find the table itself, too.
        return any(
            child.css_first(_COMPLEX) is not None or child.css_matches(_COMPLEX)
            for child in _elements(self.node)
        )

    @cached_property
    def spans(self) -> bool:
        """Whether any cell takes more than one column or row."""
        if self.holds_more:
            cells = (cell for row in self.rows for cell in cells_of(row)[0])
            return any(cell.width > 1 or cell.height > 1 for cell in cells)
        return self.node.css_first("[colspan], [rowspan], [aria-colspan], [aria-rowspan]") is not None

    def texts(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[list[str], bool, LexborNode]]:
        """Each row as (one text per column, whether all its cells are headings, its element).

        Spanned columns and rows are filled in. Only a single cell across several columns makes a row of one text: it is a remark.
        """
        if not self.spans:
            for row in self.rows[start:stop]:
                if row.tag == "tr":
                    nodes = [node for node in _elements(row) if node.tag in {"td", "th"}]
                    heads = all(node.tag == "th" for node in nodes)
                else:
                    cells = cells_of(row)[0]
                    nodes, heads = [cell.node for cell in cells], all(cell.is_heading for cell in cells)
                texts = [cell_text(node) for node in nodes]
                yield (
                    (texts if len(texts) != 1 or self.is_single else [*texts, ""]),
                    heads and bool(nodes),
                    row,
                )
            return
        carried: dict[int, int] = {}
        above: dict[int, str] = {}
        for place, row in enumerate(self.rows[:stop]):
            filled = {
                column: above[column] for column, left in carried.items() if left > 0 and column in above
            }
            cells = cells_of(row, carried)[0]
            is_remark = len(cells) == 1 and cells[0].width > 1 and not filled
            for cell in cells:
                text = cell_text(cell.node)
                for column in range(cell.column, cell.column + cell.width):
                    filled[column] = text if column == cell.column or cell.is_heading else ""
                    if cell.height > 1:
                        above[column] = filled[column]
            if place >= start:
                width = 1 if is_remark else max(filled, default=-1) + 1
                texts = [filled.get(n, "") for n in range(width)]
                yield texts, bool(cells) and all(cell.is_heading for cell in cells), row

    @cached_property
    def is_single(self) -> bool:
        """Whether its first row has but one cell: then one cell is a whole row."""
        return not self.rows or len(cells_of(self.rows[0])[0]) < 2


def record_table(grid: Grid, clock: Clock, *, is_hidden: bool, is_said: bool = False) -> RecordTable | None:
    """The table as records, None where it is the log itself, layout, or something else of the page."""
    if grid.rows and any(_holds_grid(cell.node) for row in grid.rows[:2] for cell in cells_of(row)[0]):
        return None
    sample = list(grid.texts(0, _SAMPLE))
    at = _heading_row(sample, grid.in_head)
    if at is None:
        return None
    heads, is_marked, _ = sample[at]
    hits = record_hits(heads)
    body = [texts for texts, _, _ in sample[at + 1 :]]
    if not (is_said and body) and not _may_hold_records(grid, sample, at, clock, is_hidden=is_hidden):
        return None
    return _made(grid, at, heads, hits, is_hidden=is_hidden, has_header=is_marked or hits > 0)


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
    # A chooser lists the columns themselves, one a row.
    return sum(any(record_hits([text]) for text in texts) for texts in body) <= max(1, len(body) // 2)


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


def _made(
    grid: Grid, at: int, heads: list[str], hits: int, *, is_hidden: bool, has_header: bool
) -> RecordTable:
    start, stop = at + 1, len(grid.rows)
    width, used = len(heads), {n for n, head in enumerate(heads) if head.strip()}
    count = 0
    for texts, _, row in grid.texts(start, stop):
        if len(texts) == 1 < width and len(grid.rest) < _SAMPLE:
            grid.rest.append(row)
        if _is_record(texts, heads, width):
            count += 1
            if len(texts) > len(heads) or len(used) < len(heads):
                used.update(n for n, text in enumerate(texts) if text)
                width = max(width, len(texts))
    full = [*heads, *[""] * (width - len(heads))]
    # A column without heading and content is a place for check boxes or arrows.
    places = [n for n in range(width) if n in used]
    harvest = (
        not any(field_of(head) is Field.SCHOOLOGY_ID for head in heads)
        and grid.node.css_first('a[href*="/user/"]') is not None
        and any(
            _USER_PAGE.search(link.attributes.get("href") or "")
            for link in grid.node.css('a[href*="/user/"]')
        )
    )
    headings = tuple(full[n] for n in places) + ((SCHOOLOGY_ID,) if harvest else ())

    def rows() -> Iterator[tuple[str, ...]]:
        for texts, _, row in grid.texts(start, stop):
            if _is_record(texts, heads, width):
                cells = tuple(texts[n] if n < len(texts) else "" for n in places)
                yield (*cells, _user_number(row)) if harvest else cells

    return RecordTable(headings, rows, count, hits, is_hidden, has_header, grid.caption)


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
    """Records laid out in blocks that no markup calls a table, known by at least two headings in the first of them."""
    rows = _elements(node)
    if len(rows) < 2 or len(rows[0].attributes) > 20:
        return None
    head_cells = _elements(rows[0])
    if not 2 <= len(head_cells) <= 200:
        return None
    heads = [_short_text(cell) for cell in head_cells]
    if None in heads or record_hits([h for h in heads if h]) < 2:
        return None
    headings = tuple(h or "" for h in heads)
    width = len(headings)
    body = [row for row in rows[1:] if len(_elements(row)) == width]
    if not body and len(rows) == 2:
        body = [row for row in _elements(rows[1]) if len(_elements(row)) == width]
    if not body:
        return None

    def made() -> Iterator[tuple[str, ...]]:
        for row in body:
            texts = tuple(cell_text(cell) for cell in _elements(row))
            if texts != headings:
                yield texts

    if looks_like_log([texts for texts, _ in zip(made(), range(_SAMPLE), strict=False)], clock):
        return None
    return RecordTable(headings, made, len(body), record_hits(headings))


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
    return _FOLD.sub(" ", "".join(parts)).strip(_BLANKS)
