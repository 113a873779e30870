"""Asks the site for pages: one client, politely, with a time limit on every step, and only ever the one host that the session is for.

Requests run in an event loop of the visitor's own thread, so that whoever waits for them can stop at any moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from importlog_tui.errors import SourceProblem
from importlog_tui.sources.status_log.page.html import is_cut
from importlog_tui.sources.status_log.web.answers import FRESH, LATER, NoPage, Page, Why, refused
from importlog_tui.sources.status_log.web.reach import (
    is_below,
    is_safe,
    is_this_machine,
    origin,
    own_paths,
    shown,
    split,
)
from importlog_tui.sources.status_log.web.wire import body_of, date_of, media_type, torn, wait_of
from importlog_tui.sources.trust import trust_of
from importlog_tui.text import one_line

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from concurrent.futures import Future
    from types import TracebackType

    import httpx

    from importlog_tui.secret import Secret

_MOST_REDIRECTS = 5


@dataclass(frozen=True)
class Manners:
    """How the site is asked.

    Attributes:
        per_second: requests, at most; 0 asks as fast as it goes.
        at_once: requests under way at the same time, at most.
        timeout: seconds for each step: to connect, to send, to wait for the next piece of an answer.
        whole: seconds for one whole page.
        tries: how often a page is asked for whose connection broke, or that the site was too busy for.
        pause: seconds before the second try, doubled for each further one, where the site names none itself.
        longest_wait: seconds that a site may ask to be left alone before the fetch ends instead.
        ca_file: further certificate authorities, a PEM file.
    """

    per_second: float = 2
    at_once: int = 2
    timeout: float = 30
    whole: float = 180
    tries: int = 3
    pause: float = 2
    longest_wait: float = 120
    ca_file: str = ""


class Visitor:
    """Fetches pages of one host; made for one fetch, closed after it."""

    def __init__(self, log: str, cookie: Secret, manners: Manners, *, follow: tuple[str, ...] = ()) -> None:
        """`log` is the Status Log's address, `follow` further paths of its host that may be asked for.

        Raises:
            SourceProblem: the address is not safe to send a session to, or the certificates can't be read.
        """
        self._log = urlsplit(log)
        self._cookie, self._manners = cookie, manners
        self._follow = (*own_paths(self._log.path), *follow)
        if not is_safe(log):
            raise SourceProblem(
                "a session is sent over https alone (http on this machine itself)",
                where=one_line(log),
                remedy="Give the log's https address as [schoology] status_log.",
            )
        self.requests = 0
        self._next_turn = 0.0
        self._quiet_until = 0.0
        trust = trust_of(manners.ca_file)
        self._loop = asyncio.new_event_loop()
        self._client = self._made(trust)
        self._slots = asyncio.Semaphore(manners.at_once)
        self._thread = threading.Thread(target=self._loop.run_forever, name="visitor", daemon=True)
        self._thread.start()

    def _made(self, trust: ssl.SSLContext | bool) -> httpx.AsyncClient:
        from http.cookiejar import CookieJar, DefaultCookiePolicy
        from importlib.util import find_spec

        import httpx

        manners = self._manners
        return httpx.AsyncClient(
            http2=find_spec("h2") is not None,
            verify=trust,
            timeout=manners.timeout,
            limits=httpx.Limits(max_connections=manners.at_once, max_keepalive_connections=manners.at_once),
            follow_redirects=False,
            trust_env=not is_this_machine(self._log.hostname or ""),  # a proxy leads out of it
            # The session is what the reader gave; what the site wants kept besides is not kept.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={
                "Accept": "text/html,application/xhtml+xml,text/csv;q=0.9,*/*;q=0.1",
                "Accept-Encoding": "gzip, deflate",
                "User-Agent": "importlog-tui",
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop whatever is under way, at once."""
        if self._loop.is_closed():
            return
        with contextlib.suppress(TimeoutError, RuntimeError):
            self._submit(self._ended()).result(2)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(2)
        if not self._thread.is_alive():
            self._loop.close()

    async def _ended(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._client.aclose()

    def _submit(self, work: Coroutine[Any, Any, Any]) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    @property
    def at_once(self) -> int:
        """Requests under way at the same time, at most."""
        return self._manners.at_once

    # --- What may be asked for ---

    def may_ask(self, address: str) -> bool:
        """Whether an address is on the log's host and below the paths that are the log's own."""
        parts = split(address)
        return parts is not None and self._is_home(address) and is_below(parts.path, self._follow)

    def _is_home(self, address: str) -> bool:
        parts = split(address)
        return parts is not None and origin(parts) == origin(self._log)

    # --- Asking ---

    def ask(self, address: str) -> Future[Page]:
        """Ask for a page; the future gives it or raises `NoPage`."""
        return self._submit(self._page(address))

    async def _page(self, address: str) -> Page:
        manners = self._manners
        for left in reversed(range(manners.tries)):
            try:
                async with self._slots:
                    return await self._whole_page(address)
            except NoPage as refusal:
                wait = refusal.wait
                is_passing = refusal.why in {Why.TOO_MANY, Why.TORN, Why.TOO_SLOW, Why.UNREACHABLE} or (
                    refusal.why in {Why.MAINTENANCE, Why.BROKEN} and wait is not None
                )
                if not left or not is_passing or (wait or 0) > manners.longest_wait:
                    raise
                if wait is None:
                    wait = manners.pause * 2 ** (manners.tries - 1 - left)
            # The site wants quiet, not only this page.
            self._quiet_until = max(self._quiet_until, time.monotonic() + wait)
        raise AssertionError  # the last try returns or raises

    async def _whole_page(self, address: str) -> Page:
        where = shown(address)
        for _ in range(_MOST_REDIRECTS + 1):
            self._refuse_elsewhere(address, where)
            await self._turn()
            try:
                async with asyncio.timeout(self._manners.whole):
                    answer = await self._answer(address, where)
            except TimeoutError:
                raise NoPage(
                    Why.TOO_SLOW,
                    f"the page was not there after {self._manners.whole:g} seconds",
                    where=where,
                    remedy=LATER,
                ) from None
            if isinstance(answer, Page):
                return answer
            address = answer
        raise NoPage(
            Why.SIGN_IN,
            "the site sends this session from page to page without end",
            where=where,
            remedy=FRESH,
        )

    def _refuse_elsewhere(self, address: str, where: str) -> None:
        """Redirects may lead anywhere on the host, to tell what is there; never to another one."""
        if self._is_home(address):
            return
        parts = split(address)
        host = one_line(parts.hostname or "") if parts else ""
        if parts and parts.scheme == "http" and parts.hostname == self._log.hostname:
            raise NoPage(
                Why.OUTSIDE,
                "the site leads to an address that is not encrypted; the session was not sent there",
                where=where,
                remedy="Tell whoever runs the site.",
            )
        raise NoPage(
            Why.SIGN_ON,
            f"the site sends this session to {host or 'another place'} to sign in: it is over, or was never open",
            where=where,
            remedy=FRESH,
        )

    async def _turn(self) -> None:
        """Wait until the next request is polite."""
        now = time.monotonic()
        start = max(self._next_turn, self._quiet_until, now)
        if self._manners.per_second:
            self._next_turn = start + 1 / self._manners.per_second
        if start > now:
            await asyncio.sleep(start - now)

    async def _answer(self, address: str, where: str) -> Page | str:
        """One request: a page, or where it leads."""
        import httpx

        self.requests += 1
        try:
            async with self._client.stream(
                "GET", address, headers={"Cookie": self._cookie.reveal()}
            ) as response:
                location = str(response.headers.get("location", ""))
                if response.status_code in {301, 302, 303, 307, 308} and location:
                    return urljoin(address, location)
                page = Page(
                    address,
                    await body_of(response, where),
                    *media_type(response.headers),
                    date_of(response.headers.get("date")),
                )
                refusal = refused(response.status_code, page, where, wait_of(response.headers, page.saved))
        except httpx.HTTPError as fault:
            raise torn(fault, where) from None
        except (httpx.InvalidURL, ValueError, LookupError, ssl.SSLError, OSError) as fault:
            raise NoPage(
                Why.TORN,
                f"the site's answer can't be understood ({type(fault).__name__})",
                where=where,
                remedy=LATER,
            ) from None
        if refusal is not None:
            raise refusal
        if "html" in page.kind and page.data.strip() and is_cut(page.data.decode("utf-8", errors="replace")):
            raise NoPage(
                Why.TORN,
                "the page ends in the middle: only half of it came",
                where=where,
                remedy=LATER,
                page=page,
            )
        return page
