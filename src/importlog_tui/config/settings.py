"""Every setting: its type, default, one line of explanation, and what is allowed. A line here is all that a new one needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field as DataField
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any

from importlog_tui.config.values import (
    API_ADDRESS,
    BASE_ADDRESS,
    COMMAND,
    FIELD,
    KEYS,
    LINE,
    NAMES,
    PAGE_ADDRESS,
    PATH,
    PATHS_ON_SITE,
    PROGRAM,
    REALM,
    SFTP_ADDRESS,
    YES_OR_NO,
    ZONE,
    Value,
    choice,
    number,
)
from importlog_tui.fields import Field


def _says(
    text: str, value: Value, example: Mapping[str, Any] | None = None, *, own: bool = False
) -> dict[str, Any]:
    """`own`: what belongs to one district alone, and is never taken over from what holds for all."""
    return {"says": text, "value": value, "example": example or {}, "own": own}


@dataclass(frozen=True, slots=True)
class District:
    """[district]"""

    name: str = field(
        default="", metadata=_says("The district's name, for the first line of the screen.", LINE, own=True)
    )
    sis: str = field(
        default="",
        metadata=_says("What the district calls its SIS, such as SchoolTool; for remedies.", LINE, own=True),
    )


@dataclass(frozen=True, slots=True)
class Schoology:
    """[schoology]; addresses are whole, without a slash at the end (schoology.md 1.3)."""

    address: str = field(
        default="https://app.schoology.com",
        metadata=_says(
            "Where the district's Schoology is; user pages are opened below it.", BASE_ADDRESS, own=True
        ),
    )
    status_log: str = field(
        default="",
        metadata=_says(
            "The Status Log page, as the browser's address line shows it.", PAGE_ADDRESS, own=True
        ),
    )


@dataclass(frozen=True, slots=True)
class Access:
    """[access]: the reader's own session at the site, and how politely it is used; the session itself stands nowhere in a file."""

    cookie_command: tuple[str, ...] = field(
        default=(),
        metadata=_says(
            'The command that prints the session\'s Cookie header (or a "copy as cURL" line), word by word.',
            PROGRAM,
            own=True,
        ),
    )
    cookie_variable: str = field(
        default="IMPORTLOG_COOKIE",
        metadata=_says("The environment variable that holds it, where there is no command.", LINE, own=True),
    )
    cookie_keyring: str = field(
        default="",
        metadata=_says(
            'The keyring\'s entry that holds it, as "service/user", where there is neither.', LINE, own=True
        ),
    )
    ca_file: str = field(
        default="",
        metadata=_says("Certificate authorities to trust besides the usual ones, as a PEM file.", PATH),
    )
    per_second: int = field(default=2, metadata=_says("Requests a second, at most.", number(1, 20)))
    at_once: int = field(default=2, metadata=_says("Requests at the same time, at most.", number(1, 8)))
    timeout: int = field(
        default=30, metadata=_says("Seconds to wait for the site at each step of a request.", number(1, 600))
    )
    follow: tuple[str, ...] = field(
        default=(),
        metadata=_says(
            "Paths on the log's host, besides its own folder, that its links may be followed to.",
            PATHS_ON_SITE,
        ),
    )


@dataclass(frozen=True, slots=True)
class Api:
    """[api]: Schoology's REST API, which is read and never written (schoology.md 4); key and secret stand nowhere in a file."""

    address: str = field(
        default="https://api.schoology.com/v1",
        metadata=_says("Where the API is: Schoology's own, or a test server on this machine.", API_ADDRESS),
    )
    key_command: tuple[str, ...] = field(
        default=(), metadata=_says("The command that prints the API key, word by word.", PROGRAM, own=True)
    )
    key_variable: str = field(
        default="IMPORTLOG_API_KEY",
        metadata=_says("The environment variable that holds it, where there is no command.", LINE, own=True),
    )
    key_keyring: str = field(
        default="",
        metadata=_says(
            'The keyring\'s entry that holds it, as "service/user", where there is neither.', LINE, own=True
        ),
    )
    secret_command: tuple[str, ...] = field(
        default=(), metadata=_says("The command that prints the API secret, word by word.", PROGRAM, own=True)
    )
    secret_variable: str = field(
        default="IMPORTLOG_API_SECRET",
        metadata=_says("The environment variable that holds it, where there is no command.", LINE, own=True),
    )
    secret_keyring: str = field(
        default="",
        metadata=_says(
            'The keyring\'s entry that holds it, as "service/user", where there is neither.', LINE, own=True
        ),
    )
    look_up: bool = field(
        default=True,
        metadata=_says("Whether the screen asks about the users and sections on it by itself.", YES_OR_NO),
    )
    per_second: int = field(default=2, metadata=_says("Requests a second, at most.", number(1, 10)))
    method: str = field(
        default="HMAC-SHA1",
        metadata=_says("How requests are signed.", choice("HMAC-SHA1", "PLAINTEXT")),
    )
    realm: str = field(
        default="Schoology API",
        metadata=_says(
            'The realm that stands in their header; "Schoology%20API" where that is refused.', REALM
        ),
    )
    ampersand: str = field(
        default="%26",
        metadata=_says("How the end of a PLAINTEXT signature is written.", choice("%26", "&")),
    )


@dataclass(frozen=True, slots=True)
class Time:
    """[time]; zone "" is the machine's."""

    zone: str = field(
        default="", metadata=_says("The zone that the log's times are in and are shown in.", ZONE)
    )
    day_first: bool = field(
        default=False, metadata=_says("Whether 11/12/2026 is the 11th of December.", YES_OR_NO)
    )


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """[archive]; file "" is the platform's own place for it."""

    file: str = field(
        default="", metadata=_says("The file that everything brought in is kept in.", PATH, own=True)
    )
    group_writable: bool = field(
        default=False, metadata=_says("Whether the file's group may read and add, too.", YES_OR_NO)
    )


