"""The command line: the options that go with every command, and the commands in the order of `--help`.

A command is a module here with a function `offer` that adds it: its words, its options, and the function that runs it.
"""

from __future__ import annotations

import argparse

from importlog_tui import __version__
from importlog_tui.cli import (
    add,
    brief,
    check,
    demo,
    export,
    fetch,
    find,
    lists,
    machine,
    mark,
    rules,
    screen,
)
from importlog_tui.cli.shared import Commands, Parser

_ROOMS = (demo, add, fetch, lists, mark, find, brief, check, export, rules, machine)


def parser() -> argparse.ArgumentParser:
    """The whole command line; a parsed one has the function that runs the command as `run`."""
    everywhere = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    everywhere.add_argument("--archive", metavar="FILE", help="the archive to use (also IMPORTLOG_ARCHIVE)")
    everywhere.add_argument(
        "--config", metavar="FILE", help="the configuration to use (also IMPORTLOG_CONFIG)"
    )
    everywhere.add_argument(
        "--district", metavar="NAME", help="which of the configuration's districts (also IMPORTLOG_DISTRICT)"
    )
    made = Parser(
        prog="importlog-tui",
        parents=[everywhere],
        description="Work through Schoology's Auto-Import Status Log by keyboard. Without a command: the screen.",
    )
    made.add_argument("--version", action="version", version=f"importlog-tui {__version__}")
    made.set_defaults(run=screen.run)
    commands = Commands(made.add_subparsers(metavar="COMMAND", parser_class=Parser), everywhere)
    for room in _ROOMS:
        room.offer(commands)
    return made
