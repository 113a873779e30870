"""What tonight's files would run into, in words and as JSON: predicted, with its basis, never a message of Schoology's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importlog_tui.fields import Columns, Field
from importlog_tui.model import Kind, Record, State
from importlog_tui.report.listing import record_row
from importlog_tui.report.masking import masked_sentence, masked_subject, masked_values
from importlog_tui.text import fit, one_line, safe
from importlog_tui.triage.preflight.night import NOT_ITS_OWN, TITLE, Predicted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from importlog_tui.archive.preflight import FoundRow, Preflight
    from importlog_tui.links import Links
    from importlog_tui.report.listing import Row
    from importlog_tui.roster import Roster
    from importlog_tui.tonight import Tonight
    from importlog_tui.triage.preflight.findings import File, Finding

FIRST: Final = 5
"""Rows of a finding that are told one by one."""
_TITLES: Final = {Kind.USERS: "Users", Kind.COURSES: "Courses", Kind.ENROLLMENTS: "Enrollments"}


class _Meaning:
    """The columns of tonight's files, by meaning."""

    def __init__(self, tonight: Tonight, aliases: Mapping[str, Field]) -> None:
        self._aliases = aliases
        self._rosters = {file.kind: file.roster for file in tonight.told.files}
        self._columns = {kind: self._of(roster) for kind, roster in self._rosters.items()}

    def _of(self, roster: Roster) -> Columns:
        return Columns(roster.columns, {**self._aliases, **roster.fields})

    def columns(self, finding: Finding) -> Columns:
        """Those of its rows."""
        return self._columns[finding.kind] if finding.of is None else self._of(finding.of)

    def values(self, finding: Finding, row: FoundRow) -> dict[str, str]:
        """Column -> cell; a row that is too short has blanks at its end."""
        names = (finding.of or self._rosters[finding.kind]).columns
        return dict(zip(names, (*row.cells, *[""] * len(names)), strict=False))

    def heading(self, kind: Kind, field: Field | None) -> str | None:
        """The column with a meaning as this file calls it."""
        place = None if field is None else self._columns[kind].index(field)
        return None if place is None else self._columns[kind].columns[place]


def lines(
    tonight: Tonight,
    zone: Callable[[datetime], datetime],
    cells: int,
    *,
    aliases: Mapping[str, Field],
    is_masked: bool = False,
) -> Iterator[str]:
    """The check for a reader, at most `cells` wide: each finding with its cause, its first rows with file and line, and what to do."""
    told = tonight.told
    if not told.files:
        return
    rows = sum(one.rows for one in told.findings)
    if told.findings:
        yield f"{TITLE}: {_counted(len(told.findings), 'finding')}, {_counted(rows, 'row')}."
    else:
        yield f"{TITLE}: nothing was found."
    yield NOT_ITS_OWN
    yield from _held_against(tonight, zone, cells)
    meaning = _Meaning(tonight, aliases)
    for file in told.files:
        yield ""
        yield from _file_lines(tonight, file, meaning, cells, is_masked=is_masked)


def _held_against(tonight: Tonight, zone: Callable[[datetime], datetime], cells: int) -> Iterator[str]:
    known = []
    if tonight.directory is not None:
        known.append(f"the directory of {_day(tonight.directory, zone)}")
    if tonight.before:
        days = dict.fromkeys(_day(roster, zone) for roster in tonight.before.values())
        known.append(f"the extract of {' and '.join(days)}")
    if tonight.told.fates:
        known.append("last night's failures")
    said = ", ".join(known) if known else "nothing but each other (no directory, no nights before)"
    yield from _wrapped(f"Held against {said}.", cells, 0, 0)


def _day(roster: Roster, zone: Callable[[datetime], datetime]) -> str:
    return f"{zone(roster.taken_at):%a %d %b %H:%M}"


def _file_lines(
    tonight: Tonight, file: File, meaning: _Meaning, cells: int, *, is_masked: bool
) -> Iterator[str]:
    name = one_line(file.roster.origin)
    yield fit(f"{_TITLES[file.kind]}   {name}   {_counted(file.roster.rows, 'row')}", cells).rstrip()
    yield from (f"  {line}" for line in _last_night(tonight, file))
    found = [one for one in tonight.told.findings if one.kind is file.kind]
    if not found:
        yield "  nothing was found"
    for finding in found:
        yield ""
        yield from _finding_lines(finding, file, tonight.preflight, meaning, cells, is_masked=is_masked)


