"""XLS and XLSX files opened: the library reads a spreadsheet whole, in memory, so what it would grow to is found out first."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO

from importlog_tui.errors import SourceProblem
from importlog_tui.model import Trouble
from importlog_tui.sources.tables.extent import Bomb
from importlog_tui.sources.tables.inflate import check_zip
from importlog_tui.sources.tables.number_format import shown
from importlog_tui.sources.tables.ole import cleaned
from importlog_tui.sources.tables.ole_formats import OleFormats
from importlog_tui.sources.tables.zeros import Zeros

if TYPE_CHECKING:
    from importlog_tui.model import Origin
    from importlog_tui.sources.source import Source

_LARGEST_XLS = 64 << 20
MOST_SHEETS = 100
_MOST_MERGED = 1_000_000
_REMEDY = "Open it in a spreadsheet program and save it as CSV."


@dataclass(frozen=True)
class Workbook:
    """A spreadsheet file; `sheets` is the library's own object, `formats` knows what is shown around its numbers."""

    sheets: Any
    formats: Zeros | OleFormats

    @property
    def names(self) -> list[str]:
        """Of the sheets, in order."""
        names: list[str] = self.sheets.sheet_names
        return names

    def is_table(self, number: int) -> bool:
        """Whether a sheet has cells, and is not a chart or a macro."""
        from python_calamine import SheetTypeEnum

        return bool(self.sheets.sheets_metadata[number].typ is SheetTypeEnum.WorkSheet)

    def is_hidden(self, number: int) -> bool:
        """Whether a sheet is kept from whoever opens the file."""
        from python_calamine import SheetVisibleEnum

        return bool(self.sheets.sheets_metadata[number].visible is not SheetVisibleEnum.Visible)


def said_of_hidden(origin: Origin) -> Trouble:
    """The remark for a sheet that is hidden: nobody meant it to be seen."""
    return Trouble(
        origin,
        "the sheet is hidden and was not read",
        "To have it read, show it and save the file.",
        is_part=False,
    )


def open_workbook(source: Source) -> Workbook:
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
        sheets = CalamineWorkbook.from_filelike(io.BytesIO(data if is_zip else cleaned(data)))
        return Workbook(sheets, Zeros(data) if is_zip else OleFormats(data))
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


def rows_of(book: Workbook, number: int) -> list[list[str]]:
    """All rows of a sheet; SourceProblem where it is damaged."""
    try:
        sheet = book.sheets.get_sheet_by_index(number)
        rows = [[text_of(cell) for cell in row] for row in sheet.to_python()]
        top, left = sheet.start or (0, 0)
        merged = sheet.merged_cell_ranges or []
    except BaseException as error:
        raise _broken(error) from error
    for (column, shape), places in book.formats.of(book.names[number]).items():
        for place in places:
            row = rows[place - top] if 0 <= place - top < len(rows) else []
            if 0 <= column - left < len(row) and row[column - left].isdecimal():
                row[column - left] = shown(shape, row[column - left])
    _fill(rows, [(first - top, last - top, column - left) for (first, column), (last, _) in merged])
    return rows


def _fill(rows: list[list[str]], merged: list[tuple[int, int, int]]) -> None:
    """Give each row its part of a cell merged over several; a row that is nothing but such parts stays empty: it is the one above."""
    high = [(first, min(last, len(rows) - 1), column) for first, last, column in merged if last > first >= 0]
    below = [(at, first, column) for first, last, column in high for at in range(first + 1, last + 1)]
    own = {at for at, _, _ in below[:_MOST_MERGED] if any(rows[at])}
    for at, first, column in below[:_MOST_MERGED]:
        if at in own and 0 <= column < len(rows[first]):
            rows[at][column] = rows[at][column] or rows[first][column]


def first_row(book: Workbook, number: int) -> int:
    """The number, from 1, of the row that `rows_of` begins with: empty ones above it are left out."""
    start = book.sheets.get_sheet_by_index(number).start
    return 1 + (start[0] if start else 0)


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
