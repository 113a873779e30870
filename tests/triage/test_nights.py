from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.model import Basis, Kind, Precision, Result, Run
from importlog_tui.triage.nights import Night, kinds_expected, night_of, nights

NEW_YORK = ZoneInfo("America/New_York")


def run(run_id: int, at: datetime | None, kind: Kind = Kind.USERS) -> Run:
    return Run(
        run_id,
        kind,
        "",
        at,
        "",
        Precision.MINUTE,
        Basis.WRITTEN,
        Result.COMPLETED,
        "",
        0,
        0,
        0,
        True,
        True,
        "",
    )


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def test_a_run_just_before_midnight_belongs_to_the_next_morning() -> None:
    assert night_of(local("2026-11-22T23:50"), NEW_YORK) == date(2026, 11, 23)
    assert night_of(local("2026-11-23T01:02"), NEW_YORK) == date(2026, 11, 23)
    assert night_of(local("2026-11-23T17:59"), NEW_YORK) == date(2026, 11, 23)
    assert night_of(local("2026-11-23T18:00"), NEW_YORK) == date(2026, 11, 24)


def test_a_night_is_counted_on_the_readers_clock() -> None:
    at = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)

    assert night_of(at, UTC) == date(2026, 11, 24)
    assert night_of(at, NEW_YORK) == date(2026, 11, 23)


def test_nights_come_newest_first_their_runs_as_they_ran_and_undated_runs_last() -> None:
    runs = [
        run(4, None),
        run(1, local("2026-11-22T01:12"), Kind.ENROLLMENTS),
        run(2, local("2026-11-22T01:02")),
        run(3, local("2026-11-22T23:50")),
    ]

    found = nights(runs, NEW_YORK)

    assert [(night.day, [r.id for r in night.runs]) for night in found] == [
        (date(2026, 11, 23), [3]),
        (date(2026, 11, 22), [2, 1]),
        (None, [4]),
    ]


def test_runs_of_one_minute_stand_in_the_order_of_repair() -> None:
    at = local("2026-11-22T01:02")

    (night,) = nights([run(1, at, Kind.ENROLLMENTS), run(2, at, Kind.COURSES), run(3, at)], NEW_YORK)

    assert [r.kind for r in night.runs] == [Kind.USERS, Kind.COURSES, Kind.ENROLLMENTS]


def test_a_whole_night_holds_the_kinds_that_ever_ran() -> None:
    groups = [Night(date(2026, 11, 23), (run(1, None),)), Night(None, (run(2, None, Kind.COURSES),))]

    assert kinds_expected(groups) == {Kind.USERS}


@given(st.lists(st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))))
def test_no_run_is_lost_or_shown_twice(times: list[datetime | None]) -> None:
    runs = [run(number, at) for number, at in enumerate(times)]

    found = nights(runs, NEW_YORK)

    assert sorted(r.id for night in found for r in night.runs) == [r.id for r in runs]
    days = [night.day for night in found if night.day]
    assert days == sorted(set(days), reverse=True)
    for night in found:
        for one in night.runs:
            if night.day and one.performed_at:
                local_time = one.performed_at.astimezone(NEW_YORK).replace(tzinfo=None)
                begin = datetime.combine(night.day, datetime.min.time()) - timedelta(hours=6)
                assert begin <= local_time < begin + timedelta(days=1)
