"""Child processes: an argv list, never a shell, with the environment passed in, and nothing of theirs on the screen."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import threading
from typing import TYPE_CHECKING, NamedTuple

from importlog_tui.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO

    from importlog_tui.terminal.environment import Environment

_KEPT = 4096
"""Bytes kept of what a child prints: its first lines; the rest is read and dropped, so that it never waits for a reader."""

_LINE = 200
"""Characters shown of a child's complaint."""

ASK_SECONDS = 3.0
"""How long a small command such as tmux may take to answer."""

START_SECONDS = 2.0
"""How long an opener is watched: one that fails does it sooner, one that still runs then is the browser itself."""


class Ending(NamedTuple):
    """How a child ended, or that it runs.

    Attributes:
        code: its exit status, negative for a signal; None while it runs or where it never started.
        running: it was started and still runs.
        complaint: the first line on its standard error, or why it could not be started; safe, short.
        output: what it printed, at most 4 KiB; only of `ask`.
    """

    code: int | None = None
    running: bool = False
    complaint: str = ""
    output: str = ""

    @property
    def ok(self) -> bool:
        """Whether it ended well or still runs."""
        return self.running or self.code == 0

    @property
    def fault(self) -> str:
        """What went wrong, in words; "" where nothing did."""
        if self.ok:
            return ""
        if self.code is None:
            return "could not be started"
        return f"ended with exit code {self.code}" if self.code > 0 else f"was ended by signal {-self.code}"


def ask(argv: Sequence[str], environment: Environment, text: str = "") -> Ending:
    """Run a small command with `text` as its standard input, and wait for its answer, at most `ASK_SECONDS`."""
    try:
        done = subprocess.run(
            argv,
            input=text.encode(),
            capture_output=True,
            env=dict(environment.variables),
            timeout=ASK_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ending(complaint=f"no answer within {ASK_SECONDS:g} seconds")
    except (OSError, ValueError) as fault:
        return Ending(complaint=reason_of(fault))
    return Ending(done.returncode, complaint=first_line(done.stderr), output=_text(done.stdout[:_KEPT]))


def start(argv: Sequence[str], environment: Environment, patience: float = START_SECONDS) -> Ending:
    """Start a program that may stay (a browser): in a session of its own, without a terminal, watched for `patience` seconds.

    It is never killed. What it prints is read as long as it lives, and it is reaped when it ends.
    """
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,  # so that a read gives what is there
            env=dict(environment.variables),
            start_new_session=True,
            # A browser outlives us: it must be able to write into the pipe that then has no reader, and not die of it.
            restore_signals=False,
        )
    except (OSError, ValueError) as fault:
        return Ending(complaint=reason_of(fault))
    assert process.stdout is not None  # noqa: S101 - told to mypy
    assert process.stderr is not None  # noqa: S101
    _Drain(process.stdout)
    said = _Drain(process.stderr)
    try:
        code = process.wait(patience)
    except subprocess.TimeoutExpired:
        threading.Thread(target=process.wait, name="reaper", daemon=True).start()
        return Ending(running=True)
    # A child of the child may hold the pipe open for hours; a complaint is there at once.
    said.ended.wait(0.0 if code == 0 else 0.5)
    return Ending(code, complaint=first_line(bytes(said.kept)))


def run_here(argv: Sequence[str], environment: Environment) -> Ending:
    """Run a program in this terminal, which the caller has given up for it, until it ends."""
    try:
        process = subprocess.Popen(argv, env=dict(environment.variables))
    except (OSError, ValueError) as fault:
        return Ending(complaint=reason_of(fault))
    with _interrupts_left_to_the_child():
        return Ending(process.wait())


@contextlib.contextmanager
def _interrupts_left_to_the_child() -> Iterator[None]:
    """Ctrl-C goes to everything in the terminal's foreground; here it is meant for the program in front."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Drain:
    """Reads a pipe to its end in the background and keeps its beginning."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self.kept = bytearray()
        self.ended = threading.Event()
        self._pipe = pipe
        threading.Thread(target=self._read, name="drain", daemon=True).start()

    def _read(self) -> None:
        with self._pipe:
            while chunk := self._pipe.read(_KEPT):
                self.kept += chunk[: _KEPT - len(self.kept)]
        self.ended.set()


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


def first_line(data: bytes) -> str:
    """What a program said first, safe and short; "" where it said nothing."""
    lines = (one_line(line) for line in _text(data[:_KEPT]).splitlines())
    return next((line for line in lines if line), "")[:_LINE]


def reason_of(fault: Exception) -> str:
    """Why something could not be started, safe and short."""
    reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
    return one_line(reason)[:_LINE]
