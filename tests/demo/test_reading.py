"""The district read by the real readers: every trouble that was promised is found in the archive."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from importlog_tui.archive import Archive
from importlog_tui.config import rule_texts
from importlog_tui.demo.decisions import decide
from importlog_tui.demo.district import MAIL_ONLY_AGE, DistrictFiles, write_district
from importlog_tui.demo.opening import bring_in_district, prepare
from importlog_tui.demo.stories import EVERY_ROW, HAPPENINGS, RESTING_AGE, STORIES, Story
from importlog_tui.fields import Field
from importlog_tui.model import ErrorType, Kind, MarkKind, Record, Result, Run
from importlog_tui.refresh import Outcome
from importlog_tui.roster import Witness
from importlog_tui.triage.reading import read_rules
from tests.demo.conftest import NOW, ZONE


class Read:
    """The district's archive and how bringing it in went."""

    def __init__(self, archive: Archive, outcome: Outcome, newest: date) -> None:
        self.archive, self.outcome, self.newest = archive, outcome, newest

    def runs(self, age: int, kind: Kind | None = None) -> list[Run]:
        """The runs of a night, in the order in which they ran."""
        day = self.newest - timedelta(days=age)
        return [
            run
            for run in reversed(self.archive.runs())
            if run.performed_at
            and run.performed_at.astimezone(ZONE).date() == day
            and kind in {None, run.kind}
        ]

    def errors(self, age: int, kind: Kind) -> list[ErrorType]:
        return [error for run in self.runs(age, kind) for error in self.archive.errors(run.id)]

    def error(self, age: int, message: str) -> ErrorType:
        return next(error for kind in Kind for error in self.errors(age, kind) if error.message == message)

    def records(self, error: ErrorType) -> list[Record]:
        return list(self.archive.records(error_id=error.id))


@pytest.fixture(scope="module")
def read(district: DistrictFiles, tmp_path_factory: pytest.TempPathFactory) -> Read:
    archive = Archive.open(tmp_path_factory.mktemp("archive") / "district.sqlite")
    outcome = bring_in_district(archive, district, now=NOW, zone=ZONE, progress=lambda _: None)
    return Read(archive, outcome, district.newest)


def test_everything_is_understood_and_placed(read: Read) -> None:
    assert [str(trouble) for trouble in read.outcome.troubles] == []
    assert [unplaced.reading.origin for unplaced in read.outcome.unplaced] == []
    assert read.outcome.status == 0


def test_the_same_again_changes_nothing(read: Read, district: DistrictFiles) -> None:
    before = read.archive.stamp()
    bring_in_district(read.archive, district, now=NOW, zone=ZONE, progress=lambda _: None)
    assert read.archive.stamp() == before


def test_mails_and_pages_of_a_run_are_one_run(read: Read) -> None:
    missing = sum(happening.what == "missing" for happening in HAPPENINGS)
    again = sum(happening.what == "again" for happening in HAPPENINGS)
    assert len(read.archive.runs()) == 3 * 30 - missing + again


def test_the_newest_night_is_as_the_picture_shows_it(read: Read) -> None:
    users, courses, enrollments = read.runs(0)
    assert [run.kind for run in (users, courses, enrollments)] == [Kind.USERS, Kind.COURSES, Kind.ENROLLMENTS]
    assert [run.performed_at for run in (users, courses, enrollments)] == [
        datetime(2026, 11, 23, 1, minute, tzinfo=ZONE) for minute in (2, 7, 12)
    ]
    assert (users.rows_affected, courses.rows_affected, enrollments.rows_affected) == (61, 3, 418)
    assert len(read.errors(0, Kind.USERS)) > 4
    assert read.error(0, "Email already in use").rows_affected == 9
    assert read.error(0, "Section not found for this Course Code").rows_affected == 412
    assert all(run.complete for run in (users, courses, enrollments))


def subjects(read: Read, age: int) -> Counter[tuple[str, str | None, str | None]]:
    return Counter(
        (error.message, record.subject.user, record.subject.section)
        for kind in Kind
        for error in read.errors(age, kind)
        for record in read.records(error)
    )


def test_the_last_nights_fail_in_the_same_rows_but_for_nine(read: Read) -> None:
    newest, yesterday, before = subjects(read, 0), subjects(read, 1), subjects(read, 2)
    assert yesterday == before
    assert sum(yesterday.values()) == 473
    assert newest - yesterday == Counter({key: 1 for key in newest if key[0] == "Email already in use"})
    assert sum((newest - yesterday).values()) == 9
    assert not yesterday - newest


