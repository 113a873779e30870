"""The links desk: open, copy, show addresses; says what was done, never what is hoped (textual-over-ssh.md C.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.errors import Problem
from importlog_tui.text import one_line
from importlog_tui.ui.aside import aside
from importlog_tui.ui.presentation import words

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from importlog_tui.links import Link
    from importlog_tui.model import Record
    from importlog_tui.terminal.clipboard import Copied
    from importlog_tui.terminal.opener import Opened
    from importlog_tui.ui.screens.triage import TriageScreen
    from importlog_tui.ui.work import Job

    class Tell(Protocol):
        """Says what happened; see `TriageScreen.tell`."""

        def __call__(self, text: str, *, address: str = "") -> None:
            """Say it."""


MOST = 200
"""Records that one key may open, copy or list; beyond it is a slip of the finger."""


class LinksDesk:
    """Works on the marked records, or else on the one under the cursor."""

    def __init__(self, screen: TriageScreen, tell: Tell | None = None) -> None:
        """`tell` gets the notices, where that is not the screen's status line."""
        self._screen = screen
        self._tell = tell or screen.tell

    def act_open_user(self) -> None:
        """Open the users' pages; many are asked about first."""
        self._with_links(self._ask_and_open)

    def act_copy(self) -> None:
        """Copy the addresses, one a line."""
        self._with_links(self._copy)

    def act_open_other(self) -> None:
        """Open the page of the account that has what the record wants."""
        self._screen.table.when_there(self._open_other)

    def _open_other(self, record: Record | None) -> None:
        if record is not None and (other := self._screen.why_desk.other(record)) is not None:
            self._of_records([other], self._open)

    def open_of(self, record: Record) -> None:
        """Open the page of a record that need not be in the table."""
        self._of_records([record], self._open)

    def copy_of(self, record: Record) -> None:
        """Copy the address of a record that need not be in the table."""
        self._of_records([record], self._copy)

    def show_of(self, record: Record) -> None:
        """Show the whole address of a record that need not be in the table."""
        self._of_records([record], self._show)

    def act_link(self) -> None:
        """Show the whole addresses, or the log's where there is no record."""
        screen = self._screen
        if screen.table_is_shown and (screen.table.record or screen.table.marks):
            self._with_links(lambda links: self._show([*links, *self._log_link()]))
        else:
            self._show(self._log_link())

    def act_open_log(self) -> None:
        """Open the Status Log page."""
        self._open(self._log_link())

    def _log_link(self) -> list[Link]:
        link = self._screen.context.links.log_link()
        return [link] if link else []

    def _show(self, links: list[Link]) -> None:
        from importlog_tui.ui.screens.link import LinkScreen

        self._screen.app.push_screen(LinkScreen(links, self._copy, is_masked=self._screen.context.veil.is_on))

    def _with_links(self, then: Callable[[list[Link]], None]) -> None:
        marked = sorted(self._screen.table.marks)
        if not marked:
            self._screen.table.when_there(lambda record: self._of_records([record] if record else [], then))
            return
        if len(marked) > MOST:
            self._tell(f"{len(marked):,} records are marked; at most {MOST} at once. U takes all marks away.")
            return
        aside(self._screen, "links", self._fetch, marked, then, exclusive=True)

    async def _fetch(self, ids: list[int], then: Callable[[list[Link]], None]) -> None:
        try:
            records = await self._screen.reader.call(lambda archive: archive.window(ids))
        except Problem as problem:
            self._tell(one_line(str(problem)))
            return
        await self._linked(records, then)

    def _of_records(self, records: list[Record], then: Callable[[list[Link]], None]) -> None:
        aside(self._screen, "links", self._linked, records, then, exclusive=True)

    async def _linked(self, records: list[Record], then: Callable[[list[Link]], None]) -> None:
        """The users' own pages where the rows or the directory tell their numbers, else the search for them."""
        users = [record.subject.user for record in records if record.subject.user]
        try:
            numbers = await self._screen.reader.call(lambda archive: archive.numbers(users)) if users else {}
        except Problem as problem:
            self._tell(one_line(str(problem)))
            return
        build = self._screen.context.links
        found = [build.best(record, numbers.get(record.subject.user or "", "")) for record in records]
        links = list(dict.fromkeys(link for link in found if link))
        if links:
            then(links)
        elif records:
            self._tell(build.why_none(records[0]))

    def _ask_and_open(self, links: list[Link]) -> None:
        if len(links) > self._screen.context.config.open.ask_above:
            self._screen.says_desk.ask(f"Open {len(links)} pages?", lambda: self._open(links))
        else:
            self._open(links)

    def _open(self, links: list[Link]) -> None:
        context, screen = self._screen.context, self._screen
        if context.suspends():
            with (
                screen.app.suspend()
            ):  # the browser has the terminal; there is nothing to keep going meanwhile
                ended = [context.opener(link) for link in links]
            self._opened(links, ended, None)
            return

        def work(job: Job[tuple[list[Opened], Copied | None]]) -> tuple[list[Opened], Copied | None]:
            ended: list[Opened] = []
            for link in links:
                if job.is_stopped():
                    break
                ended.append(context.opener(link))
                if not ended[-1].ok:
                    return ended, context.copier(link.address, screen.write_to_terminal)
                if len(links) > 1:
                    job.say(f"{len(ended)} of {len(links)}")
            return ended, None

        title = f"Opening the {links[0].label}" if len(links) == 1 else f"Opening {len(links)} pages"
        screen.work.start("open", work, lambda told: self._opened(links, *told), title=title)

    def _opened(self, links: list[Link], ended: list[Opened], copied: Copied | None) -> None:
        from importlog_tui.terminal.opener import How

        if not ended:
            return
        last = ended[-1]
        said = last.sentence + (f" ({last.detail})" if last.detail else "")
        if last.how is How.NONE:
            said = "No page can be opened from here"
        if copied is not None:
            said = f"{said}; address {copied.sentence}"
        if len(links) > 1:
            said = f"{sum(one.ok for one in ended)} of {words.plural(len(links), 'page')}: {said}"
        self._tell(said, address=links[len(ended) - 1].address)

    def _copy(self, links: list[Link]) -> None:
        context, write = self._screen.context, self._screen.write_to_terminal
        text = " ".join(link.address for link in links)

        def work(_: Job[Copied]) -> Copied:
            return context.copier(text, write)

        def done(copied: Copied) -> None:
            what = f"{len(links)} addresses " if len(links) > 1 else ""
            self._tell(what + copied.sentence, address=links[0].address)

        self._screen.work.start("copy", work, done)
