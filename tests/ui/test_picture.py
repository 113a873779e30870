"""The last picture: the next start shows it before the program is loaded, and only while it is true."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.ui import picture
from importlog_tui.ui.pen import PLAIN, turned
from tests.test_commands import Program
from tests.ui.emulator import Emulator
from tests.ui.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

TAKEN = b"\x1b[?1004h"  # what the program's driver sends when it takes the terminal
QUESTION = b"\x1b[6n"
NAME = "Lopez7"


def screen(program: Program, *, columns: int = 120, **environ: str) -> Terminal:
    argv = [sys.executable, "-m", "importlog_tui"]
    remote = {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22", **program.env}
    return Terminal(argv, columns=columns, environ=remote | environ, cwd=program.cwd)


def quiet(terminal: Terminal) -> Terminal:
    """The program took the terminal, shows itself, and has nothing more to say."""
    terminal.until(lambda: TAKEN in terminal.raw)
    at = terminal.raw.index(TAKEN)
    terminal.until(lambda: QUESTION in terminal.raw[at:] and b"\x1b]22;" in terminal.raw[at:])
    said, since = -1, time.monotonic()

    def is_quiet() -> bool:
        nonlocal said, since
        if len(terminal.raw) != said:
            said, since = len(terminal.raw), time.monotonic()
        return time.monotonic() > since + 1.5

    return terminal.until(is_quiet)


def leave(terminal: Terminal) -> None:
    terminal.press("q").rest()
    assert terminal.process.wait() == 0


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A program that was left on a record."""
    made = Program(tmp_path)
    rows = "".join(f"{n},Lopez{n},a{n}@example.org\n" for n in range(20))
    (tmp_path / "first.csv").write_text(f"Unique ID,Last Name,Email\n{rows}")
    made("add", "first.csv", "--as", "records", "--kind", "users")
    with screen(made) as terminal:
        quiet(terminal).press("down", "enter", "down", "enter")
        terminal.until(NAME)
        leave(quiet(terminal))
    return made


def kept(program: Program) -> Path:
    return Path(program.cwd, ".local", "state", "importlog-tui", "picture.json")


def configure(program: Program, text: str) -> None:
    file = Path(program.cwd, "config.toml")
    file.write_text(text)
    program.env["IMPORTLOG_CONFIG"] = str(file)


def without_textual(program: Program, code: str) -> str:
    """A Python path on which Textual is something else."""
    folder = Path(program.cwd, "instead", "textual")
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(code)
    return str(folder.parent)


def test_it_is_shown_before_textual_is_loaded_and_the_terminal_given_back_when_that_fails(
    program: Program,
) -> None:
    with screen(program, PYTHONPATH=without_textual(program, "raise ImportError('gone')")) as terminal:
        terminal.until(lambda: NAME.encode() in terminal.raw)
        terminal.rest()
        assert terminal.process.wait() == 1
        assert TAKEN not in terminal.raw
        assert terminal.raw.index(b"\x1b[?1049h") < terminal.raw.index(NAME.encode())
        assert terminal.raw.rindex(b"\x1b[?1049l") < terminal.raw.rindex(b"gone")
        assert terminal.raw.rindex(b"\x1b[?25h") > terminal.raw.rindex(b"\x1b[?25l")


def test_a_signal_while_it_loads_gives_the_terminal_back(program: Program) -> None:
    with screen(program, PYTHONPATH=without_textual(program, "import time; time.sleep(60)")) as terminal:
        terminal.until(NAME)
        terminal.signal(signal.SIGTERM).rest()
        assert terminal.process.wait() == 128 + signal.SIGTERM
        assert terminal.raw.endswith(b"\x1b[?1049l\x1b[?25h")


def test_the_program_goes_on_from_it_with_hardly_a_byte(program: Program) -> None:
    with screen(program) as terminal:
        quiet(terminal)
        shown, at = list(terminal.lines), terminal.raw.index(TAKEN)
        assert terminal.raw.index(NAME.encode()) < at
        assert terminal.raw.count(b"\x1b[?1049h") == terminal.raw.count(b"\x1b[2J") == 1
        assert len(terminal.raw) - at < 400
        leave(terminal)
    configure(program, "[screen]\npicture = false\n")
    with screen(program) as terminal:
        quiet(terminal)
        assert terminal.raw.index(NAME.encode()) > terminal.raw.index(TAKEN)
        assert terminal.lines == shown
        leave(terminal)
    assert not kept(program).exists()


