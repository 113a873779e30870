"""XLS and XLSX: every sheet that holds a table is a reading of its own.

A spreadsheet is read whole by the library, in memory, so what it would grow to is found out first.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO

from importlog_tui.errors import SourceProblem
from importlog_tui.fields import Columns, Field
from importlog_tui.model import Trouble
from importlog_tui.sources.status_log.table.extent import Bomb
from importlog_tui.sources.status_log.table.inflate import check_zip
from importlog_tui.sources.status_log.table.layout import Layout, find_layout
from importlog_tui.sources.status_log.table.ole import cleaned
from importlog_tui.sources.status_log.table.records import no_headings, reading_of
from importlog_tui.sources.status_log.table.shape import is_beside
from importlog_tui.sources.status_log.table.text_file import as_lines, lists_a_log

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.model import Reading
    from importlog_tui.sources.status_log import How
    from importlog_tui.sources.status_log.source import Source

_LARGEST_XLS = 64 << 20
_MOST_SHEETS = 100
_REMEDY = "Open it in a spreadsheet program and save it as CSV."


def read_spreadsheet(source: Source, how: How) -> Iterator[Reading]:
    """The tables of all sheets; a file that can't be read, or is too large to be, is a Trouble."""
    from python_calamine import SheetTypeEnum

    origin = source.origin()
    try:
        sheets = _open(source)
    except SourceProblem as problem:
        yield Trouble(origin, problem.what, problem.remedy)
        return
    found = 0
    for number, name in enumerate(sheets.sheet_names):
        place = f"sheet {name}"
        if number == _MOST_SHEETS:
            left = len(sheets.sheet_names) - number
            yield Trouble(
                origin, f"its last {left:,} sheets were not read", "Save what is needed of it as CSV."
            )
            break
        try:
            if sheets.sheets_metadata[number].typ is not SheetTypeEnum.WorkSheet:
                continue
            rows = _rows(sheets, number)
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
        " ".join(cell for cell in row if cell)
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


def _lazily(
    source: Source, number: int, start: int, columns: tuple[str, ...], known: Columns, where: str
) -> Iterator[tuple[int | None, tuple[str, ...]]]:
    """The records of one sheet. The file is opened again, so that many sheets waiting for their turn take no memory."""
    try:
        rows = _rows(_open(source), number)
    except SourceProblem as problem:
        raise SourceProblem(problem.what, where=where, remedy=problem.remedy) from problem
    width, has_numbers = len(columns), known.index(Field.ROW_NUMBER) is not None
    heading = rows[start - 1] if start else None
    for row in rows[start:]:
        if any(row) and row != heading and not is_beside(row, width):
            yield known.number(row) if has_numbers else None, tuple(row[:width])


def _open(source: Source) -> Any:
    """The workbook. SourceProblem where it is none, is locked, or would grow out of hand."""
    from python_calamine import CalamineWorkbook, PasswordError

    try:
        with source.open() as file:
            is_zip = file.read(2) == b"PK"
            if is_zip:
                check_zip(file)
            elif source.size > _LARGEST_XLS:
                raise SourceProblem(
                    f"a spreadsheet of more than {_LARGEST_XLS >> 20} MB is not read", remedy=_REMEDY
                )
            file.seek(0)
            if _is_locked(file):
                raise PasswordError
            file.seek(0)
            data = file.read()
        return CalamineWorkbook.from_filelike(io.BytesIO(data if is_zip else cleaned(data)))
    except PasswordError as error:
        raise SourceProblem(
            "the spreadsheet is protected by a password",
            remedy="Open it with its password and save it as CSV.",
        ) from error
    except OSError as error:
        raise SourceProblem(f"it can't be read: {error.strerror or error}") from error
    except Bomb as error:
        raise SourceProblem(str(error), remedy=_REMEDY) from error
    except SourceProblem:
        raise
    except BaseException as error:
        raise _broken(error) from error


def _is_locked(file: BinaryIO) -> bool:
    # An encrypted XLSX lies in an OLE file, as a stream of this name.
    return file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" and "EncryptedPackage".encode(
        "utf-16-le"
    ) in file.read(1 << 20)


def _broken(error: BaseException) -> SourceProblem:
    """The problem behind what the library raised; a panic of its Rust half is no Exception."""
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
        raise error
    return SourceProblem("the spreadsheet is damaged, or is none", remedy=_REMEDY)


def _rows(sheets: Any, number: int) -> list[list[str]]:
    try:
        return [[text_of(cell) for cell in row] for row in sheets.get_sheet_by_index(number).to_python()]
    except BaseException as error:
        raise _broken(error) from error


def text_of(cell: float | str | bool | date | time | timedelta | None) -> str:
    """A cell as text: whole numbers without a point, dates in ISO form."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def is_spreadsheet(file: BinaryIO) -> bool:
    """Whether a ZIP file is an XLSX, whatever its name."""
    try:
        with zipfile.ZipFile(file) as archive:
            return any(name.lower().startswith("xl/") for name in archive.namelist())
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return False
