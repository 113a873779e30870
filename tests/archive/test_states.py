"""What nights tell of each other, as it is kept."""

from __future__ import annotations

import gzip
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importlog_tui.archive import Archive, schema, states
from importlog_tui.archive.comparing import Found, compare
from importlog_tui.archive.identity import folded_message
from importlog_tui.model import ErrorReading, Format, Kind, Origin, RecordsReading, Result, State
from importlog_tui.refresh import bring_in
from tests.archive.readings import NIGHT, people, run, table, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlog_tui.model import Run, RunReading

DAY = 1440
EMAIL = "Email already in use"
Row = tuple[str, ...]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as opened:
        yield opened


def night(
    day: float,
    rows: Sequence[Row] | None,
    *,
    message: str = EMAIL,
    result: Result = Result.COMPLETED_WITH_ERRORS,
    claimed: int | None = None,
    minutes: float = 0,
) -> RunReading:
    """A users import of one error; None for one without errors."""
    when = written(day * DAY + minutes)
    if rows is None:
        return run(when, [], result=Result.COMPLETED)
    claimed = len(rows) if claimed is None else claimed
    records = table(rows, claimed=claimed, has_more=len(rows) < claimed)
    return run(when, [ErrorReading(message, claimed, records=records)], result=result)


def run_at(archive: Archive, day: float, minutes: float = 0) -> Run:
    at = NIGHT + timedelta(days=day, minutes=minutes)
    return next(found for found in archive.runs() if found.performed_at == at)


def counts(archive: Archive, day: float, minutes: float = 0) -> dict[State | None, int]:
    """How many records of a night have which state."""
    run_id = run_at(archive, day, minutes).id
    told = Counter(record.state for record in archive.records(run_id))
    return dict(told) | ({State.GONE: gone} if (gone := len(list(archive.gone_records(run_id)))) else {})


def test_the_first_night_has_nothing_to_compare_with(archive: Archive) -> None:
    bring_in(archive, [night(0, people(1, 3))])
    assert counts(archive, 0) == {None: 3}
    assert archive.errors()[0].state is None
    assert run_at(archive, 0).new_rows is None


def test_new_still_gone_and_returned(archive: Archive) -> None:
    for day, rows in enumerate((people(1, 3), people(2, 5), people(1, 1) + people(4, 5))):
        bring_in(archive, [night(day, rows)])
    assert counts(archive, 1) == {State.STILL: 2, State.NEW: 2, State.GONE: 1}
    assert counts(archive, 2) == {State.STILL: 2, State.RETURNED: 1, State.GONE: 2}
    last = run_at(archive, 2)
    assert (last.new_rows, last.returned_rows, last.gone_rows) == (0, 1, 2)
    assert last.compared_with == run_at(archive, 1).id
    back = next(each for each in archive.records(last.id) if each.state is State.RETURNED)
    assert back.last_seen == NIGHT
    still = next(each for each in archive.records(last.id) if each.state is State.STILL)
    assert (still.since, still.nights) == (NIGHT + timedelta(days=1), 2)


def test_what_is_gone_keeps_its_id_and_says_where_it_was_first_missing(archive: Archive) -> None:
    bring_in(archive, [night(0, people(1, 2)), night(1, people(2, 2))])
    (first, _) = archive.records(run_at(archive, 0).id)
    (gone,) = archive.gone_records(run_at(archive, 1).id)
    assert (gone.id, gone.run_id, gone.gone_in) == (first.id, first.run_id, run_at(archive, 1).id)


def test_of_a_record_that_stands_twice_the_last_row_is_gone_and_the_first_is_new(archive: Archive) -> None:
    rows = [("204001", "Lopez", "first"), ("204002", "Lopez", ""), ("204001", "Lopez", "last")]
    for day in (0, 2):
        bring_in(archive, [run(written(day * DAY), [ErrorReading(EMAIL, 3)])])
        error_id = archive.errors(run_at(archive, day).id)[0].id
        for first in (3, 2, 1):  # the pages come from behind
            bring_in(archive, [table(rows[first - 1 : first], first=first, claimed=3)], error_id=error_id)
        bring_in(archive, [night(day + 1, people(2, 2))])
    gone = archive.gone_records(run_at(archive, 1).id)
    assert [record.values["First Name"] for record in gone] == ["last"]
    assert counts(archive, 2) == {State.STILL: 1, State.RETURNED: 2}
    with archive._connections.one() as connection:
        (came,) = connection.execute("SELECT record_id FROM changes WHERE what = 2").fetchone()
    assert archive.window([came])[0].values["First Name"] == "first"


def test_an_error_is_gone_and_returns_with_its_rows(archive: Archive) -> None:
    for day, rows in enumerate((people(1, 3), people(1, 3), None, people(2, 4))):
        bring_in(archive, [night(day, rows)])
    third, fourth = run_at(archive, 2).id, run_at(archive, 3).id
    (gone,) = archive.gone(third)[0]
    assert (gone.message, gone.state, gone.run_id, gone.gone_in) == (
        EMAIL,
        State.GONE,
        run_at(archive, 1).id,
        third,
    )
    (back,) = archive.errors(fourth)
    assert (back.state, back.last_seen) == (State.RETURNED, NIGHT + timedelta(days=1))
    assert counts(archive, 2) == {State.GONE: 3}
    assert counts(archive, 3) == {State.RETURNED: 2, State.NEW: 1}


