"""Files of the SIS and of Schoology: every form that they come in, and what has to be asked."""

from __future__ import annotations

import contextlib
import csv
import io
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importlog_tui.errors import SourceProblem
from importlog_tui.fields import Field
from importlog_tui.model import Kind, Trouble
from importlog_tui.roster import RosterReading, Unclear, Witness
from importlog_tui.sources import sis
from importlog_tui.sources.sis.passwords import INSTEAD
from importlog_tui.sources.tables.survey import LONGEST_LINE
from tests.sources.packages import ENROLLMENTS, USERS_11, district, packed
from tests.sources.reading import how, write
from tests.sources.test_spreadsheet import xls, xlsx

if TYPE_CHECKING:
    from pathlib import Path

USERS = [
    ["Unique ID", "Last Name", "First Name", "Email", "School"],
    ["0204117", "Lopez", "Maria", "MLopez@example.org", "0450"],
    ["204121", "Nguyen", "An", "anguyen@example.org ", "0460"],
]
ROWS = [tuple(row) for row in USERS[1:]]


def text_of(rows: list[list[str]], delimiter: str = ",") -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue()


class Read:
    """What a path gave."""

    def __init__(self, path: Path, witness: Witness = Witness.SIS, **known: Any) -> None:
        found = list(sis.read(path, how(**known), witness))
        self.tables = [each for each in found if isinstance(each, RosterReading)]
        self.unclear = [each for each in found if isinstance(each, Unclear)]
        self.troubles = [each for each in found if isinstance(each, Trouble)]

    @property
    def table(self) -> RosterReading:
        (only,) = self.tables
        return only

    def rows(self) -> list[tuple[str, ...]]:
        return [cells for _, cells in self.table.rows]


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        ("First Name,Preferred First Name,Middle Name,Last Name,User Name,Email,Unique ID,Role,School,Schoology ID", Kind.USERS),
        ("First Name,Last Name,Username,Email,User Unique ID,ROLE,Building,Grad Year,Additional Schools", Kind.USERS),
        ("Role,School Title,Unique User ID,First Name,Last Name,Email,Graduation Year", Kind.USERS),
        ("uid,school_uid,building_nid,name,mail", Kind.USERS),
        ("Course Name,Department,Course Code,Credits,Description,Section Name,Section School Code,Section Code,School,Grading Period", Kind.COURSES),
        ("course_code,course_title,section_title,section_school_code", Kind.COURSES),
        ("Course Code,Section Code,Section School Code,Unique ID,Enrollment Type,Grade Period", Kind.ENROLLMENTS),
        ("Status,Enrollment Type,Unique User ID,Course Code,Section Name,Section School Code", Kind.ENROLLMENTS),
        ("section_school_code,unique_user_id,enrollment_type", Kind.ENROLLMENTS),
    ],
)  # fmt: skip
def test_the_kind_is_told_from_the_headings(headings: str, kind: Kind, tmp_path: Path) -> None:
    path = write(tmp_path / "export.csv", f"{headings}\n{','.join('x' for _ in headings.split(','))}\n")
    found = Read(path)
    assert (found.table.kind, found.troubles) == (kind, [])


def test_the_keys_of_schoology_and_of_the_sis_are_never_mixed_up(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv", "uid,school_uid,name,mail,name_first,name_last\n41,204117,mlopez,m@x.org,M,L\n"
    )
    found = Read(path, Witness.DIRECTORY)
    assert found.table.fields == {
        "uid": Field.SCHOOLOGY_ID,
        "school_uid": Field.UNIQUE_ID,
        "name": Field.USERNAME,
        "mail": Field.EMAIL,
        "name_first": Field.FIRST_NAME,
        "name_last": Field.LAST_NAME,
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [("ENROLL.csv", Kind.ENROLLMENTS), ("sections 2026.csv", Kind.COURSES), ("export.csv", None)],
)
def test_a_file_name_is_a_hint_where_headings_leave_the_kind_open(
    name: str, kind: Kind | None, tmp_path: Path
) -> None:
    path = write(tmp_path / name, "Course Code,Section Code\nENG9,01\n")
    found = Read(path)
    assert [table.kind for table in found.tables] == ([] if kind is None else [kind])
    assert len(found.unclear) == (kind is None)
    assert Read(path, kind=Kind.COURSES).table.kind is Kind.COURSES


@pytest.mark.parametrize("heading", ["SIS ID", "ID", "User ID", "sis_id"])
def test_a_heading_that_may_mean_several_things_is_asked_about(heading: str, tmp_path: Path) -> None:
    path = write(tmp_path / "users.csv", f"{heading},Last Name,First Name,School\n1,Lopez,Maria,0450\n")
    found = Read(path)
    (asked,) = found.unclear
    assert (found.tables, asked.heading) == ([], heading)
    assert Field.UNIQUE_ID in asked.choices
    told = Read(path, columns={heading.upper(): Field.UNIQUE_ID})
    assert told.table.fields[heading] is Field.UNIQUE_ID
    remembered = {Witness.SIS: {heading: Field.UNIQUE_ID}}
    assert Read(path, remembered=remembered).tables
    assert Read(path, Witness.DIRECTORY, remembered=remembered).unclear


