"""What `demo --serve` tells its reader: a configuration that leads to the running server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.demo.roster import DISTRICT
from importlog_tui.demo.server.gate import KEY, SECRET

if TYPE_CHECKING:
    from pathlib import Path

    from importlog_tui.demo.server.running import Running

ARCHIVE = "made-up.sqlite"


def configuration(served: Running, folder: Path, zone: str) -> str:
    """TOML, with its explanation in comments; the archive that it names lies in `folder`."""
    import tomli_w

    settings = {
        "district": {"name": DISTRICT},
        "schoology": {"address": served.address, "status_log": served.log_address()},
        "access": {"cookie_command": ["echo", served.cookie]},
        "api": {
            "address": f"{served.address}/v1",
            "key_command": ["echo", KEY],
            "secret_command": ["echo", SECRET],
        },
        "time": {"zone": zone},
        "archive": {"file": str(folder / ARCHIVE)},
    }
    return (
        "# A made-up Schoology with the made-up district in it: nothing of it is real, and it ends with the command that printed this.\n"
        "# To fetch its log and its directory, keep these lines in a file (importlog-tui demo --serve > made-up.toml), and in another terminal:\n"
        "#   importlog-tui --config made-up.toml fetch\n"
        "#   importlog-tui --config made-up.toml fetch --directory\n"
        "#   importlog-tui --config made-up.toml\n\n"
        f"{tomli_w.dumps(settings)}"
    )
