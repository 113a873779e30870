"""Whether an error stands at every row of the file, by what the run itself says, where no extract tells how many rows were sent. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from importlog_tui.model import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from importlog_tui.model import ErrorType, Run

LEAST: Final = 100
"""Rows below which a run's counts tell nothing of all of them."""
_NEARLY_ALL: Final = 0.95
_NIGHTS: Final = 3
_TIMES: Final = 10
_COUNT: Final = r"(\d[\d,.\u00a0 ]*)"
_UNIT: Final = r"(?:rows?|records?|lines?|users?|courses?|sections?|enroll?ments?)"
_TOTALS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:of|/) ?{_COUNT}\s?{_UNIT}\b",
        rf"{_COUNT}\s?{_UNIT} (?:were |was )?(?:processed|read|in (?:the )?file|in all|in total)",
        rf"(?:processed|total|in all|{_UNIT} (?:processed|read))\W{{1,3}}{_COUNT}",
    )
)


def by_counts(
    error: ErrorType,
    run: Run,
    errors: Sequence[ErrorType],
    before: Sequence[int],
    is_one_building: Callable[[], bool],
) -> str | None:
    """The sentence that says so, None where the counts do not tell it.

    Args:
        error: of the run.
        run: what it says of its result may hold how many rows it had.
        errors: all of the run.
        before: rows affected by the runs of this kind before it.
        is_one_building: whether its rows are of one alone, as a code that is not mapped has them; asked where the run does not name its rows itself.
    """
    rows = error.rows_affected or 0
    total = _total(run.result_text)
    if total is not None and total >= rows:
        return (
            f"{rows:,} rows fail, of {total:,} that the run names." if rows >= _NEARLY_ALL * total else None
        )
    if rows < LEAST or is_one_building():
        return None
    if run.result is Result.FAILED and len(errors) == 1:
        return f"The import failed, and {rows:,} rows have this one error."
    largest = max(each.rows_affected or 0 for each in errors)
    if rows == largest and sum(each.rows_affected == rows for each in errors) > 1:
        return f"Several errors have the very same {rows:,} rows: all that were sent."
    if (
        len(errors) == 1
        and len(before) >= _NIGHTS
        and max(before) > 0
        and rows >= _TIMES * max(before, default=0)
    ):
        return f"{rows:,} rows have this one error, and no other error is left; never before were it more than {max(before):,}."
    return None


def rows_before(runs: Iterable[Run], run: Run) -> list[int]:
    """How many rows failed in the imports of the same kind before it."""
    return [
        other.rows_affected
        for other in runs
        if other.kind is run.kind
        and other.result.is_final
        and other.rows_affected is not None
        and other.performed_at is not None
        and run.performed_at is not None
        and other.performed_at < run.performed_at
    ]


def _total(text: str) -> int | None:
    """How many rows a run says that it had."""
    for pattern in _TOTALS:
        if (found := pattern.search(text)) is not None:
            return int("".join(sign for sign in found[1] if sign.isdigit()) or 0)
    return None
