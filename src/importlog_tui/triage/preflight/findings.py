"""What tonight's files would run into: every rule asked, in order, and each answer told as a finding with its rows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from importlog_tui.model import Kind
from importlog_tui.triage.preflight.rules import BY_ID, REQUIRED, RULES, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from importlog_tui.archive.preflight import Fates, Preflight
    from importlog_tui.fields import Field
    from importlog_tui.roster import Roster
    from importlog_tui.triage.preflight.rules import Rule

KINDS: Final = (Kind.USERS, Kind.COURSES, Kind.ENROLLMENTS)
"""In the order of repair (schoology.md 6)."""
LARGEST: Final = 10 * 1000**3
"""Bytes that an import file may have (schoology.md 3)."""
MOST_XLS: Final = 10_000
"""Rows above which an XLS may fail (schoology.md 3)."""
_MOST_LINES: Final = 100_000
"""Lines with broken bytes that are told one by one."""


@dataclass(frozen=True, slots=True)
class File:
    """One of tonight's files, as it lies.

    Attributes:
        roster: its rows, in the scratch archive.
        size: bytes; None where it is no file of its own (a member of a zip).
        encoding: what it is written in, where that is not UTF-8.
        odd_lines: lines with bytes that are no UTF-8.
        misfits: lines with more or fewer cells than headings.
        is_xls: the old form of a spreadsheet.
        has_header: False where its first line holds no heading that is known; its columns are then numbered.
    """

    roster: Roster
    size: int | None = None
    encoding: str | None = None
    odd_lines: Sequence[int] = ()
    misfits: Sequence[int] = ()
    is_xls: bool = False
    has_header: bool = True

    @property
    def kind(self) -> Kind:
        """What it holds."""
        return self.roster.kind


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that would fail or go wrong tonight: a prediction.

    Attributes:
        id: its number in this check, by which `Preflight.rows` knows its rows.
        rows: how many it is about.
        total: how many the file has.
        about: what it is about this time ("column “School” is gone"), or "".
        line: of the file, where it is about a line and not about rows.
        has_rows: whether its rows can be listed.
        failed: how many of them failed last night; None where that is not known.
        category: of a finding that repeats an error of the log, that error's.
        of: the table of the nights before that its rows lie in; None where they are tonight's.
    """

    id: int
    rule: Rule
    kind: Kind
    origin: str
    rows: int
    total: int
    about: str = ""
    line: int | None = None
    has_rows: bool = True
    failed: int | None = None
    category: str = ""
    of: Roster | None = None

    @property
    def message(self) -> str:
        """A sentence without its full stop; may hold outside text."""
        return f"{self.rule.says}: {self.about}" if self.about else self.rule.says

    @property
    def is_every(self) -> bool:
        """Whether it hits every row of a file that has several."""
        return self.of is None and self.rows == self.total > 1


@dataclass(slots=True)
class Told:
    """What a check found.

    Attributes:
        files: tonight's, in the order of repair.
        findings: in the order of repair.
        fates: what became of last night's failures, by kind.
        counts: rows per building, tonight and in the extract before: (kind, building, before, now), where they differ by much.
    """

    files: list[File]
    findings: list[Finding] = field(default_factory=list)
    fates: dict[Kind, Fates] = field(default_factory=dict)


class Finder:
    """Numbers and gathers findings."""

    def __init__(self, preflight: Preflight, files: Sequence[File]) -> None:
        self.preflight = preflight
        self.told = Told(sorted(files, key=lambda file: KINDS.index(file.kind)))
        self._next = 1

    def number(self) -> int:
        """A number for the next finding."""
        self._next += 1
        return self._next - 1

    def add(self, number: int, rule_id: str, file: File, rows: int, **more: object) -> None:
        """Keep a finding that has rows."""
        if rows:
            made = Finding(number, BY_ID[rule_id], file.kind, file.roster.origin, rows, file.roster.rows)
            self.told.findings.append(replace(made, **more))  # type: ignore[arg-type]

    def of_kind(self, kind: Kind) -> list[Finding]:
        """What was found so far in rows of a kind, one by one."""
        return [one for one in self.told.findings if one.kind is kind and one.rule.scope is Scope.ROWS]


