"""Tables in text files: CSV, TSV, semicolons, pipes. A million rows stream; every cell stays the text it was.

A table is affected records, or it is the log itself (a "Rows Affected" column, runs by name and time); the log's rows go to the same
interpreter as a page's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from importlog_tui.errors import SourceProblem
from importlog_tui.fields import Columns, Field, unique_headings
from importlog_tui.model import RecordsReading, Trouble, When
from importlog_tui.sources.status_log.claims import claim_of, joined
from importlog_tui.sources.status_log.delimited import Dialect, Rows, find_dialect
from importlog_tui.sources.status_log.encoding import decode, encoding_of
from importlog_tui.sources.status_log.survey import LONGEST_LINE, survey
from importlog_tui.sources.status_log.wording import import_named
from importlog_tui.sources.status_log.words import Named, Role, import_name, result_of, role_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from importlog_tui.model import Origin, Reading
    from importlog_tui.sources.status_log import How
    from importlog_tui.sources.status_log.layout import Layout
    from importlog_tui.sources.status_log.source import Source

_SAMPLE = 64 << 10
LARGEST_LOG = 64 << 20
"""Bytes of a log as a table, which is read whole."""
_MEGABYTE = 1 << 20


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

    @property
    def is_log(self) -> bool:
        """Whether this is the log itself rather than records of one of its errors."""
        return lists_a_log(self.layout, self.rows)


_TIME_OF_DAY = re.compile(r"\d:\d\d|\d\s*[ap]\.?m\b", re.IGNORECASE)


def lists_a_log(layout: Layout, rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table among `rows` is the log itself: Rows Affected, or imports with their times and results."""
    roles = {role_of(heading) for heading in layout.columns}
    if Role.ROWS in roles or layout.known.index(Field.ROWS_AFFECTED) is not None:
        return True
    has_roles = Role.NAME in roles and bool(roles & {Role.TIME, Role.RESULT})
    for row in rows[layout.first_row :][:50]:
        sure = [named[1] for cell in row if (named := import_name(cell))]
        if Named.FULL in sure or (has_roles and sure):
            others = [cell for cell in row if len(cell) < 100 and not import_name(cell)]
            if any(_TIME_OF_DAY.search(cell) or result_of(cell) for cell in others):
                return True
    return False


def find_table(source: Source, how: How, *, is_paste: bool = False) -> Table | None:
    """The table that a text begins with, after its title lines; None where there is none. OSError where it can't be read."""
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
    found = find_dialect(sample, how.columns, is_forced=how.as_ == "records", is_paste=is_paste)
    if found is None:
        return None
    dialect, rows, ends, layout = found
    return Table(source, encoding, dialect, layout, rows, ends, sample)


def read_log(table: Table, how: How) -> Iterator[Reading]:
    """The log that the table lists."""
    from importlog_tui.sources.status_log.meaning import read_text

    origin = table.source.origin()
    if table.source.size > LARGEST_LOG:
        yield Trouble(
            origin,
            f"a log of more than {LARGEST_LOG // _MEGABYTE} MB is not read",
            "Save a shorter part of it.",
        )
        return
    rows = Rows(table.source, table.encoding, table.dialect)
    yield from read_text(as_lines(rows), origin, how)
    yield from _of_quotes(rows, origin)


