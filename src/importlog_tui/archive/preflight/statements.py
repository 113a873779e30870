"""The set work of the check's rules (triage.preflight.rules): for each id the statement that finds the rows it speaks of, with a word on each.

The views that they look at are made by `look.Preflight`: `u`, `s`, `e` are tonight's users, sections and enrollments; `d` is the directory;
`hu`, `hs` are the extracts before; `ru`, `rs` what enrollments are held against, tonight's or else the newest kept. A column that a file does not
have is NULL, so that no rule speaks of it.

No statement joins rows with rows of the same value: a value that stands a hundred thousand times must cost a hundred thousand, not its square. For the
same reason a plus stands before a key that is compared with '' beside a join on it: SQLite may take the comparison for the index, and then looks
through all rows for each.
"""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

BLANKS: Final = "char(9, 10, 11, 12, 13, 32, 160, 8203, 65279)"


def is_blank(column: str) -> str:
    """A condition: nothing but blanks, seen or unseen, stands there."""
    return f"trim({column}, {BLANKS}) = ''"


def _blank(view: str, column: str) -> str:
    return f"SELECT id, '' FROM {view} WHERE {is_blank(column)}"


def _blank_where_used(view: str, column: str) -> str:
    """A column that may as well be left to the import settings: blank cells are a fault only where other rows fill it."""
    return f"{_blank(view, column)} AND EXISTS (SELECT 1 FROM {view} o WHERE o.{column} > '' AND NOT {is_blank('o.' + column)})"


def _neither(view: str, one: str, other: str) -> str:
    both = " AND ".join(is_blank(f"coalesce({column}, '')") for column in (one, other))
    return f"SELECT id, '' FROM {view} WHERE {both} AND ({one} IS NOT NULL OR {other} IS NOT NULL)"


def _shared(key: str, when: str, *, unless_held: bool = False) -> str:
    """Users of whom several have one value; `when` says which groups count. Whoever holds the value in the directory is left alone."""
    held = (
        f" AND NOT EXISTS (SELECT 1 FROM d WHERE d.{key}_folded = u.{key}_folded AND d.unique_id = u.unique_id)"
        if unless_held
        else ""
    )
    return f"""
        SELECT u.id, 'also line ' || iif(u.line = g.first, g.last, g.first) FROM (
            SELECT {key}_folded AS k, min(line) AS first, max(line) AS last FROM u WHERE {key}_folded > ''
            GROUP BY {key}_folded HAVING count(*) > 1 AND coalesce(min(unique_id), '') <> coalesce(max(unique_id), '') AND {when}
        ) g CROSS JOIN u ON u.{key}_folded = g.k WHERE 1{held}"""


def _held(key: str) -> str:
    return f"""
        SELECT u.id, 'held by ' || coalesce(nullif(d.unique_id, ''), 'an account without Unique ID')
            || CASE WHEN lower(coalesce(d.status, '')) IN ('', 'active', '1') THEN '' ELSE ', ' || lower(d.status) END
        FROM u CROSS JOIN d ON d.{key}_folded = u.{key}_folded AND coalesce(d.unique_id, '') <> u.unique_id
        WHERE +u.{key}_folded > '' AND +u.unique_id > ''
            AND NOT EXISTS (SELECT 1 FROM d o WHERE o.{key}_folded = u.{key}_folded AND o.unique_id = u.unique_id)
        GROUP BY u.id"""


_NAME = "lower(coalesce(last_name, '') || char(31) || coalesce(first_name, ''))"


def _people_twice(same: str) -> str:
    return f"""
        SELECT u.id, 'also line ' || iif(u.line = g.first, g.last, g.first) FROM (
            SELECT unique_id AS k, min(line) AS first, max(line) AS last FROM u WHERE NOT {is_blank("unique_id")}
            GROUP BY unique_id HAVING count(*) > 1 AND min({_NAME}) {same} max({_NAME})
        ) g CROSS JOIN u ON u.unique_id = g.k"""


def _twice(key: str, *scope: str) -> str:
    """Sections that share a code within its scope and are not the same row altogether."""
    columns = ", ".join((key, *scope))
    joined = "".join(f" AND s.{column} IS g.{column}" for column in scope)
    return f"""
        SELECT s.id, 'also line ' || iif(s.line = g.first, g.last, g.first) FROM (
            SELECT {columns}, min(line) AS first, max(line) AS last FROM s WHERE NOT {is_blank(key)}
            GROUP BY {columns} HAVING count(*) > 1 AND min(cells) <> max(cells)
        ) g CROSS JOIN s ON s.{key} = g.{key}{joined}"""


