"""The SIS's files on an SFTP server: listed, and copied into a folder of this machine with their times.

The server's key must be known beforehand, as OpenSSH knows it; there is no way to have it not looked at. Nothing of the reader's OpenSSH
configuration is read, since that may start programs. Nothing is written there, and no name from there leads anywhere but into the folder given.
"""

from __future__ import annotations

import asyncio
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from importlog_tui.errors import SourceProblem
from importlog_tui.sources.sis.places import DEEPEST, MOST, Listed
from importlog_tui.text import one_line, whole

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from importlog_tui.secret import Secret

LARGEST: Final = 4 << 30
"""Bytes copied at once, in all."""
SECONDS: Final = 30.0
"""How long the server may take to answer."""
_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Server:
    """Where the files are, and how one gets in.

    Attributes:
        folder: path on the server; "" is where one lands.
        known_hosts: files in which its key must stand.
        keys: files of private keys that are tried.
        secret: the password, or what unlocks a key.
        agent: the socket of a running agent that holds keys, or "".
    """

    host: str
    port: int
    user: str
    folder: str
    known_hosts: Sequence[Path]
    keys: Sequence[Path]
    secret: Secret | None = None
    agent: str = ""

    def __str__(self) -> str:
        port = "" if self.port == 22 else f":{self.port}"
        return f"sftp://{self.user}@{self.host}{port}{self.folder and '/' + self.folder.lstrip('/')}"


def files_there(server: Server) -> list[Listed]:
    """All files in the folder and below it.

    Raises:
        SourceProblem: the server can't be reached, is not the one that is known, does not let us in, or has no such folder.
    """
    return _run(server, lambda sftp: _listed(sftp, server))


def copy(
    server: Server,
    files: Sequence[Listed],
    into: Path,
    *,
    progress: Callable[[str, int], None] = lambda *_: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Listed]:
    """Copy files into a folder under their own names; returns those that were whole and did not change meanwhile.

    Raises:
        SourceProblem: as `files_there`; or there is too much.
    """
    if sum(file.size for file in files) > LARGEST:
        raise SourceProblem(
            f"there are more than {LARGEST >> 30} GB to be copied",
            where=str(server),
            remedy="Name the files that are wanted as [sis] files.",
        )
    return _run(server, lambda sftp: _copied(sftp, server, files, into, progress, cancelled))


def _run(server: Server, errand: Callable[[Any], Awaitable[list[Listed]]]) -> list[Listed]:
    try:
        import asyncssh
    except ImportError as error:
        raise SourceProblem(
            "the library `asyncssh` is not installed, which SFTP needs",
            where=str(server),
            remedy="pip install 'importlog-tui[sftp]', or have the files copied and name the folder as [sis] folder.",
        ) from error
    try:
        return asyncio.run(_connected(server, errand))
    except asyncssh.HostKeyNotVerifiable as error:
        raise _unknown(server) from error
    except asyncssh.PermissionDenied as error:
        raise SourceProblem(
            f"the server does not let {server.user} in ({_tried(server)})",
            where=str(server),
            remedy="Look at [sis] key, or at the command that prints the password.",
        ) from error
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPNotADirectory) as error:
        raise SourceProblem(
            "there is no such folder on the server",
            where=str(server),
            remedy="Look at the path in [sis] sftp; it is counted from where one lands, or from / where it begins with two.",
        ) from error
    except asyncssh.SFTPPermissionDenied as error:
        raise SourceProblem(
            "the server does not let the folder or a file in it be read",
            where=str(server),
            remedy="Ask its operator.",
        ) from error
    except (asyncssh.Error, asyncssh.KeyImportError, ValueError) as error:
        raise SourceProblem(f"SFTP failed ({_said(error)})", where=str(server)) from error
    except TimeoutError as error:
        raise SourceProblem(
            f"the server did not answer within {SECONDS:.0f} seconds",
            where=str(server),
            remedy="Try again later.",
        ) from error
    except OSError as error:
        raise SourceProblem(
            f"the server can't be reached ({_said(error)})",
            where=str(server),
            remedy="Look at host and port in [sis] sftp, and at the network.",
        ) from error


def _said(error: Exception) -> str:
    return one_line(str(getattr(error, "strerror", None) or getattr(error, "reason", None) or error))[:200]


def _tried(server: Server) -> str:
    tried = [f"the key {one_line(key.name)}" for key in server.keys]
    tried += ["the agent's keys"] if server.agent else []
    tried += ["the password"] if server.secret else []
    return f"tried {', '.join(tried)}" if tried else "there is neither a key nor a password to try"


def _known(server: Server) -> bytes:
    """What is known of servers' keys, as OpenSSH writes it."""
    found = b""
    for path in server.known_hosts:
        try:
            found += path.read_bytes() + b"\n"
        except FileNotFoundError:
            continue
        except OSError as error:
            raise SourceProblem(
                f"the file of known servers can't be read: {error.strerror or error}", where=str(path)
            ) from error
    return found


