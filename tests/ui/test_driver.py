"""The paced driver in a real pseudo-terminal, whose other end decides when to answer. Counts and order, never times."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ui.terminal import LIMIT, Terminal

ROOT = Path(__file__).parents[2]
ANSWER = b"\x1b[1;1R"


class Toy:
    """tests/ui/toy.py in a terminal."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "log"
        self.argv: list[str | Path] = [sys.executable, "-m", "tests.ui.toy", self.log]

    def start(
        self, patience: float = LIMIT, *, answering: bool = True, mute: frozenset[str] = frozenset()
    ) -> Terminal:
        return Terminal(
            [*self.argv, str(patience)], columns=60, lines=12, cwd=ROOT, answering=answering, mute=mute
        )

    def wait(self, patience: float = LIMIT) -> Terminal:
        """One that waits: its terminal has answered before, and withholds the answer to the frame after key `a`."""
        terminal = self.start(patience, answering=False)
        terminal.until("ready").until(lambda: terminal.withheld > 0).answer()
        terminal.press("a").until("keys: a").until(lambda: terminal.withheld > 0)
        return terminal

    def notes(self, kind: str = "") -> list[str]:
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [line for line in lines if line.startswith(kind)]

    def noted(self, line: str) -> Callable[[], bool]:
        return lambda: line in self.notes()

    def keys(self) -> list[str]:
        return [line.removeprefix("key ") for line in self.notes() if line.startswith(("key ", "paste "))]


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    return Toy(tmp_path)


@pytest.fixture
def waiting(toy: Toy) -> Iterator[Terminal]:
    with toy.wait() as terminal:
        yield terminal


@pytest.fixture
def impatient(toy: Toy) -> Iterator[Terminal]:
    with toy.wait(0.5) as terminal:
        yield terminal


def test_keys_that_come_while_the_terminal_draws_are_passed_on_together_and_in_order(
    toy: Toy, waiting: Terminal
) -> None:
    waiting.press("b", "down").paste("some\ntext").press("shift+f3", "c", "é")
    waiting.signal(signal.SIGUSR1).until(toy.noted("work 1"))
    waiting.answer().until(toy.noted("key é"))
    assert toy.keys() == ["a", "b", "down", "paste 'some\\ntext'", "shift+f3", "c", "é"]
    assert toy.notes().index("work 1") < toy.notes().index("key b")


def test_a_key_is_passed_on_at_once_when_nothing_is_drawn(toy: Toy) -> None:
    with toy.start() as terminal:
        terminal.until("ready")
        for count, key in enumerate("mno", start=1):
            terminal.press(key).until(toy.noted(f"key {key}")).until(f"keys: {' '.join('mno'[:count])}")
        terminal.press("q").rest()
        assert terminal.close() == 0


def test_escape_and_a_key_at_its_heels_are_two_keys(toy: Toy, waiting: Terminal) -> None:
    waiting.send(b"\x1bxy\x1bL\x1b/\x1b\r\x1b\x1b[A\x1b\x1bz")
    waiting.answer().until(toy.noted("key z"))
    told = "a escape x y escape L escape slash escape enter escape up escape escape z"
    assert toy.keys() == told.split()


def test_escape_before_the_terminals_answer_or_before_a_pause_is_escape(toy: Toy, waiting: Terminal) -> None:
    waiting.send(b"\x1b\x1b[1;1R").until(toy.noted("key escape"))
    waiting.relent().send(b"\x1b").until(lambda: toy.keys() == ["a", "escape", "escape"])


def test_alt_is_alt_where_a_sequence_or_the_program_knows_it(toy: Toy, waiting: Terminal) -> None:
    waiting.send(b"\x1bm\x1bf\x1b\x7f\x1bOAz")
    waiting.answer().until(toy.noted("key z"))
    assert toy.keys() == ["a", "alt+m", "ctrl+right", "ctrl+w", "up", "z"]


def test_nothing_in_a_paste_is_typed_and_its_end_may_come_in_pieces(toy: Toy, waiting: Terminal) -> None:
    waiting.relent().send(b"\x1b[200~one\x1bq\x1b[A two\x1b").quiet(0.3)
    waiting.send(b"[20").quiet(0.3)
    waiting.send(b"1~b").until(toy.noted("key b"))
    assert toy.keys() == ["a", "paste 'one\\x1bq\\x1b[A two'", "b"]


def test_never_more_than_one_frame_is_on_the_line(waiting: Terminal) -> None:
    keys = 40
    asked = waiting.asked
    waiting.answer()
    for number in range(keys):
        waiting.press("abcdefghij"[number % 10])
        waiting.quiet(0)
        if waiting.withheld and number % 8 == 7:
            waiting.answer()

    def whole() -> bool:
        if waiting.withheld:
            waiting.answer()
        return waiting.emulator.shows("e f g h i j a b c d e f g h i j")

    waiting.until(whole)
    assert waiting.most_withheld == 1
    assert waiting.asked - asked <= keys // 2


