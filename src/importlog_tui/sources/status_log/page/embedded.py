"""A log that a page doesn't show but holds: the data that a script draws it from, in the page as it came from the server."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from importlog_tui.model import RecordsReading, RunReading
from importlog_tui.sources.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser

    from importlog_tui.model import Origin, Reading
    from importlog_tui.sources.status_log import How

_MOST: Final = 100
"""Scripts of a page that are looked into, and values that are in each."""
_LONGEST: Final = 16 << 20
"""Characters of a script that is looked into."""
_BEGINS: Final = re.compile(r"(?:^|[=(,])\s{0,20}(?=[{\[])")


def embedded(tree: LexborHTMLParser, origin: Origin, how: How, address: str) -> Iterator[Reading]:
    """What the JSON in a page's scripts says of a log; nothing where it says nothing."""
    from importlog_tui.sources.status_log.har import read_json

    for data in _values(tree):
        source = Source(origin.name, data, origin.format, origin.place, address)
        for reading in read_json(source, how):
            if isinstance(reading, RunReading | RecordsReading):
                yield reading


def _values(tree: LexborHTMLParser) -> Iterator[bytes]:
    decoder = json.JSONDecoder(strict=False)
    for script in islice(tree.css("script"), _MOST):
        text, at = (script.text() or "")[:_LONGEST], 0
        for _ in range(_MOST):
            begin = _BEGINS.search(text, at)
            if begin is None:
                break
            try:
                value, at = decoder.raw_decode(text, begin.end())
            except (ValueError, RecursionError):
                at = begin.end() + 1
                continue
            if value:
                yield text[begin.end() : at].encode("utf-8", "surrogatepass")
