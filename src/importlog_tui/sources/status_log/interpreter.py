"""What a page of lines means: its runs with their errors, and its tables of affected records."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from importlog_tui.fields import Columns, unique_headings
from importlog_tui.model import ErrorReading, Kind, Origin, RecordsReading, Result, RunReading, Trouble, When
from importlog_tui.sources.status_log import words
from importlog_tui.sources.status_log.heads import Head, heads_of
from importlog_tui.sources.status_log.judge import Judge
from importlog_tui.sources.status_log.pager import Extent, extent_of
from importlog_tui.times import find_when

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from importlog_tui.model import Reading
    from importlog_tui.sources.status_log import How
    from importlog_tui.sources.status_log.lines import Line, RecordTable, Sheet

_CONTEXT_LINES, _CONTEXT_LENGTH = 40, 1_000
_RECENT = 200
"""Errors of a run among which the one is sought that a table of records belongs to."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the interpreter is told of where a page comes from.

    Attributes:
        addresses: all that the page answers to.
        resolve: makes a link's href an address that can be compared, "" for none.
        is_cut: the page ends in the middle.
        is_page: HTML, not loose text.
    """

    origin: Origin
    addresses: tuple[str, ...] = ()
    resolve: Callable[[str], str] = str.strip
    is_cut: bool = False
    is_page: bool = True


@dataclass(slots=True)
class _Run:
    head: Head
    errors: list[_Error] = field(default_factory=list)
    tables: list[int] = field(default_factory=list)
    grid: int = 0


@dataclass(slots=True)
class _Error:
    at: int
    message: str
    rows: int | None
    href: str
    table: int | None = None


def readings_of(sheet: Sheet, place: Place, how: How) -> Iterator[Reading]:
    """Runs first, in page order, then records that stand for themselves, then what could not be understood."""
    return _Interpreter(sheet, place, how).readings()


class _Interpreter:
    def __init__(self, sheet: Sheet, place: Place, how: How) -> None:
        self.sheet, self.place, self.how = sheet, place, how
        self.lines = _with_whole_tables(sheet.lines)
        judge = Judge(how.clock)
        self.said = [judge.line(line) for line in self.lines]
        self.heads = heads_of(self.lines, self.said)
        self.first_rows_heading = next(
            (n for n, part in enumerate(self.said) if part.rows_heading), len(self.said)
        )
        self.runs: list[_Run] = []
        self.stray_errors: list[_Error] = []
        self.stray_tables: list[int] = []
        self._gather()

    def readings(self) -> Iterator[Reading]:
        if self.how.as_ == "records":
            self.stray_tables = sorted(n for n, line in enumerate(self.lines) if line.table is not None)
            runs: list[_Run] = []
        else:
            runs = self._runs_that_are_the_log()
        standing = self._standing_tables(bool(runs))
        for n, run in enumerate(runs):
            yield self._run_reading(run, is_last=n == len(runs) - 1)
        for at in standing:
            yield self._standing(at)
        if self.stray_errors and not standing and not runs:
            count = len(self.stray_errors)
            yield self._trouble(
                f"{count} error{'s' if count > 1 else ''} without the name and time of an import",
                "Save or copy the whole Status Log page.",
            )
        elif not runs and not standing:
            yield self._trouble(
                "nothing of a Status Log was found: no import with a time or result, no table of records",
                "Bring in the Status Log page, or a page of affected records.",
            )

    # --- Gathering: every error and table to its run, in page order ---

    def _gather(self) -> None:
        by_line = {head.at: head for head in self.heads}
        in_heads = {n for head in self.heads if head.is_told for n in head.lines}
        run: _Run | None = None
        loose: list[tuple[int, str]] = []
        number: tuple[int, int, str] | None = None
        outermost = self._outermost() if self.place.is_page else -1
        for n, (line, said) in enumerate(zip(self.lines, self.said, strict=True)):
            head = by_line.get(n)
            if head is not None and (head.is_told or self._lists_below(n)):
                run = self._run_at(head, line.grid)
                loose, number = [], None
            elif run is not None and line.rise < outermost:
                # The page has left the part in which its runs stand.
                run, loose, number = None, [], None
            errors = run.errors if run is not None else self.stray_errors
            if line.table is not None:
                self._place_table(n, run)
                loose, number = [], None
            elif said.message:
                errors.append(_Error(n, said.message.strip(), said.rows, said.href))
                loose, number = [], None
            elif n in in_heads or head is not None:
                continue
            elif (rows := self._rows_alone(n)) is not None:
                message = self._message_for(n, loose, run)
                if message is not None:
                    errors.append(_Error(n, message, rows, said.href or self._href_near(n)))
                    loose = []
                else:
                    number = (n, rows, said.href)
            elif text := self._loose_text(n):
                if number is not None and n - number[0] <= 2:
                    errors.append(_Error(n, text, number[1], number[2] or said.href))
                    loose, number = [], None
                else:
                    loose.append((n, text))

    def _outermost(self) -> int:
        """Depth of the smallest part of the page that holds all its runs; -1 where there are too few to tell."""
        told = [head.at for head in self.heads if head.is_told]
        if len(told) < 2:
            return -1
        return min(line.rise for line in self.lines[told[0] + 1 : told[-1] + 1])

    def _run_at(self, head: Head, grid: int) -> _Run:
        """The run of a head; the same one where a flat table repeats the run in the row of each error."""
        said = head.said
        for run in reversed(self.runs[-1:]):
            other = run.head.said
            if (
                grid and run.grid == grid and run.errors and self.said[head.at].message
                and (other.kind, other.label) == (said.kind, said.label)
                and said.when is not None and other.when is not None and other.when.text == said.when.text
            ):  # fmt: skip
                return run
        self.runs.append(_Run(head, grid=grid))
        return self.runs[-1]

    def _lists_below(self, at: int) -> bool:
        """Whether a name without time and result is followed by a list of errors before anything else that is named."""
        for n in range(at + 1, min(at + 12, len(self.said))):
            if self.said[n].kind is not None:
                return False
            if self.said[n].message or self.said[n].rows is not None:
                return True
        return False

    def _rows_alone(self, n: int) -> int | None:
        said = self.said[n]
        if said.rows is not None:
            return said.rows
        if said.number is not None and not self.lines[n].is_chrome:
            # A number by itself counts rows only below that heading, or as the link to them.
            return said.number if said.href or self.first_rows_heading < n else None
        return None

    def _loose_text(self, n: int) -> str:
        said = self.said[n]
        if said.is_label or self.lines[n].is_chrome:
            return ""
        text = said.text or (self.lines[n].text if said.is_of_run else "")
        return "" if words.is_control(text) or words.is_empty(text) or words.span_of(text) else text

    def _message_for(self, n: int, loose: list[tuple[int, str]], run: _Run | None) -> str | None:
        """The text that a number standing by itself belongs to: the first in its own part of the page, else the one just before."""
        if not loose:
            return None
        best, close, lowest = loose[-1], 0, 1 << 30
        previous = max([run.head.at, *(error.at for error in run.errors[-1:])]) if run else -1
        at = n
        closeness: dict[int, int] = {}
        for candidate, _ in reversed(loose[-8:]):
            while at > candidate:
                lowest = min(lowest, self.lines[at].rise)
                at -= 1
            closeness[candidate] = lowest
        while at > max(previous, 0):
            lowest = min(lowest, self.lines[at].rise)
            at -= 1
        close = closeness[best[0]]
        if close > lowest:
            best = next(item for item in loose if closeness.get(item[0]) == close)
        return best[1] if n - best[0] <= 8 else None

    def _href_near(self, n: int) -> str:
        """A link on the line just behind ("View records"), in the same part of the page."""
        if (
            n + 1 < len(self.lines)
            and self.lines[n + 1].rise >= self.lines[n].rise
            and not self.said[n + 1].message
        ):
            cell = next((cell for cell in self.lines[n + 1].cells if cell.href), None)
            if cell is not None and words.is_control(cell.text):
                return cell.href
        return ""

    def _place_table(self, n: int, run: _Run | None) -> None:
        """Records right beside an error are that error's; others stand for themselves."""
        table = self.lines[n].table
        if table is None:
            return
        errors = run.errors if run is not None else []
        errors = errors[-_RECENT:]
        error = self._error_named_above(n, errors) or self._error_beside(n, errors, run, table)
        if error is not None:
            error.table = n
        elif not table.is_hidden or table.hits >= 2:
            self.stray_tables.append(n)
            if run is not None:
                run.tables.append(n)

    def _error_named_above(self, n: int, errors: Sequence[_Error]) -> _Error | None:
        for at in range(n - 1, max(n - 4, -1), -1):
            line = self.lines[at]
            if line.table is not None or self.said[at].message:
                return None
            text = " ".join(line.text.split())
            named = next(
                (e for e in errors if e.table is None and text and (text == e.message or e.message in text)),
                None,
            )
            if named is not None:
                return named
        return None

    def _error_beside(
        self, n: int, errors: Sequence[_Error], run: _Run | None, table: RecordTable
    ) -> _Error | None:
        if not errors or run is None or errors[-1].table is not None:
            return None
        last = errors[-1]
        if (
            len([error for error in errors if error.rows == table.count and error.table is None]) == 1
            and last.rows == table.count
        ):
            return last
        before = errors[-2].table or errors[-2].at if len(errors) > 1 else max(run.head.lines)
        close = min(line.rise for line in self.lines[last.at + 1 : n + 1])
        other = min((line.rise for line in self.lines[before + 1 : last.at + 1]), default=0)
        return last if close >= other and (table.hits or close > other) else None

    # --- What the page is ---

    def _runs_that_are_the_log(self) -> list[_Run]:
        """The runs, without one that only says whose records the page shows."""
        if len(self.runs) != 1 or self.how.as_ == "log":
            return self.runs
        run = self.runs[0]
        shown = [n for n in self.stray_tables if self._is_records(n)] + [
            e.table for e in run.errors if e.table is not None
        ]
        if (
            not shown
            or len(run.errors) > 1
            or run.head.said.result not in {None, Result.UNKNOWN}
            or run.head.said.count is not None
        ):
            return self.runs
        self.stray_tables = sorted({*self.stray_tables, *shown})
        self.stray_errors.extend(run.errors)
        return []

    def _is_records(self, n: int) -> bool:
        table = self.lines[n].table
        return table is not None and table.hits > 0

    def _standing_tables(self, has_runs: bool) -> list[int]:
        known = [n for n in self.stray_tables if self._is_records(n)]
        if known or has_runs:
            return known
        return [
            n
            for n in self.stray_tables
            if not (table := self.lines[n].table) or table.count or self.how.as_ == "records"
        ]

    # --- Readings ---

    def _run_reading(self, run: _Run, *, is_last: bool) -> RunReading:
        said = run.head.said
        errors = [self._error_reading(error, run) for error in run.errors]
        result, count = said.result, said.count
        if result is None:
            result = (
                Result.UNKNOWN
                if count is None
                else Result.COMPLETED_WITH_ERRORS
                if count
                else Result.COMPLETED
            )
        if (
            result is Result.COMPLETED
            and (count or errors)
            and (count or words.is_plain_end(said.result_text))
        ):
            result = Result.COMPLETED_WITH_ERRORS
        is_whole = not (is_last and self.place.is_cut)
        if count is None and is_whole:
            count = len(errors) if errors else 0 if result is Result.COMPLETED else None
        lists = is_whole and (bool(errors) or (result is Result.COMPLETED and not count))
        if count is not None and len(errors) < count:
            lists = False
        return RunReading(
            said.kind or Kind.OTHER, _tidy(said.label), _tidied(said.when), result, _tidy(said.result_text), self.place.origin,
            error_count=count, errors=errors, lists_errors=lists,
        )  # fmt: skip

    def _error_reading(self, error: _Error, run: _Run) -> ErrorReading:
        reading = ErrorReading(
            error.message, error.rows, self.place.resolve(error.href) if error.href else ""
        )
        table = self.lines[error.table].table if error.table is not None else None
        if error.table is not None and table is not None:
            extent = extent_of(self.lines, error.table, table.count, is_alone=False)
            if extent.claimed is None and error.rows is not None:
                extent = Extent(error.rows, extent.first, extent.has_more)
            reading.records = self._records(
                table, extent, (error.message,), run.head.said.kind, run.head.said.when or When()
            )
        return reading

    def _standing(self, at: int) -> RecordsReading:
        """Records on a page of their own, or beside no error that is known."""
        table = self.lines[at].table
        assert table is not None  # noqa: S101  # only lines with tables are asked for
        near = [
            n
            for n in range(max(0, at - 4 * _CONTEXT_LINES), at)
            if self.lines[n].table is None and self.lines[n].text
        ]
        near = near[-_CONTEXT_LINES:]
        context = [self.sheet.title, *(self.lines[n].text for n in near)]
        errors = [error for error in self.stray_errors[:_CONTEXT_LINES] if error.at < at]
        context += [error.message for error in errors]
        context = [text[:_CONTEXT_LENGTH] for text in dict.fromkeys(context) if text]
        kind, when = self._whose(near)
        alone = len(self.stray_tables) == 1
        extent = extent_of(self.lines, at, table.count, is_alone=alone, addresses=self.place.addresses)
        if extent.claimed is None and len(errors) == 1 and alone and errors[0].rows is not None:
            extent = Extent(errors[0].rows, extent.first, extent.has_more)
        reading = self._records(table, extent, tuple(context), kind or self.how.kind, when)
        reading.addresses = self.place.addresses
        reading.is_certain = (
            self.how.as_ == "records"
            or kind is not None
            or any(map(_tells_of_log, (*context, *self.place.addresses)))
        )
        return reading

    def _whose(self, near: Sequence[int]) -> tuple[Kind | None, When]:
        """Kind and time of the run that a page of records belongs to, from the lines above the table and the title."""
        kind: Kind | None = None
        when = When()
        for n in reversed(near):
            said, text = self.said[n], self.lines[n].text
            if kind is None:
                kind = said.kind if said.named is words.Named.FULL else words.kind_within(text)
            if not when.text and said.when is not None and not self.lines[n].is_chrome:
                when = said.when
            if (
                not when.text
                and (words.kind_within(text) or said.is_of_run)
                and (found := find_when(text, self.how.clock))
            ):
                when = found[0]
        kind = kind or words.kind_within(self.sheet.title)
        if not when.text and (found := find_when(self.sheet.title, self.how.clock)):
            when = found[0]
        for head in self.heads:
            if head.said.when is not None and (kind is None or head.said.kind is kind):
                return head.said.kind, head.said.when
        return kind, when

    def _records(
        self, table: RecordTable, extent: Extent, context: tuple[str, ...], kind: Kind | None, when: When
    ) -> RecordsReading:
        columns = unique_headings(table.headings)
        known = Columns(columns, self.how.columns)

        def rows() -> Iterator[tuple[int | None, tuple[str, ...]]]:
            for cells in table.rows():
                yield known.number(cells), cells

        return RecordsReading(
            columns, rows(), self.place.origin, extent.claimed, extent.first, extent.has_more or self.place.is_cut,
            kind=kind, when=when, context=context,
        )  # fmt: skip

    def _trouble(self, what: str, remedy: str) -> Trouble:
        return Trouble(self.place.origin, what, remedy)


def _tidy(text: str) -> str:
    """A label without no-break and doubled blanks, which mean nothing in it."""
    return " ".join(words.seen(text).split())


def _tidied(when: When | None) -> When:
    return replace(when, text=_tidy(when.text)) if when is not None else When()


def _tells_of_log(text: str) -> bool:
    folded = text.lower()
    return any(
        word in folded
        for word in ("rows affected", "affected r", "status log", "import", "rows_affected", "error")
    )


def _with_whole_tables(lines: list[Line]) -> list[Line]:
    """Lines with tables whose headings stand in a table of their own (a header that stays while the rows scroll) joined."""
    joined: list[Line] = []
    for line in lines:
        table = line.table
        last = joined[-1].table if joined else None
        if table is not None and last is not None and last.count == 0:
            if table.headings == last.headings:
                joined.pop()
            elif not table.has_header and len(table.headings) == len(last.headings):
                joined.pop()
                line.table = _headed(last, table)
        joined.append(line)
    return joined


def _headed(head: RecordTable, body: RecordTable) -> RecordTable:
    def rows() -> Iterator[tuple[str, ...]]:
        yield body.headings
        yield from body.rows()

    return type(head)(head.headings, rows, body.count + 1, head.hits, body.is_hidden, caption=head.caption)
