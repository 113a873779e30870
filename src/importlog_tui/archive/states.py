"""What is new, still there, gone and back: every night against the one before it, when it is filed.

Runs of one stream (`identity.stream_of`) make a chain. In it are the runs whose list of errors was read whole (`is_evidence`); each gets its place,
`seq`, from 1. A failed or unfinished run is no evidence and has no place. A run in the same night as the one before it, with the same errors and the
same rows, is a re-run: it shares that one's place, so that it changes nothing.

An error's state is told by the places at which it stands. The records of an error are compared with those of the last place before at which they
were read whole (or the error was not there): `changes` holds what came (or came back) and what was first missing, at which place. Whatever is not
in it has been there since the error's records were first read whole (`errors.first_seq`). So a quiet night of a million rows writes nothing.

All of it follows from the runs in the order of their times: what is filed later for an earlier night makes the states from there on be told anew.
"""

# ruff: noqa: S608 - statements are put together from this room's own words; values are always bound

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.archive.comparing import ROWS, Found, compare, forget, have_common
from importlog_tui.archive.identity import known_by
from importlog_tui.archive.what import Compared
from importlog_tui.fields import Columns
from importlog_tui.model import State

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from importlog_tui.fields import Field


IS_EVIDENCE: Final = (
    "NOT is_loose AND performed IS NOT NULL AND result NOT IN ('failed', 'queued', 'running')"
    " AND (errors_listed OR complete)"
)
"""Whether a row of `runs` can tell what is there and what is not."""

GONE_ERRORS: Final = """
    SELECT e.id FROM runs n JOIN runs o ON o.id = n.compared_with JOIN errors e ON e.run_id = o.id
    WHERE n.id = ? AND NOT n.is_rerun AND e.lineage NOT IN (SELECT lineage FROM errors WHERE run_id = n.id) ORDER BY e.ordinal, e.id
"""
"""Ids of the errors that were first missing in a run."""

_EVENING: Final = 6 * 3600
"""As `triage.nights`: a run from 18:00 on, on its own clock, belongs to the next night."""


class _Link(NamedTuple):
    """A run in its chain, by its place; `errors` are (lineage, id, whether its records were read whole)."""

    run_id: int
    seq: int
    is_rerun: bool
    errors: tuple[tuple[int, int, bool], ...]


def renew(connection: sqlite3.Connection, touched: Iterable[int], aliases: Mapping[str, Field]) -> set[int]:
    """Tell the states anew that may have changed with these runs.

    Returns the ids of the errors whose records can't be compared with those of the night before: both were read, and are known by other columns.
    """
    likeness = _Likeness(connection, aliases)
    ids = sorted(touched)
    streams: dict[str, set[int]] = {}
    for run_id in ids:
        row = connection.execute("SELECT stream FROM runs WHERE id = ?", (run_id,)).fetchone()
        if row is not None:
            streams.setdefault(row[0], set()).add(run_id)
    for stream, changed in streams.items():
        _renew(connection, stream, changed, likeness)
    return likeness.odd


def renew_all(connection: sqlite3.Connection, aliases: Mapping[str, Field]) -> None:
    """Tell all states anew."""
    renew(connection, [row[0] for row in connection.execute("SELECT id FROM runs").fetchall()], aliases)


