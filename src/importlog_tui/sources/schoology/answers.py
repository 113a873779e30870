"""What an answer of the API holds, whatever came: JSON, a table, a web page, a piece of one (schoology.md 4.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx

from importlog_tui.sources.schoology.refusals import ApiProblem
from importlog_tui.text import one_line


class Answer(NamedTuple):
    """An answer that came whole."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def text(self) -> str:
        """The beginning of it as text."""
        return self.body[:4000].decode("utf-8", "replace")


class Item(NamedTuple):
    """One answer of a multiget: `body` is None where `status` is no success."""

    path: str
    status: int
    body: Any
    said: str = ""


def text_of(value: object) -> str:
    """A value as text, whether it came as a string or as a number; "" for null, true, and what is no single value."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def count_in(value: object) -> int | None:
    """A count, whether it came as a string or as a number; None where it is none that can be."""
    text = text_of(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def path_of(url: str) -> str:
    """What was asked for, without a query that may name people."""
    path = urlsplit(url).path
    return f"Schoology's API, {path.partition('/v1/')[2] or path}"


def object_of(answer: Answer, path: str) -> dict[str, Any]:
    """The JSON object that came.

    Raises:
        ApiProblem: it is none.
    """
    if is_page(answer):
        raise page_instead(path)
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError) as fault:
        raise ApiProblem(
            "the answer is no JSON, or was cut off",
            where=f"Schoology's API, {path}",
            remedy="Try again; if it stays so, something between here and Schoology changes answers.",
            status=answer.status,
        ) from fault
    if not isinstance(found, dict):
        raise ApiProblem(
            "the answer is JSON, but not of the form that is documented",
            where=f"Schoology's API, {path}",
            remedy="Report it with this line.",
            status=answer.status,
        )
    return found


def is_page(answer: Answer) -> bool:
    """Whether it is a web page, whatever its head says: neither JSON nor a table begins like one."""
    return answer.body[:200].lstrip().startswith(b"<")


def page_instead(path: str) -> ApiProblem:
    """The problem for a web page where data should be."""
    return ApiProblem(
        "a web page came instead of data",
        where=f"Schoology's API, {path}",
        remedy="Schoology may be under maintenance, or the network wants a sign-in of its own: open any page in a browser.",
    )


def unreached(fault: httpx.HTTPError, where: str) -> ApiProblem:
    """The problem for an answer that did not come, or not whole."""
    said = one_line(str(fault)).strip()
    if isinstance(fault, httpx.TimeoutException):
        what, remedy = (
            "Schoology's API did not answer in time",
            "Try again later; a slow network may be the cause.",
        )
    elif isinstance(fault, httpx.DecodingError):
        what, remedy = (
            "the answer is damaged: it can't be unpacked",
            "Try again; if it stays so, something between here and Schoology changes answers.",
        )
    elif isinstance(fault, (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)):
        what, remedy = (
            "the connection broke off in the middle of an answer",
            "Try again; what was read before is kept.",
        )
    elif "CERTIFICATE" in said.upper():
        what, remedy = (
            "the certificate of Schoology's API can't be trusted",
            "Where the network looks into connections, name its certificate file in the configuration.",
        )
    else:
        what, remedy = "Schoology's API can't be reached", "Check the network, and the proxy if there is one."
    return ApiProblem(f"{what} ({said})" if said else what, where=where, remedy=remedy)


def date_of(text: str) -> float | None:
    """Seconds since 1970 of a date in a header; None where it is none."""
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except (ValueError, TypeError, OverflowError):
        return None


def tail_of(location: object) -> str:
    """What follows the version in an address."""
    return str(location or "").partition("/v1/")[2]


def item_of(path: str, one: Mapping[str, Any]) -> Item:
    """One answer of a multiget, from its JSON object; an empty one has status 0."""
    status = count_in(one.get("response_code", 200 if "body" in one else 0)) or 0
    body = one.get("body")
    if isinstance(body, str) and body[:1] in "{[":
        try:
            body = json.loads(body)
        except ValueError:
            body = None
    said = str(one.get("message") or (body if isinstance(body, str) else ""))
    good = 200 <= status < 300 and isinstance(body, dict)
    return Item(path, status, body if good else None, said)
