"""The rows of a table file as records, in blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importlog_tui.cells import SEPARATOR, Block, join, split
from importlog_tui.errors import SourceProblem
from importlog_tui.fields import Field
from importlog_tui.sources.status_log.table.shape import broken, is_beside, lost
from importlog_tui.sources.tables.delimited import Rows
from importlog_tui.sources.tables.pieces import Pieces, joined_rows, strict_rows

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from importlog_tui.sources.status_log.table.shape import Shape
    from importlog_tui.sources.tables.text_table import Table

_AT_ONCE: Final = 1_000
"""Rows in a block at most, after which somebody may want to stop."""


class Counted:
    """The rows of a table as records: all of one width, blank lines and lines that stand by the table left out."""

    def __init__(
        self, table: Table, start: int, columns: tuple[str, ...], written: list[str], shape: Shape
    ) -> None:
        """Rows from number `start` on; `written` are the headings as they stand, `columns` those that the records get."""
        self._table, self._start, self._columns, self._shape = table, start, columns, shape
        self._known = table.layout.known
        self._header = written if table.layout.header_at is not None else []

    def blocks(self) -> Generator[Block, None, None]:
        """The rows. SourceProblem where the file can't be read to its end."""
        table = self._table
        rows = Rows(table.source, table.encoding, table.dialect)
        try:
            yield from self._blocks(rows)
        except OSError as error:
            raise SourceProblem(
                f"reading stopped: {error.strerror or error}", where=str(table.source.origin())
            ) from error
        # The quick look takes a line for whole when its separators and quotes add up.
        if lines := [line for line in rows.broken if line not in self._shape.broken]:
            trouble = broken(table.source.origin(place=f"line {lines[0]}"), len(lines))
        elif rows.lost is not None and rows.lost != self._shape.lost:
            trouble = lost(table.source.origin(place=f"line {rows.lost}"))
        else:
            return
        raise SourceProblem(trouble.what, where=str(trouble.origin), remedy=trouble.remedy)

    def _blocks(self, rows: Rows) -> Iterator[Block]:
        table, width = self._table, len(self._columns)
        skip = self._start
        pieces = Pieces(table.source, table.encoding, table.dialect, skip=table.ends[skip - 1] if skip else 0)
        for text in pieces:
            joined = joined_rows(text, table.dialect, self._header, width)
            if joined is not None:
                for start in range(0, len(joined), _AT_ONCE):
                    texts = joined[start : start + _AT_ONCE]
                    yield Block(self._numbers(texts), texts)
                continue
            parsed = strict_rows(text, table.dialect)
            if parsed is None:
                break
            for start in range(0, len(parsed), _AT_ONCE):
                yield self._block(parsed[start : start + _AT_ONCE])
        if pieces.is_done:
            return
        # From here on a quote may not fit.
        if pieces.passed:
            skip = 0
        for batch in rows.batches(start=pieces.line()):
            yield self._block(batch[skip:])
            skip = max(0, skip - len(batch))

    def _numbers(self, texts: Sequence[str]) -> list[int | None]:
        """The row numbers that the source prints, of rows that are joined."""
        at = self._known.index(Field.ROW_NUMBER)
        if at is None:
            return [None] * len(texts)
        cells = (
            [text[: text.find(SEPARATOR)] for text in texts]
            if at == 0
            else [text.split(SEPARATOR, at + 1)[at] for text in texts]
        )
        if "".join(cells).isdecimal() and "" not in cells and max(map(len, cells)) < 10:
            return list(map(int, cells))
        return [self._known.number(split(text)) for text in texts]

    def _block(self, rows: Iterable[list[str]]) -> Block:
        """Rows of whatever width: those of them that are records."""
        width, header, number_of = len(self._columns), self._header, self._known.number
        numbers, texts = [], []
        for row in rows:
            if len(row) != width or not row[0] or not row[-1]:
                if not (fitted := self._fitted(row)):
                    continue
                row = fitted  # noqa: PLW2901 - a copy of a million rows would be felt
            if row == header:
                continue
            numbers.append(number_of(row))
            texts.append(join(row))
        return Block(numbers, texts)

    def _fitted(self, row: list[str]) -> list[str] | None:
        width = len(self._columns)
        if not any(row) or (len(row) == 1 < width and row[0].isspace()):
            return None
        if is_beside(row, len(self._known.columns), self._table.dialect.delimiter):
            return None
        if len(row) > width:
            # Only empty cells, unless the file was changed since it was looked at.
            tail = row[width - 1 :]
            joined_tail = self._table.dialect.delimiter.join(tail) if any(tail[1:]) else tail[0]
            return [*row[: width - 1], joined_tail]
        return row + [""] * (width - len(row))
