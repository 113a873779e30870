"""Passwords in what the SIS sends: that there is one is kept, never which."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

INSTEAD: Final = "(not kept)"
_PASSWORD: Final = re.compile(r"pass\W?(?:word|wd|phrase|code)|\bpwd\b|\bpin\b", re.IGNORECASE)


def without_passwords(
    columns: Sequence[str], rows: Iterator[tuple[int, tuple[str, ...]]]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """`rows` with a word in the place of every password; blank cells stay blank, since a missing one matters."""
    places = [at for at, column in enumerate(columns) if _PASSWORD.search(column)]
    return _blanked(rows, places) if places else rows


def _blanked(
    rows: Iterator[tuple[int, tuple[str, ...]]], places: list[int]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    for line, row in rows:
        if any(map(row.__getitem__, places)):
            cells = list(row)
            for at in places:
                cells[at] = INSTEAD if cells[at].strip() else cells[at]
            yield line, tuple(cells)
        else:
            yield line, row
