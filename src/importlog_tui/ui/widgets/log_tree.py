"""The log: nights, imports, errors, painted line by line.

A step of the cursor repaints two lines; at the edge the view jumps half a page, so that a held key seldom scrolls
(textual-over-ssh.md B.5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.triage.views import View
from importlog_tui.ui.messages import NodeFolded, NodeHighlighted
from importlog_tui.ui.presentation.tree_line import Columns, columns, line_text
from importlog_tui.ui.widgets.lines import Line, LineWidget, line_of

if TYPE_CHECKING:
    from rich.style import Style
    from textual import events

    from importlog_tui.ui.presentation.log import Log
    from importlog_tui.ui.presentation.tree_line import Key, Node


class LogTree(LineWidget, can_focus=True):
    """The tree, its cursor, and what is unfolded.

    Attributes:
        opened: unfolded nights and imports, in view or not.
        wanted: the filter's words, "" for all.
        view: which part of the log is shown.
        top: the first line in view.
    """

    DEFAULT_CSS = """
    LogTree {
        height: 1fr;
        & > .log-tree--night { text-style: bold; }
        & > .log-tree--failed { color: $error; }
        & > .log-tree--cursor {
            color: $block-cursor-foreground; background: $block-cursor-background; text-style: $block-cursor-text-style;
        }
        & > .log-tree--cursor-blur {
            color: $block-cursor-blurred-foreground; background: $block-cursor-blurred-background;
            text-style: $block-cursor-blurred-text-style;
        }
        &:ansi {
            & > .log-tree--cursor { color: ansi_default; background: ansi_default; text-style: reverse; }
            & > .log-tree--cursor-blur { color: ansi_default; background: ansi_default; text-style: bold; }
        }
    }
    """
    COMPONENT_CLASSES = {"log-tree--night", "log-tree--failed", "log-tree--cursor", "log-tree--cursor-blur"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self.opened: set[Key] = set()
        self.wanted = ""
        self.view = View.ALL
        self.by_impact = False
        self.top = 0
        self._log: Log | None = None
        self._lines: list[Node] = []
        self._cursor = 0
        self._columns = Columns(0, 0, 0, 0)
        self._drawn: dict[tuple[int, bool], Line] = {}

    @property
    def key(self) -> Key | None:
        """The node under the cursor."""
        return self._lines[self._cursor].key if self._lines else None

    @property
    def node(self) -> Node | None:
        """The line under the cursor."""
        return self._lines[self._cursor] if self._lines else None

    @property
    def lines(self) -> list[Node]:
        """All lines, in view or scrolled away."""
        return self._lines

    def show(
        self,
        log: Log,
        *,
        wanted: str | None = None,
        view: View | None = None,
        by_impact: bool | None = None,
    ) -> None:
        """Show `log`; the cursor stays on its node, or goes to the nearest that is left."""
        self._log = log
        if wanted is not None:
            self.wanted = wanted
        if view is not None:
            self.view = view
        if by_impact is not None:
            self.by_impact = by_impact
        self._rebuild(self.key)

    def go_to(self, key: Key, *, top: int | None = None) -> bool:
        """Put the cursor on `key`, unfolding what is over it; False where it is not in the log (any more)."""
        if self._log is None:
            return False
        above = self._log.parent_of(key)
        while above:
            self.opened.add(above)
            above = self._log.parent_of(above)
        self._rebuild(key)
        if top is not None:
            self.top = top
            self._keep_in_view()
            self.repaint()
        return self.key == key

    def _rebuild(self, wish: Key | None) -> None:
        if self._log is None:
            return
        before = self.key
        self._lines = self._log.lines(self.opened, self.wanted, self.view, by_impact=self.by_impact)
        at = {node.key: place for place, node in enumerate(self._lines)}
        while wish is not None and wish not in at:
            wish = self._log.parent_of(wish)
        place = at[wish] if wish is not None else self._cursor
        self._cursor = max(0, min(place, len(self._lines) - 1))
        self._keep_in_view()
        self.forget_styles()
        self.repaint()
        if self.key != before:
            self.post_message(NodeHighlighted(self.key))

    def on_resize(self) -> None:
        """Fit the columns to the new width, and keep the cursor in view."""
        self._keep_in_view()
        self.forget_styles()
        self.repaint()

    def forget_styles(self) -> None:
        """See `LineWidget`."""
        self._drawn.clear()

    def line(self, y: int) -> Line:
        """See `LineWidget`."""
        if not self._drawn:
            self._columns = columns(self._lines, self.size.width - 1)
        place = y + self.top
        on_cursor = place == self._cursor
        if place >= len(self._lines):
            place = -1
        drawn = self._drawn.get((place, on_cursor))
        if drawn is None:
            drawn = self._drawn[place, on_cursor] = self._draw(place, on_cursor=on_cursor)
        return drawn

    def _draw(self, place: int, *, on_cursor: bool) -> Line:
        if place < 0:
            return line_of((), self.size.width, self.ground)
        node = self._lines[place]
        style = self._style(node, on_cursor=on_cursor)
        return line_of(
            [(("▌" if on_cursor else " ") + line_text(node, self._columns), style)],
            self.size.width,
            self.ground,
        )

    def _style(self, node: Node, *, on_cursor: bool) -> Style:
        if on_cursor:
            return self.part_style("log-tree--cursor" if self.has_focus else "log-tree--cursor-blur")
        if node.depth == 0:
            return self.part_style("log-tree--night")
        if node.word == "failed":
            return self.part_style("log-tree--failed")
        return self.ground

    def move_to_line(self, place: int) -> None:
        """Put the cursor on line `place`, or the nearest there is."""
        place = max(0, min(place, len(self._lines) - 1))
        if place == self._cursor or not self._lines:
            return
        self._cursor = place
        self._keep_in_view()
        self.repaint()
        self.post_message(NodeHighlighted(self.key))

    def _keep_in_view(self) -> None:
        page = self.size.height
        if page <= 0:
            return
        if not self.top <= self._cursor < self.top + page:
            self.top = self._cursor - page // 2
        self.top = max(0, min(self.top, len(self._lines) - page))

    def on_click(self, event: events.Click) -> None:
        """Where the mouse is on: the cursor goes there."""
        if event.y + self.top < len(self._lines):
            self.move_to_line(event.y + self.top)

    def action_cursor_up(self) -> None:
        """One line up."""
        self.move_to_line(self._cursor - 1)

    def action_cursor_down(self) -> None:
        """One line down."""
        self.move_to_line(self._cursor + 1)

    def action_page_up(self) -> None:
        """One page up."""
        self.move_to_line(self._cursor - max(1, self.size.height - 1))

    def action_page_down(self) -> None:
        """One page down."""
        self.move_to_line(self._cursor + max(1, self.size.height - 1))

    def action_first_row(self) -> None:
        """To the first line."""
        self.move_to_line(0)

    def action_last_row(self) -> None:
        """To the last line."""
        self.move_to_line(len(self._lines) - 1)

    def action_close_node(self) -> None:
        """Fold the node, or go to the one over it."""
        if (node := self.node) is None:
            return
        if node.sign == "▾" and node.key in self.opened:
            self._fold(node, is_open=False)
        else:
            self.go_out()

    def action_open_node(self) -> None:
        """Unfold the node."""
        if (node := self.node) is not None and node.sign == "▸":
            self._fold(node, is_open=True)

    def action_fold(self) -> None:
        """Unfold or fold the node; an error's import is folded from the error."""
        if (node := self.node) is None or (node.depth == 1 and node.is_leaf):
            return
        while node.depth > 1 and self.go_out():
            node = self.node or node
        self._fold(node, is_open=node.sign == "▸")

    def go_in(self) -> bool:
        """Unfold the node and go to its first child; False where it has none."""
        node = self.node
        if node is None or node.is_leaf:
            return False
        self.action_open_node()
        self.move_to_line(self._cursor + 1)
        return True

    def go_out(self) -> bool:
        """Go to the node above in the tree; False from a night."""
        node = self.node
        if node is None or node.parent is None:
            return False
        self.move_to_line(next(place for place, line in enumerate(self._lines) if line.key == node.parent))
        return True

    def _fold(self, node: Node, *, is_open: bool) -> None:
        if is_open:
            self.opened.add(node.key)
        else:
            self.opened.discard(node.key)
        self._rebuild(node.key)
        self.post_message(NodeFolded(node.key))
