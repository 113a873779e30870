"""What a page says of runs and errors, apart from its markup: wording, counts, messages, times, what is folded away."""

from __future__ import annotations

import pytest

from importlog_tui.model import Basis, Format, Kind, Origin, Reading, Result, RunReading, Trouble
from importlog_tui.sources.status_log.page.meaning import read_page, read_text
from tests.sources.reading import how, runs, troubles


def page(body: str) -> list[Reading]:
    return list(read_page(f"<html><body>{body}</body></html>", Origin("log.html", Format.PAGE), how()))


def one_run(body: str) -> RunReading:
    (run,) = runs(page(body))
    return run


def row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def table(heads: str, *rows: str) -> str:
    return (
        "<table><tr>"
        + "".join(f"<th>{head}</th>" for head in heads.split("|"))
        + "</tr>"
        + "".join(rows)
        + "</table>"
    )


TIME = "Nov 23, 2026 1:02 am"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Users Import", Kind.USERS),
        ("User Import", Kind.USERS),
        ("users import", Kind.USERS),
        ("Users&nbsp;Import", Kind.USERS),
        ("&gt; Users Import", Kind.USERS),
        ("Users", Kind.USERS),
        ("Auto-Import: Users", Kind.USERS),
        ("Users (Import)", Kind.USERS),
        ("Courses Import", Kind.COURSES),
        ("Courses &amp; Sections Import", Kind.COURSES),
        ("Course Enrollments Import", Kind.ENROLLMENTS),
        ("Enrollment Import", Kind.ENROLLMENTS),
        ("Enrolments Import", Kind.ENROLLMENTS),
        ("Group Enrollments Import", Kind.OTHER),
        ("Parent Associations Import", Kind.OTHER),
    ],
)
def test_an_import_is_known_by_its_name(name: str, kind: Kind) -> None:
    assert one_run(table("Import|Last performed|Status", row(name, TIME, "Import failed"))).kind is kind


@pytest.mark.parametrize(
    ("wording", "result", "count"),
    [
        ("Import completed successfully", Result.COMPLETED, 0),
        ("Import complete with errors", Result.COMPLETED_WITH_ERRORS, None),
        ("Completed with errors", Result.COMPLETED_WITH_ERRORS, None),
        ("Completed with 3 errors", Result.COMPLETED_WITH_ERRORS, 3),
        ("Completed with errors (3)", Result.COMPLETED_WITH_ERRORS, 3),
        ("3 errors", Result.COMPLETED_WITH_ERRORS, 3),
        ("Errors", Result.COMPLETED_WITH_ERRORS, None),
        ("No errors", Result.COMPLETED, 0),
        ("0 errors", Result.COMPLETED, 0),
        ("Completed without errors", Result.COMPLETED, 0),
        ("Success", Result.COMPLETED, 0),
        ("Import failed", Result.FAILED, None),
        ("Error: failed", Result.FAILED, None),
        ("Failed", Result.FAILED, None),
        ("Queued", Result.QUEUED, None),
        ("In queue", Result.QUEUED, None),
        ("Pending", Result.QUEUED, None),
        ("Running", Result.RUNNING, None),
        ("In progress", Result.RUNNING, None),
        ("Processing (40%)", Result.RUNNING, None),
        ("Ended oddly, ask support", Result.UNKNOWN, None),
    ],
)
def test_a_result_is_known_by_its_wording(wording: str, result: Result, count: int | None) -> None:
    run = one_run(table("Import|Last performed|Status", row("Users Import", TIME, wording)))

    assert (run.result, run.result_text, run.error_count) == (result, wording, count)


@pytest.mark.parametrize(
    "markup",
    [
        "<div><div>Users Import</div><div>{time}</div><div>Ended oddly</div></div><div><div>Courses Import</div><div>{time}</div><div>No errors</div></div>",
        "<div><span>Users Import</span><span>{time}</span><span>Ended oddly</span></div>",
        "<p>Users Import - {time} - Ended oddly</p>",
        "<dl><dt>Users Import</dt><dd>Status: Ended oddly</dd><dd>Last performed: {time}</dd></dl>",
    ],
)
def test_unknown_wording_is_kept_in_any_layout(markup: str) -> None:
    run = runs(page(markup.format(time=TIME)))[0]

    assert (run.result, run.result_text) == (Result.UNKNOWN, "Ended oddly")


