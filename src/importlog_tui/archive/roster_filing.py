"""One bringing-in of extracts and of the directory: each table dated and put beside those that are there, inside the filing's transaction."""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from importlog_tui.archive.identity import hasher
from importlog_tui.archive.roster_keys import ENROLLMENT_KEYS, SECTION_KEYS, TABLES
from importlog_tui.archive.roster_parts import are_parts, others_of, united
from importlog_tui.cells import blocks_of, split
from importlog_tui.fields import Field
from importlog_tui.model import Kind
from importlog_tui.text import whole

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from importlog_tui.cells import Block
    from importlog_tui.roster import RosterReading

KEEP: Final = 7
"""Tables of a kind whose rows are kept, unless the configuration says otherwise."""
_AT_ONCE: Final = 64
"""Rows in one statement."""


@dataclass(frozen=True, slots=True)
class FiledRoster:
    """What became of one table.

    Attributes:
        id: of the roster that it is now, or was already.
        is_new: False where the very same content was there already, at this time or before it without a change in between.
        rows: how many it has.
    """

    id: int
    is_new: bool
    rows: int


class RosterFiling:
    """Writes rosters; part of a `Filing`, or alone by `Archive.roster_filing`, whose transaction it is part of."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.has_changed = False
        self._homeless: list[int] = []

    def add(
        self,
        reading: RosterReading,
        rows: Iterable[tuple[int | None, Sequence[str]]] | None = None,
        is_whole: Callable[[], bool] = lambda: True,
    ) -> FiledRoster:
        """File one table. Memory does not grow with its rows.

        Args:
            reading: what a source says; its rows are read once.
            rows: its rows, where somebody watches them.
            is_whole: asked when all rows were read: whether none is missing.

        Raises:
            ValueError: no table is kept of this kind.
        """
        if reading.kind not in TABLES:
            raise ValueError(reading.kind)
        taken = reading.taken_at or datetime.now(UTC)
        zone = taken.utcoffset()
        at, east = int(taken.timestamp()), int(zone.total_seconds()) if zone else 0
        execute = self._connection.execute
        fields = {whole(name): field.value for name, field in reading.fields.items()}
        headings = json.dumps([whole(column) for column in reading.columns], ensure_ascii=False)
        described = json.dumps(fields, ensure_ascii=False)
        execute("INSERT OR IGNORE INTO headings (columns) VALUES (?)", (headings,))
        execute("SAVEPOINT roster")
        cursor = execute(
            """INSERT INTO rosters (witness, kind, taken, seen, zone, headings_id, fields, digest, complete, rows)
                VALUES (?, ?, ?, ?, ?, (SELECT id FROM headings WHERE columns = ?), ?, x'', 0, 0)""",
            (reading.witness.value, reading.kind.value, at, at, east, headings, described),
        )
        roster_id = cursor.lastrowid or 0
        load = _Load(self._connection, roster_id, reading)
        for block in blocks_of(reading.rows if rows is None else rows):
            load.block(block)
        if reading.kind is Kind.ENROLLMENTS:
            self._fill_keys(roster_id)
        complete = reading.is_whole and is_whole()
        content = load.digest.copy()
        content.update(f"{headings}\x1e{described}\x1e{complete}".encode())
        known = self._same(roster_id, reading, at, content.digest())
        if known is not None:
            execute("ROLLBACK TO roster")
            execute("RELEASE roster")
            self._seen(known, at, reading.origin.name)
            return FiledRoster(known, is_new=False, rows=load.rows)
        execute(
            "UPDATE rosters SET digest = ?, complete = ?, first_id = ?, rows = ? WHERE id = ?",
            (content.digest(), complete, load.first_id, load.rows, roster_id),
        )
        execute("INSERT INTO roster_origins VALUES (?, ?)", (roster_id, whole(reading.origin.name)))
        counted = [(roster_id, whole(school), rows) for school, rows in load.schools.items()]
        self._connection.executemany("INSERT INTO roster_buildings VALUES (?, ?, ?)", counted)
        execute("RELEASE roster")
        if reading.kind is Kind.ENROLLMENTS and not load.schools:
            self._homeless.append(roster_id)
        self.has_changed = True
        return FiledRoster(roster_id, is_new=True, rows=load.rows)

    def unite(
        self, parts: Sequence[tuple[RosterReading, FiledRoster]]
    ) -> tuple[RosterReading, FiledRoster] | None:
        """Make one table of tables that were just added, if they hold different users, sections or enrollments; None where they do not."""
        kind, filed = parts[0][0].kind, [one for _, one in parts]
        for place, one in enumerate(filed):
            for other in filed[place + 1 :]:
                smaller = min(one.rows, other.rows)
                if not are_parts(self._connection, kind, one.id, other.id, smaller):
                    return None
        firsts = {
            one.id: self._connection.execute(
                "SELECT first_id FROM rosters WHERE id = ?", (one.id,)
            ).fetchone()[0]
            for one in filed
        }
        if None in firsts.values():
            return None  # its rows were removed to make room
        whole_one = united(self._connection, [(reading, firsts[one.id], one.rows) for reading, one in parts])
        made = self.add(whole_one)
        for reading, one in parts:
            self._connection.execute(
                "INSERT OR IGNORE INTO roster_origins VALUES (?, ?)", (made.id, whole(reading.origin.name))
            )
            if one.is_new:
                self._remove(one.id, kind, firsts[one.id], one.rows)
        return whole_one, made

    def rows_per_user(self, filed: FiledRoster) -> float:
        """How many rows a user has in a table of users, on the average of those who are named; 0 where nobody is."""
        named, users = self._connection.execute(
            "SELECT count(unique_id), count(DISTINCT unique_id) FROM roster_users WHERE roster_id = ? AND unique_id <> ''",
            (filed.id,),
        ).fetchone()
        return float(named / users) if users else 0.0

    def refuse(self, filed: FiledRoster, kind: Kind) -> None:
        """Take a table out again that was just added."""
        (first_id,) = self._connection.execute(
            "SELECT first_id FROM rosters WHERE id = ?", (filed.id,)
        ).fetchone()
        self._remove(filed.id, kind, first_id, filed.rows)

    def mark_lone(self, filed: FiledRoster, name: str) -> list[str]:
        """Let a table that came with others the last time, and without them now, count as a part; returns the others' names."""
        others = others_of(self._connection, filed.id, name, filed.rows) if filed.is_new else []
        if others:
            self._connection.execute("UPDATE rosters SET complete = 0 WHERE id = ?", (filed.id,))
        return others

    def _remove(self, roster_id: int, kind: Kind, first_id: int, rows: int) -> None:
        execute = self._connection.execute
        execute(f"DELETE FROM {TABLES[kind].name} WHERE id >= ? AND id < ?", (first_id, first_id + rows))
        for table in ("roster_enrollment_keys", "roster_buildings", "roster_origins"):
            execute(f"DELETE FROM {table} WHERE roster_id = ?", (roster_id,))
        execute("DELETE FROM rosters WHERE id = ?", (roster_id,))
        self._homeless = [one for one in self._homeless if one != roster_id]

    def _fill_keys(self, roster_id: int) -> None:
        for what, value in ENROLLMENT_KEYS.items():
            self._connection.execute(
                f"""INSERT INTO roster_enrollment_keys SELECT ?1, ?2, {value} AS value, id FROM roster_enrollments
                    WHERE roster_id = ?1 AND value != '' ORDER BY value, id""",
                (roster_id, what.value),
            )

    def _same(self, roster_id: int, reading: RosterReading, at: int, digest: bytes) -> int | None:
        """The roster with the same content that is next to it in time, without another one between them."""
        sides = ("taken <= ? ORDER BY taken DESC, id DESC", "taken >= ? ORDER BY taken, id")
        for side in sides:
            row = self._connection.execute(
                f"SELECT id, digest FROM rosters WHERE witness = ? AND kind = ? AND id != ? AND {side} LIMIT 1",
                (reading.witness.value, reading.kind.value, roster_id, at),
            ).fetchone()
            if row is not None and row[1] == digest:
                return int(row[0])
        # Of several of one time, as files copied together have it, any may be it.
        row = self._connection.execute(
            "SELECT id FROM rosters WHERE witness = ? AND kind = ? AND id != ? AND taken = ? AND digest = ?",
            (reading.witness.value, reading.kind.value, roster_id, at, digest),
        ).fetchone()
        return None if row is None else int(row[0])

    def _seen(self, roster_id: int, at: int, name: str) -> None:
        """The same content was there at another time, too, or under another name."""
        execute = self._connection.execute
        changed = execute(
            "UPDATE rosters SET taken = min(taken, ?1), seen = max(seen, ?1) WHERE id = ?2 AND NOT ?1 BETWEEN taken AND seen",
            (at, roster_id),
        ).rowcount
        changed += execute(
            "INSERT OR IGNORE INTO roster_origins VALUES (?, ?)", (roster_id, whole(name))
        ).rowcount
        self.has_changed = self.has_changed or changed > 0

    def finish(self) -> None:
        """Count enrollments by the buildings of their sections, where they have no column for it; the last thing to be done."""
        for roster_id in self._homeless:
            self._house(roster_id)
        self._homeless.clear()

    def _house(self, roster_id: int) -> None:
        execute = self._connection.execute
        sections = execute(
            """SELECT s.id FROM rosters s JOIN rosters e ON e.id = ? WHERE s.witness = e.witness AND s.kind = 'courses' AND s.first_id IS NOT NULL
                ORDER BY abs(e.taken - s.taken), s.complete DESC, s.id DESC LIMIT 1""",
            (roster_id,),
        ).fetchone()
        if sections is None:
            return
        for what, code in SECTION_KEYS.items():
            (has_codes,) = execute(
                "SELECT EXISTS (SELECT 1 FROM roster_enrollment_keys WHERE roster_id = ? AND what = ?)",
                (roster_id, what.value),
            ).fetchone()
            if not has_codes:
                continue
            counted = execute(
                f"""INSERT INTO roster_buildings SELECT ?1, c.school, count(*) FROM
                        (SELECT {code} AS code, min(school) AS school FROM roster_sections WHERE roster_id = ?2 AND school != '' GROUP BY 1) c
                        JOIN roster_enrollment_keys k ON k.roster_id = ?1 AND k.what = ?3 AND k.value = c.code
                    GROUP BY c.school""",
                (roster_id, sections[0], what.value),
            )
            if counted.rowcount:
                return

    def purge(self, keep: int = KEEP) -> int:
        """Remove the rows of all but the newest `keep` tables of each kind, whole ones and parts apart; returns how many tables lost theirs.

        A part of which the whole came since is taken out altogether.
        """
        parts = self._connection.execute(
            """SELECT p.id, p.kind, p.first_id, p.rows FROM rosters p WHERE NOT p.complete AND p.first_id IS NOT NULL AND EXISTS
                (SELECT 1 FROM rosters w WHERE w.witness = p.witness AND w.kind = p.kind AND w.complete AND w.first_id IS NOT NULL
                    AND (w.taken = p.taken OR (w.taken > p.taken AND w.id > p.id)))"""
        ).fetchall()
        for part_id, kind, first_id, rows in parts:
            self._remove(part_id, Kind(kind), first_id, rows)
        old = self._connection.execute(
            """SELECT id, kind, first_id, rows FROM (
                SELECT *, row_number() OVER (PARTITION BY witness, kind, complete ORDER BY taken DESC, id DESC) AS place
                FROM rosters WHERE first_id IS NOT NULL) WHERE place > ?""",
            (max(keep, 1),),
        ).fetchall()
        for roster_id, kind, first_id, rows in old:
            table = next(table.name for each, table in TABLES.items() if each.value == kind)
            self._connection.execute(
                f"DELETE FROM {table} WHERE id >= ? AND id < ?", (first_id, first_id + rows)
            )
            self._connection.execute("DELETE FROM roster_enrollment_keys WHERE roster_id = ?", (roster_id,))
            self._connection.execute("UPDATE rosters SET first_id = NULL WHERE id = ?", (roster_id,))
        self.has_changed = self.has_changed or bool(old or parts)
        return len(old) + len(parts)


