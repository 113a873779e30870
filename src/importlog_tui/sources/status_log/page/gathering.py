"""Every error to its run and every table of records to its error, in the order of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importlog_tui.model import Precision, Result
from importlog_tui.sources.status_log import paging, words
from importlog_tui.sources.status_log.page.heads import Head, heads_of
from importlog_tui.sources.status_log.page.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importlog_tui.sources.status_log.page.lines import Line, RecordTable
    from importlog_tui.times import Clock

_FURNITURE = re.compile(
    r"©|\b(?:copyright|rights reserved|privacy|terms|powered by|support|help|sign(?:ed)? (?:in|out)|log(?:ged)? (?:in|out))\b",
    re.IGNORECASE,
)
"""What ends a page, and is no reason of anything."""
_RECENT = 200
"""Errors of a run among which the one is sought that a table of records belongs to."""


@dataclass(slots=True)
class FoundError:
    """An error in line `at`; `table` is the line of the records beside it."""

    at: int
    message: str
    rows: int | None
    href: str
    table: int | None = None


@dataclass(slots=True)
class FoundRun:
    """A run with what stands under it; `grid` is the table that its head is a row of, 0 for none; in a flat one each error repeats the run."""

    head: Head
    errors: list[FoundError] = field(default_factory=list)
    grid: int = 0
    is_flat: bool = False


@dataclass(frozen=True, slots=True)
class _Loose:
    """Text that may be an error's message, if a number is found for it, or if it `is_error` anyway."""

    at: int
    text: str
    href: str = ""
    is_error: bool = False


