"""Page addresses compared: the log's link to an error's records against the pages that the records were read from.

Pure text; nothing here opens or follows an address.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

_PAGING = frozenset({"page", "start", "offset", "limit", "per_page", "perpage", "page_size", "pagesize"})
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_LONGEST = 8_000


def address_key(address: str) -> str:
    """What two addresses of the same records have in common; "" where there is none.

    The host is left out: one tenant answers to app.schoology.com, to its own subdomain and to a custom domain (schoology.md 1.3). Left out
    too are the fragment (unless it is a route, "#/errors/7") and which page of the rows is meant; the order of the query doesn't count.
    """
    text = address.strip()[:_LONGEST]
    if not text:
        return ""
    try:
        parts = urlsplit(
            text if _SCHEME.match(text) else f"//here{'' if text.startswith('/') else '/'}{text}"
        )
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return text
    kept = sorted((name, value) for name, value in query if name.lower() not in _PAGING)
    path = unquote(parts.path).rstrip("/") or "/"
    route = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    return path + (f"?{urlencode(kept)}" if kept else "") + route


def same_address(one: str, other: str) -> bool:
    """Whether both lead to the same records, whichever page of them."""
    key = address_key(one)
    return bool(key) and key == address_key(other)
