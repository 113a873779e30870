"""A copy for the reader's own clipboard, by what lies between here and their terminal (textual-over-ssh.md, C.3, C.6).

No terminal ever says whether it took a copy, so no sentence here says that it did.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from importlog_tui.terminal.process import Ending, ask

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importlog_tui.terminal.environment import Environment

MOST_CHARACTERS = 8192
"""More than any address; terminals drop long copies without a word."""

_SCREEN_BLOCK = 768
"""Bytes that GNU screen takes in one device control string."""


class Way(StrEnum):
    """What carries a copy."""

    TMUX = "tmux"
    SCREEN = "screen"
    TERMINAL = "terminal"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Copied:
    """What was done to copy.

    Attributes:
        how: what carried it; NONE where nothing was sent.
        confirmed: something answered that it holds the text: tmux, for its own buffer. The terminal beyond it never does.
        sentence: the facts, without a full stop.
    """

    how: Way
    confirmed: bool
    sentence: str


def way(environment: Environment) -> Way:
    """What would carry a copy from here."""
    if environment.in_tmux:
        return Way.TMUX
    if not environment.is_terminal or environment.is_dumb:
        return Way.NONE
    return Way.SCREEN if environment.in_screen else Way.TERMINAL


def copy(
    text: str,
    environment: Environment,
    write: Callable[[str], object],
    run: Callable[[Sequence[str], Environment, str], Ending] = ask,
) -> Copied:
    """Send `text`, one line of printable characters, towards the reader's clipboard. Waits for tmux, so it belongs in a worker.

    `write` writes to the terminal, between two frames; `run` runs a small command: argv, environment, standard input.
    """
    if not text or not text.isprintable():
        return Copied(Way.NONE, False, "not copied: only one line of printable characters can be")
    if len(text) > MOST_CHARACTERS:
        return Copied(Way.NONE, False, f"not copied: it is longer than {MOST_CHARACTERS:,} characters")
    chosen = way(environment)
    try:
        match chosen:
            case Way.TMUX:
                return _by_tmux(text, environment, write, run)
            case Way.SCREEN:
                write(through_screen(osc52(text)))
                return Copied(chosen, False, "sent through screen to your terminal, not confirmed")
            case Way.TERMINAL:
                write(osc52(text))
                return Copied(chosen, False, "sent to your terminal, not confirmed")
    except OSError as fault:
        return Copied(
            Way.NONE, False, f"not copied: the terminal can't be written to ({fault.strerror or fault})"
        )
    return Copied(Way.NONE, False, "not copied: there is no terminal to send it to")


def _by_tmux(
    text: str,
    environment: Environment,
    write: Callable[[str], object],
    run: Callable[[Sequence[str], Environment, str], Ending],
) -> Copied:
    # One call, so that the answer about the terminal is of the moment in which the copy went out.
    done = run(["tmux", "load-buffer", "-w", "-", ";", *_FEATURES], environment, text)
    if not done.ok:
        write(through_tmux(osc52(text)))
        why = f"tmux load-buffer {done.fault}" + (f": {done.complaint}" if done.complaint else "")
        return Copied(Way.TMUX, False, f"sent past tmux to your terminal, not confirmed ({why})")
    features = done.output.strip()
    if features and "clipboard" not in features.split(","):
        write(through_tmux(osc52(text)))
        return Copied(Way.TMUX, True, "sent to the tmux buffer; tmux knows of no clipboard in your terminal")
    return Copied(
        Way.TMUX, True, "sent to the tmux buffer and, through tmux, to your terminal - not confirmed by it"
    )


_FEATURES = ("display-message", "-p", "#{client_termfeatures}")


@dataclass(frozen=True, slots=True)
class Tmux:
    """What tmux says of itself.

    Attributes:
        version: "3.3a", "" where it does not answer.
        set_clipboard: the option: "on" also lets programs in its panes copy by themselves.
        carries: it knows how to copy to the terminal around it; None where it does not tell.
        complaint: why it does not answer, or "".
    """

    version: str = ""
    set_clipboard: str = ""
    carries: bool | None = None
    complaint: str = ""


def ask_tmux(
    environment: Environment, run: Callable[[Sequence[str], Environment, str], Ending] = ask
) -> Tmux:
    """Ask the tmux around this program what it does with a copy."""
    told = run(["tmux", "display-message", "-p", "#{version}|#{client_termfeatures}"], environment, "")
    if not told.ok:
        return Tmux(complaint=told.complaint or told.fault)
    version, _, features = told.output.strip().partition("|")
    option = run(["tmux", "show-options", "-sv", "set-clipboard"], environment, "")
    return Tmux(
        version=version,
        set_clipboard=option.output.strip(),
        carries="clipboard" in features.split(",") if features else None,
    )


def osc52(text: str) -> str:
    """The sequence that sets a terminal's clipboard; selection `c`, the only one that mosh passes on."""
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"


def through_tmux(sequence: str) -> str:
    """`sequence` for the terminal around tmux, which passes it on only with `allow-passthrough on`."""
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def through_screen(sequence: str) -> str:
    """`sequence` for the terminal around GNU screen, in blocks of the size that it takes."""
    room = _SCREEN_BLOCK - len("\x1bP\x1b\\")
    blocks = (sequence[at : at + room] for at in range(0, len(sequence), room))
    return "".join(f"\x1bP{block}\x1b\\" for block in blocks)
