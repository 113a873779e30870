"""The undo desk: what was done in this session, newest last, to be taken back one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from importlog_tui.archive import Archive
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job

    Undo = Callable[[Archive], str]
    """Takes something back in an archive open for writing; what the status line says of it."""


class UndoDesk:
    """Takes back decisions and pastes."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen
        self._done: list[Undo] = []

    @property
    def can(self) -> bool:
        """Whether there is anything to take back."""
        return bool(self._done)

    def done(self, undo: Undo) -> str:
        """Something was done that `undo` takes back; returns how to, as a sentence."""
        self._done.append(undo)
        return f"{self._screen.context.keymap.shown('undo') or 'The palette'} takes it back."

    def act_undo(self) -> None:
        """Take back what was done last in this session."""
        screen = self._screen
        undo = self._done.pop()

        def work(_: Job[str]) -> str:
            with screen.context.writable() as archive:
                return undo(archive)

        screen.work.start("undo", work, screen.log_desk.reload, title="Taking it back", writes=True)
