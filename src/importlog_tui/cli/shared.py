"""What commands share: exit statuses, options' values, configuration and archive as the command line and the environment name them."""

from __future__ import annotations

import argparse
import contextlib
import os
from itertools import islice
from typing import TYPE_CHECKING, NoReturn

from importlog_tui.errors import UsageProblem
from importlog_tui.streams import complain
from importlog_tui.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from importlog_tui.archive import Archive
    from importlog_tui.config import Config
    from importlog_tui.fields import Field
    from importlog_tui.links import Links
    from importlog_tui.model import Record, State
    from importlog_tui.seen import Seen
    from importlog_tui.sources.status_log import How
    from importlog_tui.triage.diagnosis import Diagnosis
    from importlog_tui.triage.rules import Rules
    from importlog_tui.triage.seen import Sighting
    from importlog_tui.triage.views import Views

DONE, NOTICE, REFUSED = 0, 1, 2

_LARGEST_ID = 2**63 - 1


def id_of(text: str) -> int:
    """An ID of the archive, for argparse."""
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= _LARGEST_ID):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no ID")
    return int(text)


class Parser(argparse.ArgumentParser):
    """Refuses in our own two lines."""

    def error(self, message: str) -> NoReturn:
        """A word that the command line does not take."""
        raise UsageProblem(safe(message), remedy=f"See: {self.prog} --help")


class Commands:
    """What commands add themselves to."""

    def __init__(self, made: argparse._SubParsersAction[Parser], everywhere: Parser) -> None:
        self._made, self._everywhere = made, everywhere

    def add(
        self, name: str, run: Callable[[argparse.Namespace], int], summary: str
    ) -> argparse.ArgumentParser:
        """A command's parser, to add its own options to; `run` returns the exit status."""
        made = self._made.add_parser(name, parents=[self._everywhere], help=summary, description=summary)
        made.set_defaults(run=run)
        return made


def states_of(text: str) -> frozenset[State]:
    """States, joined by commas."""
    from importlog_tui.model import State

    try:
        return frozenset(State(each.strip().lower()) for each in text.split(","))
    except ValueError:
        raise UsageProblem(
            f"--state {text}: there is no such state", remedy=f"The states are: {', '.join(State)}."
        ) from None


def column_of(text: str) -> tuple[str, Field]:
    """A heading and what it means, joined by "=", for argparse."""
    from importlog_tui.fields import Field

    heading, _, field = text.rpartition("=")
    try:
        return heading.strip(), Field(field.strip())
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'{text[:80]!r} is not of the form "HEADING=MEANING" with one of {", ".join(Field)}'
        ) from None


def ids_of(text: str) -> tuple[int, ...]:
    """IDs, joined by commas."""
    return tuple(map(id_of, text.split(",")))


def given(option: str | None, variable: str) -> Path | None:
    """A file named by an option, else by an environment variable, else None."""
    from importlog_tui.locations import expanded

    if option is not None and not option.strip():
        raise UsageProblem("an empty file name was given", remedy="Name a file, or leave the option out.")
    chosen = option or os.environ.get(variable, "")
    return expanded(chosen) if chosen.strip() else None


def load_all(options: argparse.Namespace) -> Config:
    """The whole configuration, whatever districts it tells of."""
    from importlog_tui.config import load

    file = given(options.config, "IMPORTLOG_CONFIG")
    config = load(file)
    if not config.keys:
        return config
    from importlog_tui.ui.actions import BY_ID

    return load(file, actions=BY_ID, keys=keys_settled)


def keys_settled(keys: Mapping[str, str | Sequence[str]]) -> None:
    """Refuse [keys] that the screen would refuse.

    Raises:
        KeyProblem: a key that is none, or one key for two actions in one place.
    """
    if keys:
        from importlog_tui.ui.keymap import settle

        settle(keys)


def wanted_district(options: argparse.Namespace) -> str:
    """The district that was named, "" for none."""
    return (options.district or os.environ.get("IMPORTLOG_DISTRICT", "")).strip()


def load_config(options: argparse.Namespace) -> Config:
    """The configuration that is in force, of the one district that is meant."""
    from importlog_tui.config import choose

    return choose(load_all(options), wanted_district(options))


def every_district(options: argparse.Namespace) -> Iterator[tuple[str, Config]]:
    """All districts of the configuration, by name, for commands that take --all.

    Raises:
        UsageProblem: one district or one archive was named beside --all.
    """
    if options.district or given(options.archive, "IMPORTLOG_ARCHIVE") is not None:
        raise UsageProblem(
            "--all is for every district, each with its archive",
            remedy="Leave --district, --archive and IMPORTLOG_ARCHIVE out.",
        )
    config = load_all(options)
    yield from config.districts.items() or [(config.district.name or "the district", config)]


