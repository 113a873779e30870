"""Runs, errors and records as lists: one JSON object a line, CSV, or a plain table that fits the terminal.

Field names are the contract of the commands (README, "Without a screen"); fields may be added, none is renamed.
"""

from __future__ import annotations

from itertools import groupby, islice
from textwrap import wrap
from types import MappingProxyType
from typing import TYPE_CHECKING

from importlog_tui.archive.decided import UNDECIDED
from importlog_tui.fields import USER_LINK, unique_headings
from importlog_tui.report import marking
from importlog_tui.report.clocks import clock_at_change
from importlog_tui.text import fit, one_line, safe, to_json, width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import TextIO

    from importlog_tui.archive import Hit
    from importlog_tui.archive.decided import Decided
    from importlog_tui.links import Links
    from importlog_tui.model import ErrorType, Kind, Mark, Record, Run
    from importlog_tui.triage.rules import Rules

Row = dict[str, object]

WIDTH_SAMPLE = 200
"""Rows that decide the column widths of a plain table of records: a million rows are not read twice."""

_NARROWEST = 8
"""Cells that a cut column keeps."""

RECORD_FIELDS = (
    "id",
    "error_id",
    "run_id",
    "number",
    "user",
    "section",
    "name",
    "state",
    "user_link",
    "search_link",
)
"""The columns that stand before a record's own in CSV."""


def run_row(run: Run) -> Row:
    """A run's fields in the order and under the names that the commands promise."""
    return {
        "id": run.id,
        "kind": run.kind.value,
        "label": run.label,
        "performed_at": run.performed_at.isoformat() if run.performed_at else None,
        "performed_text": run.performed_text,
        "performed_precision": run.precision.value,
        "performed_basis": run.basis.value,
        "result": run.result.value,
        "result_text": run.result_text,
        "errors": run.errors,
        "rows_affected": run.rows_affected,
        "rows_read": run.rows_read,
        "complete": run.complete,
        "origin": run.origin,
        "rerun": run.is_rerun,
        "compared_with": run.compared_with,
        "new_rows": run.new_rows,
        "returned_rows": run.returned_rows,
        "gone_rows": run.gone_rows,
    }


def error_row(error: ErrorType, rules: Rules, kind: Kind, decided: Decided = UNDECIDED) -> Row:
    """An error's fields; `state` is null where there is nothing to compare with, `cause` and what follows are by its message alone.

    `new_rows` counts by state alone, `new_rows_accepted` says how many of these somebody accepted.
    """
    verdict = rules.verdict(error.message, kind)
    return {
        "id": error.id,
        "run_id": error.run_id,
        "message": error.message,
        "category": verdict.category,
        "rows_affected": error.rows_affected,
        "rows_read": error.rows_read,
        "complete": error.complete,
        **_state_fields(error),
        "new_rows": error.new_rows,
        "new_rows_accepted": decided.accepted_of([error]).new,
        "marks": [marking.short_row(mark) for mark in decided.on_error(error)],
        "cause": verdict.cause,
        "owner": verdict.owner.value,
        "remedy": verdict.remedy,
    }


def record_row(record: Record, links: Links, number: str = "", marks: Sequence[Mark] = ()) -> Row:
    """A record's fields; `values` keeps the columns' own names and order, `links` holds addresses built from the configuration.

    `number` is Schoology's own of the user, where the directory tells it; `marks` are those on the record or on its error.
    """
    subject = record.subject
    return {
        "id": record.id,
        "error_id": record.error_id,
        "run_id": record.run_id,
        "number": record.number,
        "subject": {"user": subject.user, "section": subject.section, "name": subject.name},
        # A number that only the row's link told is in `links`; it is none of the page's columns.
        "values": {name: value for name, value in record.values.items() if name != USER_LINK},
        **_state_fields(record),
        "marks": [marking.short_row(mark) for mark in marks],
        "links": {
            "user": links.user(subject, record.values, number),
            "search": links.search(subject, record.values),
        },
    }


def _state_fields(one: ErrorType | Record) -> Row:
    """What the nights before say of an error or a record."""
    return {
        "state": one.state.value if one.state else None,
        "since": one.since.isoformat() if one.since else None,
        "nights": one.nights or None,
        "last_seen": one.last_seen.isoformat() if one.last_seen else None,
        "gone_in": one.gone_in,
        "sent_at": one.sent_at.isoformat() if one.sent_at else None,
    }


