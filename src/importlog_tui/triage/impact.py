"""What an error costs, for the order in which the morning's work is done: by impact, then by kind in the order of repair.

The order follows from what depends on what (schoology.md 6, "Order of work"): a failed run, an error on every row, a section without a teacher,
people without an account, wrong details, the rest. What follows from something else is not new work.
"""

from __future__ import annotations

from collections import Counter
from enum import IntEnum
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.fields import Field
from importlog_tui.model import Kind
from importlog_tui.triage.cascade import cascade
from importlog_tui.triage.diagnosis import AT_ONCE

if TYPE_CHECKING:
    from importlog_tui.archive import Archive
    from importlog_tui.model import ErrorType, Run
    from importlog_tui.triage.cascade import Cascade
    from importlog_tui.triage.diagnosis import Diagnosis
    from importlog_tui.triage.verdict import Owner, Verdict


class Impact(IntEnum):
    """The worst first."""

    FAILED = 0
    EVERY_ROW = 1
    NO_TEACHER = 2
    NO_ACCOUNT = 3
    DETAILS = 4
    REST = 5
    FOLLOWS = 6

    @property
    def words(self) -> str:
        """What it means for people."""
        return _WORDS[self]


_WORDS: Final = {
    Impact.FAILED: "the import failed",
    Impact.EVERY_ROW: "every row fails",
    Impact.NO_TEACHER: "sections without a teacher",
    Impact.NO_ACCOUNT: "people without an account",
    Impact.DETAILS: "wrong details",
    Impact.REST: "pupils missing in a section",
    Impact.FOLLOWS: "follows from something else",
}
_TEACHER: Final = frozenset({"1", "admin", "teacher", "instructor", "administrator", "course admin"})
_NO_ACCOUNT: Final = frozenset(
    {
        "missing-required",
        "duplicate-email",
        "duplicate-username",
        "duplicate-unique-id",
        "duplicate-row",
        "invalid-format",
    }
)
_SAMPLE: Final = 20_000
REPAIR: Final = {kind: place for place, kind in enumerate(Kind)}
"""Users, Courses, Enrollments: each needs what comes before."""


class Weight(NamedTuple):
    """What an error costs, and why.

    Attributes:
        impact: how bad.
        verdict: the one on most of its rows, as far as they were looked at; without rows by its message, and by what holds for all of them.
        cascade: what its rows follow from, where they do.
        owners: where its rows are put right, the place of most of them first.
    """

    impact: Impact
    verdict: Verdict
    cascade: Cascade | None = None
    owners: tuple[Owner, ...] = ()

    @property
    def where(self) -> str:
        """Where it is put right, in a few words."""
        first, *others = self.owners or (self.verdict.owner,)
        return first.where + "".join(f", some: {other.where}" for other in others[:1])


def weigh(diagnosis: Diagnosis, archive: Archive, run: Run, error: ErrorType) -> Weight:
    """What an error costs; counts cells of its rows, so meant for a worker thread."""
    verdict, facts = diagnosis.of_error(error.id)
    judged = diagnosis.diagnose(list(islice(archive.records(error_id=error.id), AT_ONCE)))
    owners: tuple[Owner, ...] = ()
    if judged:
        verdicts = Counter((each.verdict.owner, each.verdict.rule) for each in judged)
        owners = tuple(owner for owner, _ in Counter(each.verdict.owner for each in judged).most_common())
        (_, rule), _ = max(verdicts.items(), key=lambda one: (one[0][0] is owners[0], one[1]))
        verdict, _ = diagnosis.of_error(error.id, rule)
    told = cascade(diagnosis, archive, error, run)
    if facts.get("every-row"):
        impact = Impact.EVERY_ROW
    elif told is not None and told.is_whole:
        impact = Impact.FOLLOWS
    elif verdict.category in {"file-transfer", "header-changed"}:
        impact = Impact.EVERY_ROW
    elif run.kind is Kind.COURSES or _has_teachers(diagnosis, archive, error, run):
        impact = Impact.NO_TEACHER
    elif run.kind is Kind.USERS:
        are_known = bool(judged) and all(each.case.facts().known.get("in-schoology") for each in judged)
        is_missing = verdict.category in _NO_ACCOUNT and not are_known
        impact = Impact.NO_ACCOUNT if is_missing else Impact.DETAILS
    else:
        impact = Impact.REST
    return Weight(impact, verdict, told, owners)


def _has_teachers(diagnosis: Diagnosis, archive: Archive, error: ErrorType, run: Run) -> bool:
    """Whether one of the enrollments is a teacher's (schoology.md 3.4)."""
    if run.kind is not Kind.ENROLLMENTS or not error.rows_read:
        return False
    fields = diagnosis.fields_of(error.columns)
    column = next((name for name, field in fields.items() if field is Field.ENROLLMENT_TYPE), None)
    if column is None:
        return False
    counts, _ = archive.tally(error.id, [column], most=_SAMPLE)
    return any(cell.strip().casefold() in _TEACHER for (cell,) in counts)
