"""What is sent where a multiplexer answers for a line that it does not know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.ui.pacing import Budget

RATE = 1000


def test_a_key_alone_never_waits_and_the_next_frame_waits_for_the_bytes_before_it() -> None:
    budget = Budget(RATE)
    assert budget.rest(10.0) == 0
    budget.spent(500, 10.0)
    assert budget.rest(10.1) == pytest.approx(0.4)
    assert budget.rest(10.6) == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 5000)), min_size=1))
def test_what_lies_on_the_line_is_one_frame_at_most(keys: list[tuple[float, int]]) -> None:
    budget, now, on_the_line = Budget(RATE), 0.0, 0.0
    for pause, size in keys:
        step = pause + budget.rest(now + pause)
        now += step
        on_the_line = max(0.0, on_the_line - step * RATE)
        assert on_the_line == pytest.approx(0, abs=0.01)
        budget.spent(size, now)
        on_the_line += size


def test_without_a_rate_nothing_waits() -> None:
    budget = Budget()
    budget.spent(1_000_000, 1.0)
    assert budget.rest(1.0) == 0
