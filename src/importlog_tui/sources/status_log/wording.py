"""The words of imports and results inside running text: mails, titles (schoology.md 1.1.2, 1.1.6).

`words` judges a piece by itself; here a sentence is searched, so only the documented wording counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from importlog_tui.model import Kind, Result
from importlog_tui.sources.status_log.words import result_of

if TYPE_CHECKING:
    from collections.abc import Iterable

# "Course Enrollments" before "Courses": the longer name holds the shorter one.
_NAMES = r"((?:course|section|student)\s+enroll?ments?|group\s+enroll?ments?|enroll?ments?|users?|courses?)"
_IMPORT = re.compile(rf"\b{_NAMES}[^\S\n]+(?:auto[- ]?)?import\b", re.IGNORECASE)
_IMPORT_OF = re.compile(
    rf"\b(?:auto[- ]?)?import(?:ed|ing)?(?:[^\S\n]+(?:type|kind|process|name|of|for))?[^\S\n]*[:(\[|/\t–—\"'“”‘’«»-]*[^\S\n]*{_NAMES}\b",
    re.IGNORECASE,
)
_LABELLED = re.compile(rf"\b(?:type|kind|process|category|object)s?\s*[:=|\t]\s*{_NAMES}\b", re.IGNORECASE)
_QUOTED = re.compile(r"\bimport[^\S\n]+[\"“„«]([^\"“”„«»\n]{2,60})[\"”“»]", re.IGNORECASE)
_ALONE = re.compile(rf"\b{_NAMES}\b", re.IGNORECASE)

_RESULTS = (
    (
        re.compile(r"\bimport[\s:–—-]{1,5}(?:has\s+|was\s+)?completed?\s+successfully\b", re.IGNORECASE),
        Result.COMPLETED,
    ),
    (
        re.compile(
            r"\bimport[\s:–—-]{1,5}(?:has\s+|was\s+)?completed?\s+with\s+(?:\d[\d,]*\s+)?errors?\b",
            re.IGNORECASE,
        ),
        Result.COMPLETED_WITH_ERRORS,
    ),
    (re.compile(r"\bimport[\s:–—-]{1,5}(?:has\s+|was\s+)?failed\b", re.IGNORECASE), Result.FAILED),
)


_TROUBLES = r"(?:errors?|problems?|issues?|warnings?)"
_AIM = r"(?:complet\w*|finish\w*|run|start\w*|process\w*|execut\w*|import\w*|succeed\w*)"
_ROWS = r"(?:rows?|records?|entries|lines?|users?|courses?|sections?|enroll?ments?)"
_NOT = r"\s*(?:not|n[’']t)\s+"
_SPOILT = rf"(?:(?:have\s+|had\s+)?failed|(?:were|was)\s+(?:rejected|skipped|refused|ignored)|(?:could|were|was|did){_NOT}(?:be\s+)?{_AIM})"
_OWN_WORDS = tuple(
    (re.compile(pattern, re.IGNORECASE), result)
    for pattern, result in (
        (
            rf"\b(?:without|with no|with zero|with 0|no|zero|0)(?:\s+any)?\s+{_TROUBLES}\b|\b(?:no|0)\s+{_ROWS}\s+{_SPOILT}\b",
            Result.COMPLETED,
        ),
        # Of some rows, not of the import: it ran.
        (
            rf"\b(?<!all\s){_ROWS}\s+{_SPOILT}\b|\bfailed\s+{_ROWS}\b|\bnot\s+all\b.*\b{_ROWS}\b",
            Result.COMPLETED_WITH_ERRORS,
        ),
        (
            (
                rf"\b(?:could|was|were|has|had|did){_NOT}(?:be\s+|been\s+)?(?:successfully\s+)?{_AIM}\b|\bunable\s+to\s+{_AIM}\b"
                r"|\b(?:failed|failure|aborted|cancell?ed|terminated|timed\s+out|unsuccessful(?:ly)?|crashed|halted|interrupted)\b"
                rf"|\b(?:was|been|has)\s+(?:\w+\s+)?(?:stopped|rejected|abandoned)\b|(?:\bnot|n[’']t)\s+(?:a\s+)?success|\bno\s+{_ROWS}\s+(?:could|were|was)\b"
            ),
            Result.FAILED,
        ),
        (
            (
                rf"\bwith\s+(?:[\w,]+\s+)?{_TROUBLES}\b|\b(?:had|has|reported|encountered|found|contains?|ran\s+into)\s+(?:[\w,]+\s+)?{_TROUBLES}\b"
                rf"|\b{_TROUBLES}\s+(?:were\s+|was\s+)?(?:found|reported|encountered|occurred)\b|\bpartial(?:ly)?\b"
                rf"|\bthere\s+(?:were|was|are|is)\s+(?:[\w,]+\s+)?{_TROUBLES}\b"
            ),
            Result.COMPLETED_WITH_ERRORS,
        ),
        (
            (
                r"\bsuccess(?:ful(?:ly)?)?\b|\bsucceeded\b|\bwent\s+(?:well|fine|smoothly)\b|\bwithout\s+a\s+hitch\b"
                rf"|\ball\s+(?:of\s+)?(?:the\s+|your\s+)?(?:[\d,]+\s+)?{_ROWS}\b.*\b(?:were|was|have\s+been)\s+(?:imported|processed|updated|loaded)\b(?!.*\b(?:except|but)\b)"
            ),
            Result.COMPLETED,
        ),
    )
)
_OVER = re.compile(
    r"\b(?:is|are|has|have|was)\s+(?:now\s+)?(?:been\s+)?(?:done|over|finished|complete|completed|ended|run)\b|\bran\s+to\s+(?:completion|the\s+end)\b|\b(?:finished|completed|ended)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(r"\b(?:not|never|still|yet)\b|n[’']t\b", re.IGNORECASE)
_NO_TROUBLE = re.compile(rf"\b(?:without|no|zero|0)(?:\s+any)?\s+{_TROUBLES}\b", re.IGNORECASE)
_LONGEST_SENTENCE = 300
_SENTENCE = re.compile(r"[^\n.!?]+(?:\.(?=\S)[^\n.!?]+)*")
_ABOUT = re.compile(r"\b(?:auto[- ]?)?import(?:s|ed)?\b|\b(?:it|process|job|run)\b", re.IGNORECASE)
_ONLY_MAYBE = re.compile(
    r"\b(?:if|when|whenever|unless|in case|once|should|may|might|can|will|would|until|yet)\b", re.IGNORECASE
)
_NAMED_RESULT = re.compile(r"\s*(?:import\s+)?(?:status|result|outcome)\s*[:=\t]\s*(\S.*)", re.IGNORECASE)


def kind_named(name: str) -> Kind:
    """The kind that one of the names above stands for."""
    folded = name.casefold()
    if folded.startswith("group"):
        return Kind.OTHER
    if "enrol" in folded:
        return Kind.ENROLLMENTS
    return Kind.USERS if folded.startswith("user") else Kind.COURSES


def import_named(text: str) -> tuple[Kind, str] | None:
    """The import that a text names and its name as written ("Users Import"); None where it names none or several."""
    for pattern in (_IMPORT, _IMPORT_OF, _LABELLED):
        found = {
            kind_named(hit.group(1)): hit.group(pattern is not _IMPORT)
            for hit in reversed(list(pattern.finditer(text)))
        }
        if len(found) == 1:
            return next(iter(found.items()))
        if found:
            return None
    return None


def import_quoted(text: str) -> str:
    """The name in quotes of an import of any other kind ("Parents"), "" without one."""
    found = _QUOTED.search(text)
    return found[1].strip() if found else ""


def import_mentioned(texts: Iterable[str]) -> tuple[Kind, str] | None:
    """The kind in the first text that speaks of exactly one, and its name as written there."""
    for text in texts:
        kinds = {kind_named(hit.group()): hit.group() for hit in _ALONE.finditer(text)}
        if len(kinds) == 1:
            return kinds.popitem()
    return None


def result_told(text: str) -> tuple[Result, str, int] | None:
    """The first of the result texts in `text`, as written, and where it begins."""
    hits = [
        (found.start(), result, found.group())
        for pattern, result in _RESULTS
        if (found := pattern.search(text))
    ]
    if not hits:
        return None
    start, result, written = min(hits)
    return result, " ".join(written.split()), start


def result_in_own_words(text: str) -> tuple[Result, str] | None:
    """The result that a sentence about the import words in its own way ("finished without problems"), and those words.

    A sentence of what may happen ("if an import fails") tells none.
    """
    for found in _SENTENCE.finditer(text):
        sentence = " ".join(found.group().split())
        if named := _NAMED_RESULT.fullmatch(found.group()):
            if result := result_of(named[1]):
                return result, named[1].strip()
        elif _is_told_of_it(sentence):
            told = next((result for pattern, result in _OWN_WORDS if pattern.search(sentence)), None)
            if told is not None:
                return told, sentence
    return None


def end_in_own_words(text: str) -> str | None:
    """A sentence that says only that the import is over ("Your Users Import is done"), nothing of how."""
    for found in _SENTENCE.finditer(text):
        sentence = " ".join(found.group().split())
        if _is_told_of_it(sentence) and _OVER.search(sentence) and not _NOT_YET.search(sentence):
            return sentence
    return None


def says_no_trouble(text: str) -> bool:
    """Whether a text says somewhere that there were no errors."""
    return _NO_TROUBLE.search(text) is not None


def _is_told_of_it(sentence: str) -> bool:
    return (
        len(sentence) <= _LONGEST_SENTENCE
        and _ABOUT.search(sentence) is not None
        and not _ONLY_MAYBE.search(sentence)
    )
