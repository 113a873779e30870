"""What the columns of an import file mean, and which kind of file it is by them (schoology.md 3.1, 3.2, 3.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from importlog_tui.fields import Columns, Field, choices_for
from importlog_tui.model import Kind
from importlog_tui.roster import Unclear

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from importlog_tui.model import Origin
    from importlog_tui.roster import Witness
    from importlog_tui.sources.status_log import How

_CODES: Final = {Field.COURSE_CODE, Field.SECTION_CODE, Field.SECTION_SCHOOL_CODE}
_OF_A_COURSE: Final = {Field.COURSE_NAME, Field.SECTION_NAME}
_OF_A_USER: Final = {Field.UNIQUE_ID, Field.SCHOOLOGY_ID, Field.USERNAME, Field.EMAIL}
_TAUGHT: Final = _OF_A_COURSE | _CODES | {Field.GRADING_PERIOD}
_OF_A_PERSON: Final = {Field.FIRST_NAME, Field.LAST_NAME, Field.FULL_NAME}
_OF_TEACHING: Final = re.compile(
    r"(?<![a-z])(?:course|section|class|period|crosslist|enroll?ment)(?:e?s)?(?![a-z])(?!\s*(?:of\b|year|rank|20))",
    re.IGNORECASE,
)
"""A heading that a table of persons does not have; but a class of 2027 is a year."""
_NAMED: Final = (
    (re.compile(r"enrol|roster|crosslist", re.IGNORECASE), Kind.ENROLLMENTS, _CODES | _OF_A_USER),
    (re.compile(r"course|section|class", re.IGNORECASE), Kind.COURSES, _CODES | _OF_A_COURSE),
    (
        re.compile(r"user|student|staff|teacher|faculty|parent|people|person", re.IGNORECASE),
        Kind.USERS,
        _OF_A_USER,
    ),
)


def kind_of(fields: Collection[Field]) -> Kind | None:
    """What a table with columns of these meanings holds; None where that can't be told.

    Whoever stands beside a section's code is enrolled in it, be the section named or not: Schoology's own export of enrollments has its name.
    """
    known = set(fields)
    if known & _CODES and (Field.UNIQUE_ID in known or Field.ENROLLMENT_TYPE in known):
        return Kind.ENROLLMENTS
    if known & _OF_A_COURSE and known & (_CODES | {Field.GRADING_PERIOD}):
        return Kind.COURSES
    if not known & _CODES and known & _OF_A_USER and known & (_OF_A_PERSON | {Field.ROLE, Field.SCHOOL}):
        return Kind.USERS
    return None


def kind_by_name(name: str) -> Kind | None:
    """What a file's name says it is; a hint for those who have nothing else."""
    return next((kind for pattern, kind, _ in _NAMED if pattern.search(name)), None)


def _named(name: str, fields: Collection[Field]) -> Kind | None:
    """What a file's name says, if it has any column that such a file must have."""
    for pattern, kind, needed in _NAMED:
        if pattern.search(name) and needed & set(fields):
            return kind
    return None


def meaning_of(
    columns: Sequence[str], origin: Origin, how: How, witness: Witness, name: str
) -> tuple[Kind, Mapping[str, Field]] | Unclear:
    """The kind of a table and what its headings mean, or what has to be asked.

    Args:
        columns: headings.
        origin: where they stand.
        how: the district's own headings; the kind, where the person said it.
        witness: whose table it is.
        name: of the file or sheet, a hint where the headings leave the kind open.
    """
    known = Columns(columns, how.headings(witness))
    fields = {
        column: field for column, field in zip(known.columns, known.fields, strict=True) if field is not None
    }
    # A heading that stands for several things matters where nothing else is the key.
    open_ones = (
        [column for column in columns if choices_for(column) and column not in fields]
        if Field.UNIQUE_ID not in fields.values()
        else []
    )
    meant = {*fields.values(), *([Field.UNIQUE_ID] if open_ones else [])}
    kind = how.kind or kind_of(meant) or _named(name, meant)
    # A table of other things would stand for all users there are, and take the place of the one that does.
    is_taught = any(_OF_TEACHING.search(_words(column)) for column in columns if column not in fields)
    if kind is None or (kind is Kind.USERS and how.kind is None and (is_taught or meant & _TAUGHT)):
        return Unclear(witness, origin, tuple(columns))
    if open_ones and kind is not Kind.COURSES:
        return Unclear(witness, origin, tuple(columns), open_ones[0], choices_for(open_ones[0]))
    return kind, {column: _as_in(kind, field, set(fields.values())) for column, field in fields.items()}


def _words(heading: str) -> str:
    """A heading with blanks between its words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[_\W]+", " ", heading)


def _as_in(kind: Kind, field: Field, there: Collection[Field]) -> Field:
    """What a column means in a table of a kind: the type of a user is the role, and the role in a section the type of the enrollment."""
    pair = {
        Kind.USERS: (Field.ENROLLMENT_TYPE, Field.ROLE),
        Kind.ENROLLMENTS: (Field.ROLE, Field.ENROLLMENT_TYPE),
    }
    was, now = pair.get(kind, (None, field))
    return now if field is was and now not in there else field
