"""People and sections found by any part of what they are called, through all nights, from an index.

What may be looked for in a record (names, ids, addresses, codes; all of its cells where none of these is known) is kept once in `texts`, however many
nights it stands in, in small letters and without accents. `search` is an index of every three letters in a row; `mentions` says which records a text
stands in. The index is made behind the filing, record by record in the order of their ids (`counters.indexed` is the next one), in transactions of
its own, so that filing a million rows does not wait for it.
"""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Final

from importlog_tui.archive.cells import split
from importlog_tui.archive.identity import number_of
from importlog_tui.fields import Columns, Field

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence

SHORTEST: Final = 2
"""Letters that one of the words must have at least."""
_INDEXED: Final = 3
"""Letters in a row that are in the index; a shorter word is found there by where it begins, since what stands before a cell is a letter, too."""
_CELL: Final = "\x1f"
"""Stands before and behind each cell of a text."""
_AT_ONCE: Final = 2_000
"""Records held in memory; so many times more go into one transaction:"""
_TIMES: Final = 10
_MOST_TEXTS: Final = 500
"""Texts that one search looks at: more is no answer that a person reads."""
_LONGEST: Final = 1_000
_FIELDS: Final = (
    Field.UNIQUE_ID,
    Field.LAST_NAME,
    Field.FIRST_NAME,
    Field.PREFERRED_NAME,
    Field.FULL_NAME,
    Field.USERNAME,
    Field.EMAIL,
    Field.SCHOOLOGY_ID,
    Field.COURSE_CODE,
    Field.COURSE_NAME,
    Field.SECTION_CODE,
    Field.SECTION_SCHOOL_CODE,
    Field.SECTION_NAME,
)


def folded(text: str) -> str:
    """`text` in small letters, without accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in apart if not unicodedata.combining(c))


def words_of(text: str) -> list[str]:
    """What is looked for: each word may stand anywhere."""
    return list(dict.fromkeys(folded(text).replace(",", " ").split()))


def left(connection: sqlite3.Connection) -> int:
    """About how many records are not in the index yet."""
    (indexed, last) = connection.execute("SELECT indexed, next_record FROM counters").fetchone()
    return max(0, int(last) - int(indexed))


def index_some(connection: sqlite3.Connection, aliases: Mapping[str, Field]) -> None:
    """Put the next records into the index; to be called in a transaction."""
    for _ in range(_TIMES):
        if left(connection):
            _index(connection, aliases)


def _index(connection: sqlite3.Connection, aliases: Mapping[str, Field]) -> None:
    execute = connection.execute
    (first,) = execute("SELECT indexed FROM counters").fetchone()
    makers: dict[int, Callable[[Sequence[str]], str]] = {}
    rows = execute(
        """SELECT r.id, e.headings_id, r.cells FROM records r
            JOIN spans s ON s.first_id = (SELECT max(x.first_id) FROM spans x WHERE x.first_id <= r.id)
            JOIN errors e ON e.id = s.error_id WHERE r.id >= ? ORDER BY r.id LIMIT ?""",
        (first, _AT_ONCE),
    ).fetchall()
    found: list[tuple[int, int, str]] = []
    for record_id, headings_id, joined in rows:
        make = makers.get(headings_id)
        if make is None:
            told = execute("SELECT columns FROM headings WHERE id = ?", (headings_id,)).fetchone()
            make = makers[headings_id] = _text_maker(Columns(json.loads(told[0]) if told else (), aliases))
        text = make(split(joined))
        found.append((record_id, number_of(text), text))
    execute("CREATE TEMP TABLE IF NOT EXISTS some (record_id INTEGER PRIMARY KEY, hash INTEGER, text TEXT)")
    execute("DELETE FROM temp.some")
    connection.executemany("INSERT INTO temp.some VALUES (?, ?, ?)", found)
    (last,) = execute("SELECT coalesce(max(id), 0) FROM texts").fetchone()
    execute("INSERT OR IGNORE INTO texts (hash, text) SELECT hash, text FROM temp.some ORDER BY record_id")
    execute("INSERT INTO search (rowid, text) SELECT id, text FROM texts WHERE id > ? ORDER BY id", (last,))
    execute(
        "INSERT OR IGNORE INTO mentions SELECT t.id, s.record_id FROM temp.some s JOIN texts t ON t.hash = s.hash ORDER BY 1, 2"
    )
    if len(rows) < _AT_ONCE:
        execute("UPDATE counters SET indexed = next_record")
    else:
        execute("UPDATE counters SET indexed = ?", (rows[-1][0] + 1,))


def _text_maker(columns: Columns) -> Callable[[Sequence[str]], str]:
    places = [at for field in _FIELDS if (at := columns.index(field)) is not None]
    chosen = places or range(len(columns.columns))

    def make(cells: Sequence[str]) -> str:
        text = _CELL.join(cells[at].strip()[:_LONGEST] for at in chosen if at < len(cells))
        return folded(f"{_CELL}{text}{_CELL}")

    return make


def record_ids(connection: sqlite3.Connection, words: Sequence[str], limit: int) -> list[int]:
    """Ids of records in whose text all words stand, the newest run first.

    Where all words are short ones, those in which one of them is a whole cell (a person called An); else those in which it begins a word.
    """
    threes = {word[at : at + _INDEXED] for word in words for at in range(len(word) - _INDEXED + 1)}
    stands = "".join(" AND instr(t.text, ?) > 0" for _ in words)
    if threes:
        return _matching(connection, " AND ".join(map(_quoted, sorted(threes))), stands, words, limit)
    if not (short := sorted(word for word in words if len(word) == SHORTEST)):
        return []
    whole = " AND ".join(f"{_quoted(_CELL + word)} AND {_quoted(word + _CELL)}" for word in short)
    cells = [f"{_CELL}{word}{_CELL}" if word in short else word for word in words]
    if found := _matching(connection, whole, stands, cells, limit):
        return found
    begins = " AND ".join(f"({_quoted(_CELL + word)} OR {_quoted(' ' + word)})" for word in short)
    return _matching(connection, begins, stands, words, limit)


def _quoted(three: str) -> str:
    return '"' + three.replace('"', '""') + '"'


def _matching(
    connection: sqlite3.Connection, match: str, stands: str, words: Sequence[str], limit: int
) -> list[int]:
    found = connection.execute(
        f"""WITH hits AS MATERIALIZED (SELECT t.id FROM search f JOIN texts t ON t.id = f.rowid
                WHERE search MATCH ?{stands} ORDER BY f.rowid DESC LIMIT {_MOST_TEXTS})
            SELECT r.id FROM hits h JOIN mentions m ON m.text_id = h.id JOIN records r ON r.id = m.record_id
                JOIN spans s ON s.first_id = (SELECT max(x.first_id) FROM spans x WHERE x.first_id <= r.id)
                JOIN errors e ON e.id = s.error_id JOIN runs u ON u.id = e.run_id
                ORDER BY u.performed IS NULL, u.performed DESC, u.kind, u.id, e.ordinal, s.first, r.id LIMIT ?""",
        (match, *words, limit),
    )
    return [row[0] for row in found]
