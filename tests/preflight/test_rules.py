"""Each rule: what it finds, and that it leaves clean rows alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from importlog_tui.archive import Archive
from importlog_tui.archive.preflight import look
from importlog_tui.archive.preflight.statements import GROUPS, SQL, USERS_OF
from importlog_tui.refresh import bring_in
from importlog_tui.roster import Witness
from importlog_tui.sources import sis
from importlog_tui.tonight import check
from importlog_tui.triage.preflight.rules import BY_ID, RULES, Scope
from importlog_tui.triage.verdict import CATEGORIES, UNCLASSIFIED
from tests.preflight.files import (
    CLEAN,
    HOW,
    Row,
    changed,
    checking,
    courses,
    directory,
    enrollments,
    found,
    sent_before,
    users,
    write,
    write_all,
)

Edit = tuple[int, str, str]
NBSP = "\N{NO-BREAK SPACE}"

ALONE: dict[str, tuple[str, list[Edit], list[int]]] = {
    # rule: file, cells written over, lines found
    "users.no-unique-id": ("users", [(3, "User Unique ID", " ")], [3]),
    "users.no-first-name": ("users", [(3, "First Name", "")], [3]),
    "users.no-last-name": ("users", [(4, "Last Name", NBSP)], [4]),
    "users.no-login": ("users", [(5, "Username", ""), (5, "Email", " ")], [5]),
    "users.no-role": ("users", [(3, "Role", "")], [3]),
    "users.no-school": ("users", [(3, "School", "")], [3]),
    "users.username-characters": ("users", [(3, "Username", "m lopez"), (4, "Username", "añ")], [3, 4]),
    "users.duplicate-row": (
        "users",
        [(5, column, CLEAN["users"]()[2][column]) for column in ("User Unique ID", "First Name", "Last Name")],
        [4, 5],
    ),
    "users.unique-id-twice": ("users", [(5, "User Unique ID", "204117")], [3, 5]),
    "users.username-twice": ("users", [(5, "Username", "mlopez")], [3, 5]),
    "users.username-case": ("users", [(5, "Username", "MLopez")], [3, 5]),
    "users.email-twice": ("users", [(5, "Email", "mlopez@example.org")], [3, 5]),
    "users.email-case": ("users", [(5, "Email", "MLopez@Example.org")], [3, 5]),
    "users.email-format": ("users", [(3, "Email", "mlopez"), (4, "Email", "a n@example.org")], [3, 4]),
    "users.inactive": ("users", [(2, "Status", "Inactive"), (3, "Status", "active")], [2]),
    "users.school-zero": ("users", [(4, "School", "460")], [4]),
    "users.zero-lost": ("users", [(2, "User Unique ID", "000101"), (3, "User Unique ID", "017117"), (4, "User Unique ID", "4121")], [4]),
    "users.excel": ("users", [(3, "User Unique ID", "2.04E+05")], [3]),
    "users.invisible": ("users", [(3, "User Unique ID", "204117 "), (4, "School", "0460\u200b")], [3, 4]),
    "courses.no-course-code": ("courses", [(2, "Course Code", "")], [2]),
    "courses.no-course-name": ("courses", [(2, "Course Name", "")], [2]),
    "courses.no-section-name": ("courses", [(2, "Section Name", "")], [2]),
    "courses.no-section-code": ("courses", [(2, "Section Code", ""), (2, "Section School Code", "")], [2]),
    "courses.no-period": ("courses", [(2, "Grading Period", "")], [2]),
    "courses.duplicate-row": ("courses", [(3, column, value) for column, value in CLEAN["courses"]()[0].items()], [2, 3]),
    "courses.school-code-twice": ("courses", [(3, "Section School Code", "123001")], [2, 3]),
    "courses.section-code-twice": ("courses", [(3, "Course Code", "eng9")], [2, 3]),
    "courses.course-code-case": ("courses", [(3, "Course Code", "ENG9")], [2, 3]),
    "courses.school-zero": ("courses", [(2, "School", "450")], [2]),
    "courses.excel": ("courses", [(2, "Section School Code", "1.23E+05")], [2]),
    "courses.invisible": ("courses", [(2, "Course Code", f"eng9{NBSP}")], [2]),
    "enrollments.no-unique-id": ("enrollments", [(2, "User Unique ID", "")], [2]),
    "enrollments.no-course-code": ("enrollments", [(3, "Course Code", " ")], [3]),
    "enrollments.no-section-code": ("enrollments", [(2, "Section Code", ""), (2, "Section School Code", "")], [2]),
    "enrollments.no-type": ("enrollments", [(4, "Enrollment Type", "")], [4]),
    "enrollments.no-period": ("enrollments", [(4, "Grading Period", "")], [4]),
    "enrollments.type-unknown": ("enrollments", [(4, "Enrollment Type", "3"), (5, "Enrollment Type", "Student")], [4]),
    "enrollments.duplicate-row": ("enrollments", [(4, column, value) for column, value in CLEAN["enrollments"]()[4].items()], [4, 6]),
    "enrollments.excel": ("enrollments", [(2, "Section Code", "1.0"), (3, "User Unique ID", "2.04E+05")], [2, 3]),
    "enrollments.invisible": ("enrollments", [(2, "Course Code", " eng9"), (3, "User Unique ID", "100101\u200b")], [2, 3]),
}  # fmt: skip


def test_the_table_of_rules_and_their_statements_know_the_same_rules() -> None:
    of_rows = {rule.id for rule in RULES if rule.scope is Scope.ROWS}

    assert of_rows == SQL.keys() | GROUPS.keys() | USERS_OF.keys()
    assert len(BY_ID) == len(RULES)
    assert {rule.category for rule in RULES} <= {*CATEGORIES, UNCLASSIFIED}
    assert all(rule.remedy.endswith(".") and not rule.says.endswith(".") for rule in RULES)
    assert all(rule.kind is None or rule.id.startswith(f"{rule.kind.value}.") for rule in RULES)


def test_every_rule_of_rows_has_a_test() -> None:
    tested = ALONE.keys() | TOGETHER.keys() | WITH_DIRECTORY.keys() | WITH_BEFORE.keys()
    assert {rule.id for rule in RULES if rule.scope is Scope.ROWS} - tested == {"enrollments.too-many"}


def test_clean_files_have_no_findings(tmp_path: Path) -> None:
    clean = {name: rows() for name, rows in CLEAN.items() if name != "directory"}
    assert found(tmp_path, clean, held=directory()) == {}
    for name, rows in clean.items():
        assert found(tmp_path / name, {name: rows}) == {}


@pytest.mark.parametrize("rule", ALONE)
def test_a_file_alone(tmp_path: Path, rule: str) -> None:
    name, edits, lines = ALONE[rule]
    rows = changed(name, *edits)

    assert found(tmp_path, {name: rows})[rule] == lines


TOGETHER: dict[str, tuple[dict[str, list[Row]], list[int]]] = {
    "enrollments.user-unknown": ({"enrollments": changed("enrollments", (4, "User Unique ID", "999999"))}, [4]),
    "enrollments.section-unknown": ({"courses": changed("courses", (3, "Course Code", "ENG10"))}, [3, 5, 7]),
    "enrollments.codes-differ": ({"enrollments": changed("enrollments", (4, "Section Code", "1"))}, [4]),
    "enrollments.period-unknown": ({"enrollments": changed("enrollments", (4, "Grading Period", "0450-T0"))}, [4]),
    "courses.no-teacher": ({"enrollments": changed("enrollments", (3, "Enrollment Type", "2"))}, [3]),
}  # fmt: skip


@pytest.mark.parametrize("rule", TOGETHER)
def test_files_against_each_other(tmp_path: Path, rule: str) -> None:
    files, lines = TOGETHER[rule]
    clean = {name: rows() for name, rows in CLEAN.items() if name != "directory"}

    assert found(tmp_path, {**clean, **files}) == {rule: lines}


def other_account(**cells: str) -> list[Row]:
    """The directory with an older account that nobody sends any more."""
    old = dict.fromkeys(directory()[0], "") | {
        "Schoology User ID": "40009",
        "Unique User ID": "198804",
        "Username": "old",
        "Status": "Inactive",
    }
    return [*directory(), {**old, **cells}]


WITH_DIRECTORY: dict[str, tuple[list[Row], dict[str, list[Row]], list[int]]] = {
    "users.email-held": (
        [row | {"Email": "x@example.org"} if row["Unique User ID"] == "204117" else row for row in other_account(Email="MLopez@example.org")],
        {"users": users()},
        [3],
    ),
    "users.username-held": (
        [row | {"Username": "x"} if row["Unique User ID"] == "204117" else row for row in other_account(Username="mlopez")],
        {"users": users()},
        [3],
    ),
    "users.role-unknown": (directory(), {"users": changed("users", (3, "Role", "Substitute"))}, [3]),
    "users.school-unknown": (directory(), {"users": changed("users", (3, "School", "0999"))}, [3]),
    "enrollments.user-fails": (
        directory()[:1] + directory()[2:],
        {"users": changed("users", (3, "Username", ""), (3, "Email", "")), "enrollments": enrollments()},
        [4, 5],
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", WITH_DIRECTORY)
def test_against_the_directory(tmp_path: Path, rule: str) -> None:
    held, files, lines = WITH_DIRECTORY[rule]

    assert found(tmp_path, files, held=held)[rule] == lines


WITH_BEFORE: dict[str, tuple[str, Sequence[Row], list[int]]] = {
    "courses.course-code-changed": ("courses", changed("courses", (2, "Course Code", "ENG9")), [2]),
    "courses.section-code-changed": (
        "courses",
        changed("courses", (2, "Section School Code", " 123001")),
        [2],
    ),
    "courses.school-unknown": ("courses", changed("courses", (2, "School", "0999")), [2]),
    "courses.period-unknown": ("courses", changed("courses", (3, "Grading Period", "0450-T2")), [3]),
    "courses.zero-lost": ("courses", changed("courses", (2, "Course Code", "9")), [2]),
}


@pytest.mark.parametrize("rule", WITH_BEFORE)
def test_against_the_extract_before(tmp_path: Path, rule: str) -> None:
    name, rows, lines = WITH_BEFORE[rule]
    with Archive.open(tmp_path / "archive.sqlite") as kept:
        earlier = (
            changed("courses", (2, "Course Code", "0009")) if rule == "courses.zero-lost" else CLEAN[name]()
        )
        sent_before(kept, tmp_path, {name: earlier})

        assert found(tmp_path, {name: rows}, kept=kept)[rule] == lines


def test_whoever_holds_the_value_in_the_directory_is_left_alone(tmp_path: Path) -> None:
    rows = changed("users", (5, "Username", "mlopez"), (5, "Email", "mlopez@example.org"))
    lines = found(tmp_path, {"users": rows}, held=directory())

    assert lines["users.username-twice"] == lines["users.email-twice"] == lines["users.email-held"] == [5]


def test_a_hint_names_what_an_unknown_code_comes_nearest_to(tmp_path: Path) -> None:
    rows = changed(
        "enrollments",
        (2, "Course Code", "ENG9"),
        (4, "User Unique ID", "0204117"),
        (6, "Section School Code", "77"),
    )
    with checking(tmp_path, {"users": users(), "courses": courses(), "enrollments": rows}) as tonight:
        assert tonight.preflight is not None
        notes = {
            row.line: row.note
            for one in tonight.told.findings
            for row in tonight.preflight.rows(one.id, one.kind)
        }
    assert notes == {
        2: "differs only in case from eng9 123001",
        4: "differs only in leading zeros from 204117",
        6: "the course is there, the section is not",
    }


def test_a_value_that_every_row_has_costs_no_square(tmp_path: Path) -> None:
    """A hundred thousand equal ids, joined with each other, would not end in this test's time."""
    row = users()[1]
    rows = [
        row
        | {
            "User Unique ID": "2.04E+05",
            "Username": f"u{n}",
            "Email": "same@example.org",
            "Last Name": f"L{n}",
        }
        for n in range(30_000)
    ]
    lines = found(tmp_path, {"users": rows})

    assert {rule: len(some) for rule, some in lines.items()} == {
        "users.unique-id-twice": 30_000,
        "users.excel": 30_000,
    }


