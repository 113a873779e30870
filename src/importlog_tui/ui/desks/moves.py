"""The moves desk: what the moving keys mean in each place, and where the reader is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.triage.views import View
from importlog_tui.ui.actions import Place
from importlog_tui.ui.position import Position

if TYPE_CHECKING:
    from importlog_tui.ui.screens.triage import TriageScreen

_ORDER = (Place.LOG, Place.RECORDS, Place.RECORD)


class MovesDesk:
    """Goes up, down, in and out."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen

    def _here(self, in_log: str, in_records: str, in_record: str) -> None:
        screen = self._screen
        widget, name = {
            Place.LOG: (screen.log_tree, in_log),
            Place.RECORDS: (screen.table, in_records),
            Place.RECORD: (screen.detail, in_record),
        }[screen.place]
        if name:
            getattr(widget, f"action_{name}")()

    def act_cursor_up(self) -> None:
        """One line up."""
        self._here("cursor_up", "cursor_up", "scroll_line_up")

    def act_cursor_down(self) -> None:
        """One line down."""
        self._here("cursor_down", "cursor_down", "scroll_line_down")

    def act_page_up(self) -> None:
        """One page up."""
        self._here("page_up", "page_up", "scroll_page_up")

    def act_page_down(self) -> None:
        """One page down."""
        self._here("page_down", "page_down", "scroll_page_down")

    def act_top(self) -> None:
        """To the first line."""
        self._here("first_row", "first_row", "scroll_to_top")

    def act_bottom(self) -> None:
        """To the last line."""
        self._here("last_row", "last_row", "scroll_to_bottom")

    def act_cursor_left(self) -> None:
        """Fold, or one column to the left."""
        self._here("close_node", "column_left", "")

    def act_cursor_right(self) -> None:
        """Unfold, or one column to the right."""
        self._here("open_node", "column_right", "")

    def act_fold(self) -> None:
        """Unfold or fold."""
        self._screen.log_tree.action_fold()

    def act_enter(self) -> None:
        """Go in: night, import, error, record."""
        screen = self._screen
        if screen.place is Place.RECORDS:
            if screen.table_is_shown and len(screen.table.source or ()):
                screen.table.when_there(screen.detail_desk.show)
                screen.go_to_place(Place.RECORD)
            return
        if screen.place is Place.RECORD or screen.log_tree.go_in():
            return
        if screen.seen_desk.open(screen.log_tree.key):
            return
        if screen.chosen_error is not None or screen.is_narrow:
            screen.go_to_place(Place.RECORDS)
        elif screen.log_tree.node is not None:
            screen.tell("No errors are known of this import.")

    def act_back(self) -> None:
        """Stop what runs, else take the filter off, else go out."""
        screen = self._screen
        if self._stop_running():
            return
        if screen.place is Place.RECORDS and screen.records_desk.view.filter:
            screen.records_desk.take_filter_off()
        elif screen.place is not Place.LOG:
            screen.go_to_place(Place.RECORDS if screen.place is Place.RECORD else Place.LOG)
        elif screen.log_tree.wanted:
            screen.log_desk.filter("")
            screen.tell("The filter is off: all is shown.")
        elif screen.context.predicted is not None and screen.context.predicted.seen:
            screen.dismiss()
        elif screen.log_tree.go_out():
            return
        elif screen.log_tree.view is not View.ALL:
            screen.views_desk.show(View.ALL)
        elif screen.context.predicted is not None:
            screen.dismiss()
        else:
            screen.tell(
                f"This is the outermost place. {screen.context.keymap.shown('quit') or 'ctrl+c'} leaves the program."
            )

    def _stop_running(self) -> bool:
        """Stop what the reader was told is running; False where nothing is."""
        screen = self._screen
        job = screen.work.running
        if job is None:
            return False
        job.stop()
        if not job.writes:
            screen.work.ended(job)
            screen.records_desk.was_stopped()
            screen.tell("Stopped.")
        return True

    def act_place_next(self) -> None:
        """To the next place."""
        self._go_round(1)

    def act_place_previous(self) -> None:
        """To the place before."""
        self._go_round(-1)

    def _go_round(self, step: int) -> None:
        screen = self._screen
        places = _ORDER if screen.table_is_shown else _ORDER[:2]
        at = places.index(screen.place) if screen.place in places else 0
        screen.go_to_place(places[(at + step) % len(places)])

    def first_look(self) -> None:
        """Where a reader begins who was never here: the newest night, unfolded."""
        tree = self._screen.log_tree
        tree.move_to_line(0)
        tree.action_open_node()

    def position(self) -> Position:
        """Where the reader is, to come back to."""
        screen = self._screen
        tree, view = screen.log_tree, screen.records_desk.view
        record = screen.table.record if screen.table_is_shown else None
        return Position(
            node=tree.key,
            opened=sorted(tree.opened),
            record=record.id if record else None,
            filter=view.filter,
            sort=view.sort,
            column=(screen.table.column or "") if screen.table_is_shown else "",
            log_filter=tree.wanted,
            top=tree.top,
            place=screen.place.value,
        )
