"""The made-up district in an archive of its own, made once a day; or its files alone."""

from __future__ import annotations

import contextlib
import zlib
from typing import TYPE_CHECKING

from importlog_tui import __version__
from importlog_tui.demo.morning import newest_day
from importlog_tui.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime, tzinfo
    from pathlib import Path

    from importlog_tui.archive import Archive
    from importlog_tui.demo.district import DistrictFiles
    from importlog_tui.refresh import Outcome
    from importlog_tui.roster import AnyReading


def _never() -> bool:
    return False


def prepare(
    folder: Path | None = None,
    *,
    now: datetime,
    zone: tzinfo | None,
    progress: Callable[[object], None],
) -> Path:
    """The archive of the district as of `now`, made in `folder` unless this program made it there for the same night before.

    Nothing outside `folder` is touched; what earlier days left in it is removed. None is a folder in the user's cache.

    Raises:
        Problem: the folder or the archive can't be written.
    """
    if folder is None:
        from platformdirs import user_cache_path

        folder = user_cache_path("importlog-tui", appauthor=False) / "demo"
    mark = zlib.crc32(f"{_program()} {zone} {now.astimezone(zone):%z}".encode())
    ready = folder / f"district-{newest_day(now, zone)}-{mark:08x}.sqlite"
    if not ready.exists():
        with _told(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _make(ready, now=now, zone=zone, progress=progress)
            _tidy(folder, ready, now)
    return ready


def _program() -> str:
    """The program's version and its newest change: what another program read is not shown as this one's reading."""
    from pathlib import Path

    return f"{__version__} {max(path.stat().st_mtime_ns for path in Path(__file__).parents[1].rglob('*.py'))}"


def _make(ready: Path, *, now: datetime, zone: tzinfo | None, progress: Callable[[object], None]) -> None:
    import tempfile
    from pathlib import Path

    from importlog_tui.archive import Archive
    from importlog_tui.demo.decisions import decide
    from importlog_tui.demo.district import write_district

    with tempfile.TemporaryDirectory(dir=ready.parent, prefix="making-") as making:
        progress("writing the made-up district")
        files = write_district(Path(making) / "files", now=now, zone=zone)
        made = Path(making) / "district.sqlite"
        with Archive.open(made) as archive:
            bring_in_district(archive, files, now=now, zone=zone, progress=progress)
            decide(archive, files.newest, zone)
        if not ready.exists():  # another start may have been quicker, and may have it open
            made.replace(ready)


def _tidy(folder: Path, ready: Path, now: datetime) -> None:
    """Remove the archives of other days, and what a killed start left a day ago."""
    import shutil

    for old in folder.glob("district-*"):
        if not old.name.startswith(ready.name):
            old.unlink(missing_ok=True)
    for left in folder.glob("making-*"):
        if left.stat().st_mtime < now.timestamp() - 86_400:
            shutil.rmtree(left, ignore_errors=True)


def bring_in_district(
    archive: Archive,
    files: DistrictFiles,
    *,
    now: datetime,
    zone: tzinfo | None,
    progress: Callable[[object], None],
    cancelled: Callable[[], bool] = _never,
) -> Outcome:
    """Bring the district in as a person would: each night's folder, the mails, what the SIS sent for the last two nights, and the directory."""
    from importlog_tui.refresh import bring_in
    from importlog_tui.roster import Witness
    from importlog_tui.sources import sis
    from importlog_tui.sources.status_log import How, read
    from importlog_tui.times import Clock

    how = How(Clock(zone, now))

    def name(path: Path) -> str:
        # Without the folder's own path: the archive shows it, and it must not differ from machine to machine.
        return f"made-up {path.relative_to(files.folder)}"

    def readings() -> Iterator[AnyReading]:
        for path in files.log:
            yield from read(path, how, name=name(path))
        for path in _sent(files):
            yield from sis.read(path, how, Witness.SIS, name=name(path))
        for path in sorted(files.directory.parent.iterdir()):
            yield from sis.read(path, how, Witness.DIRECTORY, name=name(path))

    return bring_in(archive, readings(), progress=progress, cancelled=cancelled)


def _sent(files: DistrictFiles) -> Iterator[Path]:
    """What the SIS sent for the nights that are over; a file that is the same as the night before says nothing new."""
    from importlog_tui.demo.extracts import TONIGHT

    seen: set[bytes] = set()
    for path in files.extracts:
        if path.parent.name != TONIGHT and (content := path.read_bytes()) not in seen:
            seen.add(content)
            yield path


def leave_files(folder: Path, *, now: datetime, zone: tzinfo | None) -> list[str]:
    """Write the district's files into `folder`, which must be empty or new, and say in a few lines what was left there.

    Raises:
        UsageProblem: the folder is not empty, or can't be written.
    """
    import shlex

    from importlog_tui.demo.district import write_district

    with _told(folder):
        files = write_district(folder, now=now, zone=zone)
    return [
        f"The made-up district lies in {folder}. {files.readme.name} there says what to try; for a beginning:",
        f"  importlog-tui --archive try.sqlite add {shlex.quote(str(folder / 'log'))} {shlex.quote(str(folder / 'mail'))}",
        "  importlog-tui --archive try.sqlite",
    ]


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    """What the file system refuses, as a problem that can be acted on."""
    try:
        yield
    except OSError as refused:
        raise UsageProblem(
            f"the made-up district can't be written: {refused.strerror or refused}",
            where=str(folder),
            remedy="Name another folder with --files, or make room.",
        ) from refused
