"""What people decided, in words and as JSON."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

from importlog_tui.errors import UsageProblem
from importlog_tui.model import MarkKind, Standing, Until
from importlog_tui.text import fit, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import tzinfo

    from importlog_tui.model import Mark


def login_name() -> str:
    """Under whose name decisions are kept."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without an entry
        return str(os.getuid())


def until(text: str | None, *, what: str, is_error: bool) -> tuple[Until, date | None]:
    """The end of an acceptance as people write it.

    Raises:
        UsageProblem: it is none.
    """
    if text is None:
        return Until.NEVER, None
    if what != "accepted":
        raise UsageProblem("only an acceptance has an end", remedy="Leave --until out.")
    if text == Until.GROWS and is_error:
        return Until.GROWS, None
    if text == Until.CHANGES and not is_error:
        return Until.CHANGES, None
    try:
        return Until.DAY, date.fromisoformat(text)
    except ValueError:
        raise UsageProblem(
            f"until {text}: this is no end",
            remedy=f"Give a day like 2026-12-31, or {'grows' if is_error else 'changes'}.",
        ) from None


def row(mark: Mark) -> dict[str, object]:
    """A mark's fields."""
    return {
        "token": mark.token,
        "kind": mark.kind.value,
        "who": mark.who,
        "at": mark.at.isoformat(),
        "reason": mark.reason,
        "until": mark.until_day.isoformat() if mark.until_day else mark.until.value,
        "error_id": mark.error_id,
        "record_id": mark.record_id,
        "standing": mark.standing.value,
    }


def short_row(mark: Mark) -> dict[str, object]:
    """A mark's fields beside what it is on."""
    return {name: value for name, value in row(mark).items() if name not in {"error_id", "record_id"}}


def sentence(mark: Mark, day: Callable[[date], str], zone: tzinfo | None) -> str:
    """What was decided, why, by whom and when: "Accepted until 31 Dec: twins (jo, 23 Nov)"; `day` names a day."""
    reason = one_line(mark.reason)
    when = day(mark.at.astimezone(zone).date())
    return f"{_said(mark, day)}{f': {reason}' if reason else ''} ({one_line(mark.who)}, {when})"


def _said(mark: Mark, day: Callable[[date], str]) -> str:
    match mark.kind:
        case MarkKind.ACCEPTED:
            end = {
                Until.NEVER: "",
                Until.DAY: f" until {day(mark.until_day)}" if mark.until_day else "",
                Until.GROWS: " until it grows",
                Until.CHANGES: " until the row changes",
            }[mark.until]
            return f"Accepted{end}{', which has come' if mark.standing is Standing.ENDED else ''}"
        case MarkKind.CORRECTED:
            return f"Corrected in the SIS, {mark.standing}"
        case MarkKind.NOTE:
            return "Note"
        case MarkKind.OWNER:
            return "Owner"


def lines(marks: Iterable[Mark], cells: int) -> Iterator[str]:
    """One line a mark, at most `cells` wide."""
    for mark in marks:
        what = f"record {mark.record_id}" if mark.record_id else f"error {mark.error_id}"
        said = f"{mark.token:>4}  {mark.kind:<9}  {what:<14}  {mark.standing}"
        yield fit(
            f"{said}  {one_line(mark.reason)}  ({one_line(mark.who)}, {mark.at:%d %b %Y})", cells
        ).rstrip()
