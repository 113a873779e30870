"""Witnesses side by side: a heading and a cell for each of them, differences marked. Pure; what is returned is safe.

    Email      mlopez@example.org   =                     ≠ mlopez2@example.org

"=" says the same as the first, "≠" another value, "–" that the witness has no such column. In few cells they stand one below the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importlog_tui import text
from importlog_tui.ui.presentation.why import OTHER, SAME
from importlog_tui.ui.widgets.pieces import Part, Pieces, value_pieces, wrapped_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlog_tui.ui.presentation.why import Cell, Table

NONE: Final = "–"
_GAP: Final = 2
_WIDEST_HEADING: Final = 18
_NARROWEST: Final = 14
"""Cells that a witness's column must have, else they stand below each other."""


def table_lines(table: Table, cells: int) -> Iterator[Pieces]:
    """The lines of a table `cells` wide; nothing of a value is lost, long ones are wrapped in their column."""
    if table.title:
        yield from wrapped_pieces([(text.one_line(table.title), Part.TITLE)], cells)
    longest = max((text.width(text.safe(name[:40])) for name, _ in table.rows), default=0)
    headings = min(_WIDEST_HEADING, longest, cells // 3)
    if (cells - headings) // max(1, len(table.heads)) - _GAP < _NARROWEST:
        yield from _below(table, cells)
        return
    widths = _widths(table, cells - headings - len(table.heads) * _GAP)
    heads = "".join(
        " " * _GAP + text.fit(text.one_line(head), width)
        for head, width in zip(table.heads, widths, strict=True)
    )
    yield [(" " * headings + heads, Part.HEADING)]
    for name, row in table.rows:
        yield from _beside(name, row, headings, widths)


def _widths(table: Table, room: int) -> list[int]:
    """Cells for each witness: as much as all get, and of what one doesn't need, an equal part for those that do."""
    needed = [
        max(text.width(text.one_line(head)), *(_cells(row[at], room) for _, row in table.rows))
        for at, head in enumerate(table.heads)
    ]
    widths = [0] * len(needed)
    left = sorted(range(len(needed)), key=lambda at: needed[at])
    while left:
        at = left.pop(0)
        widths[at] = min(needed[at], room // (len(left) + 1)) if left else room
        room -= widths[at]
    return widths


def _cells(cell: Cell, most: int) -> int:
    if cell.value is not None and len(cell.value) > most:
        return most
    return min(most, sum(text.width(piece) for piece, _ in _pieces(cell)))


def _beside(name: str, row: Sequence[Cell], headings: int, widths: Sequence[int]) -> Iterator[Pieces]:
    columns = [wrapped_pieces(_pieces(cell), width) for cell, width in zip(row, widths, strict=True)]
    for at in range(max(len(lines) for lines in columns)):
        shown = text.safe(name[:80]) if not at else ""
        pieces: Pieces = [(text.fit(shown, headings), Part.HEADING)]
        for lines, width in zip(columns, widths, strict=True):
            line = lines[at] if at < len(lines) else []
            taken = sum(text.width(piece) for piece, _ in line)
            pieces += [(" " * _GAP, Part.VALUE), *line, (" " * max(0, width - taken), Part.VALUE)]
        yield pieces


def _below(table: Table, cells: int) -> Iterator[Pieces]:
    names = max(text.width(text.one_line(head)) for head in table.heads)
    for name, row in table.rows:
        yield from wrapped_pieces([(text.safe(name[:80]), Part.HEADING)], cells)
        for head, cell in zip(table.heads, row, strict=True):
            if cell.value is None:
                continue
            label = " " * _GAP + text.fit(text.one_line(head), names) + " " * _GAP
            for at, line in enumerate(wrapped_pieces(_pieces(cell), max(4, cells - text.width(label)))):
                yield [(label if not at else " " * text.width(label), Part.HEADING), *line]


def _pieces(cell: Cell) -> Pieces:
    if cell.value is None:
        return [(NONE, Part.NOTE)]
    if cell.sign == SAME and not cell.names:
        return [(SAME, Part.NOTE)]
    pieces: Pieces = [(f"{OTHER} ", Part.SIGN)] if cell.sign == OTHER else []
    # The names of invisible signs are said by `names`, in the same words.
    pieces += [
        piece
        for piece in value_pieces(cell.value)
        if not cell.names or piece[1] is not Part.NOTE or not cell.value
    ]
    if cell.names:
        pieces.append((f"  {', '.join(text.one_line(name) for name in cell.names)}", Part.NOTE))
    return pieces
