"""Times of day on the reader's clock, and beside them the GMT hour, which is the schedule's (schoology.md 3.6)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


def clock(at: datetime, zone: Callable[[datetime], datetime]) -> str:
    """The time on the reader's clock, and the GMT hour beside it where that is another one."""
    local = zone(at)
    offset = local.utcoffset()
    if not offset:
        return f"{local:%H:%M} GMT"
    return f"{local:%H:%M} ({local - offset:%H:%M} GMT)"


def clock_at_change(at: datetime, zone: Callable[[datetime], datetime]) -> str:
    """The time on the reader's clock; as `clock` where the clocks change within a day, so that the same hour of GMT is another one the night before."""
    day = timedelta(days=1)
    if zone(at - day).utcoffset() == zone(at + day).utcoffset():
        return f"{zone(at):%H:%M}"
    return clock(at, zone)
