"""The dated tables of the SIS and of Schoology, read: which there are, and their rows by the keys that they are known by."""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

from importlog_tui.archive import cells
from importlog_tui.archive.connections import transaction
from importlog_tui.archive.opening import sound_words
from importlog_tui.archive.roster_keys import TABLES, EnrollmentKey, folded
from importlog_tui.fields import Field
from importlog_tui.model import Kind
from importlog_tui.roster import Entry, Roster, Witness
from importlog_tui.text import whole

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from importlog_tui.archive.connections import Connections

_ROSTERS: Final = """
    SELECT r.id, r.witness, r.kind, r.taken, r.seen, r.zone, (SELECT group_concat(name, '; ') FROM roster_origins WHERE roster_id = r.id),
        h.columns, r.fields, r.rows, r.complete, r.first_id
    FROM rosters r JOIN headings h ON h.id = r.headings_id
    WHERE (?1 IS NULL OR r.witness = ?1) AND (?2 IS NULL OR r.kind = ?2) AND (?3 IS NULL OR r.id = ?3)
    ORDER BY r.taken DESC, r.kind, r.id DESC
"""
_ENROLLED: Final = """
    SELECT e.id, e.line, e.cells FROM roster_enrollment_keys k JOIN roster_enrollments e ON e.id = k.row_id WHERE k.roster_id = ? AND """
_AMONG: Final = "IN (SELECT value FROM json_each(?))"


