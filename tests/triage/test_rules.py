from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.config import rule_texts
from importlog_tui.triage.reading import read_rules
from importlog_tui.triage.verdict import CATEGORIES, UNCLASSIFIED

RULES = read_rules(rule_texts())
category = RULES.category

LITERAL = {
    "You must map one or more grading periods in the course import": "grading-period",
    "The email address entered already exists in the system.": "duplicate-email",
    "The User Associated with This Email Address Exists but Belongs to a Different Organization": "duplicate-email",
    "The email address you have entered is already registered.": "duplicate-email",
    "Sorry, you are not allowed to merge subscribed accounts into this account": UNCLASSIFIED,
    "Duplicate timestamp/nonce combination, possible replay attack.  Request rejected.": UNCLASSIFIED,
    "You have successfully re-actived this user.": UNCLASSIFIED,
    "process has been added to the queue...": UNCLASSIFIED,
}
"""schoology.md 2.1."""

NAMED = {
    "missing required field": "missing-required",
    "duplicate information": "duplicate-row",
    "duplicate row": "duplicate-row",
    'duplicate e-mail with setting "Don\'t allow duplicates"': "duplicate-email",
    "username with a space or a character outside the allowed ones": "invalid-format",
    "Section Code not unique": "duplicate-row",
    "Section School Code not unique": "duplicate-row",
    "grading period mismatch": "grading-period",
    "enrolment for a missing user or section": "user-not-found",
    "enrolment for a missing section": "section-not-found",
    "user without required e-mail": "missing-required",
    "course without section title": "missing-required",
    "enrolment without section code": "missing-required",
}
"""schoology.md 2.2."""

VARIANTS = {
    "missing-required": [
        "Required field missing",
        "Missing required field: Grading Period",
        "Last Name is required",
        "First Name can't be blank",
        "Email is empty",
        "Row 17 must have a Role",
        "You must provide a username or an e-mail address",
        "Column 'Email' is missing a value",
        "Missing User Unique ID",
    ],
    "duplicate-email": [
        "Email already in use",
        "E-mail address mlopez@example.org is already in use by another account",
        "The e-mail must be unique",
        "Duplicate email address",
        "A user with the e-mail 'missing@example.org' already exists",
        "EMAIL ALREADY EXISTS",
    ],
    "duplicate-username": [
        "Username already taken",
        "The user name mlopez exists already",
        "Username must be unique",
        "username already in use by another account",
    ],
    "duplicate-unique-id": [
        "User Unique ID already exists",
        "Duplicate unique_user_id in file, first seen on row 12",
        "The school UID 204117 appears more than once",
        "Unique ID is already assigned to another user",
    ],
    "duplicate-row": [
        "Duplicate rows found",
        "Duplicate record for User Unique ID 204117",
        "This entry is a duplicate of row 8",
    ],
    "invalid-format": [
        "Invalid email address",
        "Email is not a valid address",
        "Birthday has the wrong format",
        "The first name contains characters that are not allowed",
        "Malformed line",
        "Username contains spaces",
    ],
    "role-unmapped": [
        "Invalid role 'Substitute'",
        "Role not found: Aide",
        "No such role",
        "The role could not be matched",
    ],
    "school-unmapped": [
        "School code 17 not found in district",
        "Invalid school",
        "Building 'HS' does not match any school",
        "Campus is not mapped",
        "Unknown school",
    ],
    "user-not-found": [
        "User not found",
        "User 204117 not found in section ALG-1",
        "Student does not exist",
        "The user with the unique ID 204117 does not exist",
        "Could not find user 204117 for section ALG-1",
        "Member could not be added",
        "homeroom teacher 12 not found",
    ],
    "section-not-found": [
        "Section not found",
        "Section ALG-1 for user 204117 not found",
        "Section School Code 'MATH-7' does not exist",
        "Course code does not exist",
        "User 204117 could not be enrolled because section ALG-1 does not exist",
        "Could not find section ALG-1 for student 204117",
        "Section 'User Group' not found in grading period Q1",
    ],
    "grading-period": [
        "Grading period not found for section ALG-1",
        "Invalid grading period",
        "The term S1 is not mapped",
        "No matching grading period",
    ],
    "inactive-user": [
        "User is inactive",
        "The account was disabled",
        "User 204117 has been deleted",
        "Deactivated user in enrollment",
    ],
    "file-transfer": [
        "Could not connect to the SFTP host",
        "Login failed",
        "File not found: users.csv",
        "Failed to download users.csv",
        "Incorrect password",
        "The file could not be read",
        "The import file is empty",
        "No file at path /out/users.csv",
    ],
    "header-changed": [
        "Column headers have changed",
        "Column 'Email' could not be matched",
        "Missing required column",
        'Unknown column "Shoe size"',
        "Column Role not found",
    ],
}


@pytest.mark.parametrize(("message", "expected"), [*LITERAL.items(), *NAMED.items()])
def test_messages_that_are_known_find_their_category(message: str, expected: str) -> None:
    assert category(message) == expected


@pytest.mark.parametrize(
    ("message", "expected"), [(message, name) for name, messages in VARIANTS.items() for message in messages]
)
def test_messages_are_understood_by_their_words(message: str, expected: str) -> None:
    assert category(message) == expected


def test_every_category_is_tried() -> None:
    assert set(VARIANTS) == set(CATEGORIES)


@pytest.mark.parametrize(
    "message",
    [
        "",
        " ",
        "Fehler 17",
        "Row could have been better",
        "\x1b[2J",
        "Unbekannt",
        "Grading scale unknown for student",
    ],
)
def test_what_is_not_known_is_not_classified(message: str) -> None:
    assert category(message) == UNCLASSIFIED


@pytest.mark.parametrize("message", [message for messages in VARIANTS.values() for message in messages])
def test_case_and_white_space_do_not_count(message: str) -> None:
    assert category(message.upper()) == category(message)
    assert category(f"\n {message.replace(' ', '  ')} \t") == category(message)


@given(st.text(max_size=200))
def test_any_text_has_one_category(message: str) -> None:
    assert category(message) in {*CATEGORIES, UNCLASSIFIED}


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "word", ["email ", "section ", "because section ", "'", "a@", "column missing ", "no such ", "duplicate "]
)
def test_a_long_message_takes_no_long_time(word: str) -> None:
    assert category(word * 200_000) in {*CATEGORIES, UNCLASSIFIED}
