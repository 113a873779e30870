"""What a bringing-in brought, and what it could not understand, in words."""

from __future__ import annotations

import shlex
from itertools import groupby
from typing import TYPE_CHECKING

from importlog_tui.fields import Field, is_stand_in
from importlog_tui.model import Kind
from importlog_tui.roster import Witness
from importlog_tui.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import datetime

    from importlog_tui.archive.placing import KnownError
    from importlog_tui.fetching.directory import DirectoryFetched
    from importlog_tui.fetching.sis import SisFetched
    from importlog_tui.fetching.walk import Fetched
    from importlog_tui.refresh import Brought, Outcome, Unplaced
    from importlog_tui.roster import Unclear

MOST_TROUBLES = 40
"""Troubles told one by one; a folder of the wrong files would fill the screen otherwise."""

MOST_UNPLACED = 10
"""Tables without an error told one by one, each with its choices."""

MOST_CHOICES = 12
"""Errors offered for a table that could not be placed; the likeliest come first."""


def summary(outcome: Outcome) -> str:
    """One line: what was read, and how much of it is new."""
    read = (
        ("run", outcome.runs, outcome.new_runs),
        ("error", outcome.errors, outcome.new_errors),
        ("record", outcome.records, outcome.new_records),
    )
    parts = [f"{_counted(word, count)} ({new:,} new)" for word, count, new in read if count]
    parts = [", ".join(parts)] if parts else []
    parts += _rosters(outcome.rosters)
    stopped = "stopped; " if outcome.stopped else ""
    if not parts:
        return f"{stopped}nothing was brought in"
    kept = "what was read until then is kept: " if outcome.stopped else ""
    return stopped + kept + "; ".join(parts)


def sis_fetched(fetched: SisFetched) -> str:
    """One line: what was newer in the place where the SIS puts its files, and what it brought."""
    if not fetched.there:
        return one_line(f"{fetched.place}: no table and no package is there")
    if not fetched.newer:
        return one_line(f"{fetched.place}: nothing is newer than what was fetched before")
    return summary(fetched.outcome)


_ONE_ROW = {Kind.USERS: "user", Kind.COURSES: "section", Kind.ENROLLMENTS: "enrollment"}
_WITNESSES = {Witness.SIS: "SIS extract", Witness.DIRECTORY: "directory"}


def _rosters(rosters: Sequence[Brought]) -> Iterator[str]:
    """Tables of extracts and of the directory, those of one folder or package together."""
    for _, together in groupby(
        rosters, lambda each: (each.reading.witness, _folder(each.reading.origin.name))
    ):
        tables = list(together)
        first = tables[0].reading
        when = f" of {first.taken_at:%d %b %H:%M}" if first.taken_at else ""
        yield f"{_WITNESSES[first.witness]}{when}: {', '.join(map(_table, tables))}"


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _table(brought: Brought) -> str:
    rows = _counted(_ONE_ROW[brought.reading.kind], brought.filed.rows)
    part = "" if brought.complete else " (not all)"
    return f"{rows}{part}{'' if brought.filed.is_new else ' known already'}"


def fetched(fetched: Fetched) -> str:
    """One line: what a fetch read, and how much of it is new."""
    pages = _counted("page", fetched.pages)
    return f"{summary(fetched.outcome)}; {pages} in {_counted('request', fetched.requests)}"


def directory(fetched: DirectoryFetched) -> str:
    """One line: how many users the directory has, how many of them are inactive, and whose key read them."""
    inactive = f", {fetched.inactive:,} of them inactive" if fetched.inactive else ""
    asked = _counted("request", fetched.requests)
    return f"{summary(fetched.outcome)}{inactive}; {asked} with the key of {one_line(fetched.who)}"


def complaints(
    outcome: Outcome, zone: Callable[[datetime], datetime], told: Collection[str] | None = None
) -> Iterator[str]:
    """Lines that name what was not understood, with places and remedies; the choices for each table without an error.

    `told` are headings whose meaning a person said; where it is given, what is taken for the key without that is named.
    """
    yield from _without_key(outcome.rosters, told)
    for trouble in outcome.troubles[:MOST_TROUBLES]:
        yield one_line(str(trouble))
    if len(outcome.troubles) > MOST_TROUBLES:
        yield f"and {len(outcome.troubles) - MOST_TROUBLES:,} more like these"
    for unclear in outcome.unclear[:MOST_UNPLACED]:
        yield from question(unclear)
    if len(outcome.unclear) > MOST_UNPLACED:
        yield f"and {len(outcome.unclear) - MOST_UNPLACED:,} more tables like these; nothing of them was kept either"
    for unplaced in outcome.unplaced[:MOST_UNPLACED]:
        yield from refusal(unplaced, zone)
    if len(outcome.unplaced) > MOST_UNPLACED:
        yield f"and {len(outcome.unplaced) - MOST_UNPLACED:,} more tables that could not be told; nothing of them was kept either"


