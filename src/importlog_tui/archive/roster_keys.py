"""The three tables that rows of extracts and of the directory lie in, and which cells of a row stand in columns of their own.

A key column is NULL where the table read has no such heading, and "" where the cell is empty. Keys are kept exactly as written; a column whose
name ends in `_folded` is for what must be found, or hinted at, whatever its case and blanks (schoology.md 3.3).
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.fields import Field
from importlog_tui.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable


def folded(text: str) -> str:
    """`text` without case and blanks: what two codes or addresses have in common that differ in nothing else."""
    return "".join(text.casefold().split())


class KeyColumn(NamedTuple):
    """A column of one of the tables: the cell with this meaning, as `turned` gives it."""

    name: str
    field: Field
    turned: Callable[[str], str] | None = None


class KindTable(NamedTuple):
    """Where the rows of a kind lie.

    Attributes:
        name: of the SQL table; all have the columns id, roster_id, line and cells besides the keys.
    """

    name: str
    keys: tuple[KeyColumn, ...]


def _plain(*fields: Field) -> tuple[KeyColumn, ...]:
    return tuple(KeyColumn(field.value, field) for field in fields)


def _folded(*fields: Field) -> tuple[KeyColumn, ...]:
    return tuple(KeyColumn(f"{field.value}_folded", field, folded) for field in fields)


_CODES: Final = (Field.COURSE_CODE, Field.SECTION_CODE, Field.SECTION_SCHOOL_CODE)

TABLES: Final = {
    Kind.USERS: KindTable(
        "roster_users",
        (
            *_plain(Field.UNIQUE_ID, Field.SCHOOLOGY_ID, Field.USERNAME, Field.EMAIL),
            *_folded(Field.USERNAME, Field.EMAIL),
            *_plain(Field.FIRST_NAME, Field.LAST_NAME, Field.ROLE, Field.SCHOOL, Field.STATUS),
        ),
    ),
    Kind.COURSES: KindTable(
        "roster_sections",
        (
            *_plain(*_CODES),
            *_folded(*_CODES),
            *_plain(Field.COURSE_NAME, Field.SECTION_NAME, Field.GRADING_PERIOD, Field.SCHOOL, Field.STATUS),
        ),
    ),
    Kind.ENROLLMENTS: KindTable(
        "roster_enrollments",
        _plain(
            Field.UNIQUE_ID, *_CODES, Field.ENROLLMENT_TYPE, Field.GRADING_PERIOD, Field.SCHOOL, Field.STATUS
        ),
    ),
}


class EnrollmentKey(IntEnum):
    """What enrollments are found by, in a table of its own (`roster_enrollment_keys`); the values stand in archives and never change."""

    USER = 0
    COURSE = 1  # course code, U+001F, section code
    SCHOOL_CODE = 2  # section school code


ENROLLMENT_KEYS: Final = {
    EnrollmentKey.USER: "unique_id",
    EnrollmentKey.COURSE: "course_code || x'1f' || coalesce(section_code, '')",
    EnrollmentKey.SCHOOL_CODE: "section_school_code",
}
"""Each as SQL takes it from a row of `roster_enrollments`; NULL, and "" alone, are left out."""

SECTION_KEYS: Final = {key: ENROLLMENT_KEYS[key] for key in (EnrollmentKey.SCHOOL_CODE, EnrollmentKey.COURSE)}
"""Those of a section, which SQL takes from a row of `roster_sections` alike; the one that is unique in the district first."""
