"""What is measured without a walk: bringing the table in, listing, and the screen while a table is brought in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.programs import HERE, OURS
from bench.seat import Seat
from bench.walk import leave

_READ = "import csv, sys\nfor row in csv.reader(open(sys.argv[1], newline='', encoding='utf-8')): pass"
_LIST = (
    "import sys\nfrom importlog_tui.cli import main\n"
    "status = main(sys.argv[1:])\n"
    "sys.exit('the list loads Textual' if 'textual' in sys.modules else status)"
)


@dataclass(frozen=True)
class Cost:
    """Seconds and MiB at the peak."""

    seconds: float
    memory: float


def cost(argv: Sequence[str]) -> Cost:
    """Run a command to its end."""
    begin = time.monotonic()
    child = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(argv)} ended with {child.returncode}")
    return Cost(time.monotonic() - begin, used.ru_maxrss / 1024)


def read_csv(table: Path) -> Cost:
    """`csv.reader` alone over the table."""
    return cost([sys.executable, "-c", _READ, str(table)])


def adding(table: Path, archive: Path) -> list[str]:
    """The command that brings the table into the archive."""
    return [str(HERE), "--archive", str(archive), "add", str(table), "--as", "records", "--kind", "users"]


def add(table: Path, archive: Path) -> Cost:
    """Bring the table into a new archive."""
    for file in archive.parent.glob(archive.name + "*"):
        file.unlink()
    return cost(adding(table, archive))


def nights(folder: Path, archive: Path) -> None:
    """An archive of 30 made-up nights."""
    subprocess.run([str(HERE), "demo", "--files", str(folder)], check=True, stdout=subprocess.DEVNULL)
    add = [str(HERE), "--archive", str(archive), "add", str(folder / "log")]
    if subprocess.run(add, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode > 1:
        raise SystemExit(f"{' '.join(add)} brought nothing in")


def list_runs(archive: Path) -> Cost:
    """`runs --json`, and that it does without Textual."""
    argv = ["--archive", str(archive), "runs", "--json"]
    listed = subprocess.run([sys.executable, "-c", _LIST, *argv], capture_output=True, text=True, check=True)
    runs = [json.loads(line) for line in listed.stdout.splitlines()]
    if len(runs) < 30:
        raise SystemExit(f"runs --json listed {len(runs)} runs of 30 nights")
    return cost([str(HERE), *argv])


def while_adding(table: Path, archive: Path, home: Path) -> tuple[list[float], list[float]]:
    """Key to frame of single cursor steps in the tree, before and while a table is brought into the same archive."""
    with Seat([str(HERE), "--archive", str(archive)], home) as seat:
        seat.until_idle()
        before = [_step(seat, number) for number in range(40)]
        child = subprocess.Popen(adding(table, archive), stdout=subprocess.DEVNULL)
        during: list[float] = []
        while child.poll() is None:
            during.append(_step(seat, len(during)))
        leave(seat, OURS)
    return before, during


def _step(seat: Seat, number: int) -> float:
    return seat.press(("down",) if number % 8 < 4 else ("up",), lambda _: True).first or 0.0
