"""Bits that fell over inside the words of rows, which SQLite itself can't see: said in a sentence, never a traceback."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from importlog_tui.archive import Archive
from importlog_tui.errors import ArchiveDamaged
from importlog_tui.model import ErrorReading, Mark, MarkKind
from importlog_tui.refresh import bring_in
from tests.archive.dump import dump
from tests.archive.readings import people, run, table, written


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        for day in (0, 1440):
            records = table(people(1, 3), claimed=3)
            bring_in(archive, [run(written(day), [ErrorReading("Email", 3, records=records)])])
        mark = Mark(MarkKind.NOTE, "vdo", datetime(2026, 11, 23, tzinfo=UTC), reason="seen")
        archive.mark(mark, error_id=1)
    return path


def read_all(path: Path) -> None:
    with Archive.open(path, read_only=True) as archive:
        archive.runs()
        for error in archive.errors():
            rows = archive.natural(error.id)
            archive.window(rows.ids(0, 10))
            list(archive.records(error_id=error.id))
        archive.marks(date(2026, 11, 24))


@pytest.mark.parametrize(
    "rot",
    [
        "UPDATE runs SET kind = 'usfrs'",
        "UPDATE runs SET result = 'comqleted'",
        "UPDATE runs SET precision = 'minvte'",
        "UPDATE runs SET basis = ''",
        "UPDATE errors SET state = 'ndw'",
        "UPDATE headings SET columns = substr(columns, 2)",
        "UPDATE headings SET columns = '7'",
        "UPDATE marks SET kind = 'nose'",
        "UPDATE marks SET until_day = '2026-13-01'",
        "UPDATE runs SET label = CAST(x'55ff73' AS TEXT)",
    ],
)
def test_a_word_that_is_none_of_ours_is_damage(path: Path, rot: str) -> None:
    read_all(path)
    connection = sqlite3.connect(path)
    connection.execute(rot)
    connection.commit()
    connection.close()

    with pytest.raises(ArchiveDamaged, match="damaged"):
        read_all(path)


def test_filing_into_it_is_refused_and_changes_nothing(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE runs SET result = 'comqleted'")
    connection.commit()
    connection.close()
    before = dump(path)

    with Archive.open(path) as archive, pytest.raises(ArchiveDamaged):
        bring_in(archive, [run(written(0), [ErrorReading("Email", 3, records=table(people(4, 6)))])])

    assert dump(path) == before
