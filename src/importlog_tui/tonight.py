"""Tonight's files read into a scratch archive and looked at by every rule; the archive that is kept is only read, and the scratch one is deleted."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.archive import Archive
from importlog_tui.archive.preflight import Source, preflight
from importlog_tui.errors import ArchiveProblem, UsageProblem
from importlog_tui.model import Format, Kind, Origin, Trouble
from importlog_tui.refresh import bring_in
from importlog_tui.roster import Roster, RosterReading, Witness
from importlog_tui.triage.preflight.findings import KINDS, File, Finder, Told, find_all, settle
from importlog_tui.triage.preflight.history import compare_counts, compare_failures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from importlog_tui.archive.preflight import Preflight
    from importlog_tui.refresh import Brought
    from importlog_tui.roster import RosterReadings
    from importlog_tui.sources.status_log import How


@dataclass
class Tonight:
    """A check under way; its rows are there until it is left.

    Attributes:
        told: what was found.
        preflight: gives the rows of a finding.
        directory: what Schoology holds, where that is known, and whether it was kept.
        before: the extracts that it was compared with.
        troubles: what could not be read.
        stopped: somebody did not want to wait.
    """

    told: Told
    preflight: Preflight | None = None
    directory: Roster | None = None
    before: Mapping[Kind, Roster] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    stopped: bool = False

    @property
    def unreadable(self) -> list[Trouble]:
        """The troubles of files of which nothing was checked; what is wrong inside of a checked one is a finding."""
        return self.unread(self.told.files)

    def unread(self, files: Sequence[File]) -> list[Trouble]:
        """As `unreadable`, where these are the files that are checked."""
        checked = {file.roster.origin for file in files}
        return [
            trouble for trouble in self.troubles if trouble.is_part and trouble.origin.name not in checked
        ]

    @property
    def status(self) -> int:
        """Exit status: 0 nothing was found, 1 something was, 2 something could not be read."""
        if self.stopped or not self.told.files or self.unreadable:
            return 2
        return 1 if self.told.findings else 0


@contextlib.contextmanager
def check(
    paths: Sequence[Path],
    how: How,
    *,
    directory: Path | None = None,
    kept: Archive | None = None,
    category: Callable[[str], str] = lambda _: "",
    progress: Callable[[object], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Tonight]:
    """Check tonight's files.

    Args:
        paths: users, courses and enrollments, any of them, or folders and zips of them; none takes the newest extract that is kept.
        how: how tables are read; its `kind` is what a file is that can't be told.
        directory: what Schoology holds, as a file; None takes the newest that is kept.
        kept: the archive of the nights before; only read.
        category: of a message of the log.
        progress: told what is being done.
        cancelled: asked again and again; what it stops finds nothing.

    Raises:
        UsageProblem: two files are of one kind.
        ArchiveProblem: there is no room for the scratch archive, or the kept one can't be read.
    """
    with tempfile.TemporaryDirectory(prefix="importlog-check-") as folder:
        place = Path(folder) / "tonight.sqlite"
        with _told_of_room(folder), Archive.scratch(place, aliases=how.columns) as scratch:
            tonight = Tonight(Told([]))
            if kept is not None:
                how = replace(how, remembered={witness: kept.headings(witness) for witness in Witness})
            readings = _from_files(paths, how, Witness.SIS) if paths else _from_kept(kept)
            files = _read(scratch, readings, paths, tonight, Witness.SIS, progress, cancelled)
            files = [_with_misfits(file, how, tonight) for file in files]
            holders_in = [directory] if directory else []
            readings = _from_files(holders_in, how, Witness.DIRECTORY)
            told = _read(scratch, readings, holders_in, tonight, Witness.DIRECTORY, progress, cancelled)
            holders = next((file.roster for file in told if file.kind is Kind.USERS), None)
            files += _as_they_lie(scratch, paths, how, files, tonight)
            if tonight.stopped or not files:
                tonight.told = Told(files)
                yield tonight
                return
            progress("looking at every row")
            yield from _looked_at(scratch, files, holders, kept, tonight, how, category, cancelled)


def _looked_at(
    scratch: Archive,
    files: list[File],
    holders: Roster | None,
    kept: Archive | None,
    tonight: Tonight,
    how: How,
    category: Callable[[str], str],
    cancelled: Callable[[], bool],
) -> Iterator[Tonight]:
    ids = {file.kind: file.roster.id for file in files}
    digests = {file.roster.id: scratch.roster_digest(file.roster.id) for file in files}
    before: dict[Kind, Roster] = {}
    stand_in: dict[Kind, Source] = {}
    if kept is not None:
        for kind in KINDS:
            newest = _newest(kept, Witness.SIS, kind, digests.get(ids.get(kind, 0)))
            if newest is not None and kind in ids:
                before[kind] = newest
            elif newest is not None:
                stand_in[kind] = Source(newest.id, is_kept=True)
    source = None if holders is None else Source(holders.id)
    if source is None and kept is not None:
        holders = kept.roster(Witness.DIRECTORY, Kind.USERS)
        source = None if holders is None else Source(holders.id, is_kept=True)
    tonight.directory, tonight.before = holders, before
    with preflight(
        scratch,
        {kind: Source(id_) for kind, id_ in ids.items()},
        kept=kept,
        directory=source,
        before={
            kind: Source(roster.id, is_kept=True) for kind, roster in before.items() if not roster.purged
        },
        stand_in=stand_in,
        cancelled=cancelled,
    ) as tonight.preflight:
        finder = Finder(tonight.preflight, files)
        find_all(finder, before)
        if kept is not None:
            compare_failures(finder, kept, how.columns, category)
            compare_counts(
                finder,
                before,
                lambda roster: kept.per_building(roster.id),
                lambda roster: scratch.per_building(roster.id),
                how.clock.zone,
            )
        settle(finder)
        tonight.told = finder.told
        yield tonight


def _newest(kept: Archive, witness: Witness, kind: Kind, digest: bytes | None) -> Roster | None:
    """The newest whole extract that is another one than tonight's, which may have been brought in already."""
    for roster in kept.rosters(witness, kind):
        if roster.complete and kept.roster_digest(roster.id) != digest:
            return roster
    return None


