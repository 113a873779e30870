"""The program run within the test's process: the same `main`, with environment, folder and standard streams as a process of its own would have them.

It saves a start of Python for every command. What only a process shows (signals, closed pipes, limits, what is loaded) is tested with one.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
import time
from typing import TYPE_CHECKING, NamedTuple

from importlog_tui.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class Done(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


def run(*arguments: str, env: Mapping[str, str], cwd: Path, stdin: bytes = b"") -> Done:
    """Run a command; its standard output and error are files, as with `>out 2>err`."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with _variables(env), contextlib.chdir(cwd), _stream("stdout", 1, out), _stream("stderr", 2, err):
            before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
            try:
                status = main(arguments)
            except SystemExit as left:  # how argparse ends after --help and --version
                status = int(left.code or 0)
            finally:
                sys.stdin = before
        for file in (out, err):
            file.seek(0)
        return Done(status, out.read().decode(), err.read().decode())


@contextlib.contextmanager
def _variables(env: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(env)
        time.tzset()
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        time.tzset()


@contextlib.contextmanager
def _stream(
    name: str, number: int, file: io.BufferedRandom | tempfile._TemporaryFileWrapper[bytes]
) -> Iterator[None]:
    """The stream and its descriptor lead to `file`: a library in another language writes to the descriptor."""
    before, kept = getattr(sys, name), os.dup(number)
    before.flush()
    os.dup2(file.fileno(), number)
    try:
        with open(os.dup(number), "w", encoding="utf-8") as stream:  # noqa: PTH123 - a descriptor has no path
            setattr(sys, name, stream)
            yield
    finally:
        setattr(sys, name, before)
        os.dup2(kept, number)
        os.close(kept)
