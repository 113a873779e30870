"""`find`: one person or section through all nights."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import (
    DONE,
    NOTICE,
    archive_to_read,
    diagnosis_of,
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
    from datetime import datetime

    from importlog_tui.archive import Archive, Hit
    from importlog_tui.archive.flips import Flip
    from importlog_tui.cli.shared import Commands
    from importlog_tui.config import Config
    from importlog_tui.triage.disabled import Disabled


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
    from importlog_tui.report.person import sentence, why_lines
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
            why = _why(config, archive, hits, flips) if not options.json else {}
            elsewhere = [] if hits else _elsewhere(config, archive, " ".join(options.text).split())
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

        def day(at: datetime) -> str:
            return f"{in_zone(at, zone):%d %b %Y}"

        def remarks(some: Sequence[Hit]) -> Iterator[str]:
            for each in repeated(some, flips, category):
                yield sentence(each, day)
            if (again := why.get(some[0].record.subject.user or "")) is not None:
                yield from why_lines(again, day)
            told = (
                f"{marking.sentence(mark, lambda day: f'{day:%d %b %Y}', zone)}  [{one_line(hit.message)}]"
                for hit in some
                for mark in decided.on_record_or_error(errors[hit.record.error_id], hit.record)
            )
            yield from dict.fromkeys(told)

        cells = terminal_width()
        print_lines(listing.hits_table(hits, lambda at: in_zone(at, zone), links, cells, numbers, remarks))
    if not hits:
        complain("importlog-tui: nothing found" + (" in the log, but:" if elsewhere else ""))
    for line in elsewhere:
        complain(f"  {line}")
    return DONE if hits else NOTICE


_MOST_ROWS = 5
"""Rows of a table of the SIS or of Schoology that are named where the log has none."""


def _elsewhere(config: Config, archive: Archive, words: Sequence[str]) -> list[str]:
    """Whom or what the newest tables of the SIS and of Schoology hold by these words: nobody there has failed."""
    from importlog_tui.fields import Columns
    from importlog_tui.model import Kind
    from importlog_tui.roster import Witness
    from importlog_tui.times import in_zone, zone_named

    zone = zone_named(config.time.zone)
    told: list[str] = []
    for witness, says in ((Witness.SIS, "the SIS sends"), (Witness.DIRECTORY, "Schoology holds")):
        for kind in (Kind.USERS, Kind.COURSES):
            roster = archive.roster(witness, kind)
            if roster is None:
                continue
            known = Columns(roster.columns, roster.fields)
            for entry in archive.mentioning(roster.id, words, _MOST_ROWS):
                subject = known.subject(tuple(entry.values.values()))
                who = " ".join(part for part in (subject.user, subject.section, subject.name) if part)
                at = f"{in_zone(roster.taken_at, zone):%d %b %Y}"
                told.append(one_line(f"{says} {who} ({roster.origin}, line {entry.line}, of {at})"))
    return told


_MOST_PEOPLE = 5
"""People for whom it is found out why their account does not stay active."""


def _why(config: Config, archive: Archive, hits: Sequence[Hit], flips: Sequence[Flip]) -> dict[str, Disabled]:
    """Why accounts are disabled again and again, by unique ID."""
    from importlog_tui.triage.disabled import disabled
    from importlog_tui.triage.person import repeated

    users = dict.fromkeys(hit.record.subject.user for hit in hits if hit.record.subject.user)
    diagnosis = diagnosis_of(config, archive)
    found = {}
    for user in list(users)[:_MOST_PEOPLE]:
        some = [hit for hit in hits if hit.record.subject.user == user]
        told = disabled(diagnosis, archive, some, repeated(some, flips, diagnosis.rules.category))
        if told is not None:
            found[user] = told
    return found
