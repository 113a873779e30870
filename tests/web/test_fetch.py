"""A fetch brings what the site has and the archive has not, page by page, and goes on where it was interrupted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from importlog_tui.archive import Archive
from importlog_tui.demo.server import MadeUpSchoology, Mishap, Running, World, running
from importlog_tui.demo.server.log_pages import LOOKS
from importlog_tui.sources.status_log.web.answers import Why
from tests.web.fetches import QUICK, fetched, held


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.sqlite"


def _whole(world: World) -> tuple[int, int, int]:
    faults = [fault for run in world.runs for fault in run.faults]
    return len(world.runs), len(faults), sum(fault.claimed for fault in faults)


@pytest.mark.parametrize("look", LOOKS)
def test_an_empty_archive_gets_everything_from_any_markup(
    site: Running, world: World, archive: Path, look: str
) -> None:
    got = fetched(site, archive, markup=look)

    assert held(archive) == _whole(world)
    assert (got.status, got.outcome.troubles, got.left) == (0, [], 0)
    with Archive.open(archive, read_only=True) as opened:
        assert all(run.complete for run in opened.runs())


def test_every_page_is_asked_for_once(site: Running, archive: Path) -> None:
    got = fetched(site, archive)

    asked = site.control.paths("status-log")
    assert sorted(set(asked)) == sorted(asked)
    assert got.requests == got.pages == len(asked)


def test_the_second_fetch_asks_for_nothing_but_the_newest_page_of_the_log(
    site: Running, archive: Path
) -> None:
    fetched(site, archive)
    site.control.forget()

    got = fetched(site, archive)

    assert site.control.paths() == ["/made-up/status-log"]
    assert (got.status, got.outcome.new_records) == (0, 0)


def test_a_new_night_costs_its_own_pages_and_no_more(site: Running, world: World, archive: Path) -> None:
    world.hidden = 1
    fetched(site, archive)
    world.hidden = 0
    site.control.forget()

    fetched(site, archive)

    newest = world.nights[0].runs[0].at
    records = site.control.paths("/records/")
    assert records
    assert all(f"{newest:%Y%m%d}" in path for path in records)
    assert held(archive) == _whole(world)


def test_a_log_known_from_mails_alone_is_still_walked_to_its_end(
    site: Running, world: World, archive: Path, tmp_path: Path
) -> None:
    from importlog_tui.demo.carriers import mail
    from importlog_tui.refresh import bring_in
    from importlog_tui.sources.status_log import read
    from tests.web.fetches import HOW

    letters = tmp_path / "mails"
    letters.mkdir()
    newest = [run for night in world.nights[:1] for run in night.runs]
    for number, run in enumerate(newest):
        (letters / f"{number}.eml").write_bytes(mail(run))
    with Archive.open(archive) as opened:
        bring_in(opened, read(letters, HOW))

    fetched(site, archive)

    assert held(archive) == _whole(world)


@pytest.mark.parametrize("look", LOOKS[1:])
def test_an_interrupted_fetch_goes_on_where_it_stopped(
    site: Running, world: World, archive: Path, look: str
) -> None:
    site.control.plan(Mishap.EXPIRED, skip=4)
    first = fetched(site, archive, markup=look, at_once=1)
    read_before = set(site.control.paths("/records/")[:-1])
    assert first.status == 1
    assert first.left > 0
    assert 0 < held(archive)[2] < _whole(world)[2]
    site.app.sessions.renew()
    site.control.forget()

    second = fetched(site, archive, markup=look)

    assert (second.status, second.left) == (0, 0)
    assert held(archive) == _whole(world)
    assert not read_before & set(site.control.paths("/records/"))


def test_a_clock_that_went_back_loses_nothing_and_brings_nothing_twice(
    site: Running, world: World, archive: Path
) -> None:
    world.hidden = 1
    fetched(site, archive)
    world.hidden = 0

    fetched(site, archive, back=timedelta(days=2))

    assert held(archive) == _whole(world)


def test_a_reader_may_stop_at_any_moment_and_keeps_what_came(
    site: Running, world: World, archive: Path
) -> None:
    got = fetched(site, archive, cancelled=lambda: site.control.count() > 3)

    assert got.outcome.stopped
    assert got.status == 1
    assert got.left > 0
    fetched(site, archive)
    assert held(archive) == _whole(world)


def test_a_slow_answer_does_not_hold_up_the_stop(site: Running, archive: Path) -> None:
    site.control.plan(Mishap.SLOW, skip=1)

    got = fetched(site, archive, cancelled=lambda: site.control.count() > 1, timeout=30)

    assert got.outcome.stopped


def test_an_error_whose_page_is_missing_stays_part_and_does_not_stop_the_others(
    site: Running, world: World, archive: Path
) -> None:
    name, found = max(world.faults.items(), key=lambda pair: pair[1].fault.claimed)
    site.control.plan(Mishap.NOT_FOUND, path=f"{name}?look=tables&page=2", times=None)

    got = fetched(site, archive)

    assert got.status == 1
    assert "there is no such page (404)" in str(got.outcome.troubles[0])
    with Archive.open(archive, read_only=True) as opened:
        part = [error for error in opened.errors() if not error.complete and error.rows_read]
    assert [(error.rows_read, error.rows_affected) for error in part] == [(100, found.fault.claimed)]
    for _ in range(4):
        fetched(site, archive)
    site.control.forget()
    fetched(site, archive)
    assert site.control.count(name) == 0  # asked for in vain often enough
    site.control.calm()


def test_links_that_lead_out_of_the_logs_own_path_are_told_and_not_followed(
    world: World, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlog_tui.demo.server import log_pages

    whole = log_pages.log_page

    def elsewhere(world: World, look: str, page: int, size: int) -> str | None:
        made = whole(world, look, page, size)
        return made and made.replace("/made-up/status-log/records/", "/users/delete/")

    monkeypatch.setattr(log_pages, "log_page", elsewhere)
    with running(MadeUpSchoology(world, runs_a_page=6)) as site:
        got = fetched(site, archive)

        assert site.control.count("/users/delete") == 0
    assert got.status == 1
    assert '"/users/delete/" to [access] follow' in str(got.outcome.troubles[0])


def test_a_page_that_is_no_log_is_not_filed_as_one(site: Running, archive: Path) -> None:
    site.control.plan(Mishap.CHANGED)

    got = fetched(site, archive)

    assert got.status == 2
    assert got.ended is not None
    assert got.ended.why is Why.OTHER
    assert held(archive) == (0, 0, 0)


def test_an_endless_pager_comes_to_an_end(
    world: World, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlog_tui.demo.server import log_pages

    whole = log_pages.records_page

    def endless(world: World, name: str, look: str, page: int, size: int) -> str | None:
        made = whole(world, name, look, 1, 5)
        return made and made.replace("</p>", f' <a href="?look={look}&amp;page={page + 1}">Next</a></p>')

    monkeypatch.setattr(log_pages, "records_page", endless)
    with running(MadeUpSchoology(world, runs_a_page=60)) as site:
        got = fetched(site, archive)

        names = {path.partition("?")[0] for path in site.control.paths("/records/")}
        assert site.control.count("/records/") <= 5 * len(names)
    assert got.pages > len(names)


def test_addresses_that_carry_a_key_are_kept_without_it(
    world: World, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlog_tui.demo.server import log_pages

    whole = log_pages.log_page

    def keyed(world: World, look: str, page: int, size: int) -> str | None:
        made = whole(world, look, page, size)
        return made and made.replace("?look=", "?session_token=never-to-be-kept&amp;look=")

    monkeypatch.setattr(log_pages, "log_page", keyed)
    with running(MadeUpSchoology(world, runs_a_page=60)) as site:
        site.control.plan(Mishap.EXPIRED, skip=3)
        fetched(site, archive)
        assert site.control.count("never-to-be-kept") > 0

    assert b"never-to-be-kept" not in archive.read_bytes()


def test_a_polite_fetch_keeps_its_distance(site: Running, world: World, archive: Path) -> None:
    world.hidden = 1
    fetched(site, archive, manners=QUICK, per_second=20, at_once=4)

    moments = [asked.at for asked in site.control.requests]
    assert len(moments) > 3
    assert (moments[-1] - moments[0]) > 0.045 * (len(moments) - 2)
