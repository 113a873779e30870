"""The lines around the places: top line, footer, and the status line's address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.text import one_line, width
from importlog_tui.triage.nights import kinds_expected
from importlog_tui.ui.actions import ACTIONS, Place
from importlog_tui.ui.presentation import words

if TYPE_CHECKING:
    from datetime import datetime

    from importlog_tui.ui.keymap import Keymap
    from importlog_tui.ui.presentation.log import Log

Part = tuple[str, str]


def cut_middle(text: str, cells: int) -> str:
    """Safe `text` in at most `cells` cells; what is cut is cut from the middle, where addresses differ least."""
    if width(text) <= cells or cells < 5:
        return text
    head = (cells - 1) // 2
    return f"{text[:head]}…{text[len(text) - (cells - 1 - head) :]}"


def last_run(log: Log, now: datetime) -> str:
    """How fresh the log is: "last run 01:12, 7 h ago   3 of 3 ran"."""
    newest = log.newest
    if newest is None or newest.performed_at is None:
        return "no dated run"
    time = words.clock_time(newest, log.zone)
    said = (
        f"last run {time}, {words.ago(newest.performed_at, now)}"
        if time
        else f"last run {words.ago(newest.performed_at, now)}"
    )
    expected = kinds_expected(log.nights)
    ran = {run.kind for run in log.nights[0].runs} & expected
    return f"{said}   {len(ran)} of {len(expected)} ran" if expected else said


def top_line(district: str, banner: str, log: Log, now: datetime) -> tuple[list[Part], list[Part]]:
    """The program, the district, and how fresh the log is."""
    left = [
        (" importlog", "strong"),
        (f"   {one_line(district)}" if district else "", ""),
        (f"   {one_line(banner)}" if banner else "", "strong"),
    ]
    if not log.nights:
        return left, []
    day = log.nights[0].day
    head = f"{words.day_name(day, log.today)}   " if day else ""
    return left, [(f"{head}{last_run(log, now)} ", "quiet")]


def footer(keymap: Keymap, place: Place, cells: int) -> list[Part]:
    """The keys of a place that fit, the most wanted first; the key for all keys always is there, last."""
    help_keys = keymap.shown("help")
    last = [(f" {help_keys}", "strong"), (" keys", "")] if help_keys else []
    room = cells - 1 - sum(width(text) for text, _ in last)
    parts: list[Part] = []
    for action in sorted(ACTIONS, key=lambda action: action.rank):
        key = keymap.shown(action.id)
        if not action.label or not key or place not in action.places or action.id == "help":
            continue
        new: list[Part] = [(f" {key}", "strong"), (f" {action.label} ", "")]
        needed = sum(width(text) for text, _ in new)
        if needed > room:
            break
        room -= needed
        parts += new
    return parts + last
