"""The log tree as a list of lines: which nodes are in view, and what each says."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from importlog_tui.text import one_line
from importlog_tui.triage.impact import Impact
from importlog_tui.triage.nights import Night, nights
from importlog_tui.triage.seen import TITLE
from importlog_tui.triage.views import View, Views
from importlog_tui.ui.presentation import decisions, states, words
from importlog_tui.ui.presentation.tree_line import Key, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, tzinfo

    from importlog_tui.model import ErrorType, Kind, Run
    from importlog_tui.triage.cascade import Cascade
    from importlog_tui.triage.impact import Weight
    from importlog_tui.triage.seen import Sighting

TREE_SIGNS = {
    "▸ ▾": "closed, open",
    "●": "an error whose rows are here",
    "○": "an error of which no row was read",
    "?": "so many that nobody said: “56 of ?” is 56 rows here",
    "▁▅█": "rows night by night, the newest at the right",
}
"""What stands in the tree."""

UNDATED: Key = ("night", "")
SEEN: Key = ("seen", "")
"""What is seen without a message, under the newest night; what is seen has its number behind the word."""


class Log:
    """Everything the tree can show, as the archive had it at one moment."""

    def __init__(
        self,
        runs: Sequence[Run],
        errors: Sequence[ErrorType],
        zone: tzinfo | None,
        today: date,
        views: Views | None = None,
        cascades: Mapping[int, Cascade] | None = None,
        undated: str = words.UNDATED,
    ) -> None:
        """`undated` is what the night of runs without a date is called."""
        self._undated = undated
        self.zone, self.today = zone, today
        self.views = views or Views()
        self.cascades = {} if cascades is None else cascades
        self.advice: Mapping[str, str] = {}
        self.weights: Mapping[int, Weight] = {}
        self.seen: Sequence[Sighting] = ()
        self.nights: list[Night] = nights(runs, zone)
        self.runs = {run.id: run for run in runs}
        self.errors = {error.id: error for error in errors}
        self._under: defaultdict[int, list[ErrorType]] = defaultdict(list)
        for error in errors:
            self._under[error.run_id].append(error)

    @cached_property
    def newest(self) -> Run | None:
        """The dated run that ran last."""
        for night in self.nights:
            if night.day and night.runs:
                return night.runs[-1]
        return None

    def errors_of(self, run: Run) -> list[ErrorType]:
        """The error types of `run`, in the log's own order."""
        return self._under.get(run.id, [])

    def error(self, key: Key | None) -> ErrorType | None:
        """The error that `key` names, or whose rows it stands for, if it is one."""
        if not key or key[0] not in {"error", "follow"}:
            return None
        return self.errors.get(int(key[1].split()[0]))

    def cascade(self, key: Key | None) -> Cascade | None:
        """What the rows follow from that `key` stands for; None where it is another node."""
        error = self.error(key) if key and key[0] == "follow" else None
        return self.cascades.get(error.id) if error else None

    def run(self, key: Key | None) -> Run | None:
        """The run that `key` names, or that its error belongs to."""
        if key and key[0] == "run":
            return self.runs.get(int(key[1]))
        error = self.error(key)
        return self.runs.get(error.run_id) if error else None

    def sighting(self, key: Key | None) -> Sighting | None:
        """What is seen that `key` names."""
        return next((one for one in self.seen if key == ("seen", str(one.id))), None)

    def night(self, key: Key | None) -> Night | None:
        """The night that `key` names."""
        if not key or key[0] != "night":
            return None
        return next((night for night in self.nights if night_key(night) == key), None)

    @cached_property
    def has_states(self) -> bool:
        """Whether any error could be compared with the night before."""
        return any(error.state is not None for error in self.errors.values())

    def is_in(self, view: View, error: ErrorType) -> bool:
        """Whether an error, or a record of it, is in a view."""
        run = self.runs.get(error.run_id)
        return self.views.is_in(view, error, run, self.errors_of(run) if run else ())

    def counted(self, runs: Iterable[Run], view: View) -> str:
        """What of these runs is in a view, "3 waiting"; without one, or of what is new, "9 new, 2 returned"; "" where it can't be told."""
        if view in {View.ALL, View.NEW}:
            return states.fresh_counts(self.views.fresh(run, self.errors_of(run)) for run in runs)
        rows = sum(
            self.views.rows(view, error) for run in runs if not run.is_rerun for error in self.errors_of(run)
        )
        return f"{rows:,} {view}"

    def trend(self, kind: Kind | None) -> list[int | None]:
        """Affected rows per dated night, oldest first, of one kind or of all; None where that is not known."""
        counts: list[int | None] = []
        for night in reversed(self.nights):
            ran = [run for run in night.runs if not run.is_rerun and kind in {None, run.kind}]
            if night.day is not None and ran:
                told = [0 if run.complete and run.rows_affected is None else run.rows_affected for run in ran]
                counts.append(None if None in told else sum(count or 0 for count in told))
            elif night.day is not None:
                counts.append(None)
        return counts

    def day_label(self, day: date | None) -> str:
        """A night's name."""
        return self._undated if day is None else words.day_name(day, self.today)

    def day_of(self, run: Run) -> date | None:
        """The day of the night that `run` belongs to."""
        return self._days.get(run.id)

    @cached_property
    def _days(self) -> dict[int, date | None]:
        return {run.id: night.day for night in self.nights for run in night.runs}

    def parent_of(self, key: Key) -> Key | None:
        """The node over `key`, open or not."""
        if is_seen(key):
            return SEEN if key != SEEN else night_key(self.nights[0]) if self.nights else None
        if key[0] == "follow":
            return ("error", key[1].split()[-1])
        if error := self.error(key):
            return ("run", str(error.run_id))
        run = self.run(key)
        if run is None:
            return None
        return next((night_key(night) for night in self.nights if run in night.runs), None)

    def lines(
        self, opened: set[Key], wanted: str = "", view: View = View.ALL, *, by_impact: bool = False
    ) -> list[Node]:
        """The nodes in view, in order.

        Args:
            opened: nights and runs that are unfolded.
            wanted: only nights, runs and errors in whose label or message each of these words stands; what is found is unfolded.
            by_impact: the errors of an import with the worst first, where that is known; else as the log lists them.
            view: only errors in this view, their runs and nights; each of those tells how much of it is there, and the whole.
        """
        tests = one_line(wanted).casefold().split()
        found: list[Node] = []
        for night in self.nights:
            found += self._night_lines(night, opened, tests, view, by_impact=by_impact)
        return found

    def _night_lines(
        self, night: Night, opened: set[Key], tests: list[str], view: View, *, by_impact: bool
    ) -> Iterable[Node]:
        key = night_key(night)
        label = self.day_label(night.day)
        whole = _matches(label, tests)
        shown = [
            (run, kept) for run in night.runs if (kept := self._kept(run, [] if whole else tests)) is not None
        ]
        if view is not View.ALL:
            fewer = [(run, [error for error in kept if self.is_in(view, error)]) for run, kept in shown]
            shown = [(run, kept) for run, kept in fewer if kept]
        seen = self._kept_seen(night, [] if whole else tests, view)
        if not shown and not seen:
            return
        is_open = bool(tests and not whole) or key in opened
        yield Node(key, None, 0, label, "▾" if is_open else "▸", count=self._night_count(night, view))
        if not is_open:
            return
        for run, kept in shown:
            run_key: Key = ("run", str(run.id))
            unfolded = bool(kept) and (
                run_key in opened or bool(tests and not whole and len(kept) < len(self.errors_of(run)))
            )
            sign = " " if not kept else "▾" if unfolded else "▸"
            yield Node(
                run_key,
                key,
                1,
                words.run_label(run),
                sign,
                words.clock_time(run, self.zone),
                *self._run_words(run, view),
                run_rows(run),
                is_leaf=not kept,
            )
            if unfolded:
                for error in sorted(kept, key=self.impact) if by_impact else kept:
                    yield self._error_line(error, run_key, view)
                    yield from self._follow_lines(error, night)
        if seen:
            yield from _seen_lines(seen, key, is_open=SEEN in opened or bool(tests and not whole))

    def _kept_seen(self, night: Night, tests: list[str], view: View) -> list[Sighting]:
        """What is seen stands under the newest night; nobody decides about it."""
        if night is not self.nights[0] or view not in {View.ALL, View.NEW}:
            return []
        return [
            one
            for one in self.seen
            if (view is View.ALL or one.new) and _matches(f"{TITLE} {one_line(one.message)}", tests)
        ]

    def _night_count(self, night: Night, view: View) -> str:
        """The count column of a night: "9 new of 482", or the rows alone where there is nothing to compare with."""
        return states.of_whole(self.counted(night.runs, view), night_rows(night))

    def _run_words(self, run: Run, view: View) -> tuple[str, str]:
        """The word column of a run, and its short form: that it is a re-run, how much is new, or its result."""
        if run.is_rerun:
            return states.RERUN, "re-run"
        told = self.counted([run], view)
        if told and told != "0 new":
            return told, told.split(",")[0]
        return words.result_word(run), words.result_short(run)

    def _error_line(self, error: ErrorType, parent: Key, view: View) -> Node:
        sign = "●" if error.rows_read else "○"
        count = words.rows(error.rows_affected, error.rows_read, complete=error.complete)
        return Node(
            ("error", str(error.id)),
            parent,
            2,
            one_line(error.message) or "(no message)",
            sign,
            count=count,
            is_leaf=True,
            state=self._state(error, view),
        )

    def impact(self, error: ErrorType) -> tuple[int, int]:
        """What sorts errors the worst first; those of equal impact stay by their rows."""
        weight = self.weights.get(error.id)
        return Impact.REST if weight is None else weight.impact, -(error.rows_affected or 0)

    def _follow_lines(self, error: ErrorType, night: Night) -> Iterable[Node]:
        """One line for the rows of an error that follow from something else, and one under that for those that follow from it."""
        if (own := self.cascades.get(error.id)) is not None:
            yield _follow_line(own.sentence, f"{error.id}", error)
        for run in night.runs:
            for other in self.errors_of(run):
                told = self.cascades.get(other.id)
                rows = sum(root.rows for root in told.roots if root.error_id == error.id) if told else 0
                if rows:
                    label = f"{words.plural(rows, 'row')} of {words.run_label(run)} follow{'s' if rows == 1 else ''}"
                    yield _follow_line(label, f"{other.id} {error.id}", error)

    def _state(self, error: ErrorType, view: View) -> str:
        """An error's state, or what was decided about it as a whole; in a view that decisions make, how many of its rows are in it."""
        marks = self.views.decided.on_error(error)
        whole = decisions.word_of(marks)
        if view in {View.ALL, View.NEW} or whole:
            said = whole or states.sent_word(error, self.zone, self.today) or states.state_word(error.state)
            return f"{decisions.note_of(marks)} {said}".strip()
        return f"{self.views.rows(view, error):,} {view}"

    def _kept(self, run: Run, tests: list[str]) -> list[ErrorType] | None:
        errors = self.errors_of(run)
        label = f"{words.run_label(run)} {one_line(run.label)} {run.kind.value} {words.result_word(run)}"
        if _matches(label, tests):
            return errors
        kept = [error for error in errors if _matches(f"{label} {one_line(error.message)}", tests)]
        return kept or None


