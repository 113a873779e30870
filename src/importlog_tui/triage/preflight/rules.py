"""The rules of the check, as data: what each finds, on what basis, and what is to be done about it.

A rule of the rows has its set work in `archive.preflight.statements` under the same id; what is about a file as a whole (`Scope.FILE`) or needs the
nights before (`Scope.HISTORY`) is found in `findings` and `history`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from importlog_tui.fields import Field
from importlog_tui.model import Kind


class Basis(StrEnum):
    """How well it is known that Schoology minds (the confidence marks of schoology.md)."""

    DOCUMENTED = "documented"
    SEEN = "seen"
    INFERRED = "inferred"

    @property
    def letter(self) -> str:
        """As schoology.md writes it."""
        return self.value[0].upper()


class Scope(StrEnum):
    """What a rule looks at."""

    ROWS = "rows"
    FILE = "file"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: kind and name, "users.no-login".
        kind: of the file that it is about; None for any.
        section: of schoology.md.
        category: one of the 14 of schoology.md 2.3, or "unclassified".
        field: the column that is wrong, None where no single one is.
        says: what was found, a sentence without its full stop; ours, never Schoology's.
        remedy: what to do about it, a sentence.
    """

    id: str
    kind: Kind | None
    basis: Basis
    section: str
    category: str
    field: Field | None
    says: str
    remedy: str
    scope: Scope = Scope.ROWS


_D, _S, _I = Basis
_U, _C, _E = Kind.USERS, Kind.COURSES, Kind.ENROLLMENTS
_F = Field

_FILL = "Fill it in in the SIS."
_ONE = "Leave one of them in the SIS; a second building belongs into Additional Schools."
_SPELL = "Write it in the SIS as Schoology has it; case and blanks count."
_TEXT = "Let the SIS export it as text; no spreadsheet may save the file in between."

