"""What a site's answer is: a page to read, or one of the many things that stand in its place, each with its own sentence and remedy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from importlog_tui.errors import SourceProblem

if TYPE_CHECKING:
    from datetime import datetime


class Why(StrEnum):
    """Why there is no page to read."""

    SIGN_IN = "sign in"
    SIGN_ON = "single sign-on"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    MAINTENANCE = "maintenance"
    TOO_MANY = "too many requests"
    BROKEN = "server error"
    UNREACHABLE = "unreachable"
    TOO_SLOW = "too slow"
    TORN = "torn"
    UNTRUSTED = "certificate"
    OUTSIDE = "outside"
    OTHER = "another page"

    @property
    def is_about_the_session(self) -> bool:
        """Whether a fresh session is what helps."""
        return self in {Why.SIGN_IN, Why.SIGN_ON}

    @property
    def ends_all(self) -> bool:
        """Whether another page would fare no better, so that the fetch ends here."""
        return self in {
            Why.SIGN_IN,
            Why.SIGN_ON,
            Why.MAINTENANCE,
            Why.TOO_MANY,
            Why.UNREACHABLE,
            Why.UNTRUSTED,
        }


@dataclass(frozen=True)
class Page:
    """An answer that may be read.

    Attributes:
        address: where it was found in the end.
        saved: the moment that the site gives it, aware; None where it gives none.
        kind: its media type.
    """

    address: str
    data: bytes
    kind: str = ""
    charset: str = ""
    saved: datetime | None = None


class NoPage(SourceProblem):
    """There is no page to read at an address.

    Attributes:
        why: in one word, for the program.
        page: what was there instead, for a report; None where nothing came.
        wait: seconds after which the site wants to be asked again; None where it says nothing.
    """

    def __init__(
        self,
        why: Why,
        what: str,
        *,
        where: str,
        remedy: str = "",
        page: Page | None = None,
        wait: float | None = None,
    ) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.why, self.page, self.wait = why, page, wait


FRESH = "Sign in with the browser, open the Status Log, and give the program a fresh cookie."
LATER = "Try again later; what was read until then is kept."

_MAINTENANCE = re.compile(
    rb"maintenance|be right back|be back (?:soon|shortly)|temporarily unavailable|currently unavailable",
    re.IGNORECASE,
)
_PASSWORD = re.compile(rb"<input[^>]{0,500}type\s*=\s*[\"']?password", re.IGNORECASE)
_SAML = re.compile(
    rb"name\s*=\s*[\"']?(?:SAMLRequest|SAMLResponse|RelayState|wresult|id_token)\b", re.IGNORECASE
)
_TITLE = re.compile(rb"<title[^>]{0,200}>(.{0,300}?)</title", re.IGNORECASE | re.DOTALL)


def refused(status: int, page: Page, where: str, wait: float | None) -> NoPage | None:
    """What a status code other than 200 means; None where the page may be read."""
    if status in {200, 203, 206}:
        return None
    if status == 401:
        return NoPage(
            Why.SIGN_IN, "the site does not know this session (401)", where=where, remedy=FRESH, page=page
        )
    if status == 403:
        return NoPage(
            Why.FORBIDDEN,
            "the site does not let this account see the page (403)",
            where=where,
            remedy="Does the Status Log open in the browser with the same account? Only some roles may see it.",
            page=page,
        )
    if status in {404, 410}:
        return NoPage(
            Why.MISSING,
            f"there is no such page ({status})",
            where=where,
            remedy="Copy the address of the Status Log from the browser's address line again.",
            page=page,
        )
    if status == 429:
        asked = f"; it wants {wait:.0f} seconds of quiet" if wait else ""
        return NoPage(
            Why.TOO_MANY,
            f"the site was asked too often (429){asked}",
            where=where,
            remedy=f"{LATER} [access] per_second can be lowered.",
            page=page,
            wait=wait,
        )
    if status == 503 or (status >= 500 and _MAINTENANCE.search(page.data[:100_000])):
        return NoPage(
            Why.MAINTENANCE,
            f"the site is down for maintenance ({status})",
            where=where,
            remedy=LATER,
            page=page,
            wait=wait,
        )
    what = (
        f"the site has a fault of its own ({status})"
        if status >= 500
        else f"the site answers with status {status}"
    )
    return NoPage(Why.BROKEN, what, where=where, remedy=LATER, page=page, wait=wait)


def in_place_of(page: Page, where: str) -> NoPage:
    """Why a page on which nothing of a Status Log was found is none: it is for signing in, for maintenance, or simply another one."""
    data = page.data[:400_000]
    if _PASSWORD.search(data):
        return NoPage(
            Why.SIGN_IN,
            "the site shows its login page: the session is over",
            where=where,
            remedy=FRESH,
            page=page,
        )
    if _SAML.search(data):
        return NoPage(
            Why.SIGN_ON,
            "the site wants a single sign-on: the session is over",
            where=where,
            remedy=FRESH,
            page=page,
        )
    if _MAINTENANCE.search(data):
        return NoPage(
            Why.MAINTENANCE, "the site shows a maintenance page", where=where, remedy=LATER, page=page
        )
    return NoPage(
        Why.OTHER,
        "nothing of a Status Log was found on this page" if page.data.strip() else "the page is empty",
        where=where,
        remedy="Is it the log's own address? If it is, its look may have changed: `fetch --report FILE` keeps it, names masked, for a report.",
        page=page,
    )


def title_of(page: Page) -> str:
    """A page's title, as far as it can be had; outside text."""
    found = _TITLE.search(page.data[:100_000])
    return " ".join(found[1].decode("utf-8", errors="replace").split()) if found else ""
