from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from importlog_tui.errors import SourceProblem
from importlog_tui.model import Kind
from importlog_tui.sources.source import Source
from importlog_tui.sources.status_log.recognise import read_source
from importlog_tui.sources.tables import delimited
from importlog_tui.sources.tables.text_table import find_table
from tests.sources.reading import cells, how, pasted, readings, runs, table, tables, troubles, write

HEADINGS = ("Unique ID", "Last Name", "First Name")
LOPEZ, NGUYEN = ("0204117", "Lopez", "Maria"), ("7", "Nguyen", " An ")


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_delimiter_line_ends_and_encoding_are_found_out(
    tmp_path: Path, delimiter: str, end: str, encoding: str
) -> None:
    rows = [HEADINGS, LOPEZ, ("7", "Núñez", " José ")]
    text = "".join(delimiter.join(row) + end for row in rows)

    found = readings(write(tmp_path / "rows.xls", text.encode(encoding)))

    assert table(found).columns == HEADINGS
    assert cells(table(found)) == rows[1:]
    assert not troubles(found)


@settings(max_examples=150)
@given(
    rows=st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=3, max_size=3),
        max_size=12,
    ),
    delimiter=st.sampled_from(",\t;|"),
    quote_all=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_csv_wrote_comes_back_exactly(
    rows: list[list[str]], delimiter: str, quote_all: bool, end: str, encoding: str
) -> None:
    rows = [["0" + row[0], row[1], row[2] + "."] for row in rows]
    # Python's own writer leaves a carriage return bare where lines end without one, and no reader can tell it from an end.
    assume(quote_all or end == "\r\n" or not any("\r" in cell for row in rows for cell in row))
    text = io.StringIO(newline="")
    quoting: Literal[0, 1] = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerows([HEADINGS, *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "rows", text.getvalue().encode(encoding))

        found = readings(path, as_="records")

        assert table(found).columns == HEADINGS
        assert cells(table(found)) == [tuple(row) for row in rows]
        assert not troubles(found)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=3000) | st.text('ab1,;\t|"\n\r\0é', max_size=400).map(str.encode))
def test_no_bytes_at_all_raise_anything(data: bytes) -> None:
    assume(data)
    # Past the guard of `read`, which would turn an exception into a trouble.
    found = list(read_source(Source("x", data), how(as_="records")))
    assert found
    for reading in tables(found):
        width = len(reading.columns)
        try:
            assert all(len(row) == width for _, row in reading.rows)
        except SourceProblem as problem:
            assert problem.where  # noqa: PT017 - a problem is allowed, but never without its place


def test_one_byte_of_windows_1252_late_in_a_large_file_is_read_and_said(tmp_path: Path) -> None:
    rows = "".join(f"{n},Lopez,Maria\n" for n in range(60_000))
    found = readings(
        write(tmp_path / "rows.csv", f"{','.join(HEADINGS)}\n{rows}".encode() + b"x,Mu\xf1oz,\xe9\n")
    )

    assert cells(table(found))[-1] == ("x", "Muñoz", "é")
    (said,) = troubles(found)
    assert (said.origin.place, said.is_part) == ("line 60002", False)
    assert "Windows-1252" in said.what


def test_bytes_that_windows_1252_leaves_open_are_kept_too(tmp_path: Path) -> None:
    found = readings(write(tmp_path / "rows.csv", b"Unique ID,Last Name\n1,\x81\x80\n"))

    assert cells(table(found)) == [("1", "\x81€")]


def test_titles_above_and_claims_below_are_no_records(tmp_path: Path) -> None:
    text = (
        "Users Import, Nov 23, 2026 1:02 am\nEmail already in use\n\nUnique ID,Last Name,First Name\n"
        "0204117,Lopez,Maria\n7,Nguyen, An \nShowing 1-2 of 1,214\n"
    )
    found = table(readings(write(tmp_path / "rows.csv", text)))

    assert (found.columns, found.claimed, found.has_more, found.kind) == (HEADINGS, 1214, True, Kind.USERS)
    assert found.context == (
        "Users Import, Nov 23, 2026 1:02 am",
        "Email already in use",
        "Showing 1-2 of 1,214",
        "rows.csv",
    )
    assert found.when.text == "Nov 23, 2026 1:02 am"
    assert found.is_certain
    assert cells(found) == [LOPEZ, NGUYEN]


