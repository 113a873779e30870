"""Tables of the SIS and of the directory on their way into the archive: each with its date, parts of one put together, and never another kind than it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importlog_tui.model import Kind, Trouble
from importlog_tui.outcome import Brought, groups_of
from importlog_tui.roster import Witness
from importlog_tui.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from importlog_tui.archive.filing import Filing
    from importlog_tui.model import Origin
    from importlog_tui.outcome import Outcome
    from importlog_tui.roster import RosterReading

_MANY: Final = 20
"""Rows from which a table of users is looked at whether it is one."""
_TOO_OFTEN: Final = 2.0
"""Rows a user, on the average, that a table of users never has; somebody in two buildings has two."""


class FiledRosters:
    """Those of one bringing-in; `poll` is called after so many rows and says whether to stop."""

    def __init__(self, outcome: Outcome, poll: Callable[[Origin, int], bool]) -> None:
        self._outcome, self._poll = outcome, poll

    def file(self, filing: Filing, reading: RosterReading, *, is_told: bool) -> None:
        """File a table of an extract or of the directory; `is_told`: a person said of what kind it is."""
        watched = Watched(reading, self._poll)
        filed = filing.rosters.add(reading, watched.rows(), lambda: not watched.is_part)
        watched.tell(self._outcome)
        is_doubtful = (
            (reading.witness, reading.kind) == (Witness.SIS, Kind.USERS)
            and not is_told
            and filed.is_new
            and filed.rows >= _MANY
        )
        if is_doubtful and (times := filing.rosters.rows_per_user(filed)) >= _TOO_OFTEN:
            filing.rosters.refuse(filed, reading.kind)
            what = f"whether it holds all users can't be told: each stands in {times:.1f} rows of it. Nothing of it was kept"
            self._outcome.troubles.append(
                Trouble(
                    reading.origin,
                    what,
                    "Say what it holds with --kind users or --kind enrollments, or which column is the Unique ID with --column HEADING=unique_id.",
                )
            )
            return
        self._outcome.rosters.append(Brought(reading, filed, reading.is_whole and not watched.is_part))

    def unite_parts(self, filing: Filing) -> None:
        """Tables of one kind, place and hour are one where each holds something else; where they do not, only the newest counts, and that is said."""
        for group in groups_of(self._outcome.rosters):
            if len({brought.filed.id for brought in group}) < 2:
                self._say_of_lone(filing, group[0])
                continue
            last, names = group[-1].reading, [str(brought.reading.origin) for brought in group]
            is_whole = all(brought.complete for brought in group)
            made = filing.rosters.unite([(one.reading, one.filed) for one in group]) if is_whole else None
            if made is None:
                what = f"{names[-2]} holds {last.kind.value} of the same hour, too; the newer of the two counts as all there are"
                remedy = "If each is a part, join them into one file, with the headings once."
            else:
                at = self._outcome.rosters.index(group[0])
                self._outcome.rosters[at] = Brought(*made, complete=True)
                for brought in group[1:]:
                    self._outcome.rosters.remove(brought)
                what = f"{' and '.join(names)} hold different {last.kind.value} of one hour: they are kept as one table"
                remedy = ""
            self._outcome.troubles.append(Trouble(last.origin, what, remedy, is_part=False))

    def _say_of_lone(self, filing: Filing, brought: Brought) -> None:
        """A file that came with others the last time is a part again, and never all there is."""
        others = filing.rosters.mark_lone(brought.filed, brought.reading.origin.name)
        if others:
            what = f"it came with {' and '.join(others)} the last time, and without now: it counts as a part"
            self._outcome.troubles.append(
                Trouble(brought.reading.origin, what, "Bring all of them in together.", is_part=False)
            )
