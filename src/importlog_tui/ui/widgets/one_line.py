"""A line of text that repaints only what changed in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.text import fit, safe, width
from importlog_tui.ui.widgets.lines import PLAIN, Line, LineWidget, line_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style

Part = tuple[str, str]
"""Text, and the name of its look: "strong", "quiet", or "" for the line's own."""


class OneLine(LineWidget):
    """Parts at the left, parts at the right; what does not fit is cut at the end of the left ones."""

    DEFAULT_CSS = """
    OneLine {
        height: 1; width: 1fr;
        & > .one-line--strong { text-style: bold; }
        & > .one-line--quiet { color: $text-muted; }
        &:ansi > .one-line--quiet { color: ansi_default; }
    }
    """
    COMPONENT_CLASSES = {"one-line--strong", "one-line--quiet"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._given: tuple[str | Sequence[Part], str | Sequence[Part]] = "", ()
        self._left: tuple[Part, ...] = ()
        self._right: tuple[Part, ...] = ()
        self._line: tuple[int, Line] = (-1, line_of((), 0, PLAIN))

    @property
    def text(self) -> str:
        """What the line says, unstyled and uncut."""
        left = "".join(text for text, _ in self._left)
        right = "".join(text for text, _ in self._right)
        return f"{left}   {right}" if right else left

    def say(self, left: str | Sequence[Part], right: str | Sequence[Part] = ()) -> None:
        """Show this; any text may be given, it is made safe here."""
        if (left, right) != self._given:
            self._given = left, right
            self._left, self._right = _parts(left), _parts(right)
            self.forget_styles()
            self.repaint()

    def forget_styles(self) -> None:
        """Make the line anew."""
        self._line = (-1, self._line[1])

    def line(self, y: int) -> Line:  # noqa: ARG002 - there is but one
        """See `LineWidget`."""
        if self._line[0] != self.size.width:
            self._line = (self.size.width, self._made())
        return self._line[1]

    def _made(self) -> Line:
        total = self.size.width
        right = sum(width(text) for text, _ in self._right)
        left = sum(width(text) for text, _ in self._left)
        if left + right + 2 > total:
            right = min(right, max(total * 2 // 3, total - left - 2))
        room = total - right - 2 if right else total
        shown = [*self._looks(self._left, room)]
        if right:
            gap = total - right - sum(width(text) for text, _ in shown)
            shown += [(" " * gap, self.ground), *self._looks(self._right, right)]
        return line_of(shown, total, self.ground)

    def _looks(self, parts: Sequence[Part], cells: int) -> list[tuple[str, Style]]:
        looks: list[tuple[str, Style]] = []
        for text, name in parts:
            taken = min(width(text), cells)
            if taken > 0:
                looks.append(
                    (fit(text, taken), self.part_style(f"one-line--{name}") if name else self.ground)
                )
                cells -= taken
        return looks


def _parts(given: str | Sequence[Part]) -> tuple[Part, ...]:
    pairs = [(given, "")] if isinstance(given, str) else given
    return tuple((safe(text), name) for text, name in pairs if text)
