"""What bytes and texts are by their first signs, whatever the file is called."""

from __future__ import annotations

import codecs
import re

from importlog_tui.sources.encoding import encoding_of

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"OTTO", "a font"),
    (b"\x00\x01\x00\x00", "a font"),
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a text for a word processor (RTF)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"bplist00", "a property list"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound"),
)
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_CONTROLS = bytes({*range(32)} - {9, 10, 11, 12, 13, 26, 27})


def binary_kind(head: bytes) -> str | None:
    """What a binary file is: "zip", "ole", or words for the reader; None for text."""
    if _OPEN_DOCUMENT in head[:120]:
        return "an OpenDocument spreadsheet; save it as XLSX or CSV"
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF":
        return "a WebP picture" if head[8:12] == b"WEBP" else "a sound or film"
    if head[4:8] == b"ftyp":
        return "a film or picture"
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return "a BMP picture"
    if head.startswith(b"MZ") and b"\0" in head[:64]:
        return "a program"
    return None if _is_text(head) else "no text, and no kind of file that is known here"


def _is_text(head: bytes) -> bool:
    """Whether bytes may be text: a stray control is no proof against it, many of them beside bytes that are no UTF-8 are."""
    if encoding_of(head) != "utf-8":
        return True
    controls = sum(head.count(bytes([sign])) for sign in _CONTROLS)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return controls <= len(head) * 0.05
    return controls <= len(head) * 0.3


_HEADER_NAMES = (
    "from|to|cc|bcc|subject|date|sender|reply-to|received|return-path|delivered-to|message-id|mime-version|content-type|content-class|"
    "content-transfer-encoding|x-[a-z0-9-]+|envelope-to|authentication-results|arc-[a-z-]+|dkim-signature|list-[a-z-]+|in-reply-to|references|"
    "importance|thread-[a-z]+|snapshot-content-location|user-agent|status|feedback-id|precedence|auto-submitted"
)
_HEADER_LINE = re.compile(rf"(?:{_HEADER_NAMES}):", re.IGNORECASE)
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|html|head|body|meta|title|table|thead|tbody|tr|td|div|ul|ol|li|section|main|article|span|p|a|h[1-6]|form|iframe|dl|button|details|pre|template)\b",
    re.IGNORECASE,
)


def text_kind(text: str) -> str | None:
    """One of "mbox", "mail", "mhtml", "page", "har", "json", or words for what else it is; None for a table or plain text."""
    start = text.lstrip("\ufeff \t\r\n")
    if text.startswith("From ") and _headers(text.partition("\n")[2]):
        return "mbox"
    if names := _headers(start):
        return "mhtml" if _is_mhtml(start, names) else "mail"
    if start.startswith(("{", "[")) and re.match(
        r"[{\[]\s*(?:[\[\]{}\"]|-?[0-9.]+\s*[,\]]|true|false|null)", start
    ):
        return "har" if re.search(r'"entries"\s*:\s*\[|"log"\s*:\s*\{', start[:20_000]) else "json"
    if start.startswith("<"):
        return _markup_kind(start)
    found = re.search(r"<(?:table|tr|td|html|!doctype html)\b", start, re.IGNORECASE)
    if (
        found
        and re.search(r"</(?:table|tr|td|th|html|div|li)>", start, re.IGNORECASE)
        and "\t" not in start[: found.start()]
    ):
        return "page"
    return None


def _headers(text: str) -> set[str]:
    """Names of the mail headers that a text begins with; none unless there are two and nothing else is among them."""
    names: set[str] = set()
    for line in text.splitlines()[:200]:
        if not line:
            break
        if line[0] in " \t" and names:
            continue
        if not re.match(r"[A-Za-z][A-Za-z0-9-]*:", line):
            return set()
        if _HEADER_LINE.match(line):
            names.add(line.partition(":")[0].lower())
    return names if len(names) > 1 else set()


def _is_mhtml(text: str, names: set[str]) -> bool:
    head = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]
    if "snapshot-content-location" in names or re.search(
        r"^from:\s*<?saved by", head, re.IGNORECASE | re.MULTILINE
    ):
        return True
    is_related = re.search(r"^content-type:\s*multipart/related", head, re.IGNORECASE | re.MULTILINE)
    return is_related is not None and not names & {"to", "received", "delivered-to", "return-path"}


def _markup_kind(start: str) -> str:
    if "urn:schemas-microsoft-com:office:spreadsheet" in start[:4000] and "<html" not in start[:4000].lower():
        return "a spreadsheet in XML form; save it as CSV or XLSX"
    first = re.sub(
        r"<\?xml.*?\?>|<!--.*?-->|<!doctype\s+svg.*?>", "", start[:8000], flags=re.DOTALL | re.IGNORECASE
    ).lstrip()
    if re.match(r"<svg\b", first, re.IGNORECASE):
        return "an SVG picture"
    if _MARKUP.search(start):
        return "page"
    return "XML, and no page"


_STYLE = re.compile(
    r"\s*(?:@(?:charset|import|media|font-face)\b|/\*|[.#:*]?[\w.#: ,>\[\]=\"'-]+\{[^{}]*:[^{}]*\})"
)
_SCRIPT = re.compile(
    r"\s*(?:[\"']use strict|\(?\s*function\b|!function|/\*|//|\(\s*\(?\)?|var\s|let\s|const\s|window\.|import\s|export\s|jQuery|\$\(|;|if\s*\(|try\s*\{|[\w.$]+\s*(?:=|\(|&&|\|\|))"
)


def is_page_furniture(text: str) -> bool:
    """Whether a text looks like a style sheet or a script, as they lie beside a page that a browser saved."""
    return bool(_STYLE.match(text) or _SCRIPT.match(text))


def is_webarchive(head: bytes) -> bool:
    """Whether a file begins as the property list of a page that Safari saved, binary or XML."""
    return head.startswith(b"bplist00") or (
        head.lstrip().startswith(b"<?xml") and b"<key>WebMainResource</key>" in head
    )
