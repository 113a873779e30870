from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from importlog_tui.errors import ArchiveBusy
from importlog_tui.model import Record
from importlog_tui.ui.theme import DARK, TERMINAL
from importlog_tui.ui.widgets.record_messages import (
    MarksChanged,
    RecordEntered,
    RecordHighlighted,
    RowsFailed,
)
from importlog_tui.ui.widgets.record_table import MOST_MARKS, RecordTable
from tests.ui.made_up_rows import MadeUpRows, cells_of

HEIGHT = 20  # of the table: a header and 19 rows
PAGE = HEIGHT - 1


class TableApp(App[None]):
    """A table and nothing else."""

    BINDINGS = [("q", "quit", "leave"), ("pagedown", "table('page_down')", "down")]

    def __init__(self, theme: str = TERMINAL.name) -> None:
        super().__init__()
        self.register_theme(TERMINAL)
        self.register_theme(DARK)
        self.theme = theme
        self.told: list[Message] = []

    def compose(self) -> ComposeResult:
        yield RecordTable()

    @property
    def table(self) -> RecordTable:
        return self.query_one(RecordTable)

    def action_table(self, name: str) -> None:
        self.do(name)

    def do(self, *names: str) -> None:
        for name in names:
            getattr(self.table, f"action_{name}")()

    def lines(self) -> list[str]:
        return [strip.text for strip in self.table.render_lines(self.table.size.region)]

    def all_told(self, kind: type[Message]) -> list[Message]:
        return [message for message in self.told if isinstance(message, kind)]

    def on_record_highlighted(self, message: RecordHighlighted) -> None:
        self.told.append(message)

    def on_record_entered(self, message: RecordEntered) -> None:
        self.told.append(message)

    def on_marks_changed(self, message: MarksChanged) -> None:
        self.told.append(message)

    def on_rows_failed(self, message: RowsFailed) -> None:
        self.told.append(message)


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def shown(
    pilot: Pilot[None], source: MadeUpRows, *, index: int = 0, sort: tuple[str, bool] | None = None
) -> TableApp:
    app = pilot.app
    assert isinstance(app, TableApp)
    app.table.focus()
    app.table.show(source, index=index, sort=sort)
    await settle(pilot)
    return app


def cursor_line(lines: Sequence[str]) -> int:
    (at,) = (at for at, line in enumerate(lines) if line.startswith("▌"))
    return at


async def test_a_million_rows_are_shown_by_a_window() -> None:
    source = MadeUpRows(1_000_000)
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, source)
        lines = app.lines()

        assert lines[0].split() == [
            "Unique",
            "ID",
            "Last",
            "name",
            "First",
            "name",
            "Email",
            "School",
            "Role",
        ]
        assert lines[1].startswith("▌  204117")
        assert all(f"{204117 + n}" in lines[1 + n] for n in range(PAGE))
        assert sum(stop - start for start, stop in source.asked) <= 3 * PAGE
        assert app.table.position_text == "row 1 of 1,000,000"


async def test_cursor_steps_inside_the_page_ask_nothing_and_a_page_down_at_most_once() -> None:
    source = MadeUpRows(1_000_000)
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, source)
        source.asked.clear()

        app.do(*["cursor_down"] * (PAGE - 1), *["cursor_up"] * 5)
        await settle(pilot)
        assert source.asked == []

        for n in range(1, 6):
            app.do("page_down")
            await settle(pilot)
            assert len(source.asked) == n
            assert all(stop - start <= PAGE for start, stop in source.asked)


async def test_a_page_that_is_at_hand_is_shown_at_once() -> None:
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, source := MadeUpRows(1000))
        source.gate.clear()

        app.do("page_down")

        assert f"{204117 + PAGE}" in app.lines()[1]


async def test_while_rows_are_fetched_the_old_page_stays_whole_and_q_leaves() -> None:
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, source := MadeUpRows(1_000_000))
        before = app.lines()
        source.gate.clear()

        app.do("last_row", "cursor_up")
        await pilot.pause()

        assert app.lines() == before
        assert app.table.position_text == "row 999,999 of 1,000,000"
        assert app.table.record is None

        await pilot.press("q")
        assert not app.is_running


