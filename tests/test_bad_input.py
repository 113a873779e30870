"""Bad input through the commands: a sentence with file and place, the rest kept, nothing sent to the terminal, memory bounded."""

from __future__ import annotations

import csv
import gzip
import io
import os
import resource
import socket
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest
import xlwt

from tests.test_commands import LOG, Program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, sockets and limits of POSIX")

MEMORY = 700 << 20
"""Bytes of address space that a command on bad input may take, the interpreter and its libraries included."""

HOSTILE = "\x1b]52;c;aGk=\x07\x9b2J\u202e\u2066\x1b[2J\x85\u2028\ufeff\U000e0041[bold red]x[/]"
HEAD = "Unique ID,Last Name,Email\n"
RECORDS = ("--as", "records", "--kind", "users")


class Bounded(Program):
    """The program with little memory, and a look at everything that it writes."""

    def __call__(
        self,
        *arguments: str,
        stdin: bytes = b"",
        status: int = 0,
        environ: Mapping[str, str] | None = None,
    ) -> str:
        out, complaints, code = self.run(*arguments, stdin=stdin, environ=environ)
        self.complaints = complaints
        assert code == status, complaints + out
        assert "Traceback" not in complaints
        assert_harmless(complaints)
        if "--csv" not in arguments:
            assert_harmless(out)
        return out

    def run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        streams: str = "",
        environ: Mapping[str, str] | None = None,
    ) -> tuple[str, str, int]:
        """Run it, its streams redirected as a shell would; its output, its complaints and its status."""
        argv = [sys.executable, "-m", "importlog_tui", *arguments]
        if streams:
            argv = ["sh", "-c", f'exec "$@" {streams}', "sh", *argv]
        done = subprocess.run(
            argv,
            input=stdin,
            capture_output=True,
            env=self.env | dict(environ or {}),
            check=False,
            cwd=self.cwd,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
        )
        return done.stdout.decode(), done.stderr.decode(), done.returncode


def assert_harmless(text: str) -> None:
    assert all(character.isprintable() or character == "\n" for character in text), ascii(text)[:2000]


@pytest.fixture
def program(tmp_path: Path) -> Bounded:
    home = tmp_path / "home"
    home.mkdir()
    return Bounded(home)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "saved"
    made.mkdir()
    return made


def put(folder: Path, name: str, content: str | bytes) -> str:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    return str(file)


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(300 << 20))
    return made.getvalue()


def broken_xls() -> bytes:
    """One whose code page is cut off, at which the library panics."""
    made, book = io.BytesIO(), xlwt.Workbook()
    book.add_sheet("S").write(0, 0, "Unique ID")
    book.save(made)
    return made.getvalue().replace(b"\x42\x00\x02\x00\xb0\x04", b"\x42\x00\x00\x00\xb0\x04", 1)


def other_database(folder: Path) -> None:
    with sqlite3.connect(folder / "grades.csv") as made:
        made.execute("CREATE TABLE grades (id)")
    made.close()


BAD = {
    "empty.csv": b"",
    "blank.html": b" \n\0\n ",
    "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(500),
    "paper.html": b"%PDF-1.7\n\x00\xff" + bytes(500),
    "program.eml": b"\x7fELF" + bytes(range(256)) * 4,
    "packed.csv": gzip.compress(HEAD.encode()),
    "noise.html": bytes(range(256)) * 40,
    "bomb.xlsx": bomb(),
    "cut.xlsx": bomb()[:20_000],
    "panic.xls": broken_xls(),
    "deep.json": b"[" * 100_000 + b"]" * 100_000,
    "deep.har": b'{"log":{"entries":' + b"[" * 100_000,
    "deep.html": b"<div>" * 100_000,
    "cut.html": LOG[: LOG.index("Course Enrollments")].encode(),
    "half.eml": b"From: a@example.org\nSubj",
    "long.csv": b"x" * (30 << 20),
    "long.txt": b"some words of no importance\n" * 400_000,
}


def test_every_bad_file_of_a_folder_is_named_with_a_reason_and_the_good_ones_are_kept(
    program: Bounded, folder: Path
) -> None:
    for name, content in BAD.items():
        put(folder, name, content)
    other_database(folder)
    os.mkfifo(folder / "pipe.csv")
    (folder / "zero.csv").symlink_to("/dev/zero")
    (folder / "circle.csv").symlink_to("circle.csv")
    (folder / "nowhere.csv").symlink_to("gone")
    (folder / "round").symlink_to(folder)
    put(folder, "log.html", LOG)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket.csv"))
        program("add", str(folder), status=1)

    told = {Path(line.split(": ")[0].split(", ")[0]).name: line for line in program.complaints.splitlines()}
    expected = {*BAD, "grades.csv", "pipe.csv", "zero.csv", "circle.csv", "nowhere.csv", "socket.csv"}
    assert told.keys() == expected
    assert [line for line in told.values() if ": " not in line] == []
    assert len(program.json("runs")) == 4


