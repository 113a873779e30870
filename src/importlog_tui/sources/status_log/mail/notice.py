"""What a notification mail tells of its run: import, result, number of errors, time."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from importlog_tui.model import Basis, Kind, Precision, Result, RunReading, When
from importlog_tui.sources.status_log.mail.named import errors_named
from importlog_tui.sources.status_log.wording import (
    end_in_own_words,
    import_mentioned,
    import_named,
    import_quoted,
    result_in_own_words,
    result_told,
    says_no_trouble,
)
from importlog_tui.sources.status_log.words import error_count, may_lead_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from importlog_tui.model import Origin
    from importlog_tui.sources.status_log import How

_LONGEST = 2 << 20
"""Characters of a mail's text that are looked at; a notification is a page at most."""


@dataclass
class Notice:
    """A mail's text with its head, and the mails that it forwards as attachments."""

    subject: str
    sender: str
    date: When
    text: str
    forwarded: list[Notice] = field(default_factory=list)


def run_told(notice: Notice, how: How, origin: Origin) -> Iterator[RunReading]:
    """The runs that a notice tells of. A mail that forwards another tells nothing itself beyond it."""
    runs = [run for inner in notice.forwarded for run in run_told(inner, how, origin)]
    if not runs:
        own, inner = _unfold(notice, how)
        runs = [run for part in inner for run in _runs(part, how, origin)] or _runs(own, how, origin)
    yield from runs


def _runs(notice: Notice, how: How, origin: Origin) -> list[RunReading]:
    """The runs of one mail: several where its text gives each of several imports its own result, else the one it is about."""
    run = _run(notice, how, origin)
    return _digest(notice, how, origin) or [run] if run else []


def _digest(notice: Notice, how: How, origin: Origin) -> list[RunReading]:
    from importlog_tui.sources.status_log.page.meaning import read_text

    clock = how.clock._replace(saved=notice.date.at) if notice.date.at else how.clock
    found = [
        run
        for run in read_text(notice.text, origin, replace(how, clock=clock, as_="log"))
        if isinstance(run, RunReading) and run.kind is not Kind.OTHER and run.result is not Result.UNKNOWN
    ]
    for run in found:
        if run.when.at is None or run.when.precision is not Precision.MINUTE:
            run.when = notice.date
    return found if len({run.kind for run in found}) > 1 else []


_HEAD_LINE = re.compile(
    r"[>\s]*[*_]{0,2}(?P<name>from|sent|date|to|cc|subject|reply-to)[*_]{0,2}:[*_]{0,2}\s*(?P<value>.*)",
    re.IGNORECASE,
)


def _unfold(notice: Notice, how: How) -> tuple[Notice, list[Notice]]:
    """The mail's own text, and the mails that were forwarded or answered within it."""
    lines = notice.text[:_LONGEST].splitlines()
    own: list[str] = []
    inner: list[Notice] = []
    at = 0
    while at < len(lines):
        head, after = _head_at(lines, at)
        if not head:
            # What an answer quotes was told by another mail, at another time.
            if not lines[at].startswith(">"):
                own.append(lines[at])
            at += 1
            continue
        is_quoted = lines[at].lstrip().startswith(">")
        body: list[str] = []
        at = after
        while at < len(lines) and not _head_at(lines, at)[0]:
            line = lines[at].removeprefix(">").strip() if is_quoted else lines[at]
            if not line.startswith(">"):
                body.append(line)
            at += 1
        date = _date_of(head.get("date") or head.get("sent") or "", how, notice.date)
        inner.append(Notice(head["subject"], head["from"], date, "\n".join(body)))
    return replace(notice, text="\n".join(own), forwarded=[]), inner


def _head_at(lines: list[str], at: int) -> tuple[dict[str, str], int]:
    """The head of a forwarded mail that begins in this line, and the line after it; {} where none does."""
    head: dict[str, str] = {}
    while at < len(lines) and (found := _HEAD_LINE.match(lines[at])):
        head[found["name"].lower()] = found["value"].strip()
        at += 1
    is_head = "from" in head and "subject" in head and bool({"date", "sent"} & head.keys())
    return (head, at) if is_head else ({}, at)


def _date_of(text: str, how: How, outer: When) -> When:
    from importlog_tui.times import find_when

    clock = how.clock._replace(saved=outer.at) if outer.at else how.clock
    found = find_when(text, clock)
    return (
        When(text, found[0].at, found[0].precision, Basis.MAIL)
        if found
        else When(text, None, basis=Basis.MAIL)
    )


