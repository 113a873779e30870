"""Times, counts and results in the words of the screen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from importlog_tui.model import Basis, Kind, Precision, Result
from importlog_tui.report.clocks import clock, clock_at_change
from importlog_tui.text import one_line

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo

    from importlog_tui.model import ErrorType, Run
    from importlog_tui.outcome import Outcome

KINDS = {Kind.USERS: "Users", Kind.COURSES: "Courses", Kind.ENROLLMENTS: "Enrollments", Kind.OTHER: "Import"}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

UNDATED = "No date"


def plural(count: int, noun: str) -> str:
    """A count and its noun: "1 row", "1,214 rows"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def came(outcome: Outcome) -> str:
    """What is new in the archive since: "2 new imports, 14 new rows"; "" for nothing."""
    new = {"import": outcome.new_runs, "error": outcome.new_errors, "row": outcome.new_records}
    return ", ".join(plural(count, f"new {noun}") for noun, count in new.items() if count)


def day_name(day: date | None, today: date) -> str:
    """A night's name: "Mon 23 Nov", with the year where it is not this one; "No date"."""
    if day is None:
        return UNDATED
    name = f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return name if day.year == today.year else f"{name} {day.year}"


def day_short(day: date, today: date) -> str:
    """A day in running text: "11 Nov", with the year where it is not this one."""
    name = f"{day.day} {_MONTHS[day.month - 1]}"
    return name if day.year == today.year else f"{name} {day.year}"


def clock_time(run: Run, zone: tzinfo | None, *, gmt: bool = False) -> str:
    """The time of day on the clock of `zone`, "01:02"; "" where no source tells it, "~01:02" for a coarse one.

    With `gmt` the GMT hour stands beside it in the nights when clocks change.
    """
    if run.performed_at is None or run.precision is Precision.DAY:
        return ""
    at = run.performed_at.astimezone(zone)
    told = clock_at_change(run.performed_at, lambda at: at.astimezone(zone)) if gmt else f"{at:%H:%M}"
    return f"~{told}" if run.precision is Precision.HOUR or run.basis is Basis.MAIL else told


def full_time(run: Run, zone: tzinfo | None) -> str:
    """Date and time with the GMT hour beside it, which is the schedule's (schoology.md 3.6), and what it was counted from where that is not the page itself."""
    if run.performed_at is None:
        written = one_line(run.performed_text)
        return f"“{written}”, a time that can't be told" if written else "no time is told"
    at = run.performed_at.astimezone(zone)
    day = f"{_DAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]} {at.year}"
    when = day if run.precision is Precision.DAY else f"{day} {clock(run.performed_at, lambda _: at)}"
    return (
        when
        + {
            Basis.WRITTEN: "",
            Basis.SAVED: ", counted from when the page was saved",
            Basis.NOW: ", counted from when it was read",
            Basis.MAIL: ", the time of its mail",
        }[run.basis]
    )


def ago(at: datetime, now: datetime) -> str:
    """How long ago, "7 h ago"; whole units, never more than is known."""
    passed = now - at
    if passed < timedelta(minutes=1):
        return "now" if passed >= -timedelta(minutes=1) else "ahead of this clock"
    minutes = int(passed.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // (24 * 60)} days ago"


def run_label(run: Run) -> str:
    """The kind's short name, or the import's own label where the kind is none of the three."""
    if run.kind is Kind.OTHER:
        return one_line(run.label) or "Import"
    return KINDS[run.kind]


def result_word(run: Run) -> str:
    """The result in one or two words; a number of errors only where a source tells it."""
    match run.result:
        case Result.COMPLETED_WITH_ERRORS:
            return "errors" if not run.errors else plural(run.errors, "error")
        case Result.COMPLETED if run.errors:
            return plural(run.errors, "error")
        case Result.UNKNOWN:
            return one_line(run.result_text) or "unknown"
        case _:
            return run.result.value


def result_short(run: Run) -> str:
    """The result where there is room for six cells."""
    if run.errors and run.result in {Result.COMPLETED_WITH_ERRORS, Result.COMPLETED}:
        return f"{run.errors:,} err"
    return {Result.COMPLETED: "done", Result.UNKNOWN: "?"}.get(run.result, result_word(run))


def rows(affected: int | None, read: int, *, complete: bool) -> str:
    """A count column: "412"; "500 of 1,214" where only part was read; "61 of ?" where nobody tells how many there are."""
    if affected is None:
        return f"{read:,} of ?" if read else "?"
    if complete or read in {0, affected}:
        return f"{affected:,}"
    return f"{read:,} of {affected:,}"


def rows_sentence(error: ErrorType) -> str:
    """How many rows and how many of them were read, for the heading over an error's records."""
    if error.rows_affected is None:
        return (
            f"{plural(error.rows_read, 'row')} read, how many there are is not told"
            if error.rows_read
            else "number of rows not told, none read"
        )
    if not error.rows_read and error.rows_affected:
        return f"{plural(error.rows_affected, 'row')}, none read yet"
    if error.complete:
        return plural(error.rows_affected, "row")
    return f"{error.rows_read:,} of {plural(error.rows_affected, 'row')} read"
