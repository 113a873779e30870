"""Real processes that are stopped, killed, crowded and starved while they add: the archive stays whole, and what is part says so."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.test_commands import LOG, Program
from tests.ui.terminal import Terminal

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="needs a pseudo-terminal and signals of POSIX"
)

ROWS = 400_000
RECORDS = ("--as", "records", "--kind", "users")
Said = Mapping[str, object]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A program with a first table in its archive, and a long one beside it that is not."""
    made = Program(tmp_path)
    (tmp_path / "first.csv").write_text("Unique ID,Last Name,Email\n1,Lopez,a@example.org\n")
    made("add", "first.csv", *RECORDS)
    with (tmp_path / "long.csv").open("w") as file:
        file.write("Course Code,Section Code,User Unique ID\n")
        file.writelines(f"ENG{n % 900},{n % 30},{n}\n" for n in range(ROWS))
    return made


def adding(program: Program, *arguments: str) -> Terminal:
    """`add` of the long table in a terminal, once it has filed some of its rows."""
    started = Terminal(
        [
            sys.executable,
            "-m",
            "importlog_tui",
            *arguments,
            "add",
            "long.csv",
            "--as",
            "records",
            "--kind",
            "enrollments",
        ],
        environ={**program.env, "COLUMNS": "120"},
        cwd=program.cwd,
    )
    return started.until(
        lambda: any(" records, long.csv" in line and line[0] != "0" for line in started.lines)
    )


def runs(program: Program) -> dict[str, Said]:
    return {str(run["kind"]): run for run in program.json("runs")}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_was_read_before_a_signal_is_kept_as_part_and_said(
    program: Program, number: signal.Signals
) -> None:
    with adding(program) as terminal:
        terminal.signal(number).rest()
        assert terminal.process.wait() == 1
        assert "stopped; what was read until then is kept" in "\n".join(terminal.lines)

    part = runs(program)["enrollments"]
    assert isinstance(part["rows_read"], int)
    assert 0 < part["rows_read"] < ROWS
    assert (part["rows_affected"], part["complete"]) == (None, False)
    assert len(program("records", "--run", str(part["id"]), "--csv").splitlines()) == part["rows_read"] + 1

    program("add", "long.csv", "--as", "records", "--kind", "enrollments")

    whole = runs(program)["enrollments"]
    assert (whole["id"], whole["rows_read"], whole["complete"]) == (part["id"], ROWS, True)


def test_a_second_control_c_ends_at_once_with_the_archive_whole(program: Program) -> None:
    with adding(program) as terminal:
        terminal.signal(signal.SIGINT).signal(signal.SIGINT).rest()
        assert terminal.process.wait() in {1, 130}
        assert "stopped" in "\n".join(terminal.lines)
        assert b"Traceback" not in terminal.raw

    # The second one may come when the first was heeded already; then the part is kept, and says so.
    assert runs(program).get("enrollments", {"complete": False})["complete"] is False
    assert runs(program)["users"]["complete"]


def test_a_killed_one_leaves_the_archive_as_it_was_and_usable_at_once(program: Program) -> None:
    before = program("records", "--json")
    with adding(program) as terminal:
        terminal.signal(signal.SIGKILL).rest()
        assert terminal.process.wait() == -signal.SIGKILL

    assert runs(program).keys() == {"users"}
    assert program("records", "--json") == before
    Path(program.cwd, "log.html").write_text(LOG)
    program("add", "log.html")


def test_a_file_size_limit_in_the_middle_leaves_the_archive_as_it_was(program: Program) -> None:
    before = program("records", "--json")
    limit = 4 << 20

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "importlog_tui",
            "add",
            "long.csv",
            "--as",
            "records",
            "--kind",
            "enrollments",
        ],
        capture_output=True,
        env=program.env,
        cwd=program.cwd,
        check=False,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "archive is as it was before" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert runs(program).keys() == {"users"}
    assert program("records", "--json") == before


def test_a_configuration_is_made_whole_or_not_at_all(program: Program) -> None:
    file = Path(program.cwd, "config.toml")

    done = subprocess.run(
        [sys.executable, "-m", "importlog_tui", "--config", file, "config", "init"],
        capture_output=True,
        env=program.env,
        check=False,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500)),
    )

    assert done.returncode == 2
    assert str(file) in done.stderr
    assert "Traceback" not in done.stderr
    assert not file.exists()


def test_two_that_add_at_once_lose_nothing(program: Program) -> None:
    for day in (21, 22, 24, 25):
        Path(program.cwd, f"{day}.html").write_text(
            LOG.replace("Nov 22, 2026 1:02", f"Nov {day}, 2026 5:02").replace("Nov 23", f"Nov {day}")
        )
    adding_both = [
        subprocess.Popen(
            [sys.executable, "-m", "importlog_tui", "add", *names], env=program.env, cwd=program.cwd
        )
        for names in (("21.html", "22.html"), ("24.html", "25.html"))
    ]

    assert [one.wait() for one in adding_both] == [0, 0]
    assert len(program.json("runs")) == 1 + 4 * 4


def test_the_screen_takes_in_what_another_process_adds_and_survives_the_loss_of_its_archive(
    program: Program,
) -> None:
    Path(program.cwd, "log.html").write_text(LOG)
    archive = Path(program.env["IMPORTLOG_ARCHIVE"])
    careful = {**program.env, "PYTHONWARNINGS": "always::RuntimeWarning"}
    with Terminal([sys.executable, "-m", "importlog_tui"], environ=careful, cwd=program.cwd) as terminal:
        terminal.until("No date")
        program("add", "log.html")
        terminal.until("Mon 23 Nov")

        archive.unlink()
        for beside in archive.parent.glob(f"{archive.name}-*"):
            beside.unlink()
        terminal.press("r", "down", "enter", "down", "enter").press("q").rest()

        assert terminal.process.wait() == 0
        for trouble in (b"Traceback", b"Warning", b"Exception"):
            assert trouble not in terminal.raw
        assert terminal.raw.rindex(b"\x1b[?1049l") > terminal.raw.rindex(b"\x1b[?1049h")
        assert terminal.raw.rindex(b"\x1b[?25h") > terminal.raw.rindex(b"\x1b[?25l")
        assert terminal.raw.rindex(b"\x1b[?2004l") > terminal.raw.rindex(b"\x1b[?2004h")


def test_a_state_file_that_can_not_be_written_loses_the_place_only(program: Program) -> None:
    Path(program.cwd, ".local").mkdir(exist_ok=True)
    Path(program.cwd, ".local", "state").write_text("in the way")
    careful = {**program.env, "PYTHONWARNINGS": "always::RuntimeWarning"}
    with Terminal([sys.executable, "-m", "importlog_tui"], environ=careful, cwd=program.cwd) as terminal:
        terminal.until("No date").press("q").rest()

        assert terminal.process.wait() == 0
        assert b"Traceback" not in terminal.raw


def test_a_size_exported_by_the_shell_does_not_narrow_the_screen(program: Program) -> None:
    environ = {**program.env, "COLUMNS": "1", "LINES": "1"}
    with Terminal([sys.executable, "-m", "importlog_tui"], environ=environ, cwd=program.cwd) as terminal:
        terminal.until("Status Log").press("q").rest()
