"""What a setting may hold: each kind of value with its sentence for the reader and its check.

A configuration is outside text: whatever goes on to a screen, an address or a command line must be printable, so that no value can carry an
escape sequence.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from importlog_tui.fields import Field
from importlog_tui.times import zone_named

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence


class Value(NamedTuple):
    """One kind of value.

    Attributes:
        allowed: what the reader may write, a phrase.
        read: the value as TOML gives it -> the setting; raises ValueError where it is not allowed, with the reason or no text.
        near: words of which the nearest is offered instead of a wrong one.
    """

    allowed: str
    read: Callable[[Any], Any]
    near: Callable[[], Collection[str]] = tuple


def _printable(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError  # noqa: TRY004 - the loader words all refusals alike
    if not value.isprintable():
        raise ValueError("it holds a character that can't be shown")
    return value


def _line(value: object) -> str:
    return _printable(value).strip()


LINE = Value("text of one line", _line)


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError  # noqa: TRY004
    return value


YES_OR_NO = Value("true or false", _yes_or_no)


def choice(*words: str) -> Value:
    """One of `words`."""

    def read(value: object) -> str:
        if value not in words:
            raise ValueError
        return str(value)

    quoted = [f'"{word}"' for word in words]
    return Value(f"{', '.join(quoted[:-1])} or {quoted[-1]}", read, lambda: words)


def number(least: int, most: int) -> Value:
    """A whole number from `least` to `most`."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError
        return value

    return Value(f"a whole number from {least} to {most}", read)


_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_ADDRESS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
"""Every character that an address may hold (RFC 3986, 2); nothing here can end an escape sequence or start one."""


def _is_loopback(host: str) -> bool:
    import ipaddress  # only a plain http address needs it

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _checked_address(value: object) -> str:
    text = _line(value)
    if "://" not in text:
        raise ValueError(f"it must begin with a scheme, https://{text}" if text else "it is empty")
    if not _ADDRESS.fullmatch(text):
        raise ValueError("it holds a character that must be percent-encoded in an address")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError as fault:
        raise ValueError("its host or port can't be understood") from fault
    if "@" in parts.netloc:
        raise ValueError("a user name or password must not stand in it")
    if not (_HOST.fullmatch(host) or (":" in host and parts.netloc.startswith("["))):
        raise ValueError("its host can't be understood")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise ValueError("only https is safe outside of this machine")
    return parts._replace(netloc=parts.netloc.lower()).geturl()


def _base(value: object) -> str:
    text = _checked_address(value)
    if "?" in _line(value) or "#" in _line(value):
        raise ValueError("a query (?) or fragment (#) must not stand in it")
    return text.rstrip("/")


API_HOST = "api.schoology.com"


def _api(value: object) -> str:
    address = _base(value)
    host = urlsplit(address).hostname or ""
    if not ((host == API_HOST and address.startswith("https://")) or _is_loopback(host)):
        raise ValueError("an API key is sent to Schoology alone")
    return address


API_ADDRESS = Value(f"https://{API_HOST}/v1, or an address on this machine", _api)


def _realm(value: object) -> str:
    text = _line(value)
    if not text.isascii() or '"' in text or "\\" in text:
        raise ValueError("a header can't hold that")
    return text


REALM = Value('text of one line without quotes, such as "Schoology API", or empty', _realm)


def _page(value: object) -> str:
    return "" if value == "" else _checked_address(value)


BASE_ADDRESS = Value(
    "an https address without user name, query or fragment, such as https://lms.example.org", _base
)
PAGE_ADDRESS = Value("an https address copied from the browser, or empty", _page)


def _sftp(value: object) -> str:
    text = _line(value)
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        host, user, _ = parts.hostname or "", parts.username or "", parts.port
    except ValueError as fault:
        raise ValueError("its host or port can't be understood") from fault
    if parts.scheme != "sftp" or not host or parts.query or parts.fragment:
        raise ValueError("it is not of the form sftp://user@host/path")
    if parts.password is not None:
        raise ValueError("a password must not stand in it; name a command that prints it")
    if not user:
        raise ValueError("it does not say as whom: sftp://user@host/path")
    return text


SFTP_ADDRESS = Value("an address such as sftp://district@files.example.org/exports, or empty", _sftp)


def _names(value: object) -> tuple[str, ...]:
    words = tuple(_words(value))
    if not all(word.strip() and "/" not in word for word in words):
        raise ValueError("they are names of files, without folders")
    return words


NAMES = Value('a list of names such as ["users*.csv", "courses.csv"], or []', _names)


def _zone(value: object) -> str:
    name = _line(value)
    try:
        zone_named(name)
    except ValueError as fault:
        raise ValueError("no such time zone is known here") from fault
    return name


def _zones() -> Collection[str]:
    from zoneinfo import available_timezones

    return available_timezones()


ZONE = Value('an IANA name such as "America/New_York", or empty for the machine\'s', _zone, _zones)


def _path(value: object) -> str:
    text = _printable(value)
    if text:
        try:
            whole = Path(text).expanduser().is_absolute()
        except RuntimeError as fault:
            raise ValueError("the home folder that ~ stands for is not known") from fault
        if not whole:
            raise ValueError("a relative path would mean another file in each folder")
    return text


PATH = Value("a whole path, beginning with / or ~/, or empty", _path)


def _words(value: object) -> Sequence[str]:
    if not isinstance(value, list):
        raise ValueError  # noqa: TRY004
    return [_printable(word) for word in value]


def _program(value: object) -> tuple[str, ...]:
    words = tuple(_words(value))
    if words and not words[0].strip():
        raise ValueError("the program's name is empty")
    return words


PROGRAM = Value('a list of words such as ["pass", "show", "schoology"], or []', _program)


def _command(value: object) -> tuple[str, ...]:
    words = _program(value)
    if words and not any("{url}" in word for word in words[1:]):
        raise ValueError("{url} stands in none of its arguments")
    return words


COMMAND = Value('a list of words such as ["firefox", "{url}"], one of them with {url}, or []', _command)


def _paths_on_site(value: object) -> tuple[str, ...]:
    paths = tuple(path.strip() for path in _words(value))
    if not all(path.startswith("/") and path.strip("/") and _ADDRESS.fullmatch(path) for path in paths):
        raise ValueError("each must begin with / and name a folder")
    return paths


PATHS_ON_SITE = Value('a list of paths such as ["/import/records/"], or []', _paths_on_site)


def _keys(value: object) -> tuple[str, ...]:
    words = _words([value] if isinstance(value, str) else value)
    return tuple(word.strip() for word in words if word.strip())


KEYS = Value('a key such as "o", a list such as ["o", "enter"], or [] for none', _keys)


def _field(value: object) -> Field:
    return Field(_printable(value))


FIELD = Value(f"one of {', '.join(Field)}", _field, lambda: tuple(Field))
