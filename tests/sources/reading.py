"""Short ways to read something and look at what came out, for all tests of the readers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from importlog_tui.model import RecordsReading, RunReading, Trouble
from importlog_tui.roster import AnyReading
from importlog_tui.sources.status_log import How, read, read_paste
from importlog_tui.times import Clock

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


def how(**known: Any) -> How:
    return How(Clock(UTC, NOW), **known)


def readings(path: Path, **known: Any) -> list[AnyReading]:
    return list(read(path, how(**known)))


def pasted(text: str, **known: Any) -> list[AnyReading]:
    return list(read_paste(text, how(**known)))


def troubles(found: Sequence[AnyReading]) -> list[Trouble]:
    return [reading for reading in found if isinstance(reading, Trouble)]


def runs(found: Sequence[AnyReading]) -> list[RunReading]:
    return [reading for reading in found if isinstance(reading, RunReading)]


def tables(found: Sequence[AnyReading]) -> list[RecordsReading]:
    return [reading for reading in found if isinstance(reading, RecordsReading)]


def table(found: Sequence[AnyReading]) -> RecordsReading:
    (only,) = tables(found)
    return only


def cells(reading: RecordsReading) -> list[tuple[str, ...]]:
    return [row for _, row in reading.rows]


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
