"""A small log in a real archive: three nights, among them an error with all rows, one with part of them, one with none, and hostile text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from importlog_tui.archive import Archive
from importlog_tui.config import Config, District, Open, Schoology, Screen, Time
from importlog_tui.fetching.api import LookUp
from importlog_tui.links import Link
from importlog_tui.model import ErrorReading, Format, Kind, Origin, RecordsReading, Result, RunReading, When
from importlog_tui.refresh import bring_in
from importlog_tui.terminal.clipboard import Copied, Way
from importlog_tui.terminal.opener import How, Opened
from importlog_tui.ui.app import ImportLog
from importlog_tui.ui.context import Context, load_log

NOW = datetime(2026, 11, 23, 8, 12, tzinfo=UTC)
COLUMNS = ("Unique ID", "Last name", "First name", "Email", "School")
PEOPLE = (
    ("204117", "Lopez", "Maria", "mlopez@example.org", "HS"),
    ("204121", "Nguyen", "An", "anguyen@example.org", "HS"),
    ("204130", "Smith", "Jo", "jsmith@example.org ", "MS"),
    ("204131", "Smithers", "Ada", "asmithers@example.org", "MS"),
    ("204140", "Okafor", "Chidi", "cokafor@example.org", "HS"),
    ("204151", "Tanaka", "Yui", "ytanaka@example.org", "Lincoln Elementary"),
    ("204160", "Sørensen", "Björn", "bsorensen@example.org", "HS"),
    ("204162", "Rivera-Santos", "Inés", "irivera@example.org", "MS"),
    ("204170", "Peterson", "Lou", "lpeterson@example.org", "HS"),
)
HOSTILE = "\x1b]52;c;aGFja2Vk\x07[bold red]\x1b[2J\u202egone[/bold red] \x9b31m"


def run(kind: Kind, day: int, clock: str, result: Result, errors: int | None = 0) -> RunReading:
    """What a log says of one run in November 2026."""
    at = datetime.fromisoformat(f"2026-11-{day:02}T{clock}:00+00:00")
    label = {"users": "Users Import", "courses": "Courses Import", "enrollments": "Course Enrollments Import"}
    return RunReading(
        kind=kind,
        label=label.get(kind.value, "Other Import"),
        when=When(f"Nov {day}, 2026 {clock}", at),
        result=result,
        result_text=result.value.replace("_", " ").capitalize(),
        origin=Origin("log.html", Format.PAGE),
        error_count=errors,
        lists_errors=True,
    )


Error = tuple[str, int, Sequence[Sequence[str]]]


def file_run(
    archive: Archive, reading: RunReading, errors: Sequence[Error] = (), columns: Sequence[str] = COLUMNS
) -> None:
    """File a run with its errors: (message, rows affected, rows read)."""
    for message, claimed, rows in errors:
        records = None
        if rows:
            numbered = ((number, tuple(row)) for number, row in enumerate(rows, 1))
            has_more = len(rows) < claimed
            records = RecordsReading(tuple(columns), numbered, reading.origin, claimed, has_more=has_more)
        reading.errors.append(ErrorReading(message, claimed, records=records))
    bring_in(archive, [reading])


def many(count: int) -> list[tuple[str, ...]]:
    """That many rows, all different."""
    return [
        (f"{300000 + n}", *PEOPLE[n % 9][1:3], f"u{n}@example.org", ("HS", "MS")[n % 2]) for n in range(count)
    ]


def make_log(path: Path) -> Path:
    """Write the archive and close it."""
    with Archive.open(path) as archive:
        for day in (21, 22):
            file_run(archive, run(Kind.USERS, day, "01:02", Result.COMPLETED))
            file_run(archive, run(Kind.COURSES, day, "01:07", Result.COMPLETED))
            file_run(
                archive, run(Kind.ENROLLMENTS, day, "01:12", Result.FAILED if day == 21 else Result.COMPLETED)
            )
        errors: list[Error] = [
            ("Email already in use", 9, PEOPLE),
            ("Missing required field: First Name", 52, ()),
            (
                f"Unknown role {HOSTILE}",
                2,
                (("1", HOSTILE, "[red]x[/]", "\x1b[31m@example.org", "\x07"), ("2", "Plain", "", "", "")),
            ),
        ]
        file_run(archive, run(Kind.USERS, 23, "01:02", Result.COMPLETED_WITH_ERRORS, 3), errors)
        file_run(archive, run(Kind.COURSES, 23, "01:07", Result.COMPLETED))
        part: list[Error] = [("Section not found", 1214, many(500))]
        file_run(archive, run(Kind.ENROLLMENTS, 23, "01:12", Result.COMPLETED_WITH_ERRORS, 1), part)
    return path


@dataclass
class Outside:
    """The world outside of the terminal: what was opened, what was copied, and whether opening works."""

    opened: list[str] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)
    works: bool = True

    def open(self, link: Link) -> Opened:
        """Stands for a browser."""
        if not self.works:
            return Opened(How.NONE, False, "not opened: no page can be opened from here")
        self.opened.append(link.address)
        return Opened(How.COMMAND, True, "opened with firefox")

    def copy(self, text: str, _write: object) -> Copied:
        """Stands for a clipboard."""
        self.copied.append(text)
        return Copied(Way.TERMINAL, False, "sent to your terminal, not confirmed")


def config_with(**keys: str | Sequence[str]) -> Config:
    """A district's configuration, with these keys."""
    bound = {
        name.replace("__", "."): (value,) if isinstance(value, str) else tuple(value)
        for name, value in keys.items()
    }
    return Config(
        district=District("Example Central School District"),
        schoology=Schoology("https://example.schoology.com", "https://example.schoology.com/import/log"),
        time=Time("UTC"),
        open=Open(ask_above=5),
        screen=Screen("dark"),
        keys=bound,
    )


def small_app(
    path: Path,
    outside: Outside | None = None,
    *,
    config: Config | None = None,
    state: Path | None = None,
    banner: str = "",
    no_color: bool = False,
    look_up: Callable[[], LookUp | None] = lambda: None,
) -> ImportLog:
    """The program on an archive that exists."""
    outside = outside or Outside()
    context = Context.of(
        config or config_with(),
        Archive.open(path, read_only=True),
        opener=outside.open,
        copier=outside.copy,
        now=lambda: NOW,
        state_file=state,
        banner=banner,
        no_color=no_color,
        look_up=look_up,
    )
    return ImportLog(context, load_log(context.archive, context.today()))


def without_address(config: Config) -> Config:
    """The same configuration, the log's address not set."""
    return config._replace(schoology=config.schoology._replace(status_log=""))
