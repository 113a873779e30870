"""What is seen, with its rows: each a record with what is said of it beside its own columns, and what is to be done about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from importlog_tui.cells import split
from importlog_tui.directory import NUMBER
from importlog_tui.fields import Columns, Field, unique_headings
from importlog_tui.model import (
    ErrorReading,
    Format,
    Kind,
    Origin,
    Record,
    RecordsReading,
    Result,
    RunReading,
    When,
)
from importlog_tui.roster import Entry, Witness
from importlog_tui.triage import persons
from importlog_tui.triage.facts import Facts
from importlog_tui.triage.preflight.night import LABELS
from importlog_tui.triage.seen import TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from importlog_tui.archive import Archive
    from importlog_tui.archive.preflight import FoundRow, Preflight
    from importlog_tui.roster import Roster
    from importlog_tui.triage.diagnosis import Diagnosis
    from importlog_tui.triage.seen import Sighting
    from importlog_tui.triage.verdict import Verdict

_AT_ONCE: Final = 500
KINDS: Final = (Kind.USERS, Kind.COURSES, Kind.ENROLLMENTS)
"""In the order of repair (schoology.md 6)."""
_BESIDE: Final = {
    "account-missing": ("Since",),
    "account-left-out": ("Lacks", "Since"),
    "account-not-sent": (),
    "school-differs": ("SIS sends", "Schoology holds", "Since"),
    "dropped-out": ("Last Name", "First Name", "School"),
    "rows-fell": (),
}
"""What is said of a row beside its own columns."""


@dataclass
class Seen:
    """A look at the archive; its rows are there until it is left.

    Attributes:
        sightings: worst first.
        directory: what Schoology holds, where that was looked at.
        looks: which look knows the rows of which sighting.
    """

    diagnosis: Diagnosis
    kept: Archive
    aliases: Mapping[str, Field]
    sightings: list[Sighting] = field(default_factory=list)
    directory: Roster | None = None
    looks: dict[int, Preflight] = field(default_factory=dict)
    _told: int = 0

    def columns(self, sighting: Sighting) -> tuple[str, ...]:
        """The headings of a sighting's records."""
        return unique_headings((*_BESIDE[sighting.form], *sighting.roster.columns))

    def records(self, sighting: Sighting) -> Iterator[Record]:
        """Whom or what it is about, streamed; ids count from 1, each number is the line in the file."""
        headings = self.columns(sighting)
        columns = Columns(headings, {**self.aliases, **sighting.roster.fields})
        rows = iter(self.looks[sighting.id].rows(sighting.id, sighting.kind) if sighting.has_rows else ())
        while some := list(islice(rows, _AT_ONCE)):
            people = self._people(sighting, some)
            for row in some:
                self._told += 1
                cells = (*self._beside(sighting, row, people), *row.cells)
                cells = (*cells, *[""] * (len(headings) - len(cells)))[: len(headings)]
                yield Record(
                    self._told,
                    sighting.id,
                    0,
                    row.line,
                    columns.subject(cells),
                    dict(zip(headings, cells, strict=True)),
                    since=None if row.since is None else datetime.fromtimestamp(row.since, UTC),
                )

    def judged(self, sighting: Sighting) -> Iterator[tuple[Record, Verdict]]:
        """Its records, each with what is to be done about it."""
        for record in self.records(sighting):
            yield record, verdict_of(self.diagnosis, sighting.sight, sighting.known, record)

    def _beside(self, sighting: Sighting, row: FoundRow, people: Mapping[str, Entry]) -> tuple[str, ...]:
        since = ""
        if row.since is not None:
            since = datetime.fromtimestamp(row.since, UTC).astimezone(self.diagnosis.zone).date().isoformat()
        if sighting.form == "account-missing":
            return (since,)
        if sighting.form == "account-left-out":
            return (", ".join(persons.left_out(entry_of(sighting.roster, row))), since)
        if sighting.form == "school-differs":
            ours, theirs = split(row.note)
            return (ours, theirs, since)
        if sighting.form == "dropped-out":
            fields = entry_of(sighting.roster, row).fields
            person = people.get(fields.get(Field.UNIQUE_ID, ""))
            wanted = (Field.LAST_NAME, Field.FIRST_NAME, Field.SCHOOL)
            return tuple(person.fields.get(each, "") if person else "" for each in wanted)
        return ()

    def _people(self, sighting: Sighting, rows: Sequence[FoundRow]) -> dict[str, Entry]:
        users = self.kept.roster(Witness.SIS, Kind.USERS) if sighting.form == "dropped-out" else None
        if users is None:
            return {}
        ids = {entry_of(sighting.roster, row).fields.get(Field.UNIQUE_ID, "") for row in rows}
        return {
            entry.fields.get(Field.UNIQUE_ID, ""): entry
            for entry in self.kept.users(users.id, unique_ids=ids)
        }


def readings(seen: Seen, wanted: Sequence[Sighting]) -> Iterator[RunReading]:
    """What is seen, as errors of an import that never was, for a scratch archive; Schoology's own number of a user stands last where it is known."""
    for kind in reversed(KINDS):
        some = [one for one in wanted if one.kind is kind]
        origin = Origin(TITLE, Format.TABLE)
        errors = [
            ErrorReading(one.message, one.rows, records=_records(seen, one, origin) if one.has_rows else None)
            for one in some
        ]
        if some:
            yield RunReading(
                kind,
                LABELS[kind],
                When(),
                Result.UNKNOWN,
                "seen here",
                origin,
                len(errors),
                errors,
                lists_errors=True,
            )


def _records(seen: Seen, one: Sighting, origin: Origin) -> RecordsReading:
    has_number = Field.SCHOOLOGY_ID in one.roster.fields.values()
    headings = seen.columns(one) if has_number else unique_headings((*seen.columns(one), NUMBER))

    def rows() -> Iterator[tuple[int, tuple[str, ...]]]:
        records = seen.records(one)
        while some := list(islice(records, _AT_ONCE)):
            known = {} if has_number else seen.kept.numbers({each.subject.user or "" for each in some})
            for each in some:
                more = () if has_number else (known.get(each.subject.user or "", ""),)
                yield each.number, (*each.values.values(), *more)

    return RecordsReading(headings, rows(), origin, claimed=one.rows)


def verdict_of(
    diagnosis: Diagnosis, sight: str, known: Mapping[str, bool], record: Record | None = None
) -> Verdict:
    """What a sighting comes to: as a whole, or for one of its records."""
    words, values = {"sis": diagnosis.sis}, dict(record.values) if record else {}
    if record is not None:
        told = {
            "user": " ".join(part for part in (record.subject.user, record.subject.name) if part),
            "section": record.subject.section or "",
            "sis_value": values.get("SIS sends", ""),
            "schoology_value": values.get("Schoology holds", "") or "none",
            "left_out": values.get("Lacks", ""),
        }
        words |= {name: value for name, value in told.items() if value}
    return diagnosis.rules.at_sight(sight, Facts(known, {}, words, None, values, values))


def entry_of(roster: Roster, row: FoundRow) -> Entry:
    """A row found, by its meaning."""
    values = dict(zip(roster.columns, row.cells, strict=False))
    fields: dict[Field, str] = {}
    for column, value in values.items():
        if column in roster.fields:
            fields.setdefault(roster.fields[column], value)
    return Entry(roster.id, row.line, values, fields)
