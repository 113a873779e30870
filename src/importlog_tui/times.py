"""Times as people and pages write them.

Schoology's own form and zone are unknown (schoology.md 1.2), so every common form is read, the text is always kept, and a time that
can't be told has no instant instead of a guessed one.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import NamedTuple

from importlog_tui.model import Basis, Precision, When


class Clock(NamedTuple):
    """What a time without a zone, a year or a date is counted from.

    Attributes:
        zone: of times that name none; None is the machine's own.
        now: the moment of reading, aware.
        saved: when the source was saved, recorded or mailed, aware, where that is known.
        day_first: whether 4/11/2026 is in November.
    """

    zone: tzinfo | None
    now: datetime
    saved: datetime | None = None
    day_first: bool = False

    @property
    def base(self) -> datetime:
        """What "Today" is counted from, in this clock's zone."""
        return in_zone(self.saved or self.now, self.zone)

    @property
    def basis(self) -> Basis:
        """What that is."""
        return Basis.SAVED if self.saved else Basis.NOW


def localise(naive: datetime, zone: tzinfo | None) -> datetime:
    """A wall-clock time as an aware one; the first of the two where clocks were set back.

    An hour that was left out when clocks were set forward is one on a clock that nobody set: it is told on the one that was, an hour later.
    """
    both = [naive.replace(tzinfo=zone, fold=fold).astimezone(UTC).astimezone(zone) for fold in (0, 1)]
    return next((at for at in both if at.replace(tzinfo=None) == naive), max(both))


def in_zone(aware: datetime, zone: tzinfo | None) -> datetime:
    """The same instant on the wall clock of `zone`."""
    return aware.astimezone(zone)


def zone_named(name: str) -> tzinfo | None:
    """The zone of an IANA name, "UTC", or an offset such as "-05:00"; None, the machine's, for "" and "local".

    Raises:
        ValueError: no such zone.
    """
    if name.strip().lower() in {"", "local"}:
        return None
    known = _written_zone(name.strip())
    if known is not None:
        return known
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone is named {name!r}") from error


YEARS = range(1900, 3000)
"""Years that are taken for a time; near the ends of the calendar a change of zone overflows it."""

_HOURS_OF = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "akst": -9, "akdt": -8, "hst": -10, "ast": -4, "adt": -3,
}  # fmt: skip
_REGION_OF = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
_OFFSET = r"(?:utc|gmt)?([+-])([0-9]{1,2}):?([0-9]{2})?"


def _written_zone(text: str) -> tzinfo | None:
    name = text.strip(" ()").lower()
    if name in _HOURS_OF:
        hours = _HOURS_OF[name]
        return timezone(timedelta(hours=hours), name.upper()) if hours else UTC
    if name in _REGION_OF:
        from zoneinfo import ZoneInfo

        return ZoneInfo(_REGION_OF[name])
    if offset := re.fullmatch(_OFFSET, name, re.IGNORECASE):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes < 24 * 60 and int(offset[3] or 0) < 60:
            return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    return _region(name) if "/" in name else None


