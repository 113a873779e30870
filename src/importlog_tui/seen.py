"""What is seen in the archive without a message of Schoology's: extracts held against each other and against the directory (triage/seen, archive/preflight).

The archive is only read; what is found lies in a scratch one, and is deleted with it.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.archive import Archive
from importlog_tui.archive.preflight import Source, preflight
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
from importlog_tui.roster import Entry, Roster, Witness
from importlog_tui.triage import persons, seen
from importlog_tui.triage.counts import NIGHTS
from importlog_tui.triage.facts import Facts
from importlog_tui.triage.nights import night_of
from importlog_tui.triage.preflight.night import LABELS
from importlog_tui.triage.seen import TITLE, Fall, Sighting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from importlog_tui.archive.preflight import FoundRow, Preflight
    from importlog_tui.model import Run
    from importlog_tui.triage.diagnosis import Diagnosis
    from importlog_tui.triage.seen import Imported
    from importlog_tui.triage.verdict import Verdict

_AT_ONCE = 500
_KINDS = (Kind.USERS, Kind.COURSES, Kind.ENROLLMENTS)
_BESIDE = {
    "account-missing": ("Since",),
    "account-left-out": ("Lacks", "Since"),
    "account-not-sent": (),
    "school-differs": ("SIS sends", "Schoology holds", "Since"),
    "dropped-out": ("Last Name", "First Name", "School"),
    "rows-fell": (),
}
"""What is said of a row beside its own columns."""
_ORDER = (
    "rows-fell", "account-left-out", "account-missing", "account-not-sent", "school-differs", "dropped-out",
)  # fmt: skip
"""Worst first."""


@dataclass
class Seen:
    """A look at the archive; its rows are there until it is left.

    Attributes:
        sightings: worst first.
        directory: what Schoology holds, where that was looked at.
    """

    diagnosis: Diagnosis
    kept: Archive
    aliases: Mapping[str, Field]
    sightings: list[Sighting] = field(default_factory=list)
    directory: Roster | None = None
    _looks: dict[int, Preflight] = field(default_factory=dict)
    _told: int = 0

    def columns(self, sighting: Sighting) -> tuple[str, ...]:
        """The headings of a sighting's records."""
        return unique_headings((*_BESIDE[sighting.form], *sighting.roster.columns))

    def records(self, sighting: Sighting) -> Iterator[Record]:
        """Whom or what it is about, streamed; ids count from 1, each number is the line in the file."""
        headings = self.columns(sighting)
        columns = Columns(headings, {**self.aliases, **sighting.roster.fields})
        rows = iter(self._looks[sighting.id].rows(sighting.id, sighting.kind) if sighting.has_rows else ())
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
            return (", ".join(persons.left_out(_entry(sighting.roster, row))), since)
        if sighting.form == "school-differs":
            ours, theirs = split(row.note)
            return (ours, theirs, since)
        if sighting.form == "dropped-out":
            fields = _entry(sighting.roster, row).fields
            person = people.get(fields.get(Field.UNIQUE_ID, ""))
            wanted = (Field.LAST_NAME, Field.FIRST_NAME, Field.SCHOOL)
            return tuple(person.fields.get(each, "") if person else "" for each in wanted)
        return ()

    def _people(self, sighting: Sighting, rows: Sequence[FoundRow]) -> dict[str, Entry]:
        users = self.kept.roster(Witness.SIS, Kind.USERS) if sighting.form == "dropped-out" else None
        if users is None:
            return {}
        ids = {_entry(sighting.roster, row).fields.get(Field.UNIQUE_ID, "") for row in rows}
        return {
            entry.fields.get(Field.UNIQUE_ID, ""): entry
            for entry in self.kept.users(users.id, unique_ids=ids)
        }


def readings(seen: Seen, wanted: Sequence[Sighting]) -> Iterator[RunReading]:
    """What is seen, as errors of an import that never was, for a scratch archive; Schoology's own number of a user stands last where it is known."""
    for kind in reversed(_KINDS):
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


