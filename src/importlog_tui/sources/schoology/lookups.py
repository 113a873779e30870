"""The few that somebody is looking at: users by their Unique IDs, sections by their codes, fifty at a time (schoology.md 4.7)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from importlog_tui.directory import BY, Answer, Topic
from importlog_tui.sources.schoology import lists, users
from importlog_tui.sources.schoology.answers import text_of
from importlog_tui.sources.schoology.client import AT_ONCE
from importlog_tui.sources.schoology.refusals import ApiProblem

if TYPE_CHECKING:
    from datetime import datetime

    from importlog_tui.sources.schoology.client import Client
    from importlog_tui.sources.schoology.lists import Names, Object

_LONGEST = 128
"""Characters of an ID that may be asked for; a longer one is none."""


def active_users(
    client: Client, unique_ids: Collection[str], names: Names, now: datetime
) -> Iterator[Answer]:
    """An answer for each of these users who has an account in use; nothing for the others.

    Raises:
        ApiProblem: they could not be had; those before were yielded.
    """
    for some in _fifties(unique_ids):
        wanted = set(some)
        for user in lists.listed(client, "users", "user", {"school_uids": ",".join(some), "limit": AT_ONCE}):
            answer = _of_user(user, names, now)
            if answer.key in wanted:
                yield answer
    for user in _one_by_one(client, "users/ext", unique_ids):
        yield _of_user(user, names, now)


def _of_user(user: Object, names: Names, now: datetime) -> Answer:
    row = users.active(user, names)
    return Answer(Topic.USER, row[1], now, dict(zip(users.COLUMNS, row, strict=True)))


def inactive_users(client: Client, names: Names, now: datetime) -> Iterator[Answer]:
    """Every inactive user who has a Unique ID; the last answer, with the key "", says that the list was read to its end.

    Raises:
        ApiProblem: it could not be had; those before were yielded.
    """
    for user in lists.listed(client, "users/inactive", "user"):
        row = users.inactive(user, names)
        if row[1]:
            yield Answer(Topic.INACTIVE, row[1], now, dict(zip(users.COLUMNS, row, strict=True)))
    yield Answer(Topic.INACTIVE, "", now, {})


def settled(
    unique_ids: Collection[str], active: Collection[Answer], inactive: Mapping[str, Answer], now: datetime
) -> list[Answer]:
    """One answer for each user: the account in use, else the inactive one, else that there is none."""
    found = {answer.key: answer for answer in active}
    answers = []
    for each in dict.fromkeys(filter(str.strip, unique_ids)):
        answer = found.get(each) or inactive.get(each)
        answers.append(answer._replace(topic=Topic.USER) if answer else Answer(Topic.USER, each, now, None))
    return answers


def who_made(client: Client, answers: Sequence[Answer], names: Names) -> list[Answer]:
    """`answers` about inactive users with the names of those who made them so; one request for each whose name is not known.

    A name that can't be had is no trouble: the number stays.
    """
    told = []
    for answer in answers:
        values = dict(answer.values or {})
        by = values.get(BY, "")
        if by.isascii() and by.isdigit():
            if by not in names.users:
                names.users[by] = _name(client, by)
            if names.users[by]:
                values[BY] = f"{names.users[by]} ({by})"
        told.append(answer._replace(values=values) if values else answer)
    return told


def _name(client: Client, number: str) -> str:
    try:
        return text_of(client.get(f"users/{number}").get("name_display"))
    except ApiProblem as problem:
        if problem.status in {403, 404}:
            return ""
        raise


def sections(client: Client, codes: Collection[str], now: datetime) -> Iterator[Answer]:
    """An answer for each Section School Code, past sections included; compared exactly (schoology.md 3.3).

    Raises:
        ApiProblem: they could not be had; those before were yielded.
    """
    found: dict[str, Object] = {}
    for some in _fifties(codes):
        asked: dict[str, str | int] = {"section_school_codes": ",".join(some), "include_past": 1}
        for one in lists.listed(client, "sections", "section", {**asked, "limit": AT_ONCE}):
            found[text_of(one.get("section_school_code"))] = one
        yield from (Answer(Topic.SECTION, each, now, _of_section(found.get(each))) for each in some)
    for one in _one_by_one(client, "sections/ext", codes):
        found[text_of(one.get("section_school_code"))] = one
    yield from (
        Answer(Topic.SECTION, each, now, _of_section(found.get(each)))
        for some in _by_fifty(codes, lambda key: "," in key)
        for each in some
    )


_OF_SECTION: Final = {
    "Schoology Section ID": "id",
    "Course Code": "course_code",
    "Course Name": "course_title",
    "Section Name": "section_title",
    "Section Code": "section_code",
    "Section School Code": "section_school_code",
    "Active": "active",
    "Synced": "synced",
}


def _of_section(one: Object | None) -> dict[str, str] | None:
    return one and {heading: text_of(one.get(name)) for heading, name in _OF_SECTION.items()}


def askable(key: str) -> bool:
    """Whether this can be a key that Schoology knows."""
    return bool(key.strip()) and len(key) <= _LONGEST and key.isprintable()


def _fifties(keys: Collection[str]) -> Iterator[list[str]]:
    """Those that can stand in a list, which commas part."""
    return _by_fifty(keys, lambda key: "," not in key)


def _by_fifty(keys: Collection[str], fits: Callable[[str], bool]) -> Iterator[list[str]]:
    chosen = [key for key in dict.fromkeys(keys) if askable(key) and fits(key)]
    return (chosen[start : start + AT_ONCE] for start in range(0, len(chosen), AT_ONCE))


def _one_by_one(client: Client, path: str, keys: Collection[str]) -> Iterator[Object]:
    """The objects of those keys that no list can hold, in one request for fifty; those that are not there are left out."""
    for some in _by_fifty(keys, lambda key: "," in key):
        for item in client.multiget([f"{path}/{quote(key, safe='')}" for key in some]):
            if item.body is not None:
                yield item.body
            elif item.status != 404:
                raise ApiProblem(
                    f"an answer among many has status {item.status}",
                    where=f"Schoology's API, {path}",
                    status=item.status,
                )
