"""The commands, a module each. Only the one that is asked for is loaded, and it imports what it needs when it runs: a list waits for nothing else.

Only this room reads the environment and decides about signals, standard streams and exit statuses:
0 done, 1 as each command says, 2 usage, configuration or input error.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from importlog_tui.cli.line import parsed
from importlog_tui.cli.shared import DONE, REFUSED
from importlog_tui.errors import Problem
from importlog_tui.streams import calm_streams, complain, give_up
from importlog_tui.text import safe

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    calm_streams()
    try:
        options = parsed(argv)
        status = int(options.run(options))
        sys.stdout.flush()
        return status
    except Problem as problem:
        complain(f"importlog-tui: {safe(str(problem))}")
        return REFUSED
    except BrokenPipeError:
        give_up(sys.stdout)
        return DONE
    except OSError as error:
        give_up(sys.stdout)
        what = "standard output" if error.filename is None else str(error.filename)
        complain(
            f"importlog-tui: {safe(what)}: {error.strerror or safe(str(error))}. Look at the room there and at the permissions."
        )
        return REFUSED
    except KeyboardInterrupt:
        complain(
            "importlog-tui: stopped at once. The archive is whole; the command `runs` tells what it holds."
        )
        return 130
