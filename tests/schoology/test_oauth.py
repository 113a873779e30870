"""Signed as documented, and as oauthlib signs the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oauthlib.oauth1.rfc5849 import signature
from oauthlib.oauth1.rfc5849.utils import parse_authorization_header

from importlog_tui.secret import Secret
from importlog_tui.sources.schoology.oauth import (
    DEFAULT_STYLE,
    Key,
    Method,
    Sender,
    Signer,
    Style,
    base_string,
)

SECRET = "s3cr&t/+"
KEY = Key("a1b2c3", Secret(SECRET))


def signer(style: Style = DEFAULT_STYLE, clock: float = 1_000_000.9) -> Signer:
    return Signer(KEY, Sender(), style, lambda: clock)


def test_the_header_has_the_documented_form() -> None:
    header = signer(Style(Method.PLAINTEXT)).header("GET", "https://api.schoology.com/v1/users/me")

    assert re.fullmatch(
        'OAuth realm="Schoology API",oauth_consumer_key="a1b2c3",oauth_token="",oauth_nonce="[0-9a-f]{32}",'
        'oauth_timestamp="1000000",oauth_signature_method="PLAINTEXT",oauth_version="1.0",'
        'oauth_signature="s3cr%2526t%252F%252B%26"',
        header,
    )


@pytest.mark.parametrize(
    ("style", "realm", "end"),
    [
        (Style(Method.PLAINTEXT, realm="Schoology%20API", literal=True), 'realm="Schoology%20API"', '%2B&"'),
        (Style(realm=""), 'realm=""', '%3D"'),
    ],
)
def test_the_header_can_be_written_in_the_other_ways_that_were_reported(
    style: Style, realm: str, end: str
) -> None:
    header = signer(style).header("GET", "https://api.schoology.com/v1/users/me")

    assert realm in header
    assert header.endswith(end)


def test_every_header_is_made_once() -> None:
    one = signer()

    assert len({one.header("GET", "https://api.schoology.com/v1/users") for _ in range(50)}) == 50


def test_timestamps_never_go_back_whatever_the_clock_does() -> None:
    times = iter([100.9, 101.0, 40.0, 99.0, 102.0])
    one = Signer(KEY, Sender(), clock=lambda: next(times))

    told = [
        re.search(r'timestamp="(\d+)"', one.header("GET", "https://api.schoology.com/v1/x")) for _ in range(5)
    ]

    assert [match and match[1] for match in told] == ["100", "101", "101", "101", "102"]


@given(
    query=st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=4),
    path=st.sampled_from(["/v1/users", "/v1/users/ext/a%2Fb", "/v1"]),
    host=st.sampled_from(
        [
            "https://api.schoology.com",
            "HTTPS://API.Schoology.com:443",
            "http://127.0.0.1:8080",
            "http://[::1]:80",
        ]
    ),
)
def test_hmac_signs_what_oauthlib_signs(query: list[tuple[str, str]], path: str, host: str) -> None:
    from urllib.parse import quote, urlsplit

    pairs = [
        (name.encode(errors="ignore").decode(), value.encode(errors="ignore").decode())
        for name, value in query
    ]
    told = "&".join(f"{quote(name, safe='')}={quote(value, safe=',')}" for name, value in pairs)
    url = host + path + (f"?{told}" if told else "")

    header = signer().header("GET", url)

    parts = dict(parse_authorization_header(header))
    params = signature.collect_parameters(uri_query=urlsplit(url).query, headers={"Authorization": header})
    theirs = signature.signature_base_string(
        "GET", signature.base_string_uri(url), signature.normalize_parameters(params)
    )
    named = {
        name: value
        for name, value in parts.items()
        if name.startswith("oauth_") and name != "oauth_signature"
    }
    assert base_string("GET", url, named) == theirs
    assert parts["oauth_signature"] == quote(signature._sign_hmac("SHA-1", theirs, SECRET, ""), safe="")


def test_a_secret_is_in_no_repr() -> None:
    assert "s3cr" not in repr(KEY)
    assert "s3cr" not in repr(signer())
