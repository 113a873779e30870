"""The lines around the places: top line, footer, and the status line's address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.text import one_line, width
from importlog_tui.triage.nights import kinds_expected
from importlog_tui.ui.actions import ACTIONS
from importlog_tui.ui.presentation import words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from importlog_tui.ui.actions import Moment
    from importlog_tui.ui.keymap import Keymap
    from importlog_tui.ui.presentation.log import Log

Part = tuple[str, str]
_BY_RANK = sorted(ACTIONS, key=lambda action: action.rank)


def cut_middle(text: str, cells: int) -> str:
    """Safe `text` in at most `cells` cells; what is cut is cut from the middle, where addresses differ least."""
    if width(text) <= cells or cells < 5:
        return text
    head = (cells - 1) // 2
    return f"{text[:head]}…{text[len(text) - (cells - 1 - head) :]}"


def in_two(text: str, cells: int) -> tuple[str, str]:
    """Safe `text` as one line, or broken at a blank into two where it is longer than `cells`."""
    if width(text) <= cells:
        return text, ""
    at = text.rfind(" ", 0, cells + 1)
    return (text[:at], text[at + 1 :]) if at > 0 else (text[:cells], text[cells:])


def freshness(log: Log, now: datetime, alarm: Sequence[str] = ()) -> list[str]:
    """How fresh the log is, the fullest wording first: "Mon 23 Nov   last run 01:12, 7 h ago   3 of 3 ran"; `alarm` comes before that."""
    newest = log.newest
    if newest is None or newest.performed_at is None:
        return ["no dated import"] if log.nights else []
    time = words.clock_time(newest, log.zone)
    ago = words.ago(newest.performed_at, now)
    last = f"last run {time}, {ago}" if time else f"last run {ago}"
    expected = kinds_expected(log.nights)
    ran = {run.kind for run in log.nights[0].runs} & expected
    whole = f"{last}   {len(ran)} of {len(expected)} ran" if expected else last
    if alarm:
        return [f"{words.day_name(log.nights[0].day, log.today)}   {alarm[0]}", *alarm]
    return [f"{words.day_name(log.nights[0].day, log.today)}   {whole}", whole]


def top_line(
    district: str, banner: str, log: Log, now: datetime, cells: int, alarm: Sequence[str] = ()
) -> tuple[list[Part], list[Part]]:
    """The program, the district, and how fresh the log is, or what is missing in it; where not all fits, the district's name is cut."""
    left = [(" importlog", "strong")]
    left += [(f"   {one_line(banner)}", "strong")] if banner else []
    left += [(f"   {one_line(district)}", "")] if district else []
    room = cells - sum(width(text) for text, _ in left) - 3
    said = freshness(log, now, alarm)
    right = next((text for text in said if width(text) <= room), said[-1] if said else "")
    return left, [(f"{right} ", "quiet")] if right else []


def footer(keymap: Keymap, moment: Moment, cells: int) -> list[Part]:
    """The keys that can work now, the most wanted first, as many as fit; the key for all keys always is there, last."""
    help_keys = keymap.shown("help")
    last = [(f" {help_keys}", "strong"), (" keys", "")] if help_keys else []
    room = cells - 1 - sum(width(text) for text, _ in last)
    parts: list[Part] = []
    for action in _BY_RANK:
        key = keymap.shown(action.id)
        if not action.label or not key or moment.place not in action.places or action.id == "help":
            continue
        if action.why_not(moment) or action.id in moment.refused:
            continue
        new: list[Part] = [(f" {key}", "strong"), (f" {action.label} ", "")]
        needed = sum(width(text) for text, _ in new)
        if needed > room:
            break
        room -= needed
        parts += new
    return parts + last