def test_an_error_that_was_not_there_brings_new_rows_only(archive: Archive) -> None:
    bring_in(archive, [night(0, None), night(1, people(1, 3)), night(2, people(1, 4))])
    assert [error.state for error in archive.errors()] == [State.STILL, State.NEW]
    assert counts(archive, 1) == {State.NEW: 3}
    assert counts(archive, 2) == {State.STILL: 3, State.NEW: 1}
    still = next(archive.records(run_at(archive, 2).id))
    assert (still.since, still.nights) == (NIGHT + timedelta(days=1), 2)


def test_half_a_read_makes_nothing_gone_and_is_passed_over(archive: Archive) -> None:
    bring_in(archive, [night(0, people(1, 6)), night(1, people(1, 2), claimed=6), night(2, people(1, 3))])
    assert counts(archive, 1) == {None: 2}
    assert run_at(archive, 1).gone_rows is None
    assert counts(archive, 2) == {State.STILL: 3, State.GONE: 3}


@pytest.mark.parametrize("result", [Result.FAILED, Result.RUNNING, Result.QUEUED])
def test_a_failed_or_unfinished_run_is_no_evidence(archive: Archive, result: Result) -> None:
    bring_in(archive, [night(0, people(1, 3)), run(written(DAY), [], result=result), night(2, people(1, 3))])
    assert counts(archive, 2) == {State.STILL: 3}
    assert archive.gone(run_at(archive, 1).id)[0] == []
    assert run_at(archive, 2).compared_with == run_at(archive, 0).id


def test_a_rerun_on_the_same_data_changes_nothing(archive: Archive) -> None:
    bring_in(
        archive,
        [
            night(0, people(1, 2)),
            night(1, people(2, 3)),
            night(1, people(2, 3), minutes=328),
            night(2, people(2, 3)),
        ],
    )
    again = run_at(archive, 1, 328)
    assert again.is_rerun
    assert again.compared_with == run_at(archive, 1).id
    assert counts(archive, 1, 328) == {State.STILL: 1, State.NEW: 1}
    assert counts(archive, 2) == {State.STILL: 2}
    assert max(record.nights for record in archive.records(run_at(archive, 2).id)) == 3
    assert not run_at(archive, 2).is_rerun


def test_the_rows_of_a_rerun_may_come_in_another_order(archive: Archive) -> None:
    bring_in(archive, [night(0, people(1, 3)), night(0, people(1, 3)[::-1], minutes=300)])
    assert run_at(archive, 0, 300).is_rerun


def test_a_second_run_with_other_rows_is_a_run_of_its_own(archive: Archive) -> None:
    bring_in(archive, [night(0, people(1, 3)), night(0, people(1, 2), minutes=300)])
    assert not run_at(archive, 0, 300).is_rerun
    assert counts(archive, 0, 300) == {State.STILL: 2, State.GONE: 1}


def test_other_kinds_are_not_compared(archive: Archive) -> None:
    courses = night(1, people(1, 2))
    courses.kind = Kind.COURSES
    bring_in(archive, [night(0, people(1, 3)), courses])
    assert counts(archive, 1) == {None: 2}


def test_a_record_without_a_subject_is_known_by_all_its_values(archive: Archive) -> None:
    def one(day: int, columns: Row, rows: list[Row]) -> RunReading:
        return run(
            written(day * DAY), [ErrorReading("Role", len(rows), records=table(rows, columns=columns))]
        )

    bring_in(archive, [one(0, ("Colour", "Size"), [("red", "1"), ("red", "2")])])
    bring_in(archive, [one(1, ("Size", "Colour"), [("2", "red "), ("3", "red")])])
    assert counts(archive, 1) == {State.STILL: 1, State.NEW: 1, State.GONE: 1}


def test_a_record_is_known_by_its_subject_whatever_else_changes(archive: Archive) -> None:
    bring_in(archive, [night(0, people(1, 2)), night(1, [("204001", "Other", "Name"), ("204002", "", "")])])
    assert counts(archive, 1) == {State.STILL: 2}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('Section not found: "eng9"', 'Section not found: "hist 2"'),
        ("User 204117 not found", "User 9 not found"),
        ("mlopez@example.org is taken", "anguyen@example.org  is taken"),
        ("Row 3: Email already in use", "row 12: email already in use"),
    ],
)
def test_messages_that_differ_in_a_case_are_one_error(one: str, other: str) -> None:
    assert folded_message(one) == folded_message(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Email already in use", "Username already in use"),
        ("The user's email is taken", "The user's login is taken"),
    ],
)
def test_messages_that_differ_in_words_are_two_errors(one: str, other: str) -> None:
    assert folded_message(one) != folded_message(other)