def test_frames_of_workers_become_one_while_the_terminal_draws(toy: Toy, waiting: Terminal) -> None:
    asked = waiting.asked
    for number in range(1, 6):
        waiting.signal(signal.SIGUSR1).until(toy.noted(f"work {number}"))
    waiting.until(lambda: toy.notes()[-1] == "painted").answer()
    waiting.until("works: 5").until(lambda: waiting.withheld > 0)
    assert waiting.asked == asked + 1
    assert not re.search(rb"works: [1-4]", waiting.raw)


def test_a_terminal_that_never_answers_is_asked_once_and_never_waited_for(toy: Toy) -> None:
    with toy.start(mute=frozenset({"cursor position", "mode 2026"})) as terminal:
        terminal.until("ready")
        for key in "abc":
            terminal.press(key).until(toy.noted(f"key {key}"))
        terminal.until("keys: a b c").press("q").rest()
        assert terminal.asked == 1
        assert terminal.close() == 0


def test_a_lost_answer_frees_the_keys_and_the_pacing_goes_on(toy: Toy, impatient: Terminal) -> None:
    impatient.forget().press("b", "c").until("keys: a b c").until(lambda: impatient.withheld > 0)
    impatient.press("d").signal(signal.SIGUSR1).until(toy.noted("work 1"))
    assert toy.keys() == ["a", "b", "c"]
    impatient.answer().until("keys: a b c d")
    assert impatient.most_withheld == 1


def test_a_terminal_that_stopped_answering_is_left_alone_until_it_answers(
    toy: Toy, impatient: Terminal
) -> None:
    for key in "bcdefgh":
        impatient.forget().press(key).until(toy.noted(f"key {key}"))
    impatient.until("keys: a b c d e f g h")
    asked = impatient.asked
    impatient.press("i").until("h i").press("j").until("i j")
    assert impatient.asked == asked
    impatient.send(ANSWER).press("k").until("j k").until(lambda: impatient.asked == asked + 1)


@pytest.mark.parametrize("outstanding", [True, False])
def test_shift_f3_is_a_key_and_not_an_answer(toy: Toy, waiting: Terminal, outstanding: bool) -> None:
    if not outstanding:
        waiting.relent()
    waiting.press("shift+f3", "b").signal(signal.SIGUSR1).until(toy.noted("work 1"))
    if outstanding:
        assert toy.keys() == ["a"]
        waiting.answer()
    waiting.until(toy.noted("key b"))
    assert toy.keys() == ["a", "shift+f3", "b"]


def test_an_answer_in_the_middle_of_a_pasted_text_is_an_answer(toy: Toy, waiting: Terminal) -> None:
    waiting.send(b"\x1b[200~row 1\n" + ANSWER + b"row 2\x1b[201~b").until(toy.noted("key b"))
    assert toy.keys() == ["a", "paste 'row 1\\nrow 2'", "b"]


def test_an_answer_in_two_parts_is_no_typing(toy: Toy, waiting: Terminal) -> None:
    waiting.send(ANSWER[:3])
    waiting.signal(signal.SIGUSR1).until(toy.noted("work 1"))
    waiting.answering = True
    waiting.send(ANSWER[3:]).press("b").until(toy.noted("key b"))
    assert toy.keys() == ["a", "b"]


def test_escape_before_an_answer_is_the_escape_key(toy: Toy, waiting: Terminal) -> None:
    waiting.send(b"\x1b" + ANSWER).until(toy.noted("key escape"))
    waiting.relent().press("b").until(toy.noted("key b"))
    assert toy.keys() == ["a", "escape", "b"]


def test_after_a_resize_everything_is_drawn_again(toy: Toy, waiting: Terminal) -> None:
    waiting.emulator.screen.erase_in_display(2)
    waiting.resize(40, 8).until(toy.noted("size 40x8")).relent()
    waiting.until("keys: a").until("works: 0").until("ready")


def test_a_terminal_that_was_redrawn_at_its_size_is_drawn_again(waiting: Terminal) -> None:
    waiting.relent()
    waiting.emulator.screen.erase_in_display(2)
    waiting.signal(signal.SIGWINCH).until("keys: a").until("works: 0").until("ready")


def test_what_another_program_wrote_is_drawn_over(waiting: Terminal) -> None:
    waiting.relent().press("3").until("keys: a 3").until("works: 0").until("ready")
    waiting.until(lambda: not waiting.emulator.shows("another program"))


def test_suspended_and_resumed_it_forgets_what_was_outstanding(toy: Toy, waiting: Terminal) -> None:
    waiting.signal(signal.SIGTSTP)
    waiting.until(lambda: os.waitid(os.P_PID, waiting.process.pid, os.WSTOPPED | os.WNOHANG) is not None)
    waiting.emulator.screen.erase_in_display(2)
    waiting.forget().relent().signal(signal.SIGCONT).until("keys: a").until("ready")
    waiting.press("b").until(toy.noted("key b")).until("keys: a b")
    waiting.press("1")
    waiting.until(lambda: os.waitid(os.P_PID, waiting.process.pid, os.WSTOPPED | os.WNOHANG) is not None)
    waiting.signal(signal.SIGCONT).press("c").until("keys: a b c")


