"""The doctor says what is, what there is to mend, and how, about real files and a real tmux."""

from __future__ import annotations

import fcntl
import os
import pty
import shutil
import sqlite3
import struct
import subprocess
import sys
import termios
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from importlog_tui.archive import Archive, schema
from importlog_tui.refresh import bring_in
from importlog_tui.report import doctor
from importlog_tui.report.doctor import Finding, diagnose
from importlog_tui.roster import Witness
from importlog_tui.sources import sis
from importlog_tui.sources.status_log import How
from importlog_tui.text import to_json, width
from importlog_tui.times import Clock
from tests.terminal.outer import outer_terminal

NOW = datetime(2026, 11, 23, 13, 12, tzinfo=UTC)


class Machine:
    """A reader's files and variables, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "config.toml"
        self.archive = folder / "archive.sqlite"
        self.environ = {"PATH": str(folder / "bin"), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        (folder / "bin").mkdir()
        self.set("")

    def set(self, text: str) -> None:
        self.config.write_text(text, encoding="utf-8")
        self.config.chmod(0o600)

    def findings(self) -> list[Finding]:
        return diagnose(config_file=self.config, archive_file=self.archive, environ=self.environ, now=NOW)

    def about(self, topic: str) -> list[Finding]:
        return [finding for finding in self.findings() if finding.topic == topic]

    def faults(self) -> list[Finding]:
        return [finding for finding in self.findings() if not finding.ok]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_fresh_machine_has_nothing_to_mend(machine: Machine) -> None:
    assert machine.faults() == []
    (archive,) = machine.about("archive")
    assert archive.text == f"{machine.archive} does not exist: nothing was brought in yet"
    assert not machine.archive.exists()


def test_without_a_configuration_the_defaults_hold_and_it_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    findings = diagnose(config_file=None, archive_file=tmp_path / "a", environ={}, now=NOW)
    (found,) = (finding for finding in findings if finding.topic == "configuration")
    assert found.ok
    assert found.remedy == "importlog-tui config init makes one."


def test_a_broken_configuration_is_told_with_its_place_and_the_rest_is_looked_at_all_the_same(
    machine: Machine,
) -> None:
    machine.set("[open]\nsession = 'remot'\n")
    (fault,) = machine.faults()
    assert fault.topic == "configuration"
    assert f'{machine.config}, line 2, [open] session: "remot" is not allowed' in fault.text
    assert 'Did you mean "remote"?' in fault.remedy
    assert machine.about("disk")


def test_a_configuration_that_others_can_change_is_a_danger(machine: Machine) -> None:
    machine.set("[time]\nzone = 'UTC'\n")
    assert machine.about("configuration")[0].text.endswith("sound, sets 1 thing")
    machine.config.chmod(0o666)
    (fault,) = machine.faults()
    assert "can be changed by other users (mode 0666)" in fault.text
    subprocess.run(fault.remedy.split(), check=True)
    assert machine.faults() == []


def test_a_sound_archive_is_told_with_size_version_and_mode(machine: Machine) -> None:
    Archive.open(machine.archive).close()
    (found,) = machine.about("archive")
    assert found.ok
    assert f"{machine.archive}, sound, " in found.text
    assert f", version {schema.VERSION}, mode 0600" in found.text


def test_an_archive_that_others_can_read_is_to_mend_unless_it_is_shared_with_the_group(
    machine: Machine,
) -> None:
    Archive.open(machine.archive).close()
    machine.archive.chmod(0o660)
    (fault,) = machine.faults()
    assert "other users of this machine can read it" in fault.text
    machine.set("[archive]\ngroup_writable = true\n")
    assert machine.faults() == []
    machine.archive.chmod(0o664)
    (fault,) = machine.faults()
    subprocess.run(fault.remedy.split(), check=True)
    assert machine.faults() == []


def test_what_is_no_archive_or_a_newer_or_a_damaged_one_is_named_and_left_alone(machine: Machine) -> None:
    machine.archive.write_text("not an archive at all", encoding="utf-8")
    (fault,) = machine.faults()
    assert fault.topic == "archive"
    assert fault.text.startswith(f"{machine.archive}: ")
    assert fault.remedy
    assert machine.archive.read_text(encoding="utf-8") == "not an archive at all"

    machine.archive.unlink()
    Archive.open(machine.archive).close()
    with closing(sqlite3.connect(machine.archive)) as connection:
        connection.execute("PRAGMA user_version = 999")
        connection.commit()
    (fault,) = machine.faults()
    assert "version 999" in fault.text


def test_damage_inside_is_found(machine: Machine) -> None:
    Archive.open(machine.archive).close()
    data = bytearray(machine.archive.read_bytes())
    page = int.from_bytes(data[16:18], "big")
    data[page : 2 * page] = b"\xff" * page
    machine.archive.write_bytes(data)
    (fault,) = machine.faults()
    assert fault.topic == "archive"
    assert "damaged" in fault.text


def test_damage_among_the_records_is_found(machine: Machine) -> None:
    Archive.open(machine.archive).close()
    with closing(sqlite3.connect(machine.archive)) as connection:
        rows = [(number, "x" * 900) for number in range(1, 200)]
        connection.executemany("INSERT INTO records (id, cells) VALUES (?, ?)", rows)
        connection.commit()
    data = bytearray(machine.archive.read_bytes())
    page = int.from_bytes(data[16:18], "big")
    data[-page:] = b"\xff" * page
    machine.archive.write_bytes(data)
    (fault,) = machine.faults()
    assert fault.text.startswith(f"{machine.archive} is damaged: ")
    assert "bring everything in again" in fault.remedy


def test_a_row_that_belongs_to_nothing_is_found(machine: Machine) -> None:
    Archive.open(machine.archive).close()
    with closing(sqlite3.connect(machine.archive)) as connection:
        connection.execute("INSERT INTO origins VALUES (77, 'page.html')")
        connection.commit()
    (fault,) = machine.faults()
    assert "a row of origins belongs to nothing" in fault.text


PROGRAM = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from importlog_tui.report.doctor import diagnose
for finding in diagnose(config_file=Path(sys.argv[1]), archive_file=Path(sys.argv[2]), environ=os.environ, now=datetime.now(UTC)):
    print(finding.topic, finding.ok, finding.text, finding.remedy, sep=": ")
print(*{"textual", "rich"} & set(sys.modules), "end", sep="")
"""


