from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from importlog_tui.archive import Archive
from importlog_tui.model import Basis, ErrorReading, Kind, Precision, Result, Run, When
from importlog_tui.refresh import bring_in
from tests.archive.dump import dump
from tests.archive.readings import MAIL, NIGHT, mailed, people, run, table, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from importlog_tui.model import RunReading


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as opened:
        yield opened


def after(archive: Archive, *readings: RunReading) -> list[Run]:
    """The runs after each reading was brought in by itself."""
    for reading in readings:
        bring_in(archive, [reading])
    return archive.runs()


def mail(
    minutes: float = 0, *, result: Result = Result.COMPLETED_WITH_ERRORS, count: int | None = 3
) -> RunReading:
    return run(
        mailed(minutes), result=result, label="Users", origin=MAIL, error_count=count, lists_errors=False
    )


def test_a_run_is_kept_as_the_page_tells_it(archive: Archive) -> None:
    zone = timezone(timedelta(hours=-5))
    when = When("Nov 23, 2026 1:02 am", NIGHT.astimezone(zone))
    (found,) = after(archive, run(when, [ErrorReading("Email already in use", 9)]))
    assert found.performed_at == NIGHT
    assert found.performed_at is not None
    assert found.performed_at.utcoffset() == timedelta(hours=-5)
    assert (found.performed_text, found.kind, found.label) == (
        "Nov 23, 2026 1:02 am",
        Kind.USERS,
        "Users Import",
    )
    assert (found.errors, found.rows_affected, found.rows_read, found.complete) == (1, 9, 0, False)
    assert found.errors_listed
    assert found.origin == "log.html"


def test_a_mail_and_a_page_of_one_run_become_one_run_with_the_pages_time(archive: Archive) -> None:
    page = run(written(), [ErrorReading("Email", 1)])
    for order in ([mail(6), page], [page, mail(6)]):
        with Archive.open(archive.path.with_name(f"{order[0].origin.format}.db")) as fresh:
            (found,) = after(fresh, *order)
        assert found.performed_at == NIGHT
        assert found.label == "Users Import"
        assert found.errors == 3
        assert not found.complete
        assert found.origin == "log.html; mail.eml"


@pytest.mark.parametrize(
    ("first", "second", "runs"),
    [
        (written(), written(0.5), 1),
        (written(), written(1), 2),
        (written(), written(20), 2),
        (written(), mailed(30), 1),
        (written(), mailed(31), 2),
        (mailed(), mailed(25), 1),
        (written(), When("7 hours ago", NIGHT + timedelta(minutes=28), Precision.HOUR, Basis.NOW), 1),
        (written(), When("7 hours ago", NIGHT + timedelta(minutes=40), Precision.HOUR, Basis.NOW), 2),
        (written(), When("Today at 1:02 am", NIGHT, Precision.MINUTE, Basis.SAVED), 1),
        (written(), When("Today at 1:03 am", NIGHT + timedelta(minutes=1), Precision.MINUTE, Basis.SAVED), 2),
        (written(), When("Nov 23", NIGHT.replace(hour=0, minute=0), Precision.DAY), 1),
        (written(), When("Nov 24", NIGHT.replace(day=24, hour=0, minute=0), Precision.DAY), 2),
        (written(), When("one of these days"), 2),
        (When("one of these days"), When("one of these days"), 1),
        (When("one of these days"), When("another day"), 2),
    ],
)
def test_times_tell_whether_two_readings_are_of_one_run(
    archive: Archive, first: When, second: When, runs: int
) -> None:
    assert len(after(archive, run(first), run(second))) == runs
    with Archive.open(archive.path.with_name("turned.db")) as turned:
        assert len(after(turned, run(second), run(first))) == runs


def test_imports_of_several_kinds_at_one_time_are_several_runs(archive: Archive) -> None:
    kinds = [Kind.USERS, Kind.COURSES, Kind.ENROLLMENTS]
    assert {found.kind for found in after(archive, *(run(kind=kind) for kind in kinds))} == set(kinds)


def test_imports_without_a_known_kind_are_told_apart_by_their_label(archive: Archive) -> None:
    labels = ["Group Import", "Demographics Import", "group  import"]
    assert len(after(archive, *(run(kind=Kind.OTHER, label=label) for label in labels))) == 2


def test_of_several_runs_a_mail_belongs_to_the_nearest(archive: Archive) -> None:
    found = after(archive, run(written(0)), run(written(20)), mail(24))
    assert [(each.performed_at, "mail.eml" in each.origin) for each in found] == [
        (NIGHT + timedelta(minutes=20), True),
        (NIGHT, False),
    ]


def test_a_day_alone_belongs_to_no_run_where_that_day_has_two(archive: Archive) -> None:
    day = When("Nov 23", NIGHT.replace(hour=0, minute=0), Precision.DAY)
    assert len(after(archive, run(written(0)), run(written(600)), run(day))) == 3


@pytest.mark.parametrize(
    "order", list(permutations([Result.QUEUED, Result.RUNNING, Result.COMPLETED_WITH_ERRORS, Result.UNKNOWN]))
)
def test_a_result_grows_final_in_whatever_order_it_is_read(archive: Archive, order: Sequence[Result]) -> None:
    (found,) = after(archive, *(run(result=result) for result in order))
    assert found.result is Result.COMPLETED_WITH_ERRORS
    assert found.result_text == "completed_with_errors"


def test_the_page_is_believed_before_the_mail(archive: Archive) -> None:
    (found,) = after(archive, mail(result=Result.FAILED, count=None), run(result=Result.COMPLETED))
    assert found.result is Result.COMPLETED


