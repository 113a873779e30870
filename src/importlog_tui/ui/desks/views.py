"""The views desk: which part of the log is looked at, by key; the same key again shows all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.triage.views import View
from importlog_tui.ui.presentation import decisions

if TYPE_CHECKING:
    from importlog_tui.ui.screens.triage import TriageScreen


class ViewsDesk:
    """Leaves a part of the log in tree and table, with the whole still in the counts."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen

    def act_new(self) -> None:
        """Only what is new or back."""
        self._toggle(View.NEW)

    def act_waiting(self) -> None:
        """Only what waits for proof."""
        self._toggle(View.WAITING)

    def act_mine(self) -> None:
        """Only what is mine."""
        self._toggle(View.MINE)

    def act_accepted(self) -> None:
        """Only what is accepted."""
        self._toggle(View.ACCEPTED)

    def _toggle(self, view: View) -> None:
        self.show(View.ALL if self._screen.log_tree.view is view else view)

    def show(self, view: View) -> None:
        """Show a view, and say which."""
        screen = self._screen
        screen.log_tree.show(screen.log_desk.log, view=view)
        screen.records_desk.look_again()
        screen.look_desk.look(is_new=False)
        if screen.log_tree.lines:
            screen.tell(decisions.explained(view))
        else:
            screen.tell(decisions.nothing_in(view))
