"""How a page of records is painted: the header, a line for each record, words where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui import text
from importlog_tui.ui.widgets.columns import GAP, GUTTER, ColumnView, cell_text
from importlog_tui.ui.widgets.lines import Line, LineWidget, line_of
from importlog_tui.ui.widgets.paging import Paging
from importlog_tui.ui.widgets.pieces import indented

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importlog_tui.model import Record
    from importlog_tui.ui.row_source import RowSource

SAMPLE = 64
"""Rows by which columns are measured, where they are at hand: a small window shows too few to tell."""

_CURSOR, _MARK = "▌", "●"

_STATE, _SIGN = "State", 2
_KEPT = 512  # lines


class RecordPage(LineWidget):
    """Paints what its paging shows; `RecordTable` is one that moves. Component classes are those of the table."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self._paging = Paging()
        self._message: Sequence[str] = ()
        self._marks: set[int] = set()
        self._met: RowSource | None = None
        self._columns = ColumnView()
        self._header = 0
        self._state_cells = 0  # of the states' column; 0 where no record has one
        self._sign: Callable[[Record], str] | None = None
        self.veil: Callable[[Record], Record] = lambda record: record  # what of it may be shown
        self._lines: dict[tuple[object, ...], Line] = {}  # those made last

    def _meet(self, source: RowSource | None, sample: Sequence[Record | None]) -> None:
        """Measure the columns of other rows than before."""
        before, self._met = self._met, source
        columns = source.columns if source is not None else ()
        if (
            before is None
            or source is None
            or before.error_id != source.error_id
            or before.columns != columns
        ):
            self._columns = ColumnView(columns, source.frozen if source is not None else ())
        states = [len(record.state) for record in sample if record is not None and record.state]
        self._state_cells = max(len(_STATE), *states) + GAP if states else 0
        self._columns.fit(self._room)
        self._columns.learn(sample)
        self._lines.clear()

    @property
    def _room(self) -> int:
        """Cells for the columns, beside the signs and the states."""
        return self.size.width - self._state_cells - (_SIGN if self._sign is not None else 0)

    def forget_styles(self) -> None:
        """See `LineWidget`."""
        self._lines.clear()

    def line(self, y: int) -> Line:
        """See `LineWidget`."""
        at, view, page = y - self._header, self._paging.shown, self._paging.page
        if at < 0 and self._columns.columns:
            return self._kept(("header", self._columns.chosen, view.sort), self._header_line)
        if not page:
            return self._text_line(self._said(y))
        if not 0 <= at < len(page):
            return self._text_line("")
        record, is_cursor = page[at], view.top + at == view.index
        if record is None:
            return self._text_line("(no longer in the archive)", is_cursor=is_cursor)
        return self._record_line(record, is_cursor=is_cursor)

    def _record_line(self, record: Record, *, is_cursor: bool) -> Line:
        is_marked = record.id in self._marks
        return self._kept(
            (record.id, is_cursor, is_marked, self.has_focus),
            lambda: self._text_line(
                self._state_text(record.state or "", record)
                + self._columns.row_text(self.veil(record).values),
                is_cursor=is_cursor,
                is_marked=is_marked,
            ),
        )

    def make_ahead(self, records: Sequence[Record | None]) -> None:
        """Make the lines of records that will be seen next, as they are without the cursor, down to what goes to the terminal."""
        for record in records:
            if record is not None:
                for strip in self.shown_part(self._record_line(record, is_cursor=False)):
                    strip.render(self.app.console)

    def _state_text(self, shown: str, record: Record | None = None) -> str:
        sign = "" if self._sign is None else f"{' ' if record is None else self._sign(record)} "
        state = cell_text(shown, self._state_cells - GAP) + " " * GAP if self._state_cells else ""
        return sign + state

    def _kept(self, key: tuple[object, ...], make: Callable[[], Line]) -> Line:
        line = self._lines.get(key)
        if line is None:
            if len(self._lines) >= _KEPT:
                del self._lines[next(iter(self._lines))]
            line = self._lines[key] = make()
        return line

    def _text_line(self, shown: str, *, is_cursor: bool = False, is_marked: bool = False) -> Line:
        style = self.ground
        if is_cursor:
            style = self.part_style("record-table--cursor" if self.has_focus else "record-table--cursor-blur")
        # The sign keeps the plain style: reversed, it would be half a blank.
        sign, rest = (_CURSOR if is_cursor else " "), (_MARK if is_marked else " ")
        parts = [(sign, self.ground), (f"{rest:{GUTTER - 1}}{shown}", style)]
        return line_of(parts, self.size.width, self.ground, fill=style)

    def _header_line(self) -> Line:
        plain, chosen = self.part_style("record-table--header"), self.part_style("record-table--chosen")
        parts = [(" " * GUTTER, self.ground), (self._state_text(_STATE), plain)]
        for heading in self._columns.headings(self._paging.shown.sort):
            is_chosen = self._columns.columns[heading.place] == self._columns.column
            parts += [(heading.text, chosen if is_chosen else plain), (heading.sign + heading.blanks, plain)]
        return line_of(parts, self.size.width, self.ground)

    def _said(self, y: int) -> str:
        """Line `y` of the message that stands where rows would."""
        at = y - 1 - self._header
        lines: list[str] = []
        for said in map(text.safe, self._message):
            lines += indented(said, self.size.width - 2 * GUTTER)
        return lines[at] if 0 <= at < len(lines) else ""