def test_hostile_text_in_every_place_is_shown_harmless_and_kept_in_csv(
    program: Bounded, tmp_path: Path
) -> None:
    night = tmp_path / f"night {HOSTILE.replace('/', '')}"
    night.mkdir()
    put(
        night,
        f"log {HOSTILE.replace('/', '')}.html",
        LOG.replace("Users Import", f"Users Import {HOSTILE}")
        .replace("Section not found", f"Section {HOSTILE}")
        .replace("Import failed", HOSTILE)
        .replace("Nov 22, 2026", HOSTILE),
    )
    cell = f"Lo{HOSTILE}pez"
    put(
        night,
        f"rows {HOSTILE.replace('/', '')}.csv",
        f'Unique ID,"Last Name{HOSTILE}",{HOSTILE}\n1,"{cell}",x\n2,y,"{cell}"\n',
    )
    mail = EmailMessage()
    mail["Date"] = "Tue, 24 Nov 2026 06:09:00 +0000"
    mail["Subject"] = "Courses Import \u202e[red]"
    mail.set_content(f"Import complete with errors {HOSTILE}\nNumber of errors: 1\n")
    mail.add_attachment(b"\x89PNG\r\n\x1a\n", "application", "x", filename="\u202e[red]\u0085.csv")
    put(night, "mail.eml", mail.as_bytes())
    with zipfile.ZipFile(night / "other.zip", "w") as packed:
        packed.writestr(HOSTILE, "x")
    os.mkfifo(night / f"pipe{HOSTILE.replace('/', '')}")

    program("add", str(night), "missing" + HOSTILE, *RECORDS[2:], status=1)
    [error] = [error for error in program.json("errors") if "email" in error["message"]]
    program("add", str(next(night.glob("rows*"))), "--error", str(error["id"]))

    for command in (
        ("runs",),
        ("runs", "--json"),
        ("errors",),
        ("errors", "--json"),
        ("records",),
        ("records", "--json"),
    ):
        assert program(*command)
    kept = list(csv.reader(io.StringIO(program("records", "--csv"), newline="")))
    assert cell in kept[1]
    assert cell in kept[2]
    for arguments in (("--run", HOSTILE), ("--archive", f"no/{HOSTILE}"), ("--config", HOSTILE), (HOSTILE,)):
        out, complaints, status = program.run("runs", *arguments)
        assert_harmless(out + complaints)
        assert (status, "Traceback" in complaints) in {(2, False), (0, False)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f'[district]\nname = "{ascii(HOSTILE)[1:-1]}"\n'.replace("\\x", "\\u00"), "name"),
        ('["\\u001b[2J"]\nx = 1\n', "no such section"),
        ('[time]\nzone = "\u202eUTC"\n', "zone"),
        ("a = " + "[" * 100_000, "nested"),
        ("[time]\nzone = 1979-05-27\n", "a date"),
        ("\0", "not TOML"),
    ],
)
def test_a_hostile_configuration_is_refused_harmlessly(
    program: Bounded, folder: Path, content: str, said: str
) -> None:
    file = put(folder, "config.toml", content)

    program("runs", "--config", file, status=2)

    assert file in program.complaints
    assert said in program.complaints


BIG = {
    "a quote that never closes": HEAD.encode() + b'1,"' + b"abc,def\n" * 60_000,
    "quotes only": HEAD.encode() + b'"' * 8_000_000,
    "a cell of five megabytes": HEAD.encode() + b"1," + b"x" * 5_000_000 + b",y\n",
    "marks without end on one letter": HEAD.encode() + b"1,e" + "\u0301".encode() * 1_000_000 + b",y\n",
    "NUL": HEAD.encode() + b"1,a\0b,\0\n" * 1000,
    "20,000 columns": b",".join(b"X%d" % n for n in range(20_000)) + b"\n" + b"7," * 19_999 + b"7\n",
    "20,000 columns of one name": b",".join([b"X"] * 20_000) + b"\n" + b"7," * 19_999 + b"7\n",
}