def test_a_column_that_only_says_whether_there_were_errors() -> None:
    found = runs(
        page(
            table(
                "Import|Last performed|Errors",
                row("Users Import", TIME, "Yes"),
                row("Courses Import", TIME, "No"),
                row("Enrollments Import", TIME, "4"),
            )
        )
    )

    assert [(run.result, run.error_count) for run in found] == [
        (Result.COMPLETED_WITH_ERRORS, None), (Result.COMPLETED, 0), (Result.COMPLETED_WITH_ERRORS, 4),
    ]  # fmt: skip


def test_a_result_that_is_only_a_picture_is_read_from_its_label() -> None:
    run = one_run(
        f'<ul><li><i title="Import complete with errors"></i> <b>Users Import</b> <small>{TIME}</small></li></ul>'
    )

    assert run.result_text == "Import complete with errors"


def test_a_machine_readable_time_tells_more_than_hours_ago() -> None:
    run = one_run(
        '<div><h2>Users Import</h2><time datetime="2026-11-23T06:02:00Z">7 hours ago</time><p>No errors</p></div>'
    )

    assert run.when.text == "7 hours ago"
    assert run.when.at is not None
    assert run.when.at.isoformat() == "2026-11-23T06:02:00+00:00"
    assert run.when.basis is Basis.WRITTEN


def test_a_run_that_waits_needs_no_time() -> None:
    run = one_run(table("Import|Last performed|Status", row("Users Import", "-", "In queue")))

    assert run.when.at is None
    assert run.result is Result.QUEUED


MESSAGES = [
    "Users Import",
    "Import failed",
    "Rows Affected",
    "12",
    "Nov 23, 2026 1:02 am",
    "3 rows affected by a duplicate 'User Unique ID'",
    'Field &lt;b&gt; "Last&nbsp;Name" &amp;amp; <b>more</b> is missing',
    "Errors: 5",
    "Show details",
    "Courses Import - Nov 23, 2026 1:02 am - Import failed",
]
AS_SHOWN = {MESSAGES[6]: 'Field <b> "Last\u00a0Name" &amp; more is missing'}


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_is_opaque(message: str) -> None:
    errors = table(
        "Error|Rows Affected", row(message, '<a href="/e/1">9</a>'), row("Email already in use", "4")
    )
    run = one_run(f"<h2>Users Import</h2><p>{TIME}</p><p>Import complete with errors</p>{errors}")

    assert [(error.message, error.rows_affected) for error in run.errors] == [
        (AS_SHOWN.get(message, message), 9), ("Email already in use", 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "number"),
    [
        ("9", 9), ("1,214", 1214), ("1 214", 1214), ("1.214", 1214), ("1\u00a0214", 1214), ("1,000,000", 1_000_000), ("0", 0), ("9 rows", 9),
        ("9 (view)", 9), ("-", None), ("N/A", None), ("", None), ("٣", None),
    ],
)  # fmt: skip
def test_rows_affected_as_people_print_it(shown: str, number: int | None) -> None:
    errors = table("Error|ROWS AFFECTED", row("Email already in use", shown), row("Missing", "5"))
    run = one_run(f"<h2>Users Import</h2><p>{TIME}</p>{errors}")

    found = {error.message: error.rows_affected for error in run.errors}
    assert found["Missing"] == 5
    assert found.get("Email already in use") == number


@pytest.mark.parametrize(
    "heading",
    ["Rows Affected", "rows affected:", "Affected rows", "# Rows Affected", "Number of rows affected"],
)
def test_the_heading_in_other_words(heading: str) -> None:
    run = one_run(
        f"<h2>Users Import</h2><p>{TIME}</p>"
        + table(f"{heading}|Description", row("9", "Email already in use"))
    )

    assert [(error.message, error.rows_affected) for error in run.errors] == [("Email already in use", 9)]


