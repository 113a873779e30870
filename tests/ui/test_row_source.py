from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from importlog_tui.archive import Archive, Sort
from importlog_tui.archive.joining import Table
from importlog_tui.errors import ArchiveProblem
from importlog_tui.fields import Columns, Field
from importlog_tui.model import Format, Kind, Origin, Result, RunReading, When
from importlog_tui.ui.row_source import BLOCK, MOST_WEIGHT, ArchiveReader, ArchiveRows, subject_columns
from tests.ui.made_up_rows import COLUMNS, cells_of

ROWS = 1000


def filed(path: Path, rows: Sequence[Sequence[str]], columns: Sequence[str] = COLUMNS) -> tuple[Archive, int]:
    """An archive with one error of these rows; the error's id."""
    archive = Archive.open(path)
    origin = Origin("status-log.html", Format.PAGE)
    when = When("Nov 23, 2026 1:02 am", datetime(2026, 11, 23, 1, 2, tzinfo=UTC))
    with archive.filing() as filing:
        run = filing.run(
            RunReading(
                Kind.USERS,
                "Users Import",
                when,
                Result.COMPLETED_WITH_ERRORS,
                "Completed with errors",
                origin,
            )
        )
        (error,) = filing.errors(run.id, [("Email already in use", len(rows), "", "")])
        filing.tables.join(
            error.id, filing.tables.insert(((None, row) for row in rows), columns), Table(tuple(columns))
        )
    return archive, error.id


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[tuple[Archive, ArchiveReader, int]]:
    archive, error_id = filed(tmp_path / "archive.db", [cells_of(n) for n in range(ROWS)])
    reader = ArchiveReader(archive)
    yield archive, reader, error_id
    reader.close()
    archive.close()


async def source_of(reader: ArchiveReader, error_id: int) -> ArchiveRows:
    rows = await reader.call(lambda archive: archive.natural(error_id))
    return ArchiveRows(reader, rows, error_id=error_id, columns=COLUMNS)


async def test_a_window_holds_the_archives_records_in_their_order(
    shelf: tuple[Archive, ArchiveReader, int],
) -> None:
    _, reader, error_id = shelf
    source = await source_of(reader, error_id)

    window = await source.window(100, 140)

    assert len(source) == ROWS
    assert [tuple(record.values.values()) for record in window if record] == [
        cells_of(n) for n in range(100, 140)
    ]
    assert source.at_hand(100, 140) == window


async def test_what_was_fetched_is_at_hand_and_asks_nothing_again(
    shelf: tuple[Archive, ArchiveReader, int],
) -> None:
    _, reader, error_id = shelf
    source = await source_of(reader, error_id)
    assert source.at_hand(0, 40) is None
    assert source.queries == 0

    await source.window(0, 40)
    await source.window(5, 45)

    assert source.at_hand(0, 40) is not None
    assert (source.queries, source.fetched) == (1, BLOCK)
    await source.window(30, 3 * BLOCK)
    assert (source.queries, source.fetched) == (2, 3 * BLOCK)


@pytest.mark.parametrize(
    ("start", "stop", "length"), [(-5, 3, 3), (990, 2000, 10), (2000, 3000, 0), (5, 5, 0), (0, ROWS, ROWS)]
)
async def test_a_window_is_cut_to_the_rows_there_are(
    shelf: tuple[Archive, ArchiveReader, int], start: int, stop: int, length: int
) -> None:
    _, reader, error_id = shelf
    source = await source_of(reader, error_id)

    assert len(await source.window(start, stop)) == length
    assert len(source.at_hand(start, stop) or []) == length


async def test_sorted_and_filtered_rows_come_in_their_order(
    shelf: tuple[Archive, ArchiveReader, int],
) -> None:
    archive, reader, error_id = shelf
    rows = archive.chosen(
        error_id, sort=Sort("Unique ID", descending=True), text="tanaka", cancelled=lambda: False
    )
    source = ArchiveRows(reader, rows, error_id=error_id, columns=COLUMNS)

    window = await source.window(0, len(source))

    numbers = [n for n in range(ROWS) if cells_of(n)[1] == "Tanaka"]
    assert [record.values["Unique ID"] for record in window if record] == [
        cells_of(n)[0] for n in reversed(numbers)
    ]
    ids = await source.ids(0, 3)
    assert [record.id for record in window[:3] if record] == list(ids)
    assert await source.position(ids[2]) == 2
    assert await source.position(-1) is None


