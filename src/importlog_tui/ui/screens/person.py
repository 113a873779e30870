"""One person, or section, through all nights."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.widgets import Static

from importlog_tui.ui.presentation import people
from importlog_tui.ui.screens.page import PageScreen

if TYPE_CHECKING:
    from datetime import datetime

    from textual.binding import BindingType

    from importlog_tui.triage.disabled import Disabled
    from importlog_tui.triage.person import Repeated
    from importlog_tui.ui.presentation.people import Found
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job

    Told = tuple[Found, list[Repeated], Disabled | None]

_MOST = 2_000
"""Records of one person that are shown."""


class PersonScreen(PageScreen[None]):
    """Who it is, and users and enrollments by night."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", show=False),
        Binding("y", "copy", show=False),
        Binding("m", "decide", show=False),
    ]

    def __init__(self, triage: TriageScreen, one: Found) -> None:
        self._triage, self._one = triage, one
        self._repeated: list[Repeated] = []
        self._again: Disabled | None = None
        super().__init__(
            triage.context.veil.sentence(one.title, one.record),
            self._told(),
            "o open user page   y copy link   m decide   Esc back",
        )

    def _told(self) -> list[str]:
        log, cells = self._triage.log_desk.log, self._triage.size.width - 2
        veil = self._triage.context.veil
        lines = people.page(self._one, self._repeated, log, cells, veil.disabled(self._again))
        return [f" {veil.sentence(line, self._one.record)}" for line in lines]

    def on_mount(self) -> None:
        """Have all nights of this person looked up: a search by a name may have found only some."""
        super().on_mount()
        one, context = self._one, self._triage.context

        def work(_: Job[Told]) -> Told:
            from importlog_tui.config import rule_texts
            from importlog_tui.triage.diagnosis import Diagnosis
            from importlog_tui.triage.disabled import disabled
            from importlog_tui.triage.person import repeated
            from importlog_tui.triage.reading import read_rules

            archive, found = context.archive, one
            with contextlib.suppress(ValueError):
                hits = archive.find(one.key[0], _MOST) if one.key[0] else []
                found = next((each for each in people.found(hits) if each.key == one.key), one)
            config, rules = context.config, read_rules(rule_texts(context.config))
            often = repeated(found.hits, archive.flips(found.hits), rules.category)
            diagnosis = Diagnosis(
                archive, rules, zone=context.zone, aliases=config.columns, sis=config.district.sis
            )
            return found, often, disabled(diagnosis, archive, found.hits, often)

        self._triage.work.start("person", work, self._all_found)

    def on_resize(self) -> None:
        """Fit the rows of nights to the new width."""
        self._lines = list(self._told())
        self.query_one("#body Static", Static).update(self.text())

    def _all_found(self, told: Told) -> None:
        if self.is_attached:
            self._one, self._repeated, self._again = told
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

    def action_decide(self) -> None:
        """Go back and keep what is decided about their records of the newest night in which they had any."""
        self._go_back()
        newest = self._one.hits[0].run.performed_at
        records = [hit.record.id for hit in self._one.hits if _is_same_night(hit.run.performed_at, newest)]
        self._triage.decide_desk.about(tuple(sorted(records)))

    def _go_back(self) -> None:
        while self.app.screen is not self._triage and len(self.app.screen_stack) > 1:
            self.app.pop_screen()


def _is_same_night(at: datetime | None, newest: datetime | None) -> bool:
    return at == newest if at is None or newest is None else newest - at < timedelta(hours=12)
