"""The words of imports and results inside running text: mails, titles (schoology.md 1.1.2, 1.1.6).

`words` judges a piece by itself; here a sentence is searched, so only the documented wording counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from importlog_tui.model import Kind, Result

if TYPE_CHECKING:
    from collections.abc import Iterable

# "Course Enrollments" before "Courses": the longer name holds the shorter one.
_NAMES = r"((?:course|section|student)\s+enroll?ments?|group\s+enroll?ments?|enroll?ments?|users?|courses?)"
_IMPORT = re.compile(rf"\b{_NAMES}[^\S\n]+(?:auto[- ]?)?import\b", re.IGNORECASE)
_IMPORT_OF = re.compile(
    rf"\b(?:auto[- ]?)?import(?:ed|ing)?(?:[^\S\n]+(?:type|kind|process|name|of|for))?[^\S\n]*[:(\[|/\t–—-]*[^\S\n]*{_NAMES}\b",
    re.IGNORECASE,
)
_LABELLED = re.compile(rf"\b(?:type|kind|process|category|object)s?\s*[:=|\t]\s*{_NAMES}\b", re.IGNORECASE)
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
        found = {kind_named(hit.group(1)): hit.group() for hit in reversed(list(pattern.finditer(text)))}
        if len(found) == 1:
            return next(iter(found.items()))
        if found:
            return None
    return None


def kind_mentioned(texts: Iterable[str]) -> Kind | None:
    """The kind in the first text that speaks of exactly one."""
    for text in texts:
        kinds = {kind_named(hit.group(1)) for hit in _ALONE.finditer(text)}
        if len(kinds) == 1:
            return kinds.pop()
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
