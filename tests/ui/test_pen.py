"""Styles of cells: what switches from one to another really does, and is short."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.ui.pen import PLAIN, Pen, linked, on_blanks, switch, turned

sgr = st.lists(
    st.sampled_from(
        "0 1 2 3 4 5 7 8 9 21 22 23 24 25 27 28 29 31 97 39 42 107 49 53 55 38;5;208 48;5;17 38;2;1;2;3 48;2;9;8;7".split()  # noqa: SIM905
    ),
    max_size=6,
).map(";".join)
pens = st.builds(
    lambda parameters, link: linked(turned(PLAIN, parameters or "0"), link),
    sgr,
    st.sampled_from([";", "id=1;https://example.org/1", "id=2;https://example.org/2"]),
)


def after(pen: Pen, written: str) -> Pen:
    """The pen of a terminal that gets `written`."""
    for link, parameters in re.findall(r"\x1b\]8;([^\x1b]*)\x1b\\|\x1b\[([\d;]*)m", written):
        pen = linked(pen, link) if link else turned(pen, parameters)
    return pen


@given(pens, pens)
def test_a_switch_leads_to_the_style_it_is_for(old: Pen, new: Pen) -> None:
    assert after(old, switch(old, new)) == new
    assert len(re.findall(r"\x1b\[", switch(old, new))) <= 1


@given(pens)
def test_a_style_needs_no_switch_to_itself_and_three_bytes_to_plain(pen: Pen) -> None:
    assert switch(pen, pen) == ""
    bare = linked(pen, ";")
    assert switch(bare, PLAIN) == ("" if bare == PLAIN else "\x1b[m")


def test_a_switch_says_only_what_changes() -> None:
    red = turned(PLAIN, "31")
    assert switch(red, turned(red, "1")) == "\x1b[1m"
    assert switch(turned(red, "1;44"), turned(red, "44")) == "\x1b[22m"
    assert switch(turned(PLAIN, "1;2;38;2;10;20;30"), turned(PLAIN, "2;38;2;10;20;30")) == "\x1b[22;2m"


def test_nothing_of_a_style_shows_on_a_blank_but_what_is_drawn_there() -> None:
    assert on_blanks(turned(PLAIN, "1;3;31")) is PLAIN
    assert on_blanks(turned(PLAIN, "1;31;44")) == turned(PLAIN, "44")
    assert on_blanks(turned(PLAIN, "4;31")) == turned(PLAIN, "4;31")
    assert on_blanks(turned(PLAIN, "7;1;31")) == turned(PLAIN, "7;1;31")
