"""What the lines around a table say of it: "Showing 1-500 of 1,214", "Page 2 of 3", "Total: 1,214"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importlog_tui.sources.status_log.paging import page_of, span_of, total_of
from importlog_tui.sources.status_log.words import rows_short

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Claim:
    """How many rows there are in all, and which of them these are.

    Attributes:
        total: rows in all, None where only pages are told.
        first: position of the first row here, from 1.
        has_more: rows follow elsewhere.
    """

    total: int | None = None
    first: int = 1
    has_more: bool = False


def claim_of(line: str) -> Claim | None:
    """What a line claims; None where it claims nothing."""
    if len(line) > 200 or not any(c.isdigit() for c in line):
        return None
    text = " ".join(line.split())
    if span := span_of(text):
        first, last, total = span
        return Claim(total, max(1, first), has_more=last is not None and last < total)
    if page := page_of(text):
        return Claim(has_more=page[0] < page[1])
    for count in (total_of(text), rows_short(text)):
        if count is not None:
            return Claim(count)
    return None


def joined(lines: Iterable[str]) -> Claim:
    """What all lines together claim."""
    claims = [claim for line in lines if (claim := claim_of(line))]
    totals = [claim.total for claim in claims if claim.total is not None]
    return Claim(
        total=max(totals, default=None),
        first=max((claim.first for claim in claims), default=1),
        has_more=any(claim.has_more for claim in claims),
    )
