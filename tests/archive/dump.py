"""What an archive holds, for comparing."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def dump(path: Path) -> list[str]:
    """Every statement that it would take to make the same archive."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()
