"""One line of the log tree: what it says, and how that fits into the columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importlog_tui.text import fit, width
from importlog_tui.ui.presentation import states

if TYPE_CHECKING:
    from collections.abc import Sequence

Key = tuple[str, str]
"""("night", "2026-11-23"), ("run", "5"), ("error", "9"): a node through refreshes and restarts."""


@dataclass(frozen=True, slots=True)
class Node:
    """One line of the tree.

    Attributes:
        is_leaf: nothing is under it.
        sign: ▾ ▸ for open and closed, ● rows to look at, ○ none of its rows read, blank for a run without errors.
        time, word, count: the columns after the label.
        short: the word for where that is too long.
        state: of an error, in words, behind its count.
    """

    key: Key
    parent: Key | None
    depth: int
    label: str
    sign: str
    time: str = ""
    word: str = ""
    short: str = ""
    count: str = ""
    is_leaf: bool = False
    state: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths of the tree's columns in cells; 0 for one that is not shown."""

    total: int
    time: int
    word: int
    count: int
    state: int = 0


def columns(lines: Sequence[Node], total: int) -> Columns:
    """Widths that fit `lines` into `total` cells: counts always, then results, then times; an import's label is whole, an error's is cut."""
    count = max((width(node.count) for node in lines if node.depth), default=0)
    state = max((width(node.state) for node in lines), default=0)
    room = total - 1 - (count + 1 if count else 0)
    room -= max((4 + width(node.label) for node in lines if node.depth == 1), default=0)
    word = max((width(node.word) for node in lines), default=0)
    if word + 2 > room:
        word = max((width(node.short) for node in lines), default=0)
    word = max(0, min(word, room - 2, len(states.RERUN)))
    room -= word + 2 if word else 0
    time = max((width(node.time) for node in lines), default=0)
    return Columns(total, time if time + 2 <= room else 0, word, count, state)


def line_text(node: Node, widths: Columns) -> str:
    """One line, exactly `widths.total` cells; an import's time and result stand in columns of their own, its count and a night's end at the edge, an error's before its state."""
    head = f"{'  ' * node.depth}{node.sign} {node.label}"
    tail = f"{node.count:>{widths.count + 1}}" if widths.count else ""
    if node.depth != 1:
        tail = f" {node.count}" if node.count else ""
        tail += f"  {fit(node.state, widths.state)}" if node.depth == 2 and widths.state else ""
    else:
        word = node.word if width(node.word) <= widths.word else node.short
        tail = (f"  {fit(word, widths.word)}" if widths.word else "") + tail
        tail = (f"  {fit(node.time, widths.time)}" if widths.time else "") + tail
    return fit(head, max(0, widths.total - width(tail) - 1)) + tail + " "
