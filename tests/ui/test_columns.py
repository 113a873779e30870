from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importlog_tui import text
from importlog_tui.ui.widgets.columns import (
    GUTTER,
    WIDEST,
    WIDEST_HEADING,
    ColumnView,
    ColumnWidths,
    cell_text,
)
from tests.ui.made_up_rows import COLUMNS, MadeUpRows, record_of

FROZEN = (0, 1, 2)


def view_of(room: int, columns: tuple[str, ...] = COLUMNS, frozen: tuple[int, ...] = FROZEN) -> ColumnView:
    source = MadeUpRows(100, columns=columns, cells=lambda n: [f"{column[:6]}{n}" for column in columns])
    view = ColumnView(columns, frozen)
    view.fit(room)
    view.learn([source.record(n) for n in range(40)])
    return view


def shown(view: ColumnView) -> list[str]:
    return [view.columns[placed.place] for placed in view.layout.placed]


def test_columns_take_the_room_that_their_cells_and_headings_need() -> None:
    widths = ColumnWidths(("ID", "A heading of twenty-six cells", "Comment"))
    widths.learn(
        [
            record_of(1, widths.columns, ("204117", "x", "c" * 100)),
            record_of(2, widths.columns, ("7", "", "")),
        ]
    )

    assert [widths[0], widths[1], widths[2]] == [6, WIDEST_HEADING, WIDEST]


def test_other_rows_of_the_same_table_only_widen_a_column() -> None:
    widths = ColumnWidths(("ID",))
    widths.learn([record_of(1, ("ID",), ("12345",))])
    assert widths[0] == 5
    widths.learn([record_of(2, ("ID",), ("1",))])
    assert widths[0] == 5
    widths.learn([record_of(3, ("ID",), ("1234567",))])
    assert widths[0] == 7


def test_the_columns_that_tell_whom_a_row_is_about_stay_while_the_others_scroll() -> None:
    view = view_of(70)
    assert shown(view)[:3] == ["Unique ID", "Last name", "First name"]

    for _ in range(7):
        view.choose(view.chosen + 1)

    assert view.column == "Notes"
    assert shown(view)[:3] == ["Unique ID", "Last name", "First name"]
    assert shown(view)[-1] == "Notes"
    assert "Email" not in shown(view)


def test_the_subject_columns_stand_first_wherever_the_file_has_them() -> None:
    view = view_of(70, ("School", "Role", "Unique ID", "Email"), (2,))

    assert shown(view) == ["Unique ID", "School", "Role", "Email"]


def test_frozen_columns_leave_room_for_others() -> None:
    assert view_of(40).layout.frozen == 1
    assert view_of(12).layout.frozen == 0


def test_in_next_to_no_room_a_column_still_says_whom_the_row_is_about() -> None:
    view = view_of(20)
    view.choose(7)

    assert shown(view) == ["Unique ID", "Notes"]


def test_columns_scroll_no_further_than_the_last_one() -> None:
    view = view_of(60)
    view.choose(7)
    at_the_end = view.layout

    view.choose(99)

    assert view.layout == at_the_end
    assert view.layout.whole == len(view.layout.placed)


def test_a_wider_terminal_scrolls_back() -> None:
    view = view_of(50)
    view.choose(7)
    view.fit(200)

    assert shown(view) == list(COLUMNS)


def test_few_steps_to_the_side_scroll() -> None:
    view = view_of(60, tuple(f"Column {n}" for n in range(200)), (0,))
    scrolled = 0
    for _ in range(150):
        before = view.layout
        view.choose(view.chosen + 1)
        scrolled += view.layout != before

    assert view.column == "Column 150"
    assert scrolled <= 150 / 2


def test_of_20000_columns_only_those_on_the_line_are_measured() -> None:
    looked_at: set[str] = set()

    class Watched(dict[str, str]):
        def get(self, key: str, default: str | None = None) -> str:  # type: ignore[override]
            looked_at.add(key)
            return ""

    columns = tuple(f"Column {n}" for n in range(20_000))
    record = record_of(1, columns[:1], ("",))
    view = ColumnView(columns, (0,))
    view.fit(120)
    view.learn([type(record)(1, 1, 1, 1, record.subject, Watched())])
    view.choose(19_999)

    assert shown(view)[-1] == "Column 19999"
    assert len(looked_at) < 60


@given(
    st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=12),
    st.integers(1, 120),
    st.lists(st.integers(-1, 1), max_size=30),
    st.integers(0, 4),
)
def test_however_it_is_scrolled_the_chosen_column_is_seen_and_the_line_fits(
    headings: list[str], room: int, steps: list[int], frozen: int
) -> None:
    columns = tuple(f"{n} {heading}" for n, heading in enumerate(headings))
    view = view_of(room, columns, tuple(range(min(frozen, len(columns)))))
    for step in steps:
        view.choose(view.chosen + step)
        line = text.width(view.row_text(dict.fromkeys(columns, "x" * 50)))
        assert line + GUTTER <= max(room, GUTTER + 1)
        if room > GUTTER:
            assert view.column in shown(view)
        order = [view.layout.order.index(placed.place) for placed in view.layout.placed]
        assert all(later > earlier for earlier, later in pairwise(order))


def test_the_sorted_column_has_its_sign_behind_the_heading() -> None:
    def header(sort: tuple[str, bool] | None) -> str:
        return "".join(part.text + part.sign + part.blanks for part in view.headings(sort))

    view = view_of(70)
    plain = header(None)

    assert header(("Last name", False)) == plain.replace("Last name ", "Last name▲")
    assert header(("Last name", True)) == plain.replace("Last name ", "Last name▼")


def test_headings_stand_above_their_cells() -> None:
    view = view_of(80)
    header = "".join(part.text + part.sign + part.blanks for part in view.headings(("Email", True)))
    row = view.row_text({column: column for column in COLUMNS})

    for placed in view.layout.placed[:-1]:
        name = COLUMNS[placed.place]
        assert header.index(name) == row.index(name)
    assert text.width(header) == text.width(row)


@pytest.mark.parametrize(
    "cell", ["x" * 5_000_000, "e\u0301" * 2_000_000, "\x1b[2J" * 1_000_000, "中" * 1_000_000]
)
def test_a_cell_of_5_mb_is_cut_before_it_is_measured(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    longest = 0
    safe = text.safe

    def watched(given_text: str) -> str:
        nonlocal longest
        longest = max(longest, len(given_text))
        return safe(given_text)

    monkeypatch.setattr(text, "safe", watched)

    assert cell_text(cell, 12).rstrip().endswith("…")
    assert text.width(cell_text(cell, 12)) == 12
    assert longest < 200


@given(st.text(), st.integers(1, 60))
def test_a_cell_takes_exactly_its_column(cell: str, cells: int) -> None:
    assert text.width(cell_text(cell, cells)) == cells
    assert cell_text(cell, cells).isprintable()
