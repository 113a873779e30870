"""What one piece of text says by itself: part of a run, a whole error, a label, a number, or only text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importlog_tui.model import Kind, Result, When
from importlog_tui.sources.status_log import words
from importlog_tui.sources.status_log.words import Named, Role
from importlog_tui.times import find_when, parse_when

if TYPE_CHECKING:
    from importlog_tui.times import Clock


@dataclass(slots=True)
class Said:
    """What a line or a piece of it says; every part may be missing.

    Attributes:
        kind, named, label: an import's name, how sure, and as written.
        count: number of error types.
        rows: a Rows Affected number without a message beside it.
        number: a number of unknown meaning.
        message: of an error that is whole in this line; its number is `rows`, its link `href`.
        hour: a time of day whose date stands elsewhere.
        text: what is none of these.
        is_label: it only heads or labels other things.
        more: further errors of the same row, each with its number and link.
        unread: a row of the log of which nothing could be made.
        is_error: a heading or label calls the text an error; its number may stand elsewhere, or nowhere.
    """

    kind: Kind | None = None
    named: Named | None = None
    label: str = ""
    when: When | None = None
    result: Result | None = None
    result_text: str = ""
    count: int | None = None
    rows: int | None = None
    number: int | None = None
    message: str = ""
    href: str = ""
    hour: str = ""
    text: str = ""
    is_label: bool = False
    rows_heading: bool = False
    is_error: bool = False
    more: list[tuple[str, int | None, str]] = field(default_factory=list)
    unread: str = ""

    @property
    def is_of_run(self) -> bool:
        """Whether it holds a part of a run's own line."""
        return (
            self.kind is not None
            or self.when is not None
            or self.result is not None
            or self.count is not None
        )

    def add(self, other: Said) -> None:
        """Take over what `other` says and this doesn't yet."""
        if self.kind is None:
            self.kind, self.named, self.label = other.kind, other.named, other.label
        self.when = self.when or other.when
        self.hour = self.hour or other.hour
        if self.result is None:
            self.result, self.result_text = other.result, other.result_text
        if self.count is None:
            self.count = other.count


_LABELLED = re.compile(r"(?P<label>[^:=]{2,40}?)\s?[:=]\s?(?P<value>\S.*)", re.DOTALL)
_DASHES = re.compile(r"\s+[-–—|]+\s+")
_SEPARATORS = re.compile(r"\s+[-–—]+\s+|\s*[|•·()\[\]:;,–—›»>/]+\s*")
_NAME_FIRST = re.compile(r"(?P<name>.{3,45}?\bimport)s?\b[\s:,-]*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(
    r"(?:at\s)?[0-9]{1,2}(?::[0-9]{2}){1,2}\s?(?:[ap]\.?m\.?)?(?:\s\(?[a-z]{2,4}\)?)?|[0-9]{1,2}\s?[ap]\.?m\.?",
    re.IGNORECASE,
)
_TIME_LABEL = re.compile(
    r"(?:(?:by\s\S{1,30}|was|has been|last|date|time|import|run|performed|ran|completed?|finished|started|ended|processed|executed|on|at|of|from|the|updated|imported)\s?){1,5}",
    re.IGNORECASE,
)
_HOUR_WITHIN = re.compile(
    r"(?<![\w:./-])(?:at\s)?(?P<hour>[0-9]{1,2}(?::[0-9]{2}){1,2}(?:\s?[ap]\.?m\b\.?)?)(?![\w/-]|:[0-9])",
    re.IGNORECASE,
)
_LONGEST_HEAD = 200
"""Characters; a line that says a run's name, time and result at once is shorter."""