def archive_path(options: argparse.Namespace, config: Config) -> Path:
    """Where the archive is, or will be."""
    from importlog_tui.locations import archive_file

    return archive_file(given(options.archive, "IMPORTLOG_ARCHIVE"), config.archive.file)


@contextlib.contextmanager
def archive_to_read(options: argparse.Namespace, config: Config) -> Iterator[Archive | None]:
    """The archive, opened for reading only; None, with a word on standard error, where there is none yet."""
    from importlog_tui.archive import Archive

    path = archive_path(options, config)
    if not path.exists():
        complain(
            f"importlog-tui: nothing was brought in yet, {safe(str(path))} does not exist. Try: importlog-tui add FILE"
        )
        yield None
        return
    with Archive.open(path, read_only=True, aliases=config.columns) as archive:
        yield archive


def rules_of(config: Config) -> Rules:
    """The rules, the district's own among them."""
    from importlog_tui.config import rule_texts
    from importlog_tui.triage.reading import read_rules

    return read_rules(rule_texts(config))


def diagnosis_of(config: Config, archive: Archive, rules: Rules | None = None) -> Diagnosis:
    """What tells the cause of each record."""
    from importlog_tui.times import zone_named
    from importlog_tui.triage.diagnosis import Diagnosis

    zone = zone_named(config.time.zone)
    return Diagnosis(
        archive, rules or rules_of(config), zone=zone, aliases=config.columns, sis=config.district.sis
    )


def seen_in(
    options: argparse.Namespace, config: Config, archive: Archive, stack: contextlib.ExitStack
) -> tuple[Seen, list[Sighting]]:
    """What is seen without a message, or of it what `--error` names; its rows are there until `stack` is left."""
    from datetime import UTC, datetime

    from importlog_tui.seen import look

    diagnosis = diagnosis_of(config, archive)
    seen = stack.enter_context(look(archive, diagnosis, datetime.now(UTC), aliases=config.columns))
    wanted = [one for one in seen.sightings if options.error_id in {None, one.id}]
    if options.error_id is not None and not wanted:
        raise UsageProblem(
            f"nothing with the number {options.error_id} is seen", remedy="See: importlog-tui errors --seen"
        )
    return seen, wanted


def links_of(config: Config) -> Links:
    """The builder of page addresses."""
    from importlog_tui.links import Links

    return Links(config.schoology.address, config.schoology.status_log, config.columns)


def numbered(archive: Archive, records: Iterable[Record]) -> Iterator[tuple[Record, str]]:
    """Each record with Schoology's own number of its user, "" where the directory does not tell it."""
    rest, known = iter(records), {"": ""}
    while some := list(islice(rest, 1000)):
        # A million enrollments are of some thousand users: each is looked up once.
        asked = {record.subject.user or "" for record in some} - known.keys()
        if asked:
            known |= dict.fromkeys(asked, "") | archive.numbers(asked)
        yield from ((record, known[record.subject.user or ""]) for record in some)


def how(config: Config, options: argparse.Namespace | None = None) -> How:
    """How the log is read, by the configuration and by what the command line says of it."""
    from datetime import UTC, datetime

    from importlog_tui.model import Kind
    from importlog_tui.sources.status_log import How
    from importlog_tui.times import Clock, zone_named

    clock = Clock(zone_named(config.time.zone), datetime.now(UTC), day_first=config.time.day_first)
    if options is None:
        return How(clock, columns=config.columns)
    columns = {**config.columns, **dict(options.column)}
    return How(clock, as_=options.as_, kind=Kind(options.kind) if options.kind else None, columns=columns)


def today_of(config: Config) -> date:
    """The day on the reader's clock."""
    from datetime import UTC, datetime

    from importlog_tui.times import zone_named

    return datetime.now(UTC).astimezone(zone_named(config.time.zone)).date()


def views_of(config: Config, archive: Archive) -> Views:
    """What people decided, as it stands, and what of it is in which view."""
    from importlog_tui.report.marking import login_name
    from importlog_tui.triage.views import Views

    return Views(archive.decided(today_of(config)), login_name())


def print_lines(lines: Iterator[str]) -> None:
    """Lines to standard output."""
    for line in lines:
        print(line)


def known(what: str, wanted: int | None, found: Sequence[object]) -> None:
    """Refuse an ID that the archive does not have."""
    if wanted is not None and not found:
        raise UsageProblem(f"there is no {what} {wanted}", remedy=f"See: importlog-tui {what}s")


def known_run(archive: Archive, options: argparse.Namespace) -> None:
    """Refuse a run that the archive does not have."""
    if options.run_id is not None:
        known("run", options.run_id, archive.runs(options.run_id))
