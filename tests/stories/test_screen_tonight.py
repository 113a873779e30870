"""Tonight, predicted: a night of its own on the screen, by the same keys, that leaves no trace in the archive."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from importlog_tui.archive import Archive
from importlog_tui.fields import Field
from importlog_tui.ui.context import TonightFiles
from importlog_tui.ui.screens.triage import TriageScreen
from tests.preflight.files import changed, enrollments, sent_before, users, write_all
from tests.stories.mornings import LOPEZ, TAKEN, fault, night
from tests.ui.pilots import NARROW, WIDE, answer, press, settled, shown
from tests.ui.small_log import small_app


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.sqlite"
    night(path, 23, fault(TAKEN, LOPEZ))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_all(
        tmp_path / "tonight",
        {"users": changed("users", (3, "Username", "m lopez")), "enrollments": enrollments()},
    )
    return tmp_path / "tonight"


def dump(path: Path) -> tuple[int, list[object]]:
    with Archive.open(path, read_only=True) as kept:
        return kept.stamp(), [*kept.runs(), *kept.errors(), *kept.rosters()]


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_night_of_its_own(
    archive: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    before = dump(archive)

    async with small_app(archive).run_test(size=size) as pilot:
        await press(pilot, "t")
        await answer(pilot, str(folder))
        text = shown(pilot)
        assert "Tonight, predicted   not from Schoology" in text
        assert "23 Nov" not in text
        assert text.index("Users") < text.index("Enrollments")

        await press(pilot, "down", "enter", "enter")
        await press(pilot, *(["enter"] if size is NARROW else []))
        assert "m lopez" in shown(pilot)
        assert "a space" in shown(pilot)
        await press(pilot, "enter")
        text = shown(pilot)
        assert "row 3" in text
        assert "Predicted, documented (schoology.md 1.3)" in text
        assert "Change Username in the SIS." in text
        await press(pilot, "m")
        screen = pilot.app.screen
        assert isinstance(screen, TriageScreen)
        assert "This night is only predicted" in screen.line("status").text

        await press(pilot, *["escape"] * 5)
        assert "Mon 23 Nov" in shown(pilot)
        assert "predicted" not in shown(pilot)

    assert dump(archive) == before
    assert list(temporary.iterdir()) == []


async def test_the_newest_extract_that_is_kept(archive: Path, tmp_path: Path) -> None:
    with Archive.open(archive) as kept:
        sent_before(kept, tmp_path, {"users": changed("users", (4, "Email", ""), (4, "Username", ""))})

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await press(pilot, "t")
        await answer(pilot, "")
        await press(pilot, "down", "enter")
        assert "neither Username nor Email" in shown(pilot)


async def test_headings_that_the_command_line_explains(archive: Path, tmp_path: Path) -> None:
    people = [
        {"Key" if name == "User Unique ID" else name: cell for name, cell in row.items()} for row in users()
    ]
    write_all(tmp_path / "tonight", {"users": [*people, people[0]]})
    async with small_app(archive).run_test(size=WIDE) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, TriageScreen)
        screen.tonight_desk.check(TonightFiles((tmp_path / "tonight",), columns={"Key": Field.UNIQUE_ID}))
        await settled(pilot)
        await press(pilot, "down", "enter")
        assert "the same person" in shown(pilot)


async def test_nothing_to_check_is_said(archive: Path) -> None:
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await press(pilot, "t")
        await answer(pilot, "")
        assert "no extract is kept yet" in shown(pilot)
        await press(pilot, "t")
        await answer(pilot, "/nowhere/users.csv")
        assert "it can't be read" in shown(pilot)
        await press(pilot, "t")
        await answer(pilot, "'users")
        assert "A quote is missing" in shown(pilot)


async def test_who_is_no_longer_sent_is_listed_behind_far_fewer_rows(archive: Path, tmp_path: Path) -> None:
    sent = many_users(40)
    with Archive.open(archive) as kept:
        sent_before(kept, tmp_path, {"users": sent})
    write_all(tmp_path / "tonight", {"users": sent[:15]})
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await press(pilot, "t")
        await answer(pilot, str(tmp_path / "tonight"))
        await press(pilot, "down", "enter")
        assert "far fewer rows than in the last extract" in shown(pilot)
        await press(pilot, "enter", "G", "enter")
        text = shown(pilot)
        assert "300039" in text
        assert "No longer sent, of" in text


def many_users(count: int) -> list[dict[str, str]]:
    return [
        {**users()[1], "User Unique ID": str(300_000 + n), "Username": f"u{n}", "Email": f"u{n}@example.org"}
        for n in range(count)
    ]
