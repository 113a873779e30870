"""What the made-up SIS sends, as files, and what Schoology holds."""

from __future__ import annotations

import os
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path

from importlog_tui.demo.carriers import separated
from importlog_tui.demo.morning import at_local
from importlog_tui.demo.nights import Chronicle
from importlog_tui.demo.roster import (
    DIRECTORY_COLUMNS,
    ENROLLMENT_COLUMNS,
    LOPEZ,
    NEW_STUDENT,
    SCHOOL_NAMES,
    SECTION_COLUMNS,
    TEACHER,
    USER_COLUMNS,
    User,
    schoology_id,
)
from importlog_tui.demo.stories import Row
from importlog_tui.model import Kind

_COLUMNS = {
    Kind.USERS: USER_COLUMNS,
    Kind.COURSES: SECTION_COLUMNS,
    Kind.ENROLLMENTS: ENROLLMENT_COLUMNS,
}
_ALARM_SCHOOL, _ALARM_USERS = "0450", 915  # of 1,480: the export of tonight breaks off
TONIGHT = "tonight"
_SENT, _EXPORTED = time(0, 40), time(2, 45)  # before the first import of a night, and after its last
_FIRST_HOLDER = 198_804  # a graduate's Unique ID


def write_extracts(
    folder: Path, chronicle: Chronicle, newest: date, zone: tzinfo | None
) -> tuple[tuple[Path, ...], Path]:
    """The import files of three nights and the directory; returns their paths. Beside the directory lie Schoology's courses. Those of the nights that are over are as old as they were."""
    last = chronicle.sent(0)
    tonight = dict(last)
    tonight[Kind.USERS] = _cut_off(last[Kind.USERS])
    written = []
    before = newest - timedelta(days=1)
    for name, day, files in (
        (before.isoformat(), before, chronicle.sent(1)),
        (newest.isoformat(), newest, last),
        (TONIGHT, None, tonight),
    ):
        for kind, rows in files.items():
            path = folder / "sis" / name / f"{kind}.csv"
            _write(path, separated(_COLUMNS[kind], rows))
            written.append(path)
            if day is not None:
                _date(path, at_local(day, _SENT, zone))
    directory = folder / "directory" / "schoology-users.csv"
    _write(directory, separated(DIRECTORY_COLUMNS, accounts(chronicle, last[Kind.USERS])))
    held = folder / "directory" / "schoology-courses.csv"
    _write(held, separated(SECTION_COLUMNS, chronicle.roster.sections))
    for path in (directory, held):
        _date(path, at_local(newest, _EXPORTED, zone))
    return tuple(written), directory


def _date(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def _cut_off(users: list[Row]) -> list[Row]:
    """The users without the last of one building (schoology.md 6, case 18)."""
    there = [row for row in users if isinstance(row, User) and row.school == _ALARM_SCHOOL]
    gone = {row.unique_id for row in there[_ALARM_USERS:]}
    return [row for row in users if not (isinstance(row, User) and row.unique_id in gone)]


def accounts(chronicle: Chronicle, sent: list[Row]) -> list[tuple[str, ...]]:
    """Schoology's accounts: everyone but the never created, the disabled teacher, and the older accounts that hold an address."""
    rows = [
        _account(user, "Inactive" if user.unique_id == TEACHER else "Active")
        for user in chronicle.roster.users
        if user.unique_id != NEW_STUDENT
    ]
    wanted = [
        (user, row.email)
        for user, row in zip(chronicle.roster.users, sent, strict=False)
        if isinstance(row, User) and row.email and row.email != user.email
    ]
    wanted.sort(key=lambda pair: pair[0].unique_id != LOPEZ)  # the rest stay in their order
    for number, (user, email) in enumerate(wanted):
        login = email.split("@")[0]
        older = user._replace(unique_id=str(_FIRST_HOLDER + 7 * number), username=login, email=email)
        if number % 4 != 3:  # every fourth is an old Unique ID of the same student, the others are graduates
            first = "Marta" if user.unique_id == LOPEZ else "Alex"
            older = older._replace(first=first, grad_year=str(int(user.grad_year) - 7))
        rows.append(_account(older, "Inactive"))
    return rows


def _account(user: User, status: str) -> tuple[str, ...]:
    return (
        schoology_id(user.unique_id),
        user.unique_id,
        user.username,
        user.role,
        SCHOOL_NAMES[user.school],
        user.first,
        user.last,
        user.email,
        user.grad_year,
        status,
    )
