"""Where a page's rows go on: the address of the next page, as the page's own links tell it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urljoin, urlsplit

from importlog_tui.sources.status_log import paging
from importlog_tui.sources.status_log.page.html import markup_of, shallow

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from importlog_tui.sources.status_log.web.answers import Page

_NUMBER = re.compile(r"[0-9]{1,6}")
_PAGE_PARAMETERS = frozenset({"page", "p", "pg", "perpage", "page_number", "pagenumber"})
_OFF = re.compile(r"\bdisabled\b|\binactive\b", re.IGNORECASE)


def following(page: Page) -> str:
    """The absolute address of the page after this one, "" where it names none."""
    if "html" not in page.kind and page.data.lstrip()[:1] != b"<":
        return ""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(shallow(markup_of(page.data, page.charset)))
    base = tree.css_first("base[href]")
    home = urljoin(page.address, base.attributes.get("href") or "") if base is not None else page.address
    for node in _candidates(tree, page.address):
        href = (node.attributes.get("href") or "").strip()
        if not href or href.startswith("#") or href.lower().startswith(("javascript:", "data:")):
            continue
        try:
            address = urljoin(home, href)
        except ValueError:
            continue
        if address.partition("#")[0] != page.address.partition("#")[0]:
            return address
    return ""


def _candidates(tree: LexborHTMLParser, address: str) -> list[LexborNode]:
    """Links that may lead on, the surest first: named so by the markup, worded so, numbered one higher than the page itself."""
    named = tree.css("link[rel~=next][href], a[rel~=next][href]")
    links = [link for link in tree.css("a[href]") if not _is_off(link)]
    worded = [link for link in links if paging.is_next(_said(link))]
    return [*named, *worded, *_numbered(links, address)]


def _said(link: LexborNode) -> str:
    text = " ".join((link.text() or "").split())
    return text or (link.attributes.get("aria-label") or link.attributes.get("title") or "").strip()


def _is_off(link: LexborNode) -> bool:
    return link.attributes.get("aria-disabled") == "true" or bool(
        _OFF.search(link.attributes.get("class") or "")
    )


def _numbered(links: list[LexborNode], address: str) -> list[LexborNode]:
    """Of a pager that has only numbers: the link whose page parameter is one higher; on the first page, which may name none, the 2."""
    own = _page_number(address)
    found = []
    for link in links:
        if not _NUMBER.fullmatch(_said(link)):
            continue
        href = urljoin(address, link.attributes.get("href") or "")
        number = _page_number(href) if urlsplit(href).path == urlsplit(address).path else None
        if number is not None and (_said(link) == "2" if own is None else number == own + 1):
            found.append(link)
    return found


def _page_number(address: str) -> int | None:
    for name, value in parse_qsl(urlsplit(address).query):
        if name.lower() in _PAGE_PARAMETERS and _NUMBER.fullmatch(value):
            return int(value)
    return None
