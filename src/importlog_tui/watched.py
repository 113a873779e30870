"""Rows on their way from a source into the archive, watched: where the source breaks or somebody wants to stop, they end as a part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importlog_tui.cells import BlockRows, blocks_of
from importlog_tui.errors import SourceProblem
from importlog_tui.model import Origin, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from importlog_tui.cells import Block
    from importlog_tui.model import RecordsReading
    from importlog_tui.outcome import Outcome
    from importlog_tui.roster import RosterReading

_POLL: Final = 1_000
"""Rows between two looks at whether somebody wants to stop."""


class Watched:
    """The rows of a reading; ends early where its source breaks or somebody wants to stop."""

    def __init__(self, reading: RecordsReading | RosterReading, poll: Callable[[Origin, int], bool]) -> None:
        self.reading = reading
        self.problem: SourceProblem | None = None
        self.is_part = False
        self._poll = poll

    def rows(self) -> BlockRows:
        """They, to be read once."""
        return BlockRows(self._blocks())

    def _blocks(self) -> Generator[Block, None, None]:
        since = 0
        try:
            for block in blocks_of(self.reading.rows):
                yield block
                since += len(block.texts)
                if since >= _POLL:
                    if self._poll(self.reading.origin, since):
                        self.is_part = True
                        return
                    since = 0
            if since:
                self.is_part = self._poll(self.reading.origin, since)
        except SourceProblem as problem:
            self.problem, self.is_part = problem, True

    def tell(self, outcome: Outcome) -> None:
        """Say, when they were read, where their source broke."""
        if self.problem is not None:
            outcome.troubles.append(trouble_of(self.problem, self.reading.origin))


def trouble_of(problem: SourceProblem, origin: Origin) -> Trouble:
    """What `problem` is for the reader: of `origin`, where it does not say of what itself."""
    place = Origin(problem.where, origin.format) if problem.where else origin
    return Trouble(place, problem.what, problem.remedy)
