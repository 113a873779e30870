"""What a file is, found out from its content, and which reader takes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.errors import SourceProblem
from importlog_tui.model import Format, Trouble
from importlog_tui.sources import folder
from importlog_tui.sources.encoding import decode, encoding_of
from importlog_tui.sources.signature import binary_kind, is_webarchive, text_kind
from importlog_tui.sources.source import Source
from importlog_tui.text import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from importlog_tui.model import Origin
    from importlog_tui.roster import AnyReading, RosterReadings
    from importlog_tui.sources.status_log import How

_HEAD = 64 << 10
LARGEST_PAGE = 64 << 20
"""Bytes of a page or a mail that is read whole."""
LARGEST_TEXT = 8 << 20
"""Bytes of a text that is looked through for a log line by line; the longest log copied from a browser stays far below."""

_FRESH = timedelta(minutes=10)
_NOTHING = "nothing of a Status Log was found in it"
_AS = "Say what it is with --as log, --as records or --as mail."


def read(path: Path, how: How, *, name: str | None = None) -> Iterator[AnyReading]:
    """A file, a folder or a Maildir."""
    shown = whole(name or str(path))
    try:
        yield from folder.read(path, how, shown, read_source, _whole_folder)
    except OSError as error:
        yield folder.unreadable(shown, error)


def _whole_folder(path: Path, how: How, shown: str) -> Iterator[AnyReading] | None:
    """What a folder holds that is one thing by itself: a Maildir, a OneRoster package."""
    from importlog_tui.sources.status_log.mail.mailbox import is_maildir, read_maildir

    if is_maildir(path):
        return read_maildir(path, how, shown)
    return _package_in(path, how, shown)


def _package_in(path: Path, how: How, shown: str) -> Iterator[RosterReadings] | None:
    from importlog_tui.roster import Witness
    from importlog_tui.sources.sis.oneroster import read_package
    from importlog_tui.sources.sis.oneroster.package import MANIFEST, package_in

    try:
        if not any(file.name.casefold() == MANIFEST for file in path.iterdir()):
            return None
        package = package_in(path, shown)
    except OSError:
        return None  # the walk says so when it comes to it
    if package is None or not package.is_certain():
        return None
    return read_package(package, how, Witness.SIS)


def read_paste(text: str, how: How) -> Iterator[AnyReading]:
    """Pasted or piped text."""
    data = whole(text).encode()
    yield from read_source(Source("the paste", data, Format.PASTE), how)


def read_source(source: Source, how: How) -> Iterator[AnyReading]:
    """Whatever `source` holds. What can't be understood becomes a Trouble; OSError where reading fails half-way."""
    head = source.head(_HEAD)
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        yield Trouble(
            source.origin(), "empty file" if source.format is not Format.PASTE else "nothing but blanks"
        )
        return
    kind = binary_kind(head)
    if is_webarchive(head):
        yield from _bounded(source, how, _read_webarchive, LARGEST_PAGE)
    elif kind in {"zip", "ole"}:
        yield from _packed(source, how, kind)
    elif kind:
        yield Trouble(source.origin(), f"this is {kind}")
    else:
        yield from _text(source, how, head)


def _packed(source: Source, how: How, kind: str) -> Iterator[AnyReading]:
    from importlog_tui.sources.status_log.table.spreadsheet import read_spreadsheet
    from importlog_tui.sources.tables.workbook import is_spreadsheet

    if kind == "zip":
        with source.open() as file:
            is_table = is_spreadsheet(file)
        if not is_table:
            yield from _package(source, how)
            return
    yield from read_spreadsheet(source, how)


def _package(source: Source, how: How) -> Iterator[AnyReading]:
    """A OneRoster package, which can be nothing else than an extract."""
    from importlog_tui.roster import Witness
    from importlog_tui.sources.sis.files import packages
    from importlog_tui.sources.sis.oneroster import read_package

    try:
        found = [package for package in packages(source) if package.is_certain()]
    except SourceProblem as problem:
        yield Trouble(source.origin(), problem.what, problem.remedy)
        return
    for package in found:
        yield from read_package(package, how, Witness.SIS)
    if not found:
        yield Trouble(
            source.origin(),
            "this is a ZIP archive, or a damaged spreadsheet",
            "If it is an extract of the SIS, add it with --as sis; else unpack it and add what is inside.",
        )


