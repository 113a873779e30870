from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importlog_tui.model import Basis, Kind, Result
from importlog_tui.sources.source import Source
from importlog_tui.sources.status_log.recognise import read_source
from tests.sources.reading import cells, how, readings, runs, table, tables, troubles, write

if TYPE_CHECKING:
    from pathlib import Path

LOG = """<html><head><title>Status Log</title></head><body><h1>Status Log</h1><ul>
<li><h2>Users Import</h2><p>Today at 1:02 am</p><p>Import complete with errors</p>
<table><tr><th>Error</th><th>Rows Affected</th></tr>
<tr><td>Email already in use</td><td><a href="/import/errors?id=7&amp;token=geheim">2</a></td></tr></table></li></ul></body></html>"""
RECORDS = """<html><body><h1>Email already in use</h1><table><tr><th>Unique ID</th><th>Last Name</th><th>First Name</th></tr>
<tr><td>204117</td><td>Lopez</td><td>Maria</td></tr><tr><td>204121</td><td>Nguyen</td><td>An</td></tr></table></body></html>"""


def entry(
    url: str, text: str | None, mime: str = "text/html; charset=utf-8", *, status: int = 200, **content: Any
) -> dict[str, Any]:
    body = (
        {"size": len(text or ""), "mimeType": mime} | ({"text": text} if text is not None else {}) | content
    )
    return {
        "startedDateTime": "2026-11-20T13:00:00.000Z",
        "request": {
            "method": "GET",
            "url": url,
            "headers": [{"name": "Cookie", "value": "SESSabc=geheim"}],
            "cookies": [{"name": "SESSabc", "value": "geheim"}],
        },
        "response": {
            "status": status,
            "headers": [{"name": "Set-Cookie", "value": "geheim"}],
            "content": body,
        },
    }


def har(path: Path, *entries: dict[str, Any]) -> Path:
    log = {"log": {"version": "1.2", "creator": {"name": "x"}, "pages": [], "entries": list(entries)}}
    return write(path / "walk.har.txt", json.dumps(log))


def test_pages_of_a_recording_are_read_with_their_addresses_and_the_time_of_recording(tmp_path: Path) -> None:
    found = readings(
        har(
            tmp_path,
            entry("https://app.example.org/import/log", LOG),
            entry("https://app.example.org/logo.png", "x", "image/png"),
            entry("https://app.example.org/app.js", "var x", "application/javascript"),
            entry("https://app.example.org/import/errors?id=7&token=geheim", RECORDS),
        )
    )
    (run,) = runs(found)
    assert (run.when.at, run.when.basis) == (datetime(2026, 11, 20, 1, 2, tzinfo=UTC), Basis.SAVED)
    assert run.errors[0].address == "https://app.example.org/import/errors?id=7"
    assert table(found).addresses == ("https://app.example.org/import/errors?id=7",)
    assert (run.origin.place, table(found).origin.place) == ("entry 1", "entry 4")
    assert not troubles(found)


def test_nothing_secret_leaves_a_recording(tmp_path: Path) -> None:
    found = readings(
        har(
            tmp_path,
            entry("https://u:geheim@app.example.org/log?session=geheim", LOG),
            entry("https://app.example.org/errors?sid=geheim&id=7", RECORDS),
            entry("https://app.example.org/lost?sid=geheim", None),
        )
    )

    assert len(found) == 3
    assert "geheim" not in repr(found)


@pytest.mark.parametrize("packed", [False, True])
def test_content_in_base64_and_compressed_is_undone(tmp_path: Path, packed: bool) -> None:
    data = gzip.compress(RECORDS.encode()) if packed else RECORDS.encode()
    found = readings(
        har(tmp_path, entry("https://a.example.org/e", base64.b64encode(data).decode(), encoding="base64"))
    )

    assert len(cells(table(found))) == 2