@dataclass(frozen=True, slots=True)
class Sis:
    """[sis]: what the SIS sends."""

    folder: str = field(
        default="",
        metadata=_says("The folder on this machine in which the SIS puts its files.", PATH, own=True),
    )
    sftp: str = field(
        default="", metadata=_says("Or where it puts them on an SFTP server.", SFTP_ADDRESS, own=True)
    )
    files: tuple[str, ...] = field(
        default=(),
        metadata=_says("Names of the files to take from there, with * and ?; [] takes all tables.", NAMES),
    )
    known_hosts: str = field(
        default="",
        metadata=_says("The file that the server's key must stand in; empty is OpenSSH's own.", PATH),
    )
    key: str = field(
        default="",
        metadata=_says("The private key to be let in with; empty is OpenSSH's own.", PATH, own=True),
    )
    password_command: tuple[str, ...] = field(
        default=(),
        metadata=_says(
            "The command that prints the password there, or what unlocks the key, word by word.",
            PROGRAM,
            own=True,
        ),
    )
    password_variable: str = field(
        default="IMPORTLOG_SFTP_PASSWORD",
        metadata=_says("The environment variable that holds it, where there is no command.", LINE, own=True),
    )
    password_keyring: str = field(
        default="",
        metadata=_says(
            'The keyring\'s entry that holds it, as "service/user", where there is neither.', LINE, own=True
        ),
    )
    keep: int = field(
        default=7,
        metadata=_says(
            "Extracts of each kind whose rows are kept; what was counted of older ones stays.", number(1, 400)
        ),
    )


@dataclass(frozen=True, slots=True)
class Open:
    """[open]: how a page is opened (textual-over-ssh.md, C.6)."""

    command: tuple[str, ...] = field(
        default=(),
        metadata=_says("The program that opens an address, word by word; no shell reads it.", COMMAND),
    )
    session: str = field(
        default="auto",
        metadata=_says(
            "Whether you sit at this machine; auto looks for SSH.", choice("auto", "local", "remote")
        ),
    )
    suspend: bool = field(
        default=False,
        metadata=_says("Whether the program takes over this terminal, as w3m and lynx do.", YES_OR_NO),
    )
    ask_above: int = field(
        default=5, metadata=_says("Ask before more pages than this are opened at once.", number(1, 100))
    )


@dataclass(frozen=True, slots=True)
class Screen:
    """[screen]"""

    theme: str = field(
        default="auto", metadata=_says("The colours.", choice("auto", "dark", "light", "terminal"))
    )
    mouse: bool = field(
        default=False,
        metadata=_says("Whether the mouse works; it takes selecting and links from the terminal.", YES_OR_NO),
    )
    picture: bool = field(
        default=True,
        metadata=_says(
            "Whether the next start shows the last picture of the screen while the program loads; it is kept beside the position, for you alone.",
            YES_OR_NO,
        ),
    )
    mask: bool = field(
        default=False,
        metadata=_says(
            "Whether names, addresses and IDs are made unreadable, on the screen and in work lists.",
            YES_OR_NO,
        ),
    )


@dataclass(frozen=True, slots=True)
class Triage:
    """[triage]"""

    rules: str = field(
        default="",
        metadata=_says("A file with rules of your own; they are asked before the program's.", PATH),
    )


@dataclass(frozen=True, slots=True)
class Config:
    """All settings.

    Attributes:
        keys: action -> its keys, () for none; only what was set.
        columns: heading -> meaning, for headings that the program does not know.
        file: what was read, None where everything is a default.
        given: "section.key" of each setting that the file sets.
        chosen: which of several districts these settings are of, "" where the file tells of one.
        districts: each district of the file by its name, in the file's order; {} where it tells of one.
    """

    district: District = District()
    schoology: Schoology = Schoology()
    access: Access = Access()
    api: Api = Api()
    time: Time = Time()
    archive: ArchiveSettings = ArchiveSettings()
    sis: Sis = Sis()
    open: Open = Open()
    screen: Screen = Screen()
    triage: Triage = Triage()
    keys: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict,
        metadata=_says(
            "Other keys for an action; the help (?) names the actions.", KEYS, example={"open.user": "o"}
        ),
    )
    columns: Mapping[str, Field] = field(
        default_factory=dict,
        metadata=_says(
            "What a column of your own means, by its heading.", FIELD, example={"Employee No": "unique_id"}
        ),
    )
    file: Path | None = None
    given: frozenset[str] = frozenset()
    chosen: str = ""
    districts: Mapping[str, Config] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, or with an empty `key` a section whose keys are the reader's own."""

    section: str
    key: str
    default: Any
    says: str
    value: Value
    example: Mapping[str, Any]
    own: bool = False


def sections() -> Iterator[tuple[str, tuple[Setting, ...]]]:
    """Each section: its name and its settings."""
    for entry in fields(Config):
        if is_dataclass(entry.default):
            yield entry.name, tuple(_setting(entry.name, one.name, one) for one in fields(entry.default))
        elif entry.metadata:
            yield entry.name, (_setting(entry.name, "", entry),)


def _setting(section: str, key: str, told: DataField[Any]) -> Setting:
    default = told.default if key else {}
    return Setting(
        section,
        key,
        default,
        told.metadata["says"],
        told.metadata["value"],
        told.metadata["example"],
        told.metadata["own"],
    )


def settings() -> Iterator[Setting]:
    """Every setting, in the order of the example file."""
    for _, inner in sections():
        yield from inner
