"""A terminal around tmux, and a private tmux in it: what reaches the reader's own terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from importlog_tui.terminal.environment import Environment

LIMIT = 30.0  # seconds until a test that waits in vain fails


class Outer:
    """A tmux server with a socket of its own, shown in a pseudo-terminal."""

    def __init__(self, socket: Path, master: int) -> None:
        self._socket, self._master = socket, master
        self.received = b""
        self.environment = Environment.from_environ(
            {"PATH": os.environ["PATH"], "TERM": "tmux-256color", "TMUX": f"{socket},1,0"}, is_terminal=True
        )

    def tmux(self, *words: str) -> str:
        """What a command says to this server."""
        argv = ["tmux", "-S", str(self._socket), *words]
        return subprocess.run(argv, capture_output=True, text=True, check=True).stdout

    def until(self, wanted: bytes) -> bool:
        """Read what arrives at the terminal until `wanted` is among it."""
        end = time.monotonic() + LIMIT
        while wanted not in self.received and (left := end - time.monotonic()) > 0:
            if select.select([self._master], [], [], left)[0]:
                self.received += os.read(self._master, 65536)
        return wanted in self.received


@contextmanager
def outer_terminal(folder: Path, term: str) -> Iterator[Outer]:
    """A terminal that says it is `term`, with tmux in it."""
    socket = folder / "s"
    master, slave = pty.openpty()
    argv = ["tmux", "-f", "/dev/null", "-S", str(socket), "new-session", "printf %s%s ready- now; cat"]
    variables = {"PATH": os.environ["PATH"], "TERM": term, "LANG": "C.UTF-8"}
    client = subprocess.Popen(
        argv, stdin=slave, stdout=slave, stderr=slave, env=variables, start_new_session=True
    )
    os.close(slave)
    outer = Outer(socket, master)
    try:
        assert outer.until(b"ready-now")
        yield outer
    finally:
        outer.tmux("kill-server")
        os.close(master)
        client.wait(LIMIT)
