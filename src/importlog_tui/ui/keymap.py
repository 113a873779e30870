"""From the configuration's [keys] to one meaning per key and place.

Textual's own keymaps accept unknown names, drop clashing bindings silently and can't unbind (textual-over-ssh.md B.7), so keys are settled and
checked here, and bindings are made from the result.
"""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from importlog_tui.errors import KeyProblem
from importlog_tui.ui.actions import ACTIONS, BY_ID, LEAVE_KEYS, Action, Place
from importlog_tui.ui.key_names import NAMED, glyph

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_MODIFIERS = {"ctrl", "shift", "alt", "super", "meta", "hyper"}
_LOOKS = {"up": "↑", "down": "↓", "left": "←", "right": "→", "escape": "Esc", "enter": "Enter", "tab": "Tab", "space": "Space", "pageup": "PgUp",
          "pagedown": "PgDn", "home": "Home", "end": "End", "backspace": "Bksp", "delete": "Del"}  # fmt: skip


class Keymap(NamedTuple):
    """Which keys do what.

    Attributes:
        keys: action id -> its keys, in Textual's names, possibly none.
        meaning: key -> the actions it stands for, each in places of its own.
    """

    keys: Mapping[str, tuple[str, ...]]
    meaning: Mapping[str, tuple[Action, ...]]

    def action_for(self, key: str, place: Place) -> Action | None:
        """What `key` does in `place`."""
        return next((action for action in self.meaning.get(key, ()) if place in action.places), None)

    def shown(self, action_id: str) -> str:
        """The action's first key as the reader knows it, "" where it has none."""
        keys = self.keys[action_id]
        return key_label(keys[0]) if keys else ""

    def all_shown(self, action_id: str) -> str:
        """All keys of the action, for help and README."""
        return " ".join(key_label(key) for key in self.keys[action_id])


def key_label(key: str) -> str:
    """How a key is written for people: "ctrl+p" as "^p", "slash" as "/"."""
    *modifiers, last = key.split("+")
    label = _LOOKS.get(last, glyph(last))
    prefix = "".join("^" if m == "ctrl" else f"{m.capitalize()}+" for m in modifiers)
    return prefix + label


def key_name(text: str) -> str | None:
    """Textual's name of the key written `text` ("/", "ctrl+x", "f5"), None where there is no such key."""
    if len(text) == 1:
        return _character(text)
    *modifiers, last = text.split("+")
    if any(modifier not in _MODIFIERS for modifier in modifiers) or not last:
        return None
    if len(last) == 1:
        last = _character(last) or ""
    if not last or (last not in NAMED and glyph(last) == last and len(last) > 1):
        return None
    return "+".join([*modifiers, last])


_SPECIAL = {
    "_": "underscore",
    "-": "minus",
    "+": "plus",
    " ": "space",
    "/": "slash",
    "\\": "backslash",
    "@": "at",
}


def _character(character: str) -> str | None:
    if not character.isprintable():
        return None
    if character.isalnum():
        return character
    if character in _SPECIAL:
        return _SPECIAL[character]
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return name or None


def settle(configured: Mapping[str, str | Sequence[str]] | None = None, *, file: str = "") -> Keymap:
    """The keys of every action, those in `configured` in place of the defaults; "" or [] takes an action's keys away.

    Raises:
        KeyProblem: an unknown action or key, one key for two actions in one place, or a key that always leaves.
    """
    keys: dict[str, tuple[str, ...]] = {}
    for action in ACTIONS:
        keys[action.id] = tuple(name for key in action.keys if (name := key_name(key)))
    for action_id, value in (configured or {}).items():
        if action_id not in BY_ID:
            near = get_close_matches(action_id, BY_ID, 1, 0.4)
            hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(BY_ID)}."
            raise KeyProblem(action_id, "there is no such action", where=_where(file, action_id), remedy=hint)
        written = [value] if isinstance(value, str) else list(value)
        keys[action_id] = tuple(_checked(text, file, action_id) for text in written if text)
    return Keymap(keys, _meanings(keys, configured or {}, file))


def _where(file: str, action_id: str) -> str:
    return f"{file}: [keys] {action_id}" if file else f"[keys] {action_id}"


def _checked(text: str, file: str, action_id: str) -> str:
    name = key_name(text)
    if name is None:
        near = get_close_matches(text, sorted(NAMED), 1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise KeyProblem(
            action_id,
            f'"{text}" is no key',
            where=_where(file, action_id),
            remedy=f"{hint}A key is a character, or a name such as f5, ctrl+x, pageup.",
        )
    if name in LEAVE_KEYS and action_id != "quit":
        raise KeyProblem(
            action_id,
            f"{text} always leaves the program",
            where=_where(file, action_id),
            remedy="Choose another key.",
        )
    return name


def _meanings(
    keys: Mapping[str, tuple[str, ...]], configured: Collection[str], file: str
) -> dict[str, tuple[Action, ...]]:
    meaning: dict[str, tuple[Action, ...]] = {}
    for action in ACTIONS:
        for key in keys[action.id]:
            for other in meaning.get(key, ()):
                if other.places & action.places:
                    # The one that the reader wrote is refused, not a default that it runs into.
                    refused, held = (action, other) if action.id in configured else (other, action)
                    raise KeyProblem(
                        refused.id,
                        f"{key_label(key)} is also the key of {held.id}",
                        where=_where(file, refused.id),
                        remedy="One key does one thing in one place; give one of the two another key.",
                    )
            meaning[key] = (*meaning.get(key, ()), action)
    return meaning


def keys_markdown(keymap: Keymap | None = None) -> str:
    """The table of keys for the README."""
    keymap = keymap or settle()
    lines = ["| key | action | what it does |", "| --- | --- | --- |"]
    for action in ACTIONS:
        keys = " ".join("`" + key_label(key).replace("|", "\\|") + "`" for key in keymap.keys[action.id])
        lines.append(f"| {keys} | {action.id} | {action.help} |")
    return "\n".join(lines) + "\n"
