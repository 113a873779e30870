"""What keeps happening to one person, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from importlog_tui.triage.disabled import Disabled, Made
    from importlog_tui.triage.person import Repeated


def sentence(what: Repeated, day: Callable[[datetime], str]) -> str:
    """What happened how often, "Enabled by hand, disabled again: 3 times since 9 Nov (User is sent as inactive)"; `day` names a day."""
    since = f" since {day(what.since)}" if what.since else ""
    message = one_line(what.message)
    if what.is_in_a_row:
        return f"Disabled again every night: {what.times:,} nights{since} ({message})"
    times = f"{what.times:,} {'time' if what.times == 1 else 'times'}{since}"
    if what.by_hand:
        return f"Enabled by hand, disabled again: {times} ({message})"
    return f"Cured, came back: {times} ({message})"


def why_lines(told: Disabled, day: Callable[[datetime], str]) -> list[str]:
    """Why an account is disabled again and again, and on which days it was seen so."""
    verdict = told.verdict
    lines = [
        f"{verdict.cause} {verdict.remedy}",
        f"{verdict.certainty.capitalize()}: {' '.join(verdict.evidence)}",
    ]
    if told.times:
        days = ", ".join(f"{'active' if one.is_active else 'inactive'} {day(one.at)}" for one in told.seen)
        lines.append(f"In Schoology: {days}.")
    if told.made is not None:
        lines.append(_made(told.made, day))
    return [one_line(line) for line in lines]


def _made(made: Made, day: Callable[[datetime], str]) -> str:
    by = f" by {made.by}" if made.by.strip() else ""
    if made.into is None:
        return f"Schoology says: made inactive on {day(made.at)}{by}, and no Users import had begun shortly before: by hand."
    minutes = int(made.into.total_seconds() // 60)
    after = f"{minutes} {'minute' if minutes == 1 else 'minutes'}"
    return f"Schoology says: made inactive on {day(made.at)}{by}, {after} into that night's Users import: the import did it."
