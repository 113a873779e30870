"""Files that hold extracts or the directory: a file, or a folder of them, the newest of each as dated as the file system dates it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.model import Trouble
from importlog_tui.roster import RosterReading
from importlog_tui.sources import folder
from importlog_tui.sources.sis.kinds import kind_of
from importlog_tui.sources.sis.lines import lined
from importlog_tui.sources.tables.text_table import find_table
from importlog_tui.text import whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.roster import Witness
    from importlog_tui.sources.source import Source
    from importlog_tui.sources.status_log import How


def read(
    path: Path, how: How, witness: Witness, *, name: str | None = None
) -> Iterator[RosterReading | Trouble]:
    """As `sis.read`."""
    shown = whole(name or str(path))

    def read_source(source: Source, how: How) -> Iterator[RosterReading | Trouble]:
        return _tables(source, how, witness)

    try:
        yield from folder.read(path, how, shown, read_source, lambda *_: None)
    except OSError as error:
        yield folder.unreadable(shown, error)


def _tables(source: Source, how: How, witness: Witness) -> Iterator[RosterReading | Trouble]:
    found = find_table(source, how.columns)
    if found is None or found.layout.header_at is None:
        yield Trouble(source.origin(), "no row of headings was found in it", "Add them as its first line.")
        return
    known = found.layout.known
    fields = {
        column: field for column, field in zip(known.columns, known.fields, strict=True) if field is not None
    }
    kind = how.kind or kind_of(fields.values())
    if kind is None:
        yield Trouble(
            source.origin(),
            "whether it holds users, courses or enrollments can't be told from its headings",
            "Say it with --kind users, --kind courses or --kind enrollments.",
        )
        return
    yield RosterReading(
        witness, kind, known.columns, lined(found), source.origin(), _taken_at(source), fields
    )


def _taken_at(source: Source) -> datetime | None:
    if isinstance(source.content, Path):
        return datetime.fromtimestamp(source.content.stat().st_mtime, UTC).astimezone()
    return None
