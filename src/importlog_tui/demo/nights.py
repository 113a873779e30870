"""The nights of the made-up district: which runs there were, at what time, with which errors and which affected rows."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from importlog_tui.demo.morning import at_local
from importlog_tui.demo.roster import (
    ENROLLMENT_COLUMNS,
    NEW_STUDENT,
    OLD_USER_COLUMNS,
    SECTION_COLUMNS,
    USER_COLUMNS,
    Roster,
    User,
    schoology_id,
)
from importlog_tui.demo.stories import (
    EVERY_ROW,
    EVERY_ROW_AGE,
    FAILED,
    HAPPENINGS,
    RESTING_AGE,
    STORIES,
    Draw,
    Row,
    Spoiled,
    Story,
)
from importlog_tui.model import Kind

LABELS = {
    Kind.USERS: "Users Import",
    Kind.COURSES: "Courses Import",
    Kind.ENROLLMENTS: "Course Enrollments Import",
}
COMPLETED, WITH_ERRORS, FAILED_RESULT = (
    "Import completed successfully",
    "Import complete with errors",
    "Import failed",
)

_FIRST_RUN = time(1, 2)  # local, on the newest morning
_AFTER = {
    Kind.USERS: timedelta(),
    Kind.COURSES: timedelta(minutes=5),
    Kind.ENROLLMENTS: timedelta(minutes=10),
}
_LATE, _AGAIN = timedelta(hours=3, minutes=38), timedelta(hours=5, minutes=28)
_STEADY_AGE = 3  # the last three nights change only where a story says so


@dataclass(frozen=True)
class Fault:
    """One error of a run; `rows` holds (line in the import file, cells) of those in reach of the reader, `claimed` counts all.

    `beyond` are the rows that no saved file has: whoever reads the log from the site gets them, too.
    """

    message: str
    columns: tuple[str, ...]
    rows: list[tuple[int, tuple[str, ...]]]
    claimed: int
    beyond: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)


@dataclass(frozen=True)
class NightRun:
    """One run as the log shows it.

    Attributes:
        at: aware, in the reader's zone.
        is_ambiguous: the wall clock showed this time twice, and it was the second.
    """

    kind: Kind
    at: datetime
    is_ambiguous: bool
    result: str
    faults: list[Fault]

    @property
    def label(self) -> str:
        """The import's name on the page."""
        return LABELS[self.kind]

    @property
    def is_final(self) -> bool:
        """Whether it has ended; only then is there a mail."""
        return self.result in {COMPLETED, WITH_ERRORS, FAILED_RESULT}


@dataclass(frozen=True)
class Night:
    """The runs of one night in the order in which they ran; `age` counts back from the newest, which is 0."""

    age: int
    day: date
    runs: list[NightRun]


@dataclass(frozen=True)
class _Case:
    spoiled: Spoiled
    ages: frozenset[int]


def _local(moment: datetime, zone: tzinfo | None) -> tuple[datetime, bool]:
    at = moment.astimezone(zone)
    return at, at_local(at.date(), at.time().replace(fold=0), zone).timestamp() != at.timestamp()


