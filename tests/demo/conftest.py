"""The district, written once for the tests that only look at it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from importlog_tui.demo.district import DistrictFiles, write_district

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory) -> DistrictFiles:
    return write_district(tmp_path_factory.mktemp("district") / "files", now=NOW, zone=ZONE)
