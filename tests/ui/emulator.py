"""An emulated terminal without a process: bytes in, a screen and the answers to the program's questions out.

pyte keeps the screen; what it would print or misread (private sequences, strings, colon colours) is kept from it here.
"""

from __future__ import annotations

import re
from collections import Counter

import pyte
from pyte.screens import Char, Margins

# One token: CSI (private marks, parameters, intermediates, final), a string (OSC, DCS, APC, PM, SOS), another escape, or text and C0.
_TOKEN = re.compile(
    rb"\x1b\[(?P<mark>[<-?]*)(?P<numbers>[0-9;:]*)(?P<between>[ -/]*)(?P<final>[@-~])"
    rb"|\x1b(?P<kind>[P\]_^X])(?P<body>(?:[^\x07\x1b]|\x1b(?!\\))*)(?:\x07|\x1b\\)"
    rb"|\x1b(?P<other>[ -/]*[0-OQ-WYZ\\`-~])"
    rb"|(?P<text>[^\x1b]+)"
)
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;:<-?]*[ -/]*|[P\]_^X](?:[^\x07\x1b]|\x1b(?!\\))*|[ -/]*)?$")

CURSOR = "cursor position"  # the name under which ESC [ 6 n is counted and can be withheld


class _Screen(pyte.Screen):
    """pyte's screen with the functions that other terminal programs use and pyte lacks."""

    _last = " "

    def draw(self, data: str) -> None:
        if data:
            self._last = data[-1]
        super().draw(data)

    def repeat(self, count: int = 1, **private: object) -> None:
        super().draw(self._last * max(1, count))

    def pan_down(self, count: int = 1, **private: object) -> None:
        self._pan(count, up=True)

    def pan_up(self, count: int = 1, **private: object) -> None:
        self._pan(count, up=False)

    def _pan(self, count: int, *, up: bool) -> None:
        margins = self.margins or Margins(0, self.lines - 1)
        x, y = self.cursor.x, self.cursor.y
        self.cursor.y = margins.bottom if up else margins.top
        for _ in range(max(1, count)):
            (self.index if up else self.reverse_index)()
        self.cursor.x, self.cursor.y = x, y

    def tab_back(self, count: int = 1, **private: object) -> None:
        for _ in range(max(1, count)):
            before = [stop for stop in self.tabstops if stop < self.cursor.x]
            self.cursor.x = max(before, default=0)


class _Stream(pyte.ByteStream):
    csi = {**pyte.Stream.csi, "b": "repeat", "S": "pan_down", "T": "pan_up", "Z": "tab_back"}
    events = pyte.Stream.events | {"repeat", "pan_down", "pan_up", "tab_back"}


class Emulator:
    """A terminal of `columns` x `lines` that a program writes to.

    `feed` returns what the terminal answers. Questions whose name is in `mute` are counted, never answered. `modes` holds the private
    modes that are on (2026, 1049, 2004, ...), `strings` every OSC and DCS with its first letter (`]52;c;...` is the clipboard).
    """

    def __init__(self, columns: int = 120, lines: int = 40, *, mute: frozenset[str] = frozenset()) -> None:
        self.screen = _Screen(columns, lines)
        self._stream = _Stream(self.screen, strict=False)
        self._pending = b""
        self.mute = mute
        self.asked: Counter[str] = Counter()
        self.modes: set[int] = set()
        self.strings: list[bytes] = []

    def resize(self, columns: int, lines: int) -> None:
        self.screen.resize(lines, columns)

    def lines(self) -> list[str]:
        """What the screen shows, one string a line, blanks at the end cut."""
        return [line.rstrip() for line in self.screen.display]

    def cells(self) -> list[list[Char]]:
        """Every cell with its character and style."""
        return [
            [self.screen.buffer[y][x] for x in range(self.screen.columns)] for y in range(self.screen.lines)
        ]

    def shows(self, text: str) -> bool:
        return any(text in line for line in self.lines())

    def feed(self, data: bytes) -> bytes:
        data = self._pending + data
        unfinished = _UNFINISHED.search(data)
        end = unfinished.start() if unfinished else len(data)
        data, self._pending = data[:end], data[end:]
        answers = []
        for token in _TOKEN.finditer(data):
            if token["text"] is not None or token["other"] is not None:
                self._stream.feed(token[0])
            elif token["kind"] is not None:
                answers.append(self._string(token["kind"], token["body"]))
            else:
                answers.append(self._control(token))
        return b"".join(answers)

    def _control(self, token: re.Match[bytes]) -> bytes:
        mark, numbers, between, final = token["mark"], token["numbers"], token["between"], token["final"]
        if mark == b"?" and final in b"hl" and not between:
            modes = {int(number) for number in numbers.split(b";") if number}
            self.modes = self.modes | modes if final == b"h" else self.modes - modes
            if 1049 in modes:
                self.screen.erase_in_display(2)
            if modes & {7, 25}:
                self._stream.feed(token[0])
            return b""
        answer = self._answer(mark, numbers, between, final)
        if answer is not None:
            return answer
        if not mark and not between and not (final == b"m" and b":" in numbers):
            self._stream.feed(token[0])
        return b""

    def _answer(self, mark: bytes, numbers: bytes, between: bytes, final: bytes) -> bytes | None:
        name, reply = None, b""
        if final == b"n" and numbers == b"6":
            name, reply = (
                CURSOR,
                b"\x1b[%s%d;%dR" % (mark, self.screen.cursor.y + 1, self.screen.cursor.x + 1),
            )
        elif final == b"n" and numbers == b"5":
            name, reply = "status", b"\x1b[0n"
        elif final == b"c" and not between:
            name = "attributes"
            reply = {b"": b"\x1b[?62;22c", b">": b"\x1b[>41;354;0c", b"=": b"\x1bP!|00000000\x1b\\"}.get(
                mark, b""
            )
        elif final == b"p" and between == b"$":
            state = 2 if numbers == b"2026" else 0
            name, reply = f"mode {numbers.decode()}", b"\x1b[%s%s;%d$y" % (mark, numbers, state)
        elif final == b"u" and mark == b"?":
            name = "kitty keys"
        elif final == b"t" and numbers == b"18":
            name, reply = "size", b"\x1b[8;%d;%dt" % (self.screen.lines, self.screen.columns)
        elif final == b"q" and mark == b">":
            name, reply = "name", b"\x1bP>|emulator(1)\x1b\\"
        if name is None:
            return None
        self.asked[name] += 1
        return b"" if name in self.mute else reply

    def _string(self, kind: bytes, body: bytes) -> bytes:
        self.strings.append(kind + body)
        if kind == b"]" and (colour := re.fullmatch(rb"(1[0-2]|4;\d+);\?", body)):
            self.asked["colour"] += 1
            value = b"ffff/ffff/ffff" if colour[1] == b"10" else b"0000/0000/0000"
            return b"" if "colour" in self.mute else b"\x1b]%s;rgb:%s\x1b\\" % (colour[1], value)
        if kind == b"P" and body[:2] in {b"+q", b"$q"}:
            self.asked["capability"] += 1
            return b"" if "capability" in self.mute else b"\x1bP0%sr\x1b\\" % body[:1]
        return b""
