"""The privacy switch: nobody over the shoulder can tell who it is; the keys still mean the real record."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.stories.mornings import LOPEZ, NGUYEN, TAKEN, fault, night, unfold
from tests.ui.pilots import NARROW, WIDE, press, shown, triage
from tests.ui.small_log import Outside, small_app

SECRETS = (LOPEZ[0], "Lopez", "Maria", "mlopez", NGUYEN[0], "Nguyen")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.sqlite"


def leaked(pilot: Pilot[int]) -> list[str]:
    return [secret for secret in SECRETS if secret in shown(pilot)]


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_persons_are_masked_where_they_stand_and_stay_there(
    archive: Path, size: tuple[int, int]
) -> None:
    night(archive, 22, fault(TAKEN, LOPEZ, NGUYEN))
    night(archive, 23, fault(TAKEN, NGUYEN, LOPEZ))
    outside = Outside()
    async with small_app(archive, outside).run_test(size=size) as pilot:
        await unfold(pilot)
        await press(pilot, "enter", "down")
        assert leaked(pilot)
        record = triage(pilot).table.record
        await press(pilot, "asterisk")
        assert leaked(pilot) == []
        assert "L••••" in shown(pilot)
        assert triage(pilot).table.record == record
        await press(pilot, "enter")
        assert leaked(pilot) == []
        await press(pilot, "o")
        assert leaked(pilot) == []
        await press(pilot, "L")
        assert "search=20••••17" in shown(pilot)
        assert leaked(pilot) == []
        await press(pilot, "escape")
        await press(pilot, "asterisk")
        assert leaked(pilot)
    assert [LOPEZ[0] in address for address in outside.opened] == [True]


async def test_a_person_who_is_looked_for_and_what_is_gone(archive: Path) -> None:
    night(archive, 22, fault(TAKEN, LOPEZ, NGUYEN))
    night(archive, 23)
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await press(pilot, "asterisk", "down")
        assert "Gone since" in shown(pilot)
        assert leaked(pilot) == []
        await press(pilot, "f", *LOPEZ[0][:3])
        assert leaked(pilot) == []
        await press(pilot, "enter")
        assert TAKEN in shown(pilot)
        assert leaked(pilot) == []
