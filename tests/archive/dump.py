"""What an archive holds, for comparing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def dump(path: Path) -> list[str]:
    """Every statement that it would take to make the same archive."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as connection:
        connection.execute("BEGIN")
        index = connection.execute("SELECT * FROM search_cells_data ORDER BY id").fetchall()
        with closing(sqlite3.connect(":memory:")) as copy:
            connection.backup(copy)
            copy.execute("DROP TABLE search_cells")  # it holds no texts that `iterdump` could read
            return [*copy.iterdump(), repr(index)]
