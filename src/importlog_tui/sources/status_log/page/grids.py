"""Tables and ARIA grids: their rows and cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode


_MOST_SPANNED = 2_000
"""Columns that may come from spanning; cells that span rows and columns at once could otherwise add up without end."""

_FOLD = re.compile(r"[ \t\n\r\f]+")
_BLANKS = " \t\n\r\f"
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
    waiting, at = elements(row)[::-1], 0
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
                waiting.extend(elements(node)[::-1])
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


def elements(node: LexborNode) -> list[LexborNode]:
    """An element's child elements, without what is never shown."""
    found, child = [], node.child
    while child is not None:
        if child.is_element_node and child.tag not in _UNREAD:
            found.append(child)
        child = child.next
    return found


def folded(text: str) -> str:
    """`text` with white space as a browser shows it; no-break spaces stay, but alone they only hold an empty cell open."""
    text = _FOLD.sub(" ", text).strip(_BLANKS)
    return text if text.strip() else ""


def cell_text(node: LexborNode) -> str:
    """A cell's text as a browser shows it: white space folded, no-break spaces kept, line breaks as blanks, hidden parts left out."""
    first = node.child
    if first is None:
        return ""
    if first.next is None and first.tag == "-text":
        return folded(first.text_content or "")
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
    return folded("".join(parts))


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
        waiting = [(child, False) for child in reversed(elements(node))]
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
                waiting.extend((child, in_head or tag == "thead") for child in reversed(elements(part)))

    @cached_property
    def holds_more(self) -> bool:
        """Whether lists, headings or other tables stand in it."""
        # A selector would find the table itself, too.
        return any(
            child.css_first(_COMPLEX) is not None or child.css_matches(_COMPLEX)
            for child in elements(self.node)
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
                    nodes = [node for node in elements(row) if node.tag in {"td", "th"}]
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
