from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from importlog_tui.model import State
from importlog_tui.text import width
from importlog_tui.triage.views import View
from importlog_tui.ui.presentation import states
from importlog_tui.ui.presentation.log import Log
from importlog_tui.ui.presentation.tree_line import columns, line_text
from tests.ui.test_log_lines import error, everything, run

TODAY = date(2026, 11, 23)


def on(day: int, hour: int = 1) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("found", "day", "said"),
    [
        (error(1, 1)._replace(state=State.NEW), TODAY, "new today"),
        (error(1, 1)._replace(state=State.NEW), date(2026, 11, 22), "new on 22 Nov"),
        (
            error(1, 1)._replace(state=State.STILL, nights=12, since=on(11)),
            TODAY,
            "still, 12 nights, since 11 Nov",
        ),
        (
            error(1, 1)._replace(state=State.RETURNED, last_seen=on(9)),
            TODAY,
            "returned, last seen 9 Nov",
        ),
        (error(1, 1), TODAY, ""),
    ],
)
def test_a_state_is_said_with_since_when(found: object, day: date, said: str) -> None:
    assert states.since_words(found, day, UTC, TODAY) == said  # type: ignore[arg-type]


def test_the_tree_says_what_is_new_and_keeps_the_whole_in_view() -> None:
    users = run(1, rows=61, read=61)._replace(new_rows=9, returned_rows=0)
    others = run(2, rows=421, read=421)._replace(new_rows=0, returned_rows=0)
    errors = [
        error(1, 1)._replace(state=State.NEW),
        error(2, 1, "Missing required field", 52, 52)._replace(state=State.STILL),
    ]
    log = Log([users, others], errors, UTC, TODAY)

    lines = log.lines(everything(log))
    drawn = [line_text(line, columns(lines, 48)) for line in lines]

    assert {width(line) for line in drawn} == {48}
    assert drawn[0].rstrip().endswith("9 new of 482")
    assert drawn[1].split()[-3:] == ["9", "new", "61"]
    assert drawn[2].rstrip().endswith("9  new")
    assert drawn[3].rstrip().endswith("52  still")


def test_new_only_leaves_what_is_new_or_back_under_counts_of_the_whole() -> None:
    users = run(1, rows=61, read=61)._replace(new_rows=9, returned_rows=0)
    errors = [
        error(1, 1, "Back")._replace(state=State.RETURNED),
        error(2, 1, "Old, but with new rows")._replace(state=State.STILL, new_rows=2),
        error(3, 1, "Old")._replace(state=State.STILL, new_rows=0),
    ]
    log = Log([users, run(2)], errors, UTC, TODAY)

    lines = log.lines(everything(log), view=View.NEW)

    assert [line.label for line in lines] == ["Mon 23 Nov", "Users", "Back", "Old, but with new rows"]
    assert lines[1].count == "61"


def test_a_rerun_is_called_one_and_counted_once() -> None:
    log = Log([run(1)._replace(new_rows=2, returned_rows=0), run(30)._replace(is_rerun=True)], [], UTC, TODAY)

    night, first, again = log.lines(everything(log))

    assert night.count == "2 new of 9"
    assert (first.word, again.word) == ("2 new", "re-run, same data")


def test_a_night_that_was_read_in_part_is_not_called_whole() -> None:
    part = run(1, rows=1214, read=500, complete=False)._replace(new_rows=None)
    log = Log([run(2, rows=9)._replace(new_rows=1, returned_rows=1), part], [], UTC, TODAY)

    assert log.lines(set())[0].count == "1 new, 1 returned, 509 of 1,223"


def test_a_sparkline_shows_rises_and_leaves_out_what_is_not_known() -> None:
    assert states.sparkline([0, 50, None, 100]) == "▁▅ █"
    assert states.sparkline([0, 0]) == "▁▁"
