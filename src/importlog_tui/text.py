"""Outside text made safe for a terminal, measured in its cells, and shown with its invisible parts named.

Every string that comes from a file, a page, a mail, a file name or a configuration is hostile until it went through `safe`: an escape
sequence in a name could otherwise set the clipboard, move the cursor or fake the screen (textual-over-ssh.md, B.6).
"""

from __future__ import annotations

import re

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def _stand_in(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    import unicodedata

    if unicodedata.category(character) == "Zs":
        return " "
    return _REPLACEMENT


def safe(text: str) -> str:
    """`text` in one line of harmless, printable characters.

    C0 controls become their pictures (␛, ␉, ␊), other white space a space, everything else that has no glyph (C1, bidi controls, zero-width,
    surrogates, unassigned) U+FFFD. The result never holds a line break.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _stand_in(c) for c in text)


ONE_CELL = re.compile(r"[ -~¡-¬®-˿Ͱ-ͷΆ-҂Ԁ-ԯḀ-ἕ‐-‧‰-⁞₠-₿←-⇿─-◼]*")
"""Characters that take one cell each in every terminal. (wcwidth knows all, and takes as long to import as the whole archive.)"""

_LOOSE_SPACE = re.compile(r"\s+")


def one_line(text: str) -> str:
    """`text` with runs of white space folded to one space, and safe: for messages and labels, never for a record's cells."""
    return safe(_LOOSE_SPACE.sub(" ", text).strip())


def _is_plain(text: str) -> bool:
    return text.isascii() or ONE_CELL.fullmatch(text) is not None


def width(text: str) -> int:
    """Terminal cells that `text` takes; `text` must be safe."""
    if _is_plain(text):
        return len(text)
    from wcwidth import wcswidth, wcwidth

    cells = wcswidth(text)
    return cells if cells >= 0 else sum(max(0, wcwidth(c)) for c in text)


def fit(text: str, cells: int) -> str:
    """Safe `text` cut or padded to exactly `cells` terminal cells; a cut is marked with an ellipsis."""
    taken = width(text)
    if taken <= cells:
        return text + " " * (cells - taken)
    if cells <= 0:
        return ""
    if _is_plain(text):
        return text[: cells - 1] + "…"
    from wcwidth import wcwidth

    kept, room = [], cells - 1
    for character in text:
        step = max(0, wcwidth(character))
        if step > room:
            break
        kept.append(character)
        room -= step
    return "".join(kept) + "…" + " " * room


_NAMED = {
    "\t": "tab",
    "\n": "line feed",
    "\r": "carriage return",
    "\x00": "NUL",
    "\x1b": "escape",
    "\u00a0": "no-break space",
    "\u200b": "zero-width space",
    "\u200c": "zero-width non-joiner",
    "\u200d": "zero-width joiner",
    "\u2060": "word joiner",
    "\ufeff": "byte order mark",
    "\u00ad": "soft hyphen",
    "\u202e": "right-to-left override",
}


def invisible(text: str) -> list[tuple[str, str | None]]:
    """`text` in pieces: (shown text, None) for what is plain to see, (sign, name) for what is not.

    Named are blanks at either end, doubled blanks' second half, every white space that is no plain space, and every character without a glyph.
    The shown parts are safe. The pieces in order stand for the whole text.
    """
    import unicodedata

    lead = len(text) - len(text.lstrip(" "))
    trail = len(text.rstrip(" ")) if text.strip(" ") else lead
    pieces: list[tuple[str, str | None]] = []
    plain: list[str] = []

    def mark(sign: str, name: str) -> None:
        if plain:
            pieces.append(("".join(plain), None))
            plain.clear()
        pieces.append((sign, name))

    for at, character in enumerate(text):
        if character == " ":
            if at < lead:
                mark("·", "leading space")
            elif at >= trail:
                mark("·", "trailing space")
            elif text[at - 1] == " ":
                mark("·", "doubled space")
            else:
                plain.append(character)
        elif character.isprintable():
            plain.append(character)
        else:
            name = _NAMED.get(character) or unicodedata.name(character, f"U+{ord(character):04X}").lower()
            sign = "⍽" if unicodedata.category(character) == "Zs" else _stand_in(character)
            mark(sign, name)
    if plain:
        pieces.append(("".join(plain), None))
    return pieces


_SURROGATE = re.compile("[\ud800-\udfff]")


def whole(text: str) -> str:
    """`text` without lone surrogates, which no UTF-8 file, database or terminal can hold."""
    return text if text.isascii() else _SURROGATE.sub(_REPLACEMENT, text)


_STEERING = re.compile(r"\r\n?|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def for_a_file(text: str) -> str:
    """`text` for a file that people open or print: whole, its line ends, tabs and joiners kept, and nothing that steers a terminal or turns letters round."""
    if text.isprintable():
        return text
    return _STEERING.sub(lambda found: "\n" if found[0] == "\r\n" else _stand_in(found[0]), whole(text))


_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def to_json(value: object) -> str:
    """One line of JSON that is harmless on a terminal: control characters, C1, bidi and zero-width marks are escaped."""
    import json

    return _UNPRINTABLE.sub(
        lambda found: json.dumps(found.group())[1:-1], json.dumps(value, ensure_ascii=False)
    )
