"""Where a table's headings are among its rows, and what stands around it.

Found by meaning: the row with most headings that are known, else the first with more than two cells (schoology.md 1.4, parser advice).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importlog_tui.fields import Columns, Field, unique_headings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ROWS_LOOKED_AT = 400
"""Whoever selects a whole page copies its menus, too."""

_VALUE = re.compile(r"\s*(?:[-+]?[\d.,:/ -]*\d[\d.,:/ -]*|\S+@\S+\.\S+|https?://\S+)\s*")
"""What is a value and never a heading: a number, a date in digits, a mail address, a link."""

_ONE_COLUMN = {Field.UNIQUE_ID, Field.SCHOOLOGY_ID, Field.USERNAME, Field.EMAIL, Field.SECTION_SCHOOL_CODE}
"""A list of one column is a table where the heading is a key."""


@dataclass(frozen=True)
class Layout:
    """A table among rows.

    Attributes:
        header_at: which of the rows holds the headings, from 0; None where none does.
        first_row: the first row of the table proper, headings included.
        columns: the headings, unique.
        known: the same by meaning.
    """

    header_at: int | None
    first_row: int
    columns: tuple[str, ...]
    known: Columns


def _filled(row: Sequence[str]) -> list[str]:
    return [cell for cell in row if cell and not cell.isspace()]


def find_layout(
    rows: Sequence[Sequence[str]], extra: Mapping[str, Field], *, is_forced: bool = False
) -> Layout | None:
    """The table among the first of its rows, or None where there is none.

    `is_forced`: the person says that this is a table of records, so one or two unknown columns are enough.
    """
    best: tuple[int, int] | None = None
    score = (0, False)
    wide: int | None = None
    for at, row in enumerate(rows[:_ROWS_LOOKED_AT]):
        filled = _filled(row)
        if wide is None and len(filled) > 2:
            wide = at
        hits = Columns(filled, extra).hits
        values = sum(_VALUE.fullmatch(cell) is not None for cell in filled)
        # A title ("Affected Records") may be a known word, too, and stands alone in its row.
        if hits > values and (hits, len(filled) > 1) > score:
            best, score = (hits, at), (hits, len(filled) > 1)
    if best is not None and _is_header(rows[best[1]], best[0], extra, is_forced=is_forced):
        at = best[1]
        if best[0] > 1 or wide is None or at <= wide:
            return _layout(at, at, rows[at], extra)
    if wide is None and is_forced:
        wide = next((at for at, row in enumerate(rows) if _filled(row)), None)
    if wide is None:
        return None
    row = rows[wide]
    if any(_VALUE.fullmatch(cell) for cell in _filled(row)):
        return _layout(None, wide, [""] * len(row), extra)
    return _layout(wide, wide, row, extra)


def _is_header(row: Sequence[str], hits: int, extra: Mapping[str, Field], *, is_forced: bool) -> bool:
    filled = _filled(row)
    if hits >= 2 or is_forced or len(filled) > 2:
        return True
    known = Columns(filled, extra)
    return any(known.index(field) is not None for field in _ONE_COLUMN)


def _layout(header_at: int | None, first_row: int, row: Sequence[str], extra: Mapping[str, Field]) -> Layout:
    columns = unique_headings(cell.removeprefix("\ufeff") for cell in row)
    return Layout(header_at, first_row, columns, Columns(columns, extra))
