"""The configuration told: the example file, what is in force, and the first file of one's own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from importlog_tui import locations
from importlog_tui.config.districts import short
from importlog_tui.config.reading import load
from importlog_tui.config.settings import Config, sections
from importlog_tui.errors import ConfigProblem
from importlog_tui.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_HEAD = """\
# Settings of importlog-tui. Every setting stands here with its default; take the # away from a line to change it.
# This file belongs at the place that `importlog-tui config path` prints; `importlog-tui config show` tells what is in force.
"""


_DISTRICTS = """\
# Several districts in one file: each has a table of its own, with what is its own; everything above holds for all of them. Addresses, archive and
# session are never taken over from one to another. --district NAME chooses, D switches on the screen, `fetch --all` and `brief --all` take all.
#   [district.north]
#   name = "North Central School District"
#   address = "https://north.schoology.com"
#   status_log = "https://north.schoology.com/the/address/that/your/browser/shows"
#   zone = "America/New_York"
#   archive = "~/importlog/north.sqlite"
#   access.cookie_command = ["pass", "show", "schoology/north"]
"""


def _toml(key: str, value: Any) -> str:
    """`key = value` as TOML, without the line's end."""
    import tomli_w

    plain = list(value) if isinstance(value, tuple) else value
    return tomli_w.dumps({key: plain}).rstrip("\n")


def _comment(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, 100, initial_indent="# ", subsequent_indent="# ", break_long_words=False)


def example_text() -> str:
    """Every setting, commented out: the repository's `config.example.toml`, and what `config init` writes."""
    lines = [_HEAD]
    for name, inner in sections().items():
        lines.append(f"[{name}]")
        for setting in inner:
            lines += [f"# {setting.says}", *_comment(f"Allowed: {setting.value.allowed}.")]
            entries: Mapping[str, Any] = {setting.key: setting.default} if setting.key else setting.example
            lines.extend(f"#{_toml(key, value)}" for key, value in entries.items())
        lines.append("")
    return "\n".join([*lines, _DISTRICTS])


def path_text(path: Path | None = None) -> str:
    """Where the configuration is, or would be."""
    return safe(str(locations.config_file(path)))


def show_text(path: Path | None = None) -> str:
    """What is in force, as TOML, each line saying whether it is a default or from the file.

    Raises:
        ConfigProblem: see `load`.
    """
    config = load(path)
    place = path_text(path)
    head = f"# {place}" if config.file else f"# {place} does not exist: these are the defaults"
    districts = (line for name, one in config.districts.items() for line in _of_district(name, one))
    return "\n".join([head, *_in_force(config), *districts])


def _in_force(config: Config) -> Iterator[str]:
    for name, inner in sections().items():
        yield f"\n[{name}]"
        section = getattr(config, name)
        if not inner[0].key:
            yield from (f"{_toml(key, value)}  # file" for key, value in section.items())
            continue
        for setting in inner:
            source = "file" if f"{name}.{setting.key}" in config.given else "default"
            yield f"{_toml(setting.key, getattr(section, setting.key))}  # {source}"


def _of_district(name: str, config: Config) -> Iterator[str]:
    """What is a district's own, and what its tables set."""
    yield f"\n[district.{name}]"
    names = {(setting.section, setting.key): key for key, setting in short().items()}
    for section, inner in sections().items():
        for setting in inner:
            if not setting.key:
                continue
            key = names.get((section, setting.key), "")
            if key == section and any(one.startswith(f"district.{name}.{key}.") for one in config.given):
                key = ""  # the section's own name is a table then
            places = {
                f"district.{name}.{section}.{setting.key}",
                *([f"district.{name}.{key}"] if key else []),
            }
            is_given = bool(places & config.given)
            if setting.own or is_given:
                value = _toml(setting.key, getattr(getattr(config, section), setting.key))
                named = value.replace(setting.key, key, 1) if key else f"{section}.{value}"
                yield f"{named}  # {'file' if is_given else 'default'}"


def init(path: Path | None = None) -> str:
    """Write the example to where the configuration belongs, for its owner alone; returns what was done.

    Raises:
        ConfigProblem: something is there already (it is left as it is), or it can't be written.
    """
    file = locations.config_file(path)
    try:
        for folder in reversed(file.parents):
            if not folder.exists():
                folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as fault:
        raise ConfigProblem(
            "this is there already and was left as it is",
            where=str(file),
            remedy="See: importlog-tui config show",
        ) from fault
    except OSError as fault:
        raise _unwritable(file, fault) from fault
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            out.write(example_text())
    except OSError as fault:
        file.unlink(missing_ok=True)
        raise _unwritable(file, fault) from fault
    return f"{safe(str(file))} was written, every setting in it still commented out."


def _unwritable(file: Path, fault: OSError) -> ConfigProblem:
    reason = fault.strerror or str(fault)
    return ConfigProblem(
        f"it can't be written ({reason})", where=str(file), remedy="Name another place with --config."
    )
