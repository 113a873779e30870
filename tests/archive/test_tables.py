from __future__ import annotations

import tempfile
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importlog_tui.archive import Archive, joining
from importlog_tui.archive.tables import Tables
from importlog_tui.errors import SourceProblem
from importlog_tui.model import ErrorReading, ErrorType
from importlog_tui.refresh import Outcome, bring_in
from tests.archive.dump import dump
from tests.archive.readings import people, run, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlog_tui.model import RecordsReading


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as opened:
        yield opened


def an_error(archive: Archive, claimed: int | None) -> int:
    """The id of an error that claims so many rows."""
    bring_in(archive, [run(errors=[ErrorReading("Email already in use", claimed)])])
    return archive.errors()[0].id


def put(archive: Archive, error_id: int, *tables: RecordsReading) -> Outcome:
    """What came of bringing in tables one after the other."""
    for one in tables:
        outcome = bring_in(archive, [one], error_id=error_id)
    return outcome


def kept(archive: Archive) -> list[tuple[str, ...]]:
    return [tuple(record.values.values()) for record in archive.records()]


def the_error(archive: Archive) -> ErrorType:
    return archive.errors()[0]


def state(archive: Archive) -> tuple[int | None, int, bool]:
    error = the_error(archive)
    (its_run,) = archive.runs()
    assert its_run.rows_read == error.rows_read
    assert its_run.complete == error.complete
    return error.rows_affected, error.rows_read, error.complete


def test_part_of_the_rows_stays_part_on_error_and_run(archive: Archive) -> None:
    put(archive, an_error(archive, 1214), table(people(1, 500), has_more=True))
    assert state(archive) == (1214, 500, False)
    assert archive.runs()[0].rows_affected == 1214


def test_a_tables_own_claim_counts_where_the_log_claims_nothing(archive: Archive) -> None:
    put(archive, an_error(archive, None), table(people(1, 500), claimed=1214, has_more=True))
    assert state(archive) == (1214, 500, False)


def test_a_whole_table_without_a_claim_is_complete(archive: Archive) -> None:
    put(archive, an_error(archive, None), table(people(1, 7)))
    assert state(archive) == (7, 7, True)


def test_a_table_with_more_elsewhere_and_no_claim_is_not_complete(archive: Archive) -> None:
    put(archive, an_error(archive, None), table(people(1, 7), has_more=True))
    assert state(archive) == (None, 7, False)


def test_a_table_without_rows_is_kept_with_its_columns(archive: Archive) -> None:
    put(archive, an_error(archive, None), table([]))
    assert state(archive) == (0, 0, True)
    assert the_error(archive).columns == ("Unique ID", "Last Name", "First Name")


