"""Which program opens a page here, and what is said of it, with real child processes."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import pytest

from importlog_tui.config import Open
from importlog_tui.links import Link, LinkKind
from importlog_tui.terminal.environment import Environment
from importlog_tui.terminal.opener import How, Opened, Plan, open_address, plan

ADDRESS = "https://lms.example.org/users/manage/edit/moreinfo?search=a%26b"
LINK = Link(ADDRESS, "user search for a&b", LinkKind.SEARCH)
LIMIT = 30.0  # seconds that a working program never needs


@dataclass
class Machine:
    """A PATH of its own, with programs that write down how they were called."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    platform: str = "linux"
    kernel: str = "Linux"

    def program(self, name: str, body: str = "") -> Path:
        """An executable that writes its arguments to NAME.args, then runs `body`."""
        path = self.folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >"{self.folder}/{name}.args"\n{body}\n')
        path.chmod(0o755)
        return path

    def arguments(self, name: str) -> list[str] | None:
        """How the program was called, None if it wasn't."""
        written = self.folder / f"{name}.args"
        return written.read_text().splitlines() if written.exists() else None

    @property
    def environment(self) -> Environment:
        variables = {"PATH": str(self.folder / "bin"), "TERM": "xterm", **self.variables}
        return Environment.from_environ(
            variables, platform=self.platform, kernel=self.kernel, is_terminal=True, size=(80, 24)
        )

    def plan(self, settings: Open | None = None) -> Plan:
        return plan(self.environment, settings or Open())

    def open(self, settings: Open | None = None, patience: float = LIMIT) -> Opened:
        return open_address(LINK, self.plan(settings), self.environment, patience)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "bin").mkdir()
    return Machine(tmp_path)


def test_the_configured_command_gets_the_address_as_one_word_and_comes_first(machine: Machine) -> None:
    machine.program("code")
    machine.program("other")
    machine.variables |= {"BROWSER": "other", "IMPORTLOG_BROWSER": "other", "DISPLAY": ":0", "SSH_TTY": "x"}
    done = machine.open(Open(command=("code", "--openExternal", "{url}", "a b", "$HOME;`id`", "to={url}")))
    assert done == Opened(How.COMMAND, True, "opened with code --openExternal a b $HOME;`id`")
    assert machine.arguments("code") == [
        "--openExternal",
        ADDRESS,
        "a b",
        "$HOME;`id`",
        f"to={ADDRESS}",
    ]
    assert machine.arguments("other") is None


def test_inside_a_longer_argument_the_address_can_not_end_a_quotation(machine: Machine) -> None:
    machine.program("run")
    link = Link("https://lms.example.org/o'hara/user/1/info", "x", LinkKind.USER)
    settings = Open(command=("run", "{url}", "open '{url}'"))
    open_address(link, machine.plan(settings), machine.environment, LIMIT)
    assert machine.arguments("run") == [link.address, "open 'https://lms.example.org/o%27hara/user/1/info'"]


def test_a_command_that_is_not_there_is_said_and_not_replaced(machine: Machine) -> None:
    machine.program("other")
    machine.variables["BROWSER"] = "other"
    done = machine.open(Open(command=("firefoxx\x1b[2J", "{url}")))
    assert not done.ok
    assert done.how is How.NONE
    assert done.detail == "[open] command: firefoxx␛[2J was not found"
    assert machine.arguments("other") is None


def test_the_programs_own_variable_comes_before_the_common_one(machine: Machine) -> None:
    machine.program("mine")
    machine.program("common")
    machine.variables |= {"BROWSER": "common", "IMPORTLOG_BROWSER": "mine", "SSH_CONNECTION": "x"}
    assert machine.open() == Opened(How.IMPORTLOG_BROWSER, True, "opened with mine")
    assert machine.arguments("mine") == [ADDRESS]
    del machine.variables["IMPORTLOG_BROWSER"]
    assert machine.open() == Opened(How.BROWSER, True, "opened with common")


def test_browser_may_be_a_list_with_arguments_and_a_place_for_the_address(machine: Machine) -> None:
    machine.program("first", "exit 3")
    machine.program("second")
    machine.variables["BROWSER"] = "missing:first %s:second --tab %s --end:third"
    assert machine.open() == Opened(How.BROWSER, True, "opened with second --tab --end")
    assert machine.arguments("first") == [ADDRESS]
    assert machine.arguments("second") == ["--tab", ADDRESS, "--end"]


