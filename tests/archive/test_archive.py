from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importlog_tui.archive import Archive, Cancelled, Sort
from importlog_tui.model import ErrorReading, Subject
from importlog_tui.refresh import bring_in
from tests.archive.readings import COLUMNS, people, run, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as opened:
        yield opened


def never() -> bool:
    return False


def filed(archive: Archive, rows: Sequence[tuple[str, ...]], *, columns: tuple[str, ...] = COLUMNS) -> int:
    """The id of an error with these records."""
    bring_in(
        archive,
        [run(errors=[ErrorReading("Email already in use", len(rows), records=table(rows, columns=columns))])],
    )
    return archive.errors()[0].id


def shown(
    archive: Archive, error_id: int, column: str, *, sort: Sort | None = None, text: str = ""
) -> list[str]:
    rows = archive.chosen(error_id, sort=sort, text=text, cancelled=never)
    return [record.values[column] for record in archive.window(rows.ids(0, len(rows)))]


def test_a_record_is_read_back_as_it_was_brought_in(archive: Archive) -> None:
    filed(archive, [("204117", "Lopez ", "Mar\u00eda")])
    (record,) = archive.records()
    assert dict(record.values) == {"Unique ID": "204117", "Last Name": "Lopez ", "First Name": "Mar\u00eda"}
    assert record.subject == Subject(user="204117", section=None, name="Lopez , Mar\u00eda")
    assert record.number == 1


@pytest.mark.parametrize(
    "cell", ["", "\x1f", "\x00", "\x10", "\x10u", "a\x1fb\x00c\x10p", "\ttab\n", "'; DROP TABLE records; --"]
)
def test_cells_with_signs_that_the_storage_uses_itself_come_back_whole(archive: Archive, cell: str) -> None:
    filed(archive, [("1", cell, "x"), ("2", "y", cell)])
    assert [tuple(record.values.values()) for record in archive.records()] == [
        ("1", cell, "x"),
        ("2", "y", cell),
    ]


def test_a_lone_surrogate_does_not_stop_the_filing(archive: Archive) -> None:
    filed(archive, [("1", "a", "x"), ("2", "\ud800", "y")])
    assert [record.values["Last Name"] for record in archive.records()] == ["a", "\N{REPLACEMENT CHARACTER}"]


def test_a_window_has_the_order_that_was_asked_for(archive: Archive) -> None:
    error_id = filed(archive, people(1, 50))
    ids = list(archive.natural(error_id).ids(0, 50))
    assert [record.number for record in archive.window(ids[10:13])] == [11, 12, 13]
    assert [record.number for record in archive.window([ids[30], ids[2], ids[7]])] == [31, 3, 8]
    assert [record.number for record in archive.window([ids[2], ids[1], ids[3], ids[5]])] == [3, 2, 4, 6]
    assert archive.window([]) == []
    assert archive.window([ids[0], 10**9]) == archive.window([ids[0]])


def test_natural_rows_know_where_a_record_stands(archive: Archive) -> None:
    rows = archive.natural(filed(archive, people(1, 30)))
    assert [rows.position(id_) for id_ in rows.ids(0, 30)] == list(range(30))
    assert rows.position(10**9) is None
    assert list(rows.ids(28, 99)) == list(rows.ids(28, 30))
    assert list(rows.ids(5, 2)) == []


def test_sorting_puts_blank_cells_first_then_numbers_by_value_then_texts_without_case(
    archive: Archive,
) -> None:
    error_id = filed(
        archive,
        [(cell, "", "") for cell in ["10", "b", "9", "A", "", "\u00e9", "\u00c9a", "-1", "2.5", " 3 "]],
    )
    order = ["", "-1", "2.5", " 3 ", "9", "10", "A", "b", "\u00e9", "\u00c9a"]
    assert shown(archive, error_id, "Unique ID", sort=Sort("Unique ID")) == order
    assert shown(archive, error_id, "Unique ID", sort=Sort("Unique ID", descending=True)) == order[::-1]


@pytest.mark.parametrize("descending", [False, True])
def test_rows_that_sort_alike_keep_their_natural_order(archive: Archive, *, descending: bool) -> None:
    error_id = filed(archive, [(str(n), "same", "") for n in range(100)])
    assert shown(archive, error_id, "Unique ID", sort=Sort("Last Name", descending)) == [
        str(n) for n in range(100)
    ]


def test_sorting_by_a_column_that_is_not_there_is_refused(archive: Archive) -> None:
    error_id = filed(archive, people(1, 2))
    with pytest.raises(ValueError, match="not in tuple"):
        archive.chosen(error_id, sort=Sort("Shoe size"), text="", cancelled=never)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lopez", ["1", "2"]),
        ("LOPEZ", ["1", "2"]),
        ("100%", ["3"]),
        ("a_b", ["4"]),
        ("a\\b", ["5"]),
        ("garc\u00cda", ["6"]),
        ("garcia", []),
        ("\u00ed", ["6"]),
        ("\x1f", ["7"]),
        ("Lopez1", []),
    ],
)
def test_a_filter_finds_text_in_any_cell_whatever_its_case(
    archive: Archive, text: str, found: list[str]
) -> None:
    rows = [
        ("1", "Lopez", "An"),
        ("2", "Nguyen", "de LOPEZ"),
        ("3", "100%", ""),
        ("4", "a_b", "axb"),
        ("5", "a\\b", "a/b"),
        ("6", "Garc\u00eda", ""),
        ("7", "a\x1fb", ""),
    ]
    assert shown(archive, filed(archive, rows), "Unique ID", text=text) == found


def test_a_filtered_table_can_be_sorted(archive: Archive) -> None:
    error_id = filed(archive, [("1", "Z", "keep"), ("2", "M", "drop"), ("3", "A", "keep")])
    assert shown(archive, error_id, "Unique ID", text="KEEP", sort=Sort("Last Name")) == ["3", "1"]


def test_chosen_rows_know_where_a_record_stands(archive: Archive) -> None:
    error_id = filed(archive, people(1, 30))
    rows = archive.chosen(error_id, sort=Sort("Unique ID", descending=True), text="", cancelled=never)
    assert [rows.position(id_) for id_ in rows.ids(0, 30)] == list(range(30))
    assert rows.position(10**9) is None


def test_a_selection_is_given_up_when_asked_to(archive: Archive) -> None:
    error_id = filed(archive, people(1, 20_000))
    with pytest.raises(Cancelled):
        archive.chosen(error_id, sort=Sort("Last Name"), text="", cancelled=lambda: True)
    assert len(archive.chosen(error_id, sort=Sort("Last Name"), text="", cancelled=never)) == 20_000


def test_the_stamp_changes_when_another_one_files_and_only_then(archive: Archive) -> None:
    before = archive.stamp()
    with Archive.open(archive.path) as other:
        filed(other, people(1, 2))
    assert archive.stamp() > before
    before = archive.stamp()
    filed(archive, people(1, 2))
    assert archive.stamp() == before
