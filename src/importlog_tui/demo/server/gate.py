"""Who may use the made-up API: keys, signatures (checked with oauthlib, not with this program's own code), nonces, timestamps, pace."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple

from oauthlib.oauth1.rfc5849 import signature

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

SECRET = "made-up-secret"  # noqa: S105 - it opens nothing real
KEY, PERSONAL_KEY, BUILDING_KEY = "made-up-key", "made-up-personal-key", "made-up-building-key"
KEYS: Mapping[str, str] = {
    KEY: "an administrator's of all schools",
    PERSONAL_KEY: "reads its own user and nobody else, as Schoology has it since June 2025 (schoology.md 4.10)",
    BUILDING_KEY: "an administrator's of one school: no export",
}


class TurnedAway(NamedTuple):
    """Why a request gets nothing: a status and a plain text, as Schoology answers; `after` are seconds until it may come back."""

    status: int
    text: str
    after: int = 0


@dataclass
class Gate:
    """What the server remembers of the requests before.

    Attributes:
        most: requests of one key within `window` seconds.
        tells_when: a 429 says when to come back.
    """

    most: int = 50
    window: float = 5
    tells_when: bool = True
    _last: dict[str, int] = field(default_factory=dict)
    _nonces: set[tuple[str, str, str]] = field(default_factory=set)
    _times: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def pass_in(self, request: Request) -> str | TurnedAway:
        """The key of a request that is signed well, new and not too soon; else why it is turned away."""
        header = request.headers.get("Authorization", "")
        try:
            told = dict(
                signature.collect_parameters(
                    headers={"Authorization": header}, exclude_oauth_signature=False, with_realm=True
                )
            )
            params = signature.collect_parameters(
                uri_query=request.query_string.decode(), headers={"Authorization": header}
            )
        except ValueError:
            return TurnedAway(401, "The Authorization header can't be understood.")
        key = told.get("oauth_consumer_key", "")
        if key not in KEYS or told.get("oauth_version") != "1.0" or told.get("oauth_token") != "":
            return TurnedAway(401, "Invalid consumer or token.")
        if not _is_signed(request, params, told):
            return TurnedAway(401, "Invalid signature.")
        return self._is_new(key, told) or self._is_in_time(key) or key

    def _is_new(self, key: str, told: Mapping[str, str]) -> TurnedAway | None:
        at, nonce = told.get("oauth_timestamp", ""), told.get("oauth_nonce", "")
        if not (at.isascii() and at.isdigit()) or not nonce:
            return TurnedAway(401, "Invalid timestamp.")
        with self._lock:
            if int(at) < self._last.get(key, 0) or (key, at, nonce) in self._nonces:
                return TurnedAway(
                    401, "Duplicate timestamp/nonce combination, possible replay attack.  Request rejected."
                )
            self._last[key] = int(at)
            self._nonces.add((key, at, nonce))
        return None

    def _is_in_time(self, key: str) -> TurnedAway | None:
        now = time.monotonic()
        with self._lock:
            times = self._times.setdefault(key, deque())
            while times and times[0] < now - self.window:
                times.popleft()
            if len(times) >= self.most:
                return TurnedAway(429, "Too many requests.", ceil(times[0] + self.window - now))
            times.append(now)
        return None


def _is_signed(request: Request, params: object, told: Mapping[str, str]) -> bool:
    asked = SimpleNamespace(
        http_method=request.method, uri=request.base_url, params=params, signature=told.get("oauth_signature")
    )
    method = told.get("oauth_signature_method")
    if method == "HMAC-SHA1":
        return bool(signature.verify_hmac_sha1(asked, SECRET, ""))
    return method == "PLAINTEXT" and bool(signature.verify_plaintext(asked, SECRET, ""))
