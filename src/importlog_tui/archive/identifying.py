"""What errors and records are known by, for an archive that was made before they were compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from importlog_tui.archive.cells import split
from importlog_tui.archive.identity import key_maker, lineage_of, stream_of
from importlog_tui.fields import Columns

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from importlog_tui.fields import Field


def identify_all(connection: sqlite3.Connection, aliases: Mapping[str, Field]) -> None:
    """Fill in `runs.stream`, `errors.lineage` and `records.key`; what was decided and sent goes with the records."""
    connection.execute("CREATE TEMP TABLE was_known AS SELECT id, key FROM records WHERE key <> 0")
    connection.create_function("stream_of", 2, stream_of, deterministic=True)
    connection.create_function("lineage_of", 2, lineage_of, deterministic=True)
    connection.execute("UPDATE runs SET stream = stream_of(kind, label)")
    connection.execute(
        "UPDATE errors SET lineage = lineage_of((SELECT stream FROM runs WHERE id = run_id), message)"
    )
    for headings_id, columns in connection.execute("SELECT id, columns FROM headings").fetchall():
        key = key_maker(Columns(json.loads(columns), aliases))
        connection.create_function(
            "key_of", 1, lambda joined, key=key: key(split(joined)), deterministic=True
        )
        for first_id, count in connection.execute(
            "SELECT first_id, count FROM spans WHERE error_id IN (SELECT id FROM errors WHERE headings_id = ?)",
            (headings_id,),
        ).fetchall():
            connection.execute(
                "UPDATE records SET key = key_of(cells) WHERE id >= ? AND id < ?",
                (first_id, first_id + count),
            )
    connection.execute(
        """CREATE TEMP TABLE rekeyed AS SELECT DISTINCT e.lineage, w.key AS old, r.key AS new
            FROM was_known w JOIN records r ON r.id = w.id AND r.key <> w.key
            JOIN spans s ON s.first_id = (SELECT max(x.first_id) FROM spans x WHERE x.first_id <= r.id) JOIN errors e ON e.id = s.error_id"""
    )
    for table in ("marks", "sent"):
        connection.execute(
            f"UPDATE OR REPLACE {table} SET key = n.new FROM rekeyed n WHERE n.lineage = {table}.lineage AND n.old = {table}.key"  # noqa: S608
        )
    connection.execute("DROP TABLE rekeyed")
    connection.execute("DROP TABLE was_known")
