from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.fields import Columns, Field, field_of, unique_headings
from importlog_tui.model import Subject


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("User Unique ID", Field.UNIQUE_ID),
        ("Unique User ID", Field.UNIQUE_ID),
        ("school_uid", Field.UNIQUE_ID),
        ("\ufeffUNIQUE ID", Field.UNIQUE_ID),
        ("Schoology User ID", Field.SCHOOLOGY_ID),
        ("uid", Field.SCHOOLOGY_ID),
        ("E-mail Address", Field.EMAIL),
        ("primary_email", Field.EMAIL),
        ("First\u00a0Name *", Field.FIRST_NAME),
        ("First Name (Preferred)", Field.PREFERRED_NAME),
        ("Position/Job Title", Field.POSITION),
        ("Grading Period(s)", Field.GRADING_PERIOD),
        ("Section School Code", Field.SECTION_SCHOOL_CODE),
        ("section_code", Field.SECTION_CODE),
        ("Rows Affected", Field.ROWS_AFFECTED),
        ("Row #", Field.ROW_NUMBER),
        ("#", Field.ROW_NUMBER),
        ("Building", Field.SCHOOL),
    ],
)
def test_headings_of_the_field_are_known_whatever_their_spelling(heading: str, field: Field) -> None:
    assert field_of(heading) is field


@pytest.mark.parametrize("heading", ["", "SIS ID", "User ID", "Homeroom", "Email (2)", "*", "id"])
def test_a_heading_that_could_mean_several_things_or_nothing_has_no_meaning(heading: str) -> None:
    assert field_of(heading) is None


def test_a_repeated_heading_and_a_blank_one_get_names_of_their_own() -> None:
    assert unique_headings(["X", "X", " ", "X", "", "Y "]) == (
        "X",
        "X (2)",
        "Column 3",
        "X (3)",
        "Column 5",
        "Y ",
    )


def test_a_written_heading_is_never_renamed_for_a_made_up_one() -> None:
    assert unique_headings(["X", "X", "X (2)", "", "Column 4"]) == (
        "X",
        "X (3)",
        "X (2)",
        "Column 4",
        "Column 4 (2)",
    )


@given(
    st.lists(
        st.sampled_from(["", "X", "X (2)", "X (2) (2)", "Column 1", "Column 2", "x"]) | st.text(), max_size=40
    )
)
def test_headings_are_always_unique_and_as_many_as_before(headings: list[str]) -> None:
    unique = unique_headings(headings)

    assert len(unique) == len(headings) == len(set(unique))
    assert all(unique)


def test_twenty_thousand_equal_headings_are_numbered_through() -> None:
    assert unique_headings(["X"] * 20_000)[-1] == "X (20000)"


def test_a_user_row_is_about_the_unique_id_and_never_about_schoologys_number() -> None:
    columns = Columns(["Schoology User ID", "Unique ID", "Last Name", "First Name"])

    assert columns.subject(["991", "0204117", "Lopez", "Maria"]) == Subject("0204117", None, "Lopez, Maria")
    assert Columns(["uid", "Email"]).subject(["991", "m@example.org"]) == Subject()


def test_an_enrollment_row_is_about_a_user_and_a_section_as_written() -> None:
    columns = Columns(["Course Code", "Section Code", "Section School Code", "Unique ID", "Course Name"])

    assert columns.subject(["ALG1 ", "01", "X-9", " 7", "Algebra"]) == Subject(" 7", "ALG1  01", None)
    assert columns.subject(["ALG1", " ", "X-9", "", ""]) == Subject(None, "ALG1 X-9", None)
    assert columns.subject(["ALG1"]) == Subject(None, "ALG1", None)


def test_a_course_row_has_the_name_of_its_section_or_course() -> None:
    columns = Columns(["Course Name", "Course Code", "Section Name", "Section School Code"])

    assert columns.subject(["Algebra I", "ALG1", "Period 2", "X-9"]) == Subject(None, "ALG1 X-9", "Period 2")
    assert columns.subject(["Algebra I", "ALG1", "", "X-9"]).name == "Algebra I"


def test_half_a_name_is_better_than_none_and_the_full_name_better_than_half() -> None:
    columns = Columns(["First Name", "Last Name", "Full Name"])

    assert columns.subject(["", "Lopez", ""]).name == "Lopez"
    assert columns.subject(["", "Lopez", "Maria Lopez"]).name == "Maria Lopez"
    assert columns.subject([" ", "\t", ""]).name is None


def test_name_is_the_username_in_schoologys_own_export_and_a_persons_name_elsewhere() -> None:
    assert Columns(["uid", "school_uid", "name", "mail"]).index(Field.USERNAME) == 2
    assert Columns(["uid", "school_uid", "name"]).subject(["1", "a", "Maria Lopez"]).name == "Maria Lopez"


def test_a_districts_own_headings_come_first() -> None:
    columns = Columns(["Student ID", "Role"], {"student_id": Field.UNIQUE_ID, "ROLE": Field.POSITION})

    assert columns.subject(["17", "x"]).user == "17"
    assert (columns.index(Field.POSITION), columns.index(Field.ROLE)) == (1, None)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12", 12),
        (" 1,214 ", 1214),
        ("007", 7),
        ("", None),
        ("-3", None),
        ("²", None),
        ("1.5", None),
        ("9" * 30, None),
    ],
)
def test_the_printed_row_number_is_read_where_it_is_one(cell: str, number: int | None) -> None:
    assert Columns(["Email", "Row"]).number(["x", cell]) == number


def test_known_headings_are_counted() -> None:
    assert Columns(["Unique ID", "Homeroom", "Email", "Email"]).hits == 3
    assert Columns([]).hits == 0


def test_a_students_number_is_the_key_only_where_no_other_column_is_or_may_be() -> None:
    assert Columns(["Student Number", "Surname"]).fields == (Field.UNIQUE_ID, Field.LAST_NAME)
    assert Columns(["Student Number", "Unique ID"]).fields == (None, Field.UNIQUE_ID)
    assert Columns(["Student Number", "SIS ID"]).fields == (None, None)
    assert Columns(["Student Number", "Person No"]).fields == (None, None)


def test_a_bare_course_or_section_is_the_name_beside_the_code() -> None:
    assert Columns(["Course No", "Course", "Section"]).fields == (Field.COURSE_CODE, Field.COURSE_NAME, None)
    assert Columns(["Course", "Surname"]).fields == (None, Field.LAST_NAME)
