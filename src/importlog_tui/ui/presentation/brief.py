"""The newest night in a few lines: five seconds to know that nothing is wrong, or what is. Its words are those of the command `brief`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from importlog_tui.report import seen
from importlog_tui.report.brief import ago, alarms, cause_words, far_words, headline
from importlog_tui.text import one_line
from importlog_tui.times import in_zone
from importlog_tui.triage.views import FRESH
from importlog_tui.ui.presentation import notes, states, words

if TYPE_CHECKING:
    from importlog_tui.triage.brief import Brief, Cause
    from importlog_tui.ui.presentation.log import Log


def alarm(brief: Brief, log: Log) -> list[str]:
    """What is missing, late or far from the usual, for the first line, the fullest wording first: "Course Enrollments: expected 01:10, missing, 7 h"."""
    fallen = [one_line(one.about) for one in brief.seen if one.fall is not None and not one.doubt]
    said, short = list(fallen), list(fallen)
    for each in brief.absent:
        what = f"missing, {ago(each.late)}" if each.is_missing else f"late by {ago(each.late)}"
        tail = f": expected {in_zone(each.at, log.zone):%H:%M}, {what}"
        said.append(one_line(each.label) + tail)
        short.append(words.KINDS[each.kind] + tail)
    for run in brief.failed:
        said.append(f"{one_line(run.label)}: failed")
        short.append(f"{words.KINDS[run.kind]}: failed")
    for unusual in brief.unusual:
        tail = far_words(unusual.far)
        said.append(one_line(unusual.run.label) + tail)
        short.append(words.KINDS[unusual.run.kind] + tail)
    if not said:
        return []
    more = f"; {len(short) - 1} more" if len(short) > 1 else ""
    return ["; ".join(said), "; ".join(short), short[0] + more]


def lines(brief: Brief, log: Log) -> list[str]:
    """What ran and what did not, what is new, back and cured, and the largest causes of it."""
    if brief.night is None:
        return []
    told = [words.day_name(brief.night.day, log.today), "", headline(brief)]
    told += [" ".join(line.split()) for line in alarms(brief, partial(in_zone, zone=log.zone), log.advice)]
    if brief.status == 0:
        told.append("Nothing new: it needs nobody.")
    elif brief.stale:
        told.append("Nothing of this morning's night was brought in yet.")
    told += ["", *notes.runs_of(brief.night, log)]
    causes = [line for cause in brief.causes for line in _cause(cause)]
    told += ["", "Biggest causes", *causes] if causes else []
    return told + _seen(brief)


def _seen(brief: Brief) -> list[str]:
    """What is seen without a message, as causes are told; the screen breaks the lines."""
    rest = [one for one in brief.seen if one.fall is None]
    found = []
    for one in rest:
        new = f"{one.new:,} new" if one.new else ""
        found += [
            f"{one.rows:>7,}  {new:<8}  {one_line(one.message)}",
            f"{'':19}{one.doubt or one.verdict.owner.where}",
        ]
    return ["", seen.HEADING, *found] if found else []


def _cause(cause: Cause) -> list[str]:
    error = cause.error
    count = words.rows(error.rows_affected, error.rows_read, complete=error.complete)
    state = states.state_word(error.state)
    if error.new_rows and error.state not in FRESH:
        state = f"{error.new_rows:,} new"
    told = (
        f"{count:>7}  {state:<8}  {one_line(error.message) or '(no message)'} ({words.run_label(cause.run)})"
    )
    return [told, f"{'':19}{cause_words(cause)}"] if cause.weight else [told]
