"""A log that a page fetches as JSON: objects with an import's name, time and result, their errors in a list inside each."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from importlog_tui.addresses import address_key
from importlog_tui.model import RunReading
from importlog_tui.sources.status_log import words
from importlog_tui.sources.status_log.credentials import without_secrets
from importlog_tui.sources.status_log.words import Role
from importlog_tui.text import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from importlog_tui.model import Reading

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")
_SINCE_1970 = re.compile(r"([0-9]{10})(?:\.[0-9]+|[0-9]{3})?")
_BLANKS = re.compile(r"\s+")
_LINKS = ("records url", "records link", "url", "href", "link", "records")
_NUMBERS = ("id", "error id", "error type id", "error number")


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


def with_addresses(
    readings: Iterable[Reading], rows: Sequence[dict[str, Any]], base: str, seen: Sequence[str]
) -> Iterator[Reading]:
    """`readings`, what `log_of` made of `rows`, their errors with the addresses of their records.

    An error tells its own, joined to `base`, or its number stands in the one of the addresses `seen` that is of an error ("/errors/77/records").
    """
    found = list(readings)
    errors = [error for run in found if isinstance(run, RunReading) for error in run.errors]
    told = [error for row in rows for value in row.values() for error in _objects(value)]
    if [error.message for error in errors] == [_message(error) for error in told]:
        for error, source in zip(errors, told, strict=True):
            error.address = error.address or _address(source, base, seen)
    yield from found


def _address(error: dict[str, Any], base: str, seen: Sequence[str]) -> str:
    by_name = {_heading(key): _text(value) for key, value in error.items()}
    own = next((by_name[name] for name in _LINKS if by_name.get(name)), "")
    if own:
        try:
            return without_secrets(urljoin(base, own))
        except ValueError:
            return ""
    number = next((by_name[name] for name in _NUMBERS if by_name.get(name)), "")
    if not re.fullmatch(r"[\w-]{1,64}", number):
        return ""
    own_page = re.compile(
        rf"(?:error|issue|problem)(?:s|[ _-]?types?|[ _-]?id)*[/=]{number}(?![\w-])", re.IGNORECASE
    )
    fitting = {address_key(address): address for address in seen if own_page.search(address)}
    return next(iter(fitting.values())) if len(fitting) == 1 else ""


def _cell(key: str, value: Any) -> str:
    """A value as a page would print it: the seconds or milliseconds since 1970 under a time's heading are a time."""
    text = _text(value)
    if words.role_of(_heading(key)) is Role.TIME and (since := _SINCE_1970.fullmatch(text)):
        return datetime.fromtimestamp(int(since[1]), UTC).isoformat()
    return text


def _errors(value: Any) -> list[str]:
    found: list[str] = []
    for error in _objects(value):
        by_role = _by_role(error)
        rows = by_role.get(Role.ROWS) or by_role.get(Role.ROWS_LOOSE, "")
        found.append(f"{by_role[Role.MESSAGE]}\t{rows}")
    return found


def _objects(value: Any) -> list[dict[str, Any]]:
    """The errors in a list: objects with a message."""
    parts = value if isinstance(value, list) else []
    return [part for part in parts if isinstance(part, dict) and _message(part)]


def _message(error: dict[str, Any]) -> str:
    return _by_role(error).get(Role.MESSAGE, "").strip()


def _by_role(error: dict[str, Any]) -> dict[Role | None, str]:
    return {words.role_of(_heading(key)): _text(part) for key, part in error.items()}


def _heading(key: str) -> str:
    """A key ("lastPerformed", "rows_affected") as a page would head a column."""
    return _HUMP.sub(" ", _text(key)).lower()


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, list | dict) else _BLANKS.sub(" ", whole(str(value)))
