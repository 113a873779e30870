"""`add`: bring in what was saved, exported, mailed or piped."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import archive_path, how, id_of, load_config
from importlog_tui.errors import UsageProblem
from importlog_tui.streams import complain, progress_line, silent_libraries, spooled_stdin, stopped_by_signals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlog_tui.cli.shared import Commands
    from importlog_tui.model import Reading
    from importlog_tui.roster import RosterReading
    from importlog_tui.sources.status_log import How


def offer(commands: Commands) -> None:
    """Add the words of the command line."""
    add = commands.add("add", _add, "bring in what was saved, exported, mailed or piped")
    add.add_argument("paths", nargs="+", metavar="PATH", help="files or folders; - is standard input")
    add.add_argument(
        "--as",
        dest="as_",
        choices=("log", "records", "mail", "sis", "directory"),
        help="what it is, where that can't be told",
    )
    add.add_argument(
        "--kind",
        choices=("users", "courses", "enrollments"),
        help="the import it belongs to, where that can't be told",
    )
    add.add_argument(
        "--error", type=id_of, metavar="ID", help="the error whose affected records these are (see: errors)"
    )


def _add(options: argparse.Namespace) -> int:
    from importlog_tui.archive import Archive
    from importlog_tui.model import Kind
    from importlog_tui.refresh import bring_in
    from importlog_tui.report import intake
    from importlog_tui.times import in_zone, zone_named

    if "" in options.paths:  # for Path that is the folder one stands in
        raise UsageProblem("an empty file name was given", remedy="Is a variable of the script not set?")
    config = load_config(options)
    path = archive_path(options, config)
    zone = zone_named(config.time.zone)
    with (
        stopped_by_signals() as stopped,
        silent_libraries(),
        progress_line() as progress,
        contextlib.ExitStack() as spools,
        Archive.open(path, group_writable=config.archive.group_writable, aliases=config.columns) as archive,
    ):
        outcome = bring_in(
            archive,
            _readings(options.paths, how(config, options), spools),
            error_id=options.error,
            kind=Kind(options.kind) if options.kind else None,
            keep=config.sis.keep,
            progress=progress,
            cancelled=stopped,
        )
    print(intake.summary(outcome))
    for line in intake.complaints(outcome, lambda at: in_zone(at, zone)):
        complain(line)
    return outcome.status


def _readings(
    paths: Sequence[str], how: How, spools: contextlib.ExitStack
) -> Iterator[Reading | RosterReading]:
    """What `paths` hold; standard input stays spooled until `spools` closes, since rows are read after all sources were looked at."""
    from importlog_tui.roster import Witness
    from importlog_tui.sources import sis
    from importlog_tui.sources.status_log import read

    for path in paths:
        if how.as_ in {"sis", "directory"}:
            yield from sis.read(Path(path), how, Witness(how.as_))
            continue
        if path == "-":
            yield from read(spools.enter_context(spooled_stdin()), how, name="standard input")
        else:
            yield from read(Path(path), how)
