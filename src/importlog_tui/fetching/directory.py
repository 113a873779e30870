"""The directory through the REST API into the archive: all of it, or the few that somebody looks at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from importlog_tui.directory import Answer, Topic
from importlog_tui.model import Kind
from importlog_tui.refresh import Outcome, bring_in
from importlog_tui.roster import Witness
from importlog_tui.sources.schoology import lists, lookups
from importlog_tui.sources.schoology.client import AT_ONCE
from importlog_tui.sources.schoology.directory import read_directory
from importlog_tui.sources.schoology.lists import Names, names_of
from importlog_tui.sources.schoology.probe import probe
from importlog_tui.sources.schoology.refusals import ApiProblem, is_about_time

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime

    from importlog_tui.archive import Archive
    from importlog_tui.sources.schoology.client import Client

FRESH: Final = timedelta(hours=4)
"""How old an answer may be before the screen asks again: a morning's work is done on one."""


@dataclass(slots=True)
class DirectoryFetched:
    """What a fetch of the directory brought.

    Attributes:
        outcome: as of any bringing-in.
        who: the key's own user; outside text.
        active, inactive: accounts.
        requests: sent, redirects and second tries included.
        by_export: the users came in one table.
    """

    outcome: Outcome
    who: str
    active: int
    inactive: int
    requests: int
    by_export: bool

    @property
    def status(self) -> int:
        """Exit status: 0 all was read, 1 part of it."""
        return self.outcome.status


def fetch_directory(
    archive: Archive,
    client: Client,
    now: datetime,
    *,
    keep: int,
    progress: Callable[[str], None] = lambda _: None,
) -> DirectoryFetched:
    """Bring in all that the key can see: one dated table of users, and what roles, buildings and grading periods are called.

    All is read before anything is filed, so that the archive is held for a second and not for minutes.

    Args:
        archive: where it goes.
        client: left open; its own `cancelled` stops it, and what was read until then is kept as a part.
        now: aware.
        keep: tables of users whose rows are kept.
        progress: gets a few words now and then.

    Raises:
        ApiProblem: nothing could be read; says why.
        ArchiveProblem: it could not be filed.
    """
    before = client.asked

    def told(done: int, expected: int) -> None:
        of = f" of {expected:,}" if expected else ""
        progress(f"Schoology's directory: {done:,}{of} users, {client.asked - before} requests")

    directory = read_directory(client, now, told)
    reading = directory.reading()
    archive.keep_answers(directory.answers)
    outcome = bring_in(archive, [*([reading] if directory.rows else []), *directory.troubles], keep=keep)
    outcome.stopped = outcome.stopped or directory.stopped
    status = reading.columns.index("Status")
    active = sum(row[status] == "Active" for row in directory.rows)
    return DirectoryFetched(
        outcome,
        directory.access.who,
        active,
        len(directory.rows) - active,
        client.asked - before,
        directory.by_export,
    )


@dataclass(slots=True)
class Looked:
    """What a look at a few brought.

    Attributes:
        users, sections: how many were asked for; the others were known already.
        requests: sent.
    """

    users: int = 0
    sections: int = 0
    requests: int = 0


def unknown(
    archive: Archive, topic: Topic, keys: Collection[str], now: datetime, fresh: timedelta = FRESH
) -> list[str]:
    """Those of `keys` of which nothing is known that was said less than `fresh` ago."""
    wanted = [key for key in dict.fromkeys(keys) if lookups.askable(key)]
    if topic is Topic.USER and wanted:
        roster = archive.roster(Witness.DIRECTORY, Kind.USERS)
        if roster is not None and now - roster.seen_at < fresh:
            return []
    known = archive.answers(topic, wanted) if wanted else {}
    return [key for key in wanted if key not in known or now - known[key].asked_at >= fresh]


@dataclass
class Lookup:
    """Asks for the few that somebody looks at, and keeps what was said; one for the life of a screen.

    Attributes:
        archive: where answers go.
        client: of one key.
        fresh: how old an answer may be.
    """

    archive: Archive
    client: Client
    fresh: timedelta = FRESH
    _names: Names | None = field(default=None, repr=False)

    def look_up(self, users: Collection[str], sections: Collection[str], now: datetime) -> Looked:
        """Ask for those users and sections of whom nothing fresh is known.

        Args:
            users: User Unique IDs.
            sections: Section School Codes.
            now: aware.

        Raises:
            ApiProblem: says why nothing more can be had; what was said until then is kept.
            ArchiveProblem: the archive can't be written.
        """
        before = self.client.asked
        asked = unknown(self.archive, Topic.USER, users, now, self.fresh)
        codes = unknown(self.archive, Topic.SECTION, sections, now, self.fresh)
        try:
            if asked:
                self._users(asked, now)
            for some in _fifties(codes):
                self.archive.keep_answers(lookups.sections(self.client, some, now))
        except ApiProblem as problem:
            if problem.status == 401 and not is_about_time(problem.said):
                probe(self.client)  # says what this key can't do, if that is the reason
            raise
        return Looked(len(asked), len(codes), self.client.asked - before)

    def _users(self, asked: list[str], now: datetime) -> None:
        names = self._known_names(now)
        found: set[str] = set()
        for some in _fifties(asked):
            active = list(lookups.active_users(self.client, some, names, now))
            self.archive.keep_answers(active)
            found.update(answer.key for answer in active)
        missing = [key for key in asked if key not in found]
        if missing:
            inactive = self._inactive(names, now)
            answers = lookups.settled(missing, (), inactive, now)
            self.archive.keep_answers(lookups.who_made(self.client, answers, names))

    def _inactive(self, names: Names, now: datetime) -> dict[str, Answer]:
        """The list of inactive users, which can only be read as a whole: once in a while."""
        whole = self.archive.answers(Topic.INACTIVE, [""]).get("")
        if whole is None or now - whole.asked_at >= self.fresh:
            self.archive.keep_answers(lookups.inactive_users(self.client, names, now))
        return self.archive.answers(Topic.INACTIVE)

    def _known_names(self, now: datetime) -> Names:
        if self._names is None:
            known = [
                *self.archive.answers(Topic.ROLE).values(),
                *self.archive.answers(Topic.BUILDING).values(),
            ]
            if not known:
                known = self._ask_names(now)
            self._names = names_of(known)
        return self._names

    def _ask_names(self, now: datetime) -> list[Answer]:
        """Roles and buildings; without the right to read them their numbers stand in their place."""
        school = probe(self.client).school
        answers: list[Answer] = []
        try:
            answers += lists.roles(self.client, now)
            if school:
                answers += lists.buildings(self.client, school, now)
        except ApiProblem as problem:
            if problem.status not in {403, 404}:
                raise
        self.archive.keep_answers(answers)
        return answers


def _fifties(keys: list[str]) -> Iterator[list[str]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
