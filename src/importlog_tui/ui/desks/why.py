"""The why desk: the cause of the records in view, found in a thread of its own, a page of them at once."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from importlog_tui.errors import Problem
from importlog_tui.model import Kind
from importlog_tui.roster import Witness
from importlog_tui.text import one_line
from importlog_tui.ui.aside import aside
from importlog_tui.ui.presentation.why import Why, why
from importlog_tui.ui.row_source import ArchiveReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importlog_tui.archive import Archive
    from importlog_tui.model import ErrorType, Record, Run
    from importlog_tui.triage.diagnosis import Diagnosis
    from importlog_tui.triage.impact import Weight
    from importlog_tui.ui.screens.triage import TriageScreen

_KEPT: Final = 2_000
_AROUND: Final = 30
"""Records before and after the one asked about that are diagnosed with it."""


class WhyDesk:
    """Finds causes and keeps them until the archive changes."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen
        self._reader = ArchiveReader(screen.context.archive, name="why")
        self._diagnosis: Diagnosis | None = None
        self._known: OrderedDict[int, Why] = OrderedDict()
        self._stamp = self._looked_stamp = -1
        self._looked = set[int]()

    def look_for_weights(self) -> None:
        """Find what the errors of the night under the cursor cost, and what follows from what, unless that was done."""
        if self._screen.context.predicted is not None:
            return  # nothing follows from a verdict on what is no message of Schoology's
        desk = self._screen.log_desk
        if self._looked_stamp != desk.stamp:
            self._looked_stamp = desk.stamp
            self._looked.clear()
        key = self._screen.log_tree.key
        run, night = desk.log.run(key), desk.log.night(key)
        if run is not None:
            night = next((each for each in desk.log.nights if run in each.runs), None)
        if night is None:
            return
        wanted = [
            (each, error)
            for each in night.runs
            if each.id not in self._looked
            for error in desk.log.errors_of(each)
        ]
        self._looked.update(each.id for each in night.runs)
        if wanted or not desk.advice:
            aside(self._screen, "weights", self._weigh, wanted)

    async def _weigh(self, wanted: Sequence[tuple[Run, ErrorType]]) -> None:
        try:
            found, said = await self._reader.call(partial(self._weights, wanted=wanted))
        except Problem as problem:
            self._screen.tell(one_line(str(problem)))
            return
        if not self._screen.log_desk.advice or found != {
            id_: self._screen.log_desk.weights.get(id_) for id_ in found
        }:
            self._screen.log_desk.weighed(found, said)

    def _weights(
        self, archive: Archive, *, wanted: Sequence[tuple[Run, ErrorType]]
    ) -> tuple[dict[int, Weight], dict[str, str]]:
        from importlog_tui.triage.impact import weigh
        from importlog_tui.triage.rules import advice

        diagnosis = self.diagnosis(archive)
        said = advice(diagnosis.rules, self._screen.context.config.district.sis)
        return {error.id: weigh(diagnosis, archive, run, error) for run, error in wanted}, said

    def act_common(self) -> None:
        """Tell what the rows of the error have in common."""
        error = self._screen.chosen_error
        if error is not None:
            self._screen.tell(f"Looking for what {error.rows_read:,} rows have in common …")
            aside(self._screen, "common", self._tell_common, error, exclusive=True)

    async def _tell_common(self, error: ErrorType) -> None:
        from importlog_tui.report import common
        from importlog_tui.triage.asked_common import of_error
        from importlog_tui.ui.screens.page import PageScreen

        run = self._screen.log_desk.log.runs[error.run_id]
        try:
            told = await self._reader.call(
                lambda archive: of_error(self.diagnosis(archive), archive, error, run)
            )
        except Problem as problem:
            self._screen.tell(one_line(str(problem)))
            return
        self._screen.tell("")
        told = replace(told, found=tuple(map(self._screen.context.veil.common, told.found)))
        lines = [f" {line}" for line in common.lines(told, error)]
        self._screen.app.push_screen(PageScreen("What the rows have in common", lines))

    def at_hand(self, record: Record) -> Why | None:
        """What was found of a record before."""
        if self._stamp != self._screen.log_desk.stamp:
            self._known.clear()
            self._stamp = self._screen.log_desk.stamp
        return self._known.get(record.id)

    def other(self, record: Record) -> Record | None:
        """The account that has what the record wants, as a record to be opened; None where none is known by now."""
        why = self.at_hand(record)
        if why is None or why.other is None:
            return None
        subject, values = why.other
        return record._replace(subject=subject, values=values)

    async def find(self, record: Record) -> Why | None:
        """The cause of a record, and of those around it in the table.

        Raises:
            Problem: the archive or a rules file can't be read.
        """
        if (known := self.at_hand(record)) is not None:
            return known
        stamp = self._stamp
        some = self._around(record)
        found = await self._reader.call(lambda archive: self._of(archive, some))
        if stamp == self._screen.log_desk.stamp:
            self._known.update(found)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found.get(record.id)

    def _around(self, record: Record) -> list[Record]:
        table = self._screen.table
        place, source = table.index, table.source
        if source is None:
            return [record]
        start = max(0, place - _AROUND)
        at_hand: Sequence[Record | None] = ()
        for stop in (min(len(source), place + _AROUND), min(len(source), place + 1)):
            at_hand = source.at_hand(start, stop) or ()
            if at_hand:
                break
        near = {each.id: each for each in at_hand if each is not None and each.id not in self._known}
        return list({**near, record.id: record}.values())

    def diagnosis(self, archive: Archive) -> Diagnosis:
        """What finds causes; to be called in the desk's thread."""
        if self._diagnosis is None:
            from importlog_tui.config import rule_texts
            from importlog_tui.triage.diagnosis import Diagnosis
            from importlog_tui.triage.reading import read_rules

            config, zone = self._screen.context.config, self._screen.context.zone
            rules = read_rules(rule_texts(config))
            self._diagnosis = Diagnosis(
                archive, rules, zone=zone, aliases=config.columns, sis=config.district.sis
            )
        return self._diagnosis

    def _of(self, archive: Archive, records: Sequence[Record]) -> dict[int, Why]:
        diagnosis = self.diagnosis(archive)
        found = diagnosis.diagnose(records)
        tables = [diagnosis.table(witness, Kind.USERS) for witness in Witness]
        taken = [None if table is None else table.roster.taken_at for table in tables]
        log = self._screen.log_desk.log
        return {each.record.id: why(each, taken, log.zone, log.today) for each in found}

    def forget(self) -> None:
        """Find causes anew: Schoology said more."""
        self._known.clear()

    def close(self) -> None:
        """No more questions."""
        self._reader.close()
