"""What is seen in the SIS's files and in the directory without a message (`facts.SIGHTS`; schoology.md 6, cases 7, 10, 17 and 18). Pure.

A sighting is this program's own and never an error of the log. It is silent rather than wrong: a table that is not whole, a first extract, a directory
from before the import tell nothing, and what else may be the reason is said as a doubt.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.model import Kind, Result
from importlog_tui.triage.counts import usual
from importlog_tui.triage.nights import night_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime, tzinfo

    from importlog_tui.model import Run
    from importlog_tui.roster import Roster
    from importlog_tui.triage.verdict import Verdict

TITLE: Final = "Seen here"
NOT_ITS_OWN: Final = "Seen in the SIS's files and the directory: the log has no message about it, and no sentence here is Schoology's."

FEWER: Final = 0.2
"""Part of its rows that a building loses before it is said."""
FEWEST: Final = 10
"""Rows that a building loses before it is said: a class that moves is nothing."""
MANY: Final = 0.2
"""Part of all rows above which it is not the rows: one of the two tables is another one than it seems."""
NOT_THAT_MANY: Final = 20
"""Rows that are never too many."""
A_DAY: Final = 0.1
"""Part of all enrollments above which they did not end one by one."""
NEW_YEAR: Final = 0.5
"""Part of the sections that was known the night before; below it a new school year began."""
USUAL: Final = 0.8
"""Part of a building's users that Schoology must hold under one name for that name to be the building's."""
LEAST: Final = 5
"""Users of a building below which its name in Schoology is not known."""
_STALE: Final = timedelta(days=7)
_A_NIGHT: Final = timedelta(hours=24)

SAYS: Final = {
    "account-missing": "sent by the SIS, but without an account",
    "account-left-out": "without an account: the SIS record lacks what staff need",
    "account-not-sent": "enrolled, but never sent as a user, and without an account",
    "school-differs": "Schoology holds another school than the SIS sends",
    "dropped-out": "left a section overnight, and got nothing instead",
    "rows-fell": "far fewer rows",
}
"""What is seen; ours, never Schoology's."""


class Fall(NamedTuple):
    """A building, or the whole, that lost many rows from one extract to the next.

    Attributes:
        building: as the SIS writes it; None for the whole.
        usual: what the extracts before had, as a rule; None where there are too few.
        doubt: what else may be the reason, or "".
    """

    building: str | None
    was: int
    now: int
    usual: int | None = None
    is_weekday: bool = False
    doubt: str = ""


