"""What an error costs that comes in many pages: python -m bench.pages [ROWS] [--page N]

A night of the error, and beside it another one as large, lies in the archive; then the next night's pages come: each in a filing of its own, as `fetch`
brings them, or all in one, as `add` does; and they tell at which place they begin, or print numbers, or tell nothing. Told is the CPU time, and what the last
quarter of the pages took against the first: 1 is linear.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from importlog_tui.archive import Archive
from importlog_tui.model import ErrorReading, Format, Kind, Origin, RecordsReading, Result, RunReading, When
from importlog_tui.refresh import bring_in

COLUMNS = ("User Unique ID", "Last Name", "First Name", "Email")
ORIGIN = Origin("log.html", Format.PAGE)
NIGHT = datetime(2026, 11, 23, 1, 2, tzinfo=UTC)
Row = tuple[int | None, tuple[str, ...]]


def rows(first: int, count: int) -> list[Row]:
    return [(None, (f"{n:08}", f"Lopez{n % 977}", "Maria", f"mlopez{n}@example.org")) for n in range(first, first + count)]  # fmt: skip


def night(day: int, tables: dict[str, list[Row] | int]) -> RunReading:
    """A users import with an error for each table; a number claims so many rows and brings none."""
    at = NIGHT + timedelta(days=day)
    errors = [
        ErrorReading(message, told) if isinstance(told, int)
        else ErrorReading(message, len(told), records=RecordsReading(COLUMNS, iter(told), ORIGIN, claimed=len(told)))
        for message, told in tables.items()
    ]  # fmt: skip
    return RunReading(Kind.USERS, "Users Import", When(at.isoformat(), at), Result.COMPLETED_WITH_ERRORS, "", ORIGIN, None, errors, lists_errors=True)  # fmt: skip


def pages(count: int, page: int, tells: str) -> Iterator[RecordsReading]:
    every = rows(count // 10, count)
    for number, some in enumerate(every[at : at + page] for at in range(0, count, page)):
        first = number * page + 1
        if tells == "numbers":
            numbered: list[Row] = [(first + at, row) for at, (_, row) in enumerate(some)]
        else:
            numbered = some
        yield RecordsReading(COLUMNS, iter(numbered), ORIGIN, claimed=count, first=first if tells == "places" else 1, has_more=True)  # fmt: skip


def measure(folder: Path, count: int, page: int, tells: str, *, is_one: bool) -> list[float]:
    """CPU seconds of each quarter of the pages."""
    with Archive.open(folder / f"{tells}{is_one}.db") as archive:
        whole = rows(1, count)
        bring_in(archive, [night(0, {"A": whole, "B": whole}), night(1, {"A": rows(100, count), "B": count})])
        (error,) = [one.id for one in archive.errors() if not one.complete]
        marks: list[float] = []

        def coming() -> Iterator[RecordsReading]:
            for reading in pages(count, page, tells):
                marks.append(time.process_time())
                yield reading

        if is_one:
            ready = list(pages(count, page, tells))
            for reading in ready:
                reading.rows = timed(reading.rows, marks)
            bring_in(archive, ready, error_id=error)
        else:
            for reading in coming():
                bring_in(archive, [reading], error_id=error)
        marks.append(time.process_time())
        if not all(one.complete for one in archive.errors()):
            raise SystemExit("rows are missing")
    cuts = [round(part * (len(marks) - 1) / 4) for part in range(5)]
    return [marks[stop] - marks[start] for start, stop in pairwise(cuts)]


def timed(rows: Iterator[Row], marks: list[float]) -> Iterator[Row]:
    marks.append(time.process_time())
    yield from rows


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    asked.add_argument("rows", nargs="?", type=int, default=100_000)
    asked.add_argument("--page", type=int, default=500)
    options = asked.parse_args()
    print(f"{options.rows:,} rows in pages of {options.page:,}")
    for is_one in (False, True):
        for tells in ("places", "numbers", "nothing"):
            with tempfile.TemporaryDirectory(prefix="importlog-bench-") as folder:
                quarters = measure(Path(folder), options.rows, options.page, tells, is_one=is_one)
            filed = "all in one filing" if is_one else "one by one"
            print(f"{filed:18} that tell {tells:8} {sum(quarters):7.2f} s; the last quarter {quarters[-1] / quarters[0]:5.2f} times the first", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