def is_known(server: Server) -> bool:
    """Whether a key of the server is known, without asking it. SourceProblem where a file of known servers can't be read."""
    import asyncssh

    return any(asyncssh.match_known_hosts(_known(server) or b"\n", server.host, "", server.port)[:2])


def _unknown(server: Server) -> SourceProblem:
    """The server shows a key that is not known to be its own."""
    shown = _shown(server)
    where = ", ".join(map(str, server.known_hosts))
    if is_known(server):
        return SourceProblem(
            f"the server shows another key than the one that is known{shown}: nothing was sent to it",
            where=str(server),
            remedy=f"Ask its operator. If it was renewed, take the old key out of {where}.",
        )
    return SourceProblem(
        f"the server's key is not known{shown}: nothing was sent to it",
        where=str(server),
        remedy=f"Compare it with what its operator names; connect once by hand (sftp -P {server.port} {server.user}@{server.host}), "
        f"and it will stand in {where}.",
    )


def _shown(server: Server) -> str:
    """The fingerprint of the key that the server shows, in a parenthesis; "" where it does not say."""
    import asyncssh

    async def ask() -> str:
        key = await asyncio.wait_for(
            asyncssh.get_server_host_key(server.host, server.port, config=None), SECONDS
        )
        return f" ({key.get_fingerprint()})" if key else ""

    try:
        return asyncio.run(ask())
    except (OSError, TimeoutError, asyncssh.Error):
        return ""


async def _connected(server: Server, errand: Callable[[Any], Awaitable[list[Listed]]]) -> list[Listed]:
    import asyncssh

    secret = server.secret.reveal() if server.secret else None
    async with (
        asyncssh.connect(
            server.host,
            server.port,
            username=server.user,
            # An empty one would be taken for "the default", and None for "do not look".
            known_hosts=_known(server) or b"\n",
            client_keys=_unlocked(server, secret),
            password=secret,
            config=None,
            agent_path=server.agent or None,
            connect_timeout=SECONDS,
            login_timeout=SECONDS,
            keepalive_interval=15,
            preferred_auth=("publickey", "keyboard-interactive", "password"),
        ) as connection,
        connection.start_sftp_client() as sftp,
    ):
        return await errand(sftp)


def _unlocked(server: Server, secret: str | None) -> list[Any]:
    """The keys that can be used, those that are locked unlocked by the secret."""
    import asyncssh

    found: list[Any] = []
    locked: list[str] = []
    for path in server.keys:
        try:
            found += asyncssh.read_private_key_list(str(path), passphrase=secret)
        except (asyncssh.KeyEncryptionError, asyncssh.KeyImportError):
            locked.append(one_line(str(path)))
        except OSError as error:
            raise SourceProblem(
                f"the key can't be read: {error.strerror or error}", where=str(path)
            ) from error
    if locked and not found and not secret and not server.agent:
        raise SourceProblem(
            f"the key is locked, or is none ({', '.join(locked)})",
            where=str(server),
            remedy="Name a command that prints what unlocks it as [sis] password_command.",
        )
    return found


async def _listed(sftp: Any, server: Server) -> list[Listed]:
    found: list[Listed] = []
    pending = [("", 0)]
    while pending and len(found) < MOST:
        below, depth = pending.pop()
        async for name, told in _entries(
            sftp, "/".join(filter(None, (server.folder or ".", below.rstrip("/"))))
        ):
            kind = told.permissions or 0
            if stat.S_ISLNK(kind):
                continue
            if stat.S_ISDIR(kind):
                if depth < DEEPEST:
                    pending.append((f"{below}{name}/", depth + 1))
            elif len(found) < MOST:
                found.append(Listed(below + name, int(told.size or 0), int(told.mtime or 0)))
    return found


async def _entries(sftp: Any, folder: str) -> AsyncIterator[tuple[str, Any]]:
    """Names and attributes of what is in a folder on the server; names that are none are left out."""
    for entry in await sftp.readdir(folder):
        name = (
            entry.filename if isinstance(entry.filename, str) else entry.filename.decode("utf-8", "replace")
        )
        if name.startswith(".") or "/" in name or "\\" in name or "\0" in name or whole(name) != name:
            continue
        yield name, entry.attrs


async def _copied(
    sftp: Any,
    server: Server,
    files: Sequence[Listed],
    into: Path,
    progress: Callable[[str, int], None],
    cancelled: Callable[[], bool],
) -> list[Listed]:
    whole_ones: list[Listed] = []
    copied = 0
    for file in files:
        there = "/".join(filter(None, (server.folder, file.name)))
        here = into / file.name
        here.parent.mkdir(parents=True, exist_ok=True)
        size = 0
        async with sftp.open(there, "rb") as source:
            with here.open("wb") as target:
                while size <= file.size and (chunk := await source.read(_CHUNK)):
                    size += len(chunk)
                    copied += len(chunk)
                    target.write(chunk)
                    progress(file.name, copied)
                    if cancelled():
                        return whole_ones
            told = await source.stat()
        os.utime(here, (file.written, file.written))
        # A SIS that is writing at this moment gets its turn the next time.
        if size == file.size == told.size and int(told.mtime or 0) == file.written:
            whole_ones.append(file)
    return whole_ones
