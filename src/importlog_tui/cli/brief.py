"""`brief`: the morning summary, of one district or of all."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import (
    REFUSED,
    archive_path,
    archive_to_read,
    diagnosis_of,
    every_district,
    load_config,
    print_lines,
    rules_of,
)
from importlog_tui.errors import Problem
from importlog_tui.streams import terminal_width
from importlog_tui.text import safe

if TYPE_CHECKING:
    from datetime import tzinfo

    from importlog_tui.archive import Archive
    from importlog_tui.cli.shared import Commands
    from importlog_tui.config import Config
    from importlog_tui.report.overview import Morning
    from importlog_tui.triage.brief import Brief


def offer(commands: Commands) -> None:
    """Add the words of the command line."""
    brief = commands.add(
        "brief", _brief, "the morning summary; exit 1: something needs a person, 2: it could not tell"
    )
    brief.add_argument("--json", action="store_true", help="one JSON object; with --all one a line")
    brief.add_argument(
        "--all", action="store_true", help="every district of the configuration in one table, worst first"
    )


def _brief(options: argparse.Namespace) -> int:
    from importlog_tui.report import brief as report
    from importlog_tui.report.listing import write_json
    from importlog_tui.times import in_zone, zone_named
    from importlog_tui.triage.rules import advice

    if options.all:
        return _all(options)
    config = load_config(options)
    zone = zone_named(config.time.zone)
    with archive_to_read(options, config) as archive:
        if archive is None:
            return REFUSED
        told = _told(archive, config, zone)
    if options.json:
        write_json([report.row(told, rules_of(config))], sys.stdout)
    else:
        print_lines(
            report.lines(
                told,
                lambda at: in_zone(at, zone),
                config.district.name,
                advice(rules_of(config), config.district.sis),
            )
        )
    return told.status


def _told(archive: Archive, config: Config, zone: tzinfo | None) -> Brief:
    from importlog_tui.seen import look
    from importlog_tui.triage.brief import brief
    from importlog_tui.triage.impact import weigh

    today = datetime.now(zone or UTC).astimezone(zone).date()
    diagnosis, now = diagnosis_of(config, archive, rules_of(config)), datetime.now(UTC)
    with look(archive, diagnosis, now, aliases=config.columns) as seen:
        sightings = seen.sightings
    return brief(
        archive.runs(),
        archive.errors,
        now,
        zone,
        archive.decided(today),
        lambda run, error: weigh(diagnosis, archive, run, error),
        cache(archive.affected_per_building),
        sightings,
    )


def _all(options: argparse.Namespace) -> int:
    from importlog_tui.report import brief as report
    from importlog_tui.report import overview
    from importlog_tui.report.listing import write_json

    districts = dict(every_district(options))
    mornings = [_morning(name, config, options) for name, config in districts.items()]
    if options.json:
        rows: list[dict[str, object]] = []
        for morning in sorted(mornings, key=lambda one: one.badness):
            told: dict[str, object] = {"night": None, "status": 2, "reason": morning.reason}
            if morning.brief is not None:
                told = report.row(morning.brief, rules_of(districts[morning.name]))
            rows.append({"district": morning.name, **told})
        write_json(rows, sys.stdout)
    else:
        print_lines(overview.lines(mornings, terminal_width()))
    return overview.status(mornings)


def _morning(name: str, config: Config, options: argparse.Namespace) -> Morning:
    from importlog_tui.archive import Archive
    from importlog_tui.report.overview import Morning
    from importlog_tui.times import in_zone, zone_named

    zone = zone_named(config.time.zone)
    path = archive_path(options, config)

    def local(at: datetime) -> datetime:
        return in_zone(at, zone)

    if not path.exists():
        return Morning(name, None, local)
    try:
        with Archive.open(path, read_only=True, aliases=config.columns) as archive:
            return Morning(name, _told(archive, config, zone), local)
    except Problem as problem:
        return Morning(name, None, local, safe(problem.what))
