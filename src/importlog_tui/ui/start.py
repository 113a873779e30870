"""From a configuration to a running screen."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from importlog_tui import locations
from importlog_tui.archive import Archive
from importlog_tui.ui.app import ImportLog
from importlog_tui.ui.context import Context, TonightFiles, load_log
from importlog_tui.ui.pacing import THIN_LINE, own_driver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from importlog_tui.config import Config
    from importlog_tui.fetching.access import Asker
    from importlog_tui.fetching.api import LookUp
    from importlog_tui.fields import Field
    from importlog_tui.links import Link
    from importlog_tui.model import Kind
    from importlog_tui.sources.status_log.web.visitor import Visitor
    from importlog_tui.terminal.clipboard import Copied
    from importlog_tui.terminal.environment import Environment
    from importlog_tui.terminal.opener import Opened, Plan
    from importlog_tui.ui.picture import Picture, Row


def run(
    config: Config,
    archive: Path,
    environment: Environment,
    *,
    banner: str,
    keep_position: bool,
    districts: Mapping[str, str],
    tonight: tuple[tuple[Path, ...], Path | None, Kind | None, Mapping[str, Field]] | None = None,
    picture: Picture | None = None,
    keep: Callable[[list[Row] | None], None] = lambda _: None,
) -> int | str:
    """See `importlog_tui.ui.run`."""

    # Child processes are a key's matter: the first frame does not wait for what they need.
    @cache
    def plan() -> Plan:
        from importlog_tui.terminal import opener

        return opener.plan(environment, config.open)

    def open_link(link: Link) -> Opened:
        from importlog_tui.terminal import opener

        return opener.open_address(link, plan(), environment)

    def copier(text: str, write: Callable[[str], object]) -> Copied:
        from importlog_tui.terminal import clipboard

        return clipboard.copy(text, environment, write)

    def visitor(ask: Asker) -> Visitor:
        from importlog_tui.fetching.access import visitor_for

        return visitor_for(config, environment, ask)

    @cache
    def look_up() -> LookUp | None:
        from importlog_tui.fetching.api import look_up_for

        return look_up_for(config, environment, archive)

    is_remote = environment.is_remote(config.open.session)
    is_in_multiplexer = environment.in_tmux or environment.in_screen or environment.in_zellij
    if not archive.exists():
        Archive.open(archive, group_writable=config.archive.group_writable).close()
    context = Context.of(
        config,
        Archive.open(archive, read_only=True, aliases=config.columns),
        opener=open_link,
        copier=copier,
        visitor=visitor,
        suspends=lambda: plan().suspend,
        state_file=locations.state_file() if keep_position else None,
        banner=banner,
        look_up=look_up,
        districts=districts,
        is_remote=is_remote,
        line_rate=THIN_LINE if is_remote and is_in_multiplexer else 0,
        no_color=environment.no_color,
        tonight=None if tonight is None else TonightFiles(*tonight),
    )
    data = load_log(context.archive, context.today())
    app = ImportLog(context, data, driver_class=own_driver(), picture=picture)
    status = app.run(mouse=config.screen.mouse)
    app.finish()
    keep(app.last_picture)
    return app.next_district or status or app.return_code or 0