def _finding_lines(
    finding: Finding,
    file: File,
    preflight: Preflight | None,
    meaning: _Meaning,
    cells: int,
    *,
    is_masked: bool,
) -> Iterator[str]:
    count = f"every row ({finding.rows:,})" if finding.is_every else _counted(finding.rows, "row")
    before = f", {finding.failed:,} failed last night" if finding.failed else ""
    yield from _wrapped(f"{one_line(finding.message)}", cells, 2, 4)
    yield f"    {count}{before}   predicted, {basis_words(finding)}"
    yield from _wrapped(finding.rule.remedy, cells, 4, 4)
    if finding.line is not None and file.roster.rows:
        yield fit(f"    {one_line(file.roster.origin)}, line {finding.line}", cells).rstrip()
    if not finding.has_rows or preflight is None or (finding.is_every and finding.rows > FIRST):
        return
    if finding.of is not None:
        yield fit(f"    no longer sent, of {one_line(finding.of.origin)}:", cells).rstrip()
    for row in preflight.rows(finding.id, finding.kind, FIRST):
        yield fit(
            f"    line {row.line}  {_row_words(finding, row, meaning, is_masked=is_masked)}", cells
        ).rstrip()
    if finding.rows > FIRST:
        yield f"    and {finding.rows - FIRST:,} more; --json lists all"


def _row_words(finding: Finding, row: FoundRow, meaning: _Meaning, *, is_masked: bool) -> str:
    columns = meaning.columns(finding)
    subject = columns.subject(row.cells)
    values: Mapping[str, str] = meaning.values(finding, row)
    if is_masked:
        subject, values = masked_subject(subject), masked_values(values, columns)
    parts = [part for part in (subject.user, subject.name, subject.section) if part]
    heading = meaning.heading(finding.kind, finding.rule.field)
    if (
        heading is not None
        and values.get(heading, "").strip()
        and not any(values[heading] in part for part in parts)
    ):
        parts.append(f"{heading} “{values[heading]}”")
    if row.note:
        parts.append(masked_sentence(row.note) if is_masked else row.note)
    return "  ".join(one_line(part) for part in parts)


def basis_words(finding: Finding) -> str:
    """On what a prediction rests."""
    return f"{finding.rule.basis.value} (schoology.md {finding.rule.section})"


def _wrapped(text: str, cells: int, first: int, then: int) -> Iterator[str]:
    from textwrap import wrap

    yield from wrap(text, cells, initial_indent=" " * first, subsequent_indent=" " * then)


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def rows(
    tonight: Tonight, links: Links, *, aliases: Mapping[str, Field], is_masked: bool = False
) -> Iterator[Row]:
    """Errors, each with its records behind it, then one object that sums up; `type` tells them apart."""
    meaning = _Meaning(tonight, aliases)
    files = {file.kind: file for file in tonight.told.files}
    number = 0
    for finding in tonight.told.findings:
        file = files[finding.kind]
        yield _error_row(finding, file, meaning)
        if not finding.has_rows or tonight.preflight is None:
            continue
        for place, row in enumerate(tonight.preflight.rows(finding.id, finding.kind), 1):
            number += 1
            yield _record_row(
                number,
                place,
                finding,
                row,
                meaning,
                links,
                is_compared=finding.failed is not None,
                is_masked=is_masked,
            )
    yield _summary(tonight)


def _error_row(finding: Finding, file: File, meaning: _Meaning) -> Row:
    state = None if finding.failed is None else (State.STILL if finding.failed else State.NEW).value
    return {
        "type": "error",
        "id": finding.id,
        "run_id": None,
        "message": finding.message,
        "category": finding.category or finding.rule.category,
        "rows_affected": finding.rows,
        "rows_read": finding.rows,
        "complete": True,
        "state": state,
        "predicted": True,
        "kind": finding.kind.value,
        "file": file.roster.origin,
        "line": finding.line,
        "every_row": finding.is_every,
        "rule": finding.rule.id,
        "basis": finding.rule.basis.value,
        "section": finding.rule.section,
        "column": meaning.heading(finding.kind, finding.rule.field),
        "remedy": finding.rule.remedy,
        "failed_last_night": finding.failed,
        "lists_records": finding.has_rows,
    }


