"""The lines of a record's panel: pure functions of a record and of the room there is. What they return is safe."""

from __future__ import annotations

from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING

from importlog_tui import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from importlog_tui.model import Record

MOST_SHOWN = 2_000
"""Characters of a cell that are shown; of a longer one, the rest is told as a number."""

_WIDEST_HEADING = 28
_GAP = 2
_SIDE_BY_SIDE_FROM = 36
"""Cells that headings and values need to stand side by side; in fewer the value goes under its heading."""


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


def heading_width(columns: Sequence[str]) -> int:
    """Cells that the headings take, aligned."""
    longest = (text.width(text.safe(name[: _WIDEST_HEADING * 2])) for name in columns)
    return min(_WIDEST_HEADING, max(longest, default=0))


def title_pieces(record: Record, state: str = "") -> Pieces:
    """Whom the record is about: the name, the unique id, the section; which row it is, and `state`, words of ours."""
    subject = record.subject
    known = [part for part in (subject.name, subject.user, subject.section) if part]
    pieces: Pieces = []
    if known:
        pieces += [("   ".join(text.one_line(part[:200]) for part in known), Part.TITLE), ("   ", Part.NOTE)]
    pieces.append((f"row {record.number:,}", Part.NOTE))
    if state:
        pieces.append((f"   {state}", Part.TITLE))
    return pieces


def detail_lines(
    record: Record, *, state: str = "", about: Sequence[str] = (), headings: int, cells: int
) -> Iterator[Pieces]:
    """The lines of a panel `cells` wide, made as they are asked for: a record may have 20,000 columns.

    `about` is what is to be said above the columns, outside text or ours, a paragraph each. `headings` is their `heading_width`.
    """
    yield from wrapped_pieces(title_pieces(record, state), cells)
    yield from about_lines(about, cells)
    yield []
    yield from _columns(record.values, headings, cells)


def about_lines(about: Sequence[str], cells: int) -> Iterator[Pieces]:
    """Paragraphs of plain text."""
    for paragraph in about:
        yield from wrapped_pieces([(text.one_line(paragraph[:MOST_SHOWN]), Part.VALUE)], cells)


def _columns(values: Mapping[str, str], headings: int, cells: int) -> Iterator[Pieces]:
    is_beside = cells >= _SIDE_BY_SIDE_FROM
    indent = headings + _GAP if is_beside else _GAP
    for heading, cell in values.items():
        lines = wrapped_pieces(value_pieces(cell), cells - indent)
        name = text.safe(heading[: _WIDEST_HEADING * 4])
        if is_beside:
            yield [(text.fit(name, headings) + " " * _GAP, Part.HEADING), *lines.pop(0)]
        else:
            yield [(text.fit(name, min(cells, text.width(name))), Part.HEADING)]
        for line in lines:
            yield [(" " * indent, Part.VALUE), *line]
