"""The table of what was measured, against its goals."""

from __future__ import annotations

import math
import os
import platform
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.chores import Cost, Indexing
from bench.programs import Program
from bench.seat import Sample
from bench.walk import Walk

INDEXED = "with the index"


@dataclass
class Measured:
    """Everything, by program's name; each list has one entry a round."""

    rows: int
    size: int
    walks: dict[str, list[Walk]] = field(default_factory=dict)
    small: list[Walk] = field(default_factory=list)
    held: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    tree_held: list[tuple[float, float]] = field(default_factory=list)
    table_held: list[tuple[float, float]] = field(default_factory=list)
    csv: list[Cost] = field(default_factory=list)
    add: list[Cost] = field(default_factory=list)
    indexing: list[Indexing] = field(default_factory=list)
    indexed: list[Walk] = field(default_factory=list)
    calm: list[float] = field(default_factory=list)
    adding: list[float] = field(default_factory=list)
    listing: list[Cost] = field(default_factory=list)
    nights: list[Sample] = field(default_factory=list)


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else math.nan


def p95(values: Sequence[float]) -> float:
    return sorted(values)[max(0, math.ceil(0.95 * len(values)) - 1)] if values else math.nan


@dataclass(frozen=True)
class Line:
    """`ours` and `theirs` in `unit`; the goal is a ratio to theirs, or a number of the unit where there is no other."""

    what: str
    unit: str
    ours: float
    against: str
    theirs: float
    goal: float

    @property
    def ratio(self) -> float:
        """Ours by theirs."""
        return self.ours / self.theirs if self.against else self.ours

    def cells(self) -> list[str]:
        """The line of the table."""
        if math.isnan(self.ratio):
            return [
                self.what,
                _number(self.ours, self.unit),
                self.against,
                _number(self.theirs, self.unit),
                "",
                f"{self.goal:g}",
                "not measured",
            ]
        verdict = "met" if self.ratio <= self.goal else "**not met**"
        goal = f"{self.goal:g}" if self.against else _number(self.goal, self.unit)
        ratio = f"{self.ratio:.2f}" if self.against else ""
        return [
            self.what,
            _number(self.ours, self.unit),
            self.against,
            _number(self.theirs, self.unit) if self.against else "",
            ratio,
            goal,
            verdict,
        ]


