from __future__ import annotations

import mailbox
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importlog_tui.model import Basis, Format, Kind, Result
from importlog_tui.sources.source import Source
from importlog_tui.sources.status_log.credentials import without_secrets
from importlog_tui.sources.status_log.recognise import read_source
from tests.sources.reading import cells, how, readings, runs, table, troubles, write

if TYPE_CHECKING:
    from pathlib import Path

    from importlog_tui.model import RunReading

DATE = "Mon, 23 Nov 2026 01:05:12 -0500"
AT = datetime(2026, 11, 23, 1, 5, 12, tzinfo=timezone(timedelta(hours=-5)))
BODY = "The Users Import has run.\n\nStatus: Import complete with errors\nNumber of errors: 3\n\nView the Status Log.\n"


def mail(
    body: str = BODY,
    *,
    subject: str = "Schoology Users Import",
    date: str | None = DATE,
    html: str | None = None,
    **rest: Any,
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Schoology <no-reply@example.org>"
    message["To"] = "data@example.org"
    message["Subject"] = subject
    if date:
        message["Date"] = date
    message.set_content(body, **rest)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message


def told(path: Path, message: EmailMessage | bytes) -> RunReading:
    data = message if isinstance(message, bytes) else message.as_bytes()
    found = readings(write(path / "notice.txt", data))
    assert not troubles(found)
    (run,) = runs(found)
    return run


def test_a_notification_tells_kind_result_number_of_errors_and_when_it_was_mailed(tmp_path: Path) -> None:
    run = told(tmp_path, mail())

    assert (run.kind, run.label) == (Kind.USERS, "Users Import")
    assert (run.result, run.result_text) == (Result.COMPLETED_WITH_ERRORS, "Import complete with errors")
    assert (run.error_count, run.lists_errors, run.errors) == (3, False, [])
    assert (run.when.at, run.when.basis, run.when.text) == (AT, Basis.MAIL, DATE)
    assert run.origin.format is Format.MAIL


@pytest.mark.parametrize(
    ("subject", "body", "kind", "result", "count"),
    [
        (
            "Import completed successfully",
            "Your Schoology Courses Import ran.",
            Kind.COURSES,
            Result.COMPLETED,
            0,
        ),
        ("Course Enrollments Import failed", "", Kind.ENROLLMENTS, Result.FAILED, None),
        ("Import failed: Course Enrollments", "See the Status Log", Kind.ENROLLMENTS, Result.FAILED, None),
        (
            "Schoology",
            "User Import: Import complete with errors (2 errors)",
            Kind.USERS,
            Result.COMPLETED_WITH_ERRORS,
            2,
        ),
        (
            "Auto-Import of Users",
            "Import complete with 12 errors",
            Kind.USERS,
            Result.COMPLETED_WITH_ERRORS,
            12,
        ),
        (
            "x",
            "Import type: Courses\nImport complete with errors\nErrors: 1",
            Kind.COURSES,
            Result.COMPLETED_WITH_ERRORS,
            1,
        ),
        (
            "x",
            "Course Enrollments import\nImport complete with errors\nThere was 1 error.",
            Kind.ENROLLMENTS,
            Result.COMPLETED_WITH_ERRORS,
            1,
        ),
        (
            "x",
            "Users import\nImport complete with errors\nTotal errors = 1,204",
            Kind.USERS,
            Result.COMPLETED_WITH_ERRORS,
            1204,
        ),
        (
            "Users Import",
            "Import complete with errors. There were three errors in 120 rows.",
            Kind.USERS,
            Result.COMPLETED_WITH_ERRORS,
            3,
        ),
        (
            "Users Import",
            "Import complete with errors. See the log.",
            Kind.USERS,
            Result.COMPLETED_WITH_ERRORS,
            None,
        ),
        ("Schoology notice", "Import failed", Kind.OTHER, Result.FAILED, None),
        (
            "Schoology: Group Enrollments Import",
            "Import completed successfully",
            Kind.OTHER,
            Result.COMPLETED,
            0,
        ),
        ("Users Import: Import complete with errors (5)", "", Kind.USERS, Result.COMPLETED_WITH_ERRORS, 5),
        (
            "USERS IMPORT",
            "IMPORT COMPLETE WITH ERRORS\r\n# of errors: 4",
            Kind.USERS,
            Result.COMPLETED_WITH_ERRORS,
            4,
        ),
    ],
)
def test_wording_and_place_of_what_it_says_are_free(
    tmp_path: Path, subject: str, body: str, kind: Kind, result: Result, count: int | None
) -> None:
    run = told(tmp_path, mail(body, subject=subject))

    assert (run.kind, run.result, run.error_count) == (kind, result, count)


@pytest.mark.parametrize(
    "html",
    [
        "<p>The <b>Users</b> Import has run.</p><div>Import <em>complete</em> with errors</div><p>3 errors</p>",
        "<table><tr><td>Import</td><td>Users</td></tr><tr><td>Status</td><td>Import complete with errors</td></tr><tr><td>Errors</td><td>3</td></tr></table>",
        "<style>p{}</style><h1>Users&nbsp;Import</h1><ul><li>Import complete with errors<li>Number of errors:&nbsp;3</ul>",
        "<table><tr><th>Type<th>Result<th>Errors</tr><tr><td>Users<td>Import complete with errors<td>3</tr></table>",
    ],
)
def test_a_page_in_a_mail_is_read_like_its_text(tmp_path: Path, html: str) -> None:
    run = told(tmp_path, mail("This mail needs another program.", html=html, subject="Schoology"))

    assert (run.kind, run.result) == (Kind.USERS, Result.COMPLETED_WITH_ERRORS)
    assert run.error_count == 3


@pytest.mark.parametrize("cte", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "utf-16"])
def test_transfer_encodings_and_charsets_are_undone(tmp_path: Path, cte: str, charset: str) -> None:
    if (cte, charset) == ("8bit", "utf-16"):
        cte = "base64"
    body = "Liceo José Núñez\n\nUsers Import\nImport complete with errors\n3 errors\n"
    run = told(tmp_path, mail(body, subject="Résultat Users Import", charset=charset, cte=cte))

    assert (run.kind, run.error_count) == (Kind.USERS, 3)


