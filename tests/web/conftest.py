"""A made-up Schoology to drive the real client against."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from importlog_tui.demo.server import MadeUpSchoology, Running, World, running

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)


@pytest.fixture(scope="session")
def world() -> World:
    """Four nights of the district, made once; a test that hides nights shows them again."""
    return World(now=NOW, zone=ZONE, nights=4)


@pytest.fixture
def site(world: World) -> Iterator[Running]:
    """A server of the test's own."""
    world.hidden = 0
    with running(MadeUpSchoology(world, runs_a_page=6, rows_a_page=100)) as served:
        yield served
