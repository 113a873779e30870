"""`doctor` and `config`: what this machine can do, and what was set."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import (
    DONE,
    NOTICE,
    given,
    keys_settled,
    load_all,
    load_config,
    print_lines,
    wanted_district,
)
from importlog_tui.errors import ConfigProblem

if TYPE_CHECKING:
    from importlog_tui.cli.shared import Commands


def offer(commands: Commands) -> None:
    """Add the words of the command line."""
    doctor = commands.add("doctor", _doctor, "what this terminal, configuration and archive can do")
    doctor.add_argument("--json", action="store_true", help="one JSON object a line")
    doctor.add_argument(
        "--online", action="store_true", help="also ask the site and the API, with your own session and key"
    )
    config = commands.add("config", _config, "show where the configuration is, what it says, or make one")
    config.add_argument("what", choices=("path", "show", "init"))


def _doctor(options: argparse.Namespace) -> int:
    from importlog_tui.report import doctor
    from importlog_tui.report.listing import write_json
    from importlog_tui.ui.actions import BY_ID

    findings = doctor.diagnose(
        config_file=given(options.config, "IMPORTLOG_CONFIG"),
        archive_file=given(options.archive, "IMPORTLOG_ARCHIVE"),
        environ=os.environ,
        district=wanted_district(options),
        now=datetime.now(UTC),
        actions=BY_ID,
        keys=keys_settled,
    )
    if options.online:
        from importlog_tui.report import online
        from importlog_tui.terminal.environment import Environment

        environment = Environment.from_environ(os.environ)
        with contextlib.suppress(ConfigProblem):  # it was told already
            findings += online.ask(load_config(options), environment, datetime.now(UTC))
    if options.json:
        write_json((finding.row() for finding in findings), sys.stdout)
    else:
        print_lines(doctor.lines(findings))
    return DONE if all(finding.ok for finding in findings) else NOTICE


def _config(options: argparse.Namespace) -> int:
    from importlog_tui import config

    path = given(options.config, "IMPORTLOG_CONFIG")
    if options.what == "show":
        load_all(options)  # also refuses a key for an action that there is none of
    tell = {"path": config.path_text, "show": config.show_text, "init": config.init}[options.what]
    print(tell(path))
    return DONE
