"""A paste, to be kept with Enter or dropped with Escape, and what has to be asked about it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from importlog_tui.ui.screens.page import PageScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType


MARGIN = 1
"""Cells before each line."""


class Keep(StrEnum):
    """What a paste is kept as."""

    LOG = "log"
    SIS = "sis"
    DIRECTORY = "directory"


class PasteScreen(PageScreen[Keep]):
    """What a paste was taken for; None where it is dropped."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep('log')", show=False),
        Binding("s", "keep('sis')", show=False),
        Binding("d", "keep('directory')", show=False),
    ]

    def __init__(self, lines: Sequence[str], *, can_keep: bool, may_be_a_roster: bool = False) -> None:
        keys = (
            "Enter keep   s SIS extract   d directory   Esc drop"
            if may_be_a_roster
            else "Enter keep   Esc drop"
        )
        super().__init__(
            "Pasted, not kept yet" if can_keep else "Pasted",
            [" " * MARGIN + line for line in lines],
            keys if can_keep else "Esc back",
        )
        self._kinds = set(Keep) if may_be_a_roster else {Keep.LOG}
        self._can_keep = can_keep

    def action_keep(self, kind: str) -> None:
        """Keep it as what the key stands for."""
        if self._can_keep and Keep(kind) in self._kinds:
            self.dismiss(Keep(kind))


class ChoiceScreen(PageScreen[int]):
    """A question with a few answers, each by its number; None where it is left open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(number), f"choose({number})", show=False) for number in range(1, 10)
    ]

    def __init__(self, title: str, lines: Sequence[str], answers: Sequence[str]) -> None:
        numbered = [f"{number}  {answer}" for number, answer in enumerate(answers, 1)]
        super().__init__(
            title,
            [" " * MARGIN + line for line in (*lines, "", *numbered)],
            f"1-{len(answers)} choose   Esc drop",
        )
        self._count = len(answers)

    def action_choose(self, number: int) -> None:
        """Take an answer."""
        if number <= self._count:
            self.dismiss(number - 1)
