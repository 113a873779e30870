"""Frames as Textual writes them, reduced to what changes on the terminal's screen.

Textual writes dirty lines whole and resets the style after every segment; over a thin line that is most of a frame. `Mirror` reads those frames into
cells, remembers which cells the terminal shows, and writes the difference. That also makes a frame something that can wait: frames taken while
the line is busy become one (textual-over-ssh.md, section D).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import compress
from operator import ne
from typing import Final

from rich.cells import split_graphemes

from importlog_tui.text import ONE_CELL
from importlog_tui.ui.pen import PLAIN, Pen, linked, on_blanks, switch, turned

_FRAME: Final = re.compile(r"\x1b\[\d+;\d+H")
_TOKEN: Final = re.compile(
    r"\x1b\[(?P<turn>[\d;]+)m(?P<text>[^\x00-\x1f\x7f-\x9f]*)\x1b\[0m"  # what nearly all of a frame is: one styled segment
    r"|\x1b\[(?P<line>\d+);(?P<column>\d+)H"
    r"|\x1b\[(?P<style>[\d;]*)m"
    r"|\x1b\]8;(?P<link>[^\x00-\x1f\x7f-\x9f]*)\x1b\\"
    r"|(?P<plain>[^\x00-\x1f\x7f-\x9f]+)"
    r"|\n"
)
_COLUMNS: Final = range(1 << 16)
_UNKNOWN: Final = "\x00"
_SHORT_GAP: Final = 4  # cells that are as cheap to write again as to jump over
_LONG_BLANK: Final = " " * 11  # as many cells are cheaper to erase than to overwrite


def is_frame(data: str) -> bool:
    """Whether `data` begins as Textual's compositor begins a frame: with a move."""
    return _FRAME.match(data) is not None


@lru_cache(maxsize=2048)
def _cells(text: str) -> tuple[str, ...]:
    """The cells of `text` that holds more than one-cell characters: a cell keeps its grapheme, and an empty string for each cell that it covers besides."""
    cells: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        if width:
            cells += [text[start:end], *[""] * (width - 1)]
        elif cells:  # belongs to the character before it
            head = next(at for at in reversed(range(len(cells))) if cells[at])
            cells[head] += text[start:end]
    return tuple(cells)


class _Line:
    __slots__ = ("shown", "shown_pens", "wanted", "wanted_pens")

    def __init__(self, columns: int) -> None:
        self.wanted = [_UNKNOWN] * columns
        self.wanted_pens = [PLAIN] * columns
        self.shown = [_UNKNOWN] * columns
        self.shown_pens = [PLAIN] * columns

    def put(self, at: int, text: str, pen: Pen) -> int:
        """Want `text` at column `at`; the column behind it."""
        columns = len(self.wanted)
        cells = text if ONE_CELL.fullmatch(text) else _cells(text)
        end = min(at + len(cells), columns)
        if end <= at:
            return at + len(cells)
        if len(cells) > end - at:
            cells = cells[: end - at]
        wanted, pens = self.wanted, self.wanted_pens
        if not wanted[at]:
            self._break(at - 1)
        if end < columns and not wanted[end]:
            self._break(end)
        wanted[at:end] = cells
        if (blank := on_blanks(pen)) == pen:
            pens[at:end] = [pen] * (end - at)
        else:
            pens[at:end] = [blank if cell == " " else pen for cell in cells]
        return end

    def _break(self, at: int) -> None:
        """Half of a wide character is about to be overwritten: blank it, as terminals do."""
        first = at
        while first > 0 and not self.wanted[first]:
            first -= 1
        last = at + 1
        while last < len(self.wanted) and not self.wanted[last]:
            last += 1
        self.wanted[first:last] = [" "] * (last - first)
        self.wanted_pens[first:last] = [PLAIN] * (last - first)

    def differs(self) -> bool:
        return self.wanted != self.shown or self.wanted_pens != self.shown_pens

    def changed(self) -> list[int]:
        """Columns that the terminal does not show as wanted.

        Terminals disagree about the width of what is not one plain character a cell, so from the first such cell on the line is sent whole.
        """
        columns = list(compress(_COLUMNS, map(ne, self.wanted, self.shown)))
        if self.wanted_pens != self.shown_pens:
            columns = sorted({*columns, *compress(_COLUMNS, map(ne, self.wanted_pens, self.shown_pens))})
        if _UNKNOWN in self.wanted:
            columns = [x for x in columns if self.wanted[x] != _UNKNOWN]
        if columns and (odd := min(_first_odd(self.wanted), _first_odd(self.shown))) < len(self.wanted):
            first = min(odd, columns[0])
            behind = [x for x in range(first, len(self.wanted)) if self.wanted[x] != _UNKNOWN]
            columns = [x for x in columns if x < first] + behind
        return columns

    def settle(self) -> None:
        if _UNKNOWN in self.wanted:
            known = [x for x, cell in enumerate(self.wanted) if cell != _UNKNOWN]
            for x in known:
                self.shown[x], self.shown_pens[x] = self.wanted[x], self.wanted_pens[x]
        else:
            self.shown[:] = self.wanted
            self.shown_pens[:] = self.wanted_pens