async def test_keys_pressed_while_rows_are_fetched_are_kept_in_order() -> None:
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, source := MadeUpRows(100_000))
        source.gate.clear()
        app.do(
            "last_row", "toggle_mark", "cursor_up", "cursor_up", "enter_record", "first_row", "cursor_down"
        )
        await pilot.pause()
        assert app.all_told(RecordEntered) == []

        source.gate.set()
        await settle(pilot)

        assert app.table.marks == {source.record(99_999).id}
        assert app.all_told(RecordEntered) == [RecordEntered(source.record(99_997))]
        assert app.table.index == 1
        assert cursor_line(app.lines()) == 2


async def test_of_a_held_key_only_the_page_is_fetched_that_it_comes_to_rest_on() -> None:
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, source := MadeUpRows(1_000_000))
        source.asked.clear()
        source.gate.clear()
        for _ in range(30):
            app.do(*["page_down"] * 10)
            await pilot.pause()
        source.gate.set()
        await settle(pilot)

        assert len(source.asked) <= 3
        assert app.table.index == 300 * PAGE
        assert f"{204117 + 300 * PAGE}" in app.lines()[1]


async def test_a_held_cursor_key_scrolls_by_half_pages() -> None:
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, source := MadeUpRows(10_000))
        await source.window(0, 11 * PAGE)
        firsts = []
        for _ in range(10 * PAGE):
            app.do("cursor_down")
            firsts.append(app.lines()[1][3:9])
            cursor_line(app.lines())

        assert len(set(firsts)) <= 2 * 10 + 1


@pytest.mark.parametrize(
    ("start", "actions", "index"),
    [
        (0, ["cursor_up"], 0),
        (0, ["cursor_down"], 1),
        (0, ["page_down"], PAGE),
        (5, ["page_down", "page_up"], 5),
        (5, ["page_up"], 0),
        (0, ["last_row"], 999),
        (0, ["last_row", "cursor_down", "page_down"], 999),
        (990, ["page_down"], 999),
        (500, ["first_row"], 0),
    ],
)
async def test_moves_stay_within_the_rows(start: int, actions: list[str], index: int) -> None:
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, MadeUpRows(1000), index=start)
        app.do(*actions)
        await settle(pilot)

        lines = app.lines()
        assert app.table.index == index
        assert f"{204117 + index}" in lines[cursor_line(lines)]


async def test_the_record_under_the_cursor_is_told_once_it_is_seen() -> None:
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, source := MadeUpRows(100))
        assert app.told == [RecordHighlighted(0, source.record(0))]
        app.do("cursor_down")
        await settle(pilot)
        assert app.told[1:] == [RecordHighlighted(1, source.record(1))]
        app.do("column_right", "toggle_mark")
        await settle(pilot)
        assert len(app.all_told(RecordHighlighted)) == 2
        assert app.table.record == source.record(1)


async def test_marks_survive_sort_and_filter_but_not_another_error() -> None:
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, MadeUpRows(100))
        app.do("toggle_mark", "cursor_down", "toggle_mark")
        assert [line[1] for line in app.lines()[1:4]] == ["●", "●", " "]
        app.do("toggle_mark")
        assert app.table.marks == {1001}

        await shown(pilot, MadeUpRows(50), sort=("Last name", True))
        assert app.table.marks == {1001}
        assert app.lines()[1][:2] == "▌●"

        await shown(pilot, MadeUpRows(50, error_id=2))
        assert app.table.marks == frozenset()
        assert app.told[-2:] == [MarksChanged(0), RecordHighlighted(0, MadeUpRows(50, error_id=2).record(0))]


