"""Tables of affected records on a page: which table it is, its columns and rows, and how much of the whole it shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from importlog_tui.fields import USER_LINK
from importlog_tui.model import Format, Kind, Origin, Reading, RecordsReading
from importlog_tui.sources.status_log.page.meaning import read_page, read_text
from tests.sources.reading import cells, how, readings, runs, table, tables, troubles

ADDRESS = "https://example.schoology.com/import/status/12/errors/71"
HEADS = "<tr><th>Unique ID</th><th>Last Name</th><th>Email</th></tr>"
ROWS = "<tr><td>00412</td><td>Lopez</td><td>mlopez@example.org</td></tr><tr><td>00413</td><td>Nguyen</td><td></td></tr>"
READ = [("00412", "Lopez", "mlopez@example.org"), ("00413", "Nguyen", "")]


def page(body: str, *, head: str = "", address: str = "", **known: Any) -> list[Reading]:
    markup = f"<html><head>{head}</head><body>{body}</body></html>"
    return list(read_page(markup, Origin("records.html", Format.PAGE), how(**known), address=address))


def only(body: str, **known: Any) -> RecordsReading:
    return table(page(body, **known))


@pytest.mark.parametrize(
    "markup",
    [
        f"<table><thead>{HEADS}</thead><tbody>{ROWS}</tbody></table>",
        f"<table>{HEADS}{ROWS}</table>",
        f"<table>{HEADS.replace('th>', 'td>')}{ROWS}</table>",
        f"<table><tr><th colspan=3>Records</th></tr>{HEADS}{ROWS}</table>",
        f"<table>{HEADS}{ROWS}{HEADS}</table>",
        f"<table><tr><td><table>{HEADS}{ROWS}</table></td><td>Home</td></tr></table>",
        f"<div><table>{HEADS}</table></div><div><table>{ROWS}</table></div>",
        f"<details><summary>Records</summary><div hidden><table>{HEADS}{ROWS}</table></div></details>",
        "<table><tr><th><input type=checkbox></th><th>Unique ID</th><th>Last Name</th><th>Email</th></tr>"
        + ROWS.replace("<tr>", "<tr><td><input type=checkbox></td>") + "</table>",
        ("<div role=grid><div role=row><span role=columnheader>Unique ID</span><span role=columnheader>Last Name</span><span role=columnheader>Email</span></div>"
        "<div role=row><span role=gridcell>00412</span><span role=gridcell>Lopez</span><span role=gridcell>mlopez@example.org</span></div>"
        "<div role=row><span role=gridcell>00413</span><span role=gridcell>Nguyen</span><span role=gridcell></span></div></div>"),
        ("<div class=t><div><div>Unique ID</div><div>Last Name</div><div>Email</div></div>"
        "<div><div>00412</div><div>Lopez</div><div>mlopez@example.org</div></div><div><div>00413</div><div>Nguyen</div><div></div></div></div>"),
    ],
)  # fmt: skip
def test_records_in_any_markup(markup: str) -> None:
    reading = only(markup)

    assert reading.columns == ("Unique ID", "Last Name", "Email")
    assert cells(reading) == READ


def test_a_table_of_three_unknown_columns_is_records_that_may_be_something_else() -> None:
    reading = only(
        "<table><tr><th>Foo</th><th>Bar</th><th>Foo</th></tr><tr><td>1</td><td>2</td><td>3</td></tr></table>"
    )

    assert reading.columns == ("Foo", "Bar", "Foo (2)")
    assert not reading.is_certain


def test_two_unknown_columns_are_records_only_when_it_is_said() -> None:
    markup = "<table><tr><th>Foo</th><th>Bar</th></tr><tr><td>1</td><td>2</td></tr></table>"

    assert troubles(page(markup))
    assert cells(only(markup, as_="records")) == [("1", "2")]


def test_one_known_column_is_enough() -> None:
    assert cells(only("<table><tr><th>User Unique ID</th></tr><tr><td>007</td></tr></table>")) == [("007",)]


def test_cells_are_what_a_browser_shows() -> None:
    row = (
        "<tr><td> 00\n 12 </td><td>&nbsp;Lopez&nbsp;</td><td><a href='mailto:x'>m</a>@<b>example</b>.org<script>1</script>"
        "<span style='display: none'>sort</span><br>home</td></tr>"
    )

    assert cells(only(f"<table>{HEADS}{row}</table>")) == [
        ("00 12", "\u00a0Lopez\u00a0", "m@example.org home")
    ]


def test_spanned_columns_and_rows_are_filled_in() -> None:
    markup = """<table><tr><th rowspan=2>Unique ID</th><th colspan=2>Name</th></tr><tr><th>Last</th><th>First</th></tr>
      <tr><td rowspan=2>1</td><td>Lopez</td><td>Maria</td></tr><tr><td>Lopes</td><td>Mary</td></tr><tr><td>2</td><td colspan=2>unknown</td></tr></table>"""
    reading = only(markup)

    assert reading.columns == ("Unique ID", "Last", "First")
    assert cells(reading) == [("1", "Lopez", "Maria"), ("1", "Lopes", "Mary"), ("2", "unknown", "")]


def test_short_and_long_rows_lose_nothing() -> None:
    reading = only(
        f"<table>{HEADS}<tr><td>1</td></tr><tr><td>2</td><td>b</td><td>c</td><td>d</td></tr></table>"
    )

    assert reading.columns == ("Unique ID", "Last Name", "Email", "Column 4")
    assert cells(reading) == [("1", "", "", ""), ("2", "b", "c", "d")]


def test_a_remark_across_the_table_is_no_record() -> None:
    reading = only(f"<table>{HEADS}{ROWS}<tr><td colspan=3>Showing 1 - 2 of 9</td></tr></table>")

    assert cells(reading) == READ
    assert reading.claimed == 9


def test_the_printed_row_number_is_told() -> None:
    reading = only(
        "<table><tr><th>Row</th><th>Unique ID</th></tr><tr><td>1,204</td><td>7</td></tr><tr><td>-</td><td>8</td></tr></table>"
    )

    assert list(reading.rows) == [(1204, ("1,204", "7")), (None, ("-", "8"))]


def test_links_to_user_pages_become_a_column_of_numbers() -> None:
    linked = ROWS.replace("Lopez", "<a href='https://evil.example.org/user/48289/info?x'>Lopez</a>")
    reading = only(f"<table>{HEADS}{linked}</table>")

    assert reading.columns == ("Unique ID", "Last Name", "Email", USER_LINK)
    assert [row[3] for row in cells(reading)] == ["48289", ""]


def test_a_page_that_shows_schoologys_numbers_keeps_its_own_column() -> None:
    markup = "<table><tr><th>Schoology ID</th><th>Last Name</th></tr><tr><td>5</td><td><a href='/user/48289'>Lopez</a></td></tr></table>"

    assert only(markup).columns == ("Schoology ID", "Last Name")


@pytest.mark.parametrize(
    ("pager", "claimed", "first", "has_more"),
    [
        ("", None, 1, False),
        ("Showing 1 - 2 of 1,214", 1214, 1, True),
        ("Showing 1–2 of 57 <a href=?p=1>1</a> <a href=?p=2>2</a> <a href=?p=3>3</a>", 57, 1, True),
        ("1-2 of 1214", 1214, 1, True),
        ("Displaying 1 to 2 of 2 records", 2, 1, False),
        ("501&ndash;502 of 502", 502, 501, False),
        ("Showing 2 of 1,214 records", 1214, 1, True),
        ("1,214 records", 1214, 1, True),
        ("2 records", 2, 1, False),
        ("Page 1 of 3", None, 1, True),
        ("Page 2 of 3", None, 3, True),
        ("<a href='?page=2'>Next &rsaquo;</a>", None, 1, True),
        ("<a href='?page=2' aria-label='Next page'></a>", None, 1, True),
        ("<span>Next</span>", None, 1, False),
        ("<nav><a href='?page=2'>Next</a></nav>", None, 1, True),
        ("<a href='?page=2' rel=next>2</a>", None, 1, True),
    ],
)  # fmt: skip
def test_how_much_of_the_whole_is_shown(pager: str, claimed: int | None, first: int, has_more: bool) -> None:
    for markup in (
        f"<p>{pager}</p><table>{HEADS}{ROWS}</table>",
        f"<table>{HEADS}{ROWS}</table><div>{pager}</div>",
    ):
        reading = only(markup)

        assert (reading.claimed, reading.first, reading.has_more) == (claimed, first, has_more)


def test_the_last_page_of_numbered_ones_begins_where_full_pages_end() -> None:
    reading = only(f"<table>{HEADS}{ROWS}</table>Page 3 of 3", address=ADDRESS + "?page=3&limit=500")

    assert (reading.first, reading.has_more) == (1001, False)


def test_a_pager_in_the_tables_foot_is_no_record() -> None:
    reading = only(
        f"<table>{HEADS}<tbody>{ROWS}</tbody><tfoot><tr><td colspan=3>1 - 2 of 9</td></tr></tfoot></table>"
    )

    assert reading.claimed == 9
    assert cells(reading) == READ


def test_a_page_of_its_own_tells_whose_records_it_shows() -> None:
    (reading,) = page(
        "<nav><a>Users</a><a>Courses Import</a></nav><h1>Users Import</h1><p>Nov 22, 2026 1:02 am</p><h2>Email already in use</h2><p>9 rows affected</p>"
        f"<table><caption>Affected records</caption>{HEADS}{ROWS}</table>",
        head="<title>Records</title>",
        address=ADDRESS,
    )

    assert isinstance(reading, RecordsReading)
    assert reading.kind is Kind.USERS
    assert reading.when.at is not None
    assert reading.when.at.day == 22
    assert reading.claimed == 9
    assert reading.is_certain
    assert reading.addresses == (ADDRESS,)
    assert {"Records", "Users Import", "Email already in use", "Affected records"} <= set(reading.context)


def test_a_title_tells_as_well() -> None:
    reading = only(
        f"<table>{HEADS}{ROWS}</table>", head="<title>Course Enrollments Import, Nov 22, 2026 1:12 am</title>"
    )

    assert reading.kind is Kind.ENROLLMENTS
    assert reading.when.text == "Nov 22, 2026 1:12 am"


RUN = "<h2>Users Import</h2><p>Nov 23, 2026 1:02 am</p><p>Import complete with errors</p>"
OTHER = "<tr><td>00500</td><td>Smith</td><td>s@example.org</td></tr>"


@pytest.mark.parametrize(
    "errors",
    [
        (f"<details><summary>Email already in use (2 rows affected)</summary><table>{HEADS}{ROWS}</table></details>"
        f"<details><summary>Missing (1 rows affected)</summary><table>{HEADS}{OTHER}</table></details>"),
        (f"<table><tr><th>Error</th><th>Rows Affected</th></tr><tr><td>Email already in use</td><td>2</td></tr><tr><td colspan=2><table>{HEADS}{ROWS}</table></td></tr>"
        f"<tr><td>Missing</td><td>1</td></tr><tr style='display:none'><td colspan=2><table>{HEADS}{OTHER}</table></td></tr></table>"),
        f"<ul><li>Email already in use <b>2 rows affected</b><table>{HEADS}{ROWS}</table></li><li>Missing <b>1 rows affected</b><table>{HEADS}{OTHER}</table></li></ul>",
        ("<table><tr><th>Error</th><th>Rows Affected</th></tr><tr><td>Email already in use</td><td><a href='#a'>2</a></td></tr><tr><td>Missing</td><td><a href='#b'>1</a></td></tr></table>"
        f"<div id=a class=modal><table>{HEADS}{ROWS}</table></div><div id=b class=modal><table>{HEADS}{OTHER}</table></div>"),
        ("<table><tr><th>Error</th><th>Rows Affected</th></tr><tr><td>Email already in use</td><td>2</td></tr><tr><td>Missing</td><td>1</td></tr></table>"
        f"<h3>Email already in use</h3><table>{HEADS}{ROWS}</table><h3>Missing</h3><table>{HEADS}{OTHER}</table>"),
        (f"<div><button aria-controls=x>Email already in use</button> <span>2 rows affected</span></div><div><button aria-controls=y>Missing</button> <span>1 rows affected</span></div>"
        f"<div id=x hidden><table>{HEADS}{ROWS}</table></div><div id=y hidden><table>{HEADS}{OTHER}</table></div>"),
    ],
)  # fmt: skip
def test_records_beside_their_error_belong_to_it(errors: str) -> None:
    (run,) = page(RUN + errors)

    (found,) = runs([run])
    assert [(error.message, error.rows_affected) for error in found.errors] == [
        ("Email already in use", 2),
        ("Missing", 1),
    ]
    first, second = (error.records for error in found.errors)
    assert first is not None
    assert second is not None
    assert cells(first) == READ
    assert cells(second) == [("00500", "Smith", "s@example.org")]


def test_part_of_the_records_beside_an_error_stays_part() -> None:
    (run,) = runs(
        page(f"{RUN}<ul><li>Email already in use: 1,214 rows affected <table>{HEADS}{ROWS}</table></li></ul>")
    )

    records = run.errors[0].records
    assert records is not None
    assert records.claimed == 1214


def test_tables_of_the_page_itself_are_no_records() -> None:
    calendar = (
        "<table><tr>"
        + "".join(f"<th>{day}</th>" for day in ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"])
        + "</tr><tr>"
        + "<td>1</td>" * 7
        + "</tr></table>"
    )
    chooser = (
        "<div style='display:none'><table><tr><th>Column</th><th>Shown</th><th>Order</th></tr>"
        + "".join(f"<tr><td>{name}</td><td><input type=checkbox></td><td>1</td></tr>" for name in ("Unique ID", "Last Name", "Email")) + "</table></div>"
    )  # fmt: skip
    layout = "<table><tr><td><ul><li>Users</li></ul></td><td><p>Welcome</p></td><td><h3>Upcoming</h3></td></tr></table>"
    menu = "<table><tr><td>Home</td><td>Courses</td><td>Groups</td></tr></table>"
    errors = "<table><tr><th>Error</th><th>Rows Affected</th></tr><tr><td>Email already in use</td><td>9</td></tr></table>"

    log = page(menu + chooser + f"<main>{RUN}{errors}</main><aside>{calendar}{layout}</aside>")
    records = page(menu + calendar + chooser + f"<table>{HEADS}{ROWS}</table>" + layout)

    assert [type(reading).__name__ for reading in log] == ["RunReading"]
    assert runs(log)[0].errors[0].records is None
    assert cells(table(records)) == READ


def test_several_tables_of_records_are_all_read() -> None:
    assert [cells(reading) for reading in tables(page(f"<table>{HEADS}{ROWS}</table><p>Courses</p><table>{HEADS}{OTHER}</table>"))] == [
        READ, [("00500", "Smith", "s@example.org")],
    ]  # fmt: skip


def test_rows_are_read_only_when_they_are_asked_for() -> None:
    reading = only(f"<table>{HEADS}{ROWS * 300}</table>")

    assert next(reading.rows) == (None, READ[0])
    assert sum(1 for _ in reading.rows) == 599


def test_pasted_records_keep_the_blanks_of_their_cells() -> None:
    text = "Users Import\nNov 22, 2026 1:02 am\nUnique ID\tLast Name\tEmail\n00412\tLopez \t m@example.org\n00413\t\t\n\nShowing 1 - 2 of 9\n"
    reading = table(list(read_text(text, Origin("the paste", Format.PASTE), how())))

    assert cells(reading) == [("00412", "Lopez ", " m@example.org"), ("00413", "", "")]
    assert (reading.claimed, reading.has_more, reading.kind) == (9, True, Kind.USERS)


def test_a_file_beside_the_page_is_where_its_link_leads(tmp_path: Path) -> None:
    folder = tmp_path / "Status Log_files"
    folder.mkdir()
    (folder / "records 1.html").write_text(f"<html><body><table>{HEADS}{ROWS}</table></body></html>")
    log = tmp_path / "Status Log.html"
    log.write_text(
        f"<html><body>{RUN}<p>Email already in use <a href='Status%20Log_files/records%201.html#top'>2</a> rows affected</p></body></html>"
    )

    (run,) = runs(list(read_page(log.read_bytes(), Origin(log.name, Format.PAGE), how(), beside=tmp_path)))
    records = folder / "records 1.html"
    reading = table(
        list(
            read_page(
                records.read_bytes(),
                Origin("saved/Status Log_files/records 1.html", Format.PAGE),
                how(),
                beside=folder,
            )
        )
    )

    assert run.errors[0].address == str(records)
    assert reading.addresses == (str(records),)


def test_people_called_first_and_last_are_no_headings() -> None:
    people = "".join(f"<tr><td>30{n}</td><td>Last</td><td>First</td><td>HS</td></tr>" for n in range(3))
    heads = "<tr><th>Unique ID</th><th>Last Name</th><th>First Name</th><th>School</th></tr>"

    reading = only(f"<table><thead>{heads}</thead><tbody>{people}</tbody></table>")

    assert reading.columns == ("Unique ID", "Last Name", "First Name", "School")
    assert [row[0] for row in cells(reading)] == ["300", "301", "302"]


def test_rows_that_scroll_under_a_heading_of_their_own_table_belong_to_it() -> None:
    head = "<table><tr><th>Unique ID</th><th>Bus</th><th>Guardian</th></tr></table>"
    rows = "".join(f"<tr><td>20{n}</td><td></td><td>{'x' * n}</td></tr>" for n in range(3))

    reading = only(f"<div>{head}</div><div><table>{rows}</table></div>")

    assert reading.columns == ("Unique ID", "Bus", "Guardian")
    assert cells(reading) == [("200", "", ""), ("201", "", "x"), ("202", "", "xx")]


def test_blocks_with_one_known_heading_among_many_are_records() -> None:
    heads = "<div>Unique ID</div>" + "".join(f"<div>Field {n}</div>" for n in range(39))
    row = "<div>004117</div>" + "<div>&nbsp;</div>" * 39

    reading = only(f"<div><div>{heads}</div><div>{row}</div><div>{row}</div></div>")

    assert len(reading.columns) == 40
    assert cells(reading) == [("004117", *[""] * 39)] * 2


@pytest.mark.parametrize(
    ("told", "claimed"),
    [
        ("Error: Email already in use (2 rows)", 2),
        ("Error: Email already in use - 2 rows affected", 2),
        ("Error: Email already in use", None),
    ],
)
def test_a_page_of_records_that_names_its_run_and_its_error(told: str, claimed: int | None) -> None:
    found = only(f"<h2>Users import, 11/23/2026 1:06 AM</h2><p>{told}</p><table>{HEADS}{ROWS}</table>")

    assert (found.kind, found.when.text) == (Kind.USERS, "11/23/2026 1:06 AM")
    assert (found.message, found.claimed) == ("Email already in use", claimed)


def test_a_row_of_empty_cells_is_no_record_but_is_named() -> None:
    empty = "<tr><td></td><td>&nbsp;</td><td></td></tr>"
    found = page(f"<table>{HEADS}{ROWS}{empty}{empty}<tr><td colspan=3></td></tr></table>")

    assert cells(table(found)) == READ
    (trouble,) = troubles(found)
    assert "beside 2 records, 2 rows of empty cells" in trouble.what
    assert not trouble.is_part


def test_a_total_below_records_is_no_record() -> None:
    total = "<tr><td>Total</td><td>2</td><td></td></tr>"
    assert cells(only(f"<table>{HEADS}{ROWS}{total}</table>")) == READ


UPRIGHT = ["Unique ID", "Last Name", "Email", "00412", "Lopez", "mlopez@example.org", "00413", "Nguyen", ""]


def test_cells_that_style_sheets_alone_put_in_rows_are_records() -> None:
    body = "<div>" + "".join(f"<div>{cell}</div>" for cell in UPRIGHT) + "</div>"
    assert cells(only(f"<h1>Affected records</h1>{body}")) == READ


@pytest.mark.parametrize("end", ["", "\nShowing 1-2 of 2\n"])
def test_the_same_copied_as_a_cell_a_line_is_read_in_rows(tmp_path: Path, end: str) -> None:
    path = tmp_path / "paste.txt"
    path.write_text("Affected records\n" + "\n".join(UPRIGHT) + "\n" + end, encoding="utf-8")
    assert cells(table(readings(path, as_="records"))) == READ


def test_headings_to_choose_from_are_no_records() -> None:
    names = ["Unique ID", "Last Name", "Email", "Role", "School", "Grad Year"]
    found = page("<ul>" + "".join(f"<li>{name}</li>" for name in names) + "</ul>")
    assert tables(found) == []
