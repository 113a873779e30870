"""The application around the triage screen: colours, palette, leaving, and the way back in."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding

from importlog_tui.errors import Problem
from importlog_tui.ui import position, theme
from importlog_tui.ui.actions import ACTIONS, MOVES
from importlog_tui.ui.screens.triage import TriageScreen, screen_for
from importlog_tui.ui.typeahead import TypeAhead
from importlog_tui.ui.widgets.lines import LineWidget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.driver import Driver
    from textual.screen import Screen

    from importlog_tui.ui.context import Context, LogData
    from importlog_tui.ui.picture import Picture, Row
    from importlog_tui.ui.work import Job

_LITTER = 20_000
"""New objects after which garbage is collected in any case."""


_SHOWN = frozenset({"look", "rows", "detail"})
"""Groups of what is awaited for the screen to be whole."""


class ImportLog(TypeAhead, inherit_bindings=False):
    """The program's screen.

    Attributes:
        next_district: the one that the reader left for, "" where they left for good.
        line_rate: see `pacing.Budget`; the driver asks for it.
        last_picture: what it showed when it was left, where that may be kept.
    """

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "importlog"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+underscore"  # ours is an action like the others
    BINDINGS = [Binding("ctrl+c,ctrl+q", "quit", priority=True, show=False)]

    def __init__(
        self,
        context: Context,
        data: LogData,
        *,
        driver_class: type[Driver] | None = None,
        picture: Picture | None = None,
    ) -> None:
        super().__init__(driver_class=driver_class, ansi_color=True if context.no_color else None)
        self.context, self.picture = context, picture
        self.animation_level = "none"
        self.alt_keys = frozenset(key for key in context.keymap.meaning if key.startswith("alt+"))
        start = position.load(context.state_file, str(context.archive.path))
        self.triage: TriageScreen = screen_for(context.keymap)(context, data, start)
        self.line_rate = context.line_rate
        self.next_district = ""
        self.last_picture: list[Row] | None = None
        self.unfinished: list[Job[object]] = []
        for one in theme.THEMES.values():
            self.register_theme(one)
        self.theme = theme.chosen(
            context.config.screen.theme, is_remote=context.is_remote, no_color=context.no_color
        )

    def get_default_screen(self) -> Screen[None]:
        """The triage screen."""
        return self.triage

    def on_mount(self) -> None:
        """Leave in order when the connection drops or the program is told to end."""
        if self.is_headless:
            return
        for name in ("SIGHUP", "SIGTERM", "SIGINT"):
            if (number := getattr(signal, name, None)) is not None:
                with contextlib.suppress(NotImplementedError):  # Windows' loop has none
                    asyncio.get_running_loop().add_signal_handler(number, self.exit, 128 + number)

    def on_ready(self) -> None:
        """Keep the collection of garbage out of the keys: what lives as long as the program is not looked through, the rest mostly between them."""
        if not self.is_headless:
            gc.freeze()
            gc.set_threshold(_LITTER, 10, 10)

    def is_done_at_once(self, event: events.Event) -> bool:
        """Move, and show it: `screens/lines.py` tells what Textual's own way costs. All other keys take that."""
        shown = self.screen
        if not (isinstance(event, events.Key) and self.app_focus and isinstance(shown, TriageScreen)):
            return False
        action = self.context.keymap.action_for(event.key, shown.place)
        if action is None or action.id not in MOVES or not isinstance(self.focused, LineWidget):
            return False
        shown.action_press(event.key)
        if not self.message_queue_size:  # of keys that came together only the last one is painted
            shown.paint()
        return True

    def exit(self, *args: Any, **more: Any) -> None:
        """Keep the position, tell all work to stop, and leave."""
        if self.triage.is_running:
            where = self.triage.moves_desk.position()
            position.save(self.context.state_file, str(self.context.archive.path), where)
            self.last_picture = self._picture_now()
        self.unfinished = self.triage.work.stop_all()
        super().exit(*args, **more)

    def is_gathering(self) -> bool:
        """Whether the screen is still being filled with what it shows at the start."""
        shows_all = self.triage.is_mounted and not (
            self.triage.table_is_shown and self.triage.table.record is None
        )
        return not shows_all or any(
            worker.group in _SHOWN and not worker.is_finished for worker in self.workers
        )

    def _picture_now(self) -> list[Row] | None:
        """What the screen shows, where it may be kept: the log itself as the archive stands, and nothing that the configuration would mask."""
        context, triage = self.context, self.triage
        take = getattr(self._driver, "picture", None)
        may_be_kept = context.config.screen.picture and (context.veil.is_on or not context.config.screen.mask)
        is_whole = self.screen is triage and not triage.is_asking and not self.is_gathering()
        if take is None or not may_be_kept or not is_whole:
            return None
        with contextlib.suppress(Problem):
            if context.archive.stamp() == triage.log_desk.stamp:
                rows: list[Row] = take()
                return rows
        return None

    def leave_for(self, district: str) -> None:
        """Leave this screen for another district's."""
        self.next_district = district
        self.exit(0)

    async def action_quit(self) -> None:
        """Leave at once."""
        self.exit(0)

    def finish(self) -> None:
        """After the terminal was given back: let what writes end its transaction.

        A lost connection is told more than once, by the kernel and by the shell; the second word may not cut the work short.
        """
        if self.unfinished and not self.is_headless and hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        for job in self.unfinished:
            job.finish()
        self.triage.close()

    def on_paste(self, event: events.Paste) -> None:
        """A paste that fell on another screen."""
        event.stop()
        while len(self.screen_stack) > 1 and self.screen is not self.triage:
            self.pop_screen()
        self.triage.take_paste(event.text)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The registry's actions, and the colours."""
        for action in ACTIONS:
            if action.label and screen is self.triage:
                keys = self.context.keymap.all_shown(action.id)
                help_text = f"{action.help} ({keys})" if keys else action.help
                yield SystemCommand(action.label.capitalize(), help_text, partial(self.triage.do, action.id))
        for name, one in theme.THEMES.items():
            yield SystemCommand(
                f"Colours: {name}",
                f"use the {name} colours until you leave",
                partial(setattr, self, "theme", one.name),
            )
