"""Find a person or a section through all nights: results while typing, Enter opens the page of one."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input, Static

from importlog_tui.archive import Archive
from importlog_tui.errors import Problem
from importlog_tui.text import fit, one_line
from importlog_tui.ui.actions import Place
from importlog_tui.ui.presentation import people
from importlog_tui.ui.screens.person import PersonScreen
from importlog_tui.ui.widgets.one_line import OneLine
from importlog_tui.ui.widgets.prompt import PromptInput

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from importlog_tui.archive import Hit
    from importlog_tui.ui.presentation.people import Found
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job

SHORTEST = 2
"""Letters that one of the words must have at least."""

MOST = 200
"""Records that are looked through for results; more is no answer that a person reads."""


_HINT = (
    "Part of a name, unique ID, e-mail, username, course or section code; several words may stand anywhere."
)


class FindScreen(Screen[None], inherit_bindings=False):
    """A line to type into, and whom it finds."""

    DEFAULT_CSS = """
    FindScreen { layout: vertical; }
    FindScreen #title { text-style: bold; }
    FindScreen Input { margin: 0 1; }
    FindScreen #found { height: 1fr; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("up", "step(-1)", show=False, priority=True),
        Binding("down", "step(1)", show=False, priority=True),
    ]

    def __init__(self, triage: TriageScreen) -> None:
        super().__init__()
        self._triage = triage
        self.found: list[Found] = []
        self._chosen = 0
        self._said = _HINT

    def compose(self) -> ComposeResult:
        """Title, the line to type into, results, keys."""
        yield OneLine(id="title")
        box = PromptInput(compact=True, select_on_focus=False)
        box.cursor_blink = False
        yield box
        yield Static("", id="found", markup=False)
        yield OneLine(id="keys")

    def on_mount(self) -> None:
        """Begin to type."""
        self.query_one("#title", OneLine).say(" Find a person or section through all nights")
        self.query_one("#keys", OneLine).say(" ↑ ↓ choose   Enter show   Esc back")
        self.query_one(PromptInput).focus()
        self._show()
        self._suggest()

    def _suggest(self) -> None:
        """The phone rings about whom the reader is looking at: offer them before anything is typed."""
        triage = self._triage
        record = triage.table.record if triage.table_is_shown and triage.place is not Place.LOG else None
        user = record.subject.user if record is not None else None
        if not user:
            return

        def work(_: Job[list[Found]]) -> list[Found]:
            archive = triage.context.archive
            if not archive.is_indexed():
                return []
            with contextlib.suppress(ValueError, Problem):
                return [one for one in people.found(archive.find(user, MOST)) if one.key[0] == user]
            return []

        def done(found: list[Found]) -> None:
            if self.is_attached and found and not self.query_one(PromptInput).value:
                self._answered(found, _HINT)

        triage.work.start("find", work, done)

    def on_resize(self) -> None:
        """Fit the lines to the new width."""
        self._show()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        wanted, context = event.value, self._triage.context
        if not any(len(word) >= SHORTEST for word in wanted.replace(",", " ").split()):
            self._answered([], f"At least {SHORTEST} letters or digits of one word." if wanted else _HINT)
            return

        def work(job: Job[list[Hit] | str]) -> list[Hit] | str:
            archive = context.archive
            try:
                if not archive.is_indexed():
                    self.app.call_from_thread(self._wait)
                    with Archive.open(
                        archive.path,
                        group_writable=context.config.archive.group_writable,
                        aliases=context.config.columns,
                    ) as writable:
                        writable.index(job.is_stopped)
                return [] if job.is_stopped() else archive.find(wanted, MOST)
            except ValueError:
                return f"At least {SHORTEST} letters or digits of one word."
            except Problem as problem:
                return one_line(str(problem))

        def done(answer: list[Hit] | str) -> None:
            if not self.is_attached:
                return
            if isinstance(answer, str):
                self._answered([], answer)
            else:
                self._answered(people.found(answer), "Nobody and nothing in any night.")

        self._triage.work.start("find", work, done)

    def _wait(self) -> None:
        if self.is_attached:
            self._answered([], "All records are put into the index, once; this may take a minute …")

    def _answered(self, found: list[Found], said: str) -> None:
        self.found, self._chosen, self._said = found, 0, said
        self._show()

    def _show(self) -> None:
        log, place = self._triage.log_desk.log, self.query_one("#found", Static)
        veil = self._triage.context.veil
        cells, most = max(20, self.size.width - 4), max(1, place.size.height)
        if not self.found:
            place.update(Text(f"   {self._said}"))
            return
        top = max(0, self._chosen - most + 1)
        place.update(
            Text("\n").join(
                Text(
                    ("▌  " if number == self._chosen else "   ")
                    + fit(
                        veil.sentence(people.found_line(one, cells, log.zone, log.today), one.record), cells
                    ),
                    "bold" if number == self._chosen else "",
                    no_wrap=True,
                )
                for number, one in enumerate(self.found[top : top + most], top)
            )
        )

    def action_step(self, by: int) -> None:
        """Another result."""
        self._chosen = max(0, min(self._chosen + by, len(self.found) - 1))
        self._show()

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        event.stop()
        if self.found:
            self.app.push_screen(PersonScreen(self._triage, self.found[self._chosen]))

    def action_leave(self) -> None:
        """Back to where the reader was."""
        self.dismiss(None)
