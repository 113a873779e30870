"""A message brought to few words, so that rules need not know each way of saying the same.

There is no public list of Status Log messages (schoology.md 2), so a message is opaque text. "does not exist" must not be taken for "exists",
"Section School Code" not for a school, "Unique ID" not for "must be unique"; values in quotes, addresses and numbers say nothing of the kind.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_LONGEST: Final = 1_000


def _any(*patterns: str) -> str:
    return "|".join(rf"\b(?:{pattern})\b" for pattern in patterns)


_SAME: Final = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"[\s_]+", " "),
        (r"[’`]", "'"),
        (r"""(?<!\w)(?:"[^"]*"|'[^']*'|“[^”]*”|‘[^']*')(?!\w)""", " "),
        (r"[^\s@]{1,64}@[^\s@]{1,255}", " "),
        (r"\d+", "0"),
        (r"\be-?\s?mails?\b(?: address(?:es)?\b)?", "email"),
        (_any("user[ -]?names?", "log-?in names?"), "username"),
        (_any("(?:user |school )?(?:unique (?:user )?ids?|uids?|unique identifiers?)"), "uniqueid"),
        (_any("section school codes?"), "section code"),
        (_any("grad(?:ing|e)[ -]?periods?", "marking periods?", "terms?"), "gradingperiod"),
        (
            _any(
                "(?:does|do|did)(?: not|n't) (?:yet )?exist",
                "no longer exists?",
                "not exist",
                "non-?existent",
                "(?:not|never|n't) (?:be )?(?:found|located)",
                "not in (?:the system|schoology)",
                "is unknown",
            ),
            "notfound",
        ),
        (
            _any(
                "(?:could not|couldn't|can ?not|can't|unable to|failed to|did not|didn't) (?:find|locate)",
                "no (?:such|matching)",
                "unknown",
                "(?:for|of|to|with|into) (?:a|an|the) missing",
            ),
            "findsno",
        ),
        (r"\s+", " "),
    )
)


@lru_cache(maxsize=2_048)
def plain_words(message: str) -> str:
    """`message`, of which the first thousand characters count, in small letters and the few words that the rules know."""
    text = message[:_LONGEST].casefold()
    for pattern, word in _SAME:
        text = pattern.sub(word, text)
    return text


_BREAK: Final = r"[.;:] |\bbecause\b|\bsince\b|\bbut\b"


def misses(noun: str, any_noun: str) -> str:
    """A pattern for messages that can't find a `noun`: it is the first thing that the clause names, or what follows the verb.

    Both are patterns; `any_noun` is any of the things that a message can miss.
    """
    before = rf"(?:^|{_BREAK})(?:(?!\b(?:{any_noun})\b|{_BREAK}).)*"
    # "scale unknown for student" misses the scale: what follows is only whose it is
    return rf"\bfindsno\b(?! (?:for|of|in|on)\b)(?:(?!\b(?:{any_noun})\b).)*\b(?:{noun})\b|{before}\b(?:{noun})\b(?:(?!{_BREAK}).)*\bnotfound\b"


def says(phrase: str) -> str:
    """A pattern for messages that say `phrase`, whole words; "one + other" stands for both, in whatever order."""
    one, plus, other = phrase.partition(" + ")
    if not plus:
        return rf"\b(?:{phrase})\b"
    return rf"\b(?:{one})\b.*\b(?:{other})\b|\b(?:{other})\b.*\b(?:{one})\b"
