"""A file that is a table by itself: CSV, TSV, XLS, XLSX, or a page that a program calls a spreadsheet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from importlog_tui.errors import SourceProblem
from importlog_tui.fields import unique_headings
from importlog_tui.model import RecordsReading, Trouble
from importlog_tui.roster import RosterReading, Unclear
from importlog_tui.sources.encoding import decode, encoding_of
from importlog_tui.sources.signature import binary_kind, text_kind
from importlog_tui.sources.sis.kinds import meaning_of
from importlog_tui.sources.sis.lines import Fitting, lined, numbered
from importlog_tui.sources.sis.passwords import without_passwords
from importlog_tui.sources.status_log.table.shape import Shape, measure, said_of_shape
from importlog_tui.sources.tables.delimited import Rows
from importlog_tui.sources.tables.layout import find_layout
from importlog_tui.sources.tables.survey import LONGEST_LINE, survey
from importlog_tui.sources.tables.text_table import find_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.roster import RosterReadings, Witness
    from importlog_tui.sources.source import Source
    from importlog_tui.sources.status_log import How
    from importlog_tui.sources.tables.layout import Layout
    from importlog_tui.sources.tables.text_table import Table

_HEAD: Final = 64 << 10
_NO_HEADINGS: Final = "no row of headings was found in it"
_ADD_THEM: Final = "Add them as its first line: the program knows columns by their headings."


def read_table(source: Source, how: How, witness: Witness) -> Iterator[RosterReadings]:
    """The tables of one file. OSError where it can't be read."""
    head = source.head(_HEAD)
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        yield Trouble(source.origin(), "empty file", "Was the export finished?")
        return
    kind = binary_kind(head)
    if kind in {"zip", "ole"}:
        yield from _sheets(source, how, witness)
    elif kind:
        yield Trouble(source.origin(), f"this is {kind}")
    elif (kind := text_kind(decode(head, encoding_of(head)))) == "page":
        yield from _page(source, how, witness)
    elif kind:
        yield Trouble(source.origin(), f"this is {kind.replace('har', 'a network recording')}, not a table")
    else:
        yield from _text(source, how, witness)


def _text(source: Source, how: How, witness: Witness) -> Iterator[RosterReadings]:
    table = find_table(source, how.headings(witness), is_forced=True)
    if table is None or table.layout.header_at is None:
        yield Trouble(source.origin(), _NO_HEADINGS, _ADD_THEM)
        return
    start = table.ends[table.layout.header_at]
    width = len(table.layout.columns)
    end = b"\r" if "\n" not in table.sample and "\r" in table.sample else b"\n"
    seen = survey(source, table.encoding, table.dialect, width, header_lines=start, end=end)
    if seen.is_too_long:
        yield Trouble(
            source.origin(), f"a line is longer than {LONGEST_LINE >> 20} MB", "Save it as CSV again."
        )
        return
    shape = Shape(width) if seen.is_regular else _measured(table, width)
    written = table.rows[table.layout.header_at]
    columns = _columns(table.layout, written, shape.width)
    is_cut = shape.shorter is not None and _breaks_off(seen.tail, source, table, width)
    fit = Fitting(written, width, len(columns), table.dialect.delimiter)
    yield from _reading(
        columns, lined(table, fit, start), source, how, witness, place="", is_whole=not is_cut
    )
    if is_cut:
        yield Trouble(
            source.origin(), "it breaks off in the middle of its last row", "Was the export finished?"
        )
    if seen.misfit_line is not None:
        name = "UTF-8, read as Windows-1252" if table.encoding.startswith("utf-8") else table.encoding.upper()
        place = f"line {seen.misfit_line}"
        yield Trouble(
            source.origin(place=place), f"a byte here is not {name}; Schoology takes UTF-8", is_part=False
        )
    yield from said_of_shape(replace(shape, lost=None), source, width)


def _measured(table: Table, width: int) -> Shape:
    start = (table.layout.header_at or 0) + 1
    rows = Rows(table.source, table.encoding, table.dialect)
    return measure(rows, start, width, table.dialect.delimiter)


