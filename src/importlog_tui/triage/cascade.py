"""Enrollments that fail because of something else: one fault that shows as hundreds of rows in another import.

A user who failed in Users, or whom the SIS does not send, explains their enrollment rows; a course or section that failed in Courses, is not
sent, or is written otherwise, explains a class-full. Rows are counted by what they name, never gone through one by one.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from importlog_tui.fields import Field
from importlog_tui.model import Kind
from importlog_tui.roster import Witness
from importlog_tui.triage.likeness import likeness
from importlog_tui.triage.witnesses import CODES, blank_folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from importlog_tui.archive import Archive
    from importlog_tui.model import ErrorType, Run
    from importlog_tui.triage.diagnosis import Diagnosis
    from importlog_tui.triage.witnesses import SectionsFound

FOLLOWING: Final = frozenset({"user-not-found", "section-not-found"})
"""Categories of errors of an enrollments import whose rows may follow from something else."""
_AT_ONCE: Final = 5_000
LEAST: Final = 2
"""Rows below which there is nothing to fold."""

T = TypeVar("T")
Cells = tuple[str, ...]


class Root(NamedTuple):
    """What rows follow from.

    Attributes:
        what: "user", "course" or "section".
        key: its unique ID or code, as the rows write it.
        rows: how many follow.
        why: "failed in Users", "is not sent by the SIS", a few words.
        near: how the courses write the code, where case, blanks or leading zeros are all that differs.
        names: of what differs.
        error_id: the error that the root itself stands in; None where it stands in none.
    """

    what: str
    key: str
    rows: int
    why: str
    near: str = ""
    names: tuple[str, ...] = ()
    error_id: int | None = None


class Cascade(NamedTuple):
    """What the rows of one error follow from.

    Attributes:
        error_id: the error.
        columns: its headings that name the roots.
        cells: the combinations in them that follow.
        rows: of the error, that were read; followed: those that follow.
        roots: the one with most rows first.
    """

    error_id: int
    columns: tuple[str, ...]
    cells: frozenset[Cells]
    rows: int
    followed: int
    roots: tuple[Root, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing else is in the error."""
        return self.followed == self.rows

    @property
    def sentence(self) -> str:
        """In words: 412 rows follow from 1 course."""
        counts = Counter(root.what for root in self.roots)
        told = [
            f"{counts[what]:,} {what}{'' if counts[what] == 1 else 's'}"
            for what in ("user", "course", "section")
            if counts[what]
        ]
        rows = f"{self.followed:,} row{'' if self.followed == 1 else 's'}"
        return f"{rows} follow{'s' if self.followed == 1 else ''} from {' and '.join(told)}"


def cascade(diagnosis: Diagnosis, archive: Archive, error: ErrorType, run: Run) -> Cascade | None:
    """What the rows of an error follow from; None where nothing is known of it, or less than `LEAST` rows follow."""
    category = diagnosis.rules.category(error.message)
    if run.kind is not Kind.ENROLLMENTS or category not in FOLLOWING or error.rows_read < LEAST:
        return None
    fields = diagnosis.fields_of(error.columns)
    wanted = (Field.UNIQUE_ID,) if category == "user-not-found" else (Field.COURSE_CODE, *CODES)
    columns = tuple(next((c for c, f in fields.items() if f is each), "") for each in wanted)
    there = [(column, each) for column, each in zip(columns, wanted, strict=True) if column]
    if not there:
        return None
    names = tuple(column for column, _ in there)
    counts, rows = archive.tally(error.id, names)
    meanings = tuple(each for _, each in there)
    find = _users if category == "user-not-found" else _sections
    found = find(diagnosis, run, counts, meanings)
    roots: dict[tuple[str, str], Root] = {}
    for cells, root in found.items():
        known = roots.get((root.what, root.key))
        total = counts[cells] + (known.rows if known else 0)
        roots[root.what, root.key] = Root(
            root.what, root.key, total, root.why, root.near, root.names, root.error_id
        )
    followed = sum(root.rows for root in roots.values())
    if followed < LEAST:
        return None
    ordered = tuple(sorted(roots.values(), key=lambda root: (-root.rows, root.key)))
    return Cascade(error.id, names, frozenset(found), rows, followed, ordered)


def _users(
    diagnosis: Diagnosis, run: Run, counts: Mapping[Cells, int], _: tuple[Field, ...]
) -> dict[Cells, Root]:
    failed, _whole = diagnosis.failed_users(run)
    sent = diagnosis.table(Witness.SIS, Kind.USERS)
    found: dict[Cells, Root] = {}
    rest = []
    for cells in counts:
        (user,) = cells
        if user in (failed or ()):
            found[cells] = Root(
                "user", user, 0, "failed in Users", error_id=diagnosis.where_failed(run, user)
            )
        elif user.strip():
            rest.append(user)
    if sent is not None and sent.is_whole:
        for some in _batches(rest):
            there = sent.users([{Field.UNIQUE_ID: user} for user in some]).by_id
            found.update(
                ((user,), Root("user", user, 0, "is not in the SIS's Users file"))
                for user in some
                if user not in there
            )
    return found


def _sections(
    diagnosis: Diagnosis, run: Run, counts: Mapping[Cells, int], meanings: tuple[Field, ...]
) -> dict[Cells, Root]:
    failed, _whole = diagnosis.failed_sections(run)
    failed = failed or frozenset()
    sent = diagnosis.table(Witness.SIS, Kind.COURSES)
    held = diagnosis.table(Witness.DIRECTORY, Kind.COURSES)
    found: dict[Cells, Root] = {}
    for some in _batches(list(counts)):
        rows = [dict(zip(meanings, cells, strict=True)) for cells in some]
        in_sis = sent.sections(rows) if sent is not None else None
        in_schoology = held.sections(rows) if held is not None else None
        for cells, row in zip(some, rows, strict=True):
            course = row.get(Field.COURSE_CODE, "")
            codes = [row[each] for each in CODES if row.get(each, "").strip()]
            near, names = _near(course, in_sis, in_schoology)
            if course.strip() and ("course", course) in failed:
                where = diagnosis.where_failed(run, course)
                found[cells] = Root("course", course, 0, "failed in Courses", near, names, where)
            elif ("section", code := row.get(Field.SECTION_SCHOOL_CODE, "")) in failed:
                where = diagnosis.where_failed(run, code)
                found[cells] = Root("section", code, 0, "failed in Courses", error_id=where)
            elif in_sis is not None and sent is not None and sent.is_whole and (course.strip() or codes):
                if course.strip() and not in_sis.by_course.get(course):
                    found[cells] = Root("course", course, 0, "is not in the SIS's Courses file", near, names)
                elif codes and not in_sis.exactly(row):
                    code = " ".join(part for part in (course, codes[0]) if part)
                    found[cells] = Root("section", code, 0, "is not in the SIS's Courses file")
    return found


def _near(course: str, *tables: SectionsFound | None) -> tuple[str, tuple[str, ...]]:
    """How a table writes a course that differs in case or blanks alone."""
    for table in tables:
        entries = table.by_folded_course.get(blank_folded(course), []) if table and course.strip() else []
        for entry in entries:
            near = entry.fields.get(Field.COURSE_CODE, "")
            if near != course:
                return near, likeness(course, near) or ()
    return "", ()


def _batches(some: Sequence[T]) -> Iterable[Sequence[T]]:
    for start in range(0, len(some), _AT_ONCE):
        yield some[start : start + _AT_ONCE]
