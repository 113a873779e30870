"""The tonight desk: checks tonight's files in the background, and opens what they would run into as a night of its own."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.errors import UsageProblem
from importlog_tui.text import one_line
from importlog_tui.ui.desks.apart import open_apart

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from importlog_tui.archive import Archive
    from importlog_tui.fields import Field
    from importlog_tui.triage.preflight.night import Predicted
    from importlog_tui.ui.context import TonightFiles
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job

    Made = tuple[TemporaryDirectory[str], Archive, Predicted, str]


class TonightDesk:
    """Asks which files; the check runs in a thread, Escape stops it."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen
        self._asked = screen.context.config.sis.folder

    def act_tonight(self) -> None:
        """Check tonight's files."""
        self._screen.ask(
            "Tonight's files or folder (nothing: the newest extract kept):", self._asked, self._named
        )

    def _named(self, text: str) -> None:
        from importlog_tui.ui.context import TonightFiles

        try:
            words = shlex.split(text)
        except ValueError:
            self._screen.tell("A quote is missing in that.")
            return
        self._asked = text
        self.check(TonightFiles(tuple(Path(word).expanduser() for word in words)))

    def check(self, files: TonightFiles) -> None:
        """Check these files, and show what they would run into."""
        self._screen.work.start(
            "tonight",
            lambda job: self._work(job, files),
            lambda made: self._done(made, files),
            title="Checking tonight's files",
        )

    def _work(self, job: Job[Made], files: TonightFiles) -> Made:
        import tempfile

        from importlog_tui.archive import Archive, Cancelled
        from importlog_tui.refresh import bring_in
        from importlog_tui.report.preflight import complaints, predicted
        from importlog_tui.sources.status_log import How
        from importlog_tui.times import Clock
        from importlog_tui.tonight import check
        from importlog_tui.triage.preflight.night import readings

        context = self._screen.context
        config = context.config
        how = How(
            Clock(context.zone, context.now(), day_first=config.time.day_first),
            kind=files.kind,
            columns=self._columns(files),
        )

        def progress(told: object) -> None:
            job.say(str(told))

        folder = tempfile.TemporaryDirectory(prefix="importlog-tonight-")
        try:
            with check(
                files.paths,
                how,
                directory=files.directory,
                kept=context.archive,
                category=context.diagnosis().rules.category,
                progress=progress,
                cancelled=job.is_stopped,
            ) as tonight:
                said = " ".join(complaints(tonight))
                if not tonight.told.files or tonight.preflight is None:
                    raise UsageProblem(
                        one_line(said) or "no extract is kept yet, and no file was named",
                        remedy="" if said else "Name tonight's files.",
                    )
                archive = Archive.scratch(
                    Path(folder.name) / "predicted.sqlite", aliases=self._columns(files)
                )
                bring_in(
                    archive,
                    readings(tonight.told, tonight.preflight),
                    progress=progress,
                    cancelled=job.is_stopped,
                )
                told = predicted(tonight, lambda at: at.astimezone(context.zone))
        except Cancelled as stopped:
            folder.cleanup()
            raise UsageProblem("the check was stopped") from stopped
        except BaseException:
            folder.cleanup()
            raise
        return folder, archive, told, said

    def _columns(self, files: TonightFiles) -> dict[str, Field]:
        return {**self._screen.context.config.columns, **files.columns}

    def _done(self, made: Made, files: TonightFiles) -> None:
        from importlog_tui.triage.preflight.night import TITLE

        folder, archive, told, said = made
        context = replace(
            self._screen.context,
            config=self._screen.context.config._replace(columns=self._columns(files)),
            archive=archive,
            predicted=told,
            banner=TITLE,
            state_file=None,
            tonight=None,
        )
        opened = open_apart(self._screen, context, folder)
        if said:
            opened.call_after_refresh(opened.tell, said)
