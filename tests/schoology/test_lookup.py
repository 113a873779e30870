"""The few in view: asked for once, by fifty, and kept; whatever breaks off, what was said until then is there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importlog_tui.archive import Archive
from importlog_tui.archive.health import look
from importlog_tui.demo.roster import LOPEZ, TEACHER
from importlog_tui.demo.server import Mishap, Running, World
from importlog_tui.demo.server.gate import PERSONAL_KEY
from importlog_tui.directory import Topic
from importlog_tui.fetching.directory import FRESH, Lookup, fetch_directory
from importlog_tui.sources.schoology.refusals import ApiProblem

if TYPE_CHECKING:
    from tests.schoology.conftest import Ask

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "a.sqlite") as made:
        yield made


@pytest.fixture
def ids(world: World) -> list[str]:
    active = [account.unique_id for account in world.accounts.values() if account.status == "Active"]
    return [*active[:998], TEACHER, "no such user"]


def test_a_thousand_records_take_twenty_six_requests_and_none_the_second_time(
    site: Running, ask: Ask, archive: Archive, ids: list[str]
) -> None:
    lookup = Lookup(archive, ask())

    first = lookup.look_up(ids, [], NOW)
    second = Lookup(archive, ask()).look_up(ids, [], NOW + FRESH / 2)

    # The key's own user and its redirect, one user, roles, buildings; 20 by 50; the inactive ones.
    assert (first.users, first.requests, site.control.count()) == (1000, 26, 26)
    assert (second.users, second.requests) == (0, 0)
    assert len(archive.accounts(ids)) == len(set(ids))


def test_after_some_hours_they_are_asked_for_again(ask: Ask, archive: Archive) -> None:
    lookup = Lookup(archive, ask())
    lookup.look_up([LOPEZ], [], NOW)

    again = lookup.look_up([LOPEZ], [], NOW + FRESH)

    assert (again.users, again.requests) == (1, 1)


def test_who_is_in_a_fresh_directory_is_not_asked_for(ask: Ask, archive: Archive) -> None:
    fetch_directory(archive, ask(), NOW, keep=7)

    assert Lookup(archive, ask()).look_up([LOPEZ, "nobody"], [], NOW + timedelta(minutes=5)).requests == 0


def test_sections_are_asked_for_by_fifty(world: World, site: Running, ask: Ask, archive: Archive) -> None:
    codes = [section.section_school_code for section in world.roster.sections][:120]

    looked = Lookup(archive, ask()).look_up([], codes, NOW)

    assert (looked.sections, looked.requests) == (120, 3)
    assert all(answer.values for answer in archive.answers(Topic.SECTION, codes).values())


@pytest.mark.parametrize(
    "mishap", [Mishap.RESET, Mishap.CUT_OFF, Mishap.INVALID_GZIP, Mishap.BROKEN, Mishap.HALF_PAGE]
)
def test_what_breaks_off_keeps_what_was_said_until_then(
    site: Running, ask: Ask, archive: Archive, ids: list[str], mishap: Mishap
) -> None:
    site.control.plan(mishap, path="school_uids", skip=3, times=None)

    with pytest.raises(ApiProblem):
        Lookup(archive, ask()).look_up(ids, [], NOW)

    assert len(archive.answers(Topic.USER)) == 150
    assert look(archive).complaint == ""
    site.control.calm()
    assert Lookup(archive, ask()).look_up(ids, [], NOW).users == 850


def test_a_key_that_was_made_personal_meanwhile_is_explained(ask: Ask, archive: Archive) -> None:
    Lookup(archive, ask()).look_up([LOPEZ], [], NOW)

    with pytest.raises(ApiProblem, match="25 June 2025"):
        Lookup(archive, ask(PERSONAL_KEY)).look_up([TEACHER], [], NOW)


def test_without_the_right_to_read_roles_their_numbers_stand_there(
    site: Running, ask: Ask, archive: Archive
) -> None:
    site.control.plan(Mishap.FORBIDDEN, path="/v1/roles", times=None)

    Lookup(archive, ask()).look_up([LOPEZ], [], NOW)

    assert archive.accounts([LOPEZ])[LOPEZ].values["Role"] == "514"