def _unknown(view: str, column: str, known: str) -> str:
    """Values that are nowhere among the `known`, where anything is known; those that only lost a zero are told of elsewhere."""
    return f"""
        WITH known(v) AS ({known}), mine(v) AS (SELECT {column} FROM {view} WHERE NOT {is_blank(column)} GROUP BY {column})
        SELECT id, '' FROM {view} WHERE {column} IN (
            SELECT v FROM mine WHERE v NOT IN (SELECT v FROM known) AND lower(v) NOT IN (SELECT lower(v) FROM known)
                AND NOT EXISTS (SELECT 1 FROM known k WHERE k.v > '' AND ltrim(k.v, '0') = mine.v)
        ) AND EXISTS (SELECT 1 FROM known JOIN mine USING (v))"""


def _values(view: str, column: str) -> str:
    return f"SELECT DISTINCT {column} FROM {view} WHERE {column} > ''"


def _zero(view: str, column: str, known: str) -> str:
    """Values with a twin that has a zero in front of it."""
    return f"""
        WITH whole(v) AS ({known}), short(v, w) AS (SELECT ltrim(v, '0'), min(v) FROM whole WHERE v LIKE '0_%' GROUP BY 1),
            mine(v) AS ({_values(view, column)}),
            bad(v, w) AS MATERIALIZED (SELECT mine.v, short.w FROM mine JOIN short ON short.v = mine.v)
        SELECT id, 'instead of ' || w FROM {view} CROSS JOIN bad ON bad.v = {column}"""


def _lost_zero(view: str, column: str, before: str) -> str:
    """Codes that are not known as they stand, but are with zeros in front of them."""
    return f"""
        WITH whole(v) AS ({before}), short(v, w) AS (SELECT ltrim(v, '0'), min(v) FROM whole WHERE v LIKE '0_%' GROUP BY 1)
        SELECT id, 'instead of ' || w FROM {view} JOIN short ON {column} = v
        WHERE v > '' AND NOT EXISTS (SELECT 1 FROM whole o WHERE o.v = {view}.{column})"""


def _first_of(*statements: str) -> str:
    """Rows that any of them speaks of, once."""
    members = "".join(f" UNION ALL SELECT * FROM ({statement})" for statement in statements)
    return f"SELECT id, min(note) FROM (SELECT 0 AS id, '' AS note WHERE 0{members}) GROUP BY id"


_PADDED = f"""
        WITH wide(n) AS (
            SELECT max(length(unique_id)) FROM u WHERE unique_id LIKE '0%' AND unique_id NOT GLOB '*[^0-9]*'
            HAVING min(length(unique_id)) = max(length(unique_id)) AND count(*) > 1
        )
        SELECT id, 'shorter than the ' || n || ' digits of the others' FROM u, wide
        WHERE length(unique_id) < n AND NOT {is_blank("unique_id")} AND unique_id NOT GLOB '*[^0-9]*'
            AND n = (SELECT max(length(unique_id)) FROM u WHERE unique_id NOT GLOB '*[^0-9]*')"""


def _is_excel(column: str) -> str:
    return (
        f"({column} GLOB '[0-9]*E+[0-9]*' AND {column} NOT GLOB '*[^0-9.,E+]*'"
        f" OR {column} GLOB '[0-9]*.0' AND {column} NOT GLOB '*[^0-9.]*')"
    )


def _has_unseen(column: str) -> str:
    return f"({column} GLOB '*[^ -~]*' OR {column} GLOB ' *' OR {column} GLOB '* ') AND unseen({column}) IS NOT NULL"


def _excel(view: str, *columns: str) -> str:
    """1.23E+05, or 123456.0: what a spreadsheet makes of a code."""
    return _any_of(view, columns, _is_excel, "{0}")


def _invisible(view: str, *columns: str) -> str:
    """`unseen` is Python's; it is asked only about what is not plain ASCII without blanks at its ends."""
    return _any_of(view, columns, _has_unseen, "unseen({0})")


def _any_of(view: str, columns: tuple[str, ...], holds: Callable[[str], str], told: str) -> str:
    condition, note = _where_first(columns, holds, told)
    return f"SELECT id, {note} FROM {view} WHERE {condition}"


def _where_first(columns: tuple[str, ...], holds: Callable[[str], str], told: str) -> tuple[str, str]:
    """Whether it holds for one of the columns, and a word on the first of them."""
    cases = " ".join(f"WHEN {holds(c)} THEN '{c}: ' || {told.format(c)}" for c in columns)
    return " OR ".join(f"({holds(c)})" for c in columns), f"CASE {cases} END"


INACTIVE: Final = "'inactive', 'disabled', 'deleted', 'tobedeleted', 'archived', 'false', 'no', 'n', 'i', '0'"
_ADMIN = "'1', 'admin', 'administrator', 'teacher', 'instructor'"
_TYPES = f"{_ADMIN}, '2', 'member', 'student', 'learner'"
_IS_ADMIN = f"lower(trim(g.enrollment_type, {BLANKS})) IN ({_ADMIN})"

