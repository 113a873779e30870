"""Which names, times and results on a page belong together: the heads of its runs."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from importlog_tui.model import Precision, Result
from importlog_tui.sources.status_log import words
from importlog_tui.sources.status_log.page.tokens import Said
from importlog_tui.sources.status_log.words import Named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importlog_tui.sources.status_log.page.lines import Line

_NEAR = 3
"""Lines within which a bare name ("Users") must have its time and result: menus hold such names, too."""

_FAR = 40
"""Lines that are looked at for what a name still lacks."""


@dataclass(slots=True)
class Head:
    """One run's head.

    Attributes:
        at: number of the line that names the import.
        lines: numbers of all lines that are part of the head.
    """

    at: int
    said: Said
    lines: set[int]

    @property
    def is_told(self) -> bool:
        """Whether more than the import's name is known."""
        return self.said.when is not None or self.said.result is not None or self.said.count is not None


def heads_of(lines: Sequence[Line], said: Sequence[Said]) -> list[Head]:
    """The heads in page order, names without any time or result among them."""
    named = [n for n, part in enumerate(said) if part.kind is not None and _may_name(n, said)]
    heads = [Head(n, _copy(said[n]), {n}) for n in named]
    free = {n for n, part in enumerate(said) if part.is_of_run and part.kind is None}
    _take_days(heads, lines, said, free)
    for what in ("when", "result", "count"):
        _bind(heads, what, lines, said, free)
    heads = _with_repeated(heads, lines, said, free)
    for head, following in zip(heads, [*heads[1:], None], strict=False):
        if head.said.result is None and head.said.count is None and head.said.when is not None:
            _take_unknown(head, following, lines, said)
    return [head for head in heads if head.said.named is Named.FULL or head.is_told]


def _with_repeated(
    heads: list[Head], lines: Sequence[Line], said: Sequence[Said], free: set[int]
) -> list[Head]:
    """The heads, and one more for each further row with a time and a result in the table of a run that is named only above it."""
    all_heads: list[Head] = []
    for n, head in enumerate(heads):
        all_heads.append(head)
        grids = {lines[at].grid for at in head.lines if at != head.at} - {0}
        stop = heads[n + 1].at if n + 1 < len(heads) else len(said)
        for at in range(max(head.lines) + 1, stop) if grids else ():
            part = said[at]
            if (
                at in free
                and lines[at].grid in grids
                and part.when is not None
                and (part.result is not None or part.count is not None)
            ):
                free.discard(at)
                repeated = _copy(part)
                repeated.kind, repeated.named, repeated.label = (
                    head.said.kind,
                    head.said.named,
                    head.said.label,
                )
                all_heads.append(Head(at, repeated, {at}))
    return all_heads


def _copy(part: Said) -> Said:
    copy = Said()
    copy.add(part)
    return copy


def _may_name(at: int, said: Sequence[Said]) -> bool:
    """Whether a name is sure enough: in full, beside its time or result, or with both close by before any other name."""
    part = said[at]
    if part.named is Named.FULL or part.when is not None or part.result is not None or part.count is not None:
        return True
    found = Said()
    for n in range(at + 1, min(at + 1 + _NEAR, len(said))):
        if said[n].kind is not None or said[n].text:
            break
        found.add(said[n])
    if found.when is None and at and said[at - 1].when is not None and said[at - 1].kind is None:
        found.when = said[at - 1].when
    return found.when is not None and (found.result is not None or found.count is not None)


def _has(part: Said, what: str) -> bool:
    return getattr(part, what) is not None