def as_lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as the text that a browser copies: a line for each, tabs between cells."""
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)


def read_records(table: Table, how: How) -> Iterator[Reading]:
    """The affected records of the table, then what is to be said of them."""
    source, layout = table.source, table.layout
    origin = source.origin()
    start = layout.first_row + (layout.header_at is not None)
    header_lines = table.ends[start - 1] if start else 0
    end = b"\r" if "\n" not in table.sample and "\r" in table.sample else b"\n"
    width = len(layout.columns)
    seen = survey(source, table.encoding, table.dialect, width, header_lines=header_lines, end=end)
    if seen.is_too_long:
        yield Trouble(
            origin, f"a line is longer than {LONGEST_LINE // _MEGABYTE} MB", "Save it as CSV again."
        )
        return
    shape = _Shape() if seen.is_regular else _measure(table, start, width)
    columns = (
        unique_headings([*_written(table), *[""] * (shape.width - width)])
        if shape.width > width
        else layout.columns
    )

    lead_in = [
        line.strip()
        for line in table.sample.splitlines()[: _lead_in_lines(table)]
        if line.strip(" \t,;|\ufeff")
    ]
    trailing = [line.strip(f" \t{table.dialect.delimiter}") for line in seen.tail]
    closing = [line for line in trailing if claim_of(line)]
    yield reading_of(
        columns,
        Counted(table, start, columns, layout.known, shape).rows(),
        origin,
        how,
        around=[line for line in (*lead_in, *closing) if not line.casefold().startswith("sep=")],
        title=source.title or source.name,
        address=source.address or source.name,
    )
    if seen.misfit_line is not None:
        name = "UTF-8, read as Windows-1252" if table.encoding.startswith("utf-8") else table.encoding.upper()
        yield Trouble(
            source.origin(place=f"line {seen.misfit_line}"), f"a byte here is not {name}", is_part=False
        )
    if layout.header_at is None:
        yield no_headings(origin)
    yield from _of_shape(shape, source, width)
    if not table.dialect.is_quoted and table.dialect.delimiter != "\t":
        # Where no quote ever closes they are ordinary signs, which costs nothing; but one may have been meant otherwise.
        stray = re.search(rf'(?:^|{re.escape(table.dialect.delimiter)})"', table.sample, re.MULTILINE)
        line = table.sample.count("\n", 0, stray.end()) + 1 if stray else 1
        yield _broken(source.origin(place=f"line {line}"), 1)


def no_headings(origin: Origin) -> Trouble:
    """The remark for a table whose first row is a record."""
    return Trouble(
        origin,
        "no row of headings was found, so the columns are called Column 1, Column 2 and so on",
        "Add the headings as its first line to have users and sections told.",
        is_part=False,
    )


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
    named = import_named("\n".join(around))
    known = Columns(columns, how.columns)
    return RecordsReading(
        columns=columns,
        rows=rows,
        origin=origin,
        claimed=claim.total,
        first=claim.first,
        has_more=claim.has_more,
        addresses=(address,) if address else (),
        kind=how.kind or (named[0] if named else None),
        when=_when(around, how) if named else When(),
        context=(*around, title),
        # An extract or a directory has neither messages nor an import's name above it.
        is_certain=how.as_ == "records"
        or how.kind is not None
        or named is not None
        or known.index(Field.MESSAGE) is not None,
    )


def _when(lines: Sequence[str], how: How) -> When:
    from importlog_tui.times import find_when

    for line in lines:
        if found := find_when(line, how.clock):
            return found[0]
    return When()


def _written(table: Table) -> list[str]:
    at = table.layout.header_at
    return [""] * len(table.layout.columns) if at is None else table.rows[at]


def _lead_in_lines(table: Table) -> int:
    first = table.layout.first_row
    return table.ends[first - 1] if first else 0


@dataclass
class _Shape:
    """What the rows of an irregular table are like: widest row, and the first line of each oddity."""

    width: int = 0
    longer: int | None = None
    shorter: int | None = None
    beside: int | None = None
    broken: tuple[int, ...] = ()
    lost: int | None = None


def _measure(table: Table, start: int, width: int) -> _Shape:
    shape = _Shape(width)
    rows = Rows(table.source, table.encoding, table.dialect)
    for row in islice(rows, start, None):
        if len(row) == width or not any(row) or (len(row) == 1 and row[0].isspace()):
            continue
        if len(row) > width:
            extra = len(row)
            while extra > width and not row[extra - 1]:
                extra -= 1
            if extra > width:
                shape.width = max(shape.width, extra)
                shape.longer = shape.longer or rows.line
        elif not is_beside(row, width, table.dialect.delimiter):
            shape.shorter = shape.shorter or rows.line
        elif not claim_of(table.dialect.delimiter.join(row)):
            shape.beside = shape.beside or rows.line
    shape.broken, shape.lost = tuple(rows.broken), rows.lost
    return shape


def is_beside(row: Sequence[str], width: int, delimiter: str = "\t") -> bool:
    """Whether a row is no record but a line that stands by the table: "Showing 1-500 of 1,214", "End of report"."""
    filled = len(row)
    while filled and not row[filled - 1]:
        filled -= 1
    # The thousands in it may have been taken for separators.
    if filled > 3 or filled == width:
        return False
    if claim_of(delimiter.join(row[:filled])):
        return True
    # Where a tab separates cells, a browser writes one for every empty cell as well.
    return len(row) == 1 and width > 2 and (delimiter == "\t" or len(row[0].split()) > 1)


def _of_shape(shape: _Shape, source: Source, width: int) -> Iterator[Trouble]:
    if shape.longer:
        what = f"this row has more cells than the {width} headings; the others stand in columns of their own"
        yield Trouble(source.origin(place=f"line {shape.longer}"), what, is_part=False)
    if shape.shorter:
        what = f"this row has fewer cells than the {width} headings; the missing ones are taken as empty"
        yield Trouble(source.origin(place=f"line {shape.shorter}"), what, is_part=False)
    if shape.beside:
        yield Trouble(
            source.origin(place=f"line {shape.beside}"),
            "this line is no row of the table and was passed over",
            is_part=False,
        )
    for line in shape.broken[:1]:
        yield _broken(source.origin(place=f"line {line}"), len(shape.broken))
    if shape.lost:
        yield _lost(source.origin(place=f"line {shape.lost}"))


def _of_quotes(rows: Rows, origin: Origin) -> Iterator[Trouble]:
    if rows.broken:
        yield _broken(origin, len(rows.broken))
    if rows.lost:
        yield _lost(origin)


def _broken(origin: Origin, lines: int) -> Trouble:
    others = f", and {lines - 1} more such lines" if lines > 1 else ""
    return Trouble(
        origin,
        f"a quote here does not fit, or never closes{others}; the line was read as it stands",
        "Look at the rows there, or save the file as CSV again.",
    )


def _lost(origin: Origin) -> Trouble:
    return Trouble(origin, "the rows from here on could not be told apart", "Save the file as CSV again.")


class Counted:
    """The rows of a table as records: all of one width, blank lines and lines that stand by the table left out."""

    def __init__(
        self, table: Table, start: int, columns: tuple[str, ...], known: Columns, shape: _Shape
    ) -> None:
        self._table, self._start, self._columns, self._known, self._shape = (
            table,
            start,
            columns,
            known,
            shape,
        )

    def rows(self) -> Iterator[tuple[int | None, tuple[str, ...]]]:
        """Yields (printed number, cells). SourceProblem where the file can't be read to its end."""
        table, width = self._table, len(self._columns)
        header = _written(table) if table.layout.header_at is not None else []
        at = self._known.index(Field.ROW_NUMBER)
        number_of = self._known.number
        rows = Rows(table.source, table.encoding, table.dialect)
        skip = self._start
        try:
            for batch in rows.batches():
                if skip:
                    skip, batch = max(0, skip - len(batch)), batch[skip:]  # noqa: PLW2901 - the rows before the first record
                for row in batch:
                    if len(row) != width or not row[0] or not row[-1]:
                        if not (fitted := self._fitted(row)):
                            continue
                        row = fitted  # noqa: PLW2901 - a copy of a million rows would be felt
                    if row == header:
                        continue
                    if at is None:
                        yield None, tuple(row)
                    else:
                        cell = row[at]
                        is_plain = len(cell) < 10 and cell.isdecimal()
                        yield (int(cell) if is_plain else number_of(row)), tuple(row)
        except OSError as error:
            raise SourceProblem(
                f"reading stopped: {error.strerror or error}", where=str(table.source.origin())
            ) from error
        # The quick look takes a line for whole when its separators and quotes add up.
        if lines := [line for line in rows.broken if line not in self._shape.broken]:
            trouble = _broken(table.source.origin(place=f"line {lines[0]}"), len(lines))
        elif rows.lost is not None and rows.lost != self._shape.lost:
            trouble = _lost(table.source.origin(place=f"line {rows.lost}"))
        else:
            return
        raise SourceProblem(trouble.what, where=str(trouble.origin), remedy=trouble.remedy)

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
