"""What kind of import file a table is, told from its headings (schoology.md 3.1, 3.2, 3.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importlog_tui.fields import Field
from importlog_tui.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

_CODES: Final = {Field.COURSE_CODE, Field.SECTION_CODE, Field.SECTION_SCHOOL_CODE}
_OF_A_COURSE: Final = {Field.COURSE_NAME, Field.SECTION_NAME}
_OF_A_USER: Final = {Field.UNIQUE_ID, Field.SCHOOLOGY_ID, Field.USERNAME, Field.EMAIL}
_OF_A_PERSON: Final = {Field.FIRST_NAME, Field.LAST_NAME, Field.FULL_NAME}


def kind_of(fields: Iterable[Field]) -> Kind | None:
    """What a table with these meanings holds; None where that can't be told.

    Whoever stands beside a section's code is enrolled in it, be the section named or not: Schoology's own export of enrollments has its name.
    """
    known = set(fields)
    if known & _CODES and (Field.UNIQUE_ID in known or Field.ENROLLMENT_TYPE in known):
        return Kind.ENROLLMENTS
    if known & _OF_A_COURSE and known & (_CODES | {Field.GRADING_PERIOD}):
        return Kind.COURSES
    if known & _CODES:
        return None
    if known & _OF_A_USER and known & (_OF_A_PERSON | {Field.ROLE, Field.SCHOOL}):
        return Kind.USERS
    return None
