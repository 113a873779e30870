"""The acts desk: keys that open a page of their own, or leave.

Screens that a key opens are imported by that key, in all desks: the first screen does not wait for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlog_tui.ui.screens.triage import TriageScreen


class ActsDesk:
    """A method for each such action of the registry."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen

    def act_find(self) -> None:
        """Find a person or a section through all nights."""
        from importlog_tui.ui.screens.find import FindScreen

        self._screen.app.push_screen(FindScreen(self._screen))

    def act_district(self) -> None:
        """Go to another district of the configuration."""
        from importlog_tui.ui.app import ImportLog
        from importlog_tui.ui.screens.districts import DistrictsScreen

        context, app = self._screen.context, self._screen.app
        here = context.config.chosen

        def go(name: str | None) -> None:
            if name is not None and name != here and isinstance(app, ImportLog):
                app.leave_for(name)

        app.push_screen(DistrictsScreen(context.districts, here), go)

    def act_mask(self) -> None:
        """Make persons unreadable, or show them again; everything stays where it is."""
        screen, veil = self._screen, self._screen.context.veil
        veil.is_on = not veil.is_on
        screen.table.forget_styles()
        screen.table.repaint()
        screen.detail_desk.again()
        screen.look_desk.look(is_new=False)
        screen.tell(veil.told)

    def act_help(self) -> None:
        """Show all keys."""
        from importlog_tui.ui.screens.help import HelpScreen

        self._screen.app.push_screen(HelpScreen(self._screen.context.keymap))

    def act_palette(self) -> None:
        """Open the palette."""
        self._screen.app.action_command_palette()

    def act_quit(self) -> None:
        """Leave."""
        self._screen.app.exit()
