"""Records sorted by a column of few different values: not their ids are kept, but one character for each that stands for its value."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importlog_tui.archive.rows import NaturalRows

BLOCK: Final = 4096
"""Characters in a piece of text that is looked through at once."""
_FEW: Final = 30
"""Groups that are looked for one after the other; more are gathered in one walk over all records."""


class Group(NamedTuple):
    """The characters of the values that are sorted alike, and how many records have one of them."""

    values: str
    size: int


def _places(text: str, characters: str) -> list[int]:
    """Where any of these characters stand."""
    found = []
    for character in characters:
        at = text.find(character)
        while at >= 0:
            found.append(at)
            at = text.find(character, at + 1)
    return sorted(found)


class GroupedRows:
    """One byte a record, or two where there are more than 256 values; a page's records are found by counting, in about 2 ms of a million.

    The characters stand in the records' natural order, in blocks of `BLOCK`; the records of a group stay in natural order.
    """

    def __init__(self, natural: NaturalRows, blocks: Sequence[str], groups: Sequence[Group]) -> None:
        """`groups` in the order in which they are shown; each has records."""
        self._natural, self._blocks, self._groups = natural, blocks, groups
        self._ends = list(accumulate(group.size for group in groups))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def turned(self) -> GroupedRows:
        """The same the other way round; records of one value stay in natural order."""
        return GroupedRows(self._natural, self._blocks, self._groups[::-1])

    def ids(self, start: int, stop: int) -> Sequence[int]:
        """Of as many groups as it takes."""
        start, stop = max(0, start), min(stop, len(self))
        if start >= stop:
            return []
        first, last = bisect_right(self._ends, start), bisect_right(self._ends, stop - 1)
        begin = self._ends[first - 1] if first else 0
        groups = self._groups[first : last + 1]
        if len(groups) > _FEW:
            places = self._all(groups)[start - begin : stop - begin]
        else:
            places = []
            for group, end in zip(groups, self._ends[first:], strict=False):
                places += self._some(group.values, max(0, start - begin), stop - begin)
                begin = end
        return list(map(self._natural.at, places))

    def _some(self, values: str, start: int, stop: int) -> list[int]:
        """Where in natural order the records `start`..`stop` of a group stand."""
        found: list[int] = []
        for number, block in enumerate(self._blocks):
            there = sum(map(block.count, values))
            if start < there:
                before = number * BLOCK
                found += [before + place for place in _places(block, values)[start:stop]]
            start, stop = max(0, start - there), stop - there
            if stop <= 0:
                break
        return found

    def _all(self, groups: Sequence[Group]) -> list[int]:
        """Where in natural order the records of whole groups stand, one group after the other."""
        of_groups: list[list[int]] = [[] for _ in groups]
        of_value = {
            value: found for group, found in zip(groups, of_groups, strict=True) for value in group.values
        }
        for place, value in enumerate(chain.from_iterable(self._blocks)):
            if (found := of_value.get(value)) is not None:
                found.append(place)
        return list(chain.from_iterable(of_groups))

    def position(self, record_id: int) -> int | None:
        """Found by counting, too."""
        place = self._natural.position(record_id)
        if place is None:
            return None
        number, inside = divmod(place, BLOCK)
        value = self._blocks[number][inside]
        at = next(at for at, group in enumerate(self._groups) if value in group.values)
        before = self._ends[at - 1] if at else 0
        for each in self._groups[at].values:
            before += sum(block.count(each) for block in self._blocks[:number])
            before += self._blocks[number].count(each, 0, inside)
        return before
