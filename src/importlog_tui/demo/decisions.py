"""What two made-up colleagues decided in the made-up district, and on which morning; what became of it is told by the nights after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from importlog_tui.demo.roster import LOPEZ, MOVED, TEACHER
from importlog_tui.model import Mark, MarkKind, Until
from importlog_tui.report.marking import login_name
from importlog_tui.triage.nights import night_of

if TYPE_CHECKING:
    from datetime import tzinfo

    from importlog_tui.archive import Archive
    from importlog_tui.model import Run

_AFTER: Final = timedelta(hours=1)
"""Between a run and what was decided about it: nobody decides anything after the newest morning."""


@dataclass(frozen=True)
class Decision:
    """A decision about an error of the night that is so many nights old, or about one user's record of it."""

    age: int
    message: str
    kind: MarkKind
    who: str
    reason: str = ""
    user: str = ""
    until: Until = Until.NEVER
    days: int = 0


DECISIONS: Final = (
    # Was the fix right? It brought a new reason three nights ago.
    Decision(4, "Missing required field", MarkKind.CORRECTED, "jo", "login name filled in", MOVED),
    # It was accepted until it grows, and grew the night after.
    Decision(
        7,
        "Section not found for this Course Code",
        MarkKind.ACCEPTED,
        "sam",
        "codes of the old term, closed in June",
        until=Until.GROWS,
    ),
    Decision(
        3,
        "Duplicate row for the same person",
        MarkKind.ACCEPTED,
        "sam",
        "two buildings, the SIS vendor knows",
        until=Until.DAY,
        days=30,
    ),
    Decision(
        1,
        "User is sent as inactive, account disabled",
        MarkKind.NOTE,
        "sam",
        "phoned: staff record says on leave; HR corrects it",
        TEACHER,
    ),
    Decision(0, "Email already in use", MarkKind.CORRECTED, "jo", "her own address now", LOPEZ),
    Decision(0, "Invalid character in Username", MarkKind.OWNER, "sam"),
)


def decide(archive: Archive, newest: date, zone: tzinfo | None) -> None:
    """Keep all decisions whose error and record are in the archive; the newest night is that of `newest`."""
    nights: dict[date, list[Run]] = {}
    for run in archive.runs():
        if run.performed_at is not None and not run.is_rerun:
            nights.setdefault(night_of(run.performed_at, zone), []).append(run)
    for each in DECISIONS:
        for run in nights.get(newest - timedelta(days=each.age), ()):
            for error in archive.errors(run.id):
                if error.message == each.message and run.performed_at is not None:
                    _keep(archive, each, error.id, run)


def _keep(archive: Archive, decision: Decision, error_id: int, run: Run) -> None:
    assert run.performed_at is not None  # noqa: S101 - `decide` has looked
    at = run.performed_at + _AFTER
    mark = Mark(
        decision.kind,
        decision.who,
        at,
        # The reader is given something to look after, so that there is something in "mine".
        login_name() if decision.kind is MarkKind.OWNER else decision.reason,
        decision.until,
        at.date() + timedelta(days=decision.days) if decision.days else None,
    )
    if not decision.user:
        archive.mark(mark, error_id=error_id)
        return
    rows = archive.chosen(error_id, sort=None, text=decision.user, cancelled=lambda: False)
    archive.mark(mark, records=list(rows.ids(0, 1)))
