"""What is new, still there, gone and back: every night against the one before it, when it is filed.

Runs of one stream (`identity.stream_of`) make a chain. In it are the runs whose list of errors was read whole (`is_evidence`); each gets its place,
`seq`, from 1. A failed or unfinished run is no evidence and has no place. A run in the same night as the one before it, with the same errors and the
same rows, is a re-run: it shares that one's place, so that it changes nothing.

An error's state is told by the places at which it stands. The records of an error are compared with those of the last place before at which they
were read whole (or the error was not there): `changes` holds what came (or came back) and what was first missing, at which place. Whatever is not
in it has been there since the error's records were first read whole (`errors.first_seq`). So a quiet night of a million rows writes nothing.

All of it follows from the runs in the order of their times: what is filed later for an earlier night makes the states from there on be told anew,
all of them where a place was added or taken away, else those of the errors that changed. A page of an error that still misses others changes none.
"""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from math import inf
from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.archive.alike import Likeness, are_whole, is_same_data
from importlog_tui.archive.comparing import (
    Found,
    compare,
    forget,
    gone_records,
    returned_rows,
)
from importlog_tui.archive.what import Compared
from importlog_tui.model import State

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from importlog_tui.fields import Field


IS_EVIDENCE: Final = (
    "NOT is_loose AND performed IS NOT NULL AND result NOT IN ('failed', 'queued', 'running')"
    " AND (errors_listed OR complete)"
)
"""Whether a row of `runs` can tell what is there and what is not."""

_EVENING: Final = 6 * 3600
"""As `triage.nights`: a run from 18:00 on, on its own clock, belongs to the next night."""


class _Link(NamedTuple):
    """A run in its chain, by its place; `errors` are (lineage, id, whether its records were read whole)."""

    run_id: int
    seq: int
    is_rerun: bool
    errors: tuple[tuple[int, int, bool], ...]


def renew(
    connection: sqlite3.Connection,
    touched: Mapping[int, AbstractSet[int] | None],
    aliases: Mapping[str, Field],
) -> set[int]:
    """Tell the states anew that may have changed with these runs.

    Args:
        connection: in a transaction.
        touched: for each run the errors, by lineage, whose records or presence in it changed; None where its own place may have.
        aliases: a district's own headings.

    Returns:
        The ids of the errors whose records can't be compared with those of the night before: both were read, and are known by other columns.
    """
    likeness = Likeness(connection, aliases)
    streams: dict[str, dict[int, AbstractSet[int] | None]] = {}
    for run_id in sorted(touched):
        row = connection.execute("SELECT stream FROM runs WHERE id = ?", (run_id,)).fetchone()
        if row is not None:
            streams.setdefault(row[0], {})[run_id] = touched[run_id]
    for stream, changed in streams.items():
        _renew(connection, stream, changed, likeness)
    return likeness.odd


def renew_all(connection: sqlite3.Connection, aliases: Mapping[str, Field]) -> None:
    """Tell all states anew."""
    renew(
        connection,
        dict.fromkeys(row[0] for row in connection.execute("SELECT id FROM runs").fetchall()),
        aliases,
    )


@dataclass(slots=True)
class _Anew:
    """From which places on states are told anew: all of them, and those of single errors."""

    all: float = inf
    some: dict[int, int] = field(default_factory=dict)

    @property
    def start(self) -> float:
        """The first place."""
        return min((self.all, *self.some.values()))

    def holds(self, lineage: int, seq: int) -> bool:
        """Whether an error's state at a place is told."""
        return seq >= self.all or seq >= self.some.get(lineage, inf)

    def add(self, lineages: AbstractSet[int], seq: int) -> None:
        """Tell these errors from a place on."""
        self.some |= {lineage: min(seq, self.some.get(lineage, seq)) for lineage in lineages}


