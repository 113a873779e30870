"""Find a person or a section through all nights: results while typing, Enter opens the page of one."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from importlog_tui.archive import Archive
from importlog_tui.errors import Problem
from importlog_tui.text import one_line
from importlog_tui.ui.actions import Place
from importlog_tui.ui.presentation import people
from importlog_tui.ui.screens.choice import ChoiceScreen
from importlog_tui.ui.screens.person import PersonScreen
from importlog_tui.ui.widgets.prompt import PromptInput

if TYPE_CHECKING:
    from importlog_tui.archive import Hit
    from importlog_tui.ui.presentation.people import Found
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job

SHORTEST = 2
"""Letters that one of the words must have at least."""

MOST = 200
"""Records that are looked through for results; more is no answer that a person reads."""

_HINT = (
    "Part of a name, unique ID, e-mail, username, course or section code; several words may stand anywhere."
)


class FindScreen(ChoiceScreen[None, "Found"]):
    """A line to type into, and whom it finds."""

    heading = "Find a person or section through all nights"
    keys = "↑ ↓ choose   Enter show   Esc back"

    def __init__(self, triage: TriageScreen) -> None:
        super().__init__([], _HINT)
        self._triage = triage

    def on_mount(self) -> None:
        """Offer whom the reader is looking at."""
        super().on_mount()
        self._suggest()

    def on_screen_resume(self) -> None:
        """Persons may have been masked on the page of one of them."""
        self._draw()

    def _suggest(self) -> None:
        """The phone rings about them; they are there before anything is typed."""
        triage = self._triage
        record = triage.table.record if triage.table_is_shown and triage.place is not Place.LOG else None
        user = record.subject.user if record is not None else None
        if not user:
            return

        def work(_: Job[list[Found]]) -> list[Found]:
            archive = triage.context.archive
            if not archive.is_indexed():
                return []
            with contextlib.suppress(ValueError, Problem):
                return [one for one in people.found(archive.find(user, MOST)) if one.key[0] == user]
            return []

        def done(found: list[Found]) -> None:
            if self.is_attached and found and not self.query_one(PromptInput).value:
                self.show(found, _HINT)

        triage.work.start("find", work, done)

    def typed(self, text: str) -> None:
        """Ask the index; all records are put into it first, where they are not."""
        context = self._triage.context
        if not any(len(word) >= SHORTEST for word in text.replace(",", " ").split()):
            self.show([], f"At least {SHORTEST} letters or digits of one word." if text else _HINT)
            return

        def work(job: Job[list[Hit] | str]) -> list[Hit] | str:
            archive = context.archive
            try:
                if not archive.is_indexed():
                    self.app.call_from_thread(self._wait)
                    with Archive.open(
                        archive.path,
                        group_writable=context.config.archive.group_writable,
                        aliases=context.config.columns,
                    ) as writable:
                        writable.index(job.is_stopped)
                return [] if job.is_stopped() else archive.find(text, MOST)
            except ValueError:
                return f"At least {SHORTEST} letters or digits of one word."
            except Problem as problem:
                return one_line(str(problem))

        def done(answer: list[Hit] | str) -> None:
            if not self.is_attached:
                return
            if isinstance(answer, str):
                self.show([], answer)
            else:
                self.show(people.found(answer), "Nobody and nothing in any night.")

        self._triage.work.start("find", work, done)

    def _wait(self) -> None:
        if self.is_attached:
            self.show([], "All records are put into the index, once; this may take a minute …")

    def line(self, choice: Found, cells: int) -> str:
        """Who or what it is, masked where persons are."""
        log, veil = self._triage.log_desk.log, self._triage.context.veil
        return veil.sentence(people.found_line(choice, cells, log.zone, log.today), choice.record)

    def take(self, choice: Found) -> None:
        """The page of one."""
        self.app.push_screen(PersonScreen(self._triage, choice))
