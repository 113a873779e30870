"""Work lists as files that a registrar opens: XLSX, CSV, or text to paste; one a building, nothing overwritten, no cell ever a formula."""

from __future__ import annotations

import csv
import re
import unicodedata
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from importlog_tui.errors import UsageProblem
from importlog_tui.report.masking import masked, masked_id, masked_name, masked_sentence
from importlog_tui.text import for_a_file, one_line, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime
    from typing import TextIO

    from importlog_tui.triage.worklist import Task

HEADINGS: Final = ("ID", "Name", "Wrong field", "Current value", "What is needed", "Since")
FORMATS: Final = ("xlsx", "csv", "text")
MOST_LISTS: Final = 500
"""Lists that are written at once: more groups than that are no buildings."""
_LONGEST_CELL: Final = 32_767
"""Characters that a spreadsheet's cell may have."""
_LONGEST_NAME: Final = 80
_MOST_ROWS: Final = 1_048_575
"""Rows of a spreadsheet's sheet, the headings not counted."""
_FORMULA: Final = "=+-@\t\r\n＝＋－＠"
_DEVICES: Final = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|clock\$|com\d|lpt\d|com[¹²³]|lpt[¹²³])(\..*)?", re.IGNORECASE
)


def cells_of(task: Task, day: Callable[[datetime], date]) -> tuple[str, ...]:
    """A line's cells, under `HEADINGS`; outside text, made safe from formulas where it is written."""
    since = "" if task.since is None else day(task.since).isoformat()
    return tuple(
        for_a_file(cell) for cell in (task.id, task.name, task.field, task.value, task.needed, since)
    )


def masked_task(task: Task) -> Task:
    """A line whose person can't be told by somebody who looks over a shoulder; the last signs of the ID stay, to find them by."""
    user, blank, section = task.id.partition("  ") if task.has_user else ("", "", task.id)
    hidden = {
        user: masked_id(user),
        task.name: masked_name(task.name),
        task.value: masked(task.value, task.meaning),
    }
    return replace(
        task,
        id=f"{masked_id(user)}{blank}{section}",
        name=masked_name(task.name),
        value=masked(task.value, task.meaning),
        needed=masked_sentence(task.needed, hidden),
    )


def without_formula(cell: str) -> str:
    """`cell` so that no spreadsheet takes it for a formula when it opens a CSV file; an apostrophe in front says text."""
    return f"'{cell}" if cell[:1] and (cell[0] in _FORMULA or cell.lstrip()[:1] in _FORMULA) else cell


def file_name(group: str) -> str:
    """A name for a group's file that every system takes: no separators, no devices, no end in a dot or a blank."""
    name = unicodedata.normalize("NFC", whole(group))
    name = "".join("_" if c in '<>:"/\\|?*' or not c.isprintable() else c for c in name)
    name = " ".join(name.split())[:_LONGEST_NAME].encode()[:200].decode(errors="ignore").strip(" .")
    if name.startswith(("-", "~")):
        name = f"_{name}"
    return f"_{name}" if not name or _DEVICES.fullmatch(name) else name


class _Writer(Protocol):
    def add(self, cells: tuple[str, ...]) -> None: ...
    def close(self) -> None: ...


