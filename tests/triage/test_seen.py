"""Which falls are said, and which school in Schoology is which of the SIS's."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.triage.seen import falls, held_as

DAY = date(2026, 11, 23)
COUNTS = st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, 2_000), max_size=8)


@given(COUNTS, COUNTS)
def test_a_fall_is_one_and_is_said_once(was: dict[str, int], now: dict[str, int]) -> None:
    found = falls(was, now, (), DAY)
    assert len({one.building for one in found}) == len(found)
    assert len(found) <= max(1, len(was))
    for one in found:
        assert one.doubt or one.building is None or one.was - one.now >= 10
        if one.building is None:
            assert (one.was, one.now, len(found)) == (sum(was.values()), sum(now.values()), 1)
        else:
            assert (one.was, one.now) == (was[one.building], now.get(one.building, 0))


@given(COUNTS)
def test_the_same_counts_are_no_fall(counts: dict[str, int]) -> None:
    assert falls(counts, counts, (), DAY) == []


def test_codes_are_matched_with_the_names_that_most_of_their_users_have() -> None:
    pairs = [("0450", "Lincoln High", 90), ("0450", "Mercer", 3), ("0450", "", 1), ("0460", "Mercer", 50)]
    usual, odd = held_as(pairs)
    assert usual == [("0450", "Lincoln High"), ("0460", "Mercer")]
    assert odd == [("0450", "Mercer"), ("0450", "")]


def test_what_is_not_held_as_one_or_by_too_few_tells_nothing() -> None:
    assert held_as(
        [("0450", "Lincoln", 50), ("0450", "Mercer", 50), ("0460", "Oak", 3), ("0460", "Elm", 1)]
    ) == ([], [])


def test_names_on_both_sides_are_compared_as_they_are_whatever_their_case() -> None:
    usual, odd = held_as([("HS", "HS", 2), ("HS", "hs", 1), ("HS", "MS", 1), ("MS", "MS", 1)])
    assert usual == [("HS", "HS"), ("MS", "MS")]
    assert odd == [("HS", "MS")]


def test_a_building_that_nobody_is_in_is_odd_where_schools_are_told_at_all() -> None:
    assert held_as([("450", "", 30), ("0460", "Mercer", 60)])[1] == [("450", "")]
    assert held_as([("450", "", 30), ("0460", "", 60)]) == ([], [])


def test_a_whole_that_grew_did_not_fall_whatever_its_buildings_did() -> None:
    was, now = {"N": 40, "S": 40, "H": 40}, {"N": 0, "S": 0, "H": 500, "X": 400}
    assert {one.building for one in falls(was, now, (), DAY)} == {"N", "S"}