def is_seen(key: Key | None) -> bool:
    """Whether a node is what is seen without a message, or all of that."""
    return key is not None and key[0] == SEEN[0]


def _seen_lines(seen: Sequence[Sighting], parent: Key, *, is_open: bool) -> Iterable[Node]:
    new = sum(one.new for one in seen)
    told = f"{new:,} new" if new else ""
    yield Node(
        SEEN, parent, 1, TITLE, "▾" if is_open else "▸", "", told, told, f"{sum(one.rows for one in seen):,}"
    )
    for one in seen if is_open else ():
        state = (
            "not sure"
            if one.doubt
            else "new"
            if one.new == one.rows
            else f"{one.new:,} new"
            if one.new
            else ""
        )
        yield Node(
            ("seen", str(one.id)), SEEN, 2, one_line(one.message), "●" if one.has_rows else "○",
            count=f"{one.rows:,}", is_leaf=True, state=state,
        )  # fmt: skip


def _follow_line(label: str, name: str, parent: ErrorType) -> Node:
    return Node(("follow", name), ("error", str(parent.id)), 3, label, "↳", is_leaf=True)


def _matches(text: str, tests: list[str]) -> bool:
    folded = text.casefold()
    return all(test in folded for test in tests)


def night_key(night: Night) -> Key:
    """The tree's name for `night`."""
    return ("night", night.day.isoformat()) if night.day else UNDATED


def run_rows(run: Run) -> str:
    """The count column of a run; empty where it ran without errors."""
    if not run.rows_affected and not run.rows_read and run.complete:
        return ""
    return words.rows(run.rows_affected, run.rows_read, complete=run.complete)


def night_rows(night: Night) -> str:
    """The count column of a night: the sum over its runs, re-runs not counted again; "?" in it as soon as one run's is not known."""
    runs = [run for run in night.runs if not run.is_rerun]
    affected = [0 if run.rows_affected is None and run.complete else run.rows_affected for run in runs]
    total = None if None in affected else sum(number or 0 for number in affected)
    read = sum(run.rows_read for run in runs)
    return words.rows(total, read, complete=all(run.complete for run in runs))
