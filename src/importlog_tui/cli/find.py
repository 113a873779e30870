"""`find`: one person or section through all nights."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import DONE, NOTICE, archive_to_read, links_of, load_config, print_lines
from importlog_tui.errors import UsageProblem
from importlog_tui.streams import complain, terminal_width

if TYPE_CHECKING:
    from importlog_tui.cli.shared import Commands


def offer(commands: Commands) -> None:
    """Add the words of the command line."""
    find = commands.add("find", _find, "one person or section through all nights; exit 1 without a hit")
    find.add_argument(
        "text",
        nargs="+",
        metavar="TEXT",
        help="parts of a name, unique ID, e-mail, username, course or section code",
    )
    find.add_argument("--json", action="store_true", help="one JSON object a line")


def _find(options: argparse.Namespace) -> int:
    from importlog_tui.archive import Archive
    from importlog_tui.report import listing
    from importlog_tui.times import in_zone, zone_named

    config = load_config(options)
    with archive_to_read(options, config) as archive:
        if archive is None:
            return NOTICE
        if not archive.is_indexed():
            with Archive.open(archive.path, aliases=config.columns) as writable:
                writable.index()
        try:
            hits = archive.find(" ".join(options.text))
            numbers = archive.numbers([hit.record.subject.user or "" for hit in hits])
        except ValueError:
            raise UsageProblem(
                "too little to look for", remedy="Give at least three letters or digits in one word."
            ) from None
    links = links_of(config)
    if options.json:
        rows = (listing.hit_row(hit, links, numbers.get(hit.record.subject.user or "", "")) for hit in hits)
        listing.write_json(rows, sys.stdout)
    else:
        zone = zone_named(config.time.zone)
        print_lines(listing.hits_table(hits, lambda at: in_zone(at, zone), links, terminal_width(), numbers))
    if not hits:
        complain("importlog-tui: nothing found")
    return DONE if hits else NOTICE
