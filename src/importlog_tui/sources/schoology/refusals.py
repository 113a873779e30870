"""What Schoology's API refuses, and what to do about it: one sentence and one remedy each (schoology.md 4.4, 4.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importlog_tui.errors import SourceProblem
from importlog_tui.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCESS_CHANGED: Final = "25 June 2025"
"""Since then a personal API key reads nobody but its own user (schoology.md 4.10)."""

_TOLD: Final = 80
"""Characters of an answer's own words that are repeated."""


class ApiProblem(SourceProblem):
    """The API did not give what was asked for.

    Attributes:
        status: of its answer, 0 where none came or none was asked for.
        said: the answer's own words; outside text.
    """

    def __init__(
        self, what: str, *, where: str = "", remedy: str = "", status: int = 0, said: str = ""
    ) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.status, self.said = status, said


def is_about_time(said: str) -> bool:
    """Whether a 401 complains of the timestamp or the nonce, and not of the key."""
    folded = said.casefold()
    return "timestamp" in folded or "nonce" in folded


def refused(status: int, where: str, said: str, *, ahead: int | None = None) -> ApiProblem:
    """The problem for an answer with this status.

    Args:
        status: of the answer.
        where: what was asked for.
        said: the answer's text, which may be anything.
        ahead: seconds by which the server's clock is ahead of this machine's, where it told its time.
    """
    what, remedy = _SENTENCES.get(status, ("", ""))
    if status == 401 and is_about_time(said):
        what = "Schoology refused the request's timestamp or nonce"
        remedy = _about_clock(ahead)
    elif not what and status >= 500:
        what = f"Schoology's API is in trouble (status {status})"
        remedy = "Try again later; nothing was lost."
    elif not what:
        what = f"Schoology's API answered with status {status}, which was not expected"
        remedy = "Try again; if it stays so, report it with this line."
    quoted = shortened(said)
    return ApiProblem(
        f"{what}; it says: {quoted}" if quoted else what, where=where, remedy=remedy, status=status, said=said
    )


def shortened(said: str) -> str:
    """The words of an answer on one line; "" for a web page, which says nothing here."""
    if "<" in said[:200]:
        return ""
    line = one_line(said).strip().rstrip(".")
    return line if len(line) <= _TOLD else f"{line[:_TOLD]}…"


def _about_clock(ahead: int | None) -> str:
    if ahead is not None and abs(ahead) >= 60:
        side = "behind" if ahead > 0 else "ahead of"
        return f"This machine's clock is {abs(ahead)} seconds {side} Schoology's: set it right."
    return (
        "Let no other program use this key at the same time. If it stays so, the header's form may be the cause: try "
        '[api] realm = "Schoology%20API" and ampersand = "&".'
    )


_SENTENCES: Final[Mapping[int, tuple[str, str]]] = {
    400: ("Schoology's API did not understand the request", "Report it with this line."),
    401: (
        "Schoology does not accept this API key and secret",
        "Check both against School Management > Integration > API; the key may have been withdrawn, or its user made inactive.",
    ),
    403: (
        "the API key's user may not read this",
        "The role needs the permission Access Schoology API, and rights over all buildings (User Management > Permissions).",
    ),
    404: ("Schoology has nothing there", "Check [api] address in the configuration."),
    405: (
        "Schoology's API does not answer this kind of request",
        "Check [api] address in the configuration.",
    ),
    415: (
        "Schoology's API took the request for another format",
        "Something between here and Schoology changes requests, a proxy perhaps.",
    ),
    429: (
        "Schoology asks for fewer requests",
        "Wait some minutes, or lower [api] per_second; other programs may be using the same key.",
    ),
    503: ("Schoology's API is not available just now", "Try again later; nothing was lost."),
}


def personal_key(who: str, said: str) -> ApiProblem:
    """The key is good, yet reads nobody but its own user."""
    quoted = shortened(said)
    return ApiProblem(
        f"this API key reads its own user ({one_line(who)}) and nobody else: since {ACCESS_CHANGED} Schoology refuses other users' data to "
        f"personal keys{f'; it says: {quoted}' if quoted else ''}",
        where="users",
        remedy="Use a key of an app approved for your schools (ask your Schoology representative). Without one only exact user pages and "
        "the directory's proofs are missing.",
        status=401,
    )
