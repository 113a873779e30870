"""The last picture of the screen: the next start shows it at once, and the program loads behind it.

It is shown only where nothing changed since: the archive's file, the settings, the terminal and its size, the day, the program. Nothing here loads
Textual or Rich, which take longer than all else. What is typed meanwhile waits in the terminal's queue, for the program to read in its order.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sys
import tempfile
import time
import zlib
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from importlog_tui import __version__
from importlog_tui.locations import state_file
from importlog_tui.text import safe
from importlog_tui.ui.pen import PLAIN, Pen, on_blanks, switch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

    from importlog_tui.config import Config
    from importlog_tui.terminal.environment import Environment

    Row = Sequence[tuple[str, Pen]]

_LARGEST: Final = 1_000_000
"""Bytes; a file beyond that is no picture of ours."""
_GAP: Final = re.compile(" {5,}")
"""Blanks that are cheaper to jump over than to write."""
_COLOUR: Final = re.compile(r"(?:\d{2,3}|[34]8;5;\d{1,3}|[34]8;2(?:;\d{1,3}){3})?", re.ASCII)
_FLAGS: Final = frozenset(range(1, 10)) | {21, 51, 52, 53}


class Picture:
    """What stands on the terminal before the program is there.

    Attributes:
        rows: its lines, as stretches of text with their pens.
        size: columns and lines.
        attributes: how the terminal was set up before.
        is_taken: the program's driver goes on from here, and gives the terminal back.
    """

    def __init__(self, rows: Sequence[Row], size: tuple[int, int], attributes: list[Any]) -> None:
        self.rows, self.size, self.attributes = rows, size, attributes
        self.is_taken = False


def _stamp(file: Path) -> list[int]:
    """Which file it is and how it stands; [] where there is none, or nothing in it."""
    try:
        about = file.stat()
    except OSError:
        return []
    return [about.st_ino, about.st_size, about.st_mtime_ns] if about.st_size else []


def save(file: Path, key: Sequence[Any], rows: Sequence[Row] | None) -> None:
    """Keep a picture in place of the last one, whole or not at all; None only forgets that."""
    temporary = ""
    with contextlib.suppress(OSError, ValueError):
        try:
            file.unlink(missing_ok=True)
            if rows is None:
                return
            handle, temporary = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # with mode 0600
            plain = [[[text, sorted(pen.flags), pen.colour, pen.ground] for text, pen in row] for row in rows]
            with os.fdopen(handle, "w", encoding="utf-8") as written:
                json.dump({"key": key, "rows": plain}, written, ensure_ascii=False)
            Path(temporary).replace(file)
            temporary = ""
        finally:
            if temporary:
                Path(temporary).unlink()


def load(file: Path, key: Sequence[Any], lines: int) -> list[list[tuple[str, Pen]]] | None:
    """The picture of so many `lines` that was kept under `key`; None where there is none, or it is damaged, or could do harm."""
    try:
        if file.stat().st_size > _LARGEST:
            return None
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["key"] != list(key):
            return None
        if len(data["rows"]) != lines:
            return None
        rows = [[(str(text), _pen(*pen)) for text, *pen in row] for row in data["rows"]]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return rows if all(safe(text) == text for row in rows for text, _ in row) else None


def _pen(flags: Sequence[int], colour: str, ground: str) -> Pen:
    if not (_COLOUR.fullmatch(colour) and _COLOUR.fullmatch(ground) and _FLAGS.issuperset(flags)):
        raise ValueError
    pen = Pen(frozenset(flags), colour, ground)
    return PLAIN if pen == PLAIN else pen


def runs(cells: Sequence[str], pens: Sequence[Pen]) -> Row:
    """A line's cells as stretches of one pen; links are left out."""
    bare = ((cell, pen._replace(link="") if pen.link else pen) for cell, pen in zip(cells, pens, strict=True))
    return [("".join(cell for cell, _ in run), pen) for pen, run in groupby(bare, itemgetter(1))]


