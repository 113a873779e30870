"""One filing that can be taken back: what its rows were before, noted by temporary triggers while it is filed.

Taking it back puts every row as it was, whatever the filing did to it: a paste that went to the wrong error leaves no trace in states, sums or
completeness. It is only done while nothing else was filed or decided since. The index of words (search.py) keeps what no record has any more, and ids
of records are not given again.
"""

# ruff: noqa: S608 - statements are put together from the archive's own names of tables and columns; values are always bound

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

_APART: Final = frozenset({"counters", "headings", "texts", "mentions", "marks"})
"""Tables in which nothing is taken back: what only grows, and what is not a filing's."""


class ChangedSince(Exception):
    """Something was filed or decided after what is to be taken back."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a filing changed.

    Attributes:
        stamp: the archive's, right after it.
        before: table -> rows as they were, each behind a 1; behind a 0 only the key of one that was not there.
    """

    stamp: int
    before: Mapping[str, Sequence[tuple[Any, ...]]]


def begin(connection: sqlite3.Connection) -> None:
    """Note from now on what the rows of this connection's transaction were."""
    for table, columns, keys in _tables(connection):
        names = ", ".join(columns)
        key = ", ".join(keys)
        connection.execute(
            f"CREATE TEMP TABLE undo_{table} (existed INTEGER, {names}, PRIMARY KEY ({key})) WITHOUT ROWID"
        )
        for event, existed in (("INSERT", 0), ("UPDATE", 1), ("DELETE", 1)):
            old = ", ".join(f"OLD.{name}" for name in columns)
            noted = [f"INSERT OR IGNORE INTO undo_{table} SELECT 1, {old};"] if existed else []
            if event != "DELETE":
                new = ", ".join(f"NEW.{name}" for name in keys)
                noted.append(f"INSERT OR IGNORE INTO undo_{table} (existed, {key}) SELECT 0, {new};")
            connection.execute(
                f"CREATE TEMP TRIGGER undo_{table}_{event} AFTER {event} ON main.{table} BEGIN {' '.join(noted)} END"
            )


def end(connection: sqlite3.Connection) -> Change:
    """Stop noting, and tell what was noted; to be called in the transaction, as its last thing."""
    (stamp,) = connection.execute("SELECT stamp FROM counters").fetchone()
    before = {}
    for table, _, _ in _tables(connection):
        if rows := connection.execute(f"SELECT * FROM temp.undo_{table}").fetchall():
            before[table] = rows
    forget(connection)
    return Change(int(stamp), before)


def forget(connection: sqlite3.Connection) -> None:
    """Stop noting."""
    for table, _, _ in _tables(connection):
        for event in ("INSERT", "UPDATE", "DELETE"):
            connection.execute(f"DROP TRIGGER IF EXISTS temp.undo_{table}_{event}")
        connection.execute(f"DROP TABLE IF EXISTS temp.undo_{table}")


def take_back(connection: sqlite3.Connection, change: Change) -> None:
    """Put everything as it was before a filing; to be called in a transaction, with foreign keys put off to its end.

    Raises:
        ChangedSince: the archive is not as that filing left it.
    """
    execute = connection.execute
    (stamp,) = execute("SELECT stamp FROM counters").fetchone()
    if stamp != change.stamp:
        raise ChangedSince
    known = {table: (columns, keys) for table, columns, keys in _tables(connection)}
    for table, rows in change.before.items():
        columns, keys = known[table]
        where = " AND ".join(f"{key} = ?" for key in keys)
        places = [columns.index(key) + 1 for key in keys]
        connection.executemany(
            f"DELETE FROM {table} WHERE {where}", [[row[at] for at in places] for row in rows]
        )
    for table, rows in change.before.items():
        values = ", ".join("?" * len(known[table][0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({values})", [row[1:] for row in rows if row[0]])
    execute("UPDATE counters SET stamp = stamp + 1")


def _tables(connection: sqlite3.Connection) -> list[tuple[str, list[str], list[str]]]:
    """Name, columns and key of each table whose rows a filing may change."""
    names = connection.execute(
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'search%'"
    ).fetchall()
    found = []
    for (name,) in names:
        if name not in _APART:
            columns = connection.execute(f"PRAGMA main.table_info({name})").fetchall()
            keys = sorted((column[5], column[1]) for column in columns if column[5])
            found.append((name, [column[1] for column in columns], [key for _, key in keys]))
    return found
