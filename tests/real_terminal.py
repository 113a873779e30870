"""An OpenSSH server of the test's own on this machine, and a real tmux around what runs in it.

    with ssh_server(folder) as server, Tmux(server.argv("cat"), columns=80, lines=24) as outer:
        outer.type("hello").until("hello")

As in `tests.ui.terminal`, nothing waits for a length of time: `until` looks again until it sees what it wants, and fails with the screen when the
time limit is over. Whatever was started is ended by the `with`.
"""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

LIMIT = 60.0  # seconds until a test that waits in vain fails
_TICK = 0.03  # seconds until `until` looks again
_ELSEWHERE = "/usr/local/sbin:/usr/sbin:/sbin"  # where sshd is, off an ordinary user's PATH

_CONFIGURATION = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
AuthenticationMethods publickey
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
PrintMotd no
PrintLastLog no
LogLevel VERBOSE
Subsystem sftp internal-sftp
"""


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:{_ELSEWHERE}")


def missing(*programs: str) -> list[str]:
    """Those of `programs` that are not installed here."""
    return [name for name in programs if _program(name) is None]


def plain_environ(**more: str) -> dict[str, str]:
    """The variables of a terminal on a desk: nothing of a tmux, a screen or an SSH connection around these tests."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "USER", "LOGNAME") if name in os.environ}
    return kept | {"LANG": "C.UTF-8", "TERM": "xterm-256color", **more}


class Server:
    """A running sshd that lets nobody in but the holder of one key, made for it."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder, self.port = folder, port

    def argv(self, command: str, *options: str) -> list[str]:
        """A connection with a terminal, in which the user's login shell runs `command`."""
        settings = {
            "BatchMode": "yes",
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "StrictHostKeyChecking": "yes",
            "UserKnownHostsFile": str(self._folder / "known_hosts"),
            "GlobalKnownHostsFile": "/dev/null",
            "EscapeChar": "none",
            "Compression": "yes",
        }
        argv = ["ssh", "-tt", "-F", "/dev/null", "-i", str(self._folder / "user"), "-p", str(self.port)]
        for name, value in settings.items():
            argv += ["-o", f"{name}={value}"]
        return [*argv, *options, f"{getpass.getuser()}@127.0.0.1", command]

    @property
    def log(self) -> str:
        """What the server noted."""
        return (self._folder / "log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def ssh_server(folder: Path) -> Iterator[Server]:
    """An OpenSSH server on a free port of the loopback interface, with keys of its own, as the current user."""
    for name in ("host", "user"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name], check=True
        )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd of root separates its privileges there
    with closing(socket.socket()) as any_port:
        any_port.bind(("127.0.0.1", 0))
        port = any_port.getsockname()[1]
    host_key = (folder / "host.pub").read_text(encoding="utf-8")
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}", encoding="utf-8")
    settings, log = folder / "sshd_config", folder / "log"
    settings.write_text(_CONFIGURATION.format(port=port, folder=folder), encoding="utf-8")
    # sshd starts itself anew for each connection, and insists on being called by its whole name.
    sshd = subprocess.Popen(
        [str(_program("sshd")), "-D", "-f", settings, "-E", log],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=log.open("w"),
        env=plain_environ(),
    )
    server = Server(folder, port)
    try:
        wait_for(
            lambda: sshd.poll() is not None or "Server listening" in server.log,
            lambda: f"sshd does not listen: {server.log}",
        )
        assert sshd.poll() is None, f"sshd ended: {server.log}"
        yield server
    finally:
        sshd.terminate()
        sshd.wait(LIMIT)


def wait_for(met: Callable[[], bool], complaint: Callable[[], str]) -> None:
    """Look until `met`; fail with `complaint` when the time limit is over."""
    end = time.monotonic() + LIMIT
    while not met():
        assert time.monotonic() < end, complaint()
        time.sleep(_TICK)


class Tmux:
    """A tmux server with a socket of its own and one window, in which `argv` runs; nobody is attached.

    Keys are tmux's names, in any case: enter, escape, down, pageup, C-c, or one character.
    """

    def __init__(
        self, argv: list[str], *, columns: int, lines: int, environ: Mapping[str, str] | None = None
    ) -> None:
        self._folder = TemporaryDirectory()  # a socket's whole name is at most 107 bytes long
        self.socket = Path(self._folder.name) / "s"
        self._environ = dict(environ or plain_environ())
        # The copies of programs in its window are taken, as a reader who copies over SSH has set it.
        self("set-option", "-s", "set-clipboard", "on", ";", "set-option", "-g", "remain-on-exit", "on", ";",
             "new-session", "-d", "-x", str(columns), "-y", str(lines), "--", *argv)  # fmt: skip

    def __call__(self, *words: str) -> str:
        """What a command says to this server."""
        done = subprocess.run(
            ["tmux", "-u", "-f", "/dev/null", "-S", str(self.socket), *words],
            capture_output=True, text=True, check=False, env=self._environ,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self("kill-server")
        finally:
            self._folder.cleanup()

    @property
    def lines(self) -> list[str]:
        """The window's lines, blanks at the end cut."""
        return self("capture-pane", "-p").split("\n")

    def told(self, name: str) -> str:
        """What tmux knows of the window by this name: alternate_on, cursor_flag, ..."""
        return self("display-message", "-p", f"#{{{name}}}").rstrip("\n")

    def press(self, *keys: str) -> Self:
        self("send-keys", *keys)
        return self

    def type(self, line: str) -> Self:
        """Type a line and press Enter."""
        self("send-keys", "-l", line)
        return self.press("enter")

    def paste(self, text: str) -> Self:
        """Paste, in brackets where the program in the window asked for them."""
        self("set-buffer", "-b", "pasted", "--", text)
        self("paste-buffer", "-d", "-p", "-r", "-b", "pasted")
        return self

    def until(self, wanted: str | Callable[[], bool]) -> Self:
        """Look until the window shows `wanted` (or it returns true)."""
        met = wanted if callable(wanted) else lambda: wanted in "\n".join(self.lines)
        wait_for(met, lambda: f"waited in vain for {wanted!r}; the screen:\n" + "\n".join(self.lines))
        return self
