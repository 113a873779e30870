"""The commands as their users meet them: files of many shapes in, lists out."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import in_process

LOG = """<!DOCTYPE html>
<!-- saved from url=(0058)https://lakeside.example.org/import/auto/status?tab=log -->
<html><head><title>Status Log | Import</title><meta charset="utf-8"></head><body>
<ul class="nav"><li><a href="/courses">Courses</a></li><li><a href="/users">Users</a></li><li><a>Import</a></li></ul>
<h2>Status Log</h2>
<table><thead><tr><th></th><th>Import</th><th>Last performed</th><th>Status</th></tr></thead><tbody>
<tr><td>&gt;</td><td>Course Enrollments Import</td><td>Nov 23, 2026 1:12 am</td><td>Import complete with errors</td></tr>
<tr><td colspan="4"><table><tr><th>Error</th><th>Rows Affected</th></tr>
<tr><td>Section not found: &quot;eng9&quot;</td><td><a href="/import/auto/rows?id=881">1,214</a></td></tr></table></td></tr>
<tr><td>&gt;</td><td>Courses Import</td><td>Nov 23, 2026 1:07 am</td><td>Import completed successfully</td></tr>
<tr><td>&gt;</td><td>Users Import</td><td>Nov 23, 2026 1:02 am</td><td>Import complete with errors</td></tr>
<tr><td colspan="4"><table><tr><th>Error</th><th>Rows Affected</th></tr>
<tr><td>The email address entered already exists in the system.</td><td><a href="/import/auto/rows?id=880">2</a></td></tr></table></td></tr>
<tr><td>&gt;</td><td>Users Import</td><td>Nov 22, 2026 1:02 am</td><td>Import failed</td></tr>
</tbody></table></body></html>"""

USER_ROWS = """<!-- saved from url=(0049)https://lakeside.example.org/import/auto/rows?id=880 -->
<html><head><title>Affected rows</title></head><body><h1>Rows affected</h1>
<table><tr><th>Row</th><th>First Name</th><th>Last Name</th><th>Unique ID</th><th>E-mail</th><th>Schoology User ID</th></tr>
<tr><td>14</td><td>Maria</td><td>Lopez</td><td>0204117</td><td>mlopez@example.org</td><td>9001</td></tr>
<tr><td>233</td><td>An</td><td>Nguyen</td><td>0204121</td><td>anguyen@example.org</td><td></td></tr></table></body></html>"""

MAIL = """From: no-reply@example.org
To: admin@example.org
Subject: Users Import
Date: Mon, 23 Nov 2026 06:09:00 +0000

Import complete with errors
Number of errors: 1
"""


def enrollment_rows(count: int, of: int) -> str:
    rows = "".join(f"<tr><td>eng9</td><td>{i % 30:02d}</td><td>{200000 + i}</td></tr>" for i in range(count))
    return (
        "<!-- saved from url=(0049)https://lakeside.example.org/import/auto/rows?id=881 -->\n<html><body>"
        f"<p>Showing 1 - {count} of {of:,}</p><table><tr><th>Course Code</th><th>Section Code</th><th>User Unique ID</th></tr>{rows}</table></body></html>"
    )


class Program:
    """The program on an archive and a home of its own."""

    def __init__(self, home: Path) -> None:
        self.cwd = home
        self.env = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("XDG_", "IMPORTLOG_"))
            },
            "HOME": str(home),
            "TZ": "America/New_York",
            "IMPORTLOG_ARCHIVE": str(home / "archive.sqlite"),
        }

    def __call__(self, *arguments: str, stdin: bytes = b"", status: int = 0) -> str:
        done = in_process.run(*arguments, env=self.env, cwd=self.cwd, stdin=stdin)
        assert done.status == status, done.err + done.out
        self.complaints = done.err
        return done.out

    def json(self, *arguments: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self(*arguments, "--json").splitlines()]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def write(folder: Path, files: dict[str, str]) -> list[str]:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return list(files)


def test_a_saved_page_becomes_runs_and_errors(program: Program, tmp_path: Path) -> None:
    program("add", *write(tmp_path, {"log.html": LOG}))

    runs = program.json("runs")
    assert [
        (run["kind"], run["result"], run["errors"], run["rows_affected"], run["rows_read"], run["complete"])
        for run in runs
    ] == [
        ("enrollments", "completed_with_errors", 1, 1214, 0, False),
        ("courses", "completed", 0, 0, 0, True),
        ("users", "completed_with_errors", 1, 2, 0, False),
        ("users", "failed", 0, 0, 0, True),
    ]
    assert runs[0]["performed_at"] == "2026-11-23T01:12:00-05:00"
    assert runs[0]["performed_text"] == "Nov 23, 2026 1:12 am"
    assert runs[0]["label"] == "Course Enrollments Import"
    errors = program.json("errors")
    assert [
        (error["message"], error["rows_affected"], error["rows_read"], error["complete"], error["category"])
        for error in errors
    ] == [
        ('Section not found: "eng9"', 1214, 0, False, "section-not-found"),
        ("The email address entered already exists in the system.", 2, 0, False, "duplicate-email"),
    ]


@pytest.mark.parametrize("order", [("log.html", "u.html", "e.html"), ("e.html", "u.html", "log.html")])
def test_records_find_their_error_by_the_pages_links(
    program: Program, tmp_path: Path, order: tuple[str, ...]
) -> None:
    write(tmp_path, {"log.html": LOG, "u.html": USER_ROWS, "e.html": enrollment_rows(500, 1214)})

    program("add", *order)

    errors = program.json("errors")
    assert [(error["rows_affected"], error["rows_read"], error["complete"]) for error in errors] == [
        (1214, 500, False),
        (2, 2, True),
    ]
    records = program.json("records", "--error", str(errors[1]["id"]))
    assert records[0]["number"] == 14
    assert records[0]["subject"] == {"user": "0204117", "section": None, "name": "Lopez, Maria"}
    assert list(records[0]["values"].items())[3] == ("Unique ID", "0204117")
    assert records[0]["links"]["user"].endswith("/user/9001/info")
    assert records[1]["links"]["user"] is None
    assert records[1]["links"]["search"].endswith("search=0204121")
    runs = {run["kind"]: run for run in program.json("runs") if run["result"] != "failed"}
    assert (
        runs["enrollments"]["rows_affected"],
        runs["enrollments"]["rows_read"],
        runs["enrollments"]["complete"],
    ) == (1214, 500, False)
    assert runs["users"]["complete"]


def test_a_number_told_by_a_link_is_in_the_links_and_no_column(program: Program, tmp_path: Path) -> None:
    page = """<table><tr><th>Unique ID</th><th>Last Name</th><th>First Name</th></tr>
