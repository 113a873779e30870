"""Spreadsheets that say one thing and are another: none makes the library take memory for what is not there."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest
import xlwt

from tests.sources.reading import cells, readings, table, tables, troubles, write

HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
FAR = {
    "plain": '<c r="XFD1048576"><v>1</v></c>',
    "apostrophes": "<c t='n' r='XFD1048576'><v>1</v></c>",
    "blanks": '<c  r = "XFD1048576" ><v>1</v></c>',
    "a line break": '<c\nr="XFD1048576"><v>1</v></c>',
    "small letters": '<c r="xfd1048576"><v>1</v></c>',
    "many attributes": f'<c {"a" * 200}="1" r="XFD1048576"><v>1</v></c>',
    "a name space": '<x:c r="XFD1048576"><x:v>1</x:v></x:c>',
    "not in order": '<c r="XFD1048576"><v>1</v></c></row><row r="3"><c r="A3"><v>1</v></c>',
    "no places": '</row><row r="1048576">' + "<c><v>1</v></c>" * 10_000,
}


def row(number: int, *texts: str) -> str:
    return (
        f'<row r="{number}">'
        + "".join(
            f'<c r="{letter}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
            for letter, text in zip("ABC", texts, strict=False)
        )
        + "</row>"
    )


def xlsx(path: Path, sheet: str, *, sheets: int = 1, strings: str = "") -> Path:
    """A workbook around the rows of one sheet, which may stand in it more than once."""
    names = "http://schemas.openxmlformats.org"
    listed = "".join(
        f'<sheet name="S{n}" sheetId="{n}" r:id="rId1" xmlns:r="{names}/officeDocument/2006/relationships"/>'
        for n in range(1, sheets + 1)
    )
    relation = '<Relationship Id="{}" Type="' + names + '/officeDocument/2006/relationships/{}" Target="{}"/>'
    relations = f'<Relationships xmlns="{names}/package/2006/relationships">{{}}</Relationships>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(
            "_rels/.rels", relations.format(relation.format("rId1", "officeDocument", "xl/workbook.xml"))
        )
        made.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{names}/spreadsheetml/2006/main"><sheets>{listed}</sheets></workbook>',
        )
        made.writestr(
            "xl/_rels/workbook.xml.rels",
            relations.format(
                relation.format("rId1", "worksheet", "worksheets/sheet1.xml")
                + relation.format("rId2", "sharedStrings", "sharedStrings.xml")
            ),
        )
        made.writestr("xl/worksheets/sheet1.xml", f"{HEAD}{sheet}</sheetData></worksheet>")
        made.writestr(
            "xl/sharedStrings.xml",
            f'<sst xmlns="{names}/spreadsheetml/2006/main" {strings}><si><t>a</t></si></sst>',
        )
    return path


ROWS = row(1, "Unique ID", "Last Name", "Email") + row(2, "1", "Lopez", "a@example.org")


def test_what_is_made_here_is_a_spreadsheet(tmp_path: Path) -> None:
    assert cells(table(readings(xlsx(tmp_path / "rows.xlsx", ROWS)))) == [("1", "Lopez", "a@example.org")]


@pytest.mark.parametrize("way", FAR)
def test_a_cell_far_away_is_refused_however_its_place_is_written(tmp_path: Path, way: str) -> None:
    path = xlsx(tmp_path / "rows.xlsx", f'{ROWS}<row r="1048576">{FAR[way]}</row>')

    (trouble,) = troubles(readings(path))

    assert "far apart" in trouble.what
    assert "CSV" in trouble.remedy


def test_a_stray_cell_in_the_last_row_costs_no_table(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "rows.xlsx", f'{ROWS}<row r="1048576"><c r="C1048576"><v>1</v></c></row>')

    assert len(tables(readings(path))) == 1


def test_a_number_of_texts_that_is_a_lie_is_refused(tmp_path: Path) -> None:
    (trouble,) = troubles(readings(xlsx(tmp_path / "rows.xlsx", ROWS, strings='uniqueCount="4294967295"')))

    assert "too large" in trouble.what


def test_one_sheet_listed_a_hundred_and_fifty_times_is_not_read_that_often(tmp_path: Path) -> None:
    found = readings(xlsx(tmp_path / "rows.xlsx", ROWS, sheets=150))

    assert len(tables(found)) == 100
    assert [trouble.what for trouble in troubles(found)] == ["its last 50 sheets were not read"]


@pytest.mark.parametrize("name", ["content.xml", "xl/workbook.bin"])
def test_other_kinds_of_spreadsheet_in_the_same_wrapping_are_refused(tmp_path: Path, name: str) -> None:
    path = xlsx(tmp_path / "rows.xlsx", ROWS)
    with zipfile.ZipFile(path, "a") as made:
        made.writestr(name, "x")

    assert "binary or an OpenDocument" in troubles(readings(path))[0].what


def xls(path: Path, *, sheets: int = 1, rows: int = 3, far: bool = False) -> bytes:
    book = xlwt.Workbook()
    for number in range(sheets):
        sheet = book.add_sheet(f"S{number}")
        for at, heading in enumerate(("Unique ID", "Last Name", "Email")):
            sheet.write(0, at, heading)
            for y in range(1, rows):
                sheet.write(y, at, f"{heading} {y}")
        if far:
            sheet.write(65_535, 255, "x")
    book.save(str(path))
    return path.read_bytes()


def test_an_old_spreadsheet_of_any_size_is_read_whole(tmp_path: Path) -> None:
    for rows in (3, 200, 20_000):
        write(tmp_path / "rows.xls", xls(tmp_path / "made.xls", rows=rows))

        assert len(cells(table(readings(tmp_path / "rows.xls")))) == rows - 1


def test_cells_far_apart_in_old_sheets_are_refused_since_all_are_held_at_once(tmp_path: Path) -> None:
    (trouble,) = troubles(
        readings(write(tmp_path / "rows.xls", xls(tmp_path / "made.xls", sheets=40, far=True)))
    )

    assert "far apart" in trouble.what


def test_what_an_old_sheet_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    data = bytearray(xls(tmp_path / "made.xls"))
    at = data.index(struct.pack("<HH", 0x0200, 14))
    struct.pack_into("<IIHH", data, at + 4, 0, 0xFFFFFFFF, 0, 0xFFFF)

    assert len(cells(table(readings(write(tmp_path / "rows.xls", bytes(data)))))) == 2


def test_sectors_that_lead_in_circles_are_damage(tmp_path: Path) -> None:
    data = bytearray(xls(tmp_path / "made.xls", rows=200))
    (place,) = struct.unpack_from("<I", data, 76)
    fat = 512 * (place + 1)
    links = struct.unpack_from("<128I", data, fat)
    start = next(number for number, link in enumerate(links) if link == number + 1)
    struct.pack_into("<I", data, fat + 4 * (start + 5), start)

    (trouble,) = troubles(readings(write(tmp_path / "rows.xls", bytes(data))))

    assert "damaged" in trouble.what
