"""What stands at the right where there is no table of records to show: words about a night, an import, an error without rows, an empty archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importlog_tui.model import Result
from importlog_tui.text import one_line, safe
from importlog_tui.ui.presentation import decisions, states, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importlog_tui.model import ErrorType, Record, Run
    from importlog_tui.triage.nights import Night
    from importlog_tui.triage.views import View
    from importlog_tui.ui.keymap import Keymap
    from importlog_tui.ui.presentation.log import Log


def nothing_yet(keymap: Keymap) -> list[str]:
    """The first page of a new archive."""
    paste, fetch = keymap.shown("paste") or "p", keymap.shown("fetch") or "R"
    return [
        "Nothing was brought in yet.",
        "",
        "The Auto-Import Status Log comes in by any of these ways:",
        "",
        "  In the browser, save the log's page, then on this machine:",
        "      importlog-tui add PATH",
        "  A folder of saved pages, a mail, a network recording (HAR), a CSV or",
        "  spreadsheet of affected records work the same way.",
        "",
        "  Or select the whole log in the browser, copy it, and paste it right",
        f"  here. {paste} says more.",
        "",
        f"  Or let the program read it where it is: {fetch} fetches it from the site,",
        "  once [schoology] status_log in the configuration says where that is.",
        "",
        "  Or look around in a made-up district first:",
        "      importlog-tui demo",
    ]


def no_match(wanted: str, keymap: Keymap) -> list[str]:
    """The log's filter leaves nothing."""
    return [
        f"No night, import or error matches “{safe(wanted)}”.",
        "",
        f"{keymap.shown('back') or 'Escape'} shows all again.",
    ]


def nothing_in(view: View, keymap: Keymap) -> list[str]:
    """A view is empty."""
    key = keymap.shown(view) or keymap.shown("back")
    return [decisions.nothing_in(view), "", f"{key} shows all again."]


def of_night(night: Night, log: Log) -> list[str]:
    """Each run of a night in one line, and what of it is not known."""
    lines = [words.day_name(night.day, log.today), ""]
    if night.day is None:
        lines = ["Imports whose time no source tells", ""]
    return lines + runs_of(night, log)


def runs_of(night: Night, log: Log) -> list[str]:
    """Each run in one line, and what of them is not known."""
    lines = []
    times = [words.clock_time(run, log.zone, gmt=True) for run in night.runs]
    room = max((5, *map(len, times))) + 2
    for run, time in zip(night.runs, times, strict=True):
        count = words.rows(run.rows_affected, run.rows_read, complete=run.complete)
        tail = f"{count} rows" if run.rows_affected or run.rows_read or not run.complete else ""
        lines.append(
            f"{time:<{room}}{words.run_label(run):<14}{states.RERUN if run.is_rerun else words.result_word(run):<14}{tail}".rstrip()
        )
    if not all(run.complete for run in night.runs):
        lines += ["", "Not everything that the log reports for this night was read."]
    return lines


@dataclass(frozen=True, slots=True)
class Gone:
    """What was first missing in a run: errors, so many records, and the first `MOST_GONE` of those."""

    errors: Sequence[ErrorType]
    count: int
    records: Sequence[Record]


MOST_GONE = 20
"""Records that are named; the command lists all."""


def of_gone(run: Run, gone: Gone, log: Log) -> list[str]:
    """What the run before still had."""
    if not gone.errors and not gone.count:
        return []
    before = log.runs.get(run.compared_with or 0)
    since = f" since {words.day_name(log.day_of(before), log.today)}" if before else ""
    lines = ["", f"Gone{since}: {words.plural(gone.count, 'record')}"]
    lines += [f"  error   {one_line(error.message)}" for error in gone.errors]
    for record in gone.records:
        known = (record.subject.name, record.subject.user, record.subject.section)
        told = "   ".join(one_line(part[:200]) for part in known if part) or f"row {record.number:,}"
        lines.append(f"  record  {told}")
    if gone.count > len(gone.records):
        lines.append(f"All of them: importlog-tui records --run {run.id} --state gone")
    return lines


