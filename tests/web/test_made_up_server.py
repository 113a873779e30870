"""The made-up Schoology answers as one would: signed in only, in pages, and with whatever mishap is asked for."""

from __future__ import annotations

import re

import httpx
import pytest

from importlog_tui.demo.roster import LOPEZ, schoology_id
from importlog_tui.demo.server import MadeUpSchoology, Mishap, Running, World, running
from importlog_tui.demo.server.log_pages import LOOKS
from importlog_tui.demo.server.signing_in import COOKIE


def _get(site: Running, path: str, *, signed_in: bool = True) -> httpx.Response:
    headers = {"Cookie": site.cookie} if signed_in else {}
    with httpx.Client(headers=headers, timeout=1) as client:
        return client.get(f"{site.address}{path}")


@pytest.mark.parametrize("look", LOOKS)
def test_every_markup_shows_all_runs_over_its_pages(site: Running, world: World, look: str) -> None:
    shown = []
    address = site.log_address(look).removeprefix(site.address)
    while address:
        page = _get(site, address).text
        shown += re.findall(r"(?:Users|Courses|Enrollments) Import", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1] if following else ""

    assert len(shown) == len(world.runs)


def test_an_errors_pages_hold_all_the_rows_that_it_claims(site: Running, world: World) -> None:
    name, found = max(world.faults.items(), key=lambda pair: pair[1].fault.claimed)
    rows, page = 0, 1
    while (answer := _get(site, f"/made-up/status-log/records/{name}?page={page}")).status_code == 200:
        rows += answer.text.count("<tr><td>")
        page += 1

    assert rows == found.fault.claimed > 100


def test_nothing_is_shown_without_a_session(site: Running) -> None:
    answer = _get(site, "/made-up/status-log", signed_in=False)

    assert answer.status_code == 302
    assert 'type="password"' in _get(site, answer.headers["location"], signed_in=False).text


def test_signing_in_leads_back_to_the_page(site: Running) -> None:
    with httpx.Client(base_url=site.address, follow_redirects=True) as client:
        answer = client.post("/made-up/login?then=%2Fmade-up%2Fstatus-log", data={"name": "a", "word": "b"})

        assert COOKIE in client.cookies
    assert "Rows Affected" in answer.text


def test_single_sign_on_leads_to_another_host(world: World) -> None:
    with running(MadeUpSchoology(world, sign_in="sso")) as site:
        answer = _get(site, "/made-up/status-log", signed_in=False)

    assert answer.headers["location"].startswith("http://localhost:")


def test_a_users_page_has_the_users_name(site: Running) -> None:
    assert "Maria Lopez" in _get(site, f"/user/{schoology_id(LOPEZ)}/info").text
    assert schoology_id(LOPEZ) in _get(site, f"/users/manage/edit/moreinfo?search={LOPEZ}").text


def test_answers_are_compressed_for_those_who_take_it(site: Running) -> None:
    assert _get(site, "/made-up/status-log").headers["content-encoding"] == "gzip"


def test_a_mishap_comes_when_and_as_often_as_planned(site: Running) -> None:
    site.control.plan(Mishap.FORBIDDEN, path="status-log", skip=1, times=2)

    seen = [_get(site, "/made-up/status-log").status_code for _ in range(4)]

    assert seen == [200, 403, 403, 200]
    assert site.control.count("status-log") == 4


@pytest.mark.parametrize(
    ("mishap", "fault"),
    [
        (Mishap.RESET, httpx.ReadError),
        (Mishap.RESET_INSIDE, httpx.ReadError),
        (Mishap.CUT_OFF, httpx.RemoteProtocolError),
        (Mishap.SLOW, httpx.ReadTimeout),
        (Mishap.INVALID_GZIP, httpx.DecodingError),
    ],
)
def test_mishaps_happen_on_the_wire(site: Running, mishap: Mishap, fault: type[Exception]) -> None:
    site.control.plan(mishap)

    with pytest.raises(fault):
        _get(site, "/made-up/status-log")


def test_an_expired_session_is_turned_away_from_then_on(site: Running) -> None:
    site.control.plan(Mishap.EXPIRED)

    assert _get(site, "/made-up/status-log").status_code == 302
    assert _get(site, "/made-up/status-log").status_code == 302
    site.app.sessions.renew()
    assert _get(site, "/made-up/status-log").status_code == 200
