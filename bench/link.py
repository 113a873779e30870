"""The wire between a program's pseudo-terminal and the terminal that is measured, as a process of its own so that nothing delays its clock.

    python -m bench.link MASTER CONTROL RTT_MS BYTES_PER_S

MASTER is the pseudo-terminal, CONTROL a seqpacket socket. Packets to the terminal: `D` and what arrived there, `K` when a key was pressed there, `E`
at the end; each with a time (ns, monotonic). What comes from CONTROL is typed. Half the round trip lies on each way; towards the terminal the line is
serial, carries BYTES_PER_S (0: any number) and keeps at most BUFFER bytes, as a socket does; what goes beyond waits in the program. Questions are
answered at the terminal's end, when they arrive there.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import socket
import struct
import sys
import time
from collections import deque

BUFFER = 256 * 1024
_PACKET = 1460
_QUESTION = re.compile(
    rb"\x1b\[(?P<mark>[?>=]?)(?P<numbers>[\d;]*)(?P<final>\$p|[cnqu])|\x1b\](?P<colour>1[01]);\?(?:\x07|\x1b\\)"
)
_HEADER = struct.Struct("<cq")


def pack(kind: bytes, at: int, data: bytes = b"") -> bytes:
    return _HEADER.pack(kind, at) + data


def unpack(packet: bytes) -> tuple[bytes, int, bytes]:
    kind, at = _HEADER.unpack_from(packet)
    return kind, at, packet[_HEADER.size :]


class Answers:
    """What a plain terminal answers; the cursor is always said to be home."""

    def __init__(self) -> None:
        self._rest = b""

    def to(self, data: bytes) -> bytes:
        """The answers to what a program wrote."""
        data = self._rest + data
        answers, end = [], 0
        for question in _QUESTION.finditer(data):
            end = question.end()
            answers.append(self._one(question))
        begun = data.rfind(b"\x1b", max(end, len(data) - 24))
        self._rest = data[begun:] if begun >= 0 else b""
        return b"".join(answers)

    @staticmethod
    def _one(question: re.Match[bytes]) -> bytes:
        if question["colour"]:
            return b"\x1b]%s;rgb:%s\x1b\\" % (
                question["colour"],
                b"ffff/ffff/ffff" if question["colour"] == b"10" else b"0/0/0",
            )
        mark, numbers, final = question["mark"], question["numbers"], question["final"]
        known = {
            (b"", b"c"): b"\x1b[?62;22c",
            (b">", b"c"): b"\x1b[>41;354;0c",
            (b"?", b"$p"): b"\x1b[?%s;%d$y" % (numbers, 2 if numbers == b"2026" else 0),
        }
        if final == b"n":
            return {b"5": b"\x1b[0n", b"6": b"\x1b[1;1R"}.get(numbers, b"")
        return known.get((mark, final), b"")


class Line:
    """Both directions of the wire."""

    def __init__(self, master: int, control: socket.socket, rtt_ms: float, rate: float) -> None:
        self._master, self._control = master, control
        self._half = int(rtt_ms * 1e6 / 2)
        self._rate = rate
        self._down: deque[tuple[int, bytes]] = deque()
        self._up: deque[tuple[int, bytes]] = deque()
        self._kept = self._free_at = 0
        self._answers = Answers()

    def run(self) -> None:
        """Carry until the program or the one in front of the terminal has left."""
        program_writes = True
        while program_writes or self._down:
            self._move()
            due = min((queue[0][0] for queue in (self._down, self._up) if queue), default=None)
            wait = None if due is None else max(0.0, (due - time.monotonic_ns()) / 1e9)
            read: list[int | socket.socket] = [
                self._control,
                *([self._master] if program_writes and self._kept < BUFFER else []),
            ]
            ready = select.select(read, [], [], wait)[0]
            now = time.monotonic_ns()
            if self._master in ready:
                program_writes = self._from_program(now)
            if self._control in ready:
                keys = self._control.recv(65536)
                if not keys:
                    return
                self._control.send(pack(b"K", now))
                self._up.append((now + self._half, keys))
        self._control.send(pack(b"E", time.monotonic_ns()))

    def _from_program(self, now: int) -> bool:
        try:
            data = os.read(self._master, 32768)
        except OSError:
            data = b""
        size = _PACKET if self._rate else len(data)
        for at in range(0, len(data), max(1, size)):
            packet = data[at : at + size]
            self._free_at = max(now, self._free_at) + (
                int(len(packet) / self._rate * 1e9) if self._rate else 0
            )
            self._kept += len(packet)
            self._down.append((self._free_at + self._half, packet))
        return bool(data)

    def _move(self) -> None:
        now = time.monotonic_ns()
        while self._down and self._down[0][0] <= now:
            _, packet = self._down.popleft()
            self._kept -= len(packet)
            self._control.send(pack(b"D", now, packet))
            if answer := self._answers.to(packet):
                self._up.append((now + self._half, answer))
        while self._up and self._up[0][0] <= now:
            _, typed = self._up.popleft()
            try:
                os.write(self._master, typed)
            except OSError:
                return


def main(arguments: list[str]) -> None:
    master, control = int(arguments[0]), socket.socket(fileno=int(arguments[1]))
    with contextlib.suppress(ConnectionError):  # whoever sat in front of the terminal has left
        Line(master, control, float(arguments[2]), float(arguments[3])).run()


if __name__ == "__main__":
    main(sys.argv[1:])
