"""`check` as a process: before the night, with the nights before, for people and for programs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.preflight.files import Row, changed, courses, enrollments, users, write
from tests.stories.told import District

NIGHT = datetime(2026, 11, 23, 1, 2)
TAKEN = "Email already in use"
COLUMNS = ("User Unique ID", "Last Name", "First Name", "Email", "School")


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path)


def person(number: int, **cells: str) -> Row:
    return {
        "User Unique ID": str(204_000 + number),
        "Last Name": f"Lopez{number}",
        "First Name": f"Maria{number}",
        "Email": f"m{number}@example.org",
        "School": "HS",
    } | cells


def objects(printed: str) -> dict[str, list[dict[str, Any]]]:
    told: dict[str, list[dict[str, Any]]] = {"error": [], "record": [], "summary": []}
    for line in printed.splitlines():
        one = json.loads(line)
        told[one["type"]].append(one)
    return told


def test_clean_findings_unreadable(district: District) -> None:
    write(district.home / "clean.csv", users())
    write(district.home / "wrong.csv", changed("users", (3, "Email", "mlopez")))

    assert district.run("check", "clean.csv")[0] == 0
    assert district.run("check", "wrong.csv")[0] == 1
    assert district.run("check", "wrong.csv", "nothing.csv")[0] == 2
    assert district.run("check", "nothing.csv") == (2, "")
    assert not (district.home / "archive.sqlite").exists()


def test_a_finding_is_told_with_cause_file_line_and_key(district: District) -> None:
    write(district.home / "users.csv", changed("users", (3, "Email", "mlopez")))
    status, printed = district.run("check", "users.csv")

    assert status == 1
    assert "Schoology has not seen these files" in printed
    assert "  Email is no address\n    1 row   predicted, inferred (schoology.md 6, case 11)" in printed
    assert "Users   users.csv   4 rows" in printed
    assert "line 3  204117  Lopez, Maria  Email “mlopez”" in printed


def test_json_has_the_fields_of_errors_and_records_and_more(district: District) -> None:
    write(district.home / "users.csv", changed("users", (3, "Email", "mlopez")))
    told = objects(district.run("check", "users.csv", "--json")[1])

    ((error,), (record,), (summary,)) = told["error"], told["record"], told["summary"]
    assert {
        "id",
        "run_id",
        "message",
        "category",
        "rows_affected",
        "rows_read",
        "complete",
        "state",
    } <= error.keys()
    assert {"id", "error_id", "run_id", "number", "subject", "values", "state", "links"} <= record.keys()
    assert (error["predicted"], error["basis"], error["section"]) == (True, "inferred", "6, case 11")
    assert (record["file"], record["line"], record["basis"], record["error_id"]) == (
        "users.csv",
        3,
        "inferred",
        error["id"],
    )
    assert record["subject"] == {"user": "204117", "section": None, "name": "Lopez, Maria"}
    assert summary["status"] == 1


def test_a_thousand_findings_are_told_in_a_few_lines(district: District) -> None:
    write(
        district.home / "users.csv",
        [
            *users(),
            *(
                {**users()[0], "User Unique ID": str(n), "Username": f"u {n}", "Email": ""}
                for n in range(300_000, 301_208)
            ),
        ],
    )
    printed = district.run("check", "users.csv")[1]

    assert "and 1,203 more; --json lists all" in printed
    assert len(printed.splitlines()) < 40
    assert len(objects(district.run("check", "users.csv", "--json")[1])["record"]) == 1_208


def test_every_row_fails_because_a_header_was_renamed(district: District) -> None:
    rows = [
        {("Stud Nr" if key == "User Unique ID" else key): cell for key, cell in row.items()}
        for row in users()
    ]
    write(district.home / "users.csv", rows)
    status, printed = district.run("check", "users.csv")

    assert status == 1
    assert printed.count("every row (4)") == 1
    assert "User Unique ID; headings that are not known: “Stud Nr”" in " ".join(printed.split())
    assert "204117" not in printed


def test_these_failed_last_night_and_will_fail_again_and_those_are_cured(district: District) -> None:
    night = [tuple(person(n)[column] for column in COLUMNS) for n in range(10)]
    district.night(NIGHT, {TAKEN: night})
    tonight = (
        [person(n) for n in range(4)]
        + [person(n, Email=f"new{n}@example.org") for n in range(4, 9)]
        + [person(50)]
    )
    write(district.home / "users.csv", tonight)

    status, printed = district.run("check", "users.csv")
    assert status == 1
    assert "Of 10 rows that failed last night 4 will fail again," in printed
    assert "5 were corrected, 1 are no longer sent." in printed
    assert f"failed last night and is sent unchanged: “{TAKEN}”" in printed
    told = objects(district.run("check", "users.csv", "--json")[1])
    assert told["error"][0]["category"] == "duplicate-email"
    assert {record["state"] for record in told["record"]} == {"still"}
    assert told["summary"][0]["last_night"]["users"] == {"again": 4, "changed": 5, "absent": 1}


def test_far_fewer_rows_than_yesterday_building_by_building(district: District) -> None:
    write(
        district.home / "before" / "users.csv", [person(n, School="HS" if n % 2 else "MS") for n in range(80)]
    )
    assert district.run("add", "--as", "sis", "before/users.csv")[0] == 0
    write(
        district.home / "users.csv",
        [person(n, School="HS" if n % 2 else "MS") for n in range(80) if n % 2 == 0 or n < 20],
    )
    printed = district.run("check", "users.csv")[1]

    assert "far fewer rows than in the last extract: HS: 40 users on" in printed
    assert "10 now" in printed
    assert "MS:" not in printed
    assert "no longer sent, of before/users.csv:" in printed
    told = objects(district.run("check", "users.csv", "--json")[1])
    (fewer,) = [error for error in told["error"] if error["rule"] == "history.fewer"]
    gone = [record for record in told["record"] if record["error_id"] == fewer["id"]]
    assert len(gone) == fewer["rows_affected"] == 30
    assert {record["values"]["School"] for record in gone} == {"HS"}
    assert {record["file"] for record in gone} == {"before/users.csv"}
    assert {record["state"] for record in gone} == {None}


def test_who_leaves_a_section_tonight_and_gets_nothing_instead(district: District) -> None:
    sent = {"users": users(), "courses": courses(), "enrollments": enrollments()}
    for name, rows in sent.items():
        write(district.home / "before" / f"{name}.csv", rows)
        assert district.run("add", "--as", "sis", f"before/{name}.csv")[0] == 0
        write(district.home / f"{name}.csv", rows)
    write(
        district.home / "enrollments.csv",
        [row for row in enrollments() if (row["User Unique ID"], row["Course Code"]) != ("204117", "eng9")],
    )
    status, printed = district.run("check", "users.csv", "courses.csv", "enrollments.csv")
    assert status == 1
    assert "leaves a section that is still sent, and gets nothing instead" in printed
    assert "204117" in printed
    assert "predicted, inferred (schoology.md 6, case 17)" in printed


def test_a_leading_zero_lost_and_a_course_codes_case(district: District) -> None:
    numbers = {"204117": "004117", "204121": "004121"}
    people = [
        row | {"User Unique ID": numbers.get(row["User Unique ID"], row["User Unique ID"])} for row in users()
    ]
    enrolled = [
        row | {"User Unique ID": numbers.get(row["User Unique ID"], row["User Unique ID"]).lstrip("0")}
        for row in enrollments()
    ]
    enrolled[0]["Course Code"] = "ENG9"
    write(district.home / "users.csv", people)
    write(district.home / "courses.csv", courses())
    write(district.home / "enrollments.csv", enrolled)
    printed = district.run("check", "enrollments.csv", "users.csv", "courses.csv")[1]

    assert "line 4  4117  eng9 01  differs only in leading zeros from 004117" in printed
    assert "differs only in case from eng9 123001" in printed


def test_the_kind_is_said_where_it_cannot_be_told(district: District) -> None:
    (district.home / "tonight.csv").write_text("A,B\n1,2\n3,4\n")

    assert district.run("check", "tonight.csv")[0] == 2
    status, printed = district.run("check", "--kind", "users", "tonight.csv")
    assert status == 1
    assert "every row (2)" in printed


def test_names_are_masked(district: District) -> None:
    write(district.home / "users.csv", changed("users", (3, "Email", "mlopez")))
    for more in ((), ("--json",)):
        printed = district.run("check", "users.csv", "--mask", *more)[1]
        assert "L••••" in printed
        assert [word for word in ("204117", "Lopez", "Maria", "mlopez") if word in printed] == []


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_leaves_no_scratch_file(district: District) -> None:
    rows = ("{},A{},B,u{},,0450,Student\n".format(*[n] * 3) for n in range(300_000))
    (district.home / "users.csv").write_text(
        "User Unique ID,First Name,Last Name,Username,Email,School,Role\n" + "".join(rows)
    )
    (district.home / "temporary").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "importlog_tui", "check", "users.csv"],
        cwd=district.home,
        env={**district.env, "TMPDIR": str(district.home / "temporary")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    for _ in range(400):
        if list((district.home / "temporary").glob("*/tonight.sqlite")):
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 2
    assert out == b""
    assert b"stopped" in err
    assert list((district.home / "temporary").iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="limits of processes")
def test_no_room_for_the_scratch_file_is_a_sentence(district: District) -> None:
    import resource

    rows = ("{},A{},B,u{},,0450,Student\n".format(*[n] * 3) for n in range(20_000))
    (district.home / "users.csv").write_text(
        "User Unique ID,First Name,Last Name,Username,Email,School,Role\n" + "".join(rows)
    )
    done = subprocess.run(
        [sys.executable, "-m", "importlog_tui", "check", "users.csv"],
        cwd=district.home,
        env=district.env,
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000)),
    )

    assert done.returncode == 2
    assert done.stdout == b""
    assert b"the check could not work in its temporary folder" in done.stderr
    assert b"TMPDIR" in done.stderr
    assert b"Traceback" not in done.stderr


def test_what_became_of_last_nights_rows_cant_be_told_without_a_key(district: District) -> None:
    district.night(NIGHT, {TAKEN: [tuple(person(n)[column] for column in COLUMNS) for n in range(8)]})
    tonight = [
        {("Key" if name == "User Unique ID" else name): cell for name, cell in person(n).items()}
        for n in range(8)
    ]
    write(district.home / "users.csv", tonight)

    printed = " ".join(district.run("check", "users.csv")[1].split())
    assert "What became of 8 rows that failed last night can't be told" in printed
    assert "no longer sent" not in printed
    assert "--column HEADING=MEANING" in printed

    printed = " ".join(district.run("check", "--column", "Key=unique_id", "users.csv")[1].split())
    assert "Of 8 rows that failed last night 8 will fail again" in printed
    assert "headings that are not known" not in printed