async def test_all_rows_in_view_are_marked_and_unmarked_together() -> None:
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, MadeUpRows(300))
        app.do("mark_all")
        await settle(pilot)
        assert len(app.table.marks) == 300
        app.table.unmark_all()
        assert app.table.marks == frozenset()
        await settle(pilot)
        assert app.all_told(MarksChanged) == [MarksChanged(300), MarksChanged(0)]

        await shown(pilot, MadeUpRows(MOST_MARKS + 1))
        app.do("mark_all")
        await settle(pilot)
        assert app.told[-1] == MarksChanged(0, refused=MOST_MARKS + 1)


async def test_the_column_cursor_chooses_what_to_sort_by_and_repaints_only_the_header() -> None:
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, MadeUpRows(100), sort=("Last name", False))
        assert app.table.column == "Unique ID"
        rows = app.lines()[1:]
        app.do("column_right", "column_right", "column_left")

        assert app.table.column == "Last name"
        assert app.table.sort == ("Last name", False)
        assert "Last name▲" in app.lines()[0]
        assert app.lines()[1:] == rows
        header = app.table.render_lines(app.table.size.region)[0]
        assert [s.text for s in header if s.style is not None and s.style.underline] == ["Last name"]

        app.do(*["column_right"] * 6)
        assert app.table.column == "Notes"
        assert "Notes" in app.lines()[0]
        assert app.lines()[1].startswith("▌  204117     Lopez")


async def test_the_cursor_goes_to_a_record_and_says_if_it_is_not_there() -> None:
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, MadeUpRows(100_000))
        assert await app.table.move_to(1001 + 70_000)
        await settle(pilot)
        assert app.table.index == 70_000
        assert "274117" in app.lines()[cursor_line(app.lines())]
        assert not await app.table.move_to(7)
        assert app.table.index == 70_000


async def test_a_resize_keeps_the_cursor_in_view() -> None:
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, MadeUpRows(1000), index=500)
        app.do(*["cursor_down"] * 8)
        for size in ((80, 6), (40, 3), (10, 1), (10, 2), (200, 60), (1, 1), (100, HEIGHT)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            lines = app.lines()
            assert len(lines) == size[1]
            assert {len(line) for line in lines} == {size[0]}
            assert app.table.index == 508
            cursor_line(lines)
        assert "204625" in lines[cursor_line(lines)]


async def test_where_there_are_no_rows_a_message_stands() -> None:
    message = [
        "No rows were read yet: open the page with o, \x1b]52;c;x\x07[b]select all[/b]",
        "",
        "Then paste here.",
    ]
    async with TableApp().run_test(size=(40, HEIGHT)) as pilot:
        app = pilot.app
        assert isinstance(app, TableApp)
        app.table.show(None, message=message)
        await settle(pilot)
        said = " ".join(" ".join(app.lines()).split())
        assert (
            said == "No rows were read yet: open the page with o, ␛]52;c;x␇[b]select all[/b] Then paste here."
        )
        assert app.table.position_text == "no rows"
        app.table.show(None, message=["  Indented lines stay so where they are wrapped."])
        await settle(pilot)
        assert [line for line in app.lines() if line.strip()] == [
            f"     {'Indented lines stay so where':<35}",
            f"     {'they are wrapped.':<35}",
        ]
        app.do(
            "cursor_down", "page_up", "last_row", "toggle_mark", "mark_all", "enter_record", "column_right"
        )
        await settle(pilot)
        assert app.told == []

        app.table.show(MadeUpRows(0), message=["No row holds “zebra”."])
        await settle(pilot)
        assert "Unique ID" in app.lines()[0]
        assert any("No row holds “zebra”." in line for line in app.lines())


async def test_rows_that_cannot_be_fetched_are_told_and_the_table_stays_usable() -> None:
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, source := MadeUpRows(100_000))
        before = app.lines()
        source.fault = ArchiveBusy("the archive is locked")
        app.do("last_row", "enter_record")
        await settle(pilot)

        assert app.told[1:] == [RowsFailed(source.fault)]
        assert app.lines() == before
        assert app.table.index == 0

        source.fault = None
        app.do("last_row")
        await settle(pilot)
        assert app.table.index == 99_999
        assert app.all_told(RecordEntered) == []


