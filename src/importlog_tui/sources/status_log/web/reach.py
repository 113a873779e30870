"""Which addresses the session may be sent to, and how an address is named in an error's text."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from importlog_tui.text import one_line


def is_safe(address: str) -> bool:
    """Whether a session may be sent there: https, or plain http on this machine itself."""
    parts = split(address)
    if parts is None or not parts.hostname or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(parts.hostname))


def is_this_machine(host: str) -> bool:
    """Whether a host is the machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def split(address: str) -> Any:
    """The parts of an address, None where it is none."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts


def origin(parts: Any) -> tuple[str, str, int | None]:
    """Scheme, host and port: what a session is for."""
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or usual


def own_paths(path: str) -> tuple[str, ...]:
    """What belongs to the log: its page, what lies below it, and its folder, unless that is the whole site."""
    folder = path.rpartition("/")[0]
    below = path.rstrip("/")
    return tuple(own for own in (below, f"{folder}/" if folder else "") if own.strip("/")) or ("/",)


def is_below(path: str, own: tuple[str, ...]) -> bool:
    """Whether a path is one of `own` or below one, with no step upwards in it."""
    if "/../" in f"{path}/" or "%2e" in path.lower():
        return False
    return any(
        path.startswith(one) if one.endswith("/") else path == one or path.startswith(f"{one}/")
        for one in own
    )


def shown(address: str) -> str:
    """An address for an error text: without what follows its path."""
    parts = split(address)
    return one_line(parts._replace(query="", fragment="").geturl())[:300] if parts else "the site"
