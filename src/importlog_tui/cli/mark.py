"""`mark`: what the screen's marks do."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import (
    DONE,
    NOTICE,
    archive_path,
    archive_to_read,
    id_of,
    ids_of,
    load_config,
    print_lines,
)
from importlog_tui.errors import UsageProblem
from importlog_tui.streams import terminal_width

if TYPE_CHECKING:
    from importlog_tui.cli.shared import Commands


def offer(commands: Commands) -> None:
    """Add the words of the command line."""
    mark = commands.add(
        "mark", _mark, "keep what was decided about records or an error; list it, or take it back"
    )
    mark.add_argument("what", choices=("accepted", "corrected", "note", "owner", "list", "undo"))
    mark.add_argument("--record", type=ids_of, default=(), metavar="ID,...", help="the records it is about")
    mark.add_argument("--error", dest="error_id", type=id_of, metavar="ID", help="the error it is about")
    mark.add_argument("--reason", default="", metavar="TEXT", help="why; the note; the owner's name")
    mark.add_argument(
        "--until",
        metavar="DAY|grows|changes",
        help="end of an acceptance: a day (2026-12-31), when the error grows, when the row changes",
    )
    mark.add_argument(
        "--token", type=id_of, metavar="N", help="what undo takes back; without it, what you decided last"
    )
    mark.add_argument("--json", action="store_true", help="with list: one JSON object a line")


def _mark(options: argparse.Namespace) -> int:
    from importlog_tui.archive import Archive
    from importlog_tui.model import Mark, MarkKind
    from importlog_tui.report import marking

    config = load_config(options)
    if options.what == "list":
        with archive_to_read(options, config) as archive:
            found = [] if archive is None else archive.marks(datetime.now().astimezone().date())
        if options.json:
            from importlog_tui.report.listing import write_json

            write_json(map(marking.row, found), sys.stdout)
        else:
            print_lines(marking.lines(found, terminal_width()))
        return DONE
    now = datetime.now(UTC)
    who = marking.login_name()
    path = archive_path(options, config)
    if not path.exists() and options.what == "undo":
        print("0 taken back")
        return NOTICE
    if not path.exists():
        raise UsageProblem(
            "nothing was brought in yet", where=str(path), remedy="Try: importlog-tui add FILE"
        )
    if options.what != "undo" and not options.record and options.error_id is None:
        raise UsageProblem("say what it is about", remedy="With --record ID,... or --error ID.")
    with Archive.open(path, group_writable=config.archive.group_writable, aliases=config.columns) as archive:
        if options.what == "undo":
            undone = archive.undo(options.token, who, now)
            print(f"{undone:,} taken back")
            return DONE if undone else NOTICE
        until, day = marking.until(options.until, what=options.what, is_error=options.error_id is not None)
        reason = options.reason or (who if options.what == "owner" else "")
        if options.what in {"accepted", "note"} and not reason.strip():
            raise UsageProblem(f"{options.what} needs a reason", remedy="With --reason TEXT.")
        made = Mark(MarkKind(options.what), who, now, reason, until, day)
        try:
            token = archive.mark(made, records=options.record, error_id=options.error_id)
        except LookupError as error:
            raise UsageProblem(f"there is no {error.args[0]}", remedy="Nothing was marked.") from None
    count = len(options.record) + (options.error_id is not None)
    print(f"{count:,} marked; take it back with: importlog-tui mark undo --token {token}")
    return DONE
