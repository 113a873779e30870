"""The acts desk: what each key does that does not move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.ui.presentation import notes
from importlog_tui.ui.screens.find import FindScreen
from importlog_tui.ui.screens.help import HelpScreen
from importlog_tui.ui.screens.page import PageScreen
from importlog_tui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from importlog_tui.ui.screens.triage import TriageScreen


class ActsDesk:
    """A method for each action of the registry."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen

    def act_open_user(self) -> None:
        """Open the user's page."""
        self._screen.links_desk.open_users()

    def act_copy(self) -> None:
        """Copy its address."""
        self._screen.links_desk.copy_users()

    def act_link(self) -> None:
        """Show it whole."""
        self._screen.links_desk.show()

    def act_open_log(self) -> None:
        """Open the Status Log page."""
        self._screen.links_desk.open_log()

    def act_filter(self) -> None:
        """Ask what to filter the records by."""
        self._screen.query_one(Prompt).ask(
            "records", "Filter records:", self._screen.records_desk.view.filter
        )
        self._screen.add_class("asking")

    def act_filter_log(self) -> None:
        """Ask what to filter the log by."""
        self._screen.query_one(Prompt).ask("log", "Filter log:", self._screen.log_tree.wanted)
        self._screen.add_class("asking")

    def act_new(self) -> None:
        """Show only what is new or back, or all again."""
        self._screen.show_only_new(wanted=not self._screen.log_tree.is_new_only)

    def act_find(self) -> None:
        """Find a person or a section through all nights."""
        self._screen.app.push_screen(FindScreen(self._screen))

    def act_decide(self) -> None:
        """Keep what was decided."""
        self._screen.decide_desk.begin()

    def act_undo(self) -> None:
        """Take back what was decided last."""
        self._screen.decide_desk.undo()

    def act_sort(self) -> None:
        """Sort by the chosen column."""
        self._screen.records_desk.sort(self._screen.table.column)

    def act_mark(self) -> None:
        """Mark the record, or take its mark away."""
        self._screen.table.action_toggle_mark()

    def act_unmark(self) -> None:
        """Take all marks away."""
        self._screen.table.unmark_all()

    def act_paste(self) -> None:
        """Explain pasting."""
        lines = [f" {line}" for line in notes.how_to_paste(self._screen.chosen_error)]
        self._screen.app.push_screen(PageScreen("Paste", lines))

    def act_reload(self) -> None:
        """Look into the archive again."""
        self._screen.log_desk.reload("This is the archive's newest state.")

    def act_help(self) -> None:
        """Show all keys."""
        self._screen.app.push_screen(HelpScreen(self._screen.context.keymap))

    def act_palette(self) -> None:
        """Open the palette."""
        self._screen.app.action_command_palette()

    def act_quit(self) -> None:
        """Leave."""
        self._screen.app.exit()
