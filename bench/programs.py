"""The programs, what each is asked to do, and with which keys. A program that is not there is left out.

A step names what is asked; `before` is typed and waited for without being measured, `keys` is one press. A check gets the screen before the press and
after, and says whether what was asked for is shown.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.data import NEEDLE, RARE, is_rare, smallest
from bench.seat import View

Shown = Callable[[View, View, int], bool]  # before, after, rows of the table


@dataclass(frozen=True)
class Press:
    """Keys pressed at once, and what they must bring onto the screen."""

    keys: tuple[str, ...]
    shown: Shown | None = None


@dataclass(frozen=True)
class Step:
    """Something that is asked of a program."""

    keys: tuple[str, ...]
    shown: Shown | None = None
    times: int = 1
    before: tuple[Press, ...] = ()
    after: tuple[Press, ...] = ()


@dataclass(frozen=True)
class Program:
    """`start` makes the command from the table's CSV and the archive that holds it; `steps` are walked in their order."""

    name: str
    start: Callable[[Path, Path], list[str]]
    version: list[str]
    ready: Shown
    steps: Mapping[str, Step]
    leave: tuple[Press, ...]
    enter: tuple[
        Press, ...
    ] = ()  # pressed once, before anything is measured, for a program that opens where it was left
    environ: Mapping[str, str] = field(default_factory=dict)

    def found_version(self) -> str:
        """The version that it tells."""
        done = subprocess.run(self.version, capture_output=True, text=True, check=False)
        found = re.search(r"\d+(?:\.\d+)+", done.stdout + done.stderr)
        return found[0] if found else "unknown"


def first_row(_: View, view: View, __: int) -> bool:
    return 1 in view.rows


def last_row(_: View, view: View, rows: int) -> bool:
    return rows in view.rows


def records(_: View, view: View, __: int) -> bool:
    return len(view.rows) >= 10


def farther(before: View, view: View, _: int) -> bool:
    """A page on: no row of the screen before but perhaps one at its edge."""
    return len(view.rows) >= 10 and view.rows[0] >= before.rows[-1] - 1


def one_row(before: View, view: View, _: int) -> bool:
    return view.rows[:1] == [before.rows[0] + 1]


def rare_rows(_: View, view: View, rows: int) -> bool:
    return len(view.rows) >= min(10, rare_count(rows)) and all(map(is_rare, view.rows))


def rare_count(rows: int) -> int:
    return (rows + 500) // 1000


def smallest_first(_: View, view: View, rows: int) -> bool:
    return view.rows[:1] == [smallest(rows)]


def line(pattern: str) -> Shown:
    return lambda _, view, __: view.shows(pattern)


def counted(text: str) -> Shown:
    """`text` with {rare} and {rows} as counts with thousands separators."""

    def shown(_: View, view: View, rows: int) -> bool:
        wanted = text.format(rare=f"{rare_count(rows):,}", rows=f"{rows:,}")
        return rare_rows(_, view, rows) and view.shows(wanted)

    return shown


def both(*checks: Shown) -> Shown:
    return lambda before, view, rows: all(check(before, view, rows) for check in checks)


_CLEAR = "\x15"  # Control-U: empty the line
_ASK = (Press(("/",), line("Filter records:")), Press((_CLEAR,)))
_ALL = (*_ASK, Press(("enter",), records))
_FOUND = both(last_row, line(r"\b1 of [\d,]+"))
HERE = Path(sys.executable).with_name("importlog-tui")

OURS = Program(
    "importlog-tui",
    lambda _, archive: [str(HERE), "--archive", str(archive)],
    [str(HERE), "--version"],
    both(records, first_row),
    {
        "cursor": Step(("down",), line(r"row [\d,]+ of"), 20),
        "page": Step(("pagedown",), farther, 20),
        "end": Step(("G",), last_row, before=(Press(("g",), first_row),)),
        "back": Step(("g",), first_row),
        "search": Step((NEEDLE, "enter"), _FOUND, before=_ASK),
        "filter": Step((RARE, "enter"), counted("{rare} of {rows}"), before=(*_ALL, *_ASK)),
        "sort": Step(
            ("s",),
            line("sorted by Last Name"),
            before=(*_ALL, Press(("g",), first_row), Press(("right",))),
            after=(Press(("g",), smallest_first),),
        ),
        "sort again": Step(
            ("s",), line("sorted by Last Name, up"), before=(Press(("s",), line("down")), Press(("s",), line("as read"))), after=(Press(("g",), smallest_first),)
        ),
    },
    (Press(("q",)),),
    enter=(Press(("enter",), line("unknown")), Press(("enter",), records), Press(("enter",))),
)  # fmt: skip

_OTHER = (*_ASK, Press(("no such value", "enter"), line("0 of [\\d,]+ match")), *_ALL)
INDEXED = replace(
    OURS,
    steps={
        name: replace(step, before=(*_OTHER, *step.before))
        for name, step in OURS.steps.items()
        if name in {"search", "filter"}
    },
)
"""The same questions once the archive has an index, in a program that has been asked others, and not these."""

LNAV = Program(
    "lnav",
    lambda table, _: ["lnav", str(table)],
    ["lnav", "-V"],
    records,
    {
        "cursor": Step(("down",), one_row, 20, before=(Press(("g",), first_row), Press(("down",)))),
        "page": Step(("pagedown",), farther, 20),
        "end": Step(("G",), last_row, before=(Press(("g",), first_row),)),
        "back": Step(("g",), first_row),
        # It finds and counts the hit, but does not always go there when the search took long.
        "search": Step((NEEDLE, "enter"), line("Hit 1 of 1|1 hits"), before=(Press(("/",)),)),
        "filter": Step(
            (f"filter-in {RARE}", "enter"), rare_rows, before=(Press(("g",), first_row), Press((":",)))
        ),
    },
    (Press(("q",)),),
)

PSPG = Program(
    "pspg",
    lambda table, _: ["pspg", "--csv", "--csv-header", "on", "-f", str(table)],
    ["pspg", "-V"],
    both(records, first_row),
    {
        "cursor": Step(("down",), None, 20),
        "page": Step(("pagedown",), farther, 20),
        "end": Step(("G",), last_row, before=(Press(("g",), first_row),)),
        "back": Step(("g",), first_row),
        "sort": Step(
            ("a",),
            smallest_first,
            before=(Press(("g",), first_row), Press(("\x1bv",)), Press(("right",)), Press(("right",))),
        ),
        "sort again": Step(("a",), smallest_first, before=(Press(("u",), first_row),)),
    },
    (Press(("q",)),),
)

VISIDATA = Program(
    "VisiData",
    lambda table, _: [visidata(), "--config", "/dev/null", str(table)],
    ["vd", "--version"],
    both(records, first_row),
    {
        "cursor": Step(("down",), None, 20),
        "page": Step(("pagedown",), farther, 20),
        "end": Step(("G",), last_row, before=(Press(("gg",), first_row),)),
        "back": Step(("gg",), first_row),
    },
    (Press(("gq",)),),
)


def visidata() -> str:
    return shutil.which("vd") or "vd"


def found() -> list[Program]:
    """Ours, and the peers that this machine has."""
    peers = {"lnav": LNAV, "pspg": PSPG, "vd": VISIDATA}
    return [OURS, *(program for command, program in peers.items() if shutil.which(command))]
