from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from importlog_tui.archive import Archive
from importlog_tui.errors import ArchiveBusy, ArchiveProblem
from importlog_tui.model import ErrorReading
from importlog_tui.refresh import bring_in
from tests.archive.dump import dump
from tests.archive.readings import people, run, table, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from importlog_tui.model import Reading

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes and signals of POSIX")


def a_night(minutes: float = 0, rows: int = 3) -> list[Reading]:
    error = ErrorReading("Email already in use", rows, records=table(people(1, rows)))
    return [run(written(minutes), [error])]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "importlog" / "archive.db"


def use(path: Path) -> None:
    with Archive.open(path) as archive:
        archive.runs()
        list(archive.records())
        bring_in(archive, a_night(300))


def test_a_second_writer_is_told_to_wait(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlog_tui.archive.opening.WAIT", 0.05)
    with Archive.open(path) as one, Archive.open(path) as other:
        with one.filing(), pytest.raises(ArchiveBusy, match="another importlog-tui"):
            bring_in(other, a_night())
        bring_in(other, a_night())
        assert len(one.runs()) == 1


def test_a_second_writer_waits_for_its_turn(path: Path) -> None:
    with Archive.open(path) as one, Archive.open(path) as other:
        waiting = threading.Thread(target=lambda: bring_in(other, a_night(300)))
        with one.filing() as filing:
            waiting.start()
            filing.run(run())
        waiting.join()
        assert len(one.runs()) == 2


def test_readers_see_the_state_before_while_one_writes(path: Path) -> None:
    with Archive.open(path) as one, Archive.open(path, read_only=True) as other:
        with one.filing() as filing:
            filing.run(run())
            assert other.runs() == []
        assert len(other.runs()) == 1


def test_threads_may_share_an_archive(path: Path) -> None:
    with Archive.open(path) as archive:
        bring_in(archive, a_night(rows=5000))
        error_id = archive.errors()[0].id
        found: list[int] = []

        def look() -> None:
            ids = archive.chosen(error_id, sort=None, text="Lopez1", cancelled=lambda: False)
            found.append(len(archive.window(ids.ids(0, 50))))

        threads = [threading.Thread(target=look) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [50] * 8


def test_a_closed_archive_says_so(path: Path) -> None:
    archive = Archive.open(path)
    archive.close()
    with pytest.raises(ArchiveProblem, match="closed"):
        archive.runs()


def test_an_exception_while_filing_leaves_the_archive_as_it_was(path: Path) -> None:
    with Archive.open(path) as archive:
        bring_in(archive, a_night())
        before = dump(path)

        def rows() -> Iterator[tuple[str, ...]]:
            yield from people(1, 2000)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            bring_in(archive, [run(written(300), [ErrorReading("Email", None, records=table(rows()))])])
    assert dump(path) == before


def test_a_full_disk_leaves_the_archive_as_it_was(path: Path) -> None:
    with Archive.open(path) as archive:
        bring_in(archive, a_night())
        before = dump(path)
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, limits[1]))
        try:
            with pytest.raises(ArchiveProblem, match="Make room") as caught:
                bring_in(archive, a_night(300, rows=200_000))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, handler)
        assert str(path) in str(caught.value)
        assert len(list(archive.records())) == 3
        bring_in(archive, a_night(300, rows=20))
        assert len(list(archive.records())) == 23
    assert dump(path) != before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if (
        os.geteuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", folder], check=False).returncode
    ):
        pytest.skip("may not mount a small disk here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_disk_that_is_really_full_leaves_the_archive_as_it_was(small_disk: Path) -> None:
    path = small_disk / "archive.db"
    with Archive.open(path) as archive:
        bring_in(archive, a_night())
        with pytest.raises(ArchiveProblem, match="disk is full") as caught:
            bring_in(archive, a_night(300, rows=200_000))
        assert "Make room" in caught.value.remedy
        assert len(list(archive.records())) == 3
        bring_in(archive, a_night(300, rows=20))
        assert len(list(archive.records())) == 23


def fill(disk: Path) -> None:
    """Leave not a byte on a disk."""
    with (disk / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(4096))
    assert not os.statvfs(disk).f_bavail


def test_an_archive_on_a_disk_without_a_byte_left_can_be_read(small_disk: Path) -> None:
    path = small_disk / "archive.db"
    with Archive.open(path) as archive:
        bring_in(archive, a_night())
    fill(small_disk)
    with Archive.open(path, read_only=True) as archive:
        assert len(list(archive.records())) == 3
        assert len(archive.window([1, 2])) == 2


def test_what_is_only_in_the_log_beside_a_full_disks_archive_is_not_left_out(small_disk: Path) -> None:
    path, log = small_disk / "archive.db", small_disk / "archive.db-wal"
    with Archive.open(path) as archive:
        bring_in(archive, a_night())
        kept = log.read_bytes()
    log.write_bytes(kept)
    fill(small_disk)
    with pytest.raises(ArchiveProblem, match=r"could not be read or written|disk is full"):
        Archive.open(path, read_only=True)


def test_an_archive_on_a_read_only_disk_can_be_read(small_disk: Path) -> None:
    path = small_disk / "archive.db"
    with Archive.open(path) as archive:
        bring_in(archive, a_night())
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with Archive.open(path, read_only=True) as archive:
        assert len(list(archive.records())) == 3
        assert len(archive.window([1, 2])) == 2
    with pytest.raises(ArchiveProblem, match="can't be"):
        use(path)
    with pytest.raises(ArchiveProblem, match="can't be"):
        Archive.open(small_disk / "another.db")


_KILLED = """
import os, signal, sys
from pathlib import Path
from importlog_tui.archive import Archive
from importlog_tui.refresh import bring_in
from importlog_tui.model import ErrorReading
from tests.archive.readings import people, run, table, written

def rows():
    yield from people(1, 50_000)
    os.kill(os.getpid(), signal.SIGKILL)

with Archive.open(Path(sys.argv[1])) as archive:
    bring_in(archive, [run(written(300), [ErrorReading("Email already in use", None, records=table(rows()))])])
"""


def test_a_killed_filing_leaves_the_archive_as_it_was(path: Path) -> None:
    with Archive.open(path) as archive:
        bring_in(archive, a_night())
    before = dump(path)
    done = subprocess.run([sys.executable, "-c", _KILLED, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert dump(path) == before
    with Archive.open(path) as archive:
        bring_in(archive, a_night(300))
        assert len(archive.runs()) == 2


_ADDING = """
import sys
from pathlib import Path
from importlog_tui.archive import Archive
from importlog_tui.refresh import bring_in
from importlog_tui.model import ErrorReading
from tests.archive.readings import people, run, table, written

for night in range(int(sys.argv[2]), int(sys.argv[2]) + 10):
    with Archive.open(Path(sys.argv[1])) as archive:
        bring_in(archive, [run(written(night * 1440), [ErrorReading("Email", 50, records=table(people(1, 50)))])])
"""


def test_processes_that_add_at_once_lose_nothing(path: Path) -> None:
    adding = [
        subprocess.Popen([sys.executable, "-c", _ADDING, str(path), first]) for first in ("0", "5", "20")
    ]
    assert [process.wait() for process in adding] == [0, 0, 0]
    with Archive.open(path) as archive:
        runs = archive.runs()
        assert len(runs) == 25
        assert all(found.complete for found in runs)
        assert len(list(archive.records())) == 25 * 50
