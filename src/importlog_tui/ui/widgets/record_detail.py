"""One record, every column of it, with what the eye can't see made visible.

    detail.show(record, state="new today", about=["The address is held by another account: 198804 Lopez, Marta."])
    detail.show(None, about=["No record is chosen."])

Scrolled by its action methods (`action_<name>`; the registry in `ui/actions.py` gives them their keys):
    scroll_line_up scroll_line_down scroll_page_up scroll_page_down scroll_to_top scroll_to_bottom

No border and no padding: put it into a container for those. Component classes: `record-detail--title`, `--heading`, `--sign`, `--note`.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from importlog_tui.ui.widgets.detail_lines import about_lines, detail_lines, heading_width
from importlog_tui.ui.widgets.lines import Line, LineWidget, line_of
from importlog_tui.ui.widgets.pieces import Part, Pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.style import Style

    from importlog_tui.model import Record
    from importlog_tui.ui.presentation.why import Why

_MARGIN = 1
"""Blank cells at the left."""


class RecordDetail(LineWidget, can_focus=True):
    """The panel of one record. Its lines are made only as far as they were looked at."""

    COMPONENT_CLASSES = {
        "record-detail--title",
        "record-detail--heading",
        "record-detail--sign",
        "record-detail--note",
    }
    DEFAULT_CSS = """
    RecordDetail {
        & > .record-detail--title { text-style: bold; }
        & > .record-detail--heading { color: $text-muted; }
        & > .record-detail--sign { text-style: reverse; }
        & > .record-detail--note { color: $text-muted; text-style: italic; }
        &:ansi {
            & > .record-detail--heading { color: ansi_default; }
            & > .record-detail--note { color: ansi_default; text-style: dim; }
        }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self.veil: Callable[[Record], Record] = lambda record: record  # what of it may be shown
        self._record: Record | None = None
        self._state = ""
        self._about: tuple[str, ...] = ()
        self._why: Why | None = None
        self._top = 0
        self._measured: tuple[tuple[str, ...], int] = ((), 0)
        self._made: list[Pieces] = []
        self._rest: Iterator[Pieces] = iter(())
        self._lines: dict[int, Line] = {}

    def show(
        self,
        record: Record | None,
        *,
        state: str = "",
        about: Sequence[str] = (),
        why: Why | None = None,
    ) -> None:
        """Show a record with its cause, or with None only what is said `about`. The same record again stays scrolled as it is."""
        if record is None or self._record is None or record.id != self._record.id:
            self._top = 0
        self._record, self._state, self._about, self._why = record, state, tuple(about), why
        self._begin()
        self._scroll(self._top)

    @property
    def record(self) -> Record | None:
        """The record that is shown."""
        return self._record

    @property
    def has_more(self) -> bool:
        """Whether something of it stands below what is seen."""
        end = self._top + max(1, self.size.height)
        self._make(end + 1)
        return len(self._made) > end

    def action_scroll_line_up(self) -> None:
        """One line up."""
        self._scroll(self._top - 1)

    def action_scroll_line_down(self) -> None:
        """One line down."""
        self._scroll(self._top + 1)

    def action_scroll_page_up(self) -> None:
        """One page up, one line of it staying in view."""
        self._scroll(self._top - max(1, self.size.height - 1))

    def action_scroll_page_down(self) -> None:
        """One page down, one line of it staying in view."""
        self._scroll(self._top + max(1, self.size.height - 1))

    def action_scroll_to_top(self) -> None:
        """To the first line."""
        self._scroll(0)

    def action_scroll_to_bottom(self) -> None:
        """To the last line."""
        self._made += self._rest
        self._scroll(len(self._made))

    def _begin(self) -> None:
        """Start the lines anew: another record, or another width."""
        cells = max(1, self.size.width - 2 * _MARGIN)
        self._made, self._lines = [], {}
        if self._record is None:
            self._rest = about_lines(self._about, cells)
            return
        record = self.veil(self._record)
        columns = tuple(record.values)
        if columns != self._measured[0]:
            self._measured = columns, heading_width(columns)
        headings = min(self._measured[1], cells // 3)
        self._rest = detail_lines(
            record, state=self._state, about=self._about, why=self._why, headings=headings, cells=cells
        )

    def _scroll(self, top: int) -> None:
        height = max(1, self.size.height)
        self._make(top + height)
        self._top = max(0, min(top, len(self._made) - height))
        self.repaint()

    def _make(self, count: int) -> None:
        self._made += islice(self._rest, max(0, count - len(self._made)))

    def on_resize(self) -> None:
        """Wrap anew."""
        self._begin()
        self._scroll(self._top)

    def forget_styles(self) -> None:
        """See `LineWidget`."""
        self._lines = {}

    def line(self, y: int) -> Line:
        """See `LineWidget`."""
        at = self._top + y
        self._make(at + 1)
        if at >= len(self._made):
            return line_of([], self.size.width, self.ground)
        line = self._lines.get(at)
        if line is None:
            parts = [(shown, self._style(part)) for shown, part in self._made[at]]
            line = line_of([(" " * _MARGIN, self.ground), *parts], self.size.width, self.ground)
            self._lines[at] = line
        return line

    def _style(self, part: Part) -> Style:
        return self.ground if part is Part.VALUE else self.part_style(f"record-detail--{part.value}")
