"""Whom a search found, and what happened to one of them night by night."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importlog_tui.model import Result
from importlog_tui.report.person import sentence, why_lines
from importlog_tui.text import fit, one_line, width
from importlog_tui.triage.nights import night_of
from importlog_tui.ui.presentation import decisions, states, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime, tzinfo

    from importlog_tui.archive import Hit
    from importlog_tui.model import Kind, Record
    from importlog_tui.triage.disabled import Disabled
    from importlog_tui.triage.nights import Night
    from importlog_tui.triage.person import Repeated
    from importlog_tui.ui.presentation.log import Log


@dataclass(frozen=True, slots=True)
class Found:
    """A person, or what else records are about, and its records, newest first."""

    key: tuple[str, str]
    hits: tuple[Hit, ...]

    @property
    def record(self) -> Record:
        """The one that says most about who it is: the newest with a name."""
        return next((hit for hit in self.hits if hit.record.subject.name), self.hits[0]).record

    @property
    def title(self) -> str:
        """Who it is; safe."""
        subject = self.record.subject
        parts = (subject.name, subject.user, None if subject.user else subject.section)
        return "   ".join(one_line(part[:200]) for part in parts if part) or f"record {self.record.id}"


def key_of(record: Record) -> tuple[str, str]:
    """Whom a record is about: the unique ID, else the section or the name."""
    subject = record.subject
    return subject.user or "", "" if subject.user else subject.section or subject.name or f"#{record.id}"


def found(hits: Sequence[Hit]) -> list[Found]:
    """Hits by whom they are about, in the order of the newest of each."""
    by_key: defaultdict[tuple[str, str], list[Hit]] = defaultdict(list)
    for hit in hits:
        by_key[key_of(hit.record)].append(hit)
    return [Found(key, tuple(some)) for key, some in by_key.items()]


def found_line(one: Found, cells: int, zone: tzinfo | None, today: date) -> str:
    """One result, exactly `cells` wide: who, when last, and with what."""
    newest = one.hits[0]
    said = f"  {_day(newest, zone, today)}  {words.plural(len(one.hits), 'record')}"
    head = fit(one.title, max(8, min(34, cells - width(said))))
    return fit(f"{head}{said}   {one_line(newest.message)}", cells)


def page(
    one: Found, repeated: Sequence[Repeated], log: Log, cells: int, again: Disabled | None = None
) -> list[str]:
    """All nights of a person: what keeps happening, what was decided, each trouble as a row of nights, and below that night by night.

    Sentences are for the screen to wrap; rows of nights are cut to `cells`.
    """

    def day(at: datetime) -> str:
        return words.day_short(night_of(at, log.zone), log.today)

    lines = [sentence(each, day) for each in repeated]
    lines += why_lines(again, day) if again is not None else []
    lines += _decided(one, log, cells)
    strips = [fit(line, cells).rstrip() for line in _strips(one, log)]
    lines += [*([""] if lines and strips else []), *strips]
    return [*lines, *([""] if lines else []), *_timeline(one, log)]


def _decided(one: Found, log: Log, cells: int) -> list[str]:
    """What was decided about their records, and about the errors these stand in: the error beside it, or below where there is no room."""
    decided = log.views.decided
    found: dict[tuple[str, str], None] = {}
    for hit in one.hits:
        error = log.errors.get(hit.record.error_id)
        if error is None:
            continue
        for mark in decided.on_record_or_error(error, hit.record):
            found.setdefault((decisions.sentence(mark, log.zone, log.today), one_line(hit.message)))
    lines: list[str] = []
    for said, message in found:
        beside = f"{said}   {message}"
        lines += [beside] if width(beside) <= cells else [said, f"   {message}"]
    return lines


_MOST_NIGHTS = 30
_HERE, _NOT_HERE, _NOT_KNOWN = "●", "·", " "


def _strips(one: Found, log: Log) -> list[str]:
    """Each trouble in a line, a sign for each night, the newest at the right: there, not there, not known."""
    nights = [night for night in reversed(log.nights) if night.day is not None][-_MOST_NIGHTS:]
    if len(nights) < 2:
        return []
    days = {night.day: place for place, night in enumerate(nights)}
    rows: dict[tuple[int, int], list[Hit]] = defaultdict(list)
    for hit in one.hits:
        rows[hit.lineage, hit.record.key].append(hit)
    first, last = (words.day_short(night.day, log.today) for night in (nights[0], nights[-1]) if night.day)
    gap = max(1, len(nights) - len(first) - len(last))
    lines = [f"{'':14}{first}{' ' * gap}{last}"]
    for hits in rows.values():
        kind = hits[0].run.kind
        signs = [_NOT_HERE if _is_known(night, kind) else _NOT_KNOWN for night in nights]
        for hit in hits:
            if (place := days.get(_night(hit, log.zone))) is not None:
                signs[place] = _HERE
        width = max(len(nights), len(first) + gap + len(last))
        lines.append(
            f"{fit(words.run_label(hits[0].run), 13)} {''.join(signs):<{width}}  {_trouble(hits[0])}"
        )
    return lines


def _is_known(night: Night, kind: Kind) -> bool:
    """Whether a night tells what is not there."""
    return any(
        run.kind is kind and run.errors_listed and run.result is not Result.FAILED for run in night.runs
    )


def _trouble(hit: Hit) -> str:
    section = f"   {one_line(hit.record.subject.section)}" if hit.record.subject.section else ""
    return (one_line(hit.message) or "(no message)") + section


def _timeline(one: Found, log: Log) -> list[str]:
    """Night by night, newest first: each import that named this person, with the error and its state."""
    lines: list[str] = []
    last = None
    for hit in one.hits:
        day = _day(hit, log.zone, log.today)
        if day != last:
            lines += [*([""] if lines else []), day]
            last = day
        since = states.since_words(hit.record, _night(hit, log.zone), log.zone, log.today)
        clock = words.clock_time(hit.run, log.zone) or "     "
        lines.append(f"  {clock}  {fit(words.run_label(hit.run), 12)} {_trouble(hit)}")
        if since:
            lines.append(f"{'':22}{since}")
    return lines


def _night(hit: Hit, zone: tzinfo | None) -> date | None:
    return night_of(hit.run.performed_at, zone) if hit.run.performed_at else None


def _day(hit: Hit, zone: tzinfo | None, today: date) -> str:
    return words.day_name(_night(hit, zone), today)
