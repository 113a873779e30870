"""Show: the Textual screen. The only room that loads Textual or Rich."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from importlog_tui.ui import picture

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from importlog_tui.config import Config
    from importlog_tui.fields import Field
    from importlog_tui.model import Kind
    from importlog_tui.terminal.environment import Environment

ENVIRONMENT = {
    "TEXTUAL_FPS": "30",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
}
"""Variables that Textual reads when it is imported; set before that, so that few bytes go over the wire (textual-over-ssh.md B.5)."""


def run(
    config: Config,
    archive: Path,
    environment: Environment,
    *,
    banner: str = "",
    keep_position: bool = True,
    tonight: tuple[tuple[Path, ...], Path | None, Kind | None, Mapping[str, Field]] | None = None,
    districts: Mapping[str, str] | None = None,
) -> int | str:
    """Open the screen and stay until the reader leaves.

    Args:
        config: all settings.
        archive: the file; it is made where it is not there.
        environment: what the terminal is.
        banner: said in the top line, such as "made-up".
        tonight: files to check at once, what Schoology holds, what they are, and what headings of theirs mean.
        districts: those that the reader may go to from here, titles by name.
        keep_position: start where this archive was left, and remember where it is left now.

    Returns:
        The exit status: 0, or 128 and the number of the signal that ended it; or the name of the district that the reader goes to.

    Raises:
        ArchiveProblem: the archive can't be read.
        ConfigProblem: the keys don't fit together.
    """
    last = picture.Last(archive, config, environment, banner, is_kept=keep_position and tonight is None)
    with last.shown() as shown:
        _load_asyncio()
        from importlog_tui.ui.start import run as start

        return start(
            config,
            archive,
            environment,
            banner=banner,
            keep_position=keep_position,
            tonight=tonight,
            districts=districts or {},
            picture=shown,
            keep=last.keep,
        )


def _load_asyncio() -> None:
    """Load asyncio without TLS, which it can do without and the event loop here never speaks: OpenSSL alone is 4 MB of memory.

    Whatever else needs `ssl` (httpx in a thread) still gets it.
    """
    if "asyncio" in sys.modules or "ssl" in sys.modules:
        return
    sys.modules["ssl"] = None  # type: ignore[assignment]  # how Python says "not to be had"
    try:
        import asyncio  # noqa: F401
    finally:
        del sys.modules["ssl"]
