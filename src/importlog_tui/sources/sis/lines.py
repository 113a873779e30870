"""The rows of a text, each with the line of the file in which it begins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from importlog_tui.sources.tables.delimited import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.sources.tables.text_table import Table

_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def lined(table: Table) -> Iterator[tuple[int, tuple[str, ...]]]:
    """All rows after the headings that hold anything, as wide as these."""
    width = len(table.layout.columns)
    header = table.layout.header_at or 0
    start = table.ends[header]
    rows = Rows(table.source, table.encoding, table.dialect)
    line = start
    for batch in rows.batches(start=start):
        is_plain = rows.line - line == len(batch)
        for row in batch:
            line += 1
            if any(row):
                yield line, tuple(row) if len(row) == width else tuple((row + [""] * width)[:width])
            if not is_plain:
                line += sum(len(_LINE_END.findall(cell)) for cell in row)
        line = rows.line
