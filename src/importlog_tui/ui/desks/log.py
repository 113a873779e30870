"""The log desk: what the archive holds, loaded again whenever it changed, whoever changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.errors import Problem
from importlog_tui.text import one_line
from importlog_tui.triage.brief import brief
from importlog_tui.triage.views import Views
from importlog_tui.ui.context import LogData, load_log
from importlog_tui.ui.presentation import words
from importlog_tui.ui.presentation.log import Log

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from importlog_tui.model import Run
    from importlog_tui.triage.brief import Brief
    from importlog_tui.triage.cascade import Cascade
    from importlog_tui.triage.impact import Weight
    from importlog_tui.triage.seen import Sighting
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job

WATCH = 3.0
"""Seconds between two looks at the archive; another process adds at most a few times a day, and a look is one small query."""


class LogDesk:
    """Loads the log and watches for changes.

    Attributes:
        stamp: of the archive, as the log shows it.
        seen: what is seen without a message, once that was looked for.
        weights: error -> what it costs, as far as it was looked for; cascades: what its rows follow from.
    """

    def __init__(self, screen: TriageScreen, data: LogData) -> None:
        self._screen = screen
        self.stamp = data.stamp
        self.cascades: dict[int, Cascade] = {}
        self.weights: dict[int, Weight] = {}
        self.advice: dict[str, str] = {}
        self.seen: tuple[Sighting, ...] = ()
        self.log = self._log(data)
        self._is_watching = False
        self._told = ""
        self._brief: tuple[Log, Brief] | None = None
        self._buildings: dict[int, Mapping[str, int]] = {}

    def _log(self, data: LogData) -> Log:
        context = self._screen.context
        views = Views(data.decided, context.who())
        undated = words.UNDATED if context.predicted is None else context.banner
        log = Log(data.runs, data.errors, context.zone, context.today(), views, self.cascades, undated)
        log.advice, log.weights, log.seen = self.advice, self.weights, self.seen
        return log

    def reload(self, then: str = "") -> None:
        """Read the log again and show it; `then` is what the status line says afterwards."""

        def work(_: Job[LogData]) -> LogData:
            return load_log(self._screen.context.archive, self._screen.context.today())

        def done(data: LogData) -> None:
            changed = data.stamp != self.stamp
            self.stamp = data.stamp
            self.log = self._log(data)
            self._screen.log_loaded()
            self.count_buildings()
            if then:
                self._screen.tell(then)
            elif changed:
                self._screen.tell("The archive changed; this is its newest state.")

        self._screen.work.start("log", work, done)

    def brief(self) -> Brief:
        """The morning as it is told at this minute; by building once that was counted."""
        now = self._screen.context.now().replace(second=0, microsecond=0)
        if self._brief is None or self._brief[0] is not self.log or self._brief[1].now != now:
            known = self._buildings
            self._brief = self.log, self._told_of(now, lambda run: known.get(run.id, {}))
        return self._brief[1]

    def _told_of(self, now: datetime, buildings_of: Callable[[Run], Mapping[str, int]]) -> Brief:
        log = self.log
        runs = list(log.runs.values())
        return brief(
            runs,
            lambda run_id: log.errors_of(log.runs[run_id]),
            now,
            log.zone,
            log.views.decided,
            lambda _, error: self.weights.get(error.id),
            buildings_of,
            self.seen,
        )

    def count_buildings(self) -> None:
        """Have the affected rows of the last nights counted by building, behind what the reader does."""
        archive, now, known = self._screen.context.archive, self._screen.context.now(), dict(self._buildings)
        newest = self.brief().night

        def work(_: Job[dict[int, Mapping[str, int]]]) -> dict[int, Mapping[str, int]]:
            def count(run: Run) -> Mapping[str, int]:
                if run.id not in known or (newest is not None and run in newest.runs):
                    known[run.id] = archive.affected_per_building(run)
                return known[run.id]

            self._told_of(now, count)
            return known

        def done(found: dict[int, Mapping[str, int]]) -> None:
            before = self.brief().unusual
            self._buildings, self._brief = found, None
            if self.brief().unusual != before:
                self._screen.look_desk.look(is_new=False)

        self._screen.work.start("buildings", work, done)

    def saw(self, seen: tuple[Sighting, ...]) -> None:
        """What is seen without a message was looked for."""
        if [(one.message, one.rows) for one in seen] == [(one.message, one.rows) for one in self.seen]:
            return
        self.seen = self.log.seen = seen
        self._brief = None
        self._screen.log_tree.show(self.log)
        self._screen.look_desk.look(is_new=False)

    def act_impact(self) -> None:
        """The worst errors of each import first, or as the log lists them."""
        tree = self._screen.log_tree
        tree.show(self.log, by_impact=not tree.by_impact)
        self._screen.tell(
            "Each import's errors with the worst first: every row, no teacher, no account, details, the rest."
            if tree.by_impact
            else "Errors as the log lists them."
        )

    def weighed(self, found: Mapping[int, Weight], advice: Mapping[str, str]) -> None:
        """What errors cost was found out, and what to do about imports that failed or did not run."""
        self.advice.update(advice)
        self.weights.update(found)
        self.cascades.update({id_: each.cascade for id_, each in found.items() if each.cascade is not None})
        self._brief = None
        self._screen.log_tree.show(self.log)
        self._screen.look_desk.look(is_new=False)

    def act_reload(self) -> None:
        """Look into the archive again."""
        self.reload("This is the archive's newest state.")

    def act_filter_log(self) -> None:
        """Ask what to filter the log by."""
        self._screen.ask("Filter log:", self._screen.log_tree.wanted, self.filter)

    def filter(self, text: str) -> None:
        """Leave only nights, imports and errors in which these words stand; "" shows all."""
        self._screen.log_tree.show(self.log, wanted=one_line(text))
        self._screen.look_desk.look()

    async def watch(self) -> None:
        """Look whether another process changed the archive."""
        jobs = self._screen.work.jobs
        if self._is_watching or "log" in jobs:
            return
        self._is_watching = True
        try:
            stamp = await self._screen.reader.call(lambda archive: archive.stamp())
            self._told = ""
            if stamp != self.stamp and "log" not in jobs:  # what is read meanwhile has its own word to say
                self.reload()
        except Problem as problem:
            sentence = one_line(str(problem))
            if sentence != self._told:
                self._told = sentence
                self._screen.tell(sentence)
        finally:
            self._is_watching = False
