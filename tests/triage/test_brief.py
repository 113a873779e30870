"""What a morning is told from runs alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from importlog_tui.config import rule_texts
from importlog_tui.model import Basis, ErrorType, Kind, Precision, Result, Run, State
from importlog_tui.report.brief import lines, row, sparkline
from importlog_tui.triage.brief import Brief, brief
from importlog_tui.triage.reading import read_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

NEW_YORK = ZoneInfo("America/New_York")
MORNING = datetime(2026, 11, 23, 13, 12, tzinfo=UTC)  # 08:12 in New York
LABELS = {
    Kind.USERS: "Users Import",
    Kind.COURSES: "Courses Import",
    Kind.ENROLLMENTS: "Course Enrollments Import",
}


def a_run(
    kind: Kind = Kind.USERS,
    age: float = 0,
    *,
    rows: int = 50,
    new: int | None = 0,
    result: Result = Result.COMPLETED_WITH_ERRORS,
    complete: bool = True,
    rerun: bool = False,
    minutes: float = 0,
) -> Run:
    """A run at 06:02 GMT, so many days ago."""
    at = datetime(2026, 11, 23, 6, 2, tzinfo=UTC) - timedelta(days=age) + timedelta(minutes=minutes)
    return Run(
        id=int(1000 - age * 10) + list(Kind).index(kind),
        kind=kind,
        label=LABELS[kind],
        performed_at=at,
        performed_text="",
        precision=Precision.MINUTE,
        basis=Basis.WRITTEN,
        result=result,
        result_text="",
        errors=1 if rows else 0,
        rows_affected=rows,
        rows_read=rows,
        complete=complete,
        errors_listed=True,
        origin="",
        is_rerun=rerun,
        new_rows=None if rerun else new,
        returned_rows=None if new is None or rerun else 0,
        gone_rows=None if new is None or rerun else 0,
    )


def nights(count: int = 10, start: int = 1) -> list[Run]:
    return [a_run(kind, age) for age in range(start, start + count) for kind in LABELS]


def told(runs: Sequence[Run], now: datetime = MORNING) -> Brief:
    newest = sorted(runs, key=lambda run: run.performed_at or now, reverse=True)
    return brief(newest, lambda _: [], now, NEW_YORK)


def text(runs: Sequence[Run], now: datetime = MORNING) -> str:
    found = list(lines(told(runs, now), lambda at: at.astimezone(NEW_YORK)))
    assert all(len(line) <= 72 for line in found)
    return "\n".join(found)


def test_a_quiet_night_is_told_in_a_line() -> None:
    runs = nights() + [a_run(kind) for kind in LABELS]
    assert "3 of 3 ran, 0 new, 0 returned, 0 cured, 150 rows in all" in text(runs)
    assert "!" not in text(runs)
    assert told(runs).status == 0


def test_something_new_needs_a_person() -> None:
    runs = [*nights(), a_run(new=9), a_run(Kind.COURSES), a_run(Kind.ENROLLMENTS)]
    assert "9 new" in text(runs)
    assert told(runs).status == 1


def test_a_run_that_did_not_happen_is_said_first() -> None:
    runs = [*nights(), a_run(), a_run(Kind.COURSES)]
    assert text(runs).splitlines()[2] == (
        "! Course Enrollments Import: expected 01:02 (06:02 GMT), missing, 7 h"
    )
    assert "2 of 3 ran" in text(runs)
    assert told(runs).status == 1


def test_a_run_that_is_not_due_yet_is_not_missed() -> None:
    runs = [*nights(), a_run()]
    assert told(runs, datetime(2026, 11, 23, 6, 30, tzinfo=UTC)).absent == ()


def test_a_late_run_is_said_and_alarms_nobody() -> None:
    runs = [*nights(), a_run(minutes=218), a_run(Kind.COURSES), a_run(Kind.ENROLLMENTS)]
    assert "! Users Import: expected 01:02 (06:02 GMT), late by 4 h" in text(runs)
    assert told(runs).status == 0


def test_the_hour_is_gmts_when_clocks_change() -> None:
    """On the night of 1 November 2026 New York goes back to winter time: 06:02 GMT was 02:02 and becomes 01:02."""
    now = datetime(2026, 11, 1, 13, 0, tzinfo=UTC)
    runs = [a_run(kind, age) for age in range(23, 33) for kind in LABELS]
    runs += [a_run(age=22), a_run(Kind.COURSES, 22)]
    (absent,) = told(runs, now).absent
    assert absent.at == datetime(2026, 11, 1, 6, 2, tzinfo=UTC)
    assert "expected 01:02 (06:02 GMT), missing" in text(runs, now)


def test_a_kind_that_never_runs_on_this_weekday_is_not_expected() -> None:
    runs = [run for run in nights(21) if run.kind is not Kind.COURSES or run.performed_at.weekday()]  # type: ignore[union-attr]
    runs += [a_run(), a_run(Kind.ENROLLMENTS)]
    assert told(runs).absent == ()


def test_nothing_of_this_night_can_not_be_told() -> None:
    assert told(nights()).status == 2
    assert "Nothing of this night was brought in" in text(nights())


def test_nothing_at_all_can_not_be_told() -> None:
    assert told([]).status == 2
    assert "importlog-tui add" in text([])


@pytest.mark.parametrize(
    ("rows", "said"), [(0, "not a single row, usually 50"), (500, "500 rows, usually 50")]
)
def test_a_count_far_from_the_usual_is_an_alarm(rows: int, said: str) -> None:
    runs = [*nights(), a_run(rows=rows), a_run(Kind.COURSES), a_run(Kind.ENROLLMENTS)]
    assert said in text(runs)
    assert told(runs).status == 1


def test_half_a_read_is_not_called_quiet() -> None:
    runs = [*nights(), a_run(new=None, complete=False), a_run(Kind.COURSES), a_run(Kind.ENROLLMENTS)]
    assert "not read whole" in text(runs)
    assert told(runs).status == 2


def test_a_failed_run_needs_a_person_and_a_rerun_nobody() -> None:
    rest = [*nights(), a_run(Kind.COURSES), a_run(Kind.ENROLLMENTS)]
    assert told([*rest, a_run(result=Result.FAILED, rows=0)]).status == 1
    again = [*rest, a_run(), a_run(rerun=True, minutes=320)]
    assert told(again).status == 0
    assert "re-run, same data" in text(again)
    assert "3 of 3 ran" in text(again)


def test_the_biggest_causes_come_with_the_new_ones_first() -> None:
    errors = [
        ErrorType(1, 1, "Old \x1b[2J and big", 400, 400, True, (), "", State.STILL, nights=9, new_rows=0),
        ErrorType(2, 1, "New", 9, 9, True, (), "", State.NEW, nights=1, new_rows=9),
    ]
    found = brief([a_run(new=9)], lambda _: errors, MORNING, NEW_YORK)
    assert [cause.error.id for cause in found.causes] == [2, 1]
    assert "\x1b" not in "\n".join(lines(found, lambda at: at))


def test_the_same_is_told_as_json() -> None:
    found = row(told([*nights(), a_run(new=9), a_run(Kind.COURSES)]), read_rules(rule_texts()))
    assert (found["new"], found["ran"], found["expected"], found["status"]) == (9, 2, 3, 1)
    assert found["missing"] == [
        {
            "kind": "enrollments",
            "label": "Course Enrollments Import",
            "expected_at": "2026-11-23T06:02:00+00:00",
            "hours": 7.2,
        }
    ]


def test_a_sparkline_has_one_sign_a_night() -> None:
    assert sparkline([0, 1, 50, None, 100]) == "▁▁▄·█"
    assert sparkline([]) == ""
