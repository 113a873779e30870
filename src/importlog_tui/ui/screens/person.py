"""One person, or section, through all nights."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING

from importlog_tui.ui.actions import BY_ID, Place
from importlog_tui.ui.desks.links import LinksDesk
from importlog_tui.ui.presentation import people
from importlog_tui.ui.screens.page import PageScreen

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

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

    def __init__(self, triage: TriageScreen, one: Found) -> None:
        self._triage, self._one = triage, one
        self._repeated: list[Repeated] = []
        self._again: Disabled | None = None
        self._links = LinksDesk(triage, self.tell)
        keymap = triage.context.keymap
        self._acts: dict[str, Callable[[], None]] = {
            "open.user": lambda: self._links.open_of(self._one.record),
            "copy": lambda: self._links.copy_of(self._one.record),
            "link": lambda: self._links.show_of(self._one.record),
            "decide": self._decide,
            "mask": self._mask,
        }
        labels = [f"{key} {BY_ID[id_].label}" for id_ in self._acts if (key := keymap.shown(id_))]
        super().__init__(self._heading(), self._told(), "   ".join([*labels, "Esc back"]))
        for key in keymap.meaning:
            if key not in self._bindings.key_to_bindings and not self._elsewhere(key):
                self._bindings.bind(key, f"press('{key}')", show=False)

    def _elsewhere(self, key: str) -> bool:
        return any(action.id in {"palette", "quit"} for action in self._triage.context.keymap.meaning[key])

    @property
    def _who(self) -> str:
        return " ".join(self._heading().split())

    def _heading(self) -> str:
        return self._triage.context.veil.sentence(self._one.title, self._one.record)

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
        self._again_said()

    def _again_said(self) -> None:
        self.say(self._heading(), self._told())

    def _all_found(self, told: Told) -> None:
        if self.is_attached:
            self._one, self._repeated, self._again = told
            self._again_said()

    def tell(self, text: str, *, address: str = "") -> None:
        """Say what happened to this person's page, here; in the status line where the reader has gone on."""
        said = f"{self._who}: {text}"
        if self.is_attached:
            self.notice(said, self._triage.context.veil.sentence(address))
        else:
            self._triage.tell(said, address=address)

    def action_press(self, key: str) -> None:
        """Do what `key` means for a person, or say why it can't be done here."""
        context = self._triage.context
        action = context.keymap.action_for(key, Place.RECORD) or context.keymap.meaning[key][0]
        if context.predicted is not None and action.id in context.refused:
            self.notice(f"{context.predicted.refusal}: there is nothing of it to keep.")
        elif act := self._acts.get(action.id):
            act()
        else:
            self.notice(
                f"“{action.help}” does not work on a person's page: Escape goes back to where it does."
            )

    def _mask(self) -> None:
        self._triage.do("mask")
        self._again_said()
        self.notice(self._triage.context.veil.told)

    def _decide(self) -> None:
        """Go back and keep what is decided about their records of the newest night in which they had any."""
        while self.app.screen is not self._triage and len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        newest = self._one.hits[0].run.performed_at
        records = [hit.record.id for hit in self._one.hits if _is_same_night(hit.run.performed_at, newest)]
        self._triage.decide_desk.about(tuple(sorted(records)), self._who)


def _is_same_night(at: datetime | None, newest: datetime | None) -> bool:
    return at == newest if at is None or newest is None else newest - at < timedelta(hours=12)
