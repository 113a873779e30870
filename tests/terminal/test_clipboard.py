"""A copy gets on its way by what lies between here and the reader, and nothing more than that is said."""

from __future__ import annotations

import base64
import os
import pty
import re
import shutil
import tty
from collections.abc import Sequence
from pathlib import Path

import pytest

from importlog_tui.terminal.clipboard import Tmux, Way, ask_tmux, copy, osc52, way
from importlog_tui.terminal.environment import Environment
from importlog_tui.terminal.process import Ending
from tests.terminal.outer import outer_terminal

ADDRESS = "https://lms.example.org/user/98765432/info"
OSC = b"\x1b]52;c;" + base64.b64encode(ADDRESS.encode()) + b"\x07"

needs_tmux = [pytest.mark.terminal, pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")]


def of(*, is_terminal: bool = True, **variables: str) -> Environment:
    return Environment.from_environ({"TERM": "xterm", **variables}, is_terminal=is_terminal, size=(80, 24))


def never(argv: Sequence[str], environment: Environment, text: str) -> Ending:
    raise AssertionError(f"{argv} was run")


def test_a_plain_terminal_gets_the_bare_sequence_through_its_own_line() -> None:
    master, slave = pty.openpty()
    try:
        tty.setraw(slave)
        done = copy(ADDRESS, of(), lambda text: os.write(slave, text.encode()), never)
        assert os.read(master, 4096) == OSC
    finally:
        os.close(master)
        os.close(slave)
    assert (done.how, done.confirmed) == (Way.TERMINAL, False)
    assert done.sentence == "sent to your terminal, not confirmed"


@pytest.mark.parametrize("length", [10, 570, 575, 600, 8000])
def test_screen_gets_it_in_blocks_of_at_most_768_bytes_that_make_up_the_sequence(length: int) -> None:
    text = "x" * length
    sent: list[str] = []
    done = copy(text, of(STY="1.pts-0.host", TERM="screen"), sent.append, never)
    (bytes_sent,) = sent
    blocks = re.findall(r"\x1bP.*?\x1b\\", bytes_sent, re.DOTALL)
    assert "".join(blocks) == bytes_sent
    assert max(len(block) for block in blocks) <= 768
    assert "".join(block[2:-2] for block in blocks) == osc52(text)
    assert (done.how, done.confirmed) == (Way.SCREEN, False)


@pytest.mark.parametrize(
    "text", ["", "two\nlines", "tab\there", "\x1b]52;c;AA\x07", "bidi\u202e", "c1\x9b", "\ud800", "x" * 9000]
)
def test_what_is_not_one_printable_line_is_not_sent(text: str) -> None:
    sent: list[str] = []
    done = copy(text, of(), sent.append, never)
    assert (done.how, sent) == (Way.NONE, [])
    assert done.sentence.startswith("not copied: ")


@pytest.mark.parametrize("environment", [of(is_terminal=False), of(TERM="dumb"), of(TERM="")])
def test_where_no_terminal_is_nothing_is_sent(environment: Environment) -> None:
    sent: list[str] = []
    assert copy(ADDRESS, environment, sent.append, never).how is Way.NONE
    assert not sent
    assert way(environment) is Way.NONE


def test_a_terminal_that_is_gone_is_no_traceback() -> None:
    def write(text: str) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    assert copy(ADDRESS, of(), write, never).sentence == (
        "not copied: the terminal can't be written to (Broken pipe)"
    )


def test_without_an_answer_from_tmux_the_sequence_goes_past_it(tmp_path: Path) -> None:
    sent: list[str] = []
    environment = of(TMUX=f"{tmp_path}/gone,1,0", PATH=str(tmp_path))
    done = copy(ADDRESS, environment, sent.append)
    assert sent == ["\x1bPtmux;\x1b" + OSC.decode() + "\x1b\\"]
    assert (done.how, done.confirmed) == (Way.TMUX, False)
    assert done.sentence == (
        "sent past tmux to your terminal, not confirmed "
        "(tmux load-buffer could not be started: No such file or directory)"
    )


def test_an_old_tmux_is_quoted_safely(tmp_path: Path) -> None:
    tmux = tmp_path / "tmux"
    tmux.write_text("#!/bin/sh\nprintf 'tmux: unknown option\\033[2J -- w\\nusage' >&2\nexit 1\n")
    tmux.chmod(0o755)
    sent: list[str] = []
    environment = of(TMUX="/x,1,0", PATH=f"{tmp_path}:/usr/bin:/bin")
    done = copy(ADDRESS, environment, sent.append)
    assert len(sent) == 1
    assert "(tmux load-buffer ended with exit code 1: tmux: unknown option␛[2J -- w)" in done.sentence
    assert ask_tmux(environment) == Tmux(complaint="tmux: unknown option␛[2J -- w")


class TestRealTmux:
    pytestmark = needs_tmux

    def test_with_its_defaults_it_takes_the_text_and_hands_it_to_the_terminal(self, tmp_path: Path) -> None:
        sent: list[str] = []
        with outer_terminal(tmp_path, "xterm-256color") as outer:
            done = copy(ADDRESS, outer.environment, sent.append)
            assert outer.tmux("show-buffer") == ADDRESS
            assert outer.until(base64.b64encode(ADDRESS.encode()))
            told = ask_tmux(outer.environment)
        assert not sent
        assert done.confirmed
        assert done.sentence == (
            "sent to the tmux buffer and, through tmux, to your terminal - not confirmed by it"
        )
        assert told.carries is True
        assert told.set_clipboard == "external"
        assert told.version

    def test_a_terminal_without_a_clipboard_is_not_said_to_have_got_it(self, tmp_path: Path) -> None:
        sent: list[str] = []
        with outer_terminal(tmp_path, "vt100") as outer:
            done = copy(ADDRESS, outer.environment, sent.append)
            assert outer.tmux("show-buffer") == ADDRESS
            assert ask_tmux(outer.environment).carries is False
        assert done.sentence == "sent to the tmux buffer; tmux knows of no clipboard in your terminal"
        assert sent == ["\x1bPtmux;\x1b" + OSC.decode() + "\x1b\\"]
