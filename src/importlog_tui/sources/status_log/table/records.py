"""A table of affected records with what the lines around it say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.fields import Columns, Field
from importlog_tui.model import RecordsReading, Trouble, When
from importlog_tui.sources.status_log.table.claims import joined
from importlog_tui.sources.status_log.wording import import_named
from importlog_tui.sources.status_log.words import calls_error, is_empty, rows_affected_within, rows_behind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlog_tui.model import Origin
    from importlog_tui.sources.status_log import How


def reading_of(
    columns: tuple[str, ...],
    rows: Iterator[tuple[int | None, tuple[str, ...]]],
    origin: Origin,
    how: How,
    *,
    around: Sequence[str],
    title: str,
    address: str,
) -> RecordsReading:
    """Records with what the lines around them say."""
    claim = joined(around)
    kinds = {named[0] for line in around if (named := import_named(line))}
    kind = kinds.pop() if len(kinds) == 1 else None
    when = _when(around, how) if kind else When()
    known = Columns(columns, how.columns)
    return RecordsReading(
        columns=columns,
        rows=rows,
        origin=origin,
        claimed=claim.total,
        first=claim.first,
        has_more=claim.has_more,
        addresses=(address,) if address else (),
        kind=how.kind or kind,
        when=when,
        context=tuple(line for line in (*around, title) if line),
        message=_message(around),
        # An extract or a directory has no messages, and nothing above it that names an import and its time or rows.
        is_certain=how.as_ == "records"
        or how.kind is not None
        or known.index(Field.MESSAGE) is not None
        or (kind is not None and (when.text != "" or claim.total is not None)),
    )


def _message(lines: Sequence[str]) -> str:
    """What one of the lines calls the error ("Error: Email already in use (5 rows)"), "" where none or several do."""
    told: set[str] = set()
    for line in lines:
        label, _, rest = line.partition(":")
        if calls_error(label) and not is_empty(rest):
            counted = rows_affected_within(rest) or rows_behind(rest)
            told.add((counted[1] if counted else rest).strip())
    return told.pop() if len(told) == 1 else ""


def _when(lines: Sequence[str], how: How) -> When:
    from importlog_tui.times import find_when

    for line in lines:
        if found := find_when(line, how.clock):
            return found[0]
    return When()


def no_headings(origin: Origin) -> Trouble:
    """The remark for a table whose first row is a record."""
    return Trouble(
        origin,
        "no row of headings was found, so the columns are called Column 1, Column 2 and so on",
        "Add the headings as its first line to have users and sections told.",
        is_part=False,
    )
