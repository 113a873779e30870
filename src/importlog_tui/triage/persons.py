"""Two records, one person? And whether a record is of somebody who is there: what a user's row says of it. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.fields import Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importlog_tui.roster import Entry

_INACTIVE: Final = frozenset(
    [
        "inactive",
        "disabled",
        "deactivated",
        "deleted",
        "tobedeleted",
        "archived",
        "withdrawn",
        "exited",
        "no",
        "n",
        "false",
        "f",
        "0",
        "i",
    ]
)
_ACTIVE: Final = frozenset(["active", "enabled", "enrolled", "yes", "y", "true", "t", "1", "a"])
_ACTIVE_HEADINGS: Final = frozenset({"active", "enabled", "enableduser", "isactive", "activeflag"})
_STUDENT: Final = frozenset({"student", "students", "pupil", "learner", "member"})
_ROLES: Final = frozenset({"student", "teacher", "parent", "administrator", "advisor"})
_ENOUGH: Final = 3
"""Signs that make one person of two records: a birthday, or a name and one more."""


class Likeness(NamedTuple):
    """Whether two records are of one person.

    Attributes:
        is_same: None where that can't be told.
        reasons: a few words each.
    """

    is_same: bool | None
    reasons: tuple[str, ...]


@lru_cache(maxsize=10_000)  # headings and states, of which there are few, come again and again
def folded(text: str) -> str:
    """`text` without case, accents, blanks and punctuation."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in bare if c.isalnum())


def same_person(
    one: Mapping[Field, str], other: Mapping[Field, str], without: Field | None = None
) -> Likeness:
    """Whether two user records, by their meaning, look like one person; what they collide by, `without`, is no sign."""
    score = 0
    reasons = []

    def both(field: Field) -> tuple[str, str] | None:
        if field is without:
            return None
        mine, yours = one.get(field, "").strip(), other.get(field, "").strip()
        return (mine, yours) if mine and yours else None

    if pair := both(Field.SCHOOLOGY_ID):
        return Likeness(pair[0] == pair[1], ("same Schoology account",) if pair[0] == pair[1] else ())
    if pair := both(Field.BIRTHDAY):
        is_same = _digits(pair[0]) == _digits(pair[1])
        score += 3 if is_same else -4
        reasons.append("same birthday" if is_same else "another birthday")
    first, last = both(Field.FIRST_NAME), both(Field.LAST_NAME)
    same_first = first is not None and _same_first(one, other)
    same_last = last is not None and folded(last[0]) == folded(last[1])
    if same_first and same_last:
        score += 2
        reasons.append("same name")
    elif first is not None and not same_first:
        score -= 2
        reasons.append("another first name")
    elif same_first and last is not None:
        reasons.append("same first name, another last name")
    if pair := both(Field.GRAD_YEAR):
        is_same = _digits(pair[0]) == _digits(pair[1])
        score += 1 if is_same else -2
        reasons.append(f"both graduate in {pair[0]}" if is_same else f"graduates in {pair[1]}, not {pair[0]}")
    if (pair := both(Field.ROLE)) and is_student(pair[0]) != is_student(pair[1]):
        score -= 2
        reasons.append(f"role {pair[1]}, not {pair[0]}")
    if (pair := both(Field.USERNAME)) and folded(pair[0]) == folded(pair[1]):
        score += 1
        reasons.append("same username")
    if (pair := both(Field.EMAIL)) and folded(pair[0]) == folded(pair[1]) and same_last:
        score += 1
        reasons.append("same e-mail")
    told = True if score >= _ENOUGH else False if score < 0 else None
    return Likeness(told, tuple(reasons))


def _same_first(one: Mapping[Field, str], other: Mapping[Field, str]) -> bool:
    names = [
        {folded(each.get(field, "")) for field in (Field.FIRST_NAME, Field.PREFERRED_NAME)} - {""}
        for each in (one, other)
    ]
    return bool(names[0] & names[1])


def _digits(text: str) -> list[int]:
    return sorted(int(digits) for digits in re.findall(r"\d{1,9}", text))


def is_role(role: str) -> bool:
    """Whether a role is told by a word that the SIS and Schoology both use, and not by a code or a title."""
    return folded(role) in _ROLES


def is_student(role: str) -> bool:
    """Whether a role is a student's."""
    return folded(role) in _STUDENT or folded(role).startswith("student")


def is_active(entry: Entry) -> bool | None:
    """Whether a row says that its user is active; None where it says nothing of it."""
    told = entry.fields.get(Field.STATUS)
    if told is None:
        told = next((value for name, value in entry.values.items() if folded(name) in _ACTIVE_HEADINGS), None)
    word = folded(told or "")
    return False if word in _INACTIVE else True if word in _ACTIVE else None


def is_synced(entry: Entry) -> bool | None:
    """Whether Schoology says that an account comes from a sync (schoology.md 4.8)."""
    told = next((value for name, value in entry.values.items() if folded(name) == "synced"), "")
    return {"1": True, "0": False}.get(told.strip())


def inactive_since(entry: Entry) -> str:
    """The day on which an account was made inactive, "" where that is not told."""
    told = next((value for name, value in entry.values.items() if folded(name) == "inactivesince"), "")
    return told[:10]


_LEFT_OUT: Final = (
    # heading, what must not stand there, what is lacking (schoology.md 5.1)
    ("department", ("", "selectone", "other", "edutech"), "a Department"),
    ("type", ("none", ""), "a Type"),
    ("facultyid", ("",), "a Faculty ID"),
    ("universalfacultyid", ("",), "a Faculty ID"),
)


def left_out(entry: Entry) -> tuple[str, ...]:
    """What a staff record lacks to be sent to Schoology (schoology.md 5.1), as far as its columns tell."""
    if is_student(entry.fields.get(Field.ROLE, "")):
        return ()
    cells = {folded(name): value for name, value in entry.values.items()}
    lacking = []
    for name, wrong, what in _LEFT_OUT:
        if name in cells and folded(cells[name]) in wrong:
            lacking.append(f"{what} (it says “{cells[name]}”)" if cells[name].strip() else what)
    if {"facultyid", "universalfacultyid"} <= cells.keys() and lacking.count("a Faculty ID") == 1:
        lacking.remove("a Faculty ID")  # one of the two is enough
    if any("override" in name and folded(value) == "noaccount" for name, value in cells.items()):
        lacking.append("an account: the Schoology Override says “No Account”")
    return tuple(dict.fromkeys(lacking))


def called(fields: Mapping[Field, str]) -> str:
    """Unique ID and name as far as they are known: 198804 Lopez, Marta."""
    last, first = fields.get(Field.LAST_NAME, "").strip(), fields.get(Field.FIRST_NAME, "").strip()
    name = f"{last}, {first}" if last and first else last or first or fields.get(Field.FULL_NAME, "").strip()
    return " ".join(part for part in (fields.get(Field.UNIQUE_ID, "").strip(), name) if part)


def described(entry: Entry) -> str:
    """An account in a few words: who, active or not and since when, role, school."""
    active = is_active(entry)
    since = inactive_since(entry)
    state = "inactive" if active is False else "active" if active else ""
    if since and active is False:
        state = f"inactive since {since}"
    school = next(
        (value for name, value in entry.values.items() if folded(name) in {"schooltitle", "schoolname"}),
        "",
    ) or entry.fields.get(Field.SCHOOL, "")
    parts = (called(entry.fields), state, entry.fields.get(Field.ROLE, ""), school)
    return ", ".join(part.strip() for part in parts if part.strip())