class _Csv:
    def __init__(self, path: Path, _title: str) -> None:
        # With a mark at its beginning a spreadsheet takes the file for UTF-8.
        self._file = path.open("x", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self.add(HEADINGS)

    def add(self, cells: tuple[str, ...]) -> None:
        self._writer.writerow([without_formula(cell) for cell in cells])

    def close(self) -> None:
        self._file.close()


class _Text:
    def __init__(self, path: Path, title: str) -> None:
        self._file = path.open("x", encoding="utf-8", newline="\n")
        self._file.write(f"{one_line(title)}\n\n")

    def add(self, cells: tuple[str, ...]) -> None:
        self._file.writelines(f"{line}\n" for line in text_lines(cells))

    def close(self) -> None:
        self._file.close()


class _Xlsx:
    """Cells are written as texts, whatever they look like; the file grows on the disk and not in memory."""

    _WIDTHS: Final = (18, 26, 18, 30, 70, 12)

    def __init__(self, path: Path, title: str) -> None:
        import xlsxwriter

        path.open("xb").close()  # refuses what is there
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._title = title
        self._bold = self._book.add_format({"bold": True, "bottom": 1})
        self._plain = self._book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        self._new_sheet()

    def _new_sheet(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._row = 0
        for place, width in enumerate(self._WIDTHS):
            self._sheet.set_column(place, place, width, self._plain)
            self._sheet.write_string(0, place, HEADINGS[place], self._bold)
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)
        title = "".join(" " if c in "\x00\r\n" else c for c in self._title)[:100].replace("&", "&&")
        self._sheet.set_header(f"&L{title}&R&P / &N")

    def add(self, cells: tuple[str, ...]) -> None:
        if self._row == _MOST_ROWS:
            self._new_sheet()
        self._row += 1
        for place, cell in enumerate(cells):
            shown = cell if len(cell) <= _LONGEST_CELL else f"{cell[: _LONGEST_CELL - 1]}…"
            self._sheet.write_string(self._row, place, shown, self._plain)

    def close(self) -> None:
        from xlsxwriter.exceptions import XlsxWriterException

        try:
            self._book.close()
        except XlsxWriterException as error:
            raise OSError(None, f"the spreadsheet can't be written: {error}") from error


_WRITERS: Final[dict[str, tuple[str, Callable[[Path, str], _Writer]]]] = {
    "xlsx": ("xlsx", _Xlsx),
    "csv": ("csv", _Csv),
    "text": ("txt", _Text),
}


def text_lines(cells: tuple[str, ...]) -> list[str]:
    """A line of a list as two lines of text."""
    id_, name, field, value, needed, since = map(one_line, cells)
    what = f"{field}: {value or '(empty)'}" if field else ""
    head = "   ".join(part for part in (id_, name, what, f"since {since}" if since else "") if part)
    return [head, f"    {needed}"]


def write(
    tasks: Iterable[Task],
    folder: Path,
    form: str,
    day: Callable[[datetime], date],
    *,
    is_masked: bool = False,
) -> tuple[list[Path], list[int]]:
    """Write a file for each group into `folder`, which is made if it is not there; returns the files and the ids of the records in them.

    Nothing is overwritten; where something can't be written, nothing of it is left.

    Raises:
        UsageProblem: a file is there already, there are too many groups, or the disk refuses.
    """
    end, writer_of = _WRITERS[form]
    writers: dict[str, _Writer] = {}
    made: list[Path] = []
    taken: set[str] = set()
    sent: list[int] = []
    was_there = folder.exists()
    stack = ExitStack()
    try:
        for task in tasks:
            writer = writers.get(task.group)
            if writer is None:
                if len(writers) == MOST_LISTS:
                    raise UsageProblem(
                        f"there are more than {MOST_LISTS} lists to write",
                        remedy="Make one a cause with --by error, or choose with --error ID.",
                    )
                folder.mkdir(parents=True, exist_ok=True)
                path = folder / f"{_free(file_name(task.group), taken)}.{end}"
                writer = writers[task.group] = writer_of(path, task.group)
                made.append(path)
                stack.callback(writer.close)
            writer.add(cells_of(masked_task(task) if is_masked else task, day))
            sent.append(task.record_id)
        stack.close()
    except FileExistsError as error:
        _take_back(stack, made, folder, was_there=was_there)
        raise UsageProblem(
            "this file is there already, and nothing is overwritten",
            where=str(error.filename or folder),
            remedy="Name another folder with --to FOLDER. Nothing was written.",
        ) from error
    except OSError as error:
        _take_back(stack, made, folder, was_there=was_there)
        raise UsageProblem(
            f"the lists can't be written: {error.strerror or error}",
            where=str(error.filename or folder),
            remedy="Make room there, or name another folder with --to FOLDER. Nothing was written.",
        ) from error
    except BaseException:
        _take_back(stack, made, folder, was_there=was_there)
        raise
    return made, sent


def _free(name: str, taken: set[str]) -> str:
    """A name that no other list has, whatever its case."""
    free, count = name, 1
    while free.casefold() in taken:
        count += 1
        free = f"{name} ({count})"
    taken.add(free.casefold())
    return free


def _take_back(stack: ExitStack, made: list[Path], folder: Path, *, was_there: bool) -> None:
    import contextlib

    with contextlib.suppress(Exception):
        stack.close()
    with contextlib.suppress(OSError):
        for path in made:
            path.unlink(missing_ok=True)
        if not was_there:
            folder.rmdir()


def paste(
    tasks: Iterable[Task], out: TextIO, day: Callable[[datetime], date], *, is_masked: bool = False
) -> list[int]:
    """The lists as text, one after the other, for a mail; returns the ids of the records in them."""
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        groups.setdefault(task.group, []).append(task)
    for group, some in groups.items():
        out.write(f"{one_line(group)} ({len(some):,})\n\n")
        for task in some:
            out.writelines(
                f"{line}\n" for line in text_lines(cells_of(masked_task(task) if is_masked else task, day))
            )
        out.write("\n")
    return [task.record_id for some in groups.values() for task in some]


def own_folder(today: date, beside: Path) -> Path:
    """A folder of today that is not there yet: "work-lists-2026-11-23", "work-lists-2026-11-23-2"."""
    name, count = f"work-lists-{today.isoformat()}", 1
    free = beside / name
    while free.exists():
        count += 1
        free = beside / f"{name}-{count}"
    return free
