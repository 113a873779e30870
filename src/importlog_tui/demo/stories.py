"""What goes wrong in the made-up district: which trouble of schoology.md section 6, with which rows, on which nights.

A night is counted by its age: 0 is the newest. There is no public catalogue of messages (schoology.md 2), so all of these are made up, save one.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from importlog_tui.demo.people import AWKWARD, plain
from importlog_tui.demo.roster import (
    DOMAIN,
    ENGLISH_9,
    LOPEZ,
    MOVED,
    NEW_STUDENT,
    NGUYEN,
    TEACHER,
    Enrollment,
    Roster,
    Section,
    User,
)
from importlog_tui.model import Kind

Row = User | Section | Enrollment


class Spoiled(NamedTuple):
    """A row as the SIS sends it when it is wrong, and which row of the roster it stands for; None for one that is sent besides."""

    at: int | None
    row: Row


class Draw:
    """The roster with what was drawn from it already, so that no student has two troubles by chance."""

    def __init__(self, roster: Roster, rng: random.Random) -> None:
        self.roster, self.rng = roster, rng
        self._awkward = [
            at
            for at, user in enumerate(roster.users)
            if user.role == "Student" and (user.first, user.last) in AWKWARD
        ]
        self._taken = {
            NEW_STUDENT,
            LOPEZ,
            NGUYEN,
            MOVED,
            *(roster.users[at].unique_id for at in self._awkward),
        }

    def students(self, count: int, spoil: Callable[[User, int], User]) -> list[Spoiled]:
        """So many students, each spoiled; `spoil` is given the student and a running number."""
        chosen: list[Spoiled] = []
        while len(chosen) < count:
            at = self.rng.randrange(len(self.roster.users))
            user = self.roster.users[at]
            if user.role == "Student" and user.unique_id not in self._taken:
                self._taken.add(user.unique_id)
                chosen.append(Spoiled(at, spoil(user, len(chosen))))
        return chosen

    def awkward(self, count: int, spoil: Callable[[User], User]) -> list[Spoiled]:
        """So many students with an awkward name, spoiled."""
        return [Spoiled(at, spoil(self.roster.users[at])) for at in self._awkward[:count]]

    def sections(self, keep: Callable[[Section], bool], **changes: str) -> list[Spoiled]:
        """The sections that `keep` keeps, changed."""
        rows = enumerate(self.roster.sections)
        return [Spoiled(at, row._replace(**changes)) for at, row in rows if keep(row)]

    def enrollments(
        self, keep: Callable[[Enrollment], bool], spoil: Callable[[Enrollment], Enrollment] = lambda row: row
    ) -> list[Spoiled]:
        """The enrollments that `keep` keeps, spoiled."""
        return [Spoiled(at, spoil(row)) for at, row in enumerate(self.roster.enrollments) if keep(row)]


Pick = Callable[[Draw, int], list[Spoiled]]
"""Finds and spoils so many rows."""


@dataclass(frozen=True)
class Story:
    """One trouble.

    Attributes:
        case: number in schoology.md section 6.
        message: the error that the log shows; one message may belong to several stories.
        first, last: ages of its first and its last night, first >= last.
        rows: how many rows last through all of these nights.
        churn: how many more come and go in between, before the last three nights.
        shown: how many of the spoiled rows the log shows; None for all.
        read: how many of them are in reach of the reader; None for all.
        has_number: the affected users' rows carry a Schoology User ID.
    """

    case: int
    kind: Kind
    message: str
    first: int
    last: int
    rows: int
    pick: Pick
    churn: int = 0
    shown: int | None = None
    read: int | None = None
    has_number: bool = False


class Happening(NamedTuple):
    """Something that befalls a whole run."""

    case: int
    age: int
    kind: Kind
    what: str  # missing | failed | running | queued | again | late
    note: str


def _change(**changes: str) -> Pick:
    return lambda draw, count: draw.students(count, lambda user, _: user._replace(**changes))


def _one(unique_id: str, **changes: str) -> Pick:
    def pick(draw: Draw, _count: int) -> list[Spoiled]:
        at = draw.roster.user(unique_id)
        return [Spoiled(at, draw.roster.users[at]._replace(**changes))]

    return pick


def _email_in_use(draw: Draw, count: int) -> list[Spoiled]:
    def address(user: User, form: str) -> User:
        return user._replace(email=f"{form.format(plain(user.first), plain(user.last))}@{DOMAIN}")

    users = draw.roster.users
    # Two have the short form, which older accounts reserved; the rest first.last, which nobody else in the district has.
    known = [Spoiled(at, address(users[at], "{0:.1}{1}")) for at in map(draw.roster.user, (LOPEZ, NGUYEN))]
    return known + draw.students(count - len(known), lambda user, _: address(user, "{0}.{1}"))


def _username_taken(draw: Draw, count: int) -> list[Spoiled]:
    # The first of the file are teachers: their names are taken.
    return draw.students(count, lambda user, n: user._replace(username=draw.roster.users[n].username))


def _missing(draw: Draw, count: int) -> list[Spoiled]:
    blanks = ({"last": ""}, {"first": ""}, {"username": "", "email": ""}, {"last": " "})
    return draw.students(count, lambda user, n: user._replace(**blanks[n % len(blanks)]))


def _invalid_username(draw: Draw, count: int) -> list[Spoiled]:
    forms = ("{} ", "{}\N{NO-BREAK SPACE}", "{}, jr", "{}/2", " {}", "ñ{}", "{}\N{ZERO WIDTH SPACE}")
    return draw.students(
        count, lambda user, n: user._replace(username=forms[n % len(forms)].format(user.username))
    )


def _duplicate(draw: Draw, count: int) -> list[Spoiled]:
    # Once from each of two buildings, as a student who moved is sent.
    once = draw.students(count // 2, lambda user, _: user._replace(school="0450"))
    return once + [
        Spoiled(None, twin.row._replace(school="0460")) for twin in once if isinstance(twin.row, User)
    ]


def _school_without_zero(draw: Draw, count: int) -> list[Spoiled]:
    return draw.awkward(count, lambda user: user._replace(school=user.school.lstrip("0")))


def _excel(number: str) -> str:
    # What a spreadsheet makes of a number in a narrow column: 123456 -> 1.23E+05.
    return f"{int(number):.2E}"


def _excel_ids(draw: Draw, count: int) -> list[Spoiled]:
    return draw.students(count, lambda user, _: user._replace(unique_id=_excel(user.unique_id)))


def _every_user(draw: Draw, _count: int) -> list[Spoiled]:
    return [Spoiled(at, user) for at, user in enumerate(draw.roster.users)]


def _past_sections(draw: Draw, count: int) -> list[Spoiled]:
    return draw.sections(lambda section: section.school == "0330", grading_period="0330-T0")[:count]


def _no_period(draw: Draw, count: int) -> list[Spoiled]:
    return draw.sections(lambda section: section.school == "0160", grading_period="")[:count]


def _codes_used_twice(draw: Draw, count: int) -> list[Spoiled]:
    # 123001 to 123400 all read 1.23E+05 once a spreadsheet has saved them.
    sections = draw.roster.sections
    return [
        Spoiled(at, sections[at]._replace(section_school_code=_excel(sections[at].section_school_code)))
        for at in draw.rng.sample(range(400, 800), count)
    ]


def _english_sections(draw: Draw, _count: int) -> list[Spoiled]:
    return draw.sections(lambda section: section.course_code == ENGLISH_9, course_code=ENGLISH_9.upper())


def _english_rows(draw: Draw, _count: int) -> list[Spoiled]:
    return draw.enrollments(
        lambda row: row.course_code == ENGLISH_9, lambda row: row._replace(course_code=ENGLISH_9.upper())
    )


def _codes_without_zero(draw: Draw, count: int) -> list[Spoiled]:
    rows = draw.enrollments(
        lambda row: row.grading_period == "0320-T1",
        lambda row: row._replace(section_code=row.section_code.lstrip("0")),
    )
    return draw.rng.sample(rows, count)


def _rows_of(unique_id: str) -> Pick:
    return lambda draw, _count: draw.enrollments(lambda row: row.unique_id == unique_id)


def _unknown_users(draw: Draw, count: int) -> list[Spoiled]:
    people = {str(n) for n in draw.rng.sample(range(203_000, 204_000), count // 8 + 1)}
    return draw.enrollments(lambda row: row.unique_id in people)[:count]


def _past_enrollments(draw: Draw, count: int) -> list[Spoiled]:
    return draw.enrollments(
        lambda row: row.grading_period == "0310-T1", lambda row: row._replace(grading_period="0310-T0")
    )[:count]


U, C, E = Kind.USERS, Kind.COURSES, Kind.ENROLLMENTS
MISSING, INVALID = "Missing required field", "Invalid character in Username"
NO_SECTION, NO_USER = "Section not found for this Course Code", "User not found"
EVERY_ROW = "Column header no longer matches the import settings"
EVERY_ROW_AGE = 20
RESTING_AGE = 29  # three imports without a single error

STORIES = (
    Story(1, U, "Email already in use", 0, 0, 9, _email_in_use),
    Story(2, U, "Username already taken by another account", 28, 0, 6, _username_taken, churn=5),
    Story(3, U, MISSING, 28, 0, 29, _missing, churn=16, has_number=True),
    Story(3, U, MISSING, 2, 0, 1, _one(NEW_STUDENT, username="", email=""), has_number=True),
    Story(4, U, "Duplicate row for the same person", 28, 0, 2, _duplicate),
    Story(5, U, "User is sent as inactive, account disabled", 14, 0, 1, _one(TEACHER, status="Inactive"), has_number=True),
    Story(6, U, "Unique ID already exists on an inactive account", 16, 16, 1, _change()),
    Story(9, U, "Role value has no CSV value mapped", 19, 16, 3, _change(role="Long-Term Substitute")),
    Story(10, U, "School not mapped", 28, 0, 5, _school_without_zero, churn=4),
    Story(11, U, INVALID, 28, 0, 7, _invalid_username, churn=6, has_number=True),
    # The same student: last with no name at all, then with a space in the new login; the fix brought a new reason.
    Story(3, U, MISSING, 28, 4, 1, _one(MOVED, username="", email=""), has_number=True),
    Story(11, U, INVALID, 3, 0, 1, _one(MOVED, username="new student"), has_number=True),
    Story(11, U, "Unique ID is not in a valid format", 27, 25, 4, _excel_ids),
    Story(20, U, EVERY_ROW, EVERY_ROW_AGE, EVERY_ROW_AGE, 12_000, _every_user),
    # The one wording that was really seen (schoology.md 2.1).
    Story(12, C, "You must map one or more grading periods in the course import", 13, 13, 45, _no_period),
    Story(13, C, "Grading period of a past year", 24, 22, 120, _past_sections),
    Story(14, C, "Duplicate entry: Section School Code used more than once", 28, 0, 2, _codes_used_twice),
    Story(15, C, "Course Code does not exist in this spelling", 6, 0, 14, _english_sections, shown=1),
    Story(15, E, NO_SECTION, 6, 0, 412, _english_rows),
    Story(15, E, NO_SECTION, 28, 7, 322, _codes_without_zero, churn=20),
    Story(16, E, NO_USER, 2, 0, 6, _rows_of(NEW_STUDENT)),
    Story(16, E, NO_USER, 28, 7, 84, _unknown_users, churn=14),
    Story(15, E, "Grading period has ended for this section", 8, 8, 1214, _past_enrollments, read=500),
)  # fmt: skip

HAPPENINGS = (
    Happening(21, 9, U, "again", "Run Now at 06:30 read the same file again"),
    Happening(22, 10, E, "missing", "no import that night"),
    Happening(22, 18, U, "late", "the queue was busy, everything started at about 04:40"),
    Happening(22, 11, C, "running", "the page was saved while they were still running"),
    Happening(22, 11, E, "queued", "and while they were still waiting"),
    Happening(19, 12, E, "failed", "the SFTP password was lost when a path was changed"),
)
FAILED = "File not found, SFTP login refused"

NO_TRACE = {
    7: "a staff member who never leaves the SIS is in no file and in no error",
    8: "a role that reverts is a successful change",
    17: "students dropped from a section are a successful change",
    18: "a cut-off export imports without an error; sis/tonight has one for `check`",
    23: "parents' schools are imported elsewhere",
    24: "a change that the SIS takes back is a successful change",
    25: "a slow page shows nothing in the log",
}
"""Cases of section 6 that the log cannot show, and why."""
