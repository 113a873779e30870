"""`export`: work lists for those who correct the SIS."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import (
    DONE,
    NOTICE,
    archive_to_read,
    diagnosis_of,
    id_of,
    ids_of,
    known,
    known_run,
    load_config,
    states_of,
)
from importlog_tui.errors import ArchiveProblem, UsageProblem
from importlog_tui.streams import complain
from importlog_tui.text import one_line, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from importlog_tui.archive import Archive
    from importlog_tui.cli.shared import Commands
    from importlog_tui.config import Config
    from importlog_tui.model import Record
    from importlog_tui.triage.verdict import Verdict
    from importlog_tui.triage.worklist import WorkList


def offer(commands: Commands) -> None:
    """Add the words of the command line."""
    export = commands.add(
        "export", _export, "work lists of what must be corrected in the SIS; exit 1 with nothing to write"
    )
    export.add_argument(
        "--format",
        dest="form",
        choices=("xlsx", "csv", "text"),
        default="xlsx",
        help="text goes to standard output",
    )
    export.add_argument(
        "--by", choices=("building", "owner", "error"), default="building", help="what each list is for"
    )
    export.add_argument(
        "--to",
        metavar="FOLDER",
        help="where the lists go; a new folder of today in this one, if it is not said",
    )
    export.add_argument("--run", dest="run_id", type=id_of, metavar="ID", help="only this run")
    export.add_argument("--error", dest="error_id", type=id_of, metavar="ID", help="only this error")
    export.add_argument(
        "--seen",
        action="store_true",
        help="instead of the log: what is seen without a message (errors --seen)",
    )
    export.add_argument("--record", dest="records", type=ids_of, metavar="ID,...", help="only these records")
    export.add_argument(
        "--state", type=states_of, metavar="STATE,...", help="only these: new, still, returned"
    )
    export.add_argument("--mask", action="store_true", help="names, addresses and ids made unreadable")


def _export(options: argparse.Namespace) -> int:
    from importlog_tui.report import worklist as report
    from importlog_tui.times import in_zone, zone_named
    from importlog_tui.triage.worklist import By, Wanted, WorkList, records

    if options.to is not None and not options.to.strip():
        raise UsageProblem("an empty folder name was given", remedy="Is a variable of the script not set?")
    config = load_config(options)
    zone = zone_named(config.time.zone)
    now = datetime.now(UTC)
    is_masked = options.mask or config.screen.mask

    def day(at: datetime) -> date:
        return in_zone(at, zone).date()

    with archive_to_read(options, config) as archive, contextlib.ExitStack() as stack:
        if archive is None:
            return NOTICE
        if options.seen:
            lists, judged = _seen(options, config, archive, stack)
        else:
            known_run(archive, options)
            known("error", options.error_id, archive.errors(options.run_id, options.error_id))
            wanted = Wanted(options.records or (), options.run_id, options.error_id, options.state)
            if len(archive.window(wanted.ids)) < len(wanted.ids):
                raise UsageProblem(
                    "one of these records is not there", remedy="See: importlog-tui records --json"
                )
            lists = WorkList(archive, By(options.by), config.columns, everything=wanted.is_chosen)
            found = diagnosis_of(config, archive).stream(records(archive, wanted, day(now)))
            judged = ((each.record, each.verdict) for each in found)
        parts: dict[int, None] = {}
        tasks = lists.tasks(_noting_errors(judged, parts))
        if options.form == "text" and options.to is None:
            sent = report.paste(tasks, sys.stdout, day, is_masked=is_masked)
        else:
            folder = Path(options.to).expanduser() if options.to else report.own_folder(day(now), Path.cwd())
            files, sent = report.write(tasks, folder, options.form, day, is_masked=is_masked)
            for path in files:
                print(safe(str(path)))
        for owner, count in lists.left_out.items():
            complain(
                f"importlog-tui: left out: {count:,} rows, {owner.where} (--by owner has what anybody has to do)"
            )
        for told in [] if options.seen or not sent else _parts(archive, parts):
            complain(f"importlog-tui: {told}")
            if options.form == "text" and options.to is None:
                print(told)
        if not sent:
            complain("importlog-tui: there is nothing to correct.")
            return NOTICE
    if not options.seen:
        _remember(config, archive.path, sent, now)
    return DONE


def _noting_errors(
    judged: Iterable[tuple[Record, Verdict]], noted: dict[int, None]
) -> Iterator[tuple[Record, Verdict]]:
    for record, verdict in judged:
        noted[record.error_id] = None
        yield record, verdict


def _parts(archive: Archive, errors: Iterable[int]) -> Iterator[str]:
    """Of each error whose rows were not all read: how many of how many the lists can hold."""
    for error_id in errors:
        for error in archive.errors(None, error_id):
            if not error.complete:
                claimed = "?" if error.rows_affected is None else f"{error.rows_affected:,}"
                yield f"not whole: {error.rows_read:,} of {claimed} rows were read of “{one_line(error.message)}”"


def _seen(
    options: argparse.Namespace, config: Config, archive: Archive, stack: contextlib.ExitStack
) -> tuple[WorkList, Iterator[tuple[Record, Verdict]]]:
    """What is seen without a message, as records with their verdicts."""
    from importlog_tui.cli.shared import seen_in
    from importlog_tui.triage.worklist import By, WorkList

    if options.run_id is not None or options.records or options.state:
        raise UsageProblem(
            "--seen is not about the log: it has no runs, states or record IDs",
            remedy="Leave the others out; --error ID chooses one of what is seen.",
        )
    seen, wanted = seen_in(options, config, archive, stack)
    fields = {name: meaning for one in wanted for name, meaning in one.roster.fields.items()}
    lists = WorkList(
        archive,
        By(options.by),
        {**config.columns, **fields},
        everything=options.error_id is not None,
        messages={one.id: one.message for one in wanted},
    )
    return lists, (pair for one in wanted for pair in seen.judged(one))


def _remember(config: Config, path: Path, sent: list[int], now: datetime) -> None:
    """Let the rows say when they were sent; where the archive is somebody else's, the lists are written all the same."""
    from importlog_tui.archive import Archive

    try:
        who = getpass.getuser()
    except (KeyError, OSError):
        who = str(os.getuid())
    try:
        with Archive.open(
            path, group_writable=config.archive.group_writable, aliases=config.columns
        ) as archive:
            archive.sent(sent, who, now)
    except ArchiveProblem as problem:
        complain(
            f"importlog-tui: the lists are written, but that they were sent is not kept: {safe(str(problem))}"
        )
