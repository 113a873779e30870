"""The records of one error: a page of a table of any length, its header above it.

For the screen that uses it:

    table.show(source, index=0, sort=("Last name", False))   # RowSource of ui/row_source.py; the sort is only marked in the header
    table.show(None, message=["no rows were read yet: open the page with o, select all, copy, paste here"])
    table.record, table.index, len(table.source)     # where the cursor is; record is None while its row is being fetched
    table.column                                     # heading under the column cursor: what `s` sorts by; None without columns
    table.position_text                              # "row 412 of 1,214", "no rows"
    table.marks                                      # frozenset of record ids; they survive sort and filter of the same error
    table.when_there(callback)                       # callback(record | None) as soon as the cursor's row is at hand: at once, mostly.
                                                     # For what a key does to "the current record" right after a jump.
    table.unmark_all()
    table.sign_with(sign)                            # sign(record) is one cell before it, such as for what was decided; None for none
    await table.move_to(record_id)                   # False where the record is not among the rows

Actions (`action_<name>`; the registry in `ui/actions.py` gives them their keys, the widget has no bindings of its own):
    cursor_up cursor_down page_up page_down first_row last_row column_left column_right toggle_mark mark_all enter_record

Messages (`record_messages.py`): RecordHighlighted, RecordEntered, MarksChanged, RowsFailed.
`RecordHighlighted` comes once for every frame that shows another record under the cursor; a panel that follows it should wait a moment, so
that a held key doesn't repaint it each time.

No border and no padding: put it into a container for those. Component classes: `record-table--header`, `--chosen` (the heading under the
column cursor), `--cursor`, `--cursor-blur`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.ui.aside import aside
from importlog_tui.ui.widgets.record_messages import (
    MarksChanged,
    RecordEntered,
    RecordHighlighted,
    RowsFailed,
)
from importlog_tui.ui.widgets.record_page import SAMPLE, RecordPage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importlog_tui.model import Record
    from importlog_tui.ui.row_source import RowSource

MOST_MARKS = 10_000
"""More records than anybody opens or copies by hand; marking a whole night of a million by accident would cost memory and time."""

_HEADER_FROM = 3
"""Lines that the table needs before one is given to the header."""


class RecordTable(RecordPage, can_focus=True):
    """Where the reader is among the records of one error.

    Keys change where the table is going; it is painted there as soon as the rows are at hand, and until then stays as it was. One fetch is
    under way at most; what it was for may be long passed by when it comes.
    """

    COMPONENT_CLASSES = {
        "record-table--header",
        "record-table--chosen",
        "record-table--cursor",
        "record-table--cursor-blur",
    }
    DEFAULT_CSS = """
    RecordTable {
        height: 1fr;
        & > .record-table--header { color: $text-muted; text-style: bold; }
        & > .record-table--chosen { color: $text; text-style: bold underline; }
        & > .record-table--cursor {
            color: $block-cursor-foreground; background: $block-cursor-background; text-style: $block-cursor-text-style;
        }
        & > .record-table--cursor-blur {
            color: $block-cursor-blurred-foreground; background: $block-cursor-blurred-background;
            text-style: $block-cursor-blurred-text-style;
        }
        &:ansi {
            & > .record-table--header { color: ansi_default; }
            & > .record-table--chosen { color: ansi_default; }
        }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self._told: tuple[RowSource | None, int, int | None] = None, 0, None
        self._is_fetching = False

    # What the screen asks and says

    def show(
        self,
        source: RowSource | None,
        *,
        index: int = 0,
        sort: tuple[str, bool] | None = None,
        message: Sequence[str] = (),
    ) -> None:
        """Show these rows with the cursor on row `index`, from 0.

        `sort` is (column, descending) and only marked in the header. `message` is outside text or ours, a line each, shown where there are no
        rows. Marks and column widths stay as long as it is the same error.
        """
        before = self.source
        if before is None or source is None or before.error_id != source.error_id:
            self.unmark_all()
        self._message = tuple(message)
        if source is not None:
            # At a small size a table can be behind the panel from the start: the panel follows its cursor all the same.
            self._paging.height = self._paging.height or 1
        self._paging.open(source, sort, index)
        self._settle()

    async def move_to(self, record_id: int) -> bool:
        """Put the cursor on a record; False where it is not among the rows."""
        source = self.source
        index = None if source is None else await source.position(record_id)
        if index is None or self.source is not source:
            return False
        self._move(index)
        return True

    def when_there(self, callback: Callable[[Record | None], None]) -> None:
        """Call back with the record under the cursor as it is now, as soon as its row is at hand: at once, mostly.

        With None where there is no row. Not at all where the row can't be fetched: `RowsFailed` tells that.
        """
        self._paging.wait(callback)
        self._settle()

    @property
    def source(self) -> RowSource | None:
        """The rows that are shown, or about to be."""
        return self._paging.target.source

    @property
    def index(self) -> int:
        """The cursor's row, from 0."""
        return self._paging.target.index

    @property
    def record(self) -> Record | None:
        """The record under the cursor; None where there is none, and while it is being fetched."""
        return self._paging.record

    @property
    def column(self) -> str | None:
        """The heading under the column cursor; None without columns."""
        return self._columns.column

    @property
    def sort(self) -> tuple[str, bool] | None:
        """The (column, descending) that the header shows."""
        return self._paging.target.sort

    @property
    def marks(self) -> frozenset[int]:
        """Ids of the marked records."""
        return frozenset(self._marks)

    @property
    def position_text(self) -> str:
        """Where the cursor is, in words."""
        return self._paging.target.place

    @property
    def shown_position_text(self) -> str:
        """Where it is seen: elsewhere while the rows around it are being fetched."""
        return self._paging.shown.place

    @property
    def shown_record(self) -> Record | None:
        """The record on which the cursor is seen."""
        view, page = self._paging.shown, self._paging.page
        return page[view.index - view.top] if 0 <= view.index - view.top < len(page) else None

    def sign_with(self, sign: Callable[[Record], str] | None) -> None:
        """Put a sign before each record, or none."""
        if sign is not None or self._sign is not None:
            self._sign = sign
            self._columns.fit(self._room)
            self._lines.clear()
            self.repaint()

    def rest(self) -> None:
        """The reader looks at the page: time to make the lines of the next one."""
        self.make_ahead(self._paging.ahead)

    def unmark_all(self) -> None:
        """Take all marks away."""
        if self._marks:
            self._marks.clear()
            self._tell_marks()

    # Actions

    def action_cursor_up(self) -> None:
        """One row up."""
        self._move(self._paging.target.index - 1)

    def action_cursor_down(self) -> None:
        """One row down."""
        self._move(self._paging.target.index + 1)

    def action_page_up(self) -> None:
        """One page up, the cursor staying on its line of the screen."""
        self._move(
            self._paging.target.index - self._paging.height, self._paging.target.top - self._paging.height
        )

    def action_page_down(self) -> None:
        """One page down, the cursor staying on its line of the screen."""
        self._move(
            self._paging.target.index + self._paging.height, self._paging.target.top + self._paging.height
        )

    def action_first_row(self) -> None:
        """To the first row."""
        self._move(0, 0)

    def action_last_row(self) -> None:
        """To the last row."""
        self._move(self._paging.target.length - 1, self._paging.target.length - self._paging.height)

    def action_column_left(self) -> None:
        """The column cursor one column to the left."""
        self._choose(self._columns.chosen - 1)

    def action_column_right(self) -> None:
        """The column cursor one column to the right."""
        self._choose(self._columns.chosen + 1)

    def action_toggle_mark(self) -> None:
        """Mark the record under the cursor, or take its mark away."""
        self.when_there(self._toggle)

    def action_mark_all(self) -> None:
        """Mark all rows that are shown; more than `MOST_MARKS` are refused."""
        source = self.source
        if source is None:
            return
        if len(source) > MOST_MARKS:
            self.post_message(MarksChanged(len(self._marks), refused=len(source)))
            return
        aside(self, "marks", self._mark_all, source)

    def action_enter_record(self) -> None:
        """Go into the record under the cursor."""

        def enter(record: Record | None) -> None:
            if record is not None:
                self.post_message(RecordEntered(record))

        self.when_there(enter)

    # Moving

    def _choose(self, index: int) -> None:
        before = self._columns.layout
        self._columns.choose(index)
        if self._columns.layout != before:
            self._lines.clear()
        self.repaint()

    def _move(self, index: int, top: int | None = None) -> None:
        self._paging.move(index, top)
        self._settle()

    def _settle(self) -> None:
        """Show where the table is going if its rows are at hand; have fetched what lacks."""
        if not self._paging.height:
            return
        self._paging.answer()
        if self._paging.arrive():
            self._arrived()
        if self._paging.lacking() and not self._is_fetching and self.is_attached:
            self._is_fetching = True
            aside(self, "rows", self._fetch)

    def _arrived(self) -> None:
        view, page = self._paging.shown, self._paging.page
        if view.source is not self._met:
            self._meet(view.source, view.at_hand(view.top, view.top + SAMPLE) or page)
        self.repaint()
        record = self.shown_record
        told = (view.source, view.index, record.id if record is not None else None)
        if told != self._told:
            self._told = told
            self.post_message(RecordHighlighted(view.index, record))

    async def _fetch(self) -> None:
        try:
            while (lacking := self._paging.lacking()) is not None:
                source, start, stop = lacking
                await source.window(start, stop)
                self._settle()
        except Exception as problem:  # whatever the archive raises, the keys must go on working
            self._paging.give_up()
            self.post_message(RowsFailed(problem))
        finally:
            self._is_fetching = False

    # Marks

    async def _mark_all(self, source: RowSource) -> None:
        try:
            ids = await source.ids(0, len(source))
        except Exception as problem:  # whatever the archive raises, the keys must go on working
            self.post_message(RowsFailed(problem))
            return
        if self.source is not None and self.source.error_id == source.error_id:
            self._marks.update(ids)
            self._tell_marks()

    def _toggle(self, record: Record | None) -> None:
        if record is not None:
            self._marks ^= {record.id}
            self._tell_marks()

    def _tell_marks(self) -> None:
        self.post_message(MarksChanged(len(self._marks)))
        self.repaint()

    # Painting

    def on_resize(self) -> None:
        """Keep the cursor's row in view."""
        self._header = 1 if self.size.height >= _HEADER_FROM else 0
        self._paging.height = max(1, self.size.height - self._header)
        self._columns.fit(self._room)
        self._lines.clear()
        self._move(self.index)
        self.repaint()