class Rosters:
    """The archive's part that holds the two other witnesses; `Archive` is one."""

    _connections: Connections

    def rosters(
        self, witness: Witness | None = None, kind: Kind | None = None, *, purged: bool = False
    ) -> list[Roster]:
        """All dated tables of a witness and a kind, the newest first; with `purged` also those whose rows were removed to make room."""
        with self._connections.one() as connection:
            found = _rosters(connection, witness, kind)
        return found if purged else [roster for roster in found if not roster.purged]

    def roster(self, witness: Witness, kind: Kind, at: datetime | None = None) -> Roster | None:
        """The newest whole one that was taken at or before `at`, its rows still there; None where there is none."""
        for roster in self.rosters(witness, kind):
            if roster.complete and (at is None or roster.taken_at <= at):
                return roster
        return None

    def users(
        self,
        roster_id: int,
        *,
        unique_ids: Collection[str] = (),
        schoology_ids: Collection[str] = (),
        usernames: Collection[str] = (),
        emails: Collection[str] = (),
    ) -> list[Entry]:
        """The users who have any of these: ids exactly as written, usernames and addresses whatever their case and blanks.

        In the order of the file; nobody where nothing is asked for. A blank key finds nobody.
        """
        return self._entries(
            roster_id,
            Kind.USERS,
            [
                ("unique_id", unique_ids),
                ("schoology_id", schoology_ids),
                ("username_folded", map(folded, usernames)),
                ("email_folded", map(folded, emails)),
            ],
        )

    def sections(
        self,
        roster_id: int,
        *,
        course_codes: Collection[str] = (),
        section_codes: Collection[str] = (),
        fold: bool = False,
    ) -> list[Entry]:
        """The sections with any of these course codes and, where section codes are given, too, with any of these as well.

        A section code is a Section Code or a Section School Code. Compared exactly, case included (schoology.md 3.3), or with `fold` whatever the
        case and blanks, to hint at what differs in nothing else.
        """
        end = "_folded" if fold else ""
        courses, codes = (
            _asked(map(folded, asked) if fold else asked) for asked in (course_codes, section_codes)
        )
        by_code = [(f"section_code{end}", codes), (f"section_school_code{end}", codes)]
        if not course_codes:
            return self._entries(roster_id, Kind.COURSES, by_code)
        found = self._entries(roster_id, Kind.COURSES, [(f"course_code{end}", courses)])
        if not section_codes:
            return found
        wanted = set(codes)
        return [entry for entry in found if wanted & set(_codes(entry, fold=fold))]

    def enrollments(
        self, roster_id: int, *, unique_ids: Collection[str] = (), sections: Collection[tuple[str, str]] = ()
    ) -> list[Entry]:
        """The enrollments of any of these users, or in any of these sections; exactly as written.

        Args:
            roster_id: the table.
            unique_ids: of users.
            sections: (course code, section code): the code is a Section Code or a Section School Code; a blank one stands for all of a course, and
                with a blank course the Section School Code alone counts.
        """
        found: dict[int, Entry] = {}
        with self._connections.one() as connection:
            roster = _one(connection, roster_id)
            if roster is None or roster.kind is not Kind.ENROLLMENTS:
                return []

            def take(condition: str, *values: object) -> Iterator[tuple[int, Entry]]:
                for id_, line, joined in connection.execute(_ENROLLED + condition, (roster_id, *values)):
                    yield id_, _entry(roster, line, joined)

            if wanted := _asked(unique_ids):
                found.update(take(f"k.what = {EnrollmentKey.USER} AND k.value {_AMONG}", json.dumps(wanted)))
            for course, code in dict.fromkeys(sections):
                if code.strip():
                    by_code = take(f"k.what = {EnrollmentKey.SCHOOL_CODE} AND k.value = ?", code)
                    found.update(
                        (id_, entry)
                        for id_, entry in by_code
                        if not course or entry.fields.get(Field.COURSE_CODE, course) == course
                    )
                if course.strip():
                    first, last = (
                        f"{course}\x1f{code}",
                        f"{course}\x1f{code}" if code.strip() else f"{course}\x20",
                    )
                    found.update(
                        take(f"k.what = {EnrollmentKey.COURSE} AND k.value BETWEEN ? AND ?", first, last)
                    )
        return [found[id_] for id_ in sorted(found)]

    def entries(self, roster_id: int) -> Iterator[Entry]:
        """All rows of a table, streamed, in the order of the file."""
        with self._connections.one() as connection:
            roster = _one(connection, roster_id)
            if roster is None:
                return
            table = TABLES[roster.kind].name
            (first,) = connection.execute(
                "SELECT first_id FROM rosters WHERE id = ?", (roster_id,)
            ).fetchone()
            query = f"SELECT line, cells FROM {table} WHERE id >= ? AND id < ? ORDER BY id"
            for line, joined in connection.execute(query, (first, (first or 0) + roster.rows)):
                yield _entry(roster, line, joined)

    def mentioning(self, roster_id: int, words: Sequence[str], most: int) -> list[Entry]:
        """The first rows of a table in which every one of these words stands somewhere, whatever the case of its plain letters.

        Looks through the rows of this one table: for a person whom no index of the log knows.
        """
        with self._connections.one() as connection:
            roster = _one(connection, roster_id)
            if roster is None or roster.purged or not words:
                return []
            (first,) = connection.execute(
                "SELECT first_id FROM rosters WHERE id = ?", (roster_id,)
            ).fetchone()
            each = " AND cells LIKE ? ESCAPE '!'" * len(words)
            query = f"SELECT line, cells FROM {TABLES[roster.kind].name} WHERE id >= ? AND id < ?{each} ORDER BY id LIMIT ?"
            patterns = [f"%{''.join(f'!{c}' if c in '!%_' else c for c in word)}%" for word in words]
            rows = connection.execute(query, (first, first + roster.rows, *patterns, most))
            return [_entry(roster, line, joined) for line, joined in rows]

    def per_building(self, roster_id: int) -> Mapping[str, int]:
        """Rows for each value of the School column, kept for good, also after the rows are removed.

        Enrollments that have no such column are counted where their section is, as far as a table of sections told that when they were filed.
        """
        with self._connections.one() as connection:
            found = connection.execute(
                "SELECT school, rows FROM roster_buildings WHERE roster_id = ? ORDER BY school", (roster_id,)
            )
            return dict(found.fetchall())

    def values_used(
        self, roster_id: int, field: Field, *, held_in: int | None = None, without: Collection[str] = ()
    ) -> Mapping[str, int]:
        """How many users have each role or school, exactly as written.

        Args:
            roster_id: the table of users.
            field: ROLE or SCHOOL.
            held_in: a table of the directory; only users whom it has by their Unique ID are counted.
            without: Unique IDs of users who are not counted.
        """
        column = {Field.ROLE: "role", Field.SCHOOL: "school"}[field]
        held = "AND EXISTS (SELECT 1 FROM roster_users d WHERE d.roster_id = ? AND d.unique_id = u.unique_id)"
        with self._connections.one() as connection:
            found = connection.execute(
                f"""SELECT {column}, count(*) FROM roster_users u WHERE roster_id = ? AND {column} <> ''
                    AND unique_id NOT {_AMONG} {held if held_in is not None else ""} GROUP BY 1""",
                (roster_id, json.dumps(list(without)), *([] if held_in is None else [held_in])),
            )
            return dict(found.fetchall())

    def roster_digest(self, roster_id: int) -> bytes | None:
        """What stands for the headings and rows of a table: the same content has the same; None where there is no such table."""
        with self._connections.one() as connection:
            row = connection.execute("SELECT digest FROM rosters WHERE id = ?", (roster_id,)).fetchone()
            return None if row is None else bytes(row[0])

    def fetched_files(self, place: str) -> dict[str, tuple[int, int]]:
        """The files that were fetched from a place: name -> (bytes, seconds since 1970) as they were then."""
        with self._connections.one() as connection:
            found = connection.execute(
                "SELECT name, size, written FROM fetched_files WHERE place = ?", (place,)
            )
            return {name: (size, written) for name, size, written in found}

    def remember_fetched(self, place: str, files: Iterable[tuple[str, int, int]]) -> None:
        """Keep what was fetched: (name, bytes, seconds since 1970)."""
        rows = [(whole(place), whole(name), size, written) for name, size, written in files]
        with self._connections.one() as connection, transaction(connection):
            connection.executemany("INSERT OR REPLACE INTO fetched_files VALUES (?, ?, ?, ?)", rows)

    def headings(self, witness: Witness) -> dict[str, Field]:
        """What a person said that headings mean which stand for several things."""
        with self._connections.one() as connection:
            found = connection.execute(
                "SELECT heading, field FROM roster_headings WHERE witness = ?", (witness.value,)
            )
            return {heading: Field(field) for heading, field in found}

    def remember_headings(self, witness: Witness, meanings: Mapping[str, Field]) -> None:
        """Keep what a person said, for all later files of the same witness."""
        said = [(witness.value, whole(heading), field.value) for heading, field in meanings.items()]
        with self._connections.one() as connection, transaction(connection):
            connection.executemany("INSERT OR REPLACE INTO roster_headings VALUES (?, ?, ?)", said)

    def _entries(
        self, roster_id: int, kind: Kind, keys: Sequence[tuple[str, Collection[str] | Iterator[str]]]
    ) -> list[Entry]:
        with self._connections.one() as connection:
            found = _by_keys(connection, roster_id, kind, keys)
        return [found[id_] for id_ in sorted(found)]


