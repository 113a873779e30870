"""Keep: everything ever read, in one SQLite file. Nothing outside this room may know that it is SQLite."""

from importlog_tui.archive.archive import Archive, Hit
from importlog_tui.archive.filing import Filed, Filing
from importlog_tui.archive.joining import Batch, Table
from importlog_tui.archive.roster_filing import FiledRoster, RosterFiling
from importlog_tui.archive.rows import Cancelled, ChosenRows, NaturalRows, Rows, Sort
from importlog_tui.archive.tables import Joined, Tables

__all__ = [
    "Archive",
    "Batch",
    "Cancelled",
    "ChosenRows",
    "Filed",
    "FiledRoster",
    "Filing",
    "Hit",
    "Joined",
    "NaturalRows",
    "RosterFiling",
    "Rows",
    "Sort",
    "Table",
    "Tables",
]