def _first_odd(cells: list[str]) -> int:
    """Where the first grapheme is that is not one character in one cell; `len(cells)` where there is none."""
    if "" not in cells and len("".join(cells)) == len(cells):
        return len(cells)
    at = next(x for x, cell in enumerate(cells) if len(cell) != 1)
    while at and not cells[at]:
        at -= 1
    return at


class Mirror:
    """What a terminal of `columns` x `lines` shows and what it should show.

    At first nothing is known of what it shows. `take` frames, then send what `changes` returns; the pen is left plain, the cursor where the last
    frame put it (`at`: column and line from 0).
    """

    def __init__(self, columns: int, lines: int) -> None:
        self.columns = columns
        self.lines = lines
        self._lines = [_Line(columns) for _ in range(lines)]
        self._touched: set[int] = set()
        self.at = (0, 0)
        self._left_at: tuple[int, int] | None = None

    def take(self, frame: str) -> bool:
        """Want what `frame` paints. False, and nothing is taken, where it holds something that is no frame's."""
        tokens = []
        end = 0
        for token in _TOKEN.finditer(frame):
            if token.start() != end:
                return False
            end = token.end()
            tokens.append(token)
        if end != len(frame):
            return False
        x = y = 0
        pen = PLAIN
        line: _Line | None = None
        for token in tokens:
            kind = token.lastgroup
            if kind == "text":
                text = token["text"]
                if line is not None and text:
                    x = line.put(x, text, turned(pen, token["turn"]))
                pen = PLAIN if pen.link == "" else linked(PLAIN, pen.link)
            elif kind == "column":
                y, x = int(token["line"]) - 1, int(token["column"]) - 1
                line = self._lines[y] if 0 <= y < len(self._lines) else None
                self._touched.add(y)
            elif kind == "style":
                pen = turned(pen, token["style"])
            elif kind == "link":
                pen = linked(pen, token["link"])
            elif kind == "plain" and line is not None:
                x = line.put(x, token["plain"], pen)
        self.at = (min(x, self.columns - 1), min(max(y, 0), len(self._lines) - 1))
        return True

    def forget(self) -> None:
        """Something else may have written on the terminal: send everything again."""
        for line in self._lines:
            line.shown[:] = [_UNKNOWN] * self.columns
        self._left_at = None
        self._touched.update(range(len(self._lines)))

    def cleared(self) -> None:
        """The terminal has just been cleared, its cursor sent home."""
        for line in self._lines:
            line.shown[:] = [" "] * self.columns
            line.shown_pens[:] = [PLAIN] * self.columns
        self._left_at = (0, 0)
        self._touched.update(range(len(self._lines)))

    def changes(self) -> str:
        """What makes the terminal show what is wanted ("" where it does), wherever its cursor is now."""
        writer = _Writer(self.columns)
        for y in sorted(self._touched):
            if 0 <= y < len(self._lines) and (line := self._lines[y]).differs():
                writer.line(y, line)
                line.settle()
        self._touched.clear()
        if not writer.parts and self._left_at in {None, self.at}:
            return ""
        self._left_at = self.at
        return writer.finish(self.at)


