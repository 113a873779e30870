"""What is being written when the program ends is written to its end, and only what takes too long is cut."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from importlog_tui.ui import work
from importlog_tui.ui.work import Job, Work
from tests.ui.pilots import settled
from tests.ui.small_log import make_log, small_app


async def test_only_what_does_not_write_is_told_to_stop(tmp_path: Path) -> None:
    app = small_app(make_log(tmp_path / "archive.sqlite"))
    async with app.run_test() as pilot:
        await settled(pilot)
        go = threading.Event()
        jobs: Work = app.triage.work
        reads = jobs.start("reads", lambda _: go.wait(10), lambda _: None)
        writes = jobs.start("writes", lambda _: go.wait(10), lambda _: None, writes=True)
        assert jobs.stop_all() == [writes]
        assert (reads.is_stopped(), writes.is_stopped()) == (True, False)
        go.set()
        writes.finish()
        assert not writes.is_stopped()


def test_what_takes_too_long_is_told_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "GRACE", 0.01)
    job: Job[None] = Job("keep", "Keeping", lambda _: None, lambda _: None, writes=True)
    job.finish()
    assert job.is_stopped()
