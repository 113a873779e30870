"""From a shell on a server to a user's page and back, by keyboard, through tmux and OpenSSH as they are installed here."""

from __future__ import annotations

import base64
import json
import os
import select
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.real_terminal import LIMIT, Server, Tmux, missing, ssh_server, wait_for
from tests.ui.terminal import Terminal

MISSING = missing("sshd", "ssh", "ssh-keygen", "tmux")
pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)} (see the README)"),
]

LOG = """<!DOCTYPE html>
<!-- saved from url=(0040)https://lakeside.example.org/import/auto -->
<html><head><title>Status Log</title><meta charset="utf-8"></head><body><h2>Status Log</h2>
<table><tr><th></th><th>Import</th><th>Last performed</th><th>Status</th></tr>
<tr><td>+</td><td>Course Enrollments Import</td><td>Nov 23, 2026 1:12 am</td><td>Import complete with errors</td></tr>
<tr><td colspan="4"><table><tr><th>Error</th><th>Rows Affected</th></tr>
<tr><td>Section not found</td><td><a href="/import/auto/rows?id=81">1,214</a></td></tr></table></td></tr>
<tr><td>+</td><td>Courses Import</td><td>Nov 23, 2026 1:07 am</td><td>Import completed successfully</td></tr>
<tr><td>+</td><td>Users Import</td><td>Nov 23, 2026 1:02 am</td><td>Import complete with errors</td></tr>
<tr><td colspan="4"><table><tr><th>Error</th><th>Rows Affected</th></tr>
<tr><td>Email already in use</td><td><a href="/import/auto/rows?id=80">3</a></td></tr></table></td></tr>
</table></body></html>"""

ROWS = """<!-- saved from url=(0050)https://lakeside.example.org/import/auto/rows?id=80 -->
<html><head><title>Rows affected</title><meta charset="utf-8"></head><body><h1>Rows affected</h1>
<table><tr><th>Row</th><th>Unique ID</th><th>Last Name</th><th>First Name</th><th>E-mail</th><th>Schoology User ID</th></tr>
<tr><td>14</td><td>0204117</td><td>Lopez</td><td>Maria</td><td>mlopez@example.org</td><td>98765401</td></tr>
<tr><td>233</td><td>0204121</td><td>Nguyen</td><td>An</td><td>anguyen@example.org</td><td>98765402</td></tr>
<tr><td>240</td><td>0204140</td><td>Okafor</td><td>Chidi</td><td>cokafor@example.org</td><td>98765403</td></tr>
</table></body></html>"""

BASE = "https://lms.example.org"
LOPEZ, NGUYEN = f"{BASE}/user/98765401/info", f"{BASE}/user/98765402/info"
MISSED = "Course Code\tSection Code\tUser Unique ID\n" + "".join(f"ENG9\t{n % 40:02}\t{204000 + n:07}\n" for n in range(1214))  # fmt: skip
PROMPT = "here$"
_NOTE = '#!/bin/sh\nprintf "%s\\n" "$@" >{told}.part && mv {told}.part {told}\n'


