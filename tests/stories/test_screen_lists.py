"""Work lists from the screen: of the error under the cursor, of marked records; and the rows that say they were sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.mornings import LOPEZ, NGUYEN, SMITH, TAKEN, fault, night, unfold
from tests.ui.pilots import WIDE, answer, press, shown, status
from tests.ui.small_log import small_app


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.sqlite"


async def test_a_list_of_the_error_under_the_cursor(archive: Path, tmp_path: Path) -> None:
    night(archive, 23, fault(TAKEN, LOPEZ, NGUYEN))
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await unfold(pilot)
        await press(pilot, "E")
        assert "List this error as xlsx|csv|text" in shown(pilot)
        await answer(pilot, "text error")
        await answer(pilot, str(tmp_path / "lists"))
        (path,) = (tmp_path / "lists").iterdir()
        assert "1 list of 2 rows" in status(pilot)
        assert "sent 2" in shown(pilot)
    assert path.suffix == ".txt"
    assert LOPEZ[0] in path.read_text(encoding="utf-8")


async def test_a_list_of_marked_records_overwrites_nothing(archive: Path, tmp_path: Path) -> None:
    night(archive, 23, fault(TAKEN, LOPEZ, NGUYEN, SMITH))
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / f"{TAKEN}.csv").write_text("mine")
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await unfold(pilot)
        await press(pilot, "enter", "space", "down", "space", "E")
        assert "List 2 marked rows as" in shown(pilot)
        await answer(pilot, "csv error")
        await answer(pilot, str(tmp_path / "lists"))
        assert "this file is" in status(pilot)
        await press(pilot, "E")
        await answer(pilot, "pdf")
        assert "“pdf” is none of: xlsx, csv, text" in status(pilot)
    assert (tmp_path / "lists" / f"{TAKEN}.csv").read_text() == "mine"
