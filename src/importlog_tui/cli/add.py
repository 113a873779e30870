"""`add`: bring in what was saved, exported, mailed or piped."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import archive_path, column_of, how, id_of, load_config
from importlog_tui.errors import UsageProblem
from importlog_tui.streams import complain, progress_line, silent_libraries, spooled_stdin, stopped_by_signals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlog_tui.cli.shared import Commands
    from importlog_tui.roster import AnyReading
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
        "--column",
        action="append",
        default=[],
        type=column_of,
        metavar="HEADING=MEANING",
        help="what a heading of an extract or of the directory means that may mean several things; it is remembered",
    )
    add.add_argument(
        "--error", type=id_of, metavar="ID", help="the error whose affected records these are (see: errors)"
    )


def _add(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from importlog_tui.archive import Archive
    from importlog_tui.model import Kind
    from importlog_tui.refresh import bring_in
    from importlog_tui.report import intake
    from importlog_tui.roster import Witness
    from importlog_tui.times import in_zone, zone_named

    if "" in options.paths:  # for Path that is the folder one stands in
        raise UsageProblem("an empty file name was given", remedy="Is a variable of the script not set?")
    if options.column and options.as_ in {"log", "records", "mail"}:
        raise UsageProblem(
            "--column says what a heading of an extract or of the directory means",
            remedy="For the records of errors, write it into the configuration, under [columns].",
        )
    if options.column and options.error is not None:
        raise UsageProblem(
            "--column says what a heading of an extract or of the directory means, and --error brings in records of an error",
            remedy="For these, write it into the configuration, under [columns].",
        )
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
        remembered = {witness: archive.headings(witness) for witness in Witness}
        outcome = bring_in(
            archive,
            _readings(options.paths, replace(how(config, options), remembered=remembered), spools),
            error_id=options.error,
            kind=Kind(options.kind) if options.kind else None,
            keep=config.sis.keep,
            progress=progress,
            cancelled=stopped,
        )
        if options.column and outcome.rosters:
            archive.remember_headings(outcome.rosters[0].reading.witness, dict(options.column))
    print(intake.summary(outcome))
    if options.column and not (outcome.rosters or outcome.unclear):
        complain(
            "importlog-tui: --column says what a heading of an extract or of the directory means, and there was none. "
            "For the records of errors, write it into the configuration, under [columns]."
        )
    told = {*config.columns, *dict(options.column), *(name for each in remembered.values() for name in each)}
    for line in intake.complaints(outcome, lambda at: in_zone(at, zone), told):
        complain(line)
    return outcome.status


def _readings(paths: Sequence[str], how: How, spools: contextlib.ExitStack) -> Iterator[AnyReading]:
    """What `paths` hold; standard input stays spooled until `spools` closes, since rows are read after all sources were looked at."""
    from importlog_tui.roster import Witness
    from importlog_tui.sources import sis
    from importlog_tui.sources.status_log import read

    for named in paths:
        path, name = Path(named), None
        if named == "-":
            path, name = spools.enter_context(spooled_stdin()), "standard input"
        if how.as_ in {"sis", "directory"}:
            yield from sis.read(path, how, Witness(how.as_), name=name)
        else:
            yield from read(path, how, name=name)
