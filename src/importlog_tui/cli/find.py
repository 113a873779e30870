"""`find`: one person or section through all nights."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import (
    DONE,
    NOTICE,
    archive_to_read,
    links_of,
    load_config,
    print_lines,
    rules_of,
    today_of,
)
from importlog_tui.errors import UsageProblem
from importlog_tui.streams import complain, terminal_width
from importlog_tui.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlog_tui.archive import Hit
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
    from importlog_tui.report import listing, marking
    from importlog_tui.report.person import sentence
    from importlog_tui.times import in_zone, zone_named
    from importlog_tui.triage.person import repeated

    config = load_config(options)
    with archive_to_read(options, config) as archive:
        if archive is None:
            return NOTICE
        if not archive.is_indexed():
            with Archive.open(
                archive.path, group_writable=config.archive.group_writable, aliases=config.columns
            ) as writable:
                writable.index()
        try:
            hits = archive.find(" ".join(options.text))
            flips = archive.flips(hits)
            decided = archive.decided(today_of(config))
            errors = {error.id: error for error in archive.errors()}
            numbers = archive.numbers([hit.record.subject.user or "" for hit in hits])
        except ValueError:
            raise UsageProblem(
                "too little to look for",
                remedy="Give at least two letters or digits in one word; two find whole names, or what begins with them.",
            ) from None
    links = links_of(config)
    if options.json:
        times = {(flip.lineage, flip.key): flip.times for flip in flips}
        rows = (
            listing.hit_row(
                hit,
                links,
                numbers.get(hit.record.subject.user or "", ""),
                decided.on_record_or_error(errors[hit.record.error_id], hit.record),
                times.get((hit.lineage, hit.record.key), 0),
            )
            for hit in hits
        )
        listing.write_json(rows, sys.stdout)
    else:
        zone = zone_named(config.time.zone)
        category = rules_of(config).category

        def remarks(some: Sequence[Hit]) -> Iterator[str]:
            for each in repeated(some, flips, category):
                yield sentence(each, lambda at: f"{in_zone(at, zone):%d %b %Y}")
            told = (
                f"{marking.sentence(mark, lambda day: f'{day:%d %b %Y}', zone)}  [{one_line(hit.message)}]"
                for hit in some
                for mark in decided.on_record_or_error(errors[hit.record.error_id], hit.record)
            )
            yield from dict.fromkeys(told)

        cells = terminal_width()
        print_lines(listing.hits_table(hits, lambda at: in_zone(at, zone), links, cells, numbers, remarks))
    if not hits:
        complain("importlog-tui: nothing found")
    return DONE if hits else NOTICE
