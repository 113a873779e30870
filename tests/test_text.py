"""Outside text made safe, measured and shown."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.text import fit, invisible, one_line, safe, to_json, whole, width

ANY_TEXT = st.text(alphabet=st.characters())
HOSTILE = "\x1b]52;c;aGk=\x07 \x9b2J \u202eevil\u2066 \u200b \x00 \x7f \ud800"


@given(ANY_TEXT)
def test_safe_text_is_one_printable_line(text: str) -> None:
    shown = safe(text)

    assert shown.isprintable()
    assert len(shown) == len(text)


def test_plain_text_passes_as_it_is() -> None:
    assert safe("O'Brien, José [bold] 李") == "O'Brien, José [bold] 李"


def test_control_characters_become_their_pictures() -> None:
    assert safe("a\x1b[31mb\tc\nd") == "a␛[31mb␉c␊d"


def test_hostile_text_holds_nothing_that_a_terminal_obeys() -> None:
    assert not {unicodedata.category(c) for c in safe(HOSTILE)} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_a_message_is_folded_to_one_line() -> None:
    assert one_line("  Email \n\t already\u00a0in use ") == "Email already in use"


@given(ANY_TEXT.map(safe), st.integers(min_value=0, max_value=60))
def test_fitted_text_takes_exactly_its_cells(text: str, cells: int) -> None:
    assert width(fit(text, cells)) == cells


def test_a_cut_is_marked() -> None:
    assert fit("Lopez, Maria", 8) == "Lopez, …"
    assert fit("日本語の名前", 6) == "日本… "


@given(ANY_TEXT)
def test_invisible_parts_leave_nothing_out(text: str) -> None:
    pieces = invisible(text)

    assert sum(len(shown) for shown, _ in pieces) == len(text)
    assert all(shown.isprintable() for shown, _ in pieces)


def test_invisible_differences_are_named() -> None:
    assert invisible("mlopez ") == [("mlopez", None), ("·", "trailing space")]
    assert invisible("\u00a0m\u200b") == [("⍽", "no-break space"), ("m", None), ("�", "zero-width space")]
    assert invisible("a  b") == [("a ", None), ("·", "doubled space"), ("b", None)]
    assert invisible("  ") == [("·", "leading space"), ("·", "leading space")]


@given(ANY_TEXT)
def test_json_reads_back_and_is_harmless(text: str) -> None:
    line = to_json({"value": text})

    assert json.loads(line) == {"value": text}
    assert not {unicodedata.category(c) for c in line} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(line) & set("\u200b\u200e\u200f\u202a\u202e\u2066\u2069\ufeff\x9b\x1b")


def test_json_keeps_letters_readable() -> None:
    assert to_json({"name": "José"}) == '{"name": "José"}'


@given(ANY_TEXT)
def test_whole_text_can_be_written(text: str) -> None:
    assert len(whole(text).encode()) >= len(text)