@pytest.mark.parametrize(
    "line",
    [
        "Email already in use (9 rows affected)",
        "Email already in use: 9 rows affected",
        "Email already in use - Rows affected: 9",
        "9 rows affected: Email already in use",
        "Error: Email already in use, 9 affected rows",
        "<b>Email</b> already in use <span>9 rows affected</span>",
        "Email already in use (<a href='/e'>9</a>)",
        "<a href='/e'>9</a> rows affected &ndash; Email already in use",
    ],
)
def test_an_error_in_one_line(line: str) -> None:
    run = one_run(
        f"<h2>Users Import</h2><p>{TIME}</p><p>Import complete with errors</p><ul><li>{line}</li></ul>"
    )

    assert [(error.message, error.rows_affected) for error in run.errors] == [("Email already in use", 9)]


def test_errors_that_are_told_twice_are_two_errors() -> None:
    run = one_run(
        f"<h2>Users Import</h2><p>{TIME}</p>"
        + table("Error|Rows Affected", row("Same", "1"), row("Same", "2"))
    )

    assert [error.rows_affected for error in run.errors] == [1, 2]


def test_a_total_beside_the_run_is_no_error() -> None:
    run = one_run(
        table(
            "Import|Time|Result|Errors|Rows Affected",
            row("Users Import", TIME, "Import complete with errors", "2", "61"),
        )
    )

    assert (run.error_count, run.errors, run.lists_errors) == (2, [], False)


def test_what_a_run_created_or_skipped_is_no_error() -> None:
    stats = table("|Rows", row("Created", "12"), row("Updated", "300"))
    errors = table("Error|Rows Affected", row("Email already in use", "9"))
    run = one_run(
        f"<h2>Users Import</h2><p>{TIME}</p><p>Import complete with errors</p>{stats}{errors}<p>Rows processed: 500</p>"
    )

    assert [error.message for error in run.errors] == ["Email already in use"]


def test_fewer_errors_than_counted_is_no_whole_list() -> None:
    errors = table("Error|Rows Affected", row("Email already in use", "9"))
    run = one_run(f"<h2>Users Import</h2><p>{TIME}</p><p>Import complete with errors (3)</p>{errors}")

    assert (run.error_count, run.lists_errors) == (3, False)


def test_a_completed_run_with_errors_below_did_not_complete_without() -> None:
    errors = table("Error|Rows Affected", row("Email already in use", "9"))

    assert (
        one_run(f"<h2>Users Import</h2><p>{TIME}</p><p>Completed</p>{errors}").result
        is Result.COMPLETED_WITH_ERRORS
    )


def test_the_same_import_twice_in_a_day_stays_two_runs() -> None:
    found = runs(
        page(
            table(
                "Import|Time|Status",
                row("Users Import", TIME, "No errors"),
                row("Users Import", "Nov 23, 2026 1:40 am", "No errors"),
            )
        )
    )

    assert len(found) == 2


def test_what_the_browser_does_not_run_is_not_read() -> None:
    hidden = "".join(
        f"<{tag}><p>Users Import</p><p>{TIME}</p><p>Import failed</p></{tag}>"
        for tag in ("template", "noscript", "script", "style")
    )

    assert troubles(page(hidden))


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("<form><input name=mail><input type=password name=pass></form>", "login"),
        ("<h1>Status Log</h1><p>No imports have been performed.</p>", "No imports"),
        (table("Import|Last performed|Status"), "nothing"),
        ("<ul><li>Users<li>Courses<li>Import</ul><p>Nov 23, 2026 8:00 am</p>", "nothing"),
        ("", "nothing"),
        (table("Error|Rows Affected", row("Email already in use", "9")), "without"),
    ],
)
def test_a_page_without_a_log_is_said_to_be_one(body: str, word: str) -> None:
    (trouble,) = page(body)

    assert isinstance(trouble, Trouble)
    assert word in trouble.what
    assert trouble.is_part


