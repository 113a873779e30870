"""What a column means: headings known by their aliases (schoology.md 3.7), and whom a row is about.

Headings are not fixed: every SIS sends others, and the administrator matches them by hand. So they are compared with case, blanks and
punctuation folded, and a heading that is not known here is a column like any other, only without a meaning.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING

from importlog_tui.model import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Field(StrEnum):
    """What a column holds. The values are the names that the configuration's `[columns]` uses."""

    UNIQUE_ID = "unique_id"  # the SIS's key of a user, what Schoology matches by
    SCHOOLOGY_ID = "schoology_id"  # Schoology's own number of a user; never the same as UNIQUE_ID
    SIS_USER_ID = "sis_user_id"  # of PowerSchool Learning; not the key either
    USERNAME = "username"
    EMAIL = "email"
    FIRST_NAME = "first_name"
    PREFERRED_NAME = "preferred_name"
    MIDDLE_NAME = "middle_name"
    LAST_NAME = "last_name"
    FULL_NAME = "full_name"
    NAME_PREFIX = "name_prefix"
    ROLE = "role"
    SCHOOL = "school"
    ADDITIONAL_SCHOOLS = "additional_schools"
    POSITION = "position"
    PASSWORD = "password"  # noqa: S105 - a column's meaning
    GENDER = "gender"
    GRAD_YEAR = "grad_year"
    BIRTHDAY = "birthday"
    COURSE_CODE = "course_code"
    COURSE_NAME = "course_name"
    SECTION_CODE = "section_code"
    SECTION_SCHOOL_CODE = "section_school_code"
    SECTION_NAME = "section_name"
    GRADING_PERIOD = "grading_period"
    DEPARTMENT = "department"
    CREDITS = "credits"
    DESCRIPTION = "description"
    SECTION_DESCRIPTION = "section_description"
    LOCATION = "location"
    ENROLLMENT_TYPE = "enrollment_type"
    STATUS = "status"
    ROW_NUMBER = "row_number"
    MESSAGE = "message"
    ROWS_AFFECTED = "rows_affected"


USER_LINK = "Schoology User ID (link)"
"""Heading of a column that the page doesn't have: what its rows' links to user pages say (schoology.md 1.4)."""

_ALIASES: dict[Field, str] = {
    Field.UNIQUE_ID: "user unique id, unique user id, unique id, school uid, user school uid, unique uid",
    Field.SCHOOLOGY_ID: f"{USER_LINK}, schoology user id, schoology id, schoology uid, uid",
    Field.SIS_USER_ID: "sis user id",
    Field.USERNAME: "username, user name, login, login name, user login",
    Field.EMAIL: "email, email address, mail, primary email, user email, email id",
    Field.FIRST_NAME: "first name, first, name first, given name, user first name, legal first name",
    Field.PREFERRED_NAME: "preferred first name, first name preferred, name first preferred, preferred name",
    Field.MIDDLE_NAME: "middle name, middle, name middle, middle initial",
    Field.LAST_NAME: "last name, last, name last, surname, family name, user last name, legal last name",
    Field.FULL_NAME: "full name, name, display name, name display, user full name",
    Field.NAME_PREFIX: "name prefix, prefix, name title",
    Field.ROLE: "role, role name, user role, roles, role id, role title",
    Field.SCHOOL: "school, building, campus, school title, school name, building nid, building code, school code, building name, site, site name, site code",
    Field.ADDITIONAL_SCHOOLS: "additional schools, additional buildings, additional school",
    Field.POSITION: "position, job title, position job title",
    Field.PASSWORD: "password, pwd",
    Field.GENDER: "gender",
    Field.GRAD_YEAR: "grad year, graduation year, year of graduation, grad yr",
    Field.BIRTHDAY: "birthday, birth date, birthdate, date of birth, dob",
    Field.COURSE_CODE: "course code, course no, course nr, course num, course number",
    Field.COURSE_NAME: "course name, course title",
    Field.SECTION_CODE: "section code, section no, section nr, section num, section number",
    Field.SECTION_SCHOOL_CODE: "section school code",
    Field.SECTION_NAME: "section name, section title",
    Field.GRADING_PERIOD: "grading period, grading periods, grade period, grade periods, term, terms, term code",
    Field.DEPARTMENT: "department",
    Field.CREDITS: "credits, credit",
    Field.DESCRIPTION: "description, course description",
    Field.SECTION_DESCRIPTION: "section description",
    Field.LOCATION: "location, room",
    Field.ENROLLMENT_TYPE: "enrollment type, enrolment type, type",
    Field.STATUS: "status, enrollment status",
    Field.ROW_NUMBER: "#, row, row number, row no, row nr, row num, line, line number, line no, file row, file line, csv row, csv line, no, nr",
    Field.MESSAGE: "message, error, error message, errors, error messages, error description, reason, warning, issue",
    Field.ROWS_AFFECTED: "rows affected, row affected, affected rows, number of rows affected, no of rows affected, "
    "records affected, affected records, affected",
}


