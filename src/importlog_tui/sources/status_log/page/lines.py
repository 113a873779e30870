"""A page as a flat list of lines of cells: what the interpreter reads, whether it came from HTML, a mail or a paste.

What is left of the page's tree is in two numbers: `Line.grid` says which table a row stands in, and `Line.rise` how far up the tree the
page went since the line before. The lowest rise between two lines is the depth of the smallest container that holds both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importlog_tui.fields import Field, field_of
from importlog_tui.sources.status_log import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from importlog_tui.times import Clock


@dataclass(slots=True)
class Piece:
    """A stretch of text that layout sets apart.

    Attributes:
        href: of the first link in it.
        linked: that link's own text; without a link that of a number set apart (a badge).
        hint: a machine-readable time beside it (`<time datetime>`, a title).
    """

    text: str
    href: str = ""
    linked: str = ""
    hint: str = ""


@dataclass(slots=True)
class Cell:
    """A cell of a row, or one piece of a line that is no row; in one that `is_list` each piece is an item."""

    pieces: list[Piece]
    column: int
    is_heading: bool = False
    is_list: bool = False

    @property
    def text(self) -> str:
        """Its pieces, joined by blanks."""
        return " ".join(piece.text for piece in self.pieces)

    @property
    def href(self) -> str:
        """Of its first link, "" without one."""
        return next((piece.href for piece in self.pieces if piece.href), "")


@dataclass(slots=True)
class RecordTable:
    """A table that can only be records, its rows not yet looked at.

    Attributes:
        headings: as written, one per column.
        rows: makes the iterator over its rows, one string per heading.
        count: how many rows there are.
        hits: how many headings name something of a user, course or section.
        is_hidden: the page does not show it.
        empty: how many rows of empty cells were passed over.
    """

    headings: tuple[str, ...]
    rows: Callable[[], Iterator[tuple[str, ...]]]
    count: int
    hits: int
    is_hidden: bool = False
    caption: str = ""
    empty: int = 0


@dataclass(slots=True)
class Line:
    """One row of a table, or one block's own text.

    Attributes:
        rise: the depth of the smallest container that holds this line and the one before.
        depth: of the container that it stands in itself.
        grid: number of the table whose row this is, 0 for none.
        is_chrome: navigation or the page's footer.
        is_title: a heading or the page's title.
        table: set where the line stands for a whole table of records.
    """

    cells: list[Cell]
    rise: int = 0
    depth: int = 0
    grid: int = 0
    is_chrome: bool = False
    is_title: bool = False
    table: RecordTable | None = None

    @property
    def text(self) -> str:
        """Its cells, joined by blanks."""
        return " ".join(cell.text for cell in self.cells if cell.pieces)


@dataclass(slots=True)
class Sheet:
    """A page, read into lines; `title` is the document's own."""

    lines: list[Line] = field(default_factory=list)
    title: str = ""


# A heading that only records have; "Status", "Type", "Error", "Name" stand in a log as well.
_COMMON = {
    Field.MESSAGE, Field.ROWS_AFFECTED, Field.ROW_NUMBER, Field.STATUS, Field.ENROLLMENT_TYPE, Field.DESCRIPTION, Field.FULL_NAME,
    Field.LOCATION, Field.POSITION, Field.CREDITS,
}  # fmt: skip


def record_hits(headings: Sequence[str]) -> int:
    """How many headings name something of a user, a course or a section."""
    return sum(len(h) <= 60 and (known := field_of(h)) is not None and known not in _COMMON for h in headings)


def looks_like_log(rows: Sequence[Sequence[str]], clock: Clock) -> bool:
    """Whether rows of cells are those of a log or of a list of errors: an import's name beside a time or result, or Rows Affected."""
    for row in rows:
        if any(words.role_of(cell) is words.Role.ROWS for cell in row):
            return True
        roles = {words.role_of(cell) for cell in row}
        if (len(row) <= 8 and {words.Role.NAME, words.Role.TIME} <= roles) or {
            words.Role.TIME,
            words.Role.RESULT,
        } <= roles:
            return True
        if words.Role.MESSAGE in roles and words.Role.ROWS_LOOSE in roles and len(row) <= 4:
            return True
        if any(words.import_name(cell) for cell in row) and any(
            words.result_of(cell) or words.error_count(cell) is not None or _is_time(cell, clock)
            for cell in row
        ):
            return True
    return False


def _is_time(text: str, clock: Clock) -> bool:
    from importlog_tui.times import find_when

    return len(text) <= 80 and find_when(text, clock) is not None


_BLANKS = re.compile(r"(?:[ \u00a0]{2,})")
_BULLET = re.compile(r"^\s*[*•·▪‣○●◦→-]\s+(?=\S)")
_FOLD = re.compile(r"[ \t\n\r\f\v]+")


def lines_of_text(text: str, clock: Clock) -> Sheet:
    """Pasted or mailed text: cells set apart by tabs, else by two blanks and more, else one thing a line."""
    raw = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    split = _by_tabs if "\t" in text else _by_blanks
    rows = [split(line) for line in raw]
    sheet, at, rise = Sheet(), 0, 0
    while at < len(rows):
        cells = rows[at]
        if len(cells) == 1:
            cells = [_BULLET.sub("", cells[0])]
        if not any(cell.strip() for cell in cells):
            rise, at = 0, at + 1
            continue
        end = _end_of_table(rows, at, clock)
        if end > at:
            table = _table(rows[at], rows[at + 1 : end])
            sheet.lines.append(Line([], rise, 1, table=table))
            at = end
        else:
            made = [
                Cell([Piece(_FOLD.sub(" ", cell).strip())] if cell.strip() else [], n)
                for n, cell in enumerate(cells)
            ]
            sheet.lines.append(Line(made, rise, 1, grid=1 if len(cells) > 1 else 0))
            at += 1
        rise = 1
    return sheet


def _by_tabs(line: str) -> list[str]:
    return line.split("\t")


def _by_blanks(line: str) -> list[str]:
    return _BLANKS.split(line.strip(" ")) if "  " in line or "\u00a0" in line else [line.strip()]


def _end_of_table(rows: list[list[str]], start: int, clock: Clock) -> int:
    """Where the records end whose headings stand in row `start`; `start` itself where none do."""
    head = rows[start]
    width = len(head)
    hits = record_hits(head)
    if (
        width < 2
        or (hits < 2 and (width < 3 or start > 0))
        or (hits < 2 and any(len(h) > 60 or not h.strip() for h in head))
    ):
        return start
    end = start + 1
    while end < len(rows) and 1 < len(rows[end]) <= max(width, 2) and any(cell.strip() for cell in rows[end]):
        end += 1
    if hits < 2 and (end == start + 1 or (end < len(rows) - 1 and any(len(row) > 1 for row in rows[end:]))):
        return start
    return start if hits < 3 and looks_like_log(rows[start : min(end, start + 40)], clock) else end


def _table(head: list[str], rows: list[list[str]]) -> RecordTable:
    width = len(head)

    def padded() -> Iterator[tuple[str, ...]]:
        for row in rows:
            if row != head:
                yield tuple(row) if len(row) == width else (*row, *[""] * (width - len(row)))

    return RecordTable(tuple(h.strip() for h in head), padded, len(rows), record_hits(head))
