"""Users of the API as rows: one form, whichever call they came from (schoology.md 4.7, 4.8)."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from importlog_tui.directory import ACTIVE, BY, INACTIVE, NUMBER, SINCE, STATUS, UNIQUE_ID
from importlog_tui.fields import Field
from importlog_tui.sources.schoology.answers import text_of
from importlog_tui.sources.schoology.refusals import ApiProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from importlog_tui.sources.schoology.lists import Names, Object

FIELDS: Final[Mapping[str, Field | None]] = {
    NUMBER: Field.SCHOOLOGY_ID,
    UNIQUE_ID: Field.UNIQUE_ID,
    "Username": Field.USERNAME,
    "Email": Field.EMAIL,
    "First Name": Field.FIRST_NAME,
    "Last Name": Field.LAST_NAME,
    "Name": Field.FULL_NAME,
    "Role": Field.ROLE,
    "School": Field.SCHOOL,
    "School Title": None,
    "Graduation Year": Field.GRAD_YEAR,
    STATUS: Field.STATUS,
    "Synced": None,
    SINCE: None,
    BY: None,
}
"""The columns of a user, with their meanings. School is the code that imports use where the building has one; Synced is "1", "0", or "" where it
was not told (1: the Unique ID can't be edited in Schoology)."""

COLUMNS: Final = tuple(FIELDS)

EXPORT: Final = "uid,school_uid,building_nid,name_first,name_last,role_name,name,mail,grad_year"
"""What is asked of the export: no birthday, no gender, no address, since nothing here needs them."""

Row = tuple[str, ...]


def active(user: Object, names: Names) -> Row:
    """A user object's row."""
    number = text_of(user.get("uid")) or text_of(user.get("id"))
    role = text_of(user.get("role_id"))
    name = text_of(user.get("name_display"))
    names.users[number] = name
    return (
        number,
        text_of(user.get("school_uid")),
        text_of(user.get("username")),
        text_of(user.get("primary_email")),
        text_of(user.get("name_first")),
        text_of(user.get("name_last")),
        name,
        names.roles.get(role, role),
        *_school(text_of(user.get("building_id")), names),
        text_of(user.get("grad_year")),
        ACTIVE,
        text_of(user.get("synced")),
        "",
        "",
    )


def inactive(user: Object, names: Names) -> Row:
    """The row of one in the list of inactive users, which tells who made it so, and when."""
    by = text_of(user.get("modified_by_uid"))
    who = names.users.get(by, "")
    told = {
        NUMBER: text_of(user.get("uid")),
        UNIQUE_ID: text_of(user.get("school_uid")),
        "Name": text_of(user.get("name")),
        STATUS: INACTIVE,
        "Synced": text_of(user.get("synced")),
        SINCE: _moment(text_of(user.get("inactive_timestamp"))),
        BY: f"{who} ({by})" if who else by,
    }
    return tuple(told.get(column, "") for column in COLUMNS)


def exported(text: str, names: Names) -> Iterator[Row]:
    """The rows of `csvexport/users`.

    Raises:
        ApiProblem: this is not that table.
    """
    try:
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = next(rows, [])
        if not {"uid", "school_uid"} <= set(header):
            raise ApiProblem("the export has other columns than were asked for", where="csvexport/users")
        for row in rows:
            if len(row) != len(header):
                raise ApiProblem(f"line {rows.line_num} of the export is not whole", where="csvexport/users")
            yield _exported(dict(zip(header, row, strict=True)), names)
    except csv.Error as fault:
        raise ApiProblem(f"the export can't be read ({fault})", where="csvexport/users") from fault


def _exported(told: Mapping[str, str], names: Names) -> Row:
    first, last = told.get("name_first", ""), told.get("name_last", "")
    name = f"{first} {last}".strip()
    names.users[told["uid"]] = name
    return (
        told["uid"],
        told["school_uid"],
        told.get("name", ""),
        told.get("mail", ""),
        first,
        last,
        name,
        told.get("role_name", ""),
        *_school(told.get("building_nid", ""), names),
        told.get("grad_year", ""),
        ACTIVE,
        "",
        "",
        "",
    )


def _school(number: str, names: Names) -> tuple[str, str]:
    code, title = names.buildings.get(number, ("", ""))
    return code or title or number, title


def _moment(seconds: str) -> str:
    """A time in seconds since 1970, as ISO 8601 writes it; as it came where it is none."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return seconds
