"""The program's own terminal driver for POSIX: Textual's, with frames reduced to their changes and paced by the terminal's answers.

Only `pacing.own_driver` imports this module: it needs `termios`.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import sys
import termios
import time
from codecs import getincrementaldecoder
from threading import Condition, RLock
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from importlog_tui.ui.frames import INDEX, Mirror, is_frame
from importlog_tui.ui.pacing import QUESTION, Budget, Pace
from importlog_tui.ui.picture import runs

if TYPE_CHECKING:
    from asyncio import TimerHandle

    from textual.app import App

    from importlog_tui.ui.picture import Picture, Row

_SYNC_START: Final = "\x1b[?2026h"
_SYNC_END: Final = "\x1b[?2026l"
_PACKET: Final = 1400  # a frame that fits in one packet is drawn at once anyway
_AT_ONCE: Final = 4096  # bytes that a terminal with nothing in its buffer takes without a wait
_CLEAR: Final = "\x1b[m\x1b[H\x1b[2J"
_ALTERNATE: Final = "\x1b[?1049h"
_STILL: Final = 0.1  # seconds without a frame after which a starting program has shown what it knows
_GATHERED: Final = 5.0  # seconds after its first frame from which on it shows what it has
_GOODBYE: Final = 0.3  # seconds that the last answer is waited for
_MERGE: Final = 0.04  # seconds in which keys that were passed on become a frame
_TICK: Final = 0.1  # seconds
_ANSWER: Final = re.compile(r"\x1b\[(\d+);(\d+)R")
_BEGUN: Final = re.compile(r"\x1b(?:\[(?:\d+(?:;\d*)?)?)?$")
_PASTE_END: Final = "\x1b[201~"
# The begin of a paste, and an Escape with something at its heels that makes no sequence of it.
_ESCAPES: Final = re.compile(r"\x1b(?:(?P<paste>\[200~)|(?=(?P<next>[^\[\]\\OPX^_]|\Z)))", re.DOTALL)
# What writes nothing on the screen: strings (clipboard, pointer), the bell, private modes and questions.
_SILENT: Final = re.compile(r"(?:\x07|\x1b[\]P][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[?<>=][\d;]*\$?[A-Za-z])+")
# A terminal sends F3 with a modifier as it answers QUESTION with the cursor in the first line: ESC [ 1 ; 2 R is shift+F3.
_F3: Final = {
    2: "shift",
    3: "alt",
    4: "alt+shift",
    5: "ctrl",
    6: "ctrl+shift",
    7: "alt+ctrl",
    8: "alt+ctrl+shift",
}


_KNOWN: Final = ANSI_SEQUENCES_KEYS.keys() - {"\x1b", "\x1b\x1b"}


def _alt(character: str) -> str:
    """Textual's name of Alt and this character."""
    return f"alt+shift+{character.lower()}" if character.isupper() else f"alt+{character}"


