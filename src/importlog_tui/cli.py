"""The commands. Each imports what it needs when it runs, so that `--help` and the lists never wait for the screen's libraries.

Only this module reads the environment and decides about signals, standard streams and exit statuses:
0 done, 1 as each command says, 2 usage, configuration or input error.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from importlog_tui import __version__
from importlog_tui.errors import Problem, UsageProblem
from importlog_tui.streams import (
    calm_streams,
    complain,
    give_up,
    progress_line,
    silent_libraries,
    spooled_stdin,
    stopped_by_signals,
    terminal_width,
)
from importlog_tui.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from importlog_tui.archive import Archive
    from importlog_tui.config import Config
    from importlog_tui.links import Links
    from importlog_tui.model import ErrorType, Reading, Record, State
    from importlog_tui.sources.status_log import How

DONE, NOTICE, REFUSED = 0, 1, 2

_LARGEST_ID = 2**63 - 1

SWITCH_INTERVAL = 0.001
"""Seconds between thread switches: reading in the background must not make keys slow (textual-over-ssh.md, B.4)."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    calm_streams()
    try:
        options = _parser().parse_args(argv, argparse.Namespace(archive=None, config=None))
        status = int(options.run(options))
        sys.stdout.flush()
        return status
    except Problem as problem:
        complain(f"importlog-tui: {safe(str(problem))}")
        return REFUSED
    except BrokenPipeError:
        give_up(sys.stdout)
        return DONE
    except OSError as error:
        give_up(sys.stdout)
        what = "standard output" if error.filename is None else str(error.filename)
        complain(
            f"importlog-tui: {safe(what)}: {error.strerror or safe(str(error))}. Look at the room there and at the permissions."
        )
        return REFUSED
    except KeyboardInterrupt:
        complain(
            "importlog-tui: stopped at once. The archive is whole; the command `runs` tells what it holds."
        )
        return 130


# ------------------------------------------------------------------------------------------------ the command line


def _id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= _LARGEST_ID):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no ID")
    return int(text)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageProblem(safe(message), remedy=f"See: {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    everywhere = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    everywhere.add_argument("--archive", metavar="FILE", help="the archive to use (also IMPORTLOG_ARCHIVE)")
    everywhere.add_argument(
        "--config", metavar="FILE", help="the configuration to use (also IMPORTLOG_CONFIG)"
    )
    parser = _Parser(
        prog="importlog-tui",
        parents=[everywhere],
        description="Work through Schoology's Auto-Import Status Log by keyboard. Without a command: the screen.",
    )
    parser.add_argument("--version", action="version", version=f"importlog-tui {__version__}")
    parser.set_defaults(run=_screen)
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)

    def command(name: str, run: Callable[[argparse.Namespace], int], summary: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, parents=[everywhere], help=summary, description=summary)
        made.set_defaults(run=run)
        return made

    demo = command("demo", _demo, "the screen on a made-up district, 30 nights of it; changes nothing else")
    demo.add_argument(
        "--files",
        metavar="FOLDER",
        help="write the made-up district's files there instead, to try `add` and paste with",
    )

    add = command("add", _add, "bring in what was saved, exported, mailed or piped")
    add.add_argument("paths", nargs="+", metavar="PATH", help="files or folders; - is standard input")
    add.add_argument(
        "--as", dest="as_", choices=("log", "records", "mail"), help="what it is, where that can't be told"
    )
    add.add_argument(
        "--kind",
        choices=("users", "courses", "enrollments"),
        help="the import it belongs to, where that can't be told",
    )
    add.add_argument(
        "--error", type=_id, metavar="ID", help="the error whose affected records these are (see: errors)"
    )

    for name, run, summary in (
        ("runs", _runs, "list the runs, newest first"),
        ("errors", _errors, "list the errors of all runs, or of one"),
        ("records", _records, "list the affected records of all runs, of one, or of one error"),
    ):
        listing = command(name, run, summary)
        listing.add_argument("--run", dest="run_id", type=_id, metavar="ID", help="only this run")
        if name != "runs":
            listing.add_argument("--error", dest="error_id", type=_id, metavar="ID", help="only this error")
            listing.add_argument(
                "--state",
                type=_states,
                metavar="STATE,...",
                help="only these: new, still, returned, gone; without --run of the newest comparable run of each kind",
            )
        form = listing.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="one JSON object a line")
        form.add_argument("--csv", action="store_true", help="CSV with a heading line, values as they are")

    mark = command("mark", _mark, "keep what was decided about records or an error; list it, or take it back")
    mark.add_argument("what", choices=("accepted", "corrected", "note", "owner", "list", "undo"))
    mark.add_argument("--record", type=_ids, default=(), metavar="ID,...", help="the records it is about")
    mark.add_argument("--error", dest="error_id", type=_id, metavar="ID", help="the error it is about")
    mark.add_argument("--reason", default="", metavar="TEXT", help="why; the note; the owner's name")
    mark.add_argument(
        "--until",
        metavar="DAY|grows|changes",
        help="end of an acceptance: a day (2026-12-31), when the error grows, when the row changes",
    )
    mark.add_argument("--token", type=_id, metavar="N", help="what undo takes back")
    mark.add_argument("--json", action="store_true", help="with list: one JSON object a line")

    find = command("find", _find, "one person or section through all nights; exit 1 without a hit")
    find.add_argument(
        "text",
        nargs="+",
        metavar="TEXT",
        help="parts of a name, unique ID, e-mail, username, course or section code",
    )
    find.add_argument("--json", action="store_true", help="one JSON object a line")

    brief = command(
        "brief", _brief, "the morning summary; exit 1: something needs a person, 2: it could not tell"
    )
    brief.add_argument("--json", action="store_true", help="one JSON object")

    doctor = command("doctor", _doctor, "what this terminal, configuration and archive can do")
    doctor.add_argument("--json", action="store_true", help="one JSON object a line")
    config = command("config", _config, "show where the configuration is, what it says, or make one")
    config.add_argument("what", choices=("path", "show", "init"))
    return parser