def test_a_browser_whose_path_holds_a_blank_is_one_program(machine: Machine) -> None:
    helper = machine.program("my helper.sh")
    machine.variables["BROWSER"] = str(helper)
    assert machine.open().sentence == "opened with my helper.sh"
    assert machine.arguments("my helper.sh") == [ADDRESS]


@pytest.mark.parametrize("name", ["w3m", "lynx", "links", "elinks", "www-browser"])
def test_a_text_browser_is_never_run_over_the_screen(machine: Machine, name: str) -> None:
    machine.program(name)
    machine.variables["BROWSER"] = name
    decided = machine.plan()
    assert decided.how is How.NONE
    assert any("is a text browser" in step.sentence for step in decided.steps)
    assert not machine.open().ok
    assert not machine.open(Open(command=(name, "{url}"))).ok
    assert machine.arguments(name) is None


def test_a_text_browser_behind_a_link_is_found_out(machine: Machine) -> None:
    (machine.folder / "bin" / "x-browser").symlink_to(machine.program("w3m"))
    machine.variables["BROWSER"] = "x-browser"
    assert machine.plan().how is How.NONE
    machine.program("firefox")
    machine.variables["BROWSER"] = "x-browser:firefox"
    assert machine.open().sentence == "opened with firefox"
    assert machine.arguments("w3m") is None


def test_with_suspend_a_text_browser_gets_the_terminal_and_is_waited_for(
    machine: Machine, capfd: pytest.CaptureFixture[str]
) -> None:
    machine.program("w3m", "echo drawn")
    machine.variables["BROWSER"] = "w3m"
    decided = machine.plan(Open(suspend=True))
    assert decided.suspend
    assert open_address(LINK, decided, machine.environment).ok
    assert capfd.readouterr().out == "drawn\n"
    assert not machine.plan().suspend


def test_a_suspended_program_that_fails_is_told_like_any_other(machine: Machine) -> None:
    machine.program("w3m", "exit 2")
    settings = Open(suspend=True, command=("w3m", "{url}"))
    assert machine.open(settings) == Opened(How.COMMAND, False, "not opened: w3m ended with exit code 2")
    (machine.folder / "bin" / "w3m").write_bytes(b"\x00")
    assert machine.open(settings).detail == "Exec format error"


@pytest.mark.parametrize(
    ("platform", "kernel", "variables", "programs", "called"),
    [
        ("darwin", "", {}, ["open"], [ADDRESS]),
        ("linux", "microsoft WSL2", {}, ["wslview", "powershell.exe"], [ADDRESS]),
        (
            "linux",
            "Microsoft",
            {},
            ["powershell.exe"],
            ["-NoProfile", "-NonInteractive", "-Command", f"Start-Process '{ADDRESS}'"],
        ),
        ("linux", "", {"DISPLAY": ":0"}, ["xdg-open", "gio"], [ADDRESS]),
        ("linux", "", {"WAYLAND_DISPLAY": "wayland-0"}, ["gio"], ["open", ADDRESS]),
    ],
)
def test_at_ones_own_machine_the_desktop_opens_it(
    machine: Machine,
    platform: str,
    kernel: str,
    variables: dict[str, str],
    programs: list[str],
    called: list[str],
) -> None:
    for name in programs:
        machine.program(name)
    machine.platform, machine.kernel = platform, kernel
    machine.variables |= variables
    done = machine.open()
    assert (done.how, done.ok) == (How.DESKTOP, True)
    assert done.sentence.startswith(f"opened with {programs[0]}")
    assert machine.arguments(programs[0]) == called
    assert not machine.plan(Open(suspend=True)).suspend


