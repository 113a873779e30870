"""The whole directory: every user in use, and every inactive one with who made it so and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from importlog_tui.directory import Answer
from importlog_tui.model import Format, Kind, Origin, Trouble
from importlog_tui.roster import RosterReading, Witness
from importlog_tui.sources.schoology import lists, users
from importlog_tui.sources.schoology.client import Stopped
from importlog_tui.sources.schoology.lists import Names, names_of
from importlog_tui.sources.schoology.probe import Access, probe
from importlog_tui.sources.schoology.refusals import ApiProblem

if TYPE_CHECKING:
    from importlog_tui.sources.schoology.client import Client

ORIGIN: Final = Origin("Schoology's API", Format.SITE)


@dataclass(slots=True)
class Directory:
    """What Schoology holds, as far as it could be read.

    Attributes:
        rows: of `users.COLUMNS`.
        answers: roles, buildings, grading periods.
        troubles: what could not be read; one that `is_part` says that users are missing.
        stopped: the reader stopped it.
        by_export: the users came in one table, not page by page.
    """

    access: Access
    taken_at: datetime
    rows: list[users.Row] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    stopped: bool = False
    by_export: bool = False

    def reading(self) -> RosterReading:
        """The users, for the archive."""
        whole = not self.stopped and not any(trouble.is_part for trouble in self.troubles)
        return RosterReading(
            Witness.DIRECTORY,
            Kind.USERS,
            users.COLUMNS,
            iter([(number, row) for number, row in enumerate(self.rows, 1)]),
            ORIGIN,
            self.taken_at,
            {column: meaning for column, meaning in users.FIELDS.items() if meaning is not None},
            is_whole=whole,
        )


Told = Callable[[int, int], None]
"""Gets how many users were read, and of how many; 0 where that is not known."""


def read_directory(client: Client, now: datetime, told: Told = lambda _done, _all: None) -> Directory:
    """Read all of it; what breaks off in the middle is kept as a part, with its trouble.

    Args:
        client: of a key that reads users.
        now: aware.
        told: called after every page.

    Raises:
        ApiProblem: the key is no good, or nothing at all could be read.
    """
    found = Directory(probe(client), now)
    try:
        _names(client, found, now)
        names = names_of(found.answers)
        _users(client, found, names, told)
        _inactive(client, found, names, told)
    except Stopped:
        found.stopped = True
    except ApiProblem as problem:
        if not found.rows:
            raise
        found.troubles.append(Trouble(Origin(problem.where, Format.SITE), problem.what, problem.remedy))
    return found


def _names(client: Client, found: Directory, now: datetime) -> None:
    school = found.access.school
    small: dict[str, Callable[[], Iterator[Answer]]] = {
        "roles": lambda: lists.roles(client, now),
        "buildings": lambda: lists.buildings(client, school, now) if school else iter(()),
        "grading periods": lambda: lists.grading_periods(client, now),
    }
    for what, read in small.items():
        try:
            found.answers += read()
        except Stopped:
            raise
        except ApiProblem as problem:
            told = f"the {what} could not be read: {problem.what}"
            found.troubles.append(
                Trouble(Origin(problem.where, Format.SITE), told, problem.remedy, is_part=False)
            )


def _users(client: Client, found: Directory, names: Names, told: Told) -> None:
    """In one table where the key may have it and it is whole, else page by page."""
    expected = found.access.users or 0
    told(0, expected)
    try:
        rows = list(users.exported(client.get_text("csvexport/users", {"fields": users.EXPORT}), names))
    except Stopped:
        raise
    except ApiProblem:
        rows = []
    if rows and len(rows) >= expected:
        found.rows, found.by_export = rows, True
        told(len(rows), expected)
        return
    seen: set[str] = set()
    for user in lists.listed(client, "users", "user"):
        row = users.active(user, names)
        if row[0] not in seen:  # somebody was added while the pages were read
            seen.add(row[0])
            found.rows.append(row)
        if len(found.rows) % lists.MOST == 0:
            told(len(found.rows), expected)


def _inactive(client: Client, found: Directory, names: Names, told: Told) -> None:
    seen = {row[0] for row in found.rows}
    active = len(found.rows)
    for user in lists.listed(client, "users/inactive", "user"):
        row = users.inactive(user, names)
        if row[0] not in seen:
            seen.add(row[0])
            found.rows.append(row)
        if (len(found.rows) - active) % lists.MOST == 0:
            told(len(found.rows), 0)
