"""Keys that arrive all at once do what they would have done one by one."""

from __future__ import annotations

import asyncio
import time

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from importlog_tui.ui.typeahead import TypeAhead


class Place(Static, can_focus=True):
    BINDINGS = [Binding("d", "leave", "remove it")]

    def action_leave(self) -> None:
        self.remove()


class Question(ModalScreen[str]):
    def compose(self) -> ComposeResult:
        yield Input()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)


class Program(TypeAhead):
    BINDINGS = [
        Binding("slash", "ask", "ask"),
        Binding("m", "open", "ask on a screen of its own"),
        Binding("n", "count", "count"),
    ]
    answer = ""
    counted = 0

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Place("first", id="first")
            yield Place("second")
            prompt = Input(id="prompt")
            prompt.display = False
            yield prompt

    def action_ask(self) -> None:
        prompt = self.query_one("#prompt", Input)
        prompt.display = True
        prompt.focus()

    def action_count(self) -> None:
        self.counted += 1

    def action_open(self) -> None:
        def answered(answer: str | None) -> None:
            self.answer = answer or ""

        self.push_screen(Question(), answered)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.answer = event.value
        self.query_one("#first").focus()

    def type(self, text: str) -> None:
        """All keys at once, as one packet brings them."""
        names = {"/": "slash", "\r": "enter", " ": "space"}
        for character in text:
            self.post_message(events.Key(names.get(character, character), character))


async def test_what_is_typed_behind_a_key_that_opens_a_prompt_goes_into_the_prompt() -> None:
    async with Program().run_test() as pilot:
        app = pilot.app
        assert isinstance(app, Program)
        app.type("nn/nnd\rnn")
        while app.counted < 4:
            await pilot.pause()
        assert app.answer == "nnd"


async def test_what_waits_to_be_typed_into_a_line_goes_there_at_once() -> None:
    said: list[str] = []

    class Listening(Program):
        def on_input_changed(self, event: Input.Changed) -> None:
            said.append(event.value)

    async with Listening().run_test() as pilot:
        app = pilot.app
        assert isinstance(app, Program)
        app.type("/guardian account\rn")
        while not app.counted:
            await pilot.pause()
    assert app.answer == "guardian account"
    assert len(said) <= 3


async def test_what_is_typed_behind_a_key_that_opens_a_screen_goes_onto_that_screen() -> None:
    async with Program().run_test() as pilot:
        app = pilot.app
        assert isinstance(app, Program)
        app.type("mnd\rn")
        while not app.counted:
            await pilot.pause()
        assert app.answer == "nd"


async def test_no_key_is_lost_where_the_processor_is_with_others_most_of_the_time() -> None:
    loop = asyncio.get_running_loop()

    def stand_still(turns: int) -> None:
        time.sleep(0.26)
        if turns:
            loop.call_soon(stand_still, turns - 1)

    async with Program().run_test() as pilot:
        app = pilot.app
        assert isinstance(app, Program)
        app.type("mnd\rn")
        stand_still(3)
        while not app.counted:
            await pilot.pause()
        assert app.answer == "nd"


async def test_keys_go_on_after_one_that_removes_what_had_the_focus() -> None:
    async with Program().run_test() as pilot:
        app = pilot.app
        assert isinstance(app, Program)
        app.type("dnn")
        while app.counted < 2:
            await pilot.pause()
        assert not app.query("#first")


async def test_a_paste_keeps_its_place_among_the_keys() -> None:
    async with Program().run_test() as pilot:
        app = pilot.app
        assert isinstance(app, Program)
        app.type("/a")
        app.post_message(events.Paste("bc"))
        app.type("d\r")
        while not app.answer:
            await pilot.pause()
        assert app.answer == "abcd"