def test_from_night_to_night_a_few_rows_come_and_go_and_come_back(read: Read) -> None:
    nights = [subjects(read, age) for age in range(RESTING_AGE)]
    changed = [sum((one - other).values()) for one, other in pairwise(nights[21:])]
    assert max(changed) < 150
    assert sum(change > 0 for change in changed) > len(changed) / 2
    seen = [{key for key, count in night.items() if count} for night in nights]
    returned = {
        key
        for age in (13, 14, 15, 16)
        for key in seen[age] - seen[age + 1]
        if any(key in earlier for earlier in seen[age + 2 :])
    }
    assert returned


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.case}-{story.message}-{story.first}")
def test_every_trouble_is_in_the_log_on_its_night(read: Read, story: Story) -> None:
    age = story.first if story.first != MAIL_ONLY_AGE else story.last
    error = read.error(age, story.message)
    claimed = error.rows_affected or 0
    assert claimed > 0
    assert error.rows_read == (claimed if story.read is None else story.read)
    assert len(read.records(error)) == error.rows_read
    assert error.complete == (story.read is None)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.message)
def test_every_made_up_message_says_its_category(story: Story) -> None:
    assert read_rules(rule_texts()).category(story.message) != "unclassified"


def test_five_hundred_of_1214_stays_so(read: Read) -> None:
    error = read.error(8, "Grading period has ended for this section")
    assert (error.rows_read, error.rows_affected, error.complete) == (500, 1214, False)
    assert not read.runs(8, Kind.ENROLLMENTS)[0].complete


def test_one_night_every_user_fails(read: Read) -> None:
    (error,) = read.errors(20, Kind.USERS)
    assert (error.message, error.rows_affected, error.rows_read) == (EVERY_ROW, 12_000, 12_000)


def test_one_night_nothing_fails(read: Read) -> None:
    assert [run.result for run in read.runs(RESTING_AGE)] == [Result.COMPLETED] * 3


def test_what_befalls_whole_runs_is_there(read: Read) -> None:
    assert [run.kind for run in read.runs(10)] == [Kind.USERS, Kind.COURSES]
    assert [run.result for run in read.runs(11)][1:] == [Result.RUNNING, Result.QUEUED]
    assert read.runs(12, Kind.ENROLLMENTS)[0].result is Result.FAILED
    first, again = read.runs(9, Kind.USERS)
    assert first.performed_at
    assert again.performed_at
    assert (again.performed_at - first.performed_at) > timedelta(hours=5)
    assert {e.message: e.rows_read for e in read.archive.errors(first.id)} == {
        e.message: e.rows_read for e in read.archive.errors(again.id)
    }
    late = read.runs(18)[0].performed_at
    assert late
    assert late.hour == 4


def test_one_night_is_known_by_its_mails_alone(read: Read) -> None:
    runs = read.runs(MAIL_ONLY_AGE)
    assert len(runs) == 3
    assert all(run.errors and not run.rows_read and not run.complete for run in runs)


