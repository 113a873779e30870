"""What the site and the API say to the reader's own session and key: `doctor --online` asks them, nothing else of the doctor does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.errors import Problem, UsageProblem
from importlog_tui.fetching.access import log_address, visitor_for
from importlog_tui.fetching.api import client_for, is_set
from importlog_tui.report.finding import Finding
from importlog_tui.text import safe
from importlog_tui.times import Clock, zone_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from importlog_tui.config import Config
    from importlog_tui.secret import Secret
    from importlog_tui.terminal.environment import Environment

_SECONDS = 120
"""How long the site may take in all."""


def ask(config: Config, environment: Environment, now: datetime) -> Iterator[Finding]:
    """One finding for each of them that is set up; at most five requests, and nothing is kept."""
    if config.schoology.status_log:
        yield _finding("site, asked", lambda: _site(config, environment, now))
    else:
        yield Finding("site, asked", "not asked: the Status Log's address is not set")
    if is_set(config, environment):
        yield _finding("API, asked", lambda: _api(config, environment))
    else:
        yield Finding("API, asked", "not asked: no key is set")


def _finding(topic: str, find: Callable[[], str]) -> Finding:
    try:
        return Finding(topic, safe(find()))
    except Problem as problem:
        return Finding(topic, safe(problem.what), ok=False, remedy=safe(problem.remedy))
    except TimeoutError:
        return Finding(topic, f"no answer within {_SECONDS} seconds", ok=False, remedy="Try again later.")


def _site(config: Config, environment: Environment, now: datetime) -> str:
    from importlog_tui.model import Format, Origin, RunReading
    from importlog_tui.sources.status_log import How
    from importlog_tui.sources.status_log.page.html import markup_of
    from importlog_tui.sources.status_log.page.meaning import read_page
    from importlog_tui.sources.status_log.web.answers import in_place_of

    address = log_address(config)
    with visitor_for(config, environment, _nobody_to_ask) as visitor:
        page = visitor.ask(address).result(_SECONDS)
    how = How(Clock(zone_named(config.time.zone), now, day_first=config.time.day_first))
    markup = markup_of(page.data, page.charset)
    origin = Origin("the site", Format.SITE)
    runs = sum(isinstance(each, RunReading) for each in read_page(markup, origin, how, address=page.address))
    if not runs:
        raise in_place_of(page, address)
    return f"the Status Log is there, with {runs} {'run' if runs == 1 else 'runs'} on its first page"


def _api(config: Config, environment: Environment) -> str:
    from importlog_tui.sources.schoology.probe import probe

    with client_for(config, environment, lambda _: _nobody_to_ask()) as client:
        access = probe(client)
    users = "all users" if access.users is None else f"{access.users:,} users"
    return f"the key of {access.who} reads {users}"


def _nobody_to_ask() -> Secret:
    raise UsageProblem("the session is kept nowhere", remedy="Name a command as [access] cookie_command.")
