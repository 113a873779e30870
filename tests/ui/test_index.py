"""Long errors are made quick to filter in the background, and nothing is seen of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importlog_tui.archive import Archive
from importlog_tui.config.settings import ArchiveSettings
from importlog_tui.errors import ArchiveProblem
from importlog_tui.ui.desks import index
from tests.ui.pilots import settled, shown, triage
from tests.ui.small_log import config_with, make_log, small_app

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_AT_FIRST", 0.0)
    monkeypatch.setattr(index, "WORTH", 9)
    monkeypatch.setattr("importlog_tui.archive.cell_index.WORTH", 9)


def lacking(archive: Archive) -> set[str]:
    return {error.message for error in archive.errors() if archive.lacks_cells(error.id)}


async def test_long_errors_of_the_newest_night_are_indexed(tmp_path: Path) -> None:
    app = small_app(make_log(tmp_path / "archive.sqlite"))
    assert lacking(app.context.archive) == {"Email already in use", "Section not found"}
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert not lacking(app.context.archive)
        assert "index" not in triage(pilot).work.jobs
        assert "ndex" not in shown(pilot)


async def test_the_setting_turns_it_off(tmp_path: Path) -> None:
    config = config_with()._replace(archive=ArchiveSettings(filter_index=False))
    app = small_app(make_log(tmp_path / "archive.sqlite"), config=config)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert lacking(app.context.archive)


async def test_nothing_is_said_where_it_can_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = small_app(make_log(tmp_path / "archive.sqlite"))
    tried = []

    def refused(_: Archive, error_id: int) -> bool:
        tried.append(error_id)
        raise ArchiveProblem("the archive can't be written: it, its folder or its disk is read-only")

    monkeypatch.setattr(Archive, "index_cells", refused)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        triage(pilot).rows_shown()
        await settled(pilot)
        assert len(tried) == 1
        assert "can't be written" not in shown(pilot)