def _breaks_off(tail: list[str], source: Source, table: Table, width: int) -> bool:
    """Whether the last line has fewer cells than there are columns and no end."""
    last = tail[-1] if tail else ""
    with source.open() as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            end = block[-4:]
    return (
        bool(last)
        and b"\n" not in end
        and b"\r" not in end
        and last.count(table.dialect.delimiter) < width - 1
    )


def _columns(layout: Layout, written: list[str], width: int) -> tuple[str, ...]:
    missing = width - len(layout.columns)
    return unique_headings([*written, *[""] * missing]) if missing > 0 else layout.columns


def _reading(
    columns: tuple[str, ...],
    rows: Iterator[tuple[int, tuple[str, ...]]],
    source: Source,
    how: How,
    witness: Witness,
    *,
    place: str,
    is_whole: bool = True,
) -> Iterator[RosterReadings]:
    origin = source.origin(place=place)
    name = f"{place.removeprefix('sheet ')} {source.title or source.name}"
    meaning = meaning_of(columns, origin, how, witness, name)
    if isinstance(meaning, Unclear):
        yield meaning
        return
    kind, fields = meaning
    kept = without_passwords(columns, rows)
    yield RosterReading(witness, kind, columns, kept, origin, source.written, fields, is_whole)


def _sheets(source: Source, how: How, witness: Witness) -> Iterator[RosterReadings]:
    from importlog_tui.sources.tables.workbook import (
        MOST_SHEETS,
        first_row,
        open_workbook,
        rows_of,
        said_of_hidden,
    )

    origin = source.origin()
    try:
        book = open_workbook(source)
    except SourceProblem as problem:
        yield Trouble(origin, problem.what, problem.remedy)
        return
    found = 0
    for number, name in enumerate(book.names[:MOST_SHEETS]):
        place = f"sheet {name}"
        if book.is_hidden(number):
            yield said_of_hidden(source.origin(place=place))
            continue
        try:
            rows = rows_of(book, number)
        except SourceProblem as problem:
            yield Trouble(source.origin(place=place), problem.what, problem.remedy)
            continue
        layout = find_layout(rows, how.headings(witness), is_forced=True) if any(map(any, rows)) else None
        if layout is None or layout.header_at is None:
            continue
        found += 1
        written, start = rows[layout.header_at], layout.header_at + 1
        width = max((at for row in rows[start - 1 :] for at, cell in enumerate(row, 1) if cell), default=0)
        columns = layout.columns[:width]
        fit = Fitting(written[:width], width, width)
        line = first_row(book, number) + start
        lines = _sheet_lines(source, number, fit, start, line, str(source.origin(place=place)))
        yield from _reading(columns, lines, source, how, witness, place=place)
    if not found:
        yield Trouble(origin, "no sheet of it holds a table with headings", _ADD_THEM)


def _sheet_lines(
    source: Source, number: int, fit: Fitting, start: int, line: int, where: str
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of one sheet. The file is opened again, so that many sheets waiting for their turn take no memory."""
    from importlog_tui.sources.tables.workbook import open_workbook, rows_of

    try:
        rows = rows_of(open_workbook(source), number)
    except SourceProblem as problem:
        raise SourceProblem(problem.what, where=where, remedy=problem.remedy) from problem
    yield from numbered(rows[start:], fit, line)


def _page(source: Source, how: How, witness: Witness) -> Iterator[RosterReadings]:
    """The tables of a page, as a SIS writes them that calls an HTML page XLS."""
    from importlog_tui.sources.status_log.recognise import read_source

    found = False
    for reading in read_source(source, replace(how, as_="records")):
        if isinstance(reading, RecordsReading):
            found = True
            rows = ((number, cells) for number, (_, cells) in enumerate(reading.rows, 1))
            yield from _reading(reading.columns, rows, source, how, witness, place=reading.origin.place)
        elif isinstance(reading, Trouble):
            yield reading
    if not found:
        yield Trouble(source.origin(), "this is a page without a table")
