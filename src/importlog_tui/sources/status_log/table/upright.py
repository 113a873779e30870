"""Tables whose cells stand one below the other, as a browser copies a grid that is drawn with style sheets alone."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from importlog_tui.fields import Columns
from importlog_tui.sources.encoding import decode, encoding_of
from importlog_tui.sources.status_log.table.claims import claim_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importlog_tui.fields import Field
    from importlog_tui.sources.source import Source

_HEAD: Final = 16 << 10
_LARGEST: Final = 8 << 20
FEWEST: Final = 3
"""Headings one below the other that can be no coincidence."""
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def columns_below(texts: Sequence[str], extra: Mapping[str, Field]) -> int:
    """How many headings these cells begin with, where all of them make whole rows of as many; 0 where they don't."""
    width = _headings(texts, extra)
    if width < FEWEST or len(texts) == width or len(texts) % width:
        return 0
    # A person may well be called First; a list of headings is a chooser of columns.
    headings = sum(_headings(texts[at : at + 1], extra) for at in range(width, len(texts)))
    return width if headings * 4 < len(texts) - width else 0


def _headings(texts: Sequence[str], extra: Mapping[str, Field]) -> int:
    known = (0 < len(text) <= 60 and Columns((text.strip(),), extra).hits == 1 for text in texts)
    return next((at for at, is_heading in enumerate(known) if not is_heading), len(texts))


def with_rows(source: Source, extra: Mapping[str, Field]) -> Source | None:
    """The same text with a line for each row, tabs between its cells; None where it isn't such a table."""
    head = source.head(_HEAD)
    seen = _LINE_END.split(decode(head, encoding_of(head)))
    # A title above ("Affected Records") may be a word that is a heading, too.
    starts = [n for n in range(len(seen)) if _headings(seen[n : n + FEWEST], extra) == FEWEST][:2]
    if not starts or source.size > _LARGEST:
        return None
    lines = _LINE_END.split(decode(source.whole()))
    stop = len(lines)
    while stop > starts[0] and (not lines[stop - 1].strip() or claim_of(lines[stop - 1])):
        stop -= 1
    if any("\t" in cell for cell in lines[starts[0] : stop]):
        return None
    for start in sorted(starts, key=lambda at: -(stop - at) % _headings(lines[at:stop], extra)):
        cells = lines[start:stop]
        width = _headings(cells, extra)
        # The last row's last cells may be empty.
        whole = [*cells, *[""] * min(-len(cells) % width, len(lines) - stop)]
        for tried in (whole, [cell for cell in cells if cell.strip()]):
            if columns_below(tried, extra):
                rows = ["\t".join(tried[at : at + width]) for at in range(0, len(tried), width)]
                text = "\n".join([*lines[:start], *rows, *lines[stop:]])
                return replace(source, content=text.encode("utf-8", "surrogatepass"))
    return None
