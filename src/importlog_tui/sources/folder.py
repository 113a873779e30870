"""Files on disk: one, or a folder of them. Whatever can't be read is named, and the rest is read."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from importlog_tui.model import Format, Origin, Trouble
from importlog_tui.sources.encoding import decode
from importlog_tui.sources.signature import binary_kind, is_page_furniture, text_kind
from importlog_tui.sources.source import Source
from importlog_tui.text import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from importlog_tui.sources.status_log import How

    T = TypeVar("T")
    ReadSource = Callable[[Source, How], Iterator[T]]
    WholeFolder = Callable[[Path, How, str], Iterator[T] | None]

MOST_FILES = 20_000
"""Files read from one folder."""
_NOISE = {"thumbs.db", "desktop.ini"}


def unreadable(name: str, error: OSError) -> Trouble:
    """The trouble with a file that the system does not let be read."""
    return Trouble(
        Origin(name, Format.TABLE),
        f"it can't be read: {error.strerror or error}",
        "Look at its name and its permissions.",
    )


def read(
    path: Path, how: How, shown: str, read_source: ReadSource[T], whole_folder: WholeFolder[T]
) -> Iterator[T | Trouble]:
    """What is at `path`, shown as `shown`. OSError where `path` itself can't be looked at.

    Args:
        path: file or folder.
        how: handed on.
        shown: its name in messages.
        read_source: reads a file.
        whole_folder: reads a folder that is one thing by itself (a Maildir), and says None to any other, whose files are read.
    """
    mode = path.stat().st_mode
    if not stat.S_ISDIR(mode):
        yield from _file(path, mode, how, shown, read_source)
    elif (readings := whole_folder(path, how, shown)) is not None:
        yield from readings
    else:
        yield from _walk(path, how, shown, read_source, whole_folder)


def _file(
    path: Path, mode: int, how: How, shown: str, read_source: ReadSource[T], *, beside: bool = False
) -> Iterator[T | Trouble]:
    what = _special(mode)
    if what:
        yield Trouble(
            Origin(shown, Format.TABLE),
            f"this is {what}, not a file",
            "Pipe what comes from it: importlog-tui add -",
        )
        return
    source = Source(shown, path, title=whole(path.name))
    if beside and _is_furniture(source):
        return
    try:
        yield from read_source(source, how)
    except Exception as error:
        # One file that no reader foresaw must not take the others, or the program, with it.
        what = (
            f"it can't be read: {error.strerror or error}"
            if isinstance(error, OSError)
            else f"it could not be understood ({type(error).__name__})"
        )
        yield Trouble(source.origin(), what)


def _special(mode: int) -> str | None:
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISFIFO(mode):
        return "a pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device"


def _is_furniture(source: Source) -> bool:
    """Whether a file in the folder that a browser saves beside a page is none of the page's text: pictures, fonts, styles, scripts."""
    head = source.head(16 << 10)
    kind = binary_kind(head)
    if kind is not None or not head.strip():
        return kind not in {"zip", "ole"}
    text = decode(head)
    kind = text_kind(text)
    return kind != "page" if kind else is_page_furniture(text) or "\t" not in text


def _walk(
    top: Path, how: How, shown: str, read_source: ReadSource[T], whole_folder: WholeFolder[T]
) -> Iterator[T | Trouble]:
    seen, is_open = 0, True
    pending = [(top, shown)]
    while pending:
        folder, name = pending.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield unreadable(name, error)
            is_open = False
            continue
        folders: list[tuple[Path, str]] = []
        for entry in entries:
            if entry.name.startswith((".", "~$")) or entry.name.lower() in _NOISE:
                continue
            child = Path(entry.path)
            child_name = whole(os.path.join(name, entry.name))  # noqa: PTH118 - the name as it was given, "./" included
            try:
                mode = entry.stat().st_mode
                if stat.S_ISDIR(mode):
                    if entry.is_symlink():
                        yield from _linked(child, top, child_name)
                    else:
                        folders.append((child, child_name))
                    continue
                seen += 1
                if seen > MOST_FILES:
                    yield Trouble(
                        Origin(shown, Format.TABLE),
                        f"it holds more than {MOST_FILES:,} files; the rest was not read",
                        "Add a smaller folder.",
                    )
                    return
                yield from _file(child, mode, how, child_name, read_source, beside=_is_saved_beside(folder))
            except OSError as error:
                yield unreadable(child_name, error)
        for child, child_name in reversed(folders):
            if (readings := whole_folder(child, how, child_name)) is not None:
                yield from readings
            else:
                pending.append((child, child_name))
    if not seen and is_open:
        yield Trouble(Origin(shown, Format.TABLE), "an empty folder")


def _linked(child: Path, top: Path, name: str) -> Iterator[Trouble]:
    """A link to a folder is not followed; where it leads back into this one nothing is missing."""
    if not child.resolve().is_relative_to(top.resolve()):
        yield Trouble(
            Origin(name, Format.TABLE),
            "a link to another folder is not followed",
            "Add that folder by its own name.",
        )


def _is_saved_beside(folder: Path) -> bool:
    """Whether a browser made this folder for a page saved beside it: NAME_files for NAME.html."""
    base, mark, rest = folder.name.rpartition("_files")
    return bool(mark and base and not rest) and any(
        (folder.parent / f"{base}{end}").is_file() for end in (".html", ".htm", ".xhtml", ".mhtml")
    )
