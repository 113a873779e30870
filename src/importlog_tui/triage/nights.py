"""Runs that belong together, one night's import of each kind, as one group."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from importlog_tui.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, tzinfo

    from importlog_tui.model import Run

EVENING = timedelta(hours=6)
"""A run at or after 18:00 belongs to the next morning: imports are started from evening on (schoology.md 1.1.1), and people look in the morning."""


class Night(NamedTuple):
    """The runs of one night.

    Attributes:
        day: the date of its morning; None for runs whose time nobody tells.
        runs: in the order in which they ran.
    """

    day: date | None
    runs: tuple[Run, ...]


def night_of(at: datetime, zone: tzinfo | None) -> date:
    """The morning that a run at the aware time `at` belongs to, on the clock of `zone` (None: the machine's)."""
    return (at.astimezone(zone).replace(tzinfo=None) + EVENING).date()


def nights(runs: Iterable[Run], zone: tzinfo | None) -> list[Night]:
    """All nights, newest first; undated runs last, as a night without a day."""
    by_day: defaultdict[date | None, list[Run]] = defaultdict(list)
    for run in runs:
        by_day[None if run.performed_at is None else night_of(run.performed_at, zone)].append(run)
    undated = by_day.pop(None, [])
    groups = [Night(day, _in_order(by_day[day])) for day in sorted((d for d in by_day if d), reverse=True)]
    if undated:
        groups.append(Night(None, tuple(sorted(undated, key=lambda run: run.id, reverse=True))))
    return groups


def kinds_expected(groups: Sequence[Night]) -> set[Kind]:
    """The kinds that ran in any dated night; what a whole night holds."""
    return {run.kind for night in groups if night.day for run in night.runs} - {Kind.OTHER}


_REPAIR = {kind: place for place, kind in enumerate(Kind)}


def _in_order(runs: Iterable[Run]) -> tuple[Run, ...]:
    epoch = datetime.min.replace(tzinfo=UTC)
    return tuple(sorted(runs, key=lambda run: (run.performed_at or epoch, _REPAIR[run.kind], run.id)))
