"""`fetch`: bring in the log from the site, the extract from where the SIS puts it, or Schoology's directory; once or again and again."""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import archive_path, how, load_config
from importlog_tui.streams import complain, progress_line, silent_libraries, stopped_by_signals
from importlog_tui.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from importlog_tui.archive import Archive
    from importlog_tui.cli.shared import Commands
    from importlog_tui.config import Config
    from importlog_tui.refresh import Outcome
    from importlog_tui.secret import Secret
    from importlog_tui.terminal.environment import Environment


def offer(commands: Commands) -> None:
    """Add the words of the command line."""
    fetch = commands.add("fetch", _fetch, "bring in the log from the site, with your own session")
    fetch.add_argument(
        "--watch", type=_minutes, metavar="MINUTES", help="keep fetching, with so many minutes in between"
    )
    instead = fetch.add_mutually_exclusive_group()
    instead.add_argument(
        "--sis",
        action="store_true",
        help="instead, what is newer in the folder or on the SFTP server where the SIS puts its files",
    )
    instead.add_argument(
        "--directory",
        action="store_true",
        help="instead, all of Schoology's users through its REST API, with your own key",
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


@dataclass(frozen=True)
class _Fetching:
    """What every fetch needs; `asked` holds secrets that the reader typed, in memory for the next round."""

    config: Config
    path: Path
    environment: Environment
    report: str | None
    stopped: Callable[[], bool]
    asked: dict[str, Secret] = field(default_factory=dict)

    def ask(self, question: str, remedy: str) -> Secret:
        """What lets the reader in, asked for once."""
        from importlog_tui.terminal.secrets import ask

        if question not in self.asked:
            self.asked[question] = ask(question, remedy)
        return self.asked[question]

    def archive(self) -> Archive:
        """The archive, opened to file into."""
        from importlog_tui.archive import Archive

        config = self.config
        return Archive.open(self.path, group_writable=config.archive.group_writable, aliases=config.columns)

    def complain(self, outcome: Outcome) -> None:
        """What could not be read, on standard error."""
        from importlog_tui.report import intake
        from importlog_tui.times import in_zone, zone_named

        zone = zone_named(self.config.time.zone)
        for line in intake.complaints(outcome, lambda at: in_zone(at, zone)):
            complain(line)


def _fetch(options: argparse.Namespace) -> int:
    from importlog_tui.terminal.environment import Environment

    config = load_config(options)
    once = _sis if options.sis else _directory if options.directory else _log
    with stopped_by_signals() as stopped:
        fetching = _Fetching(
            config,
            archive_path(options, config),
            Environment.from_environ(os.environ),
            options.report,
            stopped,
        )
        while True:
            status = once(fetching)
            if options.watch is None or stopped():
                return status
            until = time.monotonic() + 60 * options.watch
            while time.monotonic() < until and not stopped():
                time.sleep(0.2)
            if stopped():
                return status


def _log(of: _Fetching) -> int:
    from importlog_tui.fetching import fetch, visitor_for, write_report
    from importlog_tui.fetching.access import log_address
    from importlog_tui.report import intake

    def ask() -> Secret:
        return of.ask(
            "The session's Cookie header, or the request copied as cURL",
            "Name a command as [access] cookie_command, or set IMPORTLOG_COOKIE.",
        )

    log = log_address(of.config)
    with (
        visitor_for(of.config, of.environment, ask) as visitor,
        silent_libraries(),
        progress_line() as progress,
        of.archive() as archive,
    ):
        fetched = fetch(archive, visitor, log, how(of.config), progress=progress, cancelled=of.stopped)
    print(intake.fetched(fetched), flush=True)
    of.complain(fetched.outcome)
    if fetched.left:
        pages = "page is" if fetched.left == 1 else "pages are"
        complain(f"{fetched.left:,} {pages} still to be read; the next fetch goes on there.")
    if of.report is not None:
        count = write_report(Path(of.report).expanduser(), fetched.refusals)
        if count:
            complain(
                f"importlog-tui: {count} unread {'page' if count == 1 else 'pages'} kept, masked, in the report"
            )
    return fetched.status


def _sis(of: _Fetching) -> int:
    from importlog_tui.fetching.sis import fetch_sis
    from importlog_tui.report import intake

    with silent_libraries(), progress_line() as progress, of.archive() as archive:
        fetched = fetch_sis(
            archive, of.config, of.environment, how(of.config), progress=progress, cancelled=of.stopped
        )
    print(intake.sis_fetched(fetched), flush=True)
    of.complain(fetched.outcome)
    for name in fetched.changing:
        complain(
            one_line(f"{fetched.place}, {name}: it changed while it was copied; the next fetch reads it.")
        )
    return fetched.status


def _directory(of: _Fetching) -> int:
    from importlog_tui.fetching.api import client_for
    from importlog_tui.fetching.directory import fetch_directory
    from importlog_tui.report import intake

    def ask(name: str) -> Secret:
        word = name.rpartition(" ")[2]
        remedy = f"Name a command as [api] {word}_command, or set IMPORTLOG_API_{word.upper()}."
        return of.ask(f"{name[0].upper()}{name[1:]}", remedy)

    with (
        client_for(of.config, of.environment, ask, of.stopped) as client,
        silent_libraries(),
        progress_line() as progress,
        of.archive() as archive,
    ):
        fetched = fetch_directory(
            archive, client, datetime.now(UTC), keep=of.config.sis.keep, progress=progress
        )
    print(intake.directory(fetched), flush=True)
    of.complain(fetched.outcome)
    return fetched.status