def test_a_section_with_more_than_ten_thousand_members(tmp_path: Path) -> None:
    people = [enrollments()[2] | {"User Unique ID": str(300_000 + n)} for n in range(10_001)]
    fewer = [enrollments()[3] | {"User Unique ID": str(300_000 + n)} for n in range(9_999)]

    assert found(tmp_path, {"enrollments": [*fewer, *people]}) == {"enrollments.too-many": [2 + 9_999]}


def test_twice_the_rows_are_twice_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the directory, an extract before and enrollments: no rule looks through all rows for each."""
    monkeypatch.setattr(look, "_STEPS", 1_000)
    steps = [_steps_of(tmp_path / str(count), count) for count in (400, 800)]
    assert steps[1] < 2.5 * steps[0]


def _steps_of(folder: Path, count: int) -> int:
    people = [
        {**users()[1], "User Unique ID": str(300_000 + n), "Username": f"u{n}", "Email": f"u{n}@example.org"}
        for n in range(count)
    ]
    held = [
        {
            **directory()[1],
            "Unique User ID": row["User Unique ID"],
            "Username": row["Username"],
            "Email": row["Email"],
        }
        for row in people
    ]
    enrolled = [{**enrollments()[2], "User Unique ID": row["User Unique ID"]} for row in people]
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return False

    with Archive.open(folder / "kept.sqlite") as kept:
        sent_before(
            kept, folder, {"users": people[:-20], "courses": courses(), "enrollments": enrolled[:-20]}
        )
        paths = write_all(
            folder / "tonight", {"users": people, "courses": courses(), "enrollments": enrolled}
        )
        bring_in(kept, sis.read(write(folder / "directory.csv", held), HOW, Witness.DIRECTORY))
        with check(paths, HOW, kept=kept, cancelled=cancelled) as tonight:
            assert tonight.directory is not None
    return asked