class Home:
    """A user's home on the server: an archive brought in from saved pages, a configuration, and a desktop that nobody sits at."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self._server = folder, server
        self._configuration = folder / "config.toml"
        self.opened = folder / "opened"
        self.script("xdg-open", self.opened)
        self._variables = {
            "PATH": f"{folder}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "DISPLAY": ":0",
            "IMPORTLOG_CONFIG": str(self._configuration),
        }
        self.configure()
        saved = folder / "saved"
        saved.mkdir()
        (saved / "log.html").write_text(LOG, encoding="utf-8")
        (saved / "rows.html").write_text(ROWS, encoding="utf-8")
        self.importlog("add", str(saved))

    def script(self, name: str, told: Path) -> Path:
        """A program that writes how it was called to `told`."""
        script = self.folder / name
        script.write_text(_NOTE.format(told=shlex.quote(str(told))), encoding="utf-8")
        script.chmod(0o755)
        return script

    def configure(self, more: str = "") -> None:
        self._configuration.write_text(f'[schoology]\naddress = "{BASE}"\n{more}', encoding="utf-8")

    def importlog(self, *arguments: str) -> str:
        """A command without a screen, not over SSH."""
        argv = ["importlog-tui", *arguments]
        return subprocess.run(argv, check=True, capture_output=True, text=True, env=self._variables).stdout

    def records(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.importlog("records", "--json").splitlines()]

    def errors(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.importlog("errors", "--json").splitlines()]

    def shell(self) -> list[str]:
        """A connection to the server with a shell in this home."""
        variables = {**self._variables, "PS1": f"{PROMPT} "}
        given = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
        kept = " ".join(f'{name}="${name}"' for name in ("TERM", "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"))
        return self._server.argv(f"cd {shlex.quote(str(self.folder))} && exec env -i {given} {kept} sh -i")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with ssh_server(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, server: Server) -> Home:
    return Home(tmp_path, server)


def on(screen: Tmux | Terminal, text: str) -> Callable[[], bool]:
    """Whether a cursor stands on a line with `text`."""
    return lambda: any(
        part.startswith("▌") and text in part for line in screen.lines for part in line.split("│")
    )


def walk_to_the_rows(screen: Tmux | Terminal) -> None:
    """From a fresh start to the rows of the Users import's error, by Enter alone."""
    screen.until("last run").until(on(screen, "Mon 23 Nov"))
    screen.press("enter").until(on(screen, "Users"))
    screen.press("enter").until(on(screen, "Email already in use"))
    screen.press("enter").until(on(screen, "0204117"))


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (120, 40)])
def test_over_ssh_the_keyboard_leads_from_the_night_to_a_users_page_and_back_to_the_shell(
    home: Home, columns: int, lines: int
) -> None:
    with Tmux(home.shell(), columns=columns, lines=lines) as reader:
        reader.until(PROMPT).type("stty -a >before; importlog-tui; echo left with $?")
        walk_to_the_rows(reader)
        reader.press("down").until(on(reader, "0204121"))
        reader.press("enter").until("Nguyen, An   0204121   row 233")

        reader.press("o").until(
            "No page can be opened from here; address sent to your terminal, not confirmed"
        )
        reader.until(lambda: NGUYEN in reader.lines)
        assert not home.opened.exists(), "the server's desktop, where nobody sits"
        reader.until(lambda: reader("list-buffers") != "")
        assert reader("show-buffer") == NGUYEN

        reader.press("L").until("The address").until(lambda: NGUYEN in reader.lines)
        reader.press("escape").until("row 233")
        reader.press("escape", "escape", "q")  # in one piece, as a slow line delivers them
        reader.until("left with 0").until(lambda: reader.lines[int(reader.told("cursor_y"))] == PROMPT)
        assert [reader.told(name) for name in ("alternate_on", "cursor_flag", "mouse_any_flag", "keypad_flag")] == [
            "0", "1", "0", "0"
        ]  # fmt: skip
        assert reader.lines[0].startswith(f"{PROMPT} stty -a >before"), (
            "what stood there before is there again"
        )
        reader.type("stty -a >after; echo looked at").until(lambda: "looked at" in reader.lines)
        before, after = ((home.folder / name).read_text(encoding="utf-8") for name in ("before", "after"))
        assert before == after
        assert {"echo", "icanon", "isig"} <= set(after.replace(";", " ").split())
        reader.paste("echo $((6 * 7))").press("enter").until(lambda: "42" in reader.lines)
        assert "200~" not in "".join(reader.lines), "nothing asks for pastes in brackets any more"


def test_in_a_tmux_on_the_server_the_address_is_in_its_buffer_and_a_detached_reader_goes_on(
    home: Home,
) -> None:
    tmux = ["tmux", "-u", "-f", "/dev/null", "-S", str(home.folder / "s")]
    inner = shlex.join(tmux)

    def buffer() -> str:
        return subprocess.run([*tmux, "show-buffer"], check=True, capture_output=True, text=True).stdout

    try:
        with Terminal(home.shell(), columns=120, lines=40) as reader:
            reader.until(PROMPT).press(f"{inner} new-session importlog-tui", "enter")
            walk_to_the_rows(reader)
            reader.press("o").until("address sent to the tmux buffer and, through tmux, to your terminal")
            assert buffer() == LOPEZ
            reader.until(lambda: LOPEZ in reader.lines)
            reader.until(lambda: base64.b64encode(LOPEZ.encode()) in reader.raw)
            reader.press("\x02", "d").until("[detached").until(PROMPT).press("exit", "enter").rest()
        with Terminal(home.shell(), columns=80, lines=24) as reader:
            reader.until(PROMPT).press(f"{inner} attach", "enter").until(on(reader, "0204117"))
            reader.press("down").until(on(reader, "0204121"))
            reader.press("y").until("sent to the tmux buffer and")
            assert buffer() == NGUYEN
            reader.press("q").until("[exited]").until(PROMPT)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)


