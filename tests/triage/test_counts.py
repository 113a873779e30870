"""Counts far from the usual ones, whole or by building, from whatever source."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from importlog_tui.triage.counts import Far, far, far_by_building

DAY = date(2026, 11, 23)  # a Monday
WEEK = timedelta(days=7)


def nights(*counts: int) -> list[tuple[date, int]]:
    """Counts of the nights before, newest first."""
    return [(DAY - timedelta(days=ago), count) for ago, count in enumerate(counts, 1)]


@pytest.mark.parametrize(
    ("now", "is_far"),
    [(61, False), (0, True), (122, True), (121, False), (31, False), (30, True), (12_000, True)],
)
def test_double_or_half_of_the_usual_is_far(now: int, is_far: bool) -> None:
    told = far(now, nights(61, 60, 62), DAY)
    assert (told is not None) is is_far
    assert told is None or told.usual == 61


def test_few_rows_more_or_less_are_nothing_to_speak_of() -> None:
    assert far(19, nights(0, 0, 0), DAY) is None
    assert far(20, nights(0, 0, 0), DAY) == Far("", 20, 0, is_weekday=False)


def test_a_weekday_is_compared_with_itself_where_enough_of_them_are_known() -> None:
    """On Mondays, after the weekend's changes, three times as many rows are usual."""
    before = [(DAY - timedelta(days=ago), 300 if ago % 7 == 0 else 100) for ago in range(1, 29)]
    assert far(300, before, DAY) is None
    told = far(100, before, DAY)
    assert told == Far("", 100, 300, is_weekday=True)
    assert far(100, before, DAY + timedelta(days=1)) is None


def test_two_nights_are_no_usual_ones() -> None:
    assert far(1000, nights(1, 1), DAY) is None


def test_a_building_that_is_gone_is_told_and_one_that_is_new() -> None:
    before = [(day, {"HS": 100, "MS": 40}) for day, _ in nights(0, 0, 0)]
    assert far_by_building({"HS": 101, "ES": 30}, before, DAY) == [
        Far("MS", 0, 40, is_weekday=False),
        Far("ES", 30, 0, is_weekday=False),
    ]


def test_a_night_without_a_building_column_tells_nothing() -> None:
    before = [(day, {"HS": 100}) for day, _ in nights(0, 0, 0)]
    assert far_by_building({}, before, DAY) == []
    assert far_by_building({"HS": 100}, [(DAY - WEEK, {}), *before], DAY) == []
    assert far_by_building({"HS": 1}, [(day, {}) for day, _ in before], DAY) == []
