"""A saved page's bytes made ready: its encoding, whether it was cut off, its depth, and where it and its links live."""

from __future__ import annotations

import codecs
import os.path
import re
from pathlib import Path, PurePath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from importlog_tui.model import Basis
from importlog_tui.sources.encoding import decode, encoding_of
from importlog_tui.text import whole
from importlog_tui.times import find_when

if TYPE_CHECKING:
    from datetime import datetime

    from selectolax.lexbor import LexborHTMLParser

    from importlog_tui.times import Clock

_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE
)
_XML_ENCODING = re.compile(
    rb"^\s{0,20}<\?xml[^>]{0,200}?encoding\s{0,5}=\s{0,5}[\"']([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE
)
# What a page calls Latin-1 or ASCII is Windows-1252: so say the rules that browsers follow.
_AS_WINDOWS = frozenset({"iso8859-1", "ascii", "cp1252"})


def markup_of(data: bytes | str, charset: str = "") -> str:
    """The page's text: by its byte order mark, by `charset` (from a header), by what it says of itself, else UTF-8 and Windows-1252."""
    if isinstance(data, str):
        return whole(data)
    encoding = encoding_of(data[:4096])
    if encoding == "utf-8":
        head = data[:4096]
        said = _META_CHARSET.search(head) or _XML_ENCODING.search(head)
        for name in (charset, said[1].decode("ascii") if said else ""):
            if known := _codec(name):
                # A page may say UTF-16 of itself and yet be readable as ASCII: then it isn't.
                encoding = "utf-8" if known.startswith(("utf-16", "utf-32")) else known
                break
    if encoding in _AS_WINDOWS:
        encoding = "utf-8" if _fits_utf8(data) else "cp1252"
    return whole(decode(data, encoding))


def _codec(name: str) -> str:
    try:
        found = codecs.lookup(name.strip()) if name.strip() else None
    except (LookupError, ValueError):
        return ""
    # Codecs that are no text encodings ("zip", "rot13") are no encodings of a page.
    return (
        found.name
        if found is not None and getattr(found, "_is_text_encoding", True) and found.name != "idna"
        else ""
    )


def _fits_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


_OPENED = re.compile(r"<(?:html|body)[\s>]", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)


def is_cut(markup: str) -> bool:
    """Whether a page ends before its end: a body or table that was opened is never closed, or the last tag is half."""
    tail = markup[-2_000:]
    if _OPENED.search(markup[:20_000]):
        return not _CLOSED.search(tail) and not _CLOSED.search(markup)
    folded = markup.lower()
    return folded.count("<table") > folded.count("</table") or folded.rfind("<") > folded.rfind(">")


def without_last_row(markup: str) -> str:
    """A cut page without the row in which it was cut: half a record would look like a whole one."""
    folded = markup.lower()
    row, end = folded.rfind("<tr"), folded.rfind("</tr")
    if row > end >= 0 and folded.find("<table", row) < 0:
        return markup[:row]
    tag = markup.rfind("<")
    return markup[:tag] if tag > markup.rfind(">") else markup


_DEEPEST = 512
"""Browsers build no deeper tree; the parser's time grows with the square of the depth."""

# Elements that end by themselves (li, p, td, ...) and those without content don't nest by being left open.
_NESTING = re.compile(
    r"<(/?)(?!(?:p|li|dt|dd|tr|td|th|thead|tbody|tfoot|option|optgroup|col|colgroup|caption|br|hr|img|input|meta|link|wbr|area|base|embed|param|source"
    r"|track|html|head|body|script|style)[\s/>])([a-z][^\s/><]{0,60})[^<>]{0,100000}>?",
    re.IGNORECASE,
)


_CROWDED = re.compile(r"<([a-z][^\s/<>]{0,60})\s[^<>]{65536,}>", re.IGNORECASE)
"""A tag this long holds a picture, or so many attributes that the parser would compare each with each."""


