"""What the doctor says of the two other witnesses: which extract and which directory are there, how old, and how more of them come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.archive import Archive
from importlog_tui.errors import ArchiveProblem, Problem
from importlog_tui.fetching.sis import kept_password, server_of
from importlog_tui.model import Kind
from importlog_tui.report.finding import Finding
from importlog_tui.roster import Roster, Witness
from importlog_tui.sources.sis.places import local_files, offers
from importlog_tui.text import safe
from importlog_tui.times import in_zone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, tzinfo

    from importlog_tui.config import Config
    from importlog_tui.config.settings import Sis
    from importlog_tui.sources.sis.sftp import Server
    from importlog_tui.terminal.environment import Environment

_ROWS = {Kind.USERS: "users", Kind.COURSES: "sections", Kind.ENROLLMENTS: "enrollments"}
_NONE = {
    Witness.SIS: (
        "extract",
        "none yet: causes are told from the message and the row alone",
        "Bring in what the SIS sends: importlog-tui add --as sis FOLDER, or set [sis] and use fetch --sis.",
    ),
    Witness.DIRECTORY: (
        "directory",
        "none yet: what Schoology holds is not known",
        "With an API key: importlog-tui fetch --directory. Else export the users from Schoology, and: importlog-tui add --as directory FILE.",
    ),
}


def witnesses(path: Path, now: datetime, zone: tzinfo | None) -> Iterator[Finding]:
    """What the archive has of the SIS and of Schoology; nothing where there is no archive, which is said elsewhere."""
    try:
        if not path.exists():
            return
        with Archive.open(path, read_only=True) as archive:
            found = {witness: _newest(archive, witness) for witness in Witness}
            older = {
                newest.id: [
                    one
                    for one in archive.rosters(newest.witness, newest.kind, purged=True)
                    if one.id != newest.id
                ]
                for some in found.values()
                for newest in some
            }
    except (OSError, ArchiveProblem):
        return
    for witness, rosters in found.items():
        topic, nothing, remedy = _NONE[witness]
        if not rosters:
            yield Finding(topic, nothing, remedy=remedy)
        for roster in rosters:
            at = in_zone(roster.seen_at, zone)
            part = "" if roster.complete else " (not all)"
            text = (
                f"{roster.rows:,} {_ROWS[roster.kind]}{part} of {at:%d %b %H:%M}, {_age(roster.seen_at, now)}"
            )
            yield Finding(topic, f"{text}, from {safe(roster.origin)}")
            if older[roster.id]:
                yield Finding(topic, f"besides: {'; '.join(_others(older[roster.id], zone))}")


def _others(rosters: list[Roster], zone: tzinfo | None) -> Iterator[str]:
    """The other tables of a kind that are kept, the newest first; of those whose rows were removed to make room, their number."""
    for roster in rosters:
        if not roster.purged:
            part = "" if roster.complete else " (not all)"
            yield f"{roster.rows:,}{part} of {in_zone(roster.taken_at, zone):%d %b %H:%M}"
    if counted := sum(roster.purged for roster in rosters):
        yield f"{counted:,} older, of which only the counts are kept"


def _newest(archive: Archive, witness: Witness) -> list[Roster]:
    """The newest table of each kind; the newest whole one where there is one."""
    return [
        roster
        for kind in _ROWS
        if (roster := archive.roster(witness, kind) or next(iter(archive.rosters(witness, kind)), None))
    ]


def _age(at: datetime, now: datetime) -> str:
    hours = int((now - at).total_seconds() // 3600)
    if hours < 1:
        return "less than an hour old" if hours == 0 else "from the future: is a clock wrong?"
    if hours < 48:
        return f"{hours} {'hour' if hours == 1 else 'hours'} old"
    return f"{hours // 24} days old"


def extract_place(environment: Environment, config: Config) -> Finding:
    """Whether `fetch --sis` has what it needs; a server is not asked."""
    sis = config.sis
    if sis.folder and sis.sftp:
        return Finding(
            "SIS", "both [sis] folder and sftp are set", ok=False, remedy="Leave one of them empty."
        )
    if sis.folder:
        return _folder(Path(sis.folder).expanduser(), sis)
    if not sis.sftp:
        return Finding(
            "SIS",
            "where it puts its files is not set: fetch --sis can't be used",
            remedy="Set [sis] folder or sftp.",
        )
    try:
        # Without running the command that prints the password.
        server = server_of(sis, environment, with_secret=False)
    except Problem as problem:
        return Finding("SIS", safe(f"{sis.sftp}: {problem.what}"), ok=False, remedy=safe(problem.remedy))
    return _server(server, sis, environment)


def _folder(folder: Path, sis: Sis) -> Finding:
    try:
        found = offers(local_files(folder), sis.files)
    except OSError as error:
        return Finding(
            "SIS",
            safe(f"the folder {folder} can't be read ({error.strerror})"),
            ok=False,
            remedy="Look at [sis] folder, and at its permissions.",
        )
    tables = "1 table or package" if len(found) == 1 else f"{len(found):,} tables or packages"
    return Finding("SIS", safe(f"{folder}: {tables} there"))


def _server(server: Server, sis: Sis, environment: Environment) -> Finding:
    from importlib.util import find_spec

    if find_spec("asyncssh") is None:
        return Finding(
            "SIS",
            safe(f"{server}: the library asyncssh is not installed"),
            ok=False,
            remedy="pip install 'importlog-tui[sftp]'",
        )
    from importlog_tui.sources.sis.sftp import is_known

    password = kept_password(sis).where(environment)
    ways = [f"the key {key.name}" for key in server.keys]
    ways += ["the agent"] if server.agent else []
    ways += [f"the password from {password}"] if password else []
    by = f"in by {' or '.join(ways)}" if ways else "no key and no password to get in by"
    try:
        known = is_known(server)
    except Problem as problem:
        return Finding("SIS", safe(f"{server}: {problem.what}"), ok=False, remedy=safe(problem.remedy))
    key = "its key is known" if known else "its key is not known, so nothing is sent to it"
    return Finding(
        "SIS",
        safe(f"{server}; {key}; {by}"),
        ok=known and bool(ways),
        remedy=""
        if known
        else safe(
            f"Connect once by hand and compare the key: sftp -P {server.port} {server.user}@{server.host}"
        ),
    )
