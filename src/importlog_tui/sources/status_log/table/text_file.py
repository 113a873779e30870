"""Tables in text files: CSV, TSV, semicolons, pipes. A million rows stream; every cell stays the text it was.

A table is affected records, or it is the log itself (a "Rows Affected" column, runs by name and time); the log's rows go to the same
interpreter as a page's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from importlog_tui.cells import BlockRows
from importlog_tui.fields import Field, unique_headings
from importlog_tui.model import Format, Trouble
from importlog_tui.sources.status_log.table.claims import claim_of
from importlog_tui.sources.status_log.table.counted import Counted
from importlog_tui.sources.status_log.table.records import no_headings, reading_of
from importlog_tui.sources.status_log.table.shape import (
    Shape,
    broken,
    is_beside,
    measure,
    said_of_empty,
    said_of_quotes,
    said_of_shape,
)
from importlog_tui.sources.status_log.words import Named, Role, import_name, result_of, role_of, total_row
from importlog_tui.sources.tables.delimited import Rows
from importlog_tui.sources.tables.survey import LONGEST_LINE, survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from importlog_tui.model import Reading
    from importlog_tui.sources.status_log import How
    from importlog_tui.sources.tables.layout import Layout
    from importlog_tui.sources.tables.text_table import Table

LARGEST_LOG = 8 << 20
"""Bytes of a log as a table, which is read whole."""
_MEGABYTE = 1 << 20


_TIME_OF_DAY = re.compile(r"\d:\d\d|\d\s*[ap]\.?m\b", re.IGNORECASE)


def lists_a_log(layout: Layout, rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table among `rows` is the log itself: Rows Affected, or imports with their times and results."""
    roles = {role_of(heading) for heading in layout.columns}
    if Role.ROWS in roles or layout.known.index(Field.ROWS_AFFECTED) is not None:
        return True
    has_roles = Role.NAME in roles and bool(roles & {Role.TIME, Role.RESULT})
    for row in rows[layout.first_row :][:50]:
        sure = [named[1] for cell in row if (named := import_name(cell))]
        if Named.FULL in sure or (has_roles and sure):
            others = [cell for cell in row if len(cell) < 100 and not import_name(cell)]
            if any(_TIME_OF_DAY.search(cell) or result_of(cell) for cell in others):
                return True
    return False


def read_log(table: Table, how: How) -> Iterator[Reading]:
    """The log that the table lists."""
    from importlog_tui.sources.status_log.page.meaning import read_text

    origin = table.source.origin()
    if table.source.size > LARGEST_LOG:
        yield Trouble(
            origin,
            f"a log of more than {LARGEST_LOG // _MEGABYTE} MB is not read",
            "Save a shorter part of it.",
        )
        return
    rows = Rows(table.source, table.encoding, table.dialect)
    yield from read_text(as_lines(rows), origin, how)
    yield from said_of_quotes(rows, table.source)


def as_lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as the text that a browser copies: a line for each, tabs between cells."""
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)


def read_records(table: Table, how: How) -> Iterator[Reading]:
    """The affected records of the table, then what is to be said of them."""
    source, layout = table.source, table.layout
    origin = source.origin()
    start = layout.first_row + (layout.header_at is not None)
    header_lines = table.ends[start - 1] if start else 0
    end = b"\r" if "\n" not in table.sample and "\r" in table.sample else b"\n"
    width = len(layout.columns)
    seen = survey(source, table.encoding, table.dialect, width, header_lines=header_lines, end=end)
    if seen.is_too_long:
        yield Trouble(
            origin, f"a line is longer than {LONGEST_LINE // _MEGABYTE} MB", "Save it as CSV again."
        )
        return
    shape = (
        Shape()
        if seen.is_regular
        else measure(Rows(source, table.encoding, table.dialect), start, width, table.dialect.delimiter)
    )
    columns = (
        unique_headings([*_written(table), *[""] * (shape.width - width)])
        if shape.width > width
        else layout.columns
    )

    yield reading_of(
        columns,
        BlockRows(Counted(table, start, columns, _written(table), shape).blocks()),
        origin,
        how,
        around=[*_lead_in(table), *_closing(table, start, seen.tail)],
        title=source.title,
        address=source.whereabouts,
    )
    if seen.misfit_line is not None:
        name = "UTF-8, read as Windows-1252" if table.encoding.startswith("utf-8") else table.encoding.upper()
        yield Trouble(
            source.origin(place=f"line {seen.misfit_line}"), f"a byte here is not {name}", is_part=False
        )
    if layout.header_at is None:
        yield no_headings(origin)
    yield from said_of_shape(shape, source, width)
    if table.dialect.delimiter != "\t" or source.format is not Format.PASTE:
        yield from said_of_empty(seen.empty, origin)
    if not table.dialect.is_quoted and table.dialect.delimiter != "\t":
        # Where no quote ever closes they are ordinary signs, which costs nothing; but one may have been meant otherwise.
        stray = re.search(rf'(?:^|{re.escape(table.dialect.delimiter)})"', table.sample, re.MULTILINE)
        line = len(_LINE_END.findall(table.sample, 0, stray.end())) + 1 if stray else 1
        yield broken(source.origin(place=f"line {line}"), 1)


def _written(table: Table) -> list[str]:
    at = table.layout.header_at
    return [""] * len(table.layout.columns) if at is None else table.rows[at]


_LINE_END = re.compile(r"\r\n|\r|\n")


def _lead_in(table: Table) -> list[str]:
    """The lines above the table."""
    first = table.layout.first_row
    lines = _LINE_END.split(table.sample)[: table.ends[first - 1]] if first else []
    stripped = (line.strip(f" {table.dialect.delimiter}\ufeff\u00a0") for line in lines)
    return [line for line in stripped if line and not line.casefold().startswith("sep=")]


def _closing(table: Table, start: int, tail: Sequence[str]) -> list[str]:
    """The lines below the table that tell how many rows there are: in a short text anywhere, in a long one at its end."""
    delimiter = table.dialect.delimiter
    width = len(table.layout.columns)
    beside = [row for row in table.rows[start:] if row and is_beside(row, width, delimiter)]
    lines = [delimiter.join(row) if (n := total_row([*row, ""])) is None else f"Total: {n}" for row in beside]
    stripped = (line.strip(f" {delimiter}") for line in (*lines, *tail))
    return list(dict.fromkeys(line for line in stripped if claim_of(line)))
