"""A log as one flat table, a row for each error: the run is told again in every row, or only in the first."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from importlog_tui.model import Kind, Result, RunReading
from importlog_tui.roster import AnyReading
from tests.sources.reading import pasted, runs, troubles
from tests.sources.test_page_runs import page, row, table

NIGHT, LATER = "11/23/2026 1:06 AM", "11/23/2026 1:16 AM"
HEADS = "Date|Import|Result|Errors|Rows Affected"
MET = "Completed with errors"


def told(found: Sequence[AnyReading]) -> list[tuple[Kind, Result, list[tuple[str, int | None]]]]:
    return [(run.kind, run.result, listed(run)) for run in runs(found)]


def listed(run: RunReading) -> list[tuple[str, int | None]]:
    return [(error.message, error.rows_affected) for error in run.errors]


USERS = (
    Kind.USERS,
    Result.COMPLETED_WITH_ERRORS,
    [("Email already in use", 5), ("School not mapped", 1214)],
)
FAILED = (Kind.ENROLLMENTS, Result.FAILED, [("Required column missing: Section Code", 0)])
LAST = row(LATER, "Enrollments", "Failed", "Required column missing: Section Code", "0")


@pytest.mark.parametrize(
    "heading", ["Errors", "Error", "Issues", "Problem", "Problems", "Details", "Error Message", "Message"]
)
def test_what_stands_under_a_heading_says_whether_it_is_a_message(heading: str) -> None:
    found = page(
        table(
            HEADS.replace("Errors", heading),
            row(NIGHT, "Users", MET, "Email already in use", "<a href='/rows?e=3'>5</a>"),
            row(NIGHT, "Users", MET, "School not mapped", "1,214"),
            row(NIGHT, "Courses", "Completed", "", "0"),
            LAST,
        )
    )

    assert told(found) == [USERS, (Kind.COURSES, Result.COMPLETED, []), FAILED]
    assert runs(found)[0].errors[0].address == "/rows?e=3"
    assert not troubles(found)


@pytest.mark.parametrize(
    "rows",
    [
        [
            row(NIGHT, "Users", MET, "Email already in use", "5"),
            row("", "", "", "School not mapped", "1,214"),
        ],
        [
            row(NIGHT, "Users", MET, "", "1,219"),
            row("", "", "", "Email already in use", "5"),
            row("", "", "", "School not mapped", "1,214"),
        ],
        [
            row(NIGHT, "Users", MET, "", "1,219"),
            row(NIGHT, "Users", MET, "Email already in use", "5"),
            row(NIGHT, "Users", MET, "School not mapped", "1,214"),
        ],
        [
            f"<tr><td rowspan=2>{NIGHT}</td><td rowspan=2>Users</td><td rowspan=2>{MET}</td><td>Email already in use</td><td>5</td></tr>",
            row("School not mapped", "1,214"),
        ],
        [row(NIGHT, "Users", MET, "Email already in use<br>School not mapped", "5<br>1,214")],
        [
            row(
                NIGHT,
                "Users",
                MET,
                "<ul><li>Email already in use</li><li>School not mapped</li></ul>",
                "<ul><li>5</li><li>1,214</li></ul>",
            )
        ],
    ],
    ids=["empty", "head first", "head first, repeated", "rowspan", "lines", "lists"],
)
def test_the_errors_of_one_run_however_its_cells_are_repeated(rows: list[str]) -> None:
    found = page(table(HEADS, *rows, LAST))

    assert told(found) == [USERS, FAILED]
    assert not troubles(found)


def test_rows_sorted_by_their_error_are_the_same_runs() -> None:
    found = page(
        table(
            HEADS,
            row(NIGHT, "Users", MET, "Email already in use", "5"),
            LAST,
            row(NIGHT, "Users", MET, "School not mapped", "1,214"),
        )
    )

    assert told(found) == [USERS, FAILED]


def test_messages_without_any_number_are_errors_of_unknown_size() -> None:
    found = page(
        table(
            "Date|Import|Result|Errors",
            row(NIGHT, "Users", MET, "Email already in use"),
            row(NIGHT, "Users", MET, "School not mapped"),
            row(LATER, "Courses", "Completed", "None"),
        )
    )

    assert [listed(run) for run in runs(found)] == [
        [("Email already in use", None), ("School not mapped", None)],
        [],
    ]


def test_numbers_under_the_same_heading_stay_numbers_of_errors() -> None:
    found = page(table(HEADS, row(NIGHT, "Users", MET, "2", "8"), row(LATER, "Users", "Completed", "0", "0")))

    assert [(run.error_count, run.errors) for run in runs(found)] == [(2, []), (0, [])]


def test_the_same_import_an_hour_later_is_another_run() -> None:
    found = page(
        table(
            "Date|Time|Import|Result|Errors|Rows Affected",
            row("11/23/2026", "1:06 AM", "Users", MET, "Email already in use", "5"),
            row("11/23/2026", "1:06 AM", "Users", MET, "School not mapped", "6"),
            row("11/23/2026", "5:06 AM", "Users", MET, "School not mapped", "6"),
        )
    )

    assert [len(run.errors) for run in runs(found)] == [2, 1]


def test_a_remark_on_a_run_without_errors_is_none() -> None:
    found = page(
        table(HEADS.replace("Errors", "Details"), row(NIGHT, "Users", "Completed", "500 users read", "0"))
    )

    assert told(found) == [(Kind.USERS, Result.COMPLETED, [])]


def test_the_same_table_as_text() -> None:
    lines = [
        HEADS.split("|"),
        [NIGHT, "Users", MET, "Email already in use", "5"],
        [NIGHT, "Users", MET, "School not mapped", "1214"],
        [LATER, "Enrollments", "Failed", "Required column missing: Section Code", "0"],
    ]

    assert told(pasted("\n".join(map("\t".join, lines)))) == [USERS, FAILED]


@pytest.mark.parametrize(
    "lost",
    [
        row("", "Grupos", "Completed", "", ""),
        row(NIGHT, "Users", MET, "<ul><li>Email in use</li><li>School not mapped</li></ul>", "1,219"),
    ],
)
def test_a_row_that_can_not_be_read_whole_is_named(lost: str) -> None:
    (trouble,) = troubles(page(table(HEADS, LAST, lost)))

    assert "a row of the log could not be read whole" in trouble.what
    assert trouble.is_part