def judge(text: str, clock: Clock, *, hint: str = "", is_heading: bool = False) -> Said:
    """What one piece of text says."""
    text = words.seen(text)
    if words.is_empty(text):
        return Said()
    if len(text) > _LONGEST_HEAD:
        found = words.rows_affected_within(text)
        return Said(message=found[1], rows=found[0]) if found and found[1] else Said(text=text)
    role = words.role_of(text) or (Role.ROWS if words.ends_with_rows_heading(text) else None)
    if role and (is_heading or text.rstrip().endswith(":")):
        return Said(is_label=True, text=text, rows_heading=role is Role.ROWS)
    if said := _run_part(text, clock, hint):
        return said
    if role:
        return Said(is_label=True, text=text, rows_heading=role is Role.ROWS)
    if labelled := _labelled(text, clock, hint):
        return labelled
    if _HOUR.fullmatch(text):
        return Said(hour=text)
    if found := words.rows_affected_within(text):
        number, rest = found
        rest = _without_label(rest)
        return (
            Said(rows=number)
            if words.is_empty(rest) or words.is_control(rest)
            else Said(message=rest, rows=number)
        )
    if (number_alone := words.number_alone(text)) is not None:
        return Said(number=number_alone)
    if (short := words.rows_short(text)) is not None:
        return Said(rows=short)
    return _head_in_one(text, clock, hint) or Said(text=text)


def _run_part(text: str, clock: Clock, hint: str) -> Said | None:
    """A piece that is wholly a name, a time, a count or a result."""
    if name := words.import_name(text):
        return Said(kind=name[0], named=name[1], label=words.name_alone(text))
    count, result = words.error_count(text), words.result_of(text)
    if result is not None or (count is not None and find_when(text, clock) is None):
        return Said(count=count, result=result, result_text=words.bare(text))
    when = when_in(text, clock, hint)
    return Said(when=when) if when else None


def when_in(text: str, clock: Clock, hint: str = "") -> When | None:
    """The time that a piece is, a label before it and a sign after it aside; a machine-readable `hint` tells it better than "7 hours ago"."""
    found = find_when(text, clock)
    if found is None:
        return None
    when, start, end = found
    if not words.is_empty(text[end:]) or not words.may_lead_time(text[:start]):
        return None
    lead = words.bare(text[:start])
    if lead and not (_TIME_LABEL.fullmatch(lead) or words.role_of(lead) is Role.TIME):
        return None
    return _hinted(when, clock, hint)


def _hinted(when: When, clock: Clock, hint: str) -> When:
    if hint and (when.at is None or when.basis != "written" or when.is_coarse):
        told = parse_when(hint, clock)
        if told.at is not None:
            return told._replace(text=when.text)
    return when


def _labelled(text: str, clock: Clock, hint: str) -> Said | None:
    """A label with its value, as in "Status: Import failed"."""
    found = _LABELLED.fullmatch(text)
    role = words.role_of(found["label"]) if found else None
    if not found or role is None:
        return None
    said = valued(role, found["value"].strip(), clock, hint)
    if said is not None and said.text:
        said.is_error = words.calls_error(found["label"])
    return said


def valued(role: Role, value: str, clock: Clock, hint: str = "") -> Said | None:
    """What a value says under a heading or behind a label of this role; None where it doesn't fit."""
    if words.is_empty(value):
        return Said()
    if role is Role.TIME:
        if _HOUR.fullmatch(value):
            return Said(hour=value)
        found = find_when(value, clock)
        return (
            Said(when=_hinted(found[0], clock, hint) if found else When(value))
            if found or len(value) <= 40
            else None
        )
    if role is Role.RESULT:
        result, count = words.result_of(value), words.error_count(value)
        if len(value) > _LONGEST_HEAD or (words.is_control(value) and result is None):
            return None
        unknown = Result.UNKNOWN if count is None else None
        return Said(result=result or unknown, result_text=words.bare(value) or value, count=count)
    if role is Role.ERRORS:
        return errors_told(value)
    if role is Role.NAME:
        name = words.import_name(value)
        return Said(kind=name[0], named=name[1], label=words.bare(value)) if name else None
    if role is Role.ROWS:
        number = words.rows_in_cell(value)
        return Said(rows=number) if number is not None else None
    if role is Role.MESSAGE:
        within = words.rows_affected_within(value) or words.rows_behind(value)
        return Said(message=within[1], rows=within[0]) if within and within[1] else Said(text=value)
    return Said(is_label=True) if role is Role.OTHER else None


