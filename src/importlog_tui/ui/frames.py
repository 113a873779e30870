"""Frames as Textual writes them, reduced to what changes on the terminal's screen.

Textual writes dirty lines whole and resets the style after every segment; over a thin line that is most of a frame. `Mirror` reads those frames into
cells, remembers which cells the terminal shows, and writes the difference. That also makes a frame something that can wait: frames taken while
the line is busy become one (textual-over-ssh.md, section D).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from importlog_tui.ui.frame_lines import UNKNOWN, ScreenLine
from importlog_tui.ui.frame_writer import Writer
from importlog_tui.ui.pen import PLAIN, linked, turned

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlog_tui.ui.pen import Pen

INDEX: Final = "\x1bD"
"""Sends the cursor one line down and leaves its column, whatever the system makes of a line feed."""

_FRAME: Final = re.compile(r"\x1b\[\d+;\d+H")
_TOKEN: Final = re.compile(
    r"\x1b\[(?P<turn>[\d;]+)m(?P<text>[^\x00-\x1f\x7f-\x9f]*)\x1b\[0m"  # what nearly all of a frame is: one styled segment
    r"|\x1b\[(?P<line>\d+);(?P<column>\d+)H"
    r"|\x1b\[(?P<style>[\d;]*)m"
    r"|\x1b\]8;(?P<link>[^\x00-\x1f\x7f-\x9f]*)\x1b\\"
    r"|(?P<plain>[^\x00-\x1f\x7f-\x9f]+)"
    r"|\n"
)


def is_frame(data: str) -> bool:
    """Whether `data` begins as Textual's compositor begins a frame: with a move."""
    return _FRAME.match(data) is not None


class Mirror:
    """What a terminal of `columns` x `lines` shows and what it should show.

    At first nothing is known of what it shows. `take` frames, then send what `changes` returns; the pen is left plain, the cursor where the last
    frame put it (`at`: column and line from 0). `down` is what sends the terminal's cursor one line down in its column.
    """

    def __init__(self, columns: int, lines: int, *, down: str = INDEX) -> None:
        self.columns = columns
        self.lines = lines
        self.down = down
        self._lines = [ScreenLine(columns) for _ in range(lines)]
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
        line: ScreenLine | None = None
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
            line.shown[:] = [UNKNOWN] * self.columns
        self._left_at = None
        self._touched.update(range(len(self._lines)))

    def cleared(self) -> None:
        """The terminal has just been cleared, its cursor sent home."""
        for line in self._lines:
            line.shown[:] = [" "] * self.columns
            line.shown_pens[:] = [PLAIN] * self.columns
        self._left_at = (0, 0)
        self._touched.update(range(len(self._lines)))

    def show(self, rows: Sequence[Sequence[tuple[str, Pen]]]) -> None:
        """The terminal shows these lines, as stretches of text with their pens, its cursor somewhere."""
        self.forget()
        for line, row in zip(self._lines, rows, strict=False):
            line.stands(row)

    def rows(self) -> Iterator[tuple[Sequence[str], Sequence[Pen]]]:
        """The cells of each line that the terminal should show, and their pens; "" is what a wide character covers besides."""
        for line in self._lines:
            known = [" " if cell == UNKNOWN else cell for cell in line.wanted]
            yield known, line.wanted_pens

    def changes(self) -> str:
        """What makes the terminal show what is wanted ("" where it does), wherever its cursor is now."""
        writer = Writer(self.columns, self.down)
        for y in sorted(self._touched):
            if 0 <= y < len(self._lines) and (line := self._lines[y]).differs():
                writer.line(y, line)
                line.settle()
        self._touched.clear()
        if not writer.parts and self._left_at in {None, self.at}:
            return ""
        self._left_at = self.at
        return writer.finish(self.at)
