"""The index over cells: whatever it holds, a filter finds what it finds without one, and looks at less."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importlog_tui.archive import Archive, Sort, cell_index, rows
from importlog_tui.errors import ArchiveProblem
from importlog_tui.model import ErrorReading
from importlog_tui.refresh import bring_in
from tests.archive.readings import COLUMNS, run, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from importlog_tui.archive.undoing import Change

ODD = "aAbkK\u212asSßẞſIiİıﬁffiéE\u0301Åå0 \"'%_\\*^p\x00\x10\x1f\u3042\U0001f600\ufffe"
"""Letters that fold into others or into several, that mean something to SQL, to the index's own questions, or to how cells are joined."""
cells = st.text(st.sampled_from(ODD), max_size=6)
TURNS = (str, str.upper, str.lower, str.casefold, lambda text: text[1:], lambda text: text[:-1])
tables = st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=9)


def everywhere(
    _: sqlite3.Connection, ids: Sequence[range], __: str
) -> Iterator[tuple[range, Sequence[int] | None]]:
    """What an archive without an index says."""
    return ((some, None) for some in ids)


def asked(archive: Archive, error_id: int, text: str, sort: Sort | None = None) -> list[int]:
    archive._choosing._kept.clear()
    found = archive.chosen(error_id, sort=sort, text=text, cancelled=lambda: False)
    return list(found.ids(0, len(found)))


def finish(archive: Archive, error_id: int) -> None:
    while archive.index_cells(error_id):
        pass


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Groups of two, each in a transaction of its own, in pieces of a few letters."""
    monkeypatch.setattr(cell_index, "SHIFT", 1)
    monkeypatch.setattr(cell_index, "_AT_ONCE", 0)
    monkeypatch.setattr(cell_index, "_CHARACTERS", 8)
    return monkeypatch


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_filter_finds_the_same_with_and_without_the_index_whatever_happened(
    small: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    with Archive.open(tmp_path_factory.mktemp("archive") / "archive.db") as archive:
        bring_in(archive, [run(errors=[ErrorReading("Email", None), ErrorReading("Role", None)])])
        places = [error.id for error in archive.errors()]
        changes: list[Change] = []
        known = ["", "no"]
        for _ in range(data.draw(st.integers(1, 5))):
            error_id = data.draw(st.sampled_from(places))
            if changes and data.draw(st.integers(0, 3)) == 0:
                archive.take_back(changes.pop())
            else:
                written, is_part = data.draw(tables), data.draw(st.booleans())
                known += [cell for row in written for cell in row if len(cell) >= 3]
                first = data.draw(st.integers(1, 9)) if is_part else 1
                more = table(written, first=first, has_more=is_part)
                bring_in(archive, [more], error_id=error_id, changes=changes)
            for _ in range(data.draw(st.sampled_from([0, 1, 3, 99]))):
                if not archive.index_cells(error_id):
                    break
            for cell in data.draw(st.lists(st.sampled_from(known) | cells, min_size=4, max_size=4)):
                turned: Callable[[str], str] = data.draw(st.sampled_from(TURNS))
                for each in places:
                    text = turned(cell)
                    narrowed = asked(archive, each, text)
                    with small.context() as patch:
                        patch.setattr(cell_index, "narrowed", everywhere)
                        assert narrowed == asked(archive, each, text), (text, each)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as opened:
        many = [(f"{n * 7_919_317 % 9_999_991:07}", f"Lopez{n}", "Maria") for n in range(3_000)]
        bring_in(opened, [run(errors=[ErrorReading("Email", len(many), records=table(many))])])
        yield opened


def steps(archive: Archive, text: str) -> int:
    """Of SQLite's machine that a filter takes."""
    counted = 0

    def count() -> bool:
        nonlocal counted
        counted += 1
        return False

    archive._choosing._kept.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "_STEPS", 1)
        archive.chosen(archive.errors()[0].id, sort=None, text=text, cancelled=count)
    return counted


def test_only_the_groups_that_may_hold_a_text_are_looked_through(archive: Archive) -> None:
    error_id = archive.errors()[0].id
    before = steps(archive, "Lopez2718")
    hit = asked(archive, error_id, "Lopez2718")
    archive.index_cells(error_id)
    some = steps(archive, "Lopez2718")
    finish(archive, error_id)
    assert asked(archive, error_id, "lOPEZ2718") == hit
    assert steps(archive, "Lopez2718") < before / 15
    assert steps(archive, "no such row") < before / 25
    assert some <= before
    # Too short for the index, and in most groups: all are looked through, as before.
    assert steps(archive, "27") > before / 2
    assert len(asked(archive, error_id, "maria")) == 3_000


