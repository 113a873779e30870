"""The rows of an error, and those of the SIS's table, counted for `common`: all of them, or a sample that says that it is one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from importlog_tui.fields import Field
from importlog_tui.roster import Witness
from importlog_tui.triage.common import Common, in_common

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from importlog_tui.archive import Archive
    from importlog_tui.model import ErrorType, Run
    from importlog_tui.triage.diagnosis import Diagnosis

SAMPLE: Final = 20_000
"""Rows that are looked at."""
_MOST_COLUMNS: Final = 60


@dataclass(frozen=True, slots=True)
class InCommon:
    """What the rows of an error have in common.

    Attributes:
        found: the most telling first.
        looked_at: of the error's rows, `rows` in all that were read.
        healthy: rows of the SIS's table that were looked at; None where there is none.
    """

    found: tuple[Common, ...]
    looked_at: int
    rows: int
    healthy: int | None

    @property
    def is_sample(self) -> bool:
        """Whether not all rows were looked at."""
        return self.looked_at < self.rows


def of_error(
    diagnosis: Diagnosis,
    archive: Archive,
    error: ErrorType,
    run: Run,
    cancelled: Callable[[], bool] = lambda: False,
) -> InCommon:
    """What the rows of an error have in common; meant for a worker thread."""
    fields = diagnosis.fields_of(error.columns)
    table = diagnosis.table(Witness.SIS, run.kind)
    theirs = {field: column for column, field in reversed(list(table.roster.fields.items()))} if table else {}
    failing: dict[str, Mapping[str, int]] = {}
    passing: dict[str, Mapping[str, int]] = {}
    looked_at = healthy = 0
    for column in error.columns[:_MOST_COLUMNS]:
        if cancelled():
            break
        if fields.get(column) in {Field.ROW_NUMBER, Field.MESSAGE}:
            continue
        counts, looked_at = archive.tally(error.id, [column], most=SAMPLE)
        failing[column] = {cell: count for (cell,), count in counts.items()}
        other = theirs.get(fields[column]) if column in fields else column
        if table is not None and other is not None and other in table.roster.columns:
            sent, healthy = archive.roster_tally(table.roster.id, other, most=SAMPLE)
            passing[column] = _without(sent, failing[column], healthy / max(1, table.roster.rows))
    return InCommon(
        tuple(in_common(failing, passing)), looked_at, error.rows_read, healthy if table is not None else None
    )


def _without(sent: Counter[str], failing: Mapping[str, int], share: float) -> Counter[str]:
    """What the SIS sends, without the failing rows, of which about `share` is among those looked at."""
    left = Counter(sent)
    for cell, count in failing.items():
        if cell in left:
            left[cell] = max(0, left[cell] - round(count * share))
    return +left
