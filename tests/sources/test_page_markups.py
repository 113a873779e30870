"""One log, saved in every markup that we could think of: each must give the same runs."""

from __future__ import annotations

from datetime import datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.model import Format, Origin, Reading, RunReading
from importlog_tui.sources.status_log import How
from importlog_tui.sources.status_log.page.meaning import read_page, read_text
from importlog_tui.times import Clock

PAGES = Path(__file__).parent / "data" / "pages"
ZONE = ZoneInfo("America/New_York")
HOW = How(Clock(ZONE, datetime(2026, 11, 24, 8, 0, tzinfo=ZONE)))
BROKEN = "User not found: 3 rows of the Users Import of Nov 3, 2026 name nobody & are skipped"

Told = tuple[str, str, str, str, int | None, bool, tuple[tuple[str, int | None, str], ...]]

LOG: list[Told] = [
    (
        "users", "2026-11-23T01:02:00-05:00", "completed_with_errors", "Import complete with errors", 2, True,
        (
            ("Email already in use", 9, "/import/errors/71"),
            ('Missing required field: "Last Name"', 1214, "/import/errors/72"),
        ),
    ),
    ("courses", "2026-11-23T01:07:00-05:00", "completed", "Import completed successfully", 0, True, ()),
    (
        "enrollments", "2026-11-23T01:12:00-05:00", "completed_with_errors", "Import complete with errors", 1, True,
        ((BROKEN, 412, "/import/errors/73"),),
    ),
    ("users", "2026-11-22T01:02:00-05:00", "failed", "Import failed", None, False, ()),
    ("courses", "2026-11-22T01:07:00-05:00", "completed_with_errors", "Import complete with errors", None, False, ()),
    ("enrollments", "2026-11-22T01:12:00-05:00", "queued", "Queued", None, False, ()),
]  # fmt: skip
COUNTED = {"modals"}
"""Pages that also show how many errors each run has."""


def told(readings: list[Reading]) -> list[Told]:
    runs = []
    for reading in readings:
        assert isinstance(reading, RunReading), reading
        assert reading.when.at is not None
        errors = tuple((error.message, error.rows_affected, error.address) for error in reading.errors)
        runs.append(
            (
                str(reading.kind), reading.when.at.isoformat(), str(reading.result), reading.result_text, reading.error_count,
                reading.lists_errors, errors,
            )
        )  # fmt: skip
    return runs


def without(log: list[Told], *, links: bool = True, counts: bool = True) -> list[Told]:
    """`log` as a source tells it that has no links, or no numbers of errors to compare."""
    return [
        (
            *run[:4],
            run[4] if counts else None,
            run[5],
            tuple((m, n, a if links else "") for m, n, a in run[6]),
        )
        for run in log
    ]


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.html")), ids=lambda path: path.stem)
def test_every_markup_of_a_log_gives_the_same_runs(page: Path) -> None:
    counts = page.stem not in COUNTED

    found = told(list(read_page(page.read_bytes(), Origin(page.name, Format.PAGE), HOW)))

    assert without(found, counts=counts) == without(LOG, counts=counts)


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.txt")), ids=lambda path: path.stem)
def test_the_same_log_as_text_gives_the_same_runs(page: Path) -> None:
    found = told(list(read_text(page.read_text("utf-8"), Origin("the paste", Format.PASTE), HOW)))

    assert found == without(LOG, links=False)


@pytest.mark.parametrize("name", ["blanks_text", "tabs_text", "lines_text"])
def test_the_same_text_set_as_it_is_on_a_page_gives_the_same_runs(name: str) -> None:
    text = escape((PAGES / f"{name}.txt").read_text("utf-8"))
    markup = f"<html><body><h1>Status Log</h1><div><pre>{text}</pre></div></body></html>"

    found = told(list(read_page(markup, Origin("page.html", Format.PAGE), HOW)))

    assert found == without(LOG, links=False)


def test_a_message_keeps_its_full_stop_before_its_number() -> None:
    said = "Users Import, Nov 23, 2026 1:02 am: Import complete with errors\nThe address exists in the system. Rows Affected: 9\n"

    (run,) = told(list(read_text(said, Origin("the paste", Format.PASTE), HOW)))

    assert run[6] == (("The address exists in the system.", 9, ""),)


def test_a_page_that_counts_errors_without_listing_them_claims_their_number() -> None:
    markup = (PAGES / "modals.html").read_bytes()

    counts = [run[4] for run in told(list(read_page(markup, Origin("modals.html", Format.PAGE), HOW)))]

    assert counts == [2, 0, 1, 0, 2, 0]


WRAPPERS = st.sampled_from(
    [
        "div",
        "section",
        "main",
        "article",
        "span",
        "center",
        "form",
        "font",
        "b",
        "table><tbody><tr><td",
        "ul><li",
        "x-app",
    ]
)


@given(st.lists(WRAPPERS, max_size=12), st.sampled_from(sorted(PAGES.glob("*.html"))))
def test_what_is_wrapped_around_a_log_changes_nothing(wrappers: list[str], page: Path) -> None:
    body = page.read_text("utf-8").partition("<body>")[2].partition("</body>")[0]
    for wrapper in wrappers:
        tags = wrapper.split("><")
        body = f"<{wrapper} class=w>{body}" + "".join(f"</{tag}>" for tag in reversed(tags))

    found = told(list(read_page(f"<html><body>{body}</body></html>", Origin("x", Format.PAGE), HOW)))

    assert without(found, counts=False) == without(LOG, counts=False)
