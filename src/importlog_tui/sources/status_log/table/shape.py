"""Rows that are longer or shorter than their headings, lines that stand by a table, quotes that do not fit: found, and said."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from importlog_tui.model import Trouble
from importlog_tui.sources.status_log.table.claims import claim_of
from importlog_tui.sources.status_log.words import total_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlog_tui.model import Origin
    from importlog_tui.sources.source import Source
    from importlog_tui.sources.tables.delimited import Rows


@dataclass
class Shape:
    """What the rows of an irregular table are like: widest row, and the first line of each oddity."""

    width: int = 0
    longer: int | None = None
    shorter: int | None = None
    beside: int | None = None
    broken: tuple[int, ...] = ()
    lost: int | None = None


def measure(rows: Rows, start: int, width: int, delimiter: str) -> Shape:
    """Parse all rows from number `start` on and look at those that are not `width` cells wide."""
    shape = Shape(width)
    for row in islice(rows, start, None):
        if len(row) == width or not any(row) or (len(row) == 1 and row[0].isspace()):
            continue
        if len(row) > width:
            extra = len(row)
            while extra > width and not row[extra - 1]:
                extra -= 1
            if extra > width:
                shape.width = max(shape.width, extra)
                shape.longer = shape.longer or rows.line
        elif not is_beside(row, width, delimiter):
            shape.shorter = shape.shorter or rows.line
        elif not claim_of(delimiter.join(row)) and total_row([*row, ""]) is None:
            shape.beside = shape.beside or rows.line
    shape.broken, shape.lost = tuple(rows.broken), rows.lost
    return shape


def is_beside(row: Sequence[str], width: int, delimiter: str = "\t") -> bool:
    """Whether a row is no record but a line that stands by the table: "Showing 1-500 of 1,214", "Total" and 3."""
    filled = len(row)
    while filled and not row[filled - 1]:
        filled -= 1
    if total_row([*row, *[""] * (width - len(row))]) is not None:
        return True
    # The thousands in it may have been taken for separators.
    if filled > 3 or filled == width:
        return False
    if claim_of(delimiter.join(row[:filled])):
        return True
    # Where a tab separates cells, a browser writes one for every empty cell as well.
    return len(row) == 1 and width > 2 and (delimiter == "\t" or len(row[0].split()) > 1)


def said_of_shape(shape: Shape, source: Source, width: int) -> Iterator[Trouble]:
    """The troubles with the shape of a table, each with its first line."""
    if shape.longer:
        what = f"this row has more cells than the {width} headings; the others stand in columns of their own"
        yield Trouble(source.origin(place=f"line {shape.longer}"), what, is_part=False)
    if shape.shorter:
        what = f"this row has fewer cells than the {width} headings; the missing ones are taken as empty"
        yield Trouble(source.origin(place=f"line {shape.shorter}"), what, is_part=False)
    if shape.beside:
        yield Trouble(
            source.origin(place=f"line {shape.beside}"),
            "this line is no row of the table and was passed over",
            is_part=False,
        )
    for line in shape.broken[:1]:
        yield broken(source.origin(place=f"line {line}"), len(shape.broken))
    if shape.lost:
        yield lost(source.origin(place=f"line {shape.lost}"))


def said_of_empty(empty: int, origin: Origin) -> Iterator[Trouble]:
    """The remark on rows that have cells and nothing in any of them."""
    if empty:
        rows = "a row" if empty == 1 else f"{empty:,} rows"
        what = f"{rows} of empty cells stood in the table of records, with nothing to keep"
        yield Trouble(origin, what, is_part=False)


def said_of_quotes(rows: Rows, source: Source) -> Iterator[Trouble]:
    """The troubles with the quotes of rows that were all read."""
    for line in rows.broken[:1]:
        yield broken(source.origin(place=f"line {line}"), len(rows.broken))
    if rows.lost:
        yield lost(source.origin(place=f"line {rows.lost}"))


def broken(origin: Origin, lines: int) -> Trouble:
    """A quote that does not fit in the line of `origin`, one of so many."""
    others = f", and {lines - 1} more such lines" if lines > 1 else ""
    return Trouble(
        origin,
        f"a quote here does not fit, or never closes{others}; the line was read as it stands",
        "Look at the rows there, or save the file as CSV again.",
    )


def lost(origin: Origin) -> Trouble:
    """Rows that could not be read, from the line of `origin` on."""
    return Trouble(origin, "the rows from here on could not be told apart", "Save the file as CSV again.")
