"""One walk of one program through its steps, and one with a key held on a thin wire."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.programs import OURS, Press, Program, Shown, Step
from bench.seat import Check, Sample, Seat, Unseen, View, Wire

THIN = Wire(rtt=80, rate=32_000)
HERTZ = 30


@dataclass
class Walk:
    """What was measured: `first` is the first frame, `steps` the samples by step, memory in MiB."""

    first: Sample = field(default_factory=Sample)
    first_memory: float = 0.0
    steps: dict[str, list[Sample]] = field(default_factory=lambda: defaultdict(list))
    memory: float = 0.0
    failed: dict[str, str] = field(default_factory=dict)


def check(shown: Shown | None, before: View, rows: int) -> Check | None:
    return None if shown is None else lambda view: shown(before, view, rows)


def press_all(seat: Seat, presses: Sequence[Press], rows: int) -> None:
    for press in presses:
        seat.press(press.keys, check(press.shown, seat.view(), rows), prepares=True)
        seat.until_idle()


def leave(seat: Seat, program: Program) -> None:
    for press in program.leave:
        seat.send(press.keys)


def _is_open(view: View) -> bool:
    return view.shows("Status Log")


def settle(program: Program, table: Path, archive: Path, home: Path, rows: int) -> None:
    """Bring a program that opens where it was left to where it is to open."""
    if not program.enter:
        return
    with Seat(program.start(table, archive), home) as seat:
        seat.wait(_is_open, seat.started)
        press_all(seat, program.enter, rows)
        seat.until_idle()
        leave(seat, program)
        seat.until_idle()


def walk(program: Program, table: Path, archive: Path, home: Path, rows: int) -> Walk:
    done = Walk()
    with Seat(program.start(table, archive), home) as seat:
        done.first = seat.wait(check(program.ready, seat.view(), rows), seat.started)
        seat.until_idle()
        done.first.size = seat.total
        done.first_memory = seat.processes.peak()
        for name, step in program.steps.items():
            try:
                _step(seat, step, rows, done.steps[name])
            except Unseen as unseen:
                done.failed[name] = str(unseen)
                if seat.ended:
                    break
        done.memory = seat.processes.peak()
        leave(seat, program)
    return done


def _step(seat: Seat, step: Step, rows: int, samples: list[Sample]) -> None:
    press_all(seat, step.before, rows)
    seat.until_idle()
    samples.extend(seat.press(step.keys, check(step.shown, seat.view(), rows)) for _ in range(step.times))
    seat.until_idle()
    press_all(seat, step.after, rows)


def held(
    program: Program, key: str, seconds: float, table: Path, archive: Path, home: Path, rows: int
) -> tuple[float, float]:
    """`key` held at HERTZ on a thin wire: ms from the last press to its frame, bytes for a press."""
    with Seat(program.start(table, archive), home, THIN) as seat:
        seat.wait(check(program.ready, seat.view(), rows), seat.started)
        seat.until_idle()
        if not program.ready(seat.view(), seat.view(), rows) or 1 not in seat.view().rows:
            seat.press(("g",), prepares=True)
            seat.until_idle()
        figures = seat.hold(key, int(seconds * HERTZ), HERTZ)
        leave(seat, program)
    return figures


def tree_held(archive: Path, home: Path) -> tuple[float, float]:
    """Down held in the open log of 30 nights, on a thin wire."""
    with Seat(OURS.start(Path(), archive), home) as seat:
        seat.wait(_is_open, seat.started)
        for _ in range(40):
            seat.press(("right", "down"), prepares=True)
        leave(seat, OURS)
        seat.until_idle()
    with Seat(OURS.start(Path(), archive), home, THIN) as seat:
        seat.wait(_is_open, seat.started)
        seat.press(("g",), prepares=True)
        seat.until_idle()
        figures = seat.hold("down", 2 * HERTZ, HERTZ)
        leave(seat, OURS)
    return figures