def pages() -> list[RecordsReading]:
    return [
        table(people(1, 500), claimed=1214, first=1, has_more=True),
        table(people(501, 1000), claimed=1214, first=501, has_more=True),
        table(people(1001, 1214), claimed=1214, first=1001),
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_pages_join_in_order_in_whatever_order_they_come(archive: Archive, order: Sequence[int]) -> None:
    error_id = an_error(archive, 1214)
    put(archive, error_id, *(pages()[at] for at in order))
    assert kept(archive) == people(1, 1214)
    assert [record.number for record in archive.records()] == list(range(1, 1215))
    assert state(archive) == (1214, 1214, True)
    before = dump(archive.path)
    outcome = put(archive, error_id, *pages(), *pages())
    assert outcome.new_records == 0
    assert outcome.status == 0
    assert dump(archive.path) == before


def test_a_page_that_is_missing_leaves_its_place_in_the_numbers(archive: Archive) -> None:
    put(archive, an_error(archive, 1214), pages()[0], pages()[2])
    assert [record.number for record in archive.records()][498:502] == [499, 500, 1001, 1002]
    rows = archive.natural(the_error(archive).id)
    assert len(rows) == 714
    assert [rows.position(record.id) for record in archive.window(rows.ids(498, 503))] == list(
        range(498, 503)
    )


def test_pages_that_do_not_tell_their_place_are_put_behind_one_another(archive: Archive) -> None:
    error_id = an_error(archive, 30)
    put(archive, error_id, *(table(people(first, first + 9), has_more=True) for first in (1, 11, 21)))
    assert kept(archive) == people(1, 30)
    assert [record.number for record in archive.records()] == list(range(1, 31))
    assert state(archive) == (30, 30, True)


def test_rows_join_by_their_printed_numbers(archive: Archive) -> None:
    error_id = an_error(archive, 6)
    put(
        archive,
        error_id,
        table(people(4, 6), numbers=[40, 50, 60]),
        table(people(1, 4), numbers=[10, 20, 30, 40]),
    )
    assert kept(archive) == people(1, 6)
    assert [record.number for record in archive.records()] == [10, 20, 30, 40, 50, 60]


@pytest.mark.parametrize("numbers", [[9, 7], [3, 9]])
def test_numbers_that_do_not_go_on_order_all_rows_unless_two_are_the_same(
    archive: Archive, numbers: list[int]
) -> None:
    error_id = an_error(archive, None)
    more = people(8, 9)
    put(archive, error_id, table(people(1, 5), numbers=[1, 2, 3, 4, 5], has_more=True))
    put(archive, error_id, table(more, numbers=numbers, has_more=True))
    assert kept(archive) == people(1, 5) + (more[::-1] if numbers[0] == 9 else more)


def test_rows_numbered_anew_on_each_page_stay_in_page_order(archive: Archive) -> None:
    error_id = an_error(archive, 6)
    put(
        archive,
        error_id,
        *(table(people(first, first + 2), numbers=[1, 2, 3], has_more=True) for first in (1, 4)),
    )
    assert kept(archive) == people(1, 6)


def test_what_stands_twice_in_a_table_stays_twice(archive: Archive) -> None:
    error_id = an_error(archive, 4)
    twice = [*people(1, 1), *people(1, 1), *people(2, 2)]
    put(archive, error_id, table(twice, has_more=True), table(twice[::-1], has_more=True))
    assert sorted(kept(archive)) == sorted(twice)
    put(archive, error_id, table([*twice, *people(1, 1)]))
    assert sorted(kept(archive)) == sorted([*twice, *people(1, 1)])


def test_a_whole_reading_completes_a_part_and_known_rows_keep_their_ids(archive: Archive) -> None:
    error_id = an_error(archive, 20)
    put(archive, error_id, table(people(5, 9), has_more=True))
    ids = {record.values["Unique ID"]: record.id for record in archive.records()}
    put(archive, error_id, table(people(1, 20)))
    assert kept(archive) == people(1, 20)
    assert state(archive) == (20, 20, True)
    now = {record.values["Unique ID"]: record.id for record in archive.records()}
    assert ids.items() <= now.items()


def test_a_whole_reading_replaces_rows_that_are_not_in_it(archive: Archive) -> None:
    error_id = an_error(archive, 3)
    put(archive, error_id, table(people(8, 9), has_more=True), table(people(1, 3)))
    assert kept(archive) == people(1, 3)


def test_a_part_takes_nothing_from_the_whole(archive: Archive) -> None:
    error_id = an_error(archive, 20)
    put(archive, error_id, table(people(1, 20)))
    before = dump(archive.path)
    outcome = put(archive, error_id, table(people(3, 5), has_more=True), table(people(1, 10)))
    assert outcome.status == 0
    assert dump(archive.path) == before


def test_other_rows_than_the_complete_ones_are_left_out_and_that_is_said(archive: Archive) -> None:
    error_id = an_error(archive, 3)
    put(archive, error_id, table(people(1, 3)))
    outcome = put(archive, error_id, table(people(3, 5)))
    assert "2 of its rows" in str(outcome.troubles[0])
    assert outcome.status == 1
    assert kept(archive) == people(1, 3)


@pytest.mark.parametrize(("first", "second"), [((1, 5), (11, 17)), ((11, 17), (1, 5))])
def test_two_parts_that_together_exceed_the_claim_leave_the_fuller_and_that_is_said(
    archive: Archive, first: tuple[int, int], second: tuple[int, int]
) -> None:
    error_id = an_error(archive, 10)
    outcome = put(
        archive, error_id, table(people(*first), has_more=True), table(people(*second), has_more=True)
    )
    assert "12 of 10" in str(outcome.troubles[0])
    assert outcome.status == 1
    assert kept(archive) == people(11, 17)
    assert state(archive) == (10, 7, False)


def test_the_same_columns_in_another_order_are_the_same_table(archive: Archive) -> None:
    error_id = an_error(archive, 4)
    turned = [tuple(reversed(row)) for row in people(2, 4)]
    put(archive, error_id, table(people(1, 2), has_more=True))
    put(archive, error_id, table(turned, columns=("First Name", "Last Name", "Unique ID"), first=2))
    assert kept(archive) == people(1, 4)


@pytest.mark.parametrize("shorter_first", [True, False])
def test_of_parts_with_other_columns_the_fuller_is_kept_and_that_is_said(
    archive: Archive, *, shorter_first: bool
) -> None:
    error_id = an_error(archive, 10)
    readings = [
        table(people(1, 3), has_more=True),
        table([("x", "y")] * 5, columns=("A", "B"), has_more=True),
    ]
    outcome = put(archive, error_id, *(readings if shorter_first else readings[::-1]))
    assert "columns" in str(outcome.troubles[0])
    assert kept(archive) == [("x", "y")] * 5
    assert the_error(archive).columns == ("A", "B")


def broken(rows: list[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    yield from rows
    raise SourceProblem("the rest is unreadable", where="table.csv, line 4", remedy="Save it again.")


def test_what_was_read_before_a_source_broke_is_kept_as_part(archive: Archive) -> None:
    error_id = an_error(archive, None)
    outcome = put(archive, error_id, table(broken(people(1, 3))))
    assert kept(archive) == people(1, 3)
    assert state(archive) == (None, 3, False)
    assert str(outcome.troubles[0]) == "table.csv, line 4: the rest is unreadable. Save it again."
    assert outcome.status == 1
    put(archive, error_id, table(people(1, 5)))
    assert kept(archive) == people(1, 5)
    assert state(archive) == (5, 5, True)


@pytest.mark.parametrize("most", [1, 500])
def test_rows_that_come_in_wild_order_are_in_order_however_they_are_stored(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(joining, "_MOST_SPANS", most)
    error_id = an_error(archive, 40)
    put(
        archive,
        error_id,
        table(people(1, 40)[::2], numbers=range(1, 41, 2), has_more=True),
        table(people(1, 40)[1::2], numbers=range(2, 41, 2), has_more=True),
    )
    assert kept(archive) == people(1, 40)
    rows = archive.natural(error_id)
    assert [archive.window([id_])[0].number for id_ in rows.ids(0, 40)] == list(range(1, 41))
    assert [rows.position(id_) for id_ in rows.ids(0, 40)] == list(range(40))
    assert [record.number for record in archive.window(rows.ids(5, 15))] == list(range(6, 16))
    assert state(archive) == (40, 40, True)


def test_a_record_belongs_to_its_error_and_run(archive: Archive) -> None:
    bring_in(
        archive,
        [
            run(
                errors=[
                    ErrorReading("A", 2, records=table(people(1, 2))),
                    ErrorReading("B", 2, records=table(people(3, 4))),
                ]
            )
        ],
    )
    errors = archive.errors()
    for error in errors:
        assert {(record.error_id, record.run_id) for record in archive.records(error_id=error.id)} == {
            (error.id, error.run_id)
        }
    ids = [record.id for record in archive.records()]
    assert [record.error_id for record in archive.window(ids)] == [errors[0].id] * 2 + [errors[1].id] * 2


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_last_page_tells_the_length_where_nothing_else_does(
    archive: Archive, order: Sequence[int]
) -> None:
    parts = [
        table(people(1, 5), has_more=True),
        table(people(6, 10), first=6, has_more=True),
        table(people(11, 12), first=11),
    ]
    put(archive, an_error(archive, None), *(parts[at] for at in order))
    assert kept(archive) == people(1, 12)
    assert state(archive) == (12, 12, True)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_pages_without_places_and_claims_all_stay_in_whatever_order_they_come(
    archive: Archive, order: Sequence[int]
) -> None:
    parts = [
        table(people(1, 5), has_more=True),
        table(people(6, 10), has_more=True),
        table(people(11, 12)),
    ]
    put(archive, an_error(archive, None), *(parts[at] for at in order))
    assert sorted(kept(archive)) == sorted(people(1, 12))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_row_that_stands_on_two_pages_stays_twice(archive: Archive, order: Sequence[int]) -> None:
    rows = [*people(1, 2), *people(1, 2), *people(1, 1), *people(2, 2)]
    parts = [table(rows[at : at + 2], first=at + 1, claimed=6, has_more=at < 4) for at in (0, 2, 4)]
    put(archive, an_error(archive, 6), *(parts[at] for at in order))
    assert kept(archive) == rows
    assert state(archive) == (6, 6, True)


@st.composite
def some_pages(draw: st.DrawFn) -> list[tuple[list[tuple[str, ...]], list[int] | None, int]]:
    """Pages of an error in any order: rows, their printed numbers (going on, counting anew on each page, wild, or none), and where they begin."""
    numbering = draw(st.sampled_from(["none", "on", "anew", "wild", "mixed"]))
    pages: list[tuple[list[tuple[str, ...]], list[int] | None, int]] = []
    last = 0
    for _ in range(draw(st.integers(1, 6))):
        rows: list[tuple[str, ...]] = draw(
            st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xy"), st.just("z")), max_size=6)
        )
        wild = draw(st.lists(st.integers(1, 30), min_size=len(rows), max_size=len(rows)))
        way = draw(st.sampled_from(["none", "on", "wild"])) if numbering == "mixed" else numbering
        told = {
            "none": None,
            "on": [last + n for n in range(1, len(rows) + 1)],
            "anew": list(range(1, len(rows) + 1)),
            "wild": wild,
        }
        first = last + 1 if draw(st.integers(0, 5)) == 0 else 1
        pages.append((rows, told[way], first))
        last += len(rows)
    return draw(st.permutations(pages)) if draw(st.booleans()) else pages


@settings(deadline=None, max_examples=60)
@given(some_pages(), st.sampled_from([None, 12, 40]))
def test_a_page_is_put_to_few_rows_as_it_would_be_to_all(
    pages: list[tuple[list[tuple[str, ...]], list[int] | None, int]], claimed: int | None
) -> None:
    def filed(archive: Archive) -> list[object]:
        error_id = an_error(archive, claimed)
        told: list[object] = []
        for rows, numbers, first in pages:
            outcome = put(archive, error_id, table(rows, numbers=numbers, first=first, has_more=True))
            told.append([str(trouble) for trouble in outcome.troubles])
        return [*told, [(record.number, *record.values.values()) for record in archive.records()]]

    with tempfile.TemporaryDirectory() as folder:
        with Archive.open(Path(folder, "few.db")) as archive:
            quick = filed(archive)
        with (
            patch.object(joining, "_put_behind", lambda *_: False),
            patch.object(Tables, "_are_keyed", lambda *_: False),
            Archive.open(Path(folder, "all.db")) as archive,
        ):
            assert filed(archive) == quick