class Chronicle:
    """What went wrong when: every story's rows drawn once, with the nights on which each is there."""

    def __init__(self, roster: Roster, rng: random.Random) -> None:
        self.roster = roster
        draw = Draw(roster, rng)
        self._cases = [(story, _lives(story, draw)) for story in STORIES]

    def nights(self, newest: date, zone: tzinfo | None, count: int, rng: random.Random) -> Iterator[Night]:
        """`count` nights, oldest first.

        The schedule is in GMT and knows no daylight saving (schoology.md 3.6), so the local hour shifts when clocks change.
        """
        start = at_local(newest, _FIRST_RUN, zone)
        for age in reversed(range(count)):
            first = start.timestamp() - age * 86_400 + (60 * rng.randrange(3) if age else 0)
            runs = self._runs(age, datetime.fromtimestamp(first, UTC), zone)
            yield Night(age, newest - timedelta(days=age), sorted(runs, key=lambda run: run.at.timestamp()))

    def sent(self, age: int) -> dict[Kind, list[Row]]:
        """The import files of that night, with everything that was wrong in them."""
        files: dict[Kind, list[Row]] = {
            Kind.USERS: list(self.roster.users),
            Kind.COURSES: list(self.roster.sections),
            Kind.ENROLLMENTS: list(self.roster.enrollments),
        }
        for story, cases in self._cases:
            for case in cases:
                if age in case.ages and case.spoiled.at is None:
                    files[story.kind].append(case.spoiled.row)
                elif age in case.ages and case.spoiled.at is not None:
                    files[story.kind][case.spoiled.at] = case.spoiled.row
        return files

    def _runs(self, age: int, begun: datetime, zone: tzinfo | None) -> Iterator[NightRun]:
        happened = {(h.kind, h.what) for h in HAPPENINGS if h.age == age}
        if (Kind.USERS, "late") in happened:
            begun += _LATE
        for kind, after in _AFTER.items():
            at, twice = _local(begun + after, zone)
            what = {what for where, what in happened if where is kind}
            if what & {"running", "queued"}:
                yield NightRun(kind, at, twice, "Running" if "running" in what else "Queued", [])
            elif "failed" in what:
                yield NightRun(kind, at, twice, FAILED_RESULT, [Fault(FAILED, (), [], 0)])
            elif "missing" not in what:
                faults = list(self._faults(kind, age))
                yield NightRun(kind, at, twice, WITH_ERRORS if faults else COMPLETED, faults)
                if "again" in what:
                    yield NightRun(kind, *_local(begun + _AGAIN, zone), WITH_ERRORS, faults)

    def _faults(self, kind: Kind, age: int) -> Iterator[Fault]:
        if age >= RESTING_AGE:
            return
        found: dict[str, Fault] = {}
        for story, cases in self._cases:
            if story.kind is not kind or not story.last <= age <= story.first:
                continue
            if age == EVERY_ROW_AGE and kind is Kind.USERS and story.message != EVERY_ROW:
                continue
            spoiled = [case.spoiled for case in cases if age in case.ages][: story.shown]
            columns, rows = self._told(story, spoiled, age)
            read = len(rows) if story.read is None else story.read
            fault = Fault(story.message, columns, rows[:read], len(rows), rows[read:])
            before = found.get(story.message)
            if before is not None:
                fault = replace(
                    fault,
                    rows=before.rows + fault.rows,
                    claimed=before.claimed + fault.claimed,
                    beyond=before.beyond + fault.beyond,
                )
            found[story.message] = fault
        yield from (fault for fault in found.values() if fault.claimed)

    def _told(
        self, story: Story, spoiled: Sequence[Spoiled], age: int
    ) -> tuple[tuple[str, ...], list[tuple[int, tuple[str, ...]]]]:
        columns = _columns(story.kind, age)
        if story.has_number:
            columns += ("Schoology User ID",)
        end = {
            Kind.USERS: len(self.roster.users),
            Kind.COURSES: len(self.roster.sections),
            Kind.ENROLLMENTS: len(self.roster.enrollments),
        }[story.kind]
        rows = []
        for at, row in spoiled:
            cells: tuple[str, ...] = tuple(row)
            if story.has_number and isinstance(row, User):
                cells += ("" if row.unique_id == NEW_STUDENT else schoology_id(row.unique_id),)
            rows.append(((end if at is None else at) + 2, cells))  # line 1 of the file is its header
        return columns, rows


def _columns(kind: Kind, age: int) -> tuple[str, ...]:
    if kind is Kind.USERS:
        # The SIS renamed its columns on the night on which every row failed.
        return OLD_USER_COLUMNS if age > EVERY_ROW_AGE else USER_COLUMNS
    return SECTION_COLUMNS if kind is Kind.COURSES else ENROLLMENT_COLUMNS


def _lives(story: Story, draw: Draw) -> list[_Case]:
    spoiled = story.pick(draw, story.rows + story.churn)
    return [
        _Case(one, _passing(story, draw.rng) if n >= story.rows else _lasting(story, draw.rng))
        for n, one in enumerate(spoiled)
    ] if story.churn else [_Case(one, _span(story.first, story.last)) for one in spoiled]  # fmt: skip


def _span(first: int, last: int) -> frozenset[int]:
    return frozenset(range(last, first + 1))


def _lasting(story: Story, rng: random.Random) -> frozenset[int]:
    """There to the story's end: most from its beginning, some later, some cured for a while and back again."""
    low = max(story.last, _STEADY_AGE)
    first = story.first if rng.random() < 0.93 else rng.randint(low, story.first)
    ages = _span(first, story.last)
    if first - low > 5 and rng.random() < 0.12:
        ages -= _span(gone := rng.randint(low + 2, first - 1), max(low + 1, gone - rng.randrange(4)))
    return ages


def _passing(story: Story, rng: random.Random) -> frozenset[int]:
    """Cured before the steady last nights."""
    low = max(story.last, _STEADY_AGE)
    last = rng.randint(low, story.first - 1)
    return _span(min(story.first, last + 1 + rng.randrange(9)), last)
