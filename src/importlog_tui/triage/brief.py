"""The morning in a few facts: what ran and what did not, what is new, back, cured, and what causes most. Pure: runs and errors in, facts out.

When a run is expected is learnt from the nights before. The schedule is kept in GMT and knows no daylight saving (schoology.md 3.6), so its hour
is the GMT hour of these nights, and is right on the morning after the clocks change.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.archive.decided import UNDECIDED
from importlog_tui.model import Kind, Precision, Result, Standing, State
from importlog_tui.triage.counts import LEAST, far, far_by_building
from importlog_tui.triage.impact import REPAIR, Impact
from importlog_tui.triage.nights import night_of, nights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, tzinfo

    from importlog_tui.archive.decided import Decided
    from importlog_tui.model import ErrorType, Run
    from importlog_tui.triage.counts import Far
    from importlog_tui.triage.impact import Weight
    from importlog_tui.triage.nights import Night
    from importlog_tui.triage.seen import Sighting

LATE: Final = timedelta(minutes=90)
"""After its usual time a run is late, or missing; runs wait in a queue before they start (schoology.md 1.1.9)."""
RHYTHM: Final = 14
"""Nights that tell what is usual."""
CAUSES: Final = 5


class Expected(NamedTuple):
    """A run that should have been there, or came later than usual.

    Attributes:
        at: when it was expected.
        late: by how much: until now where it is missing.
        is_missing: it is not there at all.
    """

    kind: Kind
    label: str
    at: datetime
    late: timedelta
    is_missing: bool


class Unusual(NamedTuple):
    """A number of rows of a run far from the usual one."""

    run: Run
    far: Far


class Cause(NamedTuple):
    """An error of the night.

    Attributes:
        weight: what it costs; None where that was not looked for.
        following: rows of other errors that follow from it.
    """

    run: Run
    error: ErrorType
    weight: Weight | None = None
    following: int = 0


class Trend(NamedTuple):
    """Rows of one kind, one number a night, oldest first; None where nothing is known of that night."""

    kind: Kind
    label: str
    rows: tuple[int | None, ...]


class Brief(NamedTuple):
    """The morning.

    Attributes:
        night: the night that it is about, None where no night is known.
        runs: its runs, in the order in which they ran.
        expected: how many kinds were expected; ran: how many of these are there, failed ones not.
        absent: runs that are missing or late.
        failed: runs that failed.
        unusual: counts far from the usual.
        unread: runs of which not all was read, or that have not ended.
        new, returned, cured: records; None where not all could be compared. What is accepted is not counted as new or returned.
        accepted: how many of `rows` are under an acceptance; accepted_errors: errors that are so as a whole.
        waiting: decisions "corrected in the SIS" that wait for proof.
        rows: in all; None where a number is not known.
        causes: the biggest, those with new rows first, then by impact and in the order of repair.
        folded: errors that follow as a whole from others of the night, and are counted with these; following: their rows.
        seen: what is seen in the SIS's files and the directory, without a message.
        stale: nothing of this morning's night was brought in although it was due.
        undated: runs whose time nobody tells; they are in no night.
    """

    now: datetime
    night: Night | None
    runs: tuple[Run, ...]
    expected: int
    ran: int
    absent: tuple[Expected, ...]
    failed: tuple[Run, ...]
    unusual: tuple[Unusual, ...]
    unread: tuple[Run, ...]
    new: int | None
    returned: int | None
    cured: int | None
    rows: int | None
    causes: tuple[Cause, ...]
    trends: tuple[Trend, ...]
    stale: bool
    accepted: int = 0
    accepted_errors: frozenset[int] = frozenset()
    waiting: int = 0
    folded: tuple[Cause, ...] = ()
    seen: tuple[Sighting, ...] = ()
    undated: int = 0

    @property
    def following(self) -> int:
        """Rows that follow from something else."""
        return sum(cause.following for cause in self.causes)

    @property
    def status(self) -> int:
        """Exit status: 0 nothing new, 1 something needs a person, 2 it could not tell."""
        if self.night is None or self.stale:
            return 2
        is_missing = any(each.is_missing for each in self.absent)
        has_new_error = any(
            cause.error.state in {State.NEW, State.RETURNED} and cause.error.id not in self.accepted_errors
            for cause in (*self.causes, *self.folded)
        )
        if self.new or self.returned or has_new_error or is_missing or self.failed or self.unusual:
            return 1
        if any(one.needs_a_person for one in self.seen):
            return 1
        could_not_tell = any(one.fall is not None and one.doubt for one in self.seen)
        return 2 if self.unread or self.new is None or could_not_tell else 0


def brief(
    runs: Sequence[Run],
    errors_of: Callable[[int], Sequence[ErrorType]],
    now: datetime,
    zone: tzinfo | None,
    decided: Decided = UNDECIDED,
    weight_of: Callable[[Run, ErrorType], Weight | None] = lambda _run, _error: None,
    buildings_of: Callable[[Run], Mapping[str, int]] = lambda _: {},
    seen: Sequence[Sighting] = (),
) -> Brief:
    """The morning at the aware time `now` on the clock of `zone`.

    `errors_of` tells of a run by its id, `weight_of` what an error costs; `buildings_of` how many of a run's affected rows are of which building, {}
    where that can't be told. `seen` is what is seen without a message.
    """
    groups = [group for group in nights(runs, zone) if group.day is not None]
    today = night_of(now, zone)
    groups = [group for group in groups if group.day and group.day <= today]
    is_today = bool(groups) and groups[0].day == today
    before = groups[1:] if is_today else groups
    usual = _usual_times(before[:RHYTHM])
    due = _due(usual, before, today, now, zone)
    is_stale = not is_today and any(at + LATE <= now for _, _, at in due)
    night = groups[0] if groups else None
    shown = tuple(run for run in night.runs) if night else ()
    first = _first_of_kinds(shown)
    absent = tuple(_absent(due, first, now)) if is_today else ()
    firm = [run for run in shown if not run.is_rerun and run.result is not Result.FAILED]
    unread = tuple(run for run in firm if not run.complete)
    causes = [Cause(run, error) for run in firm for error in errors_of(run.id)]
    taken = decided.accepted_of(cause.error for cause in causes)
    whole = frozenset(cause.error.id for cause in causes if decided.accepted_of([cause.error]).whole)
    causes = [_without(cause, decided) for cause in causes]
    causes = [cause._replace(weight=weight_of(cause.run, cause.error)) for cause in causes]
    causes, folded = _folded(causes)
    causes.sort(key=_rank)
    is_new = {State.NEW, State.RETURNED}
    top = causes[:CAUSES] + [cause for cause in causes[CAUSES:] if cause.error.state in is_new]
    return Brief(
        now=now,
        night=night,
        undated=sum(run.performed_at is None for run in runs),
        runs=shown,
        expected=len(due) if is_today else len(first),
        ran=sum(run.result is not Result.FAILED for run in first.values()),
        absent=absent,
        failed=tuple(run for run in shown if run.result is Result.FAILED),
        unusual=tuple(_unusual(firm, before, zone, buildings_of)),
        unread=unread,
        new=_sum([_told(run.new_rows, run) for run in firm], less=taken.new),
        returned=_sum([_told(run.returned_rows, run) for run in firm], less=taken.returned),
        cured=_sum([_told(run.gone_rows, run) for run in firm]),
        rows=_sum([run.rows_affected for run in firm]),
        causes=tuple(top),
        trends=tuple(_trends(groups[:RHYTHM])),
        stale=is_stale,
        accepted=taken.rows,
        accepted_errors=whole,
        folded=folded,
        seen=tuple(seen),
        waiting=sum(mark.standing is Standing.WAITING for mark in decided.marks),
    )


def _without(cause: Cause, decided: Decided) -> Cause:
    """A cause whose new rows are those that nobody accepted."""
    new = cause.error.new_rows
    less = decided.accepted_of([cause.error]).new
    return cause._replace(error=cause.error._replace(new_rows=new - less)) if new and less else cause


def _rank(cause: Cause) -> tuple[bool, int, int, int, int, int]:
    error, weight = cause.error, cause.weight
    return (
        not error.new_rows,
        Impact.REST if weight is None else weight.impact,
        0 if weight is None else REPAIR[cause.run.kind],
        -(error.new_rows or 0),
        -(error.rows_affected or 0),
        error.id,
    )


def _folded(causes: Sequence[Cause]) -> tuple[list[Cause], tuple[Cause, ...]]:
    """Causes with what follows from them, and without those that follow as a whole from others among them."""
    there = {cause.error.id for cause in causes}
    following: defaultdict[int, int] = defaultdict(int)
    folded = []
    for cause in causes:
        told = cause.weight.cascade if cause.weight else None
        for root in told.roots if told else ():
            if root.error_id in there:
                following[root.error_id or 0] += root.rows
        if told and told.is_whole and all(root.error_id in there for root in told.roots):
            folded.append(cause)
    left = [cause._replace(following=following[cause.error.id]) for cause in causes if cause not in folded]
    return left, tuple(folded)


def _told(count: int | None, run: Run) -> int | None:
    """A run without a single error has nothing new, whether or not there is a night to compare it with."""
    return 0 if count is None and run.complete and run.errors == 0 else count


def _sum(counts: Sequence[int | None], less: int = 0) -> int | None:
    known = [count for count in counts if count is not None]
    return max(0, sum(known) - less) if len(known) == len(counts) else None


def _first_of_kinds(runs: Sequence[Run]) -> dict[Kind, Run]:
    first: dict[Kind, Run] = {}
    for run in runs:
        known = first.get(run.kind)
        if run.kind is not Kind.OTHER and (known is None or known.result is Result.FAILED):
            first[run.kind] = run
    return first


def _usual_times(before: Sequence[Night]) -> dict[Kind, tuple[str, timedelta]]:
    """Label and GMT time of day of each kind that ran in most of the nights; counted from noon, so that midnight is no edge."""
    times: defaultdict[Kind, list[timedelta]] = defaultdict(list)
    labels: dict[Kind, str] = {}
    for night in before:
        for kind, run in _first_of_kinds(night.runs).items():
            if run.performed_at is not None and run.precision is Precision.MINUTE:
                at = run.performed_at.astimezone(UTC) - timedelta(hours=12)
                times[kind].append(timedelta(hours=at.hour, minutes=at.minute))
                labels.setdefault(kind, run.label)
    return {
        kind: (labels[kind], sorted(found)[len(found) // 2])
        for kind, found in times.items()
        if len(found) >= LEAST and 2 * len(found) > len(before)
    }


def _due(
    usual: dict[Kind, tuple[str, timedelta]],
    before: Sequence[Night],
    today: date,
    now: datetime,
    zone: tzinfo | None,
) -> list[tuple[Kind, str, datetime]]:
    """What should run in the night of `today`: not what never ran on this weekday."""
    same_day = [night for night in before if night.day and night.day.weekday() == today.weekday()]
    due = []
    for kind, (label, time) in usual.items():
        if len(same_day) >= 2 and not any(run.kind is kind for night in same_day for run in night.runs):
            continue
        for days in (-2, -1, 0, 1):
            noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
            at = noon + timedelta(days=days) + time
            if night_of(at, zone) == today:
                due.append((kind, label, at))
                break
    return [each for each in due if each[2] <= now]


def _absent(
    due: Sequence[tuple[Kind, str, datetime]], first: dict[Kind, Run], now: datetime
) -> list[Expected]:
    found = []
    for kind, label, at in due:
        run = first.get(kind)
        if run is None and now - at >= LATE:
            found.append(Expected(kind, label, at, now - at, is_missing=True))
        elif run is not None and run.performed_at is not None and run.performed_at - at >= LATE:
            found.append(Expected(kind, label, at, run.performed_at - at, is_missing=False))
    return found


def _unusual(
    firm: Sequence[Run],
    before: Sequence[Night],
    zone: tzinfo | None,
    buildings_of: Callable[[Run], Mapping[str, int]],
) -> list[Unusual]:
    """Counts of rows far from the usual; of a whole in which most buildings are far off, only the whole."""
    found = []
    for kind, run in _first_of_kinds(firm).items():
        if run.rows_affected is None or run.performed_at is None or not run.result.is_final:
            continue
        day = night_of(run.performed_at, zone)
        known = [
            (night.day, each)
            for night in before
            if (each := _first_of_kinds(night.runs).get(kind)) is not None
            and night.day
            and each.rows_affected is not None
            and each.result.is_final
        ]
        whole = far(run.rows_affected, [(other, each.rows_affected or 0) for other, each in known], day)
        now = buildings_of(run)
        parts = (
            far_by_building(now, [(other, buildings_of(each)) for other, each in known], day) if now else []
        )
        if whole is not None:
            found.append(Unusual(run, whole))
        if whole is None or 2 * len(parts) <= len(now):
            found += [Unusual(run, part) for part in parts[:CAUSES]]
    return found


def _trends(groups: Sequence[Night]) -> list[Trend]:
    kinds: dict[Kind, str] = {}
    for night in groups:
        for kind, run in _first_of_kinds(night.runs).items():
            kinds.setdefault(kind, run.label)
    trends = []
    for kind in sorted(kinds, key=list(Kind).index):
        rows: list[int | None] = []
        for night in reversed(groups):
            shown = _first_of_kinds(night.runs).get(kind)
            is_known = shown is not None and shown.result.is_final
            rows.append(shown.rows_affected if shown is not None and is_known else None)
        trends.append(Trend(kind, kinds[kind], tuple(rows)))
    return trends