def test_over_ssh_no_desktop_is_tried_whatever_display_says(machine: Machine) -> None:
    machine.program("xdg-open")
    machine.variables |= {"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}
    done = machine.open()
    assert (done.how, done.ok) == (How.NONE, False)
    assert done.detail == "the desktop: you sit at another machine (SSH_CONNECTION is set)"
    assert machine.plan().sentence == "no page can be opened from here; its address is shown, and copied"
    assert machine.arguments("xdg-open") is None
    assert machine.open(Open(session="local")).ok
    del machine.variables["SSH_CONNECTION"]
    assert not machine.open(Open(session="remote")).ok


def test_why_nothing_can_be_opened_is_told_for_every_step(machine: Machine) -> None:
    machine.variables |= {"BROWSER": "firefox", "DISPLAY": ":0"}
    assert [step.sentence for step in machine.plan().steps] == [
        "$IMPORTLOG_BROWSER is not set",
        "$BROWSER: firefox was not found",
        "the desktop: neither xdg-open nor gio was found",
    ]
    del machine.variables["DISPLAY"]
    assert machine.plan().steps[-1].sentence == "the desktop: neither DISPLAY nor WAYLAND_DISPLAY is set"


def test_a_failure_is_told_with_the_exit_code_and_the_first_complaint_made_harmless(machine: Machine) -> None:
    body = "printf '\\n\\033]52;c;AA\\007no DISPLAY\\nmore\\n' >&2; printf chatter; exit 4"
    machine.program("firefox", body)
    machine.variables["BROWSER"] = "firefox"
    assert machine.open() == Opened(
        How.BROWSER, False, "not opened: firefox ended with exit code 4", "␛]52;c;AA␇no DISPLAY"
    )


def test_a_signal_and_a_file_that_is_no_program_are_told(machine: Machine) -> None:
    machine.program("firefox", "kill -9 $$")
    machine.variables["BROWSER"] = "firefox"
    assert machine.open().sentence == "not opened: firefox was ended by signal 9"
    (machine.folder / "bin" / "firefox").write_bytes(b"\x00\x01no program")
    done = machine.open()
    assert done.sentence == "not opened: firefox could not be started"
    assert done.detail == "Exec format error"


def test_a_flood_of_output_neither_blocks_the_child_nor_fills_memory(machine: Machine) -> None:
    child = "import sys; [print('x' * 1000, file=f) for _ in range(3000) for f in (sys.stdout, sys.stderr)]; sys.exit(5)"
    machine.program("firefox", f'exec "{sys.executable}" -c "{child}"')
    machine.variables["BROWSER"] = "firefox"
    done = machine.open()
    assert done.sentence == "not opened: firefox ended with exit code 5"
    assert done.detail == "x" * 200


def test_the_child_has_no_terminal_and_a_session_of_its_own(machine: Machine) -> None:
    child = machine.folder / "child.py"
    child.write_text(
        "import json, os, sys\n"
        f"with open({str(machine.folder / 'told')!r}, 'w') as out:\n"
        "    json.dump([sys.stdin.read(), os.getsid(0) == os.getpid(), [os.isatty(d) for d in (0, 1, 2)],\n"
        "               os.environ.get('MARK'), 'HOME' in os.environ], out)\n"
    )
    machine.variables["MARK"] = "passed on"
    settings = Open(command=(sys.executable, str(child), "{url}"))
    assert machine.open(settings).ok
    told = json.loads((machine.folder / "told").read_text())
    assert told == ["", True, [False] * 3, "passed on", False]


def reaped(pid: int) -> bool:
    """Whether no trace of the child is left, once whoever waits for it is done."""
    for thread in threading.enumerate():
        if thread.name == "reaper":
            thread.join(LIMIT)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture
def gate(tmp_path: Path) -> Callable[[], TextIO]:
    """A named pipe `gate` that holds a child that reads it; opened here once the child has come that far, closed to let it go on."""
    pipe = tmp_path / "gate"
    os.mkfifo(pipe)
    return lambda: pipe.open("w")


def test_a_browser_that_stays_is_left_running_and_never_becomes_a_zombie(
    machine: Machine, gate: Callable[[], TextIO]
) -> None:
    child = machine.folder
    machine.program("firefox", f'echo $$ >"{child}/pid"; read x <"{child}/gate"; echo late; echo late >&2')
    machine.variables["BROWSER"] = "firefox"
    done = machine.open(patience=0.1)
    assert done == Opened(How.BROWSER, True, "opened with firefox, which is still running")
    with gate():
        pid = int((child / "pid").read_text())
        os.kill(pid, 0)
    assert reaped(pid)


def test_a_launcher_that_leaves_a_browser_behind_does_not_hold_the_answer_up(
    machine: Machine, gate: Callable[[], TextIO]
) -> None:
    machine.program("firefox", f'(read x <"{machine.folder}/gate") & echo broken >&2; exit 1')
    machine.variables["BROWSER"] = "firefox"
    done = machine.open()
    with gate():
        assert (done.ok, done.detail) == (False, "broken")


def test_only_addresses_that_the_program_built_are_opened(machine: Machine) -> None:
    machine.program("firefox")
    machine.variables["BROWSER"] = "firefox"
    with pytest.raises(TypeError, match="addresses that links"):
        open_address("https://example.org", machine.plan(), machine.environment)  # type: ignore[arg-type]
    assert machine.arguments("firefox") is None
