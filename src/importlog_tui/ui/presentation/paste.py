"""A paste, read but not kept: what it was taken for, and what of it would be new to the reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importlog_tui.model import RecordsReading, RunReading, Trouble
from importlog_tui.text import fit, one_line, safe, width
from importlog_tui.ui.presentation import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from importlog_tui.model import ErrorType, Reading
    from importlog_tui.roster import AnyReading

SAMPLE = 5
"""Rows shown of each table."""


@dataclass
class Pasted:
    """Everything that a paste holds; its rows are in memory, as the paste itself is.

    Attributes:
        tables: tables of affected records that stand on their own.
        rows: those of every table, by the identity of its reading.
    """

    runs: list[RunReading] = field(default_factory=list)
    tables: list[RecordsReading] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    rows: dict[int, list[tuple[int | None, tuple[str, ...]]]] = field(default_factory=dict)

    @classmethod
    def of(cls, readings: Iterable[AnyReading]) -> Pasted:
        """Take the readings in, rows included."""
        pasted = cls()
        for reading in readings:
            if isinstance(reading, Trouble):
                pasted.troubles.append(reading)
            elif isinstance(reading, RecordsReading):
                pasted.tables.append(reading)
                pasted._hold(reading)
            elif isinstance(reading, RunReading):
                pasted.runs.append(reading)
                for error in reading.errors:
                    if error.records:
                        pasted._hold(error.records)
        return pasted

    def _hold(self, table: RecordsReading) -> None:
        self.rows[id(table)] = list(table.rows)
        table.rows = iter(self.rows[id(table)])

    @property
    def is_empty(self) -> bool:
        """Nothing in it can be kept."""
        return not self.runs and not any(self.rows.values())

    @property
    def is_bare(self) -> bool:
        """Nothing but a table which does not tell what error it belongs to."""
        return bool(self.tables) and not self.runs

    @property
    def may_be_a_roster(self) -> bool:
        """Nothing but a table that may as well be an extract of the SIS or Schoology's own users."""
        return not self.runs and len(self.tables) == 1 and not self.tables[0].is_certain

    def readings(self) -> Iterator[Reading]:
        """What is to be filed."""
        yield from self.runs
        yield from self.tables
        yield from self.troubles


def preview(pasted: Pasted, error: ErrorType | None, zone: tzinfo | None, wide: int) -> list[str]:
    """What would be kept, in lines.

    Args:
        pasted: what was read.
        error: the error under the cursor, where a table that does not tell its own goes to.
        zone: whose clock the times are shown on.
        wide: cells that a table's row may take; sentences are for the screen to wrap.
    """
    lines: list[str] = []
    if pasted.runs:
        lines += ["Taken for the Status Log: " + words.plural(len(pasted.runs), "import"), ""]
        for run in pasted.runs:
            lines += _run_lines(run, pasted, zone)
        lines.append("")
    for table in pasted.tables:
        lines += _table_lines(table, pasted, None if pasted.runs else error, wide)
    if pasted.is_empty:
        lines += ["Nothing in this paste was understood; there is nothing to keep.", ""]
    if pasted.troubles:
        lines += ["Not understood:" if any(t.is_part for t in pasted.troubles) else "To know:"]
        lines += [f"  {one_line(str(trouble))}" for trouble in pasted.troubles]
    return lines


def _run_lines(run: RunReading, pasted: Pasted, zone: tzinfo | None) -> list[str]:
    when = (
        run.when.at.astimezone(zone).strftime("%d %b %H:%M")
        if run.when.at
        else one_line(run.when.text) or "no time"
    )
    count = len(run.errors) if run.lists_errors or run.errors else run.error_count
    tail = "" if count is None else words.plural(count, "error")
    label = one_line(run.label) or words.KINDS[run.kind]
    lines = [
        f"  {fit(label, 25)}  {fit(when, 12)}  {fit(one_line(run.result_text) or run.result.value, 21)}  {tail}".rstrip()
    ]
    for error in run.errors:
        read = len(pasted.rows[id(error.records)]) if error.records else 0
        claimed = "" if error.rows_affected is None else words.plural(error.rows_affected, "row")
        here = f", {read:,} here" if read else ""
        lines.append(f"      {one_line(error.message)}   {claimed}{here}".rstrip())
    return lines


def _table_lines(table: RecordsReading, pasted: Pasted, error: ErrorType | None, wide: int) -> list[str]:
    rows = pasted.rows[id(table)]
    lines = [
        f"Taken for affected records: {words.plural(len(rows), 'row')}, {words.plural(len(table.columns), 'column')}"
    ]
    claimed = table.claimed
    if error is not None:
        lines.append(f"For the error: {one_line(error.message)}")
        claimed = error.rows_affected if error.rows_affected is not None else claimed
        if error.rows_read:
            lines.append(
                f"Of this error {words.plural(error.rows_read, 'row')} {'was' if error.rows_read == 1 else 'were'} read before; rows that are the same are not kept twice."
            )
    elif not table.is_certain and not pasted.runs:
        lines.append(
            "It does not tell which error it belongs to. To be sure: Esc, put the cursor on the error, paste again."
        )
    if pasted.may_be_a_roster:
        lines.append("Or is it what the SIS sends (s), or what Schoology exports of its own users (d)?")
    if claimed is not None:
        lines.append(f"The log claims {words.plural(claimed, 'row')}: {_against(len(rows), claimed)}")
    return [*lines, "", *(fit(line, wide).rstrip() for line in _sample(table, rows)), ""]


def _against(read: int, claimed: int) -> str:
    if read == claimed:
        return "this is all of them."
    return (
        f"this is {read:,} of them; paste the further pages as well."
        if read < claimed
        else f"these are {read - claimed:,} more than that."
    )


def _sample(table: RecordsReading, rows: list[tuple[int | None, tuple[str, ...]]]) -> list[str]:
    shown = [tuple(safe(cell[:200]) for cell in cells) for _, cells in rows[:SAMPLE]]
    heads = [safe(name[:200]) for name in table.columns]
    widths = [
        min(24, max([width(head), *(width(row[at]) for row in shown if at < len(row))]))
        for at, head in enumerate(heads)
    ]

    def line(cells: Iterable[str]) -> str:
        return (
            "  "
            + "  ".join(
                fit(cell, cells_wide) for cell, cells_wide in zip(cells, widths, strict=False)
            ).rstrip()
        )

    lines = [line(heads), *(line(row) for row in shown)]
    if len(rows) > SAMPLE:
        lines.append(f"  … and {len(rows) - SAMPLE:,} more")
    return lines