def test_the_schedule_keeps_gmt_when_clocks_change(read: Read) -> None:
    hours = {age: read.runs(age)[0].performed_at for age in (21, 22, 23)}
    assert all(hours.values())
    utc = {at.timestamp() % 86_400 // 3_600 for at in hours.values() if at}
    assert utc == {6}


def test_the_hour_that_comes_twice_gives_no_run_twice(tmp_path: Path) -> None:
    now = datetime(2026, 11, 5, 8, 0, tzinfo=ZONE)
    files = write_district(tmp_path / "files", now=now, zone=ZONE, nights=6)
    with Archive.open(tmp_path / "district.sqlite") as archive:
        bring_in_district(archive, files, now=now, zone=ZONE, progress=lambda _: None)
        times = [run.performed_at.isoformat() for run in archive.runs() if run.performed_at]
    assert len(times) == 18
    assert sum(time.startswith("2026-11-01T01") and time.endswith("-05:00") for time in times) == 3


def test_the_teacher_is_disabled_again_every_night(read: Read) -> None:
    for age in range(15):
        if age != MAIL_ONLY_AGE:
            (record,) = read.records(read.error(age, "User is sent as inactive, account disabled"))
            assert (record.subject.user, record.subject.name) == ("100214", "Castellane, Ruth")


def test_english_9_differs_in_case_alone(read: Read) -> None:
    (course,) = read.records(read.error(0, "Course Code does not exist in this spelling"))
    assert course.values["Course Code"] == "ENG9"
    rows = read.records(read.error(0, "Section not found for this Course Code"))
    assert {row.values["Course Code"] for row in rows} == {"ENG9"}
    assert all(row.subject.user and row.subject.section for row in rows)


def test_values_arrive_as_they_were_sent(read: Read) -> None:
    names = [r.values["User Name"] for r in read.records(read.error(0, "Invalid character in Username"))]
    assert any(name.endswith(" ") for name in names)
    assert any(name.endswith("\N{NO-BREAK SPACE}") for name in names)
    codes = read.records(read.error(0, "Duplicate entry: Section School Code used more than once"))
    assert {row.values["Section School Code"] for row in codes} == {"1.23E+05"}
    schools = read.records(read.error(0, "School not mapped"))
    assert all(len(row.values["School"]) == 3 for row in schools)
    everyone = read.records(read.error(20, EVERY_ROW))
    first_names = {row.values["First Name"] for row in everyone}
    assert {"美玲", "Jonathan [Jonty]", "D'Angelo", "[b]ea"} <= first_names


def test_some_rows_carry_schoologys_own_number(read: Read) -> None:
    with_number = read.records(read.error(0, "Missing required field"))
    assert any(row.values["Schoology User ID"].isdecimal() for row in with_number)
    assert all(row.subject.user != row.values["Schoology User ID"] for row in with_number)
    assert "Schoology User ID" not in read.error(0, "Email already in use").columns


def test_the_recordings_session_cookie_is_nowhere_in_the_archive(read: Read) -> None:
    for path in read.archive.path.parent.iterdir():
        assert b"not-a-real-session" not in path.read_bytes()


def test_the_second_start_of_the_day_makes_nothing(tmp_path: Path) -> None:
    first = prepare(tmp_path, now=NOW, zone=ZONE, progress=lambda _: None)
    made = first.stat()
    later = prepare(tmp_path, now=NOW + timedelta(hours=5), zone=ZONE, progress=lambda _: None)
    assert later == first
    assert later.stat().st_mtime_ns == made.st_mtime_ns
    assert [path.name for path in tmp_path.iterdir()] == [first.name]
    with Archive.open(first, read_only=True) as archive:
        assert len(archive.runs()) == 90


def test_the_witnesses_of_the_last_nights_are_there(read: Read) -> None:
    night = timedelta(days=1)
    last = datetime.combine(read.newest, time(1, 0), ZONE)

    def rows(witness: Witness, kind: Kind, at: datetime) -> int | None:
        roster = read.archive.roster(witness, kind, at)
        return None if roster is None else roster.rows

    kinds = (Kind.USERS, Kind.COURSES, Kind.ENROLLMENTS)
    assert [rows(Witness.SIS, kind, last) for kind in kinds] == [12_001, 1_100, 79_958]
    assert [rows(Witness.SIS, kind, last - night) for kind in kinds] == [12_001, 1_100, 79_958]
    assert rows(Witness.SIS, Kind.USERS, last - 2 * night) is None
    assert rows(Witness.DIRECTORY, Kind.USERS, last) is None
    assert rows(Witness.DIRECTORY, Kind.USERS, NOW) == 12_008
    users = read.archive.rosters(Witness.SIS, Kind.USERS)
    assert [roster.taken_at.astimezone(ZONE).date() for roster in users] == [read.newest, read.newest - night]
    assert users[0].origin == f"made-up sis/{read.newest}/users.csv"
    teacher = read.archive.users(users[0].id, unique_ids=["100214"])
    held = read.archive.roster(Witness.DIRECTORY, Kind.USERS)
    assert held is not None
    assert [entry.fields[Field.STATUS] for entry in read.archive.users(held.id, unique_ids=["100214"])] == [
        "Inactive"
    ]
    assert len(teacher) == 1


def test_what_two_colleagues_decided_is_proved_by_the_nights_after(read: Read, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    with closing(sqlite3.connect(read.archive.path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    with Archive.open(copy) as archive:
        decide(archive, read.newest, ZONE)
        told = {
            (mark.kind, mark.who, mark.standing.value, mark.record_id is None)
            for mark in archive.marks(NOW.date())
        }
    assert told == {
        (MarkKind.CORRECTED, "jo", "failing with a new reason", False),
        (MarkKind.CORRECTED, "jo", "waiting for proof", False),
        (MarkKind.ACCEPTED, "sam", "ended", True),
        (MarkKind.ACCEPTED, "sam", "in force", True),
        (MarkKind.NOTE, "sam", "in force", False),
        (MarkKind.OWNER, "sam", "in force", True),
    }