def test_a_fuller_reading_completes_a_run_and_an_emptier_one_takes_nothing_away(archive: Archive) -> None:
    folded = run(lists_errors=False)
    numbered = run(errors=[ErrorReading("Email", None), ErrorReading("Role", 2)])
    whole = run(
        errors=[
            ErrorReading("Email", 1, records=table(people(1, 1))),
            ErrorReading("Role", 2, records=table(people(2, 3))),
        ]
    )
    assert [each.complete for each in after(archive, folded)] == [False]
    assert [each.complete for each in after(archive, numbered)] == [False]
    (found,) = after(archive, whole)
    assert (found.errors, found.rows_affected, found.rows_read, found.complete) == (2, 3, 3, True)
    assert after(
        archive,
        run(lists_errors=False),
        run(result=Result.RUNNING, errors=[]),
        run(errors=[ErrorReading("Email", None)]),
    ) == [found]


@pytest.mark.parametrize(
    ("reading", "errors", "complete"),
    [
        (run(result=Result.COMPLETED), 0, True),
        (run(result=Result.COMPLETED, lists_errors=False), 0, True),
        (run(result=Result.FAILED, lists_errors=False), 0, True),
        (run(result=Result.FAILED, lists_errors=False, error_count=2), 2, False),
        (run(result=Result.FAILED, errors=[ErrorReading("Login failed", None)]), 1, False),
        (run(result=Result.COMPLETED_WITH_ERRORS, lists_errors=False), None, False),
        (run(result=Result.COMPLETED_WITH_ERRORS, lists_errors=False, error_count=3), 3, False),
        (run(result=Result.COMPLETED_WITH_ERRORS), None, False),
        (run(errors=[ErrorReading("Email", 1)]), 1, False),
        (run(errors=[ErrorReading("Email", 0)]), 1, True),
        (run(errors=[ErrorReading("Email", 1, records=table(people(1, 1)))], error_count=2), 2, False),
        (run(errors=[ErrorReading("Email", 1, records=table(people(1, 1)))], error_count=1), 1, True),
        (run(errors=[ErrorReading("Email", 1, records=table(people(1, 1)))]), 1, True),
        (run(errors=[ErrorReading("Email", None, records=table(people(1, 1)))]), 1, True),
        (run(result=Result.QUEUED), 0, False),
        (run(result=Result.RUNNING, lists_errors=False), None, False),
        (run(result=Result.UNKNOWN, lists_errors=False), None, False),
        (run(result=Result.UNKNOWN), 0, True),
    ],
)
def test_a_run_is_complete_when_all_that_it_claims_was_read(
    archive: Archive, reading: RunReading, errors: int | None, complete: bool
) -> None:
    (found,) = after(archive, reading)
    assert (found.errors, found.complete) == (errors, complete)


def test_a_runs_rows_are_unknown_where_one_errors_rows_are(archive: Archive) -> None:
    assert (
        after(archive, run(errors=[ErrorReading("Email", 9), ErrorReading("Role", None)]))[0].rows_affected
        is None
    )
    assert after(archive, run(errors=[ErrorReading("Role", 2)]))[0].rows_affected == 11


def test_errors_are_told_apart_by_message_and_where_one_stands_twice_by_order(archive: Archive) -> None:
    errors = [ErrorReading("Email", 1), ErrorReading("Role", 5), ErrorReading("Email", 2)]
    after(
        archive,
        run(errors=errors),
        run(errors=[replace(error, message=f" {error.message}\n") for error in errors]),
    )
    assert [(error.message.strip(), error.rows_affected) for error in archive.errors()] == [
        ("Email", 1),
        ("Role", 5),
        ("Email", 2),
    ]


def test_messages_that_differ_in_case_or_number_are_different_errors(archive: Archive) -> None:
    after(archive, run(errors=[ErrorReading("Row 1", 1), ErrorReading("Row 2", 1), ErrorReading("ROW 1", 1)]))
    assert len(archive.errors()) == 3


def test_a_messages_text_is_kept_as_it_was(archive: Archive) -> None:
    message = "  [b]Not found[/b]\x1b]52;c;AAAA\x07 \u202e  "
    after(archive, run(errors=[ErrorReading(message, 1)]))
    assert archive.errors()[0].message == message


def test_runs_are_listed_newest_first_and_those_without_a_time_last(archive: Archive) -> None:
    found = after(archive, run(When("some day")), run(written(-1440)), run(written(0)), run(written(-2880)))
    assert [each.performed_at for each in found] == [
        NIGHT,
        NIGHT - timedelta(days=1),
        NIGHT - timedelta(days=2),
        None,
    ]


def test_one_run_and_one_error_can_be_asked_for(archive: Archive) -> None:
    after(archive, run(errors=[ErrorReading("Email", 1)]), run(written(1440), [ErrorReading("Role", 1)]))
    newest, oldest = archive.runs()
    assert archive.runs(oldest.id) == [oldest]
    assert archive.runs(99) == []
    (error,) = archive.errors(oldest.id)
    assert error.message == "Email"
    assert archive.errors(error_id=error.id) == [error]
    assert archive.errors(newest.id, error.id) == []


def test_the_same_log_twice_changes_nothing(archive: Archive) -> None:
    def log() -> list[RunReading]:
        return [
            run(
                errors=[
                    ErrorReading("Email", 2, "/errors/7", records=table(people(1, 2))),
                    ErrorReading("Role", None),
                ]
            ),
            run(written(1440), result=Result.RUNNING),
            run(When("soon"), result=Result.QUEUED),
            mail(4),
        ]

    bring_in(archive, log())
    before = dump(archive.path)
    outcome = bring_in(archive, log())
    assert (outcome.new_runs, outcome.new_errors, outcome.new_records) == (0, 0, 0)
    assert (outcome.runs, outcome.errors, outcome.records) == (4, 2, 2)
    assert outcome.status == 0
    assert dump(archive.path) == before
