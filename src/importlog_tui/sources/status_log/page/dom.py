"""HTML as lines of cells: tables and ARIA grids by row, everything else by block.

Nothing is known of the page's markup (schoology.md 1.2), so only HTML's and ARIA's own meaning is used, never a class. What is in the
page counts whether it is unfolded or not. The walk keeps its own stack: a page may be nested deeper than Python's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importlog_tui.sources.status_log import words
from importlog_tui.sources.status_log.page.grids import Grid, cells_of, is_cell, is_grid, is_hidden, is_row
from importlog_tui.sources.status_log.page.html_records import plain_table, record_table, rows_below
from importlog_tui.sources.status_log.page.lines import Cell, Line, Piece, Sheet, lines_of_text
from importlog_tui.sources.status_log.page.panels import Panels

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from importlog_tui.times import Clock

_SKIPPED = frozenset([
    "script", "style", "template", "noscript", "head", "title", "select", "datalist", "textarea", "option", "iframe", "object",
    "embed", "canvas", "audio", "video", "map", "math",
])  # fmt: skip
_INLINE = frozenset([
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "button", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "input", "ins", "kbd", "label", "mark", "meter", "nobr", "output", "progress", "q", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "svg", "time", "tt", "u", "var", "wbr",
])  # fmt: skip
_CHROME_ROLES = frozenset(
    ["navigation", "contentinfo", "menubar", "menu", "toolbar", "search", "tablist", "banner"]
)
_SECTIONS = frozenset(["article", "section", "li", "td", "main", "details", "fieldset", "dd"])
_TABLE_PARTS = frozenset(["thead", "tbody", "tfoot", "tr"])
_TITLES = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "caption", "legend"])
_FOLD = re.compile(r"[ \t\n\r\f]+")
_LABELS = ("data-label", "data-th", "data-title")
"""Where tables that fold on a narrow screen keep a cell's heading."""
_SIGN = re.compile(r"[a-z]+(?:_[a-z0-9]+)*")
"""An icon's name, which a font turns into a picture ("expand_more")."""
_OF_ERRORS = {words.Role.ERRORS, words.Role.MESSAGE, words.Role.ROWS, words.Role.ROWS_LOOSE}
_SIMPLE_LINES, _SIMPLE_NODES = 3, 80
"""A cell of a log that holds more than this is a part of the page of its own, not a value."""


def sheet_of(tree: LexborHTMLParser, clock: Clock, *, all_tables: bool = False) -> Sheet:
    """The lines of a parsed page, in the order in which a reader meets them.

    `all_tables` takes every table with two rows for records: the person said that the page shows them.
    """
    title = tree.css_first("head title") or tree.css_first("title")
    sheet = Sheet(title=_FOLD.sub(" ", title.text()).strip() if title is not None else "")
    root = tree.body or tree.root
    if root is None:
        return sheet
    walk = _Walk(clock, all_tables=all_tables)
    walk.run(root)
    sheet.lines = walk.panels.in_order(walk.lines)
    return sheet


class _Frame:
    """What was met inside one inline element or block: its own text, and the pieces of the elements in it."""

    __slots__ = ("hint", "href", "is_sign", "items", "said")

    def __init__(self, href: str = "", hint: str = "", said: str = "", *, is_sign: bool = False) -> None:
        self.items: list[str | list[Piece]] = []
        self.href, self.hint, self.said, self.is_sign = href, hint, said, is_sign

    def fold(self) -> list[Piece]:
        """Elements side by side stay apart; text with elements in it ("Email <b>already</b> in use") is one piece."""
        own = any(isinstance(item, str) and any(c.isalnum() for c in item[:1_000]) for item in self.items)
        inner = [piece for item in self.items if isinstance(item, list) for piece in item]
        if own or not inner:
            text = self._text()
            text = _FOLD.sub(" ", text).strip(" ")
            linked = next((piece for piece in inner if piece.href), None)
            if linked is None and inner and words.number_alone(inner[-1].text) is not None:
                linked = inner[-1]
            hint = next((piece.hint for piece in inner if piece.hint), "")
            href, apart = (linked.href, linked.text) if linked else ("", "")
            inner = [Piece(text, href, apart, hint)] if text else []
        for piece in inner:
            if self.href and not piece.href:
                piece.href, piece.linked = self.href, piece.text
            piece.hint = piece.hint or self.hint
        return inner

    def _text(self) -> str:
        """All its text; a number in an element of its own stays apart from a word before it: a badge is drawn apart."""
        parts: list[str] = []
        for item, after in zip(self.items, [*self.items[1:], ""], strict=False):
            text = item if isinstance(item, str) else " ".join(piece.text for piece in item)
            follows = after if isinstance(after, str) else ""
            is_badge = not isinstance(item, str) and words.number_alone(text) is not None
            before = parts[-1][-1:] if parts else ""
            if is_badge and (before.isalpha() or before in set(".!?)")) and not follows[:1].isalnum():
                parts.append(" ")
            parts.append(text)
        return "".join(parts)


