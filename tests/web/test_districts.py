"""Several districts fetched and summed up at once, each with its own session and archive."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from importlog_tui.archive import Archive
from importlog_tui.config import load
from importlog_tui.demo.server import MadeUpSchoology, Running, World, running
from importlog_tui.ui.app import ImportLog
from importlog_tui.ui.context import Context, load_log
from tests import in_process
from tests.ui.pilots import NARROW, WIDE, press, shown, status, triage


@pytest.fixture(scope="module")
def today() -> World:
    """Two nights as of now: a brief counts from this moment."""
    return World(now=datetime.now(UTC), zone=UTC, nights=2)


@pytest.fixture
def sites(today: World, small_world: World) -> Iterator[tuple[Running, Running]]:
    with running(MadeUpSchoology(today)) as one, running(MadeUpSchoology(small_world)) as other:
        yield one, other


@pytest.fixture
def config(sites: tuple[Running, Running], tmp_path: Path) -> Path:
    """Three districts: one with news, one whose log is old, one whose session is over."""
    north, south = sites
    file = tmp_path / "config.toml"
    tables = [
        f"""
        [district.{name}]
        name = "{name.capitalize()} Central"
        status_log = "{site.log_address()}"
        zone = "UTC"
        archive = "{tmp_path / name}.sqlite"
        access.cookie_command = ["echo", "{cookie}"]
        """
        for name, site, cookie in (
            ("calm", south, south.cookie),
            ("north", north, north.cookie),
            ("over", north, "SESSmadeup=old"),
        )
    ]
    file.write_text("[access]\nper_second = 20\n" + "".join(tables), encoding="utf-8")
    return file


def _run(config: Path, *arguments: str) -> in_process.Done:
    env = {name: value for name, value in os.environ.items() if not name.startswith("IMPORTLOG_")}
    return in_process.run("--config", str(config), *arguments, env=env, cwd=config.parent)


def test_all_are_fetched_and_one_that_fails_keeps_nobody_from_the_others(
    config: Path, sites: tuple[Running, Running]
) -> None:
    done = _run(config, "fetch", "--all", "--at-once", "2")

    assert done.status == 1
    assert [line.split(":")[0] for line in done.out.splitlines()] == ["calm", "north", "over"]
    assert "calm: 3 runs (3 new)" in done.out
    assert "north: 6 runs (6 new)" in done.out
    assert "over: " in done.err
    assert "the session is over" in done.err
    sent = {asked.headers["cookie"] for asked in sites[1].control.requests}
    assert sent == {sites[1].cookie}

    brief = _run(config, "brief", "--all")
    assert brief.status == 1
    assert [line.split()[0] for line in brief.out.splitlines()] == ["District", "calm", "over", "north"]
    rows = [json.loads(line) for line in _run(config, "brief", "--all", "--json").out.splitlines()]
    assert [(row["district"], row["status"]) for row in rows] == [("calm", 2), ("over", 2), ("north", 1)]


def test_one_is_named_for_every_command(config: Path) -> None:
    assert _run(config, "--district", "calm", "fetch").status == 0

    assert len(_run(config, "runs", "--district", "calm", "--json").out.splitlines()) == 3
    assert "does not exist" in _run(config, "runs", "--district", "north").err
    refused = _run(config, "runs")
    assert refused.status == 2
    assert "--district takes one of: calm, north, over." in refused.err
    assert "district       calm, of calm, north, over" in _run(config, "doctor").out


@pytest.mark.parametrize("command", [("fetch", "--all"), ("brief", "--all")])
def test_an_archive_that_is_named_is_one_districts(
    config: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    refused = _run(config, *command, "--archive", str(tmp_path / "one.sqlite"))

    assert refused.status == 2
    assert "--all is for every district" in refused.err


async def test_d_chooses_another_district_by_typing(config: Path, tmp_path: Path) -> None:
    whole = load(config)
    one = whole.districts["calm"]
    Archive.open(tmp_path / "calm.sqlite").close()
    context = Context.of(
        one,
        Archive.open(tmp_path / "calm.sqlite", read_only=True),
        opener=lambda _: pytest.fail("nothing is opened"),
        copier=lambda *_: pytest.fail("nothing is copied"),
        districts={name: each.district.name for name, each in whole.districts.items()},
    )
    app = ImportLog(context, load_log(context.archive, context.today()))
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "D")
        assert "▌  calm                 Calm Central   shown now" in shown(pilot)
        await press(pilot, *"xyz")
        assert "No district is called so." in shown(pilot)
        await press(pilot, "escape")
        assert app.next_district == ""
        await press(pilot, "D", *"north", "enter")

    assert app.next_district == "north"


async def test_with_one_district_the_key_says_so(small_site: Running, tmp_path: Path) -> None:
    from tests.web.test_screen import _app

    async with _app(small_site, tmp_path / "archive.sqlite").run_test(size=WIDE) as pilot:
        await press(pilot, "D")

        assert "There is no other district here" in status(pilot)
        assert triage(pilot).is_current
