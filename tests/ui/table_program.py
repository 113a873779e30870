"""A program that is nothing but a record table of a million made-up rows, for tests in a real terminal: python -m tests.ui.table_program."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.binding import Binding

from importlog_tui.ui.theme import DARK, TERMINAL
from importlog_tui.ui.widgets.record_table import RecordTable
from tests.ui.made_up_rows import MadeUpRows

KEYS = {
    "down": "cursor_down",
    "up": "cursor_up",
    "pagedown": "page_down",
    "pageup": "page_up",
    "G": "last_row",
    "g": "first_row",
    "right": "column_right",
    "left": "column_left",
    "space": "toggle_mark",
}


class TableProgram(App[None]):
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [
        *(Binding(key, f"table('{name}')", name) for key, name in KEYS.items()),
        Binding("q", "quit", "leave"),
        Binding("b", "focus_nothing", "blur"),
    ]

    def __init__(self, theme: str) -> None:
        super().__init__()
        self.animation_level = "none"
        self.register_theme(TERMINAL)
        self.register_theme(DARK)
        self.theme = theme

    def compose(self) -> ComposeResult:
        yield RecordTable()

    async def on_mount(self) -> None:
        source = MadeUpRows(1_000_000)
        await source.window(0, 100)
        self.query_one(RecordTable).show(source)

    def action_table(self, name: str) -> None:
        getattr(self.query_one(RecordTable), f"action_{name}")()

    def action_focus_nothing(self) -> None:
        self.set_focus(None)


if __name__ == "__main__":
    TableProgram(sys.argv[1]).run(mouse=False)
