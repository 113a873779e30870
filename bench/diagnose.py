"""Records diagnosed per second, by the message alone and with both rosters: `python -m bench.diagnose`.

Two archives with the same failing records, one without and one with what the SIS sends and what Schoology holds; they take turns.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from importlog_tui.archive import Archive
from importlog_tui.config import rule_texts
from importlog_tui.fields import Columns
from importlog_tui.model import ErrorReading, Format, Kind, Origin, RecordsReading, Result, RunReading, When
from importlog_tui.refresh import bring_in
from importlog_tui.roster import RosterReading, Witness
from importlog_tui.triage.diagnosis import Diagnosis
from importlog_tui.triage.reading import read_rules

COLUMNS = (
    "Unique ID", "Last Name", "First Name", "Username", "Email", "School", "Role", "Grad Year", "Status",
)  # fmt: skip
AT = datetime(2026, 11, 23, 6, 2, tzinfo=UTC)
MESSAGES = ("Email already in use", "Username already taken", "Missing required field", "School not mapped")


def user(number: int, *, held: bool = False) -> tuple[str, ...]:
    """A made-up user; `held`: the graduate who holds their address."""
    who = f"{800_000 + number}" if held else f"{200_000 + number}"
    first, year, status = ("Marta", "2021", "Inactive") if held else ("Maria", "2029", "Active")
    return (who, f"Name{number}", first, f"u{number}{'x' * held}", f"u{number}@example.org", "0450", "Student", year, status)  # fmt: skip


def log(records: int) -> RunReading:
    """A run whose errors have so many records."""
    origin = Origin("log.html", Format.PAGE)
    share = records // len(MESSAGES)
    errors = [
        ErrorReading(
            message,
            share,
            records=RecordsReading(
                COLUMNS, ((None, user(place * share + n)) for n in range(share)), origin, claimed=share
            ),
        )
        for place, message in enumerate(MESSAGES)
    ]
    return RunReading(
        Kind.USERS, "Users Import", When("", AT), Result.COMPLETED_WITH_ERRORS, "", origin, len(errors), errors,
        lists_errors=True,
    )  # fmt: skip


def roster(witness: Witness, users: int) -> RosterReading:
    """So many users, and in Schoology those who hold an address of every other one."""
    rows = [user(n) for n in range(users)]
    if witness is Witness.DIRECTORY:
        rows += [user(n, held=True) for n in range(0, users, 2)]
    known = Columns(COLUMNS)
    fields = {c: f for c, f in zip(COLUMNS, known.fields, strict=True) if f is not None}
    lines = ((line, row) for line, row in enumerate(rows, 2))
    origin = Origin("users.csv", Format.TABLE)
    return RosterReading(witness, Kind.USERS, COLUMNS, lines, origin, AT - timedelta(hours=1), fields)


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.diagnose", description=__doc__)
    asked.add_argument("--records", type=int, default=20_000)
    asked.add_argument("--users", type=int, default=200_000)
    asked.add_argument("--rounds", type=int, default=5)
    options = asked.parse_args()
    rules = read_rules(rule_texts())
    speeds: dict[str, list[float]] = {"the row alone": [], "with both rosters": []}
    with tempfile.TemporaryDirectory(prefix="importlog-bench-") as folder:
        files = dict(zip(speeds, (Path(folder) / "alone.db", Path(folder) / "three.db"), strict=True))
        for name, file in files.items():
            with Archive.open(file) as archive:
                bring_in(archive, [log(options.records)])
                if name != "the row alone":
                    bring_in(archive, [roster(witness, options.users) for witness in Witness])
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
            for name, file in files.items():
                with Archive.open(file, read_only=True) as archive:
                    diagnosis = Diagnosis(archive, rules)
                    began = time.perf_counter()
                    count = sum(1 for _ in diagnosis.stream(archive.records()))
                    speeds[name].append(count / (time.perf_counter() - began))
    for name, found in speeds.items():
        print(
            f"{name}: {median(found):,.0f} records a second (of {options.rounds} rounds {min(found):,.0f} to {max(found):,.0f})"
        )
    ratio = median(one / other for one, other in zip(*speeds.values(), strict=True))
    print(f"the row alone is {ratio:.1f} times as fast")
    return 0


if __name__ == "__main__":
    sys.exit(main())
