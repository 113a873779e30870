"""A line to type into and what it finds below: the arrows choose, Enter takes, Escape goes back."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input, Static

from importlog_tui.text import fit
from importlog_tui.ui.widgets.one_line import OneLine
from importlog_tui.ui.widgets.prompt import PromptInput

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

C = TypeVar("C")
Answer = TypeVar("Answer")


class ChoiceScreen(Screen[Answer | None], Generic[Answer, C], inherit_bindings=False):
    """What both pages of this kind share; one says with `heading`, `keys`, `typed`, `line` and `take` what it is about."""

    DEFAULT_CSS = """
    ChoiceScreen { layout: vertical; }
    ChoiceScreen #title { text-style: bold; }
    ChoiceScreen Input { margin: 0 1; }
    ChoiceScreen #found { height: 1fr; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("up", "step(-1)", show=False, priority=True),
        Binding("down", "step(1)", show=False, priority=True),
    ]
    heading: ClassVar[str]
    keys: ClassVar[str]

    def __init__(self, found: Sequence[C], said: str, chosen: int = 0) -> None:
        """Begin with what is `found` before anything is typed; `said` stands where nothing is."""
        super().__init__()
        self.found, self._said, self._chosen = found, said, chosen

    @abstractmethod
    def typed(self, text: str) -> None:
        """Look for `text`; what it finds goes to `show`, now or later."""

    @abstractmethod
    def line(self, choice: C, cells: int) -> str:
        """One of the found, in `cells` columns."""

    @abstractmethod
    def take(self, choice: C) -> None:
        """Enter on one of them."""

    def compose(self) -> ComposeResult:
        """Title, the line to type into, what is found, keys."""
        yield OneLine(id="title")
        box = PromptInput(compact=True, select_on_focus=False)
        box.cursor_blink = False
        yield box
        yield Static("", id="found", markup=False)
        yield OneLine(id="keys")

    def on_mount(self) -> None:
        """Begin to type."""
        self.query_one("#title", OneLine).say(f" {self.heading}")
        self.query_one("#keys", OneLine).say(f" {self.keys}")
        self.query_one(PromptInput).focus()
        self._draw()

    def on_resize(self) -> None:
        """Fit the lines to the new width."""
        self._draw()

    def show(self, found: Sequence[C], said: str, chosen: int = 0) -> None:
        """Put `found` on the screen, or `said` where it is empty."""
        self.found, self._said, self._chosen = found, said, chosen
        self._draw()

    def _draw(self) -> None:
        place = self.query_one("#found", Static)
        if not self.found:
            place.update(Text(f"   {self._said}"))
            return
        cells, most = max(20, self.size.width - 4), max(1, place.size.height)
        top = max(0, self._chosen - most + 1)
        lines = [
            Text(
                ("▌  " if number == self._chosen else "   ") + fit(self.line(one, cells), cells),
                "bold" if number == self._chosen else "",
                no_wrap=True,
            )
            for number, one in enumerate(self.found[top : top + most], top)
        ]
        place.update(Text("\n").join(lines))

    def action_step(self, by: int) -> None:
        """Another one."""
        self._chosen = max(0, min(self._chosen + by, len(self.found) - 1))
        self._draw()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.typed(event.value)

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        event.stop()
        if self.found:
            self.take(self.found[self._chosen])

    def action_leave(self) -> None:
        """Back to where the reader was."""
        self.dismiss(None)
