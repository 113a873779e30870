"""The records desk: which rows of which error are shown, in which order, and where the reader was among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importlog_tui.errors import Problem
from importlog_tui.text import one_line, safe
from importlog_tui.triage.views import Part
from importlog_tui.ui.aside import aside
from importlog_tui.ui.presentation import decisions, words
from importlog_tui.ui.row_source import ArchiveRows

if TYPE_CHECKING:
    from collections.abc import Callable

    from importlog_tui.archive import Rows
    from importlog_tui.model import ErrorType, Record
    from importlog_tui.triage.cascade import Cascade
    from importlog_tui.ui.position import Position
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job


@dataclass
class View:
    """How one error's records are looked at.

    Attributes:
        sort: heading, and whether downwards.
        column: heading to choose when it is shown for the first time.
        shown: rows that match; None while that is being found out.
        as_shown: filter and sort of the rows in the table.
        part: which rows of the error the view of the log leaves.
        cascade: where only the rows are wanted that follow from something else: from what.
    """

    filter: str = ""
    sort: tuple[str, bool] | None = None
    record: int | None = None
    column: str = ""
    shown: int | None = None
    as_shown: tuple[str, tuple[str, bool] | None] = ("", None)
    part: Part = field(default_factory=Part)
    cascade: Cascade | None = None


class RecordsDesk:
    """Shows the records of the error under the tree's cursor.

    Attributes:
        error: the error whose rows are in the table, None where there is no table.
    """

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen
        self._views: dict[int, View] = {}
        self.error: ErrorType | None = None

    @property
    def view(self) -> View:
        """The view of the error that is shown."""
        return self.view_of(self.error.id) if self.error else View()

    def view_of(self, error_id: int) -> View:
        """The view of an error; it is remembered for as long as the program runs."""
        return self._views.setdefault(error_id, View())

    def restore(self, start: Position) -> None:
        """Take over how the records were looked at when the program was left."""
        if start.node and start.node[0] == "error" and start.node[1].isdigit():
            self._views[int(start.node[1])] = View(start.filter, start.sort, start.record, start.column)

    def look_at(self, error: ErrorType | None) -> None:
        """Show the records of `error`; the keys stay free while they are fetched."""
        if (
            error is not None
            and self.error is not None
            and error == self.error
            and self.view.shown is not None
            and self.view.cascade == self._cascade()
        ):
            self._screen.detail_desk.again()
            return
        self.error = error
        self._screen.workers.cancel_group(self._screen, "rows")
        if older := self._screen.work.jobs.pop("choose", None):
            older.stop()
        if error is None or not error.rows_read:
            return
        self._load(error)

    def _cascade(self) -> Cascade | None:
        """What the rows follow from that the tree's cursor is on; None where all of the error are meant."""
        found = self._screen.log_desk.log.cascade(self._screen.log_tree.key)
        return None if found is None or found.is_whole else found

    def _load(self, error: ErrorType) -> None:
        view = self.view_of(error.id)
        view.cascade = self._cascade()
        view.part = self._screen.log_desk.log.views.part(self._screen.log_tree.view, error)
        if view.filter or view.sort or not view.part.is_all or view.cascade:
            self._choose(error, view)
        else:
            aside(self._screen, "rows", self._natural, error, view, exclusive=True)

    async def _natural(self, error: ErrorType, view: View) -> None:
        try:
            rows = await self._screen.reader.call(lambda archive: archive.natural(error.id))
            await self._show(error, view, rows)
        except Problem as problem:
            self._screen.rows_failed(problem)

    async def _show(self, error: ErrorType, view: View, rows: Rows) -> None:
        source = ArchiveRows(
            self._screen.reader,
            rows,
            error_id=error.id,
            columns=error.columns,
            aliases=self._screen.context.config.columns,
        )
        index = 0 if view.record is None else await source.position(view.record) or 0
        page = self._screen.size.height
        await source.window(max(0, index - page), index + page)
        if self.error is None or self.error.id != error.id:
            return
        view.shown, view.as_shown = len(rows), (view.filter, view.sort)
        self._screen.table.sign_with(self._sign(error))
        self._screen.table.show(source, index=index, sort=view.sort, message=["No record matches."])
        for _ in range(len(error.columns) if view.column else 0):
            if self._screen.table.column == view.column:
                break
            self._screen.table.action_column_right()
        view.column = ""
        self._screen.rows_shown()

    def _sign(self, error: ErrorType) -> Callable[[Record], str] | None:
        """What stands before the records of an error of which some were decided about."""
        decided = self._screen.log_desk.log.views.decided
        if not decided.held.get(error.id):
            return None
        return lambda record: decisions.sign_of(decided.on_record(error, record))

    def _choose(self, error: ErrorType, view: View) -> None:
        from importlog_tui.archive import (
            Sort,
        )

        sort = Sort(*view.sort) if view.sort else None
        wanted, archive = view.filter, self._screen.context.archive
        view.shown = None
        part, cascade = view.part, view.cascade

        def work(job: Job[Rows]) -> Rows:
            chosen = archive.chosen(
                error.id,
                sort=sort,
                text=wanted,
                cancelled=job.is_stopped,
                states=part.states,
                only=part.only,
                without=part.without,
            )
            if cascade is None:
                return chosen
            return archive.with_cells(error.id, cascade.columns, cascade.cells, job.is_stopped, among=chosen)

        def done(rows: Rows) -> None:
            aside(self._screen, "rows", self._chosen, error, view, rows, exclusive=True)

        title = (
            f"Looking for “{safe(wanted)}” in {words.plural(error.rows_read, 'row')}"
            if wanted
            else f"Sorting {words.plural(error.rows_read, 'row')}"
            if sort
            else ""
        )
        self._screen.work.start("choose", work, done, title=title)

    async def _chosen(self, error: ErrorType, view: View, rows: Rows) -> None:
        was_filtered = bool(view.as_shown[0])
        try:
            await self._show(error, view, rows)
        except Problem as problem:
            self._screen.rows_failed(problem)
            return
        if view.filter or view.sort:
            off = "The filter is off: " if was_filtered and not view.filter else ""
            self._screen.tell(f"{off}{self.summary(error, view)}")

    def summary(self, error: ErrorType, view: View) -> str:
        """What filter and sort did, in a sentence."""
        said = []
        if view.filter:
            said.append(f"{view.shown or 0:,} of {error.rows_read:,} match “{safe(view.filter)}”")
        if view.sort:
            said.append(f"sorted by {one_line(view.sort[0])}, {'downwards' if view.sort[1] else 'upwards'}")
        return ", ".join(said) or "In the order as read."

    def act_filter(self) -> None:
        """Ask what to filter the records by."""
        self._screen.ask("Filter records:", self.view.filter, self.filter)

    def act_sort(self) -> None:
        """Sort by the chosen column."""
        self.sort(self._screen.table.column)

    def act_mark(self) -> None:
        """Mark the record, or take its mark away."""
        self._screen.table.action_toggle_mark()

    def act_mark_all(self) -> None:
        """Mark all that are shown: what a filter or a view left."""
        self._screen.table.action_mark_all()

    def act_unmark(self) -> None:
        """Take all marks away."""
        self._screen.table.unmark_all()

    def filter(self, text: str) -> None:
        """Show only records in which `text` stands."""
        if self.error is None:
            return
        self.view.filter = text
        self._again()

    def take_filter_off(self) -> None:
        """Show the records again that the filter left out; how they are sorted stays."""
        self.filter("")
        out = self._screen.context.keymap.shown("back")
        self._screen.tell(f"The filter is off.{f' {out} again goes out.' if out else ''}")

    def sort(self, column: str | None) -> None:
        """Sort by `column`; again reverses, a third time is the order as read."""
        if self.error is None or column is None:
            return
        by, downwards = self.view.sort or ("", False)
        self.view.sort = None if by == column and downwards else (column, by == column)
        self._again()
        if not self.view.sort and not self.view.filter:
            self._screen.tell("In the order as read.")

    def _again(self) -> None:
        if self.error is not None:
            self.view.record = self._screen.table.record.id if self._screen.table.record else None
            self._load(self.error)

    def look_again(self) -> None:
        """Other rows of the same error are wanted."""
        self._again()

    def was_stopped(self) -> None:
        """A filter or sort was stopped or failed: what the table shows holds on."""
        source = self._screen.table.source
        if self.error is None or self.view.shown is not None or source is None:
            return
        self.view.filter, self.view.sort = self.view.as_shown
        self.view.shown = len(source)
        self._screen.rows_shown()

    def refreshed(self, error: ErrorType | None) -> None:
        """The log was loaded again: take in the error's new rows, the cursor staying on its record."""
        before = self.error
        if error is None or before is None or error.id != before.id:
            self.look_at(error)
            return
        view = self.view
        part = self._screen.log_desk.log.views.part(self._screen.log_tree.view, error)
        if error.rows_read == before.rows_read and view.shown is not None and part == view.part:
            self.error = error
            self._screen.table.sign_with(self._sign(error))
            return
        if self._screen.table.record is not None:
            view.record = self._screen.table.record.id
        view.shown = None
        self.look_at(error)
