"""What is seen in extracts and directory without a message: who has no account, another school, who dropped out, which building lost its rows."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from importlog_tui.archive import Archive
from importlog_tui.archive.preflight import Preflight
from importlog_tui.archive.preflight import look as preflight_look
from importlog_tui.config import rule_texts
from importlog_tui.model import Kind
from importlog_tui.seen import look
from importlog_tui.triage.brief import Brief, brief
from importlog_tui.triage.diagnosis import Diagnosis
from importlog_tui.triage.reading import read_rules
from importlog_tui.triage.seen import Sighting
from tests.stories.extracts import (
    SCHOOLS,
    accounts,
    enrolled,
    hold,
    quiet_nights,
    sections,
    send,
    user,
    users,
)
from tests.stories.mornings import fault, night
from tests.test_extract_commands import Program

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
CODES = {f"{school}{n}": school for school in SCHOOLS for n in range(4)}


def diagnosis(kept: Archive) -> Diagnosis:
    return Diagnosis(kept, read_rules(rule_texts()), zone=UTC)


class District:
    def __init__(self, folder: Path) -> None:
        self.folder, self.archive = folder, folder / "archive.sqlite"

    def sent(self, day: int, *, clock: str = "00:40", **files: list[dict[str, str]]) -> None:
        send(self.archive, self.folder, day, files, clock=clock)

    def held(self, day: int, rows: list[dict[str, str]], clock: str = "07:00") -> None:
        hold(self.archive, self.folder, day, rows, clock)

    def ran(self, *days: int) -> None:
        quiet_nights(self.archive, *days)

    def seen(self, now: datetime = NOW) -> dict[str, tuple[Sighting, list[dict[str, str]]]]:
        """Form -> what is seen, and the values of its records; of fewer rows by building."""
        with (
            Archive.open(self.archive, read_only=True) as kept,
            look(kept, diagnosis(kept), now, aliases={}) as found,
        ):
            return {
                one.form + (f" {one.fall.building}" if one.fall else ""): (
                    one,
                    [dict(record.values) for record in found.records(one)],
                )
                for one in found.sightings
            }

    def morning(self, now: datetime = NOW) -> Brief:
        with (
            Archive.open(self.archive, read_only=True) as kept,
            look(kept, diagnosis(kept), now, aliases={}) as found,
        ):
            return brief(kept.runs(), kept.errors, now, UTC, seen=found.sightings)


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path)


def ids(rows: list[dict[str, str]]) -> list[str]:
    return [row["User Unique ID"] for row in rows]


# Who is sent and has no account (case 7)


def test_a_person_who_was_imported_and_has_no_account_is_seen_with_the_night_since_which(
    district: District,
) -> None:
    old, new = user("0450900", "0450", "Teacher"), user("0460900", "0460")
    district.ran(21, 22, 23)
    district.sent(21, users=[*users(), old])
    district.sent(22, users=[*users(), old, user("0470900", "0470")])
    district.sent(23, users=[*users(), old, new])
    district.held(23, accounts(users()))

    ((one, rows),) = district.seen().values()
    assert ids(rows) == ["0450900", "0460900"]
    assert [row["Since"] for row in rows] == ["2026-11-21", "2026-11-23"]
    assert (one.form, one.rows, one.new, one.doubt) == ("account-missing", 2, 1, "")
    assert district.morning().status == 1


def test_what_was_so_the_night_before_is_no_news(district: District) -> None:
    district.ran(22, 23)
    district.sent(22, users=[*users(), user("0450900", "0450")])
    district.sent(23, users=[*users(), user("0450900", "0450"), user("0450901", "0450", Status="Inactive")])
    district.held(23, accounts(users()))
    ((one, rows),) = district.seen().values()
    assert (ids(rows), one.new) == (["0450900"], 0)
    assert district.morning().status == 0


def test_whom_a_newer_extract_no_longer_sends_is_left_alone(district: District) -> None:
    gone, moved = user("0450900", "0450"), user("0450901", "0460")
    district.ran(22, 23)
    district.sent(22, users=[*users(), gone, moved, user("0450902", "0450")])
    district.held(23, accounts([*users(), user("0450901", "0450")]))
    district.sent(23, clock="06:00", users=[*users(), user("0450901", "0450"), user("0450902", "0450")])
    ((one, rows),) = district.seen().values()
    assert (one.form, ids(rows)) == ("account-missing", ["0450902"])


def test_staff_whose_record_lacks_what_they_need_are_told_apart_with_what_they_lack(
    district: District,
) -> None:
    staff = [
        user("0450900", "0450", "Teacher", Department="Other", Type="Teacher"),
        user("0450901", "0450", "Teacher", Department="Science", Type="NONE"),
        user("0450902", "0450", "Teacher", Department="Science", Type="Teacher"),
    ]
    district.ran(23)
    district.sent(23, users=[*users(), *staff])
    district.held(23, accounts(users()))
    found = district.seen()
    one, rows = found["account-left-out"]
    assert [row["Lacks"] for row in rows] == ["a Department (it says “Other”)", "a Type (it says “NONE”)"]
    assert one.verdict.rule == "account-left-out"
    assert ids(found["account-missing"][1]) == ["0450902"]


def test_whoever_the_log_names_has_a_message_and_is_not_seen(district: District) -> None:
    district.ran(22)
    night(
        district.archive, 23, fault("Email already in use", ("0450900", "Okafor900", "Ada", "x@y.org", "HS"))
    )
    district.sent(23, users=[*users(), user("0450900", "0450")])
    district.held(23, accounts(users()))
    assert not district.seen()


def test_rows_that_were_not_read_may_name_them_and_that_is_said(district: District) -> None:
    night(district.archive, 23, fault("Email already in use", claimed=4))
    district.sent(23, users=[*users(), user("0450900", "0450")])
    district.held(23, accounts(users()))
    ((one, _),) = district.seen().values()
    assert one.doubt == "not all rows of the Users import were read: an error may name them"
    assert not one.needs_a_person


def test_a_directory_from_before_the_import_tells_nothing(district: District) -> None:
    district.ran(22, 23)
    district.sent(23, users=[*users(), user("0450900", "0450")])
    district.held(22, accounts(users()), clock="23:00")
    assert not district.seen()


def test_a_directory_that_lacks_a_whole_building_is_doubted_and_no_row_is_listed(
    district: District,
) -> None:
    district.ran(23)
    district.sent(23, users=users())
    district.held(23, accounts(row for row in users() if row["School"] != "0450"))
    ((one, rows),) = district.seen().values()
    assert (one.rows, rows, one.has_rows) == (60, [], False)
    assert "only a part" in one.doubt
    assert district.morning().status == 0


def test_whoever_is_enrolled_but_never_sent_as_a_user_is_seen_once(district: District) -> None:
    district.ran(23)
    district.sent(
        23,
        users=users(),
        courses=sections(CODES),
        enrollments=enrolled(
            [*((row["User Unique ID"], "04500") for row in users()), ("777", "04500"), ("777", "04501")]
        ),
    )
    district.held(23, accounts(users()))
    ((one, rows),) = district.seen().values()
    assert (one.form, ids(rows), one.verdict.rule) == ("account-not-sent", ["777"], "account-not-sent")


# Another school (case 10)


def test_another_school_in_schoology_is_seen_though_codes_are_names_there(district: District) -> None:
    moved = user("0450900", "0460")
    held = accounts([*users(), user("0450900", "0450"), user("0450901", "0470")])
    held[-1]["School Title"] = ""
    district.ran(22, 23)
    district.sent(22, users=[*users(), moved])
    district.sent(23, users=[*users(), moved, user("0450901", "0470")])
    district.held(23, held)
    ((one, rows),) = district.seen().values()
    assert [(row["SIS sends"], row["Schoology holds"], row["Since"]) for row in rows] == [
        ("0460", "Lincoln High", "2026-11-22"),
        ("0470", "", "2026-11-23"),
    ]
    assert (one.sight, one.new) == ("school-differs", 1)


def test_a_school_among_the_additional_ones_is_none_that_differs(district: District) -> None:
    both = user("0450900", "0460", "Teacher", **{"Additional Schools": "0450|0470"})
    district.ran(23)
    district.sent(23, users=[*users(), both])
    district.held(23, accounts([*users(), user("0450900", "0450")]))
    assert not district.seen()


def test_a_directory_without_schools_tells_nothing_of_them(district: District) -> None:
    held = accounts(users())
    for row in held:
        row["School Title"] = ""
    district.ran(23)
    district.sent(23, users=users())
    district.held(23, held)
    assert not district.seen()


# Fewer rows (case 18)


def test_a_building_that_lost_many_users_is_said_with_both_numbers_and_its_rows(district: District) -> None:
    sent = users()
    district.ran(22, 23)
    for day in (19, 20, 21, 22):
        district.sent(day, users=[*sent, user(f"9{day}", "0470")])
    district.sent(23, users=[row for row in sent if not ("0450020" <= row["User Unique ID"] < "0450055")])
    found = district.seen()
    one, rows = found["rows-fell 0450"]
    assert list(found) == ["rows-fell 0450"]
    assert one.about == "0450: 60 users on 22 Nov 00:40, 25 on 23 Nov 00:40, usually 60"
    assert ids(rows) == [f"04500{n}" for n in range(20, 55)]
    assert one.verdict.rule == "rows-fell"
    assert district.morning().status == 1


def test_enrollments_are_counted_where_their_sections_are(district: District) -> None:
    pairs = [(row["User Unique ID"], f"{row['School']}{n}") for row in users() for n in range(4)]
    district.ran(22, 23)
    district.sent(22, users=users(), courses=sections(CODES), enrollments=enrolled(pairs))
    left = [pair for pair in pairs if not (pair[1].startswith("0460") and pair[0] > "0460020")]
    district.sent(23, enrollments=enrolled(left))
    one, rows = district.seen()["rows-fell 0460"]
    assert one.kind is Kind.ENROLLMENTS
    assert len(rows) == one.rows == 39 * 4


def test_a_bulge_that_is_over_is_no_loss(district: District) -> None:
    district.ran(22, 23)
    for day in (18, 19, 20, 21):
        district.sent(day, users=[*users(), user(f"9{day}", "0470")])
    district.sent(22, users=[*users(), *(user(f"8{n}", "0450") for n in range(40))])
    district.sent(23, users=users())
    assert not district.seen()


def test_most_buildings_at_once_are_one_line(district: District) -> None:
    district.ran(22, 23)
    district.sent(22, users=users())
    district.sent(23, users=users(30))
    ((one, rows),) = district.seen().values()
    assert one.about == "180 users on 22 Nov 00:40, 90 on 23 Nov 00:40"
    assert len(rows) == 90
    assert district.morning().status == 1


def test_an_extract_of_one_building_alone_is_doubted_and_could_not_tell(district: District) -> None:
    district.ran(22, 23)
    district.sent(22, users=users())
    district.sent(23, users=[row for row in users() if row["School"] == "0450"])
    ((one, _),) = district.seen().values()
    assert one.doubt == "it holds 1 of 3 buildings: an export that broke off, or only a part of it"
    assert district.morning().status == 2


def test_building_codes_that_changed_are_no_loss_of_each_building(
    district: District,
) -> None:
    district.ran(22, 23)
    district.sent(22, users=users())
    renamed = [row | {"School": row["School"].lstrip("0")} for row in users()]
    district.sent(23, users=renamed)
    assert not district.seen()
    district.sent(23, clock="00:41", users=renamed[:60])
    district.sent(23, clock="00:42", users=[row | {"School": f"9{row['School']}"} for row in renamed[:30]])
    ((one, _),) = district.seen().values()
    assert "their codes changed" in one.doubt


def test_a_new_school_year_is_doubted(district: District) -> None:
    district.ran(22, 23)
    district.sent(22, users=users(), courses=sections(CODES))
    new = {f"9{code}": school for code, school in CODES.items()}
    district.sent(23, users=users(30), courses=sections(new))
    assert {one.doubt for one, _ in district.seen().values()} == {"a new school year: most sections are new"}


@pytest.mark.parametrize("case", ["first", "one kind", "the same again", "old", "part"])
def test_nothing_is_seen_where_nothing_can_be_told(district: District, case: str) -> None:
    district.ran(20, 21, 22, 23)
    days = {"first": (23,), "old": (19, 20)}.get(case, (22, 23))
    for day in days:
        less = case == "old" and day == 20
        district.sent(day, users=users(30) if less else users())
    if case == "one kind":
        district.sent(23, clock="00:41", courses=sections(CODES))
    if case == "part":
        with Archive.open(district.archive) as kept:
            from importlog_tui.refresh import bring_in
            from importlog_tui.roster import Witness
            from importlog_tui.sources import sis
            from tests.stories.extracts import HOW, text

            path = district.folder / "users.csv"
            path.write_text(text(users(20)))
            readings = list(sis.read(path, HOW, Witness.SIS))
            for reading in readings:
                reading.is_whole = False  # type: ignore[union-attr]
            bring_in(kept, iter(readings))
    assert not district.seen()


# Who dropped out (case 17)


def test_whoever_left_a_section_and_got_nothing_instead_is_seen(district: District) -> None:
    pairs = [(row["User Unique ID"], f"{row['School']}{n}") for row in users() for n in range(4)]
    district.ran(22, 23)
    district.sent(
        22,
        users=[*users(), user("0450900", "0450")],
        courses=sections(CODES),
        enrollments=enrolled([*pairs, ("0450900", "04501")]),
    )
    gone = {("0450003", "04501"), ("0460004", "04602"), ("0470005", "04703")}
    moved = {("0460004", "04613")}
    left = [pair for pair in pairs if pair not in gone]
    district.sent(23, users=users(), enrollments=enrolled([*left, *moved]))
    ((one, rows),) = district.seen().values()
    assert [(row["User Unique ID"], row["Section School Code"], row["School"]) for row in rows] == [
        ("0450003", "04501", "0450"),
        ("0470005", "04703", "0470"),
    ]
    assert rows[0]["Last Name"] == "Okafor003"
    assert (one.sight, one.new) == ("dropped-out", 2)
    assert district.morning().status == 0


# Without a screen


def test_commands_list_what_is_seen_and_never_as_an_error_of_the_log(district: District) -> None:
    program = Program(district.folder)
    program.write("config.toml", '[schoology]\naddress = "https://lms.example.org"\n')
    district.ran(22, 23)
    district.sent(22, users=users())
    district.sent(23, users=[*users(), user("0450900", "0450", "Teacher"), user("0450901", "0470")])
    district.held(23, accounts([*users(), user("0450901", "0450")]))

    listed, _ = program("errors", "--seen", "--json")
    first, second = map(json.loads, listed.splitlines())
    assert (first["sight"], first["rows_affected"], first["new_rows"], first["seen"]) == (
        "account-missing",
        1,
        1,
        True,
    )
    assert (second["sight"], second["owner"], second["certainty"], second["basis"]) == (
        "school-differs",
        "sis",
        "likely",
        "documented",
    )
    records = [json.loads(line) for line in program("records", "--seen", "--json")[0].splitlines()]
    assert [record["subject"]["user"] for record in records] == ["0450900", "0450901"]
    assert records[1]["verdict"]["cause"] == "The SIS sends the school 0470, Schoology holds Lincoln High."
    assert records[1]["links"]["user"] == "https://lms.example.org/user/90450901/info"
    assert [record["id"] for record in records] == [1, 2]
    told, _ = program("records", "--seen", "--error", str(second["id"]), "--csv")
    assert told.splitlines()[0].startswith("id,error_id")
    assert "SIS sends" in told
    assert "Okafor900" in program("records", "--seen")[0]
    assert "has no message" in program("errors", "--seen")[0]

    assert program("errors", "--json")[0] == ""
    assert len(program("runs", "--json")[0].splitlines()) == 6
    said, _ = program("brief", status=1)
    assert "Seen here, not in the log" in said
    assert "sent by the SIS, but without an account" in said
    morning = json.loads(program("brief", "--json", status=1)[0])
    assert [one["sight"] for one in morning["seen"]] == ["account-missing", "school-differs"]

    pasted, _ = program("export", "--seen", "--format", "text")
    assert "0450" in pasted
    assert "0450900" in pasted
    assert "0450901" in pasted
    program("export", "--seen", "--format", "csv", "--by", "error", "--to", "lists")
    assert len(list((district.folder / "lists").iterdir())) == 2
    program("errors", "--seen", "--run", "1", status=2)
    program("export", "--seen", "--record", "1", status=2)
    program("errors", "--seen", "--error", "99", status=2)


# What it costs


@pytest.mark.parametrize("each", [60, 240])
def test_the_number_of_statements_does_not_grow_with_the_rows(
    district: District, monkeypatch: pytest.MonkeyPatch, each: int
) -> None:
    asked: list[str] = []
    before = Preflight.__init__

    def traced(self: Preflight, connection: sqlite3.Connection, *more: object, **named: object) -> None:
        connection.set_trace_callback(asked.append)
        before(self, connection, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Preflight, "__init__", traced)
    sent = users(each)
    pairs = [(row["User Unique ID"], f"{row['School']}{n}") for row in sent for n in range(4)]
    missing = [user(f"9{n:05}", "0450") for n in range(each // 4)]
    district.ran(22, 23)
    district.sent(22, users=[*sent, *missing], courses=sections(CODES), enrollments=enrolled(pairs))
    district.sent(
        23, users=[*sent, *missing, user("0460999", "0460")], enrollments=enrolled(pairs[: -each // 8])
    )
    district.held(23, accounts(sent))
    with (
        Archive.open(district.archive, read_only=True) as kept,
        look(kept, diagnosis(kept), NOW, aliases={}) as found,
    ):
        forms = [one.form for one in found.sightings]
    assert forms == ["account-missing", "dropped-out"]
    assert len(asked) < 60


def test_nothing_is_asked_of_a_scratch_archive_where_there_is_one_extract_alone(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object, **__: object) -> Archive:
        raise AssertionError

    monkeypatch.setattr(Archive, "scratch", none)
    district.ran(22, 23)
    district.sent(23, users=users(), courses=sections(CODES))
    assert not district.seen()


def test_twice_the_rows_are_twice_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight_look, "_STEPS", 1_000)
    steps = []
    for each in (150, 300):
        (tmp_path / str(each)).mkdir()
        district = District(tmp_path / str(each))
        asked: list[int] = []
        sent = users(each)
        pairs = [(row["User Unique ID"], f"{row['School']}{n}") for row in sent for n in range(4)]
        district.ran(22, 23)
        district.sent(22, users=sent, courses=sections(CODES), enrollments=enrolled(pairs))
        district.sent(23, users=[*sent, user("0460999", "0460")], enrollments=enrolled(pairs[:-5]))
        district.held(23, accounts(sent))

        def cancelled(asked: list[int] = asked) -> bool:
            asked.append(1)
            return False

        with (
            Archive.open(district.archive, read_only=True) as kept,
            look(kept, diagnosis(kept), NOW, aliases={}, cancelled=cancelled) as found,
        ):
            assert [one.form for one in found.sightings] == ["account-missing", "dropped-out"]
        steps.append(len(asked))
    assert steps[1] < 2.5 * steps[0]
