"""From a configuration to a running screen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from importlog_tui import locations
from importlog_tui.archive import Archive
from importlog_tui.terminal import clipboard, opener
from importlog_tui.ui.app import ImportLog
from importlog_tui.ui.context import Context, load_log
from importlog_tui.ui.pacing import own_driver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from importlog_tui.config import Config
    from importlog_tui.links import Link
    from importlog_tui.terminal.clipboard import Copied
    from importlog_tui.terminal.environment import Environment


def run(config: Config, archive: Path, environment: Environment, *, banner: str, keep_position: bool) -> int:
    """See `importlog_tui.ui.run`."""
    plan = opener.plan(environment, config.open)

    def copier(text: str, write: Callable[[str], object]) -> Copied:
        return clipboard.copy(text, environment, write)

    if not archive.exists():
        Archive.open(archive, group_writable=config.archive.group_writable).close()
    context = Context.of(
        config,
        Archive.open(archive, read_only=True, aliases=config.columns),
        opener=partial(_open, plan, environment),
        copier=copier,
        suspends=plan.suspend,
        state_file=locations.state_file() if keep_position else None,
        banner=banner,
        is_remote=environment.is_remote(config.open.session),
        no_color=environment.no_color,
    )
    app = ImportLog(context, load_log(context.archive, context.today()), driver_class=own_driver())
    status = app.run(mouse=config.screen.mouse)
    app.finish()
    return status or app.return_code or 0


def _open(plan: opener.Plan, environment: Environment, link: Link) -> opener.Opened:
    return opener.open_address(link, plan, environment)
