"""What the archive keeps of a record against the nights before."""

from __future__ import annotations

from enum import IntEnum


class What(IntEnum):
    """What befell a record at one place of its chain."""

    GONE = 0
    NEW = 1
    RETURNED = 2


class Compared(IntEnum):
    """How the states of an error's records are told."""

    NOT = 0  # there is nothing to compare with, or not all was read
    NEW = 1  # the error was not there before: all are new
    CHANGES = 2  # by `changes`; what is not in it is still there


def befallen(lineage: str, key: str, places: str) -> str:
    """A SELECT of all that befell a record (seq, what, record_id, run_id), for a FROM; the arguments are SQL, `places` what follows `seq`.

    What the view `changes` holds, spelt out: SQLite looks through the whole view where the record is not a constant.
    """
    return f"""SELECT l.seq AS seq, l.what AS what, l.record_id AS record_id, l.run_id AS run_id
            FROM lone_changes l WHERE l.lineage = {lineage} AND l.key = {key} AND l.seq {places}
        UNION ALL SELECT p.seq, b.what, b.record_id, p.run_id FROM masses p CROSS JOIN mass_changes b ON b.mass_id = p.id AND b.key = {key}
            WHERE p.lineage = {lineage} AND p.seq {places}"""  # noqa: S608 - of this program's own words
