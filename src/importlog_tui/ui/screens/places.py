"""Where everything lies on the triage screen: the log, its records, one record, and the lines around them; at a small size one place at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical

from importlog_tui.ui.actions import Place
from importlog_tui.ui.screens.lines import LineScreen
from importlog_tui.ui.widgets.log_tree import LogTree
from importlog_tui.ui.widgets.one_line import OneLine
from importlog_tui.ui.widgets.prompt import Prompt
from importlog_tui.ui.widgets.record_detail import RecordDetail
from importlog_tui.ui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from textual.app import ComposeResult

MIN_WIDTH, MIN_HEIGHT = 100, 30
"""Below either, the places are shown one at a time."""

_LINES = ("top", "log-heading", "records-heading", "status", "more", "keys")


class PlacesScreen(LineScreen, inherit_bindings=False):
    """The parts, and how they lie.

    Attributes:
        place: where the cursor is.
        log_tree, table, detail: the log, the records, the record.
    """

    def __init__(self) -> None:
        super().__init__()
        self.place = Place.LOG
        self.log_tree = LogTree(id="log")
        self.table = RecordTable(id="records")
        self.detail = RecordDetail(id="record")
        self._lines = {name: OneLine(id=name) for name in _LINES}

    def compose(self) -> ComposeResult:
        """Top line, the three places, status line, prompt, footer."""
        yield self.line("top")
        with Horizontal(id="places"):
            with Vertical(id="log-place"):
                yield self.line("log-heading")
                yield self.log_tree
            with Vertical(id="right"):
                with Vertical(id="records-place"):
                    yield self.line("records-heading")
                    yield self.table
                with Vertical(id="record-place"):
                    yield self.detail
        yield self.line("status")
        yield self.line("more")
        yield Prompt(id="prompt")
        yield self.line("keys")

    def line(self, name: str) -> OneLine:
        """One of the lines around the places."""
        return self._lines[name]

    @property
    def is_narrow(self) -> bool:
        """Whether only one place fits."""
        size = self.app.size
        return size.width < MIN_WIDTH or size.height < MIN_HEIGHT

    @property
    def is_asking(self) -> bool:
        """Whether a line to type into stands where the status line was."""
        return not self.line("status").display

    def lay_places(self, *, is_empty: bool) -> None:
        """One place or three, whatever fits; a page of words where nothing was brought in yet."""
        self.set_class(self.is_narrow, "narrow")
        self.set_class(is_empty, "empty")
        for place in Place:
            self.set_class(self.is_narrow and self.place is place, f"at-{place}")