def hit_row(hit: Hit, links: Links, number: str = "", marks: Sequence[Mark] = (), times: int = 0) -> Row:
    """A record that was looked for, as in `record_row`, with its error's message, its run's kind and time, and how often it came back."""
    performed_at = hit.run.performed_at
    return {
        **record_row(hit.record, links, number, marks),
        "message": hit.message,
        "kind": hit.run.kind.value,
        "performed_at": performed_at.isoformat() if performed_at else None,
        "came_back": times,
    }


def hits_table(
    hits: Sequence[Hit],
    zone: Callable[[datetime], datetime],
    links: Links,
    cells: int,
    numbers: Mapping[str, str] = MappingProxyType({}),
    remarks: Callable[[Sequence[Hit]], Iterable[str]] = lambda _: (),
) -> Iterator[str]:
    """Whom or what was found: one part for each, its records newest first; `remarks` are what else is to be said of one."""
    subjects: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        subject = hit.record.subject
        who = (subject.user or "", "" if subject.user else subject.section or subject.name or "")
        subjects.setdefault(who, []).append(hit)
    for some in subjects.values():
        named = next((hit for hit in some if hit.record.subject.name), some[0]).record
        subject = named.subject
        parts = [
            part
            for part in (subject.name, subject.user, None if subject.user else subject.section)
            if part is not None
        ]
        yield fit("   ".join(map(one_line, parts)) or f"record {named.id}", cells).rstrip()
        number = numbers.get(subject.user or "", "")
        link = links.user(subject, named.values, number) or links.search(subject, named.values)
        if link:
            yield f"  {safe(link)}"
        for remark in remarks(some):
            yield from wrap(remark, cells, initial_indent="  ", subsequent_indent="    ")
        for hit in some:
            at = hit.run.performed_at
            when = f"{zone(at):%a %d %b %Y %H:%M}" if at else "no date"
            state = hit.record.state.value if hit.record.state else ""
            section = f"  {one_line(hit.record.subject.section)}" if hit.record.subject.section else ""
            told = (
                f"  {when}  {fit(hit.run.kind.value, 11)}  {fit(state, 8)}  {one_line(hit.message)}{section}"
            )
            yield fit(told, cells).rstrip()
        yield ""


def write_json(rows: Iterable[Row], out: TextIO) -> None:
    """One object a line, harmless on a terminal."""
    out.writelines(to_json(row) + "\n" for row in rows)


def write_csv(rows: Iterable[Row], out: TextIO) -> None:
    """Rows of one shape as CSV: values as they are in a file or pipe, made safe on a terminal."""
    import csv

    writer = csv.writer(out, lineterminator="\n")
    shown = _shown(out)
    for index, row in enumerate(rows):
        if not index:
            writer.writerow(row)
        writer.writerow([shown(_plain(value)) for value in row.values()])


def write_records_csv(
    records: Iterable[tuple[Record, str]], columns: Sequence[str], links: Links, out: TextIO
) -> None:
    """Records, each with Schoology's number of its user, as CSV: RECORD_FIELDS, then `columns`, empty where a record has no such column."""
    import csv

    writer = csv.writer(out, lineterminator="\n")
    shown = _shown(out)
    writer.writerow([shown(heading) for heading in unique_headings((*RECORD_FIELDS, *columns))])
    for record, number in records:
        subject, values = record.subject, record.values
        head = (
            record.id,
            record.error_id,
            record.run_id,
            record.number,
            subject.user,
            subject.section,
            subject.name,
            record.state,
        )
        found = (links.user(subject, values, number), links.search(subject, values))
        writer.writerow(
            [
                *(shown(_plain(value)) for value in (*head, *found)),
                *(shown(values.get(column, "")) for column in columns),
            ]
        )


def all_columns(errors: Iterable[ErrorType]) -> list[str]:
    """Every heading that the records of `errors` have, in the order in which they are first met."""
    return list(dict.fromkeys(column for error in errors for column in error.columns if column != USER_LINK))


def runs_table(runs: Sequence[Run], zone: Callable[[datetime], datetime], cells: int) -> Iterator[str]:
    """Lines of a plain table of runs, at most `cells` wide."""
    rows = [
        (
            str(run.id),
            f"{zone(run.performed_at):%a %d %b %Y} {clock_at_change(run.performed_at, zone)}"
            if run.performed_at
            else one_line(run.performed_text) or "no date",
            one_line(run.label),
            "re-run, same data"
            if run.is_rerun
            else run.result.value.removeprefix("completed_").replace("_", " "),
            _number(run.errors),
            rows_words(run.rows_affected, run.rows_read),
        )
        for run in runs
    ]
    return _table(
        ("id", "performed", "import", "result", "errors", "rows"),
        rows,
        cells,
        right=(0, 4, 5),
        gives=(2, 1),
    )


