"""A log that a page fetches as JSON: objects with an import's name, time and result, their errors in a list inside each."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from importlog_tui.sources.status_log import words
from importlog_tui.sources.status_log.words import Role
from importlog_tui.text import whole

if TYPE_CHECKING:
    from collections.abc import Sequence

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")
_SINCE_1970 = re.compile(r"([0-9]{10})(?:\.[0-9]+|[0-9]{3})?")
_BLANKS = re.compile(r"\s+")


def log_of(rows: Sequence[dict[str, Any]]) -> str:
    """The objects as a log's text, cells set apart by tabs; "" where they are no runs of imports."""
    keys = list(
        dict.fromkeys(key for row in rows for key, value in row.items() if not isinstance(value, list | dict))
    )
    roles = {words.role_of(_heading(key)) for key in keys}
    if Role.NAME not in roles or not roles & {Role.TIME, Role.RESULT}:
        return ""
    if not any(words.import_name(_text(row.get(key))) for row in rows for key in keys):
        return ""
    lines = ["\t".join(map(_heading, keys))]
    for row in rows:
        lines.append("\t".join(_cell(key, row.get(key)) for key in keys))
        errors = [error for value in row.values() for error in _errors(value)]
        lines += ["Error\tRows Affected", *errors, ""] if errors else []
    return "\n".join(lines)


def _cell(key: str, value: Any) -> str:
    """A value as a page would print it: the seconds or milliseconds since 1970 under a time's heading are a time."""
    text = _text(value)
    if words.role_of(_heading(key)) is Role.TIME and (since := _SINCE_1970.fullmatch(text)):
        return datetime.fromtimestamp(int(since[1]), UTC).isoformat()
    return text


def _errors(value: Any) -> list[str]:
    found: list[str] = []
    for error in value if isinstance(value, list) else []:
        by_role = (
            {words.role_of(_heading(key)): _text(part) for key, part in error.items()}
            if isinstance(error, dict)
            else {}
        )
        if by_role.get(Role.MESSAGE):
            rows = by_role.get(Role.ROWS) or by_role.get(Role.ROWS_LOOSE, "")
            found.append(f"{by_role[Role.MESSAGE]}\t{rows}")
    return found


def _heading(key: str) -> str:
    """A key ("lastPerformed", "rows_affected") as a page would head a column."""
    return _HUMP.sub(" ", _text(key)).lower()


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, list | dict) else _BLANKS.sub(" ", whole(str(value)))