def test_a_table_without_headings_is_told_by_its_values(tmp_path: Path) -> None:
    found = readings(write(tmp_path / "rows", "204117\tLopez\tm@example.org\n7\tNguyen\ta@example.org\n"))

    assert table(found).columns == ("Column 1", "Column 2", "Column 3")
    assert cells(table(found)) == [("204117", "Lopez", "m@example.org"), ("7", "Nguyen", "a@example.org")]
    assert [said.is_part for said in troubles(found)] == [False]


def test_unknown_headings_are_headings_all_the_same(tmp_path: Path) -> None:
    found = table(readings(write(tmp_path / "rows.csv", "Homeroom,Bus,Locker\nB2,7,11\n")))

    assert (found.columns, cells(found)) == (("Homeroom", "Bus", "Locker"), [("B2", "7", "11")])


def test_longer_rows_get_columns_of_their_own_and_shorter_ones_are_filled(tmp_path: Path) -> None:
    found = readings(
        write(tmp_path / "rows.csv", "Unique ID,Last Name,First Name\n1,Lopez\n2,a,b,c,d\n3,x,y\n")
    )

    assert table(found).columns == (*HEADINGS, "Column 4", "Column 5")
    assert cells(table(found)) == [
        ("1", "Lopez", "", "", ""),
        ("2", "a", "b", "c", "d"),
        ("3", "x", "y", "", ""),
    ]
    assert [(said.origin.place, said.is_part) for said in troubles(found)] == [
        ("line 3", False),
        ("line 2", False),
    ]


def test_a_longer_row_at_the_end_of_a_large_file_is_known_before_the_first_row_is_asked_for(
    tmp_path: Path,
) -> None:
    rows = "".join(f'{n},"Lopez, Jr",Maria\n' for n in range(50_000))
    found = readings(write(tmp_path / "rows.csv", f"{','.join(HEADINGS)}\n{rows}1,2,3,4\n"))

    assert table(found).columns == (*HEADINGS, "Column 4")
    assert cells(table(found))[-1] == ("1", "2", "3", "4")
    assert troubles(found)[0].origin.place == "line 50002"


@pytest.mark.parametrize("before", [0, 3, 90_000])
def test_a_quote_that_never_closes_costs_no_row(tmp_path: Path, before: int) -> None:
    good = "".join(f'{n},"Lopez, Jr",Maria\n' for n in range(before))
    text = f'{",".join(HEADINGS)}\n{good}7,"Nguyen,An\n8,a,b\n9,c,d\n'

    found = readings(write(tmp_path / "rows.csv", text))

    assert cells(table(found))[before:] == [("7", '"Nguyen', "An"), ("8", "a", "b"), ("9", "c", "d")]
    (said,) = troubles(found)
    assert (said.origin.place, said.is_part) == (f"line {before + 2}", True)


def test_a_runaway_quote_is_noticed_when_a_cell_grows_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = csv.field_size_limit(1000)
    try:
        rest = "".join(f'{n},"Lopez, Jr",Maria\n' for n in range(10)) + "8,a,b\n" * 500
        text = f'{",".join(HEADINGS)}\n{rest}9,"x,y\n' + "8,a,b\n" * 500
        found = readings(write(tmp_path / "rows.csv", text))

        assert len(cells(table(found))) == 1011
        assert [said.origin.place for said in troubles(found)] == ["line 512"]
    finally:
        csv.field_size_limit(limit)


def test_many_broken_quotes_are_counted_and_end_in_bounded_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "_MOST_BROKEN", 5)
    text = f'{",".join(HEADINGS)}\n1,"a, b",c\n' + '2,"Robert "Bob" Smith",x\n' * 50
    found = readings(write(tmp_path / "rows.csv", text))

    assert len(cells(table(found))) == 51
    (said,) = troubles(found)
    assert said.origin.place == "line 3"
    assert "4 more" in said.what


