"""A made-up Schoology on the loopback, and the real client that asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from importlog_tui.demo.server import MadeUpSchoology, Running, World, running
from importlog_tui.demo.server.gate import KEY, SECRET
from importlog_tui.secret import Secret
from importlog_tui.sources.schoology.client import Client, Patience
from importlog_tui.sources.schoology.oauth import Key

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)
HURRIED = Patience(connect=20, read=20, whole=60, back_off=0.01, longest=3, per_second=10_000)


@pytest.fixture(scope="session")
def world() -> World:
    """One night of the district, made once."""
    return World(now=NOW, zone=ZONE, nights=1)


@pytest.fixture
def site(world: World) -> Iterator[Running]:
    """A server of the test's own."""
    app = MadeUpSchoology(world)
    app.api.gate.most = 10_000
    with running(app) as served:
        yield served


Ask = Callable[..., Client]


@pytest.fixture
def ask(site: Running) -> Iterator[Ask]:
    """Makes clients of the site's API, and closes them."""
    made: list[Client] = []

    def client(key: str = KEY, secret: str = SECRET, **more: object) -> Client:
        options = {"patience": HURRIED, **more}
        made.append(Client(f"{site.address}/v1", Key(key, Secret(secret)), **options))  # type: ignore[arg-type]
        return made[-1]

    yield client
    for one in made:
        one.close()
