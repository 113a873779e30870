"""What this terminal, configuration and archive can do, and what there is to mend."""

from __future__ import annotations

import os
import platform
import shutil
import stat
import textwrap
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from importlog_tui import __version__, locations
from importlog_tui.archive import Archive
from importlog_tui.archive.health import ENGINE, look
from importlog_tui.config import Config, choose, load, rule_texts
from importlog_tui.errors import ArchiveProblem, ConfigProblem
from importlog_tui.fetching.access import kept_cookie
from importlog_tui.fetching.api import is_set, kept
from importlog_tui.report.finding import Finding
from importlog_tui.report.witnesses import extract_place, witnesses
from importlog_tui.terminal import clipboard, opener
from importlog_tui.terminal.environment import Environment
from importlog_tui.text import safe
from importlog_tui.times import in_zone, zone_named
from importlog_tui.triage.reading import read_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

__all__ = ["Finding", "diagnose", "lines"]

_WIDTH = 72
_INDENT = 15

NEEDED_BYTES = 200 * 1024 * 1024
"""Free room below which a bad night (a million rows, 164 MB as CSV) does not fit."""

_WAYS = {
    clipboard.Way.TMUX: "by the tmux buffer and, through tmux, to your terminal; never confirmed by it",
    clipboard.Way.SCREEN: "by an escape sequence through screen to your terminal; never confirmed by it",
    clipboard.Way.TERMINAL: "by an escape sequence (OSC 52) to your terminal; never confirmed by it",
    clipboard.Way.NONE: "not from here: there is no terminal that could take it",
}


def diagnose(
    *,
    config_file: Path | None,
    archive_file: Path | None,
    environ: Mapping[str, str],
    now: datetime,
    district: str = "",
    actions: Collection[str] | None = None,
    keys: Callable[[Mapping[str, Any]], object] | None = None,
) -> list[Finding]:
    """Look at everything; changes nothing. `actions` are the names that [keys] may hold, `keys` refuses their
    keys, as for `load`; None leaves them unchecked. `config_file` and `archive_file` are what the reader named, None for the usual places;
    `district` one of several, "" for the first.

    Raises:
        UsageProblem: a named place makes no sense.
    """
    environment = Environment.from_environ(environ)
    config, of_config = _config(config_file, actions, keys)
    if config.districts:
        names = ", ".join(config.districts)
        config = choose(config, district or next(iter(config.districts)))
        of_config.append(Finding("district", f"{config.chosen}, of {names}; another: --district NAME"))
    archive = locations.archive_file(archive_file, config.archive.file)
    return [
        *_terminal(environment, config),
        *_opening(environment, config),
        *_copying(environment),
        *of_config,
        *_rules(config),
        _site(environment, config),
        extract_place(environment, config),
        _key(environment, config),
        *_archive(archive, config),
        *witnesses(archive, now, zone_named(config.time.zone)),
        _disk(archive),
        _time(config, now),
        _program(),
    ]


def lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Findings as plain text for 72 columns; a path is never broken."""
    faults, topic = 0, ""
    for finding in findings:
        faults += not finding.ok
        text = finding.text if finding.ok else f"TO MEND: {finding.text}"
        yield from _wrapped(text, ("" if finding.topic == topic else finding.topic).ljust(_INDENT))
        topic = finding.topic
        if finding.remedy:
            yield from _wrapped(finding.remedy, " " * _INDENT)
    yield ""
    yield "Nothing to mend." if not faults else f"{faults} {'thing' if faults == 1 else 'things'} to mend."


def _wrapped(text: str, lead: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=lead,
        subsequent_indent=" " * _INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _terminal(environment: Environment, config: Config) -> Iterator[Finding]:
    term = safe(environment.term) or "not set"
    if not environment.is_terminal:
        yield Finding("terminal", f"none here: standard input or output is a file or a pipe (TERM is {term})")
    elif environment.is_dumb:
        yield Finding(
            "terminal",
            f"it can't place text (TERM is {term}), so there is no screen",
            ok=False,
            remedy="Every list is there without it: importlog-tui --help.",
        )
    else:
        size = f"{environment.columns} x {environment.lines}" if environment.columns else "size unknown"
        colours = "no colours (NO_COLOR)" if environment.no_color else f"{environment.colours} colours"
        small = 0 < environment.columns < 80 or 0 < environment.lines < 24
        yield Finding(
            "terminal",
            f"{size}, {colours}, TERM is {term}",
            remedy="The screen is made for 80 x 24 and more." if small else "",
        )
    yield _session(environment, config.open.session)
    yield _locale(environment)


def _session(environment: Environment, setting: str) -> Finding:
    remote = environment.is_remote(setting)
    if setting != "auto":
        why = "[open] session says so"
    else:
        why = f"{environment.ssh_variable} is set" if remote else "there is no trace of SSH"
    around = [
        name
        for name, here in (
            ("tmux", environment.in_tmux),
            ("screen", environment.in_screen),
            ("zellij", environment.in_zellij),
            ("VS Code", environment.in_vscode),
            ("WSL", environment.is_wsl),
        )
        if here
    ]
    inside = f", inside of {' and '.join(around)}" if around else ""
    return Finding("session", f"{'remote' if remote else 'local'} ({why}){inside}")


def _locale(environment: Environment) -> Finding:
    named = safe(environment.encoding)
    if environment.is_utf8:
        return Finding("locale", named)
    if environment.is_utf8 is None:
        return Finding("locale", "it names no encoding; UTF-8 is used")
    return Finding(
        "locale",
        f"{named}, but UTF-8 is needed for names",
        ok=False,
        remedy="Set LANG, to C.UTF-8 for example.",
    )


def _opening(environment: Environment, config: Config) -> Iterator[Finding]:
    plan = opener.plan(environment, config.open)
    broken = bool(config.open.command) and not plan.argvs
    # That nothing can be opened over SSH is no fault: the address is shown and copied.
    sentence = f"{plan.sentence}; the screen makes way for it" if plan.suspend else plan.sentence
    yield Finding(
        "open a page",
        sentence,
        ok=not broken,
        remedy="Correct [open] command in the configuration." if broken else "",
    )
    for place, step in enumerate(plan.steps, 1):
        yield Finding("open a page", f"{place}. {step.sentence}")


def _copying(environment: Environment) -> Iterator[Finding]:
    chosen = clipboard.way(environment)
    hint = ""
    if chosen is clipboard.Way.TERMINAL and environment.has_far_multiplexer:
        hint = "tmux seems to run on your side; there it needs: set -s set-clipboard on"
    yield Finding("copy", _WAYS[chosen], remedy=hint)
    if chosen is not clipboard.Way.TMUX:
        return
    tmux = clipboard.ask_tmux(environment)
    if tmux.complaint:
        yield Finding(
            "tmux",
            f"it does not answer ({tmux.complaint})",
            ok=False,
            remedy="TMUX names a tmux that is gone, or tmux is not on the PATH.",
        )
        return
    told = f"version {safe(tmux.version)}, set-clipboard is {safe(tmux.set_clipboard) or 'unknown'}"
    if tmux.carries is False:
        yield Finding(
            "tmux",
            f"{told}; it knows of no clipboard in your terminal, a copy stays in its buffer",
            ok=False,
            remedy="If your terminal has one: tmux set -as terminal-features ',*:clipboard', then attach again.",
        )
    else:
        yield Finding("tmux", f"{told}; it hands copies on to your terminal")


def _rules(config: Config) -> Iterator[Finding]:
    """What is wrong with the district's own rules, if it has any."""
    if not config.triage.rules:
        return
    try:
        rules = read_rules(rule_texts(config))
    except ConfigProblem as problem:
        yield Finding(
            "rules", safe(f"{problem.where}: {problem.what}"), ok=False, remedy=safe(problem.remedy)
        )
    else:
        yield Finding("rules", f"{len(rules.rules):,}, the district's own among them")


def _config(
    file: Path | None,
    actions: Collection[str] | None,
    keys: Callable[[Mapping[str, Any]], object] | None,
) -> tuple[Config, list[Finding]]:
    """The configuration, or the defaults where it is broken; and what there is to say of it."""
    path = locations.config_file(file)
    shown = safe(str(path))
    try:
        config = load(file, actions=actions, keys=keys)
    except ConfigProblem as problem:
        where = problem.where.removeprefix(str(path)).removeprefix(", ")
        what = f"{where}: {problem.what}" if where else problem.what
        text = safe(f"{path}, {what}; the defaults are used below")
        return Config(), [Finding("configuration", text, ok=False, remedy=safe(problem.remedy))]
    if config.file is None:
        return config, [
            Finding(
                "configuration",
                f"{shown} does not exist, the defaults are used",
                remedy="importlog-tui config init makes one.",
            )
        ]
    mode = _mode(path.stat().st_mode)
    if mode & 0o022:
        # Who can write it can name a program that the reader will run.
        return config, [
            Finding(
                "configuration",
                f"{shown} can be changed by other users (mode {mode:04o})",
                ok=False,
                remedy=f"chmod go-w {shown}",
            )
        ]
    count = len(config.given)
    return config, [
        Finding("configuration", f"{shown}, sound, sets {count} {'thing' if count == 1 else 'things'}")
    ]


