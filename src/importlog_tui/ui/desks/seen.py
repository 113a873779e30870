"""The seen desk: looks behind what the reader does for what has no message, and opens whom it is about as a night of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importlog_tui.ui.desks.apart import open_apart

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from tempfile import TemporaryDirectory

    from importlog_tui.archive import Archive
    from importlog_tui.seen import Seen
    from importlog_tui.triage.preflight.night import Predicted
    from importlog_tui.triage.seen import Sighting
    from importlog_tui.ui.presentation.tree_line import Key
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job

    Made = tuple[TemporaryDirectory[str], Archive, Predicted]


class SeenDesk:
    """Counts first, which is all that the tree and the brief need; rows are gathered once somebody wants to see them."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen
        self._stamp = -1
        self._basis: object = None

    def look_for(self) -> None:
        """Look what is seen in the archive as it is now, once for each of its states."""
        if self._stamp == self._screen.log_desk.stamp or self._screen.context.predicted is not None:
            return
        self._stamp = self._screen.log_desk.stamp
        self._screen.work.start("seen", self._look, self._screen.log_desk.saw)

    def _look(self, job: Job[tuple[Sighting, ...]]) -> tuple[Sighting, ...]:
        from importlog_tui.archive import Cancelled

        context = self._screen.context
        # A decision changes the archive, too, and nothing of what is seen.
        basis = (context.archive.runs(), context.archive.rosters(purged=True))
        if basis == self._basis:
            return self._screen.log_desk.seen
        try:
            with self._looked(job) as seen:
                self._basis = basis
                return tuple(seen.sightings)
        except Cancelled:
            return ()

    def _looked(self, job: Job[Any]) -> AbstractContextManager[Seen]:
        from importlog_tui.seen import look

        context = self._screen.context
        return look(
            context.archive,
            context.diagnosis(),
            context.now(),
            aliases=context.config.columns,
            cancelled=job.is_stopped,
        )

    def open(self, key: Key | None) -> bool:
        """Show whom it is about that a node of the tree names; False where it is another node."""
        one = self._screen.log_desk.log.sighting(key)
        if one is None:
            return False
        if not one.has_rows:
            self._screen.tell(
                f"There are no rows to list: {one.doubt or 'the extract before is no longer kept'}."
            )
            return True
        self._screen.work.start(
            "seen.rows", lambda job: self._gather(job, one), self._show, title="Gathering whom it is about"
        )
        return True

    def _gather(self, job: Job[Made], wanted: Sighting) -> Made:
        import tempfile

        from importlog_tui.archive import Archive, Cancelled
        from importlog_tui.errors import UsageProblem
        from importlog_tui.refresh import bring_in
        from importlog_tui.report.seen import told
        from importlog_tui.seen import readings

        context = self._screen.context
        folder = tempfile.TemporaryDirectory(prefix="importlog-seen-")
        try:
            with self._looked(job) as seen:
                found = [one for one in seen.sightings if one.message == wanted.message]
                archive = Archive.scratch(Path(folder.name) / "seen.sqlite", aliases=context.config.columns)
                bring_in(
                    archive,
                    readings(seen, found),
                    progress=lambda said: job.say(str(said)),
                    cancelled=job.is_stopped,
                )
        except Cancelled as stopped:
            folder.cleanup()
            raise UsageProblem("that was stopped") from stopped
        except BaseException:
            folder.cleanup()
            raise
        return folder, archive, told(found)

    def _show(self, made: Made) -> None:
        from importlog_tui.ui.actions import Place

        folder, archive, told = made
        here = self._screen.context
        context = replace(
            here,
            archive=archive,
            predicted=told,
            banner=told.title,
            state_file=None,
            tonight=None,
            kept=here.archive,
        )
        opened = open_apart(self._screen, context, folder, at_first_error=True)
        opened.call_after_refresh(opened.go_to_place, Place.RECORDS)
