"""A configuration file read and checked: what is wrong is said with file, line, key, what is allowed, and the nearest name."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING, Any, NoReturn

from importlog_tui import locations
from importlog_tui.config.districts import DISTRICT_NAME, district_of, of_a_district, short
from importlog_tui.config.settings import Config, Setting, sections, settings
from importlog_tui.errors import ConfigProblem, KeyProblem
from importlog_tui.text import fit, safe, to_json, width

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

MOST_BYTES = 1024 * 1024
"""A file beyond this is none of ours: every setting with its comment takes a few thousand."""


def load(
    path: Path | None = None,
    *,
    actions: Collection[str] | None = None,
    keys: Callable[[Mapping[str, Any]], object] | None = None,
) -> Config:
    """The settings of `path`; without one, of the user's own file, or the defaults where there is none.

    Args:
        path: a file that must exist.
        actions: the names that `[keys]` may hold; None leaves them unchecked.
        keys: refuses with a KeyProblem what `[keys]` says; None leaves it unchecked.

    Raises:
        ConfigProblem: the file can't be read, is no TOML, or holds an unknown or wrong setting.
    """
    file = locations.config_file(path)
    text = text_of(file, must_exist=path is not None)
    if text is None:
        return Config()
    return _Checked(file, text, actions, keys).config()


def nearest(word: str, known: Collection[str]) -> str | None:
    """The one of `known` that `word` was most likely meant to be."""
    import difflib  # only a faulty file needs it

    folded = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def text_of(file: Path, *, must_exist: bool) -> str | None:
    """The text of a configuration file; None where there is none and none must be.

    Raises:
        ConfigProblem: it can't be read, is too big, or no UTF-8.
    """
    where = str(file)
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise ConfigProblem(
                "this is no file", where=where, remedy="Name a TOML file, or leave --config out."
            )
        if found.st_size > MOST_BYTES:
            raise ConfigProblem(
                "this is too big for a configuration", where=where, remedy="Name a TOML file."
            )
        data = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as fault:  # HOME may be /dev/null
        if must_exist:
            raise ConfigProblem(
                "there is no such file", where=where, remedy="Make one with: importlog-tui config init"
            ) from fault
        return None
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise ConfigProblem(
            f"it can't be read ({reason})", where=where, remedy="Check the path and its permissions."
        ) from fault
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        column = fault.start - (data.rfind(b"\n", 0, fault.start) + 1) + 1
        raise ConfigProblem(
            "this is not UTF-8", where=f"{where}, line {line}, column {column}", remedy="Save it as UTF-8."
        ) from fault


_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def parsed(text: str, where: str) -> dict[str, Any]:
    """`text` as TOML.

    Raises:
        ConfigProblem: it is none; `where` is its file.
    """
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError as fault:
        raise ConfigProblem("its lists are nested too deeply", where=where, remedy="Flatten them.") from fault
    except ValueError as fault:  # tomllib's own error is one; so is a number with thousands of digits
        said = str(fault)
        place = _PLACE.search(said)
        if place is None:
            raise ConfigProblem(f"this is not TOML ({safe(said)})", where=where) from fault
        lines = text.splitlines() or [""]
        line, column = place.groups() if place[1] else (len(lines), len(lines[-1]) + 1)
        raise ConfigProblem(
            f"this is not TOML ({safe(said[: place.start()])})",
            where=f"{where}, line {line}, column {column}",
            remedy='Text stands in quotes: key = "text".',
        ) from fault


class _Checked:
    """One file under way from TOML to Config."""

    def __init__(
        self,
        file: Path,
        text: str,
        actions: Collection[str] | None,
        keys: Callable[[Mapping[str, Any]], object] | None,
    ) -> None:
        self._file, self._text, self._actions, self._keys = file, text, actions, keys
        self._given: set[str] = set()

    def config(self) -> Config:
        data = parsed(self._text, str(self._file))
        tables = self._tables_of_districts(data)
        known = sections()
        for name, value in data.items():
            if name not in known:
                self._refuse_section(name, value, known)
            if not isinstance(value, dict):
                self._refuse(
                    "", name, "this is a section, not a setting", f"Write [{name}] on a line of its own."
                )
        config = Config(file=self._file)
        changed = {name: self._section(getattr(config, name), known[name], data[name]) for name in data}
        config = config._replace(**changed, given=frozenset(self._given))
        if self._keys is not None:
            try:
                self._keys(config.keys)
            except KeyProblem as fault:
                self._refuse("keys", fault.action, fault.what, fault.remedy)
        return self._with_districts(config, tables) if tables else config

    # --- Several districts ---

    def _tables_of_districts(self, data: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """The tables below [district], taken out of `data`."""
        own = data.get("district")
        if not isinstance(own, dict):
            return {}
        known = {setting.key for setting in sections()["district"]}
        tables = {key: value for key, value in own.items() if isinstance(value, dict) and key not in known}
        data["district"] = {key: value for key, value in own.items() if key not in tables}
        return tables

    def _with_districts(self, common: Config, tables: Mapping[str, dict[str, Any]]) -> Config:
        for setting in settings():
            if setting.own and f"{setting.section}.{setting.key}" in self._given:
                self._refuse(
                    setting.section,
                    setting.key,
                    "this is of one district alone, and the file tells of several",
                    f"Write it under [district.{next(iter(tables))}].",
                )
        districts = {name: self._district(common, name, table) for name, table in tables.items()}
        whole = common._replace(given=frozenset(self._given))
        return whole._replace(
            districts={name: one._replace(given=whole.given) for name, one in districts.items()}
        )

    def _district(self, common: Config, name: str, table: Mapping[str, Any]) -> Config:
        place = f"district.{name}"
        if not DISTRICT_NAME.fullmatch(name):
            self._refuse(
                place, "", "this can't be a district's name", "Letters, digits, - and _ can be in it."
            )
        inner = {section: _moved(settings, f"{place}.{section}") for section, settings in of_a_district()}
        named = short()
        here = {key: setting._replace(section=place) for key, setting in named.items()}
        given: dict[str, dict[str, Any]] = {}
        for key, value in table.items():
            if key in inner and isinstance(value, dict):
                for one, read in self._section(None, inner[key], value).items():
                    given.setdefault(key, {})[one] = read
            elif key in here:
                given.setdefault(named[key].section, {})[named[key].key] = self._value(here[key], key, value)
            elif key in inner:
                self._refuse(
                    place,
                    key,
                    "this is a section, not a setting",
                    f"Write [{place}.{key}] on a line of its own.",
                )
            else:
                self._refuse_key(place, key, [*here, *inner])
        return district_of(common, name, given)

    def _section(self, default: Any, inner: tuple[Setting, ...], data: Mapping[str, Any]) -> Any:
        if not inner[0].key:
            own = _undotted(data)
            return {self._own_key(inner[0], key): self._value(inner[0], key, own[key]) for key in own}
        known = {setting.key: setting for setting in inner}
        for key in data:
            if key not in known:
                self._refuse_key(inner[0].section, key, known)
        read = {key: self._value(known[key], key, data[key]) for key in data}
        return read if default is None else default._replace(**read)

    def _own_key(self, setting: Setting, key: str) -> str:
        if not key.isprintable():
            self._refuse(
                setting.section, key, "this name holds a character that can't be shown", "Remove it."
            )
        if setting.section == "keys" and self._actions is not None and key not in self._actions:
            self._refuse_key(setting.section, key, self._actions, "there is no such action")
        return key

    def _value(self, setting: Setting, key: str, value: object) -> Any:
        try:
            read = setting.value.read(value)
        except ValueError as fault:
            reason = str(fault) if fault.args and " is not a valid " not in str(fault) else ""
            close = nearest(value, setting.value.near()) if isinstance(value, str) else None
            remedy = f"Allowed: {setting.value.allowed}."
            if close is not None:
                remedy += f' Did you mean "{close}"?'
            what = f"{_shown(value)} is not allowed"
            self._refuse(setting.section, key, f"{what}, {safe(reason)}" if reason else what, remedy)
        self._given.add(f"{setting.section}.{key}")
        return read

    def _refuse_section(self, name: str, value: object, known: Collection[str]) -> NoReturn:
        listed = f"Sections are: {', '.join(f'[{one}]' for one in known)}."
        close = nearest(name, known)
        if isinstance(value, (dict, list)):
            meant = f"Did you mean [{close}]? " if close else ""
            self._refuse(name, "", "there is no such section", meant + listed)
        at_home = [section for section, inner in sections().items() if any(one.key == name for one in inner)]
        meant = f"It belongs under [{at_home[0]}]. " if at_home else ""
        self._refuse("", name, "this stands outside of every section", meant + listed)

    def _refuse_key(
        self, section: str, key: str, known: Collection[str], what: str = "there is no such setting"
    ) -> NoReturn:
        close = nearest(key, known)
        homes = [one for one, inner in sections().items() if any(setting.key == key for setting in inner)]
        meant = f'Did you mean "{close}"? ' if close else f"It belongs under [{homes[0]}]. " if homes else ""
        self._refuse(section, key, what, f"{meant}[{section}] has: {', '.join(known)}.")

    def _refuse(self, section: str, key: str, what: str, remedy: str) -> NoReturn:
        name = " ".join(safe(part) for part in (f"[{section}]" if section else "", key) if part)
        line = _line_of(self._text, section, key)
        where = f"{self._file}, line {line}, {name}" if line else f"{self._file}, {name}"
        raise ConfigProblem(what, where=where, remedy=remedy)


def _undotted(data: Mapping[str, Any]) -> dict[str, Any]:
    """`open.user = "o"` written without quotes is a table in a table for TOML; here it is the name that it looks like."""
    found: dict[str, Any] = {}
    left = list(data.items())
    while left:
        name, value = left.pop(0)
        if isinstance(value, dict) and value:
            left = [(f"{name}.{inner}", one) for inner, one in value.items()] + left
        else:
            found[name] = value
    return found


def _moved(settings: tuple[Setting, ...], section: str) -> tuple[Setting, ...]:
    """The same settings at another place of the file."""
    return tuple(setting._replace(section=section) for setting in settings)


_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")


def _line_of(text: str, section: str, key: str) -> int | None:
    """The line on which a section or its key is written in the plain way; None for the ways that only a parser understands."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            current = header[1].strip("\"'")
            if current == section and not key:
                return number
        elif key and current == section and line.split("=")[0].strip().strip("\"'") == key and "=" in line:
            return number
    return None


def _shown(value: object) -> str:
    """An unfit value for an error text: harmless, short, as TOML writes it."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, (str, bool, int, float, list)):
        try:
            text = safe(to_json(value))
        except (TypeError, ValueError):
            return "this list"
        return fit(text, 60).rstrip() if width(text) > 60 else text
    return "a date"