def test_an_archive_of_version_1_is_told_its_states(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(gzip.decompress((Path(__file__).parent / "files" / "version1.sqlite.gz").read_bytes()))
    with Archive.open(path, read_only=True) as archive:
        assert len(archive.runs()) == 3
        assert counts(archive, 1) == {State.STILL: 3, State.GONE: 2}
        assert counts(archive, 2) == {State.STILL: 3, State.RETURNED: 2, State.NEW: 1}
        assert [error.state for error in archive.errors()] == [
            State.STILL,
            State.RETURNED,
            State.STILL,
            None,
            None,
        ]
    assert schema.VERSION > 1


def read_with(day: int, columns: tuple[str, ...], rows: Sequence[Row]) -> RunReading:
    records = RecordsReading(
        columns, iter(enumerate(rows, 1)), Origin("rows.csv", Format.TABLE), claimed=len(rows)
    )
    return run(written(day * DAY), [ErrorReading(EMAIL, len(rows), records=records)])


def test_records_are_still_there_whose_headings_say_the_same_in_other_words(archive: Archive) -> None:
    rows = [("Ana", "Quill", "a@example.org"), ("Bo", "Marsh", "b@example.org")]
    bring_in(archive, [read_with(0, ("Given Name", "Surname", "Mail"), rows)])
    turned = [(mail, last, first) for first, last, mail in [*rows, ("Cy", "Dunn", "c@example.org")]]
    bring_in(archive, [read_with(1, ("E-Mail", "Last Name", "First"), turned)])
    assert counts(archive, 1) == {State.STILL: 2, State.NEW: 1}


def test_records_of_nights_that_cant_be_compared_have_no_state_and_that_is_said(archive: Archive) -> None:
    rows = [("7001", "Ana"), ("7002", "Bo")]
    bring_in(archive, [read_with(0, ("Unique ID", "Given Name"), rows)])
    outcome = bring_in(archive, [read_with(1, ("Badge", "Given Name"), rows)])
    assert counts(archive, 1) == {None: 2}
    assert run_at(archive, 1).new_rows is None
    assert any("which are new can't be told" in trouble.what for trouble in outcome.troubles)

    outcome = bring_in(archive, [read_with(2, ("Badge", "Given Name"), [*rows, ("7003", "Cy")])])
    assert counts(archive, 2) == {State.STILL: 2, State.NEW: 1}
    assert not outcome.troubles


def test_pages_of_an_error_are_compared_once_when_the_last_one_is_there(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[list[int], list[int]]] = []

    def spy(
        connection: sqlite3.Connection, lineage: int, old: list[int], new: list[int], *place: int
    ) -> Found:
        compared.append((old, new))
        return compare(connection, lineage, old, new, *place)

    monkeypatch.setattr(states, "compare", spy)
    for day in (0, 1):
        roles = ErrorReading("Role", 9, records=table(people(1, 9)) if not day else None)
        emails = ErrorReading(EMAIL, 5, records=table(people(day, day + 4)))
        bring_in(archive, [run(written(day * DAY), [emails, roles])])
    by_message = {error.message: error.id for error in archive.errors(run_at(archive, 1).id)}
    before = next(error.id for error in archive.errors(run_at(archive, 0).id) if error.message == "Role")
    compared.clear()
    for first in (2, 5):
        bring_in(
            archive,
            [table(people(first, first + 2), first=first - 1, claimed=9)],
            error_id=by_message["Role"],
        )
    assert not compared
    bring_in(archive, [table(people(8, 10), first=7, claimed=9)], error_id=by_message["Role"])
    assert compared == [([before], [by_message["Role"]])]
    assert counts(archive, 1) == {State.STILL: 12, State.NEW: 2, State.GONE: 2}
    assert (run_at(archive, 1).new_rows, run_at(archive, 1).gone_rows) == (2, 2)


def test_what_was_sent_goes_with_records_that_are_known_otherwise_now(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with Archive.open(path) as archive:
        bring_in(archive, [night(0, people(1, 3))])
    with closing(sqlite3.connect(path)) as old, old:
        keys = old.execute("SELECT key FROM records ORDER BY id").fetchall()
        old.execute("UPDATE records SET key = key + 1")
        old.execute("INSERT INTO sent SELECT (SELECT lineage FROM errors), key, 1, 'x' FROM records")
        for statement in (
            "DROP VIEW changes",
            "DROP TABLE mass_changes",
            "DROP TABLE masses",
            "ALTER TABLE lone_changes RENAME TO changes",
            "DROP TABLE search_cells",
            "DROP TABLE search_covered",
            "PRAGMA user_version = 8",
        ):
            old.execute(statement)
    with Archive.open(path):
        pass
    with closing(sqlite3.connect(path)) as now:
        assert now.execute("SELECT key FROM records ORDER BY id").fetchall() == keys
        assert sorted(now.execute("SELECT key FROM sent").fetchall()) == sorted(keys)
