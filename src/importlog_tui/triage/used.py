"""Whether a role or school that fails is used by others: by whom the SIS sends with it, as far as Schoology took these users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.fields import Field
from importlog_tui.model import Kind
from importlog_tui.roster import Witness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importlog_tui.archive import Archive


class Used:
    """The values of one import's other rows; each field is counted once."""

    def __init__(self, archive: Archive, failing: frozenset[str], *, is_whole: bool) -> None:
        """`failing` are the Unique IDs that the log names in this import; `is_whole` where these are all."""
        self._archive, self._failing, self._is_whole = archive, failing, is_whole
        self._counts: dict[Field, tuple[Mapping[str, int] | None, Mapping[str, int] | None]] = {}

    def __call__(self, field: Field, value: str) -> bool | None:
        """Whether a user who did not fail has this value, exactly as written; None where that can't be told."""
        if field not in {Field.ROLE, Field.SCHOOL}:
            return None
        if field not in self._counts:
            self._counts[field] = self._count(field)
        sent, held = self._counts[field]
        if held is not None and value in held:
            return True
        if sent is None:
            return None  # what Schoology calls it need not be what the SIS sends
        if sent.get(value, 0) == 0:
            return False
        # The SIS sends it for others, too: whether Schoology took these can be told by the log alone where all its rows were read.
        return True if self._is_whole else None

    def _count(self, field: Field) -> tuple[Mapping[str, int] | None, Mapping[str, int] | None]:
        """What the SIS sends for others, None without its table; what Schoology holds of them, None without the directory."""
        users = self._archive.roster(Witness.SIS, Kind.USERS)
        directory = self._archive.roster(Witness.DIRECTORY, Kind.USERS)
        if users is not None and field in users.fields.values():
            held_in = None if directory is None else directory.id
            counts = self._archive.values_used(users.id, field, held_in=held_in, without=self._failing)
            return counts, counts if held_in is not None else None
        if directory is not None and field in directory.fields.values():
            return None, self._archive.values_used(directory.id, field, without=self._failing)
        return None, None
