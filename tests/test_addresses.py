"""Addresses of the same records are one address, whichever page, host or order of the query."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.addresses import address_key, same_address

ERROR = "https://app.schoology.com/import/status/12/errors/7"


@pytest.mark.parametrize(
    "other",
    [
        ERROR + "#top",
        ERROR + "/",
        ERROR + "?page=3",
        ERROR + "?start=500&limit=500",
        "https://lms.example.org/import/status/12/errors/7?per_page=100",
        "http://APP.schoology.com/import/status/12/errors/7",
        "/import/status/12/errors/7",
    ],
)
def test_the_same_records_behind_another_spelling(other: str) -> None:
    assert same_address(ERROR, other)


@pytest.mark.parametrize(
    "other", ["", ERROR[:-1] + "8", ERROR + "?type=users", "https://app.schoology.com/", ERROR + "#/errors/8"]
)
def test_other_records_stay_apart(other: str) -> None:
    assert not same_address(ERROR, other)


def test_the_order_of_a_query_does_not_count() -> None:
    assert same_address("/errors?id=7&run=2&page=1", "/errors?run=2&id=7")


def test_a_route_behind_the_hash_is_part_of_the_address() -> None:
    assert same_address("/app#/errors/7", "https://app.schoology.com/app#/errors/7")


def test_nothing_is_not_the_same_as_nothing() -> None:
    assert not same_address("", "")


@given(st.text())
def test_any_text_has_a_key(text: str) -> None:
    assert isinstance(address_key(text), str)
