"""The cells of one record in one text: joined by U+001F, which tables do not contain, and escaped in the rows that do.

Rows travel from a source to the archive in blocks of such texts: a million rows one by one, as tuples of cells, cost more than parsing them.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SEPARATOR: Final = "\x1f"
ESCAPE: Final = "\x10"
"""Stands before p, u or 0 for itself, for the separator and for NUL, which SQLite's text functions stop at."""

_AT_ONCE: Final = 50
_CHARACTERS: Final = 1_000_000
"""About what a block may hold: a cell may be some megabytes long."""


def escaped(text: str) -> str:
    """`text` without separator and NUL."""
    return text.replace(ESCAPE, ESCAPE + "p").replace(SEPARATOR, ESCAPE + "u").replace("\x00", ESCAPE + "0")


def plain(text: str) -> str:
    """What `escaped` was given."""
    return text.replace(ESCAPE + "0", "\x00").replace(ESCAPE + "u", SEPARATOR).replace(ESCAPE + "p", ESCAPE)


def join(cells: Sequence[str]) -> str:
    """The stored text of `cells`, of which there is at least one."""
    joined = SEPARATOR.join(cells)
    if ESCAPE in joined or "\x00" in joined or joined.count(SEPARATOR) != len(cells) - 1:
        return SEPARATOR.join(map(escaped, cells))
    return joined


def split(joined: str) -> list[str]:
    """The cells that `join` was given."""
    cells = joined.split(SEPARATOR)
    return list(map(plain, cells)) if ESCAPE in joined else cells


class Block(NamedTuple):
    """Some rows.

    Attributes:
        numbers: the row number that the source prints, or None, for each.
        texts: the cells of each, as `join` joins them.
        rows: the cells themselves, where whoever made the block had them at hand.
    """

    numbers: Sequence[int | None]
    texts: Sequence[str]
    rows: Sequence[Sequence[str]] | None = None


class BlockRows(Iterator[tuple[int | None, tuple[str, ...]]]):
    """Rows that come in blocks, for those who want them one by one: (printed number, cells)."""

    def __init__(self, blocks: Generator[Block, None, None]) -> None:
        self.blocks = blocks
        self._rows = self._one_by_one()

    def __next__(self) -> tuple[int | None, tuple[str, ...]]:
        return next(self._rows)

    def close(self) -> None:
        """No more rows are wanted."""
        self._rows.close()
        self.blocks.close()

    def _one_by_one(self) -> Generator[tuple[int | None, tuple[str, ...]], None, None]:
        for block in self.blocks:
            for number, text in zip(block.numbers, block.texts, strict=True):
                yield number, tuple(split(text))


def blocks_of(rows: Iterable[tuple[int | None, Sequence[str]]]) -> Generator[Block, None, None]:
    """Rows in blocks; what comes before an error is given before it is raised."""
    if isinstance(rows, BlockRows):
        yield from rows.blocks
        return
    remaining = iter(rows)
    error: Exception | None = None
    is_end = False
    while not is_end:
        numbers: list[int | None] = []
        texts: list[str] = []
        cells: list[Sequence[str]] = []
        size = 0
        is_end = True
        try:
            for number, row in remaining:
                numbers.append(number)
                texts.append(join(row))
                cells.append(row)
                size += len(texts[-1])
                if len(texts) == _AT_ONCE or size > _CHARACTERS:
                    is_end = False
                    break
        except Exception as problem:
            error = problem
        if texts:
            yield Block(numbers, texts, cells)
    if error is not None:
        raise error
