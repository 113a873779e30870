"""What kind of error a message tells of, by its words.

There is no public list of Status Log messages, so a message is opaque text that is sorted by trigger words; the categories are ours, not
Schoology's (schoology.md 2.3). A message that fits none stays "unclassified" and is shown like any other.
"""

from __future__ import annotations

import re
from typing import Final

UNCLASSIFIED: Final = "unclassified"

CATEGORIES: Final = (
    "missing-required",
    "duplicate-email",
    "duplicate-username",
    "duplicate-unique-id",
    "duplicate-row",
    "invalid-format",
    "role-unmapped",
    "school-unmapped",
    "user-not-found",
    "section-not-found",
    "grading-period",
    "inactive-user",
    "file-transfer",
    "header-changed",
)

_LONGEST: Final = 1_000


def _any(*patterns: str) -> str:
    return "|".join(rf"\b(?:{pattern})\b" for pattern in patterns)


# What a message says in several ways is first brought to one word, so that "does not exist" is not taken for "exists", "Section School Code" not
# for a school and "Unique ID" not for "must be unique". Values in quotes say nothing of the kind.
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

_NOUNS: Final = {
    "user-not-found": r"users?|members?|students?|teachers?|persons?|accounts?|parents?|learners?|guardians?|uniqueid|username|email",
    "section-not-found": r"sections?|courses?|class(?:es)?",
    "grading-period": r"gradingperiod",
    "school-unmapped": r"schools?|buildings?|campus(?:es)?",
    "role-unmapped": r"roles?",
    "header-changed": r"columns?|headers?|headings?",
    "file-transfer": r"files?|paths?|folders?|director(?:y|ies)|hosts?",
}
_ANY_NOUN: Final = "|".join(_NOUNS.values())
_BREAK: Final = r"[.;:] |\bbecause\b|\bsince\b|\bbut\b"


def _not_found(noun: str) -> str:
    """What can't be found is the first thing that the clause names, or what follows the verb."""
    before = rf"(?:^|{_BREAK})(?:(?!\b(?:{_ANY_NOUN})\b|{_BREAK}).)*"
    return rf"\bfindsno\b(?:(?!\b(?:{_ANY_NOUN})\b).)*\b(?:{noun})\b|{before}\b(?:{noun})\b(?:(?!{_BREAK}).)*\bnotfound\b"


def _both(one: str, other: str) -> str:
    return rf"\b(?:{one})\b.*\b(?:{other})\b|\b(?:{other})\b.*\b(?:{one})\b"


_TAKEN: Final = "exist(?:s|ed|ing)?|already|in use|used by|taken|registered|different organi[sz]ation|another (?:user|account)"
_TWICE: Final = r"duplicat\w*|not unique|unique|more than once|twice|repeated|several times|multiple times"
_SCHOOL: Final = _NOUNS["school-unmapped"]

_RULES: Final = tuple(
    (category, re.compile(pattern))
    for category, pattern in (
        # Tried from above: what is said in so many words comes before a word that may stand in any message.
        (
            "file-transfer",
            _any(
                "s?ftp",
                "connect(?:ion|ing|ed)?",
                "hosts?",
                r"download\w*",
                "log-?in (?:failed|incorrect|denied)",
                "failed to log ?in",
                r"authenticat\w+",
                "timed? ?out",
                "permission denied",
                "file (?:is|was) empty",
                "empty file",
                "(?:incorrect|wrong|expired|rejected) password",
                "password (?:(?:is|was) )?(?:incorrect|wrong|expired|rejected)",
                r"(?:could not|cannot|can't|unable to|failed to) (?:open|read|access|retrieve)\b.*\bfiles?",
                r"files? (?:could not|cannot|can't) be (?:open|read|access|retriev)\w*",
            ),
        ),
        ("duplicate-email", _both("email", _TAKEN)),
        ("duplicate-username", _both("username", _TAKEN)),
        (
            "duplicate-row",
            _any("duplicated? (?:rows?|records?|entry|entries|information|lines?|enroll?ments?)"),
        ),
        ("duplicate-email", _both("email", _TWICE)),
        ("duplicate-username", _both("username", _TWICE)),
        ("duplicate-unique-id", _both("uniqueid", f"{_TAKEN}|{_TWICE}")),
        ("duplicate-row", _both("rows?|records?|entry|entries|information|lines?", _TWICE)),
        ("duplicate-row", _both("codes?", f"{_TAKEN}|{_TWICE}")),
        ("duplicate-row", _any("already enrolled", "already a member")),
        (
            "header-changed",
            _any(
                "headers?",
                "headings?",
                "missing (?:required )?columns?",
                r"columns? (?:\S+ ){0,4}?missing(?! an?\b| values?\b)",
                "(?:unmatched|unexpected|unrecogni[sz]ed|extra|findsno) columns?",
                r"columns?\b.*\b(?:not|unmatched|changed|notfound|match\w*)",
                r"fields? (?:\S+ ){0,4}?not (?:been )?(?:matched|mapped)",
                "match columns?",
            ),
        ),
        *((category, _not_found(noun)) for category, noun in _NOUNS.items()),
        (
            "missing-required",
            _any(
                "requires?",
                "required",
                "missing",
                "blank",
                "empty",
                "without",
                "must (?:have|provide|include|contain|not be null)",
                "no value",
                "not (?:provided|specified|supplied)",
                "lack(?:s|ing)?",
            ),
        ),
        ("grading-period", _any("gradingperiod")),
        ("role-unmapped", _any("roles?")),
        (
            "section-not-found",
            _any(r"(?:sections?|courses?) (?:\S+ ){0,4}?(?:notfound|deleted|inactive|archived)"),
        ),
        ("inactive-user", _any("inactive", "disabled", "deleted", "deactivated")),
        ("school-unmapped", _both(_SCHOOL, r"not|notfound|invalid|(?:un)?match\w*|(?:un)?map\w*")),
        (
            "invalid-format",
            _any(
                "invalid",
                "not (?:an? )?valid",
                r"format\w*",
                "characters?",
                "malformed",
                "contains? (?:a )?spaces?",
            ),
        ),
        (
            "user-not-found",
            rf"\b(?:{_NOUNS['user-not-found']})\b.*\b(?:notfound|could not|couldn't|cannot)\b",
        ),
        ("file-transfer", _any("files?", "paths?", "log-?in")),
    )
)


def category(message: str) -> str:
    """One of `CATEGORIES`, or "unclassified"."""
    text = message[:_LONGEST].casefold()
    for pattern, word in _SAME:
        text = pattern.sub(word, text)
    return next((name for name, pattern in _RULES if pattern.search(text)), UNCLASSIFIED)
