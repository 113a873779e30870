"""Make the README's pictures from the running program, so that they stay true: `make pictures`.

The program runs on the made-up district as of a fixed morning, is walked by keys, and draws itself as SVG.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

MORNING = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
ZONE = "America/New_York"
PICTURES = (
    ("screen-120x40.svg", (120, 40), ("j", "enter", "enter")),
    ("screen-80x24.svg", (80, 24), ("j", "enter", "enter", "enter")),
)


def nothing(*_: object) -> NoReturn:
    """Neither opens nor copies: a picture leaves no traces."""
    raise RuntimeError("a picture was asked to open or copy")


async def draw(folder: Path) -> None:
    """Write every picture into `folder`."""
    from importlog_tui import demo
    from importlog_tui.archive import Archive
    from importlog_tui.config import Config
    from importlog_tui.config.settings import District, Screen, Time
    from importlog_tui.ui.app import ImportLog
    from importlog_tui.ui.context import Context, load_log

    with tempfile.TemporaryDirectory() as place:
        made = demo.prepare(Path(place), now=MORNING, zone=ZoneInfo(ZONE), progress=lambda _: None)
        with Archive.open(made, read_only=True) as archive:
            for name, size, keys in PICTURES:
                context = Context.of(
                    Config(
                        district=District(demo.DISTRICT), time=Time(zone=ZONE), screen=Screen(theme="dark")
                    ),
                    archive,
                    opener=nothing,
                    copier=nothing,
                    now=lambda: MORNING,
                    banner="made-up",
                )
                app = ImportLog(context, load_log(archive, context.today()))
                async with app.run_test(size=size) as pilot:
                    for key in (*keys, ""):
                        if key:
                            await pilot.press(key)
                        await app.workers.wait_for_complete()
                        await pilot.pause(0.2)
                    (folder / name).write_text(app.export_screenshot(title="importlog-tui"), encoding="utf-8")


def main() -> None:
    from importlog_tui import ui

    os.environ.update(ui.ENVIRONMENT)
    folder = Path(__file__).parent.parent / "docs"
    folder.mkdir(exist_ok=True)
    asyncio.run(draw(folder))


if __name__ == "__main__":
    main()
