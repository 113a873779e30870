"""The triage screen: what is true on its three places, and what a key does about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events, on
from textual.binding import Binding

from importlog_tui.errors import Problem
from importlog_tui.text import one_line
from importlog_tui.ui import messages
from importlog_tui.ui.actions import BY_ID, Moment, Place
from importlog_tui.ui.desks.acts import ActsDesk
from importlog_tui.ui.desks.decide import DecideDesk
from importlog_tui.ui.desks.detail import DetailDesk
from importlog_tui.ui.desks.directory import DirectoryDesk
from importlog_tui.ui.desks.fetch import FetchDesk
from importlog_tui.ui.desks.index import IndexDesk
from importlog_tui.ui.desks.links import LinksDesk
from importlog_tui.ui.desks.lists import ListsDesk
from importlog_tui.ui.desks.log import WATCH, LogDesk
from importlog_tui.ui.desks.look import LookDesk
from importlog_tui.ui.desks.moves import MovesDesk
from importlog_tui.ui.desks.paste import PasteDesk
from importlog_tui.ui.desks.records import RecordsDesk
from importlog_tui.ui.desks.says import SaysDesk
from importlog_tui.ui.desks.seen import SeenDesk
from importlog_tui.ui.desks.tonight import TonightDesk
from importlog_tui.ui.desks.undo import UndoDesk
from importlog_tui.ui.desks.views import ViewsDesk
from importlog_tui.ui.desks.why import WhyDesk
from importlog_tui.ui.row_source import ArchiveReader
from importlog_tui.ui.screens.places import PlacesScreen
from importlog_tui.ui.widgets.prompt import Prompt
from importlog_tui.ui.widgets.record_messages import MarksChanged, RecordHighlighted, RowsFailed
from importlog_tui.ui.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from importlog_tui.model import ErrorType
    from importlog_tui.ui.context import Context, LogData
    from importlog_tui.ui.keymap import Keymap
    from importlog_tui.ui.position import Position


def screen_for(keymap: Keymap) -> type[TriageScreen]:
    """The screen's class with bindings for these keys."""
    bindings = [Binding(key, f"press('{key}')", show=False) for key in keymap.meaning]
    return type("Triage", (TriageScreen,), {"BINDINGS": bindings, "__module__": __name__})


