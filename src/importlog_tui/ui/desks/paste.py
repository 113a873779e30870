"""The paste desk: reads what was pasted, shows what it was taken for, and keeps it when told to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from importlog_tui.text import one_line
from importlog_tui.ui.desks.roster_paste import RosterPaste
from importlog_tui.ui.presentation import notes, words

if TYPE_CHECKING:
    from importlog_tui.archive import Archive
    from importlog_tui.archive.undoing import Change
    from importlog_tui.model import ErrorType
    from importlog_tui.refresh import Outcome, Progress
    from importlog_tui.ui.presentation.paste import Pasted
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job

MOST = 64 * 1024 * 1024
"""Characters; a page of that size comes in as a file, where memory does not grow with it."""


class PasteDesk:
    """One paste at a time."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen

    def act_paste(self) -> None:
        """Explain pasting."""
        from importlog_tui.ui.screens.page import PageScreen

        lines = [f" {line}" for line in notes.how_to_paste(self._screen.chosen_error)]
        self._screen.app.push_screen(PageScreen("Paste", lines))

    def take(self, text: str) -> None:
        """Read a paste in a thread, then show what it is."""
        screen = self._screen
        if len(text) > MOST:
            screen.tell(
                "This paste is over 64 MB: save the page, and bring it in with importlog-tui add PATH."
            )
            return
        if not text.strip():
            screen.tell("The paste was empty.")
            return
        error = screen.chosen_error

        def work(_: Job[Pasted]) -> Pasted:
            from importlog_tui.sources.status_log import How, read_paste
            from importlog_tui.times import Clock
            from importlog_tui.ui.presentation.paste import Pasted

            config = screen.context.config
            clock = Clock(screen.context.zone, screen.context.now(), None, config.time.day_first)
            return Pasted.of(read_paste(text, How(clock, columns=config.columns)))

        screen.work.start(
            "paste",
            work,
            lambda pasted: self._show(pasted, error, text),
            title=f"Reading {words.plural(len(text), 'pasted character')}",
        )

    def _show(self, pasted: Pasted, error: ErrorType | None, text: str) -> None:
        from importlog_tui.roster import Witness
        from importlog_tui.ui.presentation.paste import preview
        from importlog_tui.ui.screens.paste import MARGIN, Keep, PasteScreen

        lines = preview(pasted, error, self._screen.context.zone, self._screen.size.width - MARGIN)

        def decide(keep: Keep | None) -> None:
            if keep is None:
                self._screen.tell("The paste was dropped; nothing was changed.")
            elif keep is Keep.LOG:
                self._keep(pasted, error)
            else:
                RosterPaste(self._screen, text, Witness(keep.value)).take()

        screen = PasteScreen(lines, can_keep=not pasted.is_empty, may_be_a_roster=pasted.may_be_a_roster)
        self._screen.app.push_screen(screen, decide)

    def _keep(self, pasted: Pasted, error: ErrorType | None) -> None:
        screen = self._screen
        error_id = error.id if error is not None and pasted.is_bare else None

        def work(job: Job[tuple[Outcome, list[Change]]]) -> tuple[Outcome, list[Change]]:
            from importlog_tui.refresh import bring_in

            changes: list[Change] = []

            def progress(at: Progress) -> None:
                job.say(words.plural(at.rows, "row"))

            with screen.context.writable() as archive:
                outcome = bring_in(
                    archive,
                    pasted.readings(),
                    error_id=error_id,
                    progress=progress,
                    cancelled=job.is_stopped,
                    changes=changes,
                )
                return outcome, changes

        def done(told: tuple[Outcome, list[Change]]) -> None:
            outcome, changes = told
            said = kept(outcome)
            if outcome.has_new and changes:
                said += f" {screen.undo_desk.done(partial(taken_back, changes[0]))}"
            screen.log_desk.reload(said)

        screen.work.start("keep", work, done, title="Keeping the paste", writes=True)


def taken_back(change: Change, archive: Archive) -> str:
    """Take a paste back; what the status line says of it."""
    if archive.take_back(change):
        return "The paste was taken back: the archive is as it was before."
    return "Not taken back: something else was filed or decided since, and would not fit any more."


def kept(outcome: Outcome) -> str:
    """What a bringing-in did, in a sentence."""
    new = words.came(outcome)
    said = f"Kept: {new}." if new else "Nothing new in it: all of it was known before."
    if outcome.unplaced:
        tables = words.plural(len(outcome.unplaced), "table")
        said = f"Not kept: {tables} that did not tell which error to belong to. Put the cursor on the error and paste again."
        said = f"Kept: {new}. {said}" if new else said
    remarks = [trouble for trouble in outcome.troubles if not trouble.is_part]
    if remarks:
        what = one_line(remarks[0].what)
        said += f" {what[:1].upper()}{what[1:]}."
    if outcome.stopped:
        said += " It was stopped; what was read until then is kept as part."
    return said
