"""`runs`, `errors`, `records`."""

from __future__ import annotations

import argparse
import contextlib
import sys
from itertools import islice
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import (
    DONE,
    archive_to_read,
    diagnosis_of,
    id_of,
    known,
    known_run,
    links_of,
    load_config,
    numbered,
    print_lines,
    rules_of,
    seen_in,
    states_of,
    views_of,
)
from importlog_tui.errors import UsageProblem
from importlog_tui.streams import terminal_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlog_tui.archive import Archive
    from importlog_tui.cli.shared import Commands
    from importlog_tui.config import Config
    from importlog_tui.model import ErrorType, Record
    from importlog_tui.seen import Seen
    from importlog_tui.triage.seen import Sighting
    from importlog_tui.triage.views import Views


def offer(commands: Commands) -> None:
    """Add the words of the command line."""
    for name, run, summary in (
        ("runs", _runs, "list the runs, newest first"),
        ("errors", _errors, "list the errors of all runs, or of one"),
        ("records", _records, "list the affected records of all runs, of one, or of one error"),
    ):
        listing = commands.add(name, run, summary)
        listing.add_argument("--run", dest="run_id", type=id_of, metavar="ID", help="only this run")
        if name != "runs":
            listing.add_argument("--error", dest="error_id", type=id_of, metavar="ID", help="only this error")
            listing.add_argument(
                "--seen",
                action="store_true",
                help="instead of the log: what is seen in the SIS's files and the directory without a message",
            )
            if name == "errors":
                listing.add_argument(
                    "--common",
                    action="store_true",
                    help="with --error: what its rows have in common, against the rows that pass",
                )
            if name == "records":
                listing.add_argument(
                    "--why",
                    action="store_true",
                    help="what is wrong with each: cause, remedy, evidence, and the three witnesses side by side",
                )
            listing.add_argument(
                "--state",
                type=states_of,
                metavar="STATE,...",
                help="only these: new, still, returned, gone; without --run of the newest comparable run of each kind",
            )
            listing.add_argument(
                "--view",
                choices=("new", "waiting", "mine", "accepted"),
                help="only what is new and not accepted, waits for proof, is mine, is accepted; of the runs that --state looks at",
            )
        form = listing.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="one JSON object a line")
        form.add_argument("--csv", action="store_true", help="CSV with a heading line, values as they are")


def _runs(options: argparse.Namespace) -> int:
    from importlog_tui.report import listing
    from importlog_tui.times import in_zone, zone_named

    config = load_config(options)
    with archive_to_read(options, config) as archive:
        if archive is None:
            return DONE
        runs = archive.runs(options.run_id)
        known("run", options.run_id, runs)
        rows = map(listing.run_row, runs)
        if options.json:
            listing.write_json(rows, sys.stdout)
        elif options.csv:
            listing.write_csv(rows, sys.stdout)
        else:
            zone = zone_named(config.time.zone)
            print_lines(listing.runs_table(runs, lambda at: in_zone(at, zone), terminal_width()))
    return DONE


def _errors(options: argparse.Namespace) -> int:
    from importlog_tui.report import listing

    config = load_config(options)
    with archive_to_read(options, config) as archive:
        if archive is None:
            return DONE
        if options.seen:
            return _seen(options, config, archive)
        known_run(archive, options)
        errors = archive.errors(options.run_id, options.error_id)
        known("error", options.error_id, errors)
        views = views_of(config, archive)
        if options.common:
            return _common(options, config, archive, errors)
        if options.view is not None:
            errors = _errors_in(archive, options, errors, views)
        elif options.state is not None:
            errors = _errors_with(archive, options, errors)
        rules = rules_of(config)
        kinds = {run.id: run.kind for run in archive.runs()}
        rows = (listing.error_row(error, rules, kinds[error.run_id], views.decided) for error in errors)
        if options.json:
            listing.write_json(rows, sys.stdout)
        elif options.csv:
            listing.write_csv(rows, sys.stdout)
        else:
            print_lines(listing.errors_table(errors, rules, terminal_width()))
    return DONE


def _records(options: argparse.Namespace) -> int:
    from importlog_tui.report import listing

    config = load_config(options)
    with archive_to_read(options, config) as archive:
        if archive is None:
            return DONE
        if options.seen:
            return _seen(options, config, archive, are_records=True)
        known_run(archive, options)
        errors = archive.errors(options.run_id, options.error_id)
        known("error", options.error_id, errors)
        views = views_of(config, archive)
        if options.view is not None:
            records = _records_in(archive, options, errors, views)
        elif options.state is not None:
            records = _records_with(archive, options, errors)
        else:
            records = archive.records(options.run_id, options.error_id)
        links = links_of(config)
        if options.why and not options.csv:
            return _why(options, config, archive, records)
        if options.json:
            about = {error.id: error for error in (errors if options.state is None else archive.errors())}
            rows = (
                listing.record_row(
                    record,
                    links,
                    number,
                    views.decided.on_record_or_error(about[record.error_id], record),
                )
                for record, number in numbered(archive, records)
            )
            listing.write_json(rows, sys.stdout)
        elif options.csv:
            listing.write_records_csv(
                numbered(archive, records), listing.all_columns(errors), links, sys.stdout
            )
        else:
            every = errors if options.state is None else archive.errors()
            print_lines(
                listing.records_table(records, {error.id: error for error in every}, terminal_width())
            )
    return DONE


