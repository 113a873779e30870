"""Another district: those of the configuration, narrowed by typing, Enter goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.text import fit, one_line
from importlog_tui.ui.screens.choice import ChoiceScreen

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = 20
_NONE = "No district is called so."


class DistrictsScreen(ChoiceScreen[str, str]):
    """A line to narrow them with, and the districts; answers with the name of one."""

    heading = "Go to another district"
    keys = "type to narrow   ↑ ↓ choose   Enter go there   Esc back"

    def __init__(self, districts: Mapping[str, str], here: str) -> None:
        """`districts` are titles by name, `here` is the one that is shown now."""
        self._districts, self._here = districts, here
        names = list(districts)
        super().__init__(names, _NONE, names.index(here) if here in names else 0)

    def typed(self, text: str) -> None:
        """Those whose name or title has all the words."""
        words = text.casefold().split()
        found = [
            name
            for name, title in self._districts.items()
            if all(word in f"{name} {title}".casefold() for word in words)
        ]
        self.show(found, _NONE, found.index(self._here) if not words and self._here in found else 0)

    def line(self, choice: str, cells: int) -> str:
        """Its name and title."""
        title = one_line(self._districts[choice])
        here = "   shown now" if choice == self._here else ""
        return f"{fit(choice, min(_NAME, cells))} {title if title != choice else ''}{here}"

    def take(self, choice: str) -> None:
        """Go there."""
        self.dismiss(choice)
