"""How the archive keeps the cells of a record: as they come."""

from importlog_tui.cells import ESCAPE, SEPARATOR, escaped, join, plain, split

__all__ = ["ESCAPE", "SEPARATOR", "escaped", "join", "plain", "split"]
