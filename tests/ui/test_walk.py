from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from importlog_tui.archive import Archive, Cancelled, Rows
from importlog_tui.errors import ArchiveBusy
from importlog_tui.ui.actions import Place
from importlog_tui.ui.widgets.prompt import Prompt
from tests.ui.pilots import NARROW, WIDE, press, settled, shown, status, triage
from tests.ui.small_log import HOSTILE, Outside, config_with, make_log, small_app, without_address

ROOMY = (140, 40)
LOPEZ = "https://example.schoology.com/users/manage/edit/moreinfo?search=204117"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return make_log(tmp_path / "archive.sqlite")


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_walk_from_a_night_to_a_users_page_needs_enter_and_o(
    log: Path, size: tuple[int, int]
) -> None:
    outside = Outside()
    async with small_app(log, outside).run_test(size=size) as pilot:
        await settled(pilot)
        assert triage(pilot).log_tree.key == ("night", "2026-11-23")
        await press(pilot, "enter", "enter")
        error = triage(pilot).chosen_error
        assert error is not None
        assert error.message == "Email already in use"
        await press(pilot, "enter")
        assert triage(pilot).place is Place.RECORDS
        assert "Rivera-Santos" in shown(pilot)
        await press(pilot, "o")

    assert outside.opened == [LOPEZ]


