"""What do these rows have in common, against the rows that pass? Top values per column, and what can be derived of a value. Pure.

38 of 38   School is 0450               (12 % of the rows that pass)
38 of 38   Username has a space         (none of the rows that pass)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from importlog_tui.triage.likeness import oddities, rewritten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LEAST_SHARE: Final = 0.5
"""Of the failing rows that must have something."""
LEAST_LIFT: Final = 0.2
"""By how much it must be more frequent than among the rows that pass."""
MOST: Final = 12
_PREFIX: Final = (2, 3)
_LONGEST_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Common:
    """Something that many failing rows have.

    Attributes:
        column: the heading.
        what: "is 0450", "has a space", "has 6 characters": what follows the heading.
        rows: failing rows that have it, `of` those that were looked at.
        healthy: share among the rows that pass, 0 to 1; None where these are not known.
    """

    column: str
    what: str
    rows: int
    of: int
    healthy: float | None

    @property
    def share(self) -> float:
        """Among the failing rows."""
        return self.rows / self.of


def features(value: str) -> Iterable[str]:
    """What can be said of a value, the value itself first."""
    if not value.strip():
        yield "is empty"
        return
    yield f"is {value}"
    for name in oddities(value):
        yield f"has a {name}"
    if " " in value.strip():
        yield "has a space"
    if rewritten(value):
        yield "is a number as Excel writes it"
    yield f"has {len(value)} character{'' if len(value) == 1 else 's'}"
    before, at, domain = value.rpartition("@")
    if at and before:
        yield f"is at {domain.casefold()}"
        return
    if value.isdecimal():
        yield "is a number"
    elif any(c.isdigit() for c in value):
        yield "has a digit"
    if value.isupper():
        yield "is in capitals"
    for length in _PREFIX:
        if len(value) > length + 1 and value[:length].strip():
            yield f"begins with {value[:length]}"


def counted(values: Mapping[str, int]) -> Counter[str]:
    """How many rows have each feature; `values` holds cells and how often they stand."""
    found: Counter[str] = Counter()
    for value, count in values.items():
        for feature in dict.fromkeys(features(value)):
            found[feature] += count
    return found


def in_common(
    failing: Mapping[str, Mapping[str, int]], passing: Mapping[str, Mapping[str, int]]
) -> list[Common]:
    """What the failing rows have in common, the most telling first.

    Args:
        failing: for each heading, cells and how often they stand.
        passing: likewise of the rows that pass, under the same headings; a heading that is not there is not known.
    """
    found = []
    for column, values in failing.items():
        of = sum(values.values())
        if of < 2:
            continue
        known = passing.get(column)
        healthy = counted(known) if known else None
        total = sum(known.values()) if known else 0
        of_column = []
        for what, rows in counted(values).items():
            share = rows / of
            if share < LEAST_SHARE or rows < 2:
                continue
            usual = healthy[what] / total if healthy is not None and total else None
            if usual is not None and share - usual < LEAST_LIFT:
                continue
            if usual is None and passing and not _says_much(what):
                continue
            of_column.append(Common(column, what, rows, of, usual))
        found += _telling(of_column)
    return sorted(found, key=_rank)[:MOST]


def _says_much(what: str) -> bool:
    """Whether it is worth a line without knowing how usual it is."""
    return what.startswith("is ") and what != "is a number"


def _telling(some: list[Common]) -> list[Common]:
    """Without what follows from something else said of the column: "is 0450" says its length and its beginning, too."""
    kept: list[Common] = []
    for each in sorted(some, key=lambda one: (*_rank(one)[:2], _GENERAL.get(one.what.split()[0], 1))):
        says_more = [
            other
            for other in kept
            if other.rows == each.rows and (other.what.startswith("is ") or each.what.startswith("has "))
        ]
        if not says_more:
            kept.append(each)
    return kept[:2]


_GENERAL: Final = {"is": 0, "has": 1, "begins": 2}


def _rank(each: Common) -> tuple[float, float, str, str]:
    lift = each.share - each.healthy if each.healthy is not None else each.share / 2
    if each.healthy is None and not _says_much(each.what):
        lift /= 2  # without the rows that pass, a length or a beginning may be everybody's
    return -round(lift, 3), -each.rows, each.column, each.what


def sentence(each: Common) -> str:
    """In words: all 38 rows: School is 0450 (12 % of the rows that pass)."""
    how_many = f"all {each.of:,}" if each.rows == each.of else f"{each.rows:,} of {each.of:,}"
    told = f"{how_many}: {each.column} {each.what[:_LONGEST_SHOWN]}"
    if each.healthy is None:
        return told
    among = (
        "none"
        if each.healthy == 0
        else "under 1 %"
        if each.healthy < 0.01
        else f"{each.healthy:.0%}".replace("%", " %")
    )
    return f"{told} ({among} of the rows that pass)"
