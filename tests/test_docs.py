"""What the documents say is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from importlog_tui.cli.line import parser
from importlog_tui.ui.keymap import keys_markdown

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_every_key() -> None:
    assert keys_markdown() in README


def test_the_readme_names_every_command() -> None:
    commands = re.findall(r"^    (\w+)  ", parser().format_help(), re.MULTILINE)

    assert {"add", "runs", "config"} <= set(commands)
    assert [name for name in commands if f"importlog-tui {name}" not in README] == []


def test_the_changelog_has_a_place_for_what_is_not_released() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("picture", re.findall(r"\((docs/[^)]+)\)", README))
def test_the_readmes_pictures_are_there(picture: str) -> None:
    assert "<svg" in (ROOT / picture).read_text(encoding="utf-8")[:200]


def test_architecture_names_every_room() -> None:
    told = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = [
        path.name
        for path in (ROOT / "src/importlog_tui").iterdir()
        if path.name[0] not in "_." and path.name != "py.typed"
    ]

    assert [name for name in rooms if name.removesuffix(".py") not in told] == []
