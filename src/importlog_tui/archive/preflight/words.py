"""What SQL asks Python about codes: what can't be seen in one, what may not stand there, and how two differ."""

from __future__ import annotations

import re
from typing import Final

from importlog_tui.archive.roster_keys import folded
from importlog_tui.text import invisible

_NOT_ALLOWED: Final = re.compile(r"[^A-Za-z0-9._~-]")


def unseen(text: str | None) -> str | None:
    """The names of what can't be seen in `text`; None where all can."""
    named = dict.fromkeys(name for _, name in invisible(text or "") if name)
    return ", ".join(named) or None


def odd(text: str) -> str:
    """What in a username may not stand there (schoology.md 1.3)."""
    hidden = {name for _, name in invisible(text) if name}
    plain = dict.fromkeys(
        f"“{sign}”" for sign in _NOT_ALLOWED.findall(text) if sign.isprintable() and sign != " "
    )
    if " " in text.strip(" ") and "doubled space" not in hidden:
        plain["a space"] = None
    return ", ".join((*plain, *sorted(hidden)))


def bare(text: str | None) -> str:
    """What two codes have in common that differ only in case, blanks, signs that can't be seen, or zeros in front."""
    kept = "".join(sign for sign in folded(text or "") if sign.isprintable())
    return kept.lstrip("0") or kept


def differs(one: str, other: str) -> str:
    """How a code differs from one that is there, which is named."""
    if one == other:
        return ""
    if one.casefold() == other.casefold():
        how = "case"
    elif folded(one) == folded(other):
        how = "blanks" if "".join(one.split()) == "".join(other.split()) else "case and blanks"
    elif one.strip().isdigit() and other.strip().isdigit():
        how = "leading zeros"
    else:
        how = "leading zeros, case, blanks or signs that can't be seen"
    return f"differs only in {how} from {other}"
