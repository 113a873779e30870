"""Someone in front of a terminal with a clock: starts a program, presses keys, sees when what is on the screen."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.ui.emulator import Emulator
from tests.ui.terminal import size_of, typed

from bench.data import rows_on
from bench.link import unpack

COLUMNS, LINES = 120, 40
EDGE = 3  # lines at the top and at the bottom that may hold clocks and counters
_QUIET = 0.15
_LIMIT = 60.0
_APPLICATION_KEYS = 1


class Unseen(Exception):
    """What a check waits for did not come."""


@dataclass(frozen=True)
class View:
    """What is on the screen: its lines, and the rows whose User Unique ID they show."""

    lines: list[str]

    @property
    def rows(self) -> list[int]:
        """Rows of the table, from the top."""
        return rows_on(self.lines)

    def shows(self, pattern: str) -> bool:
        """Whether a line matches."""
        return any(re.search(pattern, line) for line in self.lines)


Check = Callable[[View], bool]


@dataclass
class Sample:
    """One press. Milliseconds from the key to the first byte, to the check's being true, to the last change of a body cell; bytes."""

    first: float | None = None
    seen: float | None = None
    frame: float | None = None
    size: int = 0


@dataclass(frozen=True)
class Wire:
    """Round trip in ms and bytes a second; 0 is none and any number."""

    rtt: float = 0
    rate: float = 0


_OFTEN = 0.05


