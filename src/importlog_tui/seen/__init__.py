"""What is seen in the archive without a message of Schoology's: extracts held against each other and against the directory (triage/seen, archive/preflight).

The archive is only read; what is found lies in a scratch one, and is deleted with it. `finder` says which tables are looked at, `rows` whom it is about.
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from importlog_tui.archive import Archive
from importlog_tui.archive.preflight import Source, preflight
from importlog_tui.seen.finder import ORDER, Finder
from importlog_tui.seen.rows import Seen, readings, verdict_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from importlog_tui.archive.preflight import Preflight
    from importlog_tui.fields import Field
    from importlog_tui.model import Kind
    from importlog_tui.roster import Roster
    from importlog_tui.triage.diagnosis import Diagnosis

__all__ = ["Seen", "look", "readings", "verdict_of"]


@contextlib.contextmanager
def look(
    kept: Archive,
    diagnosis: Diagnosis,
    now: datetime,
    *,
    aliases: Mapping[str, Field],
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Seen]:
    """Look at what the archive holds at the aware time `now`; nothing is asked of a database where there is nothing to hold against each other.

    Raises:
        Cancelled: `cancelled` said so.
        ArchiveProblem: the archive can't be read, or there is no room for what is found.
    """
    finder = Finder(kept, diagnosis, now, aliases)
    with contextlib.ExitStack() as stack:
        if finder.has_something:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="importlog-seen-"))
            scratch = stack.enter_context(Archive.scratch(Path(folder) / "seen.sqlite"))

            def opened(
                rosters: Mapping[Kind, Roster], before: Mapping[Kind, Roster], directory: Roster | None
            ) -> Preflight:
                return stack.enter_context(
                    preflight(
                        scratch,
                        {kind: Source(one.id, is_kept=True) for kind, one in rosters.items()},
                        kept=kept,
                        before={kind: Source(one.id, is_kept=True) for kind, one in before.items()},
                        directory=None if directory is None else Source(directory.id, is_kept=True),
                        cancelled=cancelled,
                    )
                )

            finder.find(opened)
        finder.seen.sightings.sort(key=lambda one: (ORDER.index(one.form), one.id))
        yield finder.seen
