"""Rows of a text in which a sign separates cells: which sign, whether cells are quoted, and reading on past a quote that does not fit."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal

from importlog_tui.sources.encoding import open_text
from importlog_tui.sources.source import Source
from importlog_tui.sources.tables.layout import Layout, find_layout

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterator, Mapping

    from importlog_tui.fields import Field

LONGEST_CELL = 16 << 20
"""Characters in one cell. A quote that never closes swallows this much before it is noticed."""

csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))

DELIMITERS = "\t,;|"
_MOST_BROKEN = 200
"""Lines with a quote that does not fit, each of which means reading the file again up to there."""
_MOST_SKIPPED = 20_000_000
"""Lines passed over again for them, in all."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are told apart."""

    delimiter: str
    is_quoted: bool
    is_spaced: bool = False  # a, "b, c": the blank before a quote is no part of a cell

    @property
    def quoting(self) -> Literal[0, 3]:
        """The same in the words of `csv`."""
        return csv.QUOTE_MINIMAL if self.is_quoted else csv.QUOTE_NONE


class Rows:
    """All rows of a text, blank ones as []; iterating opens it. A quote that does not fit costs nothing but its own line.

    Attributes:
        line: where the row last given ends, from 1; while `batches` are given, where the batch ends.
        broken: lines that were read with their quotes as ordinary signs.
        lost: the line from which the rest could not be read, None where all could.
    """

    def __init__(self, source: Source, encoding: str, dialect: Dialect) -> None:
        self._source, self._encoding, self._dialect = source, encoding, dialect
        self.line = 0
        self.broken: list[int] = []
        self.lost: int | None = None

    def __iter__(self) -> Iterator[list[str]]:
        for batch in self.batches(1):
            yield from batch

    def batches(self, size: int = 64, *, start: int = 0) -> Iterator[list[list[str]]]:
        """The rows after line `start`, so many at a time: to hand over a million rows one by one costs a third of parsing them."""
        skipped = 0
        is_strict = True
        while True:
            with open_text(self._source.open(), self._encoding) as text:
                reader = self._reader(islice(text, start, None), is_strict=is_strict)
                self.line = start
                while True:
                    batch: list[list[str]] = []
                    try:
                        # What came before an error stays in the list.
                        batch.extend(islice(reader, size))
                    except csv.Error:
                        break
                    if not batch:
                        return
                    self.line = start + reader.line_num
                    yield batch
            if batch:
                self.line = self._end_of(self.line, len(batch), is_strict=is_strict)
                yield batch
            if not is_strict:
                self.lost = self.line + 1
                return
            skipped += start
            if len(self.broken) >= _MOST_BROKEN or skipped > _MOST_SKIPPED:
                is_strict, start = False, self.line
                continue
            start = self.line + 1
            self.broken.append(start)
            yield [self._literal(start)]

    def _reader(self, lines: Iterator[str], *, is_strict: bool) -> Reader:
        return csv.reader(
            lines,
            delimiter=self._dialect.delimiter,
            quoting=self._dialect.quoting,
            skipinitialspace=self._dialect.is_spaced,
            strict=is_strict,
        )

    def _end_of(self, start: int, rows: int, *, is_strict: bool) -> int:
        """The line in which the last of the rows after line `start` ends."""
        with open_text(self._source.open(), self._encoding) as text:
            reader = self._reader(islice(text, start, None), is_strict=is_strict)
            for _ in islice(reader, rows):
                pass
            return start + int(reader.line_num)

    def _literal(self, number: int) -> list[str]:
        with open_text(self._source.open(), self._encoding) as text:
            line = "".join(islice(text, number - 1, number)).rstrip("\r\n")
        self.line = number
        return line.split(self._dialect.delimiter)


def _is_quoted(sample: str, delimiter: str, *, is_paste: bool) -> bool:
    """Whether quotes hold cells together, or are signs like others (in what a browser copies, say)."""
    text, sign = sample[: 64 << 10], re.escape(delimiter)
    begins = len(re.findall(rf'(?<![^{sign}\r\n])"', text))
    held: list[str] = re.findall(rf'(?<![^{sign}\r\n])"((?:[^"]|"")*)"(?=[{sign}\r\n]|\Z)', text)
    if not begins:
        return True
    if is_paste and delimiter == "\t":
        # A browser copies quotes as they are; a spreadsheet quotes only cells with a break, a tab or a quote in them.
        return any(sign in cell for cell in held for sign in '\n\t"') or len(held) > text.count("\t")
    return bool(held)


def _is_spaced(sample: str, delimiter: str) -> bool:
    """Whether quoted cells stand a blank apart from the separator before them, all of them."""
    if delimiter == "\t":
        return False
    text, sign = sample[: 64 << 10], re.escape(delimiter)
    return bool(re.search(rf'{sign} "[^"\r\n]*"(?=[{sign}\r\n])', text)) and not re.search(rf'{sign}"', text)


_SEP_LINE = re.compile(r"\ufeff?sep=(.)\r?\n", re.IGNORECASE)
"""Excel's own first line for the sign between cells."""


def find_dialect(
    sample: str, extra: Mapping[str, Field], *, is_forced: bool = False, is_paste: bool = False
) -> tuple[Dialect, list[list[str]], list[int], Layout] | None:
    """How the sample is to be read, its rows, the line in which each ends, and the table among them; None where it holds no table."""
    told = _SEP_LINE.match(sample)
    candidates = told.group(1) if told else [sign for sign in DELIMITERS if sign in sample] or [","]
    best: tuple[Dialect, list[list[str]], list[int], Layout] | None = None
    best_score: tuple[int, float, int] | None = None
    source = Source("", sample.encode("utf-8", "surrogatepass"))
    for delimiter in candidates:
        is_spaced = _is_spaced(sample, delimiter)
        is_quoted = is_spaced or _is_quoted(sample, delimiter, is_paste=is_paste)
        dialect = Dialect(delimiter, is_quoted, is_spaced)
        reader = Rows(source, "utf-8", dialect)
        rows, ends = [], []
        for row in reader:
            rows.append(row)
            ends.append(reader.line)
        layout = find_layout(rows, extra, is_forced=is_forced)
        if layout is None:
            continue
        hits, width = layout.known.hits, len(layout.columns)
        widths = Counter(len(row) for row in rows[layout.first_row :] if len(row) > 1)
        filled = sum(1 for row in rows[layout.first_row :] if any(cell.strip() for cell in row))
        regular = max(widths.values(), default=0) / filled if filled else 0.0
        # Prose has commas too: a table is known by its headings or by rows of one width.
        is_alike = filled > 0 and widths[width] / filled >= 0.6 and (filled > 1 or delimiter == "\t")
        if hits < 2 and not is_forced and width > 1 and not is_alike:
            continue
        score = (hits if hits > 1 else 0, regular, width)
        if best_score is None or score > best_score:
            best, best_score = (dialect, rows, ends, layout), score
    return best