@dataclass(slots=True)
class _GridFrame:
    """A table that is being walked: how many more rows a cell fills each column, those cells, and the columns that tell errors."""

    number: int
    carried: dict[int, int] = field(default_factory=dict)
    above: dict[int, Cell] = field(default_factory=dict)
    of_errors: set[int] = field(default_factory=set)


class _Walk:
    """One walk over a tree, or over one cell of it when `limit` says how many nodes that may have."""

    def __init__(self, clock: Clock, limit: int = 0, *, all_tables: bool = False) -> None:
        self.clock, self.limit, self.all_tables = clock, limit, all_tables
        self.lines: list[Line] = []
        self.panels = Panels()
        self.frames = [_Frame()]
        self.depth = self.low = self.chrome = self.title = self.hidden = 0
        self.grids: list[_GridFrame] = []
        self.next_grid = 1
        self.is_complex = False

    @property
    def text(self) -> str:
        """Of all lines so far."""
        return " ".join(line.text for line in self.lines)

    def run(self, root: LexborNode) -> None:
        # A node to enter, or what to undo when everything inside it is done.
        stack: list[LexborNode | tuple[str, str]] = [root]
        seen = 0
        while stack:
            task = stack.pop()
            if isinstance(task, tuple):
                self._leave(*task)
                continue
            seen += 1
            if self.limit and (seen > self.limit or self.is_complex):
                self.is_complex = True
                return
            tag = task.tag
            if tag == "-text":
                self.frames[-1].items.append(task.text_content or "")
            elif tag and tag[0] not in "-!" and tag not in _SKIPPED:
                self._enter(task, tag, stack)
        self._flush()

    def _enter(self, node: LexborNode, tag: str, stack: list[LexborNode | tuple[str, str]]) -> None:
        attributes = node.attributes
        if attributes:
            self.panels.meet(attributes, len(self.lines))
        role = attributes.get("role") or ""
        if tag == "br":
            self._flush()
            return
        if is_grid(tag, role):
            if self.limit:
                self.is_complex = True
                return
            self._flush()
            self._enter_grid(node, stack, attributes)
            return
        if is_row(tag, role) and self.grids and not self.limit:
            self._enter_row(node, stack)
            return
        if self.limit and tag in {"ul", "ol", "dl", "details", "pre"}:
            self.is_complex = True
            return
        if tag == "pre":
            self._flush()
            self._take_text(node.text())
            return
        if tag in _INLINE and not is_cell(tag, role):
            self._enter_inline(tag, attributes)
            stack.append(("inline", attributes.get("id") or ""))
        else:
            self._flush()
            is_loose = not self.limit and not self.chrome and tag not in _TABLE_PARTS
            if is_loose and (table := plain_table(node, self.clock)) is not None:
                self._emit([])
                self.lines[-1].table = table
                return
            self.depth += 1
            stack.append((self._opened(tag, role, attributes, node), attributes.get("id") or ""))
            if identity := attributes.get("id"):
                self.panels.open(identity, len(self.lines))
        if attributes and (label := _label_of(tag, role, attributes)):
            self.frames[-1].items.append(f"{label}: ")
        child = node.last_child
        while child is not None:
            stack.append(child)
            child = child.prev

    def _take_text(self, text: str) -> None:
        """Text whose line ends and columns are set by blanks, as in a paste."""
        grid, self.next_grid = self.next_grid, self.next_grid + 1
        for line in lines_of_text(text, self.clock).lines:
            self._emit(line.cells, grid if line.grid else 0)
            self.lines[-1].table = line.table
            self.lines[-1].rise += line.rise

    def _opened(self, tag: str, role: str, attributes: dict[str, str | None], node: LexborNode) -> str:
        undo = "block"
        if tag == "nav" or role in _CHROME_ROLES or (tag == "footer" and not _in_section(node)):
            self.chrome += 1
            undo += " chrome"
        if tag in _TITLES or role == "heading":
            self.title += 1
            undo += " title"
        if is_hidden(attributes):
            self.hidden += 1
            undo += " hidden"
        return undo

    def _enter_inline(self, tag: str, attributes: dict[str, str | None]) -> None:
        href = (
            (attributes.get("href") or attributes.get("data-href") or "")
            if tag in {"a", "button", "span"}
            else ""
        )
        hint = attributes.get("datetime") or attributes.get("title") or ""
        # A sign that is only a picture says its meaning in its label.
        said = attributes.get("alt") or attributes.get("aria-label") or attributes.get("title") or ""
        self.frames.append(
            _Frame(
                href.strip(),
                hint,
                said if tag != "input" else "",
                is_sign=attributes.get("aria-hidden") == "true",
            )
        )

    def _leave(self, what: str, identity: str) -> None:
        if what == "inline":
            frame = self.frames.pop()
            pieces = frame.fold() or ([Piece(frame.said, frame.href)] if frame.said else [])
            is_sign = frame.is_sign and len(pieces) == 1 and _SIGN.fullmatch(pieces[0].text) is not None
            if pieces and not is_sign:
                self.frames[-1].items.append(pieces)
            return
        self._flush()
        if what == "row":
            self.depth -= 1
        else:
            self.depth -= 1
            self.chrome -= "chrome" in what
            self.title -= "title" in what
            self.hidden -= "hidden" in what
            if "grid" in what:
                self.grids.pop()
        self.low = min(self.low, self.depth)
        if identity:
            self.panels.close(identity, len(self.lines))

    def _flush(self) -> None:
        """End the line: what the open elements hold until here becomes its pieces."""
        pieces: list[Piece] = []
        for frame in reversed(self.frames):
            if frame.items or pieces:
                if pieces:
                    frame.items.append(pieces)
                pieces = frame.fold()
                frame.items = []
        if pieces:
            # Whole errors side by side, with nothing but a style sheet to set each on a line of its own.
            are_errors = len(pieces) > 1 and sum(_is_error(piece.text) for piece in pieces) > 1
            for line in [[piece] for piece in pieces] if are_errors else [pieces]:
                self._emit([Cell([piece], n) for n, piece in enumerate(line)])
            if self.limit and len(self.lines) > _SIMPLE_LINES:
                self.is_complex = True

    def _emit(self, cells: list[Cell], grid: int = 0) -> None:
        self.lines.append(
            Line(cells, min(self.low, self.depth), self.depth, grid, self.chrome > 0, self.title > 0)
        )
        self.low = self.depth

    def _enter_grid(
        self, node: LexborNode, stack: list[LexborNode | tuple[str, str]], attributes: dict[str, str | None]
    ) -> None:
        grid = Grid(node)
        hidden = self.hidden > 0 or is_hidden(attributes)
        head = self.lines[-1].table if self.lines else None
        table = (
            rows_below(grid, head, self.clock, is_hidden=hidden)
            if head is not None and not head.count
            else None
        )
        if table is not None:
            self.lines.pop()
        elif not self.chrome:
            table = record_table(grid, self.clock, is_hidden=hidden, is_said=self.all_tables)
        if table is not None:
            if table.caption:
                self._emit([Cell([Piece(table.caption)], 0)])
                self.lines[-1].is_title = True
            self._emit([])
            self.lines[-1].table = table
            stack.extend(reversed(grid.rest))
            return
        self.depth += 1
        self.grids.append(_GridFrame(self.next_grid))
        self.next_grid += 1
        undo = "grid" + (" hidden" if is_hidden(attributes) else "")
        self.hidden += is_hidden(attributes)
        identity = attributes.get("id") or ""
        if identity:
            self.panels.open(identity, len(self.lines))
        stack.append((undo, identity))
        child = node.last_child
        while child is not None:
            stack.append(child)
            child = child.prev

    def _items(self, node: LexborNode) -> list[Piece]:
        """A cell's list of messages, or of their numbers; [] where it holds anything else."""
        if node.css_first("table, details, dl, pre, h1, h2, h3, h4, h5, h6") is not None:
            return []
        walk = _Walk(self.clock)
        walk.run(node)
        pieces = [line.cells[0].pieces[0] for line in walk.lines if len(line.cells) == 1]
        texts = [piece.text for piece in pieces]
        numbers = sum(words.rows_in_cell(text) is not None for text in texts)
        is_apart = all(words.rows_affected_within(t) is None and words.role_of(t) is None for t in texts)
        return (
            pieces if len(pieces) == len(walk.lines) > 1 and is_apart and numbers in {0, len(texts)} else []
        )

    def _enter_row(self, row: LexborNode, stack: list[LexborNode | tuple[str, str]]) -> None:
        """A row is one line of its plain cells; what is more than a value in it follows as lines of its own."""
        self._flush()
        self.depth += 1
        identity = row.attributes.get("id") or ""
        if identity:
            self.panels.open(identity, len(self.lines))
        cells: list[Cell] = []
        rest: list[LexborNode] = []
        frame = self.grids[-1]
        filled = {column for column, left in frame.carried.items() if left > 0}
        found, others = cells_of(row, frame.carried)
        walks = [(cell, _Walk(self.clock, _SIMPLE_NODES)) for cell in found]
        for cell, inner in walks:
            inner.run(cell.node)
        has_number = any(words.number_alone(inner.text) is not None for _, inner in walks)
        for cell, inner in walks:
            is_alone = cell.width > 1 and len(found) == 1 and len(inner.lines) > 1
            # Errors told whole inside a run's row; where a number stands beside it, a cell that speaks of rows is a message.
            is_alone |= not has_number and any(_is_error(line.text) for line in inner.lines)
            if inner.is_complex or is_alone or len(inner.lines) > _SIMPLE_LINES:
                items = self._items(cell.node) if cell.column in frame.of_errors else []
                if items:
                    cells.append(Cell(items, cell.column, is_list=True))
                else:
                    rest.append(cell.node)
                continue
            self.panels.adopt(inner.panels, len(self.lines))
            pieces = [piece for line in inner.lines for part in line.cells for piece in part.pieces]
            cells.append(Cell(pieces, cell.column, cell.is_heading))
            if cell.height > 1:
                frame.above[cell.column] = cells[-1]
        is_error = any(words.rows_affected_within(cell.text) for cell in cells)
        if len(found) > 1 and not rest and not is_error:
            # A value across several rows ("24 Nov" before each import of the day) is each row's own.
            cells += [frame.above[column] for column in filled if column in frame.above]
            cells.sort(key=lambda cell: cell.column)
        if any(cell.pieces for cell in cells):
            self._emit(cells, frame.number)
            frame.of_errors |= {cell.column for cell in cells if words.role_of(cell.text) in _OF_ERRORS}
        stack.append(("row", identity))
        stack.extend(reversed(rest + others if found else list(row.iter(include_text=True))))


def _is_error(text: str) -> bool:
    """Whether a line is a whole error: a message with its Rows Affected."""
    found = words.rows_affected_within(text)
    return found is not None and not words.is_empty(found[1]) and text.startswith(found[1])


def _label_of(tag: str, role: str, attributes: dict[str, str | None]) -> str:
    """The heading that an element carries itself, where it stands in no row under one; "" for none that a log has."""
    said = next((value for name in _LABELS if (value := attributes.get(name))), "")
    return said if said and not is_cell(tag, role) and words.role_of(said) else ""


def _in_section(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None and parent.tag != "body":
        if parent.tag in _SECTIONS:
            return parent.tag != "main"
        parent = parent.parent
    return False
