"""How the files of a package are joined into rows of Schoology's shape, followed by every column that they were joined from.

Where several rows of one file belong to one (a user's roles, a class's terms), their cells stand one a line. Files that are looked things up in are
held in memory; the three that rows come from are streamed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from importlog_tui.fields import Columns, Field
from importlog_tui.sources.sis.oneroster.part import cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.sources.sis.oneroster.part import Part

Found = Mapping[str, Sequence[Sequence[str]]]
"""Rows by the file that they are from."""
_TYPES: Final = {"teacher": "1", "student": "2"}
"""Enrollment Type as Schoology's vendor writes it (schoology.md 3.4); any other role stays the word that it is."""


class Shape:
    """One of the three tables.

    Attributes:
        main: the file whose rows it has.
        joined: files whose columns follow, in this order.
        needed: files that must be whole for the table to be.
        headings: the columns of Schoology's shape, with their meanings.
    """

    main: str
    joined: tuple[str, ...]
    needed: tuple[str, ...]
    headings: tuple[tuple[str, Field], ...]

    def __init__(self, parts: Mapping[str, Part], own: Mapping[str, Field]) -> None:
        """`own` are a district's own headings; those called by file and column say what a value is taken from."""
        self.parts = parts
        self._files = [name for name in (self.main, *self.joined) if name in parts and parts[name].columns]
        shape = tuple(heading for heading, _ in self.headings)
        self.columns = (
            *shape,
            *(f"{name}.{column}" for name in self._files for column in parts[name].columns),
        )
        self.fields = dict(self.headings)
        known = Columns(self.columns, own).fields
        called = {heading.casefold() for heading in own}
        self.told = {
            field: (name, column)
            for heading, field in zip(self.columns, known, strict=True)
            if field is not None
            and "." in heading
            and (name := heading.partition(".")[0]) in parts
            and (column := heading.partition(".")[2])
            and heading.casefold() in called
        }

    def take(self, field: Field, found: Found, default: str) -> str:
        """The value with a meaning: what the district says that it is taken from, else `default`."""
        if field not in self.told:
            return default
        name, column = self.told[field]
        rows = found.get(name)
        return cell(self.parts[name], rows[0], column) if rows else ""

    def rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """(line of the main file, cells). SourceProblem where a file can't be read."""
        part = self.parts[self.main]
        for line, row in part.rows():
            found = self.found(row)
            cells = self.shaped(found)
            for name in self._files:
                cells += _together(found.get(name, ()), len(self.parts[name].columns))
            yield line, tuple(cells)

    def found(self, row: Sequence[str]) -> Found:
        """A row of the main file, and the rows of the other files that belong to it."""
        return {self.main: [row]}

    def shaped(self, found: Found) -> list[str]:
        """The cells of Schoology's shape."""
        raise NotImplementedError

    def of(self, row: Sequence[str] | None, column: str) -> str:
        """A cell of the main file."""
        return cell(self.parts[self.main], row, column)

    @cached_property
    def orgs(self) -> dict[str, list[str]]:
        """Schools and what is above and below them."""
        return self._by("orgs")

    @cached_property
    def sessions(self) -> dict[str, list[str]]:
        """Terms and grading periods."""
        return self._by("academicSessions")

    @cached_property
    def courses(self) -> dict[str, list[str]]:
        """Courses by id."""
        return self._by("courses")

    def school(self, id_: str) -> str:
        """The code that a school goes by: its identifier, else its id."""
        return cell(self.parts.get("orgs"), self.orgs.get(id_), "identifier") or id_

    def family(self, name: str, ids: Sequence[str]) -> list[Sequence[str]]:
        """The rows of schools or terms with these ids, then what they are parts of (a district, a school year)."""
        part, rows = self.parts.get(name), self.orgs if name == "orgs" else self.sessions
        found = {id_: rows[id_] for id_ in ids if id_ in rows}
        pending = list(found.values())
        while pending:
            parent = cell(part, pending.pop(0), "parentSourcedId")
            if parent in rows and parent not in found:
                found[parent] = rows[parent]
                pending.append(rows[parent])
        return list(found.values())

    def _by(self, name: str) -> dict[str, list[str]]:
        return self.parts[name].by("sourcedId") if name in self.parts else {}


