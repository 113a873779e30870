"""What keeps happening to one person: repairs that do not last. Pure: records with their runs, and how often each came back, in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from importlog_tui.model import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from importlog_tui.archive import Hit
    from importlog_tui.archive.flips import Flip

DISABLED: Final = "inactive-user"
"""The category of messages that an account was disabled, or is sent as inactive (schoology.md 2.3)."""
OFTEN: Final = 2
"""Times that something has to come back before it is called a habit; a disabled account once."""
IN_A_ROW: Final = 3
"""Nights in a row in which an account was disabled, from which it is called a habit."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """Something that keeps happening.

    Attributes:
        times: how often it came back, or in how many nights in a row it happened.
        since: when for the first time.
        is_in_a_row: without a night between.
        by_hand: an account that somebody enables and the import disables again.
    """

    message: str
    times: int
    since: datetime | None
    is_in_a_row: bool
    by_hand: bool


def repeated(hits: Sequence[Hit], flips: Iterable[Flip], category: Callable[[str], str]) -> list[Repeated]:
    """What keeps happening to whom these records, newest first, are about; what came back most often first."""
    newest: dict[tuple[int, int], Hit] = {}
    for hit in hits:
        newest.setdefault((hit.lineage, hit.record.key), hit)
    back = {(flip.lineage, flip.key): flip for flip in flips}
    found = []
    for place, hit in newest.items():
        flip, by_hand = back.get(place), category(hit.message) == DISABLED
        if flip is not None and (flip.times >= OFTEN or by_hand):
            found.append(Repeated(hit.message, flip.times, flip.since, is_in_a_row=False, by_hand=by_hand))
        elif by_hand and hit.record.state is State.STILL and hit.record.nights >= IN_A_ROW:
            found.append(
                Repeated(hit.message, hit.record.nights, hit.record.since, is_in_a_row=True, by_hand=True)
            )
    return sorted(found, key=lambda each: -each.times)