def _asked(keys: Collection[str] | Iterator[str]) -> list[str]:
    return [key for key in dict.fromkeys(keys) if key.strip()]


def _codes(entry: Entry, *, fold: bool = False) -> list[str]:
    codes = [entry.fields.get(field, "") for field in (Field.SECTION_CODE, Field.SECTION_SCHOOL_CODE)]
    return [folded(code) for code in codes] if fold else codes


def _by_keys(
    connection: sqlite3.Connection,
    roster_id: int,
    kind: Kind,
    keys: Sequence[tuple[str, Collection[str] | Iterator[str]]],
) -> dict[int, Entry]:
    """The rows in one of whose key columns one of the values stands, by their ids."""
    roster = _one(connection, roster_id)
    found: dict[int, Entry] = {}
    if roster is None or roster.kind is not kind:
        return found
    table = TABLES[kind].name
    for column, values in keys:
        if wanted := _asked(values):
            rows = connection.execute(
                f"SELECT id, line, cells FROM {table} WHERE roster_id = ? AND {column} {_AMONG}",
                (roster_id, json.dumps(wanted)),
            )
            found.update((id_, _entry(roster, line, joined)) for id_, line, joined in rows)
    return found


def _rosters(
    connection: sqlite3.Connection, witness: Witness | None, kind: Kind | None, roster_id: int | None = None
) -> list[Roster]:
    asked = (witness and witness.value, kind and kind.value, roster_id)
    return [_roster(row) for row in connection.execute(_ROSTERS, asked)]


def _one(connection: sqlite3.Connection, roster_id: int) -> Roster | None:
    return next(iter(_rosters(connection, None, None, roster_id)), None)


@sound_words()
def _roster(row: tuple[Any, ...]) -> Roster:
    zone = timezone(timedelta(seconds=row[5]))
    return Roster(
        id=row[0],
        witness=Witness(row[1]),
        kind=Kind(row[2]),
        taken_at=datetime.fromtimestamp(row[3], zone),
        seen_at=datetime.fromtimestamp(row[4], zone),
        origin=row[6] or "",
        columns=tuple(json.loads(row[7])),
        fields={heading: Field(field) for heading, field in json.loads(row[8]).items()},
        rows=row[9],
        complete=bool(row[10]),
        purged=row[11] is None,
    )


def _entry(roster: Roster, line: int, joined: str) -> Entry:
    values = dict(zip(roster.columns, cells.split(joined), strict=False))
    fields: dict[Field, str] = {}
    for column, value in values.items():
        if column in roster.fields:
            fields.setdefault(roster.fields[column], value)
    return Entry(roster.id, line, values, fields)