def _folded(heading: str) -> str:
    """`heading` without case, blanks, punctuation, byte order marks and zero-width signs."""
    bare = heading.strip()
    if bare in {"#", "№"}:
        return "#"
    return "".join(c for c in unicodedata.normalize("NFKC", bare).casefold() if c.isalnum())


_KNOWN: dict[str, Field] = {
    _folded(alias): field for field, aliases in _ALIASES.items() for alias in aliases.split(", ")
}


_PERSONS = ("person", "student", "pupil", "user", "id")
_STAND_INS: dict[Field, frozenset[str]] = {
    Field.UNIQUE_ID: frozenset(
        f"{who}{number}" for who in _PERSONS for number in ("no", "nr", "num", "number")
    ),
}
"""Folded headings that mean this where no other column of the table does, or may."""
_BESIDE: dict[str, tuple[Field, Field]] = {
    "course": (Field.COURSE_CODE, Field.COURSE_NAME),
    "section": (Field.SECTION_CODE, Field.SECTION_NAME),
}
"""Folded headings that are a name where a column of the table holds the code: heading -> (the code's meaning, their own)."""


def heading_words() -> set[str]:
    """The words that known headings are made of."""
    return set(" ".join(_ALIASES.values()).replace(",", " ").split())


_SEVERAL: dict[str, tuple[Field, ...]] = {
    "sisid": (Field.UNIQUE_ID, Field.SIS_USER_ID),
    "id": (Field.UNIQUE_ID, Field.SCHOOLOGY_ID),
    "userid": (Field.UNIQUE_ID, Field.SCHOOLOGY_ID, Field.USERNAME),
}


def choices_for(heading: str) -> tuple[Field, ...]:
    """What a heading may mean that stands for several things ("SIS ID", schoology.md 3.7); () for all others."""
    return _SEVERAL.get(_folded(heading), ())


def field_of(heading: str) -> Field | None:
    """The meaning of a heading, None where it is not known or stands for several things (a bare "SIS ID", "User ID")."""
    return _KNOWN.get(_folded(heading))


def unique_headings(headings: Iterable[str]) -> tuple[str, ...]:
    """`headings` as they are, made unique: the second "X" becomes "X (2)", a blank one "Column 3" (its place, from 1)."""
    written = [heading if heading.strip() else f"Column {place}" for place, heading in enumerate(headings, 1)]
    reserved, taken, seen = set(written), set[str](), dict[str, int]()
    unique: list[str] = []
    for heading in written:
        name = heading
        if name in taken:
            count = seen.get(heading, 1) + 1
            while (name := f"{heading} ({count})") in reserved or name in taken:
                count += 1
            seen[heading] = count
        taken.add(name)
        unique.append(name)
    return tuple(unique)


_OF_A_USER = (Field.UNIQUE_ID, Field.SCHOOLOGY_ID, Field.USERNAME, Field.EMAIL)
_MOST_DIGITS = 18
"""A row number with more digits does not fit the archive's integers."""


