"""The real client against the made-up API, over real connections."""

from __future__ import annotations

import re
import ssl
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest
import trustme
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from importlog_tui.demo.roster import LOPEZ, schoology_id
from importlog_tui.demo.server import MadeUpSchoology, Mishap, Running, World
from importlog_tui.demo.server.gate import KEY, PERSONAL_KEY, SECRET
from importlog_tui.demo.server.mishaps import WAIT
from importlog_tui.errors import UsageProblem
from importlog_tui.secret import Secret
from importlog_tui.sources.schoology.client import MOST_REDIRECTS, Client, Patience, Stopped
from importlog_tui.sources.schoology.oauth import Key, Method, Style
from importlog_tui.sources.schoology.probe import probe
from importlog_tui.sources.schoology.refusals import ApiProblem
from tests.schoology.conftest import HURRIED

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.schoology.conftest import Ask

STYLES = [
    Style(),
    Style(Method.PLAINTEXT),
    Style(Method.PLAINTEXT, realm="Schoology%20API", literal=True),
    Style(realm=""),
]


@pytest.mark.parametrize("style", STYLES)
def test_users_me_is_found_behind_its_redirect_and_signed_anew(site: Running, ask: Ask, style: Style) -> None:
    own = ask(style=style).get("users/me")

    assert own["school_uid"] == "100120"
    assert site.control.paths() == ["/v1/users/me", f"/v1/users/{own['uid']}"]
    headers = [asked.headers["authorization"] for asked in site.control.requests]
    assert len(set(headers)) == 2


def test_every_request_has_a_nonce_of_its_own_and_no_earlier_timestamp(site: Running, ask: Ask) -> None:
    clock = iter([5e8, 5e8 - 3600, *[5e8 + n for n in range(99)]])
    client = ask(clock=lambda: next(clock))

    for _ in range(4):
        client.get("roles")

    told = [asked.headers["authorization"] for asked in site.control.requests]
    stamps = [int(match[1]) for one in told if (match := re.search(r'timestamp="(\d+)"', one))]
    assert stamps == sorted(stamps)
    assert len({re.search(r'nonce="(\w+)"', one)[1] for one in told}) == len(told)  # type: ignore[index]


def test_a_clock_behind_the_servers_costs_one_more_request(site: Running, ask: Ask) -> None:
    ask().get("roles")
    site.app.api.gate._last[KEY] = int(time.time()) - 5  # what another program sent
    behind = Client(
        f"{site.address}/v1/", Key(KEY, Secret(SECRET)), patience=HURRIED, clock=lambda: time.time() - 3600
    )
    behind._sender._last = 0
    site.control.forget()

    with behind:
        assert behind.get("roles")["role"]

    assert site.control.count() == 2


def test_a_clock_that_stays_wrong_is_told_of(site: Running, ask: Ask) -> None:
    site.app.api.gate._last[KEY] = int(time.time()) + 7200
    client = ask(clock=lambda: time.time() - 3600)
    client._sender._last = 0

    with pytest.raises(ApiProblem, match=r"clock is 3\d\d\d seconds behind Schoology's") as caught:
        client.get("roles")

    assert caught.value.status == 401
    assert site.control.count() == 2


def test_nothing_but_reading_leaves_this_machine(site: Running, ask: Ask) -> None:
    client = ask()
    users = f"{site.address}/v1/users"
    tries: list[Callable[[], httpx.Response]] = [
        lambda: client._http.post(users, json={}),
        lambda: client._http.put(f"{users}/1", json={}),
        lambda: client._http.delete(f"{users}/1"),
        lambda: client._http.patch(f"{users}/1"),
        lambda: client._http.options(users),
        lambda: client._http.request("MERGE", users),
        lambda: client._http.post(f"{site.address}/v1/multiget/x"),
        lambda: client._http.post(f"{site.address}/v1/multiget?x"),
        lambda: client._http.send(httpx.Request("DELETE", users)),
        lambda: client._http.get("http://127.0.0.1:9/v1/users"),
        lambda: client._http.get(site.address),
    ]

    for attempt in tries:
        with pytest.raises(PermissionError):
            attempt()

    assert not site.control.count()
    assert not [name for name in vars(Client) if name in {"post", "put", "delete", "patch", "request"}]


