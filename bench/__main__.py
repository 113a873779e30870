"""Measure the program and its peers: `python -m bench`, or `make bench`. See README.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from bench import chores, data, report
from bench.programs import INDEXED, OURS, Program, found
from bench.seat import Seat, Unseen
from bench.walk import held, settle, tree_held, walk

HERE = Path(__file__).parent
_HELD = {"importlog-tui", "lnav"}


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--seed", type=int, default=20261123)
    asked.add_argument("--only", action="append", help="a program's name; again for more")
    asked.add_argument("--results", type=Path, default=HERE / "RESULTS.md")
    options = asked.parse_args()
    programs = [program for program in found() if not options.only or program.name in options.only]
    with tempfile.TemporaryDirectory(prefix="importlog-bench-") as folder:
        for done, measured in measure(Path(folder), programs, options.rows, options.rounds, options.seed):
            report.write(options.results, measured, programs, done)
    print(options.results.read_text(encoding="utf-8"))
    return 0


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def measure(
    folder: Path, programs: list[Program], rows: int, rounds: int, seed: int
) -> Iterator[tuple[int, report.Measured]]:
    """What was measured so far, after every round; the programs take turns within each, in another order every time."""
    table, small, archive, few = (
        folder / name for name in ("records.csv", "few.csv", "records.db", "few.db")
    )
    data.write(table, rows, seed)
    data.write(small, 1000, seed)
    measured = report.Measured(rows, table.stat().st_size)
    homes = (folder / f"home{number}" for number in count())

    def home() -> Path:
        new = next(homes)
        new.mkdir()
        chores.configure(new, index=False)
        return new

    chores.add(small, few)
    nights = folder / "nights.db"
    chores.nights(folder / "nights", nights)
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        measured.csv.append(chores.read_csv(table))
        measured.add.append(chores.add(table, archive))
        for program in [*programs[number % len(programs) :], *programs[: number % len(programs)]]:
            say(f"  {program.name}")
            place = home()
            settle(program, table, archive, place, rows)
            measured.walks.setdefault(program.name, []).append(walk(program, table, archive, place, rows))
            say(f"    walked, {measured.walks[program.name][-1].failed or 'all shown'}")
            if program.name in _HELD:
                place = home()
                settle(program, table, archive, place, rows)
                measured.held.setdefault(program.name, []).append(
                    held(program, "pagedown", 2, table, archive, place, rows)
                )
        say("  the index")
        place = home()
        settle(INDEXED, table, archive, place, rows)
        chores.configure(place, index=True)
        measured.indexing.append(chores.while_indexing(archive, place))
        measured.indexed.append(walk(INDEXED, table, archive, place, rows))
        say("  keys held, small table, lists")
        place = home()
        settle(OURS, table, archive, place, rows)
        measured.table_held.append(held(OURS, "down", 3, table, archive, place, rows))
        place = home()
        settle(OURS, small, few, place, 1000)
        measured.small.append(walk(OURS, small, few, place, 1000))
        measured.tree_held.append(tree_held(nights, home()))
        measured.listing.append(chores.list_runs(nights))
        with Seat(OURS.start(table, nights), home()) as seat:
            measured.nights.append(seat.wait(lambda view: view.shows("Status Log"), seat.started))
        if number == 0:
            say("  adding while the screen is open")
            measured.calm, measured.adding = chores.while_adding(table, nights, home())
        yield number + 1, measured


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except Unseen as unseen:
        raise SystemExit(f"What was asked for did not come: {unseen}") from None
