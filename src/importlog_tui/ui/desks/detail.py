"""The detail desk: the panel of one record, with its state, and what is to be said above its columns.

A line above the columns is a function in `ABOVE`; what has to be looked up first is one in `LATER`: it is asked in a thread once the cursor rests on
the record, and its lines follow.
"""

from __future__ import annotations

import asyncio
import gc
from functools import partial
from typing import TYPE_CHECKING, Final

from importlog_tui.errors import Problem
from importlog_tui.text import one_line
from importlog_tui.ui.actions import Place
from importlog_tui.ui.aside import aside
from importlog_tui.ui.desks import directory
from importlog_tui.ui.desks.look import SETTLE
from importlog_tui.ui.presentation import decisions, notes, states
from importlog_tui.ui.presentation.why import roots_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.timer import Timer

    from importlog_tui.archive import Archive
    from importlog_tui.model import Record
    from importlog_tui.ui.presentation.why import Why
    from importlog_tui.ui.screens.triage import TriageScreen

    Above = Callable[[TriageScreen, Record], list[str]]
    """Paragraphs to say above a record's columns, [] for none; outside text may be in them."""
    Later = Callable[[TriageScreen, Record], Callable[[Archive], list[str]] | None]
    """What to ask the archive about a record, in a thread; None where there is nothing to ask."""


GLANCE: Final = 0.12
"""Seconds that the panel waits for the cause of a record; usually it takes a hundredth."""


class DetailDesk:
    """Follows the cursor of the table, once it rests."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen
        self._settle: Timer | None = None

    def follow(self, record: Record | None) -> None:
        """The table's cursor came to stand on a record: a held key skips the panel."""
        if self._settle is not None:
            self._settle.stop()
        if record is None or self._screen.detail.record is None:
            self.show(record)
        else:
            self._settle = self._screen.set_timer(SETTLE, partial(self._rests, record))

    def _rests(self, record: Record) -> None:
        self.show(record)
        self._screen.table.rest()
        gc.collect(1)  # what the last keys left, while nobody waits

    def again(self) -> None:
        """Something may be said otherwise of the record that is shown."""
        if self._screen.detail.record is not None:
            self.show(self._screen.detail.record)

    def show(self, record: Record | None) -> None:
        """Show a record at once."""
        if self._settle is not None:
            self._settle.stop()
        screen = self._screen
        above = [] if record is None else [line for teller in ABOVE for line in teller(screen, record)]
        if record is not None and screen.context.predicted is not None:
            self._put(record, _predicted(screen), None)
            return
        asked = [] if record is None else [ask for later in LATER if (ask := later(screen, record))]
        known = None if record is None else screen.why_desk.at_hand(record)
        if record is None or (known is not None and not asked):
            self._put(record, above, known)
        else:
            aside(screen, "detail", self._ask, record, asked, above, exclusive=True)

    def _put(self, record: Record | None, above: Sequence[str], why: Why | None) -> None:
        error, log, state = self._screen.chosen_error, self._screen.log_desk.log, ""
        about = [] if error is None or error.complete or not error.rows_read else [notes.part_read(error)]
        if record is not None and (run := log.runs.get(record.run_id)) is not None:
            parts = (
                states.since_words(record, log.day_of(run), log.zone, log.today),
                states.sent_word(record, log.zone, log.today),
            )
            state = ", ".join(filter(None, parts))
        veil = self._screen.context.veil
        said = [veil.sentence(line, record) for line in (*above, *about)]
        self._screen.detail.show(record, state=state, about=said, why=veil.why(why, record))
        if self._screen.place is Place.RECORD or (why is not None and why.other is not None):
            self._screen.say_status()  # whether more stands below; a key that works now

    async def _ask(
        self, record: Record, asked: list[Callable[[Archive], list[str]]], above: list[str]
    ) -> None:
        """Show the record with what is to be said of it, or first without where that takes longer than a glance."""
        finding = asyncio.ensure_future(self._found(asked))
        finding.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait({finding}, timeout=GLANCE)
        if finding.done():
            await self._why(record, [*above, *finding.result()])
            return
        why = await self._why(record, above)
        if lines := await finding:
            self._put(record, [*above, *lines], why)

    async def _found(self, asked: list[Callable[[Archive], list[str]]]) -> list[str]:
        try:
            return [line for ask in asked for line in await self._screen.reader.call(ask)]
        except Problem as problem:
            self._screen.tell(one_line(str(problem)))
            return []

    async def _why(self, record: Record, above: list[str]) -> Why | None:
        """Show the record with its cause; without it where that takes longer than a glance, so that nothing jumps under the eye."""
        if (known := self._screen.why_desk.at_hand(record)) is not None:
            self._put(record, above, known)
            return known
        finding = asyncio.ensure_future(self._screen.why_desk.find(record))
        finding.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait({finding}, timeout=GLANCE)
        if not finding.done():
            self._put(record, above, None)
        why = None
        try:
            why = await asyncio.shield(finding)
        except Problem as problem:
            self._screen.tell(one_line(str(problem)))
        self._put(record, above, why)
        return why


def _predicted(screen: TriageScreen) -> list[str]:
    """What is predicted of a row, with its basis and what to do: by its finding."""
    told, error = screen.context.predicted, screen.chosen_error
    run = screen.log_desk.log.run(screen.log_tree.key)
    return (
        []
        if told is None or error is None or run is None
        else list(told.errors.get((run.kind, error.message), ()))
    )


def _decided(screen: TriageScreen, record: Record) -> list[str]:
    error, log = screen.chosen_error, screen.log_desk.log
    if error is None:
        return []
    marks = log.views.decided.on_record_or_error(error, record)
    return [decisions.sentence(mark, log.zone, log.today) for mark in marks]


def _follows(screen: TriageScreen, _: Record) -> list[str]:
    told = screen.log_desk.log.cascade(screen.log_tree.key)
    return [] if told is None else roots_words(told)


ABOVE: Final[tuple[Above, ...]] = (_follows, _decided)
LATER: Final[tuple[Later, ...]] = (directory.told,)
