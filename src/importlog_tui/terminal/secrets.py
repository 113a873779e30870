"""Where a reader keeps what lets them in: a command that prints it, an environment variable, the keyring, or their own head.

Whatever goes wrong is told without showing what was found.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from importlog_tui.errors import ConfigProblem, UsageProblem
from importlog_tui.secret import Secret
from importlog_tui.terminal.process import first_line, reason_of
from importlog_tui.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importlog_tui.terminal.environment import Environment

COMMAND_SECONDS = 60.0
"""How long a password manager may take: it may ask its owner for a passphrase first."""
_MOST = 256 << 10
"""Bytes of a secret; more is a mistake."""


class Kept(NamedTuple):
    """Where to look for one secret, in this order; what is left empty is not looked at.

    Attributes:
        name: what it is, for sentences: "the session cookie".
        section: of the configuration, for the place of an error: "[access] cookie".
    """

    name: str
    section: str
    command: Sequence[str] = ()
    variable: str = ""
    keyring: str = ""

    def find(self, environment: Environment, seconds: float = COMMAND_SECONDS) -> Secret | None:
        """The secret; None where no place is named, or the variable is not set and there is no keyring entry.

        Raises:
            ConfigProblem: a command that is named does not give one, or the keyring can't be asked.
        """
        if self.command:
            return self._by_command(environment, seconds)
        if self.variable and (found := environment.variables.get(self.variable, "").strip()):
            return Secret(found)
        return self._in_keyring() if self.keyring else None

    def where(self, environment: Environment) -> str:
        """Where it would come from, in words, without looking; "" where nothing is named."""
        if self.command:
            return f"the command {one_line(self.command[0])}"
        if self.variable and environment.variables.get(self.variable, "").strip():
            return f"the variable {one_line(self.variable)}"
        return f"the keyring's {one_line(self.keyring)}" if self.keyring else ""

    def _by_command(self, environment: Environment, seconds: float) -> Secret:
        where = f"{self.section}_command"
        try:
            done = subprocess.run(
                list(self.command),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=dict(environment.variables),
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ConfigProblem(
                f"the command for {self.name} did not answer within {seconds:g} seconds",
                where=where,
                remedy="Does it ask for a passphrase? Unlock it first.",
            ) from None
        except (OSError, ValueError) as fault:
            raise ConfigProblem(
                f"the command for {self.name} could not be started ({reason_of(fault)})",
                where=where,
                remedy="Check the program's name.",
            ) from None
        if done.returncode:
            said = first_line(done.stderr)
            raise ConfigProblem(
                f"the command for {self.name} ended with exit code {done.returncode}"
                + (f" ({said})" if said else ""),
                where=where,
                remedy="Try it in a shell.",
            )
        found = done.stdout[: _MOST + 1].decode("utf-8", errors="replace").strip()
        if not found or len(done.stdout) > _MOST:
            raise ConfigProblem(
                f"the command for {self.name} printed {'nothing' if not found else 'far too much'}",
                where=where,
                remedy="Try it in a shell.",
            )
        return Secret(found)

    def _in_keyring(self) -> Secret | None:
        where = f"{self.section}_keyring"
        service, _, user = self.keyring.rpartition("/")
        if not service or not user:
            raise ConfigProblem(
                f"the keyring's entry for {self.name} is not written as service/user",
                where=where,
                remedy='For example: "schoology/me".',
            )
        try:
            import keyring  # heavy, and only there for those who want it
        except ImportError:
            raise ConfigProblem(
                "the library `keyring` is not installed",
                where=where,
                remedy="pip install 'importlog-tui[keyring]', or use a command.",
            ) from None
        try:
            found = keyring.get_password(service, user)
        except Exception as fault:  # every backend has faults of its own
            raise ConfigProblem(
                f"the keyring can't be asked ({type(fault).__name__})",
                where=where,
                remedy="Over SSH it is often locked: use a command.",
            ) from None
        return Secret(found) if found else None


def ask(question: str, remedy: str) -> Secret:
    """Ask at the terminal, without showing what is typed or pasted; a line of any length, continued where it ends with a backslash or ^.

    Raises:
        UsageProblem: there is no terminal to ask at; `remedy` says what to do then.
    """
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        raise UsageProblem(f"{question}: there is no terminal to ask at", remedy=remedy)
    sys.stderr.write(f"{question} (not shown): ")
    sys.stderr.flush()
    try:
        return Secret(_unseen(sys.stdin.fileno()))
    finally:
        sys.stderr.write("\n")


def _unseen(descriptor: int) -> str:
    try:
        import termios
    except ImportError:  # no such terminals here
        import getpass

        return getpass.getpass("")
    before = termios.tcgetattr(descriptor)
    quiet = termios.tcgetattr(descriptor)
    # Without line discipline: a terminal's own line ends after 4,095 characters, and a cookie may be longer.
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    try:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, quiet)
        return _line(descriptor)
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _line(descriptor: int) -> str:
    got = bytearray()
    while len(got) <= _MOST:
        select.select([descriptor], [], [])
        chunk = os.read(descriptor, 4096)
        for byte in chunk:
            if byte in b"\x08\x7f":
                del got[-1:]
            elif byte == 4:
                return got.decode("utf-8", errors="replace")
            elif byte in b"\r\n":
                if not got.rstrip(b" \r\n").endswith((b"\\", b"^")):
                    return got.decode("utf-8", errors="replace")
                got += b"\n"
            else:
                got.append(byte)
        if not chunk:
            break
    return got.decode("utf-8", errors="replace")
