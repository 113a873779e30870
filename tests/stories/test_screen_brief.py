"""The first thing the screen says in the morning: that nothing is wrong, or what is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from importlog_tui.archive import Archive
from importlog_tui.config import Time
from importlog_tui.model import Kind, Mark, MarkKind, Result
from importlog_tui.ui.app import ImportLog
from importlog_tui.ui.context import load_log
from tests.stories.mornings import LOPEZ, NGUYEN, OTHERS, TAKEN, fault, night
from tests.ui.pilots import NARROW, WIDE, press, settled, shown, status
from tests.ui.small_log import config_with, file_run, run, small_app


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.sqlite"


def usual_nights(path: Path, *, last: int) -> None:
    """Users at 01:02 and enrollments at 01:12, every night from the 16th to `last`, with the same two rows."""
    for day in range(16, last + 1):
        night(path, day, fault(TAKEN, LOPEZ, NGUYEN))
        night(path, day, kind=Kind.ENROLLMENTS, clock="01:12")


async def test_a_quiet_night_is_told_at_once(archive: Path) -> None:
    usual_nights(archive, last=23)

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await settled(pilot)
        text = shown(pilot)
        assert "2 of 2 ran, 0 new, 0 returned, 0 cured, 2 rows in all" in text
        assert "Nothing new: it needs nobody." in text
        assert "2 of 2 ran" in text.splitlines()[0]


async def test_a_first_night_has_nothing_to_be_compared_with(archive: Path) -> None:
    night(archive, 23, fault(TAKEN, LOPEZ, NGUYEN))

    async with small_app(archive).run_test(size=NARROW) as pilot:
        await settled(pilot)
        assert status(pilot).strip() == "1 of 1 ran, nothing to compare with yet, 2 rows in all"


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_run_that_did_not_happen_is_said_at_the_top(archive: Path, size: tuple[int, int]) -> None:
    usual_nights(archive, last=22)
    night(archive, 23, fault(TAKEN, LOPEZ, NGUYEN))

    async with small_app(archive).run_test(size=size) as pilot:
        await settled(pilot)
        top = shown(pilot).splitlines()[0]
        assert "Enrollments" in top
        assert "expected 01:12, missing, 7 h" in top
        if size == WIDE:
            assert "! Course Enrollments Import: expected 01:12 GMT, missing, 7 h" in shown(pilot)
            assert "it needs nobody" not in shown(pilot)


async def test_at_a_small_size_the_morning_is_told_in_one_line(archive: Path) -> None:
    usual_nights(archive, last=23)

    async with small_app(archive).run_test(size=NARROW) as pilot:
        await settled(pilot)
        assert "2 of 2 ran, 0 new, 0 returned, 0 cured, 2 rows in all" in status(pilot)
        await press(pilot, "down")
        assert "ran" not in status(pilot)


async def test_new_faults_and_what_causes_most_are_named(archive: Path) -> None:
    usual_nights(archive, last=22)
    night(archive, 23, fault(TAKEN, LOPEZ, NGUYEN, *OTHERS), fault("Unknown role", LOPEZ))
    night(archive, 23, kind=Kind.ENROLLMENTS, clock="01:12")

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await settled(pilot)
        text = shown(pilot)
        assert f"2 of 2 ran, {len(OTHERS) + 1} new, 0 returned" in text
        assert f"{len(OTHERS)} new" in next(line for line in text.splitlines() if f"{TAKEN} (Users)" in line)
        assert "it needs nobody" not in text
        await press(pilot, "down")
        assert "Biggest causes" not in shown(pilot)
        await press(pilot, "up")
        assert "Biggest causes" in shown(pilot)


async def test_the_morning_after_the_clocks_changed(archive: Path) -> None:
    """The schedule is kept in GMT: in New York the import of 05:12 GMT runs at 01:12 until 31 October, and at 00:12 from 2 November on."""
    with Archive.open(archive) as open_archive:
        for month, day in ((10, 28), (10, 29), (10, 30), (10, 31), (11, 1)):
            for kind, minute in ((Kind.USERS, 12), (Kind.COURSES, 20)):
                reading = run(kind, 1, "05:12", Result.COMPLETED)
                reading.when = reading.when._replace(at=datetime(2026, month, day, 5, minute, tzinfo=UTC))
                file_run(open_archive, reading)
        only = run(Kind.USERS, 2, "05:12", Result.COMPLETED)
        file_run(open_archive, only)
    config = config_with()._replace(time=Time("America/New_York"))
    context = small_app(archive, config=config).context
    morning = replace(context, now=lambda: datetime(2026, 11, 2, 13, 20, tzinfo=UTC))

    async with ImportLog(morning, load_log(morning.archive, morning.today())).run_test(size=WIDE) as pilot:
        await settled(pilot)
        text = shown(pilot)
        assert "Mon 2 Nov" in text
        assert "Courses Import: expected 00:20, missing, 8 h" in text.splitlines()[0]
        assert "expected 00:20 (05:20 GMT), missing, 8 h" in text
        assert "00:12 (05:12 GMT)  Users" in text
        await press(pilot, "enter")
        assert "00:12" in shown(pilot)


def at_school(number: int, school: str) -> tuple[str, ...]:
    return (f"{500000 + number}", "Kim", f"No{number}", f"k{number}@example.org", school)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_building_far_from_its_usual_count_is_said_at_the_top(
    archive: Path, size: tuple[int, int]
) -> None:
    """The sum is as always: the high school's rows took the place of the middle school's."""
    usual = [*(at_school(n, "HS") for n in range(30)), *(at_school(n, "MS") for n in range(30, 60))]
    for day in range(18, 23):
        night(archive, day, fault(TAKEN, *usual))
    night(archive, 23, fault(TAKEN, *(at_school(n, "HS") for n in range(60))))

    async with small_app(archive).run_test(size=size) as pilot:
        await settled(pilot)
        top = shown(pilot).splitlines()[0]
        assert "Users, HS: 60 rows, usually 30;" in top
        if size == WIDE:
            text = " ".join(shown(pilot).replace("│", " ").split())
            assert "! Users Import, HS: 60 rows, usually 30" in text
            assert "! Users Import, MS: not a single row, usually 30" in text


async def test_an_acceptance_hides_no_alarm(archive: Path) -> None:
    usual_nights(archive, last=22)
    with Archive.open(archive) as open_archive:
        made = Mark(MarkKind.ACCEPTED, "jo", datetime(2026, 11, 22, 8, tzinfo=UTC), "known")
        open_archive.mark(made, error_id=open_archive.errors()[0].id)
    night(archive, 23, fault(TAKEN, *(at_school(n, "") for n in range(60))))
    night(archive, 23, kind=Kind.ENROLLMENTS, clock="01:12", failed=True)

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await settled(pilot)
        text = " ".join(shown(pilot).replace("│", " ").split())
        assert "0 new" in text
        assert "60 accepted" in text
        assert "! Users Import: 60 rows, usually 2" in text
        assert "! Course Enrollments Import: failed" in text
        assert "it needs nobody" not in text
