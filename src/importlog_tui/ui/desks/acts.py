"""The acts desk: keys that open a page of their own, or leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.ui.screens.find import FindScreen
from importlog_tui.ui.screens.help import HelpScreen

if TYPE_CHECKING:
    from importlog_tui.ui.screens.triage import TriageScreen


class ActsDesk:
    """A method for each such action of the registry."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen

    def act_find(self) -> None:
        """Find a person or a section through all nights."""
        self._screen.app.push_screen(FindScreen(self._screen))

    def act_help(self) -> None:
        """Show all keys."""
        self._screen.app.push_screen(HelpScreen(self._screen.context.keymap))

    def act_palette(self) -> None:
        """Open the palette."""
        self._screen.app.action_command_palette()

    def act_quit(self) -> None:
        """Leave."""
        self._screen.app.exit()
