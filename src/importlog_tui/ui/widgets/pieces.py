"""Lines of the record's panel as pieces of text with a part to play: wrapped, and with a sign for what can't be seen. Safe."""

from __future__ import annotations

from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING

from importlog_tui import text

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_SHOWN = 2_000
"""Characters of a cell that are shown; of a longer one, the rest is told as a number."""


class Part(Enum):
    """What a piece of a line is, for its style."""

    TITLE = "title"  # whom the record is about
    HEADING = "heading"
    VALUE = "value"
    SIGN = "sign"  # stands for something that can't be seen
    NOTE = "note"  # ours, not the record's: "(empty)", the names of signs


Pieces = list[tuple[str, Part]]
"""One line, or what is to become several by wrapping."""


def wrapped(shown: str, cells: int) -> list[str]:
    """A safe text in lines of at most `cells` cells, broken at blanks where there are any."""
    return ["".join(piece for piece, _ in line) for line in wrapped_pieces([(shown, Part.VALUE)], cells)]


def indented(shown: str, cells: int) -> list[str]:
    """As `wrapped`, each line as far from the edge as the first one."""
    bare = shown.lstrip(" ")
    blanks = shown[: len(shown) - len(bare)]
    return [blanks + line for line in wrapped(bare, cells - len(blanks))]


def wrapped_pieces(pieces: Pieces, cells: int) -> list[Pieces]:
    """`pieces` in lines of at most `cells` cells; nothing is lost but the blank at which a line is broken."""
    cells = max(2, cells)  # a wide character needs two
    if sum(text.width(shown) for shown, _ in pieces) <= cells:
        return [pieces]
    signs = [(character, part) for shown, part in pieces for character in shown]
    lines: list[Pieces] = []
    start = 0
    while start < len(signs):
        stop, taken, blank = start, 0, -1
        while stop < len(signs):
            taken += text.width(signs[stop][0])
            if taken > cells:
                break
            if signs[stop][0] == " ":
                blank = stop
            stop += 1
        if stop < len(signs):
            if signs[stop][0] == " ":
                blank = stop
            if blank > start:
                stop = blank
        lines.append(_joined(signs[start:stop]))
        start = stop + (stop < len(signs) and signs[stop][0] == " ")
    return lines


def _joined(signs: Sequence[tuple[str, Part]]) -> Pieces:
    pieces: Pieces = []
    for character, part in signs:
        if pieces and pieces[-1][1] is part:
            pieces[-1] = (pieces[-1][0] + character, part)
        else:
            pieces.append((character, part))
    return pieces


def value_pieces(cell: str) -> Pieces:
    """A cell with a sign for all that can't be seen in it, and behind it the names of those signs."""
    if not cell:
        return [("(empty)", Part.NOTE)]
    rest = len(cell) - MOST_SHOWN
    # The ellipsis keeps a blank at the cut from being called a trailing one.
    shown = cell[:MOST_SHOWN] + "…" if rest > 0 else cell
    pieces: Pieces = []
    names: Counter[str] = Counter()
    for piece, name in text.invisible(shown):
        pieces.append((piece, Part.VALUE if name is None else Part.SIGN))
        if name is not None:
            names[f"{piece} {name}"] += 1
    if names:
        told = ", ".join(name if count == 1 else f"{name} ×{count:,}" for name, count in names.items())
        pieces.append((f"  {told}", Part.NOTE))
    if rest > 0:
        pieces.append((f"  {len(cell):,} characters", Part.NOTE))
    return pieces
