"""What a key can do, found out with three requests (schoology.md 4.10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importlog_tui.sources.schoology.answers import count_in, text_of
from importlog_tui.sources.schoology.refusals import ApiProblem, is_about_time, personal_key

if TYPE_CHECKING:
    from importlog_tui.sources.schoology.client import Client


@dataclass(frozen=True, slots=True)
class Access:
    """A key that reads users.

    Attributes:
        who: its own user's name; outside text.
        school: Schoology's number of the district, "" where it is not told.
        users: how many it can see; None where that is not told.
    """

    who: str
    school: str
    users: int | None


def probe(client: Client) -> Access:
    """Ask for the key's own user, then for one of all users.

    Raises:
        ApiProblem: the key is no good, or reads its own user only; says which.
    """
    own = client.get("users/me")
    who = text_of(own.get("name_display")) or text_of(own.get("username")) or text_of(own.get("uid"))
    try:
        one = client.get("users", {"limit": 1})
    except ApiProblem as problem:
        if problem.status == 401 and not is_about_time(problem.what):
            raise personal_key(who, problem.said) from problem
        raise
    school = text_of(own.get("school_id"))  # becomes part of an address
    return Access(who, school if school.isascii() and school.isdigit() else "", count_in(one.get("total")))
