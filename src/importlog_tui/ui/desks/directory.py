"""The directory desk: asks Schoology about those on the page, in the background, once the reader rests there.

What it said stands above the record with its age, and `o` opens the exact page from then on. Without the API nothing of this happens.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.directory import Topic
from importlog_tui.errors import Problem
from importlog_tui.fields import Columns, Field
from importlog_tui.text import one_line
from importlog_tui.ui.aside import aside
from importlog_tui.ui.presentation import directory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.timer import Timer

    from importlog_tui.archive import Archive
    from importlog_tui.model import Record
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job

REST: Final = 0.4
"""Seconds that the cursor rests before anybody is asked: paging through asks nothing."""
AHEAD, BEHIND = 75, 25
"""Rows around the top of the page that are asked about: two requests at most, and a page further is answered already."""
AGAIN: Final = 3600.0
"""Seconds after which a row that is still looked at is asked about anew."""
PAUSE: Final = 300.0
"""Seconds without questions after Schoology could not be asked."""


class _Told(NamedTuple):
    problem: Problem | None = None
    asked: Sequence[str] = ()
    has_key: bool = True


class DirectoryDesk:
    """Does nothing where the configuration names no API key."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen
        self._timer: Timer | None = None
        self._is_asking = False
        self._quiet_until = 0.0
        self._asked: dict[
            str, float
        ] = {}  # user or section -> when; what is known and fresh is found out in the thread

    def rest(self) -> None:
        """The table came to stand somewhere."""
        if time.monotonic() < self._quiet_until:
            return
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._screen.set_timer(REST, self._begin)

    def _begin(self) -> None:
        if not self._is_asking and self._screen.table.source is not None:
            aside(self._screen, "directory", self._gather, exclusive=True)

    async def _gather(self) -> None:
        table, source = self._screen.table, self._screen.table.source
        if source is None:
            return
        place = Columns(source.columns, self._screen.context.config.columns).index(Field.SECTION_SCHOOL_CODE)
        try:
            rows = await source.window(max(0, table.index - BEHIND), min(len(source), table.index + AHEAD))
        except Problem:
            return  # the table tells of it
        users = self._not_asked(row.subject.user or "" for row in rows if row is not None)
        heading = None if place is None else source.columns[place]
        codes = self._not_asked(row.values.get(heading, "") for row in rows if row is not None and heading)
        if users or codes:
            self._ask(users, codes)

    def _not_asked(self, keys: Iterable[str]) -> list[str]:
        since = time.monotonic() - AGAIN
        return [key for key in dict.fromkeys(keys) if key.strip() and self._asked.get(key, since) <= since]

    def _ask(self, users: list[str], sections: list[str]) -> None:
        context = self._screen.context
        self._is_asking = True

        def work(job: Job[_Told]) -> _Told:
            try:
                look_up = context.look_up()
                if look_up is None:
                    return _Told(has_key=False)
                look_up(users, sections, context.now(), job.is_stopped)
            except Problem as problem:
                return _Told(problem)
            return _Told(asked=[*users, *sections])

        self._screen.work.start("directory", work, self._looked_up)

    def _looked_up(self, told: _Told) -> None:
        self._is_asking = False
        screen = self._screen
        if not told.has_key:
            self._quiet_until = math.inf
            return
        if told.problem is not None:
            # Said once, and then not asked again for a while: the reader has other things to do.
            self._quiet_until = time.monotonic() + PAUSE
            screen.tell(f"Schoology was not asked: {one_line(str(told.problem))}")
        self._asked.update(dict.fromkeys(told.asked, time.monotonic()))
        self.rest()  # the reader may have gone on meanwhile
        screen.why_desk.forget()
        screen.detail_desk.again()


def told(screen: TriageScreen, record: Record) -> Callable[[Archive], list[str]] | None:
    """What to ask the archive about a record: whether Schoology knows whom and what it is about."""
    user, now, zone = record.subject.user, screen.context.now(), screen.context.zone
    headings = tuple(record.values)
    place = Columns(headings, screen.context.config.columns).index(Field.SECTION_SCHOOL_CODE)
    code = "" if place is None else record.values[headings[place]]
    if not user and not code:
        return None
    veil = screen.context.veil

    def ask(archive: Archive) -> list[str]:
        accounts = archive.accounts([user]).values() if user else ()
        sections = archive.answers(Topic.SECTION, [code]).values() if code else ()
        return [
            *(directory.of_account(veil.account(account), now, zone) for account in accounts),
            *(directory.of_section(section, now) for section in sections),
        ]

    return ask