def shallow(markup: str) -> str:
    """`markup` without the tags that nest deeper than any browser's tree, their text kept, and without overlong attributes."""
    markup = _CROWDED.sub(r"<\1>", markup)
    depth = deepest = 0
    for found in _NESTING.finditer(markup):
        depth = max(0, depth - 1) if found[1] else depth + 1
        deepest = max(deepest, depth)
        if deepest > _DEEPEST:
            break
    if deepest <= _DEEPEST:
        return markup
    depth = 0

    def kept(found: re.Match[str]) -> str:
        nonlocal depth
        if found[1]:
            depth = max(0, depth - 1)
            return found[0] if depth < _DEEPEST else " "
        depth += 1
        return found[0] if depth <= _DEEPEST else " "

    return _NESTING.sub(kept, markup)


_SAVED_FROM = re.compile(
    r"<!--\s{0,5}saved from url=(?:\([0-9]{1,8}\))?\s{0,5}([^\s>]{1,4000})\s{0,5}-->", re.IGNORECASE
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


_SAVED_AT = re.compile(
    r"(?:\bsaved date:|<meta\s[^<>]{0,40}savepage-date[\"']?\s[^<>]{0,20}content=[\"']?)\s{0,3}([^\n<>\"']{10,80})",
    re.IGNORECASE,
)


def saved_at(markup: str, clock: Clock) -> datetime | None:
    """When a page was saved, where what saved it says so (SingleFile, Save Page WE)."""
    said = _SAVED_AT.search(markup[:20_000])
    found = find_when(said[1], clock) if said else None
    return found[0].at if found and found[0].basis is Basis.WRITTEN else None


class Whereabouts:
    """Where a page lives, on the web and on disk, and where its links lead. Nothing is opened; files beside it are only looked for.

    Attributes:
        addresses: all that the page answers to, the surest first.
    """

    def __init__(
        self, markup: str, tree: LexborHTMLParser, address: str, beside: Path | None, name: str
    ) -> None:
        """`beside` is the page's folder, or its file; `name` its file's name, with or without folders."""
        self._folder = beside if beside is None or beside.is_dir() else beside.parent
        own = (
            beside if beside is not None and beside.is_file() else _file_in(self._folder, PurePath(name).name)
        )
        saved = _SAVED_FROM.search(markup[:20_000])
        said = [
            address,
            saved[1] if saved else "",
            *(
                _attribute(tree, selector, name)
                for selector, name in (
                    ("link[rel=canonical]", "href"),
                    ("meta[property='og:url']", "content"),
                )
            ),
        ]
        web = [part for part in said if _is_web(part)]
        base = _attribute(tree, "base[href]", "href")
        self._base = (
            (_joined(web[0], base) if web else base if _is_web(base) else "")
            if base
            else web[0]
            if web
            else ""
        )
        paths = [part for part in said[:1] if part and not _is_web(part)] + (
            [_path_text(own)] if own is not None else []
        )
        self.addresses = tuple(dict.fromkeys([*web, *paths]))

    def resolve(self, href: str) -> str:
        """Where a link leads: a file beside the page if there is one, else the absolute address, else as much as is known; "" for none."""
        href = href.strip()[:8_000]
        if (
            not href
            or href == "#"
            or href.lower().startswith(("javascript:", "mailto:", "data:", "about:", "tel:"))
        ):
            return ""
        if href.startswith("#") and not href.startswith(("#/", "#!")):
            return ""
        if href.lower().startswith("file:"):
            return unquote(_path_of(href))
        if _is_web(href):
            return href
        if not _SCHEME.match(href) and not href.startswith("//") and self._folder is not None:
            path = unquote(_path_of(href))
            if path and not path.startswith("/"):
                file = _file_in(self._folder, path)
                if file is not None or not self._base:
                    return _path_text(file if file is not None else self._folder / path)
        return _joined(self._base, href) if self._base else href


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    node = tree.css_first(selector)
    return (node.attributes.get(name) or "").strip() if node is not None else ""


def _is_web(text: str) -> bool:
    return text.lower().startswith(("http://", "https://"))


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return href


def _path_of(href: str) -> str:
    try:
        return urlsplit(href).path
    except ValueError:
        return href


def _file_in(folder: Path | None, name: str) -> Path | None:
    """A file by its name or relative path, None where there is none (or none can have such a name)."""
    if folder is None or not name or "\x00" in name:
        return None
    try:
        file = folder / name
        return file if file.is_file() else None
    except (OSError, ValueError):
        return None


def _path_text(path: Path) -> str:
    return whole(os.path.abspath(path))  # noqa: PTH100  # without following links: both sides are named the same way
