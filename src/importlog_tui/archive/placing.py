"""Which error a table of affected records belongs to, where its source does not hold both.

Nothing is guessed: a table goes to the one error that its address, or its name and number, leave over, or the reader is asked.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from importlog_tui.addresses import address_key
from importlog_tui.archive.facts import NEAR
from importlog_tui.model import Kind, Precision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from importlog_tui.model import RecordsReading, When


@dataclass(frozen=True, slots=True)
class KnownError:
    """An error that a table may belong to, with what helps a reader to choose it.

    Attributes:
        label, kind, performed_at: of its run.
        rows_affected: as the log claims, None where it claims nothing.
        keys: of its addresses, as `address_key` makes them.
        is_loose: made up for another table that came without its log.
    """

    id: int
    run_id: int
    message: str
    rows_affected: int | None
    rows_read: int
    complete: bool
    label: str
    kind: Kind
    performed_at: datetime | None
    keys: frozenset[str]
    is_loose: bool


@dataclass(frozen=True, slots=True)
class Length:
    """How many rows a table has: those that were read, and in all, where that is known."""

    read: int
    in_all: int | None


def by_address(reading: RecordsReading, known: Iterable[KnownError]) -> list[KnownError]:
    """The errors whose records the log says are where this table was."""
    keys = {key for address in reading.addresses if (key := address_key(address))}
    return [error for error in known if keys & error.keys]


def by_name(reading: RecordsReading, known: Iterable[KnownError]) -> list[KnownError]:
    """The errors whose message stands in a line around the table or in its file's name; of messages within each other the longest."""
    lines = [f" {_folded(line)} " for line in (*reading.context, PurePath(reading.origin.name).stem)]
    named: dict[str, list[KnownError]] = {}
    for error in known:
        message = _folded(error.message)
        if message and not error.is_loose and any(f" {message} " in line for line in lines):
            named.setdefault(message, []).append(error)
    return [
        error
        for message, errors in named.items()
        if not any(f" {message} " in f" {other} " for other in named if other != message)
        for error in errors
    ]


def in_its_run(reading: RecordsReading, known: Iterable[KnownError]) -> list[KnownError]:
    """The errors of the runs that the table's own kind and time leave over; all of them where it tells neither."""
    return [
        error
        for error in known
        if reading.kind in {None, error.kind} and _may_be_at(reading.when, error.performed_at)
    ]


def is_of_one_run(reading: RecordsReading, errors: Sequence[KnownError]) -> bool:
    """Whether the table tells the kind and the time of its run, and only one run has both."""
    is_told = reading.kind is not None and reading.when.at is not None
    return is_told and len({error.run_id for error in errors}) == 1 and errors[0].performed_at is not None


def by_number(errors: Sequence[KnownError], length: Length) -> list[KnownError]:
    """Those of `errors` that claim as many rows as the table has; where none does, those that claim no fewer."""
    exact = [error for error in errors if length.in_all is not None and error.rows_affected == length.in_all]
    return exact or [
        error for error in errors if error.rows_affected is None or length.read <= error.rows_affected
    ]


def find(
    reading: RecordsReading, known: Sequence[KnownError], *, fresh: Callable[[KnownError], bool]
) -> tuple[list[KnownError], bool]:
    """The errors that the table may belong to before its rows are counted, and whether its number must then be exactly theirs.

    Args:
        reading: the table.
        known: all errors.
        fresh: whether an error was listed by a source that is brought in together with the table.
    """
    if linked := by_address(reading, known):
        linked = [error for error in linked if fresh(error)] or linked
        return in_its_run(reading, linked) or linked, False
    if named := in_its_run(reading, by_name(reading, known)):
        return named, False
    if reading.message:
        return [], True  # another error's number is no answer where the table tells its own message
    beside = in_its_run(reading, [error for error in known if not error.is_loose])
    return (beside, True) if reading.is_certain and is_of_one_run(reading, beside) else ([], True)


def choices(reading: RecordsReading, known: Sequence[KnownError], length: Length | None) -> list[KnownError]:
    """The errors that still miss rows, the likeliest first: for asking the reader."""
    named = {error.id for error in by_name(reading, known)}
    beside = {error.id for error in in_its_run(reading, known)}

    def unlikely(error: KnownError) -> tuple[bool, bool, bool]:
        has_number = length is not None and error.rows_affected in {length.in_all, length.read}
        return error.id not in named, error.id not in beside, not has_number

    return sorted((error for error in known if not error.complete and not error.is_loose), key=unlikely)


def _may_be_at(when: When, performed_at: datetime | None) -> bool:
    if when.at is None or performed_at is None:
        return True
    if when.precision is Precision.DAY:
        return performed_at.astimezone(when.at.tzinfo).date() == when.at.date()
    apart = abs((performed_at - when.at).total_seconds())
    return apart <= NEAR if when.is_coarse else apart < 60


def _folded(text: str) -> str:
    """Words only: case, blanks, hyphens, underscores and what a file name can't hold do not count."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())