def _record_row(
    number: int,
    place: int,
    finding: Finding,
    row: FoundRow,
    meaning: _Meaning,
    links: Links,
    *,
    is_compared: bool,
    is_masked: bool,
) -> Row:
    columns = meaning.columns(finding)
    subject, values = columns.subject(row.cells), meaning.values(finding, row)
    told = record_row(Record(number, finding.id, 0, place, subject, values), links)
    if is_masked:
        hidden = masked_subject(subject)
        told["subject"] = {"user": hidden.user, "section": hidden.section, "name": hidden.name}
        told["values"] = masked_values(values, columns)
        told["links"] = {"user": None, "search": None}
    return {
        "type": "record",
        **told,
        "run_id": None,
        "state": (State.STILL if row.failed else State.NEW).value if is_compared else None,
        "predicted": True,
        "kind": finding.kind.value,
        "file": finding.origin if finding.of is None else finding.of.origin,
        "line": row.line,
        "rule": finding.rule.id,
        "basis": finding.rule.basis.value,
        "section": finding.rule.section,
        "note": masked_sentence(row.note) if is_masked else row.note,
    }


def _summary(tonight: Tonight) -> Row:
    return {
        "type": "summary",
        "status": tonight.status,
        "findings": len(tonight.told.findings),
        "files": [
            {
                "kind": file.kind.value,
                "file": file.roster.origin,
                "rows": file.roster.rows,
                "complete": file.roster.complete,
            }
            for file in tonight.told.files
        ],
        "unreadable": [str(trouble) for trouble in tonight.unreadable],
        "directory": tonight.directory.taken_at.isoformat() if tonight.directory else None,
        "compared_with": {kind.value: roster.taken_at.isoformat() for kind, roster in tonight.before.items()},
        "last_night": {
            kind.value: {
                "again": fates.again,
                "changed": fates.changed,
                "absent": fates.absent,
                **({"unknown": fates.unknown} if fates.unknown else {}),
            }
            for kind, fates in tonight.told.fates.items()
        },
    }


def complaints(tonight: Tonight) -> Iterator[str]:
    """What could not be read, one line each."""
    for trouble in tonight.troubles:
        yield safe(one_line(str(trouble)))


def predicted(tonight: Tonight, zone: Callable[[datetime], datetime]) -> Predicted:
    """What the screen says of a predicted night besides its rows."""
    told = tonight.told
    rows = sum(one.rows for one in told.findings)
    title = (
        f"{_counted(len(told.findings), 'finding')}, {_counted(rows, 'row')}" if rows else "nothing was found"
    )
    night = [f"{TITLE}: {title}.", "", NOT_ITS_OWN, *_held_against(tonight, zone, 68)]
    files: dict[Kind, tuple[str, ...]] = {}
    errors: dict[tuple[Kind, str], tuple[str, ...]] = {}
    for file in told.files:
        about = [
            f"{_TITLES[file.kind]}, predicted",
            "",
            f"{one_line(file.roster.origin)}, {_counted(file.roster.rows, 'row')}",
            *_last_night(tonight, file),
        ]
        files[file.kind] = tuple(about)
        night += ["", *about[2:]]
    for one in told.findings:
        count = f"every row ({one.rows:,})" if one.is_every else _counted(one.rows, "row")
        before = f", {one.failed:,} failed last night" if one.failed else ""
        place = "" if one.line is None else f"{one_line(one.origin)}, line {one.line}"
        if one.of is not None and one.has_rows:
            place = f"No longer sent, of {one_line(one.of.origin)}."
        lines = (
            f"Predicted, {basis_words(one)}: {one_line(one.message)}. {count}{before}.",
            place,
            one.rule.remedy,
        )
        errors[one.kind, one.message] = tuple(line for line in lines if line)
    return Predicted(tuple(night), files, errors)


def _last_night(tonight: Tonight, file: File) -> Iterator[str]:
    fates = tonight.told.fates.get(file.kind)
    if fates is None:
        return
    told = fates.again + fates.changed + fates.absent
    if not (failed := told + fates.unknown):
        return
    what = "code" if file.kind is Kind.COURSES else "Unique ID"
    if not told:
        yield f"What became of {_counted(failed, 'row')} that failed last night can't be told:"
        yield f"they, or tonight's rows, have no column that is known as the {what}."
        return
    yield f"Of {_counted(failed, 'row')} that failed last night {fates.again:,} will fail again,"
    yield f"{fates.changed:,} were corrected, {fates.absent:,} are no longer sent."
    if fates.unknown:
        yield f"Of {fates.unknown:,} it can't be told: they have no {what}."
