"""What the sources say of one run, put together so that the order in which they are read does not matter.

Every fact carries a rank, how good its source is. Of two readings the better one gives the fact; a tie is settled by the values
themselves, never by which came first.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.model import Basis, Format, Kind, Precision, Result, RunReading
from importlog_tui.text import whole

if TYPE_CHECKING:
    from collections.abc import Iterable

NEAR: Final = int(timedelta(minutes=30).total_seconds())
"""Seconds between a run and a mail about it, or another time that is only roughly told."""

_STAGE: Final = {Result.UNKNOWN: 0, Result.QUEUED: 1, Result.RUNNING: 2}
_SEVERITY: Final = {Result.COMPLETED: 0, Result.COMPLETED_WITH_ERRORS: 1, Result.FAILED: 2}


class Facts(NamedTuple):
    """A run as its row in the archive has it; see schema.py for the meaning of each."""

    kind: Kind
    label: str
    label_rank: int
    performed: int | None
    zone: int | None
    performed_text: str
    precision: Precision
    basis: Basis
    time_rank: int
    result: Result
    result_text: str
    result_rank: int
    error_count: int | None
    is_listed: bool
    is_loose: bool

    @property
    def is_coarse(self) -> bool:
        """As `When.is_coarse`."""
        return self.precision is not Precision.MINUTE or self.basis is Basis.MAIL


def facts_of(reading: RunReading, *, is_loose: bool = False) -> Facts:
    """What one reading says."""
    when, is_mail = reading.when, reading.origin.format is Format.MAIL
    at = when.at
    offset = None if at is None else at.utcoffset()
    return Facts(
        kind=reading.kind,
        label=whole(reading.label),
        label_rank=0 if is_loose else 1 if is_mail else 2,
        performed=None if at is None else int(at.timestamp()),
        zone=None if offset is None else int(offset.total_seconds()),
        performed_text=whole(when.text),
        precision=when.precision,
        basis=when.basis,
        time_rank=_time_rank(reading),
        result=reading.result,
        result_text=whole(reading.result_text),
        result_rank=_STAGE.get(reading.result, 3) * 2 + (not is_mail),
        error_count=reading.error_count,
        is_listed=reading.lists_errors,
        is_loose=is_loose,
    )


def _time_rank(reading: RunReading) -> int:
    when = reading.when
    if when.at is None:
        return 0
    how_fine = {Precision.DAY: 1, Precision.HOUR: 2, Precision.MINUTE: 4}[when.precision]
    if when.basis is Basis.MAIL:
        how_fine = min(how_fine, 3)
    how_sure = {Basis.MAIL: 0, Basis.NOW: 1, Basis.SAVED: 2, Basis.WRITTEN: 3}[when.basis]
    return how_fine * 8 + how_sure * 2 + (reading.origin.format is not Format.MAIL)


def merged(one: Facts, other: Facts) -> Facts:
    """Both readings of a run as one; the same in either order, and for a reading with itself."""
    time = max(one, other, key=_time_order)
    result = max(one, other, key=_result_order)
    label = max(one, other, key=lambda facts: (facts.label_rank, len(facts.label), facts.label))
    counts = [count for count in (one.error_count, other.error_count) if count is not None]
    return time._replace(
        label=label.label,
        label_rank=label.label_rank,
        result=result.result,
        result_text=result.result_text,
        result_rank=result.result_rank,
        error_count=max(counts, default=None),
        is_listed=one.is_listed or other.is_listed,
        is_loose=one.is_loose and other.is_loose,
    )


def _time_order(facts: Facts) -> tuple[int, int, int, str]:
    """The better time last; of two as good ones the finer, or the earlier where a mail or an hour can only be late."""
    performed = facts.performed or 0
    return (
        facts.time_rank,
        -performed if facts.is_coarse else performed,
        facts.zone or 0,
        facts.performed_text,
    )


def _result_order(facts: Facts) -> tuple[int, int, int, str]:
    return facts.result_rank, _SEVERITY.get(facts.result, 0), len(facts.result_text), facts.result_text


def same_run(known: Iterable[tuple[int, Facts]], new: Facts) -> int | None:
    """The id of the run that `new` is another reading of, None if it is the first one.

    One run is: the same kind (where that is OTHER, the same label as well) in the same minute; or within `NEAR` where the time of one of the two
    comes from a mail or is only roughly told, the nearest of several; or on the same day where one tells only the day and it is that day's only
    run. Without a time, runs are the same by kind, label and the text that stands for the time.
    """
    alike = [(id_, run) for id_, run in known if _is_alike(run, new)]
    if new.performed is None:
        return next((id_ for id_, run in alike if _is_same_untimed(run, new)), None)
    near: list[tuple[int, int, int]] = []
    on_the_day: list[int] = []
    for id_, run in alike:
        if run.performed is None:
            continue
        if Precision.DAY in {run.precision, new.precision}:
            if _day(run, new) == _day(new, new):
                on_the_day.append(id_)
        elif run.is_coarse or new.is_coarse:
            if abs(run.performed - new.performed) <= NEAR:
                near.append((abs(run.performed - new.performed), run.performed, id_))
        elif run.performed // 60 == new.performed // 60:
            near.append((-1, run.performed, id_))
    if near:
        return min(near)[2]
    return on_the_day[0] if len(on_the_day) == 1 else None


def _is_alike(run: Facts, new: Facts) -> bool:
    if run.kind is not new.kind or run.is_loose is not new.is_loose:
        return False
    return run.kind is not Kind.OTHER or _folded(run.label) == _folded(new.label)


def _is_same_untimed(run: Facts, new: Facts) -> bool:
    return (
        run.performed is None
        and run.performed_text == new.performed_text
        and _folded(run.label) == _folded(new.label)
    )


def _day(run: Facts, clock: Facts) -> int:
    """The day of `run` on the clock of `clock`."""
    return ((run.performed or 0) + (clock.zone or 0)) // 86400


def moment(performed: int | None, zone: int | None) -> datetime | None:
    """The time of a run, with the offset that its source told."""
    if performed is None:
        return None
    try:
        return datetime.fromtimestamp(performed, timezone(timedelta(seconds=zone or 0)))
    except (ValueError, OverflowError, OSError):  # outside of the calendar
        return None


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()


def is_complete(
    result: Result, *, error_count: int | None, is_listed: bool, listed: int, complete: int
) -> bool:
    """Whether all that a run claims was read.

    A run that waits or is under way has yet to say what it claims. One whose result nobody told, or not in known words, claims its list of errors.
    One made up for records without their log claims no more than these.

    Args:
        result: how it ended.
        error_count: the number of error types that a source reports.
        is_listed: the list of errors was seen, or the run was made up for those that it has.
        listed: the number of errors known.
        complete: the number of those that were read completely.
    """
    if result in {Result.QUEUED, Result.RUNNING} or complete < listed or listed < (error_count or 0):
        return False
    if result is Result.COMPLETED_WITH_ERRORS:
        return listed > 0 and (is_listed or error_count is not None)
    return is_listed if result is Result.UNKNOWN else True


def reported_errors(result: Result, *, error_count: int | None, is_listed: bool, listed: int) -> int | None:
    """The number of error types that a run reports, None where no source tells; a failed run that says no more reports none."""
    if error_count is not None or listed:
        return max(error_count or 0, listed)
    if result in {Result.COMPLETED, Result.FAILED}:
        return 0
    return 0 if is_listed and result is not Result.COMPLETED_WITH_ERRORS else None
