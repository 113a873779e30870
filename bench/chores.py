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
from importlog_tui.archive import Archive

_READ = "import csv, sys\nfor row in csv.reader(open(sys.argv[1], newline='', encoding='utf-8')): pass"
_LIST = (
    "import sys\nfrom importlog_tui.cli import main\n"
    "status = main(sys.argv[1:])\n"
    "sys.exit('the list loads Textual' if 'textual' in sys.modules else status)"
)
_BETWEEN = 0.05
"""Seconds between two keys of a person who is in a hurry."""


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


def configure(home: Path, *, index: bool) -> None:
    """Say in a home folder whether the screen makes an index in the background."""
    file = home / ".config" / "importlog-tui" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"[archive]\nfilter_index = {str(index).lower()}\n", encoding="utf-8")


@dataclass(frozen=True)
class Indexing:
    """Seconds until the index was made, its MB, and key to frame of single cursor steps meanwhile and after."""

    seconds: float
    size: float
    during: list[float]
    after: list[float]


def while_indexing(archive: Path, home: Path) -> Indexing:
    """Let the screen make the index over its table, while a person moves in it."""
    size = archive.stat().st_size
    during: list[float] = []
    with Seat(OURS.start(Path(), archive), home) as seat:
        seat.wait(lambda view: len(view.rows) >= 10, seat.started)
        begin = time.monotonic()
        with Archive.open(archive, read_only=True) as looked:
            error_id = looked.errors()[0].id
            while looked.lacks_cells(error_id):
                during.append(_step(seat, len(during)))
                time.sleep(_BETWEEN)
        seconds = time.monotonic() - begin
        seat.until_idle()
        after = []
        for number in range(200):
            after.append(_step(seat, number))
            time.sleep(_BETWEEN)
        leave(seat, OURS)
    return Indexing(seconds, (archive.stat().st_size - size) / 1e6, during, after)


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