def _states(text: str) -> frozenset[State]:
    from importlog_tui.model import State

    try:
        return frozenset(State(each.strip().lower()) for each in text.split(","))
    except ValueError:
        raise UsageProblem(
            f"--state {text}: there is no such state", remedy=f"The states are: {', '.join(State)}."
        ) from None


# ------------------------------------------------------------------------------------------------ what commands share


def _given(option: str | None, variable: str) -> Path | None:
    from importlog_tui.locations import expanded

    if option is not None and not option.strip():
        raise UsageProblem("an empty file name was given", remedy="Name a file, or leave the option out.")
    chosen = option or os.environ.get(variable, "")
    return expanded(chosen) if chosen.strip() else None


def _load_config(options: argparse.Namespace) -> Config:
    from importlog_tui.config import load

    return load(_given(options.config, "IMPORTLOG_CONFIG"))


def _archive_path(options: argparse.Namespace, config: Config) -> Path:
    from importlog_tui.locations import archive_file

    return archive_file(_given(options.archive, "IMPORTLOG_ARCHIVE"), config.archive.file)


@contextlib.contextmanager
def _archive_to_read(options: argparse.Namespace, config: Config) -> Iterator[Archive | None]:
    """The archive, opened for reading only; None, with a word on standard error, where there is none yet."""
    from importlog_tui.archive import Archive

    path = _archive_path(options, config)
    if not path.exists():
        complain(
            f"importlog-tui: nothing was brought in yet, {safe(str(path))} does not exist. Try: importlog-tui add FILE"
        )
        yield None
        return
    with Archive.open(path, read_only=True, aliases=config.columns) as archive:
        yield archive


def _links(config: Config) -> Links:
    from importlog_tui.links import Links

    return Links(config.schoology.address, config.schoology.status_log, config.columns)


def _how(config: Config, options: argparse.Namespace | None = None) -> How:
    from importlog_tui.model import Kind
    from importlog_tui.sources.status_log import How
    from importlog_tui.times import Clock, zone_named

    clock = Clock(zone_named(config.time.zone), datetime.now(UTC), day_first=config.time.day_first)
    if options is None:
        return How(clock, columns=config.columns)
    return How(
        clock, as_=options.as_, kind=Kind(options.kind) if options.kind else None, columns=config.columns
    )


# ------------------------------------------------------------------------------------------------ bringing in


