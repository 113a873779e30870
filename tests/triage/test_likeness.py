"""What the eye overlooks between two values has a name."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from importlog_tui.triage.likeness import is_rewriting_of, likeness, oddities, rewritten


@pytest.mark.parametrize(
    ("one", "other", "names"),
    [
        ("mlopez ", "mlopez", ("trailing space",)),
        (" mlopez", "mlopez", ("leading space",)),
        ("mlopez", "mlopez ", ("trailing space missing",)),
        ("MARIA Lopez", "maria lopez", ("differs only in case",)),
        ("mail", "mall", None),
        ("2O4117", "204117", ("capital O, not zero",)),
        ("204ll7", "204117", ("small l, not one",)),
        ("450", "0450", ("leading zero lost",)),
        ("0450", "450", ("leading zero too many",)),
        ("1.23E+05", "123456", ("Excel wrote 1.23E+05",)),
        ("204117.0", "204117", ("a spreadsheet added decimals",)),
        ("ENG9", "eng9", ("differs only in case",)),
        ("ml\N{NO-BREAK SPACE}opez", "ml opez", ("no-break space",)),
        ("mlo\N{ZERO WIDTH SPACE}pez", "mlopez", ("zero-width space",)),
        ("\N{CYRILLIC CAPITAL LETTER IE}NG9", "ENG9", ("Cyrillic capital letter ie, not Latin E",)),
        (
            "ENG9",
            "\N{GREEK CAPITAL LETTER EPSILON}NG9",
            ("Latin E; the other has Greek capital letter epsilon",),
        ),
        ("O’Neil", "O'Neil", ("curly quotes",)),
        ("Smith–Jones", "Smith-Jones", ("a dash, not a hyphen",)),
        ("Nin\N{LATIN SMALL LETTER I WITH ACUTE}", "Nini", ("accent",)),
        ("nin\u0303o", "ni\u00f1o".replace("i\u00f1", "in\u0303"), ()),
        ("nin\u0303o", "ni\u00f1o", ("accent written in another way",)),
        ("\ufeffUnique", "Unique", ("byte order mark",)),
        ("a\tb", "a b", ("tab",)),
        ("Lopez", "Nguyen", None),
        ("", "x", None),
        ("", "", ()),
    ],
)
def test_a_difference_that_is_overlooked_is_named(
    one: str, other: str, names: tuple[str, ...] | None
) -> None:
    assert likeness(one, other) == names


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("mlopez", ()),
        ("Müller", ()),
        ("Владимир", ()),
        ("mlopez ", ("trailing space",)),
        ("a  b", ("doubled space",)),
        ("\N{CYRILLIC SMALL LETTER A}nna", ("Cyrillic small letter a, not Latin a",)),
        ("\ufeff204117", ("byte order mark",)),
        ("Ｅng9", ("fullwidth E",)),
        ("e\u0301", ("accent written as a sign of its own",)),
    ],
)
def test_what_cant_be_seen_in_one_value_is_named(value: str, names: tuple[str, ...]) -> None:
    assert oddities(value) == names


@pytest.mark.parametrize(
    ("number", "shown"), [("123456", "1.23E+05"), ("204117", "2.04E+05"), ("9" * 15, "1E+15")]
)
def test_a_spreadsheets_number_is_known_by_what_it_was(number: str, shown: str) -> None:
    assert rewritten(shown) == shown
    assert is_rewriting_of(shown, number)
    assert not is_rewriting_of(shown, number[:-1])


_TEXT = st.text(st.characters(codec="utf-8"), max_size=30)


@given(_TEXT, _TEXT)
def test_being_alike_is_mutual(one: str, other: str) -> None:
    assert (likeness(one, other) is None) == (likeness(other, one) is None)
    assert (likeness(one, other) == ()) == (one == other)


_SPOILS = {
    "trailing space": lambda text: text + " ",
    "leading space": lambda text: " " + text,
    "no-break space": lambda text: text + "\N{NO-BREAK SPACE}",
    "zero-width space": lambda text: text[:1] + "\N{ZERO WIDTH SPACE}" + text[1:],
    "tab": lambda text: text + "\t",
    "byte order mark": lambda text: "\ufeff" + text,
}


@given(st.text("abcdefghkmABC23456789.-", min_size=1, max_size=20), st.sampled_from(sorted(_SPOILS)))
def test_whatever_is_added_unseen_is_named(text: str, name: str) -> None:
    spoiled = _SPOILS[name](text)

    assert likeness(spoiled, text) == (name,)
    assert name in oddities(spoiled)


@given(st.text("ABCDEFGHKMabcdefghkm23456789", min_size=1, max_size=12))
def test_case_alone_is_named(text: str) -> None:
    assume(text != text.swapcase())
    assert likeness(text.swapcase(), text) == ("differs only in case",)


@given(st.integers(1, 10**9), st.integers(1, 5))
def test_lost_zeros_are_named(number: int, zeros: int) -> None:
    assert likeness(str(number), "0" * zeros + str(number)) == ("leading zero lost",)


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert isinstance(oddities(text), tuple)
    assert likeness(text, text) == ()
