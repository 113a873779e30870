"""The command line: the options that go with every command, and the commands in the order of `--help`.

A command is a module here with a function `offer` that adds it: its words, its options, and the function that runs it.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from importlog_tui import __version__
from importlog_tui.cli import screen
from importlog_tui.cli.shared import Commands, Parser

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PROGRAM: Final = "importlog-tui"
ROOMS: Final = {
    "demo": ("demo",),
    "add": ("add",),
    "fetch": ("fetch",),
    "lists": ("runs", "errors", "records"),
    "mark": ("mark",),
    "find": ("find",),
    "brief": ("brief",),
    "check": ("check",),
    "export": ("export",),
    "rules": ("rules",),
    "machine": ("doctor", "config"),
}
"""The modules and the commands that each of them adds."""


def parser(argv: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The command line; a parsed one has the function that runs the command as `run`.

    Args:
        argv: what is to be parsed: a command that does not stand in it need not be loaded. None stands for any.
    """
    everywhere = Parser(prog=PROGRAM, add_help=False, argument_default=argparse.SUPPRESS)
    everywhere.add_argument("--archive", metavar="FILE", help="the archive to use (also IMPORTLOG_ARCHIVE)")
    everywhere.add_argument(
        "--config", metavar="FILE", help="the configuration to use (also IMPORTLOG_CONFIG)"
    )
    everywhere.add_argument(
        "--district", metavar="NAME", help="which of the configuration's districts (also IMPORTLOG_DISTRICT)"
    )
    made = Parser(
        prog=PROGRAM,
        parents=[everywhere],
        description="Work through Schoology's Auto-Import Status Log by keyboard. Without a command: the screen.",
    )
    made.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    made.set_defaults(run=screen.run)
    rooms = ROOMS if argv is None else _named(argv, everywhere)
    commands = Commands(made.add_subparsers(metavar="COMMAND", prog=PROGRAM, parser_class=Parser), everywhere)
    for room in rooms:
        import_module(f"importlog_tui.cli.{room}").offer(commands)
    return made


def parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """The options of this command line, or of the process's own."""
    argv = sys.argv[1:] if argv is None else argv
    return parser(argv).parse_args(argv, argparse.Namespace(archive=None, config=None, district=None))


def _named(argv: Sequence[str], everywhere: Parser) -> Iterable[str]:
    """The modules of the commands that are named; none for the screen, and all where help or a wrong word has to be answered."""
    named = [room for room, commands in ROOMS.items() if not set(argv).isdisjoint(commands)]
    if named:
        return named
    _, other = everywhere.parse_known_args(argv)
    return () if other in ([], ["--version"]) else ROOMS
