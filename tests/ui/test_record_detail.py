from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from textual.app import App, ComposeResult

from importlog_tui import text
from importlog_tui.model import Record
from importlog_tui.ui.presentation.why import Cell, Table
from importlog_tui.ui.theme import TERMINAL
from importlog_tui.ui.widgets.detail_lines import detail_lines, heading_width
from importlog_tui.ui.widgets.pieces import (
    MOST_SHOWN,
    Part,
    Pieces,
    value_pieces,
    wrapped,
    wrapped_pieces,
)
from importlog_tui.ui.widgets.record_detail import RecordDetail
from importlog_tui.ui.widgets.side_by_side import table_lines
from tests.ui.made_up_rows import record_of


def plain(pieces: Pieces) -> str:
    return "".join(shown for shown, _ in pieces)


def lines_of(record: Record, cells: int = 80) -> list[str]:
    headings = min(heading_width(tuple(record.values)), cells // 3)
    return [plain(line) for line in detail_lines(record, headings=headings, cells=cells)]


def test_headings_are_aligned_and_values_follow() -> None:
    record = record_of(1, ("Unique ID", "Last name", "First name"), ("204117", "Lopez", "Maria"), number=17)

    assert lines_of(record) == [
        "Lopez, Maria   204117   row 17",
        "",
        "Unique ID   204117",
        "Last name   Lopez",
        "First name  Maria",
    ]


def test_a_witness_that_needs_few_cells_leaves_them_to_the_others() -> None:
    mail = "anguyen@example.org"
    rows = (("Email", (Cell(mail), Cell(mail, "="), Cell("an.nguyen2@example.org", "≠"))),)
    table = Table("", ("row that failed", "SIS, 23 Nov", "Schoology, 22 Nov"), rows)

    lines = [plain(line) for line in table_lines(table, 78)]
    assert len(lines) == 2
    assert mail in lines[1]
    assert "≠ an.nguyen2@example.org" in lines[1]
    for cells in range(40, 78):
        assert all(text.width(plain(line)) <= cells for line in table_lines(table, cells))


def test_a_record_about_nobody_known_is_told_by_its_row() -> None:
    assert lines_of(record_of(1, ("Fruit",), ("plum",), number=1214))[0] == "row 1,214"


def test_what_cannot_be_seen_gets_a_sign_and_its_name() -> None:
    assert plain(value_pieces("204117 ")) == "204117·  · trailing space"
    assert plain(value_pieces("Lou\u00a0Ann")) == "Lou⍽Ann  ⍽ no-break space"
    assert plain(value_pieces("a\tb\tc")) == "a␉b␉c  ␉ tab ×2"
    assert plain(value_pieces("\u200bHS")).endswith("HS  \ufffd zero-width space")
    assert plain(value_pieces("204117")) == "204117"


def test_signs_and_names_are_told_apart_from_the_cells_own_text() -> None:
    assert [part for _, part in value_pieces("HS ")] == [Part.VALUE, Part.SIGN, Part.NOTE]
    assert value_pieces("") == [("(empty)", Part.NOTE)]
    assert value_pieces("(empty)") == [("(empty)", Part.VALUE)]


def test_a_cell_of_5_mb_is_cut_and_its_length_told() -> None:
    shown = plain(value_pieces("x " * (5_242_880 // 2)))

    assert len(shown) < MOST_SHOWN + 100
    assert shown.endswith("…  5,242,880 characters")
    assert "trailing" not in shown


def test_long_values_are_wrapped_under_themselves() -> None:
    record = record_of(1, ("Notes",), ("one two three four five six seven eight nine ten eleven",))

    assert lines_of(record, 40)[2:] == [
        "Notes  one two three four five six seven",
        "       eight nine ten eleven",
    ]


def test_in_few_cells_values_stand_under_their_headings() -> None:
    record = record_of(1, ("Last name", "Email"), ("Lopez", "mlopez@example.org"))

    assert lines_of(record, 14)[2:] == [
        "Last name",
        "  Lopez",
        "Email",
        "  mlopez@examp",
        "  le.org",
    ]


@given(st.text(), st.integers(2, 40))
def test_wrapping_keeps_every_character_and_every_line_fits(raw: str, cells: int) -> None:
    shown = text.safe(raw)
    lines = wrapped(shown, cells)

    assert "".join(lines).replace(" ", "") == shown.replace(" ", "")
    assert all(text.width(line) <= cells or len(line) == 1 for line in lines)


@given(st.text(alphabet=st.characters(codec=None)))
def test_whatever_a_cell_holds_what_is_shown_is_harmless(cell: str) -> None:
    assert plain(value_pieces(cell)).isprintable()


def test_wrapping_keeps_what_each_piece_is() -> None:
    lines = wrapped_pieces([("aaa bbb", Part.VALUE), ("·", Part.SIGN), ("  · trailing", Part.NOTE)], 8)

    assert lines[0] == [("aaa bbb", Part.VALUE), ("·", Part.SIGN)]
    assert plain(lines[-1]).strip() == "trailing"


class DetailApp(App[None]):
    """A panel and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(TERMINAL)
        self.theme = TERMINAL.name

    def compose(self) -> ComposeResult:
        yield RecordDetail()

    @property
    def detail(self) -> RecordDetail:
        return self.query_one(RecordDetail)

    def lines(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.detail.render_lines(self.detail.size.region)]


def wide_record(columns: int, record_id: int = 1) -> Record:
    names = tuple(f"Column {n}" for n in range(columns))
    return record_of(record_id, names, tuple(f"cell {n}" for n in range(columns)))


async def test_the_panel_scrolls_by_line_and_page_and_to_its_ends() -> None:
    async with DetailApp().run_test(size=(50, 10)) as pilot:
        app = pilot.app
        assert isinstance(app, DetailApp)
        app.detail.show(wide_record(40), about=["Missing required field"])
        assert app.lines()[:5] == [
            " row 1",
            " Missing required field",
            "",
            " Column 0   cell 0",
            " Column 1   cell 1",
        ]
        app.detail.action_scroll_line_down()
        assert app.lines()[0] == " Missing required field"
        app.detail.action_scroll_page_down()
        assert app.lines()[0] == " Column 7   cell 7"
        app.detail.action_scroll_to_bottom()
        assert app.lines()[-1] == " Column 39  cell 39"
        app.detail.action_scroll_page_down()
        assert app.lines()[-1] == " Column 39  cell 39"
        app.detail.action_scroll_page_up()
        assert app.lines()[-1] == " Column 30  cell 30"
        app.detail.action_scroll_to_top()
        app.detail.action_scroll_line_up()
        assert app.lines()[0] == " row 1"


async def test_another_record_is_shown_from_its_beginning_and_the_same_one_where_it_was() -> None:
    async with DetailApp().run_test(size=(50, 10)) as pilot:
        app = pilot.app
        assert isinstance(app, DetailApp)
        app.detail.show(wide_record(40))
        app.detail.action_scroll_page_down()
        place = app.lines()
        app.detail.show(wide_record(40))
        assert app.lines() == place
        app.detail.show(wide_record(40, record_id=2))
        assert app.lines()[0] == " row 1"
        app.detail.show(None, about=["No record is chosen."])
        assert app.lines()[0] == " No record is chosen."
        assert app.detail.record is None


async def test_of_20000_columns_only_those_are_made_that_are_looked_at() -> None:
    async with DetailApp().run_test(size=(50, 10)) as pilot:
        app = pilot.app
        assert isinstance(app, DetailApp)
        made = 0
        record = wide_record(20_000)

        class Watched(dict[str, str]):
            def items(self) -> Iterator[tuple[str, str]]:  # type: ignore[override]
                nonlocal made
                for item in super().items():
                    made += 1
                    yield item

        app.detail.show(Record(1, 1, 1, 1, record.subject, Watched(record.values)))
        await pilot.pause()
        assert made <= 12
        app.detail.action_scroll_to_bottom()
        assert app.lines()[-1].split() == ["Column", "19999", "cell", "19999"]


async def test_the_panel_is_wrapped_anew_when_resized_and_works_in_one_cell() -> None:
    async with DetailApp().run_test(size=(50, 10)) as pilot:
        app = pilot.app
        assert isinstance(app, DetailApp)
        app.detail.show(record_of(1, ("Notes",), ("one two three four five six seven eight",)))
        for size in ((12, 5), (1, 1), (2, 2), (200, 50), (50, 10)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert {strip.cell_length for strip in app.detail.render_lines(app.detail.size.region)} == {
                size[0]
            }
        assert app.lines()[2] == " Notes  one two three four five six seven eight"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(alphabet=st.characters(codec=None), max_size=40), min_size=3, max_size=3))
async def test_nothing_that_steers_a_terminal_leaves_the_panel(cells: list[str]) -> None:
    async with DetailApp().run_test(size=(60, 12)) as pilot:
        app = pilot.app
        assert isinstance(app, DetailApp)
        app.detail.show(record_of(1, ("Last name", "First name", f"c{cells[0]}"), cells), about=cells)
        console = Console(color_system="truecolor")
        sent = "".join(strip.render(console) for strip in app.detail.render_lines(app.detail.size.region))

    assert re.sub(r"\x1b\[[0-9;]*m", "", sent).isprintable()