async def test_what_opening_did_is_said_with_the_address(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter", "o")

        assert status(pilot).strip().startswith("opened with firefox")
        assert shown(pilot).splitlines()[-1] == LOPEZ
        await press(pilot, "down")
        assert "open user page" in shown(pilot).splitlines()[-1]


async def test_where_no_page_can_be_opened_the_address_is_copied_and_shown(log: Path) -> None:
    outside = Outside(works=False)
    async with small_app(log, outside).run_test(size=NARROW) as pilot:
        await press(pilot, "enter", "enter", "enter", "o")

        text = shown(pilot)
        assert "No page can be opened from here" in text
        assert "address sent to your terminal, not confirmed" in text
        assert text.splitlines()[-1] == LOPEZ
    assert outside.copied == [LOPEZ]


async def test_three_places_at_a_large_size_one_at_a_small_one(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter", "down")
        assert "Status Log" in shown(pilot)
        assert "anguyen@example.org" in shown(pilot)

        await pilot.resize_terminal(*NARROW)
        await settled(pilot)
        assert "Status Log" not in shown(pilot)
        assert "Mon 23 Nov › Users" in shown(pilot)
        record = triage(pilot).table.record
        assert record is not None
        assert record.subject.user == "204121"

        await press(pilot, "enter")
        assert triage(pilot).place is Place.RECORD
        assert "Tanaka" not in shown(pilot)
        await press(pilot, "escape", "escape")
        assert triage(pilot).place is Place.LOG
        assert "Status Log" in shown(pilot)

        await pilot.resize_terminal(*WIDE)
        await settled(pilot)
        assert "anguyen@example.org" in shown(pilot)


async def test_escape_goes_out_as_far_as_enter_went_in(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter", "enter")
        assert triage(pilot).place is Place.RECORD

        await press(pilot, "escape", "escape", "escape", "escape")

        assert triage(pilot).log_tree.key == ("night", "2026-11-23")
        await press(pilot, "escape")
        assert "outermost" in status(pilot)
        assert pilot.app.is_running


async def test_part_of_the_rows_is_said_on_error_import_and_night(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "j", "j", "j", "l")
        text = shown(pilot)

        assert "511 of 1,277" in text
        assert sum("500 of 1,214" in line.split("│")[0] for line in text.splitlines()) == 2
        await press(pilot, "j")
        assert "500 of 1,214 rows read" in shown(pilot)


async def test_an_error_without_rows_says_what_to_do(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "down")

        assert "None of 52 affected records was read yet" in shown(pilot)
        assert "Open the log's page (O)" in shown(pilot)
        assert "Paste here" in shown(pilot)


async def test_records_are_filtered_and_the_matches_counted(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter", "slash", *"SMITH", "enter")

        assert "2 of 9 match “SMITH”" in status(pilot)
        assert "filter: SMITH   2 of 9 rows" in shown(pilot)
        assert "Smithers" in shown(pilot)
        assert "Nguyen" not in shown(pilot)

        await press(pilot, "slash", *["backspace"] * 5, "enter")
        assert "Nguyen" in shown(pilot)


async def test_a_filter_that_matches_nothing_says_so(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter", "slash", *"zzz", "enter")

        assert "No record matches." in shown(pilot)
        assert "0 of 9 match" in status(pilot)


async def test_sorting_goes_up_down_and_back_to_the_order_as_read(log: Path) -> None:
    def first_two(text: str) -> list[str]:
        lines = [line for line in text.splitlines() if "@example.org" in line and "HS" in line + "HS"]
        return [line.split("│")[-1].split()[1] for line in lines[:2]]

    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter", "down", "l")
        assert triage(pilot).table.column == "Last name"
        await press(pilot, "s")
        assert "sorted by Last name, upwards" in status(pilot)
        record = triage(pilot).table.record
        assert record is not None
        assert record.values["Last name"] == "Nguyen"
        assert triage(pilot).table.index == 1
        await press(pilot, "s")
        assert "downwards" in status(pilot)
        assert triage(pilot).table.index == 7
        await press(pilot, "s")
        assert "order as read" in status(pilot)
        assert triage(pilot).table.index == 1


async def test_marked_records_are_opened_together(log: Path) -> None:
    outside = Outside()
    async with small_app(log, outside).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter", "space", "G", "space")
        assert "2 marked" in status(pilot)
        await press(pilot, "o")

        assert outside.opened == [LOPEZ, LOPEZ.replace("204117", "204170")]
        await press(pilot, "U")
        assert "marked" not in status(pilot)


@pytest.mark.parametrize(("answer", "opened"), [("enter", 6), ("escape", 0), ("j", 0)])
async def test_more_than_five_pages_are_asked_about(log: Path, answer: str, opened: int) -> None:
    outside = Outside()
    async with small_app(log, outside).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter")
        for _ in range(6):
            await press(
                pilot,
                "g" if triage(pilot).table.index == 0 and not triage(pilot).table.marks else "down",
                "space",
            )
        await press(pilot, "o")
        assert "Open 6 pages?" in status(pilot)
        assert outside.opened == []
        await press(pilot, answer)

    assert len(outside.opened) == opened


async def test_y_copies_and_says_that_nobody_confirmed_it(log: Path) -> None:
    outside = Outside()
    async with small_app(log, outside).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter", "y")

        assert outside.copied == [LOPEZ]
        assert "not confirmed" in status(pilot)


async def test_the_whole_address_stands_at_the_edge_on_a_screen_of_its_own(log: Path) -> None:
    async with small_app(log).run_test(size=NARROW) as pilot:
        await press(pilot, "enter", "enter", "enter", "L")

        assert LOPEZ in shown(pilot).splitlines()
        await press(pilot, "escape")
        assert triage(pilot).place is Place.RECORDS


async def test_capital_o_opens_the_log_page(log: Path) -> None:
    outside = Outside()
    async with small_app(log, outside).run_test(size=WIDE) as pilot:
        await press(pilot, "O")

    assert outside.opened == ["https://example.schoology.com/import/log"]


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        (["O"], "not configured"),
        (["o"], "works on the record or records"),
        (["enter", "enter", "down", "tab", "o"], "None of this error's rows was read yet"),
        (["enter", "enter", "enter", "U"], "No record is marked"),
        (["tab", "slash"], "Choose an error first"),
    ],
)
async def test_a_key_that_cannot_work_now_says_why(log: Path, keys: list[str], reason: str) -> None:
    async with small_app(log, config=without_address(config_with())).run_test(size=WIDE) as pilot:
        await press(pilot, *keys)

        assert reason in status(pilot)


async def test_the_log_is_filtered_by_words_and_says_so(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "F", *"email use", "enter")
        text = shown(pilot)

        assert "filter: email use" in text
        assert "● Email already in use" in text
        assert "Missing required" not in text
        assert "Sun 22 Nov" not in text
        await press(pilot, "F", *["backspace"] * 9, "enter")
        assert "Sun 22 Nov" in shown(pilot)


async def test_a_prompt_left_with_escape_changes_nothing(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "F", *"zzz", "escape")

        assert "Sun 22 Nov" in shown(pilot)
        await press(pilot, "j")
        assert triage(pilot).log_tree.key != ("night", "2026-11-23")


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("wanted", ["SMITH", "zzz"])
async def test_escape_takes_the_filter_of_the_records_off_before_it_goes_out(
    log: Path, size: tuple[int, int], wanted: str
) -> None:
    async with small_app(log).run_test(size=size) as pilot:
        await press(pilot, "enter", "enter", "enter", "slash", *wanted, "enter", "escape")

        assert triage(pilot).place is Place.RECORDS
        assert "filter:" not in shown(pilot)
        assert len(triage(pilot).table.source or ()) == 9
        assert "The filter is off. Esc again goes out." in status(pilot)
        await press(pilot, "escape")
        assert triage(pilot).place is Place.LOG


async def test_what_a_filter_left_out_comes_back_as_it_was_sorted(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter", "s", "slash", *"SMITH", "enter", "escape")

        assert len(triage(pilot).table.source or ()) == 9
        assert "The filter is off: sorted by" in status(pilot)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_escape_takes_the_filter_of_the_log_off_before_it_goes_out(
    log: Path, size: tuple[int, int]
) -> None:
    async with small_app(log).run_test(size=size) as pilot:
        whole = [node.key for node in triage(pilot).log_tree.lines]
        await press(pilot, "F", *"email", "enter")
        assert [node.key for node in triage(pilot).log_tree.lines] != whole
        await press(pilot, "escape")
        assert "The filter is off" in status(pilot)
        assert triage(pilot).log_tree.wanted == ""
        await press(pilot, "F", *"zzz", "enter")
        assert "Esc shows all again." in shown(pilot) or size == NARROW
        await press(pilot, "escape")
        assert triage(pilot).log_tree.lines[0].key == whole[0]


async def test_the_help_says_what_the_signs_mean(log: Path) -> None:
    async with small_app(log).run_test(size=NARROW) as pilot:
        await press(pilot, "question_mark", "G")
        text = shown(pilot)
        assert "an error of which no row was read" in text
        assert "corrected in the SIS, waits for proof" in text


async def test_letters_in_a_prompt_are_text(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "F", "q", "question_mark", "o")

        assert pilot.app.is_running
        assert triage(pilot).is_current


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_the_way_out_is_one_key(log: Path, key: str) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter")
        await pilot.press(key)
        await pilot.pause()

        assert pilot.app.return_code == 0
        assert not pilot.app.is_running


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+q"])
async def test_the_way_out_works_inside_of_a_prompt_and_on_other_pages(log: Path, key: str) -> None:
    for opens in ("F", "question_mark"):
        async with small_app(log).run_test(size=WIDE) as pilot:
            await press(pilot, opens)
            await pilot.press(key)
            await pilot.pause()

            assert not pilot.app.is_running


async def test_a_click_goes_where_it_points(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter")
        await pilot.click("#log", offset=(5, 1))
        await settled(pilot)

        assert triage(pilot).place is Place.LOG
        assert "Users Import" in shown(pilot)


async def test_a_long_sentence_is_never_cut(log: Path) -> None:
    async with small_app(log).run_test(size=NARROW) as pilot:
        triage(pilot).tell("word " * 25 + "end")
        await settled(pilot)
        lines = shown(pilot).splitlines()

        assert " ".join(lines[-3:-1]).split() == ["word"] * 25 + ["end"]


async def test_a_slow_filter_leaves_the_keys_free_and_stops_with_escape(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Archive, "chosen", _endless)
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter")
        for key in ("slash", "L", "o", "enter"):
            await pilot.press(key)
        await pilot.pause()
        assert "Looking for “Lo” in 9 rows" in status(pilot)
        await pilot.press("down", "down")
        await pilot.pause()
        record = triage(pilot).table.record
        assert record is not None
        assert record.subject.user == "204130"

        await press(pilot, "escape")
        assert "Stopped" in status(pilot)
        assert triage(pilot).place is Place.RECORDS
        assert "filter:" not in shown(pilot)


async def test_q_does_not_wait_for_work(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Archive, "chosen", _endless)
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter")
        for key in ("s", "q"):
            await pilot.press(key)
        await pilot.pause()

        assert not pilot.app.is_running


def _endless(*_: object, cancelled: Callable[[], bool], **__: object) -> Rows:
    while not cancelled():
        threading.Event().wait(0.001)
    raise Cancelled


async def test_a_failure_of_the_archive_is_a_sentence(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await settled(pilot)

        def broken(*_: object, **__: object) -> Rows:
            raise ArchiveBusy("another process kept it locked", where="archive.sqlite")

        monkeypatch.setattr(Archive, "natural", broken)
        monkeypatch.setattr(Archive, "stamp", broken)
        await press(pilot, "enter", "enter", "enter")
        assert "archive.sqlite: another process kept it locked." in shown(pilot)
        await triage(pilot).log_desk.watch()
        await press(pilot, "r", "escape", "down")

        assert pilot.app.is_running


async def test_the_palette_finds_actions_by_name(log: Path) -> None:
    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "ctrl+p", *"filter log", "enter")
        await settled(pilot)

        assert triage(pilot).query_one(Prompt).display


async def test_hostile_text_is_shown_harmless_everywhere(log: Path) -> None:
    async with small_app(log, banner=HOSTILE).run_test(size=NARROW) as pilot:
        await press(pilot, "enter", "enter", "down", "down")
        pages = [shown(pilot)]
        for key in ("enter", "s", "enter", "y", "L", "escape", "question_mark", "escape", "p", "escape"):
            await press(pilot, key)
            pages.append(shown(pilot))

    assert any("␛]52;c;aGFja2Vk␇[bold red]␛[2J�gone[/bold red] �31m" in page for page in pages)
    for page in pages:
        assert all(character.isprintable() for character in page.replace("\n", ""))


async def test_position_survives_a_restart(log: Path, tmp_path: Path) -> None:
    state = tmp_path / "state" / "position.json"
    async with small_app(log, state=state).run_test(size=ROOMY) as pilot:
        await press(pilot, "enter", "enter", "enter", "slash", *"HS", "enter", "l", "s", "down", "down")
        record = triage(pilot).table.record
        assert record is not None
        before = shown(pilot)
        await pilot.press("q")

    assert state.stat().st_mode & 0o777 == 0o600
    async with small_app(log, state=state).run_test(size=ROOMY) as pilot:
        await settled(pilot)
        again = triage(pilot).table.record

        assert again == record
        assert triage(pilot).place is Place.RECORDS
        assert triage(pilot).table.sort == ("Last name", False)
        assert triage(pilot).table.column == "Last name"
        assert _without_status(shown(pilot)) == _without_status(before)


async def test_a_record_that_was_left_open_is_there_again_where_only_one_place_fits(
    log: Path, tmp_path: Path
) -> None:
    state = tmp_path / "position.json"
    async with small_app(log, state=state).run_test(size=NARROW) as pilot:
        await press(pilot, "enter", "enter", "enter", "down", "enter")
        assert "Nguyen, An" in shown(pilot)
        await pilot.press("q")

    async with small_app(log, state=state).run_test(size=NARROW) as pilot:
        await settled(pilot)
        assert triage(pilot).place is Place.RECORD
        assert "Nguyen, An" in shown(pilot)
        await press(pilot, "escape")
        assert "Okafor" in shown(pilot)


def _without_status(text: str) -> list[str]:
    lines = [
        " ".join(line.split()) for line in text.splitlines()
    ]  # a column may be as wide as the rows that were seen
    return lines[:-2] + lines[-1:]


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"x": 1}', "\x00" * 50, '{"node": 7}'])
async def test_a_broken_state_file_is_ignored(log: Path, tmp_path: Path, broken: str) -> None:
    state = tmp_path / "position.json"
    state.write_text(broken)
    async with small_app(log, state=state).run_test(size=WIDE) as pilot:
        await settled(pilot)

        assert triage(pilot).log_tree.key == ("night", "2026-11-23")


async def test_what_another_process_brings_in_appears_and_the_cursor_stays(log: Path) -> None:
    from tests.ui.small_log import file_run, run

    async with small_app(log).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "enter", "enter", "down", "down")
        record = triage(pilot).table.record
        with Archive.open(log) as other:
            from importlog_tui.model import Kind, Result

            file_run(other, run(Kind.USERS, 24, "01:02", Result.COMPLETED))
        await triage(pilot).log_desk.watch()
        await settled(pilot)

        assert "Tue 24 Nov" in shown(pilot)
        assert triage(pilot).table.record == record
        assert triage(pilot).place is Place.RECORDS


async def test_an_empty_archive_says_how_to_begin(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite"
    Archive.open(path).close()
    for size in (WIDE, NARROW):
        async with small_app(path).run_test(size=size) as pilot:
            await settled(pilot)

            assert "importlog-tui add PATH" in shown(pilot)
            assert "importlog-tui demo" in shown(pilot)
            await press(pilot, "enter", "F", "down", "G", "o", "L", "escape")
            assert pilot.app.is_running
