"""What the variables tell of a terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from importlog_tui.terminal.environment import Environment


def of(**variables: str) -> Environment:
    return Environment.from_environ(
        variables, platform="linux", is_terminal=True, size=(80, 24), kernel="Linux"
    )


@pytest.mark.parametrize("name", ["SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"])
def test_any_trace_of_ssh_makes_a_session_remote_unless_the_reader_says_otherwise(name: str) -> None:
    environment = of(**{name: "10.0.0.1 1 10.0.0.2 22"})
    assert environment.is_remote()
    assert environment.ssh_variable == name
    assert not environment.is_remote("local")
    assert not of(**{name: ""}).is_remote()
    assert of().is_remote("remote")


def test_multiplexers_are_told_apart() -> None:
    assert of(TMUX="/tmp/tmux-0/default,1,0").in_tmux
    assert of(STY="1.pts-0").in_screen
    assert of(ZELLIJ="0").in_zellij
    assert of(TERM="tmux-256color").has_far_multiplexer
    assert not of(TERM="tmux-256color", TMUX="x").has_far_multiplexer
    assert not of(TERM="xterm").has_far_multiplexer


@pytest.mark.parametrize(
    ("variables", "colours"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "16 million"),
        ({"TERM": "xterm-direct"}, "16 million"),
        ({"TERM": "xterm-256color"}, "256"),
        ({"TERM": "linux"}, "16"),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, "none"),
        ({}, "none"),
    ],
)
def test_colours(variables: dict[str, str], colours: str) -> None:
    assert of(**variables).colours == colours


@pytest.mark.parametrize(
    ("variables", "utf8"),
    [
        ({"LANG": "en_US.UTF-8"}, True),
        ({"LANG": "de_DE.utf8@euro"}, True),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "de_DE.ISO-8859-15"}, False),
        ({"LANG": "C.UTF-8", "LC_ALL": ""}, True),
        ({"LANG": "C"}, None),
        ({}, None),
    ],
)
def test_the_locales_encoding(variables: dict[str, str], utf8: bool | None) -> None:
    assert of(**variables).is_utf8 is utf8


def test_small_facts() -> None:
    assert of(NO_COLOR="1").no_color
    assert not of(NO_COLOR="").no_color
    assert of(TERM_PROGRAM="vscode").in_vscode
    assert of(DISPLAY=":0").display == "DISPLAY"
    assert of(DISPLAY=":0", WAYLAND_DISPLAY="wayland-0").display == "WAYLAND_DISPLAY"
    kernel = "Linux version 5.15.1-microsoft-standard-WSL2"
    assert Environment.from_environ({}, platform="linux", kernel=kernel).is_wsl
    assert not Environment.from_environ({}, platform="win32", kernel=kernel).is_wsl
    assert not of().is_wsl


def test_programs_are_looked_for_along_the_given_path_only(tmp_path: Path) -> None:
    program = tmp_path / "only-here"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert of(PATH=str(tmp_path)).which("only-here") == str(program)
    assert of(PATH="/nowhere").which("sh") is None
    assert of().which("sh") is not None


def test_what_is_left_out_is_asked_of_the_real_streams_and_the_copy_stays_as_it_was() -> None:
    variables = {"TERM": "xterm"}
    environment = Environment.from_environ(variables)
    variables["TERM"] = "dumb"
    assert environment.term == "xterm"
    assert environment.platform == sys.platform
    assert environment.is_terminal == (os.isatty(0) and (os.isatty(1) or os.isatty(2)))
    assert "xterm" not in repr(environment), "an environment may hold secrets"