@pytest.mark.parametrize(
    "text",
    [
        f"Users Import\n{TIME}\nImport complete with errors\nRows Affected\nError\n9\nEmail already in use\n52\nMissing\n",
        f"Users Import: Import complete with errors, {TIME}\n\nEmail already in use\nRows affected: 9\n\nMissing\nRows affected: 52\n",
        f"{TIME}\tUsers Import\tImport complete with errors\n\tEmail already in use\t9 rows affected\n\tMissing\t52 rows affected\n",
        f"Import: Users Import\nLast performed: {TIME}\nStatus: Import complete with errors\n- Email already in use - 9 rows affected\n- Missing - 52 rows affected\n",
    ],
)
def test_text_in_other_orders(text: str) -> None:
    (run,) = runs(list(read_text(text, Origin("the paste", Format.PASTE), how())))

    assert (run.kind, run.result) == (Kind.USERS, Result.COMPLETED_WITH_ERRORS)
    assert [(error.message, error.rows_affected) for error in run.errors] == [
        ("Email already in use", 9),
        ("Missing", 52),
    ]


def test_date_and_hour_in_places_of_their_own_are_one_time() -> None:
    columns = table("Import|Date|Time|Status", row("Users Import", "11/23/2026", "1:02 AM", "Import failed"))
    lines = (
        "<div><div>Users Import</div><div>Nov 23, 2026</div><div>1:02 am</div><div>Import failed</div></div>"
    )

    for markup in (columns, lines):
        run = one_run(markup)
        assert run.when.at is not None
        assert run.when.at.isoformat() == "2026-11-23T01:02:00+00:00"
        assert not run.when.is_coarse
        assert run.result is Result.FAILED


def test_an_import_that_is_named_once_above_all_its_runs() -> None:
    errors = table("Error|Rows Affected", row("Email already in use", "9"))
    nights = table(
        "Last performed|Status",
        row(TIME, "Import complete with errors"),
        f"<tr><td colspan=2>{errors}</td></tr>",
        row("Nov 22, 2026 1:02 am", "Import failed"),
        row("Nov 21, 2026 1:02 am", "No errors"),
    )
    found = runs(
        page(
            f"<h2>Users Import</h2>{nights}<h2>Courses Import</h2>"
            + table("Last performed|Status", row(TIME, "No errors"))
        )
    )

    assert [(run.kind, run.when.text[:6], run.result, len(run.errors)) for run in found] == [
        (Kind.USERS, "Nov 23", Result.COMPLETED_WITH_ERRORS, 1),
        (Kind.USERS, "Nov 22", Result.FAILED, 0),
        (Kind.USERS, "Nov 21", Result.COMPLETED, 0),
        (Kind.COURSES, "Nov 23", Result.COMPLETED, 0),
    ]


@pytest.mark.parametrize(
    "errors",
    [
        "<table><tr><td>Email already in use</td><td>9</td></tr><tr><td>Created</td><td>12</td></tr></table>",
        "<h4>Errors <small>Rows Affected</small></h4><ul><li>Email already in use <span class=badge>9</span></li></ul>",
        "<p><b>Rows Affected</b></p><p>Email already in use</p><p><a href='/e/1'>9</a></p>",
    ],
)
def test_a_number_set_apart_counts_rows(errors: str) -> None:
    run = one_run(f"<h2>Users Import</h2><p>{TIME}</p><p>Import complete with errors</p>{errors}")

    assert [(error.message, error.rows_affected) for error in run.errors] == [("Email already in use", 9)]


@pytest.mark.parametrize(
    "line",
    [
        f"Users Import completed with errors on {TIME}",
        f"Users Import - {TIME} - Import complete with errors",
        f"{TIME}: Users Import (Import complete with errors)",
        f"Users Import Last performed: {TIME} Status: Import complete with errors",
        f"Users Import, performed by System on {TIME}, completed with errors",
    ],
)
def test_a_run_in_one_sentence(line: str) -> None:
    run = one_run(f"<p>{line}</p>")

    assert (run.label, run.when.text, run.result) == ("Users Import", TIME, Result.COMPLETED_WITH_ERRORS)


