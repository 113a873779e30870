"""The SIS's extract from where the SIS puts it: a folder, a real OpenSSH server, and a server that asks for a password."""

from __future__ import annotations

import asyncio
import getpass
import os
import shutil
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncssh
import pytest

from importlog_tui.archive import Archive
from importlog_tui.config import Config
from importlog_tui.errors import ConfigProblem, Problem, SourceProblem
from importlog_tui.fetching.sis import SisFetched, fetch_sis
from importlog_tui.model import Kind
from importlog_tui.roster import Witness
from importlog_tui.sources.sis import sftp as sftp_room
from importlog_tui.terminal.environment import Environment
from tests.archive.dump import dump
from tests.real_terminal import missing, ssh_server
from tests.sources.packages import district, packed, unpacked
from tests.sources.reading import how

if TYPE_CHECKING:
    from collections.abc import Iterator

USERS = "Unique ID,Last Name,First Name,Email,School\n1,Lopez,Maria,a@example.org,0450\n2,Nguyen,An,b@example.org,0460\n"
COURSES = "Course Name,Course Code,Section Name,Section Code,School\nEnglish 9,ENG9,English 9-01,01,0450\n"
ENROLLMENTS = "Course Code,Section Code,Unique ID,Enrollment Type\nENG9,01,1,2\n"
EVENING = 1_795_478_400  # seconds since 1970


