"""An account that is disabled again every night: since when, and why, from what the SIS sends and what Schoology held on each of its dates."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from importlog_tui.model import Kind
from importlog_tui.roster import Witness
from importlog_tui.triage.person import DISABLED
from importlog_tui.triage.persons import is_active

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from importlog_tui.archive import Archive, Hit
    from importlog_tui.triage.diagnosis import Diagnosis
    from importlog_tui.triage.person import Repeated
    from importlog_tui.triage.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Seen:
    """What Schoology held of an account on a date."""

    at: datetime
    is_active: bool


@dataclass(frozen=True, slots=True)
class Disabled:
    """Why an account does not stay active.

    Attributes:
        verdict: the cause, by what the SIS sends now.
        seen: the account through the dated directories, oldest first.
    """

    verdict: Verdict
    seen: tuple[Seen, ...]

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
    told = seen(archive, of_user[0].record.subject.user or "")
    of_it = [hit for hit in of_user if diagnosis.rules.category(hit.message) == DISABLED]
    found = Disabled(diagnosis.at_sight("disabled-again", (of_it or of_user)[0].record), told)
    is_again = any(each.by_hand for each in repeats) or found.times > 0
    return found if is_again else None