def in_a_terminal(machine: Machine, columns: int, lines: int, **variables: str) -> str:
    """What the doctor says in a pseudo-terminal of this size, its standard output a pipe."""
    master, slave = pty.openpty()
    try:
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(machine.config), str(machine.archive)],
            stdin=slave,
            stdout=subprocess.PIPE,
            stderr=slave,
            env={**machine.environ, **variables},
            check=True,
        )
    finally:
        os.close(master)
        os.close(slave)
    return done.stdout.decode()


@pytest.mark.parametrize(
    ("size", "variables", "said"),
    [
        ((120, 40), {}, "terminal: True: 120 x 40, 256 colours, TERM is xterm-256color: \n"),
        (
            (60, 20),
            {},
            "terminal: True: 60 x 20, 256 colours, TERM is xterm-256color: The screen is made for 80 x 24",
        ),
        ((0, 0), {}, "terminal: True: size unknown, "),
        ((80, 24), {"COLORTERM": "truecolor"}, "80 x 24, 16 million colours, "),
        ((80, 24), {"NO_COLOR": "1"}, "80 x 24, no colours (NO_COLOR), "),
        (
            (80, 24),
            {"TERM": "dumb"},
            "terminal: False: it can't place text (TERM is dumb), so there is no screen: ",
        ),
        (
            (80, 24),
            {},
            "copy: True: by an escape sequence (OSC 52) to your terminal; never confirmed by it: \n",
        ),
        ((80, 24), {"STY": "1.x"}, "copy: True: by an escape sequence through screen"),
        (
            (80, 24),
            {"TERM": "tmux-256color"},
            "tmux seems to run on your side; there it needs: set -s set-clipboard on",
        ),
        ((80, 24), {"ZELLIJ": "0", "TERM_PROGRAM": "vscode"}, ", inside of zellij and VS Code: "),
    ],
)
def test_the_terminal_is_told_as_it_is(
    machine: Machine, size: tuple[int, int], variables: dict[str, str], said: str
) -> None:
    columns, lines = size
    assert said in in_a_terminal(machine, columns, lines, **variables)


