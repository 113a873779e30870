"""Mornings on which the nights before matter, through the real screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from importlog_tui.model import Kind
from tests.stories.mornings import (
    LOPEZ,
    MISSING,
    NGUYEN,
    OKAFOR,
    OTHERS,
    SMITH,
    SMITHERS,
    TAKEN,
    errors_in_view,
    fault,
    line_with,
    night,
    unfold,
)
from tests.ui.pilots import NARROW, WIDE, press, settled, shown, status, triage
from tests.ui.small_log import small_app


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.sqlite"


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_quiet_night(archive: Path, size: tuple[int, int]) -> None:
    for day in (21, 22, 23):
        night(archive, day, fault(TAKEN, LOPEZ, NGUYEN))

    async with small_app(archive).run_test(size=size) as pilot:
        await settled(pilot)
        assert "0 new of 2" in line_with(shown(pilot).replace("│", "\n"), "Mon 23 Nov", "new")
        await press(pilot, "n")
        assert "Nothing is new or back" in status(pilot)
        await press(pilot, "n")
        await unfold(pilot)
        assert "still" in line_with(shown(pilot).replace("│", "\n"), "●")


async def test_one_new_fault_among_old_noise(archive: Path) -> None:
    old = (LOPEZ, NGUYEN, SMITH, SMITHERS)
    night(archive, 22, fault(TAKEN, *old), fault(MISSING, OKAFOR))
    night(archive, 23, fault(TAKEN, *old, *OTHERS[:2]), fault(MISSING, OKAFOR))

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await settled(pilot)
        await press(pilot, "n", "enter", "enter")

        assert errors_in_view(pilot) == [TAKEN]
        text = shown(pilot)
        assert "2 new of 7" in text
        assert "new only: 2 of 6 rows" in text
        assert OTHERS[0][0] in text
        assert LOPEZ[0] not in text
        assert "new today" in text

        await press(pilot, "n")
        assert errors_in_view(pilot) == [TAKEN, MISSING]
        assert LOPEZ[0] in shown(pilot)
        assert "6 rows, 2 new" in shown(pilot)


async def test_a_rerun_on_old_data_changes_nothing(archive: Path) -> None:
    night(archive, 22, fault(TAKEN, LOPEZ))
    night(archive, 23, fault(TAKEN, LOPEZ, NGUYEN))
    night(archive, 23, fault(TAKEN, LOPEZ, NGUYEN), clock="06:30")

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await settled(pilot)
        text = shown(pilot)
        assert "1 new of 2" in text
        await press(pilot, "down", "down")
        text = shown(pilot)
        assert "re-run" in line_with(text.replace("│", "\n"), "06:30", "re-run")
        assert "re-run, same data: it changes no state" in text


async def test_an_error_that_returned_says_when_it_was_last_seen(archive: Path) -> None:
    night(archive, 19, fault(TAKEN, LOPEZ))
    night(archive, 20, fault(TAKEN, LOPEZ))
    night(archive, 21)
    night(archive, 22)
    night(archive, 23, fault(TAKEN, LOPEZ))

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await unfold(pilot)
        assert "returned" in line_with(shown(pilot).replace("│", "\n"), "●", TAKEN)
        assert "returned, last seen 20 Nov" in shown(pilot)
        await press(pilot, "n")
        assert errors_in_view(pilot) == [TAKEN]


async def test_a_fix_that_was_right_is_gone_from_the_night_after(archive: Path) -> None:
    night(archive, 22, fault(TAKEN, LOPEZ, NGUYEN), fault(MISSING, OKAFOR))
    night(archive, 23, fault(TAKEN, NGUYEN))

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await settled(pilot)
        await press(pilot, "down")
        await settled(pilot)
        text = shown(pilot)
        assert "0 new, 0 returned, 2 gone" in text
        assert "Gone since Sun 22 Nov: 2 records" in text
        assert f"error   {MISSING}" in text
        assert f"Lopez, Maria   {LOPEZ[0]}" in text
        await press(pilot, "enter")
        await settled(pilot)
        assert "still, 2 nights, since 22 Nov" in shown(pilot)


async def test_half_a_read_makes_nothing_gone(archive: Path) -> None:
    night(archive, 22, fault(TAKEN, *OTHERS))
    night(archive, 23, fault(TAKEN, *OTHERS[:2], claimed=len(OTHERS)))

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await settled(pilot)
        await press(pilot, "down")
        await settled(pilot)
        text = shown(pilot)
        assert "2 of 4" in text
        assert "gone" not in text.lower()
        assert " new" not in line_with(text.replace("│", "\n"), "Mon 23 Nov", "2 of 4")


async def test_a_failed_run_is_no_evidence(archive: Path) -> None:
    night(archive, 21, fault(TAKEN, LOPEZ))
    night(archive, 22, failed=True)
    night(archive, 23, fault(TAKEN, LOPEZ))

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await unfold(pilot)
        assert "still, 2 nights, since 21 Nov" in shown(pilot)


async def test_new_only_says_why_it_cannot_be_told_yet(archive: Path) -> None:
    night(archive, 23, fault(TAKEN, LOPEZ))

    async with small_app(archive).run_test(size=NARROW) as pilot:
        await press(pilot, "n")
        assert "nothing to compare with yet" in status(pilot)
        assert triage(pilot).log_tree.lines


async def test_the_heading_shows_how_many_rows_each_night_had(archive: Path) -> None:
    night(archive, 21, fault(TAKEN, LOPEZ))
    night(archive, 22, fault(TAKEN, *OTHERS))
    night(archive, 23, fault(TAKEN, LOPEZ, NGUYEN))
    night(archive, 23, fault("Section not found", SMITH), clock="01:12", kind=Kind.ENROLLMENTS)

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await settled(pilot)
        assert "all ▃█▆ rows" in shown(pilot)
        await press(pilot, "down")
        assert "Users ▃█▅ rows" in shown(pilot)
