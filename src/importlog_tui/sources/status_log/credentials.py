"""Addresses without what would let somebody in: a recording or a mail may hold a live session."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from importlog_tui.model import RecordsReading, RunReading

if TYPE_CHECKING:
    from importlog_tui.model import ErrorReading
    from importlog_tui.roster import AnyReading

_SECRET = re.compile(
    r"token|sess|(?:^|[_-])sid$|^sid|secret|passw|pwd|(?:^|[_-])key$|apikey|auth|signature|(?:^|[_-])sig$|^code$|credential|jwt|saml|ticket|nonce|csrf|^state$|relaystate|hash$",
    re.IGNORECASE,
)


def without_secrets(address: str) -> str:
    """`address` without user and password, and without the parameters whose names or looks say that they are a key to something."""
    try:
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return address.partition("?")[0]
    query = "&".join(pair for pair in parts.query.split("&") if not _is_secret(pair))
    fragment = "&".join(pair for pair in parts.fragment.split("&") if not _is_secret(pair))
    path = re.sub(r";(?:jsessionid|sid|phpsessid)=[^/;?]*", "", parts.path, flags=re.IGNORECASE)
    return urlunsplit((parts.scheme, host, path, query, fragment))


def _is_secret(pair: str) -> bool:
    name, has_value, value = pair.partition("=")
    # A JSON Web Token is one under any name.
    return bool(has_value) and (_SECRET.search(name) is not None or value.startswith("eyJ"))


def cleaned(reading: AnyReading) -> AnyReading:
    """A reading whose addresses carry no secret any more."""
    if isinstance(reading, RecordsReading):
        reading.addresses = tuple(without_secrets(address) for address in reading.addresses)
    elif isinstance(reading, RunReading):
        for error in reading.errors:
            _clean_error(error)
    return reading


def _clean_error(error: ErrorReading) -> None:
    error.address = without_secrets(error.address)
    if error.records is not None:
        cleaned(error.records)
