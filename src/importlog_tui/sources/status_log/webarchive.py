"""Web archives, in which Safari saves a page with its frames: property lists, binary or XML."""

from __future__ import annotations

import plistlib
import struct
from collections import deque
from typing import TYPE_CHECKING, Any, Final
from xml.parsers.expat import ExpatError

from importlog_tui.model import Trouble
from importlog_tui.sources.status_log.page.html import markup_of
from importlog_tui.sources.status_log.page.meaning import read_frames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.model import Origin, Reading
    from importlog_tui.sources.status_log import How

_MOST_FRAMES: Final = 200


def read_webarchive(data: bytes, origin: Origin, how: How) -> Iterator[Reading]:
    """What a saved page says, frames included. Never raises for what is in it."""
    try:
        archive = plistlib.loads(data)
    # A property list can be wrong in many ways, and the library says so in as many.
    except (ArithmeticError, AttributeError, ExpatError, LookupError, MemoryError, RecursionError, TypeError, ValueError, struct.error):  # fmt: skip
        yield Trouble(origin, "the web archive is damaged, or cut off", "Save the page again.")
        return
    pages = list(_pages(archive))
    if pages:
        yield from read_frames(pages, origin, how)
    else:
        yield Trouble(origin, "this is a property list, and no page saved as web archive")


def _pages(archive: Any) -> Iterator[tuple[str, str]]:
    """The markup and address of each page in it, the page itself first."""
    waiting, seen = deque([archive]), 0
    while waiting and seen < _MOST_FRAMES:
        part, seen = waiting.popleft(), seen + 1
        if not isinstance(part, dict):
            continue
        resource = part.get("WebMainResource")
        if isinstance(resource, dict) and isinstance(content := resource.get("WebResourceData"), bytes):
            kind = _text(resource.get("WebResourceMIMEType")) or "text/html"
            if kind in {"text/html", "application/xhtml+xml"}:
                encoding = _text(resource.get("WebResourceTextEncodingName"))
                yield markup_of(content, encoding), _text(resource.get("WebResourceURL"))
        frames = part.get("WebSubframeArchives")
        waiting.extend(frames[:_MOST_FRAMES] if isinstance(frames, list) else [])


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
