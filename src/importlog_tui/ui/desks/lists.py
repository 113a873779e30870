"""The lists desk: writes work lists of what the cursor is on, or of the newest night, and lets the rows say that they were sent."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from importlog_tui.text import one_line
from importlog_tui.ui.actions import Place
from importlog_tui.ui.presentation import words
from importlog_tui.ui.presentation.log import is_seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from importlog_tui.model import Record
    from importlog_tui.triage.seen import Sighting
    from importlog_tui.triage.verdict import Verdict
    from importlog_tui.triage.worklist import By, Wanted, WorkList
    from importlog_tui.ui.context import Context
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job

_HOW: Final = "xlsx building"
_FEW: Final = 3


class ListsDesk:
    """Asks for form and folder; the lists are written in a thread."""

    def __init__(self, screen: TriageScreen) -> None:
        self._screen = screen
        self._how = _HOW

    def act_export(self) -> None:
        """Work lists of the marked records, the record or error under the cursor, the run, or the newest night."""
        wanted, about = self._wanted()
        self._screen.ask(
            f"List {about} as xlsx|csv|text by building|owner|error:",
            self._how,
            lambda how: self._asked(wanted, how),
        )

    def _wanted(self) -> tuple[Wanted, str]:
        from importlog_tui.triage.worklist import Wanted

        screen = self._screen
        table, error = screen.table, screen.chosen_error
        if screen.table_is_shown and table.marks:
            return Wanted(tuple(sorted(table.marks))), words.plural(len(table.marks), "marked row")
        if screen.place is Place.RECORD and table.record is not None:
            return Wanted((table.record.id,)), "this record"
        if error is not None:
            return Wanted(error_id=error.id), "this error"
        if is_seen(screen.log_tree.key):
            return Wanted(), "what is seen here"
        run = screen.log_desk.log.run(screen.log_tree.key)
        if run is not None:
            return Wanted(run_id=run.id), f"this {words.run_label(run)} import"
        return Wanted(), "the newest imports"

    def _asked(self, wanted: Wanted, how: str) -> None:
        from importlog_tui.report.worklist import FORMATS, own_folder
        from importlog_tui.triage.worklist import By

        said = how.replace(",", " ").casefold().split()
        form = next((word for word in said if word in FORMATS), "xlsx")
        by = next((By(word) for word in said if word in set(By)), By.BUILDING)
        if not said or not set(said) <= {*FORMATS, *By}:
            self._screen.tell(f"“{one_line(how)}” is none of: {', '.join(FORMATS)}; {', '.join(By)}.")
            return
        self._how = f"{form} {by}"
        self._screen.ask(
            "Into the folder:",
            str(own_folder(self._screen.log_desk.log.today, Path.cwd())),
            lambda folder: self._write(wanted, form, by, folder),
        )

    def _write(self, wanted: Wanted, form: str, by: str, folder: str) -> None:
        from importlog_tui.report import worklist as report
        from importlog_tui.triage.worklist import By, WorkList, records

        screen, context = self._screen, self._screen.context
        if not folder.strip():
            screen.tell("Nothing was written: no folder was named.")
            return
        now, today, zone = context.now(), screen.log_desk.log.today, context.zone
        is_masked = context.veil.is_on

        def day(at: datetime) -> date:
            return at.astimezone(zone).date()

        seen = screen.log_desk.log.seen if is_seen(screen.log_tree.key) else ()
        chosen = screen.log_desk.log.sighting(screen.log_tree.key)

        def work(job: Job[tuple[list[Path], int]]) -> tuple[list[Path], int]:
            with contextlib.ExitStack() as stack:
                if seen:
                    lists, judged = _seen_again(context, By(by), chosen, stack, job.is_stopped)
                elif context.predicted is not None:
                    lists, judged = _of_seen_night(context, By(by), wanted, today)
                else:
                    lists = WorkList(
                        context.archive, By(by), context.config.columns, everything=wanted.is_chosen
                    )
                    found = context.diagnosis().stream(records(context.archive, wanted, today))
                    judged = ((each.record, each.verdict) for each in found)
                files, sent = report.write(
                    lists.tasks(judged), Path(folder.strip()).expanduser(), form, day, is_masked=is_masked
                )
            if sent and not seen and context.predicted is None:
                with context.writable() as archive:
                    archive.sent(sent, context.who(), now)
            return files, len(sent)

        def done(made: tuple[list[Path], int]) -> None:
            files, count = made
            if not files:
                screen.tell("Nothing of this is to be corrected in the SIS: no list was written.")
                return
            names = ", ".join(path.name for path in files[:_FEW])
            more = f" and {len(files) - _FEW:,} more" if len(files) > _FEW else ""
            screen.table.unmark_all()
            screen.log_desk.reload(
                f"{words.plural(len(files), 'list')} of {words.plural(count, 'row')} in {files[0].parent}: {names}{more}."
            )

        screen.work.start("lists", work, done, title="Writing work lists", writes=True)


def _seen_again(
    context: Context,
    by: By,
    chosen: Sighting | None,
    stack: contextlib.ExitStack,
    cancelled: Callable[[], bool],
) -> tuple[WorkList, Iterator[tuple[Record, Verdict]]]:
    """What is seen, from the log's tree: all of it, or the one under the cursor."""
    from importlog_tui.seen import look

    seen = stack.enter_context(
        look(
            context.archive,
            context.diagnosis(),
            context.now(),
            aliases=context.config.columns,
            cancelled=cancelled,
        )
    )
    wanted = [one for one in seen.sightings if chosen is None or one.message == chosen.message]
    lists = _list_of(
        context, by, wanted, {one.id: one.message for one in wanted}, is_chosen=chosen is not None
    )
    return lists, (pair for one in wanted for pair in seen.judged(one))


def _of_seen_night(
    context: Context, by: By, wanted: Wanted, today: date
) -> tuple[WorkList, Iterator[tuple[Record, Verdict]]]:
    """What is seen, from its own night: the error, the marked rows or the record."""
    from importlog_tui.seen import verdict_of
    from importlog_tui.triage.worklist import records

    seen = context.predicted.seen if context.predicted is not None else ()
    messages = {error.id: error.message for error in context.archive.errors()}
    by_error = {id_: one for id_, message in messages.items() for one in seen if one.message == message}
    diagnosis = context.diagnosis()
    judged = (
        (record, verdict_of(diagnosis, one.sight, one.known, record))
        for record in records(context.archive, wanted, today)
        if (one := by_error.get(record.error_id)) is not None
    )
    return _list_of(context, by, seen, messages, is_chosen=wanted.is_chosen), judged


def _list_of(
    context: Context, by: By, seen: Sequence[Sighting], messages: Mapping[int, str], *, is_chosen: bool
) -> WorkList:
    from importlog_tui.triage.worklist import WorkList

    fields = {name: meaning for one in seen for name, meaning in one.roster.fields.items()}
    return WorkList(
        context.kept or context.archive,
        by,
        {**context.config.columns, **fields},
        everything=is_chosen,
        messages=messages,
    )
