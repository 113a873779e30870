"""Every setting: its type, default, one line of explanation, and what is allowed. A line here is all that a new one needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple, get_type_hints

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


class _Says(NamedTuple):
    """What stands in the annotation of a setting, which is looked at only where a file is read or written.

    Attributes:
        text: one line that explains it.
        value: what is allowed.
        example: of a section whose keys are the reader's own.
        own: what belongs to one district alone, and is never taken over from what holds for all.
    """

    text: str
    value: Value
    example: Mapping[str, Any] = MappingProxyType({})
    own: bool = False


class District(NamedTuple):
    """[district]"""

    name: Annotated[str, _Says("The district's name, for the first line of the screen.", LINE, own=True)] = ""
    sis: Annotated[
        str, _Says("What the district calls its SIS, such as SchoolTool; for remedies.", LINE, own=True)
    ] = ""


class Schoology(NamedTuple):
    """[schoology]; addresses are whole, without a slash at the end (schoology.md 1.3)."""

    address: Annotated[
        str,
        _Says("Where the district's Schoology is; user pages are opened below it.", BASE_ADDRESS, own=True),
    ] = "https://app.schoology.com"
    status_log: Annotated[
        str, _Says("The Status Log page, as the browser's address line shows it.", PAGE_ADDRESS, own=True)
    ] = ""


class Access(NamedTuple):
    """[access]: the reader's own session at the site, and how politely it is used; the session itself stands nowhere in a file."""

    cookie_command: Annotated[
        tuple[str, ...],
        _Says(
            'The command that prints the session\'s Cookie header (or a "copy as cURL" line), word by word.',
            PROGRAM,
            own=True,
        ),
    ] = ()
    cookie_variable: Annotated[
        str, _Says("The environment variable that holds it, where there is no command.", LINE, own=True)
    ] = "IMPORTLOG_COOKIE"
    cookie_keyring: Annotated[
        str,
        _Says(
            'The keyring\'s entry that holds it, as "service/user", where there is neither.', LINE, own=True
        ),
    ] = ""
    ca_file: Annotated[
        str, _Says("Certificate authorities to trust besides the usual ones, as a PEM file.", PATH)
    ] = ""
    per_second: Annotated[int, _Says("Requests a second, at most.", number(1, 20))] = 2
    at_once: Annotated[int, _Says("Requests at the same time, at most.", number(1, 8))] = 2
    timeout: Annotated[
        int, _Says("Seconds to wait for the site at each step of a request.", number(1, 600))
    ] = 30
    follow: Annotated[
        tuple[str, ...],
        _Says(
            "Paths on the log's host, besides its own folder, that its links may be followed to.",
            PATHS_ON_SITE,
        ),
    ] = ()


class Api(NamedTuple):
    """[api]: Schoology's REST API, which is read and never written (schoology.md 4); key and secret stand nowhere in a file."""

    address: Annotated[
        str, _Says("Where the API is: Schoology's own, or a test server on this machine.", API_ADDRESS)
    ] = "https://api.schoology.com/v1"
    key_command: Annotated[
        tuple[str, ...], _Says("The command that prints the API key, word by word.", PROGRAM, own=True)
    ] = ()
    key_variable: Annotated[
        str, _Says("The environment variable that holds it, where there is no command.", LINE, own=True)
    ] = "IMPORTLOG_API_KEY"
    key_keyring: Annotated[
        str,
        _Says(
            'The keyring\'s entry that holds it, as "service/user", where there is neither.', LINE, own=True
        ),
    ] = ""
    secret_command: Annotated[
        tuple[str, ...], _Says("The command that prints the API secret, word by word.", PROGRAM, own=True)
    ] = ()
    secret_variable: Annotated[
        str, _Says("The environment variable that holds it, where there is no command.", LINE, own=True)
    ] = "IMPORTLOG_API_SECRET"  # noqa: S105 - the name of a variable
    secret_keyring: Annotated[
        str,
        _Says(
            'The keyring\'s entry that holds it, as "service/user", where there is neither.', LINE, own=True
        ),
    ] = ""
    look_up: Annotated[
        bool, _Says("Whether the screen asks about the users and sections on it by itself.", YES_OR_NO)
    ] = True
    per_second: Annotated[int, _Says("Requests a second, at most.", number(1, 10))] = 2
    method: Annotated[str, _Says("How requests are signed.", choice("HMAC-SHA1", "PLAINTEXT"))] = "HMAC-SHA1"
    realm: Annotated[
        str, _Says('The realm that stands in their header; "Schoology%20API" where that is refused.', REALM)
    ] = "Schoology API"
    ampersand: Annotated[
        str, _Says("How the end of a PLAINTEXT signature is written.", choice("%26", "&"))
    ] = "%26"


class Time(NamedTuple):
    """[time]; zone "" is the machine's."""

    zone: Annotated[str, _Says("The zone that the log's times are in and are shown in.", ZONE)] = ""
    day_first: Annotated[bool, _Says("Whether 11/12/2026 is the 11th of December.", YES_OR_NO)] = False