def _together(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    if len(rows) == 1:
        return list(rows[0])
    return ["\n".join(cells) for cells in zip(*rows, strict=True)] if rows else [""] * width


def _listed(text: str) -> list[str]:
    """The ids in a cell that lists them."""
    return [id_ for each in text.split(",") if (id_ := each.strip())]


class Users(Shape):
    """users.csv with the roles, profiles, demographics and the school of each."""

    main = "users"
    joined = ("roles", "userProfiles", "demographics", "orgs")
    needed = ("users",)
    headings = (
        ("User Unique ID", Field.UNIQUE_ID),
        ("Last Name", Field.LAST_NAME),
        ("First Name", Field.FIRST_NAME),
        ("Preferred First Name", Field.PREFERRED_NAME),
        ("Middle Name", Field.MIDDLE_NAME),
        ("Username", Field.USERNAME),
        ("Email", Field.EMAIL),
        ("Role", Field.ROLE),
        ("School", Field.SCHOOL),
        ("Additional Schools", Field.ADDITIONAL_SCHOOLS),
        ("Status", Field.STATUS),
    )

    @cached_property
    def _roles(self) -> dict[str, list[list[str]]]:
        return self.parts["roles"].all_by("userSourcedId") if "roles" in self.parts else {}

    @cached_property
    def _profiles(self) -> dict[str, list[list[str]]]:
        return self.parts["userProfiles"].all_by("userSourcedId") if "userProfiles" in self.parts else {}

    @cached_property
    def _demographics(self) -> dict[str, list[str]]:
        return self._by("demographics")

    def _schools(self, row: Sequence[str], roles: Sequence[Sequence[str]]) -> list[str]:
        """Ids of the schools, the first one first (1.2 names it; in 1.1 it is the first of a list)."""
        part = self.parts.get("roles")
        ids = [
            self.of(row, "primaryOrgSourcedId"),
            *_listed(self.of(row, "orgSourcedIds")),
            *(cell(part, role, "orgSourcedId") for role in roles),
        ]
        return [id_ for id_ in dict.fromkeys(ids) if id_]

    def found(self, row: Sequence[str]) -> Found:
        """As `Shape.found`."""
        id_ = self.of(row, "sourcedId")
        roles, part = self._roles.get(id_, []), self.parts.get("roles")
        # The primary role first; a file in which it is not marked keeps its order.
        roles = sorted(roles, key=lambda role: cell(part, role, "roleType").casefold() != "primary")
        demographics, schools = self._demographics.get(id_), self._schools(row, roles)
        return {
            self.main: [row],
            "roles": roles,
            "userProfiles": self._profiles.get(id_, []),
            "demographics": [] if demographics is None else [demographics],
            "orgs": self.family("orgs", schools),
        }

    def shaped(self, found: Found) -> list[str]:
        """As `Shape.shaped`."""
        row = found[self.main][0]
        roles = found["roles"]
        role = cell(self.parts.get("roles"), roles[0] if roles else None, "role")
        schools = [self.school(id_) for id_ in self._schools(row, roles)]
        is_gone = self.of(row, "status").strip().casefold() in {"tobedeleted", "inactive"}
        is_disabled = self.of(row, "enabledUser").strip().casefold() in {"false", "0", "no"}
        cells = {
            Field.UNIQUE_ID: self.of(row, "sourcedId"),
            Field.LAST_NAME: self.of(row, "familyName"),
            Field.FIRST_NAME: self.of(row, "givenName"),
            Field.PREFERRED_NAME: self.of(row, "preferredGivenName") or self.of(row, "preferredFirstName"),
            Field.MIDDLE_NAME: self.of(row, "middleName"),
            Field.USERNAME: self.of(row, "username"),
            Field.EMAIL: self.of(row, "email"),
            Field.ROLE: self.of(row, "role") or role,
            Field.SCHOOL: schools[0] if schools else "",
            Field.ADDITIONAL_SCHOOLS: "|".join(schools[1:]),
            Field.STATUS: "Inactive" if is_gone or is_disabled else "Active",
        }
        return [self.take(field, found, cells[field]) for _, field in self.headings]


class Sections(Shape):
    """classes.csv with the course, the terms and the school of each."""

    main = "classes"
    joined = ("courses", "academicSessions", "orgs")
    needed = ("classes", "courses")
    headings = (
        ("Course Name", Field.COURSE_NAME),
        ("Course Code", Field.COURSE_CODE),
        ("Section Name", Field.SECTION_NAME),
        ("Section Code", Field.SECTION_CODE),
        ("Section School Code", Field.SECTION_SCHOOL_CODE),
        ("School", Field.SCHOOL),
        ("Grading Period", Field.GRADING_PERIOD),
        ("Location", Field.LOCATION),
        ("Status", Field.STATUS),
    )

    def found(self, row: Sequence[str]) -> Found:
        """As `Shape.found`."""
        course = self.courses.get(self.of(row, "courseSourcedId"))
        return {
            self.main: [row],
            "courses": [] if course is None else [course],
            "academicSessions": self.family("academicSessions", _listed(self.of(row, "termSourcedIds"))),
            "orgs": self.family("orgs", [self.of(row, "schoolSourcedId")]),
        }

    def shaped(self, found: Found) -> list[str]:
        """As `Shape.shaped`."""
        row = found[self.main][0]
        part, course = self.parts.get("courses"), next(iter(found["courses"]), None)
        cells = {
            Field.COURSE_NAME: cell(part, course, "title"),
            Field.COURSE_CODE: cell(part, course, "courseCode") or self.of(row, "courseSourcedId"),
            Field.SECTION_NAME: self.of(row, "title"),
            Field.SECTION_CODE: self.of(row, "classCode"),
            Field.SECTION_SCHOOL_CODE: self.of(row, "sourcedId"),
            Field.SCHOOL: self.school(self.of(row, "schoolSourcedId")),
            Field.GRADING_PERIOD: self.periods(self.of(row, "termSourcedIds")),
            Field.LOCATION: self.of(row, "location"),
            Field.STATUS: self.of(row, "status"),
        }
        return [self.take(field, found, cells[field]) for _, field in self.headings]

    def periods(self, ids: str) -> str:
        """The titles of terms, else their ids."""
        part = self.parts.get("academicSessions")
        return ", ".join(
            cell(part, self.sessions.get(id_), "title") or id_ for id_ in dict.fromkeys(_listed(ids))
        )


class Enrollments(Shape):
    """enrollments.csv with the codes that its users and classes go by."""

    main = "enrollments"
    joined = ()
    needed = ("enrollments",)
    headings = (
        ("Course Code", Field.COURSE_CODE),
        ("Section Code", Field.SECTION_CODE),
        ("Section School Code", Field.SECTION_SCHOOL_CODE),
        ("User Unique ID", Field.UNIQUE_ID),
        ("Enrollment Type", Field.ENROLLMENT_TYPE),
        ("Grading Period", Field.GRADING_PERIOD),
        ("School", Field.SCHOOL),
        ("Status", Field.STATUS),
    )

    def __init__(self, parts: Mapping[str, Part], own: Mapping[str, Field]) -> None:
        super().__init__(parts, own)
        # What a section and a user go by there, they go by here.
        self._sections = Sections(parts, own) if "classes" in parts else None
        self._users = Users(parts, own) if "users" in parts else None

    @cached_property
    def _codes(self) -> dict[str, tuple[str, str, str, str]]:
        """Course code, section code, section school code and grading period by the id of a class."""
        if self._sections is None:
            return {}
        wanted = (
            Field.COURSE_CODE,
            Field.SECTION_CODE,
            Field.SECTION_SCHOOL_CODE,
            Field.GRADING_PERIOD,
        )
        at = [next(n for n, (_, each) in enumerate(Sections.headings) if each is field) for field in wanted]
        codes: dict[str, tuple[str, str, str, str]] = {}
        for _, row in self.parts["classes"].rows():
            cells = self._sections.shaped(self._sections.found(row))
            course, section, school, period = (cells[place] for place in at)
            codes[self._sections.of(row, "sourcedId")] = (course, section, school, period)
        return codes

    @cached_property
    def _unique_ids(self) -> dict[str, str]:
        """The Unique ID by the id of a user, where the two are not the same."""
        if self._users is None or Field.UNIQUE_ID not in self._users.told:
            return {}
        users = self._users
        at = next(n for n, (_, field) in enumerate(Users.headings) if field is Field.UNIQUE_ID)
        return {
            users.of(row, "sourcedId"): users.shaped(users.found(row))[at]
            for _, row in self.parts["users"].rows()
        }

    def shaped(self, found: Found) -> list[str]:
        """As `Shape.shaped`."""
        row = found[self.main][0]
        class_id, user_id = self.of(row, "classSourcedId"), self.of(row, "userSourcedId")
        course, section, school_code, period = self._codes.get(class_id, ("", "", class_id, ""))
        role, org = self.of(row, "role"), self.of(row, "schoolSourcedId")
        return [
            course,
            section,
            school_code,
            self._unique_ids.get(user_id, user_id),
            _TYPES.get(role.strip().casefold(), role),
            period,
            self.school(org),
            self.of(row, "status"),
        ]