def _region(name: str) -> tzinfo | None:
    """The zone of an IANA name in any case ("america/new_york"); None for none."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    area, *places = ("_".join(map(str.capitalize, part.split("_"))) for part in name.split("/"))
    try:
        return ZoneInfo("/".join(["US" if area == "Us" else area, *places]))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august", "sep sept september",
            "oct october", "nov november", "dec december",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?(?![a-z])"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?(?![0-9a-z:])"
_YEAR = "(?P<year>[0-9]{4})(?![0-9:])"
_WEEKDAYS = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
_WEEKDAY = rf"(?:{_WEEKDAYS},?\s{{0,3}}(?:the\s)?)?"
_GAP = r"[\s\u00a0]{1,3}"
_TO_TIME = r"(?:t(?=[0-9])|[\s\u00a0]{0,3}(?:,|@|-|–|—|·|•|\||at|um)?[\s\u00a0]{1,3}|,[\s\u00a0]{0,3}|@)"
_HALF = r"(?:[\s\u00a0\u202f]{0,2}(?P<half>[ap])(?:m\b|\.\s?m\b\.?))"
_TIME = (
    rf"(?:(?P<hour>[0-9]{{1,2}})(?:[:.h](?P<minute>[0-9]{{2}})(?![0-9])(?::(?P<second>[0-9]{{2}})(?:[.,][0-9]{{1,9}})?)?{_HALF}?"
    rf"|{_HALF.replace('half', 'half_alone')})|(?P<named>noon|midnight))"
)
_ZONE = (
    r"(?:[\s\u00a0]{0,2}(?P<zone>z\b|\(?(?:utc|gmt)?[+-][0-9]{1,2}(?::?[0-9]{2})?(?![0-9:])\)?|\(?(?:"
    + "|".join([*(name for name in _HOURS_OF if name != "z"), *_REGION_OF])
    + r")\b\)?(?![+-][0-9])|\(?(?:africa|america|antarctica|asia|atlantic|australia|europe|indian|pacific|us)/[a-z_/]{2,30}\)?)(?:\s\([a-z]{2,5}\))?)?"
)
_DATES = (
    # 2026-11-23, 2026/11/23
    rf"{_WEEKDAY}(?P<year>[0-9]{{4}})(?P<sep>[-/.])(?P<month_number>[0-9]{{1,2}})(?P=sep)(?P<day>[0-9]{{1,2}})(?![0-9])",
    # 11/23/2026, 23.11.2026, 11-23-26
    rf"{_WEEKDAY}(?P<first>[0-9]{{1,2}})(?P<sep>[-/.])(?P<second_number>[0-9]{{1,2}})(?P=sep)(?P<year>[0-9]{{4}}|[0-9]{{2}})(?![0-9])",
    # 11/23 1:02 am; without a time of day it may as well be a fraction
    rf"{_WEEKDAY}(?P<first>[0-9]{{1,2}})(?P<sep>/)(?P<second_number>[0-9]{{1,2}})(?=,?[\s\u00a0]{{1,3}}(?:at\s)?[0-9]{{1,2}}[: ][0-9ap])",
    # Nov 23, 2026; November 23rd
    rf"{_WEEKDAY}{_MONTH}{_GAP}{_DAY}(?:,?{_GAP}{_YEAR}|,(?P<year_close>[0-9]{{4}})(?![0-9:]))?",
    # 23 Nov 2026; 23-Nov-26; 23rd of November
    rf"{_WEEKDAY}(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:\.?{_GAP}(?:of\s)?|-){_MONTH}(?:(?:,?{_GAP}|-){_YEAR}|-(?P<year_close>[0-9]{{2}})(?![0-9]))?",
    r"(?P<word>today|yesterday)",
    # Monday at 1:02 am, of the week before; a weekday without an hour may be any word
    rf"(?:last{_GAP})?(?P<weekday>{_WEEKDAYS}),?(?={_GAP}(?:at\s)?[0-9]{{1,2}}(?::[0-9]{{2}}|\s?[ap]))",
)
_COMPACT = (  # 20261123T010200Z, ISO 8601's basic form
    r"(?P<year>[0-9]{4})(?P<month_number>[0-9]{2})(?P<day>[0-9]{2})t(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})"
    rf"(?:(?P<second>[0-9]{{2}})(?:[.,][0-9]{{1,9}})?)?{_ZONE}"
)
_YEAR_LAST = rf"{_WEEKDAY}{_MONTH}{_GAP}{_DAY}{_GAP}{_TIME}{_ZONE},?{_GAP}{_YEAR}"  # Mon Nov 23 01:02:03 EST 2026, as date(1) prints it
_AGO = (
    r"(?:about\s|approximately\s|~\s?)?(?P<many>[0-9]{1,6}|an?|one)[\s\u00a0]{1,3}(?P<unit>second|sec|minute|min|hour|hr|day|week)s?\s{1,3}ago"
    r"|(?P<just>just now)"
)
_EDGE, _END = r"(?<![0-9a-z.:/-])", r"(?![0-9a-z]|[.:/-][0-9])"


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    """Made when the first time is read: the screen reads none, and would wait for them."""
    return tuple(
        re.compile(_EDGE + form, re.IGNORECASE | re.ASCII)
        for form in (
            *(f"{date}(?:{_TO_TIME}{_TIME}{_ZONE})?{_END}" for date in _DATES),
            *(f"{_TIME}{_ZONE}(?:,?[\\s\u00a0]{{1,3}}(?:on[\\s\u00a0])?){date}{_END}" for date in _DATES),
            f"{_COMPACT}{_END}",
            f"{_YEAR_LAST}{_END}",
            f"(?:{_AGO}){_END}",
        )
    )


_HINT = re.compile(
    rf"[0-9][-/.][0-9]|[0-9]t[0-9]|today|yesterday|ago\b|just now|\b{_WEEKDAYS},?\s|"
    + "|".join(name for name in _MONTHS if len(name) == 3),
    re.IGNORECASE,
)
"""What every form of a time holds; most lines hold none of it, and are done with."""
_UNIT_MINUTES = {
    "second": 0,
    "sec": 0,
    "minute": 1,
    "min": 1,
    "hour": 60,
    "hr": 60,
    "day": 1440,
    "week": 7 * 1440,
}
_LONGEST = 500
"""Characters of a line that are looked at: a time stands in a short line, a 5 MB cell is no time."""


def find_when(text: str, clock: Clock) -> tuple[When, int, int] | None:
    """The first time in a line, with its place [start, end); the longest one where forms begin together.

    What has a time's shape but is impossible (Feb 30) is found too, without an instant.
    """
    text = text[:_LONGEST]
    if not _HINT.search(text):
        return None
    best: re.Match[str] | None = None
    for form in _forms():
        found = form.search(text)
        if found and (best is None or (found.start(), -found.end()) < (best.start(), -best.end())):
            best = found
    if best is None:
        return None
    return _told(best, clock), best.start(), best.end()


def parse_when(text: str, clock: Clock) -> When:
    """The time that the whole of `text` is; without an instant where it is none or an impossible one. `text` is kept as it is."""
    found = find_when(text, clock)
    if (
        found is None
        or text[: found[1]].strip(" \t\r\n\u00a0,;")
        or text[found[2] :].strip(" \t\r\n\u00a0,.;")
    ):
        return When(text)
    when = found[0]
    return When(text, when.at, when.precision, when.basis)


def _told(found: re.Match[str], clock: Clock) -> When:
    part = {name: value.lower() for name, value in found.groupdict().items() if value is not None}
    text = found.group()
    try:
        return _ago(text, part, clock) if "many" in part or "just" in part else _dated(text, part, clock)
    except (ValueError, OverflowError, OSError):
        return When(text)


def _ago(text: str, part: dict[str, str], clock: Clock) -> When:
    if "just" in part:
        return When(text, clock.base, Precision.MINUTE, clock.basis)
    many = int(part["many"]) if part["many"].isdigit() else 1
    minutes = many * _UNIT_MINUTES[part["unit"]]
    at = in_zone(clock.base.astimezone(UTC) - timedelta(minutes=minutes), clock.zone)
    if part["unit"] in {"day", "week"}:
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        return When(text, localise(midnight, clock.zone), Precision.DAY, clock.basis)
    return When(text, at, Precision.HOUR if part["unit"] in {"hour", "hr"} else Precision.MINUTE, clock.basis)


def _dated(text: str, part: dict[str, str], clock: Clock) -> When:
    zone = _written_zone(part["zone"]) if "zone" in part else None
    if "zone" in part and zone is None:
        return When(text)
    has_time = "hour" in part or "named" in part
    precision = Precision.MINUTE if has_time else Precision.DAY
    hour, minute, second = _time_of_day(part) if has_time else (0, 0, 0)

    def at(year: int, month: int, day: int) -> datetime:
        if year not in YEARS:
            raise ValueError("no import ran in that year")
        naive = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # its zone is given in the next line
        return localise(naive, zone or clock.zone)

    if "word" in part:
        day = in_zone(clock.base, zone) if zone else clock.base
        if part["word"] == "yesterday":
            day = day.replace(tzinfo=None) - timedelta(days=1)
        return When(text, at(day.year, day.month, day.day), precision, clock.basis)
    if "weekday" in part:
        day = clock.base.replace(tzinfo=None)
        days = (day.weekday() - _WEEK.index(part["weekday"][:3])) % 7
        told = at(*(day - timedelta(days=days)).timetuple()[:3])
        return When(text, told if told <= clock.base else told - timedelta(days=7), precision, clock.basis)
    month, day_number = _month_and_day(part, clock)
    year_text = part.get("year") or part.get("year_close")
    if year_text:
        year = int(year_text) + (2000 if len(year_text) == 2 else 0)
        return When(text, at(year, month, day_number), precision, Basis.WRITTEN)
    for year in range(
        clock.base.year, clock.base.year - 9, -1
    ):  # 29 February comes back after eight years at the latest
        try:
            told = at(year, month, day_number)
        except ValueError:
            continue
        if told <= clock.base:
            return When(text, told, precision, clock.basis)
    return When(text)


def _time_of_day(part: dict[str, str]) -> tuple[int, int, int]:
    if "named" in part:
        return (12, 0, 0) if part["named"] == "noon" else (0, 0, 0)
    hour, half = int(part["hour"]), part.get("half") or part.get("half_alone")
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif half and (half == "p") != (hour > 12):  # "13:02 pm" is seen and plain; "13:02 am" contradicts itself
        raise ValueError("no such hour in that half of the day")
    return hour, int(part.get("minute", 0)), int(part.get("second", 0))


def _month_and_day(part: dict[str, str], clock: Clock) -> tuple[int, int]:
    if "month" in part:
        return _MONTHS[part["month"]], int(part["day"])
    if "month_number" in part:
        return int(part["month_number"]), int(part["day"])
    first, second = int(part["first"]), int(part["second_number"])
    day_first = part["sep"] == "." or clock.day_first
    if first > 12 >= second:
        day_first = True
    elif second > 12 >= first:
        day_first = False
    return (second, first) if day_first else (first, second)
