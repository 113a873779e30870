"""The rows of a table, each with the line of the file, or the row of the sheet, in which it begins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from importlog_tui.errors import SourceProblem
from importlog_tui.sources.status_log.table.shape import is_beside
from importlog_tui.sources.tables.delimited import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from importlog_tui.sources.tables.text_table import Table

_LINE_END: Final = re.compile(r"\r\n|\r|\n")


class Fitting:
    """Makes rows of whatever width as wide as the columns, and leaves out those that are none: blank ones, the headings again, lines beside."""

    def __init__(self, header: Sequence[str], known: int, width: int, delimiter: str = "\t") -> None:
        """`known` is the number of headings written, `width` that of columns."""
        self._header, self._known, self._width, self._delimiter = list(header), known, width, delimiter

    def fits(self, rows: list[list[str]]) -> bool:
        """Whether all of them are to be kept as they are, as far as a quick look tells."""
        width, header = self._width, self._header
        return all(len(row) == width and row[0] and row[-1] for row in rows) and header not in rows

    def __call__(self, row: list[str]) -> tuple[str, ...] | None:
        """The row as it is to be kept; None where it is none."""
        width = self._width
        if len(row) != width or not row[0] or not row[-1]:
            if not any(row) or (len(row) == 1 < width and row[0].isspace()):
                return None
            if is_beside(row, self._known, self._delimiter):
                return None
            if len(row) > width:
                # Only empty cells, unless the file was changed since it was looked at.
                tail = row[width - 1 :]
                row = [*row[: width - 1], self._delimiter.join(tail) if any(tail[1:]) else tail[0]]
            elif len(row) < width:
                row += [""] * (width - len(row))
        return None if row == self._header else tuple(row)


def line_counts(rows: Rows, start: int) -> Iterator[tuple[int, list[str]]]:
    """All rows after line `start`, each with the line in which it begins."""
    line = start
    for batch in rows.batches(start=start):
        yield from _with_lines(batch, line, rows.line)
        line = rows.line


def _with_lines(batch: list[list[str]], line: int, end: int) -> Iterator[tuple[int, list[str]]]:
    """The rows after a line, of which the last one ends in line `end`."""
    is_plain = end - line == len(batch)
    for row in batch:
        line += 1
        yield line, row
        if not is_plain:
            line += sum(len(_LINE_END.findall(cell)) for cell in row)


def _fitted(rows: Rows, fit: Fitting, start: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    line = start
    for batch in rows.batches(start=start):
        if rows.line - line == len(batch) and fit.fits(batch):
            yield from enumerate(map(tuple, batch), line + 1)
        else:
            for at, row in _with_lines(batch, line, rows.line):
                fitted = fit(row)
                if fitted is not None:
                    yield at, fitted
        line = rows.line


def lined(table: Table, fit: Fitting, start: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """All rows of a text after line `start`. SourceProblem where the file can't be read to its end."""
    rows = Rows(table.source, table.encoding, table.dialect)
    try:
        yield from _fitted(rows, fit, start)
    except OSError as error:
        raise SourceProblem(
            f"reading stopped: {error.strerror or error}", where=str(table.source.origin())
        ) from error
    if rows.lost is not None:
        raise SourceProblem(
            "the rows from here on could not be told apart",
            where=str(table.source.origin(place=f"line {rows.lost}")),
            remedy="Export it again.",
        )


def numbered(rows: Iterable[list[str]], fit: Fitting, start: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """All rows of a sheet, of which the first has the number `start`."""
    for number, row in enumerate(rows, start):
        fitted = fit(row)
        if fitted is not None:
            yield number, fitted