class Sighting(NamedTuple):
    """Something seen.

    Attributes:
        id: its number in this look, by which its rows are known.
        sight: one of `facts.SIGHTS`; form: one of `SAYS`.
        roster: the table that its rows lie in.
        rows: how many it is about; new: how many of these are so since the last night.
        known: facts that hold for all of its rows.
        verdict: of the whole.
        about: what it is about this time, or "".
        doubt: why it is not certain, or "".
        has_rows: whether its rows can be listed.
        fall: of fewer rows, the counts.
    """

    id: int
    sight: str
    form: str
    kind: Kind
    roster: Roster
    rows: int
    new: int
    known: Mapping[str, bool]
    verdict: Verdict
    about: str = ""
    doubt: str = ""
    has_rows: bool = True
    fall: Fall | None = None

    @property
    def message(self) -> str:
        """A sentence without its full stop; may hold outside text."""
        return f"{SAYS[self.form]}: {self.about}" if self.about else SAYS[self.form]

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody should look this morning; an enrollment that ended is most often meant so."""
        return bool(self.new) and not self.doubt and self.sight != "dropped-out"


class Imported(NamedTuple):
    """A table of the SIS that was imported, and what Schoology held afterwards.

    Attributes:
        extract: the table; earlier: whole ones before it, the newest first.
        run: the import that took it; None where the log has none.
        fresh_after: what is sent since then was imported the last night for the first time; None where that can't be told.
    """

    extract: Roster
    directory: Roster
    run: Run | None
    earlier: tuple[Roster, ...]
    fresh_after: datetime | None


def imported(
    extracts: Sequence[Roster], directory: Roster | None, runs: Iterable[Run], zone: tzinfo | None
) -> Imported | None:
    """Which extract Schoology must have taken over by the time of the directory; None where that can't be told.

    Args:
        extracts: of users, whole and with their rows, the newest first.
        directory: the newest whole one.
        runs: all of the log.
        zone: tells which runs make a night.
    """
    if directory is None:
        return None
    at = directory.seen_at
    done = sorted(
        (run.performed_at, run.id, run)
        for run in runs
        if run.kind is Kind.USERS
        and run.performed_at is not None
        and run.result in {Result.COMPLETED, Result.COMPLETED_WITH_ERRORS}
    )
    if done and done[-1][0] - at > _STALE:
        return None  # much may have happened since
    done = [one for one in done if one[0] <= at]
    last = done[-1] if done else None
    until = last[0] if last else at - _A_NIGHT
    extract = next((one for one in extracts if one.taken_at <= until), None)
    if extract is None:
        return None
    before = [
        when for when, _, _ in done if last is not None and night_of(when, zone) < night_of(last[0], zone)
    ]
    earlier = tuple(one for one in extracts if one.taken_at < extract.taken_at)
    return Imported(
        extract, directory, last[2] if last else None, earlier, before[-1] if before and earlier else None
    )


def is_fresh(extract: Roster, runs: Iterable[Run], now: datetime, zone: tzinfo | None) -> bool:
    """Whether an extract is of the last night or of the next one, by the imports of its kind or else by the clock."""
    done = sorted(
        run.performed_at for run in runs if run.kind is extract.kind and run.performed_at is not None
    )
    if not done:
        return now - extract.taken_at <= 1.5 * _A_NIGHT
    before = [when for when in done if night_of(when, zone) < night_of(done[-1], zone)]
    return extract.taken_at > (before[-1] if before else done[-1] - _A_NIGHT)


def falls(
    was: Mapping[str, int],
    now: Mapping[str, int],
    before: Sequence[tuple[date, Mapping[str, int]]],
    day: date,
) -> list[Fall]:
    """Where far fewer rows are sent than in the extract before, and than usual: a line a building, or one for all where most buildings lose.

    Args:
        was: rows by building ("" where none is told) in the extract before.
        now: in this one.
        before: (day, rows by building) of the extracts before, the newest first.
        day: of this extract.
    """
    found = []
    for building, count in was.items():
        here = now.get(building, 0)
        known = usual([(other, rows.get(building, 0)) for other, rows in before], day)
        if not _is_fewer(count, here) or (known is not None and not _is_fewer(known[0], here)):
            continue
        found.append(_fall(building, count, here, known))
    if found and not any(now.get(building) for building in was) and any(now.values()):
        told = "none of its buildings was in the one before: their codes changed, or it is another part"
        total, here = sum(was.values()), sum(now.values())
        return [_fall(None, total, here, None, told)] if _is_fewer(total, here) else []
    if len(was) < 3 or 2 * len(found) <= len(was):
        return sorted(found, key=lambda one: (one.now - one.was, one.building or ""))
    total, here = sum(was.values()), sum(now.values())
    if not _is_fewer(total, here):
        return sorted(found, key=lambda one: (one.now - one.was, one.building or ""))
    known = usual([(other, sum(rows.values())) for other, rows in before], day)
    doubt = ""
    absent = [one for one in found if not one.now]
    if here and 2 * len(absent) > len(was):
        left = len(was) - len(absent)
        doubt = f"it holds {left} of {len(was)} buildings: an export that broke off, or only a part of it"
    return [_fall(None, total, here, known, doubt)]


def _fall(building: str | None, was: int, now: int, known: tuple[int, bool] | None, doubt: str = "") -> Fall:
    usually, is_weekday = known or (None, False)
    return Fall(building, was, now, usually, is_weekday, doubt)


def _is_fewer(was: int, now: int) -> bool:
    return was - now >= max(FEWEST, was * FEWER)


def is_too_many(rows: int, total: int) -> bool:
    """Whether so many rows are seen that something else is the reason."""
    return rows > max(NOT_THAT_MANY, MANY * total)


def held_as(
    pairs: Iterable[tuple[str, str, int]],
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Which school in Schoology is which of the SIS's, and which pairs of both are odd: codes on one side are names on the other.

    `pairs` are (as the SIS sends it, as Schoology holds it, users).
    """
    by_school: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for ours, theirs, count in pairs:
        by_school[ours].append((theirs, count))
    is_told = sum(count for some in by_school.values() for theirs, count in some if theirs.strip()) > sum(
        count for some in by_school.values() for theirs, count in some if not theirs.strip()
    )
    names = {theirs for some in by_school.values() for theirs, _ in some}
    usual_ones, odd = [], []
    for ours, some in by_school.items():
        total = sum(count for _, count in some)
        theirs, most = max(some, key=lambda one: one[1])
        if not theirs.strip():
            # Nobody of this building is anywhere: its code is not in the Schools box, or lost a zero (schoology.md 6, case 10).
            if is_told and most >= LEAST:
                odd += [(ours, one) for one, _ in some if not one.strip()]
            continue
        if ours in names:
            theirs, is_known = ours, True
        else:
            is_known = most >= USUAL * total and total >= LEAST
        if is_known:
            usual_ones.append((ours, theirs))
            odd += [
                (ours, one)
                for one, _ in some
                if one != theirs and _plain(one) != _plain(ours) and (one.strip() or is_told)
            ]
    return usual_ones, odd


def _plain(school: str) -> str:
    return "".join(school.casefold().split()).lstrip("0")
