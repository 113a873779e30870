"""Where a table stands, where it is going, and which rows it needs for that: the part of a table that knows no screen.

Keys change where the table is going (`target`) and never wait. What is seen (`shown`, `page`) follows in one step as soon as the rows are at
hand, so no frame is ever half empty, and of a held key's pages only those are fetched that it comes to rest on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importlog_tui.model import Record
    from importlog_tui.ui.row_source import RowSource


@dataclass(frozen=True, slots=True)
class View:
    """A page of rows and the cursor on it.

    Attributes:
        source: None where there are none.
        sort: (column, descending) as the header shows it.
        index: the cursor's row, from 0.
        top: the first row on the page.
    """

    source: RowSource | None = None
    sort: tuple[str, bool] | None = None
    index: int = 0
    top: int = 0

    @property
    def length(self) -> int:
        """How many rows there are in all."""
        return len(self.source) if self.source is not None else 0

    @property
    def place(self) -> str:
        """Where the cursor is, in words."""
        return f"row {self.index + 1:,} of {self.length:,}" if self.length else "no rows"

    def at_hand(self, start: int, stop: int) -> Sequence[Record | None] | None:
        """The rows start..stop if they need no fetching."""
        return self.source.at_hand(start, stop) if self.source is not None else ()


class Paging:
    """See the module.

    Attributes:
        height: rows on a page; 0 as long as nobody knows, and then nothing is asked for.
        page: the rows of `shown`.
    """

    def __init__(self) -> None:
        self.height = 0
        self.target = self.shown = View()
        self.page: Sequence[Record | None] = ()
        self._goes_up = False
        self._waiting: list[tuple[View, Callable[[Record | None], None]]] = []

    def open(self, source: RowSource | None, sort: tuple[str, bool] | None, index: int) -> None:
        """Go to row `index` of other rows."""
        self._goes_up = False
        self.target = View(source, sort)
        self.move(index)

    def move(self, index: int, top: int | None = None) -> None:
        """Go to row `index`, with `top` first on the page; both are brought within bounds.

        Without `top` the page stays, or is moved by half a page: a held key then scrolls once in a while, not at every row.
        """
        view = self.target
        index = max(0, min(index, view.length - 1))
        top = view.top if top is None else top
        if not top <= index < top + self.height:
            top = index - self.height // 2
        top = max(0, min(top, view.length - self.height))
        if top != view.top:
            self._goes_up = top < view.top
        self.target = replace(view, index=index, top=top)

    def arrive(self) -> bool:
        """Show where it is going if those rows are at hand; whether it is there now."""
        view = self.target
        page = view.at_hand(view.top, view.top + self.height)
        if page is None:
            return False
        self.shown, self.page = view, page
        return True

    def give_up(self) -> None:
        """Stay where it is: the rows can't be had, and nobody who waits for one is answered."""
        self._waiting.clear()
        self.target = self.shown

    @property
    def record(self) -> Record | None:
        """The record under the cursor; None where there is none, and while it is being fetched."""
        found = self.target.at_hand(self.target.index, self.target.index + 1)
        return found[0] if found else None

    def wait(self, callback: Callable[[Record | None], None]) -> None:
        """Have `answer` call back with the record that is under the cursor now, however far it moves on until then."""
        self._waiting.append((self.target, callback))

    def answer(self) -> None:
        """Call back those whose row is at hand, in the order in which they asked."""
        while self._waiting:
            view, callback = self._waiting[0]
            found = view.at_hand(view.index, view.index + 1)
            if found is None:
                return
            del self._waiting[0]
            callback(found[0] if found else None)

    def lacking(self) -> tuple[RowSource, int, int] | None:
        """What to fetch next, (source, start, stop): a row that somebody waits for, the page, the page behind it in the direction of travel."""
        if self._waiting:
            view = self._waiting[0][0]
            if view.source is not None and view.at_hand(view.index, view.index + 1) is None:
                return view.source, view.index, view.index + 1
        view = self.target
        if view.source is None:
            return None
        start, stop = view.top, view.top + self.height
        ahead = self._ahead(view)
        if view.at_hand(start, stop) is None:
            return view.source, min(start, ahead[0]), max(stop, ahead[1])
        if view.at_hand(*ahead) is None:
            return view.source, *ahead
        return None

    @property
    def ahead(self) -> Sequence[Record | None]:
        """The page behind the one that is shown, in the direction of travel, if it is at hand."""
        return self.shown.at_hand(*self._ahead(self.shown)) or ()

    def _ahead(self, view: View) -> tuple[int, int]:
        stop = view.top + self.height
        if self._goes_up:
            return max(0, view.top - self.height), view.top
        return stop, min(stop + self.height, view.length)
