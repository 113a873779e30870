"""The phone rings: one person through all nights."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from importlog_tui.archive import Archive
from importlog_tui.model import Kind, Result
from importlog_tui.report.marking import login_name
from importlog_tui.ui.screens.find import FindScreen
from importlog_tui.ui.screens.person import PersonScreen
from tests.stories.mornings import LOPEZ, NGUYEN, TAKEN, fault, night, unfold
from tests.ui.pilots import NARROW, WIDE, press, shown, status, type_in
from tests.ui.small_log import Outside, file_run, run, small_app

PAGE = "https://example.schoology.com/users/manage/edit/moreinfo?search=204117"
INACTIVE = "User is sent as inactive, account was disabled"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.sqlite"


def enrollment(path: Path, day: int, user: str) -> None:
    with Archive.open(path) as open_archive:
        rows = ((user, "ENG9", "01"),)
        file_run(
            open_archive,
            run(Kind.ENROLLMENTS, day, "01:12", Result.COMPLETED_WITH_ERRORS, 1),
            [("User not found", 1, rows)],
            ("User Unique ID", "Course Code", "Section Code"),
        )


async def look_for(pilot: Pilot[int], text: str) -> FindScreen:
    await press(pilot, "f")
    await type_in(pilot, text)
    screen = pilot.app.screen
    assert isinstance(screen, FindScreen)
    return screen


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_phone_call(archive: Path, size: tuple[int, int]) -> None:
    for day in (21, 22, 23):
        night(archive, day, fault(TAKEN, LOPEZ, NGUYEN))
        enrollment(archive, day, LOPEZ[0])
    outside = Outside()

    async with small_app(archive, outside).run_test(size=size) as pilot:
        screen = await look_for(pilot, "lop mar")
        assert [one.key[0] for one in screen.found] == [LOPEZ[0]]
        assert "Lopez, Maria   204117" in shown(pilot)

        await press(pilot, "enter")
        text = shown(pilot)
        assert "Lopez, Maria   204117" in text.splitlines()[0]
        assert text.count(f"Users        {TAKEN}") == 3
        assert text.count("Enrollments  User not found   ENG9 01") == 3
        assert text.index("Enrollments   ●●●") < text.index("Mon 23 Nov")
        assert text.index("Mon 23 Nov") < text.index("Sun 22 Nov") < text.index("Sat 21 Nov")
        assert "still, 3 nights, since 21 Nov" in text

        await press(pilot, "o")
        assert isinstance(pilot.app.screen, PersonScreen)
        assert " Lopez, Maria 204117: opened with firefox" in shown(pilot)
        assert PAGE in shown(pilot)
    assert outside.opened == [PAGE]


async def on_the_page_of_lopez(pilot: Pilot[int]) -> None:
    """With the cursor of the log on somebody else."""
    await unfold(pilot)
    await press(pilot, "enter", "down")
    await look_for(pilot, "lop")
    await press(pilot, "enter")


async def test_each_key_on_a_persons_page_means_this_person_and_stays_there(archive: Path) -> None:
    night(archive, 23, fault(TAKEN, LOPEZ, NGUYEN))
    outside = Outside()

    async with small_app(archive, outside).run_test(size=NARROW) as pilot:
        await on_the_page_of_lopez(pilot)
        await press(pilot, "y")
        assert " Lopez, Maria 204117: " in shown(pilot)
        assert isinstance(pilot.app.screen, PersonScreen)
        await press(pilot, "L")
        assert PAGE in shown(pilot).splitlines()
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, PersonScreen)
        await press(pilot, "m")
        assert "About 1 record of Lopez, Maria 204117, in every night." in shown(pilot)
    assert outside.copied == [PAGE]


async def test_persons_are_masked_on_a_persons_page_by_the_same_key(archive: Path) -> None:
    night(archive, 23, fault(TAKEN, LOPEZ, NGUYEN))

    async with small_app(archive).run_test(size=NARROW) as pilot:
        await on_the_page_of_lopez(pilot)
        await press(pilot, "asterisk")
        assert "are masked" in shown(pilot)
        assert "Lopez" not in shown(pilot)
        await press(pilot, "y")
        assert "204117" not in shown(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, FindScreen)
        assert "Maria" not in shown(pilot)


@pytest.mark.parametrize("key", ["E", "t", "slash", "s"])
async def test_a_key_that_does_not_work_on_a_persons_page_says_so(archive: Path, key: str) -> None:
    night(archive, 23, fault(TAKEN, LOPEZ, NGUYEN))

    async with small_app(archive).run_test(size=NARROW) as pilot:
        await on_the_page_of_lopez(pilot)
        await press(pilot, key)
        assert isinstance(pilot.app.screen, PersonScreen)
        assert "does not work on a person's page: Escape goes back" in " ".join(shown(pilot).split())


async def test_disabled_again_each_night(archive: Path) -> None:
    for day in range(17, 24):
        night(archive, day, *([fault(INACTIVE, LOPEZ)] if day % 2 else []))

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await look_for(pilot, "204117")
        await press(pilot, "enter")
        text = shown(pilot)
        assert f"Enabled by hand, disabled again: 3 times since 19 Nov ({INACTIVE})" in text
        assert "Users         ●·●·●·●" in text
        assert "returned, last seen 21 Nov" in text


async def test_who_is_looked_at_is_offered_before_anything_is_typed(archive: Path) -> None:
    for day in (22, 23):
        night(archive, day, fault(TAKEN, LOPEZ, NGUYEN))

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await unfold(pilot)
        await press(pilot, "enter", "down", "f")
        assert "Nguyen, An   204121" in shown(pilot)
        await press(pilot, "enter")
        assert "Nguyen, An   204121" in shown(pilot).splitlines()[0]
        await press(pilot, "escape", "l", "o", "p")
        assert "Nguyen" not in shown(pilot)
        assert "Lopez, Maria" in shown(pilot)


async def test_a_decision_about_a_person_is_made_and_read_on_their_page(archive: Path) -> None:
    night(archive, 22, fault(TAKEN, LOPEZ, NGUYEN))
    night(archive, 23, fault(TAKEN, LOPEZ, NGUYEN))
    enrollment(archive, 23, LOPEZ[0])

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await look_for(pilot, "lop")
        await press(pilot, "enter", "m")
        assert "About 2 records of Lopez, Maria 204117, in every night." in shown(pilot)
        await press(pilot, "n", *"called", "enter")
        assert "Kept about 2 records of Lopez, Maria 204117: note." in status(pilot)
        await look_for(pilot, "lop")
        await press(pilot, "enter")
        text = shown(pilot)
        assert f"Note: called ({login_name()}, 23 Nov)   {TAKEN}" in text
        assert f"Note: called ({login_name()}, 23 Nov)   User not found" in text


async def test_where_there_is_no_room_beside_a_decision_its_error_stands_below_it(archive: Path) -> None:
    night(archive, 23, fault(TAKEN, LOPEZ, NGUYEN))

    async with small_app(archive).run_test(size=NARROW) as pilot:
        await look_for(pilot, "lop")
        await press(pilot, "enter", "m", "n", *("x" * 40), "enter")
        await look_for(pilot, "lop")
        await press(pilot, "enter")
        lines = [line.rstrip() for line in shown(pilot).splitlines()]
        at = lines.index(f" Note: {'x' * 40} ({login_name()}, 23 Nov)")
        assert lines[at + 1] == f"    {TAKEN}"


async def test_results_follow_what_is_typed(archive: Path) -> None:
    night(archive, 23, fault(TAKEN, LOPEZ, NGUYEN))

    async with small_app(archive).run_test(size=WIDE) as pilot:
        screen = await look_for(pilot, "e")
        assert screen.found == []
        assert "At least 2 letters" in shown(pilot)
        await press(pilot, "x", "a", "m")
        assert len(screen.found) == 2
        await press(pilot, "down", "enter")
        assert isinstance(pilot.app.screen, PersonScreen)
        assert screen.found[1].title in shown(pilot)
        await press(pilot, "escape")
        await press(pilot, "z", "z")
        assert "Nobody and nothing in any night." in shown(pilot)
        await press(pilot, "escape")
        assert "Status Log" in shown(pilot)
