"""One person, or section, through all nights."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.widgets import Static

from importlog_tui.errors import Problem
from importlog_tui.ui.presentation import people
from importlog_tui.ui.screens.page import PageScreen

if TYPE_CHECKING:
    from textual.binding import BindingType

    from importlog_tui.archive import Hit
    from importlog_tui.ui.presentation.people import Found
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job

_MOST = 2_000
"""Records of one person that are shown."""


class PersonScreen(PageScreen[None]):
    """Who it is, and users and enrollments by night."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", show=False),
        Binding("y", "copy", show=False),
    ]

    def __init__(self, triage: TriageScreen, one: Found) -> None:
        self._triage, self._one = triage, one
        super().__init__(one.title, self._told(), "o open user page   y copy link   Esc back")

    def _told(self) -> list[str]:
        log = self._triage.log_desk.log
        return [f" {line}" for line in people.timeline(self._one, log.zone, log.today)]

    def on_mount(self) -> None:
        """Have all nights of this person looked up: a search by a name may have found only some."""
        super().on_mount()
        user, archive = self._one.key[0], self._triage.context.archive
        if not user:
            return

        def work(_: Job[list[Hit]]) -> list[Hit]:
            try:
                return archive.find(user, _MOST)
            except (ValueError, Problem):
                return []  # what was found before stays

        self._triage.work.start("person", work, self._all_found)

    def _all_found(self, hits: list[Hit]) -> None:
        mine = [one for one in people.found(hits) if one.key == self._one.key]
        if mine and self.is_attached and len(mine[0].hits) > len(self._one.hits):
            self._one = mine[0]
            self._lines = list(self._told())
            self.query_one("#body Static", Static).update(self.text())

    def action_open(self) -> None:
        """Open the user's page and go back, where the status line says how that went."""
        self._go_back()
        self._triage.links_desk.open_of(self._one.record)

    def action_copy(self) -> None:
        """Copy its address and go back."""
        self._go_back()
        self._triage.links_desk.copy_of(self._one.record)

    def _go_back(self) -> None:
        while self.app.screen is not self._triage and len(self.app.screen_stack) > 1:
            self.app.pop_screen()