@contextlib.contextmanager
def look(
    kept: Archive,
    diagnosis: Diagnosis,
    now: datetime,
    *,
    aliases: Mapping[str, Field],
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Seen]:
    """Look at what the archive holds at the aware time `now`; nothing is asked of a database where there is nothing to hold against each other.

    Raises:
        Cancelled: `cancelled` said so.
        ArchiveProblem: the archive can't be read, or there is no room for what is found.
    """
    finder = _Finder(kept, diagnosis, now, aliases)
    with contextlib.ExitStack() as stack:
        if finder.has_something:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="importlog-seen-"))
            scratch = stack.enter_context(Archive.scratch(Path(folder) / "seen.sqlite"))

            def opened(
                rosters: Mapping[Kind, Roster], before: Mapping[Kind, Roster], directory: Roster | None
            ) -> Preflight:
                return stack.enter_context(
                    preflight(
                        scratch,
                        {kind: Source(one.id, is_kept=True) for kind, one in rosters.items()},
                        kept=kept,
                        before={kind: Source(one.id, is_kept=True) for kind, one in before.items()},
                        directory=None if directory is None else Source(directory.id, is_kept=True),
                        cancelled=cancelled,
                    )
                )

            finder.find(opened)
        finder.seen.sightings.sort(key=lambda one: (_ORDER.index(one.form), one.id))
        yield finder.seen


