"""Pages of a Status Log, or of its affected records, read by their meaning: HTML, MHTML and plain text.

bytes -> markup (html) -> lines of cells (dom, grids; lines for text) -> what each line says (tokens) -> runs, errors, records (interpreter)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from importlog_tui.model import Trouble
from importlog_tui.sources.status_log.page.embedded import embedded
from importlog_tui.sources.status_log.page.html import (
    Whereabouts,
    is_cut,
    markup_of,
    saved_at,
    shallow,
    without_last_row,
)
from importlog_tui.sources.status_log.page.interpreter import Place, readings_of
from importlog_tui.sources.status_log.page.lines import lines_of_text
from importlog_tui.sources.status_log.page.nested import opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from importlog_tui.model import Origin, Reading
    from importlog_tui.sources.status_log import How

_CUT = "the page ends in the middle; what follows is missing"


def read_page(
    markup: bytes | str, origin: Origin, how: How, *, address: str = "", beside: Path | None = None
) -> Iterator[Reading]:
    """What an HTML page says.

    `address` is where it lives (a URL, or its file), `beside` the folder it lies in or its file. Never raises for what is in the page.
    """
    return _page(markup_of(markup), origin, how, address, beside)


def _page(text: str, origin: Origin, how: How, address: str, beside: Path | None) -> Iterator[Reading]:
    from selectolax.lexbor import LexborHTMLParser

    from importlog_tui.sources.status_log.page.dom import sheet_of

    if at := saved_at(text, how.clock):
        how = replace(how, clock=how.clock._replace(saved=at))
    cut = is_cut(text)
    tree = LexborHTMLParser(shallow(opened(without_last_row(text) if cut else text)))
    where = Whereabouts(text, tree, address, beside, origin.name)
    sheet = sheet_of(tree, how.clock, all_tables=how.as_ == "records")
    has_next = tree.css_first("link[rel=next][href], a[rel=next][href]") is not None
    place = Place(origin, where.addresses, where.resolve, cut, has_next=has_next)
    found = list(readings_of(sheet, place, how))
    if _is_nothing(found) and (held := list(embedded(tree, origin, how, next(iter(where.addresses), "")))):
        found = held
    if _is_nothing(found) and tree.css_first("input[type=password]") is not None:
        found = [
            Trouble(
                origin,
                "nothing of a Status Log was found; this is a login page",
                "Sign in, open the Status Log and save it again.",
            )
        ]
    yield from found
    if cut:
        yield Trouble(origin, _CUT, "Save the page again when it has loaded to its end.")


def _is_nothing(found: list[Reading]) -> bool:
    return all(isinstance(reading, Trouble) for reading in found)


def read_text(text: str, origin: Origin, how: How) -> Iterator[Reading]:
    """What pasted or mailed text says: the same page as a browser copies it, with tabs, in columns, or one thing a line."""
    return readings_of(lines_of_text(text, how.clock), Place(origin, is_page=False), how)


def read_mhtml(data: bytes, origin: Origin, how: How) -> Iterator[Reading]:
    """What a page saved as one file says, frames included; its times are counted from when it was saved."""
    from email import message_from_bytes, policy
    from email.utils import parsedate_to_datetime

    try:
        message = message_from_bytes(data, policy=policy.default)
        parts = list(message.walk())
    except RecursionError:
        yield Trouble(origin, "its parts are nested too deeply to be a saved page")
        return
    clock = how.clock
    if clock.saved is None:
        try:
            saved = parsedate_to_datetime(_header(message, "Date"))
            clock = clock._replace(saved=saved if saved.tzinfo else saved.replace(tzinfo=UTC))
        except (TypeError, ValueError, OverflowError):
            pass
    how = replace(how, clock=clock)
    pages = [part for part in parts if part.get_content_type() in {"text/html", "application/xhtml+xml"}]
    if not pages:
        yield Trouble(origin, "nothing of a Status Log was found; the file holds no page")
        return
    boundary = message.get_boundary()
    is_cut = bool(boundary) and f"--{boundary}--".encode("utf-8", "surrogateescape") not in data[-2_000_000:]
    yield from read_frames(_parts(message, pages), origin, how, is_cut=is_cut)


def _parts(message: EmailMessage, pages: list[EmailMessage]) -> Iterator[tuple[str, str]]:
    snapshot = _header(message, "Snapshot-Content-Location")
    for number, part in enumerate(pages):
        content = part.get_payload(decode=True)
        markup = markup_of(content if isinstance(content, bytes) else b"", part.get_content_charset("") or "")
        yield markup, (snapshot if number == 0 else "") or _header(part, "Content-Location")


def read_frames(
    pages: Iterable[tuple[str, str]], origin: Origin, how: How, *, is_cut: bool = False
) -> Iterator[Reading]:
    """What a page and its frames say together, each given as markup and address; `is_cut`: the file that holds them breaks off."""
    troubles: list[Trouble] = []
    found = False
    for markup, address in pages:
        for reading in _page(markup, origin, how, address, None):
            if isinstance(reading, Trouble):
                troubles.append(reading)
            else:
                found = True
                yield reading
    # A frame without anything of the log is no trouble where another frame holds it, and needs no second word where none does.
    nothing = [trouble for trouble in troubles if "nothing" in trouble.what]
    shown = [trouble for trouble in troubles if "nothing" not in trouble.what] + (
        [] if found else nothing[:1]
    )
    if is_cut and not any(t.what == _CUT for t in shown):
        shown.append(Trouble(origin, _CUT, "Save the page again when it has loaded to its end."))
    yield from dict.fromkeys(shown)


def _header(part: EmailMessage, name: str) -> str:
    try:
        return str(part[name] or "").strip()
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""