class ArchiveSettings(NamedTuple):
    """[archive]; file "" is the platform's own place for it."""

    file: Annotated[str, _Says("The file that everything brought in is kept in.", PATH, own=True)] = ""
    group_writable: Annotated[bool, _Says("Whether the file's group may read and add, too.", YES_OR_NO)] = (
        False
    )
    filter_index: Annotated[
        bool,
        _Says(
            "Whether the screen makes errors of 50,000 rows and more quick to filter, in the background; takes a fifth of their room.",
            YES_OR_NO,
        ),
    ] = True


class Sis(NamedTuple):
    """[sis]: what the SIS sends."""

    folder: Annotated[
        str, _Says("The folder on this machine in which the SIS puts its files.", PATH, own=True)
    ] = ""
    sftp: Annotated[str, _Says("Or where it puts them on an SFTP server.", SFTP_ADDRESS, own=True)] = ""
    files: Annotated[
        tuple[str, ...],
        _Says("Names of the files to take from there, with * and ?; [] takes all tables.", NAMES),
    ] = ()
    known_hosts: Annotated[
        str, _Says("The file that the server's key must stand in; empty is OpenSSH's own.", PATH)
    ] = ""
    key: Annotated[
        str, _Says("The private key to be let in with; empty is OpenSSH's own.", PATH, own=True)
    ] = ""
    password_command: Annotated[
        tuple[str, ...],
        _Says(
            "The command that prints the password there, or what unlocks the key, word by word.",
            PROGRAM,
            own=True,
        ),
    ] = ()
    password_variable: Annotated[
        str, _Says("The environment variable that holds it, where there is no command.", LINE, own=True)
    ] = "IMPORTLOG_SFTP_PASSWORD"  # noqa: S105 - the name of a variable
    password_keyring: Annotated[
        str,
        _Says(
            'The keyring\'s entry that holds it, as "service/user", where there is neither.', LINE, own=True
        ),
    ] = ""
    keep: Annotated[
        int,
        _Says(
            "Extracts of each kind whose rows are kept; what was counted of older ones stays.", number(1, 400)
        ),
    ] = 7


class Open(NamedTuple):
    """[open]: how a page is opened (textual-over-ssh.md, C.6)."""

    command: Annotated[
        tuple[str, ...], _Says("The program that opens an address, word by word; no shell reads it.", COMMAND)
    ] = ()
    session: Annotated[
        str, _Says("Whether you sit at this machine; auto looks for SSH.", choice("auto", "local", "remote"))
    ] = "auto"
    suspend: Annotated[
        bool, _Says("Whether the program takes over this terminal, as w3m and lynx do.", YES_OR_NO)
    ] = False
    ask_above: Annotated[
        int, _Says("Ask before more pages than this are opened at once.", number(1, 100))
    ] = 5


class Screen(NamedTuple):
    """[screen]"""

    theme: Annotated[str, _Says("The colours.", choice("auto", "dark", "light", "terminal"))] = "auto"
    mouse: Annotated[
        bool, _Says("Whether the mouse works; it takes selecting and links from the terminal.", YES_OR_NO)
    ] = False
    picture: Annotated[
        bool,
        _Says(
            "Whether the next start shows the last picture of the screen while the program loads; it is kept beside the position, for you alone.",
            YES_OR_NO,
        ),
    ] = True
    mask: Annotated[
        bool,
        _Says(
            "Whether names, addresses and IDs are made unreadable, on the screen and in work lists.",
            YES_OR_NO,
        ),
    ] = False


class Triage(NamedTuple):
    """[triage]"""

    rules: Annotated[
        str, _Says("A file with rules of your own; they are asked before the program's.", PATH)
    ] = ""


class Config(NamedTuple):
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
    keys: Annotated[
        Mapping[str, tuple[str, ...]],
        _Says("Other keys for an action; the help (?) names the actions.", KEYS, example={"open.user": "o"}),
    ] = MappingProxyType({})
    columns: Annotated[
        Mapping[str, Field],
        _Says(
            "What a column of your own means, by its heading.", FIELD, example={"Employee No": "unique_id"}
        ),
    ] = MappingProxyType({})
    file: Path | None = None
    given: frozenset[str] = frozenset()
    chosen: str = ""
    districts: Mapping[str, Config] = MappingProxyType({})


class Setting(NamedTuple):
    """One setting, or with an empty `key` a section whose keys are the reader's own."""

    section: str
    key: str
    default: Any
    says: str
    value: Value
    example: Mapping[str, Any]
    own: bool = False


@cache
def sections() -> Mapping[str, tuple[Setting, ...]]:
    """Each section by its name, with its settings."""
    found: dict[str, tuple[Setting, ...]] = {}
    for name, default in Config._field_defaults.items():
        if hasattr(default, "_field_defaults"):
            told = get_type_hints(type(default), include_extras=True)
            found[name] = tuple(
                _setting(name, key, one, told[key]) for key, one in default._field_defaults.items()
            )
    told = get_type_hints(Config, include_extras=True)
    return found | {name: (_setting(name, "", {}, told[name]),) for name in ("keys", "columns")}


def _setting(section: str, key: str, default: Any, told: Any) -> Setting:
    (says,) = told.__metadata__
    return Setting(section, key, default, says.text, says.value, says.example, says.own)


def settings() -> Iterator[Setting]:
    """Every setting, in the order of the example file."""
    return chain.from_iterable(sections().values())
