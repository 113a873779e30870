"""The index desk: makes long errors quick to filter while nobody waits for it; all that is seen of it is that a filter is quick."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from importlog_tui.archive.cell_index import WORTH
from importlog_tui.errors import ArchiveBusy, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job

_AT_FIRST: Final = 1.0
"""Seconds before it begins: the screen is painted first, and who goes through the log opens nothing for long."""
_RESTS: Final = 2.0
"""How many times as long it rests as it has worked: keys, marks and another program's filing come in between."""


class IndexDesk:
    """Has the records that are shown indexed, and then those of the newest night, where they are many."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen
        self._done: set[tuple[int, int]] = set()
        self._under_way: list[tuple[int, int]] = []
        self._gave_up = False

    def look_for(self) -> None:
        """Begin, unless all is done or begun; another error than the one under way comes first when it is shown."""
        screen = self._screen
        is_wanted = screen.context.config.archive.filter_index and screen.context.predicted is None
        if self._gave_up or not is_wanted:
            return
        shown, nights = screen.records_desk.error, screen.log_desk.log.nights
        errors = [shown] if shown else []
        errors += [
            error
            for run in (nights[0].runs if nights else ())
            for error in screen.log_desk.log.errors_of(run)
        ]
        wanted = [(error.id, error.rows_read) for error in errors if error.rows_read >= WORTH]
        wanted = [each for each in dict.fromkeys(wanted) if each not in self._done]
        if wanted and not ("index" in screen.work.jobs and self._under_way[:1] == wanted[:1]):
            self._under_way = wanted
            screen.work.start(
                "index", lambda job: self._work(job, wanted), self._done.update, writes=True, can_wait=True
            )

    def _work(
        self, job: Job[list[tuple[int, int]]], wanted: Sequence[tuple[int, int]]
    ) -> list[tuple[int, int]]:
        done: list[tuple[int, int]] = []
        if job.rests(_AT_FIRST):
            return done
        try:
            lacking = [each for each in wanted if self._screen.context.archive.lacks_cells(each[0])]
            done = [each for each in wanted if each not in lacking]
            if lacking:
                with self._screen.context.writable() as archive:
                    for each in lacking:
                        more = True
                        while more and not job.is_stopped():
                            began = time.monotonic()
                            more = archive.index_cells(each[0])
                            job.rests(_RESTS * (time.monotonic() - began))
                        done += [each] if not more else []
        except ArchiveBusy:
            return done
        except (Problem, OSError):
            # Nobody asked for this: what stands in its way is told by what was asked for. A filter works as well, only slower.
            self._gave_up = True
        return done
