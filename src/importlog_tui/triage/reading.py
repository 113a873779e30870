"""A rules file read and checked: what can't be read is refused with file, line, key, what is allowed, and the nearest name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NoReturn

from importlog_tui.config.reading import nearest, parsed
from importlog_tui.errors import ConfigProblem
from importlog_tui.fields import Field, field_of
from importlog_tui.model import Kind
from importlog_tui.text import safe
from importlog_tui.triage.facts import FACTS, SIGHTS, WORDS
from importlog_tui.triage.rules import ANY, Pattern, Rule, Rules, Sign
from importlog_tui.triage.verdict import CATEGORIES, UNCLASSIFIED, Certainty, Owner
from importlog_tui.triage.words import misses, says

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

_PATTERNS: Final = ("message", "says", "misses")
_RULE_KEYS: Final = (
    "id",
    *_PATTERNS,
    "sight",
    "category",
    "kinds",
    "facts",
    "unless",
    "record",
    "extract",
    "directory",
    "cause",
    "owner",
    "field",
    "remedy",
    "certainty",
    "basis",
)
_SIGN_KEYS: Final = ("category", *_PATTERNS)
_BASES: Final = ("documented", "seen", "inferred")
_CATEGORIES: Final = (*CATEGORIES, UNCLASSIFIED)
_GROUP: Final = re.compile(r"<([a-z][a-z-]*)>")
_BRACES: Final = re.compile(r"\{(\w*)\}")


def read_rules(texts: Iterable[tuple[str, str]]) -> Rules:
    """The rules of several files, (name, text) each; the first is the one that the program ships, later ones go before it.

    The same texts are read once: what is returned is shared.

    Raises:
        ConfigProblem: a rule can't be read.
    """
    return _read(tuple(texts))


@lru_cache(maxsize=8)
def _read(texts: tuple[tuple[str, str], ...]) -> Rules:
    rules: list[Rule] = []
    signs: list[Sign] = []
    words: dict[str, str] = {}
    for number, (name, text) in enumerate(texts):
        file = _File(name, text, words, own=number > 0)
        found, known = file.read()
        words = file.words
        rules = found + rules
        signs = known + signs
    return Rules(rules, signs)


class _File:
    """One file under way."""

    def __init__(self, name: str, text: str, words: Mapping[str, str], *, own: bool) -> None:
        self._name, self._text, self._own = name, text, own
        self._lines: dict[tuple[str, int], list[tuple[int, str]]] = {}
        """(line, key) of each section; several of one name are told apart by their number."""
        for line, section, number, key in _entries(text):
            self._lines.setdefault((section, 0 if section == "words" else number), []).append((line, key))
        self.words = dict(words)

    def read(self) -> tuple[list[Rule], list[Sign]]:
        data = parsed(self._text, self._name)
        for key in data:
            if key not in {"rule", "message", "words"}:
                close = nearest(key, ("rule", "message", "words"))
                meant = f"Did you mean [[{close}]]? " if close else ""
                self._refuse(
                    "",
                    -1,
                    key,
                    "there is no such section",
                    f"{meant}Allowed: [[rule]], [[message]], [words].",
                )
        for name, pattern in self._table(data, "words").items():
            self.words[name] = self._pattern("words", 0, name, pattern)
        rules = [self._rule(at, entry) for at, entry in enumerate(self._array(data, "rule"))]
        seen: set[str] = set()
        for at, rule in enumerate(rules):
            if rule.id in seen:
                self._refuse(
                    "rule", at, "id", f'"{safe(rule.id)}" is the id of an earlier rule', "Give each its own."
                )
            seen.add(rule.id)
        signs = [self._sign(at, entry) for at, entry in enumerate(self._array(data, "message"))]
        signs += [
            Sign(rule.category, rule.patterns, rule.place)
            for rule in rules
            if rule.patterns and rule.category
        ]
        return rules, signs

    def _table(self, data: Mapping[str, Any], name: str) -> Mapping[str, str]:
        found = data.get(name, {})
        if not isinstance(found, dict):
            self._refuse("", -1, name, "this is no section", f"Write [{name}].")
        return found

    def _array(self, data: Mapping[str, Any], name: str) -> Sequence[dict[str, Any]]:
        found = data.get(name, [])
        if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
            self._refuse("", -1, name, "this is no list of entries", f"Begin each with [[{name}]].")
        return found

    # One entry

    def _rule(self, at: int, entry: Mapping[str, Any]) -> Rule:
        self._known_keys("rule", at, entry, _RULE_KEYS)
        for key in ("id", "cause", "owner", "remedy"):
            if key not in entry:
                self._refuse("rule", at, "", f"{key} is missing", "A rule has id, cause, owner and remedy.")
        if not any(key in entry for key in (*_PATTERNS, "category", "sight", "facts", "unless")):
            self._refuse(
                "rule",
                at,
                "",
                "it says no message that it is for",
                "Give it message, says, misses, category, sight or facts.",
            )
        patterns = self._patterns("rule", at, entry)
        facts = self._words_of("rule", at, entry, "facts", FACTS)
        unless = self._words_of("rule", at, entry, "unless", FACTS)
        own_field = self._text_of("rule", at, entry, "field")
        return Rule(
            id=self._line_of_text("rule", at, entry, "id"),
            place=self._place("rule", at, ""),
            category=self._choice(
                "rule", at, entry, "category", _CATEGORIES, UNCLASSIFIED if "sight" in entry else ANY
            ),
            cause=self._sentence(at, entry, "cause"),
            owner=Owner(self._choice("rule", at, entry, "owner", tuple(Owner), Owner.UNKNOWN)),
            remedy=self._sentence(at, entry, "remedy"),
            certainty=Certainty(
                self._choice("rule", at, entry, "certainty", tuple(Certainty), Certainty.POSSIBLE)
            ),
            field=Field(self._choice("rule", at, entry, "field", tuple(Field), "")) if own_field else None,
            patterns=patterns,
            sight=self._choice("rule", at, entry, "sight", tuple(SIGHTS), ""),
            kinds=tuple(map(Kind, self._words_of("rule", at, entry, "kinds", tuple(Kind)))),
            facts=facts,
            unless=unless,
            record=self._conditions(at, entry, "record"),
            extract=self._conditions(at, entry, "extract"),
            directory=self._conditions(at, entry, "directory"),
            own=self._own,
            basis=self._choice("rule", at, entry, "basis", _BASES, ""),
        )

    def _sign(self, at: int, entry: Mapping[str, Any]) -> Sign:
        self._known_keys("message", at, entry, _SIGN_KEYS)
        if "category" not in entry:
            self._refuse("message", at, "", "category is missing", f"Allowed: {', '.join(_CATEGORIES)}.")
        patterns = self._patterns("message", at, entry)
        if not patterns:
            self._refuse(
                "message", at, "", "it says no message that it is for", "Give it message, says or misses."
            )
        category = self._choice("message", at, entry, "category", _CATEGORIES, UNCLASSIFIED)
        return Sign(category, patterns, self._place("message", at, ""))

    def _known_keys(self, section: str, at: int, entry: Mapping[str, Any], known: Collection[str]) -> None:
        for key in entry:
            if key not in known:
                self._refuse(section, at, key, "there is no such key", self._allowed(key, known))

    # Values

    def _patterns(self, section: str, at: int, entry: Mapping[str, Any]) -> tuple[Pattern, ...]:
        found: list[Pattern] = []
        any_noun = "|".join(f"(?:{pattern})" for pattern in self.words.values())
        for key in _PATTERNS:
            for written in self._texts(section, at, entry, key):
                expression = self._pattern(section, at, key, written)
                if key == "misses":
                    if written not in self.words:
                        self._refuse(
                            section,
                            at,
                            key,
                            f'"{safe(written)}" is not among [words]',
                            self._allowed(written, self.words),
                        )
                    expression = misses(self.words[written], any_noun)
                elif key == "says":
                    expression = says(expression)
                found.append(Pattern(key, written, expression))
        return tuple(found)

    def _pattern(self, section: str, at: int, key: str, written: object) -> str:
        if not isinstance(written, str) or not written.strip():
            self._refuse(section, at, key, "this is no text", 'Write a pattern in quotes: "already exists".')

        def group(found: re.Match[str]) -> str:
            if found[1] not in self.words:
                self._refuse(
                    section,
                    at,
                    key,
                    f'"{found[0]}" stands for none of [words]',
                    self._allowed(found[1], self.words),
                )
            return f"(?:{self.words[found[1]]})"

        expression = _GROUP.sub(group, written)
        try:
            re.compile(expression)
        except (re.error, OverflowError, RecursionError) as fault:
            self._refuse(
                section,
                at,
                key,
                f"this is no regular expression ({safe(str(fault))})",
                r"A sign with a meaning of its own, such as ( or [, is written with \\ before it.",
            )
        return expression

    def _texts(self, section: str, at: int, entry: Mapping[str, Any], key: str) -> list[str]:
        found = entry.get(key, [])
        listed = found if isinstance(found, list) else [found]
        if not all(isinstance(one, str) and one.strip() for one in listed):
            self._refuse(
                section, at, key, "this is no text", 'Allowed: a text, or a list such as ["a", "b"].'
            )
        return listed

    def _text_of(self, section: str, at: int, entry: Mapping[str, Any], key: str) -> str:
        found = entry.get(key, "")
        if not isinstance(found, str):
            self._refuse(section, at, key, "this is no text", "Write it in quotes.")
        return found

    def _line_of_text(self, section: str, at: int, entry: Mapping[str, Any], key: str) -> str:
        found = self._text_of(section, at, entry, key)
        if not found.strip() or not found.isprintable():
            self._refuse(section, at, key, "this is no line of text", "Write a short name in quotes.")
        return found

    def _choice(
        self, section: str, at: int, entry: Mapping[str, Any], key: str, known: Sequence[str], default: str
    ) -> str:
        found = self._text_of(section, at, entry, key) if key in entry else default
        if key in entry and found not in known:
            self._refuse(section, at, key, f'"{safe(found)}" is not allowed', self._allowed(found, known))
        return found

    def _words_of(
        self, section: str, at: int, entry: Mapping[str, Any], key: str, known: Collection[str]
    ) -> tuple[str, ...]:
        found = self._texts(section, at, entry, key)
        for one in found:
            if one not in known:
                self._refuse(section, at, key, f'"{safe(one)}" is not allowed', self._allowed(one, known))
        return tuple(found)

    def _sentence(self, at: int, entry: Mapping[str, Any], key: str) -> str:
        found = self._text_of("rule", at, entry, key)
        if not found.strip():
            self._refuse("rule", at, key, "this is empty", "Write a sentence that a registrar understands.")
        for name in _BRACES.findall(found):
            if name not in WORDS:
                self._refuse("rule", at, key, f"{{{name}}} stands for nothing", self._allowed(name, WORDS))
        return " ".join(found.split())

    def _conditions(self, at: int, entry: Mapping[str, Any], key: str) -> tuple[tuple[str, str], ...]:
        found = entry.get(key, {})
        if not isinstance(found, dict):
            self._refuse(
                "rule",
                at,
                key,
                "this is no table of columns",
                f'Write {key} = {{ school = "^0450$" }}: a column and a pattern.',
            )
        conditions = []
        for name, pattern in found.items():
            meaning = name if name in set(Field) else field_of(name) or name
            conditions.append((str(meaning), self._pattern("rule", at, key, pattern)))
        return tuple(conditions)

    # Refusing

    @staticmethod
    def _allowed(word: str, known: Collection[str]) -> str:
        close = nearest(word, known)
        meant = f'Did you mean "{close}"? ' if close else ""
        return f"{meant}Allowed: {', '.join(known)}."

    def _place(self, section: str, at: int, key: str) -> str:
        line = self._line(section, at, key)
        return f"{self._name}, line {line}" if line else self._name

    def _line(self, section: str, at: int, key: str) -> int | None:
        """Where the entry begins, or where its key stands."""
        if at < 0:
            return next(
                (
                    line
                    for (name, _), own in self._lines.items()
                    for line, word in own
                    if (name or word) == key
                ),
                None,
            )
        own = self._lines.get((section, at), [])
        return next((line for line, word in own if key and word == key), own[0][0] if own else None)

    def _refuse(self, section: str, at: int, key: str, what: str, remedy: str) -> NoReturn:
        where = self._place(section, at, key)
        name = safe(" ".join(part for part in (f"[{section}]" if section else "", key) if part))
        raise ConfigProblem(what, where=f"{where}, {name}" if name else where, remedy=remedy)


_HEADER: Final = re.compile(r"\s*\[\[?\s*([\w-]+)\s*\]\]?\s*(?:#.*)?$")
_KEY: Final = re.compile(r"""\s*["']?([\w-]+)["']?(?:\s*\.\s*["']?[^=]*)?\s*=""")


def _entries(text: str) -> Iterable[tuple[int, str, int, str]]:
    """(line, section, which of that name, key) of each heading and each key written in the plain way; the key of a heading is ""."""
    section, counts, fence = "", dict[str, int](), ""
    for number, line in enumerate(text.splitlines(), 1):
        if fence:
            fence = "" if fence in line else fence
            continue
        if header := _HEADER.match(line):
            section = header[1]
            counts[section] = counts.get(section, -1) + 1
            yield number, section, counts[section], ""
        elif found := _KEY.match(line):
            yield number, section, counts.get(section, 0), found[1]
        for mark in ('"""', "'''"):
            if line.count(mark) % 2:
                fence = mark
