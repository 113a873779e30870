"""A table of affected records made from a seed, with landmarks that a check can look for.

- the username of the last row is `NEEDLE`, which stands nowhere else;
- every 1,000th row (from row 500 on) has a message with `RARE`, no other row has;
- the row at 60 % has the smallest last name of all.
"""
# ruff: noqa: SIM905 - words in lines read better than in a column

from __future__ import annotations

import csv
import random
import re
from pathlib import Path

COLUMNS = (
    "Row",
    "User Unique ID",
    "First Name",
    "Last Name",
    "Username",
    "Email",
    "School",
    "Role",
    "Grad Year",
    "Message",
)
NEEDLE = "needle.lastrow"
RARE = "guardian account"
SMALLEST = "Aaberg"

# Unique IDs are eight digits, in no order, and each tells its row.
_FIRST_ID, _IDS, _STEP = 10_000_000, 89_999_999, 31_415_927
_BACK = pow(_STEP, -1, _IDS)
_ID = re.compile(r"(?<![\d.])[1-9]\d{7}(?!\d)")

_GIVEN = (
    "Aaliyah Abel Ada Amara Anders Beatriz Ben Björn Cai Carmen Chloé Dae Dario Edda Elias Esra Farah Felix Gita Gus Hal "
    "Hyun Ida Imani Inés Jan Jarek Jo Kamala Kenji Kim Lars Leila Lou Maeve Mateo Mei Nadia Niko Oba Oona Pia Qadir Rhea "
    "Rui Sana Saul Tess Tomás Ulf Uri Vida Wim Xia Yann Yusra Zev"
).split()
_FAMILY = [
    start + middle + end
    for start in "Ash Bel Brun Cor Dor Esk Fal Gram Hart Ivar Jans Kirk Lund Mar Nord Ost Pel Rav Sten Tor Ulv Vand Wes Yates".split()
    for middle in ("", "a", "el", "en", "ing", "is", "o", "und")
    for end in "berg brook by croft dale field gaard holm ley mann sen shaw stad thorpe worth".split()
]
_SCHOOLS = [
    f"{place} {kind} School"
    for place in "Aspen Beech Clover Delta Eastview Foxglove Granite Harbor Island Jefferson Kestrel Linden Meadow Northgate".split()
    for kind in ("Elementary", "Middle", "High")
]
_ROLES = ("Student",) * 15 + ("Parent", "Parent", "Teacher", "Teacher", "Staff")
_MESSAGES = (
    "The email address is already in use by another user.",
    "The username is already taken by user {n} of another building.",
    "A required field is empty: Email.",
    "The role could not be changed from Teacher to Student.",
    "Building code {n} does not exist in this district.",
    "The grad year {n} is not valid.",
)
_RARE_MESSAGE = "The " + RARE + " of student {n} was not found."


def unique_id(row: int) -> int:
    """The User Unique ID of `row` (from 1)."""
    return _FIRST_ID + row * _STEP % _IDS


def rows_on(lines: list[str]) -> list[int]:
    """The rows of which these screen lines show the User Unique ID, from the top."""
    found = (match for line in lines if (match := _ID.search(line)))
    return [(int(match[0]) - _FIRST_ID) * _BACK % _IDS for match in found]


def smallest(rows: int) -> int:
    """The row with the smallest last name."""
    return max(1, rows * 3 // 5)


def is_rare(row: int) -> bool:
    """Whether the row's message has `RARE`."""
    return row % 1000 == 500


def write(file: Path, rows: int, seed: int, *, first: int = 1) -> None:
    """Write `rows` rows of the table as CSV, from row `first` on; the same arguments give the same bytes."""
    chance = random.Random(seed)
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in range(first, first + rows):
            given, family = chance.choice(_GIVEN), chance.choice(_FAMILY)
            if row == smallest(rows):
                family = SMALLEST
            role = chance.choice(_ROLES)
            user = NEEDLE if row == rows else f"{given}.{family}{row % 9973}".lower()
            message = _RARE_MESSAGE if is_rare(row) else chance.choice(_MESSAGES)
            writer.writerow((
                row,
                unique_id(row),
                given,
                family,
                user,
                f"{user}@example.org",
                chance.choice(_SCHOOLS),
                role,
                chance.randrange(2026, 2039) if role == "Student" else "",
                message.format(n=chance.randrange(1000, 10_000)),
            ))  # fmt: skip
