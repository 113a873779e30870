"""`brief`: the morning summary."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import (
    REFUSED,
    archive_to_read,
    diagnosis_of,
    load_config,
    print_lines,
    rules_of,
)

if TYPE_CHECKING:
    from importlog_tui.cli.shared import Commands


def offer(commands: Commands) -> None:
    """Add the words of the command line."""
    brief = commands.add(
        "brief", _brief, "the morning summary; exit 1: something needs a person, 2: it could not tell"
    )
    brief.add_argument("--json", action="store_true", help="one JSON object")


def _brief(options: argparse.Namespace) -> int:
    from importlog_tui.report import brief as report
    from importlog_tui.report.listing import write_json
    from importlog_tui.times import in_zone, zone_named
    from importlog_tui.triage.brief import brief
    from importlog_tui.triage.impact import weigh

    config = load_config(options)
    zone = zone_named(config.time.zone)
    with archive_to_read(options, config) as archive:
        if archive is None:
            return REFUSED
        today = datetime.now(zone or UTC).astimezone(zone).date()
        rules = rules_of(config)
        diagnosis = diagnosis_of(config, archive, rules)
        told = brief(
            archive.runs(),
            archive.errors,
            datetime.now(UTC),
            zone,
            archive.decided(today),
            lambda run, error: weigh(diagnosis, archive, run, error),
            cache(archive.affected_per_building),
        )
    if options.json:
        write_json([report.row(told, rules)], sys.stdout)
    else:
        print_lines(report.lines(told, lambda at: in_zone(at, zone), config.district.name))
    return told.status
