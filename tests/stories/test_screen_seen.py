"""What is seen without a message, on the screen: a group of its own under the newest night, by the same keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.extracts import accounts, hold, quiet_nights, send, user, users
from tests.stories.mornings import line_with
from tests.ui.pilots import NARROW, WIDE, answer, press, settled, shown, triage
from tests.ui.small_log import Outside, small_app


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.sqlite"
    quiet_nights(path, 22, 23)
    send(path, tmp_path, 22, {"users": users()})
    moved = user("0460900", "0470")
    gone = [row for row in users() if not ("0450020" <= row["User Unique ID"] < "0450055")]
    send(path, tmp_path, 23, {"users": [*gone, user("0450900", "0450", "Teacher"), moved]})
    hold(path, tmp_path, 23, accounts([*users(), user("0460900", "0460")]))
    return path


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_from_the_brief_to_the_users_page(archive: Path, size: tuple[int, int]) -> None:
    outside = Outside()
    async with small_app(archive, outside=outside).run_test(size=size) as pilot:
        await settled(pilot)
        text = shown(pilot)
        if size is WIDE:
            assert "0450: 60 users on 22 Nov 00:40, 26 on 23 Nov 00:40" in text.splitlines()[0]
            assert "Seen here, not in the log" in text
        line_with(text, "Seen here", "37")
        await press(pilot, "down", "down", "down", "down", "enter")
        text = shown(pilot)
        line_with(text, "sent by the SIS, but with")
        await press(pilot, "down", "down")
        if size is WIDE:
            assert "Schoology holds" in shown(pilot)
        await press(pilot, "enter")
        text = shown(pilot)
        assert "Lincoln" not in text
        assert "0470" in text
        assert "Mercer Middle" in text
        if size is WIDE:
            assert "not from Schoology" in text
        await press(pilot, "o")
        assert outside.opened[-1].endswith("/user/90460900/info")
        await press(pilot, "enter")
        assert "If Schoology's is the right one" in " ".join(shown(pilot).split())
        await press(pilot, "m")
        assert "no night of the log" in shown(pilot)
        await press(pilot, "escape", "escape", "escape")
        assert triage(pilot) is pilot.app.screen
        line_with(shown(pilot), "Seen here", "37")


async def test_a_work_list_of_what_is_seen(archive: Path, tmp_path: Path) -> None:
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await settled(pilot)
        await press(pilot, "down", "down", "down", "down", "E")
        await answer(pilot, "text building")
        await answer(pilot, str(tmp_path / "all"))
        assert "2 lists of 2 rows" in shown(pilot)
        written = "".join(path.read_text() for path in (tmp_path / "all").iterdir())
        assert "0450900" in written
        assert "0460900" in written

        await press(pilot, "enter", "down", "down", "enter", "E")
        await answer(pilot, "text building")
        await answer(pilot, str(tmp_path / "one"))
        assert "1 list of 1 row" in shown(pilot)
        written = "".join(path.read_text() for path in (tmp_path / "one").iterdir())
        assert "0450900" not in written
        assert "0460900" in written


async def test_nothing_is_shown_where_there_is_nothing_to_say(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    quiet_nights(path, 22, 23)
    send(path, tmp_path, 23, {"users": users()})
    hold(path, tmp_path, 23, accounts(users()))
    async with small_app(path).run_test(size=WIDE) as pilot:
        await settled(pilot)
        assert "Seen here" not in shown(pilot)