class _Likeness:
    """Whether the records of an error at one place can be compared with those at another.

    Attributes:
        odd: errors whose records could not.
    """

    def __init__(self, connection: sqlite3.Connection, aliases: Mapping[str, Field]) -> None:
        self._connection, self._aliases = connection, aliases
        self._bases: dict[str, tuple[str, ...]] = {}
        self._told: dict[tuple[tuple[int, ...], tuple[int, ...]], bool] = {}
        self.odd: set[int] = set()

    def first_of(self, places: dict[int, list[tuple[int, bool]]], seq: int) -> int | None:
        """The first place from which on all records read whole can be compared with those at `seq`; None where none were read whole."""
        first: int | None = None
        last: list[int] = []
        for at in sorted(places):
            if at > seq or not _is_whole(places, at):
                continue
            ids = [id_ for id_, _ in places[at]]
            if first is None or not self._are_comparable(last, ids):
                if first is not None:
                    self.odd.update(ids if at == seq else ())
                first = at
            last = ids
        return first

    def _are_comparable(self, old: list[int], new: list[int]) -> bool:
        pair = tuple(old), tuple(new)
        if pair not in self._told:
            bases = [{basis for id_ in ids if (basis := self._basis(id_))} for ids in pair]
            self._told[pair] = (
                not all(bases) or bases[0] == bases[1] or have_common(self._connection, old, new)
            )
        return self._told[pair]

    def _basis(self, error_id: int) -> tuple[str, ...] | None:
        """What an error's records are known by; None where it has none."""
        row = self._connection.execute(
            "SELECT h.columns, e.rows_read FROM errors e JOIN headings h ON h.id = e.headings_id WHERE e.id = ?",
            (error_id,),
        ).fetchone()
        if row is None or not row[1]:
            return None
        if row[0] not in self._bases:
            self._bases[row[0]] = known_by(Columns(json.loads(row[0]), self._aliases))
        return self._bases[row[0]]


def _renew(connection: sqlite3.Connection, stream: str, changed: set[int], likeness: _Likeness) -> None:
    execute = connection.execute
    before = {
        row[0]: row[1]
        for row in execute("SELECT id, seq FROM runs WHERE stream = ? AND seq IS NOT NULL", (stream,))
    }
    order = execute(
        f"""SELECT id, seq, (performed + coalesce(zone, 0) + {_EVENING}) / 86400 FROM runs
            WHERE stream = ? AND {IS_EVIDENCE} ORDER BY performed, label, id""",
        (stream,),
    ).fetchall()
    errors = _errors_of(connection, stream)
    chain: list[_Link] = []
    start: int | None = None
    night: int | None = None
    for run_id, seq, day in order:
        previous = chain[-1] if chain else None
        listed = errors.get(run_id, ())
        is_settled = start is None and run_id not in changed
        if is_settled and seq is not None and seq - (previous.seq if previous else 0) in {0, 1}:
            is_rerun = previous is not None and seq == previous.seq
        else:
            is_rerun = (
                previous is not None and day == night and _is_same_data(connection, previous.errors, listed)
            )
            start = start or (
                previous.seq if previous and is_rerun else (previous.seq if previous else 0) + 1
            )
        if is_rerun and previous is not None:
            chain.append(_Link(run_id, previous.seq, is_rerun=True, errors=listed))
        else:
            night = day
            chain.append(_Link(run_id, (previous.seq if previous else 0) + 1, is_rerun=False, errors=listed))
    left = {seq for run_id, seq in before.items() if run_id not in {link.run_id for link in chain}}
    starts = [*left, *([start] if start else [])]
    for run_id in set(before) - {link.run_id for link in chain}:
        _forget(connection, run_id)
    if starts:
        _tell(connection, chain, min(starts), likeness)
    for run_id in changed - {link.run_id for link in chain}:
        _forget(connection, run_id)


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


def _is_same_data(
    connection: sqlite3.Connection,
    one: tuple[tuple[int, int, bool], ...],
    other: tuple[tuple[int, int, bool], ...],
) -> bool:
    """Whether two runs have the same errors with the same rows, all of them read; without a row there is nothing to tell it by."""
    if not one or [error[0] for error in one] != [error[0] for error in other]:
        return False
    if not all(error[2] for error in (*one, *other)):
        return False
    execute = connection.execute
    pairs = [(mine[1], theirs[1]) for mine, theirs in zip(one, other, strict=True)]
    counts = [
        [execute("SELECT rows_read FROM errors WHERE id = ?", (id_,)).fetchone()[0] for id_ in pair]
        for pair in pairs
    ]
    if any(mine != theirs for mine, theirs in counts) or not any(mine for mine, _ in counts):
        return False
    for mine, theirs in pairs:
        (same,) = execute(
            """SELECT count(*) FROM spans s JOIN spans t ON t.error_id = :theirs
                CROSS JOIN records a ON a.id >= s.first_id AND a.id < s.first_id + s.count
                JOIN records b ON b.id = t.first_id + s.first + a.id - s.first_id - t.first
                    AND b.id >= t.first_id AND b.id < t.first_id + t.count
                WHERE s.error_id = :mine AND a.cells = b.cells""",
            {"mine": mine, "theirs": theirs},
        ).fetchone()
        (count,) = execute("SELECT rows_read FROM errors WHERE id = ?", (mine,)).fetchone()
        if same != count and not _are_same_rows(connection, mine, theirs):
            return False
    return True