def test_text_and_page_of_one_mail_count_once(tmp_path: Path) -> None:
    told(tmp_path, mail(html=f"<pre>{BODY}</pre>"))


def test_the_runs_own_time_in_the_text_is_better_than_the_mails(tmp_path: Path) -> None:
    run = told(tmp_path, mail(f"{BODY}\nPerformed: Nov 23, 2026 6:02 am\nNext run: Nov 24, 2026 6:00 am\n"))

    assert (run.when.at, run.when.basis) == (datetime(2026, 11, 23, 6, 2, tzinfo=UTC), Basis.WRITTEN)


@pytest.mark.parametrize(
    "line",
    ["(c) 2026", "Since Nov 1, 2019 3:00 pm", "Performed: Nov 3, 2019 3:00 pm", "Started on Nov 23, 2026"],
)
def test_other_dates_in_the_text_are_not_the_runs(tmp_path: Path, line: str) -> None:
    assert told(tmp_path, mail(f"{BODY}\n{line}\n")).when.basis is Basis.MAIL


def test_a_mail_without_a_date_has_no_time_but_is_kept(tmp_path: Path) -> None:
    run = told(tmp_path, mail(date=None))

    assert (run.when.at, run.when.basis) == (None, Basis.MAIL)
    assert (
        told(
            tmp_path, b"Received: from a by b; Mon, 23 Nov 2026 01:05:12 -0500\n" + mail(date=None).as_bytes()
        ).when.at
        == AT
    )
    assert told(tmp_path, mail().as_bytes().replace(DATE.encode(), b"yesterday, perhaps")).when.at is None


def test_a_mail_forwarded_as_a_mail_counts_once_and_with_its_own_date(tmp_path: Path) -> None:
    outer = mail(
        "See below: Import complete with errors",
        subject="Fwd: Users Import",
        date="Tue, 24 Nov 2026 09:00:00 -0500",
    )
    outer.add_attachment(mail())

    run = told(tmp_path, outer)

    assert (run.error_count, run.when.at) == (3, AT)


