"""All keys on one page that fits 80x24, by place, made from the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from importlog_tui.text import fit, width
from importlog_tui.ui.actions import ACTIONS, EVERYWHERE, Action, Place
from importlog_tui.ui.presentation import decisions
from importlog_tui.ui.presentation.log import TREE_SIGNS
from importlog_tui.ui.screens.page import PageScreen

if TYPE_CHECKING:
    from textual.binding import BindingType

    from importlog_tui.ui.keymap import Keymap

_COLUMN = 37
_ABOUT_THE_LOG = {
    "new",
    "waiting",
    "mine",
    "accepted",
    "filter.log",
    "impact",
    "export",
    "tonight",
    "mask",
    "district",
}
"""Work anywhere, and are about the log."""
_PAIRS = {
    "cursor.up": "cursor.down",
    "page.up": "page.down",
    "top": "bottom",
    "place.next": "place.previous",
    "help": "quit",
}
"""Told in one line."""


def help_lines(keymap: Keymap) -> list[str]:
    """The page: moving at the left, doing at the right."""
    moving = [
        action
        for action in ACTIONS
        if (not action.label and action.places == EVERYWHERE and action.id != "palette")
        or action.id == "enter"
    ]
    log = [
        action for action in ACTIONS if action.places == frozenset({Place.LOG}) or action.id in _ABOUT_THE_LOG
    ]
    shared = [action for action in ACTIONS if action not in [*moving, *log] and action.places == EVERYWHERE]
    rows = [action for action in ACTIONS if action not in log and action.places != EVERYWHERE]
    # The headings stand out by themselves: every line counts on a small terminal.
    left = ["Moving", *_entries(moving, keymap, 14), "The log", *_entries(log, keymap, 6)]
    right = [
        "Records",
        *_entries(rows, keymap, 6),
        "Anywhere",
        *_entries(shared, keymap, 6),
    ]
    height = max(len(left), len(right))
    left += [""] * (height - len(left))
    right += [""] * (height - len(right))
    return [f" {fit(one, _COLUMN)} {two}".rstrip() for one, two in zip(left, right, strict=True)]


def sign_lines() -> list[str]:
    """What the signs in tree and table mean."""
    told = [(sign, meaning) for sign, meaning in (*TREE_SIGNS.items(), *decisions.SIGNS.items())]
    return [
        "",
        " Signs in the log and before a record",
        *(f"   {fit(sign, 5)} {meaning}" for sign, meaning in told),
    ]


def _entries(actions: list[Action], keymap: Keymap, cells: int) -> list[str]:
    told: dict[str, tuple[str, str]] = {}
    first_of = {second: first for first, second in _PAIRS.items()}
    for action in actions:
        keys, first = keymap.all_shown(action.id), first_of.get(action.id)
        if keys and first in told:
            told[first] = f"{told[first][0]} {keys}", f"{told[first][1]}, {action.help}"
        elif keys:
            told[action.id] = keys, action.help
    return [f"  {keys}{' ' * max(1, cells - width(keys))}{help_}" for keys, help_ in told.values()]


class HelpScreen(PageScreen[None]):
    """The help page."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark", "leave", show=False)]

    def __init__(self, keymap: Keymap) -> None:
        super().__init__(
            "Keys",
            [*help_lines(keymap), *sign_lines()],
            "Esc back   ↓ what the signs mean   ctrl+c always leaves",
        )
