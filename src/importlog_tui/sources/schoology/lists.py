"""Lists of the API, page by page (schoology.md 4.6), and the small ones that give numbers a name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from importlog_tui.directory import Answer, Topic
from importlog_tui.sources.schoology.answers import count_in, path_of, text_of
from importlog_tui.sources.schoology.refusals import ApiProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from importlog_tui.sources.schoology.client import Client

MOST: Final = 200
"""Rows on a page; more is not given (schoology.md 4.6)."""

_MOST_PAGES: Final = 25_000
"""Five million users: a list that goes on beyond is a server gone wrong."""

Object = dict[str, Any]


def listed(
    client: Client, path: str, name: str, query: Mapping[str, str | int] | None = None
) -> Iterator[Object]:
    """The objects of a list, however many pages it has; `name` is the key that they stand under.

    Raises:
        ApiProblem: a page could not be had; those before it were yielded.
    """
    asked: set[str] = set()
    told = {"limit": MOST, **(query or {})}
    answer, seen = client.get(path, {**told, "start": 0}), 0
    while True:
        rows = _rows(answer, name, path)
        yield from rows
        seen += len(rows)
        following = _next(answer)
        if not rows or len(asked) > _MOST_PAGES:
            return
        if following and following not in asked:
            asked.add(following)
            answer = client.get_at(following)
        elif seen < count_of(answer) and not following:
            answer = client.get(path, {**told, "start": seen})
        else:
            return


def count_of(answer: Object) -> int:
    """How many there are in all, 0 where that is not told."""
    return count_in(answer.get("total")) or 0


def _rows(answer: Object, name: str, path: str) -> list[Object]:
    rows = answer.get(name)
    if isinstance(rows, list):
        return [row for row in rows if isinstance(row, dict)]
    if rows or count_of(answer):
        raise ApiProblem(
            f"the answer has no list called {name}", where=path_of(path), remedy="Report it with this line."
        )
    return []


def _next(answer: Object) -> str:
    links = answer.get("links")
    return text_of(links.get("next")) if isinstance(links, dict) else ""


@dataclass(frozen=True, slots=True)
class Names:
    """What Schoology's numbers stand for.

    Attributes:
        roles: number -> title.
        buildings: number -> (the code that an import's School column holds, title); schoology.md 3.1.
        users: number -> name, of those who were seen.
    """

    roles: Mapping[str, str] = field(default_factory=dict)
    buildings: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)


def roles(client: Client, now: datetime) -> Iterator[Answer]:
    """Every role, those of single buildings too.

    Raises:
        ApiProblem: they could not be had.
    """
    answer = client.get("roles")
    for name in ("role", "building_role"):
        for one in _rows(answer, name, "roles"):
            yield Answer(Topic.ROLE, text_of(one.get("id")), now, {"Role": text_of(one.get("title"))})


def buildings(client: Client, school: str, now: datetime) -> Iterator[Answer]:
    """Every building of the district, which has the number `school`.

    Raises:
        ApiProblem: they could not be had.
    """
    answer = client.get(f"schools/{school}/buildings")
    for one in _rows(answer, "building", "schools"):
        told = {"School": text_of(one.get("building_code")), "School Title": text_of(one.get("title"))}
        yield Answer(Topic.BUILDING, text_of(one.get("id")), now, told)


def grading_periods(client: Client, now: datetime) -> Iterator[Answer]:
    """Every grading period, past ones too; for administrators alone.

    Raises:
        ApiProblem: they could not be had.
    """
    for one in _rows(client.get("gradingperiods"), "gradingperiods", "gradingperiods"):
        told = {
            "Grading Period": text_of(one.get("title")),
            "Start": text_of(one.get("start")),
            "End": text_of(one.get("end")),
            "Active": text_of(one.get("active")),
        }
        yield Answer(Topic.GRADING_PERIOD, text_of(one.get("id")), now, told)


def names_of(answers: Iterator[Answer] | list[Answer]) -> Names:
    """The names that answers about roles and buildings give."""
    found = [answer for answer in answers if answer.values is not None]
    return Names(
        {one.key: (one.values or {}).get("Role", "") for one in found if one.topic is Topic.ROLE},
        {
            one.key: ((one.values or {}).get("School", ""), (one.values or {}).get("School Title", ""))
            for one in found
            if one.topic is Topic.BUILDING
        },
    )
