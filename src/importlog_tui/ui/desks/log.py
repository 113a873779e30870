"""The log desk: what the archive holds, loaded again whenever it changed, whoever changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.errors import Problem
from importlog_tui.text import one_line
from importlog_tui.triage.brief import brief
from importlog_tui.triage.views import Views
from importlog_tui.ui.context import LogData, load_log
from importlog_tui.ui.presentation.log import Log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importlog_tui.triage.brief import Brief
    from importlog_tui.triage.cascade import Cascade
    from importlog_tui.triage.impact import Weight
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job

WATCH = 3.0
"""Seconds between two looks at the archive; another process adds at most a few times a day, and a look is one small query."""


class LogDesk:
    """Loads the log and watches for changes.

    Attributes:
        stamp: of the archive, as the log shows it.
        weights: error -> what it costs, as far as it was looked for; cascades: what its rows follow from.
    """

    def __init__(self, screen: TriageScreen, data: LogData) -> None:
        self._screen = screen
        self.stamp = data.stamp
        self.cascades: dict[int, Cascade] = {}
        self.weights: dict[int, Weight] = {}
        self.log = self._log(data)
        self._is_watching = False
        self._told = ""
        self._brief: tuple[Log, Brief] | None = None

    def _log(self, data: LogData) -> Log:
        context = self._screen.context
        views = Views(data.decided, context.who())
        return Log(data.runs, data.errors, context.zone, context.today(), views, self.cascades)

    def reload(self, then: str = "") -> None:
        """Read the log again and show it; `then` is what the status line says afterwards."""

        def work(_: Job[LogData]) -> LogData:
            return load_log(self._screen.context.archive, self._screen.context.today())

        def done(data: LogData) -> None:
            changed = data.stamp != self.stamp
            self.stamp = data.stamp
            self.log = self._log(data)
            self._screen.log_loaded()
            if then:
                self._screen.tell(then)
            elif changed:
                self._screen.tell("The archive changed; this is its newest state.")

        self._screen.work.start("log", work, done)

    def brief(self) -> Brief:
        """The morning as it is told at this minute."""
        now = self._screen.context.now().replace(second=0, microsecond=0)
        if self._brief is None or self._brief[0] is not self.log or self._brief[1].now != now:
            runs = list(self.log.runs.values())
            told = brief(
                runs,
                lambda run_id: self.log.errors_of(self.log.runs[run_id]),
                now,
                self.log.zone,
                self.log.views.decided,
                lambda _, error: self.weights.get(error.id),
            )
            self._brief = self.log, told
        return self._brief[1]

    def weighed(self, found: Mapping[int, Weight]) -> None:
        """What errors cost was found out."""
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
        if self._is_watching or "log" in self._screen.work.jobs:
            return
        self._is_watching = True
        try:
            stamp = await self._screen.reader.call(lambda archive: archive.stamp())
            self._told = ""
            if stamp != self.stamp:
                self.reload()
        except Problem as problem:
            sentence = one_line(str(problem))
            if sentence != self._told:
                self._told = sentence
                self._screen.tell(sentence)
        finally:
            self._is_watching = False
