"""Which tables that are kept can be held against each other, and what is seen in them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from importlog_tui.cells import split
from importlog_tui.fields import Field
from importlog_tui.model import Kind
from importlog_tui.roster import Roster, Witness
from importlog_tui.seen.rows import KINDS, Seen, entry_of, verdict_of
from importlog_tui.triage import persons, seen
from importlog_tui.triage.counts import NIGHTS
from importlog_tui.triage.nights import night_of
from importlog_tui.triage.seen import Fall, Sighting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from importlog_tui.archive import Archive
    from importlog_tui.archive.preflight import FoundRow, Preflight
    from importlog_tui.model import Run
    from importlog_tui.triage.diagnosis import Diagnosis
    from importlog_tui.triage.seen import Imported

    Opened = Callable[[Mapping[Kind, Roster], Mapping[Kind, Roster], Roster | None], Preflight]
    """Opens a look at some tables, those before them, and the directory."""

ORDER: Final = (
    "rows-fell", "account-left-out", "account-missing", "account-not-sent", "school-differs", "dropped-out",
)  # fmt: skip
"""Worst first."""


class Finder:
    """Finds everything; `seen` has it."""

    def __init__(
        self, kept: Archive, diagnosis: Diagnosis, now: datetime, aliases: Mapping[str, Field]
    ) -> None:
        """Choose the tables."""
        self.seen = Seen(diagnosis, kept, aliases)
        self._kept, self._diagnosis, self._now = kept, diagnosis, now
        self._runs: list[Run] = kept.runs()
        whole: defaultdict[Kind, list[Roster]] = defaultdict(list)
        for roster in kept.rosters(Witness.SIS, purged=True):
            if roster.complete:
                whole[roster.kind].append(roster)
        self._extracts = whole
        self._there = {kind: [one for one in whole[kind] if not one.purged] for kind in KINDS}
        self._imported = seen.imported(
            self._there[Kind.USERS],
            kept.roster(Witness.DIRECTORY, Kind.USERS),
            self._runs,
            diagnosis.zone,
        )
        self._fresh = [
            kind
            for kind in KINDS
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
            entry = entry_of(pair.extract, row)
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
            self.seen.looks[number] = look
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


def _is_beside(roster: Roster, row: FoundRow, usual: Mapping[str, str]) -> bool:
    """Whether the school that Schoology holds is among the additional ones that the SIS sends; `usual` tells their names in Schoology."""
    told = entry_of(roster, row).fields.get(Field.ADDITIONAL_SCHOOLS, "")
    more = [one.strip() for one in told.replace("|", ",").replace(";", ",").split(",")]
    return split(row.note)[1] in {*more, *(usual.get(one, "") for one in more)} - {""}
