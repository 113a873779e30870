"""What is asked before records are diagnosed, for many at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from importlog_tui.fields import Field
    from importlog_tui.model import Kind
    from importlog_tui.roster import Entry
    from importlog_tui.triage.persons import Likeness
    from importlog_tui.triage.witnesses import SectionsFound, UsersFound


@dataclass(slots=True)
class About:
    """What all records of an error share.

    Attributes:
        fields: heading -> meaning.
        facts, told, words: those that hold for each of them.
        since: whether the SIS's table is newer than the run.
    """

    kind: Kind
    message: str
    category: str
    fields: Mapping[str, Field]
    facts: dict[str, bool] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    since: bool = False


@dataclass(slots=True)
class Asked:
    """What the witnesses answered about some records; None where a witness is not there.

    Attributes:
        users_whole, sections_whole, accounts_whole: who is not among them is not there.
        failed_users: the unique IDs whose rows failed in the Users import of the night; None where no such import was read whole.
        failed_sections: course and section codes likewise, ("course", Course Code) or ("section", Section School Code).
        failed_whole: all rows that failed there were read.
        used: the values of roles and schools that Schoology's users have; None where that is not known.
    """

    users: UsersFound | None = None
    users_whole: bool = False
    accounts: UsersFound | None = None
    accounts_whole: bool = False
    sections: SectionsFound | None = None
    sections_whole: bool = False
    held_sections: SectionsFound | None = None
    enrollments: Mapping[str, list[Entry]] | None = None
    failed_users: frozenset[str] | None = None
    failed_sections: frozenset[tuple[str, str]] | None = None
    failed_whole: bool = False
    used: Callable[[Field, str], bool | None] = lambda _field, _value: None


@dataclass(slots=True)
class Holder:
    """Somebody else who has what a record wants.

    Attributes:
        entry: the account in Schoology, or the other record of the SIS.
        likeness: to the record: the same person?
        in_schoology: False for another record of the SIS.
    """

    entry: Entry
    likeness: Likeness
    in_schoology: bool
