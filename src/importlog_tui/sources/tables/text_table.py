"""A table in a text file, found: how its cells are told apart, and where its headings are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importlog_tui.sources.encoding import decode, encoding_of
from importlog_tui.sources.tables.delimited import Dialect, find_dialect
from importlog_tui.sources.tables.survey import LONGEST_LINE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importlog_tui.fields import Field
    from importlog_tui.sources.source import Source
    from importlog_tui.sources.tables.layout import Layout

_SAMPLE = 64 << 10


@dataclass(frozen=True)
class Table:
    """A table found in a text.

    Attributes:
        rows: the first of them, from the top of the file.
        ends: line in which each ends.
    """

    source: Source
    encoding: str
    dialect: Dialect
    layout: Layout
    rows: list[list[str]]
    ends: list[int]
    sample: str


def find_table(
    source: Source, columns: Mapping[str, Field], *, is_forced: bool = False, is_paste: bool = False
) -> Table | None:
    """The table that a text begins with, after its title lines; None where there is none. OSError where it can't be read.

    Args:
        source: the text.
        columns: a district's own headings.
        is_forced: the person says that it is a table, so one or two unknown columns are enough.
        is_paste: a browser may have copied it, quotes and all.
    """
    size = _SAMPLE
    encoding = encoding_of(source.head(4096))
    while True:
        data = source.head(size)
        is_all = len(data) < size
        sample = decode(data, encoding)
        if not is_all:
            cut = max(sample.rfind("\n"), sample.rfind("\r", 0, -1))
            # A line may be longer than the sample: 20,000 columns, or a cell of megabytes.
            if sample.count("\n", 0, cut) + sample.count("\r", 0, cut) < 3 and size < LONGEST_LINE:
                size *= 8
                continue
            sample = sample[: cut + 1]
        break
    found = find_dialect(sample, columns, is_forced=is_forced, is_paste=is_paste)
    if found is None:
        return None
    dialect, rows, ends, layout = found
    return Table(source, encoding, dialect, layout, rows, ends, sample)
