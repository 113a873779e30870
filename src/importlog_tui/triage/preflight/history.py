"""Tonight's files against the nights before: what failed and will fail again, what is cured, and whether far fewer rows are sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from importlog_tui.cells import split
from importlog_tui.fields import Columns, Field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from importlog_tui.archive import Archive
    from importlog_tui.model import ErrorType, Kind, Record
    from importlog_tui.roster import Roster
    from importlog_tui.triage.preflight.findings import File, Finder

FEWER: Final = 0.2
"""Part of its rows that a building loses before it is said."""
FEWEST: Final = 10
"""Rows that a building loses before it is said: a class that moves is nothing."""
_OF_THE_LOG: Final = frozenset({Field.ROW_NUMBER, Field.MESSAGE, Field.SCHOOLOGY_ID})
"""Columns that the log's records have of their own."""


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
) -> None:
    """Say where far fewer rows are sent than in the extract before, building by building; of files without buildings, in all."""
    for file in finder.told.files:
        earlier = before.get(file.kind)
        if earlier is None:
            continue
        was, is_now = per_building(earlier), tonight(file.roster)
        if not was or not is_now:
            was, is_now = {"": earlier.rows}, {"": file.roster.rows}
        day = f"{earlier.taken_at:%d %b %H:%M}".lstrip("0")
        for building, count in was.items():
            now = is_now.get(building, 0)
            if count - now >= max(FEWEST, count * FEWER):
                where = f"{building}: " if building else ""
                _fewer(finder, file, f"{where}{count:,} {file.kind.value} on {day}, {now:,} now", count - now)


def _fewer(finder: Finder, file: File, about: str, lost: int) -> None:
    finder.add(finder.number(), "history.fewer", file, lost, about=about, has_rows=False)
