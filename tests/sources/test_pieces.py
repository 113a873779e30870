"""What is told of whole pieces of a table is what a parser tells of them cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from importlog_tui.cells import BlockRows, blocks_of, join
from importlog_tui.sources.source import Source
from importlog_tui.sources.tables import pieces
from importlog_tui.sources.tables.delimited import Dialect
from importlog_tui.sources.tables.pieces import Pieces, joined_rows, strict_rows
from importlog_tui.sources.tables.survey import survey

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAS = Dialect(",", is_quoted=True)
HEADINGS = ["a", "b"]

texts = st.text(st.sampled_from('ab,,"" \n\n\r\x1f\x1e\x10\x00é'), max_size=40)
cells = st.sampled_from(
    ["a", "", '"x,y"', '"x\ny"', '"x\r\ny"', '"a""b"', '5" pipe', '""', '""""', '"open', "é"]
)
tables = st.lists(st.lists(cells, min_size=1, max_size=4).map(",".join)).map("\n".join)


@given(texts | tables, st.booleans())
@example('"x,y",b\nc,"z"\n', True)
@example('a,"x\ny"\r\nc,d\r\n', True)
def test_rows_told_at_once_are_those_that_a_parser_finds(text: str, is_quoted: bool) -> None:
    dialect = Dialect(",", is_quoted)
    joined = joined_rows(text, dialect, HEADINGS, 2)
    if joined is None:
        return
    rows = strict_rows(text, dialect)
    assert rows is not None
    assert joined == [join(row) for row in rows]
    assert all(len(row) == 2 and row[-1] and row != HEADINGS for row in rows)


def test_the_usual_table_is_told_at_once() -> None:
    text = 'a,"x, y"\n,z\nb,"two\nlines"\n'
    for end in ("\n", "\r\n"):
        joined = joined_rows(text.replace("\n", end), COMMAS, HEADINGS, 2)
        assert joined == ["a\x1fx, y", "\x1fz", f"b\x1ftwo{end}lines"]


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n",  # the headings again
        "1,2,3\n",
        "1\n",
        "\n1,2\n",
        "Showing 1-5 of 12,\n",
        '1,2"\n',
        '1,"2" \n',
        '1,"a""b"\n',
        "1,2\r3,4\n",
        "1,\x1f\n",
        "1,\x00\n",
    ],
)
def test_what_is_in_doubt_is_left_to_a_parser(text: str) -> None:
    assert joined_rows(text, COMMAS, HEADINGS, 2) is None


@given(tables, st.integers(1, 9))
def test_pieces_end_where_rows_end_or_a_parser_says_that_they_do_not(text: str, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "_PIECE", size)
        read = Pieces(Source("", text.encode()), "utf-8", COMMAS, skip=0)
        given = list(read)
    assert text.startswith("".join(given))
    assert not read.is_done or "".join(given) == text
    parsed = [strict_rows(piece, COMMAS) for piece in given]
    whole = strict_rows(text, COMMAS)
    if read.is_done and None not in parsed:
        assert [row for rows in parsed for row in rows or ()] == whole


@given(tables)
def test_a_table_that_looks_regular_is(text: str) -> None:
    seen = survey(Source("", text.encode()), "utf-8", COMMAS, 2, header_lines=0, end=b"\n")
    rows = strict_rows(text, COMMAS)
    if seen.is_regular and rows is not None:
        assert {len(row) for row in rows if any(cell.strip() for cell in row)} <= {2}


def test_a_place_in_the_middle_is_told_by_its_line() -> None:
    read = Pieces(Source("", b'a,b\n1,"x\ny"\n2,z\n'), "utf-8", COMMAS, skip=1)
    assert list(read) == ['1,"x\ny"\n2,z\n']
    assert read.line() == 4


def test_rows_in_blocks_come_one_by_one_to_those_who_want_them_so() -> None:
    def rows() -> Iterator[tuple[int | None, tuple[str, ...]]]:
        yield 1, ("a", "b\x1f")
        yield None, ("c", "")
        raise ValueError("broken")

    blocks = BlockRows(blocks_of(rows()))
    assert [next(blocks), next(blocks)] == [(1, ("a", "b\x1f")), (None, ("c", ""))]
    with pytest.raises(ValueError, match="broken"):
        next(blocks)
