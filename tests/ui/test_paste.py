from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from importlog_tui.archive import Archive
from importlog_tui.ui.desks import paste
from tests.ui.pilots import NARROW, WIDE, press, settled, shown, status, triage
from tests.ui.small_log import HOSTILE, make_log, small_app

TABLE = "Unique ID\tLast name\tFirst name\tEmail\n" + "".join(
    f"{400000 + n}\tLopez\tMaria {n}\tm{n}@example.org\n" for n in range(52)
)
HOSTILE_TABLE = f"Unique ID\tLast name\tEmail\n1\t{HOSTILE}\t[red]\n2\tb\tc\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return make_log(tmp_path / "archive.sqlite")


async def throw(pilot: Pilot[int], text: str) -> None:
    """A bracketed paste, as the terminal's driver reports it."""
    pilot.app.post_message(events.Paste(text))
    await settled(pilot)


def rows_read(path: Path) -> dict[str, int]:
    with Archive.open(path, read_only=True) as archive:
        return {error.message: error.rows_read for error in archive.errors()}


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_rows_pasted_on_an_error_are_previewed_and_kept_with_enter(
    log: Path, size: tuple[int, int]
) -> None:
    async with small_app(log).run_test(size=size) as pilot:
        await press(pilot, "enter", "enter", "down")
        await throw(pilot, TABLE)

        text = shown(pilot)
        assert "Taken for affected records: 52 rows, 4 columns" in text
        assert "Missing required field: First Name" in text
        assert "The log claims 52 rows: this is all of them." in text
        assert rows_read(log)["Missing required field: First Name"] == 0

        await press(pilot, "enter")
        assert "52 new rows" in status(pilot)
        assert rows_read(log)["Missing required field: First Name"] == 52
        error = triage(pilot).chosen_error
        assert error is not None
        assert error.complete
        await press(pilot, "enter")
        assert "m0@example.org" in shown(pilot)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_wide_rows_and_imports_take_one_line_each_in_the_preview(
    log: Path, size: tuple[int, int]
) -> None:
    heads = [f"Column {n} with words" for n in range(14)]
    table = "\n".join(
        "\t".join(line) for line in (["Unique ID", *heads], *[[f"50000{n}", *heads] for n in range(3)])
    )
    async with small_app(log).run_test(size=size) as pilot:
        await press(pilot, "enter", "enter", "down")
        await throw(pilot, table)
        told = [line.split()[0] for line in shown(pilot).splitlines() if line.startswith("   ")]
        assert told == ["Unique", "500000", "500001", "500002"]

        await throw(
            pilot,
            "Course Enrollments Import\tNov 24, 2026 1:02 am\tImport complete with errors\nSection not found\tRows Affected: 12\n",
        )
        (line,) = [line for line in shown(pilot).splitlines() if "Course Enrollments Import" in line]
        assert line.rstrip().endswith("1 error")


async def test_a_paste_dropped_with_escape_changes_nothing(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        before = rows_read(log)
        await press(pilot, "enter", "enter", "down")
        await throw(pilot, TABLE)
        await press(pilot, "escape")

        assert "dropped" in status(pilot)
        assert rows_read(log) == before


async def test_part_of_the_rows_is_measured_against_the_claim(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "down")
        await throw(pilot, "".join(TABLE.splitlines(keepends=True)[:11]))

        assert "this is 10 of them; paste the further pages as well" in shown(pilot)


@pytest.mark.parametrize("opens", ["F", "question_mark", "p"])
async def test_a_paste_is_taken_wherever_it_falls(log: Path, opens: str) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "down", opens)
        await throw(pilot, TABLE)

        assert "Taken for affected records: 52 rows" in shown(pilot)


async def test_one_word_pasted_into_a_prompt_is_typed(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "F")
        await throw(pilot, "Email\n")
        await press(pilot, "enter")

        assert triage(pilot).log_tree.wanted == "Email"


async def test_what_cannot_be_understood_cannot_be_kept(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        before = rows_read(log)
        await throw(pilot, "just some words")
        assert "nothing to keep" in shown(pilot)
        await press(pilot, "enter", "escape")

        assert rows_read(log) == before


async def test_an_empty_paste_is_only_said(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await throw(pilot, " \n ")

        assert "empty" in status(pilot)


async def test_a_paste_beyond_all_sense_is_refused_with_a_sentence(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paste, "MOST", 100)
    async with small_app(log).run_test(size=WIDE) as pilot:
        await throw(pilot, TABLE)

        assert "importlog-tui add PATH" in status(pilot)


async def test_hostile_text_in_a_paste_is_shown_harmless(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "down")
        await throw(pilot, HOSTILE_TABLE)
        text = shown(pilot)

        assert "␛]52" in text
        assert all(character.isprintable() for character in text.replace("\n", ""))


async def test_a_table_pasted_on_no_error_is_not_lost_silently(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        before = rows_read(log)
        await throw(pilot, HOSTILE_TABLE)
        assert "put the cursor on the error" in shown(pilot)
        await press(pilot, "enter")

        assert "Not kept" in status(pilot)
        assert rows_read(log) == before


async def test_a_full_disk_is_a_sentence_in_the_status_line(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlog_tui.errors import ArchiveProblem

    def full(*_: object, **__: object) -> None:
        raise ArchiveProblem("the disk is full", where="archive.sqlite", remedy="Make room.")

    monkeypatch.setattr("importlog_tui.refresh.bring_in", full)
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "down")
        await throw(pilot, TABLE)
        await press(pilot, "enter")

        assert "the disk is full. Make room." in status(pilot)
        assert pilot.app.is_running


async def test_p_explains_how_to_paste(log: Path) -> None:
    async with small_app(log).run_test(size=NARROW) as pilot:
        await press(pilot, "enter", "enter", "p")

        assert "Records pasted now go to: Email already in use" in shown(pilot)


async def test_a_log_pasted_into_an_empty_archive_is_walked_at_once(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite"
    Archive.open(path).close()
    text = (
        "Users Import\nNov 23, 2026 1:02 am\nCompleted with errors\n"
        "Error\tRows Affected\nEmail already in use\t9\n"
        "Courses Import\nNov 23, 2026 1:07 am\nCompleted\n"
    )
    async with small_app(path).run_test(size=WIDE) as pilot:
        await throw(pilot, text)
        assert "Taken for the Status Log: 2 imports" in shown(pilot)
        await press(pilot, "enter")

        assert "2 new imports, 1 new error" in status(pilot)
        await press(pilot, "enter", "enter")
        error = triage(pilot).chosen_error
        assert error is not None
        assert error.message == "Email already in use"


async def test_a_paste_that_was_kept_by_mistake_is_taken_back(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        before = rows_read(log)
        await press(pilot, "enter", "enter", "down")
        await throw(pilot, TABLE)
        await press(pilot, "enter")
        assert "52 new rows. u takes it back." in status(pilot)
        assert rows_read(log) != before
        await press(pilot, "u")
        assert "The paste was taken back" in status(pilot)
        assert rows_read(log) == before
        await press(pilot, "u")
        assert "Nothing was decided or pasted in this session" in status(pilot)


async def test_more_rows_than_the_log_claims_are_kept_and_said(log: Path) -> None:
    head, *rows = TABLE.splitlines()
    many = "\n".join([head, *rows, "499999\tLopez\tMore\tmore@example.org"])
    async with small_app(log).run_test(size=(160, 40)) as pilot:
        await press(pilot, "enter", "enter", "down")
        await throw(pilot, many)
        assert "these are 1 more than that." in shown(pilot)
        await press(pilot, "enter")
        assert "has 53 rows now, and its log claims 52" in status(pilot)
