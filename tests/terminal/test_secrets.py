"""A secret is found where its owner keeps it; what goes wrong is told without it."""

from __future__ import annotations

import contextlib
import os
import pty
import sys
import threading
import types
from pathlib import Path

import pytest

from importlog_tui.errors import ConfigProblem, UsageProblem
from importlog_tui.terminal import secrets
from importlog_tui.terminal.environment import Environment
from importlog_tui.terminal.secrets import Kept


def _environment(**variables: str) -> Environment:
    return Environment.from_environ({"PATH": os.environ["PATH"], **variables})


def _kept(*command: str, variable: str = "", keyring: str = "") -> Kept:
    return Kept("the session cookie", "[access] cookie", command, variable, keyring)


def test_a_commands_whole_output_is_the_secret() -> None:
    found = _kept("printf", "a=b\nsecond line\n").find(_environment())

    assert found is not None
    assert found.reveal() == "a=b\nsecond line"


def test_the_variable_counts_where_there_is_no_command() -> None:
    found = _kept(variable="COOKIE").find(_environment(COOKIE=" a=b "))

    assert found is not None
    assert found.reveal() == "a=b"
    assert _kept(variable="COOKIE").find(_environment()) is None


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("sh", "-c", "echo hunter2; echo locked >&2; exit 3"), "ended with exit code 3 (locked)"),
        (("true",), "printed nothing"),
        (("/nowhere/pass",), "could not be started"),
        (("sleep", "5"), "did not answer within 0.2 seconds"),
        (("head", "-c", "400000", "/dev/zero"), "printed far too much"),
    ],
)
def test_a_command_that_gives_none_is_told_with_its_setting(command: tuple[str, ...], said: str) -> None:
    with pytest.raises(ConfigProblem) as caught:
        _kept(*command).find(_environment(), seconds=0.2 if command[0] == "sleep" else 10)

    assert said in str(caught.value)
    assert str(caught.value).startswith("[access] cookie_command: ")
    assert "hunter2" not in str(caught.value)


def test_the_keyring_is_asked_for_service_and_user(monkeypatch: pytest.MonkeyPatch) -> None:
    library = types.ModuleType("keyring")
    entries = {("my/schoology", "me"): "a=b"}
    library.get_password = lambda service, user: entries.get((service, user))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", library)

    found = _kept(keyring="my/schoology/me").find(_environment())

    assert found is not None
    assert found.reveal() == "a=b"
    assert _kept(keyring="schoology/nobody").find(_environment()) is None
    with pytest.raises(ConfigProblem, match="service/user"):
        _kept(keyring="schoology").find(_environment())


def test_a_keyring_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    with pytest.raises(ConfigProblem, match="`keyring` is not installed"):
        _kept(keyring="schoology/me").find(_environment())


@pytest.mark.parametrize(
    ("typed", "got"),
    [
        (b"a=b\r", "a=b"),
        (b"a=x\x7fb\n", "a=b"),
        (b"curl 'https://x' \\\n -b 'a=b'\n", "curl 'https://x' \\\n -b 'a=b'"),
        (b"a=" + b"b" * 9_000 + b"\n", "a=" + "b" * 9_000),
        (b"a=b\x04", "a=b"),
    ],
)
def test_what_is_typed_is_not_shown_and_may_be_longer_than_a_terminals_line(typed: bytes, got: str) -> None:
    outer, inner = pty.openpty()
    shown = bytearray()
    asked: list[str] = []
    reading = threading.Thread(target=lambda: asked.append(secrets._unseen(inner)))
    reading.start()
    try:
        threading.Event().wait(0.1)  # the terminal is quiet by then
        for start in range(0, len(typed), 1_000):
            os.write(outer, typed[start : start + 1_000])
        reading.join(5)
        os.set_blocking(outer, False)
        with contextlib.suppress(BlockingIOError):
            shown += os.read(outer, 4096)
    finally:
        os.close(outer)
        os.close(inner)
    assert asked == [got]
    assert bytes(shown) == b""


def test_without_a_terminal_nobody_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "nothing").open("w+", encoding="utf-8") as file:
        monkeypatch.setattr(sys, "stdin", file)
        with pytest.raises(UsageProblem, match=r"no terminal to ask at\. Name a command\."):
            secrets.ask("The cookie", "Name a command.")
