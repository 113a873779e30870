"""What makes two errors, or two records, of different nights the same one.

An error is known by its import (kind; where that is OTHER, its label as well) and its message, in which everything that names a single case is
folded away: what stands in quotes, e-mail addresses, and every word with a digit in it (numbers, ids, codes), besides case and white space.
Errors of one run that are the same by this rule count as one. The message itself is always shown as it was written.

A record is known within its error by its subject: the User Unique ID and the course and section code, exactly as written, as far as its table has
such columns. Where it has none of them, or this row leaves one of them blank, it is known by all of its values: headings by what they mean, or else
without case, values without blanks at the ends, blank ones and the row number left out, in whatever order the columns stand. A subject that stands
twice in an error is there, once, for this purpose. Tables of two nights that know their records by different columns are compared only where some
are the same nevertheless.

Both are kept as 64-bit numbers, so that a million of them are compared as numbers.
"""

from __future__ import annotations

import re
from functools import partial
from itertools import chain
from operator import itemgetter, methodcaller
from struct import unpack
from typing import TYPE_CHECKING, Final

from importlog_tui.cells import ESCAPE, SEPARATOR, split
from importlog_tui.fields import Columns, Field

try:
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LONGEST: Final = 4_000
_CASES: Final = re.compile(
    r"""(?<!\w)(?:"[^"]*"|'[^']*'|“[^”]*”|‘[^’]*’|«[^»]*»|`[^`]*`)(?!\w)   # quoted
    | [^\s@"'<>]{1,64}@[^\s@"'<>]{1,255}                                    # an e-mail address
    | [^\s,;:()\[\]{}<>"'=|]*\d[^\s,;:()\[\]{}<>"'=|]*                      # a word with a digit in it
    """,
    re.VERBOSE,
)
_PARTS: Final = (
    (Field.UNIQUE_ID,),
    (Field.COURSE_CODE,),
    (Field.SECTION_CODE, Field.SECTION_SCHOOL_CODE),
)


hasher: Final = blake2b
"""hashlib's own; hashlib itself loads OpenSSL, which is 4 MB and which the screen does without."""
_HASH: Final = partial(hasher, digest_size=8)
_DIGEST: Final = methodcaller("digest")


def number_of(text: str) -> int:
    """A signed 64-bit number that stands for `text`."""
    digest = _HASH(text.encode("utf-8", "replace")).digest()
    return int.from_bytes(digest, "big", signed=True)


def folded_message(message: str) -> str:
    """`message` without what tells one case from another."""
    bare = _CASES.sub("#", message[:_LONGEST])
    return " ".join(bare.casefold().split())


def lineage_of(stream: str, message: str) -> int:
    """The error through all nights; `stream` is what `stream_of` says of its run."""
    return number_of(f"{stream}\x1f{folded_message(message)}")


def stream_of(kind: str, label: str) -> str:
    """What the runs have in common that are compared with each other."""
    return f"{kind}: {' '.join(label.split()).casefold()}" if kind == "other" else kind


def known_by(columns: Columns) -> tuple[str, ...]:
    """What the records of a table with these columns are known by: the same for tables that can be compared."""
    parts = tuple(fields[0].value for fields in _PARTS if _places(columns, *fields))
    return parts or tuple(name for name, _ in _named(columns))


def key_maker(columns: Columns) -> Callable[[Sequence[str]], int]:
    """What gives a row of these columns its number."""
    by_values = _by_values(columns)
    places = [_places(columns, *fields) for fields in _PARTS]
    parts = [found for found in places if found]
    if not parts:
        return by_values
    if all(len(found) == 1 for found in parts):
        return _by_places([found[0] for found in parts], by_values)

    def by_parts(row: Sequence[str]) -> int:
        cells = [next((row[at] for at in found if at < len(row) and row[at].strip()), "") for found in parts]
        return number_of("\x1f".join(cells)) if all(cells) else by_values(row)

    return by_parts


def block_keys(columns: Columns) -> Callable[[Sequence[str]], Sequence[int]]:
    """As `key_maker`, but for stored rows (`cells.join`), a block of them at a time: in a third of the time where the subject's cells are filled."""
    key = key_maker(columns)

    def one_by_one(texts: Sequence[str]) -> Sequence[int]:
        return [key(split(text)) for text in texts]

    places = [found for fields in _PARTS if (found := _places(columns, *fields))]
    if not places or any(len(found) > 1 for found in places):
        return one_by_one
    at = [found[0] for found in places]
    cuts, get = max(at) + 1, itemgetter(*at)

    def at_once(texts: Sequence[str]) -> Sequence[int]:
        if any(ESCAPE in text for text in texts):
            return one_by_one(texts)
        try:
            cells = [get(text.split(SEPARATOR, cuts)) for text in texts]
            if not all(map(str.strip, cells if len(at) == 1 else chain.from_iterable(cells))):
                return one_by_one(texts)
            subjects = cells if len(at) == 1 else map(SEPARATOR.join, cells)
            digests = b"".join(map(_DIGEST, map(_HASH, map(str.encode, subjects))))
        except (IndexError, UnicodeEncodeError):  # a short row; half of a surrogate pair
            return one_by_one(texts)
        return unpack(f">{len(texts)}q", digests)

    return at_once


def _places(columns: Columns, *fields: Field) -> list[int]:
    return [at for field in fields if (at := columns.index(field)) is not None]


def _by_places(
    places: list[int], by_values: Callable[[Sequence[str]], int]
) -> Callable[[Sequence[str]], int]:
    last = max(places)
    get = itemgetter(*places) if len(places) > 1 else None
    (only,) = places[:1]

    def by_places(row: Sequence[str]) -> int:
        if len(row) <= last:
            return by_values(row)
        if get is None:
            return number_of(row[only]) if row[only].strip() else by_values(row)
        cells = get(row)
        return number_of("\x1f".join(cells)) if all(map(str.strip, cells)) else by_values(row)

    return by_places


def _named(columns: Columns) -> list[tuple[str, int]]:
    """The columns whose values tell a record, by meaning or else by heading, with their places."""
    return sorted(
        (
            field.value
            if field is not None and columns.index(field) == at
            else " ".join(heading.split()).casefold(),
            at,
        )
        for at, (heading, field) in enumerate(zip(columns.columns, columns.fields, strict=True))
        if field is not Field.ROW_NUMBER or columns.index(field) != at
    )


def _by_values(columns: Columns) -> Callable[[Sequence[str]], int]:
    named = _named(columns)

    def by_values(row: Sequence[str]) -> int:
        return number_of(
            "\x1e".join(
                f"{name}\x1f{cell}" for name, at in named if at < len(row) and (cell := row[at].strip())
            )
        )

    return by_values