def _bind(heads: list[Head], what: str, lines: Sequence[Line], said: Sequence[Said], free: set[int]) -> None:
    """Give each head that lacks it the time (or result) that stands nearest in the page's tree.

    Where the tree doesn't tell before from behind, all heads of the page are taken alike, the way that leaves fewer without.
    """
    choices: list[tuple[Head, int | None, int | None, int, int]] = []
    previous = {head.at: before.at for before, head in pairwise(heads)}
    for n, head in enumerate(heads):
        # A number of errors beside the name is result enough.
        if _has(head.said, what) or (what == "result" and head.said.count is not None):
            continue
        start = heads[n - 1].at if n else -1
        stop = heads[n + 1].at if n + 1 < len(heads) else len(said)
        behind, close_behind = _seek(head.at, stop, 1, what, lines, said, free)
        before, close_before = _seek(head.at, start, -1, what, lines, said, free)
        choices.append((head, behind, before, close_behind, close_before))
    all_behind = sum(behind is not None for _, behind, _, _, _ in choices)
    all_before = sum(before is not None for _, _, before, _, _ in choices)
    way_behind = sum(behind - head.at for head, behind, _, _, _ in choices if behind is not None)
    way_before = sum(head.at - before for head, _, before, _, _ in choices if before is not None)
    prefers_before = (all_before, -way_before) > (all_behind, -way_behind)
    for head, behind, before, close_behind, close_before in choices:
        if behind is not None and before is not None:
            takes_before = close_before > close_behind or (close_before == close_behind and prefers_before)
        else:
            takes_before = before is not None
            if (
                takes_before
                and not prefers_before
                and before is not None
                and head is not heads[0]
                and close_before <= _closeness(lines, previous[head.at], head.at)
            ):
                continue
        place = before if takes_before else behind
        if place is not None and place in free:
            _take(head, place, said, free)


def _take_days(heads: list[Head], lines: Sequence[Line], said: Sequence[Said], free: set[int]) -> None:
    """Give each head whose own line tells only the hour the day that stands above it, as a heading of all runs of that day."""
    if not any(head.said.hour and head.said.when is None for head in heads):
        return
    days = [n for n in sorted(free) if _is_day(n, lines, said)]
    for head in heads:
        place = bisect_left(days, head.at)
        if head.said.hour and head.said.when is None and place:
            head.said.when = said[days[place - 1]].when
            free.discard(days[place - 1])


def _is_day(at: int, lines: Sequence[Line], said: Sequence[Said]) -> bool:
    """Whether a line is a day by itself, and not one whose hour stands on the line beside it."""
    when, around = said[at].when, said[max(at - 1, 0) : at + 2]
    is_alone = not lines[at].is_chrome and not any(part.hour and part.kind is None for part in around)
    return is_alone and when is not None and when.precision is Precision.DAY


def _closeness(lines: Sequence[Line], one: int, other: int) -> int:
    """Depth of the smallest part of the page that holds both lines."""
    return min((line.rise for line in lines[one + 1 : min(other, one + 4 * _FAR) + 1]), default=0)


def _take(head: Head, place: int, said: Sequence[Said], free: set[int]) -> None:
    head.said.add(said[place])
    head.lines.add(place)
    free.discard(place)
    # The hour of a date may stand on a line of its own.
    for near in (place + 1, place - 1):
        if (
            said[place].when is not None
            and 0 <= near < len(said)
            and said[near].hour
            and not said[near].is_of_run
        ):
            head.said.add(said[near])
            head.lines.add(near)
            break


def _seek(
    at: int, limit: int, step: int, what: str, lines: Sequence[Line], said: Sequence[Said], free: set[int]
) -> tuple[int | None, int]:
    """The nearest line with what is sought before any error, and how close it is in the tree (higher is closer)."""
    close = 1 << 30
    n = at
    for _ in range(_FAR):
        close = min(close, lines[n].rise if step < 0 else close)
        n += step
        if n == limit or not 0 <= n < len(said):
            break
        close = min(close, lines[n].rise if step > 0 else close)
        part = said[n]
        if part.message or part.rows is not None or lines[n].table is not None:
            break
        if n in free and _has(part, what):
            return n, close
    return None, 0


def _take_unknown(head: Head, following: Head | None, lines: Sequence[Line], said: Sequence[Said]) -> None:
    """Wording that isn't known, on the line right behind a run's name and time, is its result."""
    last = max(head.lines)
    n = last + 1
    if n >= len(said) or (following is not None and n >= min(following.lines)) or lines[n].table is not None:
        return
    part = said[n]
    text = words.bare(part.text)
    if not part.text or len(text) > 80 or words.is_control(text) or part.message or lines[n].is_title:
        return
    follows = said[n + 1] if n + 1 < len(said) else Said()
    if (
        follows.rows is not None
        or follows.number is not None
        or lines[n].rise < lines[last].rise
        or lines[n].is_chrome
    ):
        return
    head.said.result, head.said.result_text = Result.UNKNOWN, text
    head.lines.add(n)
