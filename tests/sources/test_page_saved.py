"""Pages as browsers save them: encodings, one-file pages, addresses, and pages that were cut off."""

from __future__ import annotations

import os
import plistlib
from datetime import UTC, datetime
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from typing import Any

import pytest

from importlog_tui.model import Basis, Format, Origin, Reading, RecordsReading, Result
from importlog_tui.sources.status_log.page.meaning import read_mhtml, read_page
from tests.sources.reading import cells, how, readings, runs, table, tables, troubles, write

RUN = "<h2>Users Import</h2><p>Nov 23, 2026 1:02 am</p><p>Import complete with errors</p>"
ERRORS = "<table><tr><th>Error</th><th>Rows Affected</th></tr><tr><td>Größe – “fehlt”</td><td><a href='{href}'>9</a></td></tr></table>"
RECORDS = "<table><tr><th>Unique ID</th><th>Last Name</th></tr><tr><td>1</td><td>Núñez</td></tr><tr><td>2</td><td>Ng</td></tr></table>"
LOG_ADDRESS = "https://example.schoology.com/import/status"
ORIGIN = Origin("log.html", Format.PAGE)


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html>\n<html><head>{head}</head><body>{body}</body></html>"


def message_of(markup: bytes) -> str:
    (run,) = runs(list(read_page(markup, ORIGIN, how())))
    return run.errors[0].message


