"""The look desk: what stands at the right of the tree's cursor, an error's records or words about a night, an import, an error without rows.

Words come from tellers: `TELLERS` are asked in order, and the first that has something to say of the node is shown. What has to be looked up first,
in the archive or elsewhere, is a `Later`: it is asked in a thread once the cursor rests on the node, and its lines follow below.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from importlog_tui.errors import Problem
from importlog_tui.report import seen
from importlog_tui.text import one_line
from importlog_tui.triage.views import View
from importlog_tui.ui.aside import aside
from importlog_tui.ui.presentation import brief, decisions, notes
from importlog_tui.ui.presentation.log import is_seen
from importlog_tui.ui.presentation.notes import MOST_GONE, Gone

if TYPE_CHECKING:
    from collections.abc import Callable

    from importlog_tui.archive import Archive
    from importlog_tui.ui.screens.triage import TriageScreen

    Teller = Callable[[TriageScreen], list[str] | None]
    """The lines about the node under the tree's cursor; None where that is another one's to tell."""
    Later = Callable[[TriageScreen], Callable[[Archive], list[str]] | None]
    """What to ask the archive about the node, in a thread; None where there is nothing to ask."""

SETTLE = 0.06
"""Seconds that the cursor rests on a line before more is asked about it: longer than a held key's repeat, shorter than a glance."""


class LookDesk:
    """Keeps the right side true to the tree's cursor."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen

    def look(self, *, is_new: bool = True) -> None:
        """Show at the right what the tree's cursor is on; `is_new` where it came to stand there."""
        screen, error = self._screen, self._screen.chosen_error
        if is_new:
            screen.records_desk.look_at(error)
        if error is not None and error.rows_read:
            screen.says_desk.all()
            return
        lines = next((told for teller in TELLERS if (told := teller(screen)) is not None), [])
        self.say(lines)
        screen.says_desk.all()
        laters = LATER if screen.context.predicted is None else ()
        asked = [ask for later in laters if (ask := later(screen)) is not None]
        if asked:
            aside(screen, "look", self._ask, asked, lines, exclusive=True)

    def say(self, lines: list[str]) -> None:
        """Show words in the place of the records."""
        self._screen.table.show(None, message=[f" {line}" for line in lines])
        self._screen.detail_desk.show(None)

    async def _ask(self, asked: list[Callable[[Archive], list[str]]], lines: list[str]) -> None:
        screen, key = self._screen, self._screen.log_tree.key
        await asyncio.sleep(SETTLE)
        try:
            found = [await screen.reader.call(ask) for ask in asked]
        except Problem as problem:
            screen.tell(one_line(str(problem)))
            return
        if screen.log_tree.key == key and any(found):
            told = lines + [line for some in found for line in some]
            screen.table.show(None, message=[f" {line}" for line in told])


def _of_error(screen: TriageScreen) -> list[str] | None:
    error = screen.chosen_error
    if error is None:
        return None
    has_address, log = screen.context.links.log is not None, screen.log_desk.log
    lines = notes.to_bring_in(error, screen.context.keymap, has_log_address=has_address)
    marks = [decisions.sentence(mark, log.zone, log.today) for mark in log.views.decided.on_error(error)]
    return [lines[0], *marks, *lines[1:]]


def _of_run(screen: TriageScreen) -> list[str] | None:
    log = screen.log_desk.log
    run = log.run(screen.log_tree.key)
    return None if run is None else notes.of_run(run, log)


def _of_morning(screen: TriageScreen) -> list[str] | None:
    log, told = screen.log_desk.log, screen.log_desk.brief()
    night = log.night(screen.log_tree.key)
    if night is None or told.night is None or told.night.day != night.day:
        return None
    return brief.lines(told, log)


def _of_night(screen: TriageScreen) -> list[str] | None:
    log = screen.log_desk.log
    night = log.night(screen.log_tree.key)
    return None if night is None else notes.of_night(night, log)


def _of_nothing(screen: TriageScreen) -> list[str] | None:
    tree, keymap = screen.log_tree, screen.context.keymap
    if tree.wanted:
        return notes.no_match(tree.wanted, keymap)
    if tree.view is not View.ALL and screen.log_desk.log.nights:
        return notes.nothing_in(tree.view, keymap)
    return notes.nothing_yet(keymap)


def _gone(screen: TriageScreen) -> Callable[[Archive], list[str]] | None:
    log = screen.log_desk.log
    run = None if screen.chosen_error else log.run(screen.log_tree.key)
    if run is None or run.compared_with is None or run.is_rerun:
        return None

    def ask(archive: Archive) -> list[str]:
        errors, rows = archive.gone(run.id)
        shown = list(map(screen.context.veil.record, archive.window(rows.ids(0, MOST_GONE))))
        return notes.of_gone(run, Gone(errors, len(rows), shown), log)

    return ask


def _of_prediction(screen: TriageScreen) -> list[str] | None:
    told, log, key = screen.context.predicted, screen.log_desk.log, screen.log_tree.key
    if told is None:
        return None
    run, error = log.run(key), screen.chosen_error
    if run is not None and error is not None:
        return list(told.errors.get((run.kind, error.message), ()))
    return list(told.night if run is None else told.files.get(run.kind, ()))


def _of_seen(screen: TriageScreen) -> list[str] | None:
    log, key = screen.log_desk.log, screen.log_tree.key
    if not is_seen(key):
        return None
    if (one := log.sighting(key)) is None:
        return seen.whole(log.seen)
    return [*seen.about(one), "", "Enter lists whom it is about." if one.has_rows else ""]


TELLERS: Final[tuple[Teller, ...]] = (
    _of_prediction,
    _of_seen,
    _of_error,
    _of_run,
    _of_morning,
    _of_night,
    _of_nothing,
)
LATER: Final[tuple[Later, ...]] = (_gone,)
