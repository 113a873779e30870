"""Times in the forms that people and pages write them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.model import Basis, Precision
from importlog_tui.times import Clock, find_when, in_zone, localise, parse_when, zone_named

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=ZONE)
CLOCK = Clock(ZONE, NOW)


def iso(text: str, clock: Clock = CLOCK) -> str | None:
    at = parse_when(text, clock).at
    return at.isoformat() if at else None


@pytest.mark.parametrize(
    "text",
    [
        "Nov 23, 2026 1:02 am",
        "Mon Nov 23, 2026 at 1:02 am",
        "Monday, November 23, 2026 - 01:02",
        "November 23rd, 2026 at 1:02 AM",
        "Nov. 23, 2026, 1:02 a.m.",
        "Nov 23, 2026 | 1:02am",
        "Nov\u00a023,\u00a02026\u00a01:02\u202fAM",
        "23 November 2026 at 01:02",
        "23-Nov-26 01:02",
        "11/23/2026 01:02",
        "11/23/2026, 1:02:00 AM",
        "11/23/26 1:02 AM",
        "Mon, 11/23/2026 - 01:02",
        "23/11/2026 01:02",
        "23.11.2026 01:02",
        "11-23-2026 01:02",
        "2026-11-23 01:02",
        "2026-11-23T01:02:00.123",
        "2026/11/23 01:02",
        "2026-11-23T06:02:00+00:00",
        "Mon, 23 Nov 2026 06:02:00 +0000 (UTC)",
        "2026-11-23T06:02Z",
        "20261123T060200Z",
        "20261123T0102",
        "20261123T010200.5-0500",
        "Nov 23, 2026 1:02 am EST",
        "Nov 23, 2026 12:02 am (CST)",
        "Nov 22, 2026 10:02 pm PST",
        "Nov 23, 2026 1:02 am ET",
        "Nov 23, 2026 06:02 UTC",
        "2026-11-23 00:02 America/Chicago",
        "2026-11-23 1:02 am (US/Eastern)",
        "Nov 23, 2026 1:02 am GMT-5",
        "1:02 am Nov 23, 2026",
        "1:02 AM on 11/23/2026",
        "Yesterday at 1:02 am",
        "yesterday, 01:02",
        "Nov 23 1:02 am",
        "11/23 1:02 am",
    ],
)
def test_a_minute_is_told_from_every_form(text: str) -> None:
    when = parse_when(text, CLOCK)

    assert when.at == datetime(2026, 11, 23, 1, 2, tzinfo=ZONE)
    assert when.text == text
    assert when.precision is Precision.MINUTE


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("12:05 am", 0),
        ("12:05 pm", 12),
        ("1:05 pm", 13),
        ("13:05", 13),
        ("00:05", 0),
        ("13:05 PM", 13),
        ("0:05 am", 0),
    ],
)
def test_noon_and_midnight_on_both_clocks(text: str, hour: int) -> None:
    at = parse_when(f"Nov 23, 2026 {text}", CLOCK).at

    assert at is not None
    assert (at.hour, at.minute) == (hour, 5)


def test_seconds_are_kept() -> None:
    assert iso("November 23rd, 2026 at 1:02:33 PM") == "2026-11-23T13:02:33-05:00"


def test_a_written_zone_is_kept() -> None:
    assert iso("2026-11-23 01:02 +0530") == "2026-11-23T01:02:00+05:30"


@pytest.mark.parametrize(("day_first", "month"), [(False, 4), (True, 11)])
def test_which_of_two_numbers_is_the_day_is_a_setting(day_first: bool, month: int) -> None:
    at = parse_when("4/11/2026 1:02", Clock(ZONE, NOW, day_first=day_first)).at

    assert at is not None
    assert at.month == month


@pytest.mark.parametrize(
    "text",
    [
        "Feb 30, 2026 1:02 am", "11/23/2026 25:61", "13/13/2026", "Nov 23, 2026 13:02 am", "0000-00-00 00:00", "midnight", "1:02 am", "",
        "Users Import", "1.2.3.4", "9" * 400, "٢٣/١١/٢٠٢٦", "9999999 hours ago", "Nov 23, 2026 1:02 am and more", "12/31/9999 23:59 +9999",
        "2026-11-23 01:02:03:04",
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_kept_as_text(text: str) -> None:
    when = parse_when(text, CLOCK)

    assert when.at is None
    assert when.text == text


def test_a_date_alone_is_a_day_from_local_midnight() -> None:
    when = parse_when("Nov 23, 2026", CLOCK)

    assert when.at == datetime(2026, 11, 23, tzinfo=ZONE)
    assert when.precision is Precision.DAY


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("Today at 1:02 am", "2026-11-24T01:02:00-05:00", Precision.MINUTE),
        ("today", "2026-11-24T00:00:00-05:00", Precision.DAY),
        ("7 hours ago", "2026-11-24T01:00:00-05:00", Precision.HOUR),
        ("about an hour ago", "2026-11-24T07:00:00-05:00", Precision.HOUR),
        ("5 minutes ago", "2026-11-24T07:55:00-05:00", Precision.MINUTE),
        ("2 days ago", "2026-11-22T00:00:00-05:00", Precision.DAY),
        ("Monday at 1:02 am", "2026-11-23T01:02:00-05:00", Precision.MINUTE),
        ("Last Tuesday at 11:02 PM", "2026-11-17T23:02:00-05:00", Precision.MINUTE),
        ("Tue 1:02am", "2026-11-24T01:02:00-05:00", Precision.MINUTE),
    ],
)
def test_words_count_from_now_and_say_so(text: str, expected: str, precision: Precision) -> None:
    when = parse_when(text, CLOCK)

    assert when.at is not None
    assert (when.at.isoformat(), when.precision, when.basis) == (expected, precision, Basis.NOW)


def test_words_count_from_when_the_page_was_saved_where_that_is_known() -> None:
    when = parse_when("Yesterday 1:02 am", Clock(ZONE, NOW, saved=datetime(2026, 11, 12, 4, 0, tzinfo=UTC)))

    # 4:00 UTC on the 12th is still the 11th in New York.
    assert when.at == datetime(2026, 11, 10, 1, 2, tzinfo=ZONE)
    assert when.basis is Basis.SAVED


def test_hours_ago_are_real_hours_when_clocks_change() -> None:
    clock = Clock(ZONE, datetime(2026, 11, 1, 8, 0, tzinfo=ZONE))

    assert iso("7 hours ago", clock) == "2026-11-01T01:00:00-05:00"
    assert iso("8 hours ago", clock) == "2026-11-01T01:00:00-04:00"


@pytest.mark.parametrize("zone", [ZONE, None])
def test_an_hour_that_was_left_out_is_told_on_the_clock_that_was_set_forward(
    zone: ZoneInfo | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        clock = Clock(zone, datetime(2026, 3, 9, tzinfo=UTC))
        assert iso("Mar 8, 2026 2:30 am", clock) == "2026-03-08T03:30:00-04:00"
        assert iso("Nov 1, 2025 1:30 am", clock) == "2025-11-01T01:30:00-04:00"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_date_without_year_is_the_last_one() -> None:
    assert iso("Nov 24 7:59 am") == "2026-11-24T07:59:00-05:00"
    assert iso("Nov 24 8:01 am") == "2025-11-24T08:01:00-05:00"
    assert iso("Feb 29") == "2024-02-29T00:00:00-05:00"


def test_the_first_of_a_doubled_hour_is_taken() -> None:
    assert iso("Nov 1, 2026 1:30 am") == "2026-11-01T01:30:00-04:00"


def test_a_time_is_found_in_a_line_with_its_place() -> None:
    line = "Last performed: Nov 23, 2026 1:02 am, with errors"

    found = find_when(line, CLOCK)

    assert found is not None
    assert line[found[1] : found[2]] == found[0].text == "Nov 23, 2026 1:02 am"


@pytest.mark.parametrize(
    "line", ["row 12 of 30", "building 3-12", "version 1.2.2026.4", "Marshall 11 ran 3 times", "a1/2/2026b"]
)
def test_numbers_that_are_no_time_are_left_alone(line: str) -> None:
    assert find_when(line, CLOCK) is None


def test_without_a_zone_the_machine_s_own_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    aware = localise(datetime(2026, 7, 1, 12, 0), None)

    assert aware.utcoffset() is not None
    assert in_zone(aware, UTC) == aware


def test_zones_by_name() -> None:
    assert zone_named("") is None
    assert zone_named("local") is None
    assert zone_named("America/New_York") == ZONE
    assert zone_named("UTC") is UTC


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc/passwd", "/etc/passwd", "a\x00b", "é" * 300])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        zone_named(name)


FORMS = [
    "%b %d, %Y %I:%M %p", "%a %b %d, %Y at %I:%M %p", "%A, %B %d, %Y - %H:%M", "%d %B %Y %H:%M", "%d-%b-%y %H:%M", "%m/%d/%Y %H:%M",
    "%m/%d/%y %I:%M %p", "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d, %H:%M", "%I:%M %p on %m/%d/%Y", "%B %d, %Y, %I:%M:%S %p",
]  # fmt: skip


@given(
    st.datetimes(datetime(2001, 1, 1), datetime(2068, 12, 31)).map(
        lambda at: at.replace(second=0, microsecond=0)
    ),
    st.sampled_from(FORMS),
)
def test_every_form_comes_back(naive: datetime, form: str) -> None:
    text = naive.strftime(form)

    assert parse_when(text, CLOCK).at == localise(naive, ZONE)


@given(st.datetimes(datetime(2001, 1, 1), datetime(2068, 12, 31), timezones=st.timezones()))
def test_iso_comes_back_with_its_offset(at: datetime) -> None:
    at = at.replace(microsecond=0)
    offset = at.utcoffset()
    if offset is None or offset % timedelta(minutes=1):
        return

    # Compared as written: where clocks are set forward, a wall-clock time that never was has no one instant.
    assert iso(at.isoformat()) == at.isoformat()


@given(st.text(alphabet=st.sampled_from("0123456789/:-., amptodyNvs٣") | st.characters(), max_size=60))
def test_any_text_is_a_time_or_none(text: str) -> None:
    when = parse_when(text, CLOCK)

    assert when.text == text
    assert when.at is None or when.at.tzinfo is not None


@pytest.mark.parametrize(
    "text", ["Wed Jan 14 01:02:03 2026", "Wed Jan 14 06:02:03 UTC 2026", "Jan 14 1:02:03 am, 2026"]
)
def test_a_year_behind_the_time_of_day_is_that_times_year(text: str) -> None:
    when = parse_when(text, Clock(ZONE, datetime(2027, 3, 1, 8, 0, tzinfo=ZONE)))

    assert when.at == datetime(2026, 1, 14, 1, 2, 3, tzinfo=ZONE)
    assert when.basis is Basis.WRITTEN


def test_a_region_that_is_none_leaves_the_time_untold() -> None:
    assert iso("2026-11-23 01:02 America/Atlantis") is None
