"""What makes a terminal show other cells than it does, in as few bytes as sequences that every terminal knows allow."""

from __future__ import annotations

from typing import Final

from importlog_tui.ui.frame_lines import UNKNOWN, ScreenLine
from importlog_tui.ui.pen import PLAIN, Pen, on_blanks, switch

_SHORT_GAP: Final = 4  # cells that are as cheap to write again as to jump over
_DEAR: Final = 24  # characters; for less no other way is looked for
_LONG_BLANK: Final = " " * 11  # as many cells are cheaper to erase than to overwrite


def _right(columns: int) -> str:
    """Move the cursor by so many columns; a negative number is to the left."""
    if columns > 0:
        return f"\x1b[{columns}C" if columns > 1 else "\x1b[C"
    return f"\x1b[{-columns}D" if columns < -3 else "\b" * -columns


class Writer:
    """Writes lines from the top; the terminal's pen is plain at first, and its cursor anywhere."""

    def __init__(self, columns: int, down: str) -> None:
        """`down` is what sends the cursor one line down and leaves its column."""
        self.parts: list[str] = []
        self._columns = columns
        self._down = down
        self._pen = PLAIN
        self._x = self._y = -1  # -1: it is not known where the cursor is
        self._drifts = False  # terminals may have another idea of the column

    def line(self, y: int, line: ScreenLine) -> None:
        """Make line `y` what is wanted, in the cheapest way."""
        stretches = line.changed()
        if not stretches:
            return
        ways = [self._forked()]
        ways[0]._differences(y, line, stretches)
        for sequence, then in line.otherwise(stretches[0][0]) if len(ways[0]) > _DEAR else ():
            way = self._forked()
            way._move(stretches[0][0], y)
            way._turn(PLAIN)
            way.parts.append(sequence)
            if left := then.changed():
                way._differences(y, then, left)
            ways.append(way)
        best = min(ways, key=len)
        self.parts += best.parts
        self._pen, self._x, self._y, self._drifts = best._pen, best._x, best._y, best._drifts

    def _forked(self) -> Writer:
        fork = Writer(self._columns, self._down)
        fork._pen, fork._x, fork._y, fork._drifts = self._pen, self._x, self._y, self._drifts
        return fork

    def __len__(self) -> int:
        """Characters, with those that make the pen plain again."""
        return sum(map(len, self.parts)) + len(switch(self._pen, PLAIN))

    def _differences(self, y: int, line: ScreenLine, stretches: list[tuple[int, int]]) -> None:
        tail = self._columns
        while tail and line.wanted[tail - 1] == " " and line.wanted_pens[tail - 1] is PLAIN:
            tail -= 1
        erased = [(max(start, tail), end) for start, end in stretches if end > tail]
        if sum(end - start for start, end in erased) < _SHORT_GAP:
            erased = []
        else:
            stretches = [(start, min(end, tail)) for start, end in stretches if start < tail]
        if stretches:
            start, end = stretches[0]
            for left, right in stretches[1:]:
                if not self._joined(line, end - 1, left):
                    self._span(y, line, start, end)
                    start = left
                end = right
            self._span(y, line, start, end)
        if erased:
            self._move(erased[0][0], y)
            self._turn(PLAIN)
            self.parts.append("\x1b[K")

    def _joined(self, line: ScreenLine, left: int, right: int) -> bool:
        """Whether the unchanged cells between two changed ones are better written again than jumped over."""
        if right - left - 1 > _SHORT_GAP:
            return False
        pen = line.wanted_pens[left]
        blank = on_blanks(pen)
        for x in range(left + 1, right):
            cell = line.wanted[x]
            if cell == UNKNOWN or line.wanted_pens[x] != (blank if cell == " " else pen):
                return False
        return True

    def _span(self, y: int, line: ScreenLine, start: int, end: int) -> None:
        cells, pens, parts = line.wanted, line.wanted_pens, self.parts
        if self._y == y and 0 < start - self._x < _SHORT_GAP and self._x >= 0:
            between = slice(self._x, start)
            if "".join(cells[between]).isspace() and pens[between].count(PLAIN) == start - self._x:
                start = self._x  # blanks are shorter than a jump
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
        column_is_known = self._x >= 0
        if column_is_known and y == self._y and x >= self._x:
            self.parts.append(_right(x - self._x))
        else:
            ways = [f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H" if y else "\x1b[H"]
            if y == self._y + 1 and self._y >= 0:
                ways.append("\r\n" if x == 0 else f"{self._down}\x1b[{x + 1}G")
                if column_is_known and not self._drifts:
                    ways.append(self._down + _right(x - self._x))
            self.parts.append(min(ways, key=len))
            self._drifts = False
        self._x, self._y = x, y

    def finish(self, at: tuple[int, int]) -> str:
        """All that was written, with the pen plain at the end and the cursor at (column, line)."""
        self._turn(PLAIN)
        # Textual puts a cursor that nobody looks for into the corner; it may as well stay, but not in the first line (see the driver's F3).
        if at != (0, 0) or self._y <= 0:
            self._x = -1
            self._move(*at)
        return "".join(self.parts)