@pytest.mark.parametrize(
    ("codec", "head"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-8", "<meta charset=utf-8>"),
        ("utf-16", ""),
        ("utf-16-le", ""),
        ("cp1252", ""),
        ("cp1252", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">'),
        ("cp1252", "<meta charset='iso-8859-1'>"),
        ("utf-8", "<meta charset='iso-8859-1'>"),
        ("utf-8", "<meta charset='utf-16'>"),
        ("utf-8", "<meta charset='no-such-thing'>"),
        ("utf-8", "<meta charset='base64'>"),
    ],
)
def test_every_encoding_a_page_comes_in(codec: str, head: str) -> None:
    assert message_of(page(RUN + ERRORS, head).encode(codec)) == "Größe – “fehlt”"


def test_a_page_in_another_alphabet_says_so_itself() -> None:
    markup = page(RUN + ERRORS.replace("Größe – “fehlt”", "Ошибка"), "<meta charset=koi8-r>")

    assert message_of(markup.encode("koi8-r")) == "Ошибка"


def test_a_stray_byte_spoils_only_itself() -> None:
    markup = page(RUN + ERRORS).encode().replace(b"fehlt", b"feh\x80lt")

    assert message_of(markup) == "Größe – “feh€lt”"


@pytest.mark.parametrize(
    ("head", "given", "href", "address"),
    [
        ("", LOG_ADDRESS, "/import/errors/7", "https://example.schoology.com/import/errors/7"),
        ("", LOG_ADDRESS, "errors/7", "https://example.schoology.com/import/errors/7"),
        ("", LOG_ADDRESS, "?error=7", "https://example.schoology.com/import/status?error=7"),
        ("", "", "https://x.example.org/errors/7", "https://x.example.org/errors/7"),
        ("", "", "/import/errors/7", "/import/errors/7"),
        (
            f"<!-- saved from url=(0042){LOG_ADDRESS} -->",
            "",
            "errors/7",
            "https://example.schoology.com/import/errors/7",
        ),
        (
            f"<link rel=canonical href='{LOG_ADDRESS}'>",
            "",
            "errors/7",
            "https://example.schoology.com/import/errors/7",
        ),
        ("<base href='https://lms.example.org/a/'>", "", "errors/7", "https://lms.example.org/a/errors/7"),
        ("<base href='/b/'>", LOG_ADDRESS, "errors/7", "https://example.schoology.com/b/errors/7"),
        ("", LOG_ADDRESS, "javascript:void(0)", ""),
        ("", LOG_ADDRESS, "#", ""),
        ("", LOG_ADDRESS, "http://[broken", "http://[broken"),
    ],
)
def test_where_the_number_links_to(head: str, given: str, href: str, address: str) -> None:
    (run,) = runs(list(read_page(page(RUN + ERRORS.format(href=href), head), ORIGIN, how(), address=given)))

    assert run.errors[0].address == address


def test_records_answer_to_all_their_addresses(tmp_path: Path) -> None:
    file = tmp_path / "records.html"
    file.write_text(
        page(
            RECORDS,
            f"<!-- saved from url=(0050){LOG_ADDRESS}/7 --><link rel=canonical href='{LOG_ADDRESS}/7?x=1'>",
        )
    )

    reading = table(
        list(read_page(file.read_bytes(), Origin("records.html", Format.PAGE), how(), beside=file))
    )

    assert set(reading.addresses) == {f"{LOG_ADDRESS}/7", f"{LOG_ADDRESS}/7?x=1", str(file)}


def mhtml(
    *parts: tuple[str, str],
    date: str = "Tue, 24 Nov 2026 03:00:00 -0500",
    boundary: str = "----MultipartBoundary--x",
) -> bytes:
    message = MIMEMultipart("related", boundary=boundary, type="text/html")
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = LOG_ADDRESS
    message["Subject"] = "Status Log"
    message["Date"] = date
    for markup, address in parts:
        part = MIMEText(markup, "html", "utf-8")
        part["Content-Location"] = address
        message.attach(part)
    return message.as_bytes()


def test_a_page_in_one_file_counts_from_when_it_was_saved() -> None:
    markup = page(RUN.replace("Nov 23, 2026 1:02 am", "Today at 1:02 am") + ERRORS.format(href="errors/7"))

    (run,) = runs(list(read_mhtml(mhtml((markup, LOG_ADDRESS)), ORIGIN, how())))

    # "Today" is the 24th in the reader's zone, UTC here.
    assert run.when.at == datetime(2026, 11, 24, 1, 2, tzinfo=UTC)
    assert run.when.basis is Basis.SAVED
    assert run.errors[0].message == "Größe – “fehlt”"
    assert run.errors[0].address == "https://example.schoology.com/import/errors/7"


SAVED_BY = [
    "<!--\n Page saved with SingleFile \n url: https://x.example.org/ \n saved date: Fri Nov 20 2026 09:02:00 GMT-0500 (Eastern Standard Time)\n-->",
    '<meta name="savepage-date" content="Fri Nov 20 2026 09:02:00 GMT-0500 (Eastern Standard Time)">',
]


@pytest.mark.parametrize("head", SAVED_BY)
def test_what_saved_a_page_says_when(head: str) -> None:
    markup = page(RUN.replace("Nov 23, 2026 1:02 am", "Today at 1:02 am"), head=head)

    (run,) = runs(list(read_page(markup, ORIGIN, how())))

    assert run.when.at == datetime(2026, 11, 20, 1, 2, tzinfo=UTC)
    assert run.when.basis is Basis.SAVED


@pytest.mark.parametrize("name", ["log.html", "log.txt"])
def test_today_is_counted_from_when_a_file_was_written(tmp_path: Path, name: str) -> None:
    told = "Users Import\nToday at 1:02 am\nImport failed\n"
    file = write(tmp_path / name, told if name.endswith("txt") else f"<p>{told.replace(chr(10), '<p>')}")
    os.utime(file, (datetime(2026, 11, 19, 12, 0, tzinfo=UTC).timestamp(),) * 2)

    (run,) = runs(readings(file))

    assert run.when.at == datetime(2026, 11, 19, 1, 2, tzinfo=UTC)
    assert run.when.basis is Basis.SAVED


def test_a_frame_holds_the_log() -> None:
    outer = page("<h1>Tools</h1><iframe src='cid:frame-1'></iframe>")
    found = list(read_mhtml(mhtml((outer, LOG_ADDRESS), (page(RECORDS), "cid:frame-1")), ORIGIN, how()))

    assert len(tables(found)) == 1
    assert not troubles(found)


def test_quoted_printable_lines_are_put_together() -> None:
    message = EmailMessage()
    message.set_content(page(RUN + ERRORS.format(href="x" * 300)), subtype="html", cte="quoted-printable")

    (run,) = runs(list(read_mhtml(message.as_bytes(), ORIGIN, how())))

    assert run.errors[0].address.endswith("x" * 300)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a mail at all",
        b"Content-Type: multipart/related\n\n",
        b"Content-Type: text/html; charset=\xff\n\n<html></html>",
    ],
)
def test_a_broken_one_file_page_is_said_to_be_one(data: bytes) -> None:
    found = list(read_mhtml(data, ORIGIN, how()))

    assert len(troubles(found)) == len(found) == 1


