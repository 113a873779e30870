"""Keys of records: a block at a time gives what one by one gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.archive.identity import block_keys, key_maker
from importlog_tui.cells import join
from importlog_tui.fields import Columns

_CELLS = st.text(alphabet=st.sampled_from([*list("aé7 \t\x1f\x10\x00"), "�"]), max_size=4)
_ROWS = st.lists(st.lists(_CELLS, min_size=1, max_size=5), max_size=6)


@pytest.mark.parametrize(
    "headings",
    [
        ("Unique ID", "Last Name"),
        ("Row", "Last Name", "Unique ID"),
        ("User Unique ID", "Course Code", "Section Code"),
        ("Course Code", "Section Code", "Section School Code"),
        ("Colour", "Size"),
    ],
)
@given(rows=_ROWS)
def test_blocks_have_the_keys_of_their_rows(headings: tuple[str, ...], rows: list[list[str]]) -> None:
    columns = Columns(headings, {})
    key = key_maker(columns)
    assert list(block_keys(columns)([join(row) for row in rows])) == [key(row) for row in rows]
