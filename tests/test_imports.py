"""What the commands load: nothing but the screen waits for Textual and Rich."""

from __future__ import annotations

import os
import pkgutil
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

import importlog_tui
from importlog_tui.cli.line import ROOMS, parser

ROOMS_WITHOUT_A_SCREEN = sorted(
    module.name
    for module in pkgutil.walk_packages(importlog_tui.__path__, "importlog_tui.")
    if not module.name.startswith("importlog_tui.ui") and not module.name.endswith("__main__")
)


def loaded_by(code: str, env: dict[str, str] | None = None) -> set[str]:
    report = "import sys; sys.stderr.write('\\n' + ' '.join(sys.modules))"
    # click comes with a developer's tools alone; where it is, httpx loads Rich for a command of its own.
    without_click = "import sys; sys.modules['click'] = None"
    done = subprocess.run(
        [sys.executable, "-c", f"{without_click}\n{code}\n{report}"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **(env or {})},
    )
    return set(done.stderr.rsplit("\n", 1)[-1].split())


def test_only_the_screen_loads_textual_or_rich() -> None:
    modules = loaded_by("import " + ", ".join(ROOMS_WITHOUT_A_SCREEN))

    assert not modules & {"textual", "rich"}


@pytest.mark.parametrize("command", ["runs", "errors", "records"])
def test_the_lists_load_no_reader_and_no_network(command: str, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[keys]\n"open.user" = ["b"]\n')
    modules = loaded_by(
        f"from importlog_tui.cli import main\nassert main(['{command}', '--json']) == 0",
        {
            "IMPORTLOG_ARCHIVE": str(tmp_path / "none.sqlite"),
            "IMPORTLOG_CONFIG": str(tmp_path / "config.toml"),
        },
    )

    assert not modules & {
        "textual",
        "rich",
        "httpx",
        "selectolax",
        "python_calamine",
        "importlog_tui.sources",
    }


def test_a_command_loads_no_other_commands_module(tmp_path: Path) -> None:
    modules = loaded_by(
        "from importlog_tui.cli import main\nassert main(['runs', '--json']) == 0",
        {"IMPORTLOG_ARCHIVE": str(tmp_path / "none.sqlite"), "IMPORTLOG_CONFIG": ""},
    )

    assert {f"importlog_tui.cli.{room}" for room in ROOMS} & modules == {"importlog_tui.cli.lists"}


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        ("--help", set(chain(*ROOMS.values()))),
        ("nonsense", set(chain(*ROOMS.values()))),
        ("--archive FILE nonsense", set(chain(*ROOMS.values()))),
        ("--archive FILE", set[str]()),
        ("--version", set[str]()),
        ("--archive FILE records", {"runs", "errors", "records"}),
        ("doctor --json", {"doctor", "config"}),
    ],
)
def test_the_command_line_knows_the_commands_that_may_be_meant(argv: str, told: set[str]) -> None:
    help_text = parser(argv.split()).format_help()

    assert set(re.findall(r"^    (\w+)  ", help_text, re.MULTILINE)) == told
