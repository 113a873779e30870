"""What is wrong, and where to fix it: told by the screen and by the commands, from the row, the SIS and Schoology."""

from __future__ import annotations

import json
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest

from importlog_tui.archive import Archive
from importlog_tui.cli import main
from importlog_tui.config import rule_texts
from importlog_tui.directory import BY, SINCE, Answer, Topic
from importlog_tui.model import Kind, Result
from importlog_tui.report import brief as report
from importlog_tui.triage.brief import brief as triage_brief
from importlog_tui.triage.diagnosis import Diagnosis
from importlog_tui.triage.impact import weigh
from importlog_tui.triage.reading import read_rules
from importlog_tui.triage.rules import advice
from tests.stories.mornings import errors_in_view, line_with
from tests.triage.world import GRADUATE, LOPEZ, NIGHT, SECTIONS, TEACHER, USERS, Row, World, changed, pupils
from tests.ui.pilots import NARROW, WIDE, press, settled, shown, triage
from tests.ui.small_log import NOW, Outside, small_app

U, C, E = Kind.USERS, Kind.COURSES, Kind.ENROLLMENTS
NGUYEN = (
    "204121",
    "Nguyen",
    "An",
    "anguyen",
    "an@example.org",
    "0450",
    "Student",
    "2030",
    "2012-05-06",
    "Active",
)
ENG9 = ("English 9", "ENG9", "Section 1", "01", "", "0450", "T1")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "archive.sqlite")


def told(capsys: pytest.CaptureFixture[str], world: World, *arguments: str) -> str:
    """What a command prints."""
    capsys.readouterr()
    main(["--archive", str(world.path), *arguments])
    return capsys.readouterr().out


def rows(capsys: pytest.CaptureFixture[str], world: World, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in told(capsys, world, *arguments, "--json").splitlines()]


def morning(world: World) -> tuple[str, dict[str, Any]]:
    """What the command `brief` says at the screen's hour, in lines and as JSON."""
    rules = read_rules(rule_texts())
    with Archive.open(world.path, read_only=True) as archive:
        diagnosis = Diagnosis(archive, rules, zone=UTC)
        brief = triage_brief(
            archive.runs(),
            archive.errors,
            NOW,
            UTC,
            weight_of=lambda run, error: weigh(diagnosis, archive, run, error),
        )
    return "\n".join(report.lines(brief, lambda at: at.astimezone(UTC))), report.row(brief, rules)


def flat(text: str) -> str:
    """Without the panes' frames and line ends."""
    return " ".join(" ".join(line.split("│")[-1] for line in text.splitlines()).split())


