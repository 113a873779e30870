from __future__ import annotations

from pathlib import Path

import pytest
from textual.keys import Keys, _character_to_key, format_key

from importlog_tui.errors import ConfigProblem
from importlog_tui.text import width
from importlog_tui.ui.actions import ACTIONS, Moment, Place
from importlog_tui.ui.key_names import NAMED, glyph
from importlog_tui.ui.keymap import key_label, key_name, keys_markdown, settle
from importlog_tui.ui.presentation.status import footer
from importlog_tui.ui.screens.help import help_lines
from tests.ui.small_log import make_log, small_app


def test_the_defaults_are_the_products_letters() -> None:
    keymap = settle()

    shown = {
        action_id: keymap.shown(action_id)
        for action_id in ("open.user", "copy", "filter", "paste", "help", "quit")
    }
    assert shown == {"open.user": "o", "copy": "y", "filter": "/", "paste": "p", "help": "?", "quit": "q"}


def test_one_key_means_one_thing_in_one_place() -> None:
    keymap = settle()

    for key in keymap.meaning:
        for place in Place:
            assert sum(place in action.places for action in keymap.meaning[key]) <= 1
    in_log, in_records = keymap.action_for("space", Place.LOG), keymap.action_for("space", Place.RECORDS)
    assert in_log is not None
    assert in_records is not None
    assert (in_log.id, in_records.id) == ("fold", "mark")


def test_a_configured_key_replaces_the_defaults() -> None:
    keymap = settle({"open.user": ("x", "f5")})

    assert keymap.keys["open.user"] == ("x", "f5")
    assert keymap.action_for("o", Place.RECORDS) is None


@pytest.mark.parametrize("nothing", ["", [], [""]])
def test_a_key_can_be_taken_away(nothing: str | list[str]) -> None:
    keymap = settle({"sort": nothing})

    assert keymap.keys["sort"] == ()
    assert keymap.action_for("s", Place.RECORDS) is None


def test_an_unknown_action_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigProblem, match=r"district\.toml: \[keys\] open\.usr.*Did you mean open\.user"):
        settle({"open.usr": "x"}, file="district.toml")


@pytest.mark.parametrize("key", ["pagdown", "ctrl+", "hyperspace", "\x1b", "ctl+x"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ConfigProblem, match="is no key"):
        settle({"sort": key})


def test_a_near_miss_of_a_key_name_is_helped() -> None:
    with pytest.raises(ConfigProblem, match="Did you mean pagedown"):
        settle({"sort": "pagdown"})


def test_two_actions_on_one_key_in_one_place_are_refused() -> None:
    with pytest.raises(ConfigProblem, match=r"o is also the key of open\.user"):
        settle({"sort": "o"})


def test_two_actions_may_trade_their_keys() -> None:
    keymap = settle({"open.user": "y", "copy": "o"})

    found = keymap.action_for("o", Place.RECORDS)
    assert found is not None
    assert found.id == "copy"


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+q"])
def test_the_way_out_cannot_be_taken(key: str) -> None:
    with pytest.raises(ConfigProblem, match="always leaves"):
        settle({"sort": key})


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("/", "slash"),
        ("?", "question_mark"),
        ("G", "G"),
        ("ctrl+p", "ctrl+p"),
        ("f12", "f12"),
        ("-", "minus"),
        (" ", "space"),
    ],
)
def test_keys_may_be_written_as_characters(text: str, name: str) -> None:
    assert key_name(text) == name


@pytest.mark.parametrize(
    ("key", "label"),
    [("slash", "/"), ("question_mark", "?"), ("ctrl+p", "^p"), ("pageup", "PgUp"), ("G", "G")],
)
def test_keys_are_shown_as_people_know_them(key: str, label: str) -> None:
    assert key_label(key) == label


def test_the_readme_table_has_every_action() -> None:
    table = keys_markdown()

    assert all(f"| {action.id} |" in table for action in ACTIONS)
    assert table.count("\n") == len(ACTIONS) + 2


def test_the_help_page_fits_a_small_terminal_and_names_every_action() -> None:
    lines = help_lines(settle())

    assert len(lines) <= 24 - 3
    assert max(width(line) for line in lines) <= 80
    text = "\n".join(lines)
    assert [action.id for action in ACTIONS if action.help not in text] == []


@pytest.mark.parametrize("place", list(Place))
@pytest.mark.parametrize("cells", [40, 80, 120])
def test_the_footer_fits_and_always_leads_to_all_keys(place: Place, cells: int) -> None:
    text = "".join(part for part, _ in footer(settle(), Moment(place, has_log=True), cells))

    assert width(text) <= cells
    assert text.endswith("? keys")


def test_every_reason_is_a_sentence_that_ends() -> None:
    reasons = {reason for action in ACTIONS if (reason := action.why_not(Moment()))}

    assert len(reasons) >= 4
    assert all(reason.endswith(".") for reason in reasons)


async def test_every_action_is_done_by_exactly_one_desk(tmp_path: Path) -> None:
    app = small_app(make_log(tmp_path / "archive.sqlite"))
    async with app.run_test():
        done = [[desk for desk in app.triage.desks if hasattr(desk, action.method)] for action in ACTIONS]

    assert [len(desks) for desks in done] == [1] * len(ACTIONS)


def test_the_names_of_keys_are_textuals_own() -> None:
    assert {key.value for key in Keys} | {"space", "enter", "tab", "escape"} == NAMED
    for code in range(0x21, 0x7F):
        name = _character_to_key(chr(code))
        assert len(name) == 1 or glyph(name) == format_key(name)