@pytest.mark.parametrize(
    "head",
    [
        "---------- Forwarded message ---------\nFrom: Schoology <no-reply@example.org>\nDate: Mon, Nov 23, 2026 at 6:05 AM\nSubject: Users Import\nTo: <data@example.org>\n",
        "From: Schoology\nSent: Monday, November 23, 2026 6:05 AM\nTo: Data\nSubject: Users Import\n",
        "*From:* Schoology\n*Date:* Nov 23, 2026 6:05 AM\n*Subject:* Users Import\n",
    ],
)
@pytest.mark.parametrize("quote", ["", "> "])
def test_a_mail_forwarded_inline_counts_once_and_with_its_own_date(
    tmp_path: Path, head: str, quote: str
) -> None:
    inner = "".join(f"{quote}{line}\n" for line in f"{head}\n{BODY}".splitlines())
    outer = mail(
        f"FYI\n\n{inner}",
        subject="Fwd: Users Import: Import complete with errors",
        date="Tue, 24 Nov 2026 09:00:00 -0500",
    )

    run = told(tmp_path, outer)

    assert (run.kind, run.error_count, run.when.basis) == (Kind.USERS, 3, Basis.MAIL)
    assert run.when.at == datetime(2026, 11, 23, 6, 5, tzinfo=UTC)


def test_an_answer_that_quotes_a_notification_is_no_run(tmp_path: Path) -> None:
    quoted = "".join(f"> {line}\n" for line in BODY.splitlines())
    answer = mail(f"I will look.\n\nOn Mon, Schoology wrote:\n{quoted}", subject="Re: Schoology Users Import")

    (trouble,) = readings(write(tmp_path / "a.eml", answer.as_bytes()))

    assert trouble in troubles([trouble])


def test_a_single_mail_about_something_else_is_a_trouble(tmp_path: Path) -> None:
    (trouble,) = troubles(readings(write(tmp_path / "a.eml", mail("Lunch?", subject="Friday").as_bytes())))

    assert trouble.is_part
    assert "no result of an import" in trouble.what


@pytest.mark.parametrize("kind", ["mbox", "maildir"])
def test_mails_about_something_else_among_others_are_counted_in_one_remark(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "mails"
    box: mailbox.Mailbox[Any] = mailbox.mbox(path) if kind == "mbox" else mailbox.Maildir(path)
    box.add(mail("Lunch?", subject="Friday"))
    box.add(mail(BODY + "\nFrom here on nothing.\n"))
    box.add(mail("From me to you\n\nFrom Friday on there is no lunch", subject="Lunch"))
    box.add(mail("Import failed", subject="Course Enrollments Import"))
    box.close()

    found = readings(path)

    assert sorted(run.kind for run in runs(found)) == [Kind.ENROLLMENTS, Kind.USERS]
    (remark,) = troubles(found)
    assert not remark.is_part
    assert "2 of 4 mails" in remark.what
    assert kind == "maildir" or {run.origin.place for run in runs(found)} == {"message 2", "message 4"}


def test_seen_and_new_mails_of_a_maildir_are_read_and_unfinished_ones_are_not(tmp_path: Path) -> None:
    for folder, n in (("cur", 1), ("new", 2), ("tmp", 3)):
        (tmp_path / folder).mkdir()
        write(
            tmp_path / folder / f"{n}.host:2,S",
            mail(f"Users Import\nImport complete with errors\n{n} errors").as_bytes(),
        )

    assert [run.error_count for run in runs(readings(tmp_path))] == [1, 2]


def test_an_empty_maildir_is_a_trouble(tmp_path: Path) -> None:
    (tmp_path / "cur").mkdir()
    (tmp_path / "new").mkdir()

    assert troubles(readings(tmp_path))[0].what == "no mails in it"


def test_half_a_mail_gives_what_can_be_told_and_says_so(tmp_path: Path) -> None:
    whole = mail(html=f"<p>{'x' * 5000}</p>").as_bytes()
    found = readings(write(tmp_path / "a.eml", whole[: len(whole) - 3000]))

    (run,) = runs(found)
    assert run.error_count == 3
    (trouble,) = troubles(found)
    assert trouble.is_part
    assert "cut off" in trouble.what


def test_a_mail_cut_off_within_its_head_says_so(tmp_path: Path) -> None:
    (trouble,) = troubles(readings(write(tmp_path / "a.eml", mail().as_bytes()[:120])))

    assert "cut off" in trouble.what


def test_a_table_attached_to_a_mail_is_a_reading_of_its_own(tmp_path: Path) -> None:
    message = mail()
    message.add_attachment(
        b"Unique ID,Last Name\n007,Lopez\n", maintype="text", subtype="csv", filename="Email in use.csv"
    )
    message.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="logo.png")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="terms.pdf")

    found = readings(write(tmp_path / "a.eml", message.as_bytes()))

    assert len(runs(found)) == 1
    assert not troubles(found)
    assert cells(table(found)) == [("007", "Lopez")]
    assert table(found).origin.place == "attachment Email in use.csv"
    assert "Email in use.csv" in table(found).context


