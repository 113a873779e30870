"""Mornings as cron and mail get them: the command `brief` at 8 o'clock, and `find` when the phone rings.

The program's clock is the real one. It is 8 o'clock here because the reader's zone is chosen so, by a rule such as TZ may hold anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from importlog_tui.archive import Archive
from importlog_tui.model import Kind, Result
from tests.stories.mornings import LOPEZ, NGUYEN, TAKEN, fault
from tests.stories.told import District
from tests.ui.small_log import Error, file_run, run

if TYPE_CHECKING:
    from pathlib import Path

INACTIVE = "User is sent as inactive, account was disabled"
HOUR = timedelta(hours=1)


@dataclass
class Clock:
    """A zone in which it is 8 o'clock.

    Attributes:
        offset: of local time from GMT, now.
        tz: for the variable TZ.
    """

    offset: timedelta
    tz: str

    @property
    def now(self) -> datetime:
        return datetime.now(timezone(self.offset))

    @property
    def today(self) -> date:
        return self.now.date()

    def at(self, ago: int, hour: int, minute: int) -> datetime:
        """A time of the wall clock as it stands now, nights ago; in GMT."""
        here = datetime(
            self.today.year, self.today.month, self.today.day, hour, minute, tzinfo=timezone(self.offset)
        )
        return (here - timedelta(days=ago)).astimezone(UTC)


def eight_o_clock(*, set_back: bool = False) -> Clock:
    """With `set_back` the clocks were set back by an hour in the night before the last."""
    hours = 8 - datetime.now(UTC).hour
    clock = Clock(timedelta(hours=hours), f"LOC{-hours:+d}")
    if set_back:
        began, ended = clock.today - timedelta(days=60), clock.today - timedelta(days=1)
        clock.tz += f"SUM{-hours - 1:+d},J{_julian(began)}/2,J{_julian(ended)}/2"
    return clock


def _julian(day: date) -> int:
    """The day of the year as TZ counts it, in which no 29 February is."""
    number = day.timetuple().tm_yday
    return number - (day.month > 2 and day.year % 4 == 0)


@pytest.fixture
def clock() -> Clock:
    return eight_o_clock()


def district(home: Path, clock: Clock) -> District:
    made = District(home)
    made.env["TZ"] = clock.tz
    return made


def ran(home: Path, at: datetime, kind: Kind, *errors: Error) -> None:
    """One import at a time."""
    result = Result.COMPLETED_WITH_ERRORS if errors else Result.COMPLETED
    reading = run(kind, 1, "01:00", result, len(errors))
    reading.when = reading.when._replace(at=at, text=f"{at:%b %d, %Y %H:%M} GMT")
    with Archive.open(home / "archive.sqlite") as archive:
        file_run(archive, reading, errors)


def usual_nights(home: Path, clock: Clock, *, last: int) -> None:
    """Users at 01:02 with the same two rows, enrollments at 01:12 without an error, for a week up to `last` nights ago."""
    for ago in range(7, last - 1, -1):
        ran(home, clock.at(ago, 1, 2), Kind.USERS, fault(TAKEN, LOPEZ, NGUYEN))
        ran(home, clock.at(ago, 1, 12), Kind.ENROLLMENTS)


def test_a_quiet_night_is_exit_0(tmp_path: Path, clock: Clock) -> None:
    usual_nights(tmp_path, clock, last=0)
    status, said = district(tmp_path, clock).run("brief")
    assert status == 0
    assert "2 of 2 ran, 0 new, 0 returned, 0 cured, 2 rows in all" in said
    assert "!" not in said
    assert max(map(len, said.splitlines())) <= 72


def test_a_run_that_did_not_happen_is_exit_1_and_said_first(tmp_path: Path, clock: Clock) -> None:
    usual_nights(tmp_path, clock, last=1)
    ran(tmp_path, clock.at(0, 1, 2), Kind.USERS, fault(TAKEN, LOPEZ, NGUYEN))
    there = district(tmp_path, clock)
    status, said = there.run("brief")
    assert status == 1
    hours = round((clock.now - clock.at(0, 1, 12)).total_seconds() / 3600)
    gmt = clock.at(0, 1, 12)
    first_lines = " ".join(said.splitlines()[:5])
    beside = f"01:12 ({gmt:%H:%M} GMT)" if clock.offset else "01:12 GMT"
    assert f"! Course Enrollments Import: expected {beside}, missing, {hours} h" in first_lines
    (told,) = there.rows("brief")
    assert [each["kind"] for each in told["missing"]] == ["enrollments"]
    assert told["status"] == 1


def test_the_morning_after_the_clocks_changed(tmp_path: Path) -> None:
    """The schedule is kept in GMT: what ran at 01:12 before, runs at 00:12 since, and is not called late or missing for that."""
    clock = eight_o_clock(set_back=True)
    for ago in range(7, -1, -1):
        ran(tmp_path, clock.at(ago, 0, 12), Kind.USERS)
        if ago:
            ran(tmp_path, clock.at(ago, 0, 20), Kind.COURSES)
    there = district(tmp_path, clock)
    listed = [line for line in there.run("runs")[1].splitlines() if "Users" in line]
    assert "00:12" in listed[0]
    assert "01:12" in listed[-1]
    # Where the hour moves from one night to the next, the one that does not stands beside it.
    assert ["GMT" in line for line in listed] == [True, True, *[False] * 6]
    status, said = there.run("brief")
    assert status == 1
    assert "Users Import: expected" not in said
    assert "! Courses Import: expected 00:20" in said


def test_disabled_again_each_night(tmp_path: Path, clock: Clock) -> None:
    for ago in range(6, -1, -1):
        rows = [fault(INACTIVE, LOPEZ)] if ago % 2 == 0 else []
        ran(tmp_path, clock.at(ago, 1, 2), Kind.USERS, *rows)
    there = district(tmp_path, clock)
    status, said = there.run("find", "lop", "mar")
    assert status == 0
    since = clock.today - timedelta(days=4)
    told = " ".join(said.split())
    assert f"Enabled by hand, disabled again: 3 times since {since:%d %b %Y} ({INACTIVE})" in told
    assert {hit["came_back"] for hit in there.rows("find", "204117")} == {3}


def test_a_building_far_from_its_usual_count(tmp_path: Path, clock: Clock) -> None:
    def rows(schools: str) -> list[tuple[str, ...]]:
        return [
            (f"{500000 + n}", "Kim", f"No{n}", f"k{n}@example.org", {"H": "HS", "M": "MS"}[letter])
            for n, letter in enumerate(schools)
        ]

    for ago in range(5, 0, -1):
        ran(tmp_path, clock.at(ago, 1, 2), Kind.USERS, fault(TAKEN, *rows("H" * 30 + "M" * 30)))
    ran(tmp_path, clock.at(0, 1, 2), Kind.USERS, fault(TAKEN, *rows("H" * 60)))
    there = district(tmp_path, clock)
    status, said = there.run("brief")
    assert status == 1
    assert "! Users Import, MS: not a single row, usually 30" in said
    (told,) = there.rows("brief")
    assert {(each["building"], each["rows_affected"]) for each in told["unusual"]} == {("HS", 60), ("MS", 0)}
