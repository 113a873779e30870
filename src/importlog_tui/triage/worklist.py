"""What must be corrected, as a list for the people who correct it: whom, which field, what it is now, what is needed, since when; nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Final

from importlog_tui.archive.decided import is_acceptance
from importlog_tui.fields import Columns, Field
from importlog_tui.model import Kind, MarkKind, Result, Standing
from importlog_tui.roster import Witness
from importlog_tui.triage.facts import heading
from importlog_tui.triage.verdict import Owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from importlog_tui.archive import Archive
    from importlog_tui.model import Mark, Record, Run, State
    from importlog_tui.roster import Entry
    from importlog_tui.triage.verdict import Verdict

NO_BUILDING: Final = "No building"
_AT_ONCE: Final = 500


class By(StrEnum):
    """What a list is for: one a building, one for each who puts things right, one an error."""

    BUILDING = "building"
    OWNER = "owner"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Task:
    """One line of a list; outside text.

    Attributes:
        record_id: of the record that it is about.
        group: the list that it stands in, by what lists are made by.
        id: the User Unique ID, a section's code, or both.
        field: the wrong column as the record's own heading calls it, "" where it is not one field.
        value: what stands there now.
        needed: what is to be done.
        since: when the run was in which it first failed; None where that can't be told.
        meaning: of the wrong column.
        has_user: the id begins with a person's.
    """

    record_id: int
    group: str
    id: str
    name: str
    field: str
    value: str
    needed: str
    since: datetime | None
    meaning: Field | None = None
    has_user: bool = False


class WorkList:
    """Makes lines of records, some hundred at a time: what a record does not tell is asked of the extract and the directory once for all of them."""

    def __init__(
        self,
        archive: Archive,
        by: By,
        aliases: Mapping[str, Field],
        *,
        everything: bool = False,
        messages: Mapping[int, str] | None = None,
    ) -> None:
        """With `everything` also what is not the SIS's to correct, as far as anybody has to do something about it.

        `messages` are those of records that are none of the log's errors, by their `error_id`.
        """
        self._archive, self._by, self._aliases = archive, by, dict(aliases)
        self._everything = everything or by is By.OWNER
        self._runs: dict[int, Run] = {run.id: run for run in archive.runs()}
        self._messages = messages or {error.id: error.message for error in archive.errors()}
        self._columns: dict[tuple[str, ...], Columns] = {}
        self._users = [
            roster.id
            for witness in (Witness.SIS, Witness.DIRECTORY)
            if (roster := archive.roster(witness, Kind.USERS)) is not None
        ]
        sections = archive.roster(Witness.SIS, Kind.COURSES)
        self._sections = None if sections is None else sections.id
        self.left_out: dict[Owner, int] = {}

    def tasks(self, judged: Iterable[tuple[Record, Verdict]]) -> Iterator[Task]:
        """A line for each record that belongs on the list, in their order; what does not is counted in `left_out`."""
        rest = iter(judged)
        while some := list(islice(rest, _AT_ONCE)):
            wanted = [(record, verdict) for record, verdict in some if self._belongs(verdict.owner)]
            people = self._people([record for record, _ in wanted])
            schools = self._schools([record for record, _ in wanted])
            for record, verdict in wanted:
                yield self._task(record, verdict, people.get(record.subject.user or ""), schools)

    def _belongs(self, owner: Owner) -> bool:
        if owner in {Owner.SIS, Owner.UNKNOWN} or (self._everything and owner is not Owner.NOBODY):
            return True
        self.left_out[owner] = self.left_out.get(owner, 0) + 1
        return False

    def _people(self, records: Iterable[Record]) -> dict[str, Entry]:
        """Who is who, by Unique ID; the extract's word before the directory's."""
        ids = {record.subject.user for record in records if record.subject.user}
        found: dict[str, Entry] = {}
        for roster_id in self._users if ids else []:
            for entry in self._archive.users(roster_id, unique_ids=ids):
                found.setdefault(entry.fields.get(Field.UNIQUE_ID, ""), entry)
        return found

    def _schools(self, records: Iterable[Record]) -> dict[str, str]:
        """Course code -> the building of its sections, where all are in one."""
        codes = {
            code
            for record in records
            if not record.subject.user and (code := self._cell(record, Field.COURSE_CODE))
        }
        if self._sections is None or not codes:
            return {}
        schools: dict[str, set[str]] = {}
        for entry in self._archive.sections(self._sections, course_codes=codes):
            schools.setdefault(entry.fields.get(Field.COURSE_CODE, ""), set()).add(
                entry.fields.get(Field.SCHOOL, "")
            )
        return {code: some.pop() for code, some in schools.items() if len(some) == 1}

    def _columns_of(self, record: Record) -> Columns:
        headings = tuple(record.values)
        columns = self._columns.get(headings)
        if columns is None:
            columns = self._columns[headings] = Columns(headings, self._aliases)
        return columns

    def _cell(self, record: Record, field: Field) -> str:
        columns = self._columns_of(record)
        place = columns.index(field)
        return "" if place is None else record.values[columns.columns[place]]

    def _task(
        self, record: Record, verdict: Verdict, person: Entry | None, schools: Mapping[str, str]
    ) -> Task:
        columns, subject = self._columns_of(record), record.subject
        place = None if verdict.field is None else columns.index(verdict.field)
        name = subject.name or (_name(person) if person else "")
        run = self._runs.get(record.run_id)
        field = "" if verdict.field is None else heading(verdict.field)
        return Task(
            record_id=record.id,
            group=self._group(record, verdict, person, schools),
            id="  ".join(part for part in (subject.user, subject.section) if part),
            name=name,
            field=field if place is None else columns.columns[place],
            value="" if place is None else record.values[columns.columns[place]],
            needed=verdict.remedy or verdict.cause,
            since=record.since or (run.performed_at if run else None),
            meaning=verdict.field,
            has_user=bool(subject.user),
        )

    def _group(
        self, record: Record, verdict: Verdict, person: Entry | None, schools: Mapping[str, str]
    ) -> str:
        if self._by is By.OWNER:
            return verdict.owner.where
        if self._by is By.ERROR:
            return " ".join(self._messages.get(record.error_id, "").split())
        told = self._cell(record, Field.SCHOOL).strip()
        if not told and person is not None:
            told = person.fields.get(Field.SCHOOL, "").strip()
        return told or schools.get(self._cell(record, Field.COURSE_CODE), "").strip() or NO_BUILDING


def _name(person: Entry) -> str:
    last, first = (person.fields.get(field, "").strip() for field in (Field.LAST_NAME, Field.FIRST_NAME))
    return ", ".join(part for part in (last, first) if part) or person.fields.get(Field.FULL_NAME, "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are to be on the lists.

    Attributes:
        ids: these and no others.
        run_id, error_id: of this run, of this error.
        states: only those with one of these; None for any.
    """

    ids: tuple[int, ...] = ()
    run_id: int | None = None
    error_id: int | None = None
    states: frozenset[State] | None = None

    @property
    def is_chosen(self) -> bool:
        """Whether somebody named an error or records: then whoever has to correct them, they are on a list."""
        return bool(self.ids) or self.error_id is not None


