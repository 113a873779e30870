"""Another district: those of the configuration, narrowed by typing, Enter goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input, Static

from importlog_tui.text import fit, one_line
from importlog_tui.ui.widgets.one_line import OneLine
from importlog_tui.ui.widgets.prompt import PromptInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType

_NAME = 20


class DistrictsScreen(Screen[str | None], inherit_bindings=False):
    """A line to narrow them with, and the districts; answers with the name of one."""

    DEFAULT_CSS = """
    DistrictsScreen { layout: vertical; }
    DistrictsScreen #title { text-style: bold; }
    DistrictsScreen Input { margin: 0 1; }
    DistrictsScreen #found { height: 1fr; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("up", "step(-1)", show=False, priority=True),
        Binding("down", "step(1)", show=False, priority=True),
    ]

    def __init__(self, districts: Mapping[str, str], here: str) -> None:
        """`districts` are titles by name, `here` is the one that is shown now."""
        super().__init__()
        self._districts, self._here = districts, here
        self._found = list(districts)
        self._chosen = self._found.index(here) if here in districts else 0

    def compose(self) -> ComposeResult:
        """Title, the line to type into, districts, keys."""
        yield OneLine(id="title")
        box = PromptInput(compact=True, select_on_focus=False)
        box.cursor_blink = False
        yield box
        yield Static("", id="found", markup=False)
        yield OneLine(id="keys")

    def on_mount(self) -> None:
        """Begin to type."""
        self.query_one("#title", OneLine).say(" Go to another district")
        self.query_one("#keys", OneLine).say(" type to narrow   ↑ ↓ choose   Enter go there   Esc back")
        self.query_one(PromptInput).focus()
        self._show()

    def on_resize(self) -> None:
        """Fit the lines to the new width."""
        self._show()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        words = event.value.casefold().split()
        self._found = [
            name
            for name, title in self._districts.items()
            if all(word in f"{name} {title}".casefold() for word in words)
        ]
        self._chosen = self._found.index(self._here) if not words and self._here in self._found else 0
        self._show()

    def _show(self) -> None:
        place = self.query_one("#found", Static)
        most = max(1, place.size.height)
        if not self._found:
            place.update(Text("   No district is called so."))
            return
        top = max(0, self._chosen - most + 1)
        lines = [
            Text(
                ("▌  " if number == self._chosen else "   ") + self._line(name),
                "bold" if number == self._chosen else "",
                no_wrap=True,
            )
            for number, name in enumerate(self._found[top : top + most], top)
        ]
        place.update(Text("\n").join(lines))

    def _line(self, name: str) -> str:
        title = one_line(self._districts[name])
        here = "   shown now" if name == self._here else ""
        return f"{fit(name, _NAME)} {title if title != name else ''}{here}"

    def action_step(self, by: int) -> None:
        """Another district."""
        self._chosen = max(0, min(self._chosen + by, len(self._found) - 1))
        self._show()

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        event.stop()
        if self._found:
            self.dismiss(self._found[self._chosen])

    def action_leave(self) -> None:
        """Stay where the reader is."""
        self.dismiss(None)
