"""The whole directory, and the few that somebody looks at, as the made-up API has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.archive import Archive
from importlog_tui.demo.roster import LOPEZ, NEW_STUDENT, TEACHER, schoology_id
from importlog_tui.demo.server import Mishap, Running, World
from importlog_tui.demo.server.gate import BUILDING_KEY, PERSONAL_KEY
from importlog_tui.demo.server.objects import OWN_UNIQUE_ID
from importlog_tui.directory import BY, SINCE, Answer, Topic
from importlog_tui.fields import Field
from importlog_tui.model import Kind
from importlog_tui.refresh import bring_in
from importlog_tui.roster import Witness
from importlog_tui.sources.schoology import lookups, users
from importlog_tui.sources.schoology.directory import Directory, read_directory
from importlog_tui.sources.schoology.lists import Names, listed
from importlog_tui.sources.schoology.refusals import ApiProblem
from tests.schoology.conftest import ZONE

if TYPE_CHECKING:
    from tests.schoology.conftest import Ask

ASKED = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "a.sqlite") as made:
        yield made


def by_unique_id(directory: Directory) -> dict[str, dict[str, str]]:
    reading = directory.reading()
    return {row[1]: dict(zip(reading.columns, row, strict=True)) for row in directory.rows}


def test_the_export_brings_all_in_eight_requests(world: World, site: Running, ask: Ask) -> None:
    directory = read_directory(ask(), ASKED)

    assert directory.by_export
    assert len(directory.rows) == len(world.accounts)
    assert directory.reading().is_whole
    assert not directory.troubles
    # The probe and its redirect, roles, buildings, periods, the export, one page of inactive users.
    assert site.control.count() == 8
    assert by_unique_id(directory)[LOPEZ] == {
        "Schoology User ID": schoology_id(LOPEZ),
        "Unique User ID": LOPEZ,
        "Username": "mlopez2",
        "Email": "mlopez2@example.org",
        "First Name": "Maria",
        "Last Name": "Lopez",
        "Name": "Maria Lopez",
        "Role": "Student",
        "School": "0320",
        "School Title": "Old Mill Middle School",
        "Graduation Year": "2033",
        "Status": "Active",
        "Synced": "",
        "Inactive Since": "",
        "Made Inactive By": "",
    }


def test_a_key_of_one_school_reads_page_by_page(world: World, site: Running, ask: Ask) -> None:
    directory = read_directory(ask(BUILDING_KEY), ASKED)
    whole = read_directory(ask(), ASKED)

    assert not directory.by_export
    assert directory.reading().is_whole
    active = sum(account.status == "Active" for account in world.accounts.values())
    assert site.control.count("/v1/users?limit=200") + site.control.count("/v1/users?start=") == -(
        -active // 200
    )
    synced = whole.reading().columns.index("Synced")
    without = [tuple(cell for at, cell in enumerate(row) if at != synced) for row in directory.rows]
    assert without == [tuple(cell for at, cell in enumerate(row) if at != synced) for row in whole.rows]
    assert {row[synced] for row in directory.rows} == {"1"}


def test_an_export_that_was_cut_off_is_not_taken_for_all(world: World, site: Running, ask: Ask) -> None:
    site.control.plan(Mishap.HALF_PAGE, path="csvexport")

    directory = read_directory(ask(), ASKED)

    assert not directory.by_export
    assert len(directory.rows) == len(world.accounts)


def test_pages_that_break_off_leave_a_part_that_says_so(site: Running, ask: Ask, archive: Archive) -> None:
    site.control.plan(Mishap.RESET_INSIDE, path="/v1/users?start=", skip=4, times=None)

    directory = read_directory(ask(BUILDING_KEY), ASKED)
    outcome = bring_in(archive, [directory.reading(), *directory.troubles])

    assert len(directory.rows) == 1000
    assert outcome.status == 1
    assert str(outcome.troubles[0]).startswith(
        "Schoology's API, users: the connection broke off in the middle of an answer"
    )
    assert archive.roster(Witness.DIRECTORY, Kind.USERS) is None
    assert [roster.rows for roster in archive.rosters(Witness.DIRECTORY)] == [1000]


def test_inactive_accounts_say_who_made_them_so_and_when(world: World, ask: Ask) -> None:
    teacher = by_unique_id(read_directory(ask(), ASKED))[TEACHER]
    administrator = world.accounts[schoology_id(OWN_UNIQUE_ID)]

    assert teacher["Status"] == "Inactive"
    assert teacher[BY] == f"{administrator.first} {administrator.last} ({administrator.number})"
    at = datetime.fromisoformat(teacher[SINCE]).astimezone(ZONE)
    assert (at.date().isoformat(), at.hour) == ("2026-11-23", 1)


def test_without_roles_and_buildings_their_numbers_stand_there(site: Running, ask: Ask) -> None:
    for path in ("/v1/roles", "/v1/schools", "/v1/gradingperiods"):
        site.control.plan(Mishap.FORBIDDEN, path=path)

    directory = read_directory(ask(), ASKED)

    assert directory.reading().is_whole
    assert by_unique_id(directory)[LOPEZ]["School"] == "344104"
    assert [trouble.what for trouble in directory.troubles] == [
        f"the {what} could not be read: the API key's user may not read this"
        for what in ("roles", "buildings", "grading periods")
    ]


def test_a_personal_key_brings_nothing_and_says_why(site: Running, ask: Ask) -> None:
    with pytest.raises(ApiProblem, match="25 June 2025"):
        read_directory(ask(PERSONAL_KEY), ASKED)

    assert site.control.count() == 3


def test_a_stop_keeps_what_was_read(ask: Ask, archive: Archive) -> None:
    told: list[int] = []
    client = ask(BUILDING_KEY, cancelled=lambda: len(told) > 3)

    directory = read_directory(client, ASKED, lambda done, _: told.append(done))

    assert directory.stopped
    assert len(directory.rows) == 600
    assert bring_in(archive, [directory.reading()]).rosters[0].complete is False


def test_what_the_archive_knows_of_an_account(ask: Ask, archive: Archive) -> None:
    bring_in(archive, [read_directory(ask(), ASKED).reading()])

    known = archive.accounts([LOPEZ, TEACHER, NEW_STUDENT])

    assert (known[LOPEZ].number, known[LOPEZ].is_active) == (schoology_id(LOPEZ), True)
    assert (known[TEACHER].is_active, known[TEACHER].by) == (False, "Imani Wolde (43704440)")
    assert (known[NEW_STUDENT].exists, known[NEW_STUDENT].as_of) == (False, ASKED)


def test_users_are_asked_for_by_fifty(world: World, site: Running, ask: Ask) -> None:
    ids = [account.unique_id for account in world.accounts.values() if account.status == "Active"][:1000]

    answers = list(lookups.active_users(ask(), ids, Names(), ASKED))

    assert [answer.key for answer in answers] == ids
    assert site.control.count() == 20


def test_an_id_that_no_list_can_hold_is_asked_for_otherwise(site: Running, ask: Ask) -> None:
    answers = list(lookups.active_users(ask(), ["1,2", "a b/c", LOPEZ, "", "  ", "x" * 200], Names(), ASKED))

    assert [answer.key for answer in answers] == [LOPEZ]
    assert site.control.paths() == [
        f"/v1/users?limit=50&school_uids=a%20b%2Fc,{LOPEZ}&start=0",
        "/v1/multiget",
    ]


def test_who_is_in_use_who_is_not_and_who_was_never_there(ask: Ask, archive: Archive) -> None:
    client, names = ask(), Names()
    asked = [LOPEZ, TEACHER, NEW_STUDENT]
    inactive = {answer.key: answer for answer in lookups.inactive_users(client, names, ASKED)}
    active = list(lookups.active_users(client, asked, names, ASKED))
    answers = lookups.who_made(client, lookups.settled(asked, active, inactive, ASKED), names)

    archive.keep_answers(answers)
    known = archive.accounts([*asked, "never asked"])

    assert [known[each].is_active for each in asked] == [True, False, None]
    assert [known[each].exists for each in asked] == [True, True, False]
    assert known[TEACHER].by == "Imani Wolde (43704440)"
    assert "never asked" not in known


def test_sections_are_found_by_their_exact_code(world: World, ask: Ask) -> None:
    section = world.roster.sections[0]

    found, missing, odd = lookups.sections(ask(), [section.section_school_code, "nowhere", "1,2"], ASKED)

    assert found.values is not None
    assert found.values["Course Code"] == section.course_code
    assert missing.values is None
    assert odd.values is None


def test_a_newer_answer_takes_the_older_ones_place_and_no_older_one_does(archive: Archive) -> None:
    first = Answer(Topic.USER, LOPEZ, ASKED, {"Name": "Ünï ☃\udcff"})
    archive.keep_answers([first])
    archive.keep_answers([Answer(Topic.USER, LOPEZ, ASKED.replace(hour=12), None)])
    assert archive.answers(Topic.USER)[LOPEZ].values == {"Name": "Ünï ☃\ufffd"}

    archive.keep_answers([Answer(Topic.USER, LOPEZ, ASKED.replace(hour=14), None)])
    assert archive.answers(Topic.USER, [LOPEZ])[LOPEZ].values is None


def test_who_left_the_list_of_inactive_users_is_forgotten(archive: Archive) -> None:
    archive.keep_answers([Answer(Topic.INACTIVE, "1", ASKED, {}), Answer(Topic.INACTIVE, "", ASKED, {})])
    later = ASKED.replace(hour=15)
    archive.keep_answers([Answer(Topic.INACTIVE, "2", later, {}), Answer(Topic.INACTIVE, "", later, {})])

    assert set(archive.answers(Topic.INACTIVE)) == {"", "2"}


def test_pages_that_lead_in_circles_end(ask: Ask) -> None:
    class Circling:
        def __init__(self) -> None:
            self.asked = 0

        def get(self, _path: str, _query: object = None) -> dict[str, object]:
            return self.get_at("")

        def get_at(self, _address: str) -> dict[str, object]:
            self.asked += 1
            return {
                "user": [{"uid": 1}],
                "total": "9",
                "links": {"next": "http://api.schoology.com/v1/users?x"},
            }

    circling = Circling()
    assert len(list(listed(circling, "users", "user"))) == 2  # type: ignore[arg-type]
    assert circling.asked == 2


def test_the_rows_mean_what_their_headings_say(ask: Ask) -> None:
    assert set(read_directory(ask(), ASKED).reading().fields.values()) == {
        Field.SCHOOLOGY_ID,
        Field.UNIQUE_ID,
        Field.USERNAME,
        Field.EMAIL,
        Field.FIRST_NAME,
        Field.LAST_NAME,
        Field.FULL_NAME,
        Field.ROLE,
        Field.SCHOOL,
        Field.GRAD_YEAR,
        Field.STATUS,
    }


def test_numbers_are_those_of_the_accounts(ask: Ask, archive: Archive) -> None:
    assert not archive.numbers([LOPEZ])

    bring_in(archive, [read_directory(ask(), ASKED).reading()])
    archive.keep_answers(
        [
            Answer(Topic.USER, LOPEZ, ASKED.replace(hour=14), {"Schoology User ID": "17"}),
            Answer(Topic.USER, TEACHER, ASKED.replace(hour=12), {"Schoology User ID": "18"}),
        ]
    )

    asked = [LOPEZ, TEACHER, NEW_STUDENT, OWN_UNIQUE_ID, ""]
    assert archive.numbers(asked) == {
        LOPEZ: "17",
        TEACHER: schoology_id(TEACHER),
        OWN_UNIQUE_ID: schoology_id(OWN_UNIQUE_ID),
    }
    accounts = archive.accounts(asked)
    assert archive.numbers(asked) == {key: one.number for key, one in accounts.items() if one.number}


class Saying:
    """A client whose API says whatever a test wants."""

    def __init__(self, *answers: dict[str, object]) -> None:
        self._answers = iter(answers)

    def get(self, _path: str, _query: object = None) -> dict[str, object]:
        return next(self._answers)

    get_at = get


@pytest.mark.parametrize("total", ["9" * 5000, "-1", "many", None, [], 1e9, True, "１２"])
def test_a_total_that_is_no_number_ends_nothing(total: object) -> None:
    one = {"user": [{"uid": 1}, "no user"], "total": total}

    assert list(listed(Saying(one), "users", "user")) == [{"uid": 1}]  # type: ignore[arg-type]


@pytest.mark.parametrize("users", [{"uid": 1}, "none", 7])
def test_a_list_that_is_none_is_refused(users: object) -> None:
    with pytest.raises(ApiProblem, match="no list called user"):
        list(listed(Saying({"user": users, "total": 1}), "users", "user"))  # type: ignore[arg-type]


def test_an_empty_list_may_be_missing() -> None:
    assert not list(listed(Saying({"total": "0"}), "users", "user"))  # type: ignore[arg-type]


def test_without_links_the_total_leads_on() -> None:
    pages = [{"user": [{"uid": 1}], "total": "2"}, {"user": [{"uid": 2}], "total": 2}]

    assert len(list(listed(Saying(*pages), "users", "user"))) == 2  # type: ignore[arg-type]


@given(
    user=st.dictionaries(
        st.sampled_from(
            [
                "uid",
                "id",
                "school_uid",
                "name_display",
                "role_id",
                "building_id",
                "inactive_timestamp",
                "modified_by_uid",
                "synced",
            ]
        ),
        st.none() | st.text(max_size=9) | st.integers() | st.booleans() | st.lists(st.integers(), max_size=2),
    )
)
def test_whatever_a_user_object_holds_becomes_a_row_of_texts(user: dict[str, object]) -> None:
    for row in (users.active(user, Names()), users.inactive(user, Names())):
        assert len(row) == len(users.COLUMNS)
        assert all(isinstance(cell, str) for cell in row)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("uid,name\n1,a\n", "other columns"),
        ("uid,school_uid\n1\n", "is not whole"),
        ('uid,school_uid\n"1,2\n', "can't be read"),
        ("", "other columns"),
    ],
)
def test_an_export_of_another_form_is_refused(text: str, said: str) -> None:
    with pytest.raises(ApiProblem, match=said):
        list(users.exported(text, Names()))
