"""Several districts in one configuration, as a regional centre has them: what each has of its own, and what it takes over from the rest.

Whatever leads to a place or lets somebody in is a district's own and never taken over: one district's session must not reach another's host, nor
its records another's archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from importlog_tui import locations
from importlog_tui.config.settings import Config, Setting, sections
from importlog_tui.errors import UsageProblem
from importlog_tui.text import one_line

DISTRICT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_THE_READERS = frozenset({"district", "open", "screen", "keys"})
"""Sections that are about the person and the terminal, whatever the district."""


def of_a_district() -> Iterator[tuple[str, tuple[Setting, ...]]]:
    """The sections that may stand below [district.NAME]."""
    return ((name, inner) for name, inner in sections() if name not in _THE_READERS)


def _short() -> dict[str, Setting]:
    known = {(setting.section, setting.key): setting for _, inner in sections() for setting in inner}
    names = {
        "name": ("district", "name"),
        "sis_name": ("district", "sis"),
        "address": ("schoology", "address"),
        "status_log": ("schoology", "status_log"),
        "zone": ("time", "zone"),
        "archive": ("archive", "file"),
    }
    return {short: known[place] for short, place in names.items()}


SHORT: Mapping[str, Setting] = _short()
"""What stands in [district.NAME] itself, under a name of its own."""


def district_of(common: Config, name: str, given: Mapping[str, Mapping[str, Any]]) -> Config:
    """The settings of one district: what holds for all, without what is another's own, and `given`."""
    parts: dict[str, Any] = {}
    for entry in fields(Config):
        section = getattr(common, entry.name)
        if is_dataclass(entry.default) and not isinstance(section, type):
            own = {
                one.name: _default(one.name, one.default, name)
                for one in fields(section)
                if one.metadata["own"]
            }
            parts[entry.name] = replace(section, **{**own, **given.get(entry.name, {})})
    parts["columns"] = {**common.columns, **given.get("columns", {})}
    if not parts["district"].name:
        parts["district"] = replace(parts["district"], name=name)
    if not parts["archive"].file:
        parts["archive"] = replace(
            parts["archive"], file=str(locations.archive_file().with_name(f"{name}.sqlite"))
        )
    return replace(common, **parts, chosen=name)


def _default(key: str, default: Any, name: str) -> Any:
    """A district's own default: the variable that holds its session carries its name."""
    return f"{default}_{name.upper().replace('-', '_')}" if key.endswith("_variable") else default


def choose(config: Config, wanted: str) -> Config:
    """The settings of the district that is `wanted`; "" is the only one.

    Raises:
        UsageProblem: there is no such district, or there are several and none was named.
    """
    names = list(config.districts)
    if not names:
        if wanted:
            raise UsageProblem(
                f"there is no district {one_line(wanted)}: the configuration tells of one alone",
                remedy="Leave --district out, or write [district.NAME] into the configuration.",
            )
        return config
    if wanted in config.districts:
        return config.districts[wanted]
    if not wanted and len(names) == 1:
        return config.districts[names[0]]
    from importlog_tui.config.reading import nearest

    close = nearest(wanted, names) if wanted else None
    meant = f'Did you mean "{close}"? ' if close else ""
    what = (
        f"there is no district {one_line(wanted)}"
        if wanted
        else "the configuration tells of several districts"
    )
    raise UsageProblem(what, remedy=f"{meant}--district takes one of: {', '.join(names)}.")
