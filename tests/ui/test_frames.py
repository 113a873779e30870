"""Frames reduced to their changes: the terminal shows the same, with fewer bytes."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyte.screens import Char
from rich.cells import cell_len

from importlog_tui.ui.frames import INDEX, Mirror, is_frame
from tests.real_terminal import Tmux
from tests.ui.emulator import Emulator

COLUMNS, LINES = 24, 5
CUTS = (0, 9, 24)  # where the widgets of a screen meet


class Segment(NamedTuple):
    sgr: str
    text: str
    link: str = ""

    def written(self) -> str:
        body = f"\x1b[{self.sgr}m{self.text}\x1b[0m" if self.sgr else self.text
        return f"\x1b]8;id=7;{self.link}\x1b\\{body}\x1b]8;;\x1b\\" if self.link else body


def look(emulator: Emulator) -> list[list[tuple[object, ...]]]:
    """Every cell as the eye sees it: a blank has no colour of its own and nothing bold."""

    def seen(cell: Char) -> tuple[object, ...]:
        blank = cell.data == " " and not cell.reverse
        fore = "default" if blank and not (cell.underscore or cell.strikethrough) else cell.fg
        weight = () if blank else (cell.bold, cell.italics, cell.blink)
        return (cell.data, fore, cell.bg, cell.reverse, cell.underscore, cell.strikethrough, *weight)

    return [[seen(cell) for cell in line] for line in emulator.cells()]


styles = st.lists(
    st.sampled_from(["1", "3", "4", "7", "9", "31", "90", "42", "103", "39", "49", "38;5;208", "48;2;1;2;3"]),
    max_size=3,
).map(";".join)
texts = st.text(st.sampled_from("ab   é│▌世한"), min_size=1, max_size=12)


@st.composite
def frames(draw: st.DrawFn) -> str:
    """A frame as Textual's compositor writes it: chops of whole widgets, each filled to its width with segments."""
    parts = []
    for y in sorted(draw(st.sets(st.integers(0, LINES - 1), min_size=1))):
        for left, right in itertools.pairwise(CUTS):
            if draw(st.booleans()):
                continue
            parts.append(f"\x1b[{y + 1};{left + 1}H")
            room = right - left
            while room:
                text = ""
                for character in draw(texts):
                    if len(text) + sum(c in "世한" for c in text + character) + 1 <= room:
                        text += character
                text = text or " "
                room -= len(text) + sum(c in "世한" for c in text)
                parts.append(
                    Segment(
                        draw(styles), text, draw(st.sampled_from(["", "", "https://example.org"]))
                    ).written()
                )
        parts.append("\n")
    return "\x1b[1;1H" + "".join(parts[:-1]) + "\x1b[2;3H"


BLANK = "\n".join(f"\x1b[{y};1H{' ' * COLUMNS}" for y in range(1, LINES + 1))


@given(
    st.lists(
        st.tuples(frames(), st.sampled_from(["send", "wait", "disturb", "clear"])), min_size=1, max_size=6
    )
)
def test_the_terminal_shows_what_the_frames_show(steps: list[tuple[str, str]]) -> None:
    plain, reduced, mirror = Emulator(COLUMNS, LINES), Emulator(COLUMNS, LINES), Mirror(COLUMNS, LINES)
    mirror.take(BLANK)
    for frame, then in steps:
        plain.feed(frame.encode())
        assert mirror.take(frame)
        if then == "wait":
            continue
        if then == "disturb":
            reduced.feed("\x1b[H\x1b[41mof another\r\n\n\nprogram 世".encode() + b"\x1b[m")
            mirror.forget()
        elif then == "clear":
            reduced.feed(b"\x1b[2J")
            mirror.cleared()
        reduced.feed(mirror.changes().encode())
        assert look(reduced) == look(plain)
        if mirror.at != (0, 0):
            assert (reduced.screen.cursor.x, reduced.screen.cursor.y) == mirror.at
    reduced.feed(mirror.changes().encode())
    assert look(reduced) == look(plain)
    assert mirror.changes() == ""


@given(frames())
def test_a_frame_costs_no_more_than_it_did_and_nothing_the_second_time(frame: str) -> None:
    mirror = Mirror(COLUMNS, LINES)
    mirror.cleared()
    mirror.take(frame)
    assert len(mirror.changes()) <= len(frame)
    mirror.take(frame)
    assert mirror.changes() == ""


def test_only_the_cells_that_changed_are_sent() -> None:
    mirror = Mirror(40, 4)
    mirror.take(BLANK)
    mirror.take("\x1b[1;1H204117  \x1b[31mLopez\x1b[0m  Maria\n\x1b[2;1H204121  Nguyen An\x1b[1;1H")
    mirror.changes()
    mirror.take("\x1b[1;1H204117  \x1b[31mLopes\x1b[0m  Maria\n\x1b[2;1H204121  Nguyen An\x1b[1;1H")
    assert mirror.changes() == "\x1b[1;13H\x1b[31ms\x1b[m\x1b[H"


