"""The says desk: everything that the lines around the places say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.report.brief import headline
from importlog_tui.text import one_line, safe, width
from importlog_tui.triage.views import View
from importlog_tui.ui.actions import Place
from importlog_tui.ui.presentation import brief, decisions, states, status, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importlog_tui.model import Run
    from importlog_tui.ui.actions import Moment
    from importlog_tui.ui.screens.triage import TriageScreen

TREND = 14
"""Nights in the tree's heading: two weeks, so that weekday stands over weekday."""


class SaysDesk:
    """Says what happened, never what is hoped; a line that says the same as before costs nothing."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen
        self._said = self._address = ""
        self._question: Callable[[], None] | None = None
        self._footer: Sequence[status.Part] = ()
        self._footer_for: tuple[Moment, int] | None = None

    def forget(self) -> None:
        """A key was pressed: what was said before it is over."""
        self._said = self._address = ""

    def take_question(self) -> Callable[[], None] | None:
        """What was asked, to be answered by the key that was just pressed."""
        question, self._question = self._question, None
        return question

    def all(self) -> None:
        """Every line around the places."""
        self.top()
        self.headings()
        self.status()

    def top(self) -> None:
        """The first line: how fresh the log is, or at a small size where the reader is in it."""
        log = self._screen.log_desk.log
        district, banner = self._screen.context.config.district.name, self._screen.context.banner
        left, right = status.top_line(
            district,
            banner,
            log,
            self._screen.context.now(),
            self._screen.size.width,
            brief.alarm(self._screen.log_desk.brief(), log),
        )
        if (told := self._screen.context.predicted) is not None:
            left, right = [(f" importlog   {told.title}", "strong"), ("   not from Schoology", "strong")], []
        if self._screen.is_narrow and self._screen.place is not Place.LOG:
            left, right = [(f" {self._breadcrumb()}", "strong")], []
        self._screen.line("top").say(left, right)

    def _breadcrumb(self) -> str:
        log, key = self._screen.log_desk.log, self._screen.log_tree.key
        run, error = log.run(key), self._screen.chosen_error
        parts = []
        if run is not None:
            parts += [log.day_label(log.day_of(run)), words.run_label(run)]
        if error is not None and self._screen.place is Place.RECORD:
            parts.append(one_line(error.message))
        return " › ".join(parts) or "importlog"

    def begin(self) -> None:
        """The morning in one line, where there is no room for its panel."""
        if (other := self._screen.context.predicted) is not None:
            self.tell(other.remark)
            return
        told = self._screen.log_desk.brief()
        if self._screen.is_narrow and self._screen.place is Place.LOG and told.night is not None:
            self.tell(headline(told))

    def headings(self) -> None:
        """The lines over the log and over the records."""
        wanted = self._screen.log_tree.wanted
        error, run = self._screen.chosen_error, self._screen.log_desk.log.run(self._screen.log_tree.key)
        other = self._screen.context.predicted
        left = [(" Status Log" if other is None else f" {other.title}", "strong")]
        part = decisions.VIEWS.get(self._screen.log_tree.view)
        left += [(f"   {part}", "strong")] if part else []
        left += [(f"   filter: {wanted}", "")] if wanted else []
        self._screen.line("log-heading").say(left, [(self._trend(run), "quiet"), ("rows ", "quiet")])
        if error is None or run is None:
            self._screen.line("records-heading").say("")
            return
        view = self._screen.records_desk.view_of(error.id)
        left = [(f" {one_line(error.message)}", "strong"), (f"   {words.rows_sentence(error)}", "")]
        new = self._screen.log_desk.log.views.new_rows(error)
        left += [(f", {new:,} new", "")] if new else []
        if (cascade := self._screen.log_desk.log.cascade(self._screen.log_tree.key)) is not None:
            left[1:] = [(f"   {cascade.sentence}", "")]
        if part and not view.part.is_all and not view.filter:
            short = part if part == decisions.VIEWS[View.NEW] else self._screen.log_tree.view.value
            told = states.of_whole(f"{short}: {view.shown or 0:,}", words.rows_sentence(error))
            left[1:] = [(f"   {told}", "")]
        if view.filter:
            left = [
                (f" filter: {safe(view.filter)}", "strong"),
                (f"   {view.shown or 0:,} of {error.rows_read:,} rows", ""),
                (f"   {one_line(error.message)}", "quiet"),
            ]
        when = words.clock_time(run, self._screen.log_desk.log.zone)
        day = self._screen.log_desk.log.day_label(
            run.performed_at.astimezone(self._screen.log_desk.log.zone).date() if run.performed_at else None
        )
        right = f"{words.run_label(run)}, {day} {when} " if not self._screen.is_narrow else ""
        log = self._screen.log_desk.log
        since = states.since_words(error, log.day_of(run), log.zone, log.today)
        taken = sum(width(safe(text)) for text, _ in left) + width(right)
        if since and taken + width(since) + 5 <= self._screen.line("records-heading").size.width:
            left.append((f"   {since}", "quiet"))
        self._screen.line("records-heading").say(left, [(right, "quiet")])

    def _trend(self, run: Run | None) -> str:
        """Rows per night as bars: of the import under the cursor, or of all."""
        kind = run.kind if run is not None else None
        counts = self._screen.log_desk.log.trend(kind)[-TREND:]
        if sum(count is not None for count in counts) < 3:
            return ""
        return f"{words.KINDS[kind] if kind else 'all'} {states.sparkline(counts)} "

    def tell(self, text: str, *, address: str = "") -> None:
        """Say what happened, in the status line; the address it happened to stands below, at the edge, until the next key."""
        self._said, self._address = one_line(text), safe(self._screen.context.veil.sentence(address))
        self.status()

    def ask(self, question: str, yes: Callable[[], None]) -> None:
        """Ask something in the status line; Enter is yes, any other key is no."""
        self.tell(f"{question} Enter does it, any other key does not.")
        self._question = yes

    def status(self) -> None:
        """What happened or is running, where the cursor is, and the keys."""
        said, job = self._said, self._screen.work.running
        if job is not None:
            stop = self._screen.context.keymap.shown("back")
            said = f"{job.title} … {job.progress}".rstrip() + (f"   {stop} stops it" if stop else "")
        where = ""
        if self._screen.place is not Place.LOG and self._screen.table_is_shown:
            marked = f"{len(self._screen.table.marks):,} marked   " if self._screen.table.marks else ""
            is_cut = self._screen.place is Place.RECORD and self._screen.detail.has_more
            more_below = "   ↓ more below" if is_cut else ""
            where = f"{marked}{self._screen.table.shown_position_text}{more_below} "
        first, rest = status.in_two(said, self._screen.size.width - 2)
        if width(first) + width(where) + 4 > self._screen.size.width:
            where = ""
        self._screen.line("status").say(f" {first}", [(where, "quiet")])
        more = self._screen.line("more")
        more.say(f" {rest}")
        if more.display != bool(rest):
            more.display = bool(rest)
        if self._address:
            self._screen.line("keys").say(status.cut_middle(self._address, self._screen.size.width))
        else:
            wanted = self._screen.moment(), self._screen.size.width
            if wanted != self._footer_for:  # mostly it is the footer of the key before
                self._footer_for = wanted
                self._footer = status.footer(self._screen.context.keymap, *wanted)
            self._screen.line("keys").say(self._footer)