@pytest.mark.parametrize(
    "address",
    [
        "https://api.schoology.com.example.org/v1",
        "http://api.schoology.com/v1",
        "https://schoology.com/v1",
        "http://10.0.0.1/v1",
        "ftp://127.0.0.1/v1",
    ],
)
def test_the_key_goes_to_schoology_alone(address: str) -> None:
    with pytest.raises(UsageProblem, match="Schoology alone"):
        Client(address, Key(KEY, Secret(SECRET)))


def test_a_redirect_to_another_host_is_not_followed(site: Running, ask: Ask) -> None:
    site.control.plan(Mishap.ELSEWHERE, path="/users/me")

    with pytest.raises(ApiProblem, match=r"another place, https://sso\.example\.org"):
        ask().get("users/me")

    assert site.control.count() == 1


def test_redirects_in_circles_end(site: Running, ask: Ask) -> None:
    site.app.api._lists["roles"] = lambda _: Response("", 302, {"Location": "/v1/roles?again"})

    with pytest.raises(ApiProblem, match="from one address to the next"):
        ask().get("roles")

    assert site.control.count() == MOST_REDIRECTS + 1


def test_over_tls_a_location_with_http_is_upgraded(world: World) -> None:
    authority = trustme.CA()
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server_side)
    client_side = ssl.create_default_context()
    authority.configure_trust(client_side)
    app = MadeUpSchoology(world)
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=server_side)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        with Client(
            f"https://127.0.0.1:{server.server_port}/v1",
            Key(KEY, Secret(SECRET)),
            patience=HURRIED,
            verify=client_side,
        ) as client:
            assert client.get("users/me")["name_last"]
        with (
            Client(
                f"https://127.0.0.1:{server.server_port}/v1", Key(KEY, Secret(SECRET)), patience=HURRIED
            ) as stranger,
            pytest.raises(ApiProblem, match=r"certificate .* can't be trusted"),
        ):
            stranger.get("users/me")
    finally:
        server.shutdown()
        server.server_close()


def test_too_many_requests_are_waited_out_as_told(site: Running, ask: Ask) -> None:
    site.app.api.gate.most, site.app.api.gate.window = 3, 1
    client = ask()

    for _ in range(4):
        assert client.get("roles")["role"]

    assert site.control.count() == 5


@pytest.mark.parametrize(
    "mishap", [Mishap.TOO_MANY, Mishap.TOO_MANY_DATE, Mishap.TOO_MANY_SILENT, Mishap.MAINTENANCE]
)
def test_a_busy_server_is_asked_again_later(site: Running, ask: Ask, mishap: Mishap) -> None:
    site.control.plan(mishap, path="/roles")

    assert ask().get("roles")["role"]

    assert site.control.count() == 2


def test_without_a_time_the_waits_grow_and_end(site: Running, ask: Ask) -> None:
    site.control.plan(Mishap.TOO_MANY_SILENT, times=None)
    waits: list[float] = []
    client = ask(patience=Patience(back_off=0.01, per_second=10_000, tries=4))
    client._wait = lambda seconds: waits.append(seconds) if seconds > 0.005 else None  # type: ignore[method-assign]

    with pytest.raises(ApiProblem, match="fewer requests") as caught:
        client.get("roles")

    assert caught.value.status == 429
    assert site.control.count() == 4
    assert 0.01 <= waits[0] <= 0.02 <= waits[1] <= 0.04 <= waits[2] <= 0.08


def test_a_wait_that_is_too_long_is_told_instead(site: Running, ask: Ask) -> None:
    site.control.plan(Mishap.TOO_MANY)

    with pytest.raises(ApiProblem, match="come back in 1 seconds"):
        ask(patience=Patience(longest=0.5)).get("roles")


FAULTS = {
    Mishap.RESET: "connection broke off",
    Mishap.RESET_INSIDE: "connection broke off",
    Mishap.CUT_OFF: "connection broke off",
    Mishap.INVALID_GZIP: "can't be unpacked",
    Mishap.SLOW: "did not answer in time",
}


def patience_for(mishap: Mishap) -> Patience:
    """Impatient only where slowness is the fault: the machine may be busy."""
    return replace(HURRIED, read=WAIT / 2) if mishap is Mishap.SLOW else HURRIED