@pytest.mark.parametrize("what", BIG)
def test_a_table_beyond_measure_is_read_and_listed_within_bounds(program: Bounded, what: str) -> None:
    program("add", "-", *RECORDS, stdin=BIG[what], status=int("closes" in what))

    listed = program("records")

    assert listed
    assert max(map(len, listed.splitlines()[:5])) < 2_000
    assert len(program("runs").splitlines()) == 2


def test_a_table_of_headings_alone_is_said_to_be_empty(program: Bounded) -> None:
    program("add", "-", *RECORDS, stdin=HEAD.encode(), status=2)

    assert "without rows" in program.complaints
    assert program.json("runs") == []


def test_a_thousand_tables_without_a_place_fill_no_screen(program: Bounded, folder: Path) -> None:
    for number in range(60):
        put(folder, f"{number}.csv", f"{HEAD}{number},a,b\n")

    program("add", str(folder), status=2)

    assert len(program.complaints.splitlines()) < 30
    assert "50 more" in program.complaints


@pytest.mark.parametrize(
    "time",
    ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "Dec 31, 9999 11:59 pm", "Feb 30, 2026"],
)
def test_a_time_beyond_the_calendar_is_kept_as_text_and_spoils_nothing(
    program: Bounded, folder: Path, time: str
) -> None:
    program("add", put(folder, "log.html", LOG.replace("Nov 22, 2026 1:02 am", time)))

    runs = {run["performed_text"]: run["performed_at"] for run in program.json("runs")}

    assert len(runs) == 4
    assert runs[time] is None
    program("runs", environ={"TZ": "Pacific/Kiritimati"})


def test_an_output_that_takes_nothing_is_told(program: Bounded, folder: Path) -> None:
    program("add", put(folder, "rows.csv", f"{HEAD}1,a,b\n"), *RECORDS)

    for command in (("runs",), ("records", "--json"), ("doctor",), ("config", "show")):
        _, complaints, status = program.run(*command, streams="> /dev/full")

        assert status == 2
        assert complaints.startswith("importlog-tui: standard output: ")
        assert len(complaints.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "streams", "status"),
    [
        (("add", "-"), "<&-", 2),
        (("add", "gone"), "2>&-", 2),
        (("add", "gone"), "2> /dev/full", 2),
        (("add", "gone"), "<&- >&- 2>&-", 2),
        (("runs",), "<&- >&- 2>&-", 0),
        (("doctor",), ">&-", 0),
        ((), "<&-", 2),
    ],
)
def test_closed_streams_end_nothing(
    program: Bounded, arguments: tuple[str, ...], streams: str, status: int
) -> None:
    out, complaints, code = program.run(*arguments, streams=streams)

    assert code == status
    assert "Traceback" not in complaints
    assert not out or "2>" in streams or arguments == ("add", "-")


def test_a_message_for_a_closed_stream_does_not_get_into_the_list(program: Bounded) -> None:
    assert program.run("runs", "--json", streams="2>&-") == ("", "", 0)


STRANGE = (
    {"COLUMNS": "99999999"},
    {"COLUMNS": "-5", "TZ": ":::"},
    {"TZ": "\x1b[2J", "TERM": "\x1b[2J"},
    {"HOME": "/dev/null"},
    {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "IMPORTLOG_CONFIG": " "},
)


def test_a_strange_environment_changes_no_list(program: Bounded, folder: Path) -> None:
    program("add", put(folder, "log.html", LOG))

    for environ in STRANGE:
        assert len(program("runs", environ=environ).splitlines()) == 5
        assert program("doctor", environ=environ)


def test_an_empty_name_is_no_folder(program: Bounded, folder: Path) -> None:
    put(folder, "log.html", LOG)
    program.cwd = folder

    program("add", "", status=2)

    assert "empty file name" in program.complaints


def test_an_archive_whose_words_are_damaged_is_named_and_left_alone(program: Bounded, folder: Path) -> None:
    program("add", put(folder, "log.html", LOG))
    archive = Path(program.env["IMPORTLOG_ARCHIVE"])
    damaged = archive.read_bytes().replace(b"CREATE TABLE runs", b"CREATE \xc4\xffBLE runs", 1)
    archive.write_bytes(damaged)

    for command in (("runs",), ("errors", "--json"), ("add", str(folder))):
        program(*command, status=2)
        assert "damaged" in program.complaints
    assert archive.read_bytes() == damaged


def test_an_archive_behind_a_broken_link_is_not_called_a_folder(program: Bounded, folder: Path) -> None:
    link = folder / "archive.sqlite"
    link.symlink_to("gone/archive.sqlite")

    program("add", put(folder, "log.html", LOG), "--archive", str(link), status=2)

    assert "leads nowhere" in program.complaints
