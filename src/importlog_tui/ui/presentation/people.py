"""Whom a search found, and what happened to one of them night by night."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importlog_tui.model import State
from importlog_tui.text import fit, one_line, width
from importlog_tui.triage.nights import night_of
from importlog_tui.ui.presentation import states, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, tzinfo

    from importlog_tui.archive import Hit
    from importlog_tui.model import Record


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


def timeline(one: Found, zone: tzinfo | None, today: date) -> list[str]:
    """Night by night, newest first: each import that named this person, with the error and its state; above it what keeps coming back."""
    lines = _flips(one, zone, today)
    last = None
    for hit in one.hits:
        day = _day(hit, zone, today)
        if day != last:
            lines += [*([""] if lines else []), day]
            last = day
        record = hit.record
        since = states.since_words(record, _night(hit, zone), zone, today)
        section = f"   {one_line(record.subject.section)}" if record.subject.section else ""
        lines.append(
            f"  {words.clock_time(hit.run, zone) or '     '}  {fit(words.run_label(hit.run), 12)} {one_line(hit.message) or '(no message)'}{section}"
        )
        if since:
            lines.append(f"{'':22}{since}")
    return lines


def _flips(one: Found, zone: tzinfo | None, today: date) -> list[str]:
    """Errors that went and came back more than once: a repair that does not last."""
    back: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in one.hits:
        if hit.record.state is State.RETURNED and not hit.run.is_rerun:
            back[one_line(hit.message)].append(hit)
    return [
        f"Came back {len(hits)} times since {_day(hits[-1], zone, today)}: {message}"
        for message, hits in back.items()
        if len(hits) > 1
    ]


def _night(hit: Hit, zone: tzinfo | None) -> date | None:
    return night_of(hit.run.performed_at, zone) if hit.run.performed_at else None


def _day(hit: Hit, zone: tzinfo | None, today: date) -> str:
    return words.day_name(_night(hit, zone), today)
