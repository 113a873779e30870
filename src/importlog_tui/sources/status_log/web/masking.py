"""A page made fit to be shown to others: its markup and the words that any log has stay, everything that may name somebody goes.

What is kept is listed, what is masked is everything else: letters become x, digits 9, comments and scripts go whole.
"""

from __future__ import annotations

import re

from importlog_tui.fields import heading_words

_WORDS = frozenset(
    [
        "import",
        "imports",
        "auto",
        "schoology",
        "users",
        "user",
        "courses",
        "course",
        "sections",
        "section",
        "enrollments",
        "enrollment",
        "enrolments",
        "error",
        "errors",
        "warning",
        "warnings",
        "row",
        "rows",
        "affected",
        "record",
        "records",
        "completed",
        "complete",
        "successfully",
        "successful",
        "success",
        "failed",
        "failure",
        "with",
        "without",
        "no",
        "of",
        "to",
        "and",
        "or",
        "the",
        "a",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "is",
        "are",
        "was",
        "not",
        "this",
        "that",
        "status",
        "log",
        "result",
        "results",
        "time",
        "date",
        "last",
        "performed",
        "run",
        "started",
        "finished",
        "ended",
        "queued",
        "running",
        "waiting",
        "processing",
        "pending",
        "page",
        "pages",
        "next",
        "previous",
        "prev",
        "first",
        "newer",
        "older",
        "showing",
        "show",
        "total",
        "all",
        "items",
        "entries",
        "message",
        "number",
        "am",
        "pm",
        "today",
        "yesterday",
        "ago",
        "hour",
        "hours",
        "minute",
        "minutes",
        "day",
        "days",
        "sign",
        "login",
        "logout",
        "password",
        "single",
        "access",
        "denied",
        "authorized",
        "session",
        "expired",
        "maintenance",
        "unavailable",
        "back",
        "soon",
        "server",
        "found",
        "please",
        "try",
        "again",
        "welcome",
        "home",
        "tools",
        "school",
        "management",
        "export",
        "download",
        "csv",
        "xls",
        "view",
        "details",
        "expand",
        "collapse",
        "sort",
        "filter",
        "search",
        "missing",
        "required",
        "field",
        "duplicate",
        "already",
        "exists",
        "email",
        "username",
        "invalid",
        "format",
        "unique",
        "id",
        "html",
        "body",
        "div",
        "span",
        "table",
    ]
) | frozenset(heading_words())
_MONTH = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april|june|july|august|september|october|november|december"
    r"|mon|tue|wed|thu|fri|sat|sun)\b(?=[.,]?\s?(?:[A-Za-z]{3,9}\.?\s?)?[0-9])",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_TOKEN = re.compile(
    r"(?P<comment><!--.*?(?:-->|\Z))|(?P<script><(?P<name>script|style)\b.*?(?:</(?P=name)\s*>|\Z))|(?P<tag><[a-zA-Z/!?][^>]*>?)|(?P<text>[^<]+|<)",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"(?P<name>[^\s=<>\"'/]+)\s*=\s*(?P<value>\"[^\"]*\"|'[^']*'|[^\s>]+)")
_STRUCTURE = frozenset(
    {"class", "id", "role", "rel", "type", "method", "colspan", "rowspan", "scope", "for", "charset", "lang"}
)
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//[^/?#\"'\s]*", re.IGNORECASE)

LONGEST = 2 << 20
"""Characters of one page in a report."""


def masked(page: str) -> str:
    """`page`, HTML or text, with everything masked that may name somebody."""
    return "".join(map(_token, _TOKEN.finditer(page[:LONGEST])))


def _token(found: re.Match[str]) -> str:
    if found["comment"]:
        return "<!-- -->"
    if found["script"]:
        return f"<{found['name'].lower()}></{found['name'].lower()}>"
    if found["tag"]:
        tag = found["tag"]
        name = re.match(r"</?[a-zA-Z0-9]+|<[!?]?", tag)
        head = name[0] if name else "<"
        attributes = "".join(f" {_attribute(one)}" for one in _ATTRIBUTE.finditer(tag, len(head)))
        return f"{head}{attributes}{'>' if tag.endswith('>') else ''}"
    return masked_text(found["text"])


def _attribute(found: re.Match[str]) -> str:
    name, value = found["name"].lower()[:40], found["value"].strip("\"'")
    if name in _STRUCTURE or (name.startswith("aria-") and _WORD.fullmatch(value)):
        kept = _DIGIT.sub("9", value)
    else:
        kept = masked_text(_HOST.sub("", value))
    return f'{name}="{kept}"'


def masked_text(text: str) -> str:
    """Running text, masked: known words, and months beside a number, stay."""
    dates = {found.start() for found in _MONTH.finditer(text)}

    def word(found: re.Match[str]) -> str:
        letters = found[0]
        if letters.lower() in _WORDS or found.start() in dates:
            return letters
        return "".join("X" if letter.isupper() else "x" for letter in letters)

    return _DIGIT.sub("9", _WORD.sub(word, text))
