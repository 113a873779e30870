"""Addresses: built from the configured address and a record, harmless whatever the record holds."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.fields import Columns, Field
from importlog_tui.links import MOST_SOUGHT, Link, LinkKind, Links
from importlog_tui.model import Record, Subject

BASE = "https://lms.example.org"
LINKS = Links(BASE)
SEARCH = f"{BASE}/users/manage/edit/moreinfo?search="


def record(values: dict[str, str]) -> Record:
    subject = Columns(tuple(values)).subject(tuple(values.values()))
    return Record(id=1, error_id=1, run_id=1, number=1, subject=subject, values=values)


def search(values: dict[str, str]) -> str | None:
    one = record(values)
    return LINKS.search(one.subject, one.values)


def test_a_row_with_schoologys_number_leads_to_the_users_own_page() -> None:
    link = LINKS.best(record({"User Unique ID": "204117", "Schoology User ID": " 98765432 "}))
    assert link == Link(f"{BASE}/user/98765432/info", "user page of 204117", LinkKind.USER)


def test_the_directorys_number_leads_there_where_the_row_has_none() -> None:
    bare, own = (
        record({"User Unique ID": "204117"}),
        record({"User Unique ID": "204117", "Schoology User ID": "1"}),
    )

    assert LINKS.best(bare, "987") == Link(f"{BASE}/user/987/info", "user page of 204117", LinkKind.USER)
    assert LINKS.user(own.subject, own.values, "987") == f"{BASE}/user/1/info"
    assert LINKS.best(bare, "../7") == Link(f"{SEARCH}204117", "user search for 204117", LinkKind.SEARCH)


def test_the_sis_key_is_never_taken_for_schoologys_number() -> None:
    one = record({"User Unique ID": "204117"})
    assert LINKS.user(one.subject, one.values) is None
    assert LINKS.best(one) == Link(f"{SEARCH}204117", "user search for 204117", LinkKind.SEARCH)


@pytest.mark.parametrize("number", ["", " ", "12a", "1/2", "../7", "１２", "-5", "1.0", "9" * 21, "1\n2"])
def test_a_number_that_is_not_plain_digits_makes_no_page(number: str) -> None:
    one = record({"Schoology User ID": number, "Unique ID": "7"})
    assert LINKS.user(one.subject, one.values) is None
    assert LINKS.best(one) == Link(f"{SEARCH}7", "user search for 7", LinkKind.SEARCH)


@pytest.mark.parametrize(
    ("values", "sought"),
    [
        (
            {"Email": "m@example.org", "Unique ID": "0042", "Username": "m", "Last Name": "L"},
            "0042",
        ),
        (
            {"Email": "m@example.org", "Unique ID": " ", "Username": "m", "Last Name": "L"},
            "m%40example.org",
        ),
        ({"Username": "mlopez", "First Name": "Maria", "Last Name": "Lopez"}, "mlopez"),
        ({"First Name": "Maria", "Last Name": "Lopez Díaz"}, "Maria%20Lopez%20D%C3%ADaz"),
        ({"Full Name": "Lopez, Maria"}, "Lopez%2C%20Maria"),
        ({"Course Code": "ENG9", "Section Code": "1", "Unique ID": "204117 "}, "204117"),
        (
            {"Unique ID": "a&role=1#x%20?y=\x1b]52;c;AA\x07+"},
            "a%26role%3D1%23x%2520%3Fy%3D%1B%5D52%3Bc%3BAA%07%2B",
        ),
        ({"Unique ID": "a\ud800b"}, "a%EF%BF%BDb"),
    ],
)
def test_the_search_takes_the_surest_thing_that_the_row_holds(values: dict[str, str], sought: str) -> None:
    assert search(values) == SEARCH + sought


def test_a_districts_own_heading_counts() -> None:
    links = Links(BASE, extra={"Lms No": Field.SCHOOLOGY_ID})
    assert links.user(Subject(), {"LMS no.": "12"}) == f"{BASE}/user/12/info"


def test_a_course_row_names_no_user_and_says_so() -> None:
    one = record({"Course Name": "English 9", "Course Code": "ENG9", "Section Code": "1", "Name": "English"})
    assert LINKS.best(one) is None
    assert LINKS.why_none(one) == "A course row names no user."
    empty = record({"Something": "x"})
    assert LINKS.best(empty) is None
    assert "no unique ID" in LINKS.why_none(empty)


def test_the_log_page_is_known_only_from_the_configuration() -> None:
    assert LINKS.log is None
    assert LINKS.log_link() is None
    page = f"{BASE}/import/log?page=2"
    assert Links(BASE, page).log_link() == Link(page, "Status Log", LinkKind.LOG)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        f"{BASE}/\x1b\\",
        f"{BASE}/a b",
        f"{BASE}/\n",
        f"{BASE}/é",
        "-e",
    ],
)
def test_a_link_can_not_be_made_of_anything_else(address: str) -> None:
    with pytest.raises(ValueError, match="not an address to open"):
        Link(address, "x", LinkKind.USER)


HEADINGS = ["Unique ID", "Schoology User ID", "Email", "Username", "First Name", "Last Name", "Name", "X"]


@given(st.dictionaries(st.sampled_from(HEADINGS), st.text(st.characters(), max_size=300)))
def test_no_cell_reaches_beyond_its_own_place_in_the_address(values: dict[str, str]) -> None:
    link = LINKS.best(record(values))
    if link is None:
        return
    assert link.address.isascii()
    assert link.address.isprintable()
    assert link.label.isprintable()
    parts = urlsplit(link.address)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "lms.example.org", "")
    if link.kind is LinkKind.USER:
        assert parts.path.split("/")[2].isdigit()
    else:
        assert parts.path == "/users/manage/edit/moreinfo"
        (sought,) = parse_qs(parts.query, keep_blank_values=True)["search"]
        assert 0 < len(sought) <= MOST_SOUGHT
