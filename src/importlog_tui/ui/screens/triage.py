"""The triage screen: three places, the log, its records, one record; at a small size one of them at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events, on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from importlog_tui.errors import Problem
from importlog_tui.text import one_line, safe, width
from importlog_tui.ui import messages
from importlog_tui.ui.actions import BY_ID, Moment, Place
from importlog_tui.ui.desks.links import LinksDesk
from importlog_tui.ui.desks.log import WATCH, LogDesk
from importlog_tui.ui.desks.moves import MovesDesk
from importlog_tui.ui.desks.paste import PasteDesk
from importlog_tui.ui.desks.records import RecordsDesk
from importlog_tui.ui.presentation import notes, status, words
from importlog_tui.ui.row_source import ArchiveReader
from importlog_tui.ui.screens.help import HelpScreen
from importlog_tui.ui.screens.page import PageScreen
from importlog_tui.ui.widgets.log_tree import LogTree
from importlog_tui.ui.widgets.one_line import OneLine
from importlog_tui.ui.widgets.prompt import Prompt
from importlog_tui.ui.widgets.record_detail import RecordDetail
from importlog_tui.ui.widgets.record_messages import MarksChanged, RecordHighlighted, RowsFailed
from importlog_tui.ui.widgets.record_table import RecordTable
from importlog_tui.ui.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.timer import Timer

    from importlog_tui.model import ErrorType, Record
    from importlog_tui.ui.context import Context, LogData
    from importlog_tui.ui.keymap import Keymap
    from importlog_tui.ui.position import Position

MIN_WIDTH, MIN_HEIGHT = 100, 30
"""Below either, the places are shown one at a time."""

SETTLE = 0.06
"""Seconds that the cursor rests before the detail follows: longer than a held key's repeat, shorter than a glance."""

_PLACES = (Place.LOG, Place.RECORDS, Place.RECORD)


def screen_for(keymap: Keymap) -> type[TriageScreen]:
    """The screen's class with bindings for these keys."""
    bindings = [Binding(key, f"press('{key}')", show=False) for key in keymap.meaning]
    return type("Triage", (TriageScreen,), {"BINDINGS": bindings, "__module__": __name__})