def drawn(rows: Sequence[Row]) -> str:
    """What puts a picture on a terminal that has just been cleared."""
    parts, before = [], PLAIN
    for line, row in enumerate(rows, 1):
        parts.append(f"\x1b[{line}H")
        skipped = 0
        for text, pen in row:
            written = text
            if on_blanks(pen) == PLAIN:
                written = text.rstrip(" ")
                skipped += (len(text) - len(text.lstrip(" "))) if written else len(text)
                written = _GAP.sub(_jump, written.lstrip(" "))
            if written:
                parts.append((_right(skipped) if skipped else "") + switch(before, pen) + written)
                skipped, before = len(text) - len(text.rstrip(" ")) if on_blanks(pen) == PLAIN else 0, pen
    return "".join((*parts, switch(before, PLAIN)))


def _right(columns: int) -> str:
    return f"\x1b[{columns}C"


def _jump(gap: re.Match[str]) -> str:
    return _right(len(gap[0]))


class Last:
    """The last picture of the screen on one archive."""

    def __init__(
        self, archive: Path, config: Config, environment: Environment, banner: str, *, is_kept: bool
    ) -> None:
        """`is_kept`: pictures of this screen are kept at all."""
        self._archive, self._config, self._environment, self._banner = archive, config, environment, banner
        self._file = state_file().with_name("picture.json") if is_kept else None

    def keep(self, rows: Sequence[Row] | None) -> None:
        """Keep a picture in place of the last one, None where there is none to keep; to be called when the archive was closed."""
        if self._file is not None:
            save(self._file, self._key(), rows)

    def _key(self) -> list[Any]:
        """What has to be as it was for a picture to be true."""
        archive = self._archive
        wal = archive.with_name(f"{archive.name}-wal")
        variables = self._environment.variables
        look = [variables.get(name) for name in ("TERM", "COLORTERM", "NO_COLOR", "SSH_CONNECTION")]
        settings = zlib.crc32(
            repr((self._config, self._environment, look)).encode("utf-8", "backslashreplace")
        )
        days = [time.strftime("%F"), time.strftime("%F", time.gmtime())]
        size = list(_size())
        return [__version__, str(archive), _stamp(archive), _stamp(wal), settings, size, self._banner, days]

    @contextlib.contextmanager
    def shown(self) -> Iterator[Picture | None]:
        """Show what was kept, if all is as it was, for as long as it takes until the program's driver takes the terminal; None where nothing is shown.

        Whatever ends before that gives the terminal back as it was.
        """
        terminal = _terminal() if self._file is not None and self._config.screen.picture else None
        rows = (
            load(self._file, self._key(), _size()[1])
            if self._file is not None and terminal is not None
            else None
        )
        if rows is None or terminal is None:
            yield None
            return
        import termios

        inward, outward = terminal
        picture = Picture(rows, _size(), termios.tcgetattr(inward))
        quiet = termios.tcgetattr(inward)
        quiet[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
        quiet[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        before = signal.signal(signal.SIGTERM, _end)
        try:
            termios.tcsetattr(inward, termios.TCSANOW, quiet)
            _write(outward, f"\x1b[?1049h\x1b[?25l\x1b[m\x1b[H\x1b[2J{drawn(rows)}")
            yield picture
        finally:
            signal.signal(signal.SIGTERM, before)
            if not picture.is_taken:
                with contextlib.suppress(OSError, termios.error):
                    termios.tcsetattr(inward, termios.TCSANOW, picture.attributes)
                    _write(outward, "\x1b[?1049l\x1b[?25h")


def _size() -> tuple[int, int]:
    try:
        return tuple(os.get_terminal_size(sys.__stdin__.fileno()))  # type: ignore[return-value,union-attr]
    except (OSError, ValueError, AttributeError):
        return 0, 0


def _end(number: int, _: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def _terminal() -> tuple[int, int] | None:
    """Where Textual reads and writes, if that is a terminal; None also without POSIX."""
    try:
        import termios  # noqa: F401

        if sys.__stdin__ is None or sys.__stderr__ is None:
            return None
        inward, outward = sys.__stdin__.fileno(), sys.__stderr__.fileno()
    except (ImportError, OSError, ValueError):
        return None
    return (inward, outward) if os.isatty(inward) and os.isatty(outward) else None


def _write(descriptor: int, text: str) -> None:
    data = text.encode()
    while data:
        data = data[os.write(descriptor, data) :]
