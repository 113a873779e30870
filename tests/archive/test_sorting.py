"""One order, whichever way it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importlog_tui.archive import Archive, Sort, sorting
from importlog_tui.archive.sorting import sort_key
from importlog_tui.model import ErrorReading
from importlog_tui.refresh import bring_in
from tests.archive.readings import COLUMNS, run, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

cells = st.sampled_from(
    [
        "Lopez",
        "LOPEZ",
        "lopez ",
        "Straße",
        "strasse",
        "",
        "  ",
        "10",
        "9",
        "9.0",
        " -3",
        "1\x1f",
        "a\x10",
        "Ñ",
    ]
)
rows = st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=30)


def rank(cell: str) -> tuple[int, float, str]:
    """Blank cells, then numbers, then texts."""
    key = sort_key(cell)
    if key is None:
        return 0, 0, ""
    return (2, 0, key) if isinstance(key, str) else (1, key, "")


def check(archive: Archive, error_id: int, written: Sequence[tuple[str, ...]], text: str = "") -> None:
    for place, column in enumerate(COLUMNS):
        for descending in (False, True):
            order = archive.chosen(
                error_id, sort=Sort(column, descending), text=text, cancelled=lambda: False
            )
            found = [tuple(record.values.values()) for record in archive.window(order.ids(0, len(order)))]
            assert [order.position(id_) for id_ in order.ids(0, 50)] == list(range(min(50, len(order))))
            assert order.position(0) is None
            # `reverse` keeps equal ones in their order.
            assert found == sorted(written, key=lambda row: rank(row[place]), reverse=descending)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, rows, st.sampled_from([0, 50_000]), st.booleans())
def test_a_table_is_ordered_alike_however_many_values_and_pieces_it_has(
    tmp_path_factory: pytest.TempPathFactory,
    one: list[tuple[str, ...]],
    other: list[tuple[str, ...]],
    most: int,
    is_turned: bool,
) -> None:
    pages = [
        table(one, first=1, has_more=True),
        table(other, first=len(one) + 1, claimed=len(one) + len(other)),
    ]
    with (
        pytest.MonkeyPatch.context() as patch,
        Archive.open(tmp_path_factory.mktemp("archive") / "archive.db") as archive,
    ):
        patch.setattr(sorting, "_MOST_VALUES", most)
        bring_in(archive, [run(errors=[ErrorReading("Email", len(one) + len(other))])])
        error_id = archive.errors()[0].id
        for page in reversed(pages) if is_turned else pages:
            bring_in(archive, [page], error_id=error_id)
        check(archive, error_id, [*one, *other])
        check(archive, error_id, [row for row in (*one, *other) if "Ñ" in row], "Ñ")


@pytest.mark.parametrize("values", [50, 20_000])
def test_a_long_table_is_ordered_whole(tmp_path: Path, values: int) -> None:
    written = [(f"{n * 7919 % 20_000:05}", f"Lopez {n * 7919 % values}", "") for n in range(20_000)]
    with Archive.open(tmp_path / "archive.db") as archive:
        bring_in(archive, [run(errors=[ErrorReading("Email", 20_000, records=table(written))])])
        check(archive, archive.errors()[0].id, written)