class TriageScreen(PlacesScreen, inherit_bindings=False):
    """Owns what is true: the place, the chosen error, what is running; desks do the errands."""

    AUTO_FOCUS = None

    def __init__(self, context: Context, data: LogData, start: Position) -> None:
        super().__init__()
        self.context = context
        self.work = Work(self, self.say_status)
        self.reader = ArchiveReader(context.archive)
        self.log_desk = LogDesk(self, data)
        self.records_desk = RecordsDesk(self)
        self.links_desk = LinksDesk(self)
        self.paste_desk = PasteDesk(self)
        self.decide_desk = DecideDesk(self)
        self.undo_desk = UndoDesk(self)
        self.views_desk = ViewsDesk(self)
        self.look_desk = LookDesk(self)
        self.why_desk = WhyDesk(self)
        self.detail_desk = DetailDesk(self)
        self.directory_desk = DirectoryDesk(self)
        self.moves_desk = MovesDesk(self)
        self.says_desk = SaysDesk(self)
        self.tonight_desk = TonightDesk(self)
        self.seen_desk = SeenDesk(self)
        self.index_desk = IndexDesk(self)
        self.desks = (
            self.moves_desk,
            self.log_desk,
            self.views_desk,
            self.records_desk,
            self.links_desk,
            self.decide_desk,
            self.paste_desk,
            self.why_desk,
            self.undo_desk,
            FetchDesk(self),
            ListsDesk(self),
            self.tonight_desk,
            ActsDesk(self),
        )
        self._start = start
        self._answered: Callable[[str], None] = lambda _: None

    # What is true

    @property
    def chosen_error(self) -> ErrorType | None:
        """The error under the tree's cursor."""
        return self.log_desk.log.error(self.log_tree.key)

    @property
    def table_is_shown(self) -> bool:
        """Whether the table shows records, and not words."""
        return self.table.source is not None

    def moment(self) -> Moment:
        """What is true when a key is pressed."""
        error, log = self.chosen_error, self.log_desk.log
        # While a row is being fetched, what can be done stays what it was: `when_there` does it as soon as the row is there.
        record = (self.table.record or self.table.shown_record) if self.table_is_shown else None
        return Moment(
            place=self.place,
            has_error=error is not None,
            has_rows=error is not None and error.rows_read > 0,
            has_record=record is not None,
            has_other=record is not None and self.why_desk.other(record) is not None,
            has_marks=bool(self.table.marks),
            has_log=bool(log.runs),
            has_states=log.has_states,
            can_undo=self.undo_desk.can,
            has_decisions=bool(log.views.decided.marks),
            has_log_address=self.context.links.log is not None,
            refused=self.context.refused,
            has_districts=len(self.context.districts) > 1,
        )

    # Start, size, clock

    def on_mount(self) -> None:
        """Show what was read before, where the reader was."""
        self.records_desk.restore(self._start)
        self.table.veil = self.detail.veil = self.context.veil.record
        self.log_tree.opened = set(self._start.opened)
        self.log_tree.show(self.log_desk.log, wanted=self._start.log_filter)
        if not (self._start.node and self.log_tree.go_to(self._start.node, top=self._start.top)):
            self.moves_desk.first_look()
        self.lay_places(is_empty=not self.log_desk.log.nights)
        self.go_to_place(Place(self._start.place) if self._start.place in set(Place) else Place.LOG)
        self.look_desk.look()
        self.says_desk.begin()
        if self.context.tonight is not None:
            self.tonight_desk.check(self.context.tonight)
        if self.context.predicted is None:
            self.log_desk.count_buildings()
            self.why_desk.look_for_weights()
            self.seen_desk.look_for()
            self.index_desk.look_for()
        self.set_interval(60, self._tick)
        self.set_interval(WATCH, self.log_desk.watch)

    def on_resize(self) -> None:
        """One place or three, whatever fits."""
        self.lay_places(is_empty=not self.log_desk.log.nights)
        self.says_desk.all()

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
        if self.context.predicted is not None and action_id in self.context.refused:
            self.tell(f"{self.context.predicted.refusal}: Escape goes back to the log, where that works.")
            return
        if reason := action.why_not(self.moment()):
            self.tell(reason)
            return
        desk = next(desk for desk in self.desks if hasattr(desk, action.method))
        getattr(desk, action.method)()
        self.say_status()

    def ask(self, label: str, text: str, then: Callable[[str], None], *, is_secret: bool = False) -> None:
        """Ask for a line of text in the place of the status line; `then` gets the answer, and nothing where Escape was pressed."""
        self._answered = then
        self.query_one(Prompt).ask(label, text, is_secret=is_secret)
        self.line("status").display = False

    # Places

    def go_to_place(self, place: Place) -> None:
        """Go to a place; who comes back to a record begins at its top."""
        if place is not Place.RECORD:
            self.detail.action_scroll_to_top()
        self.place = place
        self.lay_places(is_empty=not self.log_desk.log.nights)
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

    # What happened

    def log_loaded(self) -> None:
        """The log desk has newer data."""
        was_empty = self.has_class("empty")
        self.log_tree.show(self.log_desk.log)
        if was_empty and self.log_desk.log.nights:
            self.moves_desk.first_look()
            self.go_to_place(Place.LOG)
        self.records_desk.refreshed(self.chosen_error)
        self.index_desk.look_for()
        self.detail_desk.again()
        self.look_desk.look(is_new=False)
        self.why_desk.look_for_weights()
        self.seen_desk.look_for()

    def rows_shown(self) -> None:
        """The records desk put rows into the table."""
        self.index_desk.look_for()
        self.says_desk.all()

    def rows_failed(self, problem: Exception) -> None:
        """The records desk could not get the rows."""
        sentence = one_line(str(problem))
        self.look_desk.say([sentence])
        self.tell(sentence)

    @on(messages.NodeHighlighted)
    def _node_highlighted(self) -> None:
        self.look_desk.look()
        self.why_desk.look_for_weights()

    @on(RecordHighlighted)
    def _record_highlighted(self, event: RecordHighlighted) -> None:
        self.say_status()
        self.detail_desk.follow(event.record)
        self.directory_desk.rest()

    @on(MarksChanged)
    def _marks_changed(self, event: MarksChanged) -> None:
        if event.refused:
            self.tell(f"{event.refused:,} rows are too many to mark at once; filter them first.")
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
        self._answered(event.text)

    @on(messages.PromptLeft)
    def _prompt_left(self) -> None:
        self.line("status").display = True
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
        if self.context.predicted is not None:
            self.tell(f"{self.context.predicted.refusal}: paste into the log. Escape goes back to it.")
            return
        self.query_one(Prompt).leave()
        self._prompt_left()
        self.paste_desk.take(text)

    def on_unmount(self) -> None:
        """Nobody is left to tell."""
        self.work.stop_all()

    def close(self) -> None:
        """Give the archive back."""
        self.reader.close()
        self.why_desk.close()
        self.context.archive.close()

    def write_to_terminal(self, text: str) -> None:
        """Write a sequence between two frames; from any thread."""
        self.app.call_from_thread(self._write, text)

    def _write(self, text: str) -> None:
        if self.app._driver is not None:
            self.app._driver.write(text)
