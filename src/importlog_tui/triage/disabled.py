"""An account that is disabled again every night: since when, and why, from what the SIS sends and what Schoology held on each of its dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from importlog_tui.model import Kind
from importlog_tui.roster import Witness
from importlog_tui.triage.person import DISABLED
from importlog_tui.triage.persons import is_active

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importlog_tui.archive import Archive, Hit
    from importlog_tui.triage.diagnosis import Diagnosis
    from importlog_tui.triage.person import Repeated
    from importlog_tui.triage.verdict import Verdict


WHILE_IT_RUNS: Final = timedelta(hours=2)
"""How long a Users import may still be at it after its beginning: it waits in a queue, and by day it is slow (schoology.md 1.1.12)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What Schoology held of an account on a date."""

    at: datetime
    is_active: bool


@dataclass(frozen=True, slots=True)
class Made:
    """Who made an account inactive, and when, by Schoology's own word (schoology.md 4.7, `users/inactive`).

    Attributes:
        at: when.
        by: whom Schoology names; outside text, "" where it names nobody.
        into: how long after the beginning of a Users import that was; None where none had begun shortly before.
    """

    at: datetime
    by: str
    into: timedelta | None


@dataclass(frozen=True, slots=True)
class Disabled:
    """Why an account does not stay active.

    Attributes:
        verdict: the cause, by what the SIS sends now.
        seen: the account through the dated directories, oldest first.
        made: who made it inactive last; None where Schoology did not tell.
    """

    verdict: Verdict
    seen: tuple[Seen, ...]
    made: Made | None = None

    @property
    def times(self) -> int:
        """How often it was seen active and then inactive."""
        return sum(one.is_active and not other.is_active for one, other in pairwise(self.seen))


def seen(archive: Archive, unique_id: str) -> tuple[Seen, ...]:
    """The account in each dated directory that tells of it, oldest first."""
    found = []
    for roster in reversed(archive.rosters(Witness.DIRECTORY, Kind.USERS)):
        entries = archive.users(roster.id, unique_ids=[unique_id])
        states = [state for entry in entries if (state := is_active(entry)) is not None]
        if states:
            found.append(Seen(roster.taken_at, any(states)))
    return tuple(found)


def made(archive: Archive, unique_id: str) -> Made | None:
    """Who made this user's account inactive, and whether a Users import was at it then."""
    account = archive.accounts([unique_id]).get(unique_id)
    if account is None or account.is_active is not False:
        return None
    try:
        at = datetime.fromisoformat(account.since)
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    times = [run.performed_at for run in archive.runs() if run.kind is Kind.USERS and run.performed_at]
    into = min((at - begun for begun in times if timedelta() <= at - begun <= WHILE_IT_RUNS), default=None)
    return Made(at, account.by, into)


def disabled(
    diagnosis: Diagnosis, archive: Archive, hits: Sequence[Hit], repeats: Sequence[Repeated]
) -> Disabled | None:
    """Why the account of whom these records are about does not stay active; None where nothing says that it does not.

    Args:
        diagnosis: asks the witnesses.
        archive: the same that the diagnosis is of.
        hits: the records of one person, newest first.
        repeats: what keeps happening to them.
    """
    of_user = [hit for hit in hits if hit.run.kind is Kind.USERS and hit.record.subject.user]
    if not of_user:
        return None
    user = of_user[0].record.subject.user or ""
    told = seen(archive, user)
    of_it = [hit for hit in of_user if diagnosis.rules.category(hit.message) == DISABLED]
    found = Disabled(
        diagnosis.at_sight("disabled-again", (of_it or of_user)[0].record), told, made(archive, user)
    )
    by_import = found.made is not None and found.made.into is not None
    is_again = (
        any(each.by_hand for each in repeats)
        or found.times > 0
        or (by_import and any(each.is_in_a_row for each in repeats))
    )
    return found if is_again else None
