"""A browser's network recording (HAR): the pages of a walk through the log, with the addresses they came from.

Only addresses and contents are taken out of it; cookies, authorisation and every other header stay inside, and so do secrets in addresses.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from importlog_tui.fields import Columns, unique_headings
from importlog_tui.model import Format, Trouble
from importlog_tui.sources.encoding import decode
from importlog_tui.sources.source import Source
from importlog_tui.sources.status_log.credentials import cleaned, without_secrets
from importlog_tui.sources.status_log.json_log import log_of, with_addresses
from importlog_tui.sources.status_log.table.records import reading_of
from importlog_tui.text import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlog_tui.model import Origin
    from importlog_tui.roster import AnyReading
    from importlog_tui.sources.status_log import How

_LARGEST_BODY = 64 << 20
_ENTRIES = re.compile(r'"entries"\s*:\s*\[')
_ADDRESS = re.compile(r'"url"\s{0,5}:\s{0,5}"(https?:[^"\s]{1,4000})"')
_GAP = re.compile(r"[\s,]*")
_NO_PAGE = re.compile(
    r"image/|font|css|javascript|ecmascript|audio/|video/|wasm|octet-stream|event-stream", re.IGNORECASE
)


def read_har(source: Source, how: How) -> Iterator[AnyReading]:
    """The pages and tables of a recording; one that was cut off gives its whole entries."""
    text = decode(source.whole())
    origin = source.origin(Format.HAR)
    start = _ENTRIES.search(text)
    if start is None:
        yield Trouble(
            origin,
            "this network recording holds no entries",
            "Record it again and save it as HAR with content.",
        )
        return
    decoder = json.JSONDecoder(strict=False)
    seen = [without_secrets(found[1].replace("\\/", "/")) for found in _ADDRESS.finditer(text)]
    at, number, found = start.end(), 0, 0
    while True:
        at = _GAP.match(text, at).end()  # type: ignore[union-attr] # the pattern matches nothing, too
        if text.startswith("]", at):
            break
        number += 1
        try:
            entry, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            yield Trouble(
                source.origin(Format.HAR, f"entry {number}"),
                "the recording is cut off or damaged here; the entries before were read",
                "Save it from the browser again.",
            )
            break
        for reading in _entry(entry, source, how, f"entry {number}", seen):
            found += not isinstance(reading, Trouble)
            yield reading
    if not found:
        yield Trouble(
            origin,
            "no page of a Status Log was found in this recording",
            "Record it with the log's pages open, and save it with content.",
        )


def _entry(entry: Any, source: Source, how: How, place: str, seen: Sequence[str]) -> Iterator[AnyReading]:
    request, response = _dict(entry, "request"), _dict(entry, "response")
    content = _dict(response, "content")
    address = without_secrets(str(request.get("url") or ""))
    kind = str(content.get("mimeType") or "")
    status = response.get("status")
    if _NO_PAGE.search(kind) or not isinstance(status, int) or status in {204, 304} or 300 <= status < 400:
        return
    origin = source.origin(Format.HAR, place)
    text = content.get("text")
    if not isinstance(text, str) or not text:
        if "html" in kind and status < 400 and request.get("method") != "OPTIONS":
            yield Trouble(
                origin,
                f"the browser did not keep the content of {_path(address)}",
                "Open that page again and save the recording at once.",
            )
        return
    body = _body(text, str(content.get("encoding") or ""))
    if body is None:
        yield Trouble(origin, f"the content of {_path(address)} is damaged or too large")
        return
    started = _moment(entry.get("startedDateTime"))
    local = replace(how, clock=how.clock._replace(saved=started)) if started else how
    inner = Source(source.name, body, Format.HAR, place, address, title="")
    for reading in _content(inner, kind, local, seen):
        # A recording is full of pages that are none of the log: only what was found, or went wrong, is worth a word.
        if not (isinstance(reading, Trouble) and _is_nothing(reading)):
            yield cleaned(reading)


def _content(source: Source, kind: str, how: How, seen: Sequence[str]) -> Iterator[AnyReading]:
    from importlog_tui.sources.status_log.recognise import read_source

    data = source.whole()
    if "json" in kind or data.lstrip()[:1] in {b"{", b"["}:
        yield from read_json(source, how, seen)
    elif "html" in kind or data.lstrip()[:1] == b"<":
        from importlog_tui.sources.status_log.page.meaning import read_page

        yield from read_page(data, source.origin(), how, address=source.address)
    elif "csv" in kind or "tab-separated" in kind or "spreadsheet" in kind or "excel" in kind:
        yield from read_source(source, how)


def _is_nothing(trouble: Trouble) -> bool:
    return "nothing" in trouble.what or "no page" in trouble.what or trouble.what.startswith("this is")


def _dict(holder: Any, key: str) -> dict[str, Any]:
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, dict) else {}


def _path(address: str) -> str:
    try:
        return urlsplit(address).path or "a page"
    except ValueError:
        return "a page"


def _moment(text: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _body(text: str, encoding: str) -> bytes | None:
    """The content's bytes; None where they can't be had."""
    if encoding.lower() != "base64":
        return whole(text).encode()
    try:
        data = base64.b64decode(text)
    except (ValueError, binascii.Error):
        return None
    if not data.startswith(b"\x1f\x8b"):
        return data
    inflate = zlib.decompressobj(31)
    try:
        data = inflate.decompress(data, _LARGEST_BODY)
    except zlib.error:
        return None
    return None if inflate.unconsumed_tail else data


def read_json(source: Source, how: How, seen: Sequence[str] = ()) -> Iterator[AnyReading]:
    """JSON that holds a table (objects with the same keys) or pieces of a page, as the log's own page may fetch them.

    `seen` are the addresses of the recording that it stands in: an error's number may stand in one of them.
    """
    origin = source.origin()
    try:
        data = json.loads(decode(source.whole()), strict=False)
    except (ValueError, RecursionError):
        yield Trouble(origin, "this JSON is cut off or damaged")
        return
    rows, holder = _objects(data)
    if log := log_of(rows) if how.as_ != "records" else "":
        from importlog_tui.sources.status_log.page.meaning import read_text

        yield from with_addresses(read_text(log, origin, how), rows, source.address, seen)
        return
    if rows:
        yield from _table(rows, holder, origin, source, how)
        return
    from importlog_tui.sources.status_log.page.meaning import read_page

    found = False
    for markup in _markup(data):
        for reading in read_page(markup, origin, how, address=source.address):
            if not isinstance(reading, Trouble):
                found = True
                yield reading
    if not found:
        yield Trouble(origin, "nothing of a Status Log was found in this JSON")


_DEEPEST = 8
"""Objects around a table that are looked into."""


def _objects(data: Any) -> tuple[list[dict[str, Any]], Any]:
    """The list of objects that is a table, and what holds it: itself, or the only one in the outermost objects that have any."""
    if isinstance(data, list):
        return (data, data) if _is_table(data) else ([], data)
    level = [data] if isinstance(data, dict) else []
    for _ in range(_DEEPEST):
        inner = [(value, holder) for holder in level for value in holder.values()]
        tables = [(value, holder) for value, holder in inner if isinstance(value, list) and _is_table(value)]
        if tables:
            return tables[0] if len(tables) == 1 else ([], data)
        level = [value for value, _ in inner if isinstance(value, dict)]
    return [], data


def _is_table(rows: list[Any]) -> bool:
    """Whether all are objects, and most have more than two values."""
    are_objects = bool(rows) and all(isinstance(row, dict) for row in rows)
    return are_objects and sum(len(row) > 2 for row in rows) > len(rows) / 2


def _table(
    rows: list[dict[str, Any]], data: Any, origin: Origin, source: Source, how: How
) -> Iterator[AnyReading]:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    columns = unique_headings(keys)
    known = Columns(columns, how.columns)
    if known.hits < 2 and how.as_ != "records":
        yield Trouble(origin, "nothing of a Status Log was found in this JSON")
        return
    cells = [tuple(_cell(row.get(key)) for key in keys) for row in rows]
    reading = reading_of(
        columns,
        iter([(known.number(row), row) for row in cells]),
        origin,
        how,
        around=[],
        title=source.title,
        address=source.whereabouts,
    )
    total = data.get("total") if isinstance(data, dict) else None
    if (
        isinstance(total, int | str)
        and str(total).isdigit()
        and len(str(total)) < 12
        and int(total) >= len(rows)
    ):
        reading.claimed = int(total)
    yield reading


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return whole(json.dumps(value, ensure_ascii=False))


def _markup(data: Any) -> Iterator[str]:
    """Strings with markup in them, wherever they are."""
    pending = [data]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            pending.extend(reversed(value))
        elif (
            isinstance(value, str)
            and "<" in value
            and re.search(r"<(?:table|tr|ul|ol|li|div|dl)\b", value, re.IGNORECASE)
        ):
            yield whole(value)
