"""The made-up district as its SIS and Schoology hold it when nothing is wrong: users, sections, enrollments."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import cycle, islice
from typing import NamedTuple

from importlog_tui.demo.people import AWKWARD, Logins, draw

DISTRICT = "Example Central School District"
ADDRESS = "https://schoology.example.org"
"""Where the made-up district's user pages would be: nobody answers there."""
DOMAIN = "example.org"


class Building(NamedTuple):
    """A school; `code` is what the import's School column must hold, leading zero included."""

    code: str
    name: str
    grades: range
    students: int
    staff: int
    sections: int


_ELEMENTARY = ("Birch Lane", "Cobble Hill", "Dunmore", "Eastbrook", "Foxglove", "Gable Park", "Heron Bay")
BUILDINGS = (
    Building("0450", "Marsh Hill High School", range(9, 13), 1370, 110, 190),
    Building("0460", "Quarry Road High School", range(9, 13), 1500, 120, 205),
    Building("0310", "Fenwick Middle School", range(6, 9), 1050, 80, 140),
    Building("0320", "Old Mill Middle School", range(6, 9), 1000, 78, 130),
    Building("0330", "Larkspur Middle School", range(6, 9), 950, 72, 120),
    *(
        Building(f"0{110 + 10 * n}", f"{name} Elementary School", range(1, 6), 750, 60, 45)
        for n, name in enumerate(_ELEMENTARY)
    ),
)
SCHOOL_NAMES = {building.code: building.name for building in BUILDINGS}

_SUBJECTS = (
    ("Mathematics", "MATH"), ("Science", "SCI"), ("Social Studies", "SOC"), ("Reading", "READ"), ("Art", "ART"), ("Music", "MUS"),
    ("Physical Education", "PE"), ("Spanish", "SPA"), ("French", "FRE"), ("Health", "HLTH"), ("Technology", "TECH"), ("Library", "LIB"),
    ("Advisory", "ADV"),
)  # fmt: skip


class User(NamedTuple):
    """One row of the users import file; the fields stand in the file's column order (schoology.md 3.1)."""

    unique_id: str
    last: str
    first: str
    username: str
    email: str
    school: str
    role: str
    grad_year: str
    additional: str
    status: str


class Section(NamedTuple):
    """One row of the courses import file (schoology.md 3.2)."""

    course_name: str
    course_code: str
    section_name: str
    section_school_code: str
    section_code: str
    school: str
    grading_period: str


class Enrollment(NamedTuple):
    """One row of the enrollments import file; type 1 is a teacher, 2 a member (schoology.md 3.4)."""

    course_code: str
    section_code: str
    section_school_code: str
    unique_id: str
    type: str
    grading_period: str


# Headers as schoology.md 3.7 has them: Carthage's words, and Ascender's for the users before the SIS renamed its columns.
USER_COLUMNS = (
    "Unique ID", "Last Name", "First Name", "User Name", "Email", "School", "Role", "Graduation Year", "Additional Schools", "Status",
)  # fmt: skip
OLD_USER_COLUMNS = (
    "User Unique ID", "Last Name", "First Name", "Username", "Email", "Building", "ROLE", "Grad Year", "Additional Schools", "Status",
)  # fmt: skip
SECTION_COLUMNS = (
    "Course Name", "Course Code", "Section Name", "Section School Code", "Section Code", "School", "Grading Period",
)  # fmt: skip
ENROLLMENT_COLUMNS = (
    "Course Code", "Section Code", "Section School Code", "Unique ID", "Enrollment Type", "Grade Period",
)  # fmt: skip
DIRECTORY_COLUMNS = (
    "Schoology User ID", "Unique User ID", "Username", "Role", "School Title", "First Name", "Last Name", "Email", "Graduation Year",
    "Status",
)  # fmt: skip

TEACHER = "100214"  # disabled again every night
NEW_STUDENT = "209876"  # never created; her enrollments follow
MOVED = "205555"  # fixed once, and failing for a new reason since
LOPEZ, NGUYEN = "204117", "204121"
_KNOWN = {
    TEACHER: ("Ruth", "Castellane"),
    NEW_STUDENT: ("Adaeze", "Okonjo"),
    LOPEZ: ("Maria", "Lopez"),
    NGUYEN: ("An", "Nguyen"),
}
ENGLISH_9 = "eng9"
_ENGLISH_9_SECTIONS, _ENGLISH_9_ROWS = 14, 412


