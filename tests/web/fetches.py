"""One fetch from a made-up site into an archive, quick and impolite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from importlog_tui.archive import Archive
from importlog_tui.archive.health import look
from importlog_tui.demo.server import Running
from importlog_tui.fetching.walk import Fetched, fetch
from importlog_tui.secret import Secret
from importlog_tui.sources.status_log import How
from importlog_tui.sources.status_log.web.visitor import Manners, Visitor
from importlog_tui.times import Clock
from tests.web.conftest import NOW, ZONE

QUICK = Manners(per_second=0, timeout=0.5, whole=1, tries=1, pause=0.01, longest_wait=3)
HOW = How(Clock(ZONE, NOW))


def fetched(
    site: Running,
    archive: Path,
    *,
    markup: str = "tables",
    cookie: str | None = None,
    manners: Manners = QUICK,
    cancelled: Callable[[], bool] = lambda: False,
    back: timedelta = timedelta(0),
    **changed: float,
) -> Fetched:
    """What came; the archive is opened and closed, as a command does it."""
    log = site.log_address(markup)
    secret = Secret(site.cookie if cookie is None else cookie)
    with (
        Archive.open(archive) as opened,
        Visitor(log, secret, replace(manners, **changed)) as visitor,  # type: ignore[arg-type]
    ):
        return fetch(opened, visitor, log, How(Clock(ZONE, NOW - back)), cancelled=cancelled)


def held(archive: Path) -> tuple[int, int, int]:
    """How many runs, errors and records an archive holds, which must be whole."""
    with Archive.open(archive, read_only=True) as opened:
        assert look(opened).complaint == ""
        return (
            len(opened.runs()),
            len(opened.errors()),
            sum(error.rows_read for error in opened.errors()),
        )
