"""Readings as readers would yield them, for tests of what is kept of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from importlog_tui.model import (
    Basis,
    ErrorReading,
    Format,
    Kind,
    Origin,
    Precision,
    RecordsReading,
    Result,
    RunReading,
    When,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

NIGHT = datetime(2026, 11, 23, 1, 2, tzinfo=UTC)
COLUMNS = ("Unique ID", "Last Name", "First Name")

PAGE = Origin("log.html", Format.PAGE)
MAIL = Origin("mail.eml", Format.MAIL)
TABLE = Origin("table.csv", Format.TABLE)


def written(minutes: float = 0) -> When:
    """A time as a page tells it, `minutes` after 01:02."""
    at = NIGHT + timedelta(minutes=minutes)
    return When(at.strftime("%b %d, %Y %H:%M"), at)


def mailed(minutes: float = 0) -> When:
    """A time as a mail's Date header tells it, `minutes` after 01:02."""
    return When("", NIGHT + timedelta(minutes=minutes), Precision.MINUTE, Basis.MAIL)


def run(
    when: When | None = None,
    errors: Sequence[ErrorReading] = (),
    *,
    kind: Kind = Kind.USERS,
    result: Result = Result.COMPLETED_WITH_ERRORS,
    label: str = "Users Import",
    origin: Origin = PAGE,
    error_count: int | None = None,
    lists_errors: bool = True,
) -> RunReading:
    """A run as a log page tells of it."""
    return RunReading(
        kind,
        label,
        when or written(),
        result,
        str(result),
        origin,
        error_count,
        list(errors),
        lists_errors,
    )


def people(first: int, last: int) -> list[tuple[str, ...]]:
    """Rows of made-up users, told apart by their number."""
    return [(f"{204_000 + n}", f"Lopez{n}", f"Maria{n}") for n in range(first, last + 1)]


def table(
    rows: Iterable[tuple[str, ...]],
    *,
    columns: tuple[str, ...] = COLUMNS,
    numbers: Iterable[int] | None = None,
    claimed: int | None = None,
    first: int = 1,
    has_more: bool = False,
    addresses: tuple[str, ...] = (),
    kind: Kind | None = None,
    when: When | None = None,
    context: tuple[str, ...] = (),
    is_certain: bool = True,
    message: str = "",
    origin: Origin = TABLE,
) -> RecordsReading:
    """A table of affected records."""
    each: Iterator[tuple[int | None, tuple[str, ...]]] = (
        ((None, row) for row in rows) if numbers is None else zip(numbers, rows, strict=True)
    )
    return RecordsReading(
        columns,
        each,
        origin,
        claimed=claimed,
        first=first,
        has_more=has_more,
        addresses=addresses,
        kind=kind,
        when=when or When(),
        context=context,
        is_certain=is_certain,
        message=message,
    )
