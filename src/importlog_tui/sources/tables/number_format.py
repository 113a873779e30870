"""What a spreadsheet's number format puts around the digits of a whole number: 000000 shows 4117 as 004117, "S_"00000 as S_04117.

Only formats that make a number a code are known here. What they leave to be read as a number (1,204.50, 12 %, a date) is kept as the value.
"""

from __future__ import annotations

import re

Shape = tuple[str, ...]
"""A format's signs in order: "0" and "#" stand for digits, anything behind a "'" for itself."""

_SIGN = re.compile(
    r"\"(?P<quoted>[^\"]*)\"|\\(?P<single>.)|(?P<plain>[-/():. ])|[_*].|(?P<digit>[0#])", re.DOTALL
)
_MOST_DIGITS = 18
_LONGEST = 200


def shape_of(code: str) -> Shape | None:
    """The shape of a format as a workbook writes it, of numbers above zero; None for one that makes no code."""
    shape: list[str] = []
    at = 0
    while at < len(code) <= _LONGEST and code[at] != ";":
        sign = _SIGN.match(code, at)
        if sign is None or sign["plain"] == ".":
            return None
        literal = sign["quoted"] or sign["single"] or sign["plain"]
        shape += [f"'{literal}"] if literal else [sign["digit"]] if sign["digit"] else []
        at = sign.end()
    digits = [sign for sign in shape if sign in {"0", "#"}]
    has_letters = any(c.isalnum() for sign in shape if sign not in digits for c in sign)
    is_code = 0 < len(digits) <= _MOST_DIGITS and (digits.count("0") > 1 or has_letters)
    return tuple(shape) if is_code else None


def shown(shape: Shape, digits: str) -> str:
    """A whole number, given by its digits, as a format of this shape shows it."""
    parts: list[str] = []
    left = list(digits)
    first = next((at for at, sign in enumerate(shape) if sign in {"0", "#"}), 0)
    for at in range(len(shape) - 1, -1, -1):
        sign = shape[at]
        if sign.startswith("'"):
            parts.append(sign[1:])
        elif left:
            parts.append(left.pop())
        elif sign == "0":
            parts.append("0")
        if at == first:
            parts.append("".join(left))
            left = []
    return "".join(reversed(parts))
