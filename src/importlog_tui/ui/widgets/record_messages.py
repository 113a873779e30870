"""What a record table tells the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from importlog_tui.model import Record


@dataclass
class RecordHighlighted(Message):
    """The cursor rests on another record, which is painted; `record` is None where there are no rows."""

    index: int
    record: Record | None

    def can_replace(self, message: Message) -> bool:
        """Only where the cursor is now matters."""
        return isinstance(message, RecordHighlighted)


@dataclass
class RecordEntered(Message):
    """The reader went into a record."""

    record: Record


@dataclass
class MarksChanged(Message):
    """The marks changed; `refused` is how many rows "mark all" would have marked, where that is more than `MOST_MARKS`."""

    count: int
    refused: int = 0


@dataclass
class RowsFailed(Message):
    """Rows could not be fetched; the table stays where it was."""

    problem: Exception
