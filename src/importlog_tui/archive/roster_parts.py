"""Tables that are parts of one: staff and students in a file each are all users of that hour, and not two extracts of which the newer counts."""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importlog_tui.archive import cells
from importlog_tui.archive.roster_keys import TABLES, EnrollmentKey
from importlog_tui.fields import Field, unique_headings
from importlog_tui.model import Kind
from importlog_tui.roster import RosterReading

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

_SHARED: Final = 0.01
"""Part of the smaller one's users that may stand in both: somebody who teaches and is a parent."""
_CLEARLY: Final = 0.95
_SAME_SECTION: Final = " AND ".join(
    f"o.{code} IS p.{code}" for code in ("course_code", "section_code", "section_school_code")
)
_KEYS: Final = (
    "SELECT count(*) FROM (SELECT DISTINCT what, value FROM roster_enrollment_keys WHERE roster_id = ?1 AND what {0} {1}) p"
    " WHERE EXISTS (SELECT 1 FROM roster_enrollment_keys o WHERE o.roster_id = ?2 AND o.what = p.what AND o.value = p.value)"
)
_IN_BOTH: Final = {
    Kind.USERS: (
        """SELECT count(*) FROM roster_users p WHERE roster_id = ?1 AND unique_id <> ''
            AND EXISTS (SELECT 1 FROM roster_users o WHERE o.roster_id = ?2 AND o.unique_id = p.unique_id)""",
    ),
    Kind.COURSES: (
        f"""SELECT count(*) FROM roster_sections p WHERE roster_id = ?1
            AND EXISTS (SELECT 1 FROM roster_sections o WHERE o.roster_id = ?2 AND {_SAME_SECTION})""",
    ),
    # Either nobody or no section is in both: enrollments of staff and of students are parts, and so are those of two buildings.
    Kind.ENROLLMENTS: (_KEYS.format("=", EnrollmentKey.USER), _KEYS.format("<>", EnrollmentKey.USER)),
}


def are_parts(connection: sqlite3.Connection, kind: Kind, one: int, other: int, smaller: int) -> bool:
    """Whether two tables of a kind hold different users, sections or enrollments; `smaller` is the lower number of their rows."""
    most = smaller * _SHARED if kind is Kind.USERS else 0
    return any(
        connection.execute(statement, (one, other)).fetchone()[0] <= most for statement in _IN_BOTH[kind]
    )


def others_of(connection: sqlite3.Connection, roster_id: int, name: str, rows: int) -> list[str]:
    """With which files one of this name came the last time, where the table had clearly more rows then; none where it came alone."""
    last = connection.execute(
        """SELECT o.id, o.rows FROM rosters o JOIN rosters n ON n.id = ? WHERE o.witness = n.witness AND o.kind = n.kind AND o.id <> n.id
            AND o.taken <= n.taken AND o.complete ORDER BY o.taken DESC, o.id DESC LIMIT 1""",
        (roster_id,),
    ).fetchone()
    if last is None or rows > _CLEARLY * last[1]:
        return []
    names = [
        row[0] for row in connection.execute("SELECT name FROM roster_origins WHERE roster_id = ?", last[:1])
    ]
    folder = name.rpartition("/")[0]
    others = [one for one in names if one != name and one.rpartition("/")[0] == folder]
    return others if name in names else []


def united(connection: sqlite3.Connection, parts: Sequence[tuple[RosterReading, int, int]]) -> RosterReading:
    """One table of several that were filed, (what was read, its first row's id, its rows): columns of one meaning, or of one heading, are one."""
    readings = [reading for reading, _, _ in parts]
    first = readings[0]
    headings: list[str] = []
    fields: dict[str, Field] = {}
    places = [_places(reading, headings, fields) for reading in readings]
    columns = unique_headings(headings)
    name = TABLES[first.kind].name

    def rows() -> Iterator[tuple[int | None, tuple[str, ...]]]:
        for (_, first_id, count), at in zip(parts, places, strict=True):
            found = connection.execute(
                f"SELECT line, cells FROM {name} WHERE id >= ? AND id < ? ORDER BY id",
                (first_id, first_id + count),
            )
            for line, joined in found:
                row = [""] * len(columns)
                for place, cell in zip(at, cells.split(joined), strict=False):
                    row[place] = cell
                yield line, tuple(row)

    taken = [reading.taken_at for reading in readings if reading.taken_at is not None]
    return RosterReading(
        first.witness, first.kind, columns, rows(), first.origin, max(taken), fields, is_whole=True
    )


def _places(reading: RosterReading, headings: list[str], fields: dict[str, Field]) -> list[int]:
    """Where the columns of a part stand; at the end those of which there is none like it yet."""
    places: list[int] = []
    for column in reading.columns:
        meaning = reading.fields.get(column)
        place = next(
            (
                at
                for at, heading in enumerate(headings)
                if at not in places
                and fields.get(heading) is meaning
                and (meaning is not None or heading.casefold() == column.casefold())
            ),
            None,
        )
        if place is None:
            place = len(headings)
            headings.append(column if column not in headings else f"{column}, {reading.origin.name}")
            if meaning is not None:
                fields[headings[-1]] = meaning
        places.append(place)
    return places
