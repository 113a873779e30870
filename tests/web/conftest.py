"""A made-up Schoology to drive the real client against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from importlog_tui.demo.server import MadeUpSchoology, Running, World, running

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)


@pytest.fixture(scope="session")
def world() -> World:
    """Two nights of the district, made once; a test that hides nights shows them again."""
    return World(now=NOW, zone=ZONE, nights=2)


@pytest.fixture(scope="session")
def small_world() -> World:
    """One night with two errors in each run, the longest on two pages."""
    world = World(now=NOW, zone=ZONE, nights=1)
    (night,) = world.nights
    world.nights = [replace(night, runs=[replace(run, faults=run.faults[:2]) for run in night.runs])]
    return world


@pytest.fixture
def small_site(small_world: World) -> Iterator[Running]:
    """The same behind a server of the test's own."""
    with running(MadeUpSchoology(small_world)) as served:
        yield served


@pytest.fixture
def site(world: World) -> Iterator[Running]:
    """A server of the test's own."""
    world.hidden = 0
    with running(MadeUpSchoology(world, runs_a_page=4, rows_a_page=100)) as served:
        yield served
