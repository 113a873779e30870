"""What could not be read is kept for a report in which nobody can be recognised."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from importlog_tui.demo.server import Mishap, Running, World
from importlog_tui.errors import UsageProblem
from importlog_tui.fetching.report import write_report
from importlog_tui.sources.status_log.web.answers import NoPage, Page, Why
from importlog_tui.sources.status_log.web.masking import masked
from tests.web.fetches import fetched

PAGE = """<!DOCTYPE html><!-- served to mlopez --><html><head><title>Import log of Springfield</title>
<script>var user = {name: "Maria Lopez", token: "hunter2"};</script></head>
<body data-user="204117 Lopez"><table class="log-3"><tr><th>Unique ID</th><th>Last Name</th></tr>
<tr><td title="May Lopez">204117</td><td>Lopez</td><td>mlopez@example.org</td><td>陳美玲</td></tr>
<tr><td>Users Import</td><td>Mon Nov 23, 2026 at 1:02 am</td><td>Import complete with errors</td>
<td><a href="https://lms.springfield.example.org/import/log/errors/77?user=mlopez">9</a></td></tr></table></body></html>"""


def test_names_go_and_the_words_of_a_log_stay() -> None:
    made = masked(PAGE)

    for word in ("Lopez", "lopez", "Maria", "May", "hunter2", "204117", "example", "pringfield", "陳", "美"):
        assert word not in made
    for word in (
        "Unique ID",
        "Last Name",
        "Users Import",
        "Mon Nov 99, 9999 at 9:99 am",
        "Import complete with errors",
    ):
        assert word in made
    assert '<table class="log-9">' in made
    assert 'href="/import/log/errors/99?user=xxxxxx"' in made


def test_a_fetch_leaves_a_report_of_the_page_that_it_could_not_read(
    small_site: Running, small_world: World, tmp_path: Path
) -> None:
    small_site.control.plan(Mishap.CHANGED, path="/records/")
    got = fetched(small_site, tmp_path / "archive.sqlite")
    report = tmp_path / "report.txt"

    assert write_report(report, got.refusals) == 1

    text = report.read_text(encoding="utf-8")
    assert "nothing of a Status Log was found" in text
    assert "<p>This page xxxxx xxxx xxxxxxx that was xxxx xxxx.</p>" in text
    assert small_site.cookie.partition("=")[2] not in text
    assert "127.0.0.1" not in text
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_nothing_is_written_where_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert write_report(tmp_path / "report.txt", []) == 0
    assert not (tmp_path / "report.txt").exists()


def test_a_report_that_can_t_be_written_is_told(tmp_path: Path) -> None:
    refusal = NoPage(Why.OTHER, "x", where="y", page=Page("https://lms.example.org/", b"x"))
    with pytest.raises(UsageProblem, match=r"can't be written.*--report"):
        write_report(tmp_path / "none" / "report.txt", [refusal])
