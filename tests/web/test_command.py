"""`fetch` and `demo --serve` as processes, as a reader and a crontab start them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from importlog_tui.demo.server import Mishap, Running, World
from tests import in_process


class Fetcher:
    """The program on a configuration that leads to a made-up site."""

    def __init__(self, site: Running, home: Path) -> None:
        self.home, self.config = home, home / "config.toml"
        self.settings = [
            "[schoology]",
            f'address = "{site.address}"',
            f'status_log = "{site.log_address()}"',
            "[time]",
            'zone = "America/New_York"',
            "[archive]",
            f'file = "{home / "archive.sqlite"}"',
            "[access]",
            "per_second = 20",
        ]
        self.env = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("XDG_", "IMPORTLOG_"))
            },
            "HOME": str(home),
            "IMPORTLOG_COOKIE": site.cookie,
        }

    def __call__(self, *arguments: str, env: dict[str, str] | None = None) -> tuple[int, str, str]:
        self.config.write_text("\n".join(self.settings), encoding="utf-8")
        return in_process.run(
            "--config", str(self.config), *arguments, env={**self.env, **(env or {})}, cwd=self.home
        )


@pytest.fixture
def program(small_site: Running, tmp_path: Path) -> Fetcher:
    return Fetcher(small_site, tmp_path)


def test_a_fetch_tells_what_came_and_exits_with_0(program: Fetcher, small_world: World) -> None:
    status, said, complained = program("fetch")

    assert (status, complained) == (0, "")
    assert said.startswith("3 runs (3 new), 6 errors (6 new), ")
    listed = [json.loads(line) for line in program("runs", "--json")[1].splitlines()]
    assert len(listed) == len(small_world.runs)
    assert all(run["complete"] for run in listed)


def test_the_session_is_written_nowhere(program: Fetcher, small_site: Running) -> None:
    small_site.control.plan(Mishap.CHANGED, path="/records/")
    told = program("fetch", "--report", "report.txt")
    program("doctor")

    token = small_site.cookie.partition("=")[2]
    assert told[0] == 1
    assert token not in "".join(told[1:])
    for path in program.home.rglob("*"):
        if path.is_file():
            assert token.encode() not in path.read_bytes(), path
    assert (program.home / "report.txt").exists()


def test_an_ended_session_is_told_in_a_sentence_with_its_remedy(program: Fetcher) -> None:
    status, said, complained = program("fetch", env={"IMPORTLOG_COOKIE": "SESSmadeup=old"})

    assert status == 2
    assert said.startswith("nothing was brought in")
    assert "the site shows its login page: the session is over. Sign in with the browser" in complained
    assert not (program.home / "archive.sqlite-journal").exists()


def test_a_part_exits_with_1_and_says_how_it_goes_on(program: Fetcher, small_site: Running) -> None:
    small_site.control.plan(Mishap.EXPIRED, skip=3)

    status, _, complained = program("fetch")

    assert status == 1
    assert "still to be read; the next fetch goes on there." in complained


def test_without_a_session_or_a_terminal_it_says_where_to_put_one(program: Fetcher) -> None:
    status, _, complained = program("fetch", env={"IMPORTLOG_COOKIE": ""})

    assert status == 2
    assert "there is no terminal to ask at. Name a command as [access] cookie_command" in complained


def test_without_an_address_it_says_where_to_get_one(program: Fetcher) -> None:
    del program.settings[2]

    status, _, complained = program("fetch")

    assert status == 2
    assert "config.toml, [schoology] status_log: the address of the Status Log is not known" in complained


def test_a_request_copied_from_another_host_is_not_sent(program: Fetcher, small_site: Running) -> None:
    copied = "curl 'https://elsewhere.example.org/log' -H 'cookie: SESS=hunter2'"

    status, _, complained = program("fetch", env={"IMPORTLOG_COOKIE": copied})

    assert status == 2
    assert "copied from elsewhere.example.org" in complained
    assert "hunter2" not in complained
    assert small_site.control.count() == 0


def test_it_watches_until_it_is_told_to_stop(program: Fetcher, small_site: Running) -> None:
    program.config.write_text("\n".join(program.settings), encoding="utf-8")
    watching = subprocess.Popen(
        [sys.executable, "-m", "importlog_tui", "--config", str(program.config), "fetch", "--watch", "60"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env=program.env,
    )
    try:
        assert watching.stdout is not None
        assert "3 runs" in watching.stdout.readline()
        assert watching.poll() is None
        watching.send_signal(signal.SIGTERM)
        assert watching.wait(10) == 0
    finally:
        watching.kill()
        watching.communicate()
    assert small_site.control.count("/made-up/status-log") > 0


@pytest.fixture
def served(tmp_path: Path) -> Iterator[dict[str, dict[str, str]]]:
    serving = subprocess.Popen(
        [sys.executable, "-m", "importlog_tui", "demo", "--serve"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "IMPORTLOG_CONFIG": "", "HOME": str(tmp_path)},
    )
    try:
        assert serving.stdout is not None
        assert serving.stderr is not None
        assert "answers at http://127.0.0.1:" in serving.stderr.readline()
        os.set_blocking(serving.stdout.fileno(), False)
        yield tomllib.loads(serving.stdout.read())
        serving.send_signal(signal.SIGINT)
        assert serving.wait(10) == 0
    finally:
        serving.kill()
        serving.communicate()


def test_the_served_demo_prints_a_configuration_that_leads_to_it(
    served: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    import httpx

    cookie = served["access"]["cookie_command"][1]
    page = httpx.get(served["schoology"]["status_log"], headers={"Cookie": cookie})

    assert "Rows Affected" in page.text
    assert served["archive"]["file"] == str(tmp_path / "made-up.sqlite")
