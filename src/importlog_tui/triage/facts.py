"""What can be known of a record besides its message: the facts that rules may ask for, and the words that their sentences may use.

A fact is true, false, or not known: without a SIS extract nobody knows what the SIS sends. A rule that asks for a fact, or for its contrary,
stays silent where it is not known.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.fields import Field

if TYPE_CHECKING:
    from collections.abc import Mapping

FACTS: Final = {
    # the row and its error
    "every-row": "the error stands at every row of the file, or nearly",
    "headings-changed": "the headings are others than the night before",
    "one-building": "all rows of the error are of one building",
    "field-blank": "a cell that this import requires is blank",
    "bad-username": "the username holds something else than letters, digits, period, dash, underscore and tilde",
    "bad-email": "the e-mail address is none",
    "odd-characters": "a cell that is compared holds something that can't be seen, or looks like something else",
    "spreadsheet-number": "a code looks as a spreadsheet rewrites it (1.23E+05)",
    # what the SIS sends
    "in-sis": "the SIS sends this user",
    "inactive-in-sis": "the SIS sends this user as inactive",
    "staff-left-out": "the SIS record lacks what staff need to be sent (schoology.md 5.1)",
    "cured-in-sis": "the SIS sends another value since the import ran",
    "sis-same": "the SIS sends the value that failed",
    "blank-in-sis": "the cell that is required is blank in the SIS, too",
    "twice-in-sis": "the SIS sends the same value for two users, or the same row twice",
    "twice-same-person": "the two that the SIS sends look like one person",
    "id-near": "the SIS sends a unique ID that differs only in leading zeros, case or blanks",
    "other-id": "the SIS sends this person under another unique ID",
    "section-in-sis": "the SIS sends this section",
    "course-in-sis": "the SIS sends the course",
    "code-case": "the SIS sends the code, only its case or blanks differ",
    "code-zeros": "the SIS or Schoology has the code with other leading zeros",
    "value-used": "other users whom Schoology holds have the same value",
    # what Schoology holds
    "in-schoology": "Schoology has an account with this unique ID",
    "inactive-in-schoology": "the account is inactive",
    "differs-in-schoology": "Schoology holds another value than the SIS sends",
    "held": "another account in the district holds the value",
    "holder-inactive": "the account that holds it is inactive",
    "holder-same-person": "the account that holds it looks like the same person",
    "holder-other-person": "the account that holds it looks like another person",
    "holder-synced": "the account that holds it comes from a sync: its unique ID can't be edited in Schoology",
    # the same night
    "user-failed": "the user's own row failed in the Users import of the same night",
    "section-failed": "the section's row failed in the Courses import of the same night",
}
"""Name -> what is so."""

SIGHTS: Final = {
    "run-failed": "an import failed as a whole",
    "run-missing": "an import did not run at its hour",
    "run-repeated": "an import ran again on the same data",
    "rows-fell": "far fewer rows than usual",
    "disabled-again": "an account is inactive again after a night",
    "account-missing": "a person whom the SIS sends has no account, and there is no error",
    "second-account": "a person has a second account",
    "role-differs": "the role in Schoology is another than the SIS sends",
    "school-differs": "the school in Schoology is another than the SIS sends",
    "value-differs": "a value in Schoology is another than the SIS sends",
    "dropped-out": "somebody left a section overnight",
}
"""What is seen without a message (schoology.md 6): name -> what is seen."""

WORDS: Final = {
    "sis": "the SIS",
    "user": "this user",
    "section": "this section",
    "course": "this course",
    "field": "the value",
    "value": "the value",
    "sis_value": "another value",
    "schoology_value": "another value",
    "holder": "another account",
    "holder_where": "in Schoology",
    "reasons": "what is known of both",
    "near": "another code",
    "oddity": "a sign that can't be seen",
    "other_id": "another unique ID",
    "other": "another row",
    "lines": "several lines",
    "building": "one building",
    "headings": "other headings",
    "rows": "its rows",
    "extract": "the SIS extract",
    "left_out": "what it needs to be sent",
    "nights": "several nights",
}
"""What may stand in braces in a sentence -> the words that stand for it where the value is not known."""


_HEADINGS: Final = {
    Field.UNIQUE_ID: "User Unique ID",
    Field.EMAIL: "Email",
    Field.SCHOOLOGY_ID: "Schoology User ID",
}


def heading(field: Field) -> str:
    """What people call a column with this meaning."""
    return _HEADINGS.get(field) or field.value.replace("_", " ").title()


class Facts(NamedTuple):
    """What is known of one record.

    Attributes:
        known: fact -> whether it is so; a fact that is not in it is not known.
        told: fact -> the sentence that says it of this record, for the evidence.
        words: of `WORDS`, the values.
        field: what the record fails by, where that is known.
        record, extract, directory: the three witnesses' values by meaning or by heading.
    """

    known: Mapping[str, bool] = MappingProxyType({})
    told: Mapping[str, str] = MappingProxyType({})
    words: Mapping[str, str] = MappingProxyType({})
    field: Field | None = None
    record: Mapping[str, str] = MappingProxyType({})
    extract: Mapping[str, str] = MappingProxyType({})
    directory: Mapping[str, str] = MappingProxyType({})