def schoology_id(unique_id: str) -> str:
    """Schoology's own number of a user, never the Unique ID (schoology.md 3.7, "Beware")."""
    return str(40_000_000 + int(unique_id) * 37)


@dataclass(frozen=True)
class Roster:
    """Everything the district has, in the order of its files."""

    users: list[User]
    sections: list[Section]
    enrollments: list[Enrollment]

    def user(self, unique_id: str) -> int:
        """Where in `users` somebody stands."""
        return next(at for at, user in enumerate(self.users) if user.unique_id == unique_id)


def build(rng: random.Random, *, senior_year: int) -> Roster:
    """The district; `senior_year` is the year in which its twelfth grade graduates."""
    users = _users(rng, senior_year)
    sections = _sections()
    return Roster(users, sections, _enrollments(rng, users, sections))


def _users(rng: random.Random, senior_year: int) -> list[User]:
    logins = Logins(reserved=("mlopez", "anguyen"))  # older accounts hold these two
    staff, students = iter(range(100_101, 200_000)), iter(range(200_101, 300_000))
    awkward = iter(AWKWARD)
    users: list[User] = []

    def enrol(unique_id: str, school: str, role: str, grad_year: str) -> None:
        # Everyone of a thousandth has one of the awkward names, spread over the buildings.
        odd = next(awkward, None) if len(users) % 997 == 500 else None
        first, last = _KNOWN.get(unique_id) or odd or draw(rng)
        name = logins.make(first, last, unique_id)
        users.append(
            User(unique_id, last, first, name, f"{name}@{DOMAIN}", school, role, grad_year, "", "Active")
        )

    for building in BUILDINGS:
        for unique_id in islice(staff, building.staff):
            role = "Administrator" if unique_id % 40 == 0 else "Teacher"
            enrol(str(unique_id), building.code, role, "")
    for building in BUILDINGS:
        for unique_id, grade in zip(islice(students, building.students), cycle(building.grades)):
            enrol(str(unique_id), building.code, "Student", str(senior_year + 12 - grade))
    return users


def _sections() -> list[Section]:
    sections: list[Section] = []

    def open_section(course: str, code: str, number: int, building: Building) -> None:
        sections.append(
            Section(
                course,
                code,
                f"Section {number}",
                str(122_601 + len(sections)),
                f"{number:02}",
                building.code,
                f"{building.code}-T1",
            )
        )

    for building in BUILDINGS:
        end = len(sections) + building.sections
        if building.code == "0450":
            for number in range(1, _ENGLISH_9_SECTIONS + 1):
                open_section("English 9", ENGLISH_9, number, building)
        courses = cycle(
            (f"{subject} {grade}", f"{short}{grade}")
            for grade in building.grades
            for subject, short in _SUBJECTS
        )
        size = len(building.grades) * len(_SUBJECTS)
        turn = 0
        while len(sections) < end:
            course, code = next(courses)
            # Section Code is unique per course and period only (schoology.md 3.3), Course Code is the district's: the building is in it.
            open_section(f"{course} ({building.name})", f"{code}-{building.code}", turn // size + 1, building)
            turn += 1
    return sections


def _enrollments(rng: random.Random, users: list[User], sections: list[Section]) -> list[Enrollment]:
    rows: list[Enrollment] = []

    def enrol(section: Section, unique_id: str, kind: str) -> None:
        rows.append(
            Enrollment(
                section.course_code,
                section.section_code,
                section.section_school_code,
                unique_id,
                kind,
                section.grading_period,
            )
        )

    english = [section for section in sections if section.course_code == ENGLISH_9]
    for building in BUILDINGS:
        people = [user for user in users if user.school == building.code]
        teachers = cycle(user.unique_id for user in people if user.role == "Teacher")
        students = [user.unique_id for user in people if user.role == "Student"]
        offered = [s for s in sections if s.school == building.code and s.course_code != ENGLISH_9]
        if building.code == "0450":
            members = students[: _ENGLISH_9_ROWS - _ENGLISH_9_SECTIONS]
            for section in english:
                enrol(section, next(teachers), "1")
            for section, member in zip(cycle(english), members):
                enrol(section, member, "2")
        for section in offered:
            enrol(section, next(teachers), "1")
        many = 6 if building.grades.start == 1 else 8
        for student in students:
            for section in rng.sample(offered, 6 if student == NEW_STUDENT else many):
                enrol(section, student, "2")
    return rows
