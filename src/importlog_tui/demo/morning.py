"""Which night is the newest; apart, so that an archive made before opens without the rest of this room."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo


def newest_day(now: datetime, zone: tzinfo | None) -> date:
    """The date of the last night that is over at `now`."""
    return (now.astimezone(zone) - timedelta(hours=3)).date()


def at_local(day: date, clock: time, zone: tzinfo | None) -> datetime:
    """That local moment, aware; zone None is the machine's own."""
    naive = datetime.combine(day, clock)
    return naive.astimezone() if zone is None else naive.replace(tzinfo=zone)