def _are_same_rows(connection: sqlite3.Connection, mine: int, theirs: int) -> bool:
    """The same in whatever order; what stands twice has to stand twice."""
    rows = f"SELECT r.cells, count(*) FROM {ROWS} WHERE s.error_id = ? GROUP BY r.cells"
    other = connection.execute(f"{rows} EXCEPT {rows} LIMIT 1", (mine, theirs)).fetchone()
    return other is None


def _tell(connection: sqlite3.Connection, chain: list[_Link], start: int, likeness: _Likeness) -> None:
    """Tell the states at all places from `start` on."""
    execute = connection.execute
    for link in chain:
        if link.seq >= start:
            forget(connection, link.run_id)
    firm = [link for link in chain if not link.is_rerun]
    by_seq = {link.seq: link for link in firm}
    there: dict[int, dict[int, list[tuple[int, bool]]]] = {}  # lineage -> place -> its errors
    for link in firm:
        for lineage, error_id, is_whole in link.errors:
            there.setdefault(lineage, {}).setdefault(link.seq, []).append((error_id, is_whole))
    for seq in range(start, len(firm) + 1):
        link = by_seq[seq]
        compared_with = by_seq[seq - 1].run_id if seq > 1 else None
        execute(
            "UPDATE runs SET seq = ?, compared_with = ?, is_rerun = 0 WHERE id = ?",
            (seq, compared_with, link.run_id),
        )
        told = Found()
        for lineage, places in there.items():
            if seq in places:
                told.add(_tell_error(connection, lineage, places, link, likeness))
            elif seq - 1 in places or (places and min(places) < seq):
                told.add(_tell_gone(connection, lineage, places, link))
        _count(connection, link, told)
    for link in chain:
        if link.is_rerun and link.seq >= start:
            _copy(connection, link, by_seq[link.seq])


def _last_whole(places: dict[int, list[tuple[int, bool]]], seq: int) -> int:
    """The last place before `seq` at which the error's records were known whole, or it was not there; 0 where there is none."""
    return next((at for at in range(seq - 1, 0, -1) if _is_whole(places, at)), 0)


def _is_whole(places: dict[int, list[tuple[int, bool]]], seq: int) -> bool:
    return all(is_whole for _, is_whole in places.get(seq, ()))


def _tell_error(
    connection: sqlite3.Connection,
    lineage: int,
    places: dict[int, list[tuple[int, bool]]],
    link: _Link,
    likeness: _Likeness,
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
    if first is not None and first <= seq and _is_whole(places, seq):
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


def _count(connection: sqlite3.Connection, link: _Link, told: Found) -> None:
    """Sum up what the records of a run were told; `told` is what `compare` said of its errors."""
    execute = connection.execute
    new = returned = 0
    is_told = link.seq > 1 and all(is_whole for _, _, is_whole in link.errors)
    for _, error_id, _ in link.errors:
        compared, rows_read = execute(
            "SELECT compared, rows_read FROM errors WHERE id = ?", (error_id,)
        ).fetchone()
        came: int | None = None
        if compared == Compared.NEW:
            came = rows_read
        elif compared == Compared.CHANGES:
            came, back = told.rows[error_id]
            returned += back
        else:
            is_told = False
        new += came or 0
        execute("UPDATE errors SET new_rows = ? WHERE id = ?", (came, error_id))
    counts = (new, returned, told.gone) if is_told else (None, None, None)
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