class _Load:
    """The rows of one table on their way in."""

    def __init__(self, connection: sqlite3.Connection, roster_id: int, reading: RosterReading) -> None:
        self._connection = connection
        self._roster_id = roster_id
        table = TABLES[reading.kind]
        places = _places(reading.columns, reading.fields)
        self._keys = [(places[key.field], key.turned) for key in table.keys if key.field in places]
        names = [key.name for key in table.keys if key.field in places]
        self._width = 4 + len(names)
        self._insert = (
            f"INSERT INTO {table.name} ({', '.join(['id', 'roster_id', 'line', 'cells', *names])}) VALUES "
        )
        self._marks = f"({', '.join('?' * self._width)})"
        self._school = places.get(Field.SCHOOL)
        self._cells = len(reading.columns)
        (last,) = connection.execute(f"SELECT coalesce(max(id), 0) FROM {table.name}").fetchone()
        self.first_id = last + 1
        self.rows = 0
        self.schools: Counter[str] = Counter()
        self.digest = hasher(digest_size=16)

    def block(self, block: Block) -> None:
        """File some rows."""
        count = len(block.texts)
        if not count:
            return
        self.digest.update("\x1e".join(block.texts).encode("utf-8", "surrogatepass") + b"\x1e")
        rows: Sequence[Sequence[str]] = block.rows or [split(text) for text in block.texts]
        if any(len(row) != self._cells for row in rows):
            rows = [[*row, *[""] * self._cells][: self._cells] for row in rows]
        width, first = self._width, self.first_id + self.rows
        values: list[Any] = [None] * (width * count)
        values[0::width] = range(first, first + count)
        values[1::width] = [self._roster_id] * count
        values[2::width] = [
            self.rows + place if line is None else line for place, line in enumerate(block.numbers, 1)
        ]
        values[3::width] = block.texts
        for at, (place, turned) in enumerate(self._keys, 4):
            cells = [row[place] for row in rows]
            values[at::width] = cells if turned is None else list(map(turned, cells))
        for start in range(0, width * count, width * _AT_ONCE):
            self._write(values[start : start + width * _AT_ONCE])
        if self._school is not None:
            self.schools.update(map(itemgetter(self._school), rows))
        self.rows += count

    def _write(self, some: list[Any]) -> None:
        statement = self._insert + ", ".join([self._marks] * (len(some) // self._width))
        try:
            self._connection.execute(statement, some)
        except UnicodeEncodeError:
            self._connection.execute(
                statement, [whole(each) if isinstance(each, str) else each for each in some]
            )


def _places(columns: Sequence[str], fields: Mapping[str, Field]) -> dict[Field, int]:
    """Where the cell with each meaning stands; of two columns with one meaning the first counts."""
    places: dict[Field, int] = {}
    for place, column in enumerate(columns):
        if column in fields:
            places.setdefault(fields[column], place)
    return places
