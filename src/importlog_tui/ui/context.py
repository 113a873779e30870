"""What the screen is given: settings, the archive's place, and the ways out of the terminal, all of them replaceable in tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from importlog_tui.archive.decided import UNDECIDED
from importlog_tui.errors import UsageProblem
from importlog_tui.links import Links
from importlog_tui.report.marking import login_name
from importlog_tui.times import zone_named
from importlog_tui.ui.actions import OF_REAL_NIGHTS
from importlog_tui.ui.keymap import Keymap, settle
from importlog_tui.ui.veil import Veil

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, tzinfo
    from pathlib import Path

    from importlog_tui.archive import Archive
    from importlog_tui.archive.decided import Decided
    from importlog_tui.config import Config
    from importlog_tui.fetching.access import Asker
    from importlog_tui.fetching.api import LookUp
    from importlog_tui.fields import Field
    from importlog_tui.links import Link
    from importlog_tui.model import ErrorType, Kind, Run
    from importlog_tui.sources.status_log.web.visitor import Visitor
    from importlog_tui.terminal.clipboard import Copied
    from importlog_tui.terminal.opener import Opened
    from importlog_tui.triage.diagnosis import Diagnosis
    from importlog_tui.triage.preflight.night import Predicted


class LogData(NamedTuple):
    """The runs, errors and decisions of the archive at one moment; `stamp` tells whether it changed since."""

    runs: list[Run]
    errors: list[ErrorType]
    stamp: int
    decided: Decided = UNDECIDED


def load_log(archive: Archive, today: date) -> LogData:
    """Read the log from the archive, decisions as they stand `today`.

    Raises:
        ArchiveProblem: it can't be read.
    """
    stamp = archive.stamp()  # first: what is filed meanwhile is found by the next look
    return LogData(archive.runs(), archive.errors(), stamp, archive.decided(today))


def _no_visitor(_: Asker) -> Visitor:
    raise UsageProblem("this screen can't reach the site", remedy="Use: importlog-tui fetch")


def _now() -> datetime:
    return datetime.now(UTC)


class TonightFiles(NamedTuple):
    """What a check is to look at; no paths: the newest extract that is kept. As the command's options."""

    paths: tuple[Path, ...] = ()
    directory: Path | None = None
    kind: Kind | None = None
    columns: Mapping[str, Field] = MappingProxyType({})


@dataclass(frozen=True)
class Context:
    """What all parts of the screen share.

    Attributes:
        archive: for reading; it lends each thread a connection of its own.
        opener: opens a page, blocking; called in a thread.
        copier: gets a line of text and a function that writes to the terminal; called in a thread.
        suspends: tells whether the opener takes over the terminal for as long as it runs.
        state_file: where the position is kept; None keeps none.
        who: the login name, under which decisions are kept.
        visitor: opens the site with the reader's session; it is given what asks for one that is kept nowhere. Blocking; called in a thread.
        look_up: gives what asks Schoology about users and sections and keeps what it says, None where no key is set; both are called in a thread.
        districts: all of the configuration that the reader may go to, titles by name; {} where there is one alone.
        line_rate: bytes a second that are sent at most, 0 for any number (`pacing.Budget`).
        banner: said in the top line, such as "made-up".
        veil: the privacy switch.
        predicted: what is said of a night that is none of the log's, where the archive holds one; None for the archive that is kept.
        kept: the archive that is kept, where `archive` is another one.
        tonight: files to check as soon as the screen is there.
    """

    config: Config
    archive: Archive
    opener: Callable[[Link], Opened]
    copier: Callable[[str, Callable[[str], object]], Copied]
    keymap: Keymap
    links: Links
    zone: tzinfo | None
    now: Callable[[], datetime] = _now
    state_file: Path | None = None
    visitor: Callable[[Asker], Visitor] = _no_visitor
    districts: Mapping[str, str] = field(default_factory=dict)
    banner: str = ""
    who: Callable[[], str] = login_name
    suspends: Callable[[], bool] = lambda: False
    look_up: Callable[[], LookUp | None] = lambda: None
    is_remote: bool = False
    line_rate: int = 0
    no_color: bool = False
    veil: Veil = field(default_factory=Veil)
    predicted: Predicted | None = None
    kept: Archive | None = None
    tonight: TonightFiles | None = None

    @property
    def refused(self) -> frozenset[str]:
        """Actions that are the log's alone, where this is none of its nights; what is seen may go onto work lists."""
        if self.predicted is None:
            return frozenset()
        return OF_REAL_NIGHTS - {"export"} if self.predicted.seen else OF_REAL_NIGHTS

    def writable(self) -> Archive:
        """The archive, opened for writing; to be closed.

        Raises:
            ArchiveProblem: it can't be.
        """
        from importlog_tui.archive import Archive

        config = self.config
        return Archive.open(
            self.archive.path, group_writable=config.archive.group_writable, aliases=config.columns
        )

    def diagnosis(self) -> Diagnosis:
        """What tells the cause of each record; each thread needs one of its own.

        Raises:
            ConfigProblem: a rules file can't be read.
        """
        from importlog_tui.config import rule_texts
        from importlog_tui.triage.diagnosis import Diagnosis
        from importlog_tui.triage.reading import read_rules

        config = self.config
        return Diagnosis(
            self.kept or self.archive,
            read_rules(rule_texts(config)),
            zone=self.zone,
            aliases=config.columns,
            sis=config.district.sis,
        )

    def today(self) -> date:
        """The day on the reader's clock."""
        return self.now().astimezone(self.zone).date()

    @classmethod
    def of(
        cls,
        config: Config,
        archive: Archive,
        *,
        opener: Callable[[Link], Opened],
        copier: Callable[[str, Callable[[str], object]], Copied],
        **more: object,
    ) -> Context:
        """Everything that follows from the configuration, settled.

        Raises:
            ConfigProblem: the keys don't fit together.
        """
        keymap = settle(config.keys, file=str(config.file or ""))
        more.setdefault("veil", Veil(config.columns, is_on=config.screen.mask))
        links = Links(config.schoology.address, config.schoology.status_log, config.columns)
        return cls(config, archive, opener, copier, keymap, links, zone_named(config.time.zone), **more)  # type: ignore[arg-type]
