"""What the table sends, in a real terminal, by Textual's own driver, so that the driver of the program has no part in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from importlog_tui.ui.theme import TERMINAL
from tests.ui.terminal import Terminal

WIDTH, HEIGHT = 120, 40
ROOT = Path(__file__).parents[2]
MOVE = 20  # bytes at most to put the cursor somewhere, to change a style and back, and to bracket a frame


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    program = [sys.executable, "-m", "tests.ui.table_program", TERMINAL.name]
    with Terminal(
        program, columns=WIDTH, lines=HEIGHT, cwd=ROOT, environ={"TEXTUAL_ANIMATIONS": "none"}
    ) as started:
        started.until("▌  204117")
        started.press("down").until("▌  204118")
        yield started


def spent(terminal: Terminal, key: str, shows: str) -> int:
    """Bytes until what a key asks for is seen and the frame has ended."""
    start = len(terminal.raw)
    terminal.press(key).until(shows).until(lambda: terminal.raw.endswith(b"\x1b[?2026l"))
    return len(terminal.raw) - start


def test_a_cursor_step_repaints_two_lines(terminal: Terminal) -> None:
    # a sign outside ASCII takes three bytes
    assert spent(terminal, "down", "▌  204119") <= 2 * (WIDTH + MOVE) + 3 * MOVE


def test_a_mark_repaints_one_line_and_the_column_cursor_the_header(terminal: Terminal) -> None:
    assert spent(terminal, "space", "▌● 204118") <= WIDTH + 3 * MOVE
    start = len(terminal.raw)
    terminal.press("right").until(lambda: b"Last name" in terminal.raw[start:])
    assert b"204118" not in terminal.raw[start:]


def test_a_page_is_its_text_and_little_else(terminal: Terminal) -> None:
    used = sum(len(line.encode()) for line in terminal.lines)

    assert spent(terminal, "pagedown", "▌  204157") <= used + HEIGHT * MOVE
    assert spent(terminal, "G", "▌  1204116") <= used + HEIGHT * MOVE


def test_a_table_that_nobody_touches_sends_nothing(terminal: Terminal) -> None:
    spent(terminal, "pagedown", "▌  204157")
    assert terminal.quiet(1.2) == 0