def test_each_step_of_opening_a_page_says_why_or_why_not(machine: Machine) -> None:
    machine.environ |= {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22", "BROWSER": "w3m\x1b[2J"}
    texts = [finding.text for finding in machine.about("open a page")]
    assert texts == [
        "no page can be opened from here; its address is shown, and copied",
        "1. $IMPORTLOG_BROWSER is not set",
        "2. $BROWSER: w3m␛[2J was not found",
        "3. the desktop: you sit at another machine (SSH_CONNECTION is set)",
    ]
    assert machine.about("session")[0].text == "remote (SSH_CONNECTION is set)"
    assert machine.faults() == []


def test_a_configured_program_that_is_not_there_is_to_mend(machine: Machine) -> None:
    machine.set("[open]\ncommand = ['firefoxx', '{url}']\n")
    (fault,) = machine.faults()
    assert fault.topic == "open a page"
    assert machine.about("open a page")[1].text == "1. [open] command: firefoxx was not found"
    program = Path(machine.environ["PATH"]) / "firefoxx"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    assert machine.faults() == []
    assert machine.about("open a page")[0].text == "[open] command runs firefoxx"


def test_a_tmux_that_is_gone_is_told(machine: Machine) -> None:
    machine.environ["TMUX"] = "/nowhere/socket,1,0"
    (fault,) = machine.faults()
    assert fault.text == "it does not answer (No such file or directory)"


@pytest.mark.terminal
@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
@pytest.mark.parametrize(("term", "ok"), [("xterm-256color", True), ("vt100", False)])
def test_whether_tmux_lets_a_copy_through_is_asked_of_tmux(
    machine: Machine, tmp_path: Path, term: str, *, ok: bool
) -> None:
    with outer_terminal(tmp_path, term) as outer:
        machine.environ |= outer.environment.variables
        (found,) = machine.about("tmux")
    assert found.ok is ok
    assert ", set-clipboard is external; it " in found.text


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ("America/New_York", "zone America/New_York; now 2026-11-23 08:12 -0500"),
        ("Asia/Kolkata", "zone Asia/Kolkata; now 2026-11-23 18:42 +0530"),
    ],
)
def test_the_time_is_told_in_the_configured_zone(machine: Machine, setting: str, text: str) -> None:
    machine.set(f"[time]\nzone = '{setting}'\n")
    assert machine.about("time")[0].text == text


def test_a_locale_that_can_not_hold_names_is_to_mend_and_one_that_says_nothing_is_not(
    machine: Machine,
) -> None:
    machine.environ["LC_ALL"] = "de_DE.ISO-8859-1"
    (fault,) = machine.faults()
    assert fault.topic == "locale"
    machine.environ["LC_ALL"] = "C"
    assert machine.faults() == []


def test_the_text_fits_72_columns_and_carries_nothing_harmful(machine: Machine) -> None:
    machine.environ |= {"TERM": "x\x1b]52;c;AA\x07", "BROWSER": "a\u202eb\x9b:c\x07", "TMUX": "x,1,0"}
    machine.set("[district]\nname = 'a\u202e'\n")
    findings = machine.findings()
    for line in doctor.lines(findings):
        assert line.isprintable()
        # A path stays in one piece, so that it can be selected.
        assert width(line) <= 72 or str(machine.config.parent) in line
    for finding in findings:
        assert to_json(finding.row()).isprintable()


