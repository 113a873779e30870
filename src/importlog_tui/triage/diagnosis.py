"""Records diagnosed, some hundred at a time: the witnesses are asked once for all of them, then each gets its verdict.

    diagnosis = Diagnosis(archive, rules, zone=zone, aliases=config.columns, sis="SchoolTool")
    verdicts = diagnosis.verdicts(records)
    for each in diagnosis.stream(archive.records()): each.record, each.verdict

It keeps what it learnt of runs, errors and tables until the archive's stamp changes. One at a time: not for several threads at once.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.fields import Columns, Field
from importlog_tui.model import Kind, Result
from importlog_tui.roster import Witness
from importlog_tui.triage.case import Case
from importlog_tui.triage.compare import compare
from importlog_tui.triage.every_row import by_counts, rows_before
from importlog_tui.triage.evidence import About, Asked
from importlog_tui.triage.facts import Facts
from importlog_tui.triage.nights import night_of
from importlog_tui.triage.told_fields import CONCERNED
from importlog_tui.triage.used import Used
from importlog_tui.triage.verdict import UNCLASSIFIED
from importlog_tui.triage.witnesses import Witnesses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from importlog_tui.archive import Archive
    from importlog_tui.model import ErrorType, Record, Run
    from importlog_tui.triage.compare import Line
    from importlog_tui.triage.rules import Rule, Rules
    from importlog_tui.triage.verdict import Verdict
    from importlog_tui.triage.witnesses import Table

AT_ONCE: Final = 500
"""Records for which the witnesses are asked at once."""
NEARLY_ALL: Final = 0.95
FEW: Final = 20
"""Rows below which nothing is said of all of them."""
_KEPT: Final = 8
"""Nights whose failing users and sections are kept in memory."""
_SAMPLE: Final = 2_000


class Diagnosed(NamedTuple):
    """A record, what is known of it, and what that comes to; `also` is what is seen besides its message."""

    record: Record
    case: Case
    verdict: Verdict
    also: tuple[Verdict, ...] = ()

    def compared(self) -> list[Line]:
        """The three witnesses side by side."""
        case = self.case
        return compare(self.record.values, case.about.fields, *case.beside)


class Diagnosis:
    """Diagnoses the records of one archive by one set of rules.

    Attributes:
        rules: these.
        zone: tells which runs make a night.
        sis: what the district calls its SIS.
    """

    def __init__(
        self,
        archive: Archive,
        rules: Rules,
        *,
        zone: tzinfo | None = None,
        aliases: Mapping[str, Field] | None = None,
        sis: str = "",
    ) -> None:
        """`zone` tells which runs make a night, `aliases` a district's own headings, `sis` what it calls its SIS."""
        self._archive, self.rules = archive, rules
        self.zone, self._aliases, self.sis = zone, dict(aliases or {}), sis or "the SIS"
        self._stamp = -1
        self._begin()

    def _begin(self) -> None:
        """Look at the archive as it is now."""
        stamp = self._archive.stamp()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        self._witnesses = Witnesses(self._archive)
        self._runs = {run.id: run for run in self._archive.runs()}
        self._errors: dict[int, ErrorType] = {}
        self._about: dict[int, tuple[About, list[Rule]]] = {}
        self._failed: OrderedDict[tuple[Kind, object], tuple[frozenset[object] | None, bool]] = OrderedDict()
        self._where: dict[tuple[Kind, object], dict[str, int]] = {}
        self._used: dict[int, Used] = {}
        self._columns: dict[tuple[str, ...], Mapping[str, Field]] = {}

    def table(self, witness: Witness, kind: Kind) -> Table | None:
        """The table of a witness that is asked about a kind; None where there is none."""
        self._begin()
        return self._witnesses.table(witness, kind)

    def verdicts(self, records: Sequence[Record]) -> list[Verdict]:
        """One verdict a record, in their order."""
        return [each.verdict for each in self.diagnose(records)]

    def stream(self, records: Iterable[Record]) -> Iterator[Diagnosed]:
        """Records with their verdicts, as they come; memory does not grow with their number."""
        remaining = iter(records)
        while some := list(islice(remaining, AT_ONCE)):
            yield from self.diagnose(some)

    def diagnose(self, records: Sequence[Record]) -> list[Diagnosed]:
        """What is known of each record, and its verdict, in their order."""
        self._begin()
        by_error: defaultdict[int, list[Record]] = defaultdict(list)
        for record in records:
            by_error[record.error_id].append(record)
        found: dict[int, Diagnosed] = {}
        for error_id, some in by_error.items():
            about, rules = self._about_error(error_id)
            needs = any(rule.has_conditions for rule in rules)
            for start in range(0, len(some), AT_ONCE):
                part = some[start : start + AT_ONCE]
                asked = self._ask(part, about, self._errors[error_id]) if needs else Asked()
                for record in part:
                    case = Case(record, about, asked, self.sis)
                    verdict = self.rules.verdict_of(rules, about.category, case.facts())
                    seen = case.facts(at_sight=True) if case.sights else None
                    also = tuple(self.rules.at_sight(each, seen) for each in case.sights if seen)
                    found[record.id] = Diagnosed(record, case, verdict, also)
        return [found[record.id] for record in records]

    def at_sight(self, sight: str, record: Record) -> Verdict:
        """The verdict on what is seen without a message (`facts.SIGHTS`) of whom a record is about."""
        self._begin()
        about, _ = self._about_error(record.error_id)
        about = replace(about, category=UNCLASSIFIED)
        case = Case(record, about, self._ask([record], about, self._errors[record.error_id]), self.sis)
        return self.rules.at_sight(sight, case.facts())

    # What all records of an error share

    def _about_error(self, error_id: int) -> tuple[About, list[Rule]]:
        known = self._about.get(error_id)
        if known is not None:
            return known
        (error,) = self._archive.errors(error_id=error_id)
        self._errors[error_id] = error
        run = self._runs[error.run_id]
        about = About(
            run.kind, error.message, self.rules.category(error.message), self.fields_of(error.columns)
        )
        table = self._witnesses.sis(run.kind)
        if table is not None and run.performed_at is not None:
            about.since = table.roster.taken_at > run.performed_at
        self._of_all_rows(about, error, run)
        rules = self.rules.for_message(error.message, run.kind)
        if any("one-building" in rule.facts for rule in rules):
            self._of_buildings(about, error)
        self._about[error_id] = about, rules
        return about, rules

    def of_error(self, error_id: int, rule_id: str = "") -> tuple[Verdict, Mapping[str, bool]]:
        """The verdict on an error as a whole, and the facts that hold for all of its rows; `rule_id` names the rule that speaks, as its rows tell it."""
        self._begin()
        about, rules = self._about_error(error_id)
        facts = Facts(about.facts, about.told, {"sis": self.sis, **about.words})
        rule = next((rule for rule in rules if rule.id == rule_id), None)
        if rule is not None:
            return rule.verdict(facts, about.category), about.facts
        return self.rules.verdict_of(rules, about.category, facts), about.facts

    def fields_of(self, columns: tuple[str, ...]) -> Mapping[str, Field]:
        """Heading -> meaning of the headings that have one."""
        known = self._columns.get(columns)
        if known is None:
            meanings = Columns(columns, self._aliases).fields
            known = {
                column: meaning
                for column, meaning in zip(columns, meanings, strict=True)
                if meaning is not None
            }
            self._columns[columns] = known
        return known

    def _of_all_rows(self, about: About, error: ErrorType, run: Run) -> None:
        """Whether the error stands at every row of the file, by the table that the SIS sent for this run, or else by the run's own counts.

        A table with fewer rows than fail is not the one that was imported, or a part of it, and tells nothing.
        """
        rows = error.rows_affected
        if rows is None or run.performed_at is None:
            return
        sent = self._archive.rosters(Witness.SIS, run.kind, purged=True)
        before = [roster for roster in sent if roster.taken_at <= run.performed_at]
        roster = before[0] if before else sent[-1] if sent else None
        if rows < FEW:
            about.facts["every-row"] = False
        elif roster is not None and roster.complete and roster.rows >= max(FEW, rows):
            about.facts["every-row"] = rows >= NEARLY_ALL * roster.rows
            about.told["every-row"] = f"{rows:,} rows fail, of {roster.rows:,} that the SIS sent."
        elif told := by_counts(
            error,
            run,
            self._archive.errors(run.id),
            rows_before(self._runs.values(), run),
            lambda: len(self._schools(about, error)) == 1,
        ):
            about.facts["every-row"], about.told["every-row"] = True, told
        about.words["rows"] = f"{rows:,} rows"
        self._of_headings(about, error, run)

    def _of_headings(self, about: About, error: ErrorType, run: Run) -> None:
        """Whether the headings are others than the night before had: by meaning, so that an order of their own is none."""
        before = [
            other
            for other in self._runs.values()
            if other.kind is run.kind
            and other.performed_at
            and run.performed_at
            and other.performed_at < run.performed_at - timedelta(hours=6)
        ]
        now = {column.casefold().strip() for column in error.columns}
        for other in before[:3]:
            for earlier in self._archive.errors(other.id):
                then = {column.casefold().strip() for column in earlier.columns}
                if not then or not now or then == now:
                    continue
                lost = [column for column in earlier.columns if column.casefold().strip() not in now]
                came = [column for column in error.columns if column.casefold().strip() not in then]
                if lost and len(lost) <= len(then) // 2 + 1:
                    about.facts["headings-changed"] = True
                    told = f"gone: {', '.join(lost)}" + (f"; new: {', '.join(came)}" if came else "")
                    about.told["headings-changed"] = f"Headings against the night before: {told}."
                    about.words["headings"] = told
                    return
            if any(earlier.columns for earlier in self._archive.errors(other.id)):
                about.facts["headings-changed"] = False
                return

    def _of_buildings(self, about: About, error: ErrorType) -> None:
        schools = self._schools(about, error)
        if not schools or error.rows_read < 3:
            return
        about.facts["one-building"] = len(schools) == 1
        if len(schools) == 1:
            (about.words["building"],) = schools
            about.told["one-building"] = f"All rows are of {about.words['building']}."

    def _schools(self, about: About, error: ErrorType) -> set[str]:
        """The buildings of an error's rows; none where no column tells them."""
        column = next((name for name, meaning in about.fields.items() if meaning is Field.SCHOOL), None)
        if column is None or not error.rows_read:
            return set()
        counts, _ = self._archive.tally(error.id, [column], most=_SAMPLE)
        return {cells[0] for cells in counts}

    # What the witnesses say of some records

    def _ask(self, records: Sequence[Record], about: About, error: ErrorType) -> Asked:
        rows = [
            {about.fields[column]: value for column, value in record.values.items() if column in about.fields}
            for record in records
        ]
        asked, witnesses = Asked(), self._witnesses
        if about.kind in {Kind.USERS, Kind.ENROLLMENTS}:
            if (table := witnesses.sis(Kind.USERS)) is not None:
                asked.users, asked.users_whole = table.users(rows), table.is_whole
            if (table := witnesses.schoology(Kind.USERS)) is not None:
                asked.accounts, asked.accounts_whole = table.users(rows), table.is_whole
        if about.kind in {Kind.COURSES, Kind.ENROLLMENTS} and about.category in {
            "section-not-found", "duplicate-row", "grading-period",
        }:  # fmt: skip
            if (table := witnesses.sis(Kind.COURSES)) is not None:
                asked.sections, asked.sections_whole = table.sections(rows), table.is_whole
            if (table := witnesses.schoology(Kind.COURSES)) is not None:
                asked.held_sections = table.sections(rows)
        if (
            about.kind is Kind.ENROLLMENTS
            and about.category == "duplicate-row"
            and (table := witnesses.sis(Kind.ENROLLMENTS)) is not None
        ):
            asked.enrollments = table.enrollments(rows)
        if about.kind is Kind.ENROLLMENTS:
            run = self._runs[error.run_id]
            if about.category == "user-not-found":
                asked.failed_users, asked.failed_whole = self.failed_users(run)
            elif about.category == "section-not-found":
                asked.failed_sections, asked.failed_whole = self.failed_sections(run)
        if about.category in {"role-unmapped", "school-unmapped"}:
            asked.used = self._used_beside(self._runs[error.run_id])
        return asked

    def _used_beside(self, run: Run) -> Used:
        """Which roles and schools the other rows of a run have."""
        if run.id not in self._used:
            failing, is_whole = self.named_users(run, run.kind)
            self._used[run.id] = Used(self._archive, failing, is_whole=is_whole)
        return self._used[run.id]

    # The same night

    def night_of(self, run: Run) -> list[Run]:
        """The runs of the same night, itself among them."""
        if run.performed_at is None:
            return [run]
        day = night_of(run.performed_at, self.zone)
        return [
            other
            for other in self._runs.values()
            if other.performed_at is not None and night_of(other.performed_at, self.zone) == day
        ]

    def failed_users(self, run: Run) -> tuple[frozenset[str] | None, bool]:
        """The unique IDs of the rows that failed in the Users import of the same night, None where none was read, and whether these are all."""
        return self._failing(run, Kind.USERS, ((Field.UNIQUE_ID,),))  # type: ignore[return-value]

    def failed_sections(self, run: Run) -> tuple[frozenset[tuple[str, str]] | None, bool]:
        """("course", Course Code) and ("section", Section School Code) of the rows that failed in the Courses import of the same night, as `failed_users`."""
        return self._failing(run, Kind.COURSES, ((Field.COURSE_CODE,), (Field.SECTION_SCHOOL_CODE,)))  # type: ignore[return-value]

    def named_users(self, run: Run, kind: Kind) -> tuple[frozenset[str], bool]:
        """The unique IDs that the log names in the imports of a kind in the same night, and whether these are all."""
        self._begin()
        runs = [other for other in self.night_of(run) if other.kind is kind and other.result.is_final]
        found = set[object]()
        for other in runs:
            for error in self._archive.errors(other.id):
                found |= self._cells(error, ((Field.UNIQUE_ID,),)) if error.rows_read else set()
        return frozenset(map(str, found)), all(other.complete for other in runs)

    def where_failed(self, run: Run, key: str) -> int | None:
        """The error of the same night's Users or Courses import in which this unique ID or code stands."""
        for (_, night), where in self._where.items():
            if night == self._day(run) and key in where:
                return where[key]
        return None

    def _day(self, run: Run) -> object:
        return run.id if run.performed_at is None else night_of(run.performed_at, self.zone)

    def _failing(
        self, run: Run, kind: Kind, groups: tuple[tuple[Field, ...], ...]
    ) -> tuple[frozenset[object] | None, bool]:
        key = (kind, self._day(run))
        if key in self._failed:
            self._failed.move_to_end(key)
            return self._failed[key]
        runs = [
            other
            for other in self.night_of(run)
            if other.kind is kind
            and not other.is_rerun
            and other.result not in {Result.QUEUED, Result.RUNNING}
        ]
        found = set[object]()
        where = self._where[key] = dict[str, int]()
        is_whole = bool(runs)
        for other in runs:
            is_whole = is_whole and other.complete
            for error in self._archive.errors(other.id):
                if error.rows_read:
                    some = self._cells(error, groups)
                    found |= some
                    for each in some:
                        where.setdefault(each[1] if isinstance(each, tuple) else str(each), error.id)
        self._failed[key] = frozenset(found) if found or is_whole else None, is_whole
        while len(self._failed) > _KEPT:
            oldest, _ = self._failed.popitem(last=False)
            self._where.pop(oldest, None)
        return self._failed[key]

    def _cells(self, error: ErrorType, groups: tuple[tuple[Field, ...], ...]) -> set[object]:
        fields = self.fields_of(error.columns)
        found = set[object]()
        for name, group in zip(("course", "section"), groups, strict=False):
            for column, meaning in fields.items():
                if meaning in group:
                    counts, _ = self._archive.tally(error.id, [column])
                    cells = {cell for (cell,) in counts if cell.strip()}
                    found |= cells if len(groups) == 1 else {(name, cell) for cell in cells}
        return found


def concerned(category: str, fields: Iterable[Field]) -> Field | None:
    """What the records of a category fail by, of the fields that they have."""
    there = set(fields)
    return next((field for field in CONCERNED.get(category, ()) if field in there), None)
