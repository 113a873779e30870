"""From an empty archive to a user's page: the made-up Schoology in one process, the program in another, a real browser at the end; at the desk and over SSH."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from importlog_tui.demo.roster import LOPEZ
from tests.real_terminal import LIMIT, Tmux, missing, plain_environ, ssh_server, wait_for
from tests.test_ssh_walk import on

MISSING = missing("sshd", "ssh", "ssh-keygen", "tmux")
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)} (see the README)"),
]
_TICK = 0.05


class Served:
    """A made-up Schoology in a process of its own, and a home whose configuration is what that process printed."""

    def __init__(self, home: Path) -> None:
        self.home, self.config = home, home / "made-up.toml"
        self.opened = home / "opened"
        self.environ = plain_environ(
            HOME=str(home), TZ="UTC", PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        )
        self._server: subprocess.Popen[str] | None = None

    def serve(self) -> None:
        self._server = subprocess.Popen(
            ["importlog-tui", "demo", "--serve", "--sign-in", "sso", "--nights", "3"],
            stdout=self.config.open("w", encoding="utf-8"),
            stderr=(self.home / "told").open("w", encoding="utf-8"),
            env=self.environ,
            cwd=self.home,
            text=True,
        )
        told = self.home / "told"
        wait_for(
            lambda: "answers at" in told.read_text(encoding="utf-8"), lambda: told.read_text(encoding="utf-8")
        )
        script = self.home / "browser"
        script.write_text(f'#!/bin/sh\nprintf "%s" "$1" >{shlex.quote(str(self.opened))}\n', encoding="utf-8")
        script.chmod(0o755)
        text = self.config.read_text(encoding="utf-8")
        text = text.replace("[access]\n", "[access]\nper_second = 20\nat_once = 4\n")
        self.config.write_text(f'{text}\n[open]\ncommand = ["{script}", "{{url}}"]\n', encoding="utf-8")
        self.remote = self.home / "over-ssh.toml"
        self.remote.write_text(text, encoding="utf-8")

    def stop(self) -> None:
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait(LIMIT)

    @property
    def address(self) -> str:
        (found,) = re.findall(
            r'^address = "(http://127\.0\.0\.1:\d+)"$', self.config.read_text(encoding="utf-8"), re.MULTILINE
        )
        return str(found)

    def run(self, *words: str) -> str:
        argv = ["importlog-tui", "--config", str(self.config), *words]
        done = subprocess.run(
            argv, check=False, capture_output=True, text=True, env=self.environ, cwd=self.home
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("served"))
    try:
        made.serve()
        assert " runs " in made.run("fetch")
        yield made
    finally:
        made.stop()


def walk(screen: Tmux) -> tuple[str, str]:
    """To the first record of the newest night's users, until Schoology has told who that is; number and name."""
    screen.until("last run").press("enter").until(on(screen, "Users"))
    screen.press("enter").until(on(screen, "Email already in use"))
    screen.press("enter").until(on(screen, LOPEZ)).press("enter")
    found: list[tuple[str, str]] = []

    def is_told() -> bool:
        text = " ".join(" ".join(line.split("│")[-1] for line in screen.lines).split())
        found[:] = re.findall(r"Schoology, [^:]+: account (\d+) is in use: ([^,]+),", text)
        return bool(found)

    screen.until(is_told)
    return found[0]


def browsed(address: str, folder: Path) -> str:
    """The page as a browser has it, once it has passed the sign-on."""
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--virtual-time-budget=10000",
        "--dump-dom",
    ]
    for attempt in range(3):  # a browser of that size does not always come up at once on a busy machine
        done = subprocess.run(
            [CHROMIUM, *options, f"--user-data-dir={folder / f'browser-{attempt}'}", address],
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
            env=plain_environ(HOME=str(folder)),
        )
        if done.returncode == 0 and "<title>" in done.stdout:
            return done.stdout
        time.sleep(_TICK)
    return done.stdout + done.stderr


def check(served: Served, address: str, who: tuple[str, str], folder: Path) -> None:
    number, name = who
    assert address == f"{served.address}/user/{number}/info"
    if not CHROMIUM:
        pytest.skip("the address arrived; Chromium, which would open it, is not installed here")
    assert f"<title>{name}</title>" in browsed(address, folder)


def test_at_the_desk_o_opens_the_page_of_that_user(served: Served, tmp_path: Path) -> None:
    command = ["importlog-tui", "--config", str(served.config)]
    with Tmux(command, columns=120, lines=40, environ=served.environ) as screen:
        who = walk(screen)
        screen.press("o").until(served.opened.exists)
        screen.until(lambda: bool(served.opened.read_text(encoding="utf-8")))

    check(served, served.opened.read_text(encoding="utf-8"), who, tmp_path)


def test_over_ssh_the_address_of_that_user_arrives_at_the_readers_terminal(
    served: Served, tmp_path: Path
) -> None:
    folder = tmp_path / "sshd"
    folder.mkdir()
    with ssh_server(folder) as server:
        variables = {name: value for name, value in served.environ.items() if name != "TERM"}
        variables["XDG_STATE_HOME"] = str(tmp_path)  # not where the other reader was
        given = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
        command = f"cd {shlex.quote(str(served.home))} && exec env {given} importlog-tui --config {shlex.quote(str(served.remote))}"
        with Tmux(server.argv(command), columns=80, lines=24) as reader:
            who = walk(reader)
            reader.press("o").until("address sent to your terminal, not confirmed")
            reader.until(lambda: reader("list-buffers") != "")
            address = reader("show-buffer")

    check(served, address, who, tmp_path)