def records(archive: Archive, wanted: Wanted, today: date) -> Iterator[Record]:
    """The records that are wanted, streamed; where no run is named, those of the newest finished run of each kind, in the order of repair.

    What was accepted, or corrected and waits for proof, is left out unless its own id is named.
    """
    if wanted.ids:
        for start in range(0, len(wanted.ids), _AT_ONCE):
            yield from archive.window(wanted.ids[start : start + _AT_ONCE])
        return
    decided = archive.decided(today)
    for run_id in _run_ids(archive, wanted):
        for error in archive.errors(run_id, wanted.error_id):
            if any(map(_is_settled, decided.on_error(error))):
                continue
            for record in archive.records(error_id=error.id, states=wanted.states):
                if not any(map(_is_settled, decided.on_record(error, record))):
                    yield record


def _run_ids(archive: Archive, wanted: Wanted) -> list[int | None]:
    if wanted.run_id is not None or wanted.error_id is not None:
        return [wanted.run_id]
    newest: dict[tuple[Kind, str], Run] = {}
    for run in archive.runs():
        if run.result not in _UNFINISHED and not run.is_rerun:
            newest.setdefault((run.kind, run.label if run.kind is Kind.OTHER else ""), run)
    order = list(Kind)
    return [run.id for run in sorted(newest.values(), key=lambda run: order.index(run.kind))]


_UNFINISHED: Final = (Result.QUEUED, Result.RUNNING, Result.FAILED)


def _is_settled(mark: Mark) -> bool:
    return is_acceptance(mark) or (mark.kind is MarkKind.CORRECTED and mark.standing is Standing.WAITING)
