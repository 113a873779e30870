"""What could not be read, kept in one text file to be sent to whoever mends the program: names masked, no cookie, no host."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from importlog_tui import __version__
from importlog_tui.errors import UsageProblem
from importlog_tui.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from importlog_tui.sources.status_log.web.answers import NoPage

_MOST_PAGES = 20


def write_report(path: Path, refusals: Sequence[NoPage]) -> int:
    """Write it, for its owner alone; returns how many pages it holds. Nothing is written where there is nothing to tell.

    Raises:
        UsageProblem: it can't be written.
    """
    import os

    if not refusals:
        return 0
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8", newline="\n") as file:  # noqa: PTH123 - a descriptor
            file.writelines(f"{line}\n" for line in _lines(refusals[:_MOST_PAGES]))
    except OSError as fault:
        raise UsageProblem(
            f"the report can't be written: {fault.strerror or fault}",
            where=str(path),
            remedy="Name another file with --report.",
        ) from fault
    return min(len(refusals), _MOST_PAGES)


def _lines(refusals: Sequence[NoPage]) -> Iterator[str]:
    from importlog_tui.sources.status_log.page.html import markup_of
    from importlog_tui.sources.status_log.web.masking import masked, masked_text

    yield f"importlog-tui {__version__}, Python {platform.python_version()}"
    yield "Pages that could not be read. Letters were replaced by x and digits by 9, save for words that any log has;"
    yield "hosts, comments and scripts were left out. Look through it once before you send it."
    for number, refusal in enumerate(refusals, 1):
        page = refusal.page
        yield ""
        yield f"---- page {number}: {refusal.why}: {one_line(refusal.what)}"
        if page is None:
            yield "(nothing came)"
            continue
        path = page.address.partition("://")[2].partition("/")[2]
        yield f"path: /{masked_text(path)}"
        yield f"type: {one_line(page.kind)[:60]} {one_line(page.charset)[:20]}, {len(page.data):,} bytes"
        yield masked(markup_of(page.data, page.charset))
