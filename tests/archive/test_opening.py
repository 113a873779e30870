from __future__ import annotations

import os
import sqlite3
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from importlog_tui.archive import Archive, schema
from importlog_tui.errors import ArchiveDamaged, ArchiveProblem, ArchiveTooNew
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


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "importlog" / "archive.db"


@pytest.fixture
def wide_umask() -> Iterator[None]:
    before = os.umask(0o002)
    yield
    os.umask(before)


@pytest.mark.usefixtures("wide_umask")
def test_only_the_owner_may_read_a_new_archive(path: Path) -> None:
    with Archive.open(path) as archive:
        bring_in(archive, a_night())
        assert {mode(file) for file in path.parent.iterdir()} == {0o600}
        assert len(list(path.parent.iterdir())) == 3
    assert mode(path.parent) == mode(path.parent.parent) == 0o700


def test_an_archive_for_the_group_may_be_written_by_it(path: Path) -> None:
    with Archive.open(path, group_writable=True) as archive:
        bring_in(archive, a_night())
        assert {mode(file) for file in path.parent.iterdir()} == {0o660}
    assert mode(path.parent) & 0o770 == 0o770


def test_an_archive_is_shared_when_that_is_configured_later(path: Path) -> None:
    Archive.open(path).close()
    Archive.open(path, group_writable=True).close()
    assert mode(path) == 0o660


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    Archive.open(tmp_path / "archive.db").close()
    assert mode(tmp_path) == 0o755


def test_nothing_is_made_for_reading_only(path: Path) -> None:
    with pytest.raises(ArchiveProblem, match="no archive yet"):
        Archive.open(path, read_only=True)
    assert not path.parent.exists()


def test_an_archive_opened_for_reading_can_be_read_and_not_written(path: Path) -> None:
    with Archive.open(path) as archive:
        bring_in(archive, a_night())
    before = path.read_bytes()
    with Archive.open(path, read_only=True) as archive:
        assert len(list(archive.records())) == 3
        with pytest.raises(ArchiveProblem, match="read-only"):
            bring_in(archive, a_night(300))
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        b"Unique ID,Last Name\n204117,Lopez\n",
        b"SQLite format 3\x00",
        b"SQLite format 3\x00" + bytes(200),
        b"SQLite format 3\x00" + b"\xff" * 9000,
        b"x",
    ],
)
def test_a_file_that_is_no_archive_is_named_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(content)
    for read_only in (False, True):
        with pytest.raises(ArchiveDamaged) as caught:
            Archive.open(path, read_only=read_only)
        assert str(path) in str(caught.value)
        assert caught.value.remedy
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE runs (id INTEGER)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(ArchiveDamaged, match="another program"):
        Archive.open(path)
    assert path.read_bytes() == before


def test_a_folder_in_the_archives_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveDamaged, match="folder"):
        Archive.open(tmp_path)


def test_a_fifo_in_the_archives_place_does_not_hang(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    os.mkfifo(path)
    with pytest.raises(ArchiveDamaged):
        Archive.open(path)


def test_a_file_in_the_place_of_its_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("")
    with pytest.raises(ArchiveProblem):
        Archive.open(tmp_path / "kept" / "archive.db")


def test_an_empty_file_becomes_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.touch()
    with pytest.raises(ArchiveProblem, match="no archive yet"):
        Archive.open(path, read_only=True)
    with Archive.open(path) as archive:
        assert archive.runs() == []


def use(path: Path) -> None:
    with Archive.open(path) as archive:
        archive.runs()
        list(archive.records())
        bring_in(archive, a_night(300))


@pytest.mark.parametrize("page", [1, 2, 5])
def test_a_damaged_archive_is_named_and_left_alone(path: Path, page: int) -> None:
    with Archive.open(path) as archive:
        bring_in(archive, a_night(rows=2000))
    content = bytearray(path.read_bytes())
    content[page * 8192 : page * 8192 + 4096] = b"\xa5" * 4096
    path.write_bytes(content)

    with pytest.raises(ArchiveDamaged, match="damaged"):
        use(path)
    assert path.read_bytes() == content


def test_half_an_archive_is_named_and_left_alone(path: Path) -> None:
    with Archive.open(path) as archive:
        bring_in(archive, a_night(rows=2000))
    content = path.read_bytes()[:12000]
    path.write_bytes(content)
    with pytest.raises(ArchiveDamaged, match="damaged"):
        use(path)
    assert path.read_bytes() == content


def test_a_newer_archive_is_refused_in_a_clear_sentence(path: Path) -> None:
    Archive.open(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    newer.close()
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(ArchiveTooNew, match=f"version {schema.VERSION + 1}"):
            Archive.open(path, read_only=read_only)
    assert path.read_bytes() == before


def test_an_older_archive_is_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.open(path) as archive:
        bring_in(archive, a_night())
    steps = (
        *schema.MIGRATIONS,
        ("CREATE TABLE added (id INTEGER)", "INSERT INTO added SELECT id FROM records"),
    )
    monkeypatch.setattr(schema, "MIGRATIONS", steps)
    monkeypatch.setattr(schema, "VERSION", len(steps))
    with Archive.open(path) as archive:
        assert len(list(archive.records())) == 3
    with sqlite3.connect(path) as looked:
        assert looked.execute("SELECT count(*) FROM added").fetchone() == (3,)
        assert looked.execute("PRAGMA user_version").fetchone() == (len(steps),)
    looked.close()


def test_a_migration_that_fails_leaves_the_archive_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.open(path) as archive:
        bring_in(archive, a_night())
    before = dump(path)
    monkeypatch.setattr(
        schema, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE added (id INTEGER)", "nonsense"))
    )
    monkeypatch.setattr(schema, "VERSION", len(schema.MIGRATIONS))
    with pytest.raises(ArchiveProblem):
        Archive.open(path)
    assert dump(path) == before


def test_a_file_that_was_deleted_or_exchanged_is_told(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        assert archive.stamp() == 0
        path.rename(tmp_path / "moved.db")
        with pytest.raises(ArchiveProblem, match="is gone"):
            archive.stamp()
        Archive.open(path).close()
        with pytest.raises(ArchiveProblem, match="took the archive's place"):
            archive.stamp()
        (tmp_path / "moved.db").replace(path)
        assert archive.stamp() == 0