def find_all(finder: Finder, before: Mapping[Kind, Roster]) -> None:
    """What is wrong with the files as a whole, then with their rows."""
    for file in finder.told.files:
        _whole_file(finder, file, before.get(file.kind))
    for file in finder.told.files:
        if file.has_header:
            for rule in RULES:
                if rule.kind is file.kind and rule.scope is Scope.ROWS:
                    number = finder.number()
                    finder.add(number, rule.id, file, finder.preflight.find(number, rule.id))


def settle(finder: Finder) -> None:
    """Put findings into the order in which they are told, and say of each how many of its rows failed last night."""
    told = finder.told
    told.findings.sort(key=lambda one: (KINDS.index(one.kind), one.rule.scope is Scope.ROWS, one.id))
    told.findings[:] = [
        replace(one, failed=finder.preflight.failed_before(one.id, one.kind))
        if one.has_rows and one.of is None and one.kind in told.fates
        else one
        for one in told.findings
    ]


def _whole_file(finder: Finder, file: File, before: Roster | None) -> None:
    roster, total = file.roster, file.roster.rows

    def every(rule_id: str, about: str, line: int | None = None, *, listed: bool = False) -> None:
        number = finder.number()
        if listed:
            finder.preflight.every(number, file.kind)
        finder.add(number, rule_id, file, total or 1, about=about, line=line, has_rows=listed)

    if not roster.complete:
        every("file.cut-off", "")
    if not total:
        every("file.empty", "", 1)
    missing = list(_missing(file))
    if not file.has_header and total:
        every("file.header", "the first line holds no heading that is known", 1)
    elif missing and file.has_header:
        unknown = [f"“{column}”" for column in roster.columns if column not in roster.fields]
        also = f"; headings that are not known: {', '.join(unknown)}" if unknown else ""
        every("file.header", f"{', '.join(missing)}{also}", 1)
    if (
        before is not None
        and file.has_header
        and (changed := changed_headings(before.columns, roster.columns))
    ):
        every("file.header-changed", changed, 1)
    if twice := _twice(roster.columns):
        every("file.heading-twice", ", ".join(f"“{heading}”" for heading in twice), 1)
    if file.encoding is not None:
        every("file.encoding", f"it is {file.encoding}")
    elif file.odd_lines:
        number = finder.number()
        finder.preflight.at_lines(number, file.kind, file.odd_lines[:_MOST_LINES])
        finder.add(number, "file.encoding", file, len(file.odd_lines))
    if file.is_xls and total > MOST_XLS:
        every("file.xls-rows", f"{total:,} rows")
    if (file.size or 0) > LARGEST:
        every("file.too-large", "")
    if file.misfits:
        number = finder.number()
        finder.preflight.at_lines(number, file.kind, file.misfits)
        finder.add(number, "file.ragged", file, len(file.misfits))


def _missing(file: File) -> Iterator[str]:
    has = set(file.roster.fields.values())
    for group in REQUIRED[file.kind]:
        if not has & set(group):
            yield (
                " or ".join(_title(one) for one in group[:1] if one not in has)
                if len(group) == 1
                else _either(group)
            )


def _either(group: Sequence[Field]) -> str:
    return " or ".join(_title(one) for one in group)


def _title(one: Field) -> str:
    return {"unique_id": "User Unique ID"}.get(one.value, one.value.replace("_", " ").title())


def _twice(columns: Sequence[str]) -> list[str]:
    """Headings that the reader had to number because they stood there before."""
    there = set(columns)
    return [
        column.rsplit(" (", 1)[0]
        for column in columns
        if column.endswith(" (2)") and column.rsplit(" (", 1)[0] in there
    ]


def changed_headings(before: Sequence[str], now: Sequence[str]) -> str:
    """How the headings of two extracts differ in what matters to the import settings, "" where they do not.

    Columns are matched by hand (schoology.md 3.6): a heading that is gone, and another order, undo the matching; one more column at the end does not.
    """
    gone = [heading for heading in before if heading not in now]
    come = [heading for heading in now if heading not in before]
    if gone:
        names = ", ".join(f"“{heading}”" for heading in gone)
        instead = f", {', '.join(f'“{heading}”' for heading in come)} came" if come else ""
        return f"{names} {'is' if len(gone) == 1 else 'are'} gone{instead}"
    if list(now[: len(before)]) != list(before):
        return "their order is another one"
    return ""
