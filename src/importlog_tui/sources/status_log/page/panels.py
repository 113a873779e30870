"""Panels that stand away from what unfolds them: brought to their place by the ids that tie both."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from importlog_tui.sources.status_log import words

if TYPE_CHECKING:
    from importlog_tui.sources.status_log.page.lines import Line

_TIES = ("aria-controls", "aria-owns", "data-target", "data-bs-target", "href")


class Panels:
    """Which element unfolds which, and which lines each element with an id holds."""

    def __init__(self) -> None:
        self._ties: list[tuple[int, str, bool]] = []
        self._starts: dict[str, int] = {}
        self._spans: dict[str, tuple[int, int]] = {}

    def meet(self, attributes: dict[str, str | None], line: int) -> None:
        """An element that may unfold another, met before line number `line` is complete."""
        for name in _TIES:
            value = attributes.get(name)
            if not value or (name == "href" and not value.startswith("#")):
                continue
            self._ties.extend((line, part.removeprefix("#"), name == "href") for part in value.split()[:20])

    def open(self, identity: str, line: int) -> None:
        """An element with an id begins."""
        self._starts.setdefault(identity, line)

    def close(self, identity: str, line: int) -> None:
        """An element with an id ends."""
        if identity in self._starts and identity not in self._spans:
            self._spans[identity] = (self._starts[identity], line)

    def adopt(self, inner: Panels, line: int) -> None:
        """What was met inside a cell belongs to the cell's row."""
        self._ties.extend((line, identity, is_link) for _, identity, is_link in inner._ties)

    def in_order(self, lines: list[Line]) -> list[Line]:
        """The lines with every panel behind the row or heading that unfolds it.

        A panel that follows its heading anyway stays; only where another heading stands between the two is it moved: up to just before
        that other heading's own part of the page.
        """
        ties = sorted({(at, *self._spans[name]) for at, name, _ in self._ties if name in self._spans})
        ties = [(at, start, end) for at, start, end in ties if start < end and not start <= at < end]
        if not ties:
            return lines
        # A heading counts also where its own panel is empty or was never loaded, and so does a run that has none.
        heads = sorted({at for at, name, is_link in self._ties if name in self._spans or not is_link})
        names = [n for n, line in enumerate(lines) if _is_name(line)]
        moved: dict[int, list[tuple[int, int]]] = {}
        taken: list[tuple[int, int]] = []
        seen: set[tuple[int, int]] = set()
        for at, start, end in ties:
            following = _following(lines, heads, names, at)
            if (start, end) in seen:
                continue
            if following is None or at < start <= following:
                if at < start:
                    lines[start].rise = max(lines[start].rise, lines[start].depth)
                continue
            if start < at and any(start <= head < end for head in heads):
                continue
            goal = _part_start(lines, at, following)
            if start <= goal < end:
                continue
            seen.add((start, end))
            moved.setdefault(goal, []).append((start, end))
            taken.append((start, end))
        return _arranged(lines, moved, taken) if moved else lines


def _is_name(line: Line) -> bool:
    return not line.is_chrome and any(
        words.import_name(piece.text) for cell in line.cells for piece in cell.pieces
    )


def _following(lines: list[Line], heads: list[int], names: list[int], at: int) -> int | None:
    """The next line after `at` that heads something else: a tie, or an import's name that isn't the one this tie belongs to."""
    place = bisect_right(heads, at)
    found = heads[place : place + 1]
    place = bisect_right(names, at)
    if at >= len(lines) or place == 0 or names[place - 1] != at:
        before = names[place - 1] if place else None
        after = names[place] if place < len(names) else None
        if after is not None and (
            before is None or _closeness(lines, at, after) > _closeness(lines, before, at)
        ):
            place += 1
    return min(found + names[place : place + 1], default=None)


def _closeness(lines: list[Line], one: int, other: int) -> int:
    """Depth of the smallest part of the page that holds both lines."""
    return min((line.rise for line in lines[one + 1 : min(other, one + 200) + 1]), default=0)


def _part_start(lines: list[Line], one: int, other: int) -> int:
    """First line of the largest part of the page that holds line `other` and not line `one`."""
    at, lowest = other, None
    for n in range(min(other, len(lines) - 1), one, -1):
        if lowest is None or lines[n].rise < lowest:
            at, lowest = n, lines[n].rise
    return at


def _arranged(
    lines: list[Line], moved: dict[int, list[tuple[int, int]]], taken: list[tuple[int, int]]
) -> list[Line]:
    gone = bytearray(len(lines))
    for start, end in taken:
        gone[start:end] = b"\x01" * (end - start)
    arranged: list[Line] = []
    # (next line, end, whether it is a moved panel): panels may hold places to which others move.
    waiting: list[list[int]] = [[0, len(lines), 0]]
    done: set[tuple[int, int]] = set()
    while waiting:
        span = waiting[-1]
        at = span[0]
        if at >= span[1]:
            waiting.pop()
            continue
        due = [part for part in moved.get(at, ()) if part not in done]
        if due:
            done.update(due)
            for part in reversed(due):
                lines[part[0]].rise = lines[part[0]].depth
                waiting.append([*part, 1])
            continue
        if span[2] or not gone[at]:
            arranged.append(lines[at])
        span[0] += 1
    return arranged
