"""One fault that shows as hundreds of rows in another import is one fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from importlog_tui.archive import Archive
from importlog_tui.config import rule_texts
from importlog_tui.model import Kind
from importlog_tui.triage.cascade import Cascade, Root, cascade
from importlog_tui.triage.diagnosis import Diagnosis
from importlog_tui.triage.reading import read_rules
from tests.triage.world import LOPEZ, SECTIONS, Row, World, changed, pupils

U, C, E = Kind.USERS, Kind.COURSES, Kind.ENROLLMENTS
ENG9 = ("English 9", "ENG9", "Section 1", "01", "", "0450", "T1")
NO_SECTION, NO_USER = "Section not found for this Course Code", "User not found"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "archive.db")


def found(world: World, message: str) -> Cascade | None:
    with Archive.open(world.path, read_only=True) as archive:
        (error,) = [error for error in archive.errors() if error.message == message]
        (run,) = archive.runs(error.run_id)
        return cascade(Diagnosis(archive, read_rules(rule_texts())), archive, error, run)


def enrolled(course: str, count: int, section: str = "01", first: int = 0) -> list[Row]:
    return [(course, section, "", f"3{n:05}", "2") for n in range(first, first + count)]


def test_a_class_full_follows_from_a_course_that_failed(world: World) -> None:
    world.log(C, {"Course Code is taken": [changed(ENG9, SECTIONS)]})
    world.log(E, {NO_SECTION: [*enrolled("ENG9", 412), *enrolled("MATH7", 3)]})
    world.schoology(C, [changed(ENG9, SECTIONS, Course_Code="eng9")])

    told = found(world, NO_SECTION)

    assert told is not None
    assert (told.sentence, told.rows, told.followed) == ("412 rows follow from 1 course", 415, 412)
    assert not told.is_whole
    (root,) = told.roots
    assert (root.key, root.near, root.names) == ("ENG9", "eng9", ("differs only in case",))
    assert root.error_id is not None


def test_enrollments_follow_from_users_who_failed_and_users_who_are_not_sent(world: World) -> None:
    world.log(U, {"Missing required field": [changed(LOPEZ, Email="", Username="")]})
    lopez = [(f"C{n}", "01", "", "204117", "2") for n in range(6)]
    nobody = [(f"C{n}", "01", "", "999999", "2") for n in range(2)]
    world.log(E, {NO_USER: [*lopez, *nobody, *enrolled("ENG9", 1)]})
    world.sis(U, pupils(30))

    told = found(world, NO_USER)

    assert told is not None
    assert told.sentence == "8 rows follow from 2 users"
    assert [(root.key, root.rows, root.why) for root in told.roots] == [
        ("204117", 6, "failed in Users"),
        ("999999", 2, "is not in the SIS's Users file"),
    ]


def test_a_part_of_the_users_file_does_not_say_who_is_not_sent(world: World) -> None:
    world.log(E, {NO_USER: enrolled("ENG9", 5)})
    world.sis(U, [LOPEZ], is_whole=False)

    assert found(world, NO_USER) is None


def test_the_rows_that_follow_can_be_shown_alone(world: World) -> None:
    world.log(C, {"Course Code is taken": [ENG9]})
    world.log(E, {NO_SECTION: [*enrolled("MATH7", 2), *enrolled("ENG9", 3, first=10), *enrolled("MATH7", 2)]})

    told = found(world, NO_SECTION)

    assert told is not None
    with Archive.open(world.path, read_only=True) as archive:
        rows = archive.with_cells(told.error_id, told.columns, told.cells)
        records = archive.window(rows.ids(0, len(rows)))
    assert [record.subject.user for record in records] == ["300010", "300011", "300012"]


def test_nothing_is_folded_where_nothing_is_known(world: World) -> None:
    world.log(E, {NO_SECTION: enrolled("ENG9", 20)})

    assert found(world, NO_SECTION) is None


def test_rows_are_counted_by_what_they_name_and_read_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.log(C, {"Course Code is taken": [ENG9]})
    world.log(E, {NO_SECTION: enrolled("ENG9", 5_000)})
    windows: list[int] = []
    monkeypatch.setattr(Archive, "window", lambda _, ids: windows.append(len(ids)))

    told = found(world, NO_SECTION)

    assert told is not None
    assert told.followed == 5_000
    assert windows == []
    assert told.roots == (
        Root("course", "ENG9", 5_000, "failed in Courses", error_id=told.roots[0].error_id),
    )
