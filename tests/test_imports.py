"""What the commands load: nothing but the screen waits for Textual and Rich."""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import importlog_tui

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