def test_it_is_not_asked_about_where_another_column_is_the_key(tmp_path: Path) -> None:
    path = write(tmp_path / "users.csv", "ID,Unique ID,Last Name,First Name\n7,1,Lopez,Maria\n")
    assert Read(path).table.fields["Unique ID"] is Field.UNIQUE_ID
    assert "ID" not in Read(path).table.fields


@pytest.mark.parametrize(
    "form", ["csv", "tsv", "semicolons", "pipes", "BOM", "UTF-16", "xlsx", "xls", "titled"]
)
def test_every_form_of_a_table_is_read(form: str, tmp_path: Path) -> None:
    match form:
        case "tsv" | "semicolons" | "pipes":
            delimiter = {"tsv": "\t", "semicolons": ";", "pipes": "|"}[form]
            path = write(tmp_path / "users.txt", text_of(USERS, delimiter))
        case "BOM":
            path = write(tmp_path / "users.csv", b"\xef\xbb\xbf" + text_of(USERS).encode())
        case "UTF-16":
            path = write(tmp_path / "users.csv", text_of(USERS).encode("utf-16"))
        case "xlsx":
            path = xlsx(tmp_path / "users.xlsx", {"Users": USERS, "Notes": [["nothing"]]})
        case "xls":
            path = xls(tmp_path / "users.xls", USERS)
        case "titled":
            path = write(tmp_path / "users.csv", f"Example Central School District\r\n\r\n{text_of(USERS)}")
        case _:
            path = write(tmp_path / "users.csv", text_of(USERS))
    found = Read(path)
    assert found.table.kind is Kind.USERS
    assert found.table.columns == tuple(USERS[0])
    lines = list(found.table.rows)
    assert [cells for _, cells in lines] == ROWS
    assert [line for line, _ in lines] == ([4, 5] if form == "titled" else [2, 3])


def test_a_workbook_may_hold_all_three(tmp_path: Path) -> None:
    sheets = {
        "People": USERS,
        "Courses": [
            ["Course Name", "Course Code", "Section Name", "Section Code"],
            ["English 9", "ENG9", "01", "01"],
        ],
        "Enrollments": [["Course Code", "Section Code", "Unique ID"], ["ENG9", "01", "0204117"]],
    }
    found = Read(xlsx(tmp_path / "all.xlsx", sheets))
    assert [(table.kind, table.origin.place) for table in found.tables] == [
        (Kind.USERS, "sheet People"),
        (Kind.COURSES, "sheet Courses"),
        (Kind.ENROLLMENTS, "sheet Enrollments"),
    ]


def test_a_page_that_calls_itself_a_spreadsheet_is_read(tmp_path: Path) -> None:
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in USERS)
    path = write(tmp_path / "users.xls", f"<html><body><table>{rows}</table></body></html>")
    assert [tuple(cell.strip() for cell in row) for row in Read(path).rows()] == [
        tuple(cell.strip() for cell in row) for row in ROWS
    ]


def test_every_row_has_the_line_that_it_begins_in(tmp_path: Path) -> None:
    data = b'Unique ID,Last Name,Email\r\n1,"Lo\r\npez",a@example.org\r\n\r\n2,Nguyen,b@example.org\r\n3,"O""Neil",\r\n'
    assert list(Read(write(tmp_path / "users.csv", data)).table.rows) == [
        (2, ("1", "Lo\r\npez", "a@example.org")),
        (5, ("2", "Nguyen", "b@example.org")),
        (6, ("3", 'O"Neil', "")),
    ]


def test_it_is_as_old_as_its_file(tmp_path: Path) -> None:
    path = write(tmp_path / "users.csv", text_of(USERS))
    os.utime(path, (1_795_478_400, 1_795_478_400))
    assert Read(path).table.taken_at == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    pasted = list(sis.read_paste(text_of(USERS), how(), Witness.SIS))
    assert isinstance(pasted[0], RosterReading)
    assert pasted[0].taken_at == how().clock.now


def test_passwords_are_replaced_before_anything_is_kept(tmp_path: Path) -> None:
    path = write(
        tmp_path / "users.csv",
        "Unique ID,Last Name,First Name,Pwd,Temporary Password,Passport\n1,L,M,s3cret,,x\n2,N,A, ,other-s3cret,y\n",
    )
    assert Read(path).rows() == [("1", "L", "M", INSTEAD, "", "x"), ("2", "N", "A", " ", INSTEAD, "y")]


def test_headings_in_the_middle_and_lines_that_are_none_are_left_out(tmp_path: Path) -> None:
    text = text_of(USERS) + "\r\n" + text_of(USERS) + "(2 rows affected)\r\n"
    found = Read(write(tmp_path / "users.csv", text))
    assert found.rows() == ROWS * 2


