"""A small program with the paced driver, for tests: it shows what it was sent and writes each thing that happens to a file.

    python -m tests.ui.toy LOG [PATIENCE [GOODBYE]]

PATIENCE and GOODBYE are how many seconds the driver waits for an answer, and for the last one: long where a test decides about answers.
A key is appended to the line that it shows; `q` ends the program, `1` suspends it, `2` hands the terminal to a
child that says hello, `3` writes past the screen. SIGUSR1 changes
another line, as a worker does; SIGUSR2 ends the program.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App, ComposeResult
from textual.widgets import Static

from importlog_tui.ui import driver, pacing

if TYPE_CHECKING:
    from textual import events


class Toy(App[None]):
    CSS = "Static { height: 1; }"
    ENABLE_COMMAND_PALETTE = False
    alt_keys = frozenset({"alt+m"})

    def __init__(self, log: Path) -> None:
        super().__init__(driver_class=pacing.own_driver())
        self.file = log.open("a", encoding="utf-8")
        self.keys: list[str] = []
        self.works = 0

    def note(self, text: str) -> None:
        self.file.write(f"{text}\n")
        self.file.flush()

    def compose(self) -> ComposeResult:
        yield Static("keys:", id="keys", markup=False)
        yield Static("works: 0", id="works", markup=False)
        yield Static("ready", id="state", markup=False)

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, self.call_later, self.work)
        loop.add_signal_handler(signal.SIGUSR2, self.call_later, self.leave)

    def leave(self) -> None:
        self.note("leaving")
        self.exit()

    def work(self) -> None:
        self.works += 1
        self.query_one("#works", Static).update(f"works: {self.works}")
        self.note(f"work {self.works}")

    def show(self, text: str) -> None:
        self.keys.append(text)
        self.query_one("#keys", Static).update("keys: " + " ".join(self.keys)[-100:])

    def on_key(self, event: events.Key) -> None:
        self.note(f"key {event.key}")
        if event.key == "q":
            self.exit()
        elif event.key == "1":
            self.action_suspend_process()
        elif event.key == "2":
            with self.suspend():
                os.write(1, b"hello from a child\r\n")
                self.note("child")
        elif event.key == "3" and self._driver is not None:
            self._driver.write("\x1b[2J\x1b[2;2Hanother program")
            self.show(event.key)
        else:
            self.show(event.key)

    def on_paste(self, event: events.Paste) -> None:
        self.note(f"paste {event.text!r}")
        self.show("pasted")

    def on_resize(self, event: events.Resize) -> None:
        self.note(f"size {event.size.width}x{event.size.height}")

    def post_display_hook(self) -> None:
        self.note("painted")


def main(arguments: list[str]) -> Any:
    for module, name, seconds in zip(
        (pacing, driver), ("_PATIENCE", "_GOODBYE"), arguments[1:], strict=False
    ):
        setattr(module, name, float(seconds))
    app = Toy(Path(arguments[0]))
    app.run(mouse=False)
    return app.return_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
