"""The whole way, as a reader goes it: a made-up site in one terminal, and in another a fetch, the screen, and a user's page in a browser."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from importlog_tui.demo.server import World
from importlog_tui.demo.stories import INVALID
from tests.real_terminal import Tmux, missing, plain_environ, ssh_server, wait_for

ABSENT = missing("tmux", "chromium")
NO_SSH = missing("sshd", "ssh", "ssh-keygen")
pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(bool(ABSENT), reason=f"needs {', '.join(ABSENT)} (see the README)"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a configuration that leads to a served demo, its log fetched."""
    folder = tmp_path_factory.mktemp("home")
    environ = plain_environ(HOME=str(folder))
    serving = subprocess.Popen(
        [sys.executable, "-m", "importlog_tui", "demo", "--serve", "--nights", "1", "--sign-in", "sso"],
        stdin=subprocess.DEVNULL,
        stdout=(folder / "made-up.toml").open("w"),
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environ,
    )
    try:
        assert serving.stderr is not None
        assert "answers at http://127.0.0.1:" in serving.stderr.readline()
        settings = tomllib.loads((folder / "made-up.toml").read_text(encoding="utf-8"))
        settings["access"]["per_second"] = 20
        settings.pop("api", None)  # the log by itself
        (folder / "config.toml").write_text(tomli_w.dumps(settings), encoding="utf-8")
        fetched = subprocess.run(
            [sys.executable, "-m", "importlog_tui", "--config", str(folder / "config.toml"), "fetch"],
            capture_output=True,
            text=True,
            env=environ,
            check=False,
        )
        assert (fetched.returncode, fetched.stderr) == (0, "")
        yield folder
    finally:
        serving.terminate()
        serving.communicate()


def _cursors(screen: Tmux) -> list[str]:
    """The parts of the screen's lines on which a cursor stands."""
    return [part for line in screen.lines for part in line.split("│") if part.startswith("▌")]


def _on(screen: Tmux, text: str) -> Callable[[], bool]:
    return lambda: any(text in part for part in _cursors(screen))


def _open_a_users_page(screen: Tmux) -> None:
    """From the night to the first record of an error whose rows carry Schoology's number of the user, and o."""
    screen.until("last run").press("home").until(_on(screen, "482"))
    screen.press("enter").until(_on(screen, "Users"))
    screen.press("enter").until(_on(screen, "Email already in use"))
    for _ in range(12):
        if _on(screen, INVALID[:17])():
            break
        before = _cursors(screen)
        screen.press("down").until(lambda before=before: _cursors(screen) != before)  # type: ignore[misc]
    screen.until(_on(screen, INVALID[:17]))
    screen.press("enter").until("row 1 of")
    screen.press("o")


def _named(address: str, settings: dict[str, Any]) -> str:
    """Whose page an address of the made-up site is."""
    base = settings["schoology"]["address"]
    assert address.startswith(f"{base}/user/")
    number = address.removeprefix(f"{base}/user/").removesuffix("/info")
    account = World(now=datetime.now(UTC), nights=1).accounts[number]
    return f"<h1>{account.first} {account.last}</h1>"


def _seen_in_a_browser(address: str, folder: Path) -> str:
    """What a headless Chromium shows there; it passes the made-up single sign-on by itself."""
    browser = shutil.which("chromium")
    assert browser is not None
    flags = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync --virtual-time-budget=8000 --dump-dom"
    )
    shown = subprocess.run(
        [browser, *flags.split(), f"--user-data-dir={folder / 'chromium'}", address],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    return shown.stdout


def test_from_an_empty_archive_to_a_users_page_in_a_browser(home: Path, tmp_path: Path) -> None:
    settings = tomllib.loads((home / "config.toml").read_text(encoding="utf-8"))
    told = tmp_path / "opened"
    opener = tmp_path / "browser"
    opener.write_text(f'#!/bin/sh\necho "$1" >{told}.part && mv {told}.part {told}\n', encoding="utf-8")
    opener.chmod(0o755)
    config = tmp_path / "config.toml"
    config.write_text(
        tomli_w.dumps({**settings, "open": {"command": [str(opener), "{url}"]}}), encoding="utf-8"
    )
    argv = [sys.executable, "-m", "importlog_tui", "--config", str(config)]

    with Tmux(argv, columns=120, lines=40, environ=plain_environ(HOME=str(tmp_path))) as screen:
        _open_a_users_page(screen)
        screen.until("opened with")
        wait_for(told.exists, lambda: "nothing was opened")
        screen.press("q")

    address = told.read_text(encoding="utf-8").strip()
    assert _named(address, settings) in _seen_in_a_browser(address, tmp_path)


@pytest.mark.skipif(bool(NO_SSH), reason=f"needs {', '.join(NO_SSH)} (see the README)")
def test_over_ssh_the_address_that_arrives_is_the_users_page(home: Path, tmp_path: Path) -> None:
    settings = tomllib.loads((home / "config.toml").read_text(encoding="utf-8"))
    command = (
        f"env -u DISPLAY -u BROWSER HOME={tmp_path} LANG=C.UTF-8 TERM=xterm-256color "
        f"{sys.executable} -m importlog_tui --config {home / 'config.toml'}"
    )
    (tmp_path / "sshd").mkdir()
    with (
        ssh_server(tmp_path / "sshd") as server,
        Tmux(server.argv(command), columns=80, lines=24) as reader,
    ):
        _open_a_users_page(reader)
        reader.until("address sent to your terminal, not confirmed")
        reader.until(lambda: reader("list-buffers") != "")
        address = reader("show-buffer").strip()
        reader.press("q")

    assert _named(address, settings) in _seen_in_a_browser(address, tmp_path)