def _add(options: argparse.Namespace) -> int:
    from importlog_tui.archive import Archive
    from importlog_tui.model import Kind
    from importlog_tui.refresh import bring_in
    from importlog_tui.report import intake
    from importlog_tui.times import in_zone, zone_named

    if "" in options.paths:  # for Path that is the folder one stands in
        raise UsageProblem("an empty file name was given", remedy="Is a variable of the script not set?")
    config = _load_config(options)
    path = _archive_path(options, config)
    zone = zone_named(config.time.zone)
    with (
        stopped_by_signals() as stopped,
        silent_libraries(),
        progress_line() as progress,
        contextlib.ExitStack() as spools,
        Archive.open(path, group_writable=config.archive.group_writable, aliases=config.columns) as archive,
    ):
        outcome = bring_in(
            archive,
            _readings(options.paths, _how(config, options), spools),
            error_id=options.error,
            kind=Kind(options.kind) if options.kind else None,
            progress=progress,
            cancelled=stopped,
        )
    print(intake.summary(outcome))
    for line in intake.complaints(outcome, lambda at: in_zone(at, zone)):
        complain(line)
    return outcome.status


def _readings(paths: Sequence[str], how: How, spools: contextlib.ExitStack) -> Iterator[Reading]:
    """What `paths` hold; standard input stays spooled until `spools` closes, since rows are read after all sources were looked at."""
    from importlog_tui.sources.status_log import read

    for path in paths:
        if path == "-":
            yield from read(spools.enter_context(spooled_stdin()), how, name="standard input")
        else:
            yield from read(Path(path), how)


# ------------------------------------------------------------------------------------------------ lists


def _runs(options: argparse.Namespace) -> int:
    from importlog_tui.report import listing
    from importlog_tui.times import in_zone, zone_named

    config = _load_config(options)
    with _archive_to_read(options, config) as archive:
        if archive is None:
            return DONE
        runs = archive.runs(options.run_id)
        _known("run", options.run_id, runs)
        rows = map(listing.run_row, runs)
        if options.json:
            listing.write_json(rows, sys.stdout)
        elif options.csv:
            listing.write_csv(rows, sys.stdout)
        else:
            zone = zone_named(config.time.zone)
            _print(listing.runs_table(runs, lambda at: in_zone(at, zone), terminal_width()))
    return DONE


def _errors(options: argparse.Namespace) -> int:
    from importlog_tui.report import listing

    config = _load_config(options)
    with _archive_to_read(options, config) as archive:
        if archive is None:
            return DONE
        _known_run(archive, options)
        errors = archive.errors(options.run_id, options.error_id)
        _known("error", options.error_id, errors)
        if options.state is not None:
            errors = _errors_with(archive, options, errors)
        rows = map(listing.error_row, errors)
        if options.json:
            listing.write_json(rows, sys.stdout)
        elif options.csv:
            listing.write_csv(rows, sys.stdout)
        else:
            _print(listing.errors_table(errors, terminal_width()))
    return DONE


def _records(options: argparse.Namespace) -> int:
    from importlog_tui.report import listing

    config = _load_config(options)
    with _archive_to_read(options, config) as archive:
        if archive is None:
            return DONE
        _known_run(archive, options)
        errors = archive.errors(options.run_id, options.error_id)
        _known("error", options.error_id, errors)
        records = (
            archive.records(options.run_id, options.error_id)
            if options.state is None
            else _records_with(archive, options, errors)
        )
        links = _links(config)
        if options.json:
            listing.write_json((listing.record_row(record, links) for record in records), sys.stdout)
        elif options.csv:
            listing.write_records_csv(records, listing.all_columns(errors), links, sys.stdout)
        else:
            every = errors if options.state is None else archive.errors()
            _print(listing.records_table(records, {error.id: error for error in every}, terminal_width()))
    return DONE


def _ids(text: str) -> tuple[int, ...]:
    return tuple(map(_id, text.split(",")))


