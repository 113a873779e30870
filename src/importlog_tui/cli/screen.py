"""The screen on the archive: what runs without a command."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import archive_path, given, load_all, wanted_district
from importlog_tui.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from importlog_tui.config import Config
    from importlog_tui.fields import Field
    from importlog_tui.model import Kind

SWITCH_INTERVAL = 0.001
"""Seconds between thread switches: reading in the background must not make keys slow (textual-over-ssh.md, B.4)."""


def run(options: argparse.Namespace) -> int:
    """The screen on the archive; of several districts the one that was named, else the first, and D goes to another."""
    from importlog_tui.config import choose

    whole = load_all(options)
    config = choose(whole, wanted_district(options) or next(iter(whole.districts), ""))
    # An archive that was named is one district's: nothing of another may get into it.
    is_free = given(options.archive, "IMPORTLOG_ARCHIVE") is None
    districts = {name: one.district.name for name, one in whole.districts.items()} if is_free else {}
    while True:
        ended = open_screen(config, archive_path(options, config), districts=districts)
        if isinstance(ended, int):
            return ended
        config = whole.districts[ended]


def open_screen(
    config: Config,
    archive: Path,
    *,
    banner: str = "",
    tonight: tuple[tuple[Path, ...], Path | None, Kind | None, Mapping[str, Field]] | None = None,
    districts: Mapping[str, str] | None = None,
) -> int | str:
    """The screen on this archive, until it is closed, or left for another of `districts`, whose name is returned.

    `tonight` are files to check first, what Schoology holds, what they are, and what headings of theirs mean.
    """
    from importlog_tui.terminal.environment import Environment

    refuse_without_terminal()
    from importlog_tui import ui

    for name, value in ui.ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if min(os.get_terminal_size(sys.stdout.fileno())) > 0:
        # Exported by a shell long ago they would win over the size that the terminal has now.
        for name in ("COLUMNS", "LINES"):
            os.environ.pop(name, None)
    sys.setswitchinterval(SWITCH_INTERVAL)
    return ui.run(
        config,
        archive,
        Environment.from_environ(os.environ),
        banner=banner,
        tonight=tonight,
        districts=districts,
    )


def refuse_without_terminal() -> None:
    """A screen needs a terminal that can place text; everything is also there without one."""
    remedy = "Without a screen: importlog-tui runs, errors, records (--json, --csv); importlog-tui --help lists all."
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        raise UsageProblem("the screen needs a terminal, and standard input or output is none", remedy=remedy)
    if os.environ.get("TERM", "") in {"", "dumb", "unknown"} and os.name == "posix":
        raise UsageProblem(
            f"this terminal can't show a screen (TERM is {os.environ.get('TERM', '') or 'not set'})",
            remedy=remedy,
        )
