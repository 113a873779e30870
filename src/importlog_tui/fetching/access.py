"""The reader's session, wherever they keep it, and a visitor that carries it to the log's host and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from importlog_tui.errors import ConfigProblem, UsageProblem
from importlog_tui.secret import Secret
from importlog_tui.terminal.secrets import Kept
from importlog_tui.text import one_line

if TYPE_CHECKING:
    from importlog_tui.config import Config
    from importlog_tui.sources.status_log.web.visitor import Visitor
    from importlog_tui.terminal.environment import Environment

Asker = Callable[[], Secret]
"""Asks the reader for the session; raises UsageProblem where there is nobody to ask."""


def kept_cookie(config: Config) -> Kept:
    """Where the configuration says that the session is."""
    access = config.access
    return Kept(
        "the session cookie",
        f"[district.{config.chosen}.access] cookie" if config.chosen else "[access] cookie",
        access.cookie_command,
        access.cookie_variable,
        access.cookie_keyring,
    )


def log_address(config: Config) -> str:
    """The Status Log's address.

    Raises:
        ConfigProblem: it is not set; there is none that holds for all (schoology.md 1.2).
    """
    if not config.schoology.status_log:
        setting = f"[district.{config.chosen}] status_log" if config.chosen else "[schoology] status_log"
        raise ConfigProblem(
            "the address of the Status Log is not known",
            where=f"{config.file}, {setting}" if config.file else setting,
            remedy="Open the log in the browser and copy its address into the configuration (importlog-tui config init makes one).",
        )
    return config.schoology.status_log


def visitor_for(config: Config, environment: Environment, ask: Asker) -> Visitor:
    """A visitor with the reader's session; `ask` is called where the configuration names no place that holds it.

    Raises:
        Problem: no address, no session, or a session that was copied for another host.
    """
    from urllib.parse import urlsplit

    from importlog_tui.sources.status_log.web.cookie import understood
    from importlog_tui.sources.status_log.web.visitor import Manners, Visitor

    log = log_address(config)
    access = config.access
    pasted = understood(kept_cookie(config).find(environment) or ask())
    host = urlsplit(log).hostname or ""
    if pasted.host and pasted.host != host:
        raise UsageProblem(
            f"the request was copied from {one_line(pasted.host)}, and the log is at {host}",
            remedy="Copy a request to the log's own page; the session was sent nowhere.",
        )
    manners = Manners(
        per_second=access.per_second,
        at_once=access.at_once,
        timeout=access.timeout,
        whole=max(180, 3 * access.timeout),
        ca_file=access.ca_file,
    )
    return Visitor(log, pasted.cookie, manners, follow=access.follow)
