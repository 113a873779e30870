"""The nouns of what Schoology says when it is asked: of one user, one section, one building, as of a moment.

A whole directory is a `Roster` (roster.py). An `Answer` is about one thing, kept with its age, and "there is none" is an answer as well.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Topic(StrEnum):
    """What was asked for, and what it is called by."""

    USER = "user"  # by User Unique ID
    INACTIVE = "inactive"  # by User Unique ID; "" stands for the whole list, which was read then
    SECTION = "section"  # by Section School Code, exactly as written (schoology.md 3.3)
    ROLE = "role"  # by Schoology's number
    BUILDING = "building"  # by Schoology's number
    GRADING_PERIOD = "grading_period"  # by Schoology's number


ACTIVE: Final = "Active"
INACTIVE: Final = "Inactive"

NUMBER, UNIQUE_ID, STATUS = "Schoology User ID", "Unique User ID", "Status"
SINCE, BY = "Inactive Since", "Made Inactive By"
"""Headings of what is told of a user: `STATUS` is `ACTIVE` or `INACTIVE`, `SINCE` a time as ISO 8601 writes it, `BY` a person."""


class Answer(NamedTuple):
    """What Schoology said of one thing.

    Attributes:
        key: what the thing was asked for by, exactly.
        asked_at: aware.
        values: heading -> text; None where Schoology has no such thing.
    """

    topic: Topic
    key: str
    asked_at: datetime
    values: Mapping[str, str] | None


class Account(NamedTuple):
    """What is known of a user's account in Schoology, from the newest of an answer and a directory.

    Attributes:
        unique_id: whose it is.
        as_of: when Schoology said so; aware.
        exists: False where Schoology has no such account, neither in use nor inactive.
        number: Schoology's own number, "" where there is none.
        is_active: None where that was not told.
        values: heading -> text; outside text.
    """

    unique_id: str
    as_of: datetime
    exists: bool
    number: str
    is_active: bool | None
    values: Mapping[str, str]

    @property
    def since(self) -> str:
        """When it was made inactive, ISO 8601, "" where that is not told."""
        return self.values.get(SINCE, "")

    @property
    def by(self) -> str:
        """Who made it inactive; outside text."""
        return self.values.get(BY, "")