def test_a_list_of_labels_and_values() -> None:
    text = f"Your import has finished.\n\nImport: Users Import\nDate: {TIME}\nNumber of errors: 3\nStatus: Import complete with errors\n"
    (run,) = runs(list(read_text(text, Origin("the paste", Format.PASTE), how())))

    assert (run.label, run.error_count, run.result_text) == ("Users Import", 3, "Import complete with errors")


@pytest.mark.parametrize("number", ["", "n/a", "-3", "−3", "1e9", "5.5", "12 of 30", "99999999999999999999"])
def test_an_error_whose_number_can_not_be_told_is_kept_without_one(number: str) -> None:
    run = one_run(
        table("Import|Last performed|Result", row("Users Import", TIME, "Import complete with errors"))
        + table("Error|Rows Affected", row("Email already in use", number), row("Invalid role", "4"))
    )

    assert [(error.message, error.rows_affected) for error in run.errors] == [
        ("Email already in use", None),
        ("Invalid role", 4),
    ]


@pytest.mark.parametrize(
    "errors",
    [
        "<p>Error: Could not log in</p><p>Error: No file users.csv</p>",
        "<dl><dt>Error</dt><dd>Could not log in</dd><dt>Error</dt><dd>No file users.csv</dd></dl>",
        table("Error message", row("Could not log in"), row("No file users.csv")),
    ],
)
def test_what_a_failed_import_calls_an_error_is_one_without_any_number(errors: str) -> None:
    run = one_run(f"<h3>Users Import</h3><p>{TIME}</p><p>Import failed</p>{errors}")

    assert [(error.message, error.rows_affected) for error in run.errors] == [
        ("Could not log in", None),
        ("No file users.csv", None),
    ]
    assert run.error_count == 2


def test_text_that_nothing_calls_an_error_is_none_of_a_failed_import() -> None:
    run = one_run(f"<h3>Users Import</h3><p>{TIME}</p><p>Import failed</p><p>Details: see the help pages</p>")

    assert run.errors == []
    assert run.error_count is None


def test_a_value_across_several_rows_is_each_row_s_own() -> None:
    heads = "<th>Date</th><th>Time</th><th>Import</th><th>Status</th>"
    day = "<td rowspan=2>11/{}/2026</td><td>1:02 AM</td><td>Users</td><td>Completed</td></tr><tr><td>1:07 AM</td><td>Courses</td><td>Failed</td>"
    rows = "".join(f"<tr>{cells}</tr>" for cells in (heads, day.format(24), day.format(23)))
    told = [(run.kind, run.when.text) for run in runs(page(f"<table>{rows}</table>"))]
    assert told == [
        (Kind.USERS, "11/24/2026 1:02 AM"),
        (Kind.COURSES, "11/24/2026 1:07 AM"),
        (Kind.USERS, "11/23/2026 1:02 AM"),
        (Kind.COURSES, "11/23/2026 1:07 AM"),
    ]


def test_a_name_across_the_rows_of_its_errors_names_one_run() -> None:
    head = f"<tr><td rowspan=3>Users Import</td><td>{TIME}</td><td>Completed with errors</td></tr>"
    body = table(
        "Import|Performed|Status",
        head,
        row("Bad mail", "5 rows affected"),
        row("Bad name", "7 rows affected"),
    )
    assert [(error.message, error.rows_affected) for error in one_run(body).errors] == [
        ("Bad mail", 5),
        ("Bad name", 7),
    ]


def test_name_hour_and_result_in_one_line_take_their_day_from_the_heading_above() -> None:
    body = (
        "<h2>Tuesday, November 24, 2026</h2><ul><li>Users Import 1:02 AM Completed</li><li>Courses Import, 1:07 am: Failed</li></ul>"
        "<h2>Monday, November 23, 2026</h2><ul><li>Users Import at 1:03 AM - Completed</li></ul>"
    )
    assert [(run.when.text, run.result) for run in runs(page(body))] == [
        ("Tuesday, November 24, 2026 1:02 AM", Result.COMPLETED),
        ("Tuesday, November 24, 2026 1:07 am", Result.FAILED),
        ("Monday, November 23, 2026 1:03 AM", Result.COMPLETED),
    ]


