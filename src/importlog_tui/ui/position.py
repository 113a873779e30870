"""Where the reader was, kept per archive in a small JSON file: a lost connection loses no place."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_LARGEST = 1_000_000
"""Bytes; a state file beyond that is no state file of ours."""

_MOST = 20
"""Archives whose position is kept, the ones left last."""


@dataclass
class Position:
    """A place in the log.

    Attributes:
        node: the tree's node under the cursor, kind and name.
        opened: unfolded nights and imports.
        record: id of the record under the cursor.
        sort: column heading and whether downwards; None for the order as read.
        column: heading of the chosen column.
        top: first line of the tree that was in view.
        place: log, records or record.
    """

    node: tuple[str, str] | None = None
    opened: list[tuple[str, str]] = field(default_factory=list)
    record: int | None = None
    filter: str = ""
    sort: tuple[str, bool] | None = None
    column: str = ""
    log_filter: str = ""
    top: int = 0
    place: str = "log"


def load(file: Path | None, archive: str) -> Position:
    """The position kept for `archive`; the very start where there is none or the file is broken."""
    try:
        return _from_json(_kept(file)[archive])
    except (ValueError, TypeError, KeyError, AttributeError):
        return Position()


def save(file: Path | None, archive: str, position: Position) -> None:
    """Keep `position`, whole or not at all; a full disk or a missing right loses the place, never the program."""
    if file is None:
        return
    others = {name: kept for name, kept in _kept(file).items() if name != archive}
    recent = dict(list(others.items())[1 - _MOST :])
    temporary = ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # made with mode 0600
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            json.dump({**recent, archive: asdict(position)}, written)
        Path(temporary).replace(file)
    except (OSError, ValueError):
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def _kept(file: Path | None) -> dict[str, Any]:
    try:
        if file is None or file.stat().st_size > _LARGEST:
            return {}
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _from_json(data: Any) -> Position:
    def pair(value: Any) -> tuple[str, str]:
        first, second = value
        return str(first), str(second)

    sort = data.get("sort")
    record = data.get("record")
    return Position(
        node=pair(data["node"]) if data.get("node") else None,
        opened=[pair(key) for key in data.get("opened", [])],
        record=int(record) if record is not None else None,
        filter=str(data.get("filter", "")),
        sort=(str(sort[0]), bool(sort[1])) if sort else None,
        column=str(data.get("column", "")),
        log_filter=str(data.get("log_filter", "")),
        top=int(data.get("top", 0)),
        place=str(data.get("place", "log")),
    )
