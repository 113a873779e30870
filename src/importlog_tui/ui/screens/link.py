"""Whole addresses, each on a line of its own that begins at the edge, so that a terminal finds it and a hand can select it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding

from importlog_tui.report.masking import masked_sentence
from importlog_tui.text import safe
from importlog_tui.ui.screens.page import PageScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.binding import BindingType

    from importlog_tui.links import Link


class LinkScreen(PageScreen[None]):
    """Addresses as plain text, and as terminal links (OSC 8) where the terminal knows them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", show=False),
        Binding("L", "leave", show=False),
    ]

    def __init__(
        self, links: Sequence[Link], copy: Callable[[list[Link]], None], *, is_masked: bool = False
    ) -> None:
        lines: list[str | Text] = []
        for link in links:
            lines += [
                "" if is_masked else f" {safe(link.label)}",
                Text(
                    masked_sentence(link.address) if is_masked else link.address,
                    Style(link=link.address),
                    overflow="fold",
                ),
                "",
            ]
        title = "The address" if len(links) == 1 else f"{len(links)} addresses"
        super().__init__(title, lines, "y copy   Esc back")
        self._links, self._copy = list(links), copy

    def action_copy(self) -> None:
        """Copy all of them and go back, where the status line says how that went."""
        self._copy(self._links)
        self.dismiss(None)
