"""The check's set work: tonight's rosters in a scratch archive, held against each other, the directory and what is kept from the nights before.

Nothing here changes the archive that is kept: it is attached to be read, and all findings lie in temporary tables of the scratch one.
"""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

import contextlib
import json
import sqlite3
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

from importlog_tui.archive import cells
from importlog_tui.archive.preflight import words
from importlog_tui.archive.preflight.changes import Changes
from importlog_tui.archive.preflight.enrollments import COMMON, gather
from importlog_tui.archive.preflight.statements import GROUPS, SQL, STOPPING, USERS_OF
from importlog_tui.archive.roster_keys import TABLES
from importlog_tui.archive.rows import Cancelled
from importlog_tui.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from importlog_tui.archive.archive import Archive

_STEPS: Final = 20_000
SOME: Final = 20
"""Enrollments that may always end in one night."""
_CACHE: Final = 64_000
"""Kilobytes of pages kept in memory, whatever the files' size."""


class Source(NamedTuple):
    """A roster to look at: its id, and whether it lies in the archive that is kept."""

    id: int
    is_kept: bool = False


class FoundRow(NamedTuple):
    """A row that a rule speaks of.

    Attributes:
        id: of the row, within its table.
        line: in the file.
        note: a word on it, or "".
        cells: as they were read.
        failed: it failed last night, for whatever reason.
        since: seconds since 1970 from which on it is sent so; None where nobody looked.
    """

    id: int
    line: int
    note: str
    cells: tuple[str, ...]
    failed: bool
    since: int | None = None


class Fates(NamedTuple):
    """What became of records that failed last night.

    Attributes:
        again: will fail again: a rule speaks of their row, or it is sent unchanged.
        changed: their row is sent with other values, and no rule speaks of it.
        absent: no such row is sent.
        unknown: whom or what they are about can't be told, in tonight's file or in the log's own rows.
    """

    again: int
    changed: int
    absent: int
    unknown: int = 0


_VIEWS: Final = {Kind.USERS: "u", Kind.COURSES: "s", Kind.ENROLLMENTS: "e"}
_SECTION: Final = (
    "(f.section_code IS NULL OR f.section_code = '' OR t.section_code = f.section_code)"
    " AND (f.section_school_code IS NULL OR f.section_school_code = '' OR t.section_school_code = f.section_school_code)"
)
_SAME_SUBJECT: Final = {
    Kind.USERS: "t.unique_id = f.unique_id AND f.unique_id > ''",
    Kind.COURSES: f"t.course_code = f.course_code AND f.course_code > '' AND {_SECTION}",
    Kind.ENROLLMENTS: f"t.unique_id = f.unique_id AND f.unique_id > '' AND (f.course_code IS NULL OR t.course_code = f.course_code) AND {_SECTION}",
}
"""Which row of tonight is about whom or what a record that failed was about: exactly, case included (schoology.md 3.3)."""


