"""A package as three tables, each row joined when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importlog_tui.errors import SourceProblem
from importlog_tui.model import Kind, Trouble
from importlog_tui.roster import RosterReading
from importlog_tui.sources.sis.oneroster.package import OTHERS, ROSTER, VERSIONS
from importlog_tui.sources.sis.oneroster.part import Mode, cell
from importlog_tui.sources.sis.oneroster.shapes import Enrollments, Sections, Shape, Users
from importlog_tui.sources.sis.passwords import without_passwords

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    shapes: list[Shape] = []
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
        if kind is not Kind.ENROLLMENTS:
            shapes.append(shape)
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
    yield from _left_over(package, shapes)


def _remarks(package: Package) -> Iterator[Trouble]:
    if package.version and package.version not in VERSIONS:
        what = f"it says that it is OneRoster {package.version}; it was read as {VERSIONS[-1]}"
        yield Trouble(package.origin, what, is_part=False)
    left = [f"{name}.csv" for name in OTHERS if name in package.parts]
    if left:
        what = f"grades and resources are not kept ({', '.join(left)})"
        yield Trouble(package.origin, what, is_part=False)


def _left_over(package: Package, shapes: Sequence[Shape]) -> Iterator[Trouble]:
    """What no user and no class has, of files that say what these have."""
    beside = [
        name for name in ROSTER if name in package.parts and name not in {main for _, main, _ in _SHAPES}
    ]
    if any(part.mode is Mode.DELTA for part in package.parts.values()):
        return  # what it belongs to may have come before
    used: dict[str, set[str]] = {name: set() for name in beside}
    try:
        for shape in shapes:
            for _, row in package.parts[shape.main].rows():
                for name, rows in shape.found(row).items():
                    if name in used:
                        used[name].update(cell(package.parts[name], each, "sourcedId") for each in rows)
        left = {
            name: [id_ for id_ in package.parts[name].by("sourcedId") if id_ not in ids]
            for name, ids in used.items()
        }
    except SourceProblem:
        return  # said when the rows are read
    said = [
        f"{len(ids):,} of {name}.csv ({', '.join(ids[:3])}{', ...' if len(ids) > 3 else ''})"
        for name, ids in left.items()
        if ids
    ]
    if said:
        what = f"rows that no user and no class has were not kept: {'; '.join(said)}"
        yield Trouble(package.origin, what, is_part=False)
