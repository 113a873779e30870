"""Textual's names of keys, told without loading Textual: the commands check [keys], too. A test holds them against Textual's own."""

from __future__ import annotations

import unicodedata
from itertools import chain, product
from typing import Final

_MOVING: Final = ("left", "right", "up", "down", "home", "end", "insert", "delete", "pageup", "pagedown")
_FUNCTION: Final = tuple(f"f{number}" for number in range(1, 25))
NAMED: Final = frozenset(
    chain(
        ("escape", "shift+escape", "return", "ctrl+@", "ctrl-at", "shift+tab", "tab", "space", "enter"),
        ("backspace", "<any>", "<scroll-up>", "<scroll-down>", "<ignore>"),
        map("".join, product(("", "ctrl+", "shift+", "ctrl+shift+"), _MOVING)),
        map("".join, product(("", "ctrl+"), _FUNCTION)),
        map("ctrl+{}".format, "abcdefghijklmnopqrstuvwxyz0123456789"),
        map("ctrl+shift+{}".format, "0123456789"),
        map("ctrl+{}".format, ("backslash", "right_square_bracket", "circumflex_accent", "underscore")),
    )
)
"""All keys that are not one character."""

_SHORT: Final = {"slash": "/", "backslash": "\\", "at": "@", "minus": "-", "plus": "+", "underscore": "_"}
_WITH_A_HYPHEN: Final = {"less_than_sign": "<", "greater_than_sign": ">", "hyphen_minus": "-"}


def glyph(name: str) -> str:
    """The character of a key's name: "slash" is "/", "full_stop" is "."; the name itself where it has none."""
    if found := _SHORT.get(name) or _WITH_A_HYPHEN.get(name):
        return found
    try:
        found = unicodedata.lookup(name.replace("_", " ").upper())
    except KeyError:
        return name
    return found if found.isprintable() else name