class Preflight:
    """A look at tonight's files, on one connection; made by `Archive.preflight`.

    Findings are numbered by the caller; each is a set of lines of one roster.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        tonight: Mapping[Kind, Source],
        *,
        directory: Source | None = None,
        before: Mapping[Kind, Source] | None = None,
        stand_in: Mapping[Kind, Source] | None = None,
    ) -> None:
        """Look at `tonight`, by kind.

        Args:
            connection: to the scratch archive, the kept one attached as "kept" where one of the sources lies in it.
            tonight: the rosters that are looked at.
            directory: what Schoology holds.
            before: the newest whole extracts before these.
            stand_in: what enrollments are held against where users or sections are not checked tonight.
        """
        self._connection = connection
        execute = connection.execute
        execute("PRAGMA temp_store = FILE")  # first: it drops what is there
        execute(f"PRAGMA cache_size = -{_CACHE}")
        self._tonight = dict(tonight)
        self._before = dict(before or {})
        against = {**(stand_in or {}), **tonight}
        self._has_people = Kind.USERS in against or directory is not None
        self._has_sections = Kind.COURSES in against
        self._is_gathered = False
        self._where: dict[int, str] = {}
        self.changes = Changes(connection)
        for view, kind, source in (
            ("u", Kind.USERS, tonight.get(Kind.USERS)),
            ("s", Kind.COURSES, tonight.get(Kind.COURSES)),
            ("e", Kind.ENROLLMENTS, tonight.get(Kind.ENROLLMENTS)),
            ("d", Kind.USERS, directory),
            ("hu", Kind.USERS, self._before.get(Kind.USERS)),
            ("hs", Kind.COURSES, self._before.get(Kind.COURSES)),
            ("he", Kind.ENROLLMENTS, self._before.get(Kind.ENROLLMENTS)),
            ("ru", Kind.USERS, against.get(Kind.USERS)),
            ("rs", Kind.COURSES, against.get(Kind.COURSES)),
        ):
            self._view(view, TABLES[kind].name, source)
        self._view("ek", "roster_enrollment_keys", tonight.get(Kind.ENROLLMENTS))
        self._view("hek", "roster_enrollment_keys", self._before.get(Kind.ENROLLMENTS))
        connection.create_function("unseen", 1, words.unseen, deterministic=True)
        connection.create_function("odd", 1, words.odd, deterministic=True)
        connection.create_function("bare", 1, words.bare, deterministic=True)
        connection.create_function("differs", 2, words.differs, deterministic=True)
        execute(
            "CREATE TEMP TABLE found (finding INTEGER, id INTEGER, note TEXT, PRIMARY KEY (finding, id)) WITHOUT ROWID"
        )
        execute(
            "CREATE TEMP TABLE since (finding INTEGER, id INTEGER, at INTEGER, PRIMARY KEY (finding, id)) WITHOUT ROWID"
        )
        execute("CREATE TEMP TABLE stopped (id INTEGER PRIMARY KEY)")
        execute(
            "CREATE TEMP TABLE fates (kind TEXT, n INTEGER, error_id INTEGER, id INTEGER, is_found INTEGER, is_unchanged INTEGER)"
        )
        execute("CREATE INDEX temp.fates_by_row ON fates (kind, id)")

    def _view(self, name: str, table: str, source: Source | None) -> None:
        """A name for one roster's rows; an empty one where there is none."""
        if source is not None and source.is_kept:
            where, schema = f"roster_id = {int(source.id)}", "kept"
        else:
            where, schema = ("0" if source is None else f"roster_id = {int(source.id)}"), "main"
        self._connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM {schema}.{table} WHERE {where}")

    def find(self, finding: int, rule_id: str) -> int:
        """Find what a rule speaks of, under a number; returns how many rows that are."""
        if not self._is_gathered:
            gather(self._connection, has_people=self._has_people, has_sections=self._has_sections)
            self._is_gathered = True
        count = 0
        if rule_id in SQL:
            count += self._connection.execute(
                f"""INSERT OR IGNORE INTO found SELECT {int(finding)}, id, coalesce(note, '')
                    FROM (SELECT NULL AS id, NULL AS note WHERE 0 UNION ALL SELECT * FROM ({SQL[rule_id]}))"""
            ).rowcount
        if Kind.ENROLLMENTS in self._tonight:
            count += self._find_common(finding, rule_id)
        if rule_id in STOPPING and count:
            self._connection.execute(
                "INSERT OR IGNORE INTO stopped SELECT id FROM found WHERE finding = ?", (finding,)
            )
        return count

    def _find_common(self, finding: int, rule_id: str) -> int:
        """As `find`, for a rule about what many enrollments have in common: the rows are looked at only where there is such a thing."""
        execute, count = self._connection.execute, 0
        for rules, table, columns in ((GROUPS, "groups", COMMON), (USERS_OF, "enrolled", "unique_id")):
            if rule_id not in rules:
                continue
            condition, note = rules[rule_id]
            execute("DROP TABLE IF EXISTS temp.odd_ones")
            execute(
                f"CREATE TEMP TABLE odd_ones AS SELECT {columns}, {note} AS note FROM {table} WHERE {condition}"
            )
            if not execute("SELECT EXISTS (SELECT 1 FROM odd_ones)").fetchone()[0]:
                continue
            execute(f"CREATE INDEX temp.odd_by_all ON odd_ones ({columns})")
            same = " AND ".join(f"o.{column} IS e.{column}" for column in columns.split(", "))
            count += execute(
                f"INSERT OR IGNORE INTO found SELECT {int(finding)}, e.id, coalesce(o.note, '') FROM e CROSS JOIN odd_ones o ON {same}"
            ).rowcount
        return count

    def every(self, finding: int, kind: Kind) -> int:
        """All rows of a kind, under a number."""
        return self._connection.execute(
            f"INSERT OR IGNORE INTO found SELECT {int(finding)}, id, '' FROM {_VIEWS[kind]}"
        ).rowcount

    def lines(self, finding: int, some: Iterable[tuple[int, str]]) -> int:
        """Rows, by their ids, that were found elsewhere, with a word on each, under a number."""
        return self._connection.executemany(
            f"INSERT OR IGNORE INTO found VALUES ({int(finding)}, ?, ?)", some
        ).rowcount

    def at_lines(self, finding: int, kind: Kind, numbers: Iterable[int]) -> int:
        """The rows in which these lines of the file stand: a row with a break inside a cell has several."""
        return self._connection.executemany(
            f"""INSERT OR IGNORE INTO found SELECT {int(finding)}, id, '' FROM main.{TABLES[kind].name}
                WHERE roster_id = {int(self._tonight[kind].id)} AND line <= ?1 ORDER BY line DESC LIMIT 1""",
            ((number,) for number in numbers),
        ).rowcount

    def held_against(
        self,
        kind: Kind,
        failed: Iterable[tuple[int, str | None, str | None, str | None, str | None, str]],
        is_unchanged: Callable[[str, str], bool],
        findings: Sequence[int],
        *,
        is_known: bool = True,
    ) -> Fates:
        """Look what became of the records that failed last night; once for each kind.

        Args:
            kind: of the import that they failed in.
            failed: (error id, Unique ID, Course Code, Section Code, Section School Code, what `is_unchanged` is told of it), each None where the record
                has no such column.
            is_unchanged: whether a row's cells, as `cells` joins them, are those of such a record.
            findings: what was found in tonight's rows of this kind.
            is_known: tonight's rows have the column by which they are found.
        """
        execute = self._connection.execute
        self._connection.create_function("unchanged", 2, is_unchanged)
        execute("DROP TABLE IF EXISTS temp.failed")
        execute(
            """CREATE TEMP TABLE failed (n INTEGER PRIMARY KEY, error_id INTEGER, unique_id TEXT, course_code TEXT, section_code TEXT,
                section_school_code TEXT, told TEXT)"""
        )
        self._connection.executemany("INSERT INTO failed VALUES (NULL, ?, ?, ?, ?, ?, ?)", failed)
        key = "course_code" if kind is Kind.COURSES else "unique_id"
        execute(f"CREATE INDEX temp.failed_by_subject ON failed ({key}, course_code)")
        execute(
            f"""INSERT INTO fates SELECT ?1, f.n, f.error_id, t.id,
                EXISTS (SELECT 1 FROM found x WHERE x.finding IN (SELECT value FROM json_each(?2)) AND x.id = t.id), unchanged(f.told, t.cells)
                FROM {_VIEWS[kind]} t CROSS JOIN failed f ON {_SAME_SUBJECT[kind]}""",
            (kind.value, json.dumps(list(findings))),
        )
        (count, named) = execute(f"SELECT count(*), count(nullif(trim({key}), '')) FROM failed").fetchone()
        named = named if is_known else 0
        sent, again = execute(
            """SELECT count(*), total(is_again) FROM (SELECT max(is_found OR is_unchanged) AS is_again FROM fates WHERE kind = ? GROUP BY n)""",
            (kind.value,),
        ).fetchone()
        return Fates(int(again), int(sent - again), int(max(named - sent, 0)), int(count - max(named, sent)))

    def unchanged(self, finding: int, kind: Kind, error_id: int) -> int:
        """The rows that failed last night with this error, are sent unchanged, and were not found by a rule; under a number."""
        return self._connection.execute(
            f"""INSERT OR IGNORE INTO found SELECT {int(finding)}, id, '' FROM fates WHERE kind = ? AND error_id = ?
                AND is_unchanged AND NOT is_found""",
            (kind.value, error_id),
        ).rowcount

    def failed_before(self, finding: int, kind: Kind) -> int:
        """How many rows of a finding failed last night, for whatever reason."""
        (count,) = self._connection.execute(
            "SELECT count(*) FROM found f WHERE finding = ? AND EXISTS (SELECT 1 FROM fates WHERE kind = ? AND id = f.id)",
            (finding, kind.value),
        ).fetchone()
        return int(count)

    def gone(self, finding: int, kind: Kind, building: str | None) -> int:
        """The rows of the extract before that are no longer sent, of a building or of all (None); under a number."""
        self._where[finding] = f"h{_VIEWS[kind]}"
        return self.changes.gone_of(finding, kind, building) if kind in self._before else 0

    def dropped(self, finding: int, most: float) -> int:
        """The enrollments of the extract before that are missed (`Changes.dropped`), under a number; none where more than `most` are gone."""
        self._where[finding] = "he"
        if self.changes.gone(Kind.ENROLLMENTS) > max(most, SOME):
            return 0
        return self.changes.dropped(finding)

    def rows(self, finding: int, kind: Kind, limit: int = -1) -> Iterator[FoundRow]:
        """The rows of a finding, in the order of the file, streamed; the first ones with `limit`."""
        view = self._where.get(finding, _VIEWS[kind])
        found = self._connection.execute(
            f"""SELECT t.id, t.line, f.note, t.cells, EXISTS (SELECT 1 FROM fates WHERE kind = ?1 AND id = f.id),
                    (SELECT at FROM since WHERE finding = f.finding AND id = f.id)
                FROM found f CROSS JOIN {view} t ON t.id = f.id WHERE f.finding = ?2 ORDER BY f.id LIMIT ?3""",
            (kind.value, finding, limit),
        )
        for id_, line, note, joined, failed, since in found:
            yield FoundRow(
                id_, line, note, tuple(cells.split(joined)), bool(failed) and view in _VIEWS.values(), since
            )