def test_an_index_that_is_partly_made_serves_what_it_covers(
    archive: Archive, small: pytest.MonkeyPatch
) -> None:
    small.setattr(cell_index, "SHIFT", 6)
    error_id = archive.errors()[0].id
    before = steps(archive, "Lopez2718")
    for _ in range(30):
        archive.index_cells(error_id)
    assert before / 4 < steps(archive, "Lopez2718") < before * 3 / 4


def test_it_is_told_which_errors_it_pays_for(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    error_id = archive.errors()[0].id
    assert not archive.lacks_cells(error_id)
    monkeypatch.setattr(cell_index, "WORTH", 3_000)
    assert archive.lacks_cells(error_id)
    finish(archive, error_id)
    assert not archive.lacks_cells(error_id)
    assert not archive.index_cells(error_id)


def test_two_programs_make_one_index(archive: Archive, small: pytest.MonkeyPatch) -> None:
    small.setattr(cell_index, "SHIFT", 6)
    error_id = archive.errors()[0].id
    with Archive.open(archive.path) as other:
        while any([archive.index_cells(error_id), other.index_cells(error_id)]):
            pass
        assert len(asked(other, error_id, "Lopez2718")) == 1
    with archive._connections.one() as connection:
        assert connection.execute("SELECT first_id, stop FROM search_covered").fetchall() == [(1, 3_001)]
        (groups,) = connection.execute(
            "SELECT count(*) FROM search_cells WHERE search_cells MATCH 'mar'"
        ).fetchone()
        assert groups == 47


def test_one_that_was_cut_off_covers_nothing_that_it_does_not_hold(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    error_id = archive.errors()[0].id
    index, calls = cell_index._index, iter(range(100))

    def cut(connection: sqlite3.Connection, ids: range) -> None:
        if next(calls) == 3:
            raise KeyboardInterrupt
        index(connection, ids)

    monkeypatch.setattr(cell_index, "_index", cut)
    with pytest.raises(KeyboardInterrupt):
        finish(archive, error_id)
    assert len(asked(archive, error_id, "Lopez10")) == 1 + 10 + 100
    monkeypatch.undo()
    finish(archive, error_id)
    assert len(asked(archive, error_id, "Lopez10")) == 1 + 10 + 100


def test_a_full_disk_leaves_the_filter_as_it_was(archive: Archive) -> None:
    error_id = archive.errors()[0].id
    with archive._connections.one() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(ArchiveProblem, match="disk is full"):
        finish(archive, error_id)
    assert len(asked(archive, error_id, "Lopez2718")) == 1


def test_a_disk_with_little_room_is_left_alone(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1_000}))
    assert not archive.index_cells(archive.errors()[0].id)
    with archive._connections.one() as connection:
        assert connection.execute("SELECT * FROM search_covered").fetchall() == []


def test_an_archive_that_is_only_read_uses_the_index_and_can_not_make_it(archive: Archive) -> None:
    error_id = archive.errors()[0].id
    with Archive.open(archive.path, read_only=True) as reader:
        with pytest.raises(ArchiveProblem):
            reader.index_cells(error_id)
        before = steps(reader, "Lopez2718")
        finish(archive, error_id)
        assert steps(reader, "Lopez2718") < before / 15


def test_a_damaged_index_is_not_believed(archive: Archive) -> None:
    error_id = archive.errors()[0].id
    finish(archive, error_id)
    with archive._connections.one() as connection:
        connection.execute("UPDATE search_cells_data SET block = x'00ff' WHERE id > 10")
    with Archive.open(archive.path, read_only=True) as reader:
        assert len(asked(reader, error_id, "Lopez2718")) == 1


def test_what_was_replaced_makes_room(archive: Archive, tmp_path: Path) -> None:
    error_id = archive.errors()[0].id
    finish(archive, error_id)
    columns = (*COLUMNS, "School")
    other = [(f"{n:07}", f"Nguyen{n}", "An", "HS") for n in range(4_000)]
    again = run(errors=[ErrorReading("Email", len(other), records=table(other, columns=columns))])
    bring_in(archive, [again])
    assert archive.errors()[0].rows_read == 4_000
    finish(archive, error_id)
    with archive._connections.one() as connection:
        assert connection.execute("SELECT * FROM search_covered").fetchall() == [(3_001, 7_001)]
    assert len(asked(archive, error_id, "Nguyen3999")) == 1
    assert asked(archive, error_id, "Lopez2718") == []
