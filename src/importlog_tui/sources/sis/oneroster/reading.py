"""A package as three tables, each row joined when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importlog_tui.errors import SourceProblem
from importlog_tui.model import Kind, Trouble
from importlog_tui.roster import RosterReading
from importlog_tui.sources.sis.oneroster.package import OTHERS, VERSIONS
from importlog_tui.sources.sis.oneroster.part import Mode
from importlog_tui.sources.sis.oneroster.shapes import Enrollments, Sections, Shape, Users
from importlog_tui.sources.sis.passwords import without_passwords

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.roster import RosterReadings, Witness
    from importlog_tui.sources.sis.oneroster.package import Package
    from importlog_tui.sources.status_log import How

_SHAPES: Final[tuple[tuple[Kind, str, type[Shape]], ...]] = (
    (Kind.USERS, "users", Users),
    (Kind.COURSES, "classes", Sections),
    (Kind.ENROLLMENTS, "enrollments", Enrollments),
)


def read_package(package: Package, how: How, witness: Witness) -> Iterator[RosterReadings]:
    """The users, sections and enrollments of a package, then what is to be said of it. OSError where a file of it can't be read at all."""
    found = False
    for kind, name, shape_of in _SHAPES:
        part = package.parts.get(name)
        if part is None:
            continue
        if part.place("sourcedId") is None:
            yield Trouble(
                part.source.origin(),
                "its first line does not name the columns of OneRoster",
                "Export it again.",
            )
            continue
        found = True
        shape = shape_of(package.parts, how.headings(witness))
        yield RosterReading(
            witness,
            kind,
            shape.columns,
            without_passwords(shape.columns, shape.rows()),
            part.source.origin(),
            package.taken_at,
            shape.fields,
            is_whole=all(
                package.parts[each].mode is Mode.BULK for each in shape.needed if each in package.parts
            ),
        )
    if not found:
        yield Trouble(package.origin, "a OneRoster package without users, classes and enrollments")
    yield from package.troubles
    yield from _remarks(package)


def _remarks(package: Package) -> Iterator[Trouble]:
    if package.version and package.version not in VERSIONS:
        what = f"it says that it is OneRoster {package.version}; it was read as {VERSIONS[-1]}"
        yield Trouble(package.origin, what, is_part=False)
    left = [f"{name}.csv" for name in OTHERS if name in package.parts]
    if left:
        what = f"grades and resources are not kept ({', '.join(left)})"
        yield Trouble(package.origin, what, is_part=False)
    idle = _courses_without_classes(package)
    if idle:
        few = ", ".join(idle[:3]) + (", ..." if len(idle) > 3 else "")
        what = f"{len(idle):,} of its courses have no class, and so no section here: {few}"
        yield Trouble(package.origin, what, is_part=False)


def _courses_without_classes(package: Package) -> list[str]:
    courses, classes = package.parts.get("courses"), package.parts.get("classes")
    if courses is None or classes is None or courses.mode is not Mode.BULK or classes.mode is not Mode.BULK:
        return []
    at = classes.place("courseSourcedId")
    try:
        used = set() if at is None else {row[at] for _, row in classes.rows()}
        return [id_ for id_ in courses.by("sourcedId") if id_ not in used]
    except SourceProblem:
        return []  # said when the rows are read
