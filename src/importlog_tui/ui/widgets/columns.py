"""How a table's columns lie on a line: pure functions of headings, records and room.

The columns that tell whom a row is about stand first and stay; the others follow in the file's order from the first one scrolled to.
Only what is on the screen is ever measured: a table may have 20,000 columns, a cell 5 MB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importlog_tui import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importlog_tui.model import Record

GUTTER = 3
"""Cells before the first column: the cursor's sign, the mark, a blank."""

GAP = 2
"""Blanks between columns; the sign of the sorted column stands in the first of them."""

WIDEST = 40
"""Cells that a column takes at most for what is in it; the record's own panel shows all of it."""

WIDEST_HEADING = 20
"""Cells that a column takes at most for its heading alone."""

_TINY = range(15, 30)
"""Cells in which hardly two columns can be seen: the first frozen one gets half of them, so that it is always told whom a row is about."""

_NARROWEST = 3
"""A column that would get fewer cells than this at the edge is left out."""


def cell_text(cell: str, cells: int) -> str:
    """`cell` made safe, exactly `cells` wide. Its length does not matter: what can't be seen is not looked at."""
    if len(cell) <= cells and cell.isascii() and cell.isprintable():
        return cell.ljust(cells)
    # Combining characters take no cells, so a little more than `cells` characters may fit; not 5 MB of them.
    most = 4 * cells + 16
    shown = text.safe(cell[:most])
    return text.fit(shown + "…" if len(cell) > most else shown, cells)


def _wanted(cell: str) -> int:
    return min(WIDEST, text.width(text.safe(cell[: 2 * WIDEST])))


class ColumnWidths:
    """Widths of the columns, from headings and the first rows seen; scrolling never changes them."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = columns
        self._sample: Sequence[Record | None] = ()
        self._known: dict[int, int] = {}
        self.most: dict[int, int] = {}  # what a column may take at most, where that is less than it wants

    def learn(self, records: Sequence[Record | None]) -> None:
        """Take `records` as the rows that stand for all; columns already measured only grow."""
        self._sample = records
        for place, known in self._known.items():
            self._known[place] = max(known, self._measured(place))

    def __getitem__(self, place: int) -> int:
        if place not in self._known:
            self._known[place] = self._measured(place)
        return min(self._known[place], self.most.get(place, WIDEST))

    def _measured(self, place: int) -> int:
        name = self.columns[place]
        heading = min(WIDEST_HEADING, text.width(text.safe(name[: 2 * WIDEST_HEADING])))
        cells = (_wanted(record.values.get(name, "")) for record in self._sample if record is not None)
        return max(1, heading, max(cells, default=0))


class Placed(NamedTuple):
    """A column on the line: its place among the headings, and its cells there."""

    place: int
    width: int


class Layout(NamedTuple):
    """The columns on the screen.

    Attributes:
        order: places of all columns as they stand from left to right: the frozen ones first.
        frozen: how many of `order` are.
        left: index in `order` of the first column that is scrolled to.
        placed: those on the line.
        whole: how many of `placed` have all their cells.
    """

    order: Sequence[int]
    frozen: int
    left: int
    placed: tuple[Placed, ...]
    whole: int


def ordered(
    columns: int, frozen: Sequence[int], widths: ColumnWidths, room: int
) -> tuple[Sequence[int], int]:
    """Places of all columns from left to right, and how many of them stay: as many of `frozen` as leave room for the others.

    That is half of `room`; a single one may take two thirds.
    """
    stay: list[int] = []
    taken = GUTTER
    for place in frozen:
        taken += widths[place]
        if taken > (room // 2 if stay else room * 2 // 3):
            break
        taken += GAP
        stay.append(place)
    if not stay or stay == list(range(len(stay))):
        return range(columns), len(stay)
    held = set(stay)
    return [*stay, *(place for place in range(columns) if place not in held)], len(stay)


def lay_out(order: Sequence[int], frozen: int, left: int, widths: ColumnWidths, room: int) -> Layout:
    """Put the frozen columns and those from `left` on into `room` cells; the last one may be cut at the edge."""
    left = max(frozen, min(left, len(order) - 1))
    at, placed, whole = GUTTER, list[Placed](), 0
    index = 0
    while index < len(order) and at < room:
        if index == frozen:
            index = left
        width = widths[order[index]]
        space = room - at
        if width > space and space < _NARROWEST and placed:
            break
        placed.append(Placed(order[index], min(width, space)))
        whole += width <= space
        at += width + GAP
        index += 1
    return Layout(order, frozen, left, tuple(placed), whole)


def scrolled_to(index: int, layout: Layout, widths: ColumnWidths, room: int) -> int:
    """The `left` at which the column `order[index]` is seen whole.

    It stays as it is where the column is seen already; else about half a screen is jumped, so that few steps scroll.
    """
    last = layout.left + len(layout.placed) - layout.frozen - 1
    is_cut = index == last and index != layout.left and layout.whole < len(layout.placed)
    if index < layout.frozen or (layout.left <= index <= last and not is_cut):
        return layout.left
    space = _scrolling(layout.order, layout.frozen, widths, room) // 2
    return _first_fitting(layout.order, layout.frozen, index, widths, space)


def furthest(order: Sequence[int], frozen: int, widths: ColumnWidths, room: int) -> int:
    """The `left` at which the last column is just seen whole: there is nothing behind it."""
    return (
        _first_fitting(order, frozen, len(order) - 1, widths, _scrolling(order, frozen, widths, room))
        if order
        else 0
    )


def _scrolling(order: Sequence[int], frozen: int, widths: ColumnWidths, room: int) -> int:
    """Cells for the columns that scroll."""
    return room - GUTTER - sum(widths[place] + GAP for place in order[:frozen])


def _first_fitting(order: Sequence[int], frozen: int, index: int, widths: ColumnWidths, space: int) -> int:
    """The first index from which the columns up to `index` fit into `space`; `index` itself where not even it does."""
    left = index
    taken = widths[order[index]]
    while left > frozen and (taken := taken + GAP + widths[order[left - 1]]) <= space:
        left -= 1
    return left


def row_text(values: Mapping[str, str], columns: Sequence[str], placed: Sequence[Placed]) -> str:
    """A record's cells on its line, without the gutter; safe."""
    return (" " * GAP).join(cell_text(values.get(columns[p.place], ""), p.width) for p in placed)