def _renew(
    connection: sqlite3.Connection,
    stream: str,
    changed: Mapping[int, AbstractSet[int] | None],
    likeness: Likeness,
) -> None:
    execute = connection.execute
    before = {
        row[0]: (row[1], bool(row[2]))
        for row in execute(
            "SELECT id, seq, is_rerun FROM runs WHERE stream = ? AND seq IS NOT NULL", (stream,)
        )
    }
    order = execute(
        f"""SELECT id, (performed + coalesce(zone, 0) + {_EVENING}) / 86400 FROM runs
            WHERE stream = ? AND {IS_EVIDENCE} ORDER BY performed, label, id""",
        (stream,),
    ).fetchall()
    errors = _errors_of(connection, stream)
    chain: list[_Link] = []
    anew = _Anew()
    night: int | None = None
    for run_id, day in order:
        previous = chain[-1] if chain else None
        listed = errors.get(run_id, ())
        is_rerun = False
        if previous is not None and day == night:
            is_settled = run_id not in changed and previous.run_id not in changed
            if is_settled and _was_behind(before, previous.run_id, run_id):
                is_rerun = before[run_id][1]
            else:
                is_rerun = is_same_data(connection, previous.errors, listed)
        seq = (previous.seq if previous else 0) + (not is_rerun)
        night = night if is_rerun else day
        chain.append(_Link(run_id, seq, is_rerun, errors=listed))
        lineages = changed.get(run_id, frozenset())
        if before.get(run_id) != (seq, is_rerun) or lineages is None:
            anew.all = min(anew.all, seq)
        else:
            anew.add(lineages, seq)
    left = set(before) - {link.run_id for link in chain}
    anew.all = min((anew.all, *(before[run_id][0] for run_id in left)))
    for run_id in left | (set(changed) - {link.run_id for link in chain}):
        _forget(connection, run_id)
    if anew.start < inf:
        _tell(connection, chain, anew, likeness)


def _was_behind(before: Mapping[int, tuple[int, bool]], previous: int, run_id: int) -> bool:
    """Whether a run was told right behind another one, as far as their places tell."""
    return previous in before and run_id in before and before[run_id][0] - before[previous][0] in {0, 1}


def _errors_of(connection: sqlite3.Connection, stream: str) -> dict[int, tuple[tuple[int, int, bool], ...]]:
    rows = connection.execute(
        """SELECT e.run_id, e.lineage, e.id, e.complete FROM runs r JOIN errors e ON e.run_id = r.id
            WHERE r.stream = ? ORDER BY e.run_id, e.lineage, e.message_key, e.nth""",
        (stream,),
    ).fetchall()
    return {
        run_id: tuple((row[1], row[2], bool(row[3])) for row in some)
        for run_id, some in groupby(rows, key=lambda row: row[0])
    }


def _forget(connection: sqlite3.Connection, run_id: int) -> None:
    """Take the states of a run away that is no evidence."""
    connection.execute(
        """UPDATE runs SET seq = NULL, compared_with = NULL, is_rerun = 0, new_rows = NULL, returned_rows = NULL, gone_rows = NULL
            WHERE id = ?""",
        (run_id,),
    )
    connection.execute(
        """UPDATE errors SET state = NULL, since_seq = NULL, seen_seq = NULL, first_seq = NULL, compared = 0, new_rows = NULL
            WHERE run_id = ?""",
        (run_id,),
    )
    forget(connection, run_id)


def _tell(connection: sqlite3.Connection, chain: list[_Link], anew: _Anew, likeness: Likeness) -> None:
    """Tell the states anew."""
    execute = connection.execute
    firm = [link for link in chain if not link.is_rerun]
    by_seq = {link.seq: link for link in firm}
    there: dict[int, dict[int, list[tuple[int, bool]]]] = {}  # lineage -> place -> its errors
    for link in firm:
        for lineage, error_id, is_whole in link.errors:
            there.setdefault(lineage, {}).setdefault(link.seq, []).append((error_id, is_whole))
    for link in chain:
        if link.seq >= anew.all:
            forget(connection, link.run_id)
    for link in firm:
        seq = link.seq
        if seq < anew.start:
            continue
        compared_with = by_seq[seq - 1].run_id if seq > 1 else None
        execute(
            "UPDATE runs SET seq = ?, compared_with = ?, is_rerun = 0 WHERE id = ?",
            (seq, compared_with, link.run_id),
        )
        told = Found()
        for lineage in there.keys() | anew.some.keys():
            places = there.get(lineage, {})
            if not anew.holds(lineage, seq):
                continue
            if seq < anew.all:
                forget(connection, link.run_id, lineage)
            if seq in places:
                told.add(_tell_error(connection, lineage, places, link, likeness))
            elif places and min(places) < seq:
                told.add(_tell_gone(connection, lineage, places, link))
        _count(connection, link, told, anew)
    for link in chain:
        if link.is_rerun and link.seq >= anew.start:
            _copy(connection, link, by_seq[link.seq])