def test_what_is_typed_meanwhile_is_done_in_its_order(program: Program) -> None:
    with screen(program) as terminal:
        terminal.until(NAME)
        assert TAKEN not in terminal.raw
        terminal.press("down", "down", "enter")
        terminal.until(lambda: any("Unique ID" in line and line.endswith(" 2") for line in terminal.lines))
        leave(terminal)


def test_a_filter_typed_meanwhile_is_a_filter(program: Program) -> None:
    with screen(program) as terminal:
        terminal.until(NAME)
        assert TAKEN not in terminal.raw
        terminal.press("/", *"lopez17", "enter")
        terminal.until("1 of 20")
        assert "Lopez17" in "\n".join(terminal.lines)
        leave(quiet(terminal))


def add_more(program: Program) -> None:
    Path(program.cwd, "second.csv").write_text("Unique ID,Last Name,Email\n1,Nguyen,n@example.org\n")
    program("add", "second.csv", "--as", "records", "--kind", "courses")


def damage(program: Program) -> None:
    kept(program).write_bytes(kept(program).read_bytes()[:-40])


def change(program: Program, text: str, pen: list[object]) -> None:
    data = json.loads(kept(program).read_text())
    data["rows"][3][0] = [text, *pen]
    kept(program).write_text(json.dumps(data))


@pytest.mark.parametrize(
    "happen",
    [
        add_more,
        damage,
        lambda program: change(program, "\x1b]52;c;aGk=\x07", [[], "", ""]),
        lambda program: change(program, "x", [[], "0m\x1b[5n", ""]),
        lambda program: change(program, "x", [[1000], "", ""]),
        lambda program: kept(program).write_text("[" * 100_000),
        lambda program: configure(program, "[screen]\nmask = true\n"),
        lambda program: os.utime(program.env["IMPORTLOG_ARCHIVE"], (1, 1)),
    ],
    ids=["more", "damaged", "escape", "colour", "flag", "deep", "mask", "touched"],
)
def test_what_is_no_longer_true_or_could_do_harm_is_not_shown(
    program: Program, happen: Callable[[Program], object]
) -> None:
    happen(program)
    with screen(program) as terminal:
        quiet(terminal)
        before = terminal.raw[: terminal.raw.index(TAKEN)]
        assert NAME.encode() not in before
        assert b"\x1b]52" not in terminal.raw
        leave(terminal)


def test_another_size_gets_no_picture(program: Program) -> None:
    with screen(program, columns=100) as terminal:
        quiet(terminal)
        assert terminal.raw.index(NAME.encode()) > terminal.raw.index(TAKEN)
        leave(terminal)


def test_it_is_for_its_reader_alone_and_nothing_unmasked_is_kept_where_persons_are_masked(
    program: Program,
) -> None:
    assert kept(program).stat().st_mode & 0o777 == 0o600
    configure(program, "[screen]\nmask = true\n")
    with screen(program) as terminal:
        quiet(terminal).press("*").until(NAME)
        leave(quiet(terminal))
    assert not kept(program).exists()


_PENS = st.sampled_from(["", "1", "7", "38;5;3", "1;48;2;9;9;9", "4;31"])
_TEXTS = st.text(st.sampled_from("abc  x—"), min_size=1, max_size=9)


@given(st.lists(st.lists(st.tuples(_TEXTS, _PENS), max_size=5), min_size=3, max_size=3))
def test_what_is_drawn_is_what_was_kept(rows: list[list[tuple[str, str]]]) -> None:
    painted = [[(text, turned(PLAIN, sgr) if sgr else PLAIN) for text, sgr in row] for row in rows]
    emulator = Emulator(60, 3)
    emulator.feed(picture.drawn(painted).encode())
    assert emulator.lines() == ["".join(text for text, _ in row).rstrip() for row in rows]