def _mark(options: argparse.Namespace) -> int:
    import getpass

    from importlog_tui.archive import Archive
    from importlog_tui.model import Mark, MarkKind
    from importlog_tui.report import marking

    config = _load_config(options)
    if options.what == "list":
        with _archive_to_read(options, config) as archive:
            found = [] if archive is None else archive.marks(datetime.now().astimezone().date())
        if options.json:
            from importlog_tui.report.listing import write_json

            write_json(map(marking.row, found), sys.stdout)
        else:
            _print(marking.lines(found, terminal_width()))
        return DONE
    now = datetime.now(UTC)
    try:
        who = getpass.getuser()
    except (KeyError, OSError):
        who = str(os.getuid())
    path = _archive_path(options, config)
    if not path.exists():
        raise UsageProblem(
            "nothing was brought in yet", where=str(path), remedy="Try: importlog-tui add FILE"
        )
    if options.what == "undo" and options.token is None:
        raise UsageProblem("undo needs --token N", remedy="See: importlog-tui mark list")
    if options.what != "undo" and not options.record and options.error_id is None:
        raise UsageProblem("say what it is about", remedy="With --record ID,... or --error ID.")
    with Archive.open(path, group_writable=config.archive.group_writable, aliases=config.columns) as archive:
        if options.what == "undo":
            undone = archive.undo(options.token, who, now)
            print(f"{undone:,} taken back")
            return DONE if undone else NOTICE
        until, day = marking.until(options.until, what=options.what, is_error=options.error_id is not None)
        reason = options.reason or (who if options.what == "owner" else "")
        if options.what in {"accepted", "note"} and not reason.strip():
            raise UsageProblem(f"{options.what} needs a reason", remedy="With --reason TEXT.")
        made = Mark(MarkKind(options.what), who, now, reason, until, day)
        try:
            token = archive.mark(made, records=options.record, error_id=options.error_id)
        except LookupError as error:
            raise UsageProblem(f"there is no {error.args[0]}", remedy="Nothing was marked.") from None
    count = len(options.record) + (options.error_id is not None)
    print(f"{count:,} marked; take it back with: importlog-tui mark undo --token {token}")
    return DONE


def _find(options: argparse.Namespace) -> int:
    from importlog_tui.archive import Archive
    from importlog_tui.report import listing
    from importlog_tui.times import in_zone, zone_named

    config = _load_config(options)
    with _archive_to_read(options, config) as archive:
        if archive is None:
            return NOTICE
        if not archive.is_indexed():
            with Archive.open(archive.path, aliases=config.columns) as writable:
                writable.index()
        try:
            hits = archive.find(" ".join(options.text))
        except ValueError:
            raise UsageProblem(
                "too little to look for", remedy="Give at least three letters or digits in one word."
            ) from None
    links = _links(config)
    if options.json:
        listing.write_json((listing.hit_row(hit, links) for hit in hits), sys.stdout)
    else:
        zone = zone_named(config.time.zone)
        _print(listing.hits_table(hits, lambda at: in_zone(at, zone), links, terminal_width()))
    if not hits:
        complain("importlog-tui: nothing found")
    return DONE if hits else NOTICE


def _brief(options: argparse.Namespace) -> int:
    from importlog_tui.model import Standing
    from importlog_tui.report import brief as report
    from importlog_tui.report.listing import write_json
    from importlog_tui.times import in_zone, zone_named
    from importlog_tui.triage.brief import brief

    config = _load_config(options)
    zone = zone_named(config.time.zone)
    with _archive_to_read(options, config) as archive:
        if archive is None:
            return REFUSED
        today = datetime.now(zone or UTC).astimezone(zone).date()
        told = brief(
            archive.runs(),
            archive.errors,
            datetime.now(UTC),
            zone,
            lambda run_id: archive.accepted(run_id, today),
        )
        waiting = sum(mark.standing is Standing.WAITING for mark in archive.marks(today))
    if options.json:
        write_json([report.row(told, waiting)], sys.stdout)
    else:
        _print(report.lines(told, lambda at: in_zone(at, zone), config.district.name, waiting))
    return told.status


def _runs_asked(archive: Archive, options: argparse.Namespace, errors: Sequence[ErrorType]) -> Sequence[int]:
    """The runs that `--state` looks at."""
    if options.run_id is not None:
        return [options.run_id]
    return [errors[0].run_id] if options.error_id is not None else archive.latest()


