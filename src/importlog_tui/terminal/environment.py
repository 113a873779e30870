"""What the terminal is and where its reader sits, told from the environment's variables (textual-over-ssh.md, C).

Guesses stay guesses: a pane of tmux keeps the variables of the session that opened it, so `[open] session` has the last word on remoteness.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_SSH = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")


def _size() -> tuple[int, int]:
    for descriptor in (1, 2, 0):
        try:
            size = os.get_terminal_size(descriptor)
        except OSError:
            continue
        if size.columns and size.lines:
            return size.columns, size.lines
    return 0, 0


def _is_terminal() -> bool:
    try:
        # The screen is drawn on standard error; a piped standard output (doctor | tee) does not take the terminal away.
        return os.isatty(0) and (os.isatty(1) or os.isatty(2))
    except OSError:
        return False


def _kernel() -> str:
    try:
        return Path("/proc/version").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class Environment:
    """A terminal, as its variables describe it.

    Attributes:
        variables: the environment, for child processes, too.
        platform: as `sys.platform`.
        is_terminal: standard input and output, or standard error, are a terminal.
        columns, lines: its size; 0 where it is not known.
        kernel: what /proc/version says, "" elsewhere.
    """

    variables: Mapping[str, str] = field(repr=False)
    platform: str = "linux"
    is_terminal: bool = True
    columns: int = 0
    lines: int = 0
    kernel: str = ""

    @classmethod
    def from_environ(
        cls,
        environ: Mapping[str, str],
        *,
        platform: str = sys.platform,
        is_terminal: bool | None = None,
        size: tuple[int, int] | None = None,
        kernel: str | None = None,
    ) -> Self:
        """The environment as `environ` tells it; what is left out is asked of the standard streams and the kernel."""
        columns, lines = _size() if size is None else size
        return cls(
            variables=MappingProxyType(dict(environ)),
            platform=platform,
            is_terminal=_is_terminal() if is_terminal is None else is_terminal,
            columns=columns,
            lines=lines,
            kernel=(_kernel() if platform == "linux" else "") if kernel is None else kernel,
        )

    def get(self, name: str) -> str:
        """A variable, "" where it is not set."""
        return self.variables.get(name, "")

    def which(self, program: str) -> str | None:
        """Where `program` is, along this environment's PATH."""
        return shutil.which(program, path=self.get("PATH") or os.defpath)

    @property
    def ssh_variable(self) -> str:
        """The variable that tells of an SSH session, "" without one."""
        return next((name for name in _OF_SSH if self.get(name)), "")

    def is_remote(self, session: str = "auto") -> bool:
        """Whether the reader sits at another machine; `session` "local" or "remote" decides, "auto" looks for SSH."""
        return session == "remote" or (session != "local" and bool(self.ssh_variable))

    @property
    def term(self) -> str:
        """TERM."""
        return self.get("TERM")

    @property
    def is_dumb(self) -> bool:
        """Whether the terminal can't place text."""
        return self.term in {"", "dumb", "unknown"} and self.platform != "win32"

    @property
    def in_tmux(self) -> bool:
        """Whether tmux runs here, around this program."""
        return bool(self.get("TMUX"))

    @property
    def in_screen(self) -> bool:
        """Whether GNU screen runs here, around this program."""
        return bool(self.get("STY"))

    @property
    def in_zellij(self) -> bool:
        """Whether zellij runs here, around this program."""
        return bool(self.get("ZELLIJ"))

    @property
    def has_far_multiplexer(self) -> bool:
        """Whether tmux or screen seems to run on the reader's own machine, around the SSH connection."""
        return self.term.startswith(("screen", "tmux")) and not (self.in_tmux or self.in_screen)

    @property
    def in_vscode(self) -> bool:
        """Whether this is a terminal of VS Code."""
        return self.get("TERM_PROGRAM") == "vscode" or bool(self.get("VSCODE_IPC_HOOK_CLI"))

    @property
    def is_wsl(self) -> bool:
        """Whether this is Linux inside of Windows."""
        return self.platform == "linux" and "microsoft" in self.kernel.casefold()

    @property
    def display(self) -> str:
        """The variable that names a desktop's display, "" without one."""
        return next((name for name in ("WAYLAND_DISPLAY", "DISPLAY") if self.get(name)), "")

    @property
    def no_color(self) -> bool:
        """Whether the reader wants no colour (NO_COLOR with any text)."""
        return bool(self.get("NO_COLOR"))

    @property
    def colours(self) -> str:
        """How many colours there are, in words."""
        if self.is_dumb:
            return "none"
        if self.get("COLORTERM") in {"truecolor", "24bit"} or "direct" in self.term:
            return "16 million"
        return "256" if "256" in self.term else "16"

    @property
    def encoding(self) -> str:
        """The encoding that the locale names, "" where it names none."""
        locale = next((self.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG") if self.get(name)), "")
        return locale.partition(".")[2].partition("@")[0]

    @property
    def is_utf8(self) -> bool | None:
        """Whether the locale says UTF-8; None where it names no encoding."""
        return self.encoding.casefold().replace("-", "") == "utf8" if self.encoding else None
