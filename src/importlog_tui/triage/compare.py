"""The three witnesses side by side: the row that failed, what the SIS sent, what Schoology holds, field by field. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.fields import Field
from importlog_tui.triage.facts import heading
from importlog_tui.triage.likeness import likeness, oddities, rewritten

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importlog_tui.roster import Entry

_FOLDED: Final = frozenset({Field.EMAIL})
"""Compared whatever the case; that case differs is said all the same."""
KEYS: Final = frozenset(
    {
        Field.UNIQUE_ID,
        Field.COURSE_CODE,
        Field.SECTION_CODE,
        Field.SECTION_SCHOOL_CODE,
        Field.SCHOOL,
        Field.GRADING_PERIOD,
    }
)
"""Codes, which a spreadsheet may rewrite."""
_NOT_COMPARED: Final = frozenset({Field.ROW_NUMBER, Field.MESSAGE, Field.ROWS_AFFECTED, Field.PASSWORD})
_NAMED_OTHERWISE: Final = frozenset({Field.SCHOOL, Field.ROLE, Field.GRADING_PERIOD, Field.STATUS})
"""Schoology shows these by its own words, where a file has a code: another value there is no difference."""


class Told(NamedTuple):
    """What one witness says of a field.

    Attributes:
        value: exactly as it stands; None where the witness has no such column, or is not there.
        differs: from what it is held against (the row against the SIS, Schoology against the SIS, or else against the row).
        names: how, where it is easily overlooked, and what can't be seen in it.
    """

    value: str | None
    differs: bool = False
    names: tuple[str, ...] = ()


class Line(NamedTuple):
    """One field."""

    heading: str
    field: Field | None
    row: Told
    sis: Told
    schoology: Told

    @property
    def is_told(self) -> bool:
        """Whether there is something to look at."""
        return any(told.differs or told.names for told in (self.row, self.sis, self.schoology))


def compare(
    values: Mapping[str, str],
    fields: Mapping[str, Field],
    sis: Entry | None = None,
    schoology: Entry | None = None,
) -> list[Line]:
    """Each field that any of the three has: the row's columns in their order, then what only the others have.

    Args:
        values: the row, by heading.
        fields: the meaning of its headings, of those that have one.
        sis: what the SIS sends of it.
        schoology: what Schoology holds of it.
    """
    lines = []
    seen = set[Field]()
    for column, value in values.items():
        field = fields.get(column)
        if field in _NOT_COMPARED or (field is not None and field in seen):
            continue
        if field is not None:
            seen.add(field)
        others = [_of(entry, column, field) for entry in (sis, schoology)]
        lines.append(_line(column, field, value, *others))
    for entry in (sis, schoology):
        for field in entry.fields if entry else ():
            if field not in seen and field not in _NOT_COMPARED:
                seen.add(field)
                lines.append(
                    _line(heading(field), field, None, _of(sis, "", field), _of(schoology, "", field))
                )
    return lines


def _of(entry: Entry | None, column: str, field: Field | None) -> str | None:
    if entry is None:
        return None
    return entry.values.get(column) if field is None else entry.fields.get(field)


def _line(name: str, field: Field | None, row: str | None, sis: str | None, schoology: str | None) -> Line:
    first = row if row is not None else sis
    ours = _against(field, row, sis)
    theirs = _against(field, schoology, sis if sis is not None else first, is_schoology=True)
    return Line(name, field, ours, Told(sis, names=_odd(field, sis)), theirs)


def _against(
    field: Field | None, value: str | None, other: str | None, *, is_schoology: bool = False
) -> Told:
    odd = _odd(field, value)
    if value is None or other is None:
        return Told(value, names=odd)
    alike = likeness(value, other)
    if alike == ():
        return Told(value, names=odd)
    if alike is None:
        is_code = is_schoology and field in _NAMED_OTHERWISE
        return Told(value, differs=not is_code, names=odd)
    is_same = alike == ("differs only in case",) and field in _FOLDED
    return Told(value, differs=not is_same, names=tuple(dict.fromkeys((*alike, *odd))))


def _odd(field: Field | None, value: str | None) -> tuple[str, ...]:
    if value is None:
        return ()
    names = oddities(value)
    if field in KEYS and (number := rewritten(value)):
        names = (*names, f"Excel wrote {number}")
    return names


def difference(field: Field | None, one: str, other: str) -> tuple[str, ...] | None:
    """How two values of a field differ: () not at all, None plainly, else the names of what is easily overlooked."""
    alike = likeness(one, other)
    return () if alike == ("differs only in case",) and field in _FOLDED else alike
