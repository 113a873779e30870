"""The cells of one record in one text: joined by U+001F, which tables do not contain, and escaped in the rows that do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

SEPARATOR: Final = "\x1f"
ESCAPE: Final = "\x10"
"""Stands before p, u or 0 for itself, for the separator and for NUL, which SQLite's text functions stop at."""


def escaped(text: str) -> str:
    """`text` without separator and NUL."""
    return text.replace(ESCAPE, ESCAPE + "p").replace(SEPARATOR, ESCAPE + "u").replace("\x00", ESCAPE + "0")


def plain(text: str) -> str:
    """What `escaped` was given."""
    return text.replace(ESCAPE + "0", "\x00").replace(ESCAPE + "u", SEPARATOR).replace(ESCAPE + "p", ESCAPE)


def join(cells: Sequence[str]) -> str:
    """The stored text of `cells`, of which there is at least one."""
    joined = SEPARATOR.join(cells)
    if ESCAPE in joined or "\x00" in joined or joined.count(SEPARATOR) != len(cells) - 1:
        return SEPARATOR.join(map(escaped, cells))
    return joined


def split(joined: str) -> list[str]:
    """The cells that `join` was given."""
    cells = joined.split(SEPARATOR)
    return list(map(plain, cells)) if ESCAPE in joined else cells
