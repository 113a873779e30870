"""The reader's session as it is copied from a browser: a Cookie header, or a whole "copy as cURL" line.

Nothing of it is ever quoted in an error: what is wrong is said without showing it.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from urllib.parse import urlsplit

from importlog_tui.errors import SourceProblem
from importlog_tui.secret import Secret

_REMEDY = 'In the browser\'s network panel, copy the value of the request\'s "Cookie" header, or the request "as cURL".'
_HEADER = re.compile(r"(?im)^\s*cookie\s*:\s*(?P<value>.+?)\s*$")
_CURL = re.compile(r"^\s*curl(?:\.exe)?\s", re.IGNORECASE)
_PAIR = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+=[^;]*")
_ESCAPED = re.compile(r"\\u00([0-7][0-9a-fA-F])")
_FOR_CMD = re.compile(r"\^(?=[^\n])")


@dataclass(frozen=True)
class Pasted:
    """What was copied: the Cookie header's value, and the host that it was copied for, "" where that is not told."""

    cookie: Secret
    host: str = ""


def understood(text: Secret) -> Pasted:
    """A cookie from whatever the reader copied.

    Raises:
        SourceProblem: there is none in it; what was given is not quoted.
    """
    copied = text.reveal().strip().strip("\ufeff")
    if not copied:
        raise SourceProblem("no session cookie was given", where="the session", remedy=_REMEDY)
    if _CURL.match(copied):
        found, host = _of_curl(copied)
    else:
        header = _HEADER.search(copied)
        found, host = (header["value"] if header else copied, "")
    return Pasted(Secret(_checked(found)), host)


def _of_curl(copied: str) -> tuple[str, str]:
    # Windows' own shell continues a line with ^ and quotes with ^", the others with a backslash and '.
    one = re.sub(r"(?:\\|\^)\r?\n", " ", copied)
    if '^"' in one or "^%" in one:
        one = _FOR_CMD.sub("", one)
    try:
        words = shlex.split(one.replace("$'", "'"))
    except ValueError:
        words = []
    cookie = host = ""
    for at, word in enumerate(words):
        after = words[at + 1] if at + 1 < len(words) else ""
        name, _, value = after.partition(":")
        if word in {"-H", "--header"} and name.strip().lower() == "cookie":
            cookie = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value.strip())
        elif word in {"-b", "--cookie"}:
            cookie = after
        elif word.lower().startswith(("https://", "http://")) and not host:
            host = _host(word)
    if not cookie:
        raise SourceProblem(
            "the cURL line that was given holds no cookie", where="the session", remedy=_REMEDY
        )
    return cookie, host


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _checked(value: str) -> str:
    if not value.isascii() or not value.isprintable():
        raise SourceProblem(
            "the session cookie holds a line break, or a character that no cookie has",
            where="the session",
            remedy=_REMEDY,
        )
    pairs = [pair for part in value.split(";") if (pair := part.strip())]
    if not pairs or not all(_PAIR.fullmatch(pair) for pair in pairs):
        raise SourceProblem(
            "what was given is no session cookie (name=value; name=value)",
            where="the session",
            remedy=_REMEDY,
        )
    return "; ".join(pairs)
