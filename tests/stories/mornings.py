"""Nights in a real archive, told in a few words, and the screen on the morning after."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual.pilot import Pilot

from importlog_tui.archive import Archive
from importlog_tui.model import Kind, Result
from tests.ui.pilots import press, triage
from tests.ui.small_log import PEOPLE, Error, file_run, run

Row = Sequence[str]
LOPEZ, NGUYEN, SMITH, SMITHERS, OKAFOR, *OTHERS = PEOPLE
TAKEN, MISSING = "Email already in use", "Missing required field: First Name"


def fault(message: str, *rows: Row, claimed: int | None = None) -> Error:
    """An error with its rows; `claimed` where the log says that there are more."""
    return message, len(rows) if claimed is None else claimed, rows


def night(
    path: Path, day: int, *errors: Error, clock: str = "01:02", kind: Kind = Kind.USERS, failed: bool = False
) -> None:
    """One import on a day of November 2026; today is the 23rd."""
    result = Result.FAILED if failed else Result.COMPLETED_WITH_ERRORS if errors else Result.COMPLETED
    with Archive.open(path) as archive:
        file_run(archive, run(kind, day, clock, result, None if failed else len(errors)), errors)


def line_with(screen: str, *words: str) -> str:
    """The one line of the screen in which all of these stand."""
    found = [line for line in screen.splitlines() if all(word in line for word in words)]
    assert len(found) == 1, screen
    return found[0]


async def unfold(pilot: Pilot[int]) -> None:
    """From the newest night into its first import."""
    await press(pilot, "g", "enter", "enter")


def errors_in_view(pilot: Pilot[int]) -> list[str]:
    """The messages of the errors in the tree."""
    return [node.label for node in triage(pilot).log_tree.lines if node.key[0] == "error"]
