"""`check`: what tonight's files would run into, before they are sent."""

from __future__ import annotations

import argparse
import contextlib
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import (
    DONE,
    archive_path,
    column_of,
    links_of,
    load_config,
    print_lines,
    rules_of,
)
from importlog_tui.errors import UsageProblem
from importlog_tui.streams import (
    complain,
    progress_line,
    silent_libraries,
    stopped_by_signals,
    terminal_width,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.archive import Archive
    from importlog_tui.cli.shared import Commands
    from importlog_tui.config import Config


def offer(commands: Commands) -> None:
    """Add the words of the command line."""
    check = commands.add(
        "check",
        _check,
        "what tonight's files would run into, before they are sent; exit 0: nothing was found, 1: findings, 2: something can't be read",
    )
    check.add_argument(
        "paths",
        nargs="+",
        metavar="FILE",
        help="users, courses, enrollments, in any order; or a folder or zip of them",
    )
    check.add_argument("--directory", metavar="FILE", help="Schoology's own users, as it exports them")
    check.add_argument(
        "--kind",
        choices=("users", "courses", "enrollments"),
        help="what a file holds, where that can't be told",
    )
    check.add_argument(
        "--column",
        action="append",
        default=[],
        type=column_of,
        metavar="HEADING=MEANING",
        help="what a heading of tonight's files means, where it is not known",
    )
    check.add_argument("--mask", action="store_true", help="names, addresses and ids made unreadable")
    check.add_argument("--screen", action="store_true", help="on the screen, as a night of its own")
    check.add_argument("--json", action="store_true", help="errors and records, one JSON object a line")


def _check(options: argparse.Namespace) -> int:
    from importlog_tui.archive import Cancelled
    from importlog_tui.model import Kind
    from importlog_tui.report import preflight as report
    from importlog_tui.report.listing import write_json
    from importlog_tui.sources.status_log import How
    from importlog_tui.times import Clock, in_zone, zone_named
    from importlog_tui.tonight import check

    if "" in (*options.paths, options.directory):
        raise UsageProblem("an empty file name was given", remedy="Is a variable of the script not set?")
    config = load_config(options)
    kind = Kind(options.kind) if options.kind else None
    paths = tuple(Path(path) for path in options.paths)
    directory = Path(options.directory) if options.directory else None
    if options.screen:
        from importlog_tui.cli.screen import open_screen

        tonight_files = (paths, directory, kind, dict(options.column))
        ended = open_screen(config, archive_path(options, config), tonight=tonight_files)
        return ended if isinstance(ended, int) else DONE
    zone = zone_named(config.time.zone)
    aliases = {**config.columns, **dict(options.column)}
    is_masked = options.mask or config.screen.mask
    how = How(
        Clock(zone, datetime.now(UTC), day_first=config.time.day_first),
        kind=kind,
        columns=aliases,
    )
    with (
        stopped_by_signals() as stopped,
        silent_libraries(),
        _kept(options, config) as kept,
        progress_line() as progress,
        contextlib.ExitStack() as stack,
    ):
        try:
            tonight = stack.enter_context(
                check(
                    paths,
                    how,
                    directory=directory,
                    kept=kept,
                    category=rules_of(config).category,
                    progress=progress,
                    cancelled=stopped,
                )
            )
        except Cancelled:
            complain("importlog-tui: stopped; nothing was kept.")
            return 2
        progress("")
        for line in report.complaints(tonight):
            complain(f"importlog-tui: {line}")
        if tonight.stopped:
            complain("importlog-tui: stopped; nothing was kept.")
        elif options.json:
            links = links_of(config)
            write_json(report.rows(tonight, links, aliases=aliases, is_masked=is_masked), sys.stdout)
        else:
            print_lines(
                report.lines(
                    tonight,
                    lambda at: in_zone(at, zone),
                    terminal_width(),
                    aliases=aliases,
                    is_masked=is_masked,
                )
            )
        return tonight.status


@contextlib.contextmanager
def _kept(options: argparse.Namespace, config: Config) -> Iterator[Archive | None]:
    """The archive of the nights before, only to be read; None where there is none yet, which a check does not need."""
    from importlog_tui.archive import Archive

    path = archive_path(options, config)
    if not path.exists():
        yield None
        return
    with Archive.open(path, read_only=True, aliases=config.columns) as archive:
        yield archive
