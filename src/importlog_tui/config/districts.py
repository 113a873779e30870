"""Several districts in one configuration, as a regional centre has them: what each has of its own, and what it takes over from the rest.

Whatever leads to a place or lets somebody in is a district's own and never taken over: one district's session must not reach another's host, nor
its records another's archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from importlog_tui import locations
from importlog_tui.config.settings import Config, Setting, sections, settings
from importlog_tui.errors import UsageProblem
from importlog_tui.text import one_line

DISTRICT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_THE_READERS = frozenset({"district", "open", "screen", "keys"})
"""Sections that are about the person and the terminal, whatever the district."""


def of_a_district() -> Iterator[tuple[str, tuple[Setting, ...]]]:
    """The sections that may stand below [district.NAME]."""
    return ((name, inner) for name, inner in sections().items() if name not in _THE_READERS)


@cache
def short() -> Mapping[str, Setting]:
    """What stands in [district.NAME] itself, under a name of its own."""
    known = {(setting.section, setting.key): setting for setting in settings()}
    names = {
        "name": ("district", "name"),
        "sis_name": ("district", "sis"),
        "address": ("schoology", "address"),
        "status_log": ("schoology", "status_log"),
        "zone": ("time", "zone"),
        "archive": ("archive", "file"),
    }
    return {name: known[place] for name, place in names.items()}


def district_of(common: Config, name: str, given: Mapping[str, Mapping[str, Any]]) -> Config:
    """The settings of one district: what holds for all, without what is another's own, and `given`."""
    parts: dict[str, Any] = {}
    for section, inner in sections().items():
        if inner[0].key:
            own = {one.key: _default(one.key, one.default, name) for one in inner if one.own}
            parts[section] = getattr(common, section)._replace(**{**own, **given.get(section, {})})
    parts["columns"] = {**common.columns, **given.get("columns", {})}
    if not parts["district"].name:
        parts["district"] = parts["district"]._replace(name=name)
    if not parts["archive"].file:
        parts["archive"] = parts["archive"]._replace(
            file=str(locations.archive_file().with_name(f"{name}.sqlite"))
        )
    return common._replace(**parts, chosen=name)


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