def test_a_one_file_page_that_was_cut_off_is_part() -> None:
    data = mhtml((page(RUN + RECORDS), LOG_ADDRESS))
    found = list(read_mhtml(data[: len(data) * 2 // 3], ORIGIN, how()))

    assert any("ends in the middle" in trouble.what and trouble.is_part for trouble in troubles(found))


def cut(markup: str, before: str) -> list[Reading]:
    return list(read_page(markup[: markup.index(before)], ORIGIN, how()))


def test_a_page_cut_in_its_records_keeps_the_whole_rows() -> None:
    found = cut(page(RECORDS), "g</td>")
    reading = table(found)

    assert cells(reading) == [("1", "Núñez")]
    assert reading.has_more
    assert [trouble.is_part for trouble in troubles(found)] == [True]


def test_a_page_cut_in_its_errors_lists_them_not_whole() -> None:
    found = cut(
        page(RUN + ERRORS + RUN.replace("23", "22") + ERRORS.replace("</table>", "<tr><td>More</td>")), "More"
    )

    first, last = runs(found)
    assert (first.lists_errors, first.error_count) == (True, 1)
    assert (last.lists_errors, last.error_count) == (False, None)
    assert last.result is Result.COMPLETED_WITH_ERRORS


@pytest.mark.parametrize(
    "markup",
    [
        RUN + ERRORS,
        f"<body>{RUN}{ERRORS}</body>",
        f"<html>{RUN}{ERRORS}</HTML >",
        f"<title>x</title>{RECORDS}",
    ],
)
def test_a_fragment_or_a_page_without_needless_tags_is_whole(markup: str) -> None:
    assert not troubles(list(read_page(markup, ORIGIN, how())))


def test_every_cut_of_a_page_is_read_without_fail() -> None:
    markup = page(RUN + ERRORS + RUN.replace("23", "22") + RECORDS)
    whole = list(read_page(markup, ORIGIN, how()))
    for end in range(len(markup)):
        for reading in read_page(markup[:end], ORIGIN, how()):
            if isinstance(reading, RecordsReading):
                assert set(cells(reading)) <= {("1", "Núñez"), ("2", "Ng")}
    assert len(runs(whole)) == 2


def webarchive(main: str, *frames: str) -> dict[str, Any]:
    """What Safari saves; the markup of its pages is in Windows-1252 and says so beside it."""
    resource = {
        "WebResourceData": main.encode("cp1252"),
        "WebResourceMIMEType": "text/html",
        "WebResourceTextEncodingName": "windows-1252",
        "WebResourceURL": LOG_ADDRESS,
    }
    return {"WebMainResource": resource, "WebSubframeArchives": [webarchive(frame) for frame in frames]}


@pytest.mark.parametrize("form", [plistlib.FMT_BINARY, plistlib.FMT_XML])
def test_a_page_that_safari_saved_is_read_with_its_frames(tmp_path: Path, form: plistlib.PlistFormat) -> None:
    archive = webarchive(
        page("<p>Import &gt; Status Log</p>"), page(RUN + ERRORS.format(href="status/errors/7"))
    )
    path = tmp_path / "Status Log.webarchive"
    path.write_bytes(plistlib.dumps(archive, fmt=form))

    found = readings(path)

    (run,) = runs(found)
    assert [(e.message, e.rows_affected, e.address) for e in run.errors] == [
        ("Größe – “fehlt”", 9, "https://example.schoology.com/import/status/errors/7")
    ]
    assert troubles(found) == []


@pytest.mark.parametrize("part", [0.3, 0.99])
def test_a_web_archive_that_breaks_off_is_said(tmp_path: Path, part: float) -> None:
    data = plistlib.dumps(webarchive(page(RUN)), fmt=plistlib.FMT_BINARY)
    path = tmp_path / "x.webarchive"
    path.write_bytes(data[: int(len(data) * part)])

    (trouble,) = troubles(readings(path))

    assert trouble.what == "the web archive is damaged, or cut off"


DATA = """{"props": {"imports": [
  {"id": 991, "importType": "USERS", "lastPerformed": "2026-11-23T06:02:00.000Z", "status": "COMPLETED_WITH_ERRORS",
   "errors": [{"message": "Email already <b>in use</b>", "rowsAffected": "1,204", "href": "status/errors/7"}]},
  {"id": 990, "importType": "COURSES", "lastPerformed": "2026-11-23T06:07:00.000Z", "status": "COMPLETED", "errors": []}]}}"""


@pytest.mark.parametrize(
    "script",
    [
        f"<script type='application/json'>{DATA}</script>",
        f"<script>var a = {{b: 1}}, c = [d];\nwindow.__STATE__ = {DATA};</script>",
        f"<script>jQuery.extend(Drupal.settings, {DATA});</script>",
    ],
)
def test_a_page_whose_log_is_drawn_by_a_script_is_read_from_its_data(script: str) -> None:
    markup = page(f"<div id=app>Loading...</div>{script}", f"<link rel=canonical href='{LOG_ADDRESS}'>")

    users, courses = runs(list(read_page(markup, ORIGIN, how())))

    assert [(e.message, e.rows_affected, e.address) for e in users.errors] == [
        ("Email already <b>in use</b>", 1204, "https://example.schoology.com/import/status/errors/7")
    ]
    assert (courses.result, courses.error_count) == (Result.COMPLETED, 0)


def test_a_page_that_shows_its_log_is_not_read_from_its_scripts() -> None:
    markup = page(f"{RUN}<script type='application/json'>{DATA}</script>")
    assert len(runs(list(read_page(markup, ORIGIN, how())))) == 1
