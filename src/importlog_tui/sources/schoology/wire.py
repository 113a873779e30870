"""What may leave this machine: reading requests, to the API's host, each signed at the last moment."""

from __future__ import annotations

import ipaddress
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from importlog_tui.errors import UsageProblem
from importlog_tui.sources.schoology.oauth import Signer
from importlog_tui.text import one_line

HOST: Final = "api.schoology.com"
MULTIGET: Final = "multiget"


class ReadingClient(httpx.Client):
    """Lets reading requests out, to one place only; each one signed at the last moment."""

    def __init__(self, base: str, signer: Signer, **options: Any) -> None:
        super().__init__(follow_redirects=False, **options)
        self._base, self._signer = base, signer

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Every way of asking comes through here.

        Raises:
            PermissionError: the request would change something, or goes to another place; that is a bug of this program.
        """
        url = str(request.url)
        reads = request.method == "GET" or (request.method == "POST" and url == f"{self._base}/{MULTIGET}")
        if not reads:
            raise PermissionError(f"{request.method} {url}: this program only reads")
        if not url.startswith(f"{self._base}/"):
            raise PermissionError(f"{url}: the key goes to {self._base} only")
        request.headers["Authorization"] = self._signer.header(request.method, url)
        return super().send(request, **options)


def is_loopback(host: str) -> bool:
    """Whether this is the machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def checked_base(address: str) -> str:
    """`address` without a slash at its end.

    Raises:
        UsageProblem: it is neither Schoology's API nor this machine.
    """
    split = urlsplit(address)
    host = split.hostname or ""
    if not (
        (split.scheme == "https" and host == HOST)
        or (split.scheme in {"http", "https"} and is_loopback(host))
    ):
        raise UsageProblem(
            "an API key is sent to Schoology alone",
            where=f"[api] address = {one_line(address)}",
            remedy=f"Write https://{HOST}/v1, or the address of a test server on this machine.",
        )
    return address.rstrip("/")
