"""Opening a page in the reader's browser: what would be run here, and running it (textual-over-ssh.md, C.5 and C.6).

1. the configured command; 2. $IMPORTLOG_BROWSER, else $BROWSER, unless it is a text browser; 3. the desktop, where the reader sits at this machine;
4. else nothing: the caller shows the address and copies it. A browser on a server would open for nobody.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.links import Link
from importlog_tui.terminal.process import START_SECONDS, run_here, start
from importlog_tui.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.config import Open
    from importlog_tui.terminal.environment import Environment

TEXT_BROWSERS = frozenset({"www-browser", "links", "links2", "elinks", "lynx", "w3m"})
"""They draw where the screen is; they need `[open] suspend = true`."""

_URL = "{url}"


class How(StrEnum):
    """What opens a page."""

    COMMAND = "command"
    IMPORTLOG_BROWSER = "IMPORTLOG_BROWSER"
    BROWSER = "BROWSER"
    DESKTOP = "desktop"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Step:
    """One way to open a page, looked at.

    Attributes:
        argvs: programs to try in turn, "{url}" where the address goes; () where this way is closed.
        sentence: what would be run, or why nothing is; safe, without a full stop.
    """

    how: How
    sentence: str
    argvs: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What opening a page would do here.

    Attributes:
        steps: the ways in their order, up to the one that decides.
        how: the way that would be taken, NONE where no page can be opened from here.
        suspend: the program wants this terminal: the caller gives the screen up, and waits on the main thread, while `open_address` runs.
    """

    steps: tuple[Step, ...]
    how: How
    suspend: bool = False

    @property
    def argvs(self) -> tuple[tuple[str, ...], ...]:
        """The programs to try in turn."""
        return self.steps[-1].argvs if self.steps else ()

    @property
    def sentence(self) -> str:
        """What opening a page would do, without a full stop."""
        if self.argvs:
            return self.steps[-1].sentence
        return "no page can be opened from here; its address is shown, and copied"


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of it.

    Attributes:
        sentence: the facts, safe, without a full stop.
        detail: the program's own first complaint, safe, or "".
    """

    how: How
    ok: bool
    sentence: str
    detail: str = ""


def plan(environment: Environment, settings: Open) -> Plan:
    """Decide, without running anything."""
    steps: list[Step] = []
    for step in _steps(environment, settings):
        steps.append(step)
        # A command of one's own that does not work is said, not replaced by another program behind one's back.
        if step.argvs or step.how is How.COMMAND:
            how = step.how if step.argvs else How.NONE
            return Plan(tuple(steps), how, settings.suspend and how is not How.DESKTOP and bool(step.argvs))
    return Plan(tuple(steps), How.NONE)


def open_address(link: Link, plan: Plan, environment: Environment, patience: float = START_SECONDS) -> Opened:
    """Run what `plan` decided; waits up to `patience` seconds for each program, so it belongs in a worker (unless `plan.suspend`)."""
    if not isinstance(link, Link):
        raise TypeError("only addresses that links.py built are opened")
    if not plan.argvs:
        last = plan.steps[-1] if plan.steps else None
        detail = last.sentence if last else ""
        return Opened(How.NONE, False, "not opened: no page can be opened from here", detail)
    ended, name = None, ""
    for argv in plan.argvs:
        name = _named(argv)
        filled = _filled(argv, link.address)
        ended = run_here(filled, environment) if plan.suspend else start(filled, environment, patience)
        if ended.ok:
            running = ", which is still running" if ended.running else ""
            return Opened(plan.how, True, f"opened with {name}{running}")
    fault, complaint = (ended.fault, ended.complaint) if ended else ("", "")
    return Opened(plan.how, False, f"not opened: {name} {fault}", complaint)


def _steps(environment: Environment, settings: Open) -> Iterator[Step]:
    if settings.command:
        yield _command(environment, settings)
    for how in (How.IMPORTLOG_BROWSER, How.BROWSER):
        yield _from_variable(how, environment, suspend=settings.suspend)
    yield _desktop(environment, settings.session)


def _command(environment: Environment, settings: Open) -> Step:
    argv = settings.command
    why_not = _why_not(argv[0], environment, suspend=settings.suspend)
    if why_not:
        return Step(How.COMMAND, f"[open] command: {why_not}")
    return Step(How.COMMAND, f"[open] command runs {_named(argv)}", (argv,))


def _from_variable(how: How, environment: Environment, *, suspend: bool) -> Step:
    entries = [entry.strip() for entry in environment.get(how).split(os.pathsep) if entry.strip()]
    if not entries:
        return Step(how, f"${how} is not set")
    argvs, faults = [], []
    for entry in entries:
        argv = _browser_argv(entry, environment)
        why_not = _why_not(argv[0], environment, suspend=suspend)
        if why_not:
            faults.append(why_not)
        else:
            argvs.append(argv)
    if not argvs:
        return Step(how, f"${how}: {'; '.join(faults)}")
    return Step(how, f"${how} runs {_named(argvs[0])}", tuple(argvs))


def _browser_argv(entry: str, environment: Environment) -> tuple[str, ...]:
    """One entry of $BROWSER as an argv: a program, perhaps with arguments; %s stands for the address, else it comes last."""
    words = [entry] if environment.which(entry) else entry.split()
    argv = (words[0], *(word.replace("%s", _URL) for word in words[1:]))
    return argv if any(_URL in word for word in argv[1:]) else (*argv, _URL)


def _why_not(program: str, environment: Environment, *, suspend: bool) -> str:
    """Why `program` can't be used, "" where it can."""
    found = environment.which(program)
    if found is None:
        return f"{safe(program)} was not found"
    names = {Path(found).name, Path(os.path.realpath(found)).name}
    if names & TEXT_BROWSERS and not suspend:
        return f"{safe(program)} is a text browser, which needs [open] suspend = true"
    return ""


def _desktop(environment: Environment, session: str) -> Step:
    if environment.is_remote(session):
        why = "[open] session says so" if session == "remote" else f"{environment.ssh_variable} is set"
        return Step(How.DESKTOP, f"the desktop: you sit at another machine ({why})")
    if environment.platform == "darwin":
        choices: tuple[tuple[str, ...], ...] = (("open", _URL),)
    elif environment.is_wsl:
        powershell = (
            "powershell.exe",
            "-NoProfile",
            "-NonInteractive",
            "-Command",
            f"Start-Process '{_URL}'",
        )
        choices = (("wslview", _URL), powershell)
    elif environment.display:
        choices = (("xdg-open", _URL), ("gio", "open", _URL))
    else:
        return Step(How.DESKTOP, "the desktop: neither DISPLAY nor WAYLAND_DISPLAY is set")
    found = next((argv for argv in choices if environment.which(argv[0])), None)
    if found is None:
        missing = " nor ".join(argv[0] for argv in choices)
        return Step(
            How.DESKTOP, f"the desktop: {'neither ' if len(choices) > 1 else 'no '}{missing} was found"
        )
    return Step(How.DESKTOP, f"the desktop, by {_named(found)}", (found,))


def _filled(argv: tuple[str, ...], address: str) -> list[str]:
    """`argv` with the address in it. Inside a longer argument another program may read it as quoted text, so its own quotes are encoded there."""
    quoted = address.replace("'", "%27")
    return [argv[0], *(address if word == _URL else word.replace(_URL, quoted) for word in argv[1:])]


def _named(argv: tuple[str, ...]) -> str:
    """`argv` for a sentence: the program's bare name and its words, without the address."""
    words = (word for word in argv[1:] if _URL not in word)
    return safe(" ".join([Path(argv[0]).name, *words]))
