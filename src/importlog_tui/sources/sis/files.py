"""Files of extracts or of the directory: one, or a folder of them, each as old as the file system says; a OneRoster package is one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.errors import SourceProblem
from importlog_tui.model import Trouble
from importlog_tui.sources import folder
from importlog_tui.sources.signature import binary_kind
from importlog_tui.sources.sis.oneroster import find_packages, read_package
from importlog_tui.sources.sis.oneroster.package import package_in, package_of_one
from importlog_tui.sources.sis.packed import members
from importlog_tui.sources.sis.tables import read_table
from importlog_tui.sources.source import Source
from importlog_tui.text import whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from importlog_tui.roster import RosterReadings, Witness
    from importlog_tui.sources.sis.oneroster import Package
    from importlog_tui.sources.status_log import How

_TEXT = (".csv", ".tsv", ".txt", ".tab")


def read(path: Path, how: How, witness: Witness, *, name: str | None = None) -> Iterator[RosterReadings]:
    """As `sis.read`."""
    shown = whole(name or str(path))

    def read_one(source: Source, how: How) -> Iterator[RosterReadings]:
        return read_source(source, how, witness)

    def whole_folder(path: Path, how: How, shown: str) -> Iterator[RosterReadings] | None:
        package = package_in(path, shown)
        return None if package is None else read_package(package, how, witness)

    try:
        yield from folder.read(path, how, shown, read_one, whole_folder)
    except OSError as error:
        yield folder.unreadable(shown, error)


def read_source(source: Source, how: How, witness: Witness) -> Iterator[RosterReadings]:
    """The tables of one file. OSError where it can't be read."""
    if binary_kind(source.head(16)) == "zip" and not _is_spreadsheet(source):
        yield from _zip(source, how, witness)
    elif source.head(64).lstrip(b'\xef\xbb\xbf"').lower().startswith(b"sourcedid") and (
        package := package_of_one(source)
    ):
        yield from read_package(package, how, witness)
    else:
        yield from read_table(source, how, witness)


def packages(source: Source) -> list[Package]:
    """The OneRoster packages in a ZIP file; none where it is something else. SourceProblem where it would grow out of hand."""
    return find_packages(members(source), source)


def _is_spreadsheet(source: Source) -> bool:
    from importlog_tui.sources.tables.workbook import is_spreadsheet

    with source.open() as file:
        return is_spreadsheet(file)


def _zip(source: Source, how: How, witness: Witness) -> Iterator[RosterReadings]:
    """A package, or plain tables that were packed together."""
    try:
        found = packages(source)
        for package in found:
            yield from read_package(package, how, witness)
        if found:
            return
        files = [file for file in members(source) if file.name.casefold().endswith(_TEXT)]
    except SourceProblem as problem:
        yield Trouble(source.origin(), problem.what, problem.remedy)
        return
    for file in files:
        place = whole(file.name)
        part = Source(source.name, file, place=place, title=place, at=source.written)
        yield from read_table(part, how, witness)
    if not files:
        yield Trouble(source.origin(), "no table is in this ZIP file", "Was it the right one?")
