"""The set work of what is seen without a message: two extracts held against each other, and the extract that was imported against the directory.

The views are those of `look.Preflight`: `u`, `s`, `e` the later extract, `hu`, `hs`, `he` the earlier one, `rs` the sections of either, `d` the directory; `ek` and `hek` are the keys of the
enrollments. A million enrollments are compared by their number per user first, which an index tells in order; only the users who have fewer are looked at.
No condition on a key is written as `> ''` beside a join on it: SQLite takes that for the index, and joins by looking through.
"""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importlog_tui.archive.preflight.statements import INACTIVE, is_blank
from importlog_tui.archive.roster_keys import EnrollmentKey
from importlog_tui.model import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

_SAME_SECTION: Final = "{0}.course_code IS {1}.course_code AND {0}.section_code IS {1}.section_code AND {0}.section_school_code IS {1}.section_school_code"
_ACTIVE: Final = f"lower(trim(coalesce({{0}}.status, ''))) NOT IN ({INACTIVE})"


def _home(sections: str) -> str:
    return f"""(SELECT min(t.school) FROM {sections} t WHERE t.section_school_code = b.section_school_code AND +b.section_school_code > ''),
        (SELECT min(t.school) FROM {sections} t WHERE t.course_code = b.course_code AND t.section_code IS b.section_code)"""


_USER, _COURSE, _SCHOOL_CODE = (
    int(key) for key in (EnrollmentKey.USER, EnrollmentKey.COURSE, EnrollmentKey.SCHOOL_CODE)
)


def _is_in(keys: str, rows: str, row: str) -> str:
    """Whether the user of an enrollment is enrolled in the same section there."""
    return f"""EXISTS (SELECT 1 FROM {keys} j CROSS JOIN {rows} o ON o.id = j.row_id
        WHERE j.what = {_USER} AND j.value = {row}.unique_id AND {_SAME_SECTION.format("o", row)})"""


_GONE: Final = {
    Kind.USERS: f"""
        SELECT b.id, coalesce(b.school, '') AS school FROM hu b WHERE NOT {is_blank("b.unique_id")}
            AND NOT EXISTS (SELECT 1 FROM u WHERE u.unique_id = b.unique_id AND u.school IS b.school)""",
    Kind.COURSES: f"""
        SELECT b.id, coalesce(b.school, '') AS school FROM hs b WHERE NOT {is_blank("b.course_code")}
            AND NOT EXISTS (SELECT 1 FROM s WHERE s.course_code = b.course_code AND {_SAME_SECTION.format("s", "b")})""",
    Kind.ENROLLMENTS: f"""
        SELECT b.id, coalesce(nullif(b.school, ''), {_home("hs")}, {_home("rs")}, '') AS school FROM (
            SELECT value AS v FROM (SELECT value, count(*) AS n FROM hek WHERE what = {_USER} GROUP BY value) o
            WHERE n > (SELECT count(*) FROM ek WHERE ek.what = {_USER} AND ek.value = o.value)
        ) fewer CROSS JOIN hek m ON m.what = {_USER} AND m.value = fewer.v CROSS JOIN he b ON b.id = m.row_id
        WHERE NOT {_is_in("ek", "e", "b")}""",
}
"""The rows of the earlier extract that the later one does not have (of users: not in this building), with their building."""

_DROPPED: Final = f"""
    SELECT b.id FROM gone_enrollments g CROSS JOIN he b ON b.id = g.id
    WHERE (EXISTS (SELECT 1 FROM ek k WHERE k.what = {_SCHOOL_CODE} AND k.value = b.section_school_code)
            OR (coalesce(b.section_school_code, '') = ''
                AND EXISTS (SELECT 1 FROM ek k WHERE k.what = {_COURSE} AND k.value = b.course_code || x'1f' || coalesce(b.section_code, ''))))
        AND CASE WHEN EXISTS (SELECT 1 FROM u) THEN EXISTS (SELECT 1 FROM u WHERE u.unique_id = b.unique_id AND {_ACTIVE.format("u")})
            ELSE EXISTS (SELECT 1 FROM ek k WHERE k.what = {_USER} AND k.value = b.unique_id) END
        AND NOT EXISTS (SELECT 1 FROM ek k CROSS JOIN e n ON n.id = k.row_id WHERE k.what = {_USER} AND k.value = b.unique_id
            AND NOT {_is_in("hek", "he", "n")})"""
