"""A log's columns, judged by what stands in them: under "Errors" one page prints their number, another what they say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from importlog_tui.sources.status_log import words
from importlog_tui.sources.status_log.page.tokens import errors_told
from importlog_tui.sources.status_log.words import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importlog_tui.sources.status_log.page.lines import Cell


def with_message(cells: Sequence[Cell], roles: dict[int, Role]) -> dict[int, Role] | None:
    """The roles of the columns in a row that tells an error beside its run, or below it; None where it tells none."""
    own = dict(roles)
    for cell in cells:
        if roles.get(cell.column) is Role.ERRORS and Role.MESSAGE not in roles.values() and is_message(cell):
            own[cell.column] = Role.MESSAGE
    message = next((c for c in cells if own.get(c.column) is Role.MESSAGE and is_message(c)), None)
    if message is None:
        return None
    if Role.ROWS not in own.values():
        loose = next((column for column, role in own.items() if role is Role.ROWS_LOOSE), None)
        if loose is not None:
            own[loose] = Role.ROWS
    return own


def is_message(cell: Cell) -> bool:
    """Whether a cell says what went wrong: no number, no result, no button."""
    text = cell.text.strip()
    return (
        any(c.isalpha() for c in text)
        and not words.is_control(text)
        and not is_untold(text)
        and errors_told(text) is None
        and words.rows_short(text) is None
    )


def paired(message: Cell, rows: Cell | None) -> list[tuple[str, int | None, str]]:
    """Several errors in one row, line by line with their numbers and links; [] where it isn't so.

    Items of a list are errors of their own even where their numbers can't be told apart.
    """
    numbers = [words.rows_in_cell(piece.text) for piece in rows.pieces] if rows is not None else []
    if len(message.pieces) < 2 or len(numbers) != len(message.pieces) or None in numbers:
        return [(piece.text, None, piece.href) for piece in message.pieces] if message.is_list else []
    linked = rows.pieces if rows is not None else []
    return [
        (said.text, number, piece.href or said.href)
        for said, number, piece in zip(message.pieces, numbers, linked, strict=True)
    ]


_UNTOLD = {"n/a", "na", "unknown", "all", "none"}
_STRANGE_NUMBER = re.compile(
    r"[-−+]?[0-9][0-9.,'’\s]*(?:e\+?[0-9]+)?(?:\s?(?:of|/)\s?[0-9.,]+)?", re.IGNORECASE
)
"""What was meant as a number of rows but is none: "-3", "1e9", "5.5", "12 of 30", more digits than there can be."""


def is_untold(text: str) -> bool:
    """Whether a cell under Rows Affected says that there is no number."""
    text = text.strip()
    return (
        words.is_empty(text)
        or text.lower() in _UNTOLD
        or (len(text) <= 60 and _STRANGE_NUMBER.fullmatch(text) is not None)
    )
