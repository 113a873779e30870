"""What is wrong with a record, who corrects it and where, and how sure that is."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from importlog_tui.fields import Field

UNCLASSIFIED: Final = "unclassified"

CATEGORIES: Final = (
    "missing-required",
    "duplicate-email",
    "duplicate-username",
    "duplicate-unique-id",
    "duplicate-row",
    "invalid-format",
    "role-unmapped",
    "school-unmapped",
    "user-not-found",
    "section-not-found",
    "grading-period",
    "inactive-user",
    "file-transfer",
    "header-changed",
)
"""Kinds of messages (schoology.md 2.3): ours, not Schoology's; a message that fits none is `UNCLASSIFIED`."""


class Owner(StrEnum):
    """Where it is put right."""

    SIS = "sis"
    IMPORT_SETTINGS = (
        "import_settings"  # the file, its transfer, its columns: Auto-Import's page and the export
    )
    SCHOOLOGY_SETTINGS = "schoology_settings"  # roles, schools, grading periods
    SCHOOLOGY_USER = "schoology_user"  # the user's page
    NOBODY = "nobody"  # it heals by itself, or follows from something else that is to be corrected
    UNKNOWN = "unknown"

    @property
    def where(self) -> str:
        """A few words for a heading."""
        return _WHERE[self]


_WHERE: Final = {
    Owner.SIS: "fix in the SIS",
    Owner.IMPORT_SETTINGS: "fix the import's settings",
    Owner.SCHOOLOGY_SETTINGS: "fix in Schoology's settings",
    Owner.SCHOOLOGY_USER: "fix on the user's page",
    Owner.NOBODY: "nothing to fix here",
    Owner.UNKNOWN: "cause not known",
}


class Certainty(StrEnum):
    """How sure a verdict is."""

    PROVEN = "proven"  # a second witness shows it
    LIKELY = "likely"  # what is known allows hardly anything else
    POSSIBLE = "possible"  # the message alone, or a hint


class Verdict(NamedTuple):
    """What is wrong with one record. Texts may hold outside text: they are made safe where they are shown.

    Attributes:
        category: one of `CATEGORIES`, or `UNCLASSIFIED`.
        cause: a sentence.
        field: what is to be changed; None where it is not one field.
        remedy: one or two sentences that a registrar understands.
        evidence: what it rests on, a sentence each.
        rule: the id of the rule that spoke, "" where none knows.
    """

    category: str
    cause: str
    owner: Owner
    field: Field | None
    remedy: str
    certainty: Certainty
    evidence: tuple[str, ...] = ()
    rule: str = ""