def test_what_is_to_mend_is_marked_and_counted(machine: Machine) -> None:
    assert list(doctor.lines([Finding("archive", "fine")]))[-1] == "Nothing to mend."
    machine.environ["LANG"] = "C.ISO-8859-1"
    told = list(doctor.lines(machine.findings()))
    assert told[-1] == "1 thing to mend."
    assert any(line.startswith("locale         TO MEND: ISO-8859-1") for line in told)


def test_versions_are_told_without_loading_the_screens_libraries(machine: Machine) -> None:
    *_, versions, loaded = in_a_terminal(machine, 80, 24).splitlines()
    assert all(name in versions for name in ("importlog-tui ", "Python ", "Textual ", "SQLite "))
    assert loaded == "end"


def test_without_witnesses_it_says_how_to_bring_them_in(machine: Machine) -> None:
    Archive.open(machine.archive).close()
    (extract,) = machine.about("extract")
    (directory,) = machine.about("directory")
    assert extract.ok
    assert "--as sis" in extract.remedy
    assert "--as directory" in directory.remedy
    assert machine.faults() == []


def test_the_witnesses_are_told_with_their_age(machine: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    users = folder / "users.csv"
    users.write_text("Unique ID,Last Name,First Name,School\n1,Lopez,Maria,0450\n2,Nguyen,An,0450\n")
    os.utime(users, (NOW.timestamp() - 5 * 3600, NOW.timestamp() - 5 * 3600))
    how = How(Clock(UTC, NOW))
    with Archive.open(machine.archive) as archive:
        bring_in(archive, sis.read(folder, how, Witness.SIS))
        bring_in(archive, sis.read(users, how, Witness.DIRECTORY))
    (extract,) = machine.about("extract")
    assert extract.text.startswith("2 users of ")
    assert ", 5 hours old, from " in extract.text
    assert machine.about("directory")[0].text.startswith("2 users of ")
    machine.set(f'[sis]\nfolder = "{folder}"\n')
    (place,) = machine.about("SIS")
    assert place.ok
    assert "1 table or package there" in place.text
    machine.set(f'[sis]\nfolder = "{folder}/none"\n')
    (fault,) = machine.faults()
    assert "can't be read" in fault.text


def test_all_tables_that_are_kept_are_told_and_of_older_ones_how_many(
    machine: Machine, tmp_path: Path
) -> None:
    users, how = tmp_path / "users.csv", How(Clock(UTC, NOW))
    with Archive.open(machine.archive) as archive:
        for days in range(4, -1, -1):
            rows = "".join(f"{number},Lopez,Maria,0450\n" for number in range(9 - days))
            users.write_text(f"Unique ID,Last Name,First Name,School\n{rows}")
            at = NOW.timestamp() - days * 86_400
            os.utime(users, (at, at))
            bring_in(archive, sis.read(users, how, Witness.SIS), keep=3)
    newest, others = machine.about("extract")
    assert newest.text.startswith("9 users of ")
    yesterday, before = (f"{NOW - timedelta(days=days):%d %b}" for days in (1, 2))
    assert others.text.startswith(f"besides: 8 of {yesterday}")
    assert f"; 7 of {before}" in others.text
    assert others.text.endswith("; 2 older, of which only the counts are kept")


def test_a_server_of_the_sis_is_not_asked_but_looked_up(machine: Machine, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    known = tmp_path / "known_hosts"
    known.write_text("")
    machine.set(
        "\n".join(
            (
                "[sis]",
                'sftp = "sftp://district@files.example.org:2222/exports"',
                f'known_hosts = "{known}"',
                f'password_command = ["touch", "{ran}"]',
            )
        )
    )
    (fault,) = machine.faults()
    assert "its key is not known" in fault.text
    assert "the password from the command touch" in fault.text
    assert "sftp -P 2222 district@files.example.org" in fault.remedy
    known.write_text(
        "[files.example.org]:2222 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPzU0iLqWj6Jv3TqJrFk0j3Q7mUq2m0Yw1mGz5p3v3Z\n"
    )
    assert machine.faults() == []
    assert not ran.exists()