def _seen(options: argparse.Namespace, config: Config, archive: Archive, *, are_records: bool = False) -> int:
    """What is seen without a message, in the form of errors or of records."""
    from importlog_tui.report import listing
    from importlog_tui.report import seen as report
    from importlog_tui.triage.seen import NOT_ITS_OWN

    _no_log(options)
    with contextlib.ExitStack() as stack:
        seen, wanted = seen_in(options, config, archive, stack)
        rules = seen.diagnosis.rules
        errors = [report.as_error(one, seen.columns(one)) for one in wanted]
        records = (record for one in wanted for record in seen.records(one))
        if not are_records:
            rows = (report.row(one, rules) for one in wanted)
            if options.json:
                listing.write_json(rows, sys.stdout)
            elif options.csv:
                listing.write_csv(rows, sys.stdout)
            else:
                print_lines(iter([NOT_ITS_OWN] if wanted else []))
                print_lines(listing.errors_table(errors, rules, terminal_width()))
        elif options.json:
            listing.write_json(_seen_rows(seen, wanted, archive, config), sys.stdout)
        elif options.csv:
            listing.write_records_csv(
                numbered(archive, records), listing.all_columns(errors), links_of(config), sys.stdout
            )
        else:
            print_lines(
                listing.records_table(records, {error.id: error for error in errors}, terminal_width())
            )
    return DONE


def _seen_rows(
    seen: Seen, wanted: Sequence[Sighting], archive: Archive, config: Config
) -> Iterator[dict[str, object]]:
    from importlog_tui.report import listing, ruling

    links = links_of(config)
    for one in wanted:
        judged = seen.judged(one)
        while some := list(islice(judged, 500)):
            for (record, number), (_, verdict) in zip(
                numbered(archive, (record for record, _ in some)), some, strict=True
            ):
                yield {
                    **listing.record_row(record, links, number),
                    "run_id": None,
                    "seen": True,
                    "sight": one.sight,
                    "file": one.roster.origin,
                    "verdict": ruling.verdict_row(verdict),
                }


def _no_log(options: argparse.Namespace) -> None:
    """Refuse what is about the log's own errors beside --seen."""
    others = ("run_id", "state", "view", "common", "why")
    if any(getattr(options, name, None) for name in others):
        raise UsageProblem(
            "--seen is not about the log: it has no runs, states or views",
            remedy="Leave the others out; --error ID chooses one of what is seen.",
        )


def _common(
    options: argparse.Namespace, config: Config, archive: Archive, errors: Sequence[ErrorType]
) -> int:
    """What the rows of an error have in common."""
    from importlog_tui.report import common, listing
    from importlog_tui.triage.asked_common import of_error

    if options.error_id is None:
        raise UsageProblem("--common is about one error", remedy="Say which, with --error ID.")
    (error,) = errors
    (run,) = archive.runs(error.run_id)
    told = of_error(diagnosis_of(config, archive), archive, error, run)
    if options.json:
        listing.write_json(common.rows(told), sys.stdout)
    else:
        print_lines(common.lines(told, error))
    return DONE


def _why(options: argparse.Namespace, config: Config, archive: Archive, records: Iterator[Record]) -> int:
    """Records with their verdicts."""
    from importlog_tui.report import listing, ruling

    found = diagnosis_of(config, archive).stream(records)
    if options.json:
        links = links_of(config)
        rows = (
            {
                **listing.record_row(each.record, links),
                "verdict": ruling.verdict_row(each.verdict),
                "also": [ruling.verdict_row(one) for one in each.also],
                "compared": ruling.compared_row(each),
            }
            for each in found
        )
        listing.write_json(rows, sys.stdout)
    else:
        for each in found:
            print_lines(ruling.why_lines(each, terminal_width()))
    return DONE


def _runs_asked(archive: Archive, options: argparse.Namespace, errors: Sequence[ErrorType]) -> Sequence[int]:
    """The runs that `--state` looks at."""
    if options.run_id is not None:
        return [options.run_id]
    return [errors[0].run_id] if options.error_id is not None else archive.latest()


def _errors_in(
    archive: Archive, options: argparse.Namespace, errors: Sequence[ErrorType], views: Views
) -> list[ErrorType]:
    """Those of `errors` that are in the view asked for."""
    from importlog_tui.triage.views import View

    runs = {run.id: run for run in archive.runs()}
    asked = set(_runs_asked(archive, options, errors))
    there = [error for error in errors if error.run_id in asked]
    return [
        error
        for error in there
        if views.is_in(
            View(options.view),
            error,
            runs[error.run_id],
            [each for each in there if each.run_id == error.run_id],
        )
    ]


def _records_in(
    archive: Archive, options: argparse.Namespace, errors: Sequence[ErrorType], views: Views
) -> Iterator[Record]:
    """The records that are in the view asked for."""
    from importlog_tui.triage.views import View

    for error in _errors_in(archive, options, errors, views):
        part = views.part(View(options.view), error)
        if part.states is None and options.view == View.NEW and error.new_rows is None:
            continue  # which of them are new can't be told
        yield from archive.chosen_records(error.id, states=part.states, only=part.only, without=part.without)


def _errors_with(
    archive: Archive, options: argparse.Namespace, errors: Sequence[ErrorType]
) -> list[ErrorType]:
    """Those of `errors` that have one of the states asked for, and what is gone."""
    from importlog_tui.model import State

    runs = _runs_asked(archive, options, errors)
    found = [error for error in errors if error.run_id in runs and error.state in options.state]
    if State.GONE in options.state:
        found += [error for run_id in runs for error in archive.gone(run_id, options.error_id)[0]]
    return found


def _records_with(
    archive: Archive, options: argparse.Namespace, errors: Sequence[ErrorType]
) -> Iterator[Record]:
    """The records that have one of the states asked for."""
    from importlog_tui.model import State

    for run_id in _runs_asked(archive, options, errors):
        yield from archive.records(run_id, options.error_id, options.state)
        if State.GONE in options.state:
            yield from archive.gone_records(run_id, options.error_id)
