"""Whatever befalls a fetch, at whatever page: the archive stays whole, the sentence is clear, and the next fetch completes it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from importlog_tui.demo.server import Mishap, Running, World
from importlog_tui.demo.server.mishaps import befall
from importlog_tui.errors import SourceProblem
from importlog_tui.secret import Secret
from importlog_tui.sources.status_log.web.answers import NoPage, Why
from importlog_tui.sources.status_log.web.visitor import Manners, Visitor
from tests.web.fetches import QUICK, fetched, held

SAID = {
    Mishap.EXPIRED: (Why.SIGN_IN, "shows its login page: the session is over", "fresh cookie"),
    Mishap.ELSEWHERE: (Why.SIGN_ON, "sends this session to sso.example.org to sign in", "fresh cookie"),
    Mishap.IN_CIRCLES: (Why.SIGN_IN, "from page to page without end", "fresh cookie"),
    Mishap.DOWNGRADE: (Why.SIGN_ON, "sends this session to lms.example.org", "fresh cookie"),
    Mishap.FORBIDDEN: (Why.FORBIDDEN, "does not let this account see the page (403)", "roles"),
    Mishap.NOT_FOUND: (Why.MISSING, "there is no such page (404)", "address"),
    Mishap.BROKEN: (Why.BROKEN, "a fault of its own (500)", "later"),
    Mishap.MAINTENANCE: (Why.MAINTENANCE, "down for maintenance (503)", "later"),
    Mishap.MAINTENANCE_PAGE: (Why.MAINTENANCE, "shows a maintenance page", "later"),
    Mishap.TOO_MANY_SILENT: (Why.TOO_MANY, "asked too often (429)", "per_second"),
    Mishap.SLOW: (Why.TOO_SLOW, "did not answer in time", "timeout"),
    Mishap.DRIPPING: (Why.TOO_SLOW, "not there after 1 seconds", "later"),
    Mishap.RESET: (Why.TORN, "broke off", "later"),
    Mishap.RESET_INSIDE: (Why.TORN, "broke off", "later"),
    Mishap.CUT_OFF: (Why.TORN, "broke off", "later"),
    Mishap.HALF_PAGE: (Why.TORN, "ends in the middle", "later"),
    Mishap.INVALID_GZIP: (Why.TORN, "can't be unpacked", "later"),
    Mishap.CUT_GZIP: (Why.TORN, "cut off", "later"),
    Mishap.BOMB: (Why.OTHER, "larger than 64 MB", "address"),
    Mishap.CHANGED: (Why.OTHER, "nothing of a Status Log was found on this page", "--report"),
    Mishap.EMPTY: (Why.OTHER, "the page is empty", "--report"),
}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.sqlite"


@pytest.fixture(scope="module", autouse=True)
def _bomb() -> None:
    """Made beforehand: it takes longer than a test's client waits."""
    befall(Mishap.BOMB, Response(), {})


@pytest.mark.parametrize("mishap", SAID)
def test_a_mishap_at_the_log_itself_is_told_and_nothing_is_filed(
    small_site: Running, archive: Path, mishap: Mishap
) -> None:
    why, sentence, remedy = SAID[mishap]
    patience = (
        20 if mishap is Mishap.BOMB else QUICK.timeout
    )  # unpacking 64 MB takes a while on a busy machine
    small_site.control.plan(mishap, path="status-log", times=None)

    got = fetched(small_site, archive, timeout=patience, whole=2 * patience)

    assert got.ended is not None
    assert got.ended.why is why
    (trouble,) = got.outcome.troubles
    assert sentence in str(trouble)
    assert remedy in str(trouble)
    assert small_site.cookie.partition("=")[2] not in str(trouble)
    assert got.status == 2
    assert held(archive) == (0, 0, 0)


def test_every_mishap_has_its_sentence() -> None:
    patient = {Mishap.TOO_MANY, Mishap.TOO_MANY_DATE}  # these pass by waiting

    assert set(SAID) | patient == set(Mishap)


@pytest.mark.parametrize("mishap", SAID)
def test_a_mishap_at_an_errors_page_leaves_the_archive_whole_and_the_next_fetch_completes_it(
    small_site: Running, small_world: World, archive: Path, mishap: Mishap
) -> None:
    small_site.control.plan(mishap, path="/records/", skip=1)
    got = fetched(small_site, archive, at_once=1)
    assert got.status == 1
    assert held(archive)[0] == len(small_world.runs)
    small_site.app.sessions.renew()

    again = fetched(small_site, archive)

    assert (again.status, again.left) == (0, 0)
    faults = [fault for run in small_world.runs for fault in run.faults]
    assert held(archive) == (len(small_world.runs), len(faults), sum(fault.claimed for fault in faults))


@pytest.mark.parametrize("mishap", [Mishap.TOO_MANY, Mishap.TOO_MANY_DATE])
def test_a_site_that_wants_quiet_gets_it_and_the_page_is_read(
    small_site: Running, small_world: World, archive: Path, mishap: Mishap
) -> None:
    small_site.control.plan(mishap, path="status-log")

    got = fetched(small_site, archive, tries=2)

    first, second = (asked.at for asked in small_site.control.requests[:2])
    assert second - first >= 0.9
    assert got.status == 0


