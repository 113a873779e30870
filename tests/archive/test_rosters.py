"""Extracts of the SIS and the directory in the archive: dated, several of each, found by their keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from importlog_tui.archive import Archive
from importlog_tui.fields import Columns, Field
from importlog_tui.model import Format, Kind, Origin
from importlog_tui.refresh import Outcome, bring_in
from importlog_tui.roster import RosterReading, Witness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

NIGHT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
USERS = ("Unique ID", "Last Name", "First Name", "User Name", "Email", "School", "Schoology ID")
SECTIONS = ("Course Name", "Course Code", "Section Name", "Section Code", "Section School Code", "School")
ENROLLMENTS = ("Course Code", "Section Code", "Section School Code", "Unique ID", "Enrollment Type")
LOPEZ = ("204117", "Lopez", "Maria", "mlopez", "MLopez@Example.org", "0450", "41000117")
NGUYEN = ("204121", "Nguyen", "An", "anguyen", "anguyen@example.org", "0450", "")
REYES = ("0204117", "Reyes", "Ana", "areyes", " areyes@example.org", "0460", "204117")


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    kind: Kind = Kind.USERS,
    at: datetime | None = NIGHT,
    witness: Witness = Witness.SIS,
    name: str = "users.csv",
    is_whole: bool = True,
) -> RosterReading:
    known = Columns(columns)
    fields = {c: f for c, f in zip(known.columns, known.fields, strict=True) if f is not None}
    lines = ((line, tuple(row)) for line, row in enumerate(rows, 2))
    return RosterReading(
        witness, kind, tuple(columns), lines, Origin(name, Format.TABLE), at, fields, is_whole
    )


def filed(archive: Archive, *readings: RosterReading, keep: int = 7) -> Outcome:
    return bring_in(archive, iter(readings), keep=keep)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as opened:
        yield opened


def lines(archive: Archive, roster_id: int) -> list[tuple[int, tuple[str, ...]]]:
    return [(entry.line, tuple(entry.values.values())) for entry in archive.entries(roster_id)]


def test_a_table_is_kept_as_it_was_read(archive: Archive) -> None:
    outcome = filed(archive, table(USERS, [LOPEZ, NGUYEN, REYES]))
    (roster,) = archive.rosters()
    assert outcome.status == 0
    assert outcome.rosters[0].filed.id == roster.id
    assert (roster.witness, roster.kind, roster.rows, roster.complete) == (Witness.SIS, Kind.USERS, 3, True)
    assert (roster.taken_at, roster.origin, roster.columns) == (NIGHT, "users.csv", USERS)
    assert roster.fields["User Name"] is Field.USERNAME
    assert lines(archive, roster.id) == [(2, LOPEZ), (3, NGUYEN), (4, REYES)]


def test_users_are_found_by_any_key_and_no_key_is_taken_for_another(archive: Archive) -> None:
    filed(archive, table(USERS, [LOPEZ, NGUYEN, REYES]))
    (roster,) = archive.rosters()

    def found(**keys: list[str]) -> list[str]:
        return [entry.fields[Field.UNIQUE_ID] for entry in archive.users(roster.id, **keys)]

    assert found(unique_ids=["204117"]) == ["204117"]
    assert found(schoology_ids=["204117"]) == ["0204117"]
    assert found(emails=["mlopez@EXAMPLE.ORG"]) == ["204117"]
    assert found(emails=["areyes@example.org"]) == ["0204117"]
    assert found(usernames=["ANguyen"]) == ["204121"]
    assert found(unique_ids=["204121"], emails=["mlopez@example.org"]) == ["204117", "204121"]
    assert found(schoology_ids=["", " "]) == []
    assert found() == []


def test_codes_are_compared_exactly_unless_a_hint_is_wanted(archive: Archive) -> None:
    rows = [
        ("English 9", "ENG9", "English 9-01", "01", "ENG9-01", "0450"),
        ("English 9", "eng9", "English 9-02", "02", "eng9-02", "0450"),
        ("Art", "ART", "Art 01", "01", "ART-01", "0450"),
    ]
    filed(archive, table(SECTIONS, rows, kind=Kind.COURSES))
    (roster,) = archive.rosters()

    def found(*, fold: bool = False, **keys: list[str]) -> list[str]:
        entries = archive.sections(roster.id, fold=fold, **keys)
        return [entry.fields[Field.SECTION_NAME] for entry in entries]

    assert found(course_codes=["ENG9"]) == ["English 9-01"]
    assert found(course_codes=["Eng 9"], fold=True) == ["English 9-01", "English 9-02"]
    assert found(section_codes=["01"]) == ["English 9-01", "Art 01"]
    assert found(section_codes=["eng9-02", "ART-01"]) == ["English 9-02", "Art 01"]
    assert found(section_codes=["ENG9-02"]) == []
    assert found(section_codes=["ENG9-02"], fold=True) == ["English 9-02"]
    assert found(course_codes=["ENG9", "ART"], section_codes=["01"]) == ["English 9-01", "Art 01"]
    assert found(course_codes=["eng9"], section_codes=["ENG9-02"]) == []


def test_enrollments_are_found_by_user_and_by_section(archive: Archive) -> None:
    rows = [
        ("ENG9", "01", "ENG9-01", "204117", "2"),
        ("ENG9", "02", "ENG9-02", "204117", "2"),
        ("ENG9X", "01", "ENG9X-01", "204121", "2"),
        ("ART", "01", "", "204121", "1"),
    ]
    filed(archive, table(ENROLLMENTS, rows, kind=Kind.ENROLLMENTS))
    (roster,) = archive.rosters()

    def found(**keys: list[str] | list[tuple[str, str]]) -> list[int]:
        return [entry.line for entry in archive.enrollments(roster.id, **keys)]  # type: ignore[arg-type]

    assert found(unique_ids=["204117"]) == [2, 3]
    assert found(sections=[("ENG9", "01")]) == [2]
    assert found(sections=[("ENG9", "ENG9-02")]) == [3]
    assert found(sections=[("", "ENG9X-01")]) == [4]
    assert found(sections=[("ENG9", "")]) == [2, 3]
    assert found(sections=[("eng9", "01"), ("ART", "ENG9-01")]) == []
    assert found(unique_ids=["204117"], sections=[("ART", "01")]) == [2, 3, 5]


def test_the_one_in_force_at_a_time_is_the_newest_whole_one_before_it(archive: Archive) -> None:
    day = timedelta(days=1)
    filed(archive, table(USERS, [LOPEZ, NGUYEN], at=NIGHT))
    filed(archive, table(USERS, [LOPEZ], at=NIGHT - day))
    filed(archive, table(USERS, [NGUYEN], at=NIGHT + day, is_whole=False))

    def rows(at: datetime | None = None) -> int | None:
        roster = archive.roster(Witness.SIS, Kind.USERS, at)
        return None if roster is None else roster.rows

    assert [roster.rows for roster in archive.rosters()] == [1, 2, 1]
    assert rows() == 2
    assert rows(NIGHT - timedelta(seconds=1)) == 1
    assert rows(NIGHT - 2 * day) is None
    assert archive.roster(Witness.DIRECTORY, Kind.USERS) is None


def test_the_same_again_changes_nothing(archive: Archive) -> None:
    filed(archive, table(USERS, [LOPEZ, NGUYEN]))
    stamp = archive.stamp()
    outcome = filed(archive, table(USERS, [LOPEZ, NGUYEN]))
    assert not outcome.rosters[0].filed.is_new
    assert archive.stamp() == stamp
    assert len(archive.rosters()) == 1


def test_the_same_content_of_the_next_night_is_seen_again_not_kept_twice(archive: Archive) -> None:
    filed(archive, table(USERS, [LOPEZ]))
    filed(archive, table(USERS, [LOPEZ], at=NIGHT + timedelta(days=1)))
    filed(archive, table(USERS, [NGUYEN], at=NIGHT + timedelta(days=2)))
    filed(archive, table(USERS, [LOPEZ], at=NIGHT + timedelta(days=3)))
    back, other, first = archive.rosters()
    assert (first.taken_at, first.seen_at) == (NIGHT, NIGHT + timedelta(days=1))
    assert (other.rows, back.taken_at) == (1, NIGHT + timedelta(days=3))


def test_old_rows_make_room_and_their_counts_stay(archive: Archive) -> None:
    for night in range(4):
        someone = (str(night), *LOPEZ[1:])
        filed(archive, table(USERS, [someone, NGUYEN, REYES], at=NIGHT + timedelta(days=night)), keep=2)
    filed(archive, table(USERS, [LOPEZ], witness=Witness.DIRECTORY), keep=2)
    kept = archive.rosters(Witness.SIS)
    everything = archive.rosters(Witness.SIS, purged=True)
    assert [roster.taken_at.day for roster in kept] == [26, 25]
    assert [roster.purged for roster in everything] == [False, False, True, True]
    assert everything[-1].rows == 3
    assert archive.per_building(everything[-1].id) == {"0450": 2, "0460": 1}
    assert archive.users(everything[-1].id, unique_ids=["0"]) == []
    assert list(archive.entries(everything[-1].id)) == []


def test_what_was_stopped_is_a_part(archive: Archive) -> None:
    asked = iter([False, True, True, True])
    outcome = bring_in(
        archive,
        iter([table(USERS, [(str(number), *LOPEZ[1:]) for number in range(5000)])]),
        cancelled=lambda: next(asked, True),
    )
    (roster,) = archive.rosters()
    assert outcome.stopped
    assert outcome.status == 1
    assert not roster.complete
    assert 0 < roster.rows < 5000
    assert archive.roster(Witness.SIS, Kind.USERS) is None


def test_keys_are_looked_up_in_an_index(archive: Archive) -> None:
    filed(archive, table(USERS, [LOPEZ]))
    plans: list[str] = []
    with archive._connections.one() as connection:
        for column in ("unique_id", "schoology_id", "username_folded", "email_folded"):
            query = f"SELECT id FROM roster_users WHERE roster_id = 1 AND {column} IN (SELECT value FROM json_each('[]'))"  # noqa: S608
            plans.append(" ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")))
    assert all("USING COVERING INDEX roster_users_by_" in plan for plan in plans), plans


def test_enrollments_are_counted_in_the_building_of_their_section(archive: Archive) -> None:
    sections = [
        ("English 9", "ENG9", "01", "01", "ENG9-01", "0450"),
        ("English 9", "ENG9", "02", "02", "", "0460"),
        ("Art", "ART", "01", "01", "ART-01", "0450"),
    ]
    rows = [
        ("ENG9", "01", "ENG9-01", "1", "2"),
        ("ENG9", "01", "ENG9-01", "2", "2"),
        ("ART", "01", "ART-01", "1", "2"),
        ("X", "1", "X-1", "1", "2"),
    ]
    enrolled = table(ENROLLMENTS, rows, kind=Kind.ENROLLMENTS)
    filed(archive, enrolled, table(SECTIONS, sections, kind=Kind.COURSES, at=NIGHT + timedelta(minutes=1)))
    by_code = archive.rosters(kind=Kind.ENROLLMENTS)[0]
    assert archive.per_building(by_code.id) == {"0450": 3}
    fewer = ENROLLMENTS[:2] + ENROLLMENTS[3:]
    cells = [("ENG9", "01", "1", "2"), ("ENG9", "02", "1", "2"), ("eng9", "02", "2", "2")]
    filed(archive, table(fewer, cells, kind=Kind.ENROLLMENTS, at=NIGHT + timedelta(days=1)))
    by_course = archive.rosters(kind=Kind.ENROLLMENTS)[0]
    assert archive.per_building(by_course.id) == {"0450": 1, "0460": 1}


def test_enrollments_without_sections_have_no_building(archive: Archive) -> None:
    filed(archive, table(ENROLLMENTS, [("ENG9", "01", "ENG9-01", "1", "2")], kind=Kind.ENROLLMENTS))
    assert archive.per_building(archive.rosters()[0].id) == {}


def test_two_tables_of_one_kind_hour_and_folder_are_one_where_each_holds_something_else(
    archive: Archive,
) -> None:
    staff, pupils = (
        table(USERS, [LOPEZ], name="out/staff.csv"),
        table(USERS, [NGUYEN], name="out/students.csv"),
    )
    outcome = filed(archive, staff, pupils)
    (said,) = outcome.troubles
    assert not said.is_part
    assert (
        said.what
        == "out/staff.csv and out/students.csv hold different users of one hour: they are kept as one table"
    )
    assert [brought.filed.rows for brought in outcome.rosters] == [2]
    (kept,) = archive.rosters()
    assert (kept.rows, kept.complete, kept.origin) == (2, True, "out/staff.csv; out/students.csv")
    assert {entry.fields[Field.UNIQUE_ID] for entry in archive.entries(kept.id)} == {LOPEZ[0], NGUYEN[0]}
    again = filed(
        archive, table(USERS, [LOPEZ], name="out/staff.csv"), table(USERS, [NGUYEN], name="out/students.csv")
    )
    assert [brought.filed.is_new for brought in again.rosters] == [False]
    assert len(archive.rosters()) == 1
    alone = table(USERS, [REYES], name="out/students.csv", at=NIGHT + timedelta(hours=20))
    (said,) = filed(archive, alone).troubles
    assert said.what == "it came with out/staff.csv the last time, and without now: it counts as a part"
    assert [one.complete for one in archive.rosters()] == [False, True]
    both = table(USERS, [LOPEZ, NGUYEN], name="out/a.csv", at=NIGHT + timedelta(days=1))
    (said,) = filed(
        archive, both, table(USERS, [LOPEZ], name="out/b.csv", at=NIGHT + timedelta(days=1))
    ).troubles
    assert said.what.startswith("out/a.csv holds users of the same hour")
    nights = [
        table(USERS, [LOPEZ], name=f"{day}/users.csv", at=NIGHT + timedelta(days=day)) for day in (1, 2)
    ]
    assert filed(archive, *nights, table(USERS, [REYES], witness=Witness.DIRECTORY)).troubles == []


def test_only_who_brings_in_a_table_makes_room(archive: Archive) -> None:
    for night in range(9):
        filed(archive, table(USERS, [(str(night), *LOPEZ[1:])], at=NIGHT + timedelta(days=night)), keep=20)
    bring_in(archive, iter(()))
    assert len(archive.rosters()) == 9


def test_parts_with_other_headings_become_one_table_by_their_meanings(archive: Archive) -> None:
    staff = table(
        ("Unique ID", "E-mail", "Email 2", "Department"),
        [("1", "a@x.org", "b@x.org", "Art")],
        name="o/staff.csv",
    )
    pupils = table(("Grade", "User Unique ID", "Email"), [("9", "2", "c@x.org")], name="o/students.csv")
    filed(archive, staff, pupils)
    (kept,) = archive.rosters()
    one, other = archive.entries(kept.id)
    assert dict(one.values) == {
        "Unique ID": "1", "E-mail": "a@x.org", "Email 2": "b@x.org", "Department": "Art", "Grade": "",
    }  # fmt: skip
    assert (other.fields[Field.UNIQUE_ID], other.fields[Field.EMAIL], other.values["Grade"]) == (
        "2",
        "c@x.org",
        "9",
    )


def test_enrollments_of_staff_and_of_students_are_parts_and_are_counted_where_they_are(
    archive: Archive,
) -> None:
    sections = table(SECTIONS, [("English", "ENG9", "1", "01", "ENG9-01", "0450")], kind=Kind.COURSES)
    staff = table(
        ENROLLMENTS, [("ENG9", "01", "ENG9-01", "1", "1")], kind=Kind.ENROLLMENTS, name="e/staff.csv"
    )
    pupils = table(
        ENROLLMENTS, [("ENG9", "01", "ENG9-01", "2", "2")], kind=Kind.ENROLLMENTS, name="e/pupils.csv"
    )
    filed(archive, sections, staff, pupils)
    (kept,) = archive.rosters(kind=Kind.ENROLLMENTS)
    assert kept.rows == 2
    assert archive.per_building(kept.id) == {"0450": 2}
    assert [
        entry.fields[Field.UNIQUE_ID] for entry in archive.enrollments(kept.id, unique_ids=["1", "2"])
    ] == ["1", "2"]


def test_an_interrupted_extract_pushes_no_whole_one_out_and_leaves_when_the_whole_one_came(
    archive: Archive,
) -> None:
    filed(archive, table(USERS, [LOPEZ]), keep=2)
    for hour in (1, 2, 3):
        at = NIGHT + timedelta(hours=hour)
        filed(archive, table(USERS, [NGUYEN] * hour, at=at, is_whole=False), keep=2)
    kept = archive.rosters(Witness.SIS)
    assert [roster.rows for roster in kept if roster.complete] == [1]
    assert [roster.rows for roster in kept if not roster.complete] == [3, 2]

    filed(archive, table(USERS, [LOPEZ, NGUYEN], at=NIGHT + timedelta(hours=3)), keep=2)
    assert [(roster.rows, roster.complete) for roster in archive.rosters(Witness.SIS)] == [
        (2, True),
        (1, True),
    ]
