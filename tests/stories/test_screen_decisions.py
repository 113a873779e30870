"""What people decide is kept, and the nights after say what became of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot

from importlog_tui.archive import Archive
from importlog_tui.model import Mark, MarkKind
from tests.stories.mornings import LOPEZ, NGUYEN, SMITH, TAKEN, fault, night, unfold
from tests.ui.pilots import WIDE, press, shown, status, triage, type_in
from tests.ui.small_log import NOW, small_app

TODAY = NOW.date()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.sqlite"


def kept(path: Path) -> list[Mark]:
    with Archive.open(path, read_only=True) as archive:
        return archive.marks(TODAY)


async def write(pilot: Pilot[int], text: str) -> None:
    await type_in(pilot, text, "enter")


async def test_an_accepted_error_that_grows(archive: Path) -> None:
    night(archive, 22, fault(TAKEN, LOPEZ))
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await unfold(pilot)
        await press(pilot, "m", "a")
        await write(pilot, "twins")
        await write(pilot, "grows")
        assert "Kept about the error: accepted" in status(pilot)
        await press(pilot, "m", "l")
        assert f"accepted: in force, until grows   {TAKEN}" in shown(pilot)
        assert "twins (" in shown(pilot)

    night(archive, 23, fault(TAKEN, LOPEZ, NGUYEN))

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await unfold(pilot)
        await press(pilot, "m", "l")
        assert "accepted: ended, until grows" in shown(pilot)


@pytest.mark.parametrize(("key", "text"), [("n", "called them"), ("w", "anna")])
async def test_a_note_on_an_error_has_its_sign_in_the_tree(archive: Path, key: str, text: str) -> None:
    night(archive, 22, fault(TAKEN, LOPEZ))
    night(archive, 23, fault(TAKEN, LOPEZ))
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await unfold(pilot)
        assert [node.state for node in triage(pilot).log_tree.lines if node.depth == 2] == ["still"]
        await press(pilot, "m", key)
        await write(pilot, text)
        assert [node.state for node in triage(pilot).log_tree.lines if node.depth == 2] == [f"{key} still"]
        assert f"{key} still" in shown(pilot)


async def test_was_my_fix_right(archive: Path) -> None:
    night(archive, 22, fault(TAKEN, LOPEZ, NGUYEN, SMITH))
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await unfold(pilot)
        await press(pilot, "enter", "space", "down", "space", "m")
        assert "About 2 records, in every night." in shown(pilot)
        await press(pilot, "c")
        await write(pilot, "")
        assert "Kept about 2 records: corrected" in status(pilot)
        await press(pilot, "m", "l")
        assert shown(pilot).count("corrected: waiting for proof") == 2

    night(archive, 23, fault(TAKEN, NGUYEN, SMITH))

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await unfold(pilot)
        await press(pilot, "m", "l")
        text = shown(pilot)
        assert text.count("corrected: cured") == 1
        assert text.count("corrected: still failing with the old value") == 1


async def test_a_decision_is_taken_back(archive: Path) -> None:
    night(archive, 23, fault(TAKEN, LOPEZ))
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await press(pilot, "u")
        assert "Nothing was decided or pasted in this session" in status(pilot)
        await unfold(pilot)
        await press(pilot, "enter", "m", "n")
        await write(pilot, "phoned home")
        assert [(mark.kind, mark.reason) for mark in kept(archive)] == [(MarkKind.NOTE, "phoned home")]
        await press(pilot, "u")
        assert "Taken back: 1 decision." in status(pilot)
    assert kept(archive) == []


async def test_two_people_at_once_lose_nothing(archive: Path) -> None:
    night(archive, 23, fault(TAKEN, LOPEZ, NGUYEN))
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await unfold(pilot)
        await press(pilot, "enter", "m", "n")
        with Archive.open(archive) as other:
            other.mark(
                Mark(MarkKind.NOTE, "colleague", datetime(2026, 11, 23, 8, tzinfo=UTC), "mine"),
                error_id=other.errors()[0].id,
            )
        await write(pilot, "ours")
        await press(pilot, "m", "l")
        assert "mine (colleague, 23 Nov)" in shown(pilot)
        await press(pilot, "escape", "u")

    assert [mark.reason for mark in kept(archive)] == ["mine"]


async def test_an_end_that_is_none_is_refused_and_nothing_kept(archive: Path) -> None:
    night(archive, 23, fault(TAKEN, LOPEZ))
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await press(pilot, "m")
        assert "Choose an error or a record first" in status(pilot)
        await unfold(pilot)
        await press(pilot, "m", "a")
        await write(pilot, "twins")
        await write(pilot, "soon")
        assert "“soon” is no end. Until (2026-12-31, grows, or nothing: for ever):" in shown(pilot)
        await press(pilot, "escape", "m", "a")
        await write(pilot, "")
        assert "it needs a reason" in status(pilot)
    assert kept(archive) == []