def errors_told(value: str) -> Said | None:
    """What stands under "Errors" as their number, a word for whether there are any, or a result; None for anything else."""
    number = words.number_alone(value)
    if number is not None:
        return Said(count=number)
    if (said := value.strip().lower()) in {"yes", "true", "no", "false", "none", "error", "errors"}:
        has = said in {"yes", "true", "error", "errors"}
        return Said(
            result=Result.COMPLETED_WITH_ERRORS if has else Result.COMPLETED,
            result_text=value,
            count=None if has else 0,
        )
    count, result = words.error_count(value), words.result_of(value)
    return (
        Said(count=count, result=result, result_text=words.bare(value))
        if count is not None or result
        else None
    )


def _without_label(text: str) -> str:
    found = _LABELLED.fullmatch(text)
    return found["value"] if found and words.role_of(found["label"]) is Role.MESSAGE else text


def _head_in_one(text: str, clock: Clock, hint: str) -> Said | None:
    """A run's name with its time, its result or both in one stretch of text, everything in it explained."""
    said, left = Said(), text
    found = find_when(text, clock)
    if found is None and "mport" not in text.lower():
        return None
    if found:
        when, start, end = found
        said.when = _hinted(when, clock, hint)
        left = f"{text[:start]} | {text[end:]}"
    elif hour := _HOUR_WITHIN.search(text):
        said.hour = hour["hour"]
        left = f"{text[: hour.start()]} | {text[hour.end() :]}"
    unknown: list[str] = []
    for part in _DASHES.split(left):
        is_one = words.import_name(part) or words.result_of(part)  # "Import: Users", "Error: failed"
        for segment in [part] if is_one else _SEPARATORS.split(part):
            _explain(segment, said, unknown)
    if said.kind is None and found and (said.result is None and said.count is None):
        return None
    if unknown:
        # Wording that isn't known is a result where a name and a time stand beside it, or a remark where the result does, too.
        if said.kind is None or said.when is None or said.named is not Named.FULL:
            return None
        if said.result is not None and len(unknown) > 1:
            return None
        if said.result is Result.FAILED:
            said.result_text = f"{said.result_text}: {unknown[0]}"
        if said.count is None and said.result is None:
            said.result, said.result_text = Result.UNKNOWN, " ".join(unknown)
    if said.kind is not None and not (said.when or said.hour or said.result or said.count is not None):
        return None
    return said if said.is_of_run else None


_TRAILING = re.compile(r"\s(?:on|at|of|from)$", re.IGNORECASE)  # "failed at", before a time


_NOT_ENDED = {None, Result.QUEUED, Result.RUNNING}
"""Results that a later word in the line corrects: "Users Import (scheduled): Completed" has ended."""


def _explain(segment: str, said: Said, unknown: list[str]) -> None:
    segment = _TRAILING.sub("", words.bare(segment))
    if (
        not segment
        or _TIME_LABEL.fullmatch(segment)
        or words.role_of(segment) in {Role.TIME, Role.RESULT, Role.NAME}
    ):
        if segment and (result := words.result_of(segment)) and said.result in _NOT_ENDED:
            said.result, said.result_text = result, segment
        return
    if (name := words.import_name(segment)) and said.kind is None:
        said.kind, said.named, said.label = name[0], name[1], segment
        return
    count, result = words.error_count(segment), words.result_of(segment)
    if count is not None or result is not None:
        if said.result in _NOT_ENDED and result is not None:
            said.result = None
        said.add(Said(count=count, result=result, result_text=segment))
        return
    first = _NAME_FIRST.fullmatch(segment)
    name = words.import_name(first["name"]) if first and first["rest"] and said.kind is None else None
    if first and name and name[1] is Named.FULL:
        said.kind, said.named, said.label = name[0], name[1], first["name"]
        _explain(first["rest"], said, unknown)
        return
    unknown.append(segment)
