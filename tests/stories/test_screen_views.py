"""What was decided is seen where one looks: in the counts, in the tree, before a row, in its panel; and each kind of decision has a view of its own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from importlog_tui.archive import Archive
from importlog_tui.model import Mark, MarkKind, Until
from importlog_tui.report.marking import login_name
from tests.stories.mornings import (
    LOPEZ,
    MISSING,
    NGUYEN,
    OKAFOR,
    SMITH,
    TAKEN,
    errors_in_view,
    fault,
    line_with,
    night,
    unfold,
)
from tests.ui.pilots import NARROW, WIDE, press, settled, shown, status, triage
from tests.ui.small_log import small_app

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.sqlite"
    night(path, 22, fault(TAKEN, LOPEZ))
    night(path, 23, fault(TAKEN, LOPEZ, NGUYEN, SMITH), fault(MISSING, OKAFOR))
    return path


def decide(
    path: Path,
    kind: MarkKind,
    *people: tuple[str, ...],
    error: str = "",
    reason: str = "twins",
    until: Until = Until.NEVER,
    day: date | None = None,
) -> None:
    """Keep a decision about people's records of the newest night, or about an error."""
    with Archive.open(path) as archive:
        made = Mark(kind, "jo", AT, reason, until, day)
        (run, *_) = archive.runs()
        chosen = [error_.id for error_ in archive.errors(run.id) if error_.message == error]
        ids = [
            record.id
            for record in archive.records(run.id)
            if record.subject.user in {person[0] for person in people}
        ]
        archive.mark(made, records=ids, error_id=chosen[0] if chosen else None)


def in_lines(text: str) -> str:
    return text.replace("│", "\n")


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_what_is_accepted_leaves_the_new_count_and_never_the_whole(
    archive: Path, size: tuple[int, int]
) -> None:
    decide(archive, MarkKind.ACCEPTED, NGUYEN)
    async with small_app(archive).run_test(size=size) as pilot:
        await settled(pilot)
        assert "2 new of 4" in line_with(in_lines(shown(pilot)), "Mon 23 Nov", "new")
        await press(pilot, "n")
        await unfold(pilot)
        await press(pilot, "enter")
        assert SMITH[0] in shown(pilot)
        assert NGUYEN[0] not in shown(pilot)


async def test_an_accepted_error_is_called_so_and_is_not_among_the_new(archive: Path) -> None:
    decide(archive, MarkKind.ACCEPTED, error=MISSING, until=Until.GROWS)
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await unfold(pilot)
        assert "accepted" in line_with(in_lines(shown(pilot)), "● Missing")
        await press(pilot, "down")
        assert "Accepted until it grows: twins (jo, 23 Nov)" in shown(pilot)
        await press(pilot, "n")
        assert errors_in_view(pilot) == [TAKEN]


async def test_each_kind_of_decision_has_a_view_by_key(archive: Path) -> None:
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await press(pilot, "w")
        assert "Nothing was decided yet" in status(pilot)
    decide(archive, MarkKind.CORRECTED, SMITH)
    decide(archive, MarkKind.OWNER, error=MISSING, reason=login_name())
    decide(archive, MarkKind.OWNER, NGUYEN, reason="somebody else")

    async with small_app(archive).run_test(size=WIDE) as pilot:
        await unfold(pilot)
        await press(pilot, "w")
        text = shown(pilot)
        assert "waiting for proof" in text
        assert "1 waiting of 4" in text
        assert errors_in_view(pilot) == [TAKEN]
        assert "waiting: 1 of 3 rows" in text
        assert SMITH[0] in text
        assert NGUYEN[0] not in text
        await press(pilot, "M")
        assert errors_in_view(pilot) == [MISSING]
        assert "1 mine of 4" in shown(pilot)
        await press(pilot, "a")
        assert "Nothing is accepted." in status(pilot)
        assert triage(pilot).log_tree.lines == []
        await press(pilot, "a")
        assert errors_in_view(pilot) == [TAKEN, MISSING]


async def test_a_sign_stands_before_a_record_that_was_decided_about(archive: Path) -> None:
    decide(archive, MarkKind.ACCEPTED, LOPEZ, until=Until.DAY, day=date(2026, 12, 31))
    decide(archive, MarkKind.CORRECTED, NGUYEN, reason="")
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await unfold(pilot)
        await press(pilot, "enter")
        text = in_lines(shown(pilot))
        assert "a still" in line_with(text, LOPEZ[0], LOPEZ[3], "HS", "still  ")
        assert "c new" in line_with(text, NGUYEN[0], NGUYEN[3])
        assert "Accepted until 31 Dec: twins (jo, 23 Nov)" in text
        await press(pilot, "down")
        assert "Corrected in the SIS, waiting for proof (jo, 23 Nov)" in shown(pilot)
        await press(pilot, "m", "n")
        await press(pilot, *"ask", "enter")
        assert f"Note: ask ({login_name()}, 23 Nov)" in shown(pilot)


async def test_a_decision_moves_nothing_that_the_reader_chose(archive: Path) -> None:
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await unfold(pilot)
        await press(pilot, "enter", "down", "right", "right", "right")
        table = triage(pilot).table
        column, record = table.column, table.record
        for reason in ("first", "second"):
            await press(pilot, "m", "n", *reason, "enter")
            assert table.column == column == "Email"
            assert table.record == record
        assert "n new" in line_with(in_lines(shown(pilot)), NGUYEN[0], NGUYEN[3], "new ")


async def test_what_proved_wrong_is_seen_before_a_row_and_in_its_panel(archive: Path) -> None:
    decide(archive, MarkKind.CORRECTED, LOPEZ, NGUYEN)
    night(archive, 24, fault(TAKEN, LOPEZ))
    async with small_app(archive).run_test(size=WIDE) as pilot:
        await unfold(pilot)
        await press(pilot, "enter")
        text = shown(pilot)
        assert "! still" in line_with(in_lines(text), LOPEZ[0], LOPEZ[3], "still ")
        assert "Corrected in the SIS, still failing with the old value: twins (jo," in text
