"""What is seen without a message, in words and as JSON: labelled as this program's own, with cause, remedy, owner and certainty."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Final

from importlog_tui.model import ErrorType, State
from importlog_tui.text import fit, one_line
from importlog_tui.triage.preflight.night import Predicted
from importlog_tui.triage.seen import NOT_ITS_OWN, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlog_tui.report.listing import Row
    from importlog_tui.triage.rules import Rules
    from importlog_tui.triage.seen import Sighting

HEADING: Final = f"{TITLE}, not in the log"


def alarms(seen: Sequence[Sighting], cells: int) -> Iterator[str]:
    """Buildings that lost many rows: these go before all that the log says."""
    told = set[str]()
    for one in seen:
        if one.fall is None:
            continue
        doubt = f" ({one.doubt})" if one.doubt else ""
        yield from wrap(
            f"{'?' if one.doubt else '!'} {one_line(one.about)}{doubt}", cells, subsequent_indent="  "
        )
        if not one.doubt:
            told.add(one.verdict.remedy)
    for remedy in told:
        yield from (f"  {line}" for line in wrap(one_line(remedy), cells - 2))


def lines(seen: Sequence[Sighting], cells: int) -> Iterator[str]:
    """The rest: how many, how many of them new, what is seen, and what to do."""
    rest = [one for one in seen if one.fall is None]
    if not rest:
        return
    yield ""
    yield f"{HEADING}; whom it is about: importlog-tui records --seen"
    for one in rest:
        new = f"{one.new:,} new" if one.new else ""
        yield fit(f"{one.rows:>8,}  {fit(new, 8)} {one_line(one.message)}", cells).rstrip()
        said = f"not certain: {one.doubt}" if one.doubt else one_line(one.verdict.remedy)
        yield from wrap(said, cells, initial_indent=" " * 19, subsequent_indent=" " * 19)


def row(one: Sighting, rules: Rules) -> Row:
    """A sighting with the fields of an error, and its own."""
    verdict, fall = one.verdict, one.fall
    basis = next((rule.basis for rule in rules if rule.id == verdict.rule), "")
    return {
        "id": one.id,
        "run_id": None,
        "message": one.message,
        "category": verdict.category,
        "rows_affected": one.rows,
        "rows_read": one.rows if one.has_rows else 0,
        "complete": one.has_rows,
        "state": state_of(one),
        "new_rows": one.new,
        "cause": verdict.cause,
        "owner": verdict.owner.value,
        "remedy": verdict.remedy,
        "certainty": verdict.certainty.value,
        "rule": verdict.rule,
        "basis": basis or None,
        "seen": True,
        "sight": one.sight,
        "kind": one.kind.value,
        "doubt": one.doubt or None,
        "building": fall.building if fall else None,
        "before": fall.was if fall else None,
        "now": fall.now if fall else None,
        "usual": fall.usual if fall else None,
        "file": one.roster.origin,
    }


def state_of(one: Sighting) -> State | None:
    """New where all of its rows are; None where that can't be told."""
    return (State.NEW if one.new == one.rows else State.STILL) if one.new or not one.doubt else None


def as_error(one: Sighting, columns: tuple[str, ...]) -> ErrorType:
    """A sighting in the form in which lists show errors."""
    return ErrorType(
        one.id, 0, one.message, one.rows, one.rows if one.has_rows else 0, one.has_rows, columns, "",
        state=state_of(one), new_rows=one.new,
    )  # fmt: skip


def about(one: Sighting) -> list[str]:
    """What the screen says of a sighting: what it is, how sure, and what to do."""
    verdict = one.verdict
    sure = f"not certain: {one.doubt}" if one.doubt else verdict.certainty.value
    new = f", {one.new:,} new" if one.new else ""
    return [
        f"{TITLE}, {sure}: {one_line(one.message)}. {one.rows:,} row{'' if one.rows == 1 else 's'}{new}.",
        one_line(verdict.cause),
        one_line(verdict.remedy),
    ]


def told(seen: Sequence[Sighting]) -> Predicted:
    """What the screen says of all of it besides the rows."""
    return Predicted(
        tuple(whole(seen)),
        {},
        {(one.kind, one.message): tuple(about(one)) for one in seen},
        TITLE,
        NOT_ITS_OWN,
        "This is seen here and is no night of the log",
        tuple(seen),
    )


def whole(seen: Sequence[Sighting]) -> list[str]:
    """What the screen says of all of it together."""
    return [TITLE, "", NOT_ITS_OWN, "", *(f"{one.rows:>7,}  {one_line(one.message)}" for one in seen)]
