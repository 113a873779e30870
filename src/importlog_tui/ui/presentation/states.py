"""States in words: against the nights before, how long, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.model import State
from importlog_tui.ui.presentation.words import day_short, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime, tzinfo

    from importlog_tui.model import ErrorType, Record
    from importlog_tui.triage.views import Fresh

RERUN = "re-run, same data"

_BARS = "▁▂▃▄▅▆▇█"


def state_word(state: State | None) -> str:
    """The state in its column; "" where there is nothing to compare with."""
    return state.value if state is not None else ""


def sent_word(item: ErrorType | Record, zone: tzinfo | None, today: date) -> str:
    """That it went out on a work list: "sent 23 Nov"; "" where it did not."""
    return "" if item.sent_at is None else f"sent {day_short(item.sent_at.astimezone(zone).date(), today)}"


def since_words(item: ErrorType | Record, day: date | None, zone: tzinfo | None, today: date) -> str:
    """The state with since when: "new today", "still, 12 nights, since 11 Nov", "returned, last seen 9 Nov".

    `day` is that of the night that `item` belongs to.
    """

    def told(at: datetime | None) -> str:
        return day_short(at.astimezone(zone).date(), today) if at else ""

    match item.state:
        case State.NEW:
            if day is None:
                return "new"
            return "new today" if day == today else f"new on {day_short(day, today)}"
        case State.STILL:
            parts = [plural(item.nights, "night")] if item.nights > 1 else []
            parts += [f"since {told(item.since)}"] if item.since else []
            return ", ".join(["still", *parts])
        case State.RETURNED:
            return f"returned, last seen {told(item.last_seen)}" if item.last_seen else "returned"
        case State.GONE:
            return f"gone, last seen {told(item.last_seen)}" if item.last_seen else "gone"
        case _:
            return ""


def fresh_counts(some: Iterable[Fresh | None]) -> str:
    """New and returned records of several runs together, "9 new", "0 new" included; "" where nothing of it can be told."""
    told = [each for each in some if each is not None]
    return _counts(sum(each.new for each in told), sum(each.returned for each in told)) if told else ""


def _counts(new: int, returned: int) -> str:
    parts = [f"{new:,} new"] if new or not returned else []
    return ", ".join([*parts, *([f"{returned:,} returned"] if returned else [])])


def of_whole(counts: str, whole: str) -> str:
    """Counts with the whole in view: "9 new of 482"; "9 new, 500 of 1,214" where the whole was not read."""
    if not counts or not whole:
        return counts or whole
    return f"{counts}, {whole}" if " of " in whole else f"{counts} of {whole}"


def sparkline(values: Sequence[int | None]) -> str:
    """A bar per value, oldest first, its height by the largest; a blank where it is not known."""
    most = max((value for value in values if value is not None), default=0)
    return "".join(
        " " if value is None else _BARS[0 if not most else round(value / most * (len(_BARS) - 1))]
        for value in values
    )