class _Finder:
    def __init__(
        self, kept: Archive, diagnosis: Diagnosis, now: datetime, aliases: Mapping[str, Field]
    ) -> None:
        self.seen = Seen(diagnosis, kept, aliases)
        self._kept, self._diagnosis, self._now = kept, diagnosis, now
        self._runs: list[Run] = kept.runs()
        whole: defaultdict[Kind, list[Roster]] = defaultdict(list)
        for roster in kept.rosters(Witness.SIS, purged=True):
            if roster.complete:
                whole[roster.kind].append(roster)
        self._extracts = whole
        self._there = {kind: [one for one in whole[kind] if not one.purged] for kind in _KINDS}
        self._imported = seen.imported(
            self._there[Kind.USERS],
            kept.roster(Witness.DIRECTORY, Kind.USERS),
            self._runs,
            diagnosis.zone,
        )
        self._fresh = [
            kind
            for kind in _KINDS
            if len(whole[kind]) > 1 and seen.is_fresh(whole[kind][0], self._runs, now, diagnosis.zone)
        ]
        self._next = 1

    @property
    def has_something(self) -> bool:
        """Whether two tables are there to be held against each other."""
        return self._imported is not None or bool(self._fresh)

    def find(
        self, opened: Callable[[Mapping[Kind, Roster], Mapping[Kind, Roster], Roster | None], Preflight]
    ) -> None:
        """Find everything."""
        if self._fresh:
            later = {
                kind: some[0]
                for kind, some in self._there.items()
                if some and some[0] is self._extracts[kind][0]
            }
            before = {kind: self._there[kind][1] for kind in later if len(self._there[kind]) > 1}
            self._changes(opened(later, before, None), before)
        if self._imported is not None:
            sent = {Kind.USERS: self._imported.extract}
            enrolled = next(
                (
                    one
                    for one in self._there[Kind.ENROLLMENTS]
                    if self._imported.run is not None
                    and self._imported.run.performed_at is not None
                    and one.taken_at <= self._imported.run.performed_at
                ),
                None,
            )
            if enrolled is not None:
                sent[Kind.ENROLLMENTS] = enrolled
            newest = self._there[Kind.USERS][0]
            since = {Kind.USERS: newest} if newest.id != self._imported.extract.id else {}
            self._accounts(opened(sent, since, self._imported.directory), self._imported, enrolled)

    # The later extract against the earlier one

    def _changes(self, look: Preflight, before: Mapping[Kind, Roster]) -> None:
        lost = []
        for kind in self._fresh:
            lost += [(kind, fall) for fall in self._falls(kind)]
        is_new_year = bool(lost) and look.changes.share_kept() < seen.NEW_YEAR
        for kind, fall in lost:
            doubt = "a new school year: most sections are new" if is_new_year else fall.doubt
            self._fell(look, kind, fall, before.get(kind), doubt)
        if Kind.ENROLLMENTS not in self._fresh or any(kind is Kind.ENROLLMENTS for kind, _ in lost):
            return
        earlier = before.get(Kind.ENROLLMENTS)
        if earlier is None:
            return
        number = self._number()
        rows = look.dropped(number, earlier.rows * seen.A_DAY)
        self._put(look, number, "dropped-out", "dropped-out", earlier, rows, new=rows)

    def _falls(self, kind: Kind) -> list[Fall]:
        newest, *others = self._extracts[kind]
        counts = [self._counts(one) for one in (newest, *others[:NIGHTS])]
        is_told = all(counts[:2])
        if not is_told:
            counts = [{"": one.rows} for one in (newest, *others[:NIGHTS])]
        days = [night_of(one.taken_at, self._diagnosis.zone) for one in others]
        found = seen.falls(
            counts[1],
            counts[0],
            list(zip(days, counts[1:], strict=False)),
            night_of(newest.taken_at, self._diagnosis.zone),
        )
        return (
            found
            if is_told
            else [Fall(None, one.was, one.now, one.usual, one.is_weekday, one.doubt) for one in found]
        )

    def _counts(self, roster: Roster) -> Mapping[str, int]:
        return self._kept.per_building(roster.id)

    def _fell(self, look: Preflight, kind: Kind, fall: Fall, before: Roster | None, doubt: str) -> None:
        number, rows = self._number(), 0
        newest, earlier = self._extracts[kind][:2]
        if before is not None and before.id == earlier.id:
            rows = look.gone(number, kind, fall.building)
        where = "" if fall.building is None else f"{fall.building or 'no building'}: "
        usually = (
            ""
            if fall.usual is None
            else f", usually {fall.usual:,}{' on this weekday' if fall.is_weekday else ''}"
        )
        about = f"{where}{fall.was:,} {kind.value} on {self._day(earlier)}, {fall.now:,} on {self._day(newest)}{usually}"
        lost = fall.was - fall.now
        self._put(
            look, number, "rows-fell", "rows-fell", earlier, rows or lost,
            new=rows or lost, about=about, doubt=doubt, has_rows=bool(rows), fall=fall,
        )  # fmt: skip

    def _day(self, roster: Roster) -> str:
        return f"{roster.taken_at.astimezone(self._diagnosis.zone):%d %b %H:%M}".lstrip("0")

    # The extract that was imported against the directory

    def _accounts(self, look: Preflight, pair: Imported, enrolled: Roster | None) -> None:
        self.seen.directory = pair.directory
        failing, is_whole = self._failing(pair.run, Kind.USERS)
        look.changes.fail(failing)
        doubt = ""
        if pair.run is None:
            doubt = "the log has no Users import between the extract and the directory"
        elif not is_whole:
            doubt = "not all rows of the Users import were read: an error may name them"
        self._without_account(look, pair, doubt)
        self._in_another_school(look, pair, doubt)
        if enrolled is None or pair.run is None:
            return
        failing, is_whole = self._failing(pair.run, Kind.ENROLLMENTS)
        if not is_whole:
            return
        look.changes.fail(failing)
        number = self._number()
        rows = look.changes.never_sent(number)
        if not seen.is_too_many(rows, enrolled.rows):
            self._put(
                look,
                number,
                "account-missing",
                "account-not-sent",
                enrolled,
                rows,
                new=0,
                doubt=doubt,
                known={"in-sis": False},
            )

    def _failing(self, run: Run | None, kind: Kind) -> tuple[frozenset[str], bool]:
        """Whom the log names in the night of a run, and whether these are all."""
        if run is None:
            return frozenset(), False
        return self._diagnosis.named_users(run, kind)

    def _without_account(self, look: Preflight, pair: Imported, doubt: str) -> None:
        number, other = self._number(), self._number()
        rows = look.changes.missing(number)
        if seen.is_too_many(rows, pair.extract.rows):
            self._too_many(look, number, "account-missing", pair, rows)
            return
        inactive, lacking = [], []
        for row in look.rows(number, Kind.USERS):
            entry = _entry(pair.extract, row)
            if persons.is_active(entry) is False:
                inactive.append(row.id)
            elif persons.left_out(entry):
                lacking.append(row.id)
        look.changes.forget(number, inactive)
        look.changes.move(number, other, lacking)
        for one, form, count in (
            (other, "account-left-out", len(lacking)),
            (number, "account-missing", rows - len(inactive) - len(lacking)),
        ):
            known = {"in-sis": True, "staff-left-out": form == "account-left-out"}
            self._put_dated(look, one, "account-missing", form, pair, count, doubt, known, same_school=False)

    def _in_another_school(self, look: Preflight, pair: Imported, doubt: str) -> None:
        pairs = look.changes.schools()
        usual, odd = seen.held_as(pairs)
        number = self._number()
        rows = look.changes.elsewhere(number, usual, odd) if odd else 0
        if seen.is_too_many(rows, sum(count for _, _, count in pairs)):
            self._too_many(look, number, "school-differs", pair, rows)
            return
        others = [
            row.id for row in look.rows(number, Kind.USERS) if _is_beside(pair.extract, row, dict(usual))
        ]
        look.changes.forget(number, others)
        known = {"in-sis": True, "differs-in-schoology": True}
        self._put_dated(
            look,
            number,
            "school-differs",
            "school-differs",
            pair,
            rows - len(others),
            doubt,
            known,
            same_school=True,
        )

    def _too_many(self, look: Preflight, number: int, sight: str, pair: Imported, rows: int) -> None:
        """Say the number alone, and why it tells nothing of the rows."""
        doubt = "too many to be the rows' fault: the directory seems to be of another time or only a part"
        self._put(look, number, sight, sight, pair.extract, rows, new=0, doubt=doubt, has_rows=False)

    def _put_dated(
        self, look: Preflight, number: int, sight: str, form: str, pair: Imported, rows: int, doubt: str, known: Mapping[str, bool], *, same_school: bool
    ) -> None:  # fmt: skip
        if not rows:
            return
        earlier = [(one.id, int(one.taken_at.timestamp())) for one in pair.earlier]
        look.changes.date(number, int(pair.extract.taken_at.timestamp()), earlier, same_school=same_school)
        new = 0 if pair.fresh_after is None else look.changes.newer(number, int(pair.fresh_after.timestamp()))
        self._put(look, number, sight, form, pair.extract, rows, new=new, doubt=doubt, known=known)

    # Keeping

    def _number(self) -> int:
        self._next += 1
        return self._next - 1

    def _put(
        self, look: Preflight, number: int, sight: str, form: str, roster: Roster, rows: int, *, new: int, about: str = "",
        doubt: str = "", has_rows: bool = True, known: Mapping[str, bool] | None = None, fall: Fall | None = None,
    ) -> None:  # fmt: skip
        if rows:
            known = known or {}
            verdict = verdict_of(self._diagnosis, sight, known)
            self.seen._looks[number] = look
            self.seen.sightings.append(
                Sighting(
                    number,
                    sight,
                    form,
                    roster.kind,
                    roster,
                    rows,
                    new,
                    known,
                    verdict,
                    about,
                    doubt,
                    has_rows,
                    fall,
                )
            )


def _entry(roster: Roster, row: FoundRow) -> Entry:
    values = dict(zip(roster.columns, row.cells, strict=False))
    fields: dict[Field, str] = {}
    for column, value in values.items():
        if column in roster.fields:
            fields.setdefault(roster.fields[column], value)
    return Entry(roster.id, row.line, values, fields)


def _is_beside(roster: Roster, row: FoundRow, usual: Mapping[str, str]) -> bool:
    """Whether the school that Schoology holds is among the additional ones that the SIS sends; `usual` tells their names in Schoology."""
    told = _entry(roster, row).fields.get(Field.ADDITIONAL_SCHOOLS, "")
    more = [one.strip() for one in told.replace("|", ",").replace(";", ",").split(",")]
    return split(row.note)[1] in {*more, *(usual.get(one, "") for one in more)} - {""}
