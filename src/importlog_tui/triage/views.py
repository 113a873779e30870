"""What a person wants to look at: all, what is new, what waits for proof, what is theirs, what is accepted. Pure: decisions in, errors and rows out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.archive.decided import UNDECIDED, is_acceptance
from importlog_tui.model import MarkKind, Standing, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from importlog_tui.archive.decided import Decided
    from importlog_tui.model import ErrorType, Mark, Run

FRESH: Final = frozenset({State.NEW, State.RETURNED})
"""What was not there the night before."""


class View(StrEnum):
    """A part of the log to look at."""

    ALL = "all"
    NEW = "new"  # new or back, and not accepted
    WAITING = "waiting"  # corrected in the SIS, to be proved by the next run
    MINE = "mine"  # whose owner I am
    ACCEPTED = "accepted"


class Part(NamedTuple):
    """Which records of an error are in a view.

    Attributes:
        states: only with one of these; None for any.
        only: only those known by these keys (`Record.key`); None for any.
        without: not those known by these keys.
    """

    states: frozenset[State] | None = None
    only: frozenset[int] | None = None
    without: frozenset[int] = frozenset()

    @property
    def is_all(self) -> bool:
        """Whether no record is left out."""
        return self.states is None and self.only is None and not self.without


class Fresh(NamedTuple):
    """Records that are new, and that are back, without those that somebody accepted."""

    new: int
    returned: int


class Views:
    """Which errors and records are in which view, and how many.

    Attributes:
        decided: what people decided, as it stands.
        who: the login name of the reader, whose "mine" is.
    """

    def __init__(self, decided: Decided = UNDECIDED, who: str = "") -> None:
        self.decided = decided
        self.who = who

    def fresh(self, run: Run, errors: Iterable[ErrorType]) -> Fresh | None:
        """What is new and back in a run that has these errors; None where it can't be told."""
        if run.is_rerun or run.new_rows is None:
            return None
        less = self.decided.accepted_of(errors)
        return Fresh(max(0, run.new_rows - less.new), max(0, (run.returned_rows or 0) - less.returned))

    def new_rows(self, error: ErrorType) -> int | None:
        """How many records of an error are new and not accepted; None where it can't be told."""
        if error.new_rows is None:
            return None
        return max(0, error.new_rows - self.decided.accepted_of([error]).new)

    def is_in(
        self, view: View, error: ErrorType, run: Run | None = None, others: Iterable[ErrorType] = ()
    ) -> bool:
        """Whether an error, or a record of it, is in a view; of what is back in a `run` with these `others` only the sum is known."""
        if view is View.ALL:
            return True
        if view is not View.NEW:
            return bool(self.rows(view, error)) or any(map(self.in_view(view), self.decided.on_error(error)))
        accepted = self.decided.accepted_of([error])
        if accepted.whole or (error.rows_read and error.complete and accepted.rows >= error.rows_read):
            return False
        if error.state in FRESH or self.new_rows(error):
            return True
        back = self.fresh(run, others) if run is not None and error.state is not None else None
        return back is not None and back.returned > 0

    def rows(self, view: View, error: ErrorType) -> int:
        """How many rows of an error are in one of the views that decisions make."""
        wanted = self.in_view(view)
        if any(map(wanted, self.decided.on_error(error))):
            return error.rows_affected or error.rows_read
        held = self.decided.held.get(error.id, {})
        return sum(held.get(key, 0) for key in self._keys(view, error))

    def part(self, view: View, error: ErrorType) -> Part:
        """Which of its records a view shows."""
        if view is View.ALL:
            return Part()
        if view is View.NEW:
            # Where it can't be told which records are new, all of them are shown.
            states = FRESH if error.new_rows is not None else None
            accepted = frozenset(
                mark.key
                for mark in self.decided.marks
                if mark.lineage == error.lineage and mark.key is not None and is_acceptance(mark)
            )
            return Part(states, without=accepted)
        if any(map(self.in_view(view), self.decided.on_error(error))):
            return Part()
        return Part(only=self._keys(view, error))

    def _keys(self, view: View, error: ErrorType) -> frozenset[int]:
        wanted = self.in_view(view)
        return frozenset(
            mark.key
            for mark in self.decided.marks
            if mark.lineage == error.lineage and mark.key is not None and wanted(mark)
        )

    def in_view(self, view: View) -> _Test:
        """The test by which a decision puts what it is on into a view."""
        return _Test(view, self.who.casefold(), self.decided)


@dataclass(frozen=True, slots=True)
class _Test:
    view: View
    who: str
    decided: Decided

    def __call__(self, mark: Mark) -> bool:
        match self.view:
            case View.WAITING:
                return mark.kind is MarkKind.CORRECTED and mark.standing is Standing.WAITING
            case View.ACCEPTED:
                return is_acceptance(mark)
            case View.MINE:
                # Whom it was given to last owns it.
                owners = [each for each in self.decided.about(mark) if each.kind is MarkKind.OWNER]
                return bool(owners) and owners[0] == mark and mark.reason.strip().casefold() == self.who
            case _:
                return False


def of_most_weight(marks: Sequence[Mark]) -> Mark | None:
    """The one of several marks on the same thing, newest first, that a reader has to see: what failed before what waits, what waits before what is accepted."""
    kept = [mark for mark in marks if mark.standing is not Standing.ENDED]
    return min(kept, key=_weight, default=None)


_FAILED: Final = (Standing.STILL_FAILING, Standing.NEW_VALUE, Standing.NEW_REASON)


def _weight(mark: Mark) -> int:
    if mark.standing in _FAILED:
        return 0
    order = (MarkKind.CORRECTED, MarkKind.ACCEPTED, MarkKind.NOTE, MarkKind.OWNER)
    return 1 + order.index(mark.kind) + (3 if mark.standing is Standing.CURED else 0)


def has_failed(mark: Mark) -> bool:
    """Whether a correction proved wrong."""
    return mark.standing in _FAILED