def _site(environment: Environment, config: Config) -> Finding:
    """Whether `fetch` has what it needs; the site itself is not asked."""
    address = config.schoology.status_log
    if not address:
        return Finding(
            "site",
            "the Status Log's address is not set: fetch can't be used",
            remedy="The log comes in by other ways, too: importlog-tui add.",
        )
    kept = kept_cookie(config).where(environment)
    protocol = "HTTP/2" if find_spec("h2") is not None else "HTTP/1.1"
    session = f"the session comes from {kept}" if kept else "the session is asked for"
    return Finding("site", safe(f"{address}; {session}; {protocol}"))


def _key(environment: Environment, config: Config) -> Finding:
    """Whether Schoology can be asked about users; it is not asked."""
    address = config.api.address
    if not is_set(config, environment):
        return Finding("API", "no key is set: Schoology is not asked about users, all else works")
    key, _ = kept(config.api)
    asks = "" if config.api.look_up else "; the screen does not ask by itself ([api] look_up)"
    return Finding("API", safe(f"{address}; the key comes from {key.where(environment)}{asks}"))


def _archive(path: Path, config: Config) -> Iterator[Finding]:
    shown = safe(str(path))
    try:
        if not path.exists():
            yield Finding("archive", f"{shown} does not exist: nothing was brought in yet")
            return
        with Archive.open(path, read_only=True) as archive:
            health = look(archive)
        found = path.stat()
    except ArchiveProblem as problem:
        yield Finding("archive", f"{shown}: {safe(problem.what)}", ok=False, remedy=safe(problem.remedy))
        return
    except OSError as fault:
        yield Finding(
            "archive", f"{shown} can't be read ({fault.strerror})", ok=False, remedy="Check its permissions."
        )
        return
    mode = _mode(found.st_mode)
    facts = f"{_size(found.st_size)}, version {health.version}, mode {mode:04o}"
    if health.complaint:
        yield Finding(
            "archive",
            f"{shown} is damaged: {safe(health.complaint)} ({facts})",
            ok=False,
            remedy="Move it away, and bring everything in again or put a copy of it from a backup in its place.",
        )
        return
    yield Finding("archive", f"{shown}, sound, {facts}")
    others = mode & (0o007 if config.archive.group_writable else 0o077)
    if others:
        yield Finding(
            "archive",
            "other users of this machine can read it, and it holds names of students",
            ok=False,
            remedy=f"chmod {'o' if config.archive.group_writable else 'go'}= {shown}",
        )


def _disk(archive: Path) -> Finding:
    folder = next((one for one in (archive, *archive.absolute().parents) if _is_there(one)), archive)
    try:
        free = shutil.disk_usage(folder).free
    except OSError as fault:
        return Finding("disk", f"its free room is not known ({fault.strerror})")
    return Finding(
        "disk",
        f"{_size(free)} free where the archive is",
        ok=free >= NEEDED_BYTES,
        remedy="" if free >= NEEDED_BYTES else f"Make room: {_size(NEEDED_BYTES)} should be free.",
    )


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _time(config: Config, now: datetime) -> Finding:
    local = in_zone(now, zone_named(config.time.zone))
    zone = config.time.zone if config.time.zone not in {"", "local"} else f"the machine's, {local.tzname()}"
    return Finding("time", f"zone {safe(zone)}; now {local:%Y-%m-%d %H:%M %z}")


def _program() -> Finding:
    parts = (
        f"importlog-tui {__version__}",
        f"Python {platform.python_version()}",
        f"Textual {version('textual')}",
        ENGINE,
    )
    return Finding("program", ", ".join(parts))


def _mode(found: int) -> int:
    """Who may do what; where there are no such bits (Windows), nobody else may."""
    return stat.S_IMODE(found) if os.name == "posix" else 0o600


def _size(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
