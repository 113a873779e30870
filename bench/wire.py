"""A thin wire for OpenSSH: `ssh -o ProxyCommand="python bench/wire.py HOST PORT RTT_MS BYTES_PER_S"`.

Half the round trip lies on each way; towards the reader the line is serial and carries BYTES_PER_S, and what the line can't take waits in the
server's socket, as on a real one.
"""

from __future__ import annotations

import os
import select
import socket
import sys
import time
from collections import deque

_PACKET = 1460
_BUFFER = 64 * 1024


class Way:
    """One direction: bytes that arrive later; `rate` 0 is any number a second."""

    def __init__(self, delay: float, rate: float) -> None:
        self._delay, self._rate = delay, rate
        self._under_way: deque[tuple[float, bytes]] = deque()
        self._free_at = 0.0
        self._kept = 0

    @property
    def has_room(self) -> bool:
        """Whether more may be put in."""
        return self._kept < _BUFFER

    @property
    def due(self) -> float | None:
        """When the next bytes arrive."""
        return self._under_way[0][0] if self._under_way else None

    def put(self, data: bytes, now: float) -> None:
        """Send them off."""
        for at in range(0, len(data), _PACKET):
            packet = data[at : at + _PACKET]
            self._free_at = max(now, self._free_at) + (len(packet) / self._rate if self._rate else 0)
            self._under_way.append((self._free_at + self._delay, packet))
            self._kept += len(packet)

    def arrived(self, now: float) -> bytes:
        """Those that are there by now."""
        arrived = []
        while self._under_way and self._under_way[0][0] <= now:
            arrived.append(self._under_way.popleft()[1])
            self._kept -= len(arrived[-1])
        return b"".join(arrived)


def carry(server: socket.socket, rtt: float, rate: float) -> None:
    """Carry until one side has left."""
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
    up, down = Way(rtt / 2, 0), Way(rtt / 2, rate)
    while True:
        now = time.monotonic()
        if data := up.arrived(now):
            server.sendall(data)
        if data := down.arrived(now):
            os.write(1, data)
        due = min((way.due for way in (up, down) if way.due is not None), default=None)
        wanted: list[int] = [0, *([server.fileno()] if down.has_room else [])]
        for ready in select.select(wanted, [], [], None if due is None else max(0.0, due - now))[0]:
            data = os.read(ready, 16 * 1024)
            if not data:
                return
            (up if ready == 0 else down).put(data, time.monotonic())


if __name__ == "__main__":
    host, port, rtt_ms, bytes_per_s = sys.argv[1:]
    with socket.create_connection((host, int(port))) as connection:
        carry(connection, float(rtt_ms) / 1000, float(bytes_per_s))
