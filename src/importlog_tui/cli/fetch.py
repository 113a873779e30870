"""`fetch`: bring in the log from the site, once or again and again."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import archive_path, how, load_config
from importlog_tui.streams import complain, progress_line, silent_libraries, stopped_by_signals
from importlog_tui.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from importlog_tui.cli.shared import Commands
    from importlog_tui.config import Config
    from importlog_tui.fetching import Fetched
    from importlog_tui.secret import Secret
    from importlog_tui.terminal.environment import Environment


def offer(commands: Commands) -> None:
    """Add the words of the command line."""
    fetch = commands.add("fetch", _fetch, "bring in the log from the site, with your own session")
    fetch.add_argument(
        "--watch", type=_minutes, metavar="MINUTES", help="keep fetching, with so many minutes in between"
    )
    fetch.add_argument(
        "--sis",
        action="store_true",
        help="instead, what is newer in the folder or on the SFTP server where the SIS puts its files",
    )
    fetch.add_argument(
        "--report",
        metavar="FILE",
        help="keep the pages that could not be read, with names masked, to report them",
    )


def _minutes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 10_080):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no number of minutes (1 to 10080, a week)")
    return int(text)


def _fetch(options: argparse.Namespace) -> int:
    from importlog_tui.terminal.environment import Environment

    config = load_config(options)
    path = archive_path(options, config)
    environment = Environment.from_environ(os.environ)
    asked: list[Secret] = []
    with stopped_by_signals() as stopped:
        while True:
            if options.sis:
                status = _sis(config, path, environment, stopped)
            else:
                status = _once(config, path, environment, options, asked, stopped)
            if options.watch is None or stopped():
                return status
            until = time.monotonic() + 60 * options.watch
            while time.monotonic() < until and not stopped():
                time.sleep(0.2)
            if stopped():
                return status


def _once(
    config: Config,
    path: Path,
    environment: Environment,
    options: argparse.Namespace,
    asked: list[Secret],
    stopped: Callable[[], bool],
) -> int:
    from importlog_tui.archive import Archive
    from importlog_tui.fetching import fetch, visitor_for, write_report
    from importlog_tui.fetching.access import log_address

    log = log_address(config)
    with (
        visitor_for(config, environment, lambda: _asked(asked)) as visitor,
        silent_libraries(),
        progress_line() as progress,
        Archive.open(path, group_writable=config.archive.group_writable, aliases=config.columns) as archive,
    ):
        fetched = fetch(archive, visitor, log, how(config), progress=progress, cancelled=stopped)
    _tell(fetched, config)
    if options.report is not None:
        count = write_report(Path(options.report).expanduser(), fetched.refusals)
        if count:
            complain(
                f"importlog-tui: {count} unread {'page' if count == 1 else 'pages'} kept, masked, in the report"
            )
    return fetched.status


def _sis(config: Config, path: Path, environment: Environment, stopped: Callable[[], bool]) -> int:
    from importlog_tui.archive import Archive
    from importlog_tui.fetching.sis import fetch_sis
    from importlog_tui.report import intake
    from importlog_tui.times import in_zone, zone_named

    with (
        silent_libraries(),
        progress_line() as progress,
        Archive.open(path, group_writable=config.archive.group_writable, aliases=config.columns) as archive,
    ):
        fetched = fetch_sis(archive, config, environment, how(config), progress=progress, cancelled=stopped)
    print(intake.sis_fetched(fetched), flush=True)
    zone = zone_named(config.time.zone)
    for line in intake.complaints(fetched.outcome, lambda at: in_zone(at, zone)):
        complain(line)
    for name in fetched.changing:
        complain(
            one_line(f"{fetched.place}, {name}: it changed while it was copied; the next fetch reads it.")
        )
    return fetched.status


def _asked(asked: list[Secret]) -> Secret:
    """The session, asked for once; it is kept in memory for the next round."""
    from importlog_tui.terminal.secrets import ask

    if not asked:
        asked.append(
            ask(
                "The session's Cookie header, or the request copied as cURL",
                "Name a command as [access] cookie_command, or set IMPORTLOG_COOKIE.",
            )
        )
    return asked[0]


def _tell(fetched: Fetched, config: Config) -> None:
    from importlog_tui.report import intake
    from importlog_tui.times import in_zone, zone_named

    zone = zone_named(config.time.zone)
    print(intake.fetched(fetched), flush=True)
    for line in intake.complaints(fetched.outcome, lambda at: in_zone(at, zone)):
        complain(line)
    if fetched.left:
        pages = "page is" if fetched.left == 1 else "pages are"
        complain(f"{fetched.left:,} {pages} still to be read; the next fetch goes on there.")
