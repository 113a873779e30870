"""The verdict on a record, and its witnesses side by side, as the panel shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.fields import Field
from importlog_tui.model import Subject
from importlog_tui.triage import persons
from importlog_tui.triage.compare import Line, Told, compare
from importlog_tui.triage.verdict import Certainty
from importlog_tui.ui.presentation.words import day_short, plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime, tzinfo

    from importlog_tui.triage.cascade import Cascade
    from importlog_tui.triage.diagnosis import Diagnosed
    from importlog_tui.triage.evidence import Holder
    from importlog_tui.triage.verdict import Verdict

_SURE: Final = {Certainty.PROVEN: "Proven", Certainty.LIKELY: "Likely", Certainty.POSSIBLE: "Possible"}
_OF_A_PERSON: Final = frozenset(
    {
        Field.UNIQUE_ID,
        Field.LAST_NAME,
        Field.FIRST_NAME,
        Field.USERNAME,
        Field.EMAIL,
        Field.ROLE,
        Field.SCHOOL,
        Field.GRAD_YEAR,
        Field.BIRTHDAY,
        Field.STATUS,
    }
)
_FOUND_BY: Final = (
    Field.SCHOOLOGY_ID,
    Field.EMAIL,
    Field.USERNAME,
    Field.FIRST_NAME,
    Field.LAST_NAME,
    Field.FULL_NAME,
)
_MOST_HOLDERS: Final = 3


SAME, OTHER = "=", "≠"


class Cell(NamedTuple):
    """What one witness says.

    Attributes:
        value: None where it has no such column.
        sign: `SAME`, `OTHER`, or "" for what nothing is held against.
        names: of what is easily overlooked in it.
    """

    value: str | None
    sign: str = ""
    names: tuple[str, ...] = ()


class Table(NamedTuple):
    """Lines of cells under the names of the witnesses."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


class Why(NamedTuple):
    """What is said of a record.

    Attributes:
        where: "fix in the SIS", for the title.
        said: cause and remedy, a paragraph each.
        note: how sure that is, and what it rests on.
        tables: both holders of something that one can have; the witnesses of this row, which stand for its columns.
        is_whole: the last table has all of the row's columns.
        persons: names of others that may stand in what is said.
        other: whom and what the account is known by, under headings that `Links` knows, that has what the row wants.
    """

    where: str
    said: tuple[str, ...]
    note: str
    tables: tuple[Table, ...] = ()
    is_whole: bool = False
    persons: tuple[str, ...] = ()
    other: tuple[Subject, Mapping[str, str]] | None = None


def why(told: Diagnosed, taken: Sequence[datetime | None], zone: tzinfo | None, today: date) -> Why:
    """The verdict in words; `taken` tells when the SIS's and Schoology's tables were written, None where there is none."""
    verdict = told.verdict
    tables = [
        _holder(told, holder, is_told=not at) for at, holder in enumerate(told.case.holders[:_MOST_HOLDERS])
    ]
    has_witness = any(each is not None for each in told.case.beside)
    if has_witness:
        dates = [f", {day_short(at.astimezone(zone).date(), today)}" if at else "" for at in taken]
        tables.append(_witnesses(told.compared(), f"SIS{dates[0]}", f"Schoology{dates[1]}"))
    return Why(
        f"{verdict.owner.where}, {verdict.certainty}" if verdict.rule else verdict.owner.where,
        (
            f"{verdict.cause} {verdict.remedy}",
            *(f"Also: {each.cause} {each.remedy}" for each in told.also),
        ),
        note(verdict),
        tuple(tables),
        is_whole=has_witness,
        persons=_persons(told),
        other=_other(told),
    )


def _other(told: Diagnosed) -> tuple[Subject, Mapping[str, str]] | None:
    account = next((holder.entry.fields for holder in told.case.holders if holder.in_schoology), None)
    if account is None:
        return None
    # The account's own headings may be a district's; these are known to everybody.
    values = {field.value.replace("_", " "): account.get(field, "") for field in _FOUND_BY}
    return Subject(user=account.get(Field.UNIQUE_ID, "").strip() or None), values


_NAMES: Final = (Field.LAST_NAME, Field.FIRST_NAME, Field.FULL_NAME, Field.USERNAME)


def _persons(told: Diagnosed) -> tuple[str, ...]:
    entries = [holder.entry for holder in told.case.holders]
    entries += [entry for entry in (told.case.sis, told.case.account) if entry is not None]
    names = [entry.fields.get(field, "").strip() for entry in entries for field in _NAMES]
    return tuple(dict.fromkeys(name for name in names if len(name) > 1))


def note(verdict: Verdict) -> str:
    """What a verdict rests on."""
    return f"{_SURE[verdict.certainty]}: {' '.join(verdict.evidence)}" if verdict.rule else ""


def _witnesses(lines: Sequence[Line], sis: str, schoology: str) -> Table:
    rows = tuple(
        (
            line.heading,
            (
                _cell(line.row, line.sis),
                _first(line.sis, line.row),
                _cell(line.schoology, line.sis, line.row),
            ),
        )
        for line in lines
    )
    return Table("", ("row that failed", sis, schoology), rows)


def _first(told: Told, row: Told) -> Cell:
    """What the SIS says: the row is held against it, so it shows its value where the row has another."""
    if told.value is not None and told.value == row.value:
        return Cell(told.value, SAME)
    return Cell(told.value, "", told.names)


def _cell(told: Told, *against: Told) -> Cell:
    if told.differs:
        return Cell(told.value, OTHER, told.names)
    is_same = any(told.value is not None and told.value == other.value for other in against)
    is_row = len(against) == 1
    return Cell(told.value, SAME if is_same and not is_row else "", told.names)


def _holder(told: Diagnosed, holder: Holder, *, is_told: bool) -> Table:
    lines = compare(told.record.values, told.case.about.fields, None, holder.entry)
    rows = tuple(
        (line.heading, (Cell(line.row.value), _cell(line.schoology, line.row, Told(None))))
        for line in lines
        if line.field in _OF_A_PERSON and (line.row.value is not None or line.schoology.value)
    )
    same = {
        True: "the same person, it seems",
        False: "another person",
        None: "the same person? can't be told",
    }
    reasons = ", ".join(holder.likeness.reasons)
    where = "in Schoology" if holder.in_schoology else "sent by the SIS"
    title = f"{persons.called(holder.entry.fields) or 'Somebody'}, {where}: {same[holder.likeness.is_same]}"
    return Table(
        f"{title} ({reasons})" if reasons and not is_told else title, ("row that failed", "the other"), rows
    )


MOST_ROOTS: Final = 5


def roots_words(told: Cascade) -> list[str]:
    """What the rows of an error follow from, a paragraph each, the codes compared."""
    said = [f"{told.sentence}:"]
    for root in told.roots[:MOST_ROOTS]:
        near = f"; the courses have {root.near}: {', '.join(root.names)}" if root.near else ""
        said.append(f"{root.what} {root.key} {root.why}, {plural(root.rows, 'row')}{near}.")
    more = len(told.roots) - MOST_ROOTS
    return said + ([f"And {more:,} more."] if more > 0 else [])
