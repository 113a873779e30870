"""What the real program sends and asks for, key by key: bytes, answers waited for and rows fetched, never times."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from importlog_tui.archive import Archive
from importlog_tui.model import ErrorReading, Kind, Record, Result
from importlog_tui.refresh import bring_in
from importlog_tui.ui.pacing import THIN_LINE
from importlog_tui.ui.row_source import BLOCK
from importlog_tui.ui.widgets.columns import ColumnView
from tests.archive.readings import people, table
from tests.archive.readings import run as users_run
from tests.ui.pilots import WIDE, press, triage
from tests.ui.small_log import run, small_app
from tests.ui.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

ROWS = 2_000
FIRST_FRAME, PAGE, STEP = 4_000, 2_600, 360
"""Bytes at most, at 120x40: a plain screen of text is 4,800 characters."""
ROUND_TRIPS = 6


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One error with many rows, and 30 nights above it."""
    file = tmp_path_factory.mktemp("wire") / "archive.sqlite"
    with Archive.open(file) as opened:
        records = table(people(1, ROWS), claimed=ROWS)
        nights = [run(Kind.COURSES, day, "01:12", Result.COMPLETED) for day in range(1, 23)]
        bring_in(
            opened,
            [users_run(errors=[ErrorReading("Email already in use", ROWS, records=records)]), *nights],
        )
    return file


@pytest.fixture
def argv(archive: Path, tmp_path: Path) -> list[str | Path]:
    config = tmp_path / "config.toml"
    config.write_text('[time]\nzone = "UTC"\n')
    return [sys.executable, "-m", "importlog_tui", "--archive", archive, "--config", config]


def start(argv: list[str | Path], home: Path, lines: int = 40, **environ: str) -> Terminal:
    apart = environ | {
        name: str(home / name.lower()) for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
    }
    return Terminal(argv, lines=lines, environ=apart | {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"})


@pytest.fixture
def in_the_table(argv: list[str | Path], tmp_path: Path) -> Iterator[Terminal]:
    """The program opened again where it was left: in the records."""
    with start(argv, tmp_path) as terminal:
        terminal.until("Mon 23 Nov").press("g", "enter", "enter").until("204001")
        terminal.press("enter").until("row 1 of 2,000").press("q").rest()
    with start(argv, tmp_path) as terminal:
        terminal.until("row 1 of 2,000").until("204023").quiet(0.5)
        yield terminal


def spent(terminal: Terminal, key: str, shows: str) -> int:
    """Bytes that a key causes, with all that follows from it."""
    terminal.press(key).until(shows).quiet(0.5)
    return terminal.since


def test_the_first_frame_with_records_is_less_than_a_screen_of_text(in_the_table: Terminal) -> None:
    assert len(in_the_table.raw) < FIRST_FRAME


def test_a_page_costs_what_changed_on_it_and_a_step_two_lines_and_the_record(in_the_table: Terminal) -> None:
    assert spent(in_the_table, "down", "row 2 of") < STEP
    assert spent(in_the_table, "down", "row 3 of") < STEP
    assert spent(in_the_table, "pagedown", "row 26 of") < PAGE
    assert spent(in_the_table, "G", "row 2,000 of") < PAGE
    assert in_the_table.quiet(1.0) == 0


def test_what_is_typed_behind_the_key_that_asks_reaches_the_question(in_the_table: Terminal) -> None:
    in_the_table.press("down", "/", *"204017", "enter").until("1 of 2,000").until("row 1 of 1")


@pytest.mark.parametrize("key", ["down", "pagedown"])
def test_keys_held_while_the_line_is_slow_become_few_frames(in_the_table: Terminal, key: str) -> None:
    terminal = in_the_table
    terminal.answering = False
    terminal.press(key).until(lambda: terminal.withheld > 0)
    for _ in range(60):
        terminal.press(key)
    last = "row 62 of" if key == "down" else "row 2,000 of"
    if key == "pagedown":
        for _ in range(40):
            terminal.press(key)
    trips = 0
    while not terminal.emulator.shows(last):
        trips += 1
        assert trips <= ROUND_TRIPS
        terminal.answer().until(lambda: terminal.withheld > 0 or terminal.emulator.shows(last))
    assert terminal.most_withheld == 1


def test_beside_a_multiplexer_a_held_key_sends_no_more_than_a_thin_line_carries(
    argv: list[str | Path], tmp_path: Path
) -> None:
    with start(argv, tmp_path, lines=160, TMUX="/tmp/tmux,1,0") as terminal:
        terminal.until("Mon 23 Nov").press("g", "enter", "enter").until("204001")
        terminal.press("enter").until("row 1 of 2,000").quiet(0.5)
        before, began = len(terminal.raw), time.monotonic()
        for key in ("pagedown", "pageup") * 20:
            terminal.press(key).quiet(1 / 30)
        assert before + PAGE < len(terminal.raw) < before + THIN_LINE * (time.monotonic() - began) + 4 * PAGE


def test_a_held_key_in_the_log_becomes_few_frames(argv: list[str | Path], tmp_path: Path) -> None:
    with start(argv, tmp_path) as terminal:
        terminal.until("Mon 23 Nov").press("g").quiet(0.5)
        terminal.answering = False
        terminal.press("down").until(lambda: terminal.withheld > 0)
        for _ in range(40):
            terminal.press("down")
        trips = 0

        def is_at_the_end() -> bool:
            return any(line.startswith("▌") and "Sun 1 Nov" in line for line in terminal.lines)

        while not is_at_the_end():
            trips += 1
            assert trips <= ROUND_TRIPS
            terminal.answer().until(lambda: terminal.withheld > 0 or is_at_the_end())
        assert terminal.most_withheld == 1


async def test_a_step_fetches_nothing_and_a_page_one_window_ahead(archive: Path) -> None:
    app = small_app(archive)
    fetched = _counted(app.context.archive)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "g", "enter", "enter", "enter")
        assert triage(pilot).table.position_text == "row 1 of 2,000"
        await press(pilot, "down")
        fetched.clear()
        await press(pilot, "down", "down", "down")
        assert not fetched
        for _ in range(6):
            fetched.clear()
            await press(pilot, "pagedown")
            assert len(fetched) <= 1
            assert sum(fetched) <= 2 * BLOCK
        fetched.clear()
        await press(pilot, "G")
        assert len(fetched) <= 2


async def test_who_rests_on_a_page_finds_the_lines_of_the_next_one_made(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = 0
    row_text = ColumnView.row_text

    def counted(columns: ColumnView, values: Mapping[str, str]) -> str:
        nonlocal made
        made += 1
        return row_text(columns, values)

    monkeypatch.setattr(ColumnView, "row_text", counted)
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await press(pilot, "g", "enter", "enter", "enter", "pagedown")
        table = triage(pilot).table
        height = table.size.height - 1
        while made < 3 * height:
            await pilot.pause(0.05)
        made = 0
        table.action_page_down()
        assert made <= 2  # the row that the cursor left, and the one it is on


def _counted(archive: Archive) -> list[int]:
    """How many records each window asks for."""
    fetched: list[int] = []
    window = archive.window

    def counted(ids: Sequence[int]) -> list[Record]:
        fetched.append(len(ids))
        return window(ids)

    archive.window = counted  # type: ignore[method-assign]
    return fetched