def test_a_file_that_grew_a_broken_quote_after_it_was_looked_at_says_so_at_its_end(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.csv", 'Unique ID,Last Name\n1,"Lopez, Jr"\n')
    found = table(readings(path))
    with path.open("a") as file:
        file.write('2,"Nguyen\n3,x\n')

    rows: list[tuple[str, ...]] = []
    with pytest.raises(SourceProblem, match="line 3"):
        rows.extend(row for _, row in found.rows)
    assert rows == [("1", "Lopez, Jr"), ("2", '"Nguyen'), ("3", "x")]


def test_a_vanished_file_is_a_problem_with_its_name(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.csv", "Unique ID,Last Name\n1,Lopez\n")
    found = table(readings(path))
    path.unlink()

    with pytest.raises(SourceProblem, match=r"rows\.csv"):
        next(found.rows)


def test_blank_lines_and_rows_of_nothing_but_separators_are_no_records(tmp_path: Path) -> None:
    found = readings(write(tmp_path / "rows.csv", "\n\nUnique ID,Last Name,\n\n1,Lopez,\n,,\n   \n,,\n"))

    assert cells(table(found)) == [("1", "Lopez", "")]
    assert not troubles(found)


def test_headings_that_come_again_with_the_next_page_are_no_record(tmp_path: Path) -> None:
    text = "Unique ID,Last Name,First Name\n1,a,b\nUnique ID,Last Name,First Name\n2,c,d\n"

    assert cells(table(readings(write(tmp_path / "rows.csv", text)))) == [("1", "a", "b"), ("2", "c", "d")]


def test_cells_keep_nul_breaks_quotes_zeros_and_exponents(tmp_path: Path) -> None:
    text = 'Unique ID,Last Name,First Name\n007,"a\n""b""",1.23E+05\n\t1 ,x\0y,=1+1\n'

    assert cells(table(readings(write(tmp_path / "rows.csv", text)))) == [
        ("007", 'a\n"b"', "1.23E+05"),
        ("\t1 ", "x\0y", "=1+1"),
    ]


def test_cells_of_megabytes_and_thousands_of_columns_are_read(tmp_path: Path) -> None:
    long = "x" * 5_000_000
    wide = ",".join(f"c{n}" for n in range(20_000))

    assert cells(table(readings(write(tmp_path / "a.csv", f"Unique ID,Last Name\n1,{long}\n")))) == [
        ("1", long)
    ]
    assert (
        len(cells(table(readings(write(tmp_path / "b.csv", f"{wide}\n{wide.replace('c', 'v')}\n"))))[0])
        == 20_000
    )


def test_excels_line_that_names_the_separator_is_obeyed(tmp_path: Path) -> None:
    found = table(readings(write(tmp_path / "rows.csv", "sep=;\r\nUnique ID;Last Name\r\n1;Lopez, Jr\r\n")))

    assert (found.columns, cells(found)) == (("Unique ID", "Last Name"), [("1", "Lopez, Jr")])


def test_the_printed_row_number_is_given_and_other_rows_have_none(tmp_path: Path) -> None:
    found = table(readings(write(tmp_path / "rows.csv", "Row,Unique ID\n12,a\nx,b\n")))

    assert list(found.rows) == [(12, ("12", "a")), (None, ("x", "b"))]


def test_a_bare_table_may_be_anything_until_the_person_says_what_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.csv", "Unique ID,Last Name\n1,Lopez\n")

    assert not table(readings(path)).is_certain
    assert table(readings(path, as_="records")).is_certain
    assert table(readings(path, kind=Kind.COURSES)).kind is Kind.COURSES


def test_a_list_of_keys_is_a_table_of_one_column(tmp_path: Path) -> None:
    assert cells(table(readings(write(tmp_path / "rows.txt", "Unique ID\n0017\n0018\n")))) == [
        ("0017",),
        ("0018",),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Hello, this is, a letter\nabout nothing, really\n",
        "Dear all, as said, and so on, the import\nfailed, again.\n\nBest, An\n",
        "One line only, with three, commas, in it",
    ],
)
def test_prose_with_commas_is_no_table(text: str) -> None:
    assert find_table(Source("letter.txt", text.encode()), {}) is None


def test_a_log_as_a_table_is_read_as_a_log(tmp_path: Path) -> None:
    text = (
        "Import,Last performed,Result,Errors\n"
        "Users Import,11/23/2026 01:02,Import complete with errors,2\n"
        "Courses Import,11/23/2026 01:07,Import completed successfully,0\n"
    )
    users, courses = runs(readings(write(tmp_path / "log.csv", text)))

    assert (users.kind, users.when.text, users.error_count) == (Kind.USERS, "11/23/2026 01:02", 2)
    assert (courses.kind, courses.error_count) == (Kind.COURSES, 0)


def test_errors_with_rows_affected_are_a_log_whatever_the_separator(tmp_path: Path) -> None:
    text = (
        "Import;Last performed;Error;Rows Affected\n"
        "Users Import;11/23/2026 01:02;Email already in use;9\n"
        "Users Import;11/23/2026 01:02;Missing required field;1,052\n"
    )
    (run,) = runs(readings(write(tmp_path / "log.csv", text)))

    assert [(error.message, error.rows_affected) for error in run.errors] == [
        ("Email already in use", 9),
        ("Missing required field", 1052),
    ]


def test_pasted_rows_keep_their_cells_with_and_without_headings() -> None:
    rows = '204117\t"Bo" Lopez\t Maria \tm@example.org\n204121\tNguyen\t\ta@example.org'

    assert cells(table(pasted(rows))) == [
        ("204117", '"Bo" Lopez', " Maria ", "m@example.org"),
        ("204121", "Nguyen", "", "a@example.org"),
    ]
    assert cells(table(pasted(f"Unique ID\tLast Name\tFirst Name\tEmail\n{rows}"))) == [
        ("204117", '"Bo" Lopez', " Maria ", "m@example.org"),
        ("204121", "Nguyen", "", "a@example.org"),
    ]


def test_rows_are_opened_only_when_they_are_iterated_and_can_be_left_half_read(tmp_path: Path) -> None:
    rows = "".join(f"{n},Lopez,Maria\n" for n in range(10_000))
    found = table(readings(write(tmp_path / "rows.csv", f"{','.join(HEADINGS)}\n{rows}")))

    assert [next(found.rows)[1][0] for _ in range(3)] == ["0", "1", "2"]
    found.rows.close()  # type: ignore[attr-defined]


def test_quotes_a_blank_apart_from_the_separator_hold_cells_together(tmp_path: Path) -> None:
    found = readings(write(tmp_path / "rows.csv", 'Unique ID, "Last Name"\n1, "Lopez, Jr"\n2, "Nguyen"\n'))

    assert (table(found).columns, cells(table(found))) == (
        ("Unique ID", "Last Name"),
        [("1", "Lopez, Jr"), ("2", "Nguyen")],
    )
    assert not troubles(found)


def test_the_menus_above_a_selected_page_name_no_import() -> None:
    menus = "Import\nUsers\nCourses\nCourse Enrollments\nAuto-Import\nSchools\n"
    found = table(pasted(f"{menus}Unique ID\tLast Name\tFirst Name\n1\tLopez\tMaria\n"))

    assert (found.kind, found.is_certain, cells(found)) == (None, False, [("1", "Lopez", "Maria")])


def test_a_claim_is_found_however_long_the_foot_of_the_page_is() -> None:
    foot = "Showing 1 - 1 of 30\n" + "Privacy\n" * 30
    found = table(pasted(f"Unique ID\tLast Name\tFirst Name\n1\tLopez\tMaria\n{foot}"))

    assert (found.claimed, cells(found)) == (30, [("1", "Lopez", "Maria")])


def test_messages_in_the_table_make_it_certain(tmp_path: Path) -> None:
    assert table(
        readings(write(tmp_path / "rows.csv", "Unique ID,Error Message\n1,Email already in use\n"))
    ).is_certain


def test_a_row_of_empty_cells_among_records_is_none_but_is_named(tmp_path: Path) -> None:
    text = "Unique ID,Last Name,Email\n1,Lopez,a@example.org\n,,\n2,Nguyen,b@example.org\n\n,,\n"

    found = readings(write(tmp_path / "rows.csv", text), as_="records")

    assert [row[0] for row in cells(table(found))] == ["1", "2"]
    (trouble,) = troubles(found)
    assert trouble.what.startswith("a row of empty cells")
    assert not trouble.is_part


def test_a_row_of_quoted_empty_cells_is_named_too(tmp_path: Path) -> None:
    text = '"Unique ID","Last Name","Email"\r\n"1","Lopez",""\r\n"","",""\r\n"2","Nguyen","b@example.org"\r\n"","",""\r\n'

    found = readings(write(tmp_path / "rows.csv", text), as_="records")

    assert [row[0] for row in cells(table(found))] == ["1", "2"]
    assert [trouble.what.split(" stood")[0] for trouble in troubles(found)] == ["a row of empty cells"]


def test_a_title_that_is_itself_a_known_word_is_no_heading(tmp_path: Path) -> None:
    text = "Affected Records\nNachname,Vorname,Unique ID\nLopez,Ana,0012\n"

    reading = table(readings(write(tmp_path / "rows.csv", text), as_="records"))

    assert reading.columns == ("Nachname", "Vorname", "Unique ID")
    assert cells(reading) == [("Lopez", "Ana", "0012")]


def test_lines_above_and_a_total_below_a_table_are_no_records(tmp_path: Path) -> None:
    text = "Affected records for: Email already in use\nExported: 11/24/2026 08:01\n\nUnique ID,Last Name,Email\n1,Lopez,\n2,Nguyen,\nGrand total,2,\n"

    reading = table(readings(write(tmp_path / "rows.csv", text), as_="records"))

    assert [row[0] for row in cells(reading)] == ["1", "2"]
    assert reading.claimed == 2
    assert "Affected records for: Email already in use" in reading.context
