"""Notification mails: one file, an mbox, a Maildir.

Subject, sender and layout are unknown (schoology.md 3.6); known is that a mail says one of three result texts, the number of errors, which
counts error types, and belongs to one import (schoology.md 1.1.6, 1.1.7). What a mail says is worked out in `notice`; here mails are
taken apart. Links in them are never followed.
"""

from __future__ import annotations

import binascii
import contextlib
import re
from dataclasses import dataclass, field
from datetime import UTC
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from importlog_tui.model import Basis, Format, Origin, RecordsReading, RunReading, Trouble, When
from importlog_tui.sources.encoding import decode
from importlog_tui.sources.source import Source
from importlog_tui.sources.status_log.mail.notice import Notice, html_text, run_told
from importlog_tui.text import whole
from importlog_tui.times import YEARS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from importlog_tui.roster import AnyReading
    from importlog_tui.sources.status_log import How

_LARGEST_MAIL = 64 << 20
_DEEPEST = 40
"""Parts within parts; forwards of forwards stay far below."""
_CUT = {
    "StartBoundaryNotFoundDefect",
    "CloseBoundaryNotFoundDefect",
    "NoBoundaryInMultipartDefect",
    "InvalidBase64PaddingDefect",
    "InvalidBase64LengthDefect",
    "MissingHeaderBodySeparatorDefect",
}


def read_mail(source: Source, how: How) -> Iterator[AnyReading]:
    """One mail."""
    origin = source.origin(Format.MAIL)
    found = _read(source.whole(), source, how, "")
    yield from found.readings
    if found.is_cut:
        yield Trouble(
            origin, "the mail is cut off; what can be told from its start was kept", "Save the mail again."
        )
    elif not found.is_ours and not any(isinstance(reading, Trouble) for reading in found.readings):
        yield Trouble(origin, "no result of an import was found in this mail")


def read_mbox(source: Source, how: How) -> Iterator[AnyReading]:
    """All mails of an mbox, one at a time."""
    passed = _PassedOver()
    for number, data in enumerate(_split(source), 1):
        place = f"message {number}"
        if data is None:
            yield Trouble(
                source.origin(Format.MAIL, place),
                f"a mail of more than {_LARGEST_MAIL >> 20} MB was not read",
            )
        else:
            yield from _one_of_many(data, source, how, place, passed)
    yield from passed.said(source.origin(Format.MAIL))


def is_maildir(folder: Path) -> bool:
    """Whether a folder is a Maildir."""
    try:
        return (folder / "cur").is_dir() and (folder / "new").is_dir()
    except OSError:
        # It may not be looked into; the walk says so when it comes to it.
        return False


def read_maildir(path: Path, how: How, shown: str) -> Iterator[AnyReading]:
    """All mails of a Maildir, the seen ones and the new ones."""
    passed = _PassedOver()
    for folder in ("cur", "new"):
        try:
            names = sorted(file.name for file in (path / folder).iterdir() if not file.name.startswith("."))
        except OSError as error:
            yield _unreadable(f"{shown}/{folder}", error)
            continue
        for name in names:
            file, file_shown = path / folder / name, whole(f"{shown}/{folder}/{name}")
            source = Source(file_shown, file, Format.MAIL, title=whole(name))
            try:
                if not file.is_file():
                    continue
                if source.size > _LARGEST_MAIL:
                    yield Trouble(
                        source.origin(), f"a mail of more than {_LARGEST_MAIL >> 20} MB was not read"
                    )
                    continue
                data = source.whole()
            except OSError as error:
                yield _unreadable(file_shown, error)
                continue
            yield from _one_of_many(data, source, how, "", passed)
    yield from passed.said(Origin(shown, Format.MAIL))


def _unreadable(name: str, error: OSError) -> Trouble:
    return Trouble(Origin(name, Format.MAIL), f"it can't be read: {error.strerror or error}")


@dataclass
class _PassedOver:
    mails: int = 0
    others: int = 0

    def said(self, origin: Origin) -> Iterator[Trouble]:
        if not self.mails:
            yield Trouble(origin, "no mails in it")
        elif self.others:
            what = f"{self.others:,} of {self.mails:,} mails have nothing to do with imports and were passed over"
            yield Trouble(origin, what, is_part=False)


def _one_of_many(
    data: bytes, source: Source, how: How, place: str, passed: _PassedOver
) -> Iterator[AnyReading]:
    passed.mails += 1
    found = _read(data, source, how, place)
    if not found.is_ours:
        passed.others += 1
        return
    yield from found.readings
    if found.is_cut:
        yield Trouble(
            source.origin(Format.MAIL, place),
            "the mail is cut off; what can be told from its start was kept",
            "Save the mail again.",
        )


def _split(source: Source) -> Iterator[bytes | None]:
    """The mails of an mbox; None for one that is too large to be held."""
    lines: list[bytes] = []
    size, is_open, was_blank = 0, False, True
    with source.open() as file:
        while line := file.readline(_LARGEST_MAIL):
            if (
                was_blank
                and line.startswith(b"From ")
                and re.search(rb"\d\d:\d\d|@|\bMAILER-DAEMON\b|\?\?\?", line)
            ):
                if is_open:
                    yield b"".join(lines) if size <= _LARGEST_MAIL else None
                lines, size, is_open = [], 0, True
                continue
            was_blank = not line.strip()
            size += len(line)
            if size <= _LARGEST_MAIL:
                lines.append(line)
    if is_open or lines:
        yield b"".join(lines) if size <= _LARGEST_MAIL else None


