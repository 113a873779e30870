"""Which rule speaks: patterns on a message, and conditions on what is known of a record, that give a verdict.

The rules stand in `rules.toml`, in the order in which they are asked; a district's own come before. The category of an error is by its message
alone; which rule speaks for one of its records is by the facts, too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from importlog_tui.triage.facts import WORDS, Facts, heading
from importlog_tui.triage.verdict import UNCLASSIFIED, Certainty, Owner, Verdict
from importlog_tui.triage.words import plain_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from importlog_tui.fields import Field
    from importlog_tui.model import Kind

_LONGEST: Final = 1_000
NOTHING_KNOWN: Final = Facts()
ANY: Final = ""
"""Stands for whatever category, in a rule that goes by its facts alone."""


class Pattern(NamedTuple):
    """One way in which a message says what is meant.

    Attributes:
        key: "message" (the message as written), "says" or "misses" (its plain words).
        written: as it stands in the file.
        expression: what is searched for.
    """

    key: str
    written: str
    expression: str

    def finds(self, message: str) -> bool:
        """Whether the message says it."""
        if self.key == "message":
            return _compiled(self.expression).search(message[:_LONGEST]) is not None
        return _compiled(self.expression).search(plain_words(message)) is not None


@lru_cache(maxsize=1_024)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


class Sign(NamedTuple):
    """Which messages are of a category: an entry [[message]]."""

    category: str
    patterns: tuple[Pattern, ...]
    place: str

    def found_by(self, message: str) -> Pattern | None:
        """The pattern that finds it."""
        return next((pattern for pattern in self.patterns if pattern.finds(message)), None)


class Rule(NamedTuple):
    """An entry [[rule]].

    Attributes:
        id: its name.
        place: file and line.
        category: of the messages that it is for, `ANY` for all; messages that nothing else knows get it by its `patterns`.
        patterns: on the message; () where the category tells.
        sight: what it is for instead of a message (`facts.SIGHTS`), or "".
        kinds: imports that it is for; () for all.
        facts: what must be so; unless: what must be known not to be so.
        record, extract, directory: heading or meaning -> what the witness's value must match.
        own: it is the district's.
        basis: "documented", "seen" or "inferred", as in schoology.md; "" for a district's own.
    """

    id: str
    place: str
    category: str
    cause: str
    owner: Owner
    remedy: str
    certainty: Certainty
    field: Field | None = None
    patterns: tuple[Pattern, ...] = ()
    sight: str = ""
    kinds: tuple[Kind, ...] = ()
    facts: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    record: tuple[tuple[str, str], ...] = ()
    extract: tuple[tuple[str, str], ...] = ()
    directory: tuple[tuple[str, str], ...] = ()
    own: bool = False
    basis: str = ""

    @property
    def has_conditions(self) -> bool:
        """Whether the message is not enough."""
        return bool(self.facts or self.unless or self.record or self.extract or self.directory)

    def is_for(self, message: str, category: str, kind: Kind | None) -> bool:
        """Whether a message of this category, from an import of this kind, is its business."""
        if self.sight or (self.kinds and kind not in self.kinds):
            return False
        if self.category not in {category, ANY}:
            return False
        return not self.patterns or any(pattern.finds(message) for pattern in self.patterns)

    def holds(self, facts: Facts) -> bool:
        """Whether all its conditions are known to hold."""
        return (
            all(facts.known.get(name) is True for name in self.facts)
            and all(facts.known.get(name) is False for name in self.unless)
            and _match(self.record, facts.record)
            and _match(self.extract, facts.extract)
            and _match(self.directory, facts.directory)
        )

    def verdict(self, facts: Facts, category: str) -> Verdict:
        """What it says of a record of which `facts` is known."""
        told = tuple(
            facts.told[name]
            for name in (*self.facts, *(f"not {one}" for one in self.unless))
            if name in facts.told
        )
        words = facts.words
        if self.field is not None:
            words = {"field": heading(self.field), "value": f"this {heading(self.field)}", **words}
        return Verdict(
            category=category,
            cause=worded(self.cause, words),
            owner=self.owner,
            field=self.field or (facts.field if self.owner is not Owner.NOBODY else None),
            remedy=worded(self.remedy, words),
            certainty=self.certainty,
            evidence=tuple(dict.fromkeys(told)) or ("The message alone.",),
            rule=self.id,
        )


def _match(conditions: tuple[tuple[str, str], ...], values: Mapping[str, str]) -> bool:
    return all(
        name in values and _compiled(expression).search(values[name]) is not None
        for name, expression in conditions
    )


_BRACES: Final = re.compile(r"\{(\w+)\}")


def worded(sentence: str, words: Mapping[str, str]) -> str:
    """`sentence` with its braces filled; it begins with a capital letter."""
    filled = _BRACES.sub(lambda found: words.get(found[1]) or WORDS.get(found[1], found[0]), sentence)
    return filled[:1].upper() + filled[1:]


class Rules:
    """All rules, the district's own before the shipped ones."""

    def __init__(self, rules: Sequence[Rule], signs: Sequence[Sign]) -> None:
        """Both in the order in which they are asked."""
        self.rules = tuple(rules)
        self._signs = tuple(signs)
        self._categories: dict[str, str] = {}

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def sign(self, message: str) -> tuple[str, Pattern | None, str]:
        """The category of a message, the pattern that found it and where that stands."""
        for entry in self._signs:
            if (pattern := entry.found_by(message)) is not None:
                return entry.category, pattern, entry.place
        return UNCLASSIFIED, None, ""

    def category(self, message: str) -> str:
        """One of `CATEGORIES`, or "unclassified"."""
        known = self._categories.get(message)
        if known is None:
            if len(self._categories) > 10_000:
                self._categories.clear()
            known = self._categories[message] = self.sign(message)[0]
        return known

    def for_message(self, message: str, kind: Kind | None = None) -> list[Rule]:
        """The rules whose business such a message is, in the order in which they are asked; their conditions are not looked at."""
        category = self.category(message)
        return [rule for rule in self.rules if rule.is_for(message, category, kind)]

    def verdict(self, message: str, kind: Kind | None = None, facts: Facts = NOTHING_KNOWN) -> Verdict:
        """What is wrong with a record under this message; what no rule knows says so."""
        return self.verdict_of(self.for_message(message, kind), self.category(message), facts)

    def verdict_of(self, rules: Sequence[Rule], category: str, facts: Facts) -> Verdict:
        """The verdict of the first of `rules` (as `for_message` finds them) whose conditions hold."""
        rule = next((rule for rule in rules if rule.holds(facts)), None)
        return rule.verdict(facts, category) if rule is not None else not_known(category)

    def at_sight(self, sight: str, facts: Facts = NOTHING_KNOWN) -> Verdict:
        """What is wrong where something is seen without a message; `sight` is one of `facts.SIGHTS`."""
        rules = (rule for rule in self.rules if rule.sight == sight and rule.holds(facts))
        rule = next(rules, None)
        return rule.verdict(facts, rule.category) if rule is not None else not_known(UNCLASSIFIED)


def advice(rules: Rules, sis: str) -> dict[str, str]:
    """What to do about what is seen of an import without a message; `sis` is what the district calls its SIS."""
    facts = Facts(words={"sis": sis or "the SIS"})
    return {
        sight: rules.at_sight(sight, facts).remedy for sight in ("run-failed", "run-missing", "run-repeated")
    }


def not_known(category: str) -> Verdict:
    """No rule knows."""
    return Verdict(
        category=category,
        cause="No rule knows what this message means.",
        owner=Owner.UNKNOWN,
        field=None,
        remedy="Compare the row with the SIS. Once you know the cause, write it into a rules file of your own ([triage] rules).",
        certainty=Certainty.POSSIBLE,
    )
