"""What rows have in common, against the rows that pass."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.triage.common import counted, features, in_common, sentence


def told(failing: dict[str, list[str]], passing: dict[str, list[str]] | None = None) -> list[str]:
    return [
        sentence(each)
        for each in in_common(
            {column: Counter(cells) for column, cells in failing.items()},
            {column: Counter(cells) for column, cells in (passing or {}).items()},
        )
    ]


def test_the_building_that_all_come_from_is_named_against_the_rest() -> None:
    failing = {"School": ["0450"] * 38, "Last Name": [f"Name{n}" for n in range(38)]}
    passing = {"School": ["0450"] * 12 + ["0460"] * 88, "Last Name": [f"Name{n}" for n in range(100)]}

    assert told(failing, passing)[0] == "all 38: School is 0450 (12 % of the rows that pass)"


def test_what_the_rows_that_pass_have_as_well_is_not_said() -> None:
    assert told({"Role": ["Student"] * 9}, {"Role": ["Student"] * 95 + ["Teacher"] * 5}) == []


def test_derived_features_are_found() -> None:
    failing = {"Username": ["m lopez", "a nguyen", "j smith"], "Email": ["a@x.org", "bb@X.org", "cccc@x.org"]}
    passing = {"Username": ["mlopez", "anguyen", "jsmith"], "Email": ["a@y.org", "bb@y.org"]}

    found = told(failing, passing)

    assert "all 3: Username has a space (none of the rows that pass)" in found
    assert "all 3: Email is at x.org (none of the rows that pass)" in found


def test_empty_cells_and_blanks_at_the_end_are_features() -> None:
    assert list(features(" ")) == ["is empty"]
    assert "has a trailing space" in features("mlopez ")
    assert "is a number as Excel writes it" in features("1.23E+05")


def test_a_value_says_its_own_length_and_beginning() -> None:
    found = told({"School": ["0450"] * 5}, {"School": ["0460", "12"]})

    assert found == ["all 5: School is 0450 (none of the rows that pass)"]


def test_without_the_rows_that_pass_the_shares_alone_are_told() -> None:
    assert told({"School": ["0450"] * 3 + ["0460"]})[0] == "3 of 4: School is 0450"


def test_one_row_has_nothing_in_common() -> None:
    assert told({"School": ["0450"]}) == []


@given(st.dictionaries(st.text(max_size=8), st.integers(1, 50), max_size=20))
def test_no_feature_has_more_rows_than_there_are(values: dict[str, int]) -> None:
    total = sum(values.values())

    assert all(0 < count <= total for count in counted(values).values())
    for each in in_common({"X": values}, {"X": values}):
        assert each.healthy is not None
        assert each.share - each.healthy >= 0.2
