"""The fetch desk: what is new on the site, fetched in the background with the reader's own session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.secret import Secret
from importlog_tui.ui.presentation import words

if TYPE_CHECKING:
    from importlog_tui.fetching.walk import Fetched, Step
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job


class _NotKept(Exception):
    """The configuration names no place that holds the session: the reader is asked."""


class FetchDesk:
    """One fetch at a time; a session that was asked for is kept in memory until the site refuses it."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen
        self._session: Secret | None = None

    def act_fetch(self) -> None:
        """Fetch what is new from the site."""
        screen = self._screen
        if "fetch" in screen.work.jobs:
            screen.tell("A fetch is under way; Escape stops it.")
            return
        screen.work.start("fetch", self._fetch, self._done, title="Fetching", writes=True, can_wait=True)

    def _fetch(self, job: Job[Fetched | None]) -> Fetched | None:
        """None where the session has to be asked for first."""
        from importlog_tui.archive import Archive
        from importlog_tui.fetching.access import log_address
        from importlog_tui.fetching.walk import fetch
        from importlog_tui.sources.status_log import How
        from importlog_tui.times import Clock

        context = self._screen.context
        config = context.config

        def progress(step: Step) -> None:
            job.say(
                f"{words.plural(step.records, 'row')} on {words.plural(step.pages, 'page')}, {step.left:,} to go"
            )

        clock = Clock(context.zone, context.now(), None, config.time.day_first)
        try:
            visitor = context.visitor(self._asked)
        except _NotKept:
            return None
        with (
            visitor,
            Archive.open(
                context.archive.path, group_writable=config.archive.group_writable, aliases=config.columns
            ) as archive,
        ):
            return fetch(
                archive,
                visitor,
                log_address(config),
                How(clock, columns=config.columns),
                progress=progress,
                cancelled=job.is_stopped,
            )

    def _asked(self) -> Secret:
        if self._session is None:
            raise _NotKept
        return self._session

    def _done(self, fetched: Fetched | None) -> None:
        if fetched is None:
            self._screen.ask(
                "Cookie header, or the request copied as cURL (not shown):",
                "",
                self._answered,
                is_secret=True,
            )
            return
        if fetched.ended is not None and fetched.ended.why.is_about_the_session:
            self._session = None
        self._screen.log_desk.reload(told(fetched))

    def _answered(self, text: str) -> None:
        if not text.strip():
            self._screen.tell("Nothing was fetched.")
            return
        self._session = Secret(text)
        self.act_fetch()


def told(fetched: Fetched) -> str:
    """What a fetch brought, in a sentence or two: what came, then what did not."""
    outcome = fetched.outcome
    new = words.came(outcome)
    said = f"Fetched {new}." if new else "Nothing new was fetched."
    if outcome.stopped:
        return f"{said} It was stopped; R goes on there."
    if fetched.ended is not None:
        return f"{said} {fetched.ended.what[:1].upper()}{fetched.ended.what[1:]}. {fetched.ended.remedy}"
    if outcome.troubles:
        pages = words.plural(len(outcome.troubles), "trouble")
        first = outcome.troubles[0]
        return f"{said} {pages}: {first.what}. {first.remedy}"
    return said
