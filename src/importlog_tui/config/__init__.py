"""Settings: what there is to set, read from TOML and checked, shown, and written as an example.

A new setting is one line in `settings.py`; the loader, the example file, `config show` and the error texts all come from there.
"""

from importlog_tui.config.districts import choose
from importlog_tui.config.reading import load
from importlog_tui.config.rule_files import rule_texts
from importlog_tui.config.settings import (
    Access,
    Api,
    ArchiveSettings,
    Config,
    District,
    Open,
    Schoology,
    Screen,
    Setting,
    Time,
    Triage,
    settings,
)
from importlog_tui.config.writing import example_text, init, path_text, show_text

__all__ = [
    "Access",
    "Api",
    "ArchiveSettings",
    "Config",
    "District",
    "Open",
    "Schoology",
    "Screen",
    "Setting",
    "Time",
    "Triage",
    "choose",
    "example_text",
    "init",
    "load",
    "path_text",
    "rule_texts",
    "settings",
    "show_text",
]