@dataclass
class _Found:
    """What one mail gave."""

    readings: list[AnyReading] = field(default_factory=list)
    is_ours: bool = False
    is_cut: bool = False


def _read(data: bytes, source: Source, how: How, place: str) -> _Found:
    try:
        message = BytesParser().parsebytes(data)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return _Found([Trouble(source.origin(Format.MAIL, place), "the mail's parts can't be told apart")])
    parts = _Parts()
    _take_apart(message, parts, 0)
    # A head without the blank line after it never came to its end.
    found = _Found(is_cut=parts.is_cut or not re.search(rb"\n\r?\n", data))
    origin = source.origin(Format.MAIL, place)
    for notice in parts.notices:
        for run in run_told(notice, how, origin):
            found.readings.append(run)
            found.is_ours = True
    for name, content in parts.attached:
        _attachment(name, content, source, how, place, found)
    return found


def _attachment(name: str, content: bytes, source: Source, how: How, place: str, found: _Found) -> None:
    from importlog_tui.sources.status_log.recognise import read_source

    where = ", ".join(part for part in (source.place, place, f"attachment {name}") if part)
    inside = list(read_source(Source(source.name, content, Format.MAIL, where, title=name), how))
    if any(isinstance(reading, RunReading | RecordsReading) for reading in inside):
        found.is_ours = True
        found.readings += inside
    elif found.is_ours or not place:
        found.readings += [
            trouble
            for trouble in inside
            if isinstance(trouble, Trouble) and not trouble.what.startswith("this is a")
        ]


@dataclass
class _Parts:
    """A mail taken apart: the notices that it may be, innermost of forwarded ones first, and what was attached."""

    notices: list[Notice] = field(default_factory=list)
    attached: list[tuple[str, bytes]] = field(default_factory=list)
    is_cut: bool = False


def _take_apart(message: Message, parts: _Parts, depth: int) -> None:
    texts: list[str] = []
    inner = len(parts.notices)
    _text_of(message, texts, parts, depth)
    forwarded = parts.notices[inner:]
    notice = Notice(
        _header(message, "Subject"), _header(message, "From"), _date(message), "\n".join(texts), forwarded
    )
    parts.notices[inner:] = [notice]


def _text_of(part: Message, texts: list[str], parts: _Parts, depth: int) -> None:
    if depth > _DEEPEST:
        return
    kind = part.get_content_type()
    if kind == "message/rfc822" and part.is_multipart():
        for inner in _children(part):
            _take_apart(inner, parts, depth + 1)
    elif part.is_multipart():
        children = _children(part)
        if kind == "multipart/alternative":
            versions: list[str] = []
            for child in children:
                version: list[str] = []
                _text_of(child, version, parts, depth + 1)
                versions.append("\n".join(version))
            # One text in several forms; a plain one may only say that the mail needs another program, so the fullest result counts.
            texts.append(max(versions, key=_is_telling, default=""))
        else:
            for child in children:
                _text_of(child, texts, parts, depth + 1)
    else:
        _leaf(part, kind, texts, parts)
    parts.is_cut = parts.is_cut or any(type(defect).__name__ in _CUT for defect in part.defects)


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _is_telling(text: str) -> int:
    from importlog_tui.sources.status_log.wording import import_named, result_told

    return 2 * (result_told(text) is not None) + (import_named(text) is not None)


def _leaf(part: Message, kind: str, texts: list[str], parts: _Parts) -> None:
    name = _decoded(part.get_filename() or "")
    is_attached = part.get_content_disposition() == "attachment"
    if (
        kind.startswith(("image/", "audio/", "video/", "font/"))
        or "signature" in kind
        or kind == "text/calendar"
    ):
        return
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, binascii.Error):
        parts.is_cut = True
        return
    if not isinstance(content, bytes):
        return
    if kind in {"text/plain", "text/html"} and not name and not is_attached:
        text = _text(content, part.get_content_charset())
        texts.append(html_text(text) if kind == "text/html" else text)
    elif content.strip():
        parts.attached.append((name or kind, content))


def _text(content: bytes, charset: str | None) -> str:
    if charset and charset not in {"utf-8", "us-ascii"}:
        try:
            return content.decode(charset, "replace")
        except (LookupError, ValueError):
            pass
    return decode(content)


def _header(message: Message, name: str) -> str:
    return _decoded(message.get(name, ""))


def _decoded(value: object) -> str:
    text = str(value)
    with contextlib.suppress(HeaderParseError, LookupError, ValueError, binascii.Error):
        text = str(make_header(decode_header(text)))
    return " ".join(whole(text).split())


def _date(message: Message) -> When:
    text = _header(message, "Date")
    for candidate in (text, _header(message, "Received").rpartition(";")[2].strip()):
        if at := _instant(candidate):
            return When(text or candidate, at, basis=Basis.MAIL)
    return When(text, None, basis=Basis.MAIL)


def _instant(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
        # "-0000" says only that the zone is not known; the hour is that of UTC.
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.year in YEARS else None
