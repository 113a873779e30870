"""What reading the archive costs, in statements and not in seconds."""

from __future__ import annotations

import contextlib
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from importlog_tui.archive import Archive, Sort
from importlog_tui.model import ErrorReading
from importlog_tui.refresh import bring_in
from tests.archive.readings import people, run, table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = 30_000


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as opened:
        bring_in(opened, [run(errors=[ErrorReading("Email", ROWS, records=table(people(1, ROWS)))])])
        yield opened


@contextlib.contextmanager
def statements(archive: Archive) -> Iterator[list[str]]:
    """What SQLite is asked meanwhile."""
    asked: list[str] = []
    with archive._connections.one() as connection:
        connection.set_trace_callback(asked.append)
    yield asked
    with archive._connections.one() as connection:
        connection.set_trace_callback(None)


def is_frugal(asked: list[str]) -> bool:
    return not any(word in statement.upper() for statement in asked for word in ("OFFSET", "COUNT("))


def test_a_window_is_one_statement_wherever_it_is(archive: Archive) -> None:
    rows = archive.natural(archive.errors()[0].id)
    archive.window(rows.ids(0, 1))
    for start in (0, 15_000, ROWS - 40):
        with statements(archive) as asked:
            assert len(archive.window(rows.ids(start, start + 40))) == 40
        assert len(asked) == 1
        assert is_frugal(asked)


def test_a_window_of_a_sorted_table_is_one_statement(archive: Archive) -> None:
    error_id = archive.errors()[0].id
    rows = archive.chosen(error_id, sort=Sort("Last Name", descending=True), text="", cancelled=lambda: False)
    archive.window(rows.ids(0, 1))
    with statements(archive) as asked:
        assert len(archive.window(rows.ids(100, 140))) == 40
    assert len(asked) == 1
    assert is_frugal(asked)


def test_opening_a_table_reads_none_of_its_records(archive: Archive) -> None:
    with statements(archive) as asked:
        (error,) = archive.errors()
        rows = archive.natural(error.id)
        assert len(rows) == error.rows_read == ROWS
        assert rows.position(rows.ids(20_000, 20_001)[0]) == 20_000
    assert not any("records" in statement for statement in asked)
    assert is_frugal(asked)


def test_the_lists_count_nothing(archive: Archive) -> None:
    with statements(archive) as asked:
        archive.runs()
        archive.errors()
        archive.stamp()
    assert len(asked) <= 4
    assert is_frugal(asked)
    assert not any("records" in statement for statement in asked)


def test_a_window_is_found_by_id_and_not_by_looking_through(archive: Archive) -> None:
    rows = archive.natural(archive.errors()[0].id)
    archive.window(rows.ids(0, 1))
    for ids in (rows.ids(5, 45), [5, 900, 17]):
        with statements(archive) as asked:
            archive.window(ids)
        with archive._connections.one() as connection:
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {asked[0]}")]
        assert not any(step.startswith(("SCAN r", "SCAN s", "SCAN e")) for step in plan), plan


def test_a_sorted_order_is_kept_for_the_next_time(archive: Archive) -> None:
    error_id = archive.errors()[0].id
    sort = Sort("Last Name")
    archive.chosen(error_id, sort=sort, text="", cancelled=lambda: False)
    with statements(archive) as asked:
        archive.chosen(error_id, sort=sort, text="", cancelled=lambda: False)
    assert not any("records" in statement for statement in asked)


def test_a_kept_order_is_not_used_after_rows_were_added(archive: Archive) -> None:
    bring_in(archive, [run(errors=[ErrorReading("Role", 10, records=table(people(1, 5), has_more=True))])])
    error_id = archive.errors()[0].id if archive.errors()[0].message == "Role" else archive.errors()[1].id
    sort = Sort("Last Name")
    assert len(archive.chosen(error_id, sort=sort, text="", cancelled=lambda: False)) == 5
    bring_in(archive, [table(people(6, 10), first=6)], error_id=error_id)
    assert len(archive.chosen(error_id, sort=sort, text="", cancelled=lambda: False)) == 10


def peak(archive: Archive, rows: int) -> int:
    """Bytes that Python holds at most while so many rows are brought in."""
    each = ((f"{n:09}", "Lopez", "Maria") for n in range(rows))
    tracemalloc.start()
    try:
        bring_in(archive, [run(errors=[ErrorReading(f"{rows} rows", rows, records=table(each))])])
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_rows_brought_in(archive: Archive) -> None:
    peak(archive, 100)
    assert peak(archive, 60_000) < peak(archive, 6_000) + 100_000


def test_a_selection_takes_little_memory_beside_its_ids(archive: Archive) -> None:
    error_id = archive.errors()[0].id
    tracemalloc.start()
    try:
        rows = archive.chosen(error_id, sort=Sort("Last Name"), text="Lopez", cancelled=lambda: False)
        assert len(rows) == ROWS
        assert tracemalloc.get_traced_memory()[1] < 16 * ROWS
    finally:
        tracemalloc.stop()
