"""Who else has what a record wants: another account in Schoology, another record of the SIS. And: is that the same person?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importlog_tui.fields import Field
from importlog_tui.model import Kind
from importlog_tui.triage import persons
from importlog_tui.triage.evidence import Holder
from importlog_tui.triage.witnesses import CODES, UsersFound, blank_folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importlog_tui.roster import Entry
    from importlog_tui.triage.case import Case

_MOST_LINES: Final = 5


def collide(case: Case) -> None:
    """Who else has the value."""
    if case.about.category == "duplicate-row":
        case.field = Field.UNIQUE_ID
    wanted = case.field
    value = case.values.get(wanted, "") if wanted else ""
    if wanted is None or not value.strip():
        return
    users, accounts = case.asked.users, case.asked.accounts
    if accounts is not None:
        others = [e for e in _having(accounts, wanted, value) if not _is_own(case, e)]
        _held(case, others)
    if users is not None:
        same = _having(users, wanted, value)
        others = [e for e in same if wanted is Field.UNIQUE_ID or not _is_own(case, e)]
        others = [e for e in others if case.sis is None or e.line != case.sis.line]
        _sent_twice(case, others)


def _is_own(case: Case, entry: Entry) -> bool:
    mine, theirs = case.unique_id, entry.fields.get(Field.UNIQUE_ID, "")
    return bool(mine.strip()) and mine == theirs


def _held(case: Case, others: Sequence[Entry]) -> None:
    if not others:
        if case.asked.accounts_whole:
            case.note("held", so=False, told="Nobody else in Schoology's user list has it.")
        return
    found = [
        Holder(each, persons.same_person(case.values, each.fields, case.field), in_schoology=True)
        for each in others
    ]
    # Whoever is the same person explains most; then whoever is active.
    found.sort(key=lambda one: (one.likeness.is_same is not True, persons.is_active(one.entry) is False))
    case.holders += found
    holder = found[0]
    who = persons.described(holder.entry)
    case.note("held", so=True, told=f"Schoology has {who}.")
    case.words["holder"] = who
    case.words["reasons"] = ", ".join(holder.likeness.reasons)
    active = persons.is_active(holder.entry)
    if active is not None:
        case.note("holder-inactive", so=not active)
    if holder.likeness.is_same is not None:
        why = f"Same person? {', '.join(holder.likeness.reasons)}."
        case.note("holder-same-person", so=holder.likeness.is_same, told=why)
        case.note("holder-other-person", so=not holder.likeness.is_same, told=why)
    if (synced := persons.is_synced(holder.entry)) is not None:
        case.note("holder-synced", so=synced, told="The account comes from a sync." if synced else "")


def _sent_twice(case: Case, others: Sequence[Entry]) -> None:
    if not others:
        if case.asked.users_whole:
            case.note("twice-in-sis", so=False)
        return
    other = others[0]
    likeness = persons.same_person(case.values, other.fields, case.field)
    case.holders += [
        Holder(each, persons.same_person(case.values, each.fields, case.field), in_schoology=False)
        for each in others[:_MOST_LINES]
    ]
    who = persons.called(other.fields)
    case.note("twice-in-sis", so=True, told=f"The SIS also sends {who}, line {other.line}.")
    case.words["other"] = who
    case.words["lines"] = _lines(others)
    is_one = likeness.is_same is True or (_is_own(case, other) and likeness.is_same is not False)
    case.note("twice-same-person", so=is_one, told=f"Same person? {', '.join(likeness.reasons)}.")


def twice(case: Case) -> None:
    """Whether the SIS sends a section, or an enrollment, more than once."""
    asked = case.asked
    same: Sequence[Entry] | None = None
    if case.about.kind is Kind.COURSES and asked.sections is not None:
        code = case.values.get(Field.SECTION_SCHOOL_CODE, "")
        same = (
            [
                e
                for e in asked.sections.by_code.get(code, [])
                if e.fields.get(Field.SECTION_SCHOOL_CODE) == code
            ]
            if code.strip()
            else asked.sections.exactly(case.values)
        )
    elif case.about.kind is Kind.ENROLLMENTS and asked.enrollments is not None:
        keys = (Field.COURSE_CODE, *CODES)
        mine = [case.values.get(each, "") for each in keys]
        same = [
            e
            for e in asked.enrollments.get(case.unique_id, [])
            if [e.fields.get(each, "") for each in keys] == mine
        ]
    if same is None:
        return
    case.note(
        "twice-in-sis",
        so=len(same) > 1,
        told=f"The SIS sends it on {_lines(same)}." if len(same) > 1 else "",
    )
    case.words["lines"] = _lines(same)


def _having(found: UsersFound, wanted: Field, value: str) -> list[Entry]:
    if wanted is Field.EMAIL:
        return found.by_email.get(blank_folded(value), [])
    if wanted is Field.USERNAME:
        return found.by_username.get(blank_folded(value), [])
    return found.by_id.get(value, [])


def _lines(entries: Sequence[Entry]) -> str:
    numbers = [f"{entry.line:,}" for entry in entries[:_MOST_LINES]]
    more = len(entries) - len(numbers)
    told = ", ".join(numbers) + (f" and {more} more" if more else "")
    return f"line{'s' if len(entries) > 1 else ''} {told} of the SIS's file"
