"""Mornings of an administrator, from files to the commands' answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.stories.told import FAILED, District, person

if TYPE_CHECKING:
    from pathlib import Path

EMAIL, MISSING = "Email already in use", "Missing required field"
NIGHT = datetime(2026, 11, 20, 1, 2)


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path)


def day(number: int) -> datetime:
    return NIGHT + timedelta(days=number)


def test_one_new_fault_among_old_noise(district: District) -> None:
    old = [person(n) for n in range(1, 6)]
    district.night(day(0), {MISSING: old})
    district.night(day(1), {MISSING: old, EMAIL: [person(n) for n in range(20, 23)]})

    (error,) = district.rows("errors", "--state", "new")
    assert (error["message"], error["new_rows"]) == (EMAIL, 3)
    assert {row["subject"]["user"] for row in district.rows("records", "--state", "new")} == {
        "204020",
        "204021",
        "204022",
    }
    assert len(district.rows("records", "--state", "still")) == 5


def test_a_record_that_was_cured_is_gone_and_one_that_comes_back_says_when_it_was_seen(
    district: District,
) -> None:
    district.night(day(0), {EMAIL: [person(1), person(2)]})
    district.night(day(1), {EMAIL: [person(2)]})
    first, second = (run["id"] for run in reversed(district.rows("runs")))
    (gone,) = district.rows("records", "--state", "gone")
    assert (gone["subject"]["user"], gone["state"]) == ("204001", "gone")
    assert (gone["run_id"], gone["gone_in"]) == (first, second)

    district.night(day(2), {EMAIL: [person(1), person(2)]})
    (back,) = district.rows("records", "--state", "returned")
    assert (back["subject"]["user"], back["last_seen"][:10]) == ("204001", "2026-11-20")
    assert district.rows("records", "--state", "gone") == []
    assert len(district.rows("records", "--state", "gone", "--run", str(second))) == 1


def test_half_a_read_makes_nothing_gone(district: District) -> None:
    rows = [person(n) for n in range(1, 7)]
    district.night(day(0), {EMAIL: rows})
    district.night(day(1), {EMAIL: rows[:2]}, claimed=6)
    assert district.rows("records", "--state", "gone") == []
    assert {row["state"] for row in district.rows("records", "--run", "2")} == {None}

    district.night(day(2), {EMAIL: rows[:3]})
    assert len(district.rows("records", "--state", "gone")) == 3


def test_a_rerun_on_old_data_and_a_failed_run_change_nothing(district: District) -> None:
    rows = [person(1), person(2)]
    district.night(day(0), {EMAIL: rows[:1]})
    district.night(day(1), {EMAIL: rows})
    district.night(day(1) + timedelta(hours=5, minutes=28), {EMAIL: rows})
    district.night(day(2), {}, result=FAILED)

    assert district.rows("runs")[1]["rerun"] is True
    assert "re-run, same data" in district.run("runs")[1]
    assert [row["subject"]["user"] for row in district.rows("records", "--state", "new")] == ["204002"]
    assert district.rows("records", "--state", "gone") == []


def test_an_unknown_state_is_refused(district: District) -> None:
    assert district.run("records", "--state", "fresh")[0] == 2


def test_the_phone_call_about_one_person(district: District) -> None:
    for number in range(3):
        district.night(day(number), {EMAIL: [person(117), person(8)]})
    hits = district.rows("find", "lopez117", "mar")
    assert [hit["performed_at"][:10] for hit in hits] == ["2026-11-22", "2026-11-21", "2026-11-20"]
    assert {hit["subject"]["user"] for hit in hits} == {"204117"}
    assert "Lopez117, Maria117   204117" in district.run("find", "m117@exam")[1]
    assert district.run("find", "nobody")[0] == 1
    assert district.run("find", "x")[0] == 2
