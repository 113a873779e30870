"""What many enrollments have in common, whom they are about, and which stand twice, put into temporary tables for the rules to look at."""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importlog_tui.archive.preflight.statements import BLANKS
from importlog_tui.archive.roster_keys import EnrollmentKey

if TYPE_CHECKING:
    import sqlite3

COMMON: Final = "course_code, section_code, section_school_code, enrollment_type, grading_period"
"""The columns of `groups`: a million enrollments have a few thousand different ones."""


def gather(connection: sqlite3.Connection, *, has_people: bool, has_sections: bool) -> None:
    """What many enrollments have in common, whom they are about, and which stand twice: a million rows are gone through three times, not thirty."""
    execute = connection.execute
    execute(
        f"""CREATE TEMP TABLE groups AS SELECT {COMMON}, min(id) AS first, count(*) AS n, 1 AS is_known, '' AS hint, NULL AS other
            FROM e GROUP BY {COMMON}"""
    )
    execute("CREATE INDEX temp.groups_by_code ON groups (course_code, section_code)")
    execute("CREATE INDEX temp.groups_by_school_code ON groups (section_school_code)")
    if has_sections:
        _match_sections(connection)
    execute("CREATE TEMP TABLE enrolled (unique_id TEXT PRIMARY KEY, hint TEXT) WITHOUT ROWID")
    execute(
        "INSERT INTO enrolled SELECT value, NULL FROM ek WHERE what = ? GROUP BY value",
        (EnrollmentKey.USER,),
    )
    if has_people:
        _match_people(connection)
    execute(
        """CREATE TEMP TABLE twice AS SELECT unique_id, course_code, section_code, section_school_code, grading_period,
            min(line) AS first, max(line) AS last FROM e WHERE unique_id > '' AND course_code > ''
            GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1"""
    )
    execute("CREATE INDEX temp.twice_by_user ON twice (unique_id, course_code, section_code)")


def _match_people(connection: sqlite3.Connection) -> None:
    """Which of the enrolled are nowhere among the users, and whom they come nearest."""
    execute = connection.execute
    execute(
        f"""UPDATE enrolled SET hint = '' WHERE trim(unique_id, {BLANKS}) <> ''
            AND NOT EXISTS (SELECT 1 FROM ru WHERE ru.unique_id = enrolled.unique_id)
            AND NOT EXISTS (SELECT 1 FROM d WHERE d.unique_id = enrolled.unique_id AND lower(coalesce(d.status, '')) IN ('', 'active', '1'))"""
    )
    if not execute("SELECT EXISTS (SELECT 1 FROM enrolled WHERE hint IS NOT NULL)").fetchone()[0]:
        return
    # What comes nearest is looked for among all users only where one is missing.
    execute("CREATE TEMP TABLE people (b TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID")
    for view in ("ru", "d"):
        execute(
            f"INSERT OR IGNORE INTO people SELECT bare(unique_id), unique_id FROM {view} WHERE unique_id > ''"
        )
    execute(
        """UPDATE enrolled SET hint = coalesce((SELECT differs(unique_id, v) FROM people WHERE b = bare(unique_id)), '')
            WHERE hint IS NOT NULL"""
    )


def _match_sections(connection: sqlite3.Connection) -> None:
    """Which of the groups sections are among the sections, matched by Section School Code where it is given, else by Section Code."""
    execute = connection.execute
    by_school_code = f"trim(coalesce(section_school_code, ''), {BLANKS}) <> '' AND EXISTS (SELECT 1 FROM rs WHERE section_school_code > '')"
    execute(
        f"""UPDATE groups SET is_known = CASE WHEN {by_school_code}
            THEN EXISTS (SELECT 1 FROM rs WHERE rs.section_school_code = groups.section_school_code AND rs.course_code = groups.course_code)
            ELSE EXISTS (SELECT 1 FROM rs WHERE rs.course_code = groups.course_code AND rs.section_code = groups.section_code) END
            WHERE trim(course_code, {BLANKS}) <> ''
                AND (trim(coalesce(section_school_code, ''), {BLANKS}) <> '' OR trim(coalesce(section_code, ''), {BLANKS}) <> '')"""
    )
    execute(
        f"""UPDATE groups SET other = (SELECT min(rs.section_code) FROM rs WHERE rs.section_school_code = groups.section_school_code
                AND rs.course_code = groups.course_code)
            WHERE is_known AND {by_school_code} AND section_code > '' AND NOT EXISTS (SELECT 1 FROM rs
                WHERE rs.section_school_code = groups.section_school_code AND rs.course_code = groups.course_code
                    AND (rs.section_code = groups.section_code OR coalesce(rs.section_code, '') = ''))"""
    )
    if not execute("SELECT EXISTS (SELECT 1 FROM groups WHERE NOT is_known)").fetchone()[0]:
        return
    # What comes nearest is looked for among all sections only where one is missing.
    execute("CREATE TEMP TABLE codes (b TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID")
    for code in ("section_school_code", "section_code"):
        execute(
            f"""INSERT OR IGNORE INTO codes SELECT bare(course_code) || char(31) || bare({code}), course_code || ' ' || {code}
                FROM rs WHERE course_code > '' AND {code} > ''"""
        )
    execute(
        "INSERT OR IGNORE INTO codes SELECT bare(course_code), course_code FROM rs WHERE course_code > ''"
    )
    for code in ("section_school_code", "section_code"):
        execute(
            f"""UPDATE groups SET hint = coalesce((SELECT differs(course_code || ' ' || {code}, v) FROM codes
                WHERE b = bare(course_code) || char(31) || bare({code})), '') WHERE NOT is_known AND hint = '' AND {code} > ''"""
        )
    execute(
        """UPDATE groups SET hint = coalesce((SELECT iif(v = course_code, 'the course is there, the section is not', differs(course_code, v))
            FROM codes WHERE b = bare(course_code)), 'no such course') WHERE NOT is_known AND hint = ''"""
    )