def test_a_child_gets_the_terminal_and_the_screen_comes_back(toy: Toy, waiting: Terminal) -> None:
    waiting.relent().press("2").until(toy.noted("child")).until("keys: a").until("ready")
    waiting.press("b").until(toy.noted("key b")).until("keys: a b")
    out, child, back = b"\x1b[?1049l", b"hello from a child", b"\x1b[?1049h"
    assert waiting.raw.index(out) < waiting.raw.index(child) < waiting.raw.rindex(back)


def test_the_last_answer_is_waited_for_so_that_no_shell_reads_it(toy: Toy, tmp_path: Path) -> None:
    shell = tmp_path / "shell.py"
    shell.write_text(
        "import os, select, subprocess, sys, tty\n"
        "subprocess.run(sys.argv[1:], check=True)\n"
        "tty.setraw(0)\n"
        "heard = os.read(0, 99) if select.select([0], [], [], 0)[0] else b''\n"
        "os.write(1, b'heard ' + repr(heard).encode())\n"
    )
    argv = [sys.executable, shell, *toy.argv, str(LIMIT), str(LIMIT)]
    with Terminal(argv, cwd=ROOT, answering=False) as terminal:
        terminal.until("ready").until(lambda: terminal.withheld > 0).answer()
        terminal.press("a").until("keys: a").until(lambda: terminal.withheld > 0)
        children = Path(f"/proc/{terminal.process.pid}/task/{terminal.process.pid}/children")
        os.kill(int(children.read_text().split()[0]), signal.SIGUSR2)
        terminal.until(toy.noted("leaving"))
        assert b"\x1b[?1049l" not in terminal.raw
        terminal.answer().rest()
        assert terminal.raw.endswith(b"heard b''")


def test_it_leaves_without_an_answer_too(toy: Toy, waiting: Terminal) -> None:
    waiting.signal(signal.SIGUSR2).rest()
    assert waiting.close() == 0
    assert waiting.raw.rindex(b"\x1b[?1049l") < waiting.raw.rindex(b"\x1b[?25h")


def test_a_signal_ends_it_while_an_answer_is_outstanding(waiting: Terminal) -> None:
    waiting.signal(signal.SIGTERM).rest()
    assert waiting.close() == -signal.SIGTERM


def test_it_ends_when_the_terminal_is_gone_and_nobody_told_it(toy: Toy) -> None:
    line = 'trap "" HUP; exec "$@"'
    with Terminal(["/bin/sh", "-c", line, "sh", *toy.argv], cwd=ROOT) as terminal:
        terminal.until("ready").hang_up()
        assert terminal.process.wait(LIMIT) != 0


def test_large_frames_are_drawn_at_once_where_the_terminal_can(toy: Toy) -> None:
    with toy.start() as terminal:
        terminal.until("ready").until("works: 0")
        before = len(terminal.raw)
        terminal.press("a").until("keys: a").press("q").rest()
        assert b"\x1b[?2026h" not in terminal.raw[before:]
    with toy.start(mute=frozenset({"mode 2026"})) as terminal:
        terminal.until("ready").press("q").rest()
        assert b"\x1b[?2026h" not in terminal.raw


def test_nothing_is_sent_while_nothing_happens(waiting: Terminal) -> None:
    waiting.answer()
    waiting.quiet(0.2)
    assert waiting.quiet(1) == 0


def test_where_there_is_no_posix_terminal_textuals_driver_does() -> None:
    code = (
        "import sys\nsys.modules['termios'] = None\n"
        "from importlog_tui.ui.pacing import own_driver\n"
        "assert own_driver() is None\n"
        "assert 'importlog_tui.ui.driver' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.mark.terminal
@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
def test_in_tmux_it_goes_on_after_detaching_and_attaching_again(toy: Toy, tmp_path: Path) -> None:
    tmux: list[str | Path] = ["tmux", "-S", tmp_path / "socket", "-f", "/dev/null"]
    try:
        with Terminal([*tmux, "new-session", "-s", "one", *toy.argv], cwd=ROOT) as terminal:
            terminal.until("ready").press("a").until("keys: a").press("b")
            subprocess.run([*tmux, "detach-client", "-s", "one"], check=True)
            terminal.rest()
        with Terminal([*tmux, "attach", "-t", "one"], columns=90, lines=20, cwd=ROOT) as terminal:
            terminal.until("ready").until("keys: a b").press("c").until("keys: a b c").press("q").rest()
        assert toy.keys() == ["a", "b", "c", "q"]
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)