def of_run(run: Run, log: Log) -> list[str]:
    """An import: when, with what result, how much of it was read, and from where."""
    lines = [
        one_line(run.label) or words.run_label(run),
        "",
        f"Ran      {words.full_time(run, log.zone)}",
        f"Result   {one_line(run.result_text) or words.result_word(run)}",
    ]
    if run.errors is not None:
        lines.append(f"Errors   {words.plural(run.errors, 'error type')}")
    if run.rows_affected or run.rows_read or not run.complete:
        lines.append(f"Rows     {words.rows(run.rows_affected, run.rows_read, complete=run.complete)}")
    if run.is_rerun:
        lines.append(f"Nights   {states.RERUN}: it changes no state")
    elif run.new_rows is not None:
        counts = f"{run.new_rows:,} new, {run.returned_rows or 0:,} returned, {run.gone_rows or 0:,} gone"
        lines.append(f"Nights   {counts}")
    lines += [f"From     {one_line(run.origin)}", ""]
    return lines + _what_lacks(run, log)


def _what_lacks(run: Run, log: Log) -> list[str]:
    known = len(log.errors_of(run))
    if run.errors and known < run.errors:
        return [
            f"{known or 'None'} of its {words.plural(run.errors, 'error type')} {'is' if known == 1 else 'are'} known here: open the log's page, unfold this import, and bring the page in."
        ]
    if not run.complete and known:
        return [
            "Part of its affected records was not read yet; the errors marked ○ or with two numbers lack rows."
        ]
    if not run.complete:
        return ["What this import reports was not read."]
    if run.result is Result.COMPLETED and not known:
        return ["It ran without errors."]
    return ["All that it reports was read."]


def to_bring_in(error: ErrorType, keymap: Keymap, *, has_log_address: bool) -> list[str]:
    """What to do for an error of which no rows were read."""
    number = (
        "its rows" if error.rows_affected is None else words.plural(error.rows_affected, "affected record")
    )
    log_key = keymap.shown("open.log")
    first = (
        f"1  Open the log's page ({log_key}), and there this error's affected records."
        if has_log_address and log_key
        else "1  Open the log's page in the browser, and there this error's affected records."
    )
    return [
        one_line(error.message) or "(no message)",
        "",
        f"None of {number} was read yet. To bring them in:",
        "",
        first,
        "2  Select all (Ctrl+A or Cmd+A) and copy.",
        "3  Paste here. You see what was understood before it is kept.",
        "",
        "Or save that page and: importlog-tui add PATH",
        f"Or a file with the records: importlog-tui add --error {error.id} FILE",
    ]


def part_read(error: ErrorType) -> str:
    """One line for an error of which some rows were read."""
    return f"{words.rows_sentence(error)}: open its further pages and paste them here."


def how_to_paste(error: ErrorType | None) -> list[str]:
    """The page behind the paste key."""
    lines = [
        "Whatever you paste into this window is looked at, shown, and only kept when",
        "you say so. Nothing is ever sent to Schoology.",
        "",
        "The log       Open the Status Log in the browser. Select all, copy, paste here.",
        "Records       Put the cursor on an error, open its affected records in the",
        "              browser, select all, copy, paste here.",
        "A table       Cells copied from a spreadsheet go to the error under the cursor,",
        "              or are kept as what the SIS sends or what Schoology holds: you say.",
        "",
        "Paste with your terminal's own key: Ctrl+Shift+V or Cmd+V, Shift+Insert,",
        "or the right mouse button in PuTTY and Windows Terminal.",
        "",
        "Too much for a paste? Save the page and: importlog-tui add PATH",
        "",
    ]
    if error is not None:
        return [*lines, f"Records pasted now go to: {one_line(error.message)}"]
    return [*lines, "No error is chosen now: a table of records would not know where to go."]