class Heading(NamedTuple):
    """A heading as it stands on the line; `text` is safe, and followed by `sign` and `blanks`."""

    place: int
    text: str
    sign: str
    blanks: str


def headings(
    columns: Sequence[str], placed: Sequence[Placed], sort: tuple[str, bool] | None
) -> list[Heading]:
    """The header's parts, without the gutter; the sorted column has ▲ (ascending) or ▼ right behind its heading."""
    parts = []
    for number, column in enumerate(placed, 1):
        name = columns[column.place]
        sign = ("▼" if sort[1] else "▲") if sort is not None and sort[0] == name else ""
        is_last = number == len(placed)
        room = max(0, column.width - 1) if sign and is_last else column.width
        shown = cell_text(name, room).rstrip(" ")
        blanks = column.width + (0 if is_last else GAP) - text.width(shown) - len(sign)
        parts.append(Heading(column.place, shown, sign, " " * max(0, blanks)))
    return parts


class ColumnView:
    """The columns of a table on a line of so much room: which are scrolled to, and which one the column cursor is on.

    Attributes:
        columns: the headings.
        layout: where they stand.
        chosen: index in `layout.order` of the one under the column cursor.
    """

    def __init__(self, columns: Sequence[str] = (), frozen: Sequence[int] = ()) -> None:
        self.columns = columns
        self.layout = Layout((), 0, 0, (), 0)
        self.chosen = 0
        self._frozen = frozen
        self._widths = ColumnWidths(columns)
        self._room = self._left = 0

    def learn(self, records: Sequence[Record | None]) -> None:
        """Measure by `records`; columns already measured only grow."""
        self._widths.learn(records)
        self._lay_out()

    def fit(self, room: int) -> None:
        """Lay the columns out in `room` cells."""
        self._room = room
        self._lay_out()

    def choose(self, index: int) -> None:
        """Put the column cursor on a column, and scroll so that it is seen."""
        if self.columns:
            self.chosen = max(0, min(index, len(self.columns) - 1))
            self._left = scrolled_to(self.chosen, self.layout, self._widths, self._room)
            self._lay_out()

    @property
    def column(self) -> str | None:
        """The heading under the column cursor; None without columns."""
        return self.columns[self.layout.order[self.chosen]] if self.columns else None

    def headings(self, sort: tuple[str, bool] | None) -> list[Heading]:
        """See `headings`."""
        return headings(self.columns, self.layout.placed, sort)

    def row_text(self, values: Mapping[str, str]) -> str:
        """See `row_text`."""
        return row_text(values, self.columns, self.layout.placed)

    def _lay_out(self) -> None:
        if self.columns:
            is_tiny = self._room in _TINY and bool(self._frozen)
            self._widths.most = {self._frozen[0]: (self._room - GUTTER - GAP) // 2} if is_tiny else {}
            order, frozen = ordered(len(self.columns), self._frozen, self._widths, self._room)
            self._left = min(self._left, furthest(order, frozen, self._widths, self._room))
            self.layout = lay_out(order, frozen, self._left, self._widths, self._room)