def test_a_site_that_wants_more_quiet_than_anybody_waits_for_is_left_alone(
    small_site: Running, archive: Path
) -> None:
    small_site.control.plan(Mishap.TOO_MANY, path="status-log", times=None)

    got = fetched(small_site, archive, tries=5, longest_wait=0.5)

    assert small_site.control.count() == 1
    assert got.ended is not None
    assert "1 seconds of quiet" in str(got.ended)


@pytest.mark.parametrize("mishap", [Mishap.RESET, Mishap.CUT_OFF, Mishap.SLOW, Mishap.INVALID_GZIP])
def test_what_breaks_once_is_asked_for_again(
    small_site: Running, small_world: World, archive: Path, mishap: Mishap
) -> None:
    small_site.control.plan(mishap, path="status-log")

    assert fetched(small_site, archive, tries=2).status == 0


def test_pages_that_fail_one_after_the_other_are_left_for_another_time(
    small_site: Running, archive: Path
) -> None:
    small_site.control.plan(Mishap.BROKEN, path="/records/", times=None)

    got = fetched(small_site, archive, at_once=1)

    assert small_site.control.count("/records/") == 3
    assert got.left > 3


@pytest.mark.parametrize(
    "address",
    ["http://lms.example.org/log", "ftp://lms.example.org/log", "https://user@lms.example.org/log", "log"],
)
def test_a_session_goes_nowhere_that_is_not_safe(address: str) -> None:
    with pytest.raises(SourceProblem, match="https alone"):
        Visitor(address, Secret("a=b"), QUICK)


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/import/auto/log", True),
        ("/import/auto/log?page=2", True),
        ("/import/auto/log/errors/7", True),
        ("/import/auto/records/7", True),
        ("/extra/7", True),
        ("/import/other", False),
        ("/import/auto/../../user/delete", False),
        ("/import/auto/%2e%2e/x", False),
        ("/", False),
    ],
)
def test_only_the_logs_own_paths_are_asked_for(path: str, *, may: bool) -> None:
    with Visitor("https://lms.example.org/import/auto/log", Secret("a=b"), QUICK, follow=("/extra/",)) as one:
        assert one.may_ask(f"https://lms.example.org{path}") is may
        assert not one.may_ask(f"https://lms.example.org:8443{path}")
        assert not one.may_ask(f"https://example.org{path}")
        assert not one.may_ask(f"http://lms.example.org{path}")


def test_a_host_that_does_not_answer_is_told(archive: Path) -> None:
    with Visitor("http://127.0.0.1:9/log", Secret("a=b"), QUICK) as visitor, pytest.raises(NoPage) as caught:
        visitor.ask("http://127.0.0.1:9/log").result(5)
    assert caught.value.why is Why.UNREACHABLE


# --- TLS and HTTP/2, with a certificate authority of the test's own ---


class _Secured:
    def __init__(self, address: str, ca_file: str, versions: list[str]) -> None:
        self.address, self.ca_file, self.versions = address, ca_file, versions


@pytest.fixture
def secured(world: World, tmp_path: Path) -> Iterator[_Secured]:
    """The made-up application behind TLS, offering HTTP/2, open to everybody."""
    import asyncio
    import socket

    import hypercorn.asyncio
    import hypercorn.config
    import trustme

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    server = authority.issue_cert("127.0.0.1")
    server.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    server.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = hypercorn.config.Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.certfile, config.keyfile = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    config.errorlog = config.accesslog = None
    versions: list[str] = []

    async def application(scope, receive, send) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        if scope["type"] != "http":
            return
        versions.append(scope["http_version"])
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]}
        )
        await send({"type": "http.response.body", "body": b"<html><body>made up</body></html>"})

    loop = asyncio.new_event_loop()
    ended = asyncio.Event()
    serving = threading.Thread(
        target=lambda: loop.run_until_complete(
            hypercorn.asyncio.serve(application, config, shutdown_trigger=ended.wait)
        ),
        daemon=True,
    )
    serving.start()
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        threading.Event().wait(0.02)
    yield _Secured(f"https://127.0.0.1:{port}/log", str(tmp_path / "ca.pem"), versions)
    loop.call_soon_threadsafe(ended.set)
    serving.join(10)
    loop.close()


def test_http_2_is_spoken_where_it_is_offered(secured: _Secured) -> None:
    with Visitor(secured.address, Secret("a=b"), Manners(ca_file=secured.ca_file, per_second=0)) as visitor:
        pages = [visitor.ask(secured.address).result(10) for _ in range(3)]

    assert [page.data for page in pages] == [b"<html><body>made up</body></html>"] * 3
    assert secured.versions == ["2"] * 3


def test_a_certificate_that_nobody_vouches_for_gets_no_session(secured: _Secured) -> None:
    with Visitor(secured.address, Secret("a=b"), QUICK) as visitor, pytest.raises(NoPage) as caught:
        visitor.ask(secured.address).result(10)

    assert caught.value.why is Why.UNTRUSTED
    assert "can't be trusted; the session was not sent" in str(caught.value)
    assert "ca_file" in str(caught.value)
    assert secured.versions == []


def test_a_file_without_certificates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing", encoding="utf-8")

    with pytest.raises(SourceProblem, match=r"certificates can't be read .*Name a PEM file"):
        Visitor("https://lms.example.org/log", Secret("a=b"), Manners(ca_file=str(tmp_path / "ca.pem")))
    assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED
