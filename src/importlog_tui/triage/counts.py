"""Counts far from the usual ones of their weekday, as a whole or building by building. Pure: counts per night in, from whatever source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

LEAST: Final = 3
"""Nights below which nothing is usual."""
NIGHTS: Final = 14
"""Nights that tell what is usual."""
FAR: Final = 20
"""Rows that a count has to be off, besides being double or half of what is usual."""


class Far(NamedTuple):
    """A count far from the usual one.

    Attributes:
        building: as the source writes it; "" for the whole.
        usual: the median of the nights that it was compared with.
        is_weekday: these were nights of the same weekday; where there are too few of them, the last nights are taken.
    """

    building: str
    rows: int
    usual: int
    is_weekday: bool


def usual(before: Sequence[tuple[date, int]], day: date) -> tuple[int, bool] | None:
    """The median of the nights before, the newest first, and whether these are of the weekday of `day`; None where they are too few."""
    same = [rows for other, rows in before if other.weekday() == day.weekday()][:NIGHTS]
    is_weekday = len(same) >= LEAST
    values = same if is_weekday else [rows for _, rows in before[:NIGHTS]]
    if len(values) < LEAST:
        return None
    from statistics import median  # slow to import, with its fractions and decimals

    return int(median(values)), is_weekday


def far(now: int, before: Sequence[tuple[date, int]], day: date, building: str = "") -> Far | None:
    """Whether `now`, the count of the night of `day`, is far from those of the nights before, the newest first."""
    found = usual(before, day)
    if found is None:
        return None
    most, is_weekday = found
    if abs(now - most) < FAR or most / 2 < now < most * 2:
        return None
    return Far(building, now, most, is_weekday)


def far_by_building(
    now: Mapping[str, int], before: Sequence[tuple[date, Mapping[str, int]]], day: date
) -> list[Far]:
    """The buildings whose count of the night of `day` is far from their nights before, the newest first; the farthest first.

    Each mapping is building -> rows of one night, from affected records, an SIS extract or whatever else has a building column. A building that a
    night does not name had no row then. A night without any building tells nothing, neither now nor before.
    """
    if not now:
        return []
    told = [(other, counts) for other, counts in before if counts]
    names = sorted({*now, *(name for _, counts in told for name in counts)} - {""})
    found = [
        far(now.get(name, 0), [(other, counts.get(name, 0)) for other, counts in told], day, name)
        for name in names
    ]
    return sorted(
        (each for each in found if each is not None),
        key=lambda each: (-abs(each.rows - each.usual), each.building),
    )