def errors_table(errors: Sequence[ErrorType], rules: Rules, cells: int) -> Iterator[str]:
    """Lines of a plain table of errors, at most `cells` wide."""
    rows = [
        (
            str(error.id),
            str(error.run_id),
            rows_words(error.rows_affected, error.rows_read),
            error.state.value if error.state else "",
            rules.category(error.message),
            one_line(error.message),
        )
        for error in errors
    ]
    return _table(
        ("id", "run", "rows", "state", "category", "message"), rows, cells, right=(0, 1, 2), gives=(5, 4, 3)
    )


def records_table(records: Iterable[Record], errors: Mapping[int, ErrorType], cells: int) -> Iterator[str]:
    """Lines of plain tables of records, one table an error, at most `cells` wide; columns without room are named below."""
    for error_id, group in groupby(records, key=lambda record: record.error_id):
        error = errors[error_id]
        rows = rows_words(error.rows_affected, error.rows_read)
        noun = "row" if rows == "1" else "rows"
        yield fit(f"{error_id}  {one_line(error.message)}  {rows} {noun}", cells).rstrip()
        sample = list(islice(group, WIDTH_SAMPLE))
        columns = list(sample[0].values)
        widths = [
            min(
                40,
                max(
                    width(safe(column)),
                    *(width(safe(record.values.get(column, "")[:80])) for record in sample),
                ),
            )
            for column in columns
        ]
        widths.insert(0, max(len(str(record.number)) for record in sample))
        widths[0] += max((2 + len(record.state) for record in sample if record.state), default=0)
        count, used = 0, 0
        while count < len(widths) and used + widths[count] + 2 <= cells:
            used += widths[count] + 2
            count += 1
        count = max(2, count)
        kept, left = columns[: count - 1], columns[count - 1 :]
        yield _line(
            [
                ("", widths[0]),
                *((safe(column), room) for column, room in zip(kept, widths[1:], strict=False)),
            ],
            cells,
        )
        for some in (sample, group):
            for record in some:
                values = (
                    (safe(record.values.get(c, "")[:80]), room)
                    for c, room in zip(kept, widths[1:], strict=False)
                )
                head = f"{record.number}  {record.state}" if record.state else str(record.number)
                yield _line([(head, widths[0]), *values], cells)
        if left:
            yield fit(
                f"  not shown: {', '.join(safe(column) for column in left)} (--csv or --json shows all)",
                cells,
            ).rstrip()
        yield ""


def rows_words(affected: int | None, read: int) -> str:
    """Rows in words: "9", "500 of 1,214" where not all was read, "?" where nothing is known."""
    if affected is None:
        return f"{read:,} of ?" if read else "?"
    return f"{affected:,}" if read >= affected else f"{read:,} of {affected:,}"


def _line(cells_and_widths: Sequence[tuple[str, int]], cells: int) -> str:
    return fit("  ".join(fit(text, room) for text, room in cells_and_widths).rstrip(), cells).rstrip()


def _table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    cells: int,
    *,
    right: Sequence[int],
    gives: Sequence[int],
) -> Iterator[str]:
    """Lines of a table; columns numbered in `right` are set to the right, those in `gives` are cut, one after the other, where room lacks."""
    widths = [max([len(heading), *(width(row[at]) for row in rows)]) for at, heading in enumerate(headings)]
    excess = sum(widths) + 2 * (len(widths) - 1) - cells
    for at in gives:
        given = max(0, min(excess, widths[at] - _NARROWEST))
        widths[at] -= given
        excess -= given
    for row in (headings, *rows):
        texts = (
            text.rjust(len(text) + room - width(text))
            if at in right and width(text) < room
            else fit(text, room)
            for at, (text, room) in enumerate(zip(row, widths, strict=True))
        )
        yield fit("  ".join(texts).rstrip(), cells).rstrip()


def _number(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(f"{each['kind']}: {each['standing']}" for each in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _shown(out: TextIO) -> Callable[[str], str]:
    return safe if out.isatty() else str
