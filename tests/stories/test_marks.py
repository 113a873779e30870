"""What was decided, and what the nights after say of it."""

from __future__ import annotations

import subprocess
import sys
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


def standings(district: District) -> list[str]:
    return [mark["standing"] for mark in district.rows("mark", "list")]


def test_was_my_fix_right(district: District) -> None:
    rows = [person(n) for n in range(1, 6)]
    district.night(day(0), {EMAIL: rows})
    ids = ",".join(str(row["id"]) for row in district.rows("records"))
    assert district.run("mark", "corrected", "--record", ids)[0] == 0
    assert set(standings(district)) == {"waiting for proof"}

    district.night(day(0) + timedelta(hours=5), {EMAIL: rows})
    assert set(standings(district)) == {"waiting for proof"}

    changed = (*person(4)[:3], "other@example.org", "HS")
    district.night(day(1), {EMAIL: [person(3), changed], MISSING: [person(5)]})
    assert sorted(standings(district)) == [
        "cured",
        "cured",
        "failing with a new reason",
        "still failing with another value",
        "still failing with the old value",
    ]


def test_an_accepted_error_that_grows(district: District) -> None:
    rows = [person(n) for n in range(1, 4)]
    district.night(day(0), {EMAIL: rows})
    (error,) = district.rows("errors")
    accept = ("mark", "accepted", "--error", str(error["id"]), "--until", "grows")
    assert district.run(*accept)[0] == 2
    assert district.run(*accept, "--reason", "graduates")[0] == 0
    district.night(day(1), {EMAIL: rows})
    assert standings(district) == ["in force"]
    assert district.rows("brief")[0]["accepted"] == 3
    district.night(day(2), {EMAIL: [*rows, person(9)]})
    assert standings(district) == ["ended"]
    assert district.rows("brief")[0]["new"] == 1


def test_what_is_accepted_leaves_the_new_count_and_not_the_totals(district: District) -> None:
    district.night(day(0), {EMAIL: [person(1)]})
    district.night(day(1), {EMAIL: [person(1), person(2)]})
    (new,) = district.rows("records", "--state", "new")
    assert district.rows("brief")[0]["new"] == 1
    district.run("mark", "accepted", "--record", str(new["id"]), "--reason", "known", "--until", "2999-12-31")
    (told,) = district.rows("brief")
    assert (told["new"], told["accepted"], told["rows_affected"]) == (0, 1, 2)
    (mark,) = district.rows("mark", "list")
    assert district.run("mark", "undo", "--token", str(mark["token"]))[0] == 0
    assert district.rows("brief")[0]["new"] == 1
    assert district.run("mark", "undo", "--token", str(mark["token"]))[0] == 1


def test_what_was_decided_is_listed_with_what_it_is_about_and_by_view(district: District) -> None:
    district.night(day(0), {EMAIL: [person(1)]})
    district.night(day(1), {EMAIL: [person(1), person(2), person(3)], MISSING: [person(4)]})
    ids = {row["subject"]["user"]: str(row["id"]) for row in reversed(district.rows("records"))}
    missing = next(row for row in district.rows("errors") if row["message"] == MISSING)
    district.run("mark", "accepted", "--record", ids["204002"], "--reason", "known")
    district.run("mark", "corrected", "--record", ids["204001"])
    district.run("mark", "owner", "--error", str(missing["id"]))

    def users(view: str) -> list[str]:
        return [row["subject"]["user"] for row in district.rows("records", "--view", view)]

    assert users("new") == ["204003", "204004"]
    assert users("accepted") == ["204002"]
    assert users("waiting") == ["204001"]
    assert users("mine") == ["204004"]
    assert [row["message"] for row in district.rows("errors", "--view", "mine")] == [MISSING]
    # The state is what the nights say, whatever people decide.
    assert len(district.rows("records", "--state", "new")) == 3
    (email, _) = district.rows("errors", "--run", "2")
    assert (email["new_rows"], email["new_rows_accepted"]) == (2, 1)
    (accepted,) = district.rows("records", "--view", "accepted")
    assert [(mark["kind"], mark["standing"]) for mark in accepted["marks"]] == [("accepted", "in force")]
    (told,) = district.rows("brief")
    assert (told["new"], told["accepted"], told["waiting"], told["rows_affected"]) == (2, 1, 1, 4)
    assert "Accepted: known" in district.run("find", "204002")[1]


