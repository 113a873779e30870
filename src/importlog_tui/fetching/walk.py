"""From page to page: the log's own first, then its errors' records, each filed when it comes.

What is known and not read yet stands in the archive (`archive/unread.py`), so a walk that was stopped, killed or shut out goes on there.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from importlog_tui.addresses import address_key
from importlog_tui.archive.unread import PATIENCE, Unread
from importlog_tui.model import Format, Origin, RecordsReading, Result, RunReading, Trouble
from importlog_tui.refresh import Outcome, bring_in
from importlog_tui.sources.status_log.credentials import cleaned, without_secrets
from importlog_tui.sources.status_log.web.answers import NoPage, Page, Why, in_place_of
from importlog_tui.sources.status_log.web.following import following

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from importlog_tui.archive import Archive
    from importlog_tui.model import Kind, Reading, Run
    from importlog_tui.roster import AnyReading
    from importlog_tui.sources.status_log import How
    from importlog_tui.sources.status_log.web.visitor import Visitor

_POLL = 0.1
"""Seconds between two looks at whether somebody wants to stop."""
_IN_A_ROW = 3
"""Pages that fail one after the other before the rest is left for another time."""
_HAVE_ERRORS = {Result.COMPLETED_WITH_ERRORS, Result.FAILED, Result.UNKNOWN}
_FRUITLESS = 3
"""Pages of one error without a new row before its pager is taken for endless."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a fetch is.

    Attributes:
        pages: read so far.
        records: read so far.
        left: pages known and not read yet.
    """

    pages: int
    records: int
    left: int

    def __str__(self) -> str:
        page = "page" if self.pages == 1 else "pages"
        return f"the site: {self.pages} {page}, {self.records:,} records, {self.left} to go"


@dataclass(slots=True)
class Fetched:
    """What a fetch brought.

    Attributes:
        outcome: as of any bringing-in; what could not be read is among its troubles.
        pages: pages read.
        requests: requests sent, repetitions and redirects included.
        refusals: pages that could not be read, for a report.
        ended: why the rest was left for another time; None where it was not.
        left: pages known and not read.
    """

    outcome: Outcome = field(default_factory=Outcome)
    pages: int = 0
    requests: int = 0
    refusals: list[NoPage] = field(default_factory=list)
    ended: NoPage | None = None
    left: int = 0

    @property
    def status(self) -> int:
        """Exit status: 0 all was read, 1 part of it, 2 nothing."""
        if not self.pages:
            return 2
        outcome = self.outcome
        is_part = (
            outcome.stopped or self.ended or outcome.unplaced or any(t.is_part for t in outcome.troubles)
        )
        return 1 if is_part else 0


def fetch(
    archive: Archive,
    visitor: Visitor,
    log: str,
    how: How,
    *,
    progress: Callable[[Step], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Fetched:
    """Bring in what the site has and the archive has not; errors whose records were read whole are not asked for again.

    Args:
        archive: where it goes, page by page.
        visitor: for the log's host; it is left open.
        log: the address of the Status Log's first page.
        how: as for everything that is read.
        progress: called after each page.
        cancelled: asked ten times a second.

    Raises:
        ArchiveProblem: a page could not be filed; those before it are.
    """
    walk = _Walk(archive, visitor, log, how, cancelled)
    walk.go(progress)
    return walk.fetched


class _Walk:
    """One fetch under way."""

    def __init__(
        self, archive: Archive, visitor: Visitor, log: str, how: How, cancelled: Callable[[], bool]
    ) -> None:
        self.fetched = Fetched()
        self._archive, self._visitor, self._log, self._how = archive, visitor, log, how
        self._cancelled = cancelled
        self._unread = archive.unread(without_secrets(log))
        self._to_do: deque[Unread] = deque()
        self._asked: dict[Future[Page], Unread] = {}
        self._seen: set[str] = set()
        self._errors: set[int] = set()  # whose records are being read
        self._fruitless: dict[int, int] = {}
        self._failed = 0
        self._was_walked = self._unread.was_walked()
        self._left_over: set[str] = set()
        self._own_pages: set[str] = set()  # of single runs
        self._given_up: set[str] = set()
        self._home = Origin(urlsplit(log).netloc, Format.SITE)

    def go(self, progress: Callable[[Step], None]) -> None:
        """Until there is nothing left to read, somebody wants to stop, or the site lets nobody in."""
        self._take(Unread(self._log))
        for page in self._unread.all():
            if page.tries < PATIENCE:
                self._left_over.add(page.address)
                self._take(page)
            elif page.error_id is not None:
                self._errors.add(page.error_id)  # left alone, and not begun anew either
            else:
                self._given_up.add(page.address)
        before = self._visitor.requests
        try:
            while (self._to_do or self._asked) and not self._is_over():
                self._ask()
                done, _ = wait(self._asked, _POLL, FIRST_COMPLETED)
                for answer in done:
                    if not self._is_over():
                        self._answered(self._asked.pop(answer), answer)
                        progress(Step(self.fetched.pages, self.fetched.outcome.records, self._open()))
        finally:
            for answer in self._asked:
                answer.cancel()
            self.fetched.requests = self._visitor.requests - before
            self.fetched.left = len(self._unread.all())

    def _open(self) -> int:
        return len(self._to_do) + len(self._asked)

    def _is_over(self) -> bool:
        outcome = self.fetched.outcome
        outcome.stopped = outcome.stopped or self._cancelled()
        return outcome.stopped or self.fetched.ended is not None

    def _take(self, page: Unread, *, first: bool = False) -> bool:
        """Put a page on the list, unless it was there already."""
        if page.address in self._seen:
            return False
        self._seen.add(page.address)
        if page.error_id is not None:
            self._errors.add(page.error_id)
        if first:
            self._to_do.appendleft(page)
        else:
            self._to_do.append(page)
        return True

    def _ask(self) -> None:
        while self._to_do and len(self._asked) < self._visitor.at_once:
            page = self._to_do.popleft()
            self._asked[self._visitor.ask(page.address)] = page

    def _answered(self, page: Unread, answer: Future[Page]) -> None:
        try:
            found = answer.result()
            if page.error_id is None:
                self._read_log(page, found)
            else:
                self._read_records(page, page.error_id, found)
            self._failed = 0
            self.fetched.pages += 1
        except NoPage as refusal:
            self._refused(page, refusal)

    # --- Pages that can be read ---

    def _readings(self, page: Page) -> list[AnyReading]:
        address = without_secrets(page.address)
        clock = self._how.clock._replace(saved=page.saved or self._how.clock.now)
        how = replace(self._how, clock=clock)
        origin = Origin(self._home.name, Format.SITE, urlsplit(address).path)
        if "html" in page.kind or page.data.lstrip()[:1] == b"<":
            from importlog_tui.sources.status_log.page.html import markup_of
            from importlog_tui.sources.status_log.page.meaning import read_page

            found: Iterator[AnyReading] = read_page(
                markup_of(page.data, page.charset), origin, how, address=page.address
            )
        else:
            from importlog_tui.sources.source import Source
            from importlog_tui.sources.status_log.recognise import read_source

            source = Source(origin.name, page.data, Format.SITE, origin.place, address)
            found = read_source(source, how)
        return list(found)

    def _read_log(self, page: Unread, found: Page) -> None:
        readings = self._readings(found)
        runs = [reading for reading in readings if isinstance(reading, RunReading)]
        if not runs:
            raise in_place_of(found, self._where(found.address))
        linked = list(
            dict.fromkeys(
                error.address
                for run in runs
                for error in run.errors
                if error.address and error.records is None and error.rows_affected != 0
            )
        )
        folded = [run for run in runs if run.address and not run.lists_errors]
        before = self._known() if folded else {}
        outcome = bring_in(self._archive, map(cleaned, readings), cancelled=self._cancelled)
        self.fetched.outcome.add(outcome)
        ahead = self._errors_to_read(linked)
        following_page = self._log_goes_on(
            page, found, is_new=bool(outcome.new_runs or outcome.new_errors or ahead)
        )
        if following_page is not None:
            ahead.append(following_page)
        ahead += self._runs_to_read(folded, before)
        taken = [one for one in ahead if self._take(one)]
        self._unread.turn(
            without_secrets(page.address),
            [one._replace(address=without_secrets(one.address)) for one in taken],
            is_last=following_page is None and not following(found) and page.address not in self._own_pages,
        )

    def _known(self) -> dict[tuple[Kind, datetime | None], Run]:
        return {(run.kind, run.performed_at): run for run in self._archive.runs()}

    def _runs_to_read(
        self, folded: list[RunReading], before: dict[tuple[Kind, datetime | None], Run]
    ) -> list[Unread]:
        """The pages of runs whose errors stand only there; one that failed may have none, so it is looked at once."""
        now = self._known() if folded else {}
        ahead: list[Unread] = []
        for reading in folded:
            run = now.get((reading.kind, reading.when.at))
            is_wanted = run is not None and not run.errors_listed and run.result in _HAVE_ERRORS
            is_known = (reading.kind, reading.when.at) in before and reading.result is Result.FAILED
            is_apart = is_known or without_secrets(reading.address) in self._given_up
            if is_wanted and not is_apart and self._visitor.may_ask(reading.address):
                self._own_pages.add(reading.address)
                ahead.append(Unread(reading.address))
        return ahead

    def _errors_to_read(self, linked: list[str]) -> list[Unread]:
        keys = {address: address_key(without_secrets(address)) for address in linked}
        placed = self._unread.placed(keys.values())
        ahead, outside = [], list[str]()
        for address, key in keys.items():
            error = placed.get(key)
            if error is None or error.complete or error.error_id in self._errors:
                continue
            if self._visitor.may_ask(address):
                ahead.append(Unread(address, error.error_id))
            else:
                outside.append(address)
        if outside:
            self._note_outside(outside[0], "the errors' records")
        return ahead

    def _log_goes_on(self, page: Unread, found: Page, *, is_new: bool) -> Unread | None:
        """The log's next page, where there may be something on it that is not known."""
        address = following(found)
        if not address:
            return None
        if not self._visitor.may_ask(address):
            self._note_outside(address, "the log's next page")
            return None
        return Unread(address) if is_new or not self._was_walked or page.address in self._left_over else None

    def _read_records(self, page: Unread, error_id: int, found: Page) -> None:
        readings = self._readings(found)
        tables = [reading for reading in readings if isinstance(reading, RecordsReading)]
        if not tables:
            raise in_place_of(found, self._where(found.address))
        kept: list[Reading] = [tables[0]]
        kept += [reading for reading in readings if isinstance(reading, Trouble)]
        outcome = bring_in(
            self._archive,
            map(cleaned, kept),
            error_id=error_id,
            cancelled=self._cancelled,
        )
        self.fetched.outcome.add(outcome)
        if outcome.stopped:
            return  # part of the page: it stays on the list
        self._fruitless[error_id] = 0 if outcome.new_records else self._fruitless.get(error_id, 0) + 1
        ahead = [] if self._unread.is_complete(error_id) else self._records_go_on(error_id, found)
        self._unread.turn(
            without_secrets(page.address),
            [one._replace(address=without_secrets(one.address)) for one in ahead],
        )

    def _records_go_on(self, error_id: int, found: Page) -> list[Unread]:
        """The next page of an error that still misses rows."""
        address = following(found)
        if address and not self._visitor.may_ask(address):
            self._note_outside(address, "an error's next page")
        elif (
            address
            and self._fruitless[error_id] < _FRUITLESS
            and self._take(Unread(address, error_id), first=True)
        ):
            return [Unread(address, error_id)]
        else:
            self._trouble(
                self._where(found.address),
                "the error has more rows than its pages lead to",
                "What was read is kept, and counts as part.",
            )
        return []

    # --- Pages that can't ---

    def _refused(self, page: Unread, refusal: NoPage) -> None:
        self.fetched.refusals.append(refusal)
        self._trouble(refusal.where, refusal.what, refusal.remedy)
        self._failed += 1
        if refusal.why.ends_all or page.address == self._log or self._failed >= _IN_A_ROW:
            self.fetched.ended = refusal
        elif refusal.why in {Why.MISSING, Why.FORBIDDEN, Why.OTHER, Why.OUTSIDE}:
            self._unread.missed(without_secrets(page.address))

    def _note_outside(self, address: str, what: str) -> None:
        path = urlsplit(address).path
        self._trouble(
            self._home.name,
            f"{what} are at {without_secrets(address)}, outside of the log's own path; they were not read"
            if what.endswith("records")
            else f"{what} is at {without_secrets(address)}, outside of the log's own path; it was not read",
            f'If that is right, add "{path.rpartition("/")[0]}/" to [access] follow.',
        )

    def _trouble(self, where: str, what: str, remedy: str) -> None:
        trouble = Trouble(Origin(where, Format.SITE), what, remedy)
        if trouble not in self.fetched.outcome.troubles:
            self.fetched.outcome.troubles.append(trouble)

    def _where(self, address: str) -> str:
        parts = urlsplit(address)
        return f"{parts.netloc}{parts.path}"