def _from_files(paths: Sequence[Path], how: How, witness: Witness) -> Iterator[RosterReadings]:
    from importlog_tui.sources import sis

    for path in paths:
        yield from sis.read(path, how, witness)


def _from_kept(kept: Archive | None) -> Iterator[RosterReadings]:
    """The newest extract that is kept, as it was read."""
    for kind in KINDS if kept is not None else ():
        roster = kept.roster(Witness.SIS, kind) if kept is not None else None
        if kept is not None and roster is not None:
            yield RosterReading(
                Witness.SIS,
                kind,
                roster.columns,
                ((entry.line, tuple(entry.values.values())) for entry in kept.entries(roster.id)),
                Origin(roster.origin, Format.TABLE),
                roster.taken_at,
                roster.fields,
            )


def _read(
    scratch: Archive,
    readings: Iterator[RosterReadings],
    paths: Sequence[Path],
    tonight: Tonight,
    witness: Witness,
    progress: Callable[[object], None],
    cancelled: Callable[[], bool],
) -> list[File]:
    outcome = bring_in(scratch, readings, unites=False, progress=progress, cancelled=cancelled)
    tonight.troubles += [*outcome.troubles, *(unclear.trouble for unclear in outcome.unclear)]
    tonight.stopped = tonight.stopped or outcome.stopped
    rosters = {roster.id: roster for roster in scratch.rosters(witness)}
    files: dict[Kind, File] = {}
    for brought in outcome.rosters:
        file, other = _file(rosters[brought.filed.id], brought), files.get(brought.reading.kind)
        if other is not None and other.roster.id != file.roster.id and witness is Witness.SIS:
            if not any(path.is_dir() for path in paths):
                raise UsageProblem(
                    f"two files hold {file.kind.value}: {other.roster.origin} and {file.roster.origin}",
                    remedy="An import takes one file of each kind: name the one that is sent tonight.",
                )
            older, file = sorted((other, file), key=lambda one: one.roster.taken_at)
            tonight.troubles.append(
                Trouble(
                    Origin(older.roster.origin, Format.TABLE),
                    f"left out: {file.roster.origin} holds {file.kind.value}, too, and is newer",
                    is_part=False,
                )
            )
        files[file.kind] = file
    return list(files.values())


def _as_they_lie(
    scratch: Archive, paths: Sequence[Path], how: How, files: list[File], tonight: Tonight
) -> list[File]:
    """Files that are no tables with known headings, and whose kind is said or stands in their name: what is wrong with them is a finding."""
    from importlog_tui.sources.sis.bare import as_it_lies

    found: list[File] = []
    for path in paths:
        troubles = [one for one in tonight.unread(files) if one.origin.name == str(path)]
        reading = as_it_lies(path, how) if troubles and path.is_file() else None
        if reading is None or reading.kind in {file.kind for file in (*files, *found)}:
            continue
        (brought,) = bring_in(scratch, [reading]).rosters
        roster = next(one for one in scratch.rosters(Witness.SIS) if one.id == brought.filed.id)
        found.append(replace(_file(roster, brought), has_header=False))
        tonight.troubles = [one for one in tonight.troubles if one not in troubles]
    return found


def _with_misfits(file: File, how: How, tonight: Tonight) -> File:
    """With the lines whose rows have other widths, where the reader had something to say of the file."""
    from importlog_tui.sources.sis.bare import misfits

    path = Path(file.roster.origin)
    if not path.is_file() or all(one.origin.name != file.roster.origin for one in tonight.troubles):
        return file
    return replace(file, misfits=tuple(misfits(path, how)))


def _file(roster: Roster, brought: Brought) -> File:
    from importlog_tui.sources.sis.bytes import look

    path = Path(brought.reading.origin.name)
    if not path.is_file():
        return File(roster)
    seen = look(path)
    return File(roster, seen.size, seen.encoding, seen.odd_lines, is_xls=seen.is_xls)


@contextlib.contextmanager
def _told_of_room(folder: str) -> Iterator[None]:
    """A full disk, told with the place that is full."""
    try:
        yield
    except ArchiveProblem as problem:
        if not problem.where.startswith(folder):
            raise
        raise UsageProblem(
            f"the check could not work in its temporary folder: {problem.what}",
            where=folder,
            remedy="Make room there, or name another folder with TMPDIR=/folder. Nothing was kept.",
        ) from problem