class Gathering:
    """The runs of a page, and what belongs to none.

    Attributes:
        runs: in page order.
        stray_errors: errors outside any run.
        stray_tables: lines with tables of records that belong to no error.
        unread: rows of the log of which nothing could be made.
    """

    def __init__(self, lines: list[Line], clock: Clock, *, is_page: bool) -> None:
        self.lines, self.is_page = lines, is_page
        judge = Judge(clock)
        self.said = [judge.line(line) for line in lines]
        self.heads = heads_of(lines, self.said)
        self.first_rows_heading = next(
            (n for n, part in enumerate(self.said) if part.rows_heading), len(lines)
        )
        self.runs: list[FoundRun] = []
        in_heads = {n for head in self.heads for n in head.lines}
        self.unread = [
            n for n, part in enumerate(self.said) if part.unread and (part.message or n not in in_heads)
        ]
        self._flat: dict[tuple[object, ...], FoundRun] = {}
        self.stray_errors: list[FoundError] = []
        self.stray_tables: list[int] = []
        self._gather()

    def _gather(self) -> None:
        by_line = {head.at: head for head in self.heads}
        in_heads = {n for head in self.heads if head.is_told for n in head.lines}
        run: FoundRun | None = None
        loose: list[_Loose] = []
        number: tuple[int, int, str] | None = None
        self.outermost = outermost = self._outermost() if self.is_page else -1
        for n, (line, said) in enumerate(zip(self.lines, self.said, strict=True)):
            head = by_line.get(n)
            if head is not None and (head.is_told or self._lists_below(n)):
                self._settle(run, loose, is_before_next=True)
                run = self._run_at(head, line.grid)
                loose, number = [], None
            elif run is not None and line.rise < outermost:
                # The page has left the part in which its runs stand.
                self._settle(run, loose)
                run, loose, number = None, [], None
            errors = run.errors if run is not None else self.stray_errors
            if line.table is not None:
                self._settle(run, loose)
                self._place_table(n, run)
                loose, number = [], None
            elif said.message:
                self._settle(run, loose)
                errors.append(FoundError(n, said.message.strip(), said.rows, said.href))
                errors.extend(FoundError(n, text.strip(), rows, href) for text, rows, href in said.more)
                loose, number = [], None
            elif n in in_heads or head is not None:
                continue
            elif (rows := self._rows_alone(n)) is not None:
                message = self._message_for(n, loose, run)
                if message is not None:
                    self._settle(run, [item for item in loose if item is not message])
                    href = said.href or self._href_near(n)
                    errors.append(FoundError(n, message.text.strip(), rows, href))
                    loose = []
                else:
                    number = (n, rows, said.href)
            elif text := self._loose_text(n):
                if number is not None and n - number[0] <= 2:
                    errors.append(FoundError(n, text.strip(), number[1], number[2] or said.href))
                    loose, number = [], None
                else:
                    loose.append(_Loose(n, text, said.href, is_error=said.is_error))
        self._settle(run, loose)

    def _settle(self, run: FoundRun | None, loose: list[_Loose], *, is_before_next: bool = False) -> None:
        """Errors for which no number was told are their run's all the same, unless it is said to have none."""
        if run is None or not run.head.is_told or run.head.said.result is Result.COMPLETED:
            return
        found = [item for item in loose if item.is_error] or self._reasons(run, loose, is_before_next)
        run.errors.extend(FoundError(item.at, item.text.strip(), None, item.href) for item in found)

    def _reasons(self, run: FoundRun, loose: list[_Loose], is_before_next: bool) -> list[_Loose]:
        """The sentences below a run that failed, or as many as it has errors: they say why, and no row is affected."""
        said, last = run.head.said, max(run.head.lines)
        found = []
        for item in loose if not run.errors else ():
            close = min((line.rise for line in self.lines[last + 1 : item.at + 1]), default=-1)
            is_below = (run.grid != 0 and self.lines[item.at].grid == run.grid) or close > self.outermost > -1
            is_next = (
                item.at == last + 1 and not self.lines[item.at].is_title and not _FURNITURE.search(item.text)
            )
            least = 2 if is_below else 3 if is_before_next or is_next else 1_000
            is_filler = self.said[item.at].is_of_run or words.says_nothing(item.text)
            if item.at > last and not is_filler and len(item.text.split()) >= least:
                found.append(item)
        is_told = said.count == len(found) or (said.result is Result.FAILED and said.count is None)
        return found if is_told else []

    def _outermost(self) -> int:
        """Depth of the smallest part of the page that holds all its runs; -1 where there are too few to tell."""
        told = [head.at for head in self.heads if head.is_told]
        if len(told) < 2:
            return -1
        return min(line.rise for line in self.lines[told[0] + 1 : told[-1] + 1])

    def _run_at(self, head: Head, grid: int) -> FoundRun:
        """The run of a head; the same one where a flat table repeats the run in the row of each error."""
        said = head.said
        found = FoundRun(head, grid=grid)
        if grid and said.when is not None:
            same = (grid, said.kind, said.label, said.when.text, said.hour)
            earlier = self._flat.setdefault(same, found)
            has_hour = said.when.precision is Precision.MINUTE or bool(said.hour)
            is_error = bool(self.said[head.at].message)
            if earlier is not found and (is_error or earlier.is_flat) and (earlier.is_flat or has_hour):
                earlier.is_flat |= is_error
                return earlier
            found.is_flat = is_error
        self.runs.append(found)
        return found

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
        return "" if words.is_control(text) or words.is_empty(text) or paging.span_of(text) else text

    def _message_for(self, n: int, loose: list[_Loose], run: FoundRun | None) -> _Loose | None:
        """The text that a number standing by itself belongs to: the first in its own part of the page, else the one just before."""
        if not loose:
            return None
        best, close, lowest = loose[-1], 0, 1 << 30
        errors = run.errors if run is not None else self.stray_errors
        previous = max(run.head.at if run else -1, *(error.at for error in errors[-1:]), -1)
        at = n
        closeness: dict[int, int] = {}
        for candidate in reversed(loose[-8:]):
            while at > candidate.at:
                lowest = min(lowest, self.lines[at].rise)
                at -= 1
            closeness[candidate.at] = lowest
        while at > max(previous, 0):
            lowest = min(lowest, self.lines[at].rise)
            at -= 1
        close = closeness[best.at]
        if close > lowest:
            best = next(item for item in loose if closeness.get(item.at) == close)
        return best if n - best.at <= 8 else None

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

    def _place_table(self, n: int, run: FoundRun | None) -> None:
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

    def _error_named_above(self, n: int, errors: Sequence[FoundError]) -> FoundError | None:
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
        self, n: int, errors: Sequence[FoundError], run: FoundRun | None, table: RecordTable
    ) -> FoundError | None:
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


def with_whole_tables(lines: list[Line]) -> list[Line]:
    """Lines without a table of headings alone before one that has them again (a header that stays while the rows scroll)."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1].table if joined else None
        is_again = line.table is not None and last is not None and line.table.headings == last.headings
        if is_again and last is not None and not last.count:
            joined.pop()
        joined.append(line)
    return joined
