"""The lines of a record's panel: pure functions of a record and of the room there is. What they return is safe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui import text
from importlog_tui.ui.widgets.pieces import MOST_SHOWN, Part, Pieces, value_pieces, wrapped_pieces
from importlog_tui.ui.widgets.side_by_side import table_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from importlog_tui.model import Record
    from importlog_tui.ui.presentation.why import Why

_WIDEST_HEADING = 28
_GAP = 2
_SIDE_BY_SIDE_FROM = 36
"""Cells that headings and values need to stand side by side; in fewer the value goes under its heading."""


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
    record: Record,
    *,
    state: str = "",
    about: Sequence[str] = (),
    why: Why | None = None,
    headings: int,
    cells: int,
) -> Iterator[Pieces]:
    """The lines of a panel `cells` wide, made as they are asked for: a record may have 20,000 columns.

    `about` is what is to be said above the columns, outside text or ours, a paragraph each. `headings` is their `heading_width`.
    With the witnesses side by side, these stand for the columns.
    """
    where = "   ".join(part for part in (state, why.where if why else "") if part)
    yield from wrapped_pieces(title_pieces(record, where), cells)
    yield from about_lines((*(why.said if why else ()), *about), cells)
    for table in why.tables if why else ():
        yield []
        yield from table_lines(table, cells)
    if why is not None and why.note:
        yield []
        yield from wrapped_pieces([(text.one_line(why.note[:MOST_SHOWN]), Part.NOTE)], cells)
    if why is None or not why.is_whole:
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
