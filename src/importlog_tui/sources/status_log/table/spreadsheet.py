"""XLS and XLSX: every sheet that holds a table is a reading of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.errors import SourceProblem
from importlog_tui.fields import Columns, Field
from importlog_tui.model import Trouble
from importlog_tui.sources.status_log.table.records import no_headings, reading_of
from importlog_tui.sources.status_log.table.shape import is_beside, said_of_empty
from importlog_tui.sources.status_log.table.text_file import as_lines, lists_a_log
from importlog_tui.sources.status_log.words import total_row
from importlog_tui.sources.tables.layout import Layout, find_layout
from importlog_tui.sources.tables.workbook import MOST_SHEETS, open_workbook, rows_of, said_of_hidden

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.model import Reading
    from importlog_tui.sources.source import Source
    from importlog_tui.sources.status_log import How


def read_spreadsheet(source: Source, how: How) -> Iterator[Reading]:
    """The tables of all sheets; a file that can't be read, or is too large to be, is a Trouble."""
    origin = source.origin()
    try:
        book = open_workbook(source)
    except SourceProblem as problem:
        yield Trouble(origin, problem.what, problem.remedy)
        return
    found = 0
    for number, name in enumerate(book.names):
        place = f"sheet {name}"
        if number == MOST_SHEETS:
            left = len(book.names) - number
            yield Trouble(
                origin, f"its last {left:,} sheets were not read", "Save what is needed of it as CSV."
            )
            break
        try:
            if not book.is_table(number):
                continue
            if book.is_hidden(number):
                yield said_of_hidden(source.origin(place=place))
                continue
            rows = rows_of(book, number)
        except SourceProblem as problem:
            yield Trouble(source.origin(place=place), problem.what, problem.remedy)
            continue
        if not any(any(row) for row in rows):
            continue
        layout = find_layout(rows, how.columns, is_forced=how.as_ == "records")
        if how.as_ == "log" or (layout is not None and how.as_ is None and lists_a_log(layout, rows)):
            from importlog_tui.sources.status_log.page.meaning import read_text

            found += 1
            yield from read_text(as_lines(rows), source.origin(place=place), how)
        elif layout is not None:
            found += 1
            yield from _records(source, how, number, place, rows, layout)
    if not found:
        yield Trouble(origin, "no sheet of it holds a table of records or a log", "Was it the right file?")


def _records(
    source: Source, how: How, number: int, place: str, rows: list[list[str]], layout: Layout
) -> Iterator[Reading]:
    start = layout.first_row + (layout.header_at is not None)
    around = [
        " ".join(cell for cell in row if cell) if (n := total_row(row)) is None else f"Total: {n}"
        for row in (
            *rows[: layout.first_row],
            *(row for row in rows[start:][-8:] if is_beside(row, len(row))),
        )
    ]
    origin = source.origin(place=place)
    # A column that has neither a heading nor a cell is only the sheet's used area.
    width = max((at for row in rows[layout.first_row :] for at, cell in enumerate(row, 1) if cell), default=0)
    columns = layout.columns[:width]
    reading = reading_of(
        columns,
        _lazily(source, number, start, columns, Columns(columns, how.columns), str(origin)),
        origin,
        how,
        around=[line for line in around if line],
        title=source.title,
        address=source.whereabouts,
    )
    reading.context = (*reading.context, place.removeprefix("sheet "))
    yield reading
    if layout.header_at is None:
        yield no_headings(origin)
    # What is empty below the last record is only the sheet's used area.
    filled = [at for at, row in enumerate(rows[start:]) if any(row)]
    yield from said_of_empty(filled[-1] + 1 - len(filled) if filled else 0, origin)


def _lazily(
    source: Source, number: int, start: int, columns: tuple[str, ...], known: Columns, where: str
) -> Iterator[tuple[int | None, tuple[str, ...]]]:
    """The records of one sheet. The file is opened again, so that many sheets waiting for their turn take no memory."""
    try:
        rows = rows_of(open_workbook(source), number)
    except SourceProblem as problem:
        raise SourceProblem(problem.what, where=where, remedy=problem.remedy) from problem
    width, has_numbers = len(columns), known.index(Field.ROW_NUMBER) is not None
    heading = rows[start - 1] if start else None
    for row in rows[start:]:
        if any(row) and row != heading and not is_beside(row, width):
            yield known.number(row) if has_numbers else None, tuple(row[:width])
