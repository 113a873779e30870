"""What can befall an answer on its way: each is done to a real one, on a real connection."""

from __future__ import annotations

import contextlib
import gzip
import os
import socket
import struct
import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from werkzeug.wrappers import Response

from importlog_tui.demo.pages import document

CIRCLE = "/made-up/circle"
"""An address that leads to itself."""
WAIT = 1.5
"""Seconds that a slow answer takes: a test sets its client's patience below."""


class Mishap(StrEnum):
    """What goes wrong with one answer."""

    EXPIRED = "expired"  # the session is over: where signing in leads
    MAINTENANCE = "maintenance"  # 503, with Retry-After
    MAINTENANCE_PAGE = "maintenance page"  # the same with status 200
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not found"
    BROKEN = "broken"  # 500
    TOO_MANY = "too many"  # 429 with Retry-After: 1
    TOO_MANY_DATE = "too many, a date"  # 429 with Retry-After as a date
    TOO_MANY_SILENT = "too many, silent"  # 429 without
    SLOW = "slow"  # the answer begins late
    DRIPPING = "dripping"  # it never ends, a byte at a time
    RESET = "reset"  # the connection is torn before the answer
    RESET_INSIDE = "reset inside"  # and in the middle of it
    CUT_OFF = "cut off"  # it ends before its Content-Length
    HALF_PAGE = "half page"  # a whole answer with half a page
    INVALID_GZIP = "invalid gzip"
    CUT_GZIP = "cut gzip"
    BOMB = "bomb"  # a small answer that unpacks to a hundred megabytes
    CHANGED = "changed"  # a page that means nothing to anybody
    EMPTY = "empty"
    ELSEWHERE = "elsewhere"  # a redirect to another host
    IN_CIRCLES = "in circles"  # a redirect to itself
    DOWNGRADE = "downgrade"  # a redirect to plain http on a host outside


class Dropped(ConnectionError):
    """The connection is gone; there is nothing more to answer."""


def befall(mishap: Mishap, answer: Response, environ: Mapping[str, Any]) -> Response:
    """What becomes of `answer`.

    Raises:
        Dropped: what was to be sent was sent, and the connection is closed.
    """
    spoil = _SPOILS.get(mishap)
    return spoil(answer) if spoil is not None else _on_the_wire(mishap, answer, environ)


def _page(status: int, title: str, said: str, **headers: str) -> Response:
    made = Response(document(title, f"<p>{said}</p>"), status, mimetype="text/html")
    for name, value in headers.items():
        made.headers[name.replace("_", "-")] = value
    return made


def _halved(answer: Response) -> Response:
    data = answer.get_data()
    answer.set_data(data[: len(data) // 2])
    return answer


def _packed(answer: Response, data: bytes) -> Response:
    answer.set_data(data)
    answer.headers["Content-Encoding"] = "gzip"
    return answer


def _in_circles(answer: Response) -> Response:
    del answer
    return Response("", 302, {"Location": CIRCLE})


def _bomb(answer: Response) -> Response:
    return _packed(answer, _small_and_huge())


@cache
def _small_and_huge() -> bytes:
    return gzip.compress(b"<p>" + bytes(100 << 20), 1)


_SPOILS: dict[Mishap, Callable[[Response], Response]] = {
    Mishap.MAINTENANCE: lambda _: _page(503, "Made-up maintenance", "We will be back soon.", Retry_After="1"),
    Mishap.MAINTENANCE_PAGE: lambda _: _page(200, "Scheduled maintenance", "We will be back soon."),
    Mishap.FORBIDDEN: lambda _: _page(403, "Access denied", "You are not authorized to access this page."),
    Mishap.NOT_FOUND: lambda _: _page(404, "Page not found", "There is nothing here."),
    Mishap.BROKEN: lambda _: _page(500, "Error", "Something went wrong."),
    Mishap.TOO_MANY: lambda _: _page(429, "Too many requests", "Wait.", Retry_After="1"),
    Mishap.TOO_MANY_DATE: lambda _: _page(429, "Too many requests", "Wait.", Retry_After=_http_date(2)),
    Mishap.TOO_MANY_SILENT: lambda _: _page(429, "Too many requests", "Wait."),
    Mishap.HALF_PAGE: _halved,
    Mishap.INVALID_GZIP: lambda answer: _packed(answer, b"\x1f\x8b made up, and no gzip at all"),
    Mishap.CUT_GZIP: lambda answer: _packed(answer, gzip.compress(answer.get_data())[:-200]),
    Mishap.BOMB: _bomb,
    Mishap.CHANGED: lambda _: _page(200, "Welcome", "This page looks like nothing that was ever seen."),
    Mishap.EMPTY: lambda _: Response("", 200, mimetype="text/html"),
    Mishap.ELSEWHERE: lambda _: Response("", 302, {"Location": "https://sso.example.org/made-up/sign-in"}),
    Mishap.IN_CIRCLES: _in_circles,
    Mishap.DOWNGRADE: lambda _: Response("", 302, {"Location": "http://lms.example.org/made-up/status-log"}),
}


def _http_date(seconds: int) -> str:
    from werkzeug.http import http_date

    return http_date(time.time() + seconds)


def _on_the_wire(mishap: Mishap, answer: Response, environ: Mapping[str, Any]) -> Response:
    """What only the connection itself can suffer."""
    if mishap is Mishap.SLOW:
        time.sleep(WAIT)
        return answer
    wire = environ.get("werkzeug.socket")
    if not isinstance(wire, socket.socket):
        raise Dropped
    data = answer.get_data()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(data)}\r\n\r\n"
    with contextlib.suppress(OSError):
        if mishap in {Mishap.CUT_OFF, Mishap.RESET_INSIDE}:
            wire.sendall(head.encode() + data[: len(data) // 2])
        elif mishap is Mishap.DRIPPING:
            wire.sendall(head.encode())
            for at in range(int(WAIT * 20)):
                wire.sendall(data[at : at + 1])
                time.sleep(0.05)
        if mishap in {Mishap.RESET, Mishap.RESET_INSIDE}:
            time.sleep(0.05)  # what was sent arrives first
            # Closing with a lingering time of nought tears the connection instead of ending it.
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            wire.shutdown(socket.SHUT_RDWR)
        os.close(wire.detach())  # at once, though the server's files still refer to it
    raise Dropped