def test_a_file_without_any_sign_of_a_mail_can_be_said_to_be_one(tmp_path: Path) -> None:
    path = write(tmp_path / "note.txt", "Subject: nightly\n\nImport failed\n")

    (run,) = runs(readings(path, as_="mail"))
    assert run.result is Result.FAILED


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_mail_never_raises(data: st.DataObject) -> None:
    whole = mail(html=f"<p>{BODY}</p>").as_bytes()
    at = data.draw(st.integers(0, len(whole)))
    changed = whole[:at] + data.draw(st.binary(max_size=30)) + whole[at + data.draw(st.integers(0, 60)) :]
    source = Source("a.eml", b"From: a\nTo: b\nSubject: c\n" + changed)

    assert list(read_source(source, how()))


def test_parts_within_parts_without_end_are_bounded(tmp_path: Path) -> None:
    lines = ["From: a@example.org", "Subject: Users Import failed", "MIME-Version: 1.0"]
    for n in range(3000):
        lines += [f'Content-Type: multipart/mixed; boundary="b{n}"', "", f"--b{n}"]

    assert troubles(readings(write(tmp_path / "a.eml", "\n".join(lines))))


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://a.example.org/log?id=7&token=x&page=2", "https://a.example.org/log?id=7&page=2"),
        ("https://u:p@a.example.org/log?PHPSESSID=1&auth_key=2&sig=3", "https://a.example.org/log"),
        (
            "https://a.example.org/log;jsessionid=ABC?code=1&section_code=2",
            "https://a.example.org/log?section_code=2",
        ),
        ("https://a.example.org/cb#access_token=x&kind=users", "https://a.example.org/cb#kind=users"),
        ("https://a.example.org/log?x=eyJhbGciOi", "https://a.example.org/log"),
        ("https://a.example.org/log?error=9#top", "https://a.example.org/log?error=9#top"),
    ],
)
def test_secrets_are_taken_out_of_addresses(address: str, kept: str) -> None:
    assert without_secrets(address) == kept


def test_one_mail_about_all_imports_of_a_night_is_a_run_for_each(tmp_path: Path) -> None:
    body = (
        "Users Import: Import complete with errors (3 errors)\nCourses Import: Import completed successfully\n"
        "Course Enrollments Import: Import failed\n"
    )

    found = runs(readings(write(tmp_path / "all.eml", mail(body, subject="Auto-Import results").as_bytes())))

    assert [(run.kind, run.result, run.error_count, run.when.at) for run in found] == [
        (Kind.USERS, Result.COMPLETED_WITH_ERRORS, 3, AT),
        (Kind.COURSES, Result.COMPLETED, 0, AT),
        (Kind.ENROLLMENTS, Result.FAILED, None, AT),
    ]


