"""Where the program's files live, by the platform's own custom, unless the caller says otherwise.

Overrides come from the command line or the environment, which `cli/` reads; an empty one counts as not given.
"""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_config_path, user_data_path, user_state_path

from importlog_tui.errors import UsageProblem

_PROGRAM = "importlog-tui"


def expanded(path: str | Path) -> Path:
    """`path` with a leading ~ resolved, which a shell leaves alone in `--archive=~/x` and in variables.

    Raises:
        UsageProblem: there is no such user, or no home folder.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as fault:
        raise UsageProblem(
            "the home folder that ~ stands for is not known", where=str(path), remedy="Write the whole path."
        ) from fault


def config_file(override: str | Path | None = None) -> Path:
    """The configuration: `override` (--config, IMPORTLOG_CONFIG), else `config.toml` in the user's configuration folder."""
    if override:
        return expanded(override)
    return user_config_path(_PROGRAM, appauthor=False) / "config.toml"


def archive_file(override: str | Path | None = None, configured: str = "") -> Path:
    """The archive: `override` (--archive, IMPORTLOG_ARCHIVE), else `configured` ([archive] file), else one in the user's data folder."""
    if override or configured:
        return expanded(override or configured)
    return user_data_path(_PROGRAM, appauthor=False) / "archive.sqlite"


def state_file() -> Path:
    """Where the screen's position is kept between two sessions of this user."""
    return user_state_path(_PROGRAM, appauthor=False) / "position.json"
