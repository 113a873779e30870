"""Standard streams and signals, as the commands use them: calm when a pipe closes, stoppable, and silent where nobody looks."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

from importlog_tui.errors import UsageProblem
from importlog_tui.text import fit, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import TextIO

STDIN_LIMIT = 4 * 1024**3
"""Bytes taken from standard input before it is refused: more than any import file may have is a mistake."""


WIDEST = 500
"""Cells of the widest line that is made for a terminal; COLUMNS may say anything."""


def terminal_width() -> int:
    """Cells that a line on standard output may take."""
    import shutil

    return min(WIDEST, max(40, shutil.get_terminal_size((100, 24)).columns))


def calm_streams() -> None:
    """Let neither a closed stream nor a character that the locale can't write end a command."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # In this order each gets its own number again, so that no file opened later is taken for a standard stream.
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def give_up(stream: TextIO) -> None:
    """Let what is still to be written to `stream`, the interpreter's last flush included, go nowhere."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def complain(line: str) -> None:
    """Write a line to standard error; where that can't be, the exit status still tells."""
    try:
        print(line, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        give_up(sys.stderr)


@contextlib.contextmanager
def silent_libraries() -> Iterator[None]:
    """Let only this program write to standard error: a library in another language reports its own faults there, traces and all."""
    try:
        ours = os.dup(2)
    except OSError:
        yield
        return
    before = sys.stderr
    before.flush()
    with contextlib.suppress(OSError), open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 2)
    with open(ours, "w", 1, encoding=before.encoding, errors="backslashreplace") as own:  # noqa: PTH123
        sys.stderr = own
        try:
            yield
        finally:
            sys.stderr = before
            os.dup2(ours, 2)


@contextlib.contextmanager
def spooled_stdin() -> Iterator[Path]:
    """Standard input as a file: what it is can then be found out before it is read, and it need not fit into memory."""
    import tempfile
    from pathlib import Path

    if sys.stdin.isatty():
        complain("Paste or type, then press Ctrl-D on a line of its own.")
    with tempfile.TemporaryDirectory(prefix="importlog-") as folder:
        spooled = Path(folder) / "standard input"
        with spooled.open("wb") as file:
            while block := sys.stdin.buffer.read(1 << 20):
                if file.write(block) and file.tell() > STDIN_LIMIT:
                    raise UsageProblem(
                        "standard input does not end", remedy="Save it to a file and add that."
                    )
        yield spooled


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[Callable[[], bool]]:
    """A question that turns true at the first Ctrl-C, SIGTERM or SIGHUP; a second Ctrl-C ends at once, and the archive stays as it was."""
    import signal

    asked = False

    def ask(number: int, _frame: object) -> None:
        nonlocal asked
        if asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        asked = True

    names = ("SIGINT", "SIGTERM", "SIGHUP")
    known = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, ask) for number in known}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def progress_line() -> Iterator[Callable[[object], None]]:
    """Progress on standard error where that is a terminal, wiped away at the end; silent elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _progress: None
        return

    def show(progress: object) -> None:
        sys.stderr.write(f"\r{fit(safe(str(progress)), terminal_width() - 1).rstrip()}\x1b[K")
        sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\x1b[K")
