"""How two values differ that look alike, and what can't be seen in one value. Pure; nothing here knows of records.

The killers are documented: codes are compared exactly, case included; a spreadsheet drops leading zeros and writes 1.23E+05; a copied cell brings
a no-break space, a zero-width sign or a Cyrillic letter along.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST: Final = 200
"""Characters that are compared; longer ones are texts, not keys."""

_NAMED: Final = {
    "\t": "tab",
    "\n": "line feed",
    "\r": "carriage return",
    "\x00": "NUL",
    "\N{NO-BREAK SPACE}": "no-break space",
    "\N{NARROW NO-BREAK SPACE}": "narrow no-break space",
    "\N{ZERO WIDTH SPACE}": "zero-width space",
    "\N{ZERO WIDTH NON-JOINER}": "zero-width non-joiner",
    "\N{ZERO WIDTH JOINER}": "zero-width joiner",
    "\N{WORD JOINER}": "word joiner",
    "\N{ZERO WIDTH NO-BREAK SPACE}": "byte order mark",
    "\N{SOFT HYPHEN}": "soft hyphen",
}
_QUOTES: Final = dict.fromkeys("‘’‚‛ʼ′＇´`", "'") | dict.fromkeys("“”„‟″＂«»", '"')
_DASHES: Final = dict.fromkeys("‐‑‒–—―−﹣－", "-")
# Letters of other alphabets that look like a Latin one.
_ALIKE: Final = dict(
    zip("АВЕКМНОРСТУХЅІЈаеорсухѕіјԁһԛԝ", "ABEKMHOPCTYXSIJaeopcyxsijdhqw", strict=True)
) | dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαινρυκ", "ABEZHIKMNOPTYXoaivpuk", strict=True))
_DIGITS: Final = {"O": "0", "o": "0", "l": "1", "I": "1"}
_SAID: Final = {"O": "capital O", "o": "small o", "l": "small l", "I": "capital I", "0": "zero", "1": "one"}

_REWRITTEN: Final = re.compile(r"\s*([+-]?\d(?:[.,]\d+)?)E\+?(\d{1,2})\s*", re.IGNORECASE)
_WITH_DECIMALS: Final = re.compile(r"(\d+)[.,]0+")


def blank_name(character: str, *, at_start: bool, at_end: bool) -> str | None:
    """What a character that can't be seen is called; None for one that can."""
    if character == " ":
        return "leading space" if at_start else "trailing space" if at_end else None
    name = _NAMED.get(character)
    if name is None and not character.isprintable():
        name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
    return name


def letter_name(character: str) -> str | None:
    """What a letter is that looks like a Latin one, "Cyrillic small letter a, not Latin a"; None for others."""
    if character in _ALIKE:
        name = unicodedata.name(character).capitalize()
        return f"{name}, not Latin {_ALIKE[character]}"
    if "\N{FULLWIDTH EXCLAMATION MARK}" <= character <= "\N{FULLWIDTH TILDE}":
        return f"fullwidth {unicodedata.normalize('NFKC', character)}"
    return None


@lru_cache(maxsize=4_096)
def oddities(value: str) -> tuple[str, ...]:
    """What stands in a value that can't be seen, or looks like something else; () for most values.

    A spreadsheet's rewritten number is told by `rewritten`, since only some columns hold numbers.
    """
    text = value[:_LONGEST]
    if text.isascii() and text.isprintable() and text == text.strip() and "  " not in text:
        return ()
    lead, trail = len(text) - len(text.lstrip()), len(text.rstrip())
    found = []
    for at, character in enumerate(text):
        name = blank_name(character, at_start=at < lead, at_end=at >= trail)
        if name is None and character == " " and text[at - 1] == " ":
            name = "doubled space"
        if name is not None:
            found.append(name)
    if any(character.isascii() and character.isalnum() for character in text):
        found += [name for name in map(letter_name, text) if name is not None]
    if unicodedata.normalize("NFC", text) != text:
        found.append("accent written as a sign of its own")
    return tuple(dict.fromkeys(found))


def rewritten(value: str) -> str | None:
    """The number as a spreadsheet rewrote it, "1.23E+05"; None where it did not."""
    return value.strip() if _REWRITTEN.fullmatch(value) else None


def is_rewriting_of(value: str, number: str) -> bool:
    """Whether a spreadsheet would show `number` as `value`: 123456 as 1.23E+05."""
    found = _REWRITTEN.fullmatch(value)
    digits = number.strip()
    if found is None or not digits.isdecimal() or len(digits) > 30:
        return False
    mantissa = found[1].replace(",", ".")
    places = len(mantissa.partition(".")[2])
    return f"{int(digits):.{places}E}" == f"{float(mantissa):.{places}f}E+{int(found[2]):02d}"