def _text(source: Source, how: How, head: bytes) -> Iterator[AnyReading]:
    text = decode(head, encoding_of(head))
    kind = "mail" if how.as_ == "mail" and not text.startswith("From ") else text_kind(text)
    if kind in {"har", "json"}:
        from importlog_tui.sources.status_log.har import read_har, read_json

        yield from _bounded(source, how, read_har if kind == "har" else read_json, 4 * LARGEST_PAGE)
    elif kind == "mbox":
        from importlog_tui.sources.status_log.mail.mailbox import read_mbox

        yield from read_mbox(source, how)
    elif kind == "mail":
        from importlog_tui.sources.status_log.mail.mailbox import read_mail

        yield from _bounded(source, how, read_mail, LARGEST_PAGE)
    elif kind in {"page", "mhtml"}:
        yield from _bounded(source, how, _read_page if kind == "page" else _read_mhtml, LARGEST_PAGE)
    elif kind and how.as_ is None:
        yield Trouble(source.origin(), f"this is {kind}")
    else:
        yield from _table_or_text(source, how)


def _bounded(
    source: Source, how: How, reader: Callable[[Source, How], Iterator[AnyReading]], most: int
) -> Iterator[AnyReading]:
    if source.size > most:
        yield Trouble(source.origin(), f"it is larger than {most >> 20} MB", "Save a shorter part of it.")
        return
    yield from reader(source, how)


def _read_page(source: Source, how: How) -> Iterator[AnyReading]:
    from importlog_tui.sources.status_log.page.meaning import read_page

    beside = source.content.parent if isinstance(source.content, Path) else None
    how = _as_of_file(source, how)
    yield from read_page(source.whole(), _as_page(source), how, address=source.address, beside=beside)


def _read_mhtml(source: Source, how: How) -> Iterator[AnyReading]:
    from importlog_tui.sources.status_log.page.meaning import read_mhtml

    yield from read_mhtml(source.whole(), _as_page(source), how)


def _read_webarchive(source: Source, how: How) -> Iterator[AnyReading]:
    from importlog_tui.sources.status_log.webarchive import read_webarchive

    yield from read_webarchive(source.whole(), _as_page(source), _as_of_file(source, how))


def _as_of_file(source: Source, how: How) -> How:
    """`how`, with "Today" counted from when the file was written: a copy of it may be younger than the page, but never older."""
    if how.clock.saved is not None or not isinstance(source.content, Path):
        return how
    written = datetime.fromtimestamp(source.content.stat().st_mtime, UTC)
    # A file that is as good as new says no more than the clock does.
    is_older = how.clock.now - written > _FRESH
    return replace(how, clock=how.clock._replace(saved=written)) if is_older else how


def _as_page(source: Source) -> Origin:
    return source.origin(Format.PAGE if source.format is Format.TABLE else source.format)


def _table_or_text(source: Source, how: How) -> Iterator[AnyReading]:
    from importlog_tui.sources.status_log.table import text_file
    from importlog_tui.sources.status_log.table.upright import with_rows
    from importlog_tui.sources.tables import text_table

    if how.as_ != "log":
        source = with_rows(source, how.columns) or source
    is_paste, is_forced = source.format is Format.PASTE, how.as_ == "records"
    found = (
        None
        if how.as_ == "log"
        else text_table.find_table(source, how.columns, is_forced=is_forced, is_paste=is_paste)
    )
    is_log = found is not None and not is_forced and text_file.lists_a_log(found.layout, found.rows)
    if found is not None and is_log and not is_paste:
        yield from text_file.read_log(found, how)
    elif found is not None and not is_log:
        yield from text_file.read_records(found, how)
    else:
        yield from _bounded(source, how, _read_text, LARGEST_TEXT)


def _read_text(source: Source, how: How) -> Iterator[AnyReading]:
    from importlog_tui.sources.status_log.page.meaning import read_text

    readings = list(read_text(decode(source.whole()), source.origin(), _as_of_file(source, how)))
    yield from readings or [Trouble(source.origin(), _NOTHING, _AS)]
