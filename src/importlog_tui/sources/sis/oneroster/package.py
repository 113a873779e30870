"""The files that make a package: found in a ZIP file or a folder, and told apart by its manifest."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from importlog_tui.errors import SourceProblem
from importlog_tui.model import Trouble
from importlog_tui.sources.sis.oneroster.part import Mode, Part
from importlog_tui.sources.source import Source
from importlog_tui.text import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from importlog_tui.model import Origin
    from importlog_tui.sources.sis.packed import Member

MANIFEST: Final = "manifest.csv"
ROSTER: Final = (
    "orgs", "academicSessions", "courses", "classes", "users", "roles", "userProfiles", "demographics", "enrollments",
)  # fmt: skip
"""Files that are joined into users, sections and enrollments."""
OTHERS: Final = (
    "categories", "classResources", "courseResources", "lineItems", "lineItemLearningObjectiveIds", "lineItemScoreScales", "resources",
    "results", "resultLearningObjectiveIds", "resultScoreScales", "scoreScales", "userResources",
)  # fmt: skip
"""Files of grades and resources, which no import of Schoology takes."""
_KNOWN: Final = {f"{name}.csv".casefold(): name for name in (*ROSTER, *OTHERS)}
_MOST_PROPERTIES: Final = 1_000
_TELLING: Final = {"users": "givenName", "enrollments": "classSourcedId", "classes": "classCode"}
VERSIONS: Final = ("1.0", "1.1", "1.2")


@dataclass
class Package:
    """A package found.

    Attributes:
        name: of the ZIP file or the folder, as the reader knows it.
        parts: its files by their names in the standard ("academicSessions"), those that are there.
        manifest: what the manifest says, by its property names in lower case; {} where there is none.
        taken_at: when it was written.
    """

    name: str
    parts: dict[str, Part]
    manifest: Mapping[str, str]
    taken_at: datetime | None
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def version(self) -> str:
        """Of OneRoster, as the manifest says it; "" where it doesn't."""
        return self.manifest.get("oneroster.version", "")

    @property
    def origin(self) -> Origin:
        """The package as a whole."""
        return Source(self.name, b"").origin()

    def is_certain(self) -> bool:
        """Whether this can be nothing else: a manifest says so."""
        return bool(self.version) or any(key.startswith("file.") for key in self.manifest)


def find_packages(files: Iterable[Member], archive: Source) -> list[Package]:
    """The packages in a ZIP file: wherever in it a manifest lies, or else the users, classes and their like of OneRoster."""
    folders: dict[PurePosixPath, dict[str, Source]] = {}
    strange: list[str] = []
    for file in files:
        path = PurePosixPath(whole(file.name).replace("\\", "/"))
        # Nothing is unpacked, so a path that leads elsewhere does no harm; but nobody's package has one.
        if path.is_absolute() or ".." in path.parts:
            strange.append(str(path))
            continue
        if "__MACOSX" in path.parts or path.name.startswith("."):
            continue
        source = Source(archive.name, file, place=str(path), title=path.name)
        folders.setdefault(path.parent, {}).setdefault(path.name.casefold(), source)
    taken = archive.written
    found = [
        _package(archive.name if len(folders) < 2 else f"{archive.name}, {folder}", sources, taken)
        for folder, sources in folders.items()
    ]
    packages = [package for package in found if package is not None]
    if strange and packages:
        what = f"{len(strange):,} of its files have paths that lead out of it and were passed over ({strange[0]})"
        packages[0].troubles.append(Trouble(archive.origin(), what, is_part=False))
    return packages


def package_in(folder: Path, shown: str) -> Package | None:
    """The package whose files lie in a folder; None where these are none. OSError where it can't be looked into."""
    sources, taken = {}, None
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_file():
            path, name = Path(entry.path), whole(entry.name)
            source = Source(whole(os.path.join(shown, name)), path, title=name)  # noqa: PTH118 - the name as it was given
            sources[name.casefold()] = source
            if name.casefold() in _KNOWN:
                taken = max(filter(None, (taken, source.written)), default=None)
    return _package(shown, sources, taken)


def package_of_one(source: Source) -> Package | None:
    """A file of OneRoster that came alone, told by its headings; None where it is none."""
    part = Part("", source, Mode.BULK)
    if part.place("sourcedId") != 0:
        return None
    for name, needed in _TELLING.items():
        if part.place(needed) is not None:
            return _package(source.name, {f"{name}.csv".casefold(): source}, source.written)
    return None


def _package(name: str, sources: Mapping[str, Source], taken: datetime | None) -> Package | None:
    found = {_KNOWN[file]: each for file, each in sources.items() if file in _KNOWN}
    manifest = _manifest(sources[MANIFEST]) if MANIFEST in sources else {}
    has_manifest = any(key.startswith(("oneroster.", "file.")) for key in manifest)
    if not found or (not has_manifest and not {"users", "classes", "enrollments"} & found.keys()):
        return None
    parts: dict[str, Part] = {}
    troubles: list[Trouble] = []
    for each, file in found.items():
        said = manifest.get(f"file.{each}".casefold(), "" if has_manifest else Mode.BULK.value).casefold()
        mode = Mode(said) if said in set(Mode) else Mode.ABSENT
        part = Part(each, file, mode)
        try:
            is_known = part.place("sourcedId") is not None
        except OSError as error:
            troubles.append(Trouble(file.origin(), f"it can't be read: {error.strerror or error}"))
            continue
        if not has_manifest and not is_known:
            return None
        parts[each] = part
        if each in ROSTER and mode is Mode.ABSENT:
            what = "the manifest does not say that this file is there, so it was taken for a part"
            troubles.append(Trouble(file.origin(), what, is_part=False))
    troubles += [
        Trouble(sources[MANIFEST].origin(), f"it announces {each}.csv, which is not there")
        for each in ROSTER
        if manifest.get(f"file.{each}".casefold(), "").casefold() in {Mode.BULK, Mode.DELTA}
        and each not in found
    ]
    return Package(name, parts, manifest, taken, troubles)


def _manifest(source: Source) -> dict[str, str]:
    """Property -> value, as far as it can be read."""
    part = Part("manifest", source, Mode.BULK)
    said: dict[str, str] = {}
    with contextlib.suppress(OSError, SourceProblem):
        for _, row in islice(part.rows(), _MOST_PROPERTIES):
            if len(row) > 1:
                said[row[0].strip().casefold()] = row[1].strip()
    return said
