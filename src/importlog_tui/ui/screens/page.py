"""A page of text on a screen of its own: help, addresses, a paste to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from rich.text import Text
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from importlog_tui.text import one_line, safe
from importlog_tui.ui.widgets.one_line import OneLine
from importlog_tui.ui.widgets.pieces import indented

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
    PageScreen #notice { height: auto; max-height: 5; display: none; }
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
        yield Static("", id="notice", markup=False)
        yield OneLine(id="keys")

    def text(self) -> Text:
        """The page's lines as one text; a sentence that takes several goes on under its first word."""
        room = self.app.size.width
        return Text("\n").join(
            line if isinstance(line, Text) else Text("\n".join(indented(safe(line), room)))
            for line in self._lines
        )

    def on_mount(self) -> None:
        """Fill the lines around the page."""
        self.query_one("#title", OneLine).say(f" {self._title}")
        self.query_one("#keys", OneLine).say(f" {self._keys}")

    def on_resize(self) -> None:
        """Wrap anew."""
        self.say(self._title, self._lines)

    def say(self, title: str, lines: Sequence[str | Text]) -> None:
        """Show other lines under another title."""
        self._title, self._lines = title, list(lines)
        self.query_one("#title", OneLine).say(f" {title}")
        self.query_one("#body Static", Static).update(self.text())

    def notice(self, text: str, address: str = "") -> None:
        """Say what a key did, or why it can't, below the page; the address it happened to stands under that."""
        said = indented(f" {one_line(text)}", self.app.size.width)
        place = self.query_one("#notice", Static)
        place.update(Text("\n".join([*said, safe(address)] if address else said), overflow="fold"))
        place.display = True

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        body = self.query_one("#body", VerticalScroll)
        body.scroll_to(y=body.scroll_offset.y + lines, animate=False)

    def action_leave(self) -> None:
        """Back to where the reader was."""
        self.dismiss(None)
