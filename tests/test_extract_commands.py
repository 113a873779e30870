"""`add --as sis|directory` and `fetch --sis`, as they are typed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from importlog_tui.archive import Archive
from importlog_tui.roster import Witness
from tests import in_process
from tests.sources.packages import district, packed

USERS = "{0},Last Name,First Name,Email,School\n1,Lopez,Maria,a@example.org,0450\n2,Nguyen,An,b@example.org,0460\n"


class Program:
    def __init__(self, folder: Path) -> None:
        self.folder, self.archive = folder, folder / "archive.sqlite"

    def __call__(self, *words: str, stdin: str = "", status: int = 0) -> tuple[str, str]:
        env = {**os.environ, "HOME": str(self.folder), "IMPORTLOG_CONFIG": str(self.folder / "config.toml")}
        done = in_process.run(
            "--archive", str(self.archive), *words, env=env, cwd=self.folder, stdin=stdin.encode()
        )
        assert done.status == status, done
        return done.out.strip(), done.err.strip()

    def write(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return name

    def rows(self) -> list[tuple[str, str, int]]:
        with Archive.open(self.archive, read_only=True) as archive:
            return [(roster.witness, roster.kind, roster.rows) for roster in archive.rosters()]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    made = Program(tmp_path)
    made.write("config.toml", "")
    return made


def test_a_users_file_is_kept_as_what_it_is_said_to_be(program: Program) -> None:
    name = program.write("users.csv", USERS.format("Unique ID"))
    refused, why = program("add", name, status=2)
    assert refused == "nothing was brought in"
    assert "--as sis or --as directory" in why
    said, _ = program("add", "--as", "sis", name)
    assert said.startswith("SIS extract of ")
    assert said.endswith(": 2 users")
    again, _ = program("add", "--as", "sis", name)
    assert again.endswith(": 2 users known already")
    program("add", "--as", "directory", "-", stdin=USERS.format("Unique User ID"))
    assert sorted(program.rows()) == [("directory", "users", 2), ("sis", "users", 2)]


def test_a_heading_that_may_mean_several_things_is_refused_with_what_to_say_and_remembered(
    program: Program,
) -> None:
    name = program.write("users.csv", USERS.format("SIS ID"))
    _, why = program("add", "--as", "sis", name, status=2)
    assert "--column 'SIS ID=unique_id'" in why
    assert '\n  "SIS ID" = "unique_id"\n' in why
    said, _ = program("add", "--as", "sis", name, "--column", "SIS ID=unique_id")
    assert said.endswith(": 2 users")
    newer = program.write("later.csv", USERS.format("SIS ID").replace("Maria", "Mary"))
    program("add", "--as", "sis", newer)
    program("add", "--as", "directory", name, status=2)
    with Archive.open(program.archive, read_only=True) as archive:
        newest = archive.roster(Witness.SIS, archive.rosters()[0].kind)
        assert newest is not None
        assert [entry.line for entry in archive.users(newest.id, unique_ids=["2"])] == [3]


def test_the_line_to_write_into_the_configuration_works_as_it_stands(program: Program) -> None:
    name = program.write("users.csv", USERS.format('"SIS ID"'))
    _, why = program("add", "--as", "sis", name, status=2)
    line = next(each.strip() for each in why.splitlines() if each.strip().endswith('= "unique_id"'))
    program.write("config.toml", f"[columns]\n{line}\n")
    program("add", "--as", "sis", name)
    assert program.rows() == [("sis", "users", 2)]


def test_a_kind_that_can_not_be_told_is_asked_for(program: Program) -> None:
    name = program.write("export.csv", "Course Code,Section Code\nENG9,01\n")
    _, why = program("add", "--as", "sis", name, status=2)
    assert "--kind users, --kind courses or --kind enrollments" in why
    program("add", "--as", "sis", "--kind", "courses", name)
    assert program.rows() == [("sis", "courses", 1)]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "--as", "sis", "x", "--column", "SIS ID"), "HEADING=MEANING"),
        (("add", "--as", "sis", "x", "--column", "SIS ID=key"), "HEADING=MEANING"),
        (("add", "--as", "records", "x", "--column", "SIS ID=unique_id"), "[columns]"),
        (("add", "--as", "sis", "gone.csv"), "can't be read"),
        (("fetch", "--sis"), "[sis]"),
    ],
)
def test_what_makes_no_sense_is_refused(program: Program, words: tuple[str, ...], why: str) -> None:
    assert why in program(*words, status=2)[1]


def test_a_package_is_told_by_itself(program: Program) -> None:
    packed(program.folder / "night.zip", district("1.2"))
    said, remarks = program("add", "night.zip")
    assert said.endswith(": 3 users, 2 sections, 4 enrollments")
    assert "1 of courses.csv (crs-z)" in remarks


def test_fetch_brings_in_what_is_newer(program: Program) -> None:
    (program.folder / "exports").mkdir()
    program.write("exports/users.csv", USERS.format("Unique ID"))
    program.write("config.toml", f'[sis]\nfolder = "{program.folder}/exports"\n')
    assert program("fetch", "--sis")[0].endswith(": 2 users")
    assert program("fetch", "--sis")[0].endswith("nothing is newer than what was fetched before")
    program.write("exports/users.csv", USERS.format("Unique ID") + "3,Okonjo,Adaeze,c@example.org,0450\n")
    assert program("fetch", "--sis")[0].endswith(": 3 users")


def test_an_unknown_server_is_refused_in_two_lines(program: Program) -> None:
    program.write("config.toml", '[sis]\nsftp = "sftp://district:secret@files.example.org/x"\n')
    _, why = program("fetch", "--sis", status=2)
    assert "a password must not stand in it" in why
    program.write("config.toml", '[sis]\nsftp = "sftp://district@127.0.0.1:9/x"\n')
    _, why = program("fetch", "--sis", status=2)
    assert "can't be reached" in why
    assert len(why.splitlines()) <= 2


def seats(headings: str, rows: int = 40, people: int = 40) -> str:
    return headings + "\n" + "".join(f"C{n % 5},C{n % 5}-1,{7000 + n % people},Member\n" for n in range(rows))


def test_seats_in_sections_never_take_the_place_of_the_users(program: Program) -> None:
    people = program.write("people.csv", USERS.format("Person No"))
    taken = program.write("seats.csv", seats("Course No,Section No,Person No,Role"))
    said, _ = program("add", "--as", "sis", "--column", "Person No=unique_id", people, taken)
    assert "2 users, 40 enrollments" in said
    assert sorted(program.rows()) == [("sis", "enrollments", 40), ("sis", "users", 2)]


@pytest.mark.parametrize("heading", ["Class Ref", "courseRef", "Homeroom Section", "Period"])
def test_a_table_about_teaching_is_not_taken_for_all_users(program: Program, heading: str) -> None:
    name = program.write("t.csv", seats(f"{heading},Other,Unique ID,Role"))
    _, why = program("add", "--as", "sis", name, status=2)
    assert "can't be told" in why
    assert "--kind" in why
    assert "--column" in why
    assert program.rows() == []


def test_a_class_of_a_year_is_no_class(program: Program) -> None:
    name = program.write(
        "u.csv", "Unique ID,Last Name,First Name,Class of,Class Year\n1,Lopez,Maria,2027,12\n"
    )
    assert "1 user" in program("add", "--as", "sis", name)[0]


def test_a_table_in_which_everybody_stands_many_times_is_not_all_users(program: Program) -> None:
    name = program.write("t.csv", seats("Thing,Other,Unique ID,Role", rows=60, people=20))
    _, why = program("add", "--as", "sis", name, status=2)
    assert "can't be told: each stands in 3.0 rows of it" in why
    assert "--kind" in why
    assert program.rows() == []
    program("add", "--as", "sis", "--kind", "users", name)
    assert program.rows() == [("sis", "users", 60)]


def test_users_without_a_key_are_said_to_be_so_with_the_remedy(program: Program) -> None:
    said, why = program("add", "--as", "sis", program.write("u.csv", USERS.format("Key")))
    assert "2 users" in said
    assert "no column of it is known as the User Unique ID" in why
    assert "--column HEADING=unique_id" in why
    _, why = program("add", "--as", "sis", program.write("v.csv", USERS.format("Student Number")))
    assert '"Student Number" is taken for the User Unique ID' in why


def test_a_column_for_what_turns_out_to_be_records_is_said_to_mean_nothing(program: Program) -> None:
    name = program.write("rows.csv", "Key,Last Name,Error\n1,Lopez,Email already in use\n")
    _, why = program("add", "--kind", "users", "--column", "Key=unique_id", name)
    assert "--column" in why
    assert "[columns]" in why


def test_a_column_is_refused_for_the_records_of_an_error(program: Program) -> None:
    name = program.write("r.csv", USERS.format("Key"))
    _, why = program("add", "--error", "1", "--column", "Key=unique_id", name, status=2)
    assert "[columns]" in why


def test_headings_that_nobody_knows_are_asked_about_by_every_command_alike(program: Program) -> None:
    rows = "".join(f"C{n},Course {n},C{n}-1,Section {n},0450\n" for n in range(10))
    name = program.write("classes.csv", f"Bx,By,Bz,Bv,Bw\n{rows}")
    for words in (("add", "--as", "sis", name), ("check", name)):
        out, why = program(*words, status=2)
        assert "whether it holds users, courses or enrollments can't be told from its headings" in why
        assert "--kind" in why
        assert "--column HEADING=MEANING" in why
        assert "rows" not in out
    meanings = ("Bx=course_code", "By=course_name", "Bz=section_code", "Bv=section_name")
    columns = [word for meaning in meanings for word in ("--column", meaning)]
    assert "10 rows" in program("check", *columns, name)[0]
    assert "10 sections" in program("add", "--as", "sis", *columns, name)[0]


def test_who_has_no_row_in_the_log_is_found_in_what_the_sis_sends_and_schoology_holds(
    program: Program,
) -> None:
    program.write("users.csv", USERS.format("User Unique ID"))
    program("add", "--as", "sis", program.write("a_100%.csv", USERS.format("User Unique ID")))
    program("add", "--as", "directory", "users.csv")

    for asked in (("lop", "mar"), ("A@example.org",)):
        out, why = program("find", *asked, status=1)
        assert out == ""
        assert "nothing found in the log" in why
        assert "the SIS sends 1 Lopez, Maria (a_100%.csv, line 2, of " in why
        assert "Schoology holds 1 Lopez, Maria (users.csv, line 2, of " in why
    assert program("find", "%%%", "lopez_", status=1)[1].endswith("nothing found")