def _last_whole(places: dict[int, list[tuple[int, bool]]], seq: int) -> int:
    """The last place before `seq` at which the error's records were known whole, or it was not there; 0 where there is none."""
    return next((at for at in range(seq - 1, 0, -1) if are_whole(places, at)), 0)


def _tell_error(
    connection: sqlite3.Connection,
    lineage: int,
    places: dict[int, list[tuple[int, bool]]],
    link: _Link,
    likeness: Likeness,
) -> Found:
    """Returns what `compare` does, where records were compared."""
    told = Found()
    seq = link.seq
    since = seq
    while since - 1 in places:
        since -= 1
    before = max((at for at in places if at < since), default=None)
    state: State | None
    if seq == 1:
        state = None
    elif since < seq:
        state = State.STILL
    else:
        state = State.NEW if before is None else State.RETURNED
    first = likeness.first_of(places, seq)
    compared = Compared.NOT
    if first is not None and first <= seq and are_whole(places, seq):
        base = _last_whole(places, seq)
        is_odd = any(id_ in likeness.odd for id_, _ in places[seq])
        if first == seq:
            compared = Compared.NEW if base and not is_odd else Compared.NOT
        else:
            compared = Compared.CHANGES
            ids = [id_ for id_, _ in places.get(base, ())]
            told = compare(connection, lineage, ids, [id_ for id_, _ in places[seq]], seq, link.run_id)
    for error_id, _ in places[seq]:
        connection.execute(
            "UPDATE errors SET state = ?, since_seq = ?, seen_seq = ?, first_seq = ?, compared = ? WHERE id = ?",
            (
                state,
                since,
                before if state is State.RETURNED else None,
                first if compared else None,
                compared,
                error_id,
            ),
        )
    return told


def _tell_gone(
    connection: sqlite3.Connection, lineage: int, places: dict[int, list[tuple[int, bool]]], link: _Link
) -> Found:
    """The records of an error that is not there any more, where they were known at the place before."""
    base = _last_whole(places, link.seq)
    if base not in places:
        return Found()
    return compare(connection, lineage, [id_ for id_, _ in places[base]], [], link.seq, link.run_id)


def _count(connection: sqlite3.Connection, link: _Link, told: Found, anew: _Anew) -> None:
    """Sum up what the records of a run were told; `told` is what `compare` said of those errors that are told anew."""
    execute = connection.execute
    new = returned = 0
    is_told = link.seq > 1 and all(is_whole for _, _, is_whole in link.errors)
    for lineage, error_id, _ in link.errors:
        compared, came, rows_read = execute(
            "SELECT compared, new_rows, rows_read FROM errors WHERE id = ?", (error_id,)
        ).fetchone()
        if not anew.holds(lineage, link.seq):
            returned += returned_rows(connection, link.run_id, lineage, error_id)
        elif compared == Compared.CHANGES:
            came, back = told.rows[error_id]
            returned += back
        else:
            came = rows_read if compared == Compared.NEW else None
        is_told = is_told and compared != Compared.NOT
        new += came or 0
        execute("UPDATE errors SET new_rows = ? WHERE id = ?", (came, error_id))
    gone = told.gone if link.seq >= anew.all else gone_records(connection, link.run_id)
    counts = (new, returned, gone) if is_told else (None, None, None)
    execute(
        "UPDATE runs SET new_rows = ?, returned_rows = ?, gone_rows = ? WHERE id = ?", (*counts, link.run_id)
    )


def _copy(connection: sqlite3.Connection, rerun: _Link, first: _Link) -> None:
    """Give a re-run the states of the run that it repeats."""
    execute = connection.execute
    execute(
        """UPDATE runs SET seq = ?, is_rerun = 1, compared_with = ?, new_rows = NULL, returned_rows = NULL, gone_rows = NULL
            WHERE id = ?""",
        (rerun.seq, first.run_id, rerun.run_id),
    )
    for mine, theirs in zip(rerun.errors, first.errors, strict=True):
        execute(
            """UPDATE errors SET (state, since_seq, seen_seq, first_seq, compared, new_rows) =
                (SELECT state, since_seq, seen_seq, first_seq, compared, new_rows FROM errors WHERE id = ?) WHERE id = ?""",
            (theirs[1], mine[1]),
        )
