"""Whatever the order, the splitting and the repetition: the same readings make the same archive."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importlog_tui.archive import Archive, comparing
from importlog_tui.archive.flips import flips
from importlog_tui.model import (
    Basis,
    ErrorReading,
    Kind,
    Precision,
    RecordsReading,
    Result,
    RunReading,
    State,
    When,
)
from importlog_tui.refresh import bring_in
from tests.archive.readings import MAIL, NIGHT, mailed, run, table, written

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[[], RunReading]

ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.just("z")), max_size=9)


@dataclass(frozen=True)
class Case:
    """An error as it was, told in parts below."""

    message: str
    rows: tuple[tuple[str, ...], ...]
    claims: bool


@st.composite
def readings_of_a_night(draw: st.DrawFn, minutes: int, kind: Kind) -> list[Make]:
    """What pages and mails tell of one run, each in part."""
    messages = draw(
        st.lists(st.sampled_from(["Email", "Role", "Grade"]), min_size=1, max_size=3, unique=True)
    )
    errors = [Case(message, tuple(draw(ROWS)), draw(st.booleans())) for message in messages]

    def listing(
        when: When, result: Result, error: int | None, reading: Callable[[], RecordsReading] | None
    ) -> Make:
        """The log page, one of its errors unfolded."""

        def make() -> RunReading:
            listed = [
                ErrorReading(
                    each.message,
                    len(each.rows) if each.claims else None,
                    records=reading() if reading is not None and at == error else None,
                )
                for at, each in enumerate(errors)
            ]
            return run(when, listed, kind=kind, result=result)

        return make

    told = st.sampled_from(
        [
            written(minutes),
            When("Today", NIGHT + timedelta(minutes=minutes), Precision.MINUTE, Basis.SAVED),
            When("7 hours ago", NIGHT + timedelta(minutes=minutes + 13), Precision.HOUR, Basis.NOW),
        ]
    )
    results = st.sampled_from([Result.RUNNING, Result.COMPLETED_WITH_ERRORS])
    makes = [
        lambda: run(written(minutes), [], kind=kind, result=Result.QUEUED, lists_errors=False),
        lambda: run(
            mailed(minutes + 9), [], kind=kind, origin=MAIL, error_count=len(errors), lists_errors=False
        ),
        listing(draw(told), draw(results), None, None),
    ]
    for at, error in enumerate(errors):
        rows = error.rows
        cut = draw(st.integers(0, len(rows)))
        part, rest = rows[:cut], rows[cut:]
        parts = (
            lambda part=part, rows=rows: table(part, claimed=len(rows), has_more=len(part) < len(rows)),
            lambda rest=rest, rows=rows, cut=cut: table(rest, claimed=len(rows), first=cut + 1),
            lambda rows=rows: table(rows),
        )
        makes += [listing(draw(told), draw(results), at, reading) for reading in parts if draw(st.booleans())]
    return makes


@st.composite
def nights(draw: st.DrawFn) -> list[Make]:
    makes: list[Make] = []
    for minutes in draw(st.lists(st.sampled_from([0, 120, 1440, 2880]), min_size=1, max_size=3, unique=True)):
        for kind in draw(st.lists(st.sampled_from([Kind.USERS, Kind.COURSES]), min_size=1, unique=True)):
            makes += draw(readings_of_a_night(minutes, kind))
    return makes


def told(archive: Archive) -> list[object]:
    """All that an archive tells, without ids and names of sources."""
    story: list[object] = []
    for found in archive.runs():
        story.append(
            (
                found.kind,
                found.label,
                found.performed_at,
                found.performed_text,
                found.result,
                found.errors,
                found.rows_affected,
                found.rows_read,
                found.complete,
                found.errors_listed,
                found.is_rerun,
                found.new_rows,
                found.returned_rows,
                found.gone_rows,
            )
        )
        for error in archive.errors(found.id):
            story.append((error.message, error.rows_affected, error.rows_read, error.complete, error.columns))
            story.append((error.state, error.since, error.nights, error.last_seen, error.new_rows))
            story += [
                (
                    record.number,
                    tuple(record.values.values()),
                    (record.state, record.since, record.nights, record.last_seen),
                )
                for record in archive.records(error_id=error.id)
            ]
            for state in (State.NEW, State.STILL, State.RETURNED):
                chosen = archive.chosen_records(error.id, states=frozenset({state}))
                story.append((state, [record.number for record in chosen]))
        missing, _ = archive.gone(found.id)
        story += sorted((error.message, error.last_seen is None) for error in missing)
        story += sorted(
            (found.performed_at, archive.errors(error_id=record.error_id)[0].message, *record.values.values())
            for record in archive.gone_records(found.id)
        )
    with archive._connections.one() as connection:
        marked = connection.execute("SELECT DISTINCT lineage, key FROM changes ORDER BY 1, 2").fetchall()
        story += flips(connection, marked)
    return story


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.data())
def test_any_order_any_splitting_any_repetition_gives_the_same_archive(data: st.DataObject) -> None:
    makes = data.draw(nights())
    order = data.draw(st.permutations(range(len(makes))))
    again = data.draw(st.lists(st.sampled_from(range(len(makes))), max_size=4))
    cuts = data.draw(
        st.lists(st.booleans(), min_size=len(order) + len(again), max_size=len(order) + len(again))
    )
    with tempfile.TemporaryDirectory() as folder:
        with Archive.open(Path(folder, "at once.db")) as archive:
            bring_in(archive, [make() for make in makes])
            expected = told(archive)
        # Where a night's many changes lie apart, and where they lie with those of all nights.
        few = data.draw(st.sampled_from([0, 2, comparing.FEW]))
        with patch.object(comparing, "FEW", few), Archive.open(Path(folder, "in parts.db")) as archive:
            waiting: list[RunReading] = []
            for at, is_cut in zip([*order, *again], cuts, strict=True):
                waiting.append(makes[at]())
                if is_cut:
                    bring_in(archive, waiting)
                    waiting = []
            bring_in(archive, waiting)
            assert told(archive) == expected
            with archive._connections.one() as connection:
                (stray,) = connection.execute(
                    "SELECT (SELECT count(*) FROM records) - (SELECT coalesce(sum(count), 0) FROM spans)"
                ).fetchone()
            assert stray == 0
