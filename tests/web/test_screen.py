"""R on the screen fetches in the background: the reader keeps the cursor, can stop it, and is told what came and what did not."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.message import Message
from textual.pilot import Pilot

from importlog_tui.archive import Archive
from importlog_tui.config import Access, Config, Schoology, Time
from importlog_tui.demo.server import Mishap, Running, World
from importlog_tui.fetching.access import visitor_for
from importlog_tui.terminal.environment import Environment
from importlog_tui.ui.app import ImportLog
from importlog_tui.ui.context import Context, load_log
from importlog_tui.ui.widgets.prompt import Prompt, PromptInput
from tests.ui.pilots import NARROW, WIDE, press, settled, shown, status, triage
from tests.web.conftest import NOW
from tests.web.fetches import fetched, held


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.sqlite"


def _app(site: Running, archive: Path, *, cookie: str | None = None) -> ImportLog:
    if not archive.exists():
        Archive.open(archive).close()
    config = Config(
        schoology=Schoology(site.address, site.log_address()),
        access=Access(per_second=20, at_once=4),
        time=Time("America/New_York"),
    )
    variables = {"IMPORTLOG_COOKIE": site.cookie if cookie is None else cookie}
    environment = Environment.from_environ(variables, is_terminal=True, size=(80, 24))
    context = Context.of(
        config,
        Archive.open(archive, read_only=True),
        opener=lambda _: pytest.fail("nothing is opened"),
        copier=lambda *_: pytest.fail("nothing is copied"),
        visitor=lambda ask: visitor_for(config, environment, ask),
        now=lambda: NOW,
    )
    return ImportLog(context, load_log(context.archive, context.today()))


async def _until(pilot: Pilot[int], true: Callable[[], bool]) -> None:
    for _ in range(200):
        await pilot.pause(0.05)
        if true():
            return
    raise AssertionError(shown(pilot))


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_an_empty_screen_fills_with_one_key(
    small_site: Running, small_world: World, archive: Path, size: tuple[int, int]
) -> None:
    async with _app(small_site, archive).run_test(size=size) as pilot:
        await press(pilot, "R")

        assert "Fetched 3 new imports, 6 new errors" in status(pilot)
        assert "Mon 23 Nov" in shown(pilot)
        await press(pilot, "R")
        assert "Nothing new was fetched." in status(pilot)
    assert held(archive)[0] == len(small_world.runs)


async def test_progress_stands_in_the_status_line_and_escape_stops_it(
    site: Running, world: World, archive: Path
) -> None:
    site.control.plan(Mishap.SLOW, skip=2, times=None)
    async with _app(site, archive).run_test(size=WIDE) as pilot:
        await pilot.press("R")
        await _until(pilot, lambda: "rows on 1" in status(pilot) or "rows on 2" in status(pilot))
        assert "Fetching …" in status(pilot)
        assert "Esc stops it" in status(pilot)
        await pilot.press("R")
        await pilot.press("escape")
        await settled(pilot)

        assert "It was stopped; R goes on there." in status(pilot)
        assert held(archive)[0] > 0
    site.control.calm()
    fetched(site, archive)
    assert held(archive)[0] == len(world.runs)


async def test_leaving_does_not_wait_for_the_site(small_site: Running, archive: Path) -> None:
    small_site.control.plan(Mishap.SLOW, times=None)
    app = _app(small_site, archive)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("R")
        await _until(pilot, lambda: small_site.control.count() > 0)
        await pilot.press("q")
    (job,) = app.unfinished
    assert job.is_stopped()


async def test_a_session_that_is_kept_nowhere_is_asked_for_and_not_shown(
    small_site: Running, archive: Path
) -> None:
    async with _app(small_site, archive, cookie="").run_test(size=WIDE) as pilot:
        await press(pilot, "R")
        prompt = triage(pilot).query_one(Prompt)
        assert prompt.display
        await press(pilot, *"SESSmadeup=x")
        assert "SESS" not in shown(pilot)
        await press(pilot, "enter")

        assert "The site shows its login page: the session is over." in status(pilot)
        assert prompt.query_one(PromptInput).value == ""
        await press(pilot, "R")  # the one that was refused is not tried again
        copied = f"curl '{small_site.log_address()}' \\\n -H 'cookie: {small_site.cookie}'"
        triage(pilot).query_one(PromptInput).post_message(_paste(copied))
        await settled(pilot)

        assert "Fetched 3 new imports" in status(pilot)
        assert small_site.cookie not in shown(pilot)
        await press(pilot, "R")  # and the good one is remembered
        assert "Nothing new was fetched." in status(pilot)


def _paste(text: str) -> Message:
    from textual import events

    return events.Paste(text)


async def test_an_answer_that_is_none_fetches_nothing(small_site: Running, archive: Path) -> None:
    async with _app(small_site, archive, cookie="").run_test(size=WIDE) as pilot:
        await press(pilot, "R", "enter")

        assert "Nothing was fetched." in status(pilot)
        assert small_site.control.count() == 0


async def test_what_another_process_fetches_is_taken_in_without_moving_the_cursor(
    site: Running, world: World, archive: Path
) -> None:
    world.hidden = 1
    fetched(site, archive)
    async with _app(site, archive).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter")
        error = triage(pilot).chosen_error
        assert error is not None
        world.hidden = 0

        watching = threading.Thread(target=fetched, args=(site, archive))
        watching.start()
        watching.join()
        await triage(pilot).log_desk.watch()
        await settled(pilot)

        assert "Mon 23 Nov" in shown(pilot)
        still = triage(pilot).chosen_error
        assert still is not None
        assert still.id == error.id


def test_the_screens_own_asyncio_still_speaks_tls_in_a_visitors_thread() -> None:
    code = (
        "from importlog_tui import ui\n"
        "ui._load_asyncio()\n"
        "from importlog_tui.secret import Secret\n"
        "from importlog_tui.sources.status_log.web.visitor import Manners, Visitor\n"
        "import socket, threading\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "def hello():\n"
        "    wire, _ = server.accept()\n"
        "    print(wire.recv(1)[0], flush=True)\n"
        "    wire.close()\n"
        "threading.Thread(target=hello, daemon=True).start()\n"
        "address = f'https://127.0.0.1:{server.getsockname()[1]}/log'\n"
        "with Visitor(address, Secret('a=b'), Manners(tries=1)) as visitor:\n"
        "    print(type(visitor.ask(address).exception(10)).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=30
    )

    assert done.stdout.split() == ["22", "NoPage"], done.stderr  # 22: a TLS handshake begins