@contextlib.contextmanager
def preflight(
    scratch: Archive,
    tonight: Mapping[Kind, Source],
    *,
    kept: Archive | None = None,
    directory: Source | None = None,
    before: Mapping[Kind, Source] | None = None,
    stand_in: Mapping[Kind, Source] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Preflight]:
    """A look at the rosters `tonight`.

    Args:
        scratch: where these rosters lie, and the findings.
        tonight: by kind; they may lie in the kept one.
        kept: the archive in which a `Source` that is kept lies; it is only read.
        directory: as for `Preflight`.
        before: as for `Preflight`.
        stand_in: as for `Preflight`.
        cancelled: asked about every millisecond.

    Raises:
        Cancelled: `cancelled` said so.
        ArchiveProblem: the scratch file can't be written, the disk is full.
    """
    with scratch._connections.one() as connection:
        try:
            if kept is not None:
                address = f"file:{quote(str(kept.path.absolute()))}?{kept._connections.mode}"
                connection.execute("ATTACH DATABASE ? AS kept", (address,))
            connection.set_progress_handler(cancelled, _STEPS)
            yield Preflight(connection, tonight, directory=directory, before=before, stand_in=stand_in)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise Cancelled from error
            raise
        finally:
            connection.set_progress_handler(None, 0)
