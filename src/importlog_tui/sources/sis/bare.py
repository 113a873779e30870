"""Files that are no proper tables, for a check that has to say so: without headings, without rows, with rows of other widths."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from importlog_tui.roster import RosterReading, Witness
from importlog_tui.sources.signature import binary_kind
from importlog_tui.sources.sis.kinds import kind_by_name
from importlog_tui.sources.sis.lines import line_counts
from importlog_tui.sources.source import Source
from importlog_tui.sources.tables.delimited import Rows
from importlog_tui.sources.tables.text_table import find_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.sources.status_log import How

_HEAD: Final = 64 << 10
_MOST: Final = 100_000


def as_it_lies(path: Path, how: How) -> RosterReading | None:
    """A file without headings, its columns numbered; None where it has some, is no text, or its kind is neither said nor in its name.

    Raises:
        OSError: it can't be read.
    """
    kind = how.kind or kind_by_name(path.name)
    source = Source(str(path), path)
    head = source.head(_HEAD)
    if kind is None or binary_kind(head):
        return None
    width = 0
    rows: Iterator[tuple[int, tuple[str, ...]]] = iter(())
    if head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        table = find_table(source, how.headings(Witness.SIS), is_forced=True)
        if table is None or table.layout.header_at is not None:
            return None  # headings that are not known are a person's to explain, no row of the file
        width = max(map(len, table.rows), default=0)
        rows = _padded(Rows(table.source, table.encoding, table.dialect), width)
    columns = tuple(f"Column {place}" for place in range(1, width + 1))
    return RosterReading(Witness.SIS, kind, columns, rows, source.origin(), source.written, {})


def _padded(rows: Rows, width: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    for line, row in line_counts(rows, 0):
        if any(row):
            yield line, (*row, *[""] * (width - len(row)))[:width]


def misfits(path: Path, how: How) -> Iterator[int]:
    """The lines of a text whose rows have more or fewer cells than there are headings; the first hundred thousand.

    Raises:
        OSError: it can't be read.
    """
    source = Source(str(path), path)
    if binary_kind(source.head(_HEAD)):
        return
    table = find_table(source, how.headings(Witness.SIS), is_forced=True)
    if table is None or table.layout.header_at is None:
        return
    width, found = len(table.rows[table.layout.header_at]), 0
    rows = Rows(table.source, table.encoding, table.dialect)
    for line, row in line_counts(rows, table.ends[table.layout.header_at]):
        if len(row) != width and any(row):
            found += 1
            if found > _MOST:
                return
            yield line