def _right(columns: int) -> str:
    """Move the cursor by so many columns; a negative number is to the left."""
    if columns > 0:
        return f"\x1b[{columns}C" if columns > 1 else "\x1b[C"
    return f"\x1b[{-columns}D" if columns < -3 else "\b" * -columns


class _Writer:
    def __init__(self, columns: int) -> None:
        self.parts: list[str] = []
        self._columns = columns
        self._pen = PLAIN
        self._x = self._y = -1  # -1: it is not known where the cursor is
        self._drifts = False  # terminals may have another idea of the column

    def line(self, y: int, line: _Line) -> None:
        columns = line.changed()
        if not columns:
            return
        tail = self._columns
        while tail and line.wanted[tail - 1] == " " and line.wanted_pens[tail - 1] is PLAIN:
            tail -= 1
        erased = [x for x in columns if x >= tail]
        if len(erased) > _SHORT_GAP - 1:
            columns = columns[: len(columns) - len(erased)]
        else:
            erased = []
        start = before = columns[0] if columns else -1
        for x in columns:
            if x > before + 1 and not self._joined(line, before, x):
                self._span(y, line, start, before + 1)
                start = x
            before = x
        if columns:
            self._span(y, line, start, before + 1)
        if erased:
            self._move(erased[0], y)
            self._turn(PLAIN)
            self.parts.append("\x1b[K")

    def _joined(self, line: _Line, left: int, right: int) -> bool:
        """Whether the unchanged cells between two changed ones are better written again than jumped over."""
        if right - left - 1 > _SHORT_GAP:
            return False
        pen = line.wanted_pens[left]
        blank = on_blanks(pen)
        for x in range(left + 1, right):
            cell = line.wanted[x]
            if cell == _UNKNOWN or line.wanted_pens[x] != (blank if cell == " " else pen):
                return False
        return True

    def _span(self, y: int, line: _Line, start: int, end: int) -> None:
        cells, pens, parts = line.wanted, line.wanted_pens, self.parts
        self._move(start, y)
        text, pen = "".join(cells[start:end]), pens[start]
        self._drifts |= not text.isascii()
        x = start
        if pens[start:end].count(pen) == end - start and (pen is not PLAIN or _LONG_BLANK not in text):
            self._turn(pen)
            parts.append(text)
            x = end
        while x < end:
            pen, blank = pens[x], cells[x] == " "
            run = x + 1
            while run < end and pens[run] is pen and (cells[run] == " ") is blank:
                run += 1
            if blank and pen is PLAIN and len(_LONG_BLANK) <= run - x < end - x:
                self._turn(PLAIN)
                parts.append(f"\x1b[{run - x}X\x1b[{run - x}C")
            else:
                if not blank or on_blanks(self._pen) != pen:
                    self._turn(pen)
                parts.append("".join(cells[x:run]))
            x = run
        # In the last column terminals differ about where the cursor is.
        self._x, self._y = (end, y) if end < self._columns else (-1, y)

    def _turn(self, pen: Pen) -> None:
        if pen is not self._pen and pen != self._pen:
            self.parts.append(switch(self._pen, pen))
            self._pen = pen

    def _move(self, x: int, y: int) -> None:
        known = self._x >= 0
        if known and y == self._y and x >= self._x:
            self.parts.append(_right(x - self._x))
        elif x == 0:
            self.parts.append(
                "\r\n" if y == self._y + 1 and self._y >= 0 else f"\x1b[{y + 1}H" if y else "\x1b[H"
            )
            self._drifts = False
        else:
            absolute = f"\x1b[{y + 1};{x + 1}H"
            relative = (
                "\x1bD" + _right(x - self._x) if known and y == self._y + 1 and not self._drifts else absolute
            )
            self.parts.append(min(absolute, relative, key=len))
            self._drifts = False
        self._x, self._y = x, y

    def finish(self, at: tuple[int, int]) -> str:
        self._turn(PLAIN)
        # Textual puts a cursor that nobody looks for into the corner; it may as well stay, but not in the first line (see the driver's F3).
        if at != (0, 0) or self._y <= 0:
            self._x = -1
            self._move(*at)
        return "".join(self.parts)
