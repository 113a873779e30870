"""A page of text on a screen of its own: help, addresses, a paste to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from rich.text import Text
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from importlog_tui.text import safe
from importlog_tui.ui.widgets.one_line import OneLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

T = TypeVar("T")


class PageScreen(Screen[T], Generic[T], inherit_bindings=False):
    """A title, lines to scroll through, and what Enter and Escape do; any text may be given, it is made safe here."""

    DEFAULT_CSS = """
    PageScreen { layout: vertical; }
    PageScreen #title { text-style: bold; }
    PageScreen #body { height: 1fr; scrollbar-size: 0 0; margin-top: 1; }
    PageScreen #body Static { height: auto; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,left,h", "leave", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("pageup", "scroll(-20)", show=False),
        Binding("pagedown,space", "scroll(20)", show=False),
        Binding("g,home", "scroll(-100000)", show=False),
        Binding("G,end", "scroll(100000)", show=False),
        Binding("q", "app.quit", show=False),
    ]

    def __init__(self, title: str, lines: Sequence[str | Text], keys: str = "Esc back") -> None:
        super().__init__()
        self._title, self._lines, self._keys = title, list(lines), keys

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        yield OneLine(id="title")
        with VerticalScroll(id="body", can_focus=False):
            yield Static(self.text(), markup=False)
        yield OneLine(id="keys")

    def text(self) -> Text:
        """The page's lines as one text."""
        return Text("\n").join(line if isinstance(line, Text) else Text(safe(line)) for line in self._lines)

    def on_mount(self) -> None:
        """Fill the two lines around the page."""
        self.query_one("#title", OneLine).say(f" {self._title}")
        self.query_one("#keys", OneLine).say(f" {self._keys}")

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        body = self.query_one("#body", VerticalScroll)
        body.scroll_to(y=body.scroll_offset.y + lines, animate=False)

    def action_leave(self) -> None:
        """Back to where the reader was."""
        self.dismiss(None)
