"""What people decided, in words: a sign in the table, a word in the tree, a sentence in the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importlog_tui.model import MarkKind, Standing
from importlog_tui.report import marking
from importlog_tui.triage.views import View, has_failed, of_most_weight
from importlog_tui.ui.presentation import words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, tzinfo

    from importlog_tui.model import Mark

SIGNS: Final = {
    "a": "accepted",
    "c": "corrected in the SIS, waits for proof",
    "!": "corrected, and fails again",
    "✓": "corrected, and proved cured",
    "n": "a note",
    "w": "has an owner",
}
"""What stands before a record in the table."""
VIEWS: Final = {
    View.NEW: "new only",
    View.WAITING: "waiting",
    View.MINE: "mine",
    View.ACCEPTED: "accepted",
}
_KEYS: Final = {MarkKind.ACCEPTED: "a", MarkKind.CORRECTED: "c", MarkKind.NOTE: "n", MarkKind.OWNER: "w"}


def sign_of(marks: Sequence[Mark]) -> str:
    """One of `SIGNS` for the marks on a record, " " where nothing in force is on it."""
    mark = of_most_weight(marks)
    if mark is None:
        return " "
    if has_failed(mark):
        return "!"
    return "✓" if mark.standing is Standing.CURED else _KEYS[mark.kind]


def note_of(marks: Sequence[Mark]) -> str:
    """The sign of a note on an error, or of its owner, for whom `word_of` has no word; "" for none."""
    mark = of_most_weight(marks)
    is_said = mark is None or word_of(marks) or mark.kind not in {MarkKind.NOTE, MarkKind.OWNER}
    return "" if is_said else sign_of(marks)


def word_of(marks: Sequence[Mark]) -> str:
    """What was decided about an error as a whole, in one word of the tree; "" where its state says more."""
    mark = of_most_weight(marks)
    if mark is None:
        return ""
    if has_failed(mark):
        return "failing"
    if mark.kind is MarkKind.CORRECTED:
        return "cured" if mark.standing is Standing.CURED else "waiting"
    return "accepted" if mark.kind is MarkKind.ACCEPTED else ""


def sentence(mark: Mark, zone: tzinfo | None, today: date) -> str:
    """As `marking.sentence`, on the screen's days."""
    return marking.sentence(mark, lambda day: words.day_short(day, today), zone)


def explained(view: View) -> str:
    """What a view left, in a sentence."""
    return {
        View.ALL: "All is shown.",
        View.NEW: "Only what is new or back against the night before, and not accepted; the counts are of the whole.",
        View.WAITING: "Only what was corrected in the SIS and waits for a run to prove it.",
        View.MINE: "Only what you own.",
        View.ACCEPTED: "Only what is accepted.",
    }[view]


def nothing_in(view: View) -> str:
    """That a view is empty, in a sentence."""
    return {
        View.ALL: "Nothing was brought in yet.",
        View.NEW: "Nothing is new or back in any night.",
        View.WAITING: "Nothing waits for proof.",
        View.MINE: "You own nothing: m, then w, gives an error or a record an owner.",
        View.ACCEPTED: "Nothing is accepted.",
    }[view]
