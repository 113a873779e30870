"""Bring in the Status Log, whatever way a person can bring it; every way gives the same readings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from importlog_tui.fields import Field
    from importlog_tui.model import Kind
    from importlog_tui.roster import AnyReading, Witness
    from importlog_tui.times import Clock


@dataclass(frozen=True)
class How:
    """What the reader knows beforehand.

    Attributes:
        clock: by which times are told.
        as_: what the source is, where the person said so; None is found out.
        kind: the import that records belong to, where the person said so.
        columns: a district's own headings, by meaning.
        remembered: what a person once said of headings that stand for several things, in the files of each witness.
    """

    clock: Clock
    as_: Literal["log", "records", "mail", "sis", "directory"] | None = None
    kind: Kind | None = None
    columns: Mapping[str, Field] = field(default_factory=dict)
    remembered: Mapping[Witness, Mapping[str, Field]] = field(default_factory=dict)

    def headings(self, witness: Witness) -> dict[str, Field]:
        """A district's own headings of the files of a witness."""
        return {**self.remembered.get(witness, {}), **self.columns}


def read(path: Path, how: How, *, name: str | None = None) -> Iterator[AnyReading]:
    """What a file, a folder of files or a Maildir says; found out from content, never from a name.

    Nothing is raised for what is in a file or missing from it: it becomes a `Trouble`. The rows of a table open their file
    when they are iterated, so readings may be collected first. `name` is shown instead of the path.
    """
    from importlog_tui.sources.status_log.recognise import read as read_path

    return read_path(path, how, name=name)


def read_paste(text: str, how: How) -> Iterator[AnyReading]:
    """What a person pasted or piped: page source, the text selected on a page, or a table."""
    from importlog_tui.sources.status_log.recognise import read_paste as read_text

    return read_text(text, how)
