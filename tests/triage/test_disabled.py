"""Why an account is disabled again every night."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from importlog_tui.archive import Archive
from importlog_tui.config import rule_texts
from importlog_tui.directory import BY, SINCE, Answer, Topic
from importlog_tui.model import Kind
from importlog_tui.report.person import why_lines
from importlog_tui.triage.diagnosis import Diagnosis
from importlog_tui.triage.disabled import Disabled, disabled, made
from importlog_tui.triage.person import repeated
from importlog_tui.triage.reading import read_rules
from tests.triage.world import NIGHT, TEACHER, USERS, Row, World, changed, pupils

MESSAGE = "User is sent as inactive, account disabled"
U = Kind.USERS


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path / "archive.db")
    for days_ago in range(4, -1, -1):
        made.log(U, {MESSAGE: [TEACHER]}, days_ago=days_ago)
    return made


def told(world: World) -> Disabled | None:
    with Archive.open(world.path) as archive:
        archive.index()
        diagnosis = Diagnosis(archive, read_rules(rule_texts()), sis="SchoolTool")
        hits = archive.find("castellane")
        return disabled(
            diagnosis, archive, hits, repeated(hits, archive.flips(hits), diagnosis.rules.category)
        )


@pytest.mark.parametrize(
    ("sent", "rule", "said"),
    [
        (
            [changed(TEACHER, Status="Inactive")],
            "disabled-inactive-in-sis",
            "sends Castellane, Ruth (100214) as inactive",
        ),
        ([], "disabled-not-sent", "does not send Castellane, Ruth (100214) at all"),
        ([changed(TEACHER, Unique_ID="0100214")], "disabled-other-id", "0100214 Castellane, Ruth"),
        ([TEACHER], "disabled-by-hand", "as active"),
    ],
)
def test_the_extract_says_why(world: World, sent: list[Row], rule: str, said: str) -> None:
    world.sis(U, [*pupils(30), *sent])

    found = told(world)

    assert found is not None
    assert found.verdict.rule == rule
    assert said in found.verdict.cause


def test_staff_criteria_say_why(world: World) -> None:
    world.sis(U, [(*TEACHER, "SELECT ONE")], columns=(*USERS, "Department"))

    found = told(world)

    assert found is not None
    assert found.verdict.rule == "disabled-left-out"


def test_without_the_extract_it_is_only_possible(world: World) -> None:
    found = told(world)

    assert found is not None
    assert (found.verdict.rule, found.verdict.certainty) == ("disabled", "possible")


def test_the_nights_are_told_by_the_directories(world: World) -> None:
    for days_ago, status in (
        (3, "Inactive"),
        (2, "Active"),
        (1, "Inactive"),
        (0.5, "Active"),
        (0, "Inactive"),
    ):
        world.schoology(U, [changed(TEACHER, Status=status)], days_ago=days_ago)

    found = told(world)

    assert found is not None
    assert found.times == 2
    assert why_lines(found, lambda at: f"{at:%d}")[-1] == (
        "In Schoology: inactive 20, active 21, inactive 22, active 22, inactive 23."
    )


def test_an_account_that_stays_active_is_nobodys_trouble(tmp_path: Path) -> None:
    world = World(tmp_path / "other.db")
    world.log(U, {"Email already in use": [TEACHER]})

    assert told(world) is None


def asked(world: World, since: datetime | None, by: str = "Imani Wolde (43704440)") -> None:
    """Schoology was asked about the teacher: inactive since then, or in use."""
    values = {"Schoology User ID": "43707918", "Unique User ID": "100214", "Name": "Ruth Castellane"}
    values |= (
        {"Status": "Active"} if since is None else {"Status": "Inactive", SINCE: since.isoformat(), BY: by}
    )
    with Archive.open(world.path) as archive:
        archive.keep_answers([Answer(Topic.USER, "100214", NIGHT + timedelta(hours=7), values)])


def test_schoology_itself_proves_that_the_import_did_it(world: World) -> None:
    asked(world, NIGHT + timedelta(minutes=4))

    found = told(world)

    assert found is not None
    assert why_lines(found, lambda at: f"{at:%d %b}")[-1] == (
        "Schoology says: made inactive on 23 Nov by Imani Wolde (43704440), 4 minutes into that night's Users import: the import did it."
    )


def test_schoology_itself_proves_that_somebody_did_it_by_hand(world: World) -> None:
    asked(world, NIGHT + timedelta(hours=6))

    found = told(world)

    assert found is not None
    assert found.made is not None
    assert found.made.into is None
    assert why_lines(found, lambda at: f"{at:%d %b}")[-1].endswith(
        "by Imani Wolde (43704440), and no Users import had begun shortly before: by hand."
    )


@pytest.mark.parametrize("since", ["", "yesterday", "2026-11-23T06:06:00"])
def test_a_time_that_says_nothing_proves_nothing(world: World, since: str) -> None:
    with Archive.open(world.path) as archive:
        values = {"Status": "Inactive", SINCE: since}
        archive.keep_answers([Answer(Topic.USER, "100214", NIGHT, values)])
        assert made(archive, "100214") is None


def test_an_account_in_use_was_made_inactive_by_nobody(world: World) -> None:
    asked(world, None)

    with Archive.open(world.path) as archive:
        assert made(archive, "100214") is None
        assert made(archive, "nobody") is None
