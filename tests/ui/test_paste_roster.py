"""A pasted table that could be several things: asked about, and kept as what it was said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual import events

from importlog_tui.archive import Archive
from importlog_tui.fields import Field
from importlog_tui.model import Kind
from importlog_tui.roster import Witness
from tests.ui.pilots import NARROW, WIDE, press, settled, shown, status
from tests.ui.small_log import make_log, small_app

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

TABLE = "Unique ID\tLast name\tFirst name\tEmail\tSchool\n" + "".join(
    f"{400000 + n}\tLopez\tMaria {n}\tm{n}@example.org\t0450\n" for n in range(3)
)
BARE_ID = TABLE.replace("Unique ID", "ID")
CODES = "Course Code\tSection Code\tWeeks\nENG9\t01\t20\nART\t01\t40\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return make_log(tmp_path / "archive.sqlite")


async def throw(pilot: Pilot[int], text: str) -> None:
    pilot.app.post_message(events.Paste(text))
    await settled(pilot)


def rosters(path: Path) -> list[tuple[Witness, Kind, int]]:
    with Archive.open(path, read_only=True) as archive:
        return [(roster.witness, roster.kind, roster.rows) for roster in archive.rosters()]


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize(
    ("key", "witness", "said"),
    [
        ("s", Witness.SIS, "Kept as SIS extract: 3 users."),
        ("d", Witness.DIRECTORY, "Kept as directory: 3 users."),
    ],
)
async def test_a_bare_table_is_kept_as_what_the_reader_says(
    log: Path, size: tuple[int, int], key: str, witness: Witness, said: str
) -> None:
    async with small_app(log).run_test(size=size) as pilot:
        await throw(pilot, TABLE)
        assert "what the SIS sends (s)" in " ".join(shown(pilot).split())
        assert "Enter keep   s SIS extract   d directory   Esc drop" in shown(pilot)
        await press(pilot, key)
        assert said in status(pilot)
    assert rosters(log) == [(witness, Kind.USERS, 3)]


async def test_it_can_be_taken_back_and_is_known_the_second_time(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await throw(pilot, TABLE)
        await press(pilot, "s")
        await press(pilot, "u")
        assert "taken back" in status(pilot)
        assert rosters(log) == []
        await throw(pilot, TABLE)
        await press(pilot, "s")
        await throw(pilot, TABLE)
        await press(pilot, "s")
        assert "known before" in status(pilot)
    assert rosters(log) == [(Witness.SIS, Kind.USERS, 3)]


async def test_a_heading_that_may_mean_several_things_is_asked_about_once(log: Path) -> None:
    async with small_app(log).run_test(size=NARROW) as pilot:
        await throw(pilot, BARE_ID)
        await press(pilot, "s")
        assert 'What does the heading "ID" stand for?' in shown(pilot)
        assert rosters(log) == []
        await press(pilot, "1")
        assert "Kept as SIS extract: 3 users." in status(pilot)
        await throw(pilot, BARE_ID.replace("Maria", "Mary"))
        await press(pilot, "s")
        assert "Kept as SIS extract: 3 users." in status(pilot)
    with Archive.open(log, read_only=True) as archive:
        assert archive.headings(Witness.SIS) == {"ID": Field.UNIQUE_ID}
        assert archive.headings(Witness.DIRECTORY) == {}
        newest = archive.rosters()[0]
        assert [entry.line for entry in archive.users(newest.id, unique_ids=["400001"])] == [3]


async def test_the_kind_is_asked_about_where_headings_leave_it_open(log: Path) -> None:
    async with small_app(log).run_test(size=NARROW) as pilot:
        await throw(pilot, CODES)
        await press(pilot, "s")
        assert "What does it hold?" in shown(pilot)
        await press(pilot, "9")
        await press(pilot, "2")
        assert "Kept as SIS extract: 2 sections." in status(pilot)
    assert rosters(log) == [(Witness.SIS, Kind.COURSES, 2)]


async def test_a_question_left_open_keeps_nothing(log: Path) -> None:
    async with small_app(log).run_test(size=NARROW) as pilot:
        await throw(pilot, CODES)
        await press(pilot, "s")
        await press(pilot, "escape")
        assert "nothing was changed" in status(pilot)
    assert rosters(log) == []


async def test_a_log_is_not_offered_as_an_extract(log: Path) -> None:
    async with small_app(log).run_test(size=NARROW) as pilot:
        await throw(pilot, "Users Import\tNov 24, 2026 1:02 am\tImport completed successfully\n")
        assert "s SIS extract" not in shown(pilot)
        await press(pilot, "s")
        assert "Enter keep   Esc drop" in shown(pilot)
    assert rosters(log) == []
