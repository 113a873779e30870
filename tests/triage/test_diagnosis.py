"""The cause of a record from one witness, two, or three: less certain with less evidence, never a guess told as a fact."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from importlog_tui.archive import Archive
from importlog_tui.directory import Answer, Topic
from importlog_tui.fields import Field
from importlog_tui.model import Kind, Result
from importlog_tui.triage.verdict import Certainty, Owner, Verdict
from tests.triage.world import GRADUATE, LOPEZ, NIGHT, SECTIONS, TEACHER, USERS, World, changed, pupils

U, C, E = Kind.USERS, Kind.COURSES, Kind.ENROLLMENTS
TAKEN = "Email already in use"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "archive.db")


def verdict(world: World, message: str = "") -> Verdict:
    (told,) = world.diagnosed(message)
    return told.verdict


def test_the_row_alone_gives_what_is_possible(world: World) -> None:
    world.log(U, {TAKEN: [LOPEZ]})

    told = verdict(world)

    assert (told.rule, told.certainty, told.owner) == ("email-in-use", Certainty.POSSIBLE, Owner.SIS)
    assert (
        told.cause
        == "Another account holds mlopez@example.org. E-mail addresses are unique in all of Schoology."
    )
    assert told.evidence == ("The message alone.",)


def test_the_directory_shows_the_holder_and_that_it_is_somebody_else(world: World) -> None:
    world.log(U, {TAKEN: [LOPEZ]})
    world.schoology(U, [GRADUATE, *pupils(30)])

    told = verdict(world)

    assert (told.rule, told.certainty, told.field) == (
        "email-held-by-inactive",
        Certainty.PROVEN,
        Field.EMAIL,
    )
    assert "198804 Lopez, Marta, inactive" in told.cause
    assert "another birthday" in told.cause
    assert told.remedy == "Change Email in SchoolTool. A change made in Schoology is overwritten tonight."


def test_the_same_person_under_an_old_id_gets_another_advice(world: World) -> None:
    world.log(U, {TAKEN: [LOPEZ]})
    world.schoology(U, [changed(LOPEZ, Unique_ID="188804", Status="Inactive"), *pupils(30)])

    told = verdict(world)

    assert (told.rule, told.owner, told.field) == ("email-old-id", Owner.SCHOOLOGY_USER, Field.UNIQUE_ID)
    assert "same birthday, same name" in told.cause


def test_a_synced_account_cant_be_given_another_id(world: World) -> None:
    world.log(U, {TAKEN: [LOPEZ]})
    holder = (*changed(LOPEZ, Unique_ID="188804", Status="Inactive"), "1")
    world.schoology(U, [holder], columns=(*USERS, "Synced"))

    assert verdict(world).rule == "email-old-id-synced"


def test_a_name_alone_makes_no_same_person(world: World) -> None:
    bare = ("Unique ID", "Last Name", "First Name", "Email", "Status")
    world.log(U, {TAKEN: [("204117", "Lopez", "Maria", "mlopez@example.org", "Active")]}, columns=bare)
    world.schoology(U, [("188804", "Lopez", "Maria", "MLopez@example.org", "Active")], columns=bare)

    told = verdict(world)

    assert (told.rule, told.certainty) == ("email-held", Certainty.LIKELY)
    assert "can't be told" in told.cause


def test_nobody_in_a_whole_directory_means_that_the_holder_is_outside(world: World) -> None:
    world.log(U, {TAKEN: [LOPEZ]})
    world.sis(U, [LOPEZ, *pupils(30)])
    world.schoology(U, pupils(30))

    assert verdict(world).rule == "email-held-outside"


def test_nobody_in_a_part_of_the_directory_means_nothing(world: World) -> None:
    world.log(U, {TAKEN: [LOPEZ]})
    world.sis(U, [LOPEZ, *pupils(30)])
    world.schoology(U, pupils(30), is_whole=False)

    assert verdict(world).rule == "email-in-use"


def test_the_sis_sends_one_address_for_two_people(world: World) -> None:
    world.log(U, {TAKEN: [LOPEZ]})
    world.sis(U, [LOPEZ, changed(GRADUATE, Status="Active")])

    told = verdict(world)

    assert (told.rule, told.certainty) == ("email-twice-in-sis", Certainty.PROVEN)
    assert "198804 Lopez, Marta" in told.cause


def test_what_the_sis_corrected_since_heals(world: World) -> None:
    world.log(U, {TAKEN: [LOPEZ]}, days_ago=1)
    world.sis(U, [changed(LOPEZ, Email="maria.lopez@example.org")])

    told = verdict(world)

    assert (told.rule, told.owner) == ("cured-in-sis", Owner.NOBODY)
    assert "maria.lopez@example.org" in told.cause


def test_a_blank_in_the_sis_is_proven_and_one_in_the_row_alone_is_not_the_sis(world: World) -> None:
    blank = changed(LOPEZ, Last_Name=" ")
    world.log(U, {"Missing required field": [blank, changed(pupils(1)[0], First_Name="")]})
    world.sis(U, [blank, *pupils(40)])

    here, there = (told.verdict for told in world.diagnosed())

    assert (here.rule, here.certainty, here.field) == ("blank-in-sis", Certainty.PROVEN, Field.LAST_NAME)
    assert (there.rule, there.owner) == ("blank-in-row-only", Owner.NOBODY)
    assert "First0" in there.cause


def test_every_row_is_the_heading_and_not_the_rows(world: World) -> None:
    renamed = tuple("Building" if name == "School" else name for name in USERS)
    world.log(U, {"Missing required field": pupils(2)}, days_ago=1, columns=renamed)
    world.log(U, {"School not mapped": pupils(40)})
    world.sis(U, pupils(40))

    told = verdict_of_first(world, "School not mapped")

    assert (told.rule, told.owner) == ("every-row-headings", Owner.IMPORT_SETTINGS)
    assert "gone: Building; new: School" in told.cause
    assert "40 rows fail, of 40 that the SIS sent." in told.evidence


def schools(count: int) -> list[tuple[str, ...]]:
    return [*pupils(count // 2), *(changed(one, School="0460") for one in pupils(count)[count // 2 :])]


@pytest.mark.parametrize(
    ("says", "result", "evidence"),
    [
        (
            "Import complete with errors: 120 of 120 rows failed",
            None,
            "120 rows fail, of 120 that the run names.",
        ),
        ("Complete with errors. Rows processed: 122", None, "120 rows fail, of 122 that the run names."),
        ("Complete with errors (120 records processed)", None, "120 rows fail, of 120 that the run names."),
        ("Import failed", Result.FAILED, "The import failed, and 120 rows have this one error."),
    ],
)
def test_every_row_is_told_by_the_runs_own_counts_where_no_extract_tells_it(
    world: World, says: str, result: Result | None, evidence: str
) -> None:
    world.log(U, {"Missing required field": schools(120)}, says=says, result=result)

    told = verdict_of_first(world, "Missing required field")

    assert (told.rule, told.owner) == ("every-row-required", Owner.IMPORT_SETTINGS)
    assert evidence in told.evidence


def test_every_row_is_told_by_the_nights_before_which_had_other_errors(world: World) -> None:
    for days in (3, 2, 1):
        world.log(U, {TAKEN: pupils(4), "Missing required field": pupils(2)}, days_ago=days)
    world.log(U, {"Role not mapped": schools(120)})

    told = verdict_of_first(world, "Role not mapped")

    assert told.rule == "every-row"
    assert "never before were it more than 6" in told.evidence[0]


def test_several_errors_of_the_very_same_rows_are_every_row(world: World) -> None:
    world.log(U, {"Role not mapped": schools(120), "School not mapped": schools(120), TAKEN: pupils(3)})
    assert verdict_of_first(world, "Role not mapped").rule == "every-row"
    assert verdict_of_first(world, TAKEN).rule != "every-row"


@pytest.mark.parametrize(
    ("errors", "says"),
    [
        ({"Role not mapped": schools(120)}, ""),  # nothing tells how many were sent
        ({"Role not mapped": schools(120)}, "120 of 4,000 rows failed"),
        ({"Role not mapped": schools(22)}, "Import complete with errors, 11/23/2026"),
        ({"Role not mapped": pupils(120), "School not mapped": pupils(120)}, ""),  # all of one building
        ({"Role not mapped": schools(120), TAKEN: pupils(3)}, ""),
    ],
)
def test_many_rows_are_not_yet_every_row(
    world: World, errors: dict[str, list[tuple[str, ...]]], says: str
) -> None:
    world.log(U, errors, says=says)
    assert verdict_of_first(world, "Role not mapped").rule != "every-row"


# Roles and schools of others


def test_a_role_that_others_have_in_schoology_is_mapped_and_one_that_nobody_has_is_not(
    world: World,
) -> None:
    failing = [changed(LOPEZ, Role="Para"), changed(TEACHER, Role="Teacher")]
    others = [changed(one, Role="Teacher") for one in pupils(3)]
    world.log(U, {"Role not mapped": failing})
    world.sis(U, [*failing, *others])
    world.schoology(U, [*failing, *others])

    new, known = (told.verdict for told in world.diagnosed())

    assert (new.rule, new.owner) == ("role-not-mapped", Owner.SCHOOLOGY_SETTINGS)
    assert "No other user has Para." in new.evidence
    assert known.rule == "role"


def test_without_the_directory_the_rows_that_did_not_fail_tell_it(world: World) -> None:
    failing = [changed(LOPEZ, School="0999"), changed(GRADUATE, School="0450")]
    world.log(U, {"School not mapped": failing})
    world.sis(U, [*failing, *pupils(2)])

    new, known = (told.verdict for told in world.diagnosed())

    assert (new.rule, known.rule) == ("school-not-mapped", "school")


def test_nobody_knows_of_others_where_neither_is_there(world: World) -> None:
    world.log(U, {"Role not mapped": [changed(LOPEZ, Role="Para")]})
    assert verdict(world).rule == "role"


def verdict_of_first(world: World, message: str) -> Verdict:
    return world.diagnosed(message)[0].verdict


def test_a_lost_zero_is_the_export(world: World) -> None:
    world.log(U, {"School not mapped": [changed(LOPEZ, School="450")]})
    world.sis(U, pupils(40))

    told = verdict(world)

    assert (told.rule, told.owner) == ("school-zeros", Owner.IMPORT_SETTINGS)
    assert told.cause == "The row says 450, the building is known as 0450: leading zero lost."


@pytest.mark.parametrize(
    ("username", "rule", "said"),
    [
        ("mlopez ", "odd-characters", "trailing space"),
        ("mlopez\N{ZERO WIDTH SPACE}", "odd-characters", "zero-width space"),
        ("ml\N{CYRILLIC SMALL LETTER O}pez", "odd-characters", "Cyrillic small letter o, not Latin o"),
        ("m lopez", "bad-username", "a space"),
        ("m,lopez", "bad-username", "“,”"),
    ],
)
def test_what_a_username_must_not_hold_is_named(world: World, username: str, rule: str, said: str) -> None:
    world.log(U, {"Invalid character in Username": [changed(LOPEZ, Username=username)]})

    told = verdict(world)

    assert (told.rule, told.field) == (rule, Field.USERNAME)
    assert said in told.cause


def test_a_number_that_a_spreadsheet_rewrote_is_named(world: World) -> None:
    world.log(U, {"Unique ID is not in a valid format": [changed(LOPEZ, Unique_ID="2.04E+05")]})

    told = verdict(world)

    assert told.rule == "spreadsheet-number"
    assert "Excel wrote 2.04E+05" in told.cause


ENROLLED = ("eng9", "01", "", "204117", "2")
ENG9 = ("English 9", "ENG9", "Section 1", "01", "", "0450", "T1")


def test_an_enrollment_follows_from_its_users_own_row(world: World) -> None:
    world.log(U, {"Missing required field": [changed(LOPEZ, Email="", Username="")]})
    world.log(E, {"User not found": [ENROLLED, ("eng9", "01", "", "999999", "2")]})

    follows, other = (told.verdict for told in world.diagnosed("User not found"))

    assert (follows.rule, follows.owner) == ("user-failed-first", Owner.NOBODY)
    assert other.rule == "user-unknown"


def test_a_user_who_is_not_sent_is_the_sis(world: World) -> None:
    world.log(E, {"User not found": [ENROLLED]})
    world.sis(U, pupils(40))

    assert verdict(world).rule == "user-not-sent"


def test_an_id_with_its_zero_lost_is_named(world: World) -> None:
    world.log(E, {"User not found": [ENROLLED]})
    world.sis(U, [changed(LOPEZ, Unique_ID="0204117"), *pupils(40)])

    told = verdict(world)

    assert told.rule == "user-id-near"
    assert "0204117" in told.cause


def test_a_code_that_differs_only_in_case_is_compared(world: World) -> None:
    world.log(E, {"Section not found": [ENROLLED]})
    world.sis(C, [ENG9])

    told = verdict(world)

    assert (told.rule, told.field, told.certainty) == ("section-case", Field.COURSE_CODE, Certainty.PROVEN)
    assert told.cause == "The row says eng9, the courses say ENG9. Codes are compared exactly, case included."
    assert told.evidence == ("The SIS's Courses file has ENG9: differs only in case.",)


@pytest.mark.parametrize(
    ("enrolled", "rule"),
    [
        (("ENG9", "1", "", "204117", "2"), "section-zeros"),
        (("ENG9", "77", "", "204117", "2"), "section-not-sent"),
        (("MATH7", "01", "", "204117", "2"), "course-not-sent"),
        (("ENG9", "01", "", "204117", "2"), "section-in-past"),
    ],
)
def test_what_the_courses_file_says_of_a_section(world: World, enrolled: tuple[str, ...], rule: str) -> None:
    world.log(C, {})
    world.log(E, {"Section not found": [enrolled]})
    world.sis(C, [ENG9])

    assert verdict(world, "Section").rule == rule


def test_a_sections_own_row_comes_first(world: World) -> None:
    world.log(C, {"Duplicate section code": [changed(ENG9, SECTIONS, Course_Code="eng9")]})
    world.log(E, {"Section not found": [ENROLLED]})

    assert verdict(world, "Section not found").rule == "section-failed-first"


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        (changed(TEACHER, Status="Inactive"), "inactive-in-sis"),
        (None, "inactive-not-sent"),
        (
            changed(TEACHER, Unique_ID="0100214", Email="rc@example.org", Birthday="1980-01-01"),
            "inactive-other-id",
        ),
    ],
)
def test_why_an_account_is_disabled(world: World, sent: tuple[str, ...] | None, rule: str) -> None:
    world.log(U, {"User is inactive": [changed(TEACHER, Birthday="1980-01-01")]})
    world.sis(U, pupils(40) + ([sent] if sent else []))

    assert verdict(world).rule == rule


def test_staff_criteria_that_are_not_met_are_named(world: World) -> None:
    columns = (*USERS, "Department", "Type")
    world.log(U, {"User is inactive": [TEACHER]})
    world.sis(U, [(*TEACHER, "Other", "Teacher")], columns=columns)

    told = verdict(world)

    assert told.rule == "inactive-left-out"
    assert "a Department (it says “Other”)" in told.cause


def test_a_term_of_one_building_is_its_grading_periods(world: World) -> None:
    sections = [changed(ENG9, SECTIONS, Section_Code=f"{n:02}", School="0330") for n in range(5)]
    world.log(C, {"Grading period not found": sections})

    told = verdict_of_first(world, "Grading")

    assert (told.rule, told.owner) == ("period-one-building", Owner.SCHOOLOGY_SETTINGS)
    assert "0330" in told.cause


def test_witnesses_are_asked_once_for_many_records(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlog_tui.archive import Archive

    asked = []
    users = Archive.users

    def counted(self: Archive, roster_id: int, **keys: object) -> object:
        asked.append(keys)
        return users(self, roster_id, **keys)  # type: ignore[arg-type]

    world.log(U, {TAKEN: pupils(400)})
    world.sis(U, pupils(900))
    world.schoology(U, pupils(900))
    monkeypatch.setattr(Archive, "users", counted)

    assert len(world.diagnosed()) == 400
    assert len(asked) == 2


def test_three_witnesses_side_by_side(world: World) -> None:
    world.log(U, {"Invalid Username": [changed(LOPEZ, Username="mlopez ")]})
    world.sis(U, [changed(LOPEZ, Username="mlopez ")])
    world.schoology(U, [changed(LOPEZ, Username="mlopez", Email="MLOPEZ@example.org")])

    (told,) = world.diagnosed()
    lines = {line.heading: line for line in told.compared()}

    username, email = lines["Username"], lines["Email"]
    assert (username.row.differs, username.row.names) == (False, ("trailing space",))
    assert (username.schoology.differs, username.schoology.names) == (True, ("trailing space missing",))
    assert (email.schoology.differs, email.schoology.names) == (False, ("differs only in case",))
    assert not lines["Last Name"].is_told


def test_an_empty_log_column_set_is_no_evidence(world: World) -> None:
    world.log(E, {"Section not found": [("x",)]}, columns=("Something else",))
    world.sis(C, [ENG9])

    assert verdict(world).certainty is not Certainty.PROVEN


def answer(world: World, key: str, values: dict[str, str] | None, days_ago: float = 0) -> None:
    """Schoology was asked about one user."""
    at = NIGHT + timedelta(hours=7, days=-days_ago)
    with Archive.open(world.path) as archive:
        archive.keep_answers([Answer(Topic.USER, key, at, values)])


INACTIVE = {
    "Unique User ID": TEACHER[0],
    "Name": "Ruth Castellane",
    "Status": "Inactive",
    "Inactive Since": "2026-11-23T06:06:00+00:00",
}


def test_what_schoology_said_of_one_user_is_a_witness_without_a_directory(world: World) -> None:
    world.log(U, {"User is inactive": [TEACHER]})
    world.sis(U, [TEACHER, *pupils(30)])
    answer(world, TEACHER[0], INACTIVE)

    told = verdict(world)

    assert told.rule == "inactive-in-schoology-only"
    assert "inactive since 2026-11-23" in " ".join(told.evidence)


def test_that_there_is_no_account_is_known_of_whom_was_asked_for_alone(world: World) -> None:
    world.log(E, {"User not found": [("ENG9", "01", "", LOPEZ[0], "2"), ("ENG9", "01", "", TEACHER[0], "2")]})
    answer(world, LOPEZ[0], None)

    lopez, teacher = world.diagnosed("User not found")

    assert lopez.case.known["in-schoology"] is False
    assert "in-schoology" not in teacher.case.known


def test_the_newer_of_an_answer_and_the_directory_counts(world: World) -> None:
    world.log(U, {"User is inactive": [TEACHER]})
    world.schoology(U, [TEACHER, *pupils(30)])

    answer(world, TEACHER[0], INACTIVE, days_ago=3)
    (before,) = world.diagnosed("User is inactive")
    answer(world, TEACHER[0], INACTIVE)
    (after,) = world.diagnosed("User is inactive")

    assert before.case.known["inactive-in-schoology"] is False
    assert after.case.known["inactive-in-schoology"] is True


def test_what_schoology_holds_otherwise_is_said_besides(world: World) -> None:
    world.log(U, {"School not mapped": [changed(LOPEZ, School="99")]})
    world.sis(U, [LOPEZ, *pupils(30)])
    world.schoology(U, [changed(LOPEZ, Role="Teacher"), *pupils(30)])

    (told,) = world.diagnosed()

    (also,) = told.also
    assert also.rule == "role-differs"
    assert "The SIS sends the role Student, Schoology holds Teacher." in also.cause
    assert "overwritten tonight" in also.cause


def test_an_inactive_account_besides_the_active_one_is_said(world: World) -> None:
    world.log(U, {"School not mapped": [changed(LOPEZ, School="99")]})
    world.schoology(U, [LOPEZ, changed(LOPEZ, Status="Inactive", Username="old"), *pupils(30)])

    (told,) = world.diagnosed()

    assert [each.rule for each in told.also] == ["second-account"]


def test_what_fails_is_not_said_again_as_a_difference(world: World) -> None:
    world.log(U, {TAKEN: [LOPEZ]})
    world.sis(U, [LOPEZ, *pupils(30)])
    world.schoology(U, [changed(LOPEZ, Email="old@example.org"), *pupils(30)])

    (told,) = world.diagnosed()

    assert told.also == ()


@pytest.mark.parametrize("message", ["Invalid character in Username", "Invalid characters"])
def test_a_blank_that_the_page_lost_is_found_in_the_sis(world: World, message: str) -> None:
    world.log(U, {message: [LOPEZ]})
    world.sis(U, [changed(LOPEZ, Username="mlopez "), *pupils(30)], days_ago=-1)

    told = verdict(world)

    assert (told.rule, told.field) == ("odd-characters", Field.USERNAME)
    assert "trailing space, in the SIS" in told.cause


def test_more_failures_than_rows_that_were_sent_prove_another_extract_and_not_every_row(world: World) -> None:
    world.log(U, {"Role not mapped": schools(120), TAKEN: pupils(3)})
    world.sis(U, pupils(40))
    told = verdict_of_first(world, "Role not mapped")
    assert not told.rule.startswith("every-row")
    assert not any("40" in sentence for sentence in told.evidence)