class Processes:
    """Memory and CPU of a process and all its children, from /proc.

    The peak is the most that all of them held at once; a process alone is known exactly, several as often as somebody looked.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._most = 0
        self._looked = 0.0

    def _all(self) -> Iterable[int]:
        pids = [self._pid]
        for pid in pids:
            yield pid
            with contextlib.suppress(OSError):  # a process may end while it is looked at
                for task in Path(f"/proc/{pid}/task").glob("*/children"):
                    with contextlib.suppress(OSError):
                        pids += map(int, task.read_text().split())

    def look(self) -> float:
        """CPU seconds until now."""
        spent, at_once, alone = 0.0, 0, 0
        pids = list(self._all())
        for pid in pids:
            try:
                status = Path(f"/proc/{pid}/status").read_text()
                spent += time.clock_gettime(((~pid) << 3) | 2)
            except OSError:
                continue
            if found := re.search(r"VmHWM:\s+(\d+) kB\s+VmRSS:\s+(\d+)", status):
                alone = max(alone, int(found[1]))
                at_once += int(found[2])
        self._most = max(self._most, at_once, alone)
        self._looked = time.monotonic()
        return spent

    def look_often(self) -> None:
        """Look, if the last look is some time ago."""
        if time.monotonic() - self._looked > _OFTEN:
            self.look()

    def peak(self) -> float:
        """MiB at the peak, of all processes together."""
        self.look()
        return self._most / 1024


@dataclass
class Seat:
    """`argv` in a terminal at the end of a wire. Times are those at the terminal."""

    argv: Sequence[str]
    home: Path
    wire: Wire = Wire()
    environ: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None

    def __enter__(self) -> Self:
        self.emulator = Emulator(COLUMNS, LINES)
        self.total = 0
        self.ended = False
        self._body: dict[int, tuple[object, ...]] = {}
        master, slave = pty.openpty()
        size_of(slave, COLUMNS, LINES)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        relay = [
            sys.executable,
            "-m",
            "bench.link",
            str(master),
            str(theirs.fileno()),
            str(self.wire.rtt),
            str(self.wire.rate),
        ]
        self._relay = subprocess.Popen(relay, pass_fds=(master, theirs.fileno()))
        os.close(master)
        theirs.close()
        environ = {name: os.environ[name] for name in ("PATH", "TZ") if name in os.environ}
        environ |= {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "HOME": str(self.home),
        }
        # Every program is told that it runs over SSH, as a user's would be.
        environ |= {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22", "SSH_TTY": "/dev/pts/0", **self.environ}
        time.sleep(0.3)  # the relay is up before the clock starts
        self.started = time.monotonic_ns()
        self.process = subprocess.Popen(
            self.argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environ,
            cwd=self.cwd,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0) and None,  # noqa: PLW1509 - only an ioctl
        )
        os.close(slave)
        self.processes = Processes(self.process.pid)
        return self

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            end = time.monotonic() + 3
            while self.process.poll() is None and time.monotonic() < end:
                self._read(0.05)
            if self.process.poll() is None:
                self.process.send_signal(number)
        self.process.wait()
        self._control.close()
        self._relay.terminate()
        self._relay.wait()

    def view(self) -> View:
        """The screen now."""
        return View(self.emulator.lines())

    def send(self, keys: Iterable[str]) -> None:
        """Press keys; nothing is waited for."""
        self._control.send(typed(keys, application=_APPLICATION_KEYS in self.emulator.modes))

    def press(self, keys: Iterable[str], check: Check | None = None, *, prepares: bool = False) -> Sample:
        """Press keys at once and wait until the check is true and then nothing comes for a while.

        What is measured must change the screen; what only prepares (`prepares`) may find the check true already.
        """
        self.send(keys)
        return self.wait(check, None, prepares=prepares)

    def wait(
        self, check: Check | None, since: int | None, *, quiet: float = _QUIET, prepares: bool = False
    ) -> Sample:
        """Wait for the check and for quiet. The clock starts at `since`, or when the key was pressed."""
        sample = Sample()
        start, last = since, time.monotonic()
        end = last + _LIMIT
        met = check is None
        while True:
            now = time.monotonic()
            if not met and prepares and now - last >= quiet:
                met = check is None or check(self.view())
            if met and now - last >= quiet and (start is not None):
                return sample
            if now > end or self.ended:
                why = "it ended" if self.ended else f"not seen in {_LIMIT:.0f} s"
                raise Unseen(why + ":\n" + "\n".join(self.emulator.lines()))
            packet = self._read(min(quiet, 0.05))
            if packet is None:
                continue
            kind, at, data = packet
            if kind == b"K":
                start = at if start is None else start
            if kind != b"D" or start is None:
                continue
            last = time.monotonic()
            took = (at - start) / 1e6
            sample.first = took if sample.first is None else sample.first
            sample.size += len(data)
            if self._body_changed():
                sample.frame = took
            if not met and check is not None and check(self.view()):
                met, sample.seen = True, took

    def hold(self, key: str, presses: int, hertz: float, check: Check | None = None) -> tuple[float, float]:
        """Hold a key down: ms from the last press to the last change of a body cell, and bytes for a press."""
        begin = time.monotonic_ns()
        before = self.total
        for number in range(presses):
            due = begin + int(number / hertz * 1e9)
            while (left := due - time.monotonic_ns()) > 0:
                self._read(left / 1e9)
            self.send([key])
            pressed = time.monotonic_ns()
        sample = self.wait(check, pressed, quiet=1.0)
        return sample.frame or 0.0, (self.total - before) / presses

    def until_idle(self, for_: float = 0.15) -> None:
        """Wait until the program neither writes nor computes for a while."""
        end = time.monotonic() + 3 * _LIMIT
        while time.monotonic() < end:
            spent, got = self.processes.look(), self.total
            mark = time.monotonic() + for_
            while (left := mark - time.monotonic()) > 0:
                self._read(left)
            if self.processes.look() - spent < for_ / 10 and self.total == got:
                return

    def _read(self, seconds: float) -> tuple[bytes, int, bytes] | None:
        if not select.select([self._control], [], [], min(seconds, _OFTEN))[0]:
            self.processes.look_often()
            return None
        self.processes.look_often()
        packet = self._control.recv(65536 + 64)
        if not packet:
            self.ended = True
            return None
        kind, at, data = unpack(packet)
        if kind == b"E":
            self.ended = True
        if kind == b"D":
            self.total += len(data)
            self.emulator.feed(data)
        return kind, at, data

    def _body_changed(self) -> bool:
        screen, changed = self.emulator.screen, False
        for y in screen.dirty:
            if EDGE <= y < LINES - EDGE:
                cells = tuple(screen.buffer[y][x] for x in range(COLUMNS))
                changed |= self._body.get(y) != cells
                self._body[y] = cells
        screen.dirty.clear()
        return changed
