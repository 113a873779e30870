"""`fetch`: bring in the log from the site, the extract from where the SIS puts it, or Schoology's directory, of one district or of all; once or again."""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import NOTICE, REFUSED, archive_path, every_district, how, load_config
from importlog_tui.errors import Problem, UsageProblem
from importlog_tui.streams import complain, progress_line, silent_libraries, stopped_by_signals
from importlog_tui.text import one_line, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importlog_tui.archive import Archive
    from importlog_tui.cli.shared import Commands
    from importlog_tui.config import Config
    from importlog_tui.refresh import Outcome
    from importlog_tui.secret import Secret
    from importlog_tui.sources.status_log.web.answers import NoPage
    from importlog_tui.terminal.environment import Environment

_MOST_AT_ONCE = 16


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
    fetch.add_argument("--all", action="store_true", help="of every district of the configuration")
    fetch.add_argument(
        "--at-once",
        type=_several,
        default=1,
        metavar="N",
        help="with --all: so many districts at the same time (1)",
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


def _several(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= _MOST_AT_ONCE):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no number of districts (1 to {_MOST_AT_ONCE})")
    return int(text)


@dataclass
class _Errand:
    """One district's fetch, and what there is to tell of it."""

    name: str
    config: Config
    path: Path
    asked: dict[str, Secret] = field(default_factory=dict)
    status: int = REFUSED
    said: str = ""
    complaints: list[str] = field(default_factory=list)
    refusals: list[NoPage] = field(default_factory=list)

    def archive(self) -> Archive:
        """The archive, opened to file into."""
        from importlog_tui.archive import Archive

        config = self.config
        return Archive.open(self.path, group_writable=config.archive.group_writable, aliases=config.columns)

    def ask(self, question: str, remedy: str, options: argparse.Namespace) -> Secret:
        """What lets the reader in, asked for once; it is kept in memory for the next round."""
        from importlog_tui.terminal.secrets import ask

        if options.at_once > 1:
            raise UsageProblem(
                f"{question}: it is kept nowhere, and several districts can't ask at once", remedy=remedy
            )
        if question not in self.asked:
            self.asked[question] = ask(f"{self.name}: {question}" if self.name else question, remedy)
        return self.asked[question]

    def tell(self, status: int, said: str, outcome: Outcome) -> None:
        """How it ended."""
        from importlog_tui.report import intake
        from importlog_tui.times import in_zone, zone_named

        zone = zone_named(self.config.time.zone)
        self.status, self.said = status, said
        self.complaints += intake.complaints(outcome, lambda at: in_zone(at, zone))


def _fetch(options: argparse.Namespace) -> int:
    from importlog_tui.terminal.environment import Environment

    if options.all:
        errands = [
            _Errand(name, config, archive_path(options, config)) for name, config in every_district(options)
        ]
    else:
        config = load_config(options)
        errands = [_Errand("", config, archive_path(options, config))]
    environment = Environment.from_environ(os.environ)
    with stopped_by_signals() as stopped:
        while True:
            _round(errands, environment, options, stopped)
            for errand in errands:
                _tell(errand)
            _report(errands, options)
            until = time.monotonic() + 60 * (options.watch or 0)
            while time.monotonic() < until and not stopped():
                time.sleep(0.2)
            if options.watch is None or stopped():
                return _status([errand.status for errand in errands])


def _status(each: Sequence[int]) -> int:
    """0 where all were fetched whole, 2 where nothing came of any, 1 for all in between."""
    return each[0] if len(set(each)) == 1 else NOTICE


def _round(
    errands: list[_Errand], environment: Environment, options: argparse.Namespace, stopped: Callable[[], bool]
) -> None:
    """Fetch each once; what goes wrong with one district keeps nobody from the others."""
    from concurrent.futures import ThreadPoolExecutor

    with silent_libraries(), progress_line() as progress, ThreadPoolExecutor(options.at_once) as several:

        def run(errand: _Errand) -> None:
            def tell(step: object) -> None:
                progress(f"{errand.name}: {step}" if errand.name else step)

            errand.status, errand.said = REFUSED, ""
            errand.complaints, errand.refusals = [], []
            if stopped():
                errand.said = "stopped; nothing was brought in"
                return
            try:
                work = _sis if options.sis else _directory if options.directory else _log
                work(errand, environment, options, tell, stopped)
            except Problem as problem:
                if not errand.name and options.watch is None:
                    raise
                errand.complaints.append(safe(str(problem)))

        if len(errands) == 1 or options.at_once == 1:
            for errand in errands:
                run(errand)
        else:
            list(several.map(run, errands))


def _log(
    errand: _Errand,
    environment: Environment,
    options: argparse.Namespace,
    progress: Callable[[object], None],
    stopped: Callable[[], bool],
) -> None:
    from importlog_tui.fetching.access import log_address, visitor_for
    from importlog_tui.fetching.walk import fetch
    from importlog_tui.report import intake

    config = errand.config

    def ask() -> Secret:
        remedy = f"Name a command as [access] cookie_command, or set {config.access.cookie_variable}."
        return errand.ask("The session's Cookie header, or the request copied as cURL", remedy, options)

    log = log_address(config)
    with visitor_for(config, environment, ask) as visitor, errand.archive() as archive:
        fetched = fetch(archive, visitor, log, how(config), progress=progress, cancelled=stopped)
    errand.refusals = fetched.refusals
    errand.tell(fetched.status, intake.fetched(fetched), fetched.outcome)
    if fetched.left:
        pages = "page is" if fetched.left == 1 else "pages are"
        errand.complaints.append(f"{fetched.left:,} {pages} still to be read; the next fetch goes on there.")


def _sis(
    errand: _Errand,
    environment: Environment,
    _: argparse.Namespace,
    progress: Callable[[object], None],
    stopped: Callable[[], bool],
) -> None:
    from importlog_tui.fetching.sis import fetch_sis
    from importlog_tui.report import intake

    config = errand.config
    with errand.archive() as archive:
        fetched = fetch_sis(archive, config, environment, how(config), progress=progress, cancelled=stopped)
    errand.tell(fetched.status, intake.sis_fetched(fetched), fetched.outcome)
    errand.complaints += [
        one_line(f"{fetched.place}, {name}: it changed while it was copied; the next fetch reads it.")
        for name in fetched.changing
    ]


def _directory(
    errand: _Errand,
    environment: Environment,
    options: argparse.Namespace,
    progress: Callable[[object], None],
    stopped: Callable[[], bool],
) -> None:
    from importlog_tui.fetching.api import client_for
    from importlog_tui.fetching.directory import fetch_directory
    from importlog_tui.report import intake

    config = errand.config

    def ask(name: str) -> Secret:
        word = name.rpartition(" ")[2]
        variable = {"key": config.api.key_variable}.get(word, config.api.secret_variable)
        remedy = f"Name a command as [api] {word}_command, or set {variable}."
        return errand.ask(f"{name[0].upper()}{name[1:]}", remedy, options)

    with client_for(config, environment, ask, stopped) as client, errand.archive() as archive:
        fetched = fetch_directory(archive, client, datetime.now(UTC), keep=config.sis.keep, progress=progress)
    errand.tell(fetched.status, intake.directory(fetched), fetched.outcome)


def _tell(errand: _Errand) -> None:
    lead = f"{errand.name}: " if errand.name else ""
    if errand.said:
        print(f"{lead}{errand.said}", flush=True)
    for line in errand.complaints:
        complain(f"{lead}{line}")


def _report(errands: list[_Errand], options: argparse.Namespace) -> None:
    from importlog_tui.fetching.report import write_report

    if options.report is None:
        return
    refusals = [refusal for errand in errands for refusal in errand.refusals]
    count = write_report(Path(options.report).expanduser(), refusals)
    if count:
        pages = "page" if count == 1 else "pages"
        complain(f"importlog-tui: {count} unread {pages} kept, masked, in the report")
