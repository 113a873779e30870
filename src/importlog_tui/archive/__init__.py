"""Keep: everything ever read, in one SQLite file. Nothing outside this room may know that it is SQLite."""

from importlog_tui.archive.archive import Archive, Hit
from importlog_tui.archive.rows import Cancelled, ChosenRows, NaturalRows, Rows, Sort

__all__ = [
    "Archive",
    "Cancelled",
    "ChosenRows",
    "Hit",
    "NaturalRows",
    "Rows",
    "Sort",
]