def test_content_that_grows_without_end_is_refused(tmp_path: Path) -> None:
    data = gzip.compress(b"<html>" + bytes(70 << 20))
    found = readings(
        har(tmp_path, entry("https://a.example.org/e", base64.b64encode(data).decode(), encoding="base64"))
    )

    assert "too large" in troubles(found)[0].what


def test_pages_that_the_browser_dropped_are_named(tmp_path: Path) -> None:
    found = readings(
        har(
            tmp_path,
            entry("https://a.example.org/import/errors?id=7", None),
            entry("https://a.example.org/l", LOG),
        )
    )

    assert len(runs(found)) == 1
    assert "/import/errors" in troubles(found)[0].what
    assert troubles(found)[0].is_part


def test_whole_entries_of_a_recording_that_was_cut_off_are_kept(tmp_path: Path) -> None:
    path = har(tmp_path, entry("https://a.example.org/l", LOG), entry("https://a.example.org/e", RECORDS))
    text = path.read_text()
    found = readings(write(path, text[: len(text) - 100]))

    assert len(runs(found)) == 1
    assert not tables(found)
    assert troubles(found)[0].origin.place == "entry 2"


def test_objects_with_the_same_keys_are_records(tmp_path: Path) -> None:
    users = {
        "total": "1214",
        "user": [{"school_uid": "0017", "name_last": "Lopez", "uid": 5, "parents": None, "x": [1]}] * 2,
    }
    found = readings(har(tmp_path, entry("https://a.example.org/u", json.dumps(users), "application/json")))

    assert table(found).columns == ("school_uid", "name_last", "uid", "parents", "x")
    assert table(found).claimed == 1214
    assert cells(table(found)) == [("0017", "Lopez", "5", "", "[1]")] * 2


def test_runs_that_a_page_fetched_as_json_are_the_log(tmp_path: Path) -> None:
    errors = [
        {"error": "Email already in use", "rowsAffected": 9},
        {"error": "Missing\tfield", "rowsAffected": None},
    ]
    answer = {
        "data": [
            {"importType": "Users Import", "lastPerformed": "2026-11-23T01:02:00-05:00", "status": "Import complete with errors", "errors": errors},
            {"importType": "Courses Import", "lastPerformed": "2026-11-23T01:07:00-05:00", "status": "Import completed successfully", "errors": []},
        ]
    }  # fmt: skip

    found = readings(
        har(tmp_path, entry("https://a.example.org/log", json.dumps(answer), "application/json"))
    )

    assert not troubles(found)
    assert [(run.kind, run.result, run.error_count) for run in runs(found)] == [
        (Kind.USERS, Result.COMPLETED_WITH_ERRORS, 2),
        (Kind.COURSES, Result.COMPLETED, 0),
    ]
    assert [(error.message, error.rows_affected) for error in runs(found)[0].errors] == [
        ("Email already in use", 9),
        ("Missing field", None),
    ]


def test_json_words_results_and_times_as_programs_do(tmp_path: Path) -> None:
    answer = [
        {"importType": "USERS", "startTime": 1795413720, "status": "COMPLETED_WITH_ERRORS", "errorCount": 2},
        {"importType": "COURSES", "startTime": 1795414020000, "status": "completedSuccessfully", "errorCount": 0},
        {"importType": "ENROLLMENTS", "startTime": "20261123T061200Z", "status": "in-progress", "errorCount": None},
    ]  # fmt: skip

    found = runs(
        readings(har(tmp_path, entry("https://a.example.org/log", json.dumps(answer), "application/json")))
    )

    assert [(run.kind, run.result) for run in found] == [
        (Kind.USERS, Result.COMPLETED_WITH_ERRORS),
        (Kind.COURSES, Result.COMPLETED),
        (Kind.ENROLLMENTS, Result.RUNNING),
    ]
    assert [run.when.at.astimezone(UTC).isoformat() for run in found if run.when.at] == [
        "2026-11-23T06:02:00+00:00",
        "2026-11-23T06:07:00+00:00",
        "2026-11-23T06:12:00+00:00",
    ]


