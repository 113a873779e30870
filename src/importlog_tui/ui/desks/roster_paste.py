"""A pasted table that is an extract of the SIS or Schoology's own users: what can't be told of it is asked, then it is kept."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from importlog_tui.model import Kind
from importlog_tui.roster import Unclear, Witness
from importlog_tui.text import one_line
from importlog_tui.ui.presentation import words

if TYPE_CHECKING:
    from importlog_tui.archive import Archive
    from importlog_tui.archive.undoing import Change
    from importlog_tui.fields import Field
    from importlog_tui.refresh import Outcome, Progress
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job

NAMES = {Witness.SIS: "SIS extract", Witness.DIRECTORY: "directory"}
_ROWS = {Kind.USERS: "user", Kind.COURSES: "section", Kind.ENROLLMENTS: "enrollment"}
_KINDS = (Kind.USERS, Kind.COURSES, Kind.ENROLLMENTS)


class RosterPaste:
    """One such paste, until it is kept or dropped."""

    def __init__(self, screen: TriageScreen, text: str, witness: Witness) -> None:
        self._screen, self._text, self._witness = screen, text, witness
        self._kind: Kind | None = None
        self._columns: dict[str, Field] = {}

    def take(self) -> None:
        """Read and keep it in a thread; ask where that can't be done without a word."""
        screen, witness = self._screen, self._witness

        def work(job: Job[tuple[Outcome, list[Change]]]) -> tuple[Outcome, list[Change]]:
            from importlog_tui.refresh import bring_in
            from importlog_tui.sources.sis import read_paste
            from importlog_tui.sources.status_log import How
            from importlog_tui.times import Clock

            changes: list[Change] = []
            context = screen.context
            config = context.config
            clock = Clock(context.zone, context.now(), None, config.time.day_first)

            def progress(at: Progress) -> None:
                job.say(words.plural(at.rows, "row"))

            with context.writable() as archive:
                how = How(clock, kind=self._kind, columns={**config.columns, **self._columns})
                how = replace(how, remembered={witness: archive.headings(witness)})
                outcome = bring_in(
                    archive,
                    read_paste(self._text, how, witness),
                    keep=config.sis.keep,
                    progress=progress,
                    cancelled=job.is_stopped,
                    changes=changes,
                )
                if outcome.rosters and self._columns:
                    archive.remember_headings(witness, self._columns)
                return outcome, changes

        screen.work.start("keep", work, self._done, title="Keeping the paste", writes=True)

    def _done(self, told: tuple[Outcome, list[Change]]) -> None:
        outcome, changes = told
        if outcome.unclear:
            self._ask(outcome.unclear[0])
            return
        said = kept(outcome)
        if any(brought.filed.is_new for brought in outcome.rosters) and changes:
            said += f" {self._screen.undo_desk.done(partial(_taken_back, changes[0]))}"
        self._screen.log_desk.reload(said)

    def _ask(self, unclear: Unclear) -> None:
        from importlog_tui.report.intake import MEANINGS
        from importlog_tui.ui.screens.paste import ChoiceScreen

        def kind_told(choice: int | None) -> None:
            if choice is None:
                self._drop()
                return
            self._kind = _KINDS[choice]
            self.take()

        def meaning_told(choice: int | None) -> None:
            if choice is None:
                self._drop()
                return
            self._columns[unclear.heading] = unclear.choices[choice]
            self.take()

        headings = f"Its headings: {', '.join(map(one_line, unclear.columns))}"
        title = f"Pasted as {NAMES[self._witness]}, not kept yet"
        if unclear.heading:
            question = (
                f'What does the heading "{one_line(unclear.heading)}" stand for? The answer is remembered.'
            )
            answers = [MEANINGS.get(field, field.value) for field in unclear.choices]
            screen = ChoiceScreen(title, [headings, "", question], answers)
            self._screen.app.push_screen(screen, meaning_told)
        else:
            answers = ["users", "courses and sections", "enrollments"]
            screen = ChoiceScreen(title, [headings, "", "What does it hold?"], answers)
            self._screen.app.push_screen(screen, kind_told)

    def _drop(self) -> None:
        self._screen.tell("The paste was dropped; nothing was changed.")


def kept(outcome: Outcome) -> str:
    """What became of the table, in a sentence."""
    said = []
    for brought in outcome.rosters:
        reading, filed = brought.reading, brought.filed
        rows = words.plural(filed.rows, _ROWS[reading.kind])
        name = NAMES[reading.witness]
        if filed.is_new:
            part = "" if brought.complete else ", a part"
            said.append(f"Kept as {name}: {rows}{part}.")
        else:
            said.append(f"Nothing new in it: this {name} of {rows} was known before.")
    for trouble in outcome.troubles[:1]:
        what = one_line(trouble.what)
        said.append(f"{what[:1].upper()}{what[1:]}.")
    if outcome.stopped:
        said.append("It was stopped; what was read until then is kept as part.")
    return " ".join(said) or "Nothing was kept."


def _taken_back(change: Change, archive: Archive) -> str:
    from importlog_tui.ui.desks.paste import taken_back

    return taken_back(change, archive)
