"""When a frame may go out: never more than about one on the line.

A terminal answers `ESC [ 6 n` only when it has drawn what came before it. Asking after every frame therefore tells when the line is free again; until
then keys and further frames are kept back and become one (textual-over-ssh.md, section D).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from textual.driver import Driver

QUESTION: Final = "\x1b[6n"
THIN_LINE: Final = 24_000  # bytes a second, for `Budget`: 14 pages a second while a key is held
_PATIENCE: Final = 1.0  # seconds; a slower line gets a multiple of what its answers take
_MISSES: Final = 3


class Pace:
    """Whether frames and keys wait for an answer. Times are seconds of one monotonic clock, passed in.

    Nothing waits until the terminal has answered once, so one that never answers is never waited for. An answer that is overdue stops the waiting; after
    three of them in a row the terminal is taken for one that does not answer (it was exchanged behind a multiplexer) until it proves the contrary.
    """

    def __init__(self) -> None:
        self._answers = False
        self._may_probe = True
        self._asked_at: float | None = None
        self._slowest = 0.0
        self._misses = 0
        self.number = 0  # of the last question

    @property
    def waiting(self) -> bool:
        """Whether keys and frames are to be kept back."""
        return self._answers and self.outstanding

    @property
    def outstanding(self) -> bool:
        """Whether a question has no answer yet."""
        return self._asked_at is not None

    def hopeful(self, now: float) -> bool:
        """Whether an answer may still be under way."""
        return self._asked_at is not None and now < self._asked_at + self.patience

    @property
    def patience(self) -> float:
        """Seconds after which an answer is overdue."""
        return max(_PATIENCE, 4 * self._slowest)

    def ask(self, now: float) -> bool:
        """A frame goes out: whether to ask behind it."""
        if self.outstanding or not (self._answers or self._may_probe):
            return False
        self._may_probe = False
        self._asked_at = now
        self.number += 1
        return True

    def answered(self, now: float) -> None:
        """An answer came."""
        if self._asked_at is not None:
            # A line gets faster, too: older answers count for less and less.
            self._slowest = max(now - self._asked_at, self._slowest / 2)
        self._asked_at = None
        self._answers = True
        self._misses = 0

    def overdue(self, number: int) -> bool:
        """The time for question `number` is over: whether it had not been answered."""
        if number != self.number or not self.waiting:
            return False
        self._asked_at = None
        self._misses += 1
        if self._misses >= _MISSES:
            self._answers = False
        return True

    def reconsider(self) -> None:
        """The terminal may have become another one: a terminal that did not answer is asked once more."""
        self._may_probe = True
        if not self._answers:
            self._asked_at = None


class Budget:
    """How much goes out where the answers say nothing of the line: a multiplexer beside the program gives them as soon as it has drawn for itself.

    After a frame of `n` bytes the next one waits `n / rate` seconds, the keys between them being one frame by then; a single key never waits. `rate` is
    bytes a second that about any line carries, 0 without a budget. Times are seconds of one monotonic clock, passed in.
    """

    def __init__(self, rate: int = 0) -> None:
        self._rate = rate
        self._free_at = 0.0

    def spent(self, size: int, now: float) -> None:
        """A frame of `size` bytes goes out."""
        if self._rate:
            self._free_at = max(now, self._free_at) + size / self._rate

    def rest(self, now: float) -> float:
        """Seconds that the next frame has to wait."""
        return max(0.0, self._free_at - now)


def own_driver() -> type[Driver] | None:
    """The program's own driver for `App(driver_class=...)`; None where Textual's must do: without POSIX terminals, or when the environment names one."""
    from textual import constants

    if constants.DRIVER is not None:
        return None
    try:
        import termios  # noqa: F401
    except ImportError:
        return None
    from importlog_tui.ui.driver import PacedDriver

    return PacedDriver
