"""The screen with an API key: it asks about those on the page by itself, shows what Schoology said, and opens the exact page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from importlog_tui.archive import Archive
from importlog_tui.config import Api, Config
from importlog_tui.demo.roster import LOPEZ, TEACHER, schoology_id
from importlog_tui.demo.server import Mishap, Running
from importlog_tui.demo.server.gate import KEY, PERSONAL_KEY, SECRET
from importlog_tui.fetching.api import LookUp, look_up_for
from importlog_tui.model import Kind, Result
from importlog_tui.terminal.environment import Environment
from tests.ui.pilots import WIDE, press, shown, status
from tests.ui.small_log import Outside, config_with, file_run, run, small_app

COLUMNS = ("Unique ID", "Last name", "First name", "Section School Code")
ROWS = (
    (LOPEZ, "Lopez", "Maria", "122601"),
    (TEACHER, "Castellane", "Ruth", "0"),
    ("999999", "Nobody", "At All", ""),
)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "archive.sqlite"
    with Archive.open(path) as archive:
        reading = run(Kind.ENROLLMENTS, 23, "01:12", Result.COMPLETED_WITH_ERRORS, 1)
        file_run(archive, reading, [("User not found", len(ROWS), ROWS)], COLUMNS)
    return path


def config_for(site: Running) -> Config:
    api = Api(address=f"{site.address}/v1", per_second=10)
    return config_with()._replace(api=api)


def asker(site: Running, log: Path, key: str = KEY) -> Callable[[], LookUp | None]:
    environment = Environment({"IMPORTLOG_API_KEY": key, "IMPORTLOG_API_SECRET": SECRET})
    return lambda: look_up_for(config_for(site), environment, log)


def right(pilot: Pilot[int]) -> str:
    """What stands right of the tree, its lines joined."""
    return " ".join(" ".join(line.rpartition("│")[2] for line in shown(pilot).splitlines()).split())


async def until(pilot: Pilot[int], is_so: Callable[[], bool]) -> None:
    for _ in range(600):  # the machine may be busy
        await pilot.pause(0.05)
        if is_so():
            return
    raise AssertionError(shown(pilot))


async def test_those_on_the_page_are_asked_about_and_o_opens_the_exact_page(site: Running, log: Path) -> None:
    outside = Outside()
    async with small_app(log, outside, look_up=asker(site, log)).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter")
        await until(pilot, lambda: "Maria Lopez, Student" in shown(pilot))
        assert "Schoology, now: section 122601: eng9, English 9, Section 1." in shown(pilot)
        await press(pilot, "o", "down")
        await until(pilot, lambda: "is inactive since" in shown(pilot))
        text = " ".join(shown(pilot).split())
        assert f"account {schoology_id(TEACHER)} is inactive since Mon 23 Nov 06:0" in text
        assert "made so by Imani Wolde" in text
        assert "no section has the school code 0" in text
        await press(pilot, "down")
        await until(pilot, lambda: "no account has the Unique ID 999999" in shown(pilot))
        asked = site.control.count()

        await press(pilot, "up", "down", "up")
        await asyncio.sleep(0.6)
        await pilot.pause()

    assert outside.opened == [f"https://example.schoology.com/user/{schoology_id(LOPEZ)}/info"]
    assert site.control.count() == asked


async def test_masked_persons_are_masked_in_what_schoology_says(site: Running, log: Path) -> None:
    names = (
        "Maria",
        "Lopez",
        "mlopez",
        LOPEZ,
        schoology_id(LOPEZ),
        TEACHER,
        schoology_id(TEACHER),
        "Imani",
        "Wolde",
    )
    async with small_app(log, look_up=asker(site, log)).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter")
        await until(pilot, lambda: "Maria Lopez, Student" in shown(pilot))
        await press(pilot, "asterisk")
        assert "is in use: M•••• L••••, Student" in right(pilot)
        await press(pilot, "down")
        await until(pilot, lambda: "is inactive since" in shown(pilot))
        assert [name for name in names if name in shown(pilot)] == []


async def test_what_was_said_is_there_the_next_time_without_asking(site: Running, log: Path) -> None:
    async with small_app(log, look_up=asker(site, log)).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter")
        await until(pilot, lambda: "is in use" in shown(pilot))
    asked = site.control.count()

    async with small_app(log, look_up=asker(site, log)).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter")
        await until(pilot, lambda: "is in use" in shown(pilot))
        await asyncio.sleep(0.6)
        await pilot.pause()

    assert site.control.count() == asked


@pytest.mark.parametrize(
    ("key", "said"),
    [(PERSONAL_KEY, "nobody else: since 25 June 2025"), ("another", "does not accept this API key")],
)
async def test_a_key_that_may_not_is_told_of_once(site: Running, log: Path, key: str, said: str) -> None:
    async with small_app(log, look_up=asker(site, log, key)).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter")
        await until(pilot, lambda: "Schoology was not asked" in status(pilot))
        assert said in " ".join(shown(pilot).split())
        asked = site.control.count()
        await press(pilot, "down")
        await asyncio.sleep(0.6)
        await pilot.pause()

    assert site.control.count() == asked


async def test_a_connection_that_breaks_leaves_the_screen_as_it_was(site: Running, log: Path) -> None:
    site.control.plan(Mishap.RESET, path="/v1/", times=None)
    outside = Outside()
    config = config_for(site)
    environment = Environment({"IMPORTLOG_API_KEY": KEY, "IMPORTLOG_API_SECRET": SECRET})

    async with small_app(
        log, outside, config=config, look_up=lambda: look_up_for(config, environment, log)
    ).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter", "o")
        assert "Castellane" in shown(pilot)

    assert outside.opened == [f"https://example.schoology.com/users/manage/edit/moreinfo?search={LOPEZ}"]
    with Archive.open(log, read_only=True) as archive:
        assert not archive.accounts([LOPEZ])


async def test_without_a_key_nobody_is_asked(site: Running, log: Path) -> None:
    nothing = Environment({})

    assert look_up_for(config_for(site), nothing, log) is None
    assert not site.control.count()