"""Of those gone: the section is still sent, the user, too, and got nothing instead: only such an enrollment is missed (schoology.md 3.4; 6, case 17)."""

_STILL: Final = (
    "(NOT EXISTS (SELECT 1 FROM hu) OR EXISTS (SELECT 1 FROM hu WHERE hu.unique_id = u.unique_id{}))"
)
"""Where `hu` holds a newer extract: it sends the user, too."""
_MISSING: Final = f"""
    SELECT u.id FROM u WHERE NOT {is_blank("u.unique_id")} AND {_ACTIVE.format("u")}
        AND NOT EXISTS (SELECT 1 FROM d WHERE d.unique_id = u.unique_id) AND u.unique_id NOT IN (SELECT unique_id FROM failing)
        AND {_STILL.format("")}"""
_NEVER_SENT: Final = f"""
    SELECT min(row_id) FROM ek WHERE what = {_USER} AND value NOT IN (SELECT unique_id FROM failing)
        AND NOT EXISTS (SELECT 1 FROM u WHERE u.unique_id = ek.value) AND NOT EXISTS (SELECT 1 FROM d WHERE d.unique_id = ek.value) GROUP BY value"""
_PAIRS: Final = f"""
    SELECT u.school AS ours, d.school AS theirs, count(*) AS n FROM u CROSS JOIN d ON d.unique_id = u.unique_id
    WHERE NOT {is_blank("u.unique_id")} AND NOT {is_blank("u.school")} AND d.school IS NOT NULL AND {_ACTIVE.format("d")} GROUP BY 1, 2"""
_ELSEWHERE: Final = f"""
    SELECT u.id, u.school || x'1f' || min(d.school)
    FROM u CROSS JOIN d ON d.unique_id = u.unique_id AND {_ACTIVE.format("d")} JOIN odd o ON o.ours = u.school AND o.theirs = d.school
    WHERE NOT {is_blank("u.unique_id")} AND u.unique_id NOT IN (SELECT unique_id FROM failing)
        AND {_STILL.format(" AND hu.school IS u.school")}
        AND NOT EXISTS (SELECT 1 FROM u v CROSS JOIN d a ON a.unique_id = v.unique_id JOIN usual m ON m.ours = v.school AND m.theirs = a.school
            WHERE v.unique_id = u.unique_id AND {_ACTIVE.format("a")})
    GROUP BY u.id"""
_SECTIONS_KEPT: Final = f"""SELECT count(*), total(EXISTS (SELECT 1 FROM hs WHERE hs.course_code = s.course_code AND {_SAME_SECTION.format("hs", "s")})) FROM s
    WHERE EXISTS (SELECT 1 FROM hs)"""
_ENROLLED_KEPT: Final = f"""
    SELECT count(*), total(EXISTS (SELECT 1 FROM hek WHERE hek.what = n.what AND hek.value = n.value))
    FROM (SELECT DISTINCT what, value FROM ek WHERE what IN ({_COURSE}, {_SCHOOL_CODE}) AND EXISTS (SELECT 1 FROM hek)) n"""
_TABLES: Final = {
    Kind.USERS: ("gone_users", "hu"),
    Kind.COURSES: ("gone_courses", "hs"),
    Kind.ENROLLMENTS: ("gone_enrollments", "he"),
}