def test_pieces_of_a_page_within_json_are_read(tmp_path: Path) -> None:
    commands = [{"command": "settings", "merge": True}, {"command": "insert", "data": RECORDS}]
    found = readings(
        har(tmp_path, entry("https://a.example.org/ajax", json.dumps(commands), "application/json"))
    )

    assert len(cells(table(found))) == 2


def test_a_csv_that_was_downloaded_is_read(tmp_path: Path) -> None:
    found = readings(
        har(tmp_path, entry("https://a.example.org/e", "Unique ID,Last Name\n007,Lopez\n", "text/csv"))
    )

    assert cells(table(found)) == [("007", "Lopez")]


def test_other_data_in_a_recording_is_passed_over_and_a_recording_of_nothing_is_a_trouble(
    tmp_path: Path,
) -> None:
    found = readings(
        har(
            tmp_path,
            entry("https://a.example.org/x", '{"a": [1, 2]}', "application/json"),
            entry("https://a.example.org/y", "", "text/html", status=302),
            entry("https://a.example.org/z", "plain", "text/plain"),
        )
    )

    (trouble,) = troubles(found)
    assert len(found) == 1
    assert "no page of a Status Log" in trouble.what


def test_a_saved_answer_of_the_site_is_read_as_a_file_of_its_own(tmp_path: Path) -> None:
    users = [{"school_uid": "0017", "name_last": "Lopez", "name_first": "Maria"}]
    found = readings(write(tmp_path / "users.json", json.dumps(users)), kind=Kind.USERS)

    assert cells(table(found)) == [("0017", "Lopez", "Maria")]
    assert table(found).is_certain


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "log",
                        "entries",
                        "request",
                        "response",
                        "content",
                        "text",
                        "url",
                        "status",
                        "mimeType",
                        "encoding",
                    ]
                ),
                inner,
                max_size=5,
            )
        ),
    )
)
def test_any_json_at_all_is_no_reason_to_stop(value: object) -> None:
    for data in (json.dumps({"log": {"entries": [value]}}), json.dumps({"log": value}), json.dumps([value])):
        list(read_source(Source("x.har", data.encode()), how()))


def test_json_nested_without_end_is_a_trouble(tmp_path: Path) -> None:
    assert troubles(readings(write(tmp_path / "a.json", '{"log":{"entries":[' + "[" * 100_000)))
    assert troubles(readings(write(tmp_path / "b.json", '{"a":' * 100_000)))


@pytest.mark.parametrize(
    ("error", "address"),
    [
        ({"id": 77}, "https://app.example.org/api/errors/77/records"),
        ({"error_id": "77"}, "https://app.example.org/api/records?error_id=77"),
        ({"id": 7, "records_url": "/api/rows/9?token=geheim"}, "https://app.example.org/api/rows/9"),
    ],
)
def test_an_error_of_a_json_log_is_tied_to_the_records_fetched_for_it(
    tmp_path: Path, error: dict[str, Any], address: str
) -> None:
    run = {
        "import": "Users Import",
        "lastPerformed": "11/20/2026 1:02 AM",
        "status": "Completed with errors",
        "errors": [{"message": "Email already in use", "rows_affected": 2} | error],
    }
    people = [
        {"unique_id": "1", "last_name": "Lopez", "first_name": "Maria", "email": "a@example.org"},
        {"unique_id": "2", "last_name": "Nguyen", "first_name": "An", "email": "b@example.org"},
    ]
    found = readings(
        har(
            tmp_path,
            entry("https://app.example.org/api/runs", json.dumps({"runs": [run]}), "application/json"),
            entry("https://app.example.org/api/errors/770/records", "[]", "application/json"),
            entry(address, json.dumps({"rows": people}), "application/json"),
        )
    )

    (told,) = runs(found)
    assert told.errors[0].address == address
    assert table(found).addresses == (address,)