def test_a_line_of_time_and_number_of_errors_tells_both() -> None:
    run = one_run(f"<h3>Users Import</h3><p>{TIME} - Completed with 2 errors</p>")
    assert (run.when.text, run.error_count, run.result) == (TIME, 2, Result.COMPLETED_WITH_ERRORS)


@pytest.mark.parametrize(
    ("line", "result", "text"),
    [
        (f"Import: Users - {TIME} - Error: failed", Result.FAILED, "Error: failed"),
        (f"Users Import - {TIME} - Completed - by jsmith", Result.COMPLETED, "Completed"),
        (f"Users Import (scheduled) - {TIME} - Completed", Result.COMPLETED, "Completed"),
        (
            f"Users Import: {TIME}, Import failed, file not found",
            Result.FAILED,
            "Import failed: file not found",
        ),
    ],
)
def test_a_remark_beside_name_time_and_result_hides_none_of_them(
    line: str, result: Result, text: str
) -> None:
    (run,) = runs(list(read_text(line, Origin("x", Format.PASTE), how())))
    assert (run.when.text, run.result, run.result_text) == (TIME, result, text)


REASON = "Could not connect to SFTP host: Login incorrect"
AFTER = f"<h3>Courses Import</h3><p>{TIME} - Import completed successfully</p>"


@pytest.mark.parametrize(
    "body",
    [
        f"<div><h3>Users Import</h3><p>{TIME} - Import failed</p><ul><li>{REASON}</li></ul></div><div>{AFTER}</div><p>All rights reserved by them</p>",
        f"<div>{AFTER}</div><div><h3>Users Import</h3><p>{TIME} - Import failed</p><p>{REASON}</p></div><p>All rights reserved by them</p>",
        f"<details><summary>Users Import <i>{TIME}</i> <b>Import failed</b></summary><p>{REASON}</p></details><details>{AFTER}</details>",
        f"<h3>Users Import</h3><p>{TIME} - Import failed</p><p>{REASON}</p>{AFTER}<p>All rights reserved by them</p>",
        table(
            "Import|Performed|Status",
            row("Users Import", TIME, "Import failed"),
            f"<tr><td colspan=3>{REASON}</td></tr>",
            row("Courses Import", TIME, "Completed"),
        ),
    ],
    ids=["list", "last", "details", "flat", "row across the table"],
)
def test_what_stands_below_a_failed_import_says_why(body: str) -> None:
    errors = {run.kind: [(e.message, e.rows_affected) for e in run.errors] for run in runs(page(body))}
    assert errors == {Kind.USERS: [(REASON, None)], Kind.COURSES: []}


@pytest.mark.parametrize(
    ("below", "errors"), [(REASON, [REASON]), ("© 2026 Example, all rights reserved", [])]
)
def test_what_stands_right_below_the_only_import_says_why_it_failed(below: str, errors: list[str]) -> None:
    run = one_run(
        f"<h3>Users Import</h3><p>{TIME} - Import failed</p><p>{below}</p><p>All of this page is made up</p>"
    )
    assert [error.message for error in run.errors] == errors


@pytest.mark.parametrize("filler", ["Nothing to report.", "No details available", "There are no errors"])
def test_what_fills_an_empty_place_is_no_reason(filler: str) -> None:
    body = f"<div><h3>Users Import</h3><p>{TIME} - Import failed</p><p>{filler}</p></div><div>{AFTER}</div>"
    assert [run.errors for run in runs(page(body))] == [[], []]


def test_messages_without_numbers_are_as_many_as_the_import_says() -> None:
    listed = f"<div><h3>Users Import</h3><p>{TIME} - Completed with 2 errors</p><ul><li>Bad mail somewhere</li><li>Name is too long</li></ul></div>"
    other = f"<div><h3>Courses Import</h3><p>{TIME} - Completed with 2 errors</p><p>Click for all of them</p></div>"
    users, courses = runs(page(listed + other))
    assert [error.message for error in users.errors] == ["Bad mail somewhere", "Name is too long"]
    assert (courses.errors, courses.error_count) == ([], 2)