@pytest.mark.parametrize(
    ("body", "result", "count"),
    [
        ("Your scheduled Users Import finished without problems.", Result.COMPLETED, 0),
        ("The Users Import has been processed. It ran with no issues.", Result.COMPLETED, 0),
        ("Your Users Import could not be completed.", Result.FAILED, None),
        ("We were unable to process the file of the Users Import.", Result.FAILED, None),
        ("The Users Import ended with 3 errors. See the Status Log.", Result.COMPLETED_WITH_ERRORS, 3),
        ("The Users Import encountered some problems.", Result.COMPLETED_WITH_ERRORS, None),
        ("Import type: Users\nStatus: Failed\n", Result.FAILED, None),
        (
            "Hello,\n\nthe Users Import you scheduled ran to completion. No errors were found.\n",
            Result.COMPLETED,
            0,
        ),
        ("Your Users Import is done.\nThere were three errors.\n", Result.COMPLETED_WITH_ERRORS, 3),
        ("Your Users Import has finished. See the Status Log.", Result.UNKNOWN, None),
        ("Everything went well with your Users Import.", Result.COMPLETED, 0),
        ("All 2,113 rows of your Users Import were imported.", Result.COMPLETED, 0),
        ("There were problems with your Users Import.", Result.COMPLETED_WITH_ERRORS, None),
        ("Your Users Import is complete, 3 rows could not be imported.", Result.COMPLETED_WITH_ERRORS, None),
        ("Your Users Import encountered an error and was stopped.", Result.FAILED, None),
        ("The Users Import crashed.", Result.FAILED, None),
        ("The Users Import was not successful.", Result.FAILED, None),
    ],
)
def test_a_result_in_words_of_its_own_is_told_by_a_mail_that_names_its_import(
    tmp_path: Path, body: str, result: Result, count: int | None
) -> None:
    run = told(tmp_path, mail(body, subject="Schoology notification"))

    assert (run.kind, run.result, run.error_count) == (Kind.USERS, result, count)


@pytest.mark.parametrize(
    "body",
    [
        "You will get a mail when the Users Import finished without problems.",
        "If the Users Import could not be completed, somebody is told.",
        "Thank you for reporting problems. The Users Import is at 1:00.",
        "The Users Import has not finished yet.",
    ],
)
def test_what_may_happen_to_an_import_is_no_result(tmp_path: Path, body: str) -> None:
    assert not runs(readings(write(tmp_path / "notice.txt", mail(body, subject="Settings").as_bytes())))


MET = "Your import has completed with errors"


@pytest.mark.parametrize(
    ("body", "kind", "label", "errors"),
    [
        (
            'The import "Courses" of 11/23/2026 1:02 AM has completed with 2 errors.\n\nError: Course code too long - 2 rows affected\n\nView the log.\n',
            Kind.COURSES,
            "Courses",
            [("Course code too long", 2)],
        ),
        (
            "The import “Users” has completed with 2 errors.\n\nError: Email already in use (5 rows)\nError: School not mapped (1,214 records)\n",
            Kind.USERS,
            "Users",
            [("Email already in use", 5), ("School not mapped", 1214)],
        ),
        (
            "The Users Import has completed with 2 errors:\n\nErrors:\n - Email already in use (5 rows)\n - School not mapped (1 row)\n",
            Kind.USERS,
            "Users Import",
            [("Email already in use", 5), ("School not mapped", 1)],
        ),
        (
            'The import "Parents" has completed with 1 error.\n\n* Parent is not there: 3 rows affected\n',
            Kind.OTHER,
            "Parents",
            [("Parent is not there", 3)],
        ),
        (
            "Import: Users\nResult: Completed with errors\n\nError: Email already in use\nRows affected: 5\n",
            Kind.USERS,
            "Users",
            [("Email already in use", 5)],
        ),
        ("The Users Import has completed with errors. 12 rows affected.\n", Kind.USERS, "Users Import", []),
    ],
)
def test_errors_that_a_mail_names_are_read_under_its_imports_own_name(
    tmp_path: Path, body: str, kind: Kind, label: str, errors: list[tuple[str, int]]
) -> None:
    run = told(tmp_path, mail(body, subject=MET))

    assert (run.kind, run.label, run.result) == (kind, label, Result.COMPLETED_WITH_ERRORS)
    assert [(error.message, error.rows_affected) for error in run.errors] == errors
    assert run.lists_errors is (bool(errors) and run.error_count == len(errors))


def test_a_table_of_errors_in_a_mails_page_is_read(tmp_path: Path) -> None:
    html = (
        "<p>The Users Import has completed with 2 errors.</p><table><tr><th>Error</th><th>Rows Affected</th></tr>"
        "<tr><td>Email already in use</td><td>5</td></tr><tr><td>School not mapped</td><td>1,214</td></tr></table>"
    )

    run = told(tmp_path, mail("See the page.", subject=MET, html=html))

    assert [(error.message, error.rows_affected) for error in run.errors] == [
        ("Email already in use", 5),
        ("School not mapped", 1214),
    ]
    assert run.lists_errors