def _number(value: float, unit: str) -> str:
    if math.isnan(value):
        return "-"
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def lines(measured: Measured) -> list[Line]:
    """The rows of the table."""
    walks = {**measured.walks, INDEXED: measured.indexed}

    def every(name: str, step: str, figure: str) -> list[float]:
        samples = (sample for walk in walks.get(name, []) for sample in walk.steps.get(step, []))
        values = (getattr(sample, figure) for sample in samples)
        return [value for value in values if value is not None]

    def shown(name: str, step: str) -> list[float]:
        return every(name, step, "seen") or every(name, step, "frame")

    def first(name: str) -> float:
        return median([walk.first.seen or math.nan for walk in walks.get(name, [])])

    def memory(name: str) -> float:
        return median([walk.memory for walk in walks.get(name, [])])

    ours, lnav, pspg, visidata = "importlog-tui", "lnav", "pspg", "VisiData"
    table = [
        Line("first frame with records on it", "ms", first(ours), lnav, first(lnav), 0.6),
        Line("memory at the peak of the walk", "MiB", memory(ours), lnav, memory(lnav), 0.35),
        Line(
            "first frame, against 1,000 rows",
            "ms",
            first(ours),
            "1,000 rows",
            median([walk.first.seen or math.nan for walk in measured.small]),
            1.15,
        ),
        Line(
            "memory after it, against 1,000 rows",
            "MiB",
            median([walk.first_memory for walk in walks.get(ours, [])]),
            "1,000 rows",
            median([walk.first_memory for walk in measured.small]),
            1.15,
        ),
        Line(
            "memory at the peak, against 1,000 rows",
            "MiB",
            memory(ours),
            "1,000 rows",
            median([walk.memory for walk in measured.small]),
            1.15,
        ),
    ]
    for step, what in (("page", "page down"), ("cursor", "cursor step")):
        for peer, goal in ((lnav, 1.5), (visidata, 0.35)):
            table.append(
                Line(
                    f"{what}, key to frame, p95",
                    "ms",
                    p95(shown(ours, step)),
                    peer,
                    p95(shown(peer, step)),
                    goal,
                )
            )
    back_and_forth = [median(shown(name, "end")) + median(shown(name, "back")) for name in (ours, lnav)]
    search, rare, sort = (median(shown(ours, step)) for step in ("search", "filter", "sort"))
    sorted_again = median(shown(ours, "sort again"))
    search_indexed, rare_indexed = (median(shown(INDEXED, step)) for step in ("search", "filter"))
    table += [
        Line(
            "bytes for a page down",
            "B",
            median(every(ours, "page", "size")),
            lnav,
            median(every(lnav, "page", "size")),
            1.1,
        ),
        Line(
            "bytes for a cursor step",
            "B",
            median(every(ours, "cursor", "size")),
            lnav,
            median(every(lnav, "cursor", "size")),
            1.5,
        ),
        Line(
            "bytes of the first frame",
            "B",
            median([walk.first.size for walk in walks.get(ours, [])]),
            lnav,
            median([walk.first.size for walk in walks.get(lnav, [])]),
            3,
        ),
        Line("to the end and back", "ms", back_and_forth[0], lnav, back_and_forth[1], 2),
        Line("search for a value on the last row", "ms", search, lnav, median(shown(lnav, "search")), 0.25),
        Line("the same with the index", "ms", search_indexed, lnav, median(shown(lnav, "search")), 0.05),
        Line("filter, 1 row in 1,000, matches counted", "ms", rare, lnav, median(shown(lnav, "filter")), 1),
        Line("the same with the index", "ms", rare_indexed, lnav, median(shown(lnav, "filter")), 0.2),
        Line("sort by Last Name, the first time", "ms", sort, pspg, median(shown(pspg, "sort")), 0.4),
        Line("the same again", "ms", sorted_again, pspg, median(shown(pspg, "sort")), 0.15),
    ]

    def held(pairs: Sequence[tuple[float, float]], at: int) -> float:
        return median([pair[at] for pair in pairs])

    during = [key for one in measured.indexing for key in one.during]
    after = [key for one in measured.indexing for key in one.after]
    mine, theirs = measured.held.get(ours, []), measured.held.get(lnav, [])
    table += [
        Line(
            "PageDown held, thin wire: lag after the last press",
            "ms",
            held(mine, 0),
            lnav,
            held(theirs, 0),
            0.1,
        ),
        Line("the same: bytes for a key", "B", held(mine, 1), lnav, held(theirs, 1), 0.25),
        Line("Down held in the table, thin wire: lag", "ms", held(measured.table_held, 0), "", math.nan, 480),
        Line("Down held in the tree, thin wire: lag", "ms", held(measured.tree_held, 0), "", math.nan, 480),
        Line(
            "`add` of the table",
            "s",
            median([cost.seconds for cost in measured.add]),
            "csv.reader",
            median([cost.seconds for cost in measured.csv]),
            3,
        ),
        Line("memory of `add`", "MiB", median([cost.memory for cost in measured.add]), "", math.nan, 80),
        Line("key to frame while adding, p95", "ms", p95(measured.adding), "calm", p95(measured.calm), 3),
        Line("key to frame while indexing, p95", "ms", p95(during), "calm", p95(after), 3),
        Line(
            "`runs --json`, 30 nights",
            "ms",
            1000 * median([cost.seconds for cost in measured.listing]),
            "the screen",
            median([sample.seen or math.nan for sample in measured.nights]),
            0.5,
        ),
    ]
    return table  # fmt: skip


def machine() -> str:
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text(encoding="utf-8"))
    return (
        f"{os.cpu_count()} x {model[1] if model else platform.machine()}, {int(memory[1]) / 2**20 if memory else 0:.0f} GiB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def write(file: Path, measured: Measured, programs: Sequence[Program], rounds: int) -> None:
    """Write the table."""
    versions = ", ".join(f"{program.name} {program.found_version()}" for program in programs)
    head = ["what", "ours", "against", "theirs", "ratio", "goal", ""]
    table = [
        head,
        ["---", "---:", "---", "---:", "---:", "---:", "---"],
        *(line.cells() for line in lines(measured)),
    ]
    made = (
        f"The index is made in {median([one.seconds for one in measured.indexing]):.0f} s, while keys are pressed, and takes "
        f"{median([one.size for one in measured.indexing]):.0f} MB."
    )
    failed = [
        f"- {name}, {step}: {reason.splitlines()[0]}"
        for name, walks in [*measured.walks.items(), (INDEXED, measured.indexed)]
        for walk in walks
        for step, reason in walk.failed.items()
    ]
    text = [
        "# Results",
        "",
        f"{measured.rows:,} affected records, 10 columns, {measured.size / 1e6:.0f} MB as CSV; 120x40; {rounds} rounds.",
        f"{versions}. {machine()}; load {os.getloadavg()[1]:.1f} in the last five minutes.",
        "",
        "Medians unless said. A thin wire is a round trip of 80 ms and 32,000 bytes a second; keys are held at 30 a second.",
        "Key to frame is to the frame in which the rows asked for are shown. Bytes are all that the key caused.",
        "",
        *("| " + " | ".join(row) + " |" for row in table),
        "",
        made,
        "",
    ]
    if failed:
        text += ["Not shown in time:", "", *dict.fromkeys(failed), ""]
    file.write_text("\n".join(text), encoding="utf-8")