async def test_the_event_loop_goes_on_while_the_archive_answers(
    shelf: tuple[Archive, ArchiveReader, int],
) -> None:
    _, reader, _ = shelf
    may_answer = threading.Event()
    question = asyncio.ensure_future(reader.call(lambda _: may_answer.wait(30)))
    await asyncio.sleep(0)

    may_answer.set()

    assert await question


async def test_a_question_that_was_taken_back_is_not_asked(shelf: tuple[Archive, ArchiveReader, int]) -> None:
    _, reader, _ = shelf
    may_answer = threading.Event()
    asked: list[int] = []
    first = asyncio.ensure_future(reader.call(lambda _: may_answer.wait(30)))
    second = asyncio.ensure_future(reader.call(lambda _: asked.append(2)))
    await asyncio.sleep(0)
    second.cancel()
    may_answer.set()

    await first
    await reader.call(lambda _: asked.append(3))
    assert asked == [3]


async def test_faults_of_the_archive_reach_the_one_who_asked(
    shelf: tuple[Archive, ArchiveReader, int],
) -> None:
    archive, reader, error_id = shelf
    source = await source_of(reader, error_id)
    archive.close()

    with pytest.raises(ArchiveProblem):
        await source.window(0, 10)
    assert await reader.call(lambda _: 7) == 7


async def test_a_row_that_left_the_archive_is_none_in_its_place(
    shelf: tuple[Archive, ArchiveReader, int], tmp_path: Path
) -> None:
    _, reader, error_id = shelf
    source = await source_of(reader, error_id)
    gone = (await source.ids(3, 4))[0]
    with sqlite3.connect(tmp_path / "archive.db") as connection:
        connection.execute("DELETE FROM records WHERE id = ?", (gone,))
    connection.close()

    window = await source.window(0, 6)

    assert [record is None for record in window] == [False, False, False, True, False, False]


async def test_huge_cells_are_not_hoarded(tmp_path: Path) -> None:
    archive, error_id = filed(
        tmp_path / "a.db", [(f"{n}", "x" * 20_000) for n in range(20 * BLOCK)], ("ID", "Notes")
    )
    reader = ArchiveReader(archive)
    rows = archive.natural(error_id)
    source = ArchiveRows(reader, rows, error_id=error_id, columns=("ID", "Notes"))
    for start in range(0, len(source), BLOCK):
        assert len(await source.window(start, start + BLOCK)) == BLOCK
        assert source.at_hand(start, start + BLOCK) is not None

    held = [
        start for start in range(0, len(source), BLOCK) if source.at_hand(start, start + BLOCK) is not None
    ]
    assert len(held) * BLOCK * 20_000 <= MOST_WEIGHT + BLOCK * 20_100
    reader.close()
    archive.close()


def test_subject_columns_are_those_that_tell_whom_a_row_is_about() -> None:
    def named(*columns: str, extra: dict[str, Field] | None = None) -> list[str]:
        return [columns[place] for place in subject_columns(Columns(columns, extra))]

    assert named("School", "Last Name", "First Name", "User Unique ID") == [
        "User Unique ID",
        "Last Name",
        "First Name",
    ]
    assert named("Course Name", "Course Code", "Section Code") == ["Course Code", "Section Code"]
    assert named("Fruit", "Colour") == ["Fruit"]
    assert named("Fruit", "Local ID", extra={"local id": Field.UNIQUE_ID}) == ["Local ID"]
    assert named() == []


async def test_a_closed_reader_answers_what_it_was_asked_before_and_nothing_after(
    shelf: tuple[Archive, ArchiveReader, int],
) -> None:
    _, reader, _ = shelf
    earlier = asyncio.ensure_future(reader.call(lambda _: 7))
    await asyncio.sleep(0)
    reader.close()

    with pytest.raises(ArchiveProblem):
        await reader.call(lambda _: 8)
    assert await earlier == 7
