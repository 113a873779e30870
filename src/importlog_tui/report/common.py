"""What the rows of an error have in common, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.text import one_line
from importlog_tui.triage.common import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.model import ErrorType
    from importlog_tui.triage.asked_common import InCommon


def lines(told: InCommon, error: ErrorType) -> Iterator[str]:
    """One line for each thing, the most telling first, and what that was held against."""
    yield f"{one_line(error.message)}   {told.rows:,} rows"
    yield ""
    for each in told.found:
        yield one_line(sentence(each))
    if not told.found:
        yield "Nothing that the rows that pass don't have as well." if told.healthy else "Nothing found."
    yield ""
    if told.is_sample:
        yield f"Looked at a sample: {told.looked_at:,} of {told.rows:,} rows, from all over them."
    if told.rows != error.rows_affected and error.rows_affected is not None:
        yield f"Of {error.rows_affected:,} affected rows {told.rows:,} were read."
    if told.healthy is None:
        yield "What the rows that pass have can't be told without the SIS's file: importlog-tui add --as sis FILE"
    else:
        yield f"Held against {told.healthy:,} rows that the SIS sends."


def rows(told: InCommon) -> Iterator[dict[str, object]]:
    """One object for each thing."""
    for each in told.found:
        yield {
            "column": each.column,
            "what": each.what,
            "rows": each.rows,
            "of": each.of,
            "passing_share": None if each.healthy is None else round(each.healthy, 4),
            "sample": told.is_sample,
        }
