"""The morning in words: lines of at most 72 columns for a terminal or a mail, and one JSON object."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Final

from importlog_tui.model import Result, State
from importlog_tui.report import seen
from importlog_tui.report.clocks import clock
from importlog_tui.report.listing import error_row, rows_words, run_row
from importlog_tui.text import fit, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from importlog_tui.model import ErrorType, Run
    from importlog_tui.triage.brief import Brief, Cause
    from importlog_tui.triage.counts import Far
    from importlog_tui.triage.rules import Rules

COLUMNS: Final = 72
_BARS: Final = "▁▂▃▄▅▆▇█"
_LABEL: Final = 20


def sparkline(rows: Sequence[int | None]) -> str:
    """One sign a night, the tallest for the most rows; a dot where nothing is known."""
    most = max((count for count in rows if count is not None), default=0)
    return "".join(
        "·" if count is None else _BARS[0 if not most else min(7, count * 8 // (most + 1))] for count in rows
    )


def ago(length: timedelta) -> str:
    """A length of time as a person says it."""
    minutes = int(length.total_seconds() // 60)
    return f"{minutes} min" if minutes < 90 else f"{round(minutes / 60)} h"


def lines(
    brief: Brief,
    zone: Callable[[datetime], datetime],
    district: str = "",
    advice: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """The morning, worst first; `advice` holds what to do about what is seen without a message (`facts.SIGHTS`)."""
    title = f"{one_line(district) + '  ' if district else ''}{zone(brief.now):%a %d %b %Y, %H:%M}"
    yield fit(title, COLUMNS).rstrip()
    if brief.night is None or brief.night.day is None:
        yield from _wrapped(nothing_known(brief))
        return
    if brief.stale:
        yield from _wrapped(
            f"! Nothing of this night was brought in. The last known night is {brief.night.day:%a %d %b}; it follows.",
        )
    yield from _wrapped(headline(brief))
    yield from alarms(brief, zone, advice)
    if brief.waiting:
        yield f"{brief.waiting:,} corrected in the SIS, waiting for proof: importlog-tui mark list"
    yield ""
    trends = {trend.kind: sparkline(trend.rows) for trend in brief.trends}
    for run in brief.runs:
        yield fit(_run_line(run, zone, trends.get(run.kind, "")), COLUMNS).rstrip()
    if brief.causes:
        yield ""
        yield "Biggest causes"
        labels = {run.id: run.label for run in brief.runs}
        for cause in brief.causes:
            yield fit(_cause_line(cause.error, labels[cause.run.id]), COLUMNS).rstrip()
            if cause.weight is not None:
                yield fit(f"{'':19}{cause_words(cause)}", COLUMNS).rstrip()
    yield from seen.lines(brief.seen, COLUMNS)


def headline(brief: Brief) -> str:
    """Five seconds to know that nothing is wrong."""
    compared = [(brief.new, "new"), (brief.returned, "returned"), (brief.cured, "cured")]
    has_before = any(count is not None for count, _ in compared)
    parts = [
        f"{brief.ran} of {max(brief.expected, brief.ran)} ran",
        *([_counted(*each) for each in compared] if has_before else ["nothing to compare with yet"]),
        *([f"{brief.accepted:,} accepted"] if brief.accepted else []),
        "rows not known" if brief.rows is None else f"{brief.rows:,} rows in all",
        *([f"{brief.following:,} of them follow from others"] if brief.following else []),
    ]
    return ", ".join(parts)


def alarms(
    brief: Brief, zone: Callable[[datetime], datetime], advice: Mapping[str, str] | None = None
) -> Iterator[str]:
    """What did not go as usual, before anything else, and what to do about it."""

    def advised(sight: str, *, so: bool) -> Iterator[str]:
        if so and (said := (advice or {}).get(sight)):
            yield from (f"  {line}" for line in wrap(one_line(said), COLUMNS - 2))

    yield from seen.alarms(brief.seen, COLUMNS)
    for each in brief.absent:
        what = "missing" if each.is_missing else "late by"
        yield from _wrapped(
            f"! {one_line(each.label)}: expected {clock(each.at, zone)}, {what}{',' if each.is_missing else ''} {ago(each.late)}"
        )
    yield from advised("run-missing", so=any(each.is_missing for each in brief.absent))
    for run in brief.failed:
        yield from _wrapped(f"! {one_line(run.label)}: failed{_at(run, zone)}")
    yield from advised("run-failed", so=bool(brief.failed))
    for unusual in brief.unusual:
        yield from _wrapped(f"! {one_line(unusual.run.label)}{far_words(unusual.far)}")
    yield from advised("run-repeated", so=any(run.is_rerun for run in brief.runs))
    for run in brief.unread:
        state = run.result.value if run.result in {Result.RUNNING, Result.QUEUED} else "not read whole"
        rows = rows_words(run.rows_affected, run.rows_read)
        yield from _wrapped(
            f"? {one_line(run.label)}: {state}, {rows} rows read; what is new can't be told whole"
        )


def far_words(far: Far) -> str:
    """A count far from the usual one, behind its import's name: ", HS: 60 rows, usually 3 on this weekday"."""
    where = f", {one_line(far.building)}" if far.building else ""
    rows = f"{far.rows:,} rows" if far.rows else "not a single row"
    return f"{where}: {rows}, usually {far.usual:,}{' on this weekday' if far.is_weekday else ''}"


