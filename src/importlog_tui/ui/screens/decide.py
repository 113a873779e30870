"""What was decided: a page to choose from, and a page of all decisions with how each stands now."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from importlog_tui.model import MarkKind
from importlog_tui.ui.screens.page import PageScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

_CHOICES = {
    "a": (MarkKind.ACCEPTED, "accepted: it may stay, for a reason and until an end"),
    "c": (MarkKind.CORRECTED, "corrected in the SIS: the next run with newer data proves it"),
    "n": (MarkKind.NOTE, "a note"),
    "w": (MarkKind.OWNER, "an owner: who looks after it"),
    "l": ("list", "all decisions of all nights, and how each stands now"),
}


class DecideScreen(PageScreen[str]):
    """Which decision it is."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(key, f"choose('{key}')", show=False) for key in _CHOICES]

    def __init__(self, about: str, decided: Sequence[str] = ()) -> None:
        """`about` says what it is about, `decided` what was decided about it before."""
        before = ["", *(f" {line}" for line in decided)] if decided else []
        lines = [f" {about}", *before, "", *(f"   {key}   {told}" for key, (_, told) in _CHOICES.items())]
        super().__init__("Decide", lines, "a c n w l choose   Esc back")

    def action_choose(self, key: str) -> None:
        """This one."""
        self.dismiss(_CHOICES[key][0])
