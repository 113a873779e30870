"""The client of the REST API. It reads, and can do nothing else: what is no GET and no `POST multiget` never leaves this machine.

Every request is signed on its own, a redirect's target and a second try too, since Schoology takes a signed header once (schoology.md 4.2, 4.3).
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote, urljoin, urlsplit

import httpx

from importlog_tui.sources.schoology.answers import (
    Answer,
    Item,
    date_of,
    is_page,
    item_of,
    object_of,
    page_instead,
    path_of,
    tail_of,
    unreached,
)
from importlog_tui.sources.schoology.oauth import DEFAULT_STYLE, Key, Signer, Style, sender_of
from importlog_tui.sources.schoology.refusals import ApiProblem, is_about_time, refused
from importlog_tui.sources.schoology.wire import MULTIGET, ReadingClient, checked_base, is_loopback
from importlog_tui.text import one_line

if TYPE_CHECKING:
    import ssl

MOST_REDIRECTS: Final = 5
MOST_BYTES: Final = 256 * 1024 * 1024
"""An answer beyond this is none: the export of 500,000 users takes 75 MB."""
AT_ONCE: Final = 50
"""IDs in one list, requests in one multiget (schoology.md 4.7)."""

_REDIRECTS: Final = frozenset({301, 302, 303, 305, 307, 308})
_PASSING: Final = frozenset({502, 503, 504})
_SLICE: Final = 0.1
"""Seconds between two looks at whether the reader wants to stop."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, how often, how fast; times in seconds.

    Attributes:
        connect, read: for a connection, and for the next bytes of an answer.
        whole: for one answer from its first byte to its last.
        tries: of one request, each signed anew.
        back_off: before the second try; twice as long before each further one, and up to as long again by chance.
        longest: the most that is waited at once; where Schoology asks for more, the reader is told.
        per_second: requests, at most.
    """

    connect: float = 10
    read: float = 30
    whole: float = 300
    tries: int = 4
    back_off: float = 1
    longest: float = 120
    per_second: float = 2


class Stopped(ApiProblem):
    """The reader stopped it."""


class Client:
    """Asks one API with one key; a context manager that closes the connection.

    Attributes:
        asked: requests sent so far, redirects and second tries counted.
    """

    def __init__(
        self,
        address: str,
        key: Key,
        *,
        style: Style = DEFAULT_STYLE,
        patience: Patience = Patience(),
        cancelled: Callable[[], bool] = lambda: False,
        verify: ssl.SSLContext | bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Of the API at `address`, such as "https://api.schoology.com/v1".

        Args:
            address: https at Schoology's own host, or this machine.
            key: the key, sent there and nowhere else.
            style: how the header is written.
            patience: time limits and pace.
            cancelled: asked often; True stops what is under way.
            verify: an own set of certificates; False only for tests.
            clock: seconds since 1970.

        Raises:
            UsageProblem: the address is another host's.
        """
        self._base = checked_base(address)
        self._clock, self._cancelled, self._patience = clock, cancelled, patience
        self._sender = sender_of(self._base, key)
        self.asked = 0
        split = urlsplit(self._base)
        self._http = ReadingClient(
            self._base,
            Signer(key, self._sender, style, clock),
            verify=verify,
            trust_env=not is_loopback(split.hostname or ""),
            timeout=httpx.Timeout(patience.read, connect=patience.connect),
            limits=httpx.Limits(max_connections=1),
            # Each request is complete by itself; what the API wants kept besides is not kept.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"Accept": "application/json", "User-Agent": "importlog-tui"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> dict[str, Any]:
        """The JSON object at `path`, below the API's address.

        Args:
            path: such as "users/me", percent-encoded.
            query: values percent-encoded here, commas left as they are since they part a list.

        Raises:
            ApiProblem: it could not be had; says why and what to do.
        """
        told = "&".join(f"{name}={quote(str(value), safe=',')}" for name, value in (query or {}).items())
        answer = self._ask("GET", f"{self._base}/{path}" + (f"?{told}" if told else ""))
        return object_of(answer, path)

    def get_at(self, address: str) -> dict[str, Any]:
        """The JSON object at an address that an answer gave (`links.next`).

        Raises:
            ApiProblem: it is another host's, or could not be had.
        """
        url = self._within(address, self._base)
        return object_of(self._ask("GET", url), path_of(url))

    def get_text(self, path: str, query: Mapping[str, str | int]) -> str:
        """The text at `path`, such as a CSV.

        Raises:
            ApiProblem: as for `get`; also where a web page came instead.
        """
        told = "&".join(f"{name}={quote(str(value), safe=',')}" for name, value in query.items())
        answer = self._ask("GET", f"{self._base}/{path}?{told}", accept="text/csv, text/plain, */*")
        if is_page(answer):
            raise page_instead(path)
        return answer.body.decode("utf-8-sig", "replace")

    def multiget(self, paths: Sequence[str]) -> list[Item]:
        """The answers to at most `AT_ONCE` reading requests in one; each has its own status (207).

        Raises:
            ApiProblem: none of them could be had.
        """
        body = {"request": [f"/v1/{path}" for path in paths]}
        answer = self._ask("POST", f"{self._base}/{MULTIGET}", body=json.dumps(body).encode())
        told = object_of(answer, MULTIGET).get("response")
        if not isinstance(told, list):
            raise ApiProblem("the answer holds no list of answers", where=MULTIGET, remedy="Try again.")
        by_place = {tail_of(one.get("location")): one for one in told if isinstance(one, dict)}
        in_order = len(told) == len(paths)
        items = []
        for at, path in enumerate(paths):
            one = by_place.get(path) or (told[at] if in_order else None)
            items.append(item_of(path, one if isinstance(one, dict) else {}))
        return items

    def _ask(self, method: str, url: str, *, accept: str = "", body: bytes | None = None) -> Answer:
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._patiently(method, url, accept, body)
            if answer.status not in _REDIRECTS:
                break
            if method != "GET":
                raise ApiProblem(
                    "the API sends a request elsewhere that it should answer",
                    where=path_of(url),
                    remedy="Check [api] address in the configuration.",
                    status=answer.status,
                )
            url = self._within(answer.headers.get("Location", ""), url)
        else:
            raise ApiProblem(
                f"it leads from one address to the next, {MOST_REDIRECTS} times and more",
                where=path_of(url),
                remedy="Try again later.",
                status=answer.status,
            )
        if answer.status not in {200, 201, 207}:
            raise refused(answer.status, path_of(url), answer.text, ahead=self._ahead(answer.headers))
        return answer

    def _patiently(self, method: str, url: str, accept: str, body: bytes | None) -> Answer:
        """One answer: where asking again can help, after a while and with a new signature."""
        was_late = False
        for nth in range(1, self._patience.tries + 1):
            is_last = nth == self._patience.tries
            try:
                answer = self._once(method, url, accept, body)
            except httpx.HTTPError as fault:
                if is_last or isinstance(fault, (httpx.UnsupportedProtocol, httpx.ProxyError)):
                    raise unreached(fault, path_of(url)) from fault
                self._wait(self._back_off(nth))
                continue
            asks_to_wait = answer.status == 429 or answer.status in _PASSING
            if asks_to_wait and not is_last:
                told = self._told_to_wait(answer.headers)
                if told is not None and told > self._patience.longest:
                    raise refused(answer.status, path_of(url), f"come back in {told:.0f} seconds")
                self._wait(self._back_off(nth) if told is None else told)
                continue
            if answer.status == 401 and is_about_time(answer.text) and not was_late:
                was_late = True  # once: the next timestamp is no earlier than the server's own time
                if ahead := self._ahead(answer.headers):
                    self._sender.not_before(int(self._clock()) + ahead)
                continue
            return answer
        return answer

    def _once(self, method: str, url: str, accept: str, body: bytes | None) -> Answer:
        headers = {"Accept": accept} if accept else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        with self._sender.turn:
            self._wait(self._sender.free_at - time.monotonic())
            self._sender.free_at = time.monotonic() + 1 / self._patience.per_second
            self.asked += 1
            request = self._http.build_request(method, url, headers=headers, content=body)
            answer = self._http.send(request, stream=True)
            try:
                return Answer(answer.status_code, answer.headers, self._read(answer, path_of(url)))
            finally:
                answer.close()

    def _read(self, answer: httpx.Response, where: str) -> bytes:
        ends = time.monotonic() + self._patience.whole
        parts, size = [], 0
        for part in answer.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                raise ApiProblem("the answer is far too big", where=where, remedy="Report it with this line.")
            if time.monotonic() > ends:
                raise httpx.ReadTimeout("the answer never ends")
            self._look()
        return b"".join(parts)

    def _within(self, location: str, asked: str) -> str:
        """The address that `location` leads to, over https where the API is; it may only be the API's own."""
        url = urljoin(asked, location)
        if self._base.startswith("https://"):
            split = urlsplit(url)
            if split.scheme == "http":
                url = split._replace(scheme="https", netloc=split.netloc.removesuffix(":80")).geturl()
        if not location or not url.startswith(f"{self._base}/"):
            raise ApiProblem(
                f"the answer leads to another place, {one_line(url)[:100]}, which does not get the key",
                where=path_of(asked),
                remedy="Check [api] address in the configuration.",
            )
        return url

    def _back_off(self, nth: int) -> float:
        return min(self._patience.longest, self._patience.back_off * 2.0 ** (nth - 1) * (1 + random.random()))  # noqa: S311

    def _told_to_wait(self, headers: httpx.Headers) -> float | None:
        """Seconds of `Retry-After`, which may be a date."""
        told = headers.get("Retry-After", "").strip()
        if told.isascii() and told.isdigit():
            return float(told[:9])
        when = date_of(told)
        return None if when is None else max(0.0, when - (date_of(headers.get("Date", "")) or self._clock()))

    def _ahead(self, headers: httpx.Headers) -> int | None:
        when = date_of(headers.get("Date", ""))
        return None if when is None else int(when - self._clock())

    def _wait(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self._look()
            time.sleep(min(left, _SLICE))

    def _look(self) -> None:
        if self._cancelled():
            raise Stopped("it was stopped", remedy="What was read until then is kept.")
