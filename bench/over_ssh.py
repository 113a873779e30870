"""PageDown held over a real OpenSSH connection on a thin wire, in tmux on the server and without: `python -m bench.over_ssh`.

The line is `wire.py` between ssh and sshd (tc's netem would do the same, where the kernel has it). Needs sshd, ssh, ssh-keygen and tmux.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from pathlib import Path

from tests.real_terminal import Server, missing, ssh_server

from bench import chores, data
from bench.programs import LNAV, OURS, Program
from bench.seat import Seat, Unseen
from bench.walk import HERTZ, THIN, check, leave, settle

HERE = Path(__file__).parent
_SECONDS = 2
_REPEATS = 5


def argv(
    server: Server, program: Program, table: Path, archive: Path, home: Path, *, tmux: bool
) -> list[str]:
    """The program at the other end of the line."""
    command = shlex.join(program.start(table, archive))
    if tmux:
        command = f"tmux -f /dev/null -S {shlex.quote(str(home / 'tmux'))} new-session {shlex.quote(command)}"
    given = f"env -u TMUX HOME={shlex.quote(str(home))} LANG=C.UTF-8 TERM=xterm-256color {command}"
    proxy = f"{sys.executable} {HERE / 'wire.py'} 127.0.0.1 {server.port} {THIN.rtt:g} {THIN.rate:g}"
    ssh = server.argv(given, "-o", f"ProxyCommand={proxy}")
    return [part.replace("Compression=yes", "Compression=no") for part in ssh]


def held(argv: list[str], program: Program, home: Path, rows: int) -> tuple[float, float]:
    """Ms from the last press to its frame, and bytes for a press."""
    with Seat(argv, home) as seat:
        seat.wait(check(program.ready, seat.view(), rows), seat.started, quiet=0.5)
        seat.press(("g",), prepares=True)
        seat.wait(None, seat.started, quiet=0.5)
        figures = seat.hold("pagedown", _SECONDS * HERTZ, HERTZ)
        leave(seat, program)
    return figures


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.over_ssh", description=__doc__)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument(
        "--results", type=Path, default=HERE / "RESULTS.md", help="the table is added to this file"
    )
    options = asked.parse_args()
    if lacking := missing("sshd", "ssh", "ssh-keygen", "tmux"):
        raise SystemExit(f"needs {', '.join(lacking)}")
    programs = [program for program in (OURS, LNAV) if program is OURS or not missing("lnav")]
    lines = [
        "## Over OpenSSH",
        "",
        f"PageDown held at {HERTZ} a second for {_SECONDS} s, {THIN.rtt:g} ms round trip, {THIN.rate:,} bytes a second, {options.rows:,} rows;",
        f"medians of {_REPEATS} connections. Bytes are those that ssh gave to the terminal.",
        "",
        "| what | program | lag after the last press | bytes for a key |",
        "| --- | --- | ---: | ---: |",
    ]
    with tempfile.TemporaryDirectory(prefix="importlog-ssh-") as folder:
        place = Path(folder)
        table, archive = place / "records.csv", place / "records.db"
        data.write(table, options.rows, 20261123)
        chores.add(table, archive)
        (place / "sshd").mkdir()
        with ssh_server(place / "sshd") as server:
            for tmux in (False, True):
                for program in programs:
                    found = []
                    for number in range(_REPEATS):
                        home = place / f"{program.name}{tmux:d}{number}"
                        home.mkdir()
                        settle(program, table, archive, home, options.rows)
                        command = argv(server, program, table, archive, home, tmux=tmux)
                        found.append(held(command, program, home, options.rows))
                    lag, size = (sorted(figures)[_REPEATS // 2] for figures in zip(*found, strict=True))
                    where = "in tmux on the server" if tmux else "without tmux"
                    lines.append(f"| {where} | {program.name} | {lag:,.0f} ms | {size:,.0f} B |")
    text = "\n".join(lines) + "\n"
    before = options.results.read_text(encoding="utf-8") if options.results.exists() else ""
    options.results.write_text(before.split("## Over OpenSSH")[0].rstrip() + "\n\n" + text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except Unseen as unseen:
        raise SystemExit(f"What was asked for did not come: {unseen}") from None