class Columns:
    """The columns of one table of records, by meaning.

    Attributes:
        columns: the headings.
        fields: the meaning of each, None where it has none; of two columns with one meaning the first counts.
        hits: how many of the headings are known.
    """

    def __init__(self, columns: Sequence[str], extra: Mapping[str, Field] | None = None) -> None:
        """`extra` holds a district's own headings, compared as loosely as the built-in ones, and wins over them."""
        self.columns = tuple(columns)
        own = {_folded(heading): field for heading, field in (extra or {}).items()}
        folded = [_folded(heading) for heading in self.columns]
        # Schoology's own user export calls the username "name" (schoology.md 4.7); it is known by the columns beside it.
        if "name" not in own and {"mail", "namefirst", "namelast"} & set(folded):
            own["name"] = Field.USERNAME
        known = {heading: field for heading in folded if (field := own.get(heading) or _KNOWN.get(heading))}
        self.fields = tuple(map((_by_others(folded, known) | known).get, folded))
        self.hits = sum(field is not None for field in self.fields)
        self._at: dict[Field, int] = {}
        for place, field in enumerate(self.fields):
            if field is not None:
                self._at.setdefault(field, place)
        self._user = self._at.get(Field.UNIQUE_ID)
        self._course = self._at.get(Field.COURSE_CODE)
        self._sections = self._places(Field.SECTION_CODE, Field.SECTION_SCHOOL_CODE)
        self._last, self._first = self._at.get(Field.LAST_NAME), self._at.get(Field.FIRST_NAME)
        self._full = self._places(Field.FULL_NAME)
        # The name of a course would be taken for the user's where a row is about both.
        about_users = any(field in self._at for field in _OF_A_USER)
        self._titles = () if about_users else self._places(Field.SECTION_NAME, Field.COURSE_NAME)
        self._number = self._at.get(Field.ROW_NUMBER)

    def _places(self, *fields: Field) -> tuple[int, ...]:
        return tuple(self._at[field] for field in fields if field in self._at)

    def index(self, field: Field) -> int | None:
        """Place of the column with this meaning, from 0."""
        return self._at.get(field)

    def subject(self, cells: Sequence[str]) -> Subject:
        """Whom or what a row is about; a blank cell counts as none, and so does one that the row lacks."""
        last, first = _cell(cells, self._last), _cell(cells, self._first)
        if last and first:
            name: str | None = f"{last}, {first}"
        else:
            name = _first_of(cells, self._full) or last or first or _first_of(cells, self._titles)
        course, section = _cell(cells, self._course), _first_of(cells, self._sections)
        return Subject(
            user=_cell(cells, self._user),
            section=f"{course} {section}" if course and section else course or section,
            name=name,
        )

    def number(self, cells: Sequence[str]) -> int | None:
        """The row number that the source prints, None where it prints none or something else."""
        text = _cell(cells, self._number)
        if text is None:
            return None
        digits = text.strip().replace(",", "")
        if not (digits.isdecimal() and len(digits) <= _MOST_DIGITS):
            return None
        return int(digits)


def _by_others(folded: Sequence[str], known: Mapping[str, Field]) -> dict[str, Field]:
    """What headings mean by the columns that stand beside them."""
    there = set(known.values())
    found = {
        heading: meaning
        for heading, (code, meaning) in _BESIDE.items()
        if code in there and meaning not in there
    }
    for field, headings in _STAND_INS.items():
        some = [heading for heading in folded if heading in headings]
        may_be = any(field in _SEVERAL.get(heading, ()) and heading not in known for heading in folded)
        if len(some) == 1 and field not in there and not may_be:
            found[some[0]] = field
    return found


def is_stand_in(heading: str) -> bool:
    """Whether a heading ("Student Number") is taken for the key only because no other column is."""
    return any(_folded(heading) in headings for headings in _STAND_INS.values())


def _cell(cells: Sequence[str], place: int | None) -> str | None:
    if place is None or place >= len(cells):
        return None
    cell = cells[place]
    return cell if cell and not cell.isspace() else None


def _first_of(cells: Sequence[str], places: tuple[int, ...]) -> str | None:
    for place in places:
        cell = _cell(cells, place)
        if cell is not None:
            return cell
    return None
