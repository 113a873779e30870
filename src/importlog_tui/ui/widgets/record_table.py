"""The records of one error: a page of a table of any length, its header above it.

For the screen that uses it:

    table.show(source, cursor_id=None, sort=("Last name", False))   # RowSource of ui/row_source.py; the sort is only marked in the header
    table.show(None, message=["no rows were read yet: open the page with o, select all, copy, paste here"])
    table.record, table.index, len(table.source)     # where the cursor is; record is None while its row is being fetched
    table.column                                     # heading under the column cursor: what `s` sorts by; None without columns
    table.position_text                              # "row 412 of 1,214", "no rows"
    table.marks                                      # frozenset of record ids; they survive sort and filter of the same error
    table.when_there(callback)                       # callback(record | None) as soon as the cursor's row is at hand: at once, mostly.
                                                     # For what a key does to "the current record" right after a jump.
    await table.move_to(record_id)                   # False where the record is not among the rows

Actions (`action_<name>`; the registry in `ui/actions.py` gives them their keys, the widget has no bindings of its own):
    cursor_up cursor_down page_up page_down first_row last_row column_left column_right toggle_mark mark_all unmark_all enter_record

Messages: RecordHighlighted, RecordEntered, MarksChanged, RowsFailed.
`RecordHighlighted` comes once for every frame that shows another record under the cursor; a panel that follows it should wait a moment, so
that a held key doesn't repaint it each time.

No border and no padding: put it into a container for those. Component classes: `record-table--header`, `--chosen` (the heading under the
column cursor), `--cursor`, `--cursor-blur`, `--note`.
"""

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
    """The number of marked records changed; `refused` is how many "mark all" would have marked, where that is too many."""

    count: int
    refused: int = 0


@dataclass
class RowsFailed(Message):
    """Rows could not be fetched; the table stays where it was."""

    problem: Exception
