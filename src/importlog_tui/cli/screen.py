"""The screen, on the archive or on the made-up district."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import DONE, archive_path, load_config
from importlog_tui.errors import UsageProblem
from importlog_tui.streams import progress_line
from importlog_tui.text import safe

if TYPE_CHECKING:
    from importlog_tui.cli.shared import Commands
    from importlog_tui.config import Config

SWITCH_INTERVAL = 0.001
"""Seconds between thread switches: reading in the background must not make keys slow (textual-over-ssh.md, B.4)."""


def offer(commands: Commands) -> None:
    """Add the words of the command line."""
    demo = commands.add(
        "demo", _demo, "the screen on a made-up district, 30 nights of it; changes nothing else"
    )
    demo.add_argument(
        "--files",
        metavar="FOLDER",
        help="write the made-up district's files there instead, to try `add` and paste with",
    )


def run(options: argparse.Namespace) -> int:
    """The screen on the archive."""
    config = load_config(options)
    return _open_screen(config, archive_path(options, config))


def _demo(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from importlog_tui import demo
    from importlog_tui.config import District, Schoology
    from importlog_tui.times import zone_named

    config = load_config(options)
    zone = zone_named(config.time.zone)
    now = datetime.now(UTC)
    if options.files is not None:
        for line in demo.leave_files(Path(options.files).expanduser(), now=now, zone=zone):
            print(safe(line))
        return DONE
    _refuse_without_terminal()
    with progress_line() as progress:
        archive = demo.prepare(now=now, zone=zone, progress=progress)
    return _open_screen(
        replace(config, district=District(demo.DISTRICT), schoology=Schoology(demo.ADDRESS)),
        archive,
        banner="made-up",
    )


def _open_screen(config: Config, archive: Path, *, banner: str = "") -> int:
    from importlog_tui.terminal.environment import Environment

    _refuse_without_terminal()
    from importlog_tui import ui

    for name, value in ui.ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if min(os.get_terminal_size(sys.stdout.fileno())) > 0:
        # Exported by a shell long ago they would win over the size that the terminal has now.
        for name in ("COLUMNS", "LINES"):
            os.environ.pop(name, None)
    sys.setswitchinterval(SWITCH_INTERVAL)
    return ui.run(config, archive, Environment.from_environ(os.environ), banner=banner)


def _refuse_without_terminal() -> None:
    """A screen needs a terminal that can place text; everything is also there without one."""
    remedy = "Without a screen: importlog-tui runs, errors, records (--json, --csv); importlog-tui --help lists all."
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        raise UsageProblem("the screen needs a terminal, and standard input or output is none", remedy=remedy)
    if os.environ.get("TERM", "") in {"", "dumb", "unknown"} and os.name == "posix":
        raise UsageProblem(
            f"this terminal can't show a screen (TERM is {os.environ.get('TERM', '') or 'not set'})",
            remedy=remedy,
        )