async def test_a_row_that_left_the_archive_meanwhile_says_so() -> None:
    source = MadeUpRows(100)
    source.gone = {1}
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, source)
        app.do("cursor_down", "toggle_mark", "enter_record")
        await settle(pilot)

        assert "no longer in the archive" in app.lines()[2]
        assert app.told[1:] == [RecordHighlighted(1, None)]
        assert "204119" in app.lines()[3]


async def test_the_cursor_is_seen_without_colour_with_the_focus_and_without() -> None:
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, MadeUpRows(100))
        line = app.table.render_lines(app.table.size.region)[1]
        assert any(segment.style is not None and segment.style.reverse for segment in line)
        app.set_focus(None)
        await pilot.pause()
        line = app.table.render_lines(app.table.size.region)[1]
        assert line.text.startswith("▌")
        assert not any(segment.style is not None and segment.style.reverse for segment in line)


async def test_in_the_terminals_own_colours_plain_rows_carry_no_style_at_all() -> None:
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, MadeUpRows(100))
        strips = app.table.render_lines(app.table.size.region)
        console = Console(color_system="truecolor", force_terminal=True)

        assert "\x1b" not in "".join(strip.render(console) for strip in strips[2:])
        assert strips[1].render(console).count("\x1b[") == 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text(alphabet=st.characters(codec=None), max_size=30), min_size=3, max_size=3), st.booleans()
)
async def test_nothing_that_steers_a_terminal_leaves_the_table(cells: list[str], is_dark: bool) -> None:
    columns = (cells[0] or "a", f"{cells[1]}b", f"c{cells[2]}")
    if len(set(columns)) < 3:
        columns = ("a", "b", "c")
    source = MadeUpRows(3, columns=columns, cells=lambda _: cells)
    async with TableApp(DARK.name if is_dark else TERMINAL.name).run_test(size=(60, 6)) as pilot:
        app = await shown(pilot, source)
        sent = "".join(
            strip.render(Console(color_system="truecolor"))
            for strip in app.table.render_lines(app.table.size.region)
        )

    assert re.sub(r"\x1b\[[0-9;]*m", "", sent).isprintable()


async def test_a_callback_gets_the_record_that_was_under_the_cursor() -> None:
    got: list[Record | None] = []
    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, source := MadeUpRows(1000))
        app.table.when_there(got.append)
        assert got == [source.record(0)]
        app.do("last_row")
        app.table.when_there(got.append)
        app.do("first_row")
        await settle(pilot)

    assert got == [source.record(0), source.record(999)]


async def test_widths_do_not_change_while_scrolling() -> None:
    def cells(n: int) -> Sequence[str]:
        return [*cells_of(n)[:3], f"{'x' * min(n, 60)}@example.org", *cells_of(n)[4:]]

    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, MadeUpRows(1000, cells=cells))
        header = app.lines()[0]
        app.do("last_row")
        await settle(pilot)
        assert app.lines()[0] == header
        assert "…" in app.lines()[1]


async def test_another_theme_is_on_the_next_frame() -> None:
    def colours(app: TableApp) -> set[str]:
        strips = app.table.render_lines(app.table.size.region)
        return {
            str(part.style.bgcolor.name)
            for line in strips
            for part in line
            if part.style and part.style.bgcolor
        }

    async with TableApp().run_test(size=(100, HEIGHT)) as pilot:
        app = await shown(pilot, MadeUpRows(100))
        assert colours(app) == set()
        app.theme = DARK.name
        await settle(pilot)
        assert colours(app) == {DARK.background, DARK.variables["block-cursor-background"]}
        app.theme = TERMINAL.name
        await settle(pilot)
        assert colours(app) == set()


async def test_without_colours_the_table_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    for theme in (TERMINAL.name, DARK.name):
        async with TableApp(theme).run_test(size=(100, HEIGHT)) as pilot:
            app = await shown(pilot, MadeUpRows(100))
            assert app.lines()[1].startswith("▌  204117")