def test_an_acceptance_cannot_hide_an_alarm(district: District) -> None:
    """A count far from the usual one, and a failed run, are told whatever was accepted."""
    for number in range(4):
        district.night(day(number), {EMAIL: [person(1)]})
    (error, *_) = district.rows("errors")
    district.run("mark", "accepted", "--error", str(error["id"]), "--reason", "known")
    district.night(day(4), {EMAIL: [person(n) for n in range(1, 61)]})
    (told,) = district.rows("brief")
    assert told["new"] == 0
    assert told["status"] != 0
    assert [unusual["rows_affected"] for unusual in told["unusual"]] == [60]


def test_what_was_decided_last_is_taken_back_without_its_number(district: District) -> None:
    district.night(day(0), {EMAIL: [person(1), person(2)]})
    district.run("mark", "note", "--record", "1", "--reason", "first")
    district.run("mark", "note", "--record", "1,2", "--reason", "second")
    assert district.run("mark", "undo") == (0, "2 taken back\n")
    assert [mark["reason"] for mark in district.rows("mark", "list")] == ["first"]
    assert district.run("mark", "undo")[0] == 0
    assert district.run("mark", "undo")[0] == 1


def test_a_correction_made_on_an_old_night_is_proved_by_the_night_after_today(district: District) -> None:
    """What ran before somebody corrected it can prove nothing."""
    district.night(day(0), {EMAIL: [person(1), person(2)]})
    district.night(day(1), {EMAIL: [person(1), person(2)]})
    old = district.rows("records", "--run", "1")[0]
    district.run("mark", "corrected", "--record", str(old["id"]))
    assert standings(district) == ["waiting for proof"]
    district.night(day(2), {EMAIL: [person(2)]})
    assert standings(district) == ["cured"]


def test_half_a_reading_and_a_failed_run_prove_nothing(district: District) -> None:
    district.night(day(0), {EMAIL: [person(1), person(2)]})
    district.run("mark", "corrected", "--record", "1")
    district.night(day(1), {}, result=FAILED)
    district.night(day(2), {EMAIL: [person(2)]}, claimed=2)
    assert standings(district) == ["waiting for proof"]
    district.night(day(3), {EMAIL: [person(2)]})
    assert standings(district) == ["cured"]


def test_an_acceptance_until_the_row_changes(district: District) -> None:
    district.night(day(0), {EMAIL: [person(1)]})
    district.run("mark", "accepted", "--record", "1", "--reason", "known", "--until", "changes")
    district.night(day(1), {EMAIL: [person(1)]})
    assert standings(district) == ["in force"]
    district.night(day(2), {EMAIL: [(*person(1)[:3], "new@example.org", "HS")]})
    assert standings(district) == ["ended"]


def test_two_people_marking_at_once_lose_nothing(district: District) -> None:
    district.night(day(0), {EMAIL: [person(n) for n in range(1, 7)]})
    ids = [str(row["id"]) for row in district.rows("records")]
    marking = [
        subprocess.Popen(
            [sys.executable, "-m", "importlog_tui", "mark", "note", "--record", id_, "--reason", f"by {id_}"],
            env=district.env,
            cwd=district.home,
            stdout=subprocess.DEVNULL,
        )
        for id_ in ids
    ]
    assert [process.wait() for process in marking] == [0] * 6
    marks = district.rows("mark", "list")
    assert sorted(mark["reason"] for mark in marks) == sorted(f"by {id_}" for id_ in ids)
    assert len({mark["token"] for mark in marks}) == 6


def test_what_is_not_there_can_not_be_marked(district: District) -> None:
    assert district.run("mark", "note", "--record", "1", "--reason", "x")[0] == 2
    district.night(day(0), {EMAIL: [person(1)]})
    assert district.run("mark", "note", "--record", "1,99", "--reason", "x")[0] == 2
    assert district.run("mark", "corrected")[0] == 2
    assert district.rows("mark", "list") == []