def test_a_configured_command_gets_the_users_page_over_ssh(home: Home) -> None:
    script = home.script("open-here", home.folder / "asked")
    home.configure(f'[open]\ncommand = ["{script}", "--new tab", "{{url}}"]\n')
    with Terminal(home.shell(), columns=80, lines=24) as reader:
        reader.until(PROMPT).press("importlog-tui", "enter")
        walk_to_the_rows(reader)
        reader.press("down", "o").until("opened with ")
        asked = home.folder / "asked"
        wait_for(asked.exists, lambda: "the command was not run")
        assert asked.read_text(encoding="utf-8").splitlines() == ["--new tab", NGUYEN]
        assert base64.b64encode(NGUYEN.encode()) not in reader.raw
        reader.press("q").until(PROMPT)


@contextmanager
def dropped(home: Home) -> Iterator[Terminal]:
    """A connection in which the program runs, lost at the end; afterwards the program has ended, too."""
    lives = home.folder / "lives"
    os.mkfifo(lives)
    # Open for as long as a process on the other side holds it, whoever that process's parent is by then.
    with closing(os.fdopen(os.open(lives, os.O_RDONLY | os.O_NONBLOCK))) as held:
        with Terminal(home.shell(), columns=80, lines=24) as reader:
            reader.until(PROMPT).press("importlog-tui 9>lives", "enter")
            yield reader
            reader.process.kill()
        watch = select.poll()
        watch.register(held, 0)
        assert watch.poll(LIMIT * 1000), "the program outlives its connection"
    lives.unlink()


def sound(home: Home) -> bool:
    """Whether the archive is whole."""
    (archive,) = home.folder.rglob("archive.sqlite")
    with closing(sqlite3.connect(archive)) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchall() == [("ok",)])


def test_a_dropped_connection_ends_the_program_and_keeps_the_place(home: Home) -> None:
    before = home.records()
    with dropped(home) as reader:
        walk_to_the_rows(reader)
        reader.press("down").until(on(reader, "0204121"))
    assert sound(home)
    assert home.records() == before
    with Terminal(home.shell(), columns=80, lines=24) as reader:
        reader.until(PROMPT).press("importlog-tui", "enter").until(on(reader, "0204121"))
        reader.until("row 2 of 3").press("q").until(PROMPT)


def test_a_connection_dropped_while_a_paste_is_kept_leaves_all_of_it_nothing_or_a_part_that_says_so(
    home: Home,
) -> None:
    before = home.records()

    def paste(reader: Terminal) -> None:
        reader.paste(MISSED).until("The log claims 1,214 rows: this is all of them.").until("Enter keep")
        reader.press("enter").until(lambda: not reader.emulator.shows("Enter keep"))

    with dropped(home) as reader:
        reader.until("last run").press("end").until(on(reader, "Enrollments"))
        reader.press("enter").until(on(reader, "Section not found"))
        paste(reader)
    assert sound(home)
    # All, as a rule. Nothing where it had not begun, and a part where this machine took seconds over it: whichever, the error tells.
    kept = len(home.records()) - len(before)
    (error,) = (error for error in home.errors() if error["message"] == "Section not found")
    assert (error["rows_read"], error["rows_affected"]) == (kept, 1214)
    assert error["complete"] is (kept == 1214)
    with Terminal(home.shell(), columns=80, lines=24) as reader:
        reader.until(PROMPT).press("importlog-tui", "enter").until(on(reader, "Section not found"))
        paste(reader)
        reader.press("enter").until("row 1 of 1,214").press("q").until(PROMPT)
    assert len(home.records()) - len(before) == 1214