_SPELLED = """
        WITH spelled AS (SELECT course_code, course_code_folded AS f, count(*) AS n FROM s WHERE course_code > '' GROUP BY course_code),
            usual AS (SELECT f, max(n) AS n, count(*) AS ways FROM spelled GROUP BY f HAVING count(*) > 1),
            best AS (SELECT f, min(course_code) AS c, count(*) AS ties FROM spelled JOIN usual USING (f, n) GROUP BY f)
        SELECT s.id, iif(best.c = s.course_code, (SELECT 'also ' || min(o.course_code) FROM spelled o WHERE o.f = best.f AND o.course_code <> s.course_code),
            'mostly ' || best.c) FROM best CROSS JOIN s ON s.course_code_folded = best.f WHERE best.ties > 1 OR s.course_code <> best.c"""


def _respelled(column: str) -> str:
    return f"""
        SELECT s.id, 'was ' || (SELECT min(o.{column}) FROM hs o WHERE o.{column}_folded = s.{column}_folded) FROM s
        WHERE s.{column}_folded > '' AND NOT EXISTS (SELECT 1 FROM hs o WHERE o.{column} = s.{column})
            AND EXISTS (SELECT 1 FROM hs o WHERE o.{column}_folded = s.{column}_folded)"""


SQL: Final[dict[str, str]] = {
    "users.no-unique-id": _blank("u", "unique_id"),
    "users.no-first-name": _blank("u", "first_name"),
    "users.no-last-name": _blank("u", "last_name"),
    "users.no-login": _neither("u", "username", "email"),
    "users.no-role": _blank_where_used("u", "role"),
    "users.no-school": _blank_where_used("u", "school"),
    "users.username-characters": f"SELECT id, odd(username) FROM u WHERE username GLOB '*[^A-Za-z0-9._~-]*' AND NOT {is_blank('username')}",
    "users.duplicate-row": _people_twice("="),
    "users.unique-id-twice": _people_twice("<>"),
    "users.username-twice": _shared("username", "min(username) = max(username)", unless_held=True),
    "users.username-case": _shared("username", "min(username) <> max(username)", unless_held=True),
    "users.username-held": _held("username"),
    "users.email-twice": _shared("email", "min(email) = max(email)", unless_held=True),
    "users.email-case": _shared("email", "min(email) <> max(email)", unless_held=True),
    "users.email-held": _held("email"),
    "users.email-format": f"""SELECT id, '' FROM u WHERE NOT {is_blank("email")}
        AND (trim(email, {BLANKS}) NOT LIKE '_%@_%._%' OR trim(email, {BLANKS}) GLOB '*[ ,;<>()]*' OR email LIKE '%@%@%')""",
    "users.inactive": f"SELECT id, '' FROM u WHERE lower(trim(status, {BLANKS})) IN ({INACTIVE})",
    "users.school-unknown": _unknown(
        "u", "school", f"{_values('hu', 'school')} UNION {_values('d', 'school')}"
    ),
    "users.school-zero": _zero(
        "u",
        "school",
        f"{_values('u', 'school')} UNION {_values('hu', 'school')} UNION {_values('d', 'school')}",
    ),
    "users.role-unknown": _unknown("u", "role", f"{_values('hu', 'role')} UNION {_values('d', 'role')}"),
    "users.zero-lost": _first_of(
        _lost_zero("u", "unique_id", f"{_values('hu', 'unique_id')} UNION {_values('d', 'unique_id')}"),
        _PADDED,
    ),
    "users.excel": _excel("u", "unique_id", "username", "school"),
    "users.invisible": _invisible("u", "unique_id", "email", "school", "role"),
    "courses.no-course-code": _blank("s", "course_code"),
    "courses.no-course-name": _blank("s", "course_name"),
    "courses.no-section-name": _blank("s", "section_name"),
    "courses.no-section-code": _neither("s", "section_code", "section_school_code"),
    "courses.no-period": _blank("s", "grading_period"),
    "courses.duplicate-row": """
        SELECT s.id, 'also line ' || iif(s.line = g.first, g.last, g.first) FROM (
            SELECT cells, min(line) AS first, max(line) AS last FROM s GROUP BY cells HAVING count(*) > 1
        ) g CROSS JOIN s ON s.cells = g.cells""",
    "courses.school-code-twice": _twice("section_school_code"),
    "courses.section-code-twice": _twice("section_code", "course_code", "grading_period"),
    "courses.course-code-case": _SPELLED,
    "courses.course-code-changed": _respelled("course_code"),
    "courses.section-code-changed": _respelled("section_school_code"),
    "courses.school-unknown": _unknown("s", "school", _values("hs", "school")),
    "courses.school-zero": _zero(
        "s",
        "school",
        f"{_values('s', 'school')} UNION {_values('hs', 'school')} UNION {_values('u', 'school')}",
    ),
    "courses.period-unknown": _unknown("s", "grading_period", _values("hs", "grading_period")),
    "courses.zero-lost": _first_of(
        _lost_zero("s", "section_school_code", _values("hs", "section_school_code")),
        _lost_zero("s", "course_code", _values("hs", "course_code")),
    ),
    "courses.excel": _excel("s", "course_code", "section_code", "section_school_code"),
    "courses.invisible": _invisible(
        "s", "course_code", "section_code", "section_school_code", "grading_period", "school"
    ),
    "courses.no-teacher": f"""
        SELECT id, '' FROM s WHERE EXISTS (SELECT 1 FROM groups g WHERE {_IS_ADMIN})
            AND NOT EXISTS (SELECT 1 FROM groups g WHERE g.section_school_code = s.section_school_code AND s.section_school_code > '' AND {_IS_ADMIN})
            AND NOT EXISTS (SELECT 1 FROM groups g WHERE g.course_code = s.course_code AND g.section_code = s.section_code AND s.section_code > ''
                AND {_IS_ADMIN})""",
    "enrollments.no-unique-id": _blank("e", "unique_id"),
    "enrollments.user-fails": """
        SELECT e.id, 'line ' || f.line || ' of Users' FROM e CROSS JOIN (
            SELECT u.unique_id, min(u.line) AS line FROM stopped CROSS JOIN u ON u.id = stopped.id
            WHERE u.unique_id > '' AND EXISTS (SELECT 1 FROM d) AND NOT EXISTS (SELECT 1 FROM d WHERE d.unique_id = u.unique_id)
            GROUP BY u.unique_id
        ) f ON f.unique_id = e.unique_id""",
    "enrollments.duplicate-row": """
        SELECT e.id, 'also line ' || iif(e.line = g.first, g.last, g.first) FROM e CROSS JOIN twice g ON g.unique_id = e.unique_id
            AND g.course_code = e.course_code AND g.section_code IS e.section_code AND g.section_school_code IS e.section_school_code
            AND g.grading_period IS e.grading_period WHERE EXISTS (SELECT 1 FROM twice)""",
    "enrollments.too-many": """
        SELECT min(first), sum(n) || ' members' FROM groups GROUP BY course_code, section_code, section_school_code HAVING sum(n) > 10000""",
}
"""(row id, a word on it or "") by the rule's id."""