RULES: Final = (
    # Users (schoology.md 3.1)
    Rule("users.no-unique-id", _U, _D, "3.1", "missing-required", _F.UNIQUE_ID, "User Unique ID is blank", _FILL),
    Rule("users.no-first-name", _U, _D, "3.1", "missing-required", _F.FIRST_NAME, "First Name is blank", _FILL),
    Rule("users.no-last-name", _U, _D, "3.1", "missing-required", _F.LAST_NAME, "Last Name is blank", _FILL),
    Rule("users.no-login", _U, _D, "3.1", "missing-required", _F.USERNAME, "neither Username nor Email: the account can't be created", "Fill in one of them in the SIS."),
    Rule("users.no-role", _U, _D, "3.1", "missing-required", _F.ROLE, "Role is blank", _FILL),
    Rule("users.no-school", _U, _D, "3.1", "missing-required", _F.SCHOOL, "School is blank", _FILL),
    Rule("users.username-characters", _U, _D, "1.3", "invalid-format", _F.USERNAME, "Username has other signs than letters, digits, period, dash and underscore", "Change Username in the SIS."),
    Rule("users.duplicate-row", _U, _D, "2.2", "duplicate-row", _F.UNIQUE_ID, "the same person stands in the file more than once", _ONE),
    Rule("users.unique-id-twice", _U, _D, "3.3", "duplicate-unique-id", _F.UNIQUE_ID, "one User Unique ID for several people", "Give each person an ID of their own in the SIS."),
    Rule("users.username-twice", _U, _D, "3.3", "duplicate-username", _F.USERNAME, "Username belongs to several people in the file", "Change Username of one of them in the SIS."),
    Rule("users.username-case", _U, _I, "3.3", "duplicate-username", _F.USERNAME, "Username differs from another one's only in case or blanks", "Change Username of one of them in the SIS."),
    Rule("users.username-held", _U, _D, "3.3", "duplicate-username", _F.USERNAME, "Username is held by another account in Schoology", "Change Username in the SIS; where it is the same person, give the old account the new Unique ID."),
    Rule("users.email-twice", _U, _D, "3.3", "duplicate-email", _F.EMAIL, "Email belongs to several people in the file", "Correct Email of one of them in the SIS."),
    Rule("users.email-case", _U, _I, "3.3", "duplicate-email", _F.EMAIL, "Email differs from another one's only in case or blanks", "Correct Email of one of them in the SIS."),
    Rule("users.email-held", _U, _D, "3.3", "duplicate-email", _F.EMAIL, "Email is held by another account in Schoology", "Correct Email in the SIS, or have the other account release it."),
    Rule("users.email-format", _U, _I, "6, case 11", "invalid-format", _F.EMAIL, "Email is no address", "Correct Email in the SIS."),
    Rule("users.inactive", _U, _D, "6, case 5", "inactive-user", _F.STATUS, "sent as inactive: the account is disabled, again each night", "Set the person active in the SIS, or leave it so on purpose."),
    Rule("users.school-unknown", _U, _I, "6, case 10", "school-unmapped", _F.SCHOOL, "School was never sent before and is not known in Schoology", "Correct it in the SIS, or add the value to the Schools box of the import settings."),
    Rule("users.school-zero", _U, _I, "6, case 10", "school-unmapped", _F.SCHOOL, "School lost its leading zero", _TEXT),
    Rule("users.role-unknown", _U, _I, "6, case 9", "role-unmapped", _F.ROLE, "Role was never sent before and is not known in Schoology", "Correct it in the SIS, or give it a CSV value in the import settings."),
    Rule("users.zero-lost", _U, _I, "6, case 10", "invalid-format", _F.UNIQUE_ID, "User Unique ID lost its leading zero: it would become another account", _TEXT),
    Rule("users.excel", _U, _I, "2.2", "invalid-format", _F.UNIQUE_ID, "a spreadsheet turned a code into a number", _TEXT),
    Rule("users.invisible", _U, _I, "6, case 11", "invalid-format", None, "blanks at an end, or signs that can't be seen, in a value that is compared exactly", "Remove them in the SIS."),
    # Courses and their sections (schoology.md 3.2)
    Rule("courses.no-course-code", _C, _D, "3.2", "missing-required", _F.COURSE_CODE, "Course Code is blank", _FILL),
    Rule("courses.no-course-name", _C, _D, "3.2", "missing-required", _F.COURSE_NAME, "Course Name is blank", _FILL),
    Rule("courses.no-section-name", _C, _D, "3.2", "missing-required", _F.SECTION_NAME, "Section Name is blank", _FILL),
    Rule("courses.no-section-code", _C, _D, "3.2", "missing-required", _F.SECTION_CODE, "neither Section Code nor Section School Code", "Fill in one of them in the SIS."),
    Rule("courses.no-period", _C, _D, "3.2", "grading-period", _F.GRADING_PERIOD, "Grading Period is blank", _FILL),
    Rule("courses.duplicate-row", _C, _D, "2.2", "duplicate-row", None, "the same section stands in the file more than once", "Leave one of them in the SIS."),
    Rule("courses.school-code-twice", _C, _D, "3.3", "duplicate-row", _F.SECTION_SCHOOL_CODE, "Section School Code is used more than once; it is one section's in the whole district", "Change it in the SIS."),
    Rule("courses.section-code-twice", _C, _D, "3.3", "duplicate-row", _F.SECTION_CODE, "Section Code is used more than once in its course and grading period", "Change it in the SIS."),
    Rule("courses.course-code-case", _C, _D, "3.3", "section-not-found", _F.COURSE_CODE, "Course Code differs from another one only in case or blanks: these are two courses", _SPELL),
    Rule("courses.course-code-changed", _C, _D, "3.3", "section-not-found", _F.COURSE_CODE, "Course Code changed only in case or blanks since the last extract: it becomes another course", _SPELL),
    Rule("courses.section-code-changed", _C, _D, "3.3", "section-not-found", _F.SECTION_SCHOOL_CODE, "Section School Code changed only in case or blanks since the last extract: it becomes another section", _SPELL),
    Rule("courses.school-unknown", _C, _I, "6, case 10", "school-unmapped", _F.SCHOOL, "School was never sent before", "Correct it in the SIS, or add the value to the Schools box of the import settings."),
    Rule("courses.school-zero", _C, _I, "6, case 10", "school-unmapped", _F.SCHOOL, "School lost its leading zero", _TEXT),
    Rule("courses.period-unknown", _C, _I, "2.2", "grading-period", _F.GRADING_PERIOD, "Grading Period was never sent before", "Correct it in the SIS, or map it in the import settings (Courses, Grading Periods)."),
    Rule("courses.zero-lost", _C, _I, "6, case 15", "section-not-found", None, "a code lost its leading zero: it becomes another course or section", _TEXT),
    Rule("courses.excel", _C, _I, "2.2", "invalid-format", None, "a spreadsheet turned a code into a number", _TEXT),
    Rule("courses.invisible", _C, _I, "3.3", "invalid-format", None, "blanks at an end, or signs that can't be seen, in a value that is compared exactly", "Remove them in the SIS."),
    Rule("courses.no-teacher", _C, _I, "3.4", "unclassified", None, "a section without a teacher: nobody is enrolled as its admin", "Assign a teacher in the SIS."),
    # Enrollments (schoology.md 3.4)
    Rule("enrollments.no-unique-id", _E, _D, "3.4", "missing-required", _F.UNIQUE_ID, "User Unique ID is blank", _FILL),
    Rule("enrollments.no-course-code", _E, _D, "3.4", "missing-required", _F.COURSE_CODE, "Course Code is blank", _FILL),
    Rule("enrollments.no-section-code", _E, _D, "3.4", "missing-required", _F.SECTION_CODE, "neither Section Code nor Section School Code", "Fill in one of them in the SIS."),
    Rule("enrollments.no-type", _E, _D, "3.4", "missing-required", _F.ENROLLMENT_TYPE, "Enrollment Type is blank", _FILL),
    Rule("enrollments.no-period", _E, _D, "3.4", "grading-period", _F.GRADING_PERIOD, "Grading Period is blank", _FILL),
    Rule("enrollments.type-unknown", _E, _I, "3.4", "invalid-format", _F.ENROLLMENT_TYPE, "Enrollment Type is neither admin (1) nor member (2)", "Correct it in the SIS, or give it a CSV value in the import settings."),
    Rule("enrollments.user-unknown", _E, _S, "2.2", "user-not-found", _F.UNIQUE_ID, "the user is not in Users", "Mend Users first: the person is missing there, or has another ID."),
    Rule("enrollments.user-fails", _E, _S, "2.2", "user-not-found", _F.UNIQUE_ID, "follows from Users: the person's own row fails, and there is no account yet", "Mend the person's row in Users; these follow."),
    Rule("enrollments.section-unknown", _E, _D, "3.3", "section-not-found", _F.SECTION_CODE, "the section is not in Courses", "Mend Courses first: the section is missing there, or written differently."),
    Rule("enrollments.codes-differ", _E, _I, "3.4", "section-not-found", _F.SECTION_CODE, "Section Code and Section School Code are not of one section", "Correct the one that is wrong in the SIS."),
    Rule("enrollments.period-unknown", _E, _I, "6, case 13", "grading-period", _F.GRADING_PERIOD, "Grading Period is none that Courses has", "Correct it in the SIS."),
    Rule("enrollments.duplicate-row", _E, _D, "2.2", "duplicate-row", None, "the same person stands in the same section more than once", "Leave one of them in the SIS."),
    Rule("enrollments.too-many", _E, _D, "3.4", "unclassified", None, "a section with more than 10,000 members loses its gradebook", "Split it in the SIS."),
    Rule("enrollments.excel", _E, _I, "2.2", "invalid-format", None, "a spreadsheet turned a code into a number", _TEXT),
    Rule("enrollments.invisible", _E, _I, "3.3", "invalid-format", None, "blanks at an end, or signs that can't be seen, in a value that is compared exactly", "Remove them in the SIS."),
    # Files as a whole
    Rule("file.empty", None, _I, "6, case 19", "file-transfer", None, "the file has no rows", "Let the SIS write it again before the night.", Scope.FILE),
    Rule("file.header", None, _D, "3", "header-changed", None, "a required column is not there, or not known by its heading", "Mend the export, or match the column anew in the import settings. If only its heading is not known here, say what it means: --column HEADING=MEANING.", Scope.FILE),
    Rule("file.header-changed", None, _I, "6, case 20", "header-changed", None, "the headings are not those of the last extract", "Mend the export, or match the columns anew in the import settings.", Scope.FILE),
    Rule("file.heading-twice", None, _I, "3", "header-changed", None, "a heading stands twice", "Leave one of the columns out of the export.", Scope.FILE),
    Rule("file.encoding", None, _S, "3", "invalid-format", None, "bytes that are no UTF-8: names with accents arrive broken", "Let the SIS write UTF-8.", Scope.FILE),
    Rule("file.xls-rows", None, _D, "3", "file-transfer", None, "an XLS with more than 10,000 rows may fail", "Send it as CSV.", Scope.FILE),
    Rule("file.too-large", None, _D, "3", "file-transfer", None, "the file is larger than 10 GB", "Split the export.", Scope.FILE),
    Rule("file.ragged", None, _I, "3", "invalid-format", None, "more or fewer cells than headings: values stand in the wrong columns", "Mend the export; a quote or a separator is missing there.", Scope.FILE),
    Rule("file.cut-off", None, _I, "6, case 18", "file-transfer", None, "the file breaks off", "Let the SIS write it again before the night.", Scope.FILE),
    # The nights before
    Rule("history.fewer", None, _I, "6, case 18", "unclassified", None, "far fewer rows than in the last extract", "Look whether the export broke off; hold the import until it is whole.", Scope.HISTORY),
    Rule("history.fewer-of-one", None, _I, "6, case 18", "unclassified", None, "a building has far fewer rows than in the last extract, though the file as a whole has not", "Look whether its export broke off; hold the import until it is whole.", Scope.HISTORY),
    Rule("history.dropped-out", None, _I, "6, case 17", "unclassified", None, "leaves a section that is still sent, and gets nothing instead", "If it is not meant so, enroll them in the SIS before the night: with the clearing options on Schoology takes them out.", Scope.HISTORY),
    Rule("history.again", None, _I, "6, case 21", "unclassified", None, "failed last night and is sent unchanged", "Correct it in the SIS before the night.", Scope.HISTORY),
)  # fmt: skip
"""In the order in which findings are told within a kind."""

BY_ID: Final = {rule.id: rule for rule in RULES}

REQUIRED: Final = {
    Kind.USERS: ((_F.UNIQUE_ID,), (_F.FIRST_NAME, _F.FULL_NAME), (_F.LAST_NAME, _F.FULL_NAME), (_F.USERNAME, _F.EMAIL)),
    Kind.COURSES: ((_F.COURSE_CODE,), (_F.COURSE_NAME,), (_F.SECTION_NAME,), (_F.SECTION_CODE, _F.SECTION_SCHOOL_CODE)),
    Kind.ENROLLMENTS: ((_F.UNIQUE_ID,), (_F.COURSE_CODE,), (_F.SECTION_CODE, _F.SECTION_SCHOOL_CODE)),
}  # fmt: skip
"""The columns that a file can't do without, one of each group (schoology.md 3.1, 3.2, 3.4)."""
