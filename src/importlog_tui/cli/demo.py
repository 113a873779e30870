"""`demo`: the made-up district on the screen, as files, or behind a server of its own."""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.cli.screen import open_screen, refuse_without_terminal
from importlog_tui.cli.shared import DONE, load_all
from importlog_tui.errors import UsageProblem
from importlog_tui.streams import complain, progress_line, stopped_by_signals
from importlog_tui.text import safe

if TYPE_CHECKING:
    from importlog_tui.cli.shared import Commands
    from importlog_tui.config import Config


def offer(commands: Commands) -> None:
    """Add the words of the command line."""
    demo = commands.add(
        "demo", _demo, "the screen on a made-up district, 30 nights of it; changes nothing else"
    )
    demo.add_argument(
        "--files",
        metavar="FOLDER",
        help="write the made-up district's files there instead, to try `add` and paste with",
    )
    demo.add_argument(
        "--serve",
        action="store_true",
        help="serve the made-up district as a site on this machine instead, to try `fetch` with; prints a configuration for it",
    )
    demo.add_argument(
        "--port", type=_port, default=0, metavar="N", help="with --serve: its port (any free one)"
    )
    demo.add_argument(
        "--sign-in",
        choices=("form", "sso"),
        default="form",
        help="with --serve: how those without a session are met",
    )
    demo.add_argument(
        "--nights",
        type=_nights,
        default=30,
        metavar="N",
        help="with --serve: how many nights its log shows (30)",
    )


def _nights(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 30):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no number of nights (1 to 30)")
    return int(text)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:6]) < 65_536):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no port")
    return int(text)


def _demo(options: argparse.Namespace) -> int:

    from importlog_tui import demo
    from importlog_tui.config import District, Schoology
    from importlog_tui.times import zone_named

    config = load_all(options)
    zone = zone_named(config.time.zone)
    now = datetime.now(UTC)
    if options.serve:
        return _serve(options, config)
    if options.files is not None:
        for line in demo.leave_files(Path(options.files).expanduser(), now=now, zone=zone):
            print(safe(line))
        return DONE
    refuse_without_terminal()
    with progress_line() as progress:
        archive = demo.prepare(now=now, zone=zone, progress=progress)
    ended = open_screen(
        config._replace(district=District(demo.DISTRICT), schoology=Schoology(demo.ADDRESS)),
        archive,
        banner="made-up",
    )
    return ended if isinstance(ended, int) else DONE


def _serve(options: argparse.Namespace, config: Config) -> int:
    try:
        from importlog_tui.demo.server import MadeUpSchoology, World, running
    except ImportError as missing:
        raise UsageProblem(
            f"the made-up server needs the library {missing.name}",
            remedy="pip install 'importlog-tui[serve]'",
        ) from None
    from importlog_tui.demo.server.serving import configuration
    from importlog_tui.times import zone_named

    world = World(now=datetime.now(UTC), zone=zone_named(config.time.zone), nights=options.nights)
    app = MadeUpSchoology(world, sign_in=options.sign_in)
    with stopped_by_signals() as stopped, running(app, port=options.port) as served:
        print(configuration(served, Path.cwd(), config.time.zone), flush=True)
        complain(f"The made-up Schoology answers at {served.address} until Ctrl-C.")
        while not stopped():
            time.sleep(0.2)
    return DONE