async def test_the_same_email_two_people(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    old_id = changed(NGUYEN, Unique_ID="188121", Status="Inactive")
    world.log(U, {"Email already in use": [LOPEZ, NGUYEN]})
    world.sis(U, [LOPEZ, NGUYEN, *pupils(40)])
    world.schoology(U, [GRADUATE, old_id, *pupils(40)])

    lopez, nguyen = (row["verdict"] for row in rows(capsys, world, "records", "--why"))
    assert (lopez["owner"], lopez["field"], lopez["certainty"]) == ("sis", "email", "proven")
    assert (nguyen["owner"], nguyen["field"]) == ("schoology_user", "unique_id")

    async with small_app(world.path).run_test(size=WIDE) as pilot:
        await settled(pilot)
        await press(pilot, "g", "enter", "enter", "enter")
        text = flat(shown(pilot))
        assert "fix in the SIS, proven" in text
        assert "198804 Lopez, Marta, inactive" in text
        assert "Change Email in the SIS. A change made in Schoology is overwritten tonight." in text
        await press(pilot, "j", "enter")
        text = flat(shown(pilot))
        assert "188121 Nguyen, An, in Schoology: the same person, it seems" in text
        await press(pilot, "pagedown")
        assert "≠ 188121" in flat(shown(pilot))


async def test_the_account_that_has_it_is_opened_by_a_key(world: World) -> None:
    world.log(U, {"Email already in use": [LOPEZ, NGUYEN]})
    world.sis(U, [LOPEZ, NGUYEN, *pupils(40)])
    world.schoology(U, [GRADUATE, *pupils(40)])
    outside = Outside()

    async with small_app(world.path, outside).run_test(size=NARROW) as pilot:
        await settled(pilot)
        await press(pilot, "g", "enter", "enter", "enter", "enter")
        assert "H other holder" in shown(pilot)
        await press(pilot, "H")
        assert outside.opened == ["https://example.schoology.com/users/manage/edit/moreinfo?search=198804"]
        await press(pilot, "escape", "j", "H")
        assert "names no other account in Schoology" in shown(pilot)
    assert len(outside.opened) == 1


async def test_a_record_of_which_more_stands_below_says_so_and_begins_at_its_top_again(world: World) -> None:
    world.log(U, {"Email already in use": [LOPEZ]})
    world.sis(U, [LOPEZ, *pupils(40)])
    world.schoology(U, [GRADUATE, *pupils(40)])

    async with small_app(world.path).run_test(size=NARROW) as pilot:
        await settled(pilot)
        await press(pilot, "g", "enter", "enter", "enter", "enter")
        assert "more below" in shown(pilot)
        await press(pilot, "G")
        assert "more below" not in shown(pilot)
        assert "fix in the SIS" not in shown(pilot)
        await press(pilot, "escape", "enter")
        assert "fix in the SIS" in shown(pilot)


async def test_a_cascade_from_a_course_codes_case(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    enrolled: list[Row] = [("ENG9", "01", "", f"3{n:05}", "2") for n in range(412)]
    world.log(U, {})
    world.log(C, {"Course Code does not exist in this spelling": [ENG9]})
    world.log(E, {"Section not found": enrolled})
    world.sis(C, [ENG9])
    world.schoology(C, [changed(ENG9, SECTIONS, Course_Code="eng9")])

    (record, *_) = rows(capsys, world, "records", "--why")
    assert record["verdict"]["rule"] == "section-failed-first"
    (code,) = [each for each in record["compared"] if each["column"] == "Course Code"]
    assert code["schoology"] == {"value": "eng9", "differs": True, "names": ["differs only in case"]}
    brief, _ = morning(world)
    assert "413 rows in all, 412 of them follow" in " ".join(brief.split())
    assert brief.count("Section not found") == 0
    assert "412 enrollment rows follow" in brief

    async with small_app(world.path).run_test(size=WIDE) as pilot:
        await settled(pilot)
        await press(pilot, "g", "enter", "G", "enter")
        assert "412 rows follow from 1 course" in shown(pilot)
        await press(pilot, "j", "enter")
        text = flat(shown(pilot))
        assert "row 1 of 412" in text
        assert "course ENG9 failed in Courses, 412 rows; the courses have eng9: differs only in case." in text


async def test_rows_that_follow_are_shown_without_the_others(world: World) -> None:
    rest: list[Row] = [("MATH7", "01", "", f"4{n:05}", "2") for n in range(3)]
    world.log(C, {"Course Code does not exist": [ENG9]})
    world.log(E, {"Section not found": [*rest, *[("ENG9", "01", "", f"3{n:05}", "2") for n in range(5)]]})
    world.sis(C, [ENG9, ("Maths", "MATH7", "Section 1", "01", "", "0450", "T1")])

    async with small_app(world.path).run_test(size=WIDE) as pilot:
        await settled(pilot)
        await press(pilot, "g", "enter", "G", "enter")
        assert len(triage(pilot).table.source or ()) == 8
        await press(pilot, "j")
        assert triage(pilot).log_tree.node is not None
        assert len(triage(pilot).table.source or ()) == 5
        await press(pilot, "k")
        assert len(triage(pilot).table.source or ()) == 8


async def test_disabled_again(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    for days_ago in range(4, -1, -1):
        world.log(U, {"User is sent as inactive, account disabled": [TEACHER]}, days_ago=days_ago)
    world.sis(U, [changed(TEACHER, Status="Inactive"), *pupils(40)])
    for days_ago, status in ((2, "Inactive"), (1, "Active"), (0, "Inactive")):
        world.schoology(U, [changed(TEACHER, Status=status), *pupils(40)], days_ago=days_ago)

    found = told(capsys, world, "find", "castellane")
    assert "sends Castellane, Ruth (100214) as inactive; enabling the account here is undone" in " ".join(
        found.split()
    )
    assert "In Schoology: inactive 21 Nov 2026, active 22 Nov 2026, inactive 23 Nov 2026." in " ".join(
        found.split()
    )

    async with small_app(world.path).run_test(size=WIDE) as pilot:
        await settled(pilot)
        await press(pilot, "f", *"castellane", "enter", "enter")
        text = " ".join(shown(pilot).split())
        assert "enabling the account here is undone tonight. Make the record active in the SIS." in text
        assert "Proven: Status in the SIS: Inactive." in text


async def test_who_made_an_account_inactive_is_masked_as_all_persons_are(world: World) -> None:
    for days_ago in range(2, -1, -1):
        world.log(U, {"User is sent as inactive, account disabled": [TEACHER]}, days_ago=days_ago)
    world.sis(U, [changed(TEACHER, Status="Inactive"), *pupils(40)])
    values = {
        "Schoology User ID": "43707918",
        "Unique User ID": "100214",
        "Status": "Inactive",
        SINCE: (NIGHT + timedelta(minutes=4)).isoformat(),
        BY: "Imani Wolde (43704440)",
    }
    with Archive.open(world.path) as archive:
        archive.keep_answers([Answer(Topic.USER, "100214", NIGHT + timedelta(hours=7), values)])

    async with small_app(world.path).run_test(size=WIDE) as pilot:
        await settled(pilot)
        await press(pilot, "f", *"castellane", "enter")
        assert "by Imani Wolde (43704440)" in flat(shown(pilot))
        await press(pilot, "escape", "escape", "asterisk", "f", *"castellane", "enter")
        assert "made inactive on 23 Nov by I••••" in flat(shown(pilot))
        assert "Wolde" not in shown(pilot)
        assert "43704440" not in shown(pilot)


async def test_every_row_fails_because_a_header_was_renamed(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    everybody = pupils(60)
    world.log(U, {"Missing required field": everybody[:2]}, days_ago=1)
    renamed = tuple("Building" if name == "School" else name for name in USERS)
    world.log(U, {"Missing required field: School": everybody}, columns=renamed)
    world.sis(U, everybody, columns=renamed)

    (first, *_) = rows(capsys, world, "records", "--why")
    assert (first["verdict"]["rule"], first["verdict"]["owner"]) == ("every-row-headings", "import_settings")
    assert "gone: School; new: Building" in first["verdict"]["cause"]
    _, as_json = morning(world)
    (cause, *_) = as_json["causes"]
    assert cause["impact"] == "every_row"

    async with small_app(world.path).run_test(size=WIDE) as pilot:
        await settled(pilot)
        assert "every row fails; fix the import's settings" in flat(shown(pilot))
        await press(pilot, "g", "enter", "enter")
        text = flat(shown(pilot))
        assert "fix the import's settings, proven" in text
        assert "These rows need no correction." in text


async def test_a_leading_zero_lost(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    lost = [changed(row, School="450") for row in pupils(5)]
    world.log(U, {"School not mapped": lost})
    world.sis(U, [*lost, *pupils(40)[5:]])

    (first, *_) = rows(capsys, world, "records", "--why")
    assert (first["verdict"]["rule"], first["verdict"]["field"]) == ("school-zeros", "school")
    (error,) = rows(capsys, world, "errors")
    common = told(capsys, world, "errors", "--error", str(error["id"]), "--common")
    assert "all 5: School is 450 (none of the rows that pass)" in common

    async with small_app(world.path).run_test(size=WIDE) as pilot:
        await settled(pilot)
        await press(pilot, "g", "enter", "enter")
        assert "The row says 450, the building is known as 0450: leading zero lost." in flat(shown(pilot))
        await press(pilot, "c")
        assert line_with(shown(pilot), "all 5: School is 450", "none of the rows that pass")


def test_a_rule_of_the_districts_own_speaks_for_a_record(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(
        '[[rule]]\nid = "ours"\nmessage = "zorp"\ncategory = "role-unmapped"\nrecord = { School = "^0450$" }\n'
        'cause = "Zorp is our word."\nowner = "sis"\nremedy = "Ask {sis}."\n'
    )
    config = tmp_path / "config.toml"
    config.write_text(f'[triage]\nrules = "{rules}"\n[district]\nsis = "SchoolTool"\n')
    world.log(U, {"Zorp failed": [LOPEZ, changed(LOPEZ, Unique_ID="1", School="0460")]})
    settings = ("--config", str(config))

    (error,) = rows(capsys, world, "errors", *settings)
    assert error["category"] == "role-unmapped"
    here, there = rows(capsys, world, "records", "--why", *settings)
    assert (here["verdict"]["rule"], here["verdict"]["remedy"]) == ("ours", "Ask SchoolTool.")
    assert there["verdict"]["rule"] is None or there["verdict"]["rule"] != "ours"
    spoke = told(capsys, world, "rules", "--record", str(here["id"]), *settings)
    assert "rule ours speaks" in spoke

    rules.write_text('[[rule]]\nid = "ours"\nfacts = ["in-six"]\n')
    assert main(["--archive", str(world.path), "errors", *settings]) == 2
    assert f"{rules}, line 1" in capsys.readouterr().err


async def test_the_worst_error_comes_first_when_asked_for(world: World) -> None:
    world.log(U, {"Role is not mapped": pupils(30), "Missing required field": [changed(LOPEZ, Last_Name="")]})

    async with small_app(world.path).run_test(size=WIDE) as pilot:
        await settled(pilot)
        await press(pilot, "g", "enter", "space")
        assert errors_in_view(pilot) == ["Role is not mapped", "Missing required field"]
        await press(pilot, "i")
        assert errors_in_view(pilot) == ["Missing required field", "Role is not mapped"]
        await press(pilot, "i")
        assert errors_in_view(pilot) == ["Role is not mapped", "Missing required field"]


def test_what_to_do_about_an_import_that_failed_is_said(world: World) -> None:
    rules = read_rules(rule_texts())
    world.log(U, {}, result=Result.FAILED)
    with Archive.open(world.path, read_only=True) as archive:
        brief = triage_brief(archive.runs(), archive.errors, NOW, UTC)

    told = " ".join(" ".join(report.lines(brief, lambda at: at, advice=advice(rules, "SchoolTool"))).split())

    assert "! Users Import: failed" in told
    assert "the password is lost whenever a path is changed" in told


async def test_nobody_is_named_while_persons_are_masked(world: World) -> None:
    world.log(U, {"Email already in use": [LOPEZ, NGUYEN]})
    world.schoology(U, [changed(GRADUATE, Last_Name="Hayashi"), *pupils(40)])

    async with small_app(world.path).run_test(size=WIDE) as pilot:
        await settled(pilot)
        await press(pilot, "g", "enter", "enter", "*", "enter", "enter")
        text = shown(pilot)
        assert "The address is held by another account" in flat(text)
        assert [name for name in ("Hayashi", "Marta", "198804", "martal", "Lopez") if name in text] == []
        await press(pilot, "c")
        assert [name for name in ("Maria", "mlopez", "204117") if name in shown(pilot)] == []


def test_the_brief_puts_an_error_right_where_its_rows_do(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    old_id = changed(NGUYEN, Unique_ID="188121", Status="Inactive")
    world.log(U, {"Email already in use": [NGUYEN]})
    world.sis(U, [NGUYEN, *pupils(40)])
    world.schoology(U, [old_id, *pupils(40)])
    (row,) = rows(capsys, world, "records", "--why")
    text, told = morning(world)
    (cause,) = told["causes"]
    assert cause["owner"] == row["verdict"]["owner"] == "schoology_user"
    assert "people without an account; fix on the user's page" in text


def test_the_brief_calls_nobody_without_an_account_whom_schoology_holds(world: World) -> None:
    world.log(U, {"Email already in use": pupils(3)})
    world.sis(U, pupils(40))
    world.schoology(U, pupils(40))
    text, told = morning(world)
    assert "without an account" not in text
    assert told["causes"][0]["impact"] == "details"
