"""Bring in what the SIS sends and what Schoology holds, as files: users, courses with their sections, enrollments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from importlog_tui.roster import RosterReadings, Witness
    from importlog_tui.sources.status_log import How


def read(path: Path, how: How, witness: Witness, *, name: str | None = None) -> Iterator[RosterReadings]:
    """The tables of a file or of a folder of files.

    Nothing is raised for what is in a file or missing from it: it becomes a `Trouble`. Rows open their file when they are iterated, so readings may
    be collected first.

    Args:
        path: file or folder.
        how: what the reader knows; its `kind` is what every table is, its `columns` a district's own headings.
        witness: whose they are.
        name: shown instead of the path.
    """
    from importlog_tui.sources.sis.files import read as read_path

    return read_path(path, how, witness, name=name)


def read_paste(text: str, how: How, witness: Witness) -> Iterator[RosterReadings]:
    """The table that a person pasted, dated as of now."""
    from importlog_tui.model import Format
    from importlog_tui.sources.sis.files import read_source
    from importlog_tui.sources.source import Source
    from importlog_tui.text import whole

    data = whole(text).encode()
    return read_source(Source("the paste", data, Format.PASTE, at=how.clock.now), how, witness)