_CODES = ("course_code", "section_code", "section_school_code")


def _blank_group(column: str) -> tuple[str, str]:
    return (
        f"{is_blank(column)} AND EXISTS (SELECT 1 FROM groups o WHERE NOT {is_blank('o.' + column)})",
        "''",
    )


GROUPS: Final[dict[str, tuple[str, str]]] = {
    "enrollments.no-course-code": (is_blank("course_code"), "''"),
    "enrollments.no-section-code": (
        " AND ".join(is_blank(f"coalesce({c}, '')") for c in _CODES[1:])
        + " AND (section_code IS NOT NULL OR section_school_code IS NOT NULL)",
        "''",
    ),
    "enrollments.no-type": _blank_group("enrollment_type"),
    "enrollments.no-period": _blank_group("grading_period"),
    "enrollments.type-unknown": (
        f"NOT {is_blank('enrollment_type')} AND lower(trim(enrollment_type, {BLANKS})) NOT IN ({_TYPES})",
        "''",
    ),
    "enrollments.section-unknown": ("NOT is_known", "hint"),
    "enrollments.codes-differ": ("is_known AND other IS NOT NULL", "'Section Code there: ' || other"),
    "enrollments.period-unknown": (
        f"""NOT {is_blank("grading_period")} AND EXISTS (SELECT 1 FROM rs WHERE grading_period > '')
            AND grading_period NOT IN (SELECT grading_period FROM rs WHERE grading_period IS NOT NULL)""",
        "''",
    ),
    "enrollments.excel": _where_first(_CODES, _is_excel, "{0}"),
    "enrollments.invisible": _where_first((*_CODES, "grading_period"), _has_unseen, "unseen({0})"),
}
"""(condition, a word on it) by the rule's id, on what many enrollments have in common (`groups`): a million rows have a few thousand of these."""

USERS_OF: Final[dict[str, tuple[str, str]]] = {
    "enrollments.user-unknown": ("hint IS NOT NULL", "hint"),
    "enrollments.excel": _where_first(("unique_id",), _is_excel, "{0}"),
    "enrollments.invisible": _where_first(("unique_id",), _has_unseen, "unseen({0})"),
}
"""The same on whom enrollments are about (`enrolled`)."""

STOPPING: Final = (
    "users.no-unique-id", "users.no-first-name", "users.no-last-name", "users.no-login", "users.username-characters", "users.email-held",
    "users.username-held",
)  # fmt: skip
"""Rules of users whose rows make no account."""
