"""Which field a message or a category is about, and which cells an import requires (schoology.md 3.1, 3.2, 3.4)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from importlog_tui.fields import Field, field_of
from importlog_tui.model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

CONCERNED: Final[Mapping[str, tuple[Field, ...]]] = {
    "duplicate-email": (Field.EMAIL,),
    "duplicate-username": (Field.USERNAME,),
    "duplicate-unique-id": (Field.UNIQUE_ID,),
    "role-unmapped": (Field.ROLE,),
    "school-unmapped": (Field.SCHOOL,),
    "grading-period": (Field.GRADING_PERIOD,),
    "user-not-found": (Field.UNIQUE_ID,),
    "section-not-found": (Field.SECTION_SCHOOL_CODE, Field.SECTION_CODE, Field.COURSE_CODE),
    "inactive-user": (Field.STATUS,),
}
"""Category -> what its records fail by, the first that they have."""

REQUIRED: Final[Mapping[Kind, tuple[tuple[Field, ...], ...]]] = {
    Kind.USERS: (
        (Field.UNIQUE_ID,),
        (Field.FIRST_NAME,),
        (Field.LAST_NAME,),
        (Field.USERNAME, Field.EMAIL),
        (Field.ROLE,),
        (Field.SCHOOL,),
    ),
    Kind.COURSES: (
        (Field.COURSE_NAME,),
        (Field.COURSE_CODE,),
        (Field.SECTION_NAME,),
        (Field.SECTION_CODE, Field.SECTION_SCHOOL_CODE),
        (Field.GRADING_PERIOD,),
        (Field.SCHOOL,),
    ),
    Kind.ENROLLMENTS: (
        (Field.COURSE_CODE,),
        (Field.SECTION_CODE, Field.SECTION_SCHOOL_CODE),
        (Field.UNIQUE_ID,),
        (Field.ENROLLMENT_TYPE,),
    ),
}
"""Kind -> what must not be blank; of several in one pair of brackets one is enough."""

_NOT_NAMED: Final = frozenset({Field.ROW_NUMBER, Field.MESSAGE, Field.ROWS_AFFECTED})
_LONGEST_NAME: Final = 4


@lru_cache(maxsize=1_024)
def named_in(message: str) -> Field | None:
    """The field whose name stands in a message, the longest one; None where there is none."""
    words = re.findall(r"[\w-]+", message[:500])
    for length in range(_LONGEST_NAME, 0, -1):
        for start in range(len(words) - length + 1):
            found = field_of(" ".join(words[start : start + length]))
            if found is not None and found not in _NOT_NAMED:
                return found
    return None


def blank_required(kind: Kind, message: str, values: Mapping[Field, str]) -> tuple[Field | None, bool | None]:
    """The required field of a row that is blank, and whether one is; (None, None) where the row's columns can't tell.

    A field that the message names is looked at alone.
    """
    named = named_in(message)
    if named is not None and named in values:
        return named, not values[named].strip()
    is_told = False
    for group in REQUIRED.get(kind, ()):
        there = [field for field in group if field in values]
        if not there:
            continue
        is_told = True
        if not any(values[field].strip() for field in there):
            return there[0], True
    return None, False if is_told else None
