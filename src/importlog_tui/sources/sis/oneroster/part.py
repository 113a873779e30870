"""One file of a package: its headings and rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Final

from importlog_tui.errors import SourceProblem
from importlog_tui.fields import unique_headings
from importlog_tui.sources.encoding import encoding_of
from importlog_tui.sources.sis.lines import line_counts
from importlog_tui.sources.tables.delimited import DELIMITERS, Dialect, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlog_tui.sources.source import Source

_MOST_COLUMNS: Final = 2_000


class Mode(StrEnum):
    """What the manifest says of a file."""

    BULK = "bulk"  # everything that there is
    DELTA = "delta"  # what changed since the last package
    ABSENT = "absent"


@dataclass
class Part:
    """A CSV file of a package; `mode` is what the manifest says of it."""

    name: str
    source: Source
    mode: Mode
    _asked: dict[str, int | None] = field(default_factory=dict, repr=False)

    @cached_property
    def _head(self) -> tuple[Dialect, list[str]]:
        encoding = encoding_of(self.source.head(4096))
        best: tuple[Dialect, list[str]] = Dialect(",", is_quoted=True), []
        for delimiter in sorted(DELIMITERS, key=",".find, reverse=True):
            dialect = Dialect(delimiter, is_quoted=True)
            row = next(iter(Rows(self.source, encoding, dialect)), [])
            cells = [cell.strip().removeprefix("\ufeff") for cell in row[:_MOST_COLUMNS]]
            if len(cells) > len(best[1]):
                best = dialect, cells
        return best

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Headings as written, unique; () for an empty file. OSError where it can't be read."""
        return unique_headings(self._head[1]) if any(self._head[1]) else ()

    def place(self, column: str) -> int | None:
        """Where a column stands, whatever the case of its heading."""
        try:
            return self._asked[column]
        except KeyError:
            self._asked[column] = found = self._places.get(column.casefold())
            return found

    @cached_property
    def _places(self) -> dict[str, int]:
        places: dict[str, int] = {}
        for at, column in enumerate(self.columns):
            places.setdefault(column.casefold(), at)
        return places

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(line, cells), as wide as the headings. SourceProblem where the file can't be read to its end."""
        width = len(self.columns)
        rows = Rows(self.source, encoding_of(self.source.head(4096)), self._head[0])
        try:
            for line, row in islice(line_counts(rows, 0), 1, None):
                if any(row):
                    yield line, row if len(row) == width else (row + [""] * width)[:width]
        except OSError as error:
            raise SourceProblem(
                f"reading stopped: {error.strerror or error}", where=str(self.source.origin())
            ) from error
        if rows.lost is not None:
            raise SourceProblem(
                "the rows from here on could not be told apart",
                where=str(self.source.origin(place=f"line {rows.lost}")),
                remedy="Export it again.",
            )

    def by(self, column: str) -> dict[str, list[str]]:
        """All rows by the value of a column, the last of several; held in memory."""
        at = self.place(column)
        return {} if at is None else {row[at]: row for _, row in self.rows()}

    def all_by(self, column: str) -> dict[str, list[list[str]]]:
        """All rows by the value of a column, several for one; held in memory."""
        found: dict[str, list[list[str]]] = {}
        at = self.place(column)
        if at is not None:
            for _, row in self.rows():
                found.setdefault(row[at], []).append(row)
        return found


def cell(part: Part | None, row: Sequence[str] | None, column: str) -> str:
    """The cell of a row in a column, "" where there is none."""
    at = None if part is None else part.place(column)
    return "" if at is None or row is None else row[at]