<tr><td><a href="/user/9001/info">0204117</a></td><td>Lopez</td><td>Maria</td></tr></table>"""
    program("add", *write(tmp_path, {"rows.html": page}), "--as", "records", "--kind", "users")

    (record,) = program.json("records")

    assert record["values"] == {"Unique ID": "0204117", "Last Name": "Lopez", "First Name": "Maria"}
    assert record["links"]["user"].endswith("/user/9001/info")
    assert program("records", "--csv").splitlines()[0].endswith("search_link,Unique ID,Last Name,First Name")


def test_adding_again_changes_nothing(program: Program, tmp_path: Path) -> None:
    files = write(tmp_path, {"log.html": LOG, "u.html": USER_ROWS, "e.html": enrollment_rows(500, 1214)})
    program("add", *files)
    before = [program("runs", "--json"), program("errors", "--json"), program("records", "--json")]

    program("add", *files)

    assert [program("runs", "--json"), program("errors", "--json"), program("records", "--json")] == before


def test_records_added_in_a_later_call_still_find_their_error(program: Program, tmp_path: Path) -> None:
    files = write(tmp_path, {"log.html": LOG, "e.html": enrollment_rows(1214, 1214)})
    for name in files:
        program("add", name)

    [error, _] = program.json("errors")
    assert (error["rows_read"], error["complete"]) == (1214, True)


def test_a_mail_and_a_page_of_the_same_run_are_one_run(program: Program, tmp_path: Path) -> None:
    write(tmp_path, {"mail.eml": MAIL, "log.html": LOG})
    program("add", "mail.eml")
    [run] = program.json("runs")
    assert (run["errors"], run["complete"], run["performed_at"]) == (1, False, "2026-11-23T06:09:00+00:00")

    program("add", "log.html")

    runs = [run for run in program.json("runs") if run["kind"] == "users"]
    assert [run["performed_at"] for run in runs] == ["2026-11-23T01:02:00-05:00", "2026-11-22T01:02:00-05:00"]


def test_a_bare_table_is_refused_with_the_choices(program: Program, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "log.html": LOG,
            "rows.csv": "Unique ID,Last Name,Email\n01,Lopez,a@example.org\n02,Nguyen,b@example.org\n",
        },
    )
    program("add", "log.html")

    program("add", "rows.csv", status=2)
    refusal = program.complaints

    error = program.json("errors")[1]["id"]
    assert f"--error {error} " in refusal
    assert program.json("records") == []

    program("add", "rows.csv", "--error", str(error))

    assert [record["subject"]["user"] for record in program.json("records")] == ["01", "02"]
    assert program.json("errors")[1]["complete"]


def test_a_table_of_records_can_stand_alone(program: Program, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "rows.csv": '\ufeffUnique ID;Last Name;Email\r\n000123;Lopez ;ml@example.org\r\n000124;"O""Neil; Jr";\r\n'
        },
    )

    program("add", "rows.csv", "--as", "records", "--kind", "users")
    program("add", "rows.csv", "--as", "records", "--kind", "users")

    [run] = program.json("runs")
    assert (run["kind"], run["rows_read"], run["performed_at"]) == ("users", 2, None)
    assert [list(record["values"].values()) for record in program.json("records")] == [
        ["000123", "Lopez ", "ml@example.org"],
        ["000124", 'O"Neil; Jr', ""],
    ]


PASTED = {
    "tabs": "Users Import\tNov 25, 2026 1:02 am\tImport complete with errors\nError\tRows Affected\nUsername already taken\t4\nInvalid e-mail\t2\n",
    "lines": "Status Log\n\nUsers Import\nNov 25, 2026 1:02 am\nImport complete with errors\nError\nRows Affected\nUsername already taken\n4\nInvalid e-mail\n2\n",
}


@pytest.mark.parametrize("form", PASTED)
def test_text_pasted_from_the_browser_is_a_log(program: Program, form: str) -> None:
    program("add", "-", stdin=PASTED[form].encode())

    [run] = program.json("runs")
    assert (run["kind"], run["result"], run["errors"], run["rows_affected"]) == (
        "users",
        "completed_with_errors",
        2,
        6,
    )
    assert [(error["message"], error["rows_affected"]) for error in program.json("errors")] == [
        ("Username already taken", 4),
        ("Invalid e-mail", 2),
    ]


def test_what_is_nothing_of_ours_is_named_and_the_rest_kept(program: Program, tmp_path: Path) -> None:
    write(tmp_path, {"log.html": LOG, "empty.csv": ""})
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))

    program("add", "log.html", "picture.csv", "empty.csv", "gone.html", status=1)

    assert "picture.csv" in program.complaints
    assert "empty.csv" in program.complaints
    assert "gone.html" in program.complaints
    assert len(program.json("runs")) == 4

    program("add", "picture.csv", status=2)


def test_csv_lists_values_as_they_are(program: Program, tmp_path: Path) -> None:
    write(tmp_path, {"rows.csv": 'Unique ID,Last Name,Last Name,id\n007," =1+1 ","a\x1b[31m\nb",x\n'})
    program("add", "rows.csv", "--as", "records", "--kind", "users")

    heading, row = csv.reader(io.StringIO(program("records", "--csv"), newline=""))

    assert heading[-4:] == ["Unique ID", "Last Name", "Last Name (2)", "id (2)"]
    assert row[-4:] == ["007", " =1+1 ", "a\x1b[31m\nb", "x"]


def test_plain_lists_and_json_never_carry_control_characters(program: Program, tmp_path: Path) -> None:
    hostile = "\x1b]52;c;aGk=\x07\x9b2J\u202e"
    write(
        tmp_path,
        {
            f"l{hostile.replace('/', '')}.html": LOG.replace("Section not found", f"Bad {hostile}").replace(
                "entered", hostile
            )
        },
    )
    program("add", str(next(tmp_path.glob("l*.html"))), "missing" + hostile, status=1)

    for command in ("runs", "errors", "records"):
        for form in ("--json", ""):
            shown = program(command, *filter(None, [form]))
            assert all(character.isprintable() or character == "\n" for character in shown)
    assert "\x1b" not in program.complaints


def test_a_list_into_a_closed_pipe_ends_quietly(program: Program, tmp_path: Path) -> None:
    rows = "".join(f"{n},x,y\n" for n in range(20000))
    write(tmp_path, {"rows.csv": "Unique ID,Last Name,Email\n" + rows})
    program("add", "rows.csv", "--as", "records", "--kind", "users")

    listing = subprocess.Popen(
        [sys.executable, "-m", "importlog_tui", "records", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=program.env,
    )
    assert listing.stdout is not None
    assert listing.stderr is not None
    listing.stdout.readline()
    listing.stdout.close()

    with listing.stderr as complaints:
        assert complaints.read() == b""
    assert listing.wait() == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("runs", "--run", "99"),
        ("errors", "--error", "99"),
        ("records", "--error", "99"),
        ("nonsense",),
        ("add",),
        ("runs", "--json", "--csv"),
        ("runs", "--run", "x"),
        ("runs", "--run", "-1"),
        ("records", "--error", "9223372036854775808"),
        ("errors", "--run", "9" * 5000),
    ],
)
def test_a_wrong_call_is_told_in_a_sentence(
    program: Program, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    program("add", *write(tmp_path, {"log.html": LOG}))

    program(*arguments, status=2)

    assert program.complaints.startswith("importlog-tui: ")
    assert len(program.complaints.splitlines()) <= 2


def test_global_options_stand_before_or_after_the_command(program: Program, tmp_path: Path) -> None:
    write(tmp_path, {"log.html": LOG})
    program("--archive", "other.sqlite", "add", "log.html")

    assert len(program("runs", "--json", "--archive", "other.sqlite").splitlines()) == 4
    assert program("runs", "--json") == ""


def test_without_a_terminal_the_screen_names_the_other_commands(program: Program) -> None:
    program(status=2)

    assert "runs" in program.complaints


@pytest.mark.parametrize("path", [".", "night"])
def test_a_table_beside_the_page_is_found_by_the_pages_link(
    program: Program, tmp_path: Path, path: str
) -> None:
    night = tmp_path / "night"
    night.mkdir()
    write(
        night,
        {
            "log.html": LOG.replace("/import/auto/rows?id=880", "rows.csv"),
            "rows.csv": "Unique ID,Last Name,Email\n1,a,b\n2,c,d\n",
        },
    )
    program.cwd = night if path == "." else tmp_path

    program("add", path)

    assert [error["rows_read"] for error in program.json("errors")] == [0, 2]


def test_a_heading_of_the_districts_own_tells_whom_a_row_is_about(program: Program, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "config.toml": '[columns]\n"Badge" = "unique_id"\n',
            "rows.csv": "Badge,Last Name,Email\n07,Lopez,a@example.org\n",
        },
    )
    program("add", "rows.csv", "--as", "records", "--kind", "users", "--config", "config.toml")

    [record] = [
        json.loads(line) for line in program("--config", "config.toml", "records", "--json").splitlines()
    ]

    assert record["subject"]["user"] == "07"
    assert record["links"]["search"].endswith("search=07")


@pytest.mark.parametrize("command", ["runs", "brief", "config show"])
def test_a_key_for_an_action_that_is_none_is_refused_without_a_screen_too(
    program: Program, tmp_path: Path, command: str
) -> None:
    write(tmp_path, {"config.toml": '[keys]\n"open.usr" = "o"\n'})

    program(*command.split(), "--config", "config.toml", status=2)

    assert "config.toml, line 2, [keys] open.usr: there is no such action" in program.complaints
    assert 'Did you mean "open.user"?' in program.complaints


@pytest.mark.parametrize("command", [("runs",), ("config", "show"), ("doctor",)])
@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('"open.user" = ["q"]', "[keys] open.user: q is also the key of quit"),
        ('"sort" = "hyperspace"', '[keys] sort: "hyperspace" is no key'),
        ('"sort" = "ctrl+c"', "[keys] sort: ctrl+c always leaves the program"),
    ],
)
def test_a_key_that_the_screen_would_refuse_is_refused_everywhere(
    program: Program, tmp_path: Path, command: tuple[str, ...], keys: str, said: str
) -> None:
    write(tmp_path, {"config.toml": f"[screen]\n[keys]\n{keys}\n"})
    status = 1 if command == ("doctor",) else 2
    told = program(*command, "--config", "config.toml", status=status)
    assert f"config.toml, line 3, {said}" in " ".join((told + program.complaints).split())


def test_the_doctor_names_rules_that_can_not_be_read(program: Program, tmp_path: Path) -> None:
    write(tmp_path, {"config.toml": f'[triage]\nrules = "{tmp_path}/none.toml"\n'})

    said = " ".join(program("doctor", "--config", "config.toml", status=1).split())

    assert "none.toml: there is no such file" in said


def test_nothing_to_take_back_is_exit_1_before_anything_was_brought_in(program: Program) -> None:
    assert "0 taken back" in program("mark", "undo", status=1)


def test_a_work_list_of_a_part_says_of_how_many(program: Program, tmp_path: Path) -> None:
    program(
        "add",
        *write(
            tmp_path, {"log.html": LOG, "rows.html": USER_ROWS, "more.html": enrollment_rows(50, of=1214)}
        ),
    )

    said = program("export", "--format", "text", "--by", "owner")

    assert "50 of 1,214 rows were read of “Section not found" in said
    assert "already exists" not in said.rpartition("50 of 1,214")[2]
    program("export", "--by", "owner", "--to", "lists")
    assert "50 of 1,214 rows" in program.complaints


def test_the_doctor_names_what_is_wrong_with_the_keys(program: Program, tmp_path: Path) -> None:
    write(tmp_path, {"config.toml": '[keys]\n"open.usr" = "o"\n'})

    said = " ".join(program("doctor", "--config", "config.toml", status=1).split())

    assert "there is no such action" in said
    assert 'Did you mean "open.user"?' in said


def test_a_brief_says_that_times_are_missing_where_imports_are_there(
    program: Program, tmp_path: Path
) -> None:
    write(tmp_path, {"rows.csv": "User Unique ID,Last Name,Email\n07,Lopez,a@example.org\n"})
    program("add", "rows.csv", "--as", "records", "--kind", "users")

    said = " ".join(program("brief", status=2).split())

    assert "No import that was brought in tells its time" in said
    assert "  1 row\n" in program("records")
