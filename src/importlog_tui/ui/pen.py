"""The style of a terminal cell, read from and written as SGR and OSC 8 sequences."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple


class Pen(NamedTuple):
    """`flags` holds the SGR numbers of the attributes that are on; colours are SGR parameters ("" is the terminal's own); `link` is what OSC 8 carries."""

    flags: frozenset[int] = frozenset()
    colour: str = ""
    ground: str = ""
    link: str = ""


PLAIN: Final = Pen()

_ON: Final = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 9, 21, 51, 52, 53})
_OFF: Final = {
    22: frozenset({1, 2}),
    23: frozenset({3}),
    24: frozenset({4, 21}),
    25: frozenset({5, 6}),
    27: frozenset({7}),
    28: frozenset({8}),
    29: frozenset({9}),
    54: frozenset({51, 52}),
    55: frozenset({53}),
}
_REVERSE: Final = 7
_SEEN_ON_BLANKS: Final = frozenset({4, 9, 21, 51, 52, 53})


def _pen(flags: frozenset[int], colour: str, ground: str, link: str) -> Pen:
    pen = Pen(flags, colour, ground, link)
    return PLAIN if pen == PLAIN else pen


@lru_cache(maxsize=4096)
def on_blanks(pen: Pen) -> Pen:
    """What of `pen` shows where nothing is written."""
    if _REVERSE in pen.flags:
        return pen
    flags = pen.flags & _SEEN_ON_BLANKS
    return _pen(flags, pen.colour if flags else "", pen.ground, pen.link)


@lru_cache(maxsize=4096)
def turned(pen: Pen, sgr: str) -> Pen:
    """`pen` after `ESC [ sgr m`; parameters that are not known here change nothing."""
    flags, colour, ground = pen.flags, pen.colour, pen.ground
    numbers = [int(number or 0) for number in sgr.split(";")]
    at = 0
    while at < len(numbers):
        number = numbers[at]
        length = 1
        if number in {38, 48} and at + 1 < len(numbers):
            length = 3 if numbers[at + 1] == 5 else 5
            value = ";".join(map(str, numbers[at : at + length]))
            colour, ground = (value, ground) if number == 38 else (colour, value)
        elif number == 0:
            flags, colour, ground = frozenset(), "", ""
        elif number in _ON:
            flags |= {number}
        elif number in _OFF:
            flags -= _OFF[number]
        elif 30 <= number <= 37 or 90 <= number <= 97:
            colour = str(number)
        elif 40 <= number <= 47 or 100 <= number <= 107:
            ground = str(number)
        elif number == 39:
            colour = ""
        elif number == 49:
            ground = ""
        at += length
    return _pen(flags, colour, ground, pen.link)


@lru_cache(maxsize=1024)
def linked(pen: Pen, link: str) -> Pen:
    """`pen` after `ESC ] 8 ; link ST`, `link` being parameters and address ("id=1;https://..."); an empty address ends the link."""
    return _pen(pen.flags, pen.colour, pen.ground, "" if link.endswith(";") else link)


@lru_cache(maxsize=4096)
def switch(old: Pen, new: Pen) -> str:
    """The shortest sequence that takes a terminal from `old` to `new`."""
    link = "" if old.link == new.link else f"\x1b]8;{new.link or ';'}\x1b\\"
    colours = [part for part in (new.colour, new.ground) if part]
    # A number that is left out is 0, which turns everything off.
    fresh = ";".join(["", *map(str, sorted(new.flags)), *colours])
    steps: list[str] = []
    lost, gained = old.flags - new.flags, new.flags - old.flags
    for off, flags in _OFF.items():
        if lost & flags:
            steps.append(str(off))
            gained |= new.flags & flags
    steps += map(str, sorted(gained))
    if old.colour != new.colour:
        steps.append(new.colour or "39")
    if old.ground != new.ground:
        steps.append(new.ground or "49")
    if not steps:
        return link
    return link + f"\x1b[{min(fresh, ';'.join(steps), key=len)}m"