@pytest.mark.parametrize(
    "foreign",
    [
        "\x1b[1;1Hname\x1b[2J",
        "\x1b[1;1Hna\tme",
        "\x1b[1;1H\x1b]52;c;AAAA\x07",
        "\x1b[1;1H\x9b2J",
        "\x1b[1;1H\r",
    ],
)
def test_what_is_no_frame_is_not_taken_for_one(foreign: str) -> None:
    mirror = Mirror(COLUMNS, LINES)
    mirror.cleared()
    assert not mirror.take(foreign)
    assert mirror.changes() == ""


def test_a_frame_for_a_larger_screen_is_cut() -> None:
    mirror, emulator = Mirror(10, 2), Emulator(10, 2)
    mirror.cleared()
    assert mirror.take("\x1b[1;6H" + "x" * 20 + "\n\x1b[2;30Hfar\n\x1b[7;1Hbelow\x1b[9;9H")
    emulator.feed(mirror.changes().encode())
    assert emulator.lines() == ["     xxxxx", ""]


def test_a_frame_begins_with_a_move() -> None:
    assert is_frame("\x1b[12;1Hname")
    assert not is_frame("\x1b]52;c;AAAA\x07")
    assert not is_frame("\x1b[?1049h")


WIDE = 60
words = st.sampled_from(["Lopez", "Nguyen-Smith", "An", "Tomás", "世界", "204117", "row 2", ""])
bars = st.sampled_from([0, 1, 2, 3])


def table_frame(rows: list[list[str]], bar: int) -> str:
    """A table beside a rule, as the program paints it: a bar over one row, and words that end in the same ones on every line."""
    parts = []
    for y, cells in enumerate(rows):
        text = "  ".join([*cells, "cause not known", "example.org"])
        room = WIDE - 8
        while cell_len(text) > room:
            text = text[:-1]
        text += " " * (room - cell_len(text))
        style = "7" if y == bar else "1" if y == 0 else ""
        parts.append(f"\x1b[{y + 1};9H" + Segment(style, text).written())
    return "".join(parts) + "\x1b[1;1H"


tables = st.tuples(st.lists(st.lists(words, min_size=2, max_size=4), min_size=4, max_size=4), bars)
TABLE_BLANK = "\n".join(f"\x1b[{y};1H  log  │{' ' * (WIDE - 8)}" for y in range(1, 5)) + "\x1b[1;1H"


@given(st.lists(tables, min_size=2, max_size=5), st.sampled_from([INDEX, "\n"]))
def test_words_that_move_and_bars_that_go_are_shown_right(
    steps: list[tuple[list[list[str]], int]], down: str
) -> None:
    plain, reduced, mirror = Emulator(WIDE, 4), Emulator(WIDE, 4), Mirror(WIDE, 4, down=down)
    for frame in [TABLE_BLANK, *(table_frame(rows, bar) for rows, bar in steps)]:
        plain.feed(frame.encode())
        mirror.take(frame)
        reduced.feed(mirror.changes().encode())
        assert look(reduced) == look(plain)


def test_a_word_that_becomes_longer_costs_itself_and_not_the_line_behind_it() -> None:
    mirror = Mirror(WIDE, 4)
    mirror.cleared()
    mirror.take(TABLE_BLANK)
    mirror.take(table_frame([["Lopez", "204117"]], 3))
    mirror.changes()
    mirror.take(table_frame([["Nguyen-Smith", "204117"]], 3))
    assert mirror.changes() == "\x1b[1;9H\x1b[7@\x1b[1mNguyen-Smith\x1b[m\x1b[H"


def test_a_bar_that_goes_costs_the_words_under_it() -> None:
    mirror = Mirror(WIDE, 4)
    mirror.cleared()
    mirror.take(TABLE_BLANK)
    mirror.take(table_frame([["", ""], ["", "", "", "Lopez"]], 1))
    mirror.changes()
    mirror.take(table_frame([["", ""], ["", "", "", "Lopez"]], 3))
    assert mirror.changes() == "\x1b[2;9H\x1b[K\x1b[6CLopez  cause not known  example.org"


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
def test_a_real_tmux_shows_what_the_frames_show(tmp_path: Path) -> None:
    random = Random(20261123)
    names = ["Lopez", "Nguyen-Smith", "An", "Tomás", "世界", "204117", "row 2", ""]
    mirror, emulator, sent = Mirror(WIDE, 4, down="\n"), Emulator(WIDE, 4), ""
    mirror.cleared()
    for frame in [TABLE_BLANK] + [
        table_frame([random.choices(names, k=random.randint(2, 4)) for _ in range(4)], random.randrange(4))
        for _ in range(60)
    ]:
        mirror.take(frame)
        emulator.feed(frame.encode())
        sent += mirror.changes()
    file = tmp_path / "frames"
    file.write_text(sent, encoding="utf-8")
    argv = ["sh", "-c", f"stty -opost -echo; printf '\\033[H\\033[2J'; cat {file}; exec sleep 60"]
    with Tmux(argv, columns=WIDE, lines=4) as window:
        window.until(lambda: window.lines[:4] == emulator.lines())
