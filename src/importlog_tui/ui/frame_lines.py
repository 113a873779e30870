"""One line of the terminal's screen: which cells it shows, and which it should show."""

from __future__ import annotations

import re
from functools import lru_cache
from operator import and_, ne, or_
from typing import TYPE_CHECKING, Final

from rich.cells import split_graphemes

from importlog_tui.text import ONE_CELL
from importlog_tui.ui.pen import PLAIN, Pen, on_blanks

if TYPE_CHECKING:
    from collections.abc import Sequence

UNKNOWN: Final = "\x00"
"""A cell of which nobody knows what it holds."""
_STRETCH: Final = re.compile(rb"\x01+")
_MUCH: Final = 8  # cells for which it is worth while to look for another way than writing what changed


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


class ScreenLine:
    """The cells that a terminal shows on a line, and those that it should show, each with its pen; `UNKNOWN` where nobody knows."""

    __slots__ = ("shown", "shown_pens", "wanted", "wanted_pens")

    def __init__(self, columns: int) -> None:
        self.wanted = [UNKNOWN] * columns
        self.wanted_pens = [PLAIN] * columns
        self.shown = [UNKNOWN] * columns
        self.shown_pens = [PLAIN] * columns

    def stands(self, row: Sequence[tuple[str, Pen]]) -> None:
        """It shows these stretches of text, which are as long as it is; else nobody knows."""
        cells = [(cell, pen) for text, pen in row for cell in _cells(text)]
        if len(cells) == len(self.shown):
            self.shown[:] = [cell for cell, _ in cells]
            self.shown_pens[:] = [pen for _, pen in cells]

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
        """Whether there is something to send."""
        return self.wanted != self.shown or self.wanted_pens != self.shown_pens

    def changed(self) -> list[tuple[int, int]]:
        """Stretches (start, end) of columns that the terminal does not show as wanted.

        Terminals disagree about the width of what is not one plain character a cell, so from the first such cell on the line is sent whole.
        """
        differs = bytes(map(ne, self.wanted, self.shown))
        if self.wanted_pens != self.shown_pens:
            differs = bytes(map(or_, differs, map(ne, self.wanted_pens, self.shown_pens)))
        if UNKNOWN in self.wanted:
            differs = bytes(map(and_, differs, map(UNKNOWN.__ne__, self.wanted)))
        first = differs.find(1)
        if first >= 0 and (odd := min(_first_odd(self.wanted), _first_odd(self.shown))) < len(differs):
            from_here = min(odd, first)
            differs = differs[:from_here] + bytes(map(UNKNOWN.__ne__, self.wanted[from_here:]))
        return [found.span() for found in _STRETCH.finditer(differs)]

    def otherwise(self, first: int) -> list[tuple[str, ScreenLine]]:
        """Other ways to what is wanted from column `first` on: with the pen plain write this sequence there, and from then on the line is as the other one.

        Only for lines of plain characters, about which all terminals agree.
        """
        wanted, shown = "".join(self.wanted), "".join(self.shown)
        columns = len(self.wanted)
        if not len(wanted) == len(shown) == columns or UNKNOWN in wanted or UNKNOWN in shown:
            return []
        ways = []
        if self.wanted_pens != self.shown_pens and self.wanted_pens[first:].count(PLAIN) > _MUCH:
            # A bar that goes: blanks need not be written where the line is erased first.
            blanks = columns - first
            ways.append(
                (
                    "\x1b[K",
                    self._as(
                        [*self.shown[:first], *" " * blanks], [*self.shown_pens[:first], *[PLAIN] * blanks]
                    ),
                )
            )
        end, ended = len(wanted.rstrip(" ")), len(shown.rstrip(" "))
        by = end - ended
        if (
            by
            and first <= min(end, ended) - _MUCH
            and wanted[end - _MUCH : end] == shown[ended - _MUCH : ended]
            and (wanted[first:] + shown[first:]).isascii()
            and self.shown_pens[ended:].count(PLAIN) == columns - ended
        ):
            # A word became longer or shorter: the terminal moves what stands behind it.
            cells, pens = [*self.shown], [*self.shown_pens]
            if by > 0:
                cells[first:first], pens[first:first] = " " * by, [PLAIN] * by
            else:
                del cells[first : first - by], pens[first : first - by]
            cells, pens = [*cells, *" " * -by][:columns], [*pens, *[PLAIN] * -by][:columns]
            sequence = f"\x1b[{abs(by) if abs(by) > 1 else ''}{'@' if by > 0 else 'P'}"
            ways.append((sequence, self._as(cells, pens)))
        return ways

    def _as(self, shown: list[str], pens: list[Pen]) -> ScreenLine:
        """The same wish where the terminal shows something else."""
        line = ScreenLine(0)
        line.wanted, line.wanted_pens, line.shown, line.shown_pens = (
            self.wanted,
            self.wanted_pens,
            shown,
            pens,
        )
        return line

    def settle(self) -> None:
        """It was sent."""
        if UNKNOWN in self.wanted:
            known = [x for x, cell in enumerate(self.wanted) if cell != UNKNOWN]
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
