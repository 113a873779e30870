from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from importlog_tui.model import Basis, ErrorType, Kind, Precision, Result, Run
from importlog_tui.text import width
from importlog_tui.ui.presentation.log import Log
from importlog_tui.ui.presentation.status import cut_middle
from importlog_tui.ui.presentation.tree_line import Key, columns, line_text

TODAY = date(2026, 11, 23)


def run(
    run_id: int, kind: Kind = Kind.USERS, *, day: int = 23, rows: int | None = 9, read: int = 9, complete: bool = True,
    result: Result = Result.COMPLETED_WITH_ERRORS, errors: int | None = 1, precision: Precision = Precision.MINUTE, year: int = 2026,
) -> Run:  # fmt: skip
    at = datetime(year, 11, day, 1, run_id, tzinfo=UTC)
    return Run(
        run_id,
        kind,
        "Users Import",
        at,
        "",
        precision,
        Basis.WRITTEN,
        result,
        "",
        errors,
        rows,
        read,
        complete,
        True,
        "x",
    )


def error(
    error_id: int, run_id: int, message: str = "Email already in use", rows: int | None = 9, read: int = 9
) -> ErrorType:
    return ErrorType(error_id, run_id, message, rows, read, rows == read, ("A",), "")


def everything(log: Log) -> set[Key]:
    return {("night", night.day.isoformat() if night.day else "") for night in log.nights} | {
        ("run", str(run_id)) for run_id in log.runs
    }


def test_rows_that_nobody_counted_stay_a_question_on_the_night_too() -> None:
    log = Log([run(1), run(2, Kind.COURSES, rows=None, read=3, complete=False)], [], UTC, TODAY)

    lines = log.lines(everything(log))

    assert [line.count for line in lines] == ["12 of ?", "9", "3 of ?"]


@pytest.mark.parametrize(
    ("rows", "read", "sign", "count"),
    [(9, 9, "●", "9"), (9, 0, "○", "9"), (1214, 500, "●", "500 of 1,214"), (None, 0, "○", "?")],
)
def test_an_errors_sign_and_count_say_how_much_was_read(
    rows: int | None, read: int, sign: str, count: str
) -> None:
    log = Log([run(1)], [error(1, 1, rows=rows, read=read)], UTC, TODAY)

    line = log.lines(everything(log))[-1]

    assert (line.sign, line.count) == (sign, count)


def test_other_years_are_named() -> None:
    log = Log([run(1), run(2, year=2025)], [], UTC, TODAY)

    assert [line.label for line in log.lines(set())] == ["Mon 23 Nov", "Sun 23 Nov 2025"]


def test_a_coarse_time_is_not_shown_as_a_minute() -> None:
    log = Log([run(1, precision=Precision.HOUR), run(2, precision=Precision.DAY)], [], UTC, TODAY)

    assert [line.time for line in log.lines(everything(log))] == ["", "~01:01", ""]


@pytest.mark.parametrize("cells", [30, 42, 47, 61, 79, 200])
def test_counts_end_in_one_column_and_lines_fill_the_width(cells: int) -> None:
    runs = [
        run(1),
        run(2, Kind.ENROLLMENTS, rows=1214, read=500, complete=False),
        run(3, Kind.COURSES, rows=0, read=0, result=Result.COMPLETED, errors=0),
    ]
    log = Log(runs, [error(1, 1, "名前が長い" * 30), error(2, 2, rows=1214, read=500)], UTC, TODAY)
    lines = log.lines(everything(log))

    texts = [line_text(line, columns(lines, cells)) for line in lines]

    assert {width(text) for text in texts} == {cells}
    for line, text in zip(lines, texts, strict=True):
        assert text.endswith(f"{line.count} ")
    if cells >= 42:
        assert "Enrollments" in "".join(texts)


def test_where_there_is_no_room_a_result_is_said_shorter() -> None:
    log = Log(
        [
            run(1, rows=1214, read=500, complete=False),
            run(2, Kind.COURSES, rows=0, read=0, result=Result.COMPLETED, errors=0),
        ],
        [],
        UTC,
        TODAY,
    )
    lines = log.lines(everything(log))

    assert "done" in line_text(lines[2], columns(lines, 34))
    assert "completed" in line_text(lines[2], columns(lines, 60))


def test_the_filter_keeps_what_is_over_and_under_a_match() -> None:
    log = Log(
        [run(1), run(2, Kind.COURSES), run(3, day=22)],
        [error(1, 1), error(2, 1, "Missing field"), error(3, 3)],
        UTC,
        TODAY,
    )

    def found(wanted: str) -> list[str]:
        return [line.label for line in log.lines(set(), wanted)]

    assert found("missing") == ["Mon 23 Nov", "Users", "Missing field"]
    assert found("email USERS") == ["Mon 23 Nov", "Users", "Email already in use", "Sun 22 Nov", "Users"]
    assert found("courses") == ["Mon 23 Nov", "Courses"]
    assert found("sun") == ["Sun 22 Nov"]
    assert found("nowhere") == []


def test_markup_and_escapes_in_a_message_are_text() -> None:
    log = Log([run(1)], [error(1, 1, "[red]\x1b[2J\n[/red]")], UTC, TODAY)

    assert log.lines(everything(log))[-1].label == "[red]␛[2J [/red]"


def test_an_address_is_cut_where_addresses_differ_least() -> None:
    address = "https://example.schoology.com/users/manage/edit/moreinfo?search=204117"

    cut = cut_middle(address, 40)

    assert len(cut) == 40
    assert cut.startswith("https://example")
    assert cut.endswith("search=204117")
