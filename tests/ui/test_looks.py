from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.color import Color
from textual.pilot import Pilot
from textual.theme import Theme

from importlog_tui.ui import theme
from tests.ui.pilots import NARROW, WIDE, press, settled, shown
from tests.ui.small_log import config_with, make_log, small_app

Compare = Callable[..., bool]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return make_log(tmp_path / "archive.sqlite")


def _contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [value / 255 for value in Color.parse(colour).rgb]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("one", [theme.DARK, theme.LIGHT], ids=lambda one: one.name)
def test_every_text_can_be_read(one: Theme) -> None:
    background = one.background or ""
    for text in (
        one.foreground,
        one.error,
        one.accent,
        one.success,
        one.primary,
        one.variables["text-muted"],
    ):
        assert _contrast(text or "", background) >= 4.5
    for cursor in ("block-cursor", "block-cursor-blurred"):
        assert _contrast(one.variables[f"{cursor}-foreground"], one.variables[f"{cursor}-background"]) >= 4.5


def test_over_a_wire_the_terminals_own_colours_are_used() -> None:
    assert theme.chosen("auto", is_remote=True, no_color=False) == theme.TERMINAL.name
    assert theme.chosen("auto", is_remote=False, no_color=False) == theme.DARK.name
    assert theme.chosen("light", is_remote=True, no_color=False) == theme.LIGHT.name
    assert theme.chosen("light", is_remote=False, no_color=True) == theme.TERMINAL.name


async def test_without_colour_the_cursor_and_the_place_are_still_seen(log: Path) -> None:
    app = small_app(log, no_color=True)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter")

        lines = shown(pilot).splitlines()
        assert sum(line.startswith("▌") for line in lines) == 1
        assert sum("│▌" in line for line in lines) == 1
        reversed_ = [
            segment.text
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if segment.style and segment.style.reverse
        ]
        assert any("Lopez" in text for text in reversed_)
        assert not any("Email already" in text for text in reversed_)


async def _in(pilot: Pilot[int], *keys: str) -> None:
    await settled(pilot)
    await press(pilot, *keys)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])
def test_the_log(log: Path, size: tuple[int, int], snap_compare: Compare) -> None:
    assert snap_compare(
        small_app(log), terminal_size=size, run_before=lambda pilot: _in(pilot, "enter", "enter")
    )


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])
def test_the_records(log: Path, size: tuple[int, int], snap_compare: Compare) -> None:
    walk = ("enter", "enter", "enter", "down", "space", "down")
    assert snap_compare(small_app(log), terminal_size=size, run_before=lambda pilot: _in(pilot, *walk))


def test_the_light_colours(log: Path, snap_compare: Compare) -> None:

    config = config_with()
    light = config._replace(screen=config.screen._replace(theme="light"))
    app = small_app(log, config=light)
    assert snap_compare(
        app, terminal_size=WIDE, run_before=lambda pilot: _in(pilot, "enter", "enter", "enter")
    )


def test_the_help(log: Path, snap_compare: Compare) -> None:
    assert snap_compare(
        small_app(log), terminal_size=NARROW, run_before=lambda pilot: _in(pilot, "question_mark")
    )
