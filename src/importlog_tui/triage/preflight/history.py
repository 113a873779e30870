"""Tonight's files against the nights before: what failed and will fail again, what is cured, and whether far fewer rows are sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from importlog_tui.cells import split
from importlog_tui.fields import Columns, Field
from importlog_tui.model import Kind
from importlog_tui.triage.seen import A_DAY, falls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import tzinfo

    from importlog_tui.archive import Archive
    from importlog_tui.model import ErrorType, Record
    from importlog_tui.roster import Roster
    from importlog_tui.triage.preflight.findings import Finder

_OF_THE_LOG: Final = frozenset({Field.ROW_NUMBER, Field.MESSAGE, Field.SCHOOLOGY_ID})
"""Columns that the log's records have of their own."""

_KEYS: Final = {
    Kind.USERS: Field.UNIQUE_ID,
    Kind.COURSES: Field.COURSE_CODE,
    Kind.ENROLLMENTS: Field.UNIQUE_ID,
}
"""What tells which row of tonight a record that failed is about."""


def compare_failures(
    finder: Finder, archive: Archive, aliases: Mapping[str, Field], category: Callable[[str], str]
) -> None:
    """Hold tonight's rows against the records of the newest comparable run of each kind."""
    runs = {run.id: run for run in archive.runs()}
    latest = {runs[run_id].kind: run_id for run_id in archive.latest()}
    for file in finder.told.files:
        run_id = latest.get(file.kind)
        if run_id is None:
            continue
        errors = archive.errors(run_id)
        findings = [one.id for one in finder.of_kind(file.kind)]
        finder.told.fates[file.kind] = finder.preflight.held_against(
            file.kind,
            _failed(archive, errors, aliases),
            _is_unchanged(file.roster),
            findings,
            is_known=_KEYS[file.kind] in file.roster.fields.values(),
        )
        for error in errors:
            number = finder.number()
            finder.add(
                number,
                "history.again",
                file,
                finder.preflight.unchanged(number, file.kind, error.id),
                about=f"“{' '.join(error.message.split())}”",
                category=category(error.message),
            )


def _failed(
    archive: Archive, errors: Iterable[ErrorType], aliases: Mapping[str, Field]
) -> Iterator[tuple[int, str | None, str | None, str | None, str | None, str]]:
    for error in errors:
        columns = Columns(error.columns, aliases)
        meant = [field if field not in _OF_THE_LOG else None for field in columns.fields]
        for record in archive.records(error_id=error.id):
            fields = _fields(record, meant)
            yield (
                error.id,
                fields.get(Field.UNIQUE_ID),
                fields.get(Field.COURSE_CODE),
                fields.get(Field.SECTION_CODE),
                fields.get(Field.SECTION_SCHOOL_CODE),
                json.dumps(fields),
            )


def _fields(record: Record, meant: list[Field | None]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, value in zip(meant, record.values.values(), strict=False):
        if field is not None:
            found.setdefault(field.value, value)
    return found


def _is_unchanged(roster: Roster) -> Callable[[str, str], bool]:
    """Whether a row of `roster` has the values of a record, in all columns that both have; blanks at the ends may be lost on the way through a page."""
    places: dict[str, int] = {}
    for place, column in enumerate(roster.columns):
        if column in roster.fields:
            places.setdefault(roster.fields[column].value, place)

    def is_unchanged(told: str, joined: str) -> bool:
        cells = split(joined)
        return all(
            " ".join(value.split()) == " ".join(cells[places[field]].split())
            for field, value in json.loads(told).items()
            if field in places and places[field] < len(cells)
        )

    return is_unchanged


def compare_counts(
    finder: Finder,
    before: Mapping[Kind, Roster],
    per_building: Callable[[Roster], Mapping[str, int]],
    tonight: Callable[[Roster], Mapping[str, int]],
    zone: tzinfo | None,
) -> None:
    """Say where far fewer rows are sent than in the extract before, building by building, with the rows that are no longer sent; then who drops out.

    Of files without buildings, and where most buildings lose, it is said of the whole.
    """
    fell = set[Kind]()
    for file in finder.told.files:
        earlier = before.get(file.kind)
        if earlier is None:
            continue
        was, is_now = per_building(earlier), tonight(file.roster)
        has_buildings = bool(was and is_now)
        if not has_buildings:
            was, is_now = {"": earlier.rows}, {"": file.roster.rows}
        day = f"{earlier.taken_at.astimezone(zone):%d %b %H:%M}".lstrip("0")
        for fall in falls(was, is_now, (), earlier.taken_at.date()):
            fell.add(file.kind)
            building = fall.building if has_buildings else None
            where = "" if building is None else f"{building or 'no building'}: "
            doubt = f" ({fall.doubt})" if fall.doubt else ""
            about = f"{where}{fall.was:,} {file.kind.value} on {day}, {fall.now:,} now{doubt}"
            number = finder.number()
            rows = finder.preflight.gone(number, file.kind, building)
            lost = rows or fall.was - fall.now
            is_part = building is not None and file.roster.rows >= earlier.rows
            rule = "history.fewer-of-one" if is_part else "history.fewer"
            finder.add(number, rule, file, lost, about=about, has_rows=bool(rows), of=earlier)
    _dropped_out(finder, before, is_told=Kind.ENROLLMENTS in fell)


def _dropped_out(finder: Finder, before: Mapping[Kind, Roster], *, is_told: bool) -> None:
    """Who leaves a section that is still sent and gets nothing instead; not where many are gone at once."""
    file = next((one for one in finder.told.files if one.kind is Kind.ENROLLMENTS), None)
    earlier = before.get(Kind.ENROLLMENTS)
    if file is None or earlier is None or earlier.purged or is_told or not file.roster.complete:
        return
    number = finder.number()
    rows = finder.preflight.dropped(number, earlier.rows * A_DAY)
    finder.add(number, "history.dropped-out", file, rows, of=earlier)
