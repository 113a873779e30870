from __future__ import annotations

import io
import struct
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
import xlwt

from importlog_tui.errors import SourceProblem
from importlog_tui.model import Kind
from importlog_tui.sources.tables import inflate
from tests.sources.reading import cells, readings, runs, table, tables, troubles, write

if TYPE_CHECKING:
    from pathlib import Path

ROWS: list[list[Any]] = [
    ["Unique ID", "Last Name", "Grad Year", "Born", "Seen", "Share", "Active"],
    ["0204117", " Lopez ", 2027, date(2009, 3, 1), datetime(2026, 11, 23, 1, 2), 0.5, True],
    [204121, "Nguyen", 2028.0, "", "", 1e15, False],
]
TEXTS = [
    ("0204117", " Lopez ", "2027", "2009-03-01", "2026-11-23 01:02:00", "0.5", "TRUE"),
    ("204121", "Nguyen", "2028", "", "", "1000000000000000", "FALSE"),
]


def xlsx(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    day, minute = (
        book.add_format({"num_format": "yyyy-mm-dd"}),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    )
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(y, x, cell, minute)
                elif isinstance(cell, date):
                    sheet.write_datetime(y, x, datetime(cell.year, cell.month, cell.day), day)
                elif isinstance(cell, str):
                    sheet.write_string(y, x, cell)
                else:
                    sheet.write(y, x, cell)
    book.close()
    return path


def xls(path: Path, rows: list[list[Any]]) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Users")
    day, minute = xlwt.easyxf(num_format_str="YYYY-MM-DD"), xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM")
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            style = (
                minute
                if isinstance(cell, datetime)
                else day
                if isinstance(cell, date)
                else xlwt.Style.default_style
            )
            sheet.write(y, x, cell, style)
    book.save(str(path))
    return path


@pytest.mark.parametrize("name", ["rows.xlsx", "rows.csv", "rows"])
def test_an_xlsx_gives_its_cells_as_text_whatever_its_name(tmp_path: Path, name: str) -> None:
    found = table(readings(xlsx(tmp_path / "made.xlsx", {"Users": ROWS}).rename(tmp_path / name)))

    assert found.columns == tuple(ROWS[0])
    assert cells(found) == TEXTS
    assert found.origin.place == "sheet Users"
    assert not found.is_certain


def test_an_old_xls_gives_the_same(tmp_path: Path) -> None:
    found = table(readings(xls(tmp_path / "rows.csv", ROWS)))

    assert (found.columns, cells(found)) == (tuple(ROWS[0]), TEXTS)


def test_every_sheet_with_a_table_is_a_reading_and_empty_ones_are_passed_over(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "rows.xlsx",
        {
            "Nothing": [],
            "Users": ROWS,
            "Notes": [["Ask An"]],
            "Courses": [["Course Code", "Section Code"], ["A", "1"]],
        },
    )
    found = tables(readings(path))

    assert [reading.origin.place for reading in found] == ["sheet Users", "sheet Courses"]
    assert cells(found[1]) == [("A", "1")]


def test_titles_and_claims_of_a_sheet_are_no_records(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Users Import, Nov 23, 2026 1:02 am"],
        ["Email already in use"],
        [],
        ["Unique ID", "Last Name", "First Name"],
        ["1", "Lopez", "Maria"],
        [],
        ["Showing 1-1 of 1,214"],
    ]
    found = table(readings(xlsx(tmp_path / "rows.xlsx", {"Sheet1": rows})))

    assert (found.claimed, found.kind, cells(found)) == (1214, Kind.USERS, [("1", "Lopez", "Maria")])
    assert "Email already in use" in found.context


def test_a_log_in_a_sheet_is_read_as_a_log(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Import", "Last performed", "Error", "Rows Affected"],
        ["Users Import", "11/23/2026 01:02", "Email already in use", 9],
        ["Users Import", "11/23/2026 01:02", "Missing required field", 52],
    ]
    (run,) = runs(readings(xlsx(tmp_path / "log.xlsx", {"Log": rows})))

    assert [(error.message, error.rows_affected) for error in run.errors] == [
        ("Email already in use", 9),
        ("Missing required field", 52),
    ]


def test_a_damaged_spreadsheet_is_named_with_what_to_do(tmp_path: Path) -> None:
    whole = xlsx(tmp_path / "rows.xlsx", {"Users": ROWS}).read_bytes()
    damaged = [
        write(tmp_path / "cut.xlsx", whole[: len(whole) // 2]),
        write(tmp_path / "changed.xlsx", whole.replace(b"PK\x03\x04", b"PK\x03\x05", 3)),
        write(tmp_path / "ole.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000),
        write(tmp_path / "cut.xls", xls(tmp_path / "whole.xls", ROWS).read_bytes()[:3000]),
    ]
    for path in damaged:
        found = readings(path)
        assert [trouble.is_part for trouble in troubles(found)] == [True]
        assert not tables(found)


def test_every_cut_of_a_spreadsheet_is_a_trouble_or_a_table_never_an_exception(tmp_path: Path) -> None:
    for whole in (
        xlsx(tmp_path / "a.xlsx", {"Users": ROWS}).read_bytes(),
        xls(tmp_path / "a.xls", ROWS).read_bytes(),
    ):
        for at in range(8, len(whole), max(1, len(whole) // 40)):
            changed = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
            for data in (whole[:at], changed):
                for reading in tables(readings(write(tmp_path / "x", data))):
                    list(reading.rows)


def test_a_protected_spreadsheet_is_named_with_what_to_do(tmp_path: Path) -> None:
    data = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 2000
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 2000
    )
    (trouble,) = troubles(readings(write(tmp_path / "rows.xlsx", data)))

    assert "password" in trouble.what
    assert "CSV" in trouble.remedy


def bomb(path: Path, size: int, *, lie: bool) -> Path:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=False) as part:
            for _ in range(size >> 20):
                part.write(bytes(1 << 20))
    raw = data.getvalue()
    if lie:
        raw = raw.replace(struct.pack("<I", size), struct.pack("<I", 100))
    return write(path, raw)


@pytest.mark.parametrize("lie", [False, True])
def test_a_zip_bomb_is_refused_before_it_grows(tmp_path: Path, lie: bool) -> None:
    (trouble,) = troubles(readings(bomb(tmp_path / "rows.xlsx", 64 << 20, lie=lie)))

    assert "too large" in trouble.what
    assert "CSV" in trouble.remedy


def test_cells_at_the_far_corners_of_a_sheet_are_refused_before_room_is_made(tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "Unique ID")
    sheet.write(1_048_575, 16_383, "x")
    book.close()

    (trouble,) = troubles(readings(path))

    assert "far apart" in trouble.what


def test_a_sheet_of_ordinary_size_is_no_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflate, "_SUSPECT", 0)
    rows = [["Unique ID", "Last Name", "First Name"], *[[str(n), f"Lopez {n}", "Maria"] for n in range(3000)]]

    assert len(cells(table(readings(xlsx(tmp_path / "rows.xlsx", {"Users": rows}))))) == 3000


def test_other_zip_files_are_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "rows.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<x/>")

    assert "ZIP" in troubles(readings(tmp_path / "rows.xlsx"))[0].what


def test_a_spreadsheet_that_vanished_before_its_rows_were_asked_for_is_named(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "rows.xlsx", {"Users": ROWS})
    found = table(readings(path))
    path.unlink()

    with pytest.raises(SourceProblem, match=r"rows\.xlsx, sheet Users"):
        next(found.rows)


def test_a_sheet_that_is_only_a_chart_is_passed_over(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "rows.xlsx"))
    sheet = book.add_worksheet("Users")
    for y, row in enumerate([["Unique ID", "Last Name"], ["1", "Lopez"]]):
        sheet.write_row(y, 0, row)
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=Users!$A$2:$A$2"})
    book.add_chartsheet("Chart").set_chart(chart)
    book.close()

    found = readings(tmp_path / "rows.xlsx")

    assert not troubles(found)
    assert cells(table(found)) == [("1", "Lopez")]


def test_leading_zeros_that_a_cells_format_shows_are_kept(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "ids.xlsx"))
    six, five, money = (book.add_format({"num_format": form}) for form in ("000000", "00000;-0", "0.00"))
    sheet = book.add_worksheet("All & more")
    sheet.write_row(2, 1, ["Unique ID", "Last Name", "School", "Amount"])
    for n in range(3):
        sheet.write_number(3 + n, 1, 4117 + n, six)
        sheet.write_string(3 + n, 2, "7", six)
        sheet.write_number(3 + n, 3, 42, five if n else None)
        sheet.write_number(3 + n, 4, 7, money)
    book.close()

    reading = table(readings(tmp_path / "ids.xlsx", as_="records", kind=Kind.USERS))

    assert cells(reading) == [
        ("004117", "7", "42", "7"),
        ("004118", "7", "00042", "7"),
        ("004119", "7", "00042", "7"),
    ]