def _run(notice: Notice, how: How, origin: Origin) -> RunReading | None:
    named = import_named(notice.subject) or import_named(notice.text)
    told = _result(notice, is_named=named is not None)
    if told is None:
        return None
    result, written = told
    quoted = "" if named else import_quoted(notice.subject) or import_quoted(notice.text)
    about = None if quoted else import_mentioned([notice.subject, *notice.text.splitlines()[:200]])
    known = named or about
    kind = known[0] if known else None
    around = f"{notice.sender}\n{notice.subject}\n{notice.text}".casefold()
    if kind is None and how.as_ != "mail" and "schoology" not in around and not quoted:
        return None
    count = 0 if result is Result.COMPLETED else _errors(notice)
    errors = [] if result is Result.COMPLETED else errors_named(notice.text[:_LONGEST], how.clock)
    if errors and count is not None:
        count = max(count, len(errors))
    return RunReading(
        kind=how.kind or kind or Kind.OTHER,
        label=known[1] if known else quoted or notice.subject,
        when=_own_time(notice, how) or notice.date,
        result=result,
        result_text=written,
        origin=origin,
        error_count=count,
        errors=errors,
        lists_errors=bool(errors) and len(errors) == count,
    )


def _result(notice: Notice, *, is_named: bool) -> tuple[Result, str] | None:
    """The documented wording where it stands; other words count only in a mail that names its import."""
    for text in (notice.subject, notice.text):
        if told := result_told(text):
            return told[:2]
    if not is_named:
        return None
    # The subject often says only that something is over; where the text says more, it is the better one.
    told_so = result_in_own_words(notice.text) or result_in_own_words(notice.subject)
    return told_so or _end(notice)


def _end(notice: Notice) -> tuple[Result, str] | None:
    """Of a mail that says only that its import is over: how, where another sentence tells of errors or of none, else unknown."""
    written = end_in_own_words(notice.text) or end_in_own_words(notice.subject)
    if written is None:
        return None
    count = _errors(notice)
    if count:
        return Result.COMPLETED_WITH_ERRORS, written
    is_clean = count == 0 or says_no_trouble(notice.text)
    return Result.COMPLETED if is_clean else Result.UNKNOWN, written


_WORDS = {
    word: n
    for n, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
}
_COUNT = re.compile(
    rf"\b(?P<n>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}|{'|'.join(_WORDS)})\s+(?:(?:different|distinct|unique|separate)\s+)?(?:types?\s+of\s+)?(?:import\s+)?error(?:s|\(s\)|\s+types?)?\b(?!\s*[:=])"
    r"|\berror(?:s|\(s\))?(?:\s+(?:types?|count|total|found|reported|encountered))?\s*(?:[:=|\t]\s*|\bwas\s|\bwere\s|\bis\s|\s*\()\s*(?P<m>\d{1,3}(?:,\d{3})+|\d{1,6})\b(?![:/.-]\d)",
    re.IGNORECASE,
)


def _errors(notice: Notice) -> int | None:
    for text in (notice.subject, notice.text):
        for line in text.splitlines():
            for piece in (line, *line.split("\t")):
                if (count := error_count(piece)) is not None:
                    return count
            if found := _COUNT.search(line):
                written = (found["n"] or found["m"]).lower().replace(",", "")
                return _WORDS[written] if written in _WORDS else int(written)
    # A label in one line, its number alone in the next: a table that was made text.
    found = re.search(
        r"\berrors?(?:\s+(?:types?|count|found))?\s*:?\s*\n\s*(\d{1,6})\s*(?:\n|\Z)",
        notice.text,
        re.IGNORECASE,
    )
    return int(found.group(1)) if found else None


_EARLIEST, _LATEST = timedelta(hours=-48), timedelta(hours=26)
"""How far a run's own time may be from its mail's, zones unknown."""


def _own_time(notice: Notice, how: How) -> When | None:
    """The run's own time where the text tells one to the minute."""
    from importlog_tui.times import find_when

    clock = how.clock._replace(saved=notice.date.at) if notice.date.at else how.clock
    for line in (notice.subject, *notice.text.splitlines()[:200]):
        for piece in line.split("\t"):
            found = find_when(piece, clock) if any(c.isdigit() for c in piece) and len(piece) < 400 else None
            if found is None:
                continue
            when, start, _ = found
            is_exact = (
                when.at is not None and when.precision is Precision.MINUTE and when.basis is Basis.WRITTEN
            )
            is_told = may_lead_time(piece[:start]) or result_told(piece) or import_named(piece)
            if is_exact and is_told and _is_near(when.at, notice.date.at):
                return when
    return None


def _is_near(at: datetime | None, mailed: datetime | None) -> bool:
    return at is not None and (mailed is None or _EARLIEST <= at - mailed <= _LATEST)


_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "thead",
        "tr",
        "ul",
    ]
)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's own signature
        if tag in {"script", "style", "title"}:
            self._hidden += 1
        self.pieces.append("\n" if tag in _BLOCKS else "\t" if tag in {"td", "th"} else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "title"}:
            self._hidden = max(0, self._hidden - 1)
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))


def html_text(markup: str) -> str:
    """A mail's page as text: a line for each block, tabs between the cells of a table's row."""
    parser = _Text()
    parser.feed(markup[:_LONGEST])
    parser.close()
    lines = ("".join(parser.pieces).replace("\u200b", "").replace("\u00a0", " ")).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())
