"""An enrollment whose user or section is not found: failed earlier, not sent, inactive, or written otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.fields import Field
from importlog_tui.model import Kind
from importlog_tui.triage.compare import difference
from importlog_tui.triage.likeness import differs_only_in_zeros
from importlog_tui.triage.witnesses import CODES, SectionsFound, blank_folded, near_codes

if TYPE_CHECKING:
    from importlog_tui.triage.case import Case


def user(case: Case) -> None:
    """Whether the user's own row failed before."""
    failed = case.asked.failed_users
    if case.about.kind is Kind.ENROLLMENTS and failed is not None and case.unique_id.strip():
        if case.unique_id in failed:
            case.note("user-failed", so=True, told="The user's row failed in the Users import of this night.")
        elif case.asked.failed_whole:
            case.note("user-failed", so=False)


def section(case: Case) -> None:
    """Whether the section's own row failed before, whether the SIS sends it, and whether a code is there that is nearly the same."""
    asked, values = case.asked, case.values
    course = values.get(Field.COURSE_CODE, "")
    codes = [values[each] for each in CODES if values.get(each, "").strip()]
    if asked.failed_sections is not None and case.about.kind is Kind.ENROLLMENTS:
        keys = [("course", course), ("section", values.get(Field.SECTION_SCHOOL_CODE, ""))]
        if not course.strip():
            keys = keys[1:]
        hit = next((key for key in keys if key in asked.failed_sections), None)
        if hit is not None:
            told = f"The row of {hit[0]} {hit[1]} failed in the Courses import of this night."
            case.note("section-failed", so=True, told=told)
        elif asked.failed_whole:
            case.note("section-failed", so=False)
    if not (course.strip() or codes):
        return
    found = asked.sections
    case.sections = (
        found.nearest(values) if found is not None else None,
        asked.held_sections.nearest(values) if asked.held_sections is not None else None,
    )
    if found is not None:
        is_there = bool(found.exactly(values))
        has_course = bool(found.by_course.get(course)) if course.strip() else is_there
        if is_there or asked.sections_whole:
            case.note(
                "section-in-sis",
                so=is_there,
                told=f"The SIS's Courses file has {'this' if is_there else 'no such'} section.",
            )
        if has_course or asked.sections_whole:
            case.note(
                "course-in-sis",
                so=has_course,
                told=f"The SIS's Courses file has {course or 'this course'}."
                if has_course
                else f"The SIS's Courses file has no {course}.",
            )
        if not is_there:
            _near_code(case, found, "The SIS's Courses file has")
    if (
        asked.held_sections is not None
        and "code-case" not in case.known
        and not asked.held_sections.exactly(values)
    ):
        _near_code(case, asked.held_sections, "Schoology has")


def _near_code(case: Case, found: SectionsFound, says: str) -> None:
    """A code that differs from the row's in case, blanks or leading zeros alone."""
    pairs = [
        (Field.COURSE_CODE, found.by_folded_course, found.by_course),
        *((each, found.by_folded_code, found.by_code) for each in CODES),
    ]
    course = case.values.get(Field.COURSE_CODE, "")
    for where, by_folded, by_exact in pairs:
        value = case.values.get(where, "")
        if not value.strip():
            continue
        folded = [e.fields.get(where, "") for e in by_folded.get(blank_folded(value), [])]
        if where is not Field.SECTION_CODE and value in folded:
            continue
        others = [code for code in folded if code and code != value]
        if where is Field.SECTION_CODE and course.strip():
            in_course = [e.fields.get(where, "") for e in found.by_course.get(course, [])]
            if value in in_course:
                continue
            others = [code for code in in_course if blank_folded(code) == blank_folded(value)]
            zeros = [code for code in in_course if differs_only_in_zeros(code, value)]
        else:
            zeros = [code for code in near_codes(value) if code != value and code in by_exact]
        for fact, near in (("code-case", others), ("code-zeros", zeros)):
            if near:
                case.field = where
                case.words["near"] = near[0]
                names = difference(where, value, near[0]) or ()
                case.note(fact, so=True, told=f"{says} {near[0]}: {', '.join(names)}.")
                return
