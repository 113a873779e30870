"""The mornings of several districts in one table, worst first: for somebody who looks after dozens of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importlog_tui.report.brief import alarms
from importlog_tui.text import fit, one_line, width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from importlog_tui.triage.brief import Brief

_WIDEST_NAME = 24
_HEADS = ("District", "Last run", "Ran", "New", "Back", "Rows", "")


@dataclass(frozen=True, slots=True)
class Morning:
    """One district's morning.

    Attributes:
        name: of the district, as the configuration calls it.
        brief: None where its archive does not exist or can't be read; `reason` says why.
        zone: an instant on its own clock.
    """

    name: str
    brief: Brief | None
    zone: Callable[[datetime], datetime]
    reason: str = ""

    @property
    def status(self) -> int:
        """0 nothing new, 1 something needs a person, 2 it could not tell."""
        return 2 if self.brief is None else self.brief.status

    @property
    def badness(self) -> tuple[int, int, int, str]:
        """What it is sorted by: what did not run, what could not be told, how much is new."""
        brief = self.brief
        if brief is None:
            return (1, 0, 0, self.name)
        missing = sum(each.is_missing for each in brief.absent)
        fresh = (brief.new or 0) + (brief.returned or 0)
        rank = 0 if brief.failed or missing else 1 if self.status == 2 else 2 if self.status else 3
        return (rank, -len(brief.failed) - missing, -fresh, self.name)


def status(mornings: Iterable[Morning]) -> int:
    """Of all: 1 where one needs a person, else 2 where one could not tell, else 0."""
    each = {morning.status for morning in mornings}
    return next((one for one in (1, 2) if one in each), 0)


def lines(mornings: Sequence[Morning], columns: int) -> Iterator[str]:
    """The table, as wide as `columns` at most."""
    rows = [_row(morning) for morning in sorted(mornings, key=lambda one: one.badness)]
    widths = [max(width(row[n]) for row in (_HEADS, *rows)) for n in range(len(_HEADS))]
    widths[0] = min(widths[0], _WIDEST_NAME)
    for row in (_HEADS, *rows):
        cells = [
            fit(cell, widths[n]) if n < 2 else " " * (widths[n] - width(cell)) + cell
            for n, cell in enumerate(row[:-1])
        ]
        yield fit(f"{'  '.join(cells)}  {row[-1]}", columns).rstrip()


def _row(morning: Morning) -> tuple[str, ...]:
    brief = morning.brief
    name = one_line(morning.name)
    if brief is None or brief.night is None:
        undated = brief is not None and brief.undated
        reason = "no import tells its time" if undated else "nothing was brought in yet"
        return name, "-", "-", "-", "-", "-", morning.reason or reason
    last = max((run.performed_at for run in brief.runs if run.performed_at), default=None)
    told = [alarm.lstrip("!? ") for alarm in alarms(brief, morning.zone) if not alarm.startswith("  ")]
    if brief.stale:
        told.insert(0, "nothing of this night was brought in")
    return (
        name,
        f"{morning.zone(last):%a %d %b %H:%M}" if last else "-",
        f"{brief.ran}/{max(brief.expected, brief.ran)}",
        _number(brief.new),
        _number(brief.returned),
        _number(brief.rows),
        "; ".join(told),
    )


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"
