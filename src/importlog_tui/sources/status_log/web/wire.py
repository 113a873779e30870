"""What comes over the wire: an answer's headers and body, and a network's faults in words."""

from __future__ import annotations

import ssl
import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from importlog_tui.sources.status_log.web.answers import LATER, NoPage, Why
from importlog_tui.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

LARGEST_PAGE = 64 << 20
"""Bytes of one page, unpacked."""


async def body_of(response: httpx.Response, where: str) -> bytes:
    """The whole body, unpacked by ourselves: a small answer may unpack to anything, and one that was cut off must not pass for whole."""
    coding = response.headers.get("content-encoding", "").strip().lower()
    unpack = _unpacker(coding)
    if coding not in {"", "identity"} and unpack is None:
        raise NoPage(
            Why.TORN,
            f"the answer is packed in a way that was not asked for ({one_line(coding)[:40]})",
            where=where,
        )
    body = bytearray()
    try:
        async for chunk in response.aiter_raw():
            body += unpack.decompress(chunk, LARGEST_PAGE + 1 - len(body)) if unpack else chunk
            if len(body) > LARGEST_PAGE:
                raise NoPage(
                    Why.OTHER,
                    f"the page is larger than {LARGEST_PAGE >> 20} MB",
                    where=where,
                    remedy="Is it the log's own address?",
                )
    except zlib.error:
        raise NoPage(
            Why.TORN, "the answer came damaged: it can't be unpacked", where=where, remedy=LATER
        ) from None
    if unpack is not None and body and not unpack.eof:
        raise NoPage(Why.TORN, "the answer came cut off: its packing has no end", where=where, remedy=LATER)
    return bytes(body)


def media_type(headers: Mapping[str, str]) -> tuple[str, str]:
    """What kind of text an answer says to be, and in which encoding; "" where it does not tell."""
    from email.message import Message

    message = Message()
    message["Content-Type"] = headers.get("content-type", "")
    charset = message.get_param("charset", "")
    return message.get_content_type() if headers.get("content-type") else "", str(charset or "")


def date_of(text: str | None) -> datetime | None:
    """A moment as HTTP writes it; None where it is none."""
    try:
        at = parsedate_to_datetime(text or "")
    except (TypeError, ValueError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def wait_of(headers: Mapping[str, str], answered: datetime | None) -> float | None:
    """Seconds that Retry-After asks for; a date is counted from the site's own clock, since ours may be wrong."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit() and len(said) < 10:
        return float(said)
    until = date_of(said) if said else None
    if until is None:
        return None
    return max(0.0, (until - (answered or datetime.now(UTC))).total_seconds())


def _unpacker(coding: str) -> Any:
    if coding in {"gzip", "x-gzip"}:
        return zlib.decompressobj(31)
    return zlib.decompressobj() if coding == "deflate" else None


def torn(fault: httpx.HTTPError, where: str) -> NoPage:
    """A network's fault in words; httpx's own may hold addresses and is not shown."""
    import httpx

    if isinstance(fault, httpx.TimeoutException):
        return NoPage(
            Why.TOO_SLOW,
            "the site did not answer in time",
            where=where,
            remedy=f"{LATER} [access] timeout can be raised.",
        )
    if _is_untrusted(fault):
        return NoPage(
            Why.UNTRUSTED,
            "the site's certificate can't be trusted; the session was not sent",
            where=where,
            remedy="Behind a proxy that opens connections, name its authority's file as [access] ca_file.",
        )
    if isinstance(fault, httpx.ProxyError):
        return NoPage(
            Why.UNREACHABLE,
            "the proxy does not let the request through",
            where=where,
            remedy="Look at HTTPS_PROXY and NO_PROXY.",
        )
    if isinstance(fault, httpx.ConnectError | httpx.UnsupportedProtocol):
        return NoPage(
            Why.UNREACHABLE,
            "the site can't be reached",
            where=where,
            remedy="Check the address, the network, and whether a proxy is needed (HTTPS_PROXY).",
        )
    return NoPage(Why.TORN, "the connection broke off in the middle of the answer", where=where, remedy=LATER)


def _is_untrusted(fault: BaseException | None) -> bool:
    seen = 0
    while fault is not None and seen < 10:
        if isinstance(fault, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(fault):
            return True
        fault, seen = fault.__cause__ or fault.__context__, seen + 1
    return False