def test_rows_of_another_width_are_kept_and_said(tmp_path: Path) -> None:
    path = write(
        tmp_path / "users.csv",
        "Unique ID,Last Name,First Name,School\n1,L,M,0450,more\n2,N,A,0460\n3,R,B\n4,S,C,0450\n",
    )
    found = Read(path)
    assert found.table.columns == ("Unique ID", "Last Name", "First Name", "School", "Column 5")
    rows = found.rows()
    assert rows[0] == ("1", "L", "M", "0450", "more")
    assert rows[2] == ("3", "R", "B", "", "")
    assert found.table.is_whole
    assert {trouble.origin.place for trouble in found.troubles} == {"line 2", "line 4"}


def test_a_file_that_breaks_off_is_no_whole_extract(tmp_path: Path) -> None:
    whole = Read(write(tmp_path / "users.csv", text_of(USERS).removesuffix("\r\n")))
    assert whole.table.is_whole
    cut = Read(write(tmp_path / "users.csv", text_of(USERS)[:-12]))
    assert not cut.table.is_whole
    assert any("breaks off" in trouble.what and trouble.is_part for trouble in cut.troubles)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty file"),
        (b"\xef\xbb\xbf\r\n", "empty file"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "picture"),
        (b"1,2,3\n4,5,6\n", "no row of headings"),
        (b"PK\x03\x04" + bytes(100), "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "spreadsheet"),
        (b"Unique ID,Last Name\n" + b"x" * (LONGEST_LINE + (1 << 20)), "longer than"),
    ],
)
def test_what_is_no_table_is_said(data: bytes, said: str, tmp_path: Path) -> None:
    found = Read(write(tmp_path / "users.csv", data))
    assert found.tables == []
    assert any(said in trouble.what for trouble in found.troubles), found.troubles


def test_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    for night in ("22", "23"):
        (tmp_path / night).mkdir()
        write(tmp_path / night / "users.csv", text_of(USERS))
    write(tmp_path / "23" / "broken.csv", b"\x00\x01\x02")
    found = Read(tmp_path)
    assert [len(list(table.rows)) for table in found.tables] == [2, 2]
    assert len(found.troubles) == 1
    assert Read(tmp_path / "none").troubles[0].what.startswith("it can't be read")


CELLS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r\n\x1c\x1d\x1e\x85\u2028\u2029"),
    max_size=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8),
    end=st.sampled_from(["\n", "\r\n"]),
    breaks=st.booleans(),
)
def test_whatever_a_csv_writer_wrote_comes_back(
    rows: list[tuple[str, str, str]], end: str, breaks: bool, tmp_path: Path
) -> None:
    kept = [(f"u{number}", *row, "x") for number, row in enumerate(rows)]
    if breaks:
        kept = [(id_, first, f"{last}{end}b", email, x) for id_, first, last, email, x in kept]
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("Unique ID", "First Name", "Last Name", "Email", "School"), *kept])
    found = Read(write(tmp_path / "users.csv", file.getvalue().encode()))
    lines = list(found.table.rows)
    assert [cells for _, cells in lines] == kept
    assert [line for line, _ in lines] == list(range(2, 2 + len(kept) * (1 + breaks), 1 + breaks))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=300),
    name=st.sampled_from(["users.csv", "a.xlsx", "b.zip"]),
    is_table=st.booleans(),
)
def test_no_bytes_are_a_traceback(data: bytes, name: str, is_table: bool, tmp_path: Path) -> None:
    head = b"Unique ID,Last Name,First Name,School\n" if is_table else b""
    for table in Read(write(tmp_path / name, head + data)).tables:
        with contextlib.suppress(SourceProblem):
            assert all(len(cells) == len(table.columns) for _, cells in table.rows)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_to_a_package_is_a_traceback(data: st.DataObject, tmp_path: Path) -> None:
    content = bytearray(
        packed(tmp_path / "export.zip", district(data.draw(st.sampled_from(["1.1", "1.2"])))).read_bytes()
    )
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    path = write(tmp_path / "export.zip", bytes(content[: cut if data.draw(st.booleans()) else None]))
    for table in Read(path).tables:
        with contextlib.suppress(SourceProblem):
            list(table.rows)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=10), max_size=6))
def test_any_cells_in_a_package_are_kept(rows: list[list[str]], tmp_path: Path) -> None:
    width = len(ENROLLMENTS.splitlines()[0].split(","))
    wide = [[f"enr-{number}", *row, *[""] * width][:width] for number, row in enumerate(rows)]
    files = {**district(), "enrollments.csv": ENROLLMENTS.splitlines()[0] + "\r\n" + text_of(wide)}
    found = Read(packed(tmp_path / "export.zip", files))
    table = next(each for each in found.tables if each.kind is Kind.ENROLLMENTS)
    assert [list(cells[-width:]) for _, cells in table.rows] == wide
    assert "s3cret" in USERS_11
