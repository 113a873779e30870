"""OAuth 1.0 with two legs, as Schoology wants it (schoology.md 4.2).

Own code, since the header's form is the point: oauthlib leaves an empty `oauth_token` out and orders the parts as it likes, authlib too; Schoology
wants the token present and empty, the realm first and the signature last. The made-up server checks these signatures with oauthlib.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

from importlog_tui.secret import Secret


class Method(StrEnum):
    """How a request is signed."""

    HMAC_SHA1 = "HMAC-SHA1"
    PLAINTEXT = "PLAINTEXT"


@dataclass(frozen=True, slots=True)
class Key:
    """An API key and its secret."""

    key: str
    secret: Secret


@dataclass(frozen=True, slots=True)
class Style:
    """How the header is written; field reports differ (schoology.md 4.2), the default is the documented form.

    Attributes:
        realm: as it stands between the quotes.
        literal: the `&` of a PLAINTEXT signature is written as it is instead of `%26`.
    """

    method: Method = Method.HMAC_SHA1
    realm: str = "Schoology API"
    literal: bool = False


DEFAULT_STYLE: Final = Style()


@dataclass
class Sender:
    """What all requests of one key share: one at a time, and timestamps that never go back.

    Attributes:
        turn: held from signing until the answer's head is there, so that no later timestamp overtakes an earlier one.
        free_at: monotonic second from which on the next request may go out.
    """

    turn: threading.RLock = field(default_factory=threading.RLock)
    free_at: float = 0.0
    _last: int = 0

    def timestamp(self, clock: Callable[[], float]) -> int:
        """Seconds since 1970, never less than the one before, whatever the clock does."""
        with self.turn:
            self._last = max(self._last, int(clock()))
            return self._last

    def not_before(self, seconds: int) -> None:
        """Let no later timestamp be below this one: the server's clock is ahead of ours."""
        with self.turn:
            self._last = max(self._last, seconds)


_SENDERS: Final[dict[tuple[str, str], Sender]] = {}
_SENDERS_LOCK: Final = threading.Lock()


def sender_of(address: str, key: Key) -> Sender:
    """The one sender of a key in this process."""
    with _SENDERS_LOCK:
        return _SENDERS.setdefault((address, key.key), Sender())


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes the `Authorization` header of each request; none is ever made twice."""

    key: Key
    sender: Sender
    style: Style = DEFAULT_STYLE
    clock: Callable[[], float] = time.time

    def header(self, method: str, url: str) -> str:
        """The header for one request.

        Args:
            method: "GET" or "POST".
            url: whole, with its query, percent-encoded as it will be sent.
        """
        parts = {
            "oauth_consumer_key": self.key.key,
            "oauth_token": "",
            "oauth_nonce": secrets.token_hex(16),
            "oauth_timestamp": str(self.sender.timestamp(self.clock)),
            "oauth_signature_method": str(self.style.method),
            "oauth_version": "1.0",
        }
        told = ",".join(f'{name}="{_quoted(value)}"' for name, value in parts.items())
        signature = self._signature(method, url, parts)
        return f'OAuth realm="{self.style.realm}",{told},oauth_signature="{signature}"'

    def _signature(self, method: str, url: str, parts: dict[str, str]) -> str:
        key = f"{_quoted(self.key.secret.reveal())}&"
        if self.style.method is Method.PLAINTEXT:
            return key if self.style.literal else _quoted(key)
        signed = hmac.new(key.encode(), base_string(method, url, parts).encode(), hashlib.sha1)
        return _quoted(b64encode(signed.digest()).decode())


def base_string(method: str, url: str, parts: dict[str, str]) -> str:
    """What is signed (RFC 5849, 3.4.1); a body in JSON is no part of it."""
    split = urlsplit(url)
    pairs = [*parts.items(), *parse_qsl(split.query, keep_blank_values=True)]
    sorted_pairs = sorted((_quoted(name), _quoted(value)) for name, value in pairs)
    host = split.netloc.lower()
    if (split.scheme, split.port) in _USUAL_PORTS:
        host = host.removesuffix(f":{split.port}")
    address = f"{split.scheme}://{host}{split.path or '/'}"
    told = "&".join(f"{name}={value}" for name, value in sorted_pairs)
    return "&".join((method.upper(), _quoted(address), _quoted(told)))


_USUAL_PORTS: Final = {("https", 443), ("http", 80)}


def _quoted(text: str) -> str:
    return quote(text, safe="-._~")
