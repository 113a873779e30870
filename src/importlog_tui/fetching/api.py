"""A client of the REST API with the reader's own key, wherever they keep it; for a command, and for the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from importlog_tui.errors import UsageProblem
from importlog_tui.secret import Secret
from importlog_tui.terminal.secrets import Kept

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from pathlib import Path

    from importlog_tui.config import Config
    from importlog_tui.config.settings import Api
    from importlog_tui.fetching.directory import Looked
    from importlog_tui.sources.schoology.client import Client
    from importlog_tui.terminal.environment import Environment

AskFor = Callable[[str], Secret]
"""Asks the reader for what is named; raises UsageProblem where there is nobody to ask."""

LookUp = Callable[["Collection[str]", "Collection[str]", "datetime", Callable[[], bool]], "Looked"]
"""Asks about User Unique IDs and Section School Codes, as of now; the last tells whether it shall stop."""

_MAY_ASK: Final = "GPG_TTY"
"""With it a password manager would ask for its passphrase in the middle of the screen."""


def kept(api: Api) -> tuple[Kept, Kept]:
    """Where the configuration says that key and secret are."""
    return (
        Kept("the API key", "[api] key", api.key_command, api.key_variable, api.key_keyring),
        Kept("the API secret", "[api] secret", api.secret_command, api.secret_variable, api.secret_keyring),
    )


def is_set(config: Config, environment: Environment) -> bool:
    """Whether key and secret are to be had without asking."""
    return all(one.where(environment) for one in kept(config.api))


def client_for(
    config: Config,
    environment: Environment,
    ask: AskFor,
    cancelled: Callable[[], bool] = lambda: False,
) -> Client:
    """A client with the reader's key; `ask` is called for what the configuration names no place of.

    Raises:
        Problem: no key or no secret.
    """
    key, secret = (one.find(environment) or ask(one.name) for one in kept(config.api))
    return _client(config, key, secret, cancelled)


def _client(config: Config, key: Secret, secret: Secret, cancelled: Callable[[], bool]) -> Client:
    from importlog_tui.sources.schoology.client import Client, Patience
    from importlog_tui.sources.schoology.oauth import Key, Method, Style
    from importlog_tui.sources.trust import trust_of

    api = config.api
    return Client(
        api.address,
        Key(key.reveal(), secret),
        style=Style(Method(api.method), api.realm, literal=api.ampersand == "&"),
        patience=Patience(read=config.access.timeout, per_second=api.per_second),
        cancelled=cancelled,
        verify=trust_of(config.access.ca_file),
    )


def look_up_for(config: Config, environment: Environment, archive: Path) -> LookUp | None:
    """What the screen asks with; None where no key is set, or the reader does not want it."""
    if not config.api.look_up or not is_set(config, environment):
        return None
    variables = {name: value for name, value in environment.variables.items() if name != _MAY_ASK}
    quiet = replace(environment, variables=variables)
    found: list[Secret] = []

    def secrets() -> list[Secret]:
        if not found:  # asked for once: a command may take a second
            found.extend(one.find(quiet) or _nobody(one.name) for one in kept(config.api))
        return found

    def look_up(
        users: Collection[str], sections: Collection[str], now: datetime, cancelled: Callable[[], bool]
    ) -> Looked:
        from importlog_tui.archive import Archive
        from importlog_tui.directory import Topic
        from importlog_tui.fetching.directory import Looked, Lookup, unknown

        with Archive.open(
            archive, group_writable=config.archive.group_writable, aliases=config.columns
        ) as opened:
            if not unknown(opened, Topic.USER, users, now) and not unknown(
                opened, Topic.SECTION, sections, now
            ):
                return Looked()
            key, secret = secrets()
            with _client(config, key, secret, cancelled) as client:
                return Lookup(opened, client).look_up(users, sections, now)

    return look_up


def _nobody(name: str) -> Secret:
    raise UsageProblem(f"{name} is not to be had", remedy="See [api] in the configuration.")
