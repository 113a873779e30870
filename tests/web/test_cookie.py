"""A session is understood however it was copied, and never shown."""

from __future__ import annotations

import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.errors import SourceProblem
from importlog_tui.secret import Secret
from importlog_tui.sources.status_log.web.cookie import understood

COOKIE = "SESS0123456789abcdef=a.b-c_d%2F~; s_mode=x"

BASH = f"""curl 'https://lms.example.org/import/log?page=1' \\
  -H 'accept: text/html' \\
  -H 'cookie: {COOKIE}' \\
  -H 'user-agent: Mozilla/5.0' --compressed"""
WITH_B = f"curl 'https://lms.example.org/import/log' -H 'accept: text/html' -b '{COOKIE}'"
CMD = BASH.replace("\\\n", "^\n").replace("'", '^"')
ESCAPED = (
    "curl 'https://lms.example.org/import/log' -H $'cookie: SESS0123456789abcdef=a.b-c_d%2F~\\u003b s_mode=x'"
)


@pytest.mark.parametrize(
    "copied",
    [
        COOKIE,
        f"Cookie: {COOKIE}",
        f"cookie: {COOKIE}\n",
        f"  {COOKIE} ;  ",
        f"GET /import/log HTTP/2\nHost: lms.example.org\nCookie: {COOKIE}\nAccept: */*\n",
    ],
)
def test_a_header_in_any_form_is_understood(copied: str) -> None:
    pasted = understood(Secret(copied))

    assert pasted.cookie.reveal() == COOKIE
    assert pasted.host == ""


@pytest.mark.parametrize("copied", [BASH, WITH_B, CMD, BASH.replace("\\\n", ""), ESCAPED])
def test_a_request_copied_as_curl_is_understood_with_its_host(copied: str) -> None:
    pasted = understood(Secret(copied))

    assert pasted.cookie.reveal() == COOKIE
    assert pasted.host == "lms.example.org"


@pytest.mark.parametrize(
    ("copied", "said"),
    [
        ("", "no session cookie was given"),
        ("hunter2hunter2", "is no session cookie"),
        ("curl 'https://lms.example.org/' -H 'accept: */*'", "holds no cookie"),
        ("curl 'https://lms.example.org/ -b hunter2hunter2", "holds no cookie"),
        ("SESS=hunter2hunter2\nX-Other: 1", "line break"),
        ("SESS=hunter2hunter2\x1b[0m", "line break"),
        ("SESS=hunter2hunter2é", "no cookie has"),
        ("a b=hunter2hunter2", "is no session cookie"),
    ],
)
def test_what_is_no_cookie_is_refused_without_being_shown(copied: str, said: str) -> None:
    with pytest.raises(SourceProblem) as caught:
        understood(Secret(copied))

    assert said in str(caught.value)
    assert "network panel" in str(caught.value)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


@given(st.text())
def test_nothing_that_can_be_pasted_breaks_it(copied: str) -> None:
    try:
        cookie = understood(Secret(copied)).cookie.reveal()
    except SourceProblem:
        return
    assert cookie.isascii()
    assert cookie.isprintable()
    assert "=" in cookie


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret("hunter2")

    assert "hunter2" not in f"{secret} {secret!r} {secret!s} {[secret]}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert secret == Secret("hunter2")
    assert not Secret("")
