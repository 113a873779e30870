"""The SIS's extract from where the SIS puts it: what is newer than the last time, from a folder or by SFTP, into the archive."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from importlog_tui.errors import ConfigProblem, UsageProblem
from importlog_tui.refresh import Outcome, bring_in
from importlog_tui.roster import Witness
from importlog_tui.sources.sis.places import local_files, offers
from importlog_tui.terminal.secrets import Kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from importlog_tui.archive import Archive
    from importlog_tui.config import Config
    from importlog_tui.config.settings import Sis
    from importlog_tui.roster import RosterReadings
    from importlog_tui.sources.sis.places import Listed, Offer
    from importlog_tui.sources.sis.sftp import Server
    from importlog_tui.sources.status_log import How
    from importlog_tui.terminal.environment import Environment

_OWN_KEYS: Final = ("id_ed25519", "id_ecdsa", "id_rsa")


@dataclass(slots=True)
class SisFetched:
    """What a fetch of the extract brought.

    Attributes:
        place: where the SIS puts it, as the configuration says.
        there: how many tables and packages lie there.
        newer: how many of these were not fetched before as they are now.
        changing: names of those that the SIS was writing at that moment; the next fetch reads them.
    """

    place: str
    there: int
    newer: int
    outcome: Outcome
    changing: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """Exit status: 0 all that is newer was read, or nothing is; 1 part of it; 2 nothing of it."""
        if not self.newer:
            return 0 if self.there else 2
        if self.outcome.status == 0 and self.changing:
            return 1
        return self.outcome.status


def place_of(config: Config) -> str:
    """Where the SIS puts its files, in words; "" where the configuration does not say."""
    return config.sis.folder or config.sis.sftp


def kept_password(sis: Sis) -> Kept:
    """Where the configuration says that the password for the server is."""
    return Kept(
        "the SFTP password",
        "[sis] password",
        sis.password_command,
        sis.password_variable,
        sis.password_keyring,
    )


def fetch_sis(
    archive: Archive,
    config: Config,
    environment: Environment,
    how: How,
    *,
    progress: Callable[[object], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> SisFetched:
    """Bring in what is newer.

    Raises:
        ConfigProblem: the configuration does not say where the SIS puts its files, or how one gets in there.
        UsageProblem: the folder can't be read.
        SourceProblem: the server can't be reached, is not the one that is known, or does not let us in.
        ArchiveProblem: it could not be filed.
    """
    if config.sis.folder and config.sis.sftp:
        raise ConfigProblem(
            "both a folder and an SFTP server are named",
            where=f"{config.file}, [sis]" if config.file else "[sis]",
            remedy="Leave one of folder and sftp empty.",
        )
    how = how_of(archive, how)
    if config.sis.folder:
        return _from_folder(archive, config.sis, how, progress, cancelled)
    if config.sis.sftp:
        return _from_server(archive, config.sis, environment, how, progress, cancelled)
    raise ConfigProblem(
        "where the SIS puts its files is not known",
        where=f"{config.file}, [sis]" if config.file else "[sis]",
        remedy="Set folder or sftp there (importlog-tui config init makes the file), or add the files by name.",
    )


def how_of(archive: Archive, how: How) -> How:
    """`how`, with what was once said of headings."""
    from dataclasses import replace

    return replace(how, remembered={witness: archive.headings(witness) for witness in Witness})


def _from_folder(
    archive: Archive,
    sis: Sis,
    how: How,
    progress: Callable[[object], None],
    cancelled: Callable[[], bool],
) -> SisFetched:
    folder = Path(sis.folder).expanduser()
    try:
        found = offers(local_files(folder), sis.files)
    except OSError as error:
        raise UsageProblem(
            f"the folder of the SIS can't be read: {error.strerror or error}",
            where=str(folder),
            remedy="Look at [sis] folder, and at its permissions.",
        ) from error
    newer = _newer(archive, str(folder), found)
    outcome = _bring_in(archive, sis, how, newer, folder, str(folder), progress, cancelled)
    _remember(archive, str(folder), newer, outcome, str(folder))
    return SisFetched(str(folder), len(found), len(newer), outcome)


def _from_server(
    archive: Archive,
    sis: Sis,
    environment: Environment,
    how: How,
    progress: Callable[[object], None],
    cancelled: Callable[[], bool],
) -> SisFetched:
    from importlog_tui.sources.sis.sftp import copy, files_there

    server = server_of(sis, environment)
    place = str(server)
    progress(f"asking {place}")
    found = offers(files_there(server), sis.files)
    newer = _newer(archive, place, found)
    if not newer:
        return SisFetched(place, len(found), 0, Outcome())
    wanted = [file for offer in newer for file in offer.files]
    with tempfile.TemporaryDirectory(prefix="importlog-sis-") as folder:
        copied = copy(
            server,
            wanted,
            Path(folder),
            progress=lambda name, size: progress(f"{size / 1_000_000:,.1f} MB copied, {name}"),
            cancelled=cancelled,
        )
        whole = [offer for offer in newer if set(offer.files) <= set(copied)]
        outcome = _bring_in(archive, sis, how, whole, Path(folder), place, progress, cancelled)
    outcome.stopped = outcome.stopped or cancelled()
    _remember(archive, place, whole, outcome, place)
    changing = tuple(offer.name for offer in newer if offer not in whole)
    return SisFetched(place, len(found), len(newer), outcome, () if outcome.stopped else changing)


def server_of(sis: Sis, environment: Environment, *, with_secret: bool = True) -> Server:
    """The server with all that it takes to get in.

    Raises:
        ConfigProblem: a key that is named is not there, or the command for the password does not give one.
    """
    from importlog_tui.sources.sis.sftp import Server

    parts = urlsplit(sis.sftp)
    home = Path(environment.variables.get("HOME") or Path.home()) / ".ssh"
    keys = [home / name for name in _OWN_KEYS if (home / name).is_file()]
    if sis.key:
        keys = [Path(sis.key).expanduser()]
        if not keys[0].is_file():
            raise ConfigProblem(
                f"there is no such key: {keys[0]}", where="[sis] key", remedy="Look at its path."
            )
    known = (
        [Path(sis.known_hosts).expanduser()]
        if sis.known_hosts
        else [home / "known_hosts", Path("/etc/ssh/ssh_known_hosts")]
    )
    return Server(
        host=parts.hostname or "",
        port=parts.port or 22,
        user=unquote(parts.username or ""),
        # As in OpenSSH and curl: counted from where one lands, unless it begins with a second slash.
        folder=unquote(parts.path).removeprefix("/"),
        known_hosts=known,
        keys=keys,
        secret=kept_password(sis).find(environment) if with_secret else None,
        agent="" if sis.key else environment.variables.get("SSH_AUTH_SOCK", ""),
    )


def _newer(archive: Archive, place: str, found: list[Offer]) -> list[Offer]:
    """Those of which a file was not there the last time, or was another one."""
    known = archive.fetched_files(place)

    def is_new(file: Listed) -> bool:
        return known.get(file.name) != (file.size, file.written)

    return [offer for offer in found if any(map(is_new, offer.files))]


def _bring_in(
    archive: Archive,
    sis: Sis,
    how: How,
    newer: list[Offer],
    folder: Path,
    place: str,
    progress: Callable[[object], None],
    cancelled: Callable[[], bool],
) -> Outcome:
    from importlog_tui.sources.sis import read

    def readings() -> Iterator[RosterReadings]:
        for offer in newer:
            name = offer.name.strip("/")
            yield from read(folder / name, how, Witness.SIS, name=f"{place.rstrip('/')}/{name}".rstrip("/"))

    if not newer:
        return Outcome()
    return bring_in(archive, readings(), keep=sis.keep, progress=progress, cancelled=cancelled)


def _remember(archive: Archive, place: str, newer: list[Offer], outcome: Outcome, shown: str) -> None:
    """Keep what need not be fetched again: what was understood whole."""
    failed = {trouble.origin.name for trouble in outcome.troubles if trouble.is_part}
    failed |= {unclear.origin.name for unclear in outcome.unclear}
    if outcome.stopped:
        return

    def is_done(offer: Offer) -> bool:
        name = f"{shown.rstrip('/')}/{offer.name.strip('/')}".rstrip("/")
        return not any(each == name or each.startswith(f"{name}/") for each in failed)

    done = [(file.name, file.size, file.written) for offer in newer if is_done(offer) for file in offer.files]
    archive.remember_fetched(place, done)
