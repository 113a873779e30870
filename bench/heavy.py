"""What the heaviest looks cost, against `csv.reader` over the same rows: python -m bench.heavy [ENROLLMENTS] [--rounds N]

The check of tonight's files without and with an extract and a directory before them, what is seen without a message, what the rows of one error have in
common, and what they follow from. Users are a fifth of the enrollments, sections a fiftieth; the error has a record for each enrollment. Each chore is
a process of its own, and they take turns; time is its CPU time, so that a busy machine changes the ratio little, memory the most that it held.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bench.extract import HEADINGS, write
from bench.programs import HERE
from importlog_tui.archive import Archive
from importlog_tui.config import rule_texts
from importlog_tui.model import ErrorReading, Format, Kind, Origin, RecordsReading, Result, RunReading, When
from importlog_tui.refresh import bring_in
from importlog_tui.roster import Witness
from importlog_tui.sources import sis
from importlog_tui.sources.status_log import How
from importlog_tui.times import Clock
from importlog_tui.triage.diagnosis import Diagnosis
from importlog_tui.triage.reading import read_rules

NAMES = ("users", "courses", "enrollments")
FOLLOWING = "User not found"
FOUND = 50
"""Every so many-th row of a file has something that the check finds, or is gone the next night."""


@dataclass(frozen=True)
class Cost:
    """Seconds of the processor, and MiB at the peak."""

    seconds: float
    memory: float


def cost(argv: list[str]) -> Cost:
    """Run a command to its end; 1 is as good as 0, it says that something was found."""
    child = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in {0, 1}:
        raise SystemExit(f"{' '.join(argv)} ended with {child.returncode}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _thinned(path: Path, to: Path, at: datetime) -> Path:
    """A file without every so many-th row, as of that time."""
    with path.open(newline="") as source, to.open("w", newline="") as out:
        out.writelines(line for number, line in enumerate(source) if not number or number % FOUND)
    os.utime(to, (at.timestamp(), at.timestamp()))
    return to


def _log(path: Path, now: datetime) -> Iterator[RunReading]:
    """The night: Users and Courses with a few rows that failed, and Enrollments with one error that has all of its rows."""

    def reading(kind: Kind, label: str, minutes: int, errors: list[ErrorReading]) -> RunReading:
        when = When("", now - timedelta(hours=7, minutes=-minutes))
        return RunReading(kind, label, when, Result.COMPLETED_WITH_ERRORS, "", origin, len(errors), errors, lists_errors=True)  # fmt: skip

    origin = Origin("log.html", Format.PAGE)
    users, courses, enrollments = (tuple(HEADINGS[name].split(",")) for name in NAMES)
    few = [(str(200_000 + n), "Lopez", "Maria", "", "", "0450", "Student", "2027") for n in range(500)]
    sections = [(f"Course {n}", f"C{n:05}", "1", f"C{n:05}-0-26", "0", "0450", "T1") for n in range(50)]

    def every() -> Iterator[tuple[None, tuple[str, ...]]]:
        with path.open(newline="") as file:
            rows = csv.reader(file)
            next(rows)
            yield from ((None, tuple(row)) for row in rows)

    def records(columns: tuple[str, ...], rows: Iterator[tuple[None, tuple[str, ...]]]) -> RecordsReading:
        return RecordsReading(columns, rows, origin)

    for kind, label, minutes, message, table in (
        (Kind.USERS, "Users Import", 2, "Missing required field: Email", records(users, ((None, row) for row in few))),
        (Kind.COURSES, "Courses Import", 7, "Invalid grading period", records(courses, ((None, row) for row in sections))),
        (Kind.ENROLLMENTS, "Course Enrollments Import", 12, FOLLOWING, records(enrollments, every())),
    ):  # fmt: skip
        yield reading(kind, label, minutes, [ErrorReading(message, None, records=table)])


def prepare(folder: Path, enrollments: int) -> dict[str, Path]:
    """Tonight's files, and an archive with the night, the extract before it, one of the same morning, and a directory."""
    now = datetime.now(UTC)
    how = How(Clock(UTC, now))
    (folder / "tonight").mkdir()
    paths = write(folder / "tonight", enrollments)
    places = {path.stem: path for path in paths}
    places["archive"] = folder / "archive.sqlite"
    with Archive.open(places["archive"]) as archive:
        for day, hours in (("before", 32), ("morning", 8)):
            (folder / day).mkdir()
            for path in paths:
                at = now - timedelta(hours=hours)
                place = folder / day / path.name
                if day == "before":
                    place.write_bytes(path.read_bytes())
                    os.utime(place, (at.timestamp(), at.timestamp()))
                else:
                    _thinned(path, place, at)
                bring_in(archive, sis.read(place, how, Witness.SIS))
        held = _thinned(places["users"], folder / "directory.csv", now)
        bring_in(archive, sis.read(held, how, Witness.DIRECTORY))
        bring_in(archive, list(_log(places["enrollments"], now))[:2])
    places["history"] = folder / "history.sqlite"
    shutil.copy(places["archive"], places["history"])
    with Archive.open(places["archive"]) as archive:
        bring_in(archive, list(_log(places["enrollments"], now))[2:])
        (error,) = [each for each in archive.errors() if each.message == FOLLOWING]
    (folder / "error").write_text(str(error.id))
    places["error"] = folder / "error"
    return places