def _at(run: Run, zone: Callable[[datetime], datetime]) -> str:
    return f" at {clock(run.performed_at, zone)}" if run.performed_at else ""


def _counted(count: int | None, word: str) -> str:
    return f"{word} not known" if count is None else f"{count:,} {word}"


def _run_line(run: Run, zone: Callable[[datetime], datetime], trend: str) -> str:
    when = clock(run.performed_at, zone) if run.performed_at else one_line(run.performed_text)
    rows = rows_words(run.rows_affected, run.rows_read)
    if run.is_rerun:
        told = "re-run, same data"
    elif run.result in {Result.FAILED, Result.RUNNING, Result.QUEUED}:
        told = run.result.value
    else:
        told = f"{rows} rows" + (f", {run.new_rows:,} new" if run.new_rows else "")
    return f"{fit(one_line(run.label).removesuffix(' Import'), _LABEL)} {fit(when, 17)} {fit(told, 18)} {'' if run.is_rerun else trend}"


def _cause_row(cause: Cause, rules: Rules) -> dict[str, object]:
    weight = cause.weight
    said = weight.verdict if weight else None
    return {
        **error_row(cause.error, rules, cause.run.kind),
        **({"cause": said.cause, "owner": said.owner.value, "remedy": said.remedy} if said else {}),
        "impact": weight.impact.name.lower() if weight else None,
        "following_rows": cause.following,
        "follows": weight.cascade.sentence if weight and weight.cascade else None,
    }


def cause_words(cause: Cause) -> str:
    """What an error costs, where it is put right, and what follows from it."""
    weight = cause.weight
    if weight is None:
        return ""
    parts = [weight.impact.words, weight.where]
    if weight.cascade is not None:
        parts = [weight.cascade.sentence]
    if cause.following:
        parts.insert(0, f"{cause.following:,} enrollment rows follow")
    return "; ".join(parts)


def _cause_line(error: ErrorType, label: str) -> str:
    rows = rows_words(error.rows_affected, error.rows_read)
    state = {State.NEW: "new", State.RETURNED: "back"}.get(error.state) if error.state else ""
    state = state or (f"{error.new_rows:,} new" if error.new_rows else "")
    return f"{rows:>8}  {fit(state, 8)} {one_line(error.message)} ({one_line(label)})"


def nothing_known(brief: Brief) -> str:
    """Why no night can be told of."""
    if not brief.undated:
        return "Nothing was brought in yet: importlog-tui add FILE"
    return "No import that was brought in tells its time, so which night it is can't be told. See: importlog-tui runs"


def _wrapped(text: str) -> list[str]:
    return wrap(text, COLUMNS, subsequent_indent="  ", break_long_words=True)


def row(brief: Brief, rules: Rules) -> dict[str, object]:
    """The morning as one JSON object."""
    return {
        "now": brief.now.isoformat(),
        "night": brief.night.day.isoformat() if brief.night and brief.night.day else None,
        "status": brief.status,
        "expected": brief.expected,
        "ran": brief.ran,
        "new": brief.new,
        "returned": brief.returned,
        "cured": brief.cured,
        "accepted": brief.accepted,
        "waiting": brief.waiting,
        "rows_affected": brief.rows,
        "up_to_date": not brief.stale and brief.night is not None,
        "missing": [
            {
                "kind": each.kind.value,
                "label": each.label,
                "expected_at": each.at.isoformat(),
                "hours": round(each.late.total_seconds() / 3600, 1),
            }
            for each in brief.absent
            if each.is_missing
        ],
        "late": [
            {"kind": each.kind.value, "label": each.label, "expected_at": each.at.isoformat()}
            for each in brief.absent
            if not each.is_missing
        ],
        "failed": [run.id for run in brief.failed],
        "incomplete": [run.id for run in brief.unread],
        "unusual": [
            {
                "run_id": each.run.id,
                "building": each.far.building or None,
                "rows_affected": each.far.rows,
                "usual": each.far.usual,
            }
            for each in brief.unusual
        ],
        "runs": [run_row(run) for run in brief.runs],
        "causes": [_cause_row(cause, rules) for cause in brief.causes],
        "seen": [seen.row(one, rules) for one in brief.seen],
        "following_rows": brief.following,
        "trend": {trend.kind.value: list(trend.rows) for trend in brief.trends},
    }