class PacedDriver(LinuxDriver):
    """Sends only what changes on the screen, and keeps keys and further frames back while the terminal still draws the last one."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        # Answers come in the input thread, frames from the event loop, signals in between.
        self._lock = RLock()
        self._free = Condition(self._lock)
        self._pace = Pace()
        self._budget = Budget(getattr(app, "line_rate", 0))
        self._is_due = False  # a frame waits until the budget allows it
        self._mirror = Mirror(*self._get_terminal_size())
        self._held: list[Message] = []
        self._shows = False  # between start and stop of application mode
        self._asks = False
        self._at_once = False  # the terminal can draw a frame at once (mode 2026)
        self._disturbed = False  # it may show something else than what was sent
        self._out = -1
        self._owed = 0  # answers
        self._asked_last = False  # nothing was written after the last question
        self._pasted: list[str] | None = None  # of a paste that has not ended
        self._picture: Picture | None = getattr(app, "picture", None)  # on the terminal until the first frame
        self._still: TimerHandle | None = None
        self._latest = 0.0

    # Output

    def write(self, data: str) -> None:
        """Take a frame, which `flush` sends; write anything else at once."""
        if data == _SYNC_START:
            self._at_once = True
        elif data == _SYNC_END or (self._picture is not None and data == _ALTERNATE):
            pass
        elif not is_frame(data):
            self._write_later(data)
            if not _SILENT.fullmatch(data):
                self._disturbed = True
        else:
            with self._lock:
                self._look()
                if not self._mirror.take(data):
                    self._write_later(data)
                    self._disturbed = True

    def flush(self) -> None:
        """A frame is complete: send it, or keep it until the line is free."""
        with self._lock:
            if self._picture is not None:
                self._wait_for_stillness()
                return
            if not self._shows or self._pace.waiting or self._is_due:
                return
            if rest := self._budget.rest(time.monotonic()):
                self._is_due = True
                self._loop.call_later(rest, self._due)
            else:
                self._send()

    def _due(self) -> None:
        self._is_due = False
        self.flush()

    def _wait_for_stillness(self) -> None:
        """What stands there is better than the first frames of a program that still gathers what to show."""
        if self._still is None:
            self._latest = time.monotonic() + _GATHERED
        else:
            self._still.cancel()
        self._still = self._loop.call_later(_STILL, self._begin)

    def _begin(self) -> None:
        """Go on from the picture with what the program shows, once it has what to show."""
        with self._lock:
            if self._picture is None:
                return
            is_gathering = getattr(self._app, "is_gathering", lambda: False)
            if is_gathering() and time.monotonic() < self._latest:
                self._wait_for_stillness()
            else:
                self._picture = None
                self._release()

    def picture(self) -> list[Row]:
        """What the screen shows, to be kept."""
        return [runs(cells, pens) for cells, pens in self._mirror.rows()]

    def repaint(self) -> None:
        """Send the whole screen again: another program may have written on the terminal."""
        self._disturbed = True
        self.flush()

    def _send(self) -> None:
        self._look()
        column, line = self._mirror.at
        if line == 0 and column + 1 in _F3:
            self._mirror.at = (0, 0)
        frame = self._mirror.changes()
        if not frame:
            return
        if self._at_once and len(frame) > _PACKET:
            frame = _SYNC_START + frame + _SYNC_END
        self._budget.spent(len(frame), time.monotonic())
        is_drained = self._asked_last and not self._owed
        if self._asks and self._pace.ask(time.monotonic()):
            frame += QUESTION
            self._loop.call_later(self._pace.patience, self._give_up, self._pace.number)
        # Where the terminal has drawn all that was written, and takes more, writing can't block, and needs no other thread.
        if is_drained and len(frame) <= _AT_ONCE and select.select([], [self._out], [], 0)[1]:
            self._write_now(frame)
        else:
            self._write_later(frame)

    def _write_now(self, frame: str) -> None:
        self._count(frame)
        data = frame.encode()
        with contextlib.suppress(OSError):  # the terminal is gone: the input thread sees to that
            while data:
                data = data[os.write(self._out, data) :]

    def _write_later(self, data: str) -> None:
        self._count(data)
        super().write(data)

    def _count(self, data: str) -> None:
        self._asked_last = data.endswith(QUESTION)
        self._owed += self._asked_last

    def _look(self) -> None:
        """See to it that after a disturbance everything is sent again."""
        if not self._disturbed:
            return
        self._disturbed = False
        size = self._get_terminal_size()
        if size == (self._mirror.columns, self._mirror.lines):
            self._mirror.forget()
        else:
            self._mirror = Mirror(*size, down=self._mirror.down)  # Textual lays everything out again
        self._pace.reconsider()

    # Input

    def run_input_thread(self) -> None:
        """Read keys and answers until `exit_event` is set.

        Answers are taken out first: one may come within a pasted text.
        """
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        begun = ""
        while not self.exit_event.is_set():
            if select.select([self.fileno], [], [], _TICK)[0]:
                try:
                    data = os.read(self.fileno, 4096)
                except OSError:
                    data = b""
                if not data:  # the terminal is gone
                    self._loop.call_soon_threadsafe(self._app.exit, None, 1)
                    return
                text = begun + decode(data)
                end = unfinished.start() if (unfinished := _BEGUN.search(text)) else len(text)
                text, begun = text[:end], text[end:]
            elif self._pasted is not None or self._pace.hopeful(time.monotonic()):
                text = ""  # the rest of the paste's end or of the answer is still under way
            else:
                text, begun = begun, ""
            at = 0
            for answer in _ANSWER.finditer(text):
                self._feed(parser, text[at : answer.start()])
                self._position(int(answer[1]), int(answer[2]))
                at = answer.end()
            self._feed(parser, text[at:])
            for message in parser.tick():
                self.process_message(message)

    def _feed(self, parser: XTermParser, text: str) -> None:
        """Let the parser read `text`, but for pastes, of which it would type what follows an ESC, and for Escape.

        A slow line delivers Escape and the next key in one piece, of which the parser would make one key, or neither.
        """
        while text:
            if self._pasted is not None:
                part, end, text = text.partition(_PASTE_END)
                self._pasted.append(part)
                if end:
                    pasted, self._pasted = "".join(self._pasted).replace("\x00", ""), None
                    self.process_message(events.Paste(pasted))
                continue
            found = _ESCAPES.search(text)
            while found and not found["paste"] and f"\x1b{found['next']}" in _KNOWN:
                found = _ESCAPES.search(text, found.end() + 1)
            self._parse(parser, text[: found.start()] if found else text)
            if not found:
                return
            text = text[found.end() :]
            if found["paste"]:
                self._pasted = []
            elif (alt := _alt(found["next"])) in getattr(self._app, "alt_keys", ()):
                self.process_message(events.Key(alt, text[0]))
                text = text[1:]
            else:
                self.process_message(events.Key("escape", "\x1b"))

    def _parse(self, parser: XTermParser, text: str) -> None:
        if text:
            for message in parser.feed(text):
                self.process_message(message)

    def process_message(self, message: Message) -> None:
        """Pass a message on: keys, pastes and the mouse when the line is free, and in their order."""
        if isinstance(message, events.CursorPosition):
            self._position(message.y + 1, message.x + 1)
            return
        if isinstance(message, events.Resize):
            self._disturbed = True
        with self._lock:
            waiting = self._pace.waiting or self._picture is not None
            if waiting and isinstance(message, events.InputEvent | events.Paste):
                self._held.append(message)
            else:
                super().process_message(message)

    def _position(self, line: int, column: int) -> None:
        if line == 1 and column in _F3:
            # No answer: the cursor is never left there.
            self.process_message(events.Key(f"{_F3[column]}+f3", None))
            return
        with self._lock:
            self._pace.answered(time.monotonic())
            self._owed = max(0, self._owed - 1)
            self._free.notify_all()
            self._release()

    def _give_up(self, number: int) -> None:
        with self._lock:
            if self._pace.overdue(number):
                self._release()

    def _release(self) -> None:
        """Pass on the keys that were held. What they change and the frames that waited become one frame."""
        if self._picture is not None:
            return
        held, self._held = self._held, []
        for message in held:
            super().process_message(message)
        self._loop.call_soon_threadsafe(self._loop.call_later, _MERGE if held else 0, self.flush)

    # Coming and going

    def start_application_mode(self) -> None:
        """Take the terminal: cleared, and asked once whether it answers."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is None:
            return
        picture = self._picture
        if picture is not None:
            picture.is_taken = True
            self.attrs_before = picture.attributes
            if picture.size != (self._mirror.columns, self._mirror.lines):
                picture = self._picture = None
        self._chain_resize()
        with self._lock:
            self._pace = Pace()
            self._owed = 0
            self._out = (
                -1 if sys.__stderr__ is None else sys.__stderr__.fileno()
            )  # where the writer thread writes
            self._asks = self.input_tty and sys.__stderr__ is not None and sys.__stderr__.isatty()
            self._mirror.down = "\n" if self._feeds_lines() else INDEX
            if picture is None:
                self._mirror.cleared()
            else:
                self._mirror.show(picture.rows)
            self._shows = True
            asks = self._asks and self._pace.ask(time.monotonic())
            self._write_later(("" if picture else _CLEAR) + (QUESTION if asks else ""))
        self._loop.call_soon(self.flush)

    def _feeds_lines(self) -> bool:
        """Have the system leave line feeds as they are, which saves a byte a line; Textual gives the terminal back as it was. False where it can't."""
        try:
            if not os.path.sameopenfile(self._out, self.fileno):
                return False
            modes = termios.tcgetattr(self._out)
            modes[1] &= ~termios.OPOST
            termios.tcsetattr(self._out, termios.TCSANOW, modes)
        except (OSError, termios.error):
            return False
        return True

    def _chain_resize(self) -> None:
        textuals = signal.getsignal(signal.SIGWINCH)

        def resized(number: int, frame: FrameType | None) -> None:
            self._disturbed = True
            if callable(textuals):
                textuals(number, frame)
            self._loop.call_soon_threadsafe(self.flush)

        signal.signal(signal.SIGWINCH, resized)

    def stop_application_mode(self) -> None:
        """Give the terminal back, with no answer under way that a shell would take for typing."""
        with self._free:
            self._shows = self._asks = False
            self._held.clear()
            self._free.wait_for(lambda: not self._pace.hopeful(time.monotonic()), _GOODBYE)
        super().stop_application_mode()
