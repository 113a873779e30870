"""The decide desk: keeps what a person decided about records or an error, and tells how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.errors import UsageProblem
from importlog_tui.model import Mark, MarkKind, Until
from importlog_tui.text import one_line
from importlog_tui.ui.actions import Place
from importlog_tui.ui.presentation import decisions, words

if TYPE_CHECKING:
    from importlog_tui.archive import Archive
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job

_ASKED = {
    MarkKind.ACCEPTED: "Accepted, because:",
    MarkKind.CORRECTED: "Corrected in the SIS (a remark, or nothing):",
    MarkKind.NOTE: "Note:",
    MarkKind.OWNER: "Owner:",
}
_UNTIL = "Until (2026-12-31, {word}, or nothing: for ever):"


class DecideDesk:
    """Asks what was decided, and why; one transaction keeps it."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen
        self._records: tuple[int, ...] = ()
        self._error: int | None = None
        self._whose = ""
        self._kind = MarkKind.NOTE
        self._reason = ""

    def act_decide(self) -> None:
        """Ask what was decided about the selected records, the one under the cursor, or the tree's error."""
        table, error = self._screen.table, self._screen.chosen_error
        marked = tuple(sorted(table.marks)) if self._screen.table_is_shown else ()
        self._error, self._records, self._whose = None, marked, ""
        if not marked and self._screen.place is not Place.LOG and table.record is not None:
            self._records = (table.record.id,)
        if not self._records and error is not None:
            self._error = error.id
        self._begin()

    def about(self, records: tuple[int, ...], whose: str) -> None:
        """Ask what was decided about records that need not be in the table; `whose` is shown as it is."""
        self._error, self._records, self._whose = None, records, whose
        self._begin()

    def _begin(self) -> None:
        from importlog_tui.ui.screens.decide import DecideScreen

        if self._error is None and not self._records:
            self.show()
            return
        about = "About this error, in every night." if self._error else self._about()
        self._screen.app.push_screen(DecideScreen(about, self._before()), self._chosen)

    def _before(self) -> list[str]:
        """What was decided before about the error, or about the one record."""
        log, error, record = (
            self._screen.log_desk.log,
            self._screen.chosen_error,
            self._screen.table.record,
        )
        marks: list[Mark] = []
        if error is not None and self._error:
            marks = log.views.decided.on_error(error)
        elif error is not None and record is not None and self._records == (record.id,):
            marks = log.views.decided.on_record_or_error(error, record)
        return [decisions.sentence(mark, log.zone, log.today) for mark in marks]

    def _about(self) -> str:
        return f"About {self._what()}, in every night."

    def _what(self) -> str:
        what = words.plural(len(self._records), "record")
        return f"{what} of {self._whose}" if self._whose else what

    def _chosen(self, kind: str | None) -> None:
        if kind == "list":
            self.show()
        elif kind is not None:
            self._kind = MarkKind(kind)
            who = self._screen.context.who() if self._kind is MarkKind.OWNER else ""
            self._screen.ask(_ASKED[self._kind], who, self._reasoned)

    def _reasoned(self, text: str) -> None:
        self._reason = text.strip()
        if self._kind in {MarkKind.ACCEPTED, MarkKind.NOTE} and not self._reason:
            self._screen.tell("Not kept: it needs a reason.")
        elif self._kind is MarkKind.ACCEPTED:
            self._ask_until("")
        else:
            self._keep("")

    def _ask_until(self, text: str) -> None:
        again = f"“{one_line(text)}” is no end. " if text else ""
        word = Until.CHANGES if self._records else Until.GROWS
        self._screen.ask(again + _UNTIL.format(word=word), "", self._keep)

    def _keep(self, until: str) -> None:
        from importlog_tui.report import marking

        context, records, error_id = self._screen.context, self._records, self._error
        kind, reason = self._kind, self._reason
        what = self._what() if records else "the error"
        try:
            end, day = marking.until(until.strip() or None, what=kind.value, is_error=error_id is not None)
        except UsageProblem:
            self._ask_until(until.strip())
            return

        def work(_: Job[int]) -> int:
            made = Mark(kind, context.who(), context.now(), reason, end, day)
            with context.writable() as archive:
                return archive.mark(made, records=records, error_id=error_id)

        def done(token: int) -> None:
            def take_back(archive: Archive) -> str:
                undone = archive.undo(token, context.who(), context.now())
                return f"Taken back: {words.plural(undone, 'decision')}."

            how = self._screen.undo_desk.done(take_back)
            self._screen.table.unmark_all()
            self._screen.log_desk.reload(f"Kept about {what}: {kind.value}. {how}")

        self._screen.work.start("decide", work, done, writes=True)

    def show(self) -> None:
        """All decisions, newest first, each with how it stands now."""
        from importlog_tui.ui.screens.page import PageScreen

        context = self._screen.context
        today = self._screen.log_desk.log.today

        def work(_: Job[list[Mark]]) -> list[Mark]:
            return context.archive.marks(today)

        def done(found: list[Mark]) -> None:
            lines = [f" {line}" for mark in found for line in self._told(mark)]
            self._screen.app.push_screen(PageScreen("Decisions", lines or [" Nothing was decided yet."]))

        self._screen.work.start("decisions", work, done)

    def _told(self, mark: Mark) -> list[str]:
        log = self._screen.log_desk.log
        error = log.errors.get(mark.error_id)
        where = ("a record of " if mark.record_id else "") + (one_line(error.message) if error else "?")
        end = f", until {mark.until_day or mark.until}" if mark.until is not Until.NEVER else ""
        day = words.day_short(mark.at.astimezone(log.zone).date(), log.today)
        return [
            f"{mark.kind}: {mark.standing}{end}   {where}",
            f"    {one_line(mark.reason)} ({one_line(mark.who)}, {day})",
        ]
