"""Driving the whole screen."""

from __future__ import annotations

from contextlib import suppress

from textual import events
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from importlog_tui.ui.app import ImportLog
from importlog_tui.ui.screens.triage import TriageScreen

WIDE, NARROW = (120, 40), (80, 24)


async def settled(pilot: Pilot[int]) -> None:
    """Wait until all work that was started is done, and what followed from it is shown."""
    calm = 0
    while calm < 2:  # what a worker ends with may be a message that starts the next one
        calm = 0 if pilot.app.workers else calm + 1
        with suppress(WorkerCancelled):  # a later one took its place
            await pilot.app.workers.wait_for_complete()
        await pilot.pause()


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press keys, one after the other, each with everything that follows from it."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def type_in(pilot: Pilot[int], text: str, *keys: str) -> None:
    """Paste `text` where it can be typed, then press `keys`; a key that is pressed costs a pilot far more than a person."""
    pilot.app.post_message(events.Paste(text))
    await pilot.press(*keys)
    await settled(pilot)


async def answer(pilot: Pilot[int], text: str) -> None:
    """Type `text` in place of what a prompt offers."""
    await pilot.press("ctrl+u")
    await type_in(pilot, text, "enter")


def triage(pilot: Pilot[int]) -> TriageScreen:
    """The program's main screen."""
    app = pilot.app
    assert isinstance(app, ImportLog)
    return app.triage


def status(pilot: Pilot[int]) -> str:
    """What the status line says."""
    return triage(pilot).line("status").text


def shown(pilot: Pilot[int]) -> str:
    """All that is on the screen, line by line."""
    app = pilot.app
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines)