@pytest.mark.parametrize("mishap", FAULTS)
def test_a_fault_on_the_way_is_tried_again_with_a_new_signature(
    site: Running, ask: Ask, mishap: Mishap
) -> None:
    site.control.plan(mishap, path="/users")

    assert ask(patience=patience_for(mishap)).get("users", {"limit": 1})["total"]

    told = [asked.headers["authorization"] for asked in site.control.requests]
    assert len(set(told)) == 2


@pytest.mark.parametrize("mishap", FAULTS)
def test_a_fault_that_stays_is_told(site: Running, ask: Ask, mishap: Mishap) -> None:
    site.control.plan(mishap, path="/users", times=None)

    with pytest.raises(ApiProblem, match=FAULTS[mishap]):
        ask(patience=replace(patience_for(mishap), tries=2)).get("users", {"limit": 1})

    assert site.control.count() == 2


@pytest.mark.parametrize(
    ("mishap", "said"),
    [
        (Mishap.HALF_PAGE, "is no JSON, or was cut off"),
        (Mishap.EMPTY, "is no JSON, or was cut off"),
        (Mishap.MAINTENANCE_PAGE, "a web page came instead of data"),
        (Mishap.CHANGED, "a web page came instead of data"),
        (Mishap.BROKEN, "in trouble"),
        (Mishap.FORBIDDEN, "may not read this"),
        (Mishap.NOT_FOUND, "nothing there"),
    ],
)
def test_what_is_no_answer_gets_a_sentence_of_its_own(
    site: Running, ask: Ask, mishap: Mishap, said: str
) -> None:
    site.control.plan(mishap, path="/users")

    with pytest.raises(ApiProblem, match=said) as caught:
        ask().get("users", {"limit": 1})

    assert caught.value.remedy
    assert site.control.count() == 1


def test_nobody_listens(ask: Ask) -> None:
    with (
        Client("http://127.0.0.1:9/v1", Key(KEY, Secret(SECRET)), patience=HURRIED) as client,
        pytest.raises(ApiProblem, match="can't be reached"),
    ):
        client.get("users/me")


def test_it_stops_when_the_reader_wants(site: Running, ask: Ask) -> None:
    site.control.plan(Mishap.TOO_MANY, times=None)

    with pytest.raises(Stopped):
        ask(cancelled=lambda: site.control.count() > 0).get("roles")

    assert site.control.count() == 1


def test_it_is_polite_by_default() -> None:
    assert Patience().per_second == 2


def test_requests_of_one_key_keep_their_distance_whoever_sends_them(site: Running, ask: Ask) -> None:
    client, other = (ask(patience=Patience(per_second=0.01)) for _ in range(2))
    waits: list[float] = []
    for one in (client, other):
        one._wait = waits.append  # type: ignore[method-assign,assignment]

    client.get("roles")
    other.get("roles")
    client.get("roles")

    assert waits[0] <= 0
    assert all(90 < wait <= 100 for wait in waits[1:])


def test_an_item_of_many_has_a_status_of_its_own(ask: Ask) -> None:
    found, missing = ask().multiget([f"users/ext/{LOPEZ}", "users/ext/nobody"])

    assert found.body["uid"] == schoology_id(LOPEZ)
    assert (missing.status, missing.body, missing.said) == (404, None, "Not found")


def test_the_probe_tells_whose_key_it_is_and_how_many_it_sees(world: World, ask: Ask) -> None:
    told = probe(ask())

    assert told.school == "344100"
    assert told.users == sum(account.status == "Active" for account in world.accounts.values())


def test_the_probe_explains_a_personal_key(site: Running, ask: Ask) -> None:
    with pytest.raises(ApiProblem, match="nobody else: since 25 June 2025") as caught:
        probe(ask(PERSONAL_KEY))

    assert caught.value.status == 401
    assert site.control.count() == 3


@pytest.mark.parametrize(("key", "secret"), [("another", SECRET), (KEY, "another")])
def test_a_wrong_key_or_secret_is_told_and_shown_nowhere(ask: Ask, key: str, secret: str) -> None:
    with pytest.raises(ApiProblem, match="does not accept this API key") as caught:
        probe(ask(key, secret))

    assert "another" not in str(caught.value)
