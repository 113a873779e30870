"""The real program in a pseudo-terminal: what only a terminal shows."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

import pytest

from tests.ui.small_log import make_log
from tests.ui.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_log(tmp_path / "archive.sqlite")
    (tmp_path / "config.toml").write_text(
        '[district]\nname = "Example Central School District"\n[time]\nzone = "UTC"\n'
    )
    return tmp_path


def program(home: Path, **environ: str) -> Terminal:
    argv: list[str | Path] = [
        sys.executable,
        "-m",
        "importlog_tui",
        "--archive",
        home / "archive.sqlite",
        "--config",
        home / "config.toml",
    ]
    apart = {
        name: str(home / name.lower()) for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
    }
    return Terminal(argv, environ=apart | {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"} | environ)


def position(home: Path) -> dict[str, object]:
    file = home / "xdg_state_home" / "importlog-tui" / "position.json"
    kept = json.loads(file.read_text())[str(home / "archive.sqlite")]
    assert isinstance(kept, dict)
    return kept


def test_q_leaves_and_gives_the_terminal_back(home: Path) -> None:
    with program(home) as terminal:
        terminal.until("Sat 21 Nov").press("q").rest()

        assert terminal.process.wait() == 0
        assert b"\x1b[?1049l" in terminal.raw
        assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_saves_the_position_and_gives_the_terminal_back(home: Path, number: signal.Signals) -> None:
    with program(home) as terminal:
        terminal.until("Sat 21 Nov").press("enter", "enter").until("anguyen@example.org")
        terminal.signal(number).rest()

        assert terminal.process.wait() == 128 + number
        assert b"\x1b[?1049l" in terminal.raw
        assert b"Traceback" not in terminal.raw
    assert position(home)["node"] == ["error", "1"]
    with program(home) as terminal:
        terminal.until("anguyen@example.org").press("q").rest()


def test_a_connection_that_drops_saves_the_position(home: Path) -> None:
    terminal = program(home)
    terminal.until("Sat 21 Nov").press("enter", "enter").until("anguyen@example.org")
    terminal.close()

    assert position(home)["node"] == ["error", "1"]


def test_control_c_leaves_quietly(home: Path) -> None:
    with program(home) as terminal:
        terminal.until("Sat 21 Nov").press("\x03").rest()

        assert terminal.process.wait() == 0


def test_nothing_is_sent_while_nothing_happens(home: Path) -> None:
    with program(home) as terminal:
        terminal.until("Sat 21 Nov").until("Not everything")
        terminal.press("down").until("Users Import")
        terminal.quiet(0.5)

        assert terminal.quiet(3.5) == 0  # longer than the interval at which the archive is looked at
        terminal.press("q").rest()


def test_the_mouse_stays_the_terminals_and_a_paste_comes_whole(home: Path) -> None:
    with program(home) as terminal:
        terminal.until("Sat 21 Nov")
        assert b"\x1b[?1000h" not in terminal.raw
        terminal.paste("Unique ID\tLast name\tEmail\n1\tLopez\tm@example.org\n").until(
            "Taken for affected records"
        )
        terminal.press("q").rest()

        assert terminal.process.wait() == 0


def test_hostile_text_never_reaches_the_terminal(home: Path) -> None:
    with program(home) as terminal:
        terminal.until("Sat 21 Nov").press("enter", "enter", "down", "down").until("Unknown role")
        terminal.press("enter").until("row 1 of 2").press("enter", "L").until("address")
        terminal.press("q").rest()

        assert b"\x1b]52" not in terminal.raw
        assert "\x9b".encode() not in terminal.raw
        assert "\u202e".encode() not in terminal.raw
        assert b"\x1b[2J" not in terminal.raw.split(b"?1049l")[0][200:]


def test_no_colour_sends_no_colour(home: Path) -> None:
    with program(home, NO_COLOR="1") as terminal:
        terminal.until("Sat 21 Nov").press("enter", "enter").until("anguyen").press("q").rest()

        assert b"38;2;" not in terminal.raw
        assert b"48;2;" not in terminal.raw
        assert b"[31m" not in terminal.raw


def test_a_step_in_the_log_costs_a_few_hundred_bytes(home: Path) -> None:
    with program(home) as terminal:
        terminal.until("Sat 21 Nov").press("end").until("Sat 21")
        terminal.until(
            lambda: terminal.quiet(1.0) == 0
        )  # what the key before it still paints is none of its cost
        terminal.press("up").until("Sun 22 Nov")
        terminal.quiet(0.3)

        assert 0 < terminal.since < 700
        terminal.press("q").rest()
