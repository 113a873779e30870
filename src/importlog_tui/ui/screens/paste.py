"""A paste, to be kept with Enter or dropped with Escape."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from importlog_tui.ui.screens.page import PageScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType


MARGIN = 1
"""Cells before each line."""


class PasteScreen(PageScreen[bool]):
    """What a paste was taken for."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "keep", show=False)]

    def __init__(self, lines: Sequence[str], *, can_keep: bool) -> None:
        super().__init__(
            "Pasted, not kept yet" if can_keep else "Pasted",
            [" " * MARGIN + line for line in lines],
            "Enter keep   Esc drop" if can_keep else "Esc back",
        )
        self._can_keep = can_keep

    def action_keep(self) -> None:
        """Keep it."""
        if self._can_keep:
            self.dismiss(result=True)

    def action_leave(self) -> None:
        """Drop it."""
        self.dismiss(result=False)