@lru_cache(maxsize=4_096)
def likeness(one: str, other: str) -> tuple[str, ...] | None:
    """What `one` has that `other` has not, where they differ in nothing that a reader would see as another value.

    () for equal values, None for different ones. The words are about `one`: "leading zero lost" where `other` has the zero.
    """
    if one == other:
        return ()
    one, other = one[:_LONGEST], other[:_LONGEST]
    if is_rewriting_of(one, other):
        return (f"Excel wrote {one.strip()}",)
    if is_rewriting_of(other, one):
        return (f"the other is what Excel makes of it, {other.strip()}",)
    # Case, or digits taken for letters: both at once would make "mail" of "mall".
    if not any(_skeleton(one, alike) == _skeleton(other, alike) for alike in (str.casefold, _as_digits)):
        return None
    found = _named_differences(one, other)
    return tuple(dict.fromkeys(found)) or ("written otherwise",)


def differs_only_in_case(one: str, other: str) -> bool:
    """Whether case is all in which two values differ."""
    return one != other and one.casefold() == other.casefold()


def differs_only_in_zeros(one: str, other: str) -> bool:
    """Whether leading zeros are all in which two codes differ."""
    return one != other and one.strip().lstrip("0") == other.strip().lstrip("0") != ""


def _plain(character: str) -> str:
    """`character` as it looks, "" for one that can't be seen."""
    if character in _QUOTES:
        return _QUOTES[character]
    if character in _DASHES:
        return "-"
    if character in _ALIKE:
        return _ALIKE[character]
    if character.isspace() or character in _NAMED or not character.isprintable():
        return ""
    return character


def _as_digits(text: str) -> str:
    return "".join(_DIGITS.get(c, c) for c in text)


def _skeleton(value: str, alike: Callable[[str], str]) -> str:
    """What is left of a value without all that is easily overlooked; `alike` folds what is one more thing of it."""
    decimals = _WITH_DECIMALS.fullmatch(value.strip())
    text = decimals[1] if decimals else value
    text = "".join(map(_plain, unicodedata.normalize("NFKD", text)))
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = alike(text)
    return text.lstrip("0") or text[:1]


def _named_differences(one: str, other: str) -> list[str]:
    found: list[str] = []
    decimals = _WITH_DECIMALS.fullmatch(one.strip())
    if decimals and "." not in other and "," not in other:
        found.append("a spreadsheet added decimals")
        one = one.replace(one.strip(), decimals[1])
    composed, theirs = unicodedata.normalize("NFC", one), unicodedata.normalize("NFC", other)
    if composed == theirs and one != other:
        return [*found, "accent written in another way"]
    one, other = composed, theirs
    if differs_only_in_case(one, other):
        return [*found, "differs only in case"]
    for tag, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        ours, given = one[i:j], other[k:m]
        for at in range(max(len(ours), len(given))):
            mine = ours[at] if at < len(ours) else ""
            yours = given[at] if at < len(given) else ""
            found.append(_named(mine, yours, one, other, i + at, k + at))
    return found


def _named(mine: str, yours: str, one: str, other: str, at: int, there: int) -> str:
    """One character against another; "" where there is none."""
    if mine and (name := _blank_at(one, at)):
        return name
    if yours and (name := _blank_at(other, there)):
        return f"{name} missing" if not mine else name
    if not mine and yours == "0":
        return "leading zero lost"
    if not yours and mine == "0":
        return "leading zero too many"
    if mine and yours:
        if _DIGITS.get(mine) == yours or _DIGITS.get(yours) == mine:
            return f"{_SAID[mine]}, not {_SAID[yours]}"
        if name := letter_name(mine):
            return name
        if name := letter_name(yours):
            return f"Latin {mine}; the other has {name.split(',')[0]}"
        if _QUOTES.get(mine, mine) == _QUOTES.get(yours, yours):
            return "curly quotes" if mine in _QUOTES else "straight quotes"
        if _DASHES.get(mine, mine) == _DASHES.get(yours, yours):
            return "a dash, not a hyphen" if mine in _DASHES else "a hyphen, not a dash"
        if mine.casefold() == yours.casefold():
            return "case"
        return "accent" if not mine.isascii() else "accent missing"
    return "written otherwise"


def _blank_at(text: str, at: int) -> str | None:
    if at >= len(text):
        return None
    lead, trail = len(text) - len(text.lstrip()), len(text.rstrip())
    name = blank_name(text[at], at_start=at < lead, at_end=at >= trail)
    return "space" if name is None and text[at] == " " else name