def test_a_code_that_a_format_makes_of_a_number_is_kept_as_shown(tmp_path: Path) -> None:
    forms = ('"S_"00000', "000-00-0000", "\\E#", "#,##0", "0.00%", "yyyy-mm-dd")
    new = xlsxwriter.Workbook(str(tmp_path / "ids.xlsx"))
    old = xlwt.Workbook()
    sheet, old_sheet = new.add_worksheet("Users"), old.add_sheet("Users")
    for n, form in enumerate(forms):
        sheet.write(0, n, f"Unique ID {n}" if n else "Unique ID")
        sheet.write_number(1, n, 12045, new.add_format({"num_format": form}))
        old_sheet.write(0, n, f"Unique ID {n}" if n else "Unique ID")
        old_sheet.write(1, n, 12045, xlwt.easyxf(num_format_str=form))
    new.close()
    old.save(str(tmp_path / "ids.xls"))

    codes = ("S_12045", "000-01-2045", "E12045")
    for name in ("ids.xlsx", "ids.xls"):
        assert cells(table(readings(tmp_path / name, as_="records", kind=Kind.USERS)))[0][:5] == (
            *codes,
            "12045",
            "12045",
        )


def test_leading_zeros_of_an_xls_are_kept(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sch\u00fcler")
    six = xlwt.easyxf(num_format_str="000000")
    for column, heading in enumerate(("Unique ID", "School", "Last Name")):
        sheet.write(0, column, heading)
    for row in (1, 2):
        # Numbers side by side lie in one record of the file, others in one each.
        sheet.write(row, 0, 4117 + row, six)
        sheet.write(row, 1, 42 if row == 1 else 42.5, six)
        sheet.write(row, 2, "7", six)
    book.save(str(tmp_path / "ids.xls"))

    reading = table(readings(tmp_path / "ids.xls", as_="records", kind=Kind.USERS))

    assert cells(reading) == [("004118", "000042", "7"), ("004119", "42.5", "7")]


def test_merged_cells_hidden_sheets_and_totals_are_taken_as_they_are_seen(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "rows.xlsx"))
    hidden = book.add_worksheet("Old")
    hidden.write_row(0, 0, ["Unique ID", "Last Name", "School"])
    hidden.write_row(1, 0, ["9", "Gone", "HS"])
    sheet = book.add_worksheet("Rows")
    sheet.activate()
    hidden.hide()
    sheet.write_row(0, 0, ["Unique ID", "Last Name", "School"])
    sheet.merge_range(1, 2, 2, 2, "HS")
    sheet.write_row(1, 0, ["01", "Lopez"])
    sheet.write_row(2, 0, ["02", "Nguyen"])
    for column, value in enumerate(["03", "Brown", "MS"]):
        sheet.merge_range(3, column, 4, column, value)  # a record two rows high
    sheet.write_row(5, 0, ["Total", 3])
    book.close()

    found = readings(tmp_path / "rows.xlsx", as_="records", kind=Kind.USERS)

    reading = table(found)
    assert cells(reading) == [("01", "Lopez", "HS"), ("02", "Nguyen", "HS"), ("03", "Brown", "MS")]
    assert reading.claimed == 3
    assert [(t.origin.place, t.is_part) for t in troubles(found) if "hidden" in t.what] == [
        ("sheet Old", False)
    ]


def test_an_open_document_spreadsheet_is_named_with_its_remedy(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "rows.csv", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")

    (trouble,) = troubles(readings(tmp_path / "rows.csv"))

    assert trouble.what == "this is an OpenDocument spreadsheet; save it as XLSX or CSV"