class TriageScreen(Screen[None], inherit_bindings=False):
    """Owns what is true: the place, the chosen error, what is running; desks do the errands."""

    AUTO_FOCUS = None

    def __init__(self, context: Context, data: LogData, start: Position) -> None:
        super().__init__()
        self.context = context
        self.work = Work(self, self._say_status)
        self.reader = ArchiveReader(context.archive)
        self.place = Place.LOG
        self.log_desk = LogDesk(self, data)
        self.records_desk = RecordsDesk(self)
        self.links_desk = LinksDesk(self)
        self.paste_desk = PasteDesk(self)
        self.moves_desk = MovesDesk(self)
        self._address = ""
        self._start = start
        self._said = ""
        self._question: Callable[[], None] | None = None
        self._settle: Timer | None = None

    # Parts

    def compose(self) -> ComposeResult:
        """Top line, the three places, status line, prompt, footer."""
        yield OneLine(id="top")
        with Horizontal(id="places"):
            with Vertical(id="log-place"):
                yield OneLine(id="log-heading")
                yield LogTree(id="log")
            with Vertical(id="right"):
                with Vertical(id="records-place"):
                    yield OneLine(id="records-heading")
                    yield RecordTable(id="records")
                with Vertical(id="record-place"):
                    yield RecordDetail(id="record")
        yield OneLine(id="status")
        yield OneLine(id="more")
        yield Prompt(id="prompt")
        yield OneLine(id="keys")

    @property
    def log_tree(self) -> LogTree:
        """The log."""
        return self.query_one("#log", LogTree)

    @property
    def table(self) -> RecordTable:
        """The records."""
        return self.query_one("#records", RecordTable)

    @property
    def detail(self) -> RecordDetail:
        """The record."""
        return self.query_one("#record", RecordDetail)

    def line(self, name: str) -> OneLine:
        """One of the lines around the places."""
        return self.query_one(f"#{name}", OneLine)

    # What is true

    @property
    def chosen_error(self) -> ErrorType | None:
        """The error under the tree's cursor."""
        return self.log_desk.log.error(self.log_tree.key)

    @property
    def table_is_shown(self) -> bool:
        """Whether the table shows records, and not words."""
        return self.table.source is not None

    @property
    def is_narrow(self) -> bool:
        """Whether only one place fits."""
        size = self.app.size
        return size.width < MIN_WIDTH or size.height < MIN_HEIGHT

    def moment(self) -> Moment:
        """What is true when a key is pressed."""
        has_rows = self.table_is_shown
        return Moment(
            place=self.place,
            error=self.chosen_error,
            record=self.table.record if has_rows else None,
            rows=len(self.table.source or ()) if has_rows else 0,
            marked=len(self.table.marks),
            has_log=bool(self.log_desk.log.runs),
            has_log_address=self.context.links.log is not None,
        )

    # Start, size, clock

    def on_mount(self) -> None:
        """Show what was read before, where the reader was."""
        self.records_desk.restore(self._start)
        self.log_tree.opened = set(self._start.opened)
        self.log_tree.show(self.log_desk.log, wanted=self._start.log_filter)
        if not (self._start.node and self.log_tree.go_to(self._start.node, top=self._start.top)):
            self.moves_desk.first_look()
        self._arrange()
        self.go_to_place(Place(self._start.place) if self._start.place in set(Place) else Place.LOG)
        self._look()
        self.set_interval(60, self._tick)
        self.set_interval(WATCH, self.log_desk.watch)

    def on_resize(self) -> None:
        """One place or three, whatever fits."""
        self._arrange()
        self._say_lines()

    def _arrange(self) -> None:
        self.set_class(self.is_narrow, "narrow")
        self.set_class(not self.log_desk.log.nights, "empty")
        for place in _PLACES:
            self.set_class(self.is_narrow and self.place is place, f"at-{place}")

    def _tick(self) -> None:
        self._say_top()

    # What is said

    def _say_lines(self) -> None:
        self._say_top()
        self._say_headings()
        self._say_status()

    def _say_top(self) -> None:
        log = self.log_desk.log
        district, banner = self.context.config.district.name, self.context.banner
        left, right = status.top_line(district, banner, log, self.context.now(), self.size.width)
        if self.is_narrow and self.place is not Place.LOG:
            left, right = [(f" {self._breadcrumb()}", "strong")], []
        self.line("top").say(left, right)

    def _breadcrumb(self) -> str:
        log, key = self.log_desk.log, self.log_tree.key
        run, error = log.run(key), self.chosen_error
        parts = []
        if run is not None:
            parts += [
                words.day_name(
                    run.performed_at.astimezone(log.zone).date() if run.performed_at else None, log.today
                ),
                words.run_label(run),
            ]
        if error is not None and self.place is Place.RECORD:
            parts.append(one_line(error.message))
        return " › ".join(parts) or "importlog"

    def _say_headings(self) -> None:
        wanted = self.log_tree.wanted
        left = [(" Status Log", "strong"), (f"   filter: {wanted}" if wanted else "", "")]
        self.line("log-heading").say(left, [("rows ", "quiet")])
        error, run = self.chosen_error, self.log_desk.log.run(self.log_tree.key)
        if error is None or run is None:
            self.line("records-heading").say("")
            return
        view = self.records_desk.view_of(error.id)
        left = [(f" {one_line(error.message)}", "strong"), (f"   {words.rows_sentence(error)}", "")]
        if view.filter:
            left = [
                (f" filter: {safe(view.filter)}", "strong"),
                (f"   {view.shown or 0:,} of {error.rows_read:,} rows", ""),
                (f"   {one_line(error.message)}", "quiet"),
            ]
        when = words.clock_time(run, self.log_desk.log.zone)
        day = words.day_name(
            run.performed_at.astimezone(self.log_desk.log.zone).date() if run.performed_at else None,
            self.log_desk.log.today,
        )
        right = f"{words.run_label(run)}, {day} {when} " if not self.is_narrow else ""
        self.line("records-heading").say(left, [(right, "quiet")])

    def tell(self, text: str, *, address: str = "") -> None:
        """Say what happened, in the status line; the address it happened to stands below, at the edge, until the next key."""
        self._said, self._address = one_line(text), safe(address)
        self._say_status()

    def ask(self, question: str, yes: Callable[[], None]) -> None:
        """Ask something in the status line; Enter is yes, any other key is no."""
        self.tell(f"{question} Enter does it, any other key does not.")
        self._question = yes

    def _say_status(self) -> None:
        said, job = self._said, self.work.running
        if job is not None:
            stop = self.context.keymap.shown("back")
            said = f"{job.title} … {job.progress}".rstrip() + (f"   {stop} stops it" if stop else "")
        where = ""
        if self.place is not Place.LOG and self.table_is_shown:
            marked = f"{len(self.table.marks):,} marked   " if self.table.marks else ""
            where = f"{marked}{self.table.position_text} "
        first, rest = status.in_two(said, self.size.width - 2)
        if width(first) + width(where) + 4 > self.size.width:
            where = ""
        self.line("status").say(f" {first}", [(where, "quiet")])
        self.line("more").say(f" {rest}")
        self.line("more").display = bool(rest)
        if self._address:
            self.line("keys").say(status.cut_middle(self._address, self.size.width))
        else:
            self.line("keys").say(status.footer(self.context.keymap, self.moment(), self.size.width))

    # Keys

    def action_press(self, key: str) -> None:
        """Do what `key` means here, or say why it can't be done."""
        question, self._question = self._question, None
        action = self.context.keymap.action_for(key, self.place)
        if question is not None:
            self.tell("")
            if action is not None and action.id == "enter":
                question()
            else:
                self.tell("Not done.")
            return
        if action is None:
            elsewhere = self.context.keymap.meaning[key][0]
            names = " or ".join(sorted(elsewhere.places))
            self.tell(f"“{elsewhere.help}” works on the {names}: go there first (Tab).")
            return
        self.do(action.id)

    def do(self, action_id: str) -> None:
        """Do an action, or say why it can't be done now."""
        action = BY_ID[action_id]
        self._said = self._address = ""
        if reason := action.why_not(self.moment()):
            self.tell(reason)
            return
        method = getattr(self, action.method, None) or getattr(self.moves_desk, action.method)
        method()
        self._say_status()

    def act_open_user(self) -> None:
        """Open the user's page."""
        self.links_desk.open_users()

    def act_copy(self) -> None:
        """Copy its address."""
        self.links_desk.copy_users()

    def act_link(self) -> None:
        """Show it whole."""
        self.links_desk.show()

    def act_open_log(self) -> None:
        """Open the Status Log page."""
        self.links_desk.open_log()

    def act_filter(self) -> None:
        """Ask what to filter the records by."""
        self.query_one(Prompt).ask("records", "Filter records:", self.records_desk.view.filter)
        self.add_class("asking")

    def act_filter_log(self) -> None:
        """Ask what to filter the log by."""
        self.query_one(Prompt).ask("log", "Filter log:", self.log_tree.wanted)
        self.add_class("asking")

    def act_sort(self) -> None:
        """Sort by the chosen column."""
        self.records_desk.sort(self.table.column)

    def act_mark(self) -> None:
        """Mark the record, or take its mark away."""
        self.table.action_toggle_mark()

    def act_unmark(self) -> None:
        """Take all marks away."""
        self.table.unmark_all()

    def act_paste(self) -> None:
        """Explain pasting."""
        lines = [f" {line}" for line in notes.how_to_paste(self.chosen_error)]
        self.app.push_screen(PageScreen("Paste", lines))

    def act_reload(self) -> None:
        """Look into the archive again."""
        self.log_desk.reload("This is the archive's newest state.")

    def act_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(HelpScreen(self.context.keymap))

    def act_palette(self) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    def act_quit(self) -> None:
        """Leave."""
        self.app.exit()

    # Places

    def go_to_place(self, place: Place) -> None:
        """Go to a place."""
        self.place = place
        self._arrange()
        {Place.LOG: self.log_tree, Place.RECORDS: self.table, Place.RECORD: self.detail}[place].focus(
            scroll_visible=False
        )
        self._say_lines()

    @on(events.DescendantFocus)
    def _focused(self, event: events.DescendantFocus) -> None:
        """A click is another way into a place."""
        places = {self.log_tree: Place.LOG, self.table: Place.RECORDS, self.detail: Place.RECORD}
        place = places.get(event.widget)  # type: ignore[call-overload]
        if place is not None and place is not self.place and event.widget is self.focused:
            self.go_to_place(place)

    def stop_running(self) -> bool:
        """Stop what the reader was told is running; False where nothing is."""
        job = self.work.running
        if job is None:
            return False
        job.stop()
        if not job.writes:
            self.work.ended(job)
            self.records_desk.was_stopped()
            self.tell("Stopped.")
        return True

    # What happened

    def log_loaded(self) -> None:
        """The log desk has newer data."""
        was_empty = self.has_class("empty")
        self.log_tree.show(self.log_desk.log)
        if was_empty and self.log_desk.log.nights:
            self.moves_desk.first_look()
            self.go_to_place(Place.LOG)
        self.records_desk.refreshed(self.chosen_error)
        self._look(is_new=False)

    def rows_shown(self) -> None:
        """The records desk put rows into the table."""
        self._say_lines()

    def rows_failed(self, problem: Exception) -> None:
        """The records desk could not get the rows."""
        sentence = one_line(str(problem))
        self.table.show(None, message=[f" {sentence}"])
        self.detail.show(None)
        self.tell(sentence)

    @on(messages.NodeHighlighted)
    def _node_highlighted(self) -> None:
        self._look()

    def _look(self, *, is_new: bool = True) -> None:
        """Show at the right what the tree's cursor is on."""
        log, key, keymap = self.log_desk.log, self.log_tree.key, self.context.keymap
        error = self.chosen_error
        if is_new:
            self.records_desk.look_at(error)
        lines: list[str] = []
        if error is not None and error.rows_read:
            self._say_lines()
            return
        if error is not None:
            lines = notes.to_bring_in(error, keymap, has_log_address=self.context.links.log is not None)
        elif (run := log.run(key)) is not None:
            lines = notes.of_run(run, log)
        elif (night := log.night(key)) is not None:
            lines = notes.of_night(night, log)
        elif self.log_tree.wanted:
            lines = notes.no_match(self.log_tree.wanted, keymap)
        else:
            lines = notes.nothing_yet(keymap)
        self.table.show(None, message=[f" {line}" for line in lines])
        self.detail.show(None)
        self._say_lines()

    @on(RecordHighlighted)
    def _record_highlighted(self, event: RecordHighlighted) -> None:
        self._say_status()
        if self._settle is not None:
            self._settle.stop()
        record = event.record
        if record is None or self.detail.record is None:
            self._follow(record)
        else:
            self._settle = self.set_timer(SETTLE, lambda: self._follow(record))

    def show_record(self, record: Record | None) -> None:
        """Show a record at once: the reader went into it."""
        if self._settle is not None:
            self._settle.stop()
        self._follow(record)

    def _follow(self, record: Record | None) -> None:
        error = self.chosen_error
        about = [] if error is None or error.complete or not error.rows_read else [notes.part_read(error)]
        self.detail.show(record, about=about)

    @on(MarksChanged)
    def _marks_changed(self) -> None:
        self._say_status()

    @on(RowsFailed)
    def _rows_failed(self, event: RowsFailed) -> None:
        self.tell(
            str(event.problem)
            if isinstance(event.problem, Problem)
            else f"The rows can't be read: {event.problem}"
        )

    @on(messages.PromptAnswered)
    def _prompt_answered(self, event: messages.PromptAnswered) -> None:
        self._prompt_left()
        if event.purpose == "records":
            self.records_desk.filter(event.text)
        else:
            self.log_tree.show(self.log_desk.log, wanted=one_line(event.text))
            self._look()

    @on(messages.PromptLeft)
    def _prompt_left(self) -> None:
        self.remove_class("asking")
        self.go_to_place(self.place)

    @on(messages.WorkProgressed)
    def _work_progressed(self, event: messages.WorkProgressed) -> None:
        event.job.progress = event.text
        self._say_status()

    @on(messages.WorkFinished)
    def _work_finished(self, event: messages.WorkFinished) -> None:
        if self.work.ended(event.job):
            event.job.done(event.result)
        self._say_status()

    @on(messages.WorkFailed)
    def _work_failed(self, event: messages.WorkFailed) -> None:
        if self.work.ended(event.job):
            self.tell(event.sentence)
            self.records_desk.was_stopped()

    @on(events.Paste)
    def _pasted(self, event: events.Paste) -> None:
        event.stop()
        self.take_paste(event.text)

    def take_paste(self, text: str) -> None:
        """A paste, wherever it fell."""
        self.query_one(Prompt).leave()
        self._prompt_left()
        self.paste_desk.take(text)

    def on_unmount(self) -> None:
        """Nobody is left to tell."""
        self.work.stop_all()

    def close(self) -> None:
        """Give the archive back."""
        self.reader.close()
        self.context.archive.close()

    def write_to_terminal(self, text: str) -> None:
        """Write a sequence between two frames; from any thread."""
        self.app.call_from_thread(self._write, text)

    def _write(self, text: str) -> None:
        if self.app._driver is not None:
            self.app._driver.write(text)
