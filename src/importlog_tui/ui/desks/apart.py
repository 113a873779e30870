"""A night of its own beside the log, such as tonight's: an archive in a folder that lives as long as its screen is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.ui.context import load_log
from importlog_tui.ui.position import Position

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from importlog_tui.ui.context import Context
    from importlog_tui.ui.screens.triage import TriageScreen


def open_apart(
    over: TriageScreen, context: Context, folder: TemporaryDirectory[str], *, at_first_error: bool = False
) -> TriageScreen:
    """Open what `context` holds over a screen; its archive is closed and `folder` removed when it is left."""
    from importlog_tui.ui.screens.triage import screen_for

    data = load_log(context.archive, context.today())
    node = ("error", str(data.errors[0].id)) if at_first_error and data.errors else None
    made = screen_for(context.keymap)(context, data, Position(node=node))

    def left(_: object) -> None:
        made.close()
        folder.cleanup()

    over.app.push_screen(made, left)
    return made
