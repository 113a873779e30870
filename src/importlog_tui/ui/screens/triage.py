"""The triage screen: three places, the log, its records, one record; at a small size one of them at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events, on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from importlog_tui.errors import Problem
from importlog_tui.text import one_line
from importlog_tui.ui import messages
from importlog_tui.ui.actions import BY_ID, Moment, Place
from importlog_tui.ui.desks.acts import ActsDesk
from importlog_tui.ui.desks.decide import DecideDesk
from importlog_tui.ui.desks.links import LinksDesk
from importlog_tui.ui.desks.log import SETTLE, WATCH, LogDesk
from importlog_tui.ui.desks.moves import MovesDesk
from importlog_tui.ui.desks.paste import PasteDesk
from importlog_tui.ui.desks.records import RecordsDesk
from importlog_tui.ui.desks.says import SaysDesk
from importlog_tui.ui.presentation import brief, notes, states
from importlog_tui.ui.row_source import ArchiveReader
from importlog_tui.ui.widgets.log_tree import LogTree
from importlog_tui.ui.widgets.one_line import OneLine
from importlog_tui.ui.widgets.prompt import Prompt
from importlog_tui.ui.widgets.record_detail import RecordDetail
from importlog_tui.ui.widgets.record_messages import MarksChanged, RecordHighlighted, RowsFailed
from importlog_tui.ui.widgets.record_table import RecordTable
from importlog_tui.ui.work import Work

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.timer import Timer

    from importlog_tui.model import ErrorType, Record, Run
    from importlog_tui.ui.context import Context, LogData
    from importlog_tui.ui.keymap import Keymap
    from importlog_tui.ui.position import Position

MIN_WIDTH, MIN_HEIGHT = 100, 30
"""Below either, the places are shown one at a time."""

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
        self.work = Work(self, self.say_status)
        self.reader = ArchiveReader(context.archive)
        self.place = Place.LOG
        self.log_desk = LogDesk(self, data)
        self.records_desk = RecordsDesk(self)
        self.links_desk = LinksDesk(self)
        self.paste_desk = PasteDesk(self)
        self.decide_desk = DecideDesk(self)
        self.moves_desk = MovesDesk(self)
        self.acts_desk = ActsDesk(self)
        self.says_desk = SaysDesk(self)
        self._start = start
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
            has_states=self.log_desk.log.has_states,
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
        self.says_desk.begin()
        self.set_interval(60, self._tick)
        self.set_interval(WATCH, self.log_desk.watch)

    def on_resize(self) -> None:
        """One place or three, whatever fits."""
        self._arrange()
        self.says_desk.all()

    def _arrange(self) -> None:
        self.set_class(self.is_narrow, "narrow")
        self.set_class(not self.log_desk.log.nights, "empty")
        for place in _PLACES:
            self.set_class(self.is_narrow and self.place is place, f"at-{place}")

    def _tick(self) -> None:
        self.says_desk.top()

    def say_status(self) -> None:
        """Bring the status line and the footer up to what is true."""
        self.says_desk.status()

    def tell(self, text: str, *, address: str = "") -> None:
        """Say what happened; see `SaysDesk.tell`."""
        self.says_desk.tell(text, address=address)

    # Keys

    def action_press(self, key: str) -> None:
        """Do what `key` means here, or say why it can't be done."""
        question = self.says_desk.take_question()
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
        self.says_desk.forget()
        if reason := action.why_not(self.moment()):
            self.tell(reason)
            return
        method = getattr(self.moves_desk, action.method, None) or getattr(self.acts_desk, action.method)
        method()
        self.say_status()

    # Places

    def go_to_place(self, place: Place) -> None:
        """Go to a place."""
        self.place = place
        self._arrange()
        {Place.LOG: self.log_tree, Place.RECORDS: self.table, Place.RECORD: self.detail}[place].focus(
            scroll_visible=False
        )
        self.says_desk.all()

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

    def show_only_new(self, *, wanted: bool) -> None:
        """Leave only what is new or back in tree and table, or show all again."""
        self.log_tree.show(self.log_desk.log, is_new_only=wanted)
        self.records_desk.look_again()
        self._look(is_new=False)
        if not wanted:
            self.tell("All is shown.")
        elif not self.log_tree.lines:
            self.tell("Nothing is new or back in any night.")
        else:
            self.tell("Only what is new or back against the night before; the counts are of the whole.")

    def rows_shown(self) -> None:
        """The records desk put rows into the table."""
        self.says_desk.all()

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
        run = None
        if error is not None and error.rows_read:
            self.says_desk.all()
            return
        if error is not None:
            lines = notes.to_bring_in(error, keymap, has_log_address=self.context.links.log is not None)
        elif (run := log.run(key)) is not None:
            lines = notes.of_run(run, log)
        elif (night := log.night(key)) is not None:
            lines = notes.of_night(night, log)
            told = self.log_desk.brief()
            if told.night is not None and told.night.day == night.day:
                lines = brief.lines(told, log)
        elif self.log_tree.wanted:
            lines = notes.no_match(self.log_tree.wanted, keymap)
        elif self.log_tree.is_new_only and log.nights:
            lines = notes.nothing_new(keymap)
        else:
            lines = notes.nothing_yet(keymap)
        self.table.show(None, message=[f" {line}" for line in lines])
        self.detail.show(None)
        self.says_desk.all()
        if error is None and run is not None and run.compared_with is not None and not run.is_rerun:
            self.run_worker(self._look_for_gone(run), group="gone", exclusive=True, exit_on_error=False)

    async def _look_for_gone(self, run: Run) -> None:
        try:
            gone = await self.log_desk.gone(run)
        except Problem as problem:
            self.tell(one_line(str(problem)))
            return
        log = self.log_desk.log
        if self.log_tree.key == ("run", str(run.id)) and (said := notes.of_gone(run, gone, log)):
            self.table.show(None, message=[f" {line}" for line in notes.of_run(run, log) + said])

    @on(RecordHighlighted)
    def _record_highlighted(self, event: RecordHighlighted) -> None:
        self.say_status()
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
        log = self.log_desk.log
        state = ""
        if record is not None and (run := log.runs.get(record.run_id)) is not None:
            state = states.since_words(record, log.day_of(run), log.zone, log.today)
        self.detail.show(record, state=state, about=about)

    @on(MarksChanged)
    def _marks_changed(self) -> None:
        self.say_status()

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
        elif event.purpose in {"decide", "until"}:
            self.decide_desk.answered(event.purpose, event.text)
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
        self.say_status()

    @on(messages.WorkFinished)
    def _work_finished(self, event: messages.WorkFinished) -> None:
        if self.work.ended(event.job):
            event.job.done(event.result)
        self.say_status()

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
