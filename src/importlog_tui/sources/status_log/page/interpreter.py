"""What a page of lines means: its runs with their errors, and its tables of affected records."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importlog_tui.fields import Columns, unique_headings
from importlog_tui.model import (
    ErrorReading,
    Kind,
    Origin,
    Precision,
    RecordsReading,
    Result,
    RunReading,
    Trouble,
    When,
)
from importlog_tui.sources.status_log import words
from importlog_tui.sources.status_log.page.gathering import FoundError, FoundRun, Gathering, with_whole_tables
from importlog_tui.sources.status_log.page.pager import Extent, extent_of
from importlog_tui.sources.status_log.page.tokens import judge
from importlog_tui.times import find_when, parse_when

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from importlog_tui.model import Reading
    from importlog_tui.sources.status_log import How
    from importlog_tui.sources.status_log.page.lines import RecordTable, Sheet

_CONTEXT_LINES, _CONTEXT_LENGTH = 40, 1_000
_SAYS_NONE = re.compile(
    r"\b(?:no|any) (?:recent |previous )?(?:imports?|results?|records?|entries|runs?|log entries)\b|access denied|not authorized|session (?:has )?expired",
    re.IGNORECASE,
)

_SHOWS = re.compile(
    r"(?:(?:view|show|see|open)\s)?(?:(?:the|all|more|import|error)\s)*(?:details?|errors?|results?|log|status|report|view|show|more)",
    re.IGNORECASE,
)
"""What a link says that only shows something: nothing else may ever be followed (a row may hold "Run Now", too)."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the interpreter is told of where a page comes from.

    Attributes:
        addresses: all that the page answers to.
        resolve: makes a link's href an address that can be compared, "" for none.
        is_cut: the page ends in the middle.
        is_page: HTML, not loose text.
        has_next: the page names a following one in its markup.
    """

    origin: Origin
    addresses: tuple[str, ...] = ()
    resolve: Callable[[str], str] = str.strip
    is_cut: bool = False
    is_page: bool = True
    has_next: bool = False


def readings_of(sheet: Sheet, place: Place, how: How) -> Iterator[Reading]:
    """Runs first, in page order, then records that stand for themselves, then what could not be understood."""
    return _Interpreter(sheet, place, how).readings()


class _Interpreter:
    def __init__(self, sheet: Sheet, place: Place, how: How) -> None:
        self.sheet, self.place, self.how = sheet, place, how
        found = Gathering(with_whole_tables(sheet.lines), how.clock, is_page=place.is_page)
        self.lines, self.said, self.heads = found.lines, found.said, found.heads
        self.runs, self.stray_errors, self.stray_tables = found.runs, found.stray_errors, found.stray_tables
        self.unread = found.unread

    def readings(self) -> Iterator[Reading]:
        if self.how.as_ == "records":
            self.stray_tables = sorted(n for n, line in enumerate(self.lines) if line.table is not None)
            runs: list[FoundRun] = []
        else:
            runs = self._runs_that_are_the_log()
        standing = self._standing_tables(bool(runs))
        for n, run in enumerate(runs):
            yield self._run_reading(run, is_last=n == len(runs) - 1)
        for at in standing:
            yield self._standing(at)
        shown = [*standing, *(e.table for run in runs for e in run.errors if e.table is not None)]
        yield from self._rows_empty(shown)
        if self.unread and runs:
            yield self._rows_unread()
        if self.stray_errors and not standing and not runs:
            count = len(self.stray_errors)
            yield self._trouble(
                f"{count} error{'s' if count > 1 else ''} without the name and time of an import",
                "Save or copy the whole Status Log page.",
            )
        elif not runs and not standing:
            said = next((text for line in self.lines if _SAYS_NONE.search(text := line.text[:200])), "")
            yield self._trouble(
                f'nothing of a Status Log was found: the page says "{said}"'
                if said
                else "nothing of a Status Log was found: no import with a time or result, no table of records",
                "Bring in the Status Log page, or a page of affected records.",
            )

    # --- What the page is ---

    def _runs_that_are_the_log(self) -> list[FoundRun]:
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

    def _run_reading(self, run: FoundRun, *, is_last: bool) -> RunReading:
        said = run.head.said
        if said.hour and said.when is not None and said.when.precision is Precision.DAY:
            exact = parse_when(f"{said.when.text} {said.hour}", self.how.clock)
            said.when = exact if exact.at is not None else said.when
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
            error_count=count, errors=errors, lists_errors=lists, address=self._own_page(run),
        )  # fmt: skip

    def _own_page(self, run: FoundRun) -> str:
        """Where the run's own page is: a link around its name, time, result or count, or one that says that it only shows."""
        for n in sorted(run.head.lines):
            for piece in (piece for cell in self.lines[n].cells for piece in cell.pieces if piece.href):
                text = piece.linked or piece.text
                tells = judge(text, self.how.clock)
                if (tells.is_of_run and not tells.text) or _SHOWS.fullmatch(words.bare(text)):
                    return self.place.resolve(piece.href)
        return ""

    def _error_reading(self, error: FoundError, run: FoundRun) -> ErrorReading:
        reading = ErrorReading(
            error.message, error.rows, self.place.resolve(error.href) if error.href else ""
        )
        table = self.lines[error.table].table if error.table is not None else None
        if error.table is not None and table is not None:
            extent = extent_of(self.lines, error.table, table.count, is_alone=False)
            if extent.claimed is None and error.rows is not None:
                extent = replace(extent, claimed=error.rows)
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
        if alone and self.place.has_next:
            extent = replace(extent, has_more=True)
        if extent.claimed is None and len(errors) == 1 and alone and errors[0].rows is not None:
            extent = replace(extent, claimed=errors[0].rows)
        reading = self._records(table, extent, tuple(context), kind or self.how.kind, when)
        reading.addresses = self.place.addresses
        named = {error.message for error in errors} or {
            self.said[n].text for n in near if self.said[n].is_error and self.said[n].text
        }
        reading.message = named.pop() if alone and len(named) == 1 else ""
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

    def _rows_empty(self, shown: Sequence[int]) -> Iterator[Trouble]:
        """The rows of empty cells among records: a page that counts them counts more rows than can be read."""
        for at in shown:
            table = self.lines[at].table
            if table is not None and table.empty:
                rows = "a row" if table.empty == 1 else f"{table.empty:,} rows"
                what = f"beside {table.count:,} records, {rows} of empty cells stood in the table, with nothing to keep"
                yield Trouble(self.place.origin, what, is_part=False)

    def _rows_unread(self) -> Trouble:
        count, first = len(self.unread), self.lines[self.unread[0]].text[:80]
        rows = "a row" if count == 1 else f"{count:,} rows"
        return self._trouble(
            f'{rows} of the log could not be read whole: "{_tidy(first)}"', "Look at the page itself there."
        )

    def _trouble(self, what: str, remedy: str) -> Trouble:
        return Trouble(self.place.origin, what, remedy)


def _tidy(text: str) -> str:
    """A label without no-break and doubled blanks, which mean nothing in it."""
    return " ".join(words.seen(text).split())


def _tidied(when: When | None) -> When:
    return when._replace(text=_tidy(when.text)) if when is not None else When()


def _tells_of_log(text: str) -> bool:
    folded = text.lower()
    return any(
        word in folded
        for word in ("rows affected", "affected r", "status log", "import", "rows_affected", "error")
    )
