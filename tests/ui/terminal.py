"""A real program in a pseudo-terminal, with an emulated screen on the other side: press keys, read the screen, count the bytes.

    with Terminal([sys.executable, "-m", "importlog_tui", "--archive", str(archive)]) as terminal:
        terminal.until("Status Log")
        spent = terminal.press("pagedown").until("row 40").since

Nothing here waits for a length of time: `until` reads until the screen (or whatever it is given) is as wanted and fails, showing the screen, when
the program ends or the time limit is over. What must *not* happen is told by letting the program end (`rest`) and looking at everything it wrote.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.ui.emulator import CURSOR, Emulator

KEYS = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "shift+f3": "\x1b[1;2R",
    "escape": "\x1b",
    "backspace": "\x7f",
    "space": " ",
}
_CURSOR = {KEYS[name] for name in ("up", "down", "right", "left", "home", "end")}
_CURSOR_KEYS = 1  # the private mode in which they are sent with ESC O
_TICK = 0.05  # seconds after which `until` looks again at what is not on the screen
LIMIT = 60.0  # seconds until a test that waits in vain fails


def typed(keys: Iterable[str], *, application: bool = False) -> bytes:
    """What a terminal sends for `keys`; in application mode (DECCKM) the cursor keys differ."""
    codes = [KEYS.get(key, key) for key in keys]
    return "".join(
        code.replace("\x1b[", "\x1bO") if application and code in _CURSOR else code for code in codes
    ).encode()


def size_of(descriptor: int, columns: int, lines: int) -> None:
    """Set the window size of the terminal behind `descriptor`."""
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, columns * 10, lines * 20))


def _own_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """`argv` in a terminal of `columns` x `lines`.

    `answering=False` withholds the answers to ESC [ 6 n: `withheld` counts them (`most_withheld` how many were at once), `answer` gives them, `forget` drops them as a re-attached
    multiplexer does. `mute` names questions that this terminal never answers (see `Emulator`).
    """

    def __init__(
        self,
        argv: Sequence[str | Path],
        *,
        columns: int = 120,
        lines: int = 40,
        environ: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        answering: bool = True,
        mute: frozenset[str] = frozenset(),
    ) -> None:
        self.emulator = Emulator(columns, lines, mute=mute)
        self.answering = answering
        self.withheld = 0
        self.most_withheld = 0
        self.raw = bytearray()
        self.since = 0
        self.ended = False
        self._closed = False
        self._master, slave = pty.openpty()
        size_of(slave, columns, lines)
        plain = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TEXTUAL", "TMUX", "SSH_"))
            and name not in {"NO_COLOR", "COLUMNS", "LINES", "STY"}
        }
        self.process = subprocess.Popen(
            [str(part) for part in argv],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            env=plain
            | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **(environ or {})},
            start_new_session=True,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - only an ioctl; signals and window size need a controlling terminal
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        assert kind or b"never awaited" not in self.raw, self.raw[-2000:]

    @property
    def lines(self) -> list[str]:
        """The screen's lines, blanks at the end cut."""
        return self.emulator.lines()

    @property
    def asked(self) -> int:
        """How often the program asked for the cursor's position."""
        return self.emulator.asked[CURSOR]

    def press(self, *keys: str) -> Self:
        """Press keys one after another: names as in `KEYS`, anything else is typed as it is. Counts bytes from here (`since`)."""
        return self.send(typed(keys, application=_CURSOR_KEYS in self.emulator.modes))

    def paste(self, text: str) -> Self:
        return self.send(b"\x1b[200~" + text.encode() + b"\x1b[201~")

    def send(self, data: bytes) -> Self:
        self.since = 0
        os.write(self._master, data)
        return self

    def answer(self, count: int | None = None) -> Self:
        """Give the answers withheld until now, or the first `count` of them."""
        count = self.withheld if count is None else count
        self.withheld -= count
        os.write(self._master, b"\x1b[1;1R" * count)
        return self

    def relent(self) -> Self:
        """Answer what was withheld and everything from now on."""
        self.answering = True
        return self.answer()

    def forget(self) -> Self:
        self.withheld = 0
        return self

    def resize(self, columns: int, lines: int) -> Self:
        self.emulator.resize(columns, lines)
        size_of(self._master, columns, lines)
        return self

    def signal(self, number: signal.Signals) -> Self:
        self.process.send_signal(number)
        return self

    def until(self, wanted: str | Callable[[], bool], limit: float = LIMIT) -> Self:
        """Read until the screen shows `wanted` (or it returns true)."""
        end = time.monotonic() + limit

        def met() -> bool:
            return self.emulator.shows(wanted) if isinstance(wanted, str) else wanted()

        while not met():
            if self.ended or time.monotonic() > end:
                what = "the program ended" if self.ended else f"{limit} s went by"
                raise AssertionError(f"{what} before {wanted!r}; the screen:\n" + "\n".join(self.lines))
            self._read(min(_TICK, end - time.monotonic()))
        return self

    def rest(self, limit: float = LIMIT) -> Self:
        """Read until the program has ended."""
        return self.until(lambda: self.ended, limit)

    def quiet(self, seconds: float) -> int:
        """Read for `seconds`; the number of bytes that came."""
        before, end = len(self.raw), time.monotonic() + seconds
        while not self.ended and (left := end - time.monotonic()) > 0:
            self._read(left)
        return len(self.raw) - before

    def _read(self, seconds: float) -> None:
        if not select.select([self._master], [], [], max(0.0, seconds))[0]:
            return
        try:
            data = os.read(self._master, 65536)
        except OSError:  # EIO: the last process closed the terminal
            data = b""
        if not data:
            self.ended = True
            return
        self.raw += data
        self.since += len(data)
        mute, asked = self.emulator.mute, self.asked
        if not self.answering:
            self.emulator.mute = mute | {CURSOR}
        answer = self.emulator.feed(data)
        self.emulator.mute = mute
        if not self.answering and CURSOR not in mute:
            self.withheld += self.asked - asked
            self.most_withheld = max(self.most_withheld, self.withheld)
        if answer:
            os.write(self._master, answer)

    def hang_up(self) -> Self:
        """Close the terminal's own end, as a lost connection does."""
        self._closed = self.ended = True
        os.close(self._master)
        return self

    def close(self) -> int:
        """End the program if it still runs; its exit status."""
        if self._closed:
            return self.process.wait()
        if self.process.poll() is None and not self.ended:
            self.process.terminate()
        end = time.monotonic() + 5
        while not self.ended and time.monotonic() < end:
            self._read(end - time.monotonic())
        if not self.ended:
            self.process.kill()
        self._closed = True
        os.close(self._master)
        return self.process.wait()