def _errors_with(
    archive: Archive, options: argparse.Namespace, errors: Sequence[ErrorType]
) -> list[ErrorType]:
    """Those of `errors` that have one of the states asked for, and what is gone."""
    from importlog_tui.model import State

    runs = _runs_asked(archive, options, errors)
    found = [error for error in errors if error.run_id in runs and error.state in options.state]
    if State.GONE in options.state:
        found += [error for run_id in runs for error in archive.gone(run_id, options.error_id)[0]]
    return found


def _records_with(
    archive: Archive, options: argparse.Namespace, errors: Sequence[ErrorType]
) -> Iterator[Record]:
    """The records that have one of the states asked for."""
    from importlog_tui.model import State

    for run_id in _runs_asked(archive, options, errors):
        yield from archive.records(run_id, options.error_id, options.state)
        if State.GONE in options.state:
            yield from archive.gone_records(run_id, options.error_id)


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        print(line)


def _known(what: str, wanted: int | None, found: Sequence[object]) -> None:
    if wanted is not None and not found:
        raise UsageProblem(f"there is no {what} {wanted}", remedy=f"See: importlog-tui {what}s")


def _known_run(archive: Archive, options: argparse.Namespace) -> None:
    if options.run_id is not None:
        _known("run", options.run_id, archive.runs(options.run_id))


# ------------------------------------------------------------------------------------------------ the screen


def _screen(options: argparse.Namespace) -> int:
    config = _load_config(options)
    return _open_screen(config, _archive_path(options, config))


def _demo(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from importlog_tui import demo
    from importlog_tui.config import District, Schoology
    from importlog_tui.times import zone_named

    config = _load_config(options)
    zone = zone_named(config.time.zone)
    now = datetime.now(UTC)
    if options.files is not None:
        for line in demo.leave_files(Path(options.files).expanduser(), now=now, zone=zone):
            print(safe(line))
        return DONE
    _refuse_without_terminal()
    with progress_line() as progress:
        archive = demo.prepare(now=now, zone=zone, progress=progress)
    return _open_screen(
        replace(config, district=District(demo.DISTRICT), schoology=Schoology(demo.ADDRESS)),
        archive,
        banner="made-up",
    )


def _open_screen(config: Config, archive: Path, *, banner: str = "") -> int:
    from importlog_tui.terminal.environment import Environment

    _refuse_without_terminal()
    from importlog_tui import ui

    for name, value in ui.ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if min(os.get_terminal_size(sys.stdout.fileno())) > 0:
        # Exported by a shell long ago they would win over the size that the terminal has now.
        for name in ("COLUMNS", "LINES"):
            os.environ.pop(name, None)
    sys.setswitchinterval(SWITCH_INTERVAL)
    return ui.run(config, archive, Environment.from_environ(os.environ), banner=banner)


def _refuse_without_terminal() -> None:
    """A screen needs a terminal that can place text; everything is also there without one."""
    remedy = "Without a screen: importlog-tui runs, errors, records (--json, --csv); importlog-tui --help lists all."
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        raise UsageProblem("the screen needs a terminal, and standard input or output is none", remedy=remedy)
    if os.environ.get("TERM", "") in {"", "dumb", "unknown"} and os.name == "posix":
        raise UsageProblem(
            f"this terminal can't show a screen (TERM is {os.environ.get('TERM', '') or 'not set'})",
            remedy=remedy,
        )


# ------------------------------------------------------------------------------------------------ the rest


def _doctor(options: argparse.Namespace) -> int:
    from importlog_tui.report import doctor
    from importlog_tui.report.listing import write_json

    findings = doctor.diagnose(
        config_file=_given(options.config, "IMPORTLOG_CONFIG"),
        archive_file=_given(options.archive, "IMPORTLOG_ARCHIVE"),
        environ=os.environ,
        now=datetime.now(UTC),
    )
    if options.json:
        write_json((finding.row() for finding in findings), sys.stdout)
    else:
        _print(doctor.lines(findings))
    return DONE if all(finding.ok for finding in findings) else NOTICE


def _config(options: argparse.Namespace) -> int:
    from importlog_tui import config

    path = _given(options.config, "IMPORTLOG_CONFIG")
    tell = {"path": config.path_text, "show": config.show_text, "init": config.init}[options.what]
    print(tell(path))
    return DONE
