"""Names and addresses made unreadable and still recognisable, for a screen that others see and for lists that leave the office.

A name keeps its first letter ("L••••"), an address its first letter and its domain, an id its first and last two signs; codes of courses and
sections, schools, roles and what is wrong stay readable, since the list is of no use without them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from importlog_tui.fields import Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importlog_tui.fields import Columns
    from importlog_tui.model import Subject

DOTS: Final = "••••"
"""Always as many, so that a length tells nothing."""

_NAMES: Final = frozenset({Field.FIRST_NAME, Field.LAST_NAME, Field.MIDDLE_NAME, Field.PREFERRED_NAME, Field.FULL_NAME, Field.USERNAME})  # fmt: skip
_IDS: Final = frozenset({Field.UNIQUE_ID, Field.SCHOOLOGY_ID, Field.SIS_USER_ID})
_OPEN: Final = frozenset(
    {
        Field.ROLE, Field.SCHOOL, Field.ADDITIONAL_SCHOOLS, Field.POSITION, Field.GRAD_YEAR, Field.COURSE_CODE, Field.COURSE_NAME, Field.SECTION_CODE,
        Field.SECTION_SCHOOL_CODE, Field.SECTION_NAME, Field.GRADING_PERIOD, Field.DEPARTMENT, Field.CREDITS, Field.DESCRIPTION,
        Field.SECTION_DESCRIPTION, Field.LOCATION, Field.ENROLLMENT_TYPE, Field.STATUS, Field.ROW_NUMBER, Field.MESSAGE, Field.ROWS_AFFECTED,
        Field.NAME_PREFIX,
    }
)  # fmt: skip


def masked_name(text: str) -> str:
    """Every word's first letter: "Lopez, Maria" becomes "L••••, M••••"."""
    return " ".join(
        f"{word[0]}{DOTS}{',' if word.endswith(',') else ''}" if word.strip(",") else word
        for word in text.split(" ")
    )


def masked_email(text: str) -> str:
    """The first letter, and the domain: "m••••@example.org"."""
    local, at, domain = text.partition("@")
    return f"{local[:1]}{DOTS}{at}{domain}" if text.strip() else text


def masked_id(text: str) -> str:
    """The first and the last two signs: "20••••17"; nothing of a short one."""
    if not text.strip():
        return text
    return f"{text[:2]}{DOTS}{text[-2:]}" if len(text) > 5 else DOTS


def masked(text: str, field: Field | None) -> str:
    """A cell, by what its column means; one whose meaning is not known is hidden whole."""
    if field in _OPEN or not text.strip():
        return text
    if field in _NAMES:
        return masked_name(text)
    if field is Field.EMAIL:
        return masked_email(text)
    return masked_id(text) if field in _IDS else DOTS


def masked_values(values: Mapping[str, str], columns: Columns) -> dict[str, str]:
    """A record's values."""
    meant = dict(zip(columns.columns, columns.fields, strict=True))
    return {column: masked(value, meant.get(column)) for column, value in values.items()}


def masked_subject(subject: Subject) -> Subject:
    """Whom a record is about."""
    return subject._replace(
        user=None if subject.user is None else masked_id(subject.user),
        name=None
        if subject.name is None
        else subject.name
        if subject.section and not subject.user
        else masked_name(subject.name),
    )


_ADDRESS: Final = re.compile(r"[^\s@(“”]{1,64}@[^\s@)“”,;]{1,255}")
_LONG_NUMBER: Final = re.compile(r"\d{5,}")


def masked_sentence(text: str, hidden: Mapping[str, str] | None = None) -> str:
    """A sentence of ours about a person: what is in `hidden` (as written -> as masked), addresses, and numbers long enough to be an ID."""
    for written, shown in sorted((hidden or {}).items(), key=lambda pair: -len(pair[0])):
        if written.strip():
            text = text.replace(written, shown)
    text = _ADDRESS.sub(lambda found: masked_email(found.group()), text)
    return _LONG_NUMBER.sub(lambda found: masked_id(found.group()), text)