def put(folder: Path, at: int = EVENING, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        os.utime(path, (at, at))


def settings(**sis: Any) -> Config:
    config = Config()
    return config._replace(sis=config.sis._replace(**sis))


class Desk:
    """An archive and a configuration, to fetch with again and again."""

    def __init__(self, archive: Archive, **sis: Any) -> None:
        self.archive, self.sis = archive, sis
        self.variables: dict[str, str] = {}

    def fetch(self, **known: Any) -> SisFetched:
        environment = Environment.from_environ({"HOME": str(self.archive.path.parent), **self.variables})
        return fetch_sis(self.archive, settings(**self.sis), environment, how(), **known)

    def rows(self) -> dict[str, int]:
        newest: dict[str, int] = {}
        for roster in self.archive.rosters(Witness.SIS):
            newest.setdefault(roster.kind, roster.rows)
        return newest


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as opened:
        yield opened


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    put(folder, users=USERS, courses=COURSES, enrollments=ENROLLMENTS)
    return folder


# From a folder


def test_a_folder_is_brought_in_once(archive: Archive, exports: Path) -> None:
    desk = Desk(archive, folder=str(exports))
    first = desk.fetch()
    assert (first.there, first.newer, first.status) == (3, 3, 0)
    assert desk.rows() == {"users": 2, "courses": 1, "enrollments": 1}
    stamp = archive.stamp()
    again = desk.fetch()
    assert (again.there, again.newer, again.status) == (3, 0, 0)
    assert archive.stamp() == stamp


def test_only_what_is_newer_is_read(archive: Archive, exports: Path) -> None:
    desk = Desk(archive, folder=str(exports))
    desk.fetch()
    put(exports, EVENING + 86_400, users=USERS + "3,Okonjo,Adaeze,c@example.org,0450\n")
    fetched = desk.fetch()
    assert [brought.reading.kind for brought in fetched.outcome.rosters] == [Kind.USERS]
    assert [roster.rows for roster in archive.rosters(Witness.SIS, Kind.USERS)] == [3, 2]
    assert archive.rosters(Witness.SIS, Kind.USERS)[0].taken_at.timestamp() == EVENING + 86_400


def test_a_package_is_read_whole_when_one_of_its_files_is_newer(archive: Archive, tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "exports" / "OneRoster", district("1.2"))
    for file in folder.iterdir():
        os.utime(file, (EVENING, EVENING))
    desk = Desk(archive, folder=str(folder.parent))
    assert desk.fetch().newer == 1
    assert desk.rows() == {"users": 3, "courses": 2, "enrollments": 4}
    with (folder / "enrollments.csv").open("a", encoding="utf-8") as more:
        more.write("enr-5,,,cls-2,org-x,0204117,student,,,\n")
    desk.fetch()
    assert desk.rows()["enrollments"] == 5


def test_names_may_be_chosen(archive: Archive, exports: Path) -> None:
    (exports / "notes.txt").write_text("see the other file")
    desk = Desk(archive, folder=str(exports), files=("users*.csv", "COURSES.csv"))
    assert desk.fetch().status == 0
    assert set(desk.rows()) == {"users", "courses"}


def test_what_could_not_be_told_is_tried_again(archive: Archive, exports: Path) -> None:
    put(exports, users="ID,Last Name,First Name\n1,Lopez,Maria\n")
    desk = Desk(archive, folder=str(exports))
    assert desk.fetch().outcome.unclear
    assert desk.fetch().newer == 1


def test_nothing_is_said_where_the_configuration_names_no_place(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(ConfigProblem, match="not known"):
        Desk(archive).fetch()
    with pytest.raises(ConfigProblem, match="both"):
        Desk(archive, folder="/x", sftp="sftp://a@b/c").fetch()
    with pytest.raises(Problem, match="can't be read"):
        Desk(archive, folder=str(tmp_path / "none")).fetch()
    assert Desk(archive, folder=str(tmp_path)).fetch().status == 2


# From a real OpenSSH server, with a key

needs_sshd = pytest.mark.skipif(bool(missing("sshd", "ssh-keygen")), reason="no OpenSSH server here")


@pytest.fixture
def openssh(tmp_path: Path, archive: Archive, exports: Path) -> Iterator[Desk]:
    folder = tmp_path / "server"
    folder.mkdir()
    with ssh_server(folder) as server:
        yield Desk(
            archive,
            sftp=f"sftp://{getpass.getuser()}@127.0.0.1:{server.port}/{exports}",
            key=str(folder / "user"),
            known_hosts=str(folder / "known_hosts"),
        )


@needs_sshd
@pytest.mark.terminal
def test_an_openssh_server_gives_what_is_newer(openssh: Desk, exports: Path) -> None:
    first = openssh.fetch()
    assert (first.newer, first.status) == (3, 0)
    assert openssh.rows() == {"users": 2, "courses": 1, "enrollments": 1}
    (users,) = openssh.archive.rosters(Witness.SIS, Kind.USERS)
    assert users.taken_at.timestamp() == EVENING
    assert users.origin.startswith("sftp://")
    assert users.origin.endswith("/exports/users.csv")
    assert openssh.fetch().newer == 0
    packed(exports / "night.zip", district("1.1"))
    put(exports, EVENING + 86_400, users=USERS.replace("Maria", "Mary"))
    assert openssh.fetch().newer == 2
    assert openssh.rows() == {"users": 3, "courses": 2, "enrollments": 4}


@needs_sshd
@pytest.mark.terminal
def test_a_server_with_another_key_is_refused(openssh: Desk, tmp_path: Path) -> None:
    known = tmp_path / "server" / "known_hosts"
    name = known.read_text().split()[0]
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    known.write_text(f"{name} {other}")
    with pytest.raises(SourceProblem, match="another key than the one that is known") as refused:
        openssh.fetch()
    assert "SHA256:" in refused.value.what
    assert openssh.rows() == {}
    known.write_text("")
    with pytest.raises(SourceProblem, match="the server's key is not known"):
        openssh.fetch()
    known.unlink()
    with pytest.raises(SourceProblem, match="the server's key is not known"):
        openssh.fetch()


@needs_sshd
@pytest.mark.terminal
def test_a_key_that_is_not_let_in_and_a_folder_that_is_not_there(openssh: Desk, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger"
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(stranger))
    key = openssh.sis["key"]
    openssh.sis["key"] = str(stranger)
    with pytest.raises(SourceProblem, match=r"does not let .* in .tried the key stranger"):
        openssh.fetch()
    openssh.sis["key"] = str(tmp_path / "none")
    with pytest.raises(ConfigProblem, match="no such key"):
        openssh.fetch()
    openssh.sis["key"] = key
    openssh.sis["sftp"] += "/nowhere"
    with pytest.raises(SourceProblem, match="no such folder"):
        openssh.fetch()


@needs_sshd
@pytest.mark.terminal
def test_a_locked_key_is_opened_by_the_command(openssh: Desk, tmp_path: Path) -> None:
    key = asyncssh.read_private_key(openssh.sis["key"])
    locked = tmp_path / "locked"
    key.write_private_key(str(locked), passphrase="open sesame")
    openssh.sis["key"] = str(locked)
    with pytest.raises(SourceProblem, match="the key is locked"):
        openssh.fetch()
    openssh.sis["password_command"] = (sys.executable, "-c", "print('open sesame')")
    assert openssh.fetch().newer == 3


# From a server that asks for a password

PASSWORD = "correct horse"


class _Account(asyncssh.SSHServer):
    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("district", PASSWORD)


@contextmanager
def password_server(folder: Path, known_hosts: Path) -> Iterator[int]:
    """An SFTP server on the loopback that shows `folder`, and lets the district in by its password."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    started, ports = threading.Event(), []
    loop = asyncio.new_event_loop()

    def root(channel: Any) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=os.fsencode(folder))

    async def serve() -> asyncssh.SSHAcceptor:
        server = await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[key], server_factory=_Account, sftp_factory=root, config=None
        )
        ports.append(server.get_port())
        return server

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(serve())
        started.set()
        loop.run_forever()
        server.close()
        loop.run_until_complete(server.wait_closed())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert started.wait(30)
        known_hosts.write_text(f"[127.0.0.1]:{ports[0]} {key.export_public_key().decode()}")
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)


@pytest.fixture
def asking(tmp_path: Path, archive: Archive, exports: Path) -> Iterator[Desk]:
    with password_server(exports.parent, tmp_path / "known_hosts") as port:
        yield Desk(
            archive,
            sftp=f"sftp://district@127.0.0.1:{port}/exports",
            known_hosts=str(tmp_path / "known_hosts"),
            password_command=(sys.executable, "-c", f"print({PASSWORD!r})"),
        )


def test_the_password_comes_from_a_command_and_is_written_nowhere(asking: Desk, tmp_path: Path) -> None:
    assert asking.fetch().newer == 3
    assert asking.rows() == {"users": 2, "courses": 1, "enrollments": 1}
    asking.archive.close()
    assert PASSWORD not in "\n".join(dump(tmp_path / "archive.db"))


def test_the_password_may_come_from_a_variable(asking: Desk) -> None:
    asking.sis["password_command"] = ()
    asking.variables["IMPORTLOG_SFTP_PASSWORD"] = PASSWORD
    assert asking.fetch().newer == 3


def test_a_wrong_password_is_not_shown(asking: Desk) -> None:
    asking.sis["password_command"] = (sys.executable, "-c", "print('wr0ng-word')")
    with pytest.raises(SourceProblem, match=r"does not let district in .tried the password") as refused:
        asking.fetch()
    assert "wr0ng-word" not in str(refused.value)


def test_a_file_that_changes_while_it_is_copied_waits_for_the_next_time(
    asking: Desk, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = sftp_room.files_there

    def then_changed(server: sftp_room.Server) -> list[Any]:
        found = listed(server)
        put(exports, EVENING + 5, users=USERS + "3,Okonjo,Adaeze,c@example.org,0450\n")
        return found

    monkeypatch.setattr(sftp_room, "files_there", then_changed)
    fetched = asking.fetch()
    assert (fetched.changing, fetched.status) == (("users.csv",), 1)
    assert set(asking.rows()) == {"courses", "enrollments"}
    monkeypatch.undo()
    assert asking.fetch().newer == 1
    assert asking.rows()["users"] == 3


def test_a_stop_leaves_what_was_not_copied_for_the_next_time(asking: Desk) -> None:
    asked = iter([False, True])
    fetched = asking.fetch(cancelled=lambda: next(asked, True))
    assert fetched.outcome.stopped
    assert asking.fetch().newer >= 2
    assert set(asking.rows()) == {"users", "courses", "enrollments"}


def test_nobody_there_is_said(archive: Archive) -> None:
    with pytest.raises(SourceProblem, match="can't be reached"):
        Desk(archive, sftp="sftp://district@127.0.0.1:9/exports").fetch()


def test_links_on_the_server_lead_nowhere(asking: Desk, exports: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(USERS)
    (exports / "link.csv").symlink_to(secret)
    (exports / "around").symlink_to(exports)
    assert asking.fetch().there == 3
    shutil.rmtree(exports)