def _without_key(rosters: Sequence[Brought], told: Collection[str] | None) -> Iterator[str]:
    """Tables of which nothing can be held against the others, or only by a guess."""
    for reading in (brought.reading for brought in rosters):
        key = next((column for column, field in reading.fields.items() if field is Field.UNIQUE_ID), None)
        if key is None and reading.kind is not Kind.COURSES:
            yield one_line(
                f"{reading.origin}: no column of it is known as the User Unique ID, so nobody in it can be compared: {', '.join(reading.columns)}."
            )
            yield "  Name it with --column HEADING=unique_id, which is remembered, and bring the file in again."
        elif key is not None and told is not None and key not in told and is_stand_in(key):
            yield one_line(f'{reading.origin}: "{key}" is taken for the User Unique ID.')


def question(unclear: Unclear) -> Iterator[str]:
    """What has to be told of an extract or a table of the directory before it can be kept."""
    if not unclear.heading:
        what = "whether it holds users, courses or enrollments can't be told from its headings"
        yield one_line(f"{unclear.origin}: {what}: {', '.join(unclear.columns)}. Nothing of it was kept.")
        yield "  Say it with --kind users, --kind courses or --kind enrollments, or what a heading means with --column HEADING=MEANING."
        return
    means = " or ".join(MEANINGS.get(field, field) for field in unclear.choices)
    heading, field = unclear.heading, unclear.choices[0]
    yield one_line(f'{unclear.origin}: the heading "{heading}" may mean {means}. Nothing of it was kept.')
    given = shlex.quote(f"{heading}={field}")
    yield f"  Say which: --column {one_line(given)} is remembered; or write one of these into the configuration, under [columns]:"
    for field in unclear.choices:
        yield f"  {one_line(_setting(heading, field))}"


def _setting(heading: str, field: Field) -> str:
    import tomli_w

    return tomli_w.dumps({heading: field.value}).strip()


MEANINGS = {
    Field.UNIQUE_ID: "the User Unique ID (the SIS's key)",
    Field.SCHOOLOGY_ID: "Schoology's own number of the user",
    Field.SIS_USER_ID: "the SIS User ID of PowerSchool Learning",
    Field.USERNAME: "the username",
}


def refusal(unplaced: Unplaced, zone: Callable[[datetime], datetime]) -> Iterator[str]:
    """Why a table was not kept, and how to say what it is."""
    yield one_line(f"{unplaced.reading.origin}: {_what_it_may_be(unplaced)}. Nothing of it was kept.")
    other = "or " if unplaced.reading.is_certain else "--as sis or --as directory, or "
    yield f"  Say which with --error ID, {other}with --as records --kind users|courses|enrollments for a table without its log."
    for error in unplaced.choices[:MOST_CHOICES]:
        yield f"  --error {error.id}  {_choice(error, zone)}"
    if len(unplaced.choices) > MOST_CHOICES:
        yield f"  and {len(unplaced.choices) - MOST_CHOICES:,} more: importlog-tui errors"


def _what_it_may_be(unplaced: Unplaced) -> str:
    rows = "a table" if unplaced.rows is None else f"a table of {_counted('row', unplaced.rows)}"
    if unplaced.reading.is_certain:
        return f"{rows} of affected records, and which error they belong to can't be told"
    return f"{rows} that may be the affected records of an error, an extract of the SIS, or Schoology's own users"


def _choice(error: KnownError, zone: Callable[[datetime], datetime]) -> str:
    when = f"{zone(error.performed_at):%d %b %Y %H:%M}" if error.performed_at else "no date"
    missing = "rows not known" if error.rows_affected is None else _counted("row", error.rows_affected)
    if error.rows_read:
        missing += f", {error.rows_read:,} read"
    return f"{one_line(error.label)}, {when}: {one_line(error.message)} ({missing})"


def _counted(word: str, count: int) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