class Changes:
    """What changed from the earlier extract to the later one, and what Schoology holds otherwise; part of a `Preflight`, whose findings it fills."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._gone: dict[Kind, int] = {}

    def gone(self, kind: Kind) -> int:
        """How many rows of the earlier extract the later one does not have; looked for once."""
        if kind not in self._gone:
            name = _TABLES[kind][0]
            self._connection.execute(f"CREATE TEMP TABLE {name} AS {_GONE[kind]}")
            (self._gone[kind],) = self._connection.execute(f"SELECT count(*) FROM {name}").fetchone()
        return self._gone[kind]

    def gone_of(self, finding: int, kind: Kind, building: str | None) -> int:
        """Those of one building, or of all (None), under a finding's number; its rows are the earlier extract's."""
        self.gone(kind)
        table = _TABLES[kind][0]
        return self._put(finding, f"SELECT id, '' FROM {table} WHERE ?1 IS NULL OR school = ?1", building)

    def dropped(self, finding: int) -> int:
        """Enrollments that are missed: gone from a section that is still sent, of a user who is still sent and got nothing instead."""
        self.gone(Kind.ENROLLMENTS)
        return self._put(finding, f"SELECT id, '' FROM ({_DROPPED})")

    def share_kept(self) -> float:
        """Part of the later extract's sections that the earlier one had, by the sections or else the enrollments; little of it is a new school year.

        1 where neither tells.
        """
        for statement in (_SECTIONS_KEPT, _ENROLLED_KEPT):
            total, known = self._connection.execute(statement).fetchone()
            if total:
                return float(known / total)
        return 1.0

    def fail(self, unique_ids: Iterable[str]) -> None:
        """Whose rows the log names: of these there is a message, and nothing else is said."""
        execute = self._connection.execute
        execute("CREATE TEMP TABLE IF NOT EXISTS failing (unique_id TEXT PRIMARY KEY) WITHOUT ROWID")
        execute("DELETE FROM failing")
        self._connection.executemany(
            "INSERT OR IGNORE INTO failing VALUES (?)", ((one,) for one in unique_ids)
        )

    def missing(self, finding: int) -> int:
        """Users who are sent as active and have no account."""
        return self._put(finding, f"SELECT id, '' FROM ({_MISSING})")

    def never_sent(self, finding: int) -> int:
        """Who is enrolled, but neither sent among the users nor known in Schoology: one row each."""
        return self._put(finding, f"SELECT *, '' FROM ({_NEVER_SENT})")

    def schools(self) -> list[tuple[str, str, int]]:
        """(as the SIS sends it, as Schoology holds it, users): codes on one side are names on the other."""
        self._connection.execute(f"CREATE TEMP TABLE schools AS {_PAIRS}")
        return self._connection.execute(
            "SELECT ours, theirs, n FROM schools ORDER BY ours, n DESC, theirs"
        ).fetchall()

    def elsewhere(
        self, finding: int, usual: Iterable[tuple[str, str]], odd: Iterable[tuple[str, str]]
    ) -> int:
        """Users whom Schoology holds in an odd school; noted with what the SIS sends and what Schoology holds."""
        for name, pairs in (("usual", usual), ("odd", odd)):
            self._connection.execute(
                f"CREATE TEMP TABLE {name} (ours TEXT, theirs TEXT, PRIMARY KEY (ours, theirs)) WITHOUT ROWID"
            )
            self._connection.executemany(f"INSERT OR IGNORE INTO {name} VALUES (?, ?)", pairs)
        return self._put(finding, _ELSEWHERE)

    def date(
        self, finding: int, taken: int, earlier: Sequence[tuple[int, int]], *, same_school: bool
    ) -> None:
        """Say of each user since when it is sent so: in unbroken succession through the `earlier` extracts, (id, taken), the newest first."""
        execute = self._connection.execute
        execute("INSERT INTO since SELECT finding, id, ? FROM found WHERE finding = ?", (taken, finding))
        school = " AND b.school IS u.school" if same_school else ""
        last = taken
        for roster_id, at in earlier:
            execute(
                f"""UPDATE since SET at = ?1 WHERE finding = ?2 AND at = ?3 AND EXISTS (SELECT 1 FROM u CROSS JOIN kept.roster_users b
                    ON b.roster_id = ?4 AND b.unique_id = u.unique_id{school} WHERE u.id = since.id)""",
                (at, finding, last, roster_id),
            )
            last = at

    def newer(self, finding: int, than: int) -> int:
        """How many rows of a finding are so since a later time than this."""
        (count,) = self._connection.execute(
            "SELECT count(*) FROM since WHERE finding = ? AND at > ?", (finding, than)
        ).fetchone()
        return int(count)

    def forget(self, finding: int, ids: Iterable[int]) -> None:
        """Take rows off a finding."""
        self._connection.executemany(
            f"DELETE FROM found WHERE finding = {int(finding)} AND id = ?", ((id_,) for id_ in ids)
        )

    def move(self, finding: int, to: int, ids: Iterable[int]) -> None:
        """Put rows of a finding under another one."""
        self._connection.executemany(
            f"UPDATE found SET finding = {int(to)} WHERE finding = {int(finding)} AND id = ?",
            ((id_,) for id_ in ids),
        )

    def _put(self, finding: int, statement: str, *values: object) -> int:
        return self._connection.execute(
            f"INSERT OR IGNORE INTO found SELECT {int(finding)}, * FROM ({statement})", values
        ).rowcount
