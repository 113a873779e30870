"""The harness itself: what it shows and counts is what the program wrote."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.ui.emulator import Emulator
from tests.ui.terminal import Terminal

ASKING = """
import os, sys, termios, tty
tty.setraw(0)
os.write(1, b"\\x1b[?1049h\\x1b[?2026$p\\x1b[>25u\\x1b[3;5Hname\\x1b[6n")
heard = b""
while b"q" not in heard:
    heard += os.read(0, 1024)
    os.write(1, b"\\x1b[5;1H" + repr(heard).encode())
"""


def program(folder: Path) -> list[str]:
    script = folder / "asking.py"
    script.write_text(ASKING)
    return [sys.executable, str(script)]


def test_a_program_gets_the_answers_and_keys_of_a_plain_terminal(tmp_path: Path) -> None:
    with Terminal(program(tmp_path), columns=80, lines=24) as terminal:
        terminal.until("2026;2$y").until("[3;9R")
        assert terminal.lines[2] == "    name"
        assert terminal.asked == 1
        terminal.press("down", "q").rest()
        assert "[Bq" in terminal.lines[4]
        assert terminal.since == len(terminal.raw) - terminal.raw.rindex(b"\x1b[5;1H")
        assert terminal.close() == 0


def test_answers_can_be_withheld_and_given_later(tmp_path: Path) -> None:
    with Terminal(program(tmp_path), answering=False) as terminal:
        terminal.until(lambda: terminal.withheld == 1).press("x").until("x'")
        assert not terminal.emulator.shows("R")
        terminal.answer().until("x\\x1b[1;1R")


def test_what_is_cut_in_two_by_the_line_is_read_as_one() -> None:
    whole, parts = Emulator(20, 3), Emulator(20, 3)
    data = "\x1b[2;3Hé\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\\x1b[38:5:9mx\x1b[?2026$p\x1b[1;31mred\x1b[0m".encode()
    answers = whole.feed(data)
    assert b"".join(parts.feed(data[at : at + 1]) for at in range(len(data))) == answers
    assert parts.cells() == whole.cells()
    assert whole.lines() == ["", "  élinkxred", ""]
