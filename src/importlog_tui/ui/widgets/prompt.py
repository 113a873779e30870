"""A line to type into, in the status line's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.containers import Horizontal
from textual.widgets import Input, Label

from importlog_tui.text import safe
from importlog_tui.ui.messages import PromptAnswered, PromptLeft

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult


class PromptInput(Input):
    """An input that takes single lines; a pasted table goes on to the screen."""

    def _on_paste(self, event: events.Paste) -> None:
        if self.password:
            # A request copied as cURL has several lines, and is the whole answer.
            event.prevent_default()
            event.stop()
            self.post_message(Input.Submitted(self, event.text))
            return
        if "\n" in event.text.strip("\r\n") or "\t" in event.text or "\r" in event.text.strip("\r\n"):
            event.prevent_default()
            return
        self.insert_text_at_cursor(safe(event.text.strip("\r\n")))
        event.prevent_default()
        event.stop()


class Prompt(Horizontal):
    """Asks for one line of text; hidden while nothing is asked."""

    DEFAULT_CSS = """
    Prompt { height: 1; display: none; }
    Prompt Label { width: auto; text-style: bold; }
    Prompt Input { width: 1fr; }
    """

    def compose(self) -> ComposeResult:
        """The label and the input."""
        yield Label("", markup=False)
        box = PromptInput(compact=True, select_on_focus=False)
        box.cursor_blink = False
        yield box

    def ask(self, label: str, text: str = "", *, is_secret: bool = False) -> None:
        """Ask; the answer comes as PromptAnswered or PromptLeft. What is secret is not shown, and may be pasted with several lines."""
        self.query_one(Label).update(f"{label} ")
        box = self.query_one(PromptInput)
        box.password = is_secret
        box.value = safe(text)
        box.cursor_position = len(box.value)
        self.display = True
        box.focus()

    def leave(self) -> None:
        """Hide it again."""
        self.display = False
        box = self.query_one(PromptInput)
        if box.password:
            box.value = ""

    @on(Input.Submitted)
    def _answer(self, event: Input.Submitted) -> None:
        event.stop()
        self.leave()
        self.post_message(PromptAnswered(event.value))

    def key_escape(self, event: events.Key) -> None:
        """Leave without an answer."""
        event.stop()
        event.prevent_default()
        self.leave()
        self.post_message(PromptLeft())
