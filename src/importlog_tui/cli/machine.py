"""`doctor` and `config`: what this machine can do, and what was set."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import DONE, NOTICE, given, print_lines

if TYPE_CHECKING:
    from importlog_tui.cli.shared import Commands


def offer(commands: Commands) -> None:
    """Add the words of the command line."""
    doctor = commands.add("doctor", _doctor, "what this terminal, configuration and archive can do")
    doctor.add_argument("--json", action="store_true", help="one JSON object a line")
    config = commands.add("config", _config, "show where the configuration is, what it says, or make one")
    config.add_argument("what", choices=("path", "show", "init"))


def _doctor(options: argparse.Namespace) -> int:
    from importlog_tui.report import doctor
    from importlog_tui.report.listing import write_json

    findings = doctor.diagnose(
        config_file=given(options.config, "IMPORTLOG_CONFIG"),
        archive_file=given(options.archive, "IMPORTLOG_ARCHIVE"),
        environ=os.environ,
        now=datetime.now(UTC),
    )
    if options.json:
        write_json((finding.row() for finding in findings), sys.stdout)
    else:
        print_lines(doctor.lines(findings))
    return DONE if all(finding.ok for finding in findings) else NOTICE


def _config(options: argparse.Namespace) -> int:
    from importlog_tui import config

    path = given(options.config, "IMPORTLOG_CONFIG")
    tell = {"path": config.path_text, "show": config.show_text, "init": config.init}[options.what]
    print(tell(path))
    return DONE
