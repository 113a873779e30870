"""A log whose runs are only links to pages of their own: a fetch reads these, and follows no link that does more than show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Request, Response

from importlog_tui.archive import Archive
from importlog_tui.demo.server import running
from importlog_tui.fetching.walk import Fetched, fetch
from importlog_tui.secret import Secret
from importlog_tui.sources.status_log.web.visitor import Visitor
from tests.web.fetches import HOW, QUICK

HEAD = "<tr><th>Import</th><th>Last performed</th><th>Result</th><th></th></tr>"
RUNS = {
    1: ("Users Import", "Nov 23, 2026 1:02 am", "Import complete with errors"),
    2: ("Courses Import", "Nov 23, 2026 1:07 am", "Import completed successfully"),
    3: ("Course Enrollments Import", "Nov 23, 2026 1:12 am", "Import failed"),
}
ERRORS = "<table><tr><th>Error</th><th>Rows Affected</th></tr><tr><td>Email already in use</td><td><a href='/log/rows'>2</a></td></tr></table>"
ROWS = "<table><tr><th>Unique ID</th><th>Last Name</th><th>First Name</th></tr><tr><td>1</td><td>Lopez</td><td>Ana</td></tr><tr><td>2</td><td>Ng</td><td>Bo</td></tr></table>"


class Site:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, environ: Any, start: Any) -> Any:
        path = Request(environ).path
        self.asked.append(path)
        return Response(f"<html><body>{self.body(path)}</body></html>", content_type="text/html")(
            environ, start
        )

    def body(self, path: str) -> str:
        if path == "/log":
            rows = (
                f"<tr><td><a href='/log/run/{n}'>{name}</a></td><td>{time}</td><td>{result}</td><td><a href='/log/start/{n}'>Run Now</a></td></tr>"
                for n, (name, time, result) in RUNS.items()
            )
            return f"<table>{HEAD}{''.join(rows)}</table>"
        if path == "/log/rows":
            return ROWS
        name, time, result = RUNS[int(path.rpartition("/")[2])]
        why = ERRORS if name == "Users Import" else "<p>Could not connect to the SFTP host</p>"
        return f"<h1>{name}</h1><p>{time}</p><p>{result}</p><div>{why}</div>"


@pytest.fixture
def site() -> Iterator[tuple[Site, str]]:
    app = Site()
    with running(app) as served:  # type: ignore[arg-type] # any application can be served
        yield app, f"{served.address}/log"


def fetched(log: str, archive: Path) -> Fetched:
    with Archive.open(archive) as opened, Visitor(log, Secret("S=1"), QUICK) as visitor:
        return fetch(opened, visitor, log, HOW)


def test_the_page_of_a_run_is_read_where_its_errors_are_only_there(
    site: tuple[Site, str], tmp_path: Path
) -> None:
    app, log = site
    archive = tmp_path / "archive.sqlite"

    got = fetched(log, archive)

    assert (got.status, got.outcome.troubles) == (0, [])
    assert sorted(app.asked) == ["/log", "/log/rows", "/log/run/1", "/log/run/3"]
    with Archive.open(archive, read_only=True) as opened:
        assert len(opened.runs()) == 3
        assert {(e.message, e.rows_affected, e.rows_read) for e in opened.errors()} == {
            ("Email already in use", 2, 2),
            ("Could not connect to the SFTP host", None, 0),
        }

    app.asked.clear()
    assert fetched(log, archive).status == 0
    assert app.asked == ["/log"]