def _cascade(archive: Archive, error_id: int) -> None:
    from importlog_tui.triage.cascade import cascade

    (error,) = archive.errors(error_id=error_id)
    (run,) = archive.runs(error.run_id)
    if cascade(Diagnosis(archive, read_rules(rule_texts()), zone=UTC), archive, error, run) is None:
        raise SystemExit("nothing follows")


def _common(archive: Archive, error_id: int) -> None:
    from importlog_tui.triage.asked_common import of_error

    (error,) = archive.errors(error_id=error_id)
    (run,) = archive.runs(error.run_id)
    of_error(Diagnosis(archive, read_rules(rule_texts()), zone=UTC), archive, error, run)


def _seen(archive: Archive, _: int) -> None:
    from importlog_tui.seen import look

    with look(
        archive, Diagnosis(archive, read_rules(rule_texts()), zone=UTC), datetime.now(UTC), aliases={}
    ) as seen:
        if not seen.sightings:
            raise SystemExit("nothing is seen")


LOOKS: dict[str, Callable[[Archive, int], None]] = {"common": _common, "cascade": _cascade, "seen": _seen}


def chores(places: dict[str, Path]) -> dict[str, tuple[list[str], str]]:
    """Each with its command, and which rows `csv.reader` reads to compare."""
    files = [str(places[name]) for name in NAMES]
    read = "import csv, sys\nfor path in sys.argv[1:]:\n    for row in csv.reader(open(path, newline='', encoding='utf-8')): pass"
    check = [str(HERE), "--archive"]
    own = [sys.executable, "-m", "bench.heavy", "--archive", str(places["archive"]), "--error", places["error"].read_text(), "--look"]  # fmt: skip
    return {
        "csv of all": ([sys.executable, "-c", read, *files], ""),
        "csv of one": ([sys.executable, "-c", read, files[-1]], ""),
        "check, alone": ([*check, str(places["archive"].parent / "none"), "check", *files], "csv of all"),
        "check, with history": ([*check, str(places["history"]), "check", *files], "csv of all"),
        "seen": ([*own, "seen"], "csv of all"),
        "common": ([*own, "common"], "csv of one"),
        "cascade": ([*own, "cascade"], "csv of one"),
    }


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m bench.heavy", description=__doc__)
    asked.add_argument("enrollments", nargs="?", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--look", choices=LOOKS, help=argparse.SUPPRESS)
    asked.add_argument("--archive", type=Path, help=argparse.SUPPRESS)
    asked.add_argument("--error", type=int, help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.look:
        with Archive.open(options.archive, read_only=True) as archive:
            LOOKS[options.look](archive, options.error)
        return
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="importlog-bench-")))
        places = prepare(folder, options.enrollments)
        made = chores(places)
        costs: dict[str, list[Cost]] = {name: [] for name in made}
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
            for name, (argv, _) in made.items():
                costs[name].append(cost(argv))
    print(f"{options.enrollments:,} enrollments, {options.enrollments // 5:,} users, {options.enrollments // 50:,} sections")  # fmt: skip
    for name, (_, against) in made.items():
        ratios = [one.seconds / other.seconds for one, other in zip(costs[name], costs[against or name], strict=True)]  # fmt: skip
        told = f"{median(ratios):.1f} times {against}" if against else ""
        seconds, memory = (median(getattr(one, what) for one in costs[name]) for what in ("seconds", "memory"))  # fmt: skip
        print(f"{name:20} {seconds:7.2f} s  {memory:6.0f} MiB  {told}".rstrip())


if __name__ == "__main__":
    main()
