"""`rules`: what messages mean and what is to be done, listed and tried."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from importlog_tui.cli.shared import (
    DONE,
    NOTICE,
    archive_to_read,
    diagnosis_of,
    id_of,
    load_config,
    print_lines,
    rules_of,
)
from importlog_tui.errors import UsageProblem
from importlog_tui.streams import terminal_width

if TYPE_CHECKING:
    from importlog_tui.cli.shared import Commands
    from importlog_tui.config import Config
    from importlog_tui.triage.rules import Rules


def offer(commands: Commands) -> None:
    """Add the words of the command line."""
    rules = commands.add(
        "rules", _rules, "list the rules of cause and remedy, or try one; exit 1 where no rule knows"
    )
    rules.add_argument(
        "words",
        nargs="*",
        metavar="test MESSAGE",
        help="which rule speaks for this message, and why; without it: list all",
    )
    rules.add_argument(
        "--kind", choices=("users", "courses", "enrollments"), help="with test: the import it is from"
    )
    rules.add_argument(
        "--record", dest="record_id", type=id_of, metavar="ID", help="which rule spoke for this record"
    )
    rules.add_argument(
        "--words",
        dest="vocabulary",
        action="store_true",
        help="what a rules file may use: facts, sights, words in braces",
    )
    rules.add_argument("--json", action="store_true", help="one JSON object a line")


def _rules(options: argparse.Namespace) -> int:
    from importlog_tui.report import ruling
    from importlog_tui.report.listing import write_json

    config = load_config(options)
    rules = rules_of(config)
    if options.record_id is not None:
        return _record(options, config, rules)
    words = options.words
    if words and words[0] != "test":
        raise UsageProblem(
            f"rules {words[0]}: there is no such thing", remedy="See: importlog-tui rules --help"
        )
    if words:
        return _test(options, rules, " ".join(words[1:]))
    if options.vocabulary:
        rows, lines = ruling.vocabulary_rows(), ruling.vocabulary_lines(terminal_width())
    else:
        rows, lines = map(ruling.row, rules), ruling.lines(rules, terminal_width())
    if options.json:
        write_json(rows, sys.stdout)
    else:
        print_lines(lines)
    return DONE


def _record(options: argparse.Namespace, config: Config, rules: Rules) -> int:
    from importlog_tui.report import ruling
    from importlog_tui.report.listing import write_json

    with archive_to_read(options, config) as archive:
        found = [] if archive is None else archive.window([options.record_id])
        if archive is None or not found:
            raise UsageProblem(f"there is no record {options.record_id}", remedy="See: importlog-tui records")
        (told,) = diagnosis_of(config, archive, rules).diagnose(found)
        if options.json:
            write_json([ruling.spoke_row(rules, told)], sys.stdout)
        else:
            print_lines(ruling.spoke_lines(rules, told, terminal_width()))
    return DONE if told.verdict.rule else NOTICE


def _test(options: argparse.Namespace, rules: Rules, message: str) -> int:
    from importlog_tui.model import Kind
    from importlog_tui.report import ruling
    from importlog_tui.report.listing import write_json

    if not message.strip():
        raise UsageProblem(
            "there is no message to test", remedy='Write it in quotes: importlog-tui rules test "Email taken"'
        )
    kind = Kind(options.kind) if options.kind else None
    if options.json:
        write_json([ruling.test_row(rules, message, kind)], sys.stdout)
    else:
        print_lines(ruling.test_lines(rules, message, kind, terminal_width()))
    return DONE if rules.verdict(message, kind).rule else NOTICE
