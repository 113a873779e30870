"""What telling the states costs: python -m bench.nights [ROWS] [--rounds N] [--old IMPORTLOG_TUI]

A night of so many failing rows is brought in by `importlog-tui add` after a night of as many: the same rows, half of them others, all of them others, all
of them others once more (a third night), and the first ones back again. Each is held against the same table brought in after nothing that it can be
compared with: a night of another import, as large. Commands take turns, each on a fresh copy of its archive; time is CPU time. `--old` is the command of
another version, which takes its turns with its own archives.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import data
from bench.heavy import Cost, cost
from bench.programs import HERE

_PAGE = """<html><body><h1>Import Status Log</h1><table><tr><th>Import</th><th>Date</th><th>Status</th></tr>
<tr><td>{label}</td><td>Nov {day}, 2026 1:02am</td><td>Completed with errors</td></tr>
<tr><td colspan=3><table><tr><th>Error</th><th>Rows Affected</th></tr>
<tr><td>Email already in use</td><td>{rows}</td></tr></table></td></tr></table></body></html>"""


@dataclass(frozen=True)
class Case:
    """One night brought in: from which row on its table begins, by halves of its length, and those of the nights before it."""

    name: str
    begins: int
    before: tuple[int, ...]
    label: str = "Users Import"


WITHOUT = "without states"
CASES = (
    Case(WITHOUT, 2, (0,), "Courses Import"),
    Case("the same rows", 0, (0,)),
    Case("half of them others", 1, (0,)),
    Case("all others", 2, (0,)),
    Case("all others again", 4, (0, 2)),
    Case("all back again", 0, (0, 2)),
)


class Place:
    """The archives of one version of the program, before the night that is measured."""

    def __init__(self, program: str, folder: Path, tables: dict[int, Path], rows: int) -> None:
        self._program, self._folder, self._tables, self._rows = program, folder, tables, rows
        self._made: dict[tuple[int, ...], Path] = {}
        folder.mkdir()

    def _run(self, archive: Path, *words: str) -> list[str]:
        return [self._program, "--archive", str(archive), *words]

    def _asked(self, archive: Path, *words: str) -> str:
        done = subprocess.run(self._run(archive, *words), capture_output=True, text=True, check=False)
        if done.returncode > 1:
            raise SystemExit(done.stderr)
        return done.stdout

    def _error(self, archive: Path, day: int, label: str) -> str:
        """List a night's error in the archive; its id."""
        page = self._folder / f"{label} {day}.html"
        page.write_text(_PAGE.format(label=label, day=day, rows=self._rows), encoding="utf-8")
        self._asked(archive, "add", str(page))
        listed = [json.loads(line) for line in self._asked(archive, "errors", "--json").splitlines()]
        return str(max(error["id"] for error in listed))

    def _adding(self, archive: Path, day: int, label: str, begins: int) -> list[str]:
        error = self._error(archive, day, label)
        return self._run(archive, "add", str(self._tables[begins]), "--as", "records", "--error", error)

    def _after(self, before: tuple[int, ...]) -> Path:
        if before not in self._made:
            archive = self._folder / f"{len(self._made)}.db"
            if before[:-1]:
                shutil.copy(self._after(before[:-1]), archive)
            cost(self._adding(archive, 20 + len(before), "Users Import", before[-1]))
            self._made[before] = archive
        return self._made[before]

    def bring_in(self, case: Case) -> Cost:
        """What it costs to bring a night in after those before it."""
        archive = self._folder / "now.db"
        shutil.copy(self._after(case.before), archive)
        return cost(self._adding(archive, 21 + len(case.before), case.label, case.begins))


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m bench.nights", description=__doc__)
    asked.add_argument("rows", nargs="?", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--old", action="append", default=[], help="the command of another version")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="importlog-bench-") as temporary:
        folder = Path(temporary)
        tables = {begins: folder / f"from{begins}.csv" for begins in (0, 1, 2, 4)}
        for begins, table in tables.items():
            data.write(table, options.rows, 20261123, first=begins * options.rows // 2 + 1)
        programs = [str(HERE), *options.old]
        places = [Place(program, folder / str(number), tables, options.rows) for number, program in enumerate(programs)]  # fmt: skip
        costs: dict[tuple[int, str], list[Cost]] = {}
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
            for case in CASES:
                for at, place in enumerate(places):
                    costs.setdefault((at, case.name), []).append(place.bring_in(case))
        print(f"{options.rows:,} rows, {options.rounds} rounds")
        for at, program in enumerate(programs):
            print(program if at else "this version")
            for case in CASES:
                mine, bare = costs[at, case.name], costs[at, WITHOUT]
                ratio = median(one.seconds / other.seconds for one, other in zip(mine, bare, strict=True))
                print(f"{case.name:22} {median(one.seconds for one in mine):7.2f} s  {max(one.memory for one in mine):5.0f} MiB  {ratio:5.2f} times")  # fmt: skip


if __name__ == "__main__":
    main()
