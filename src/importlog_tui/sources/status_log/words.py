"""The words of a Status Log: an import's name, a result, a count, a Rows Affected number.

Each function judges one piece of text by itself. Apart from the three result texts and "Rows Affected" nothing of Schoology's wording is
documented (schoology.md 1.1, 1.2), so each is matched loosely, but always as a whole: text that is not fully explained is no such word.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from importlog_tui.model import Kind, Result

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST = 200
"""Characters; a longer piece is a message or a cell, never one of these words."""


_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def seen(text: str) -> str:
    """`text` without zero-width signs, for comparing; what is kept keeps them."""
    return text if text.isascii() else text.translate(_UNSEEN)


def bare(text: str) -> str:
    """`text` without the signs, arrows, bullets and blanks around it."""
    return text.strip() if len(text) > _LONGEST else _strip_signs(text)


def _strip_signs(text: str) -> str:
    start, end = 0, len(text)
    while start < end and not (text[start].isalnum() or text[start] in "#("):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] == ")"):
        end -= 1
    return text[start:end]


def is_empty(text: str) -> bool:
    """Whether a piece says nothing: blank, an arrow, a bullet, a dash."""
    return not any(c.isalnum() for c in text[:_LONGEST])


# --- An import's name (schoology.md 1.1.2: "Users Import", "User Import", "Course Enrollments Import", so loosely) ---

_SUBJECTS = (
    (Kind.USERS, r"users?"),
    (Kind.COURSES, r"courses?(?:\s(?:and|&|/|\+)\ssections?)?|sections?"),
    (Kind.ENROLLMENTS, r"(?:course\s|section\s|user\s)?enrol?lments?"),
)
_ANY = "|".join(f"(?P<{kind.value}>{pattern})" for kind, pattern in _SUBJECTS)
_FULL = re.compile(
    rf"(?:(?:auto[-\s]?)?import\s?[:\-–—/]\s?)?(?:{_ANY})\s(?:auto[-\s]?)?imports?(?:\s?\(?#\s?[0-9]{{1,12}}\)?)?"
    rf"|(?:auto[-\s]?import|import)\s?(?:[:\-–—/]|of)\s?(?:{_ANY.replace('?P<', '?P<of_')})"
    rf"|(?:{_ANY.replace('?P<', '?P<paren_')})\s\(?(?:auto[-\s]?)?import\)",
    re.IGNORECASE,
)
_BARE = re.compile(_ANY, re.IGNORECASE)
_OTHER = re.compile(
    r"(?!(?:auto|manual|the|an?|your|our|my|all|any|no|last|next|this|new|start|run|view|expand|collapse|show|hide|toggle|open|close|each|every|previous|latest)\b)"
    r"(?:[\w&'/-]+\s){1,4}(?:auto[-\s]?)?import",
    re.IGNORECASE,
)


class Named(Enum):
    """How surely a piece is an import's name."""

    FULL = 1  # "Users Import"
    OTHER = 2  # "Group Enrollments Import": any words before Import
    BARE = 3  # "Users": also a menu entry


_NAME_HINT = re.compile(r"import|users?\b|courses?\b|sections?\b|enrol", re.IGNORECASE)


def import_name(text: str) -> tuple[Kind, Named] | None:
    """The kind that the whole of a piece names."""
    if not 4 <= len(text) <= 60 or not _NAME_HINT.search(text):
        return None
    text = " ".join(bare(text).split())
    if found := _FULL.fullmatch(text) or _BARE.fullmatch(text):
        group = next(name for name, value in found.groupdict().items() if value)
        sure = Named.BARE if found.re is _BARE else Named.FULL
        return Kind(group.removeprefix("of_").removeprefix("paren_")), sure
    if _OTHER.fullmatch(text):
        return Kind.OTHER, Named.OTHER
    return None


def name_alone(text: str) -> str:
    """An import's name without the label before it ("Import: Users Import")."""
    label, colon, rest = bare(text).partition(":")
    name = import_name(rest) if colon and role_of(label) is Role.NAME else None
    return bare(rest) if name is not None and name[1] is Named.FULL else bare(text)


_INSIDE = re.compile(rf"(?<![\w-])(?:{_ANY})\simport(?![\w-])", re.IGNORECASE)


def kind_within(text: str) -> Kind | None:
    """The kind of the first import that is named anywhere in a line: for titles and subjects, not for messages."""
    found = _INSIDE.search(text[:1_000])
    return Kind(found.lastgroup) if found and found.lastgroup else None


# --- Results (schoology.md 1.1.6; labels of waiting and running were not found, 1.1.10) ---

_SUBJECT_OF_RESULT = (
    r"(?:(?:the\s)?(?:import|process|job|run|file)\s)?(?:was\s|is\s|has\s|has been\s|were\s|ha[ds]\s)?"
)
_ENDED = r"(?:completed?|finished|done|ended|processed|succeeded|success(?:ful)?(?:ly)?|imported|ran|ok)"
_TROUBLES = r"(?:errors?|warnings?|issues?|problems?)"
_RESULTS = (
    (Result.COMPLETED, rf"(?:{_ENDED}\s*[,;:\-–(]*\s*)?(?:with\s|has\s|had\s)?(?:no|without(?:\sany)?|zero|0)\s{_TROUBLES}\)?(?:\sfound|\soccurred|\sreported)?"),
    (
        Result.COMPLETED_WITH_ERRORS,
        (rf"(?:successfully\s)?{_ENDED}\s*[,;:\-–]*\s*(?:successfully\s)?(?:but\s)?(?:with|has|had)\s(?:[0-9]{{1,6}}\s|some\s)?(?:type(?:s)?\sof\s)?{_TROUBLES}"
        rf"|(?:with|has|had|contains|see)\s{_TROUBLES}|(?:errors|warnings|issues|problems)(?:\s(?:found|occurred|reported))?"
        rf"|partial(?:ly)?(?:\s(?:success(?:ful)?|{_ENDED}))?|{_ENDED}\s\(?[1-9][0-9]{{0,5}}\s{_TROUBLES}\)?"),
    ),
    (Result.FAILED, r"(?:(?:fatal\s)?errors?\s?[:\-–—,]\s?)?(?:failed|failure|aborted|cancell?ed|terminated|timed out|not (?:completed?|processed))(?:\swith\serrors?)?|(?:could|did) not (?:be )?(?:run|start(?:ed)?|complete(?:d)?|processed?)"),
    (Result.COMPLETED, rf"(?:successfully\s)?{_ENDED}(?:\s(?:successfully|with success|ok))?|no\s{_TROUBLES}|error[- ]free"),
    (Result.QUEUED, r"queued(?:\sfor\sprocessing)?|pending|(?:in|on|added to)(?:\sthe)?\squeue|waiting(?:\sto\s(?:run|start)|\sin\s(?:the\s)?queue)?|scheduled|not (?:yet )?started"),
    (Result.RUNNING, r"(?:currently\s|still\s)?(?:running|in[- ]?progress|processing|importing|started|working|underway|active)(?:\s?\(?[0-9]{1,3}\s?%\)?)?"),
)  # fmt: skip
_RESULT = tuple(
    (result, re.compile(rf"{_SUBJECT_OF_RESULT}(?:{pattern})", re.IGNORECASE)) for result, pattern in _RESULTS
)


_COUNTED = re.compile(r"\s?\([0-9]{1,6}\)$")  # "Completed with errors (2)"
_JOINED = re.compile(
    r"_|(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])-(?=[A-Za-z])"
)  # COMPLETED_WITH_ERRORS, completedWithErrors


def result_of(text: str) -> Result | None:
    """The result that the whole of a piece words; None where the wording is not known."""
    text = " ".join(bare(text).split()) if len(text) <= _LONGEST else ""
    text = _COUNTED.sub("", text)
    if len(text) < 2:
        return None
    for wording in dict.fromkeys((text, _JOINED.sub(" ", text))):
        for result, pattern in _RESULT:
            if pattern.fullmatch(wording):
                return result
    return None


def is_plain_end(text: str) -> bool:
    """Whether a result only says that the run ended ("Completed"), nothing of errors."""
    return (
        re.fullmatch(
            rf"{_SUBJECT_OF_RESULT}(?:completed?|finished|done|ended|processed|ran)",
            bare(text),
            re.IGNORECASE,
        )
        is not None
    )


# --- Numbers ---

_NUMBER = r"[0-9]{1,3}(?:(?P<sep>[,.'’ \u00a0\u202f])[0-9]{3}(?:(?P=sep)[0-9]{3}){0,3}(?![0-9])|[0-9]{0,12})"
_NUMBER_ALONE = re.compile(rf"\(?\s?(?P<n>{_NUMBER})\s?\)?")


def digits(text: str) -> int:
    """The number that a text with thousands set apart spells."""
    return int("".join(c for c in text if c in "0123456789"))


def number_alone(text: str) -> int | None:
    """The number that the whole of a piece is; thousands may be set apart by a comma, point, blank or apostrophe."""
    if not 0 < len(text) <= 40:
        return None
    found = _NUMBER_ALONE.fullmatch(text.strip())
    return digits(found["n"]) if found else None


_ROWS_WORD = r"(?:affected\s(?:rows?|records?|entries|users?)|(?:rows?|records?|entries|users?)\s(?:were\s|was\s|are\s|is\s)?affected)"
_AFTER = rf"(?:#\s?(?:of\s)?|no\.?\sof\s|number\sof\s|total\s)?{_ROWS_WORD}\s?[:=\-–—]?\s?\(?(?P<after>{_NUMBER})\)?"
_ROWS_WITHIN = re.compile(
    rf"(?P<lead>[\s\u00a0]*[-–—:;,(|\[•·→]*[\s\u00a0]*)(?<![\w,])(?<![0-9]\.)(?:affects\s(?P<affects>{_NUMBER.replace('sep', 'sep1')})\s(?:rows?|records?)"
    rf"|(?P<before>{_NUMBER.replace('sep', 'sep2')})\s?{_ROWS_WORD}|{_AFTER})(?![\w])(?P<tail>[\s\u00a0]*[-–—:;,.)|\]•·]*[\s\u00a0]*)",
    re.IGNORECASE,
)
_ROWS_SHORT = re.compile(
    rf"(?:(?:view|show|see|open)\s)?(?:all\s)?(?P<n>{_NUMBER})\s(?:affected\s)?(?:rows?|records?|entries)(?:\saffected)?|(?:view|show|see|open)\s(?P<m>{_NUMBER.replace('sep', 'sep2')})",
    re.IGNORECASE,
)


def rows_affected_within(text: str) -> tuple[int, str] | None:
    """The Rows Affected number that a line words, and the rest of the line: at its end if it may be, else at its start.

    A message may speak of rows itself, so what stands in the middle of a sentence doesn't count.
    """
    if len(text) > 20_000 or "ffect" not in text.lower():
        return None
    last = None
    first = None
    for found in _ROWS_WITHIN.finditer(text):
        if not text[: found.start()].strip() and first is None:
            first = found
        if found.end() == len(text):
            last = found
    best = last or first
    if best is None:
        return None
    number = digits(best["affects"] or best["before"] or best["after"])
    rest = text[: best.start()] if best is last else text[best.end() :]
    return number, rest.strip()


def rows_short(text: str) -> int | None:
    """The number of a piece that is only "9 rows", "View 9 records" or the like."""
    if len(text) > 60:
        return None
    found = _ROWS_SHORT.fullmatch(" ".join(bare(text).split()))
    return digits(found["n"] or found["m"]) if found else None


_ROWS_BEHIND = re.compile(
    rf"(?P<message>\S.*?)\s?(?:\s[-–—]\s|[(\[,;:·•|])\s?(?P<n>{_NUMBER})\s(?:rows?|records?|entries|users?)(?:\saffected)?\s?[)\]]?\.?",
    re.IGNORECASE | re.DOTALL,
)


def rows_behind(text: str) -> tuple[int, str] | None:
    """The number and the message of "Email already in use (5 rows)", where a label before it says that it is an error."""
    found = _ROWS_BEHIND.fullmatch(text) if len(text) <= 20_000 and text[-60:].lower().count("r") else None
    return (digits(found["n"]), found["message"]) if found else None


def rows_in_cell(text: str) -> int | None:
    """The number in a cell that stands under Rows Affected, whatever word stands beside it."""
    if len(text) > 80:
        return None
    found = re.fullmatch(rf"(?![-−][0-9])[^0-9]{{0,30}}(?P<n>{_NUMBER})[^0-9]{{0,30}}", text.strip())
    return digits(found["n"]) if found else None


_ERROR_COUNT = re.compile(
    rf"(?P<n>[0-9]{{1,6}})\s(?:types?\sof\s)?(?:different\s|distinct\s)?errors?(?:\s(?:types?|found|occurred|reported))?"
    rf"|(?:number\sof\s|no\.?\sof\s|#\s?(?:of\s)?|total\s)?(?:{_TROUBLES}|error\stypes)(?:\scount)?\s?[:=(]\s?(?P<m>[0-9]{{1,6}})\)?"
    rf"|.{{0,40}}\(\s?(?P<o>[0-9]{{1,6}})\s(?:types?\sof\s)?errors?(?:\stypes?)?\s?\)|.{{0,40}}\swith\s(?P<p>[0-9]{{1,6}})\s(?:types?\sof\s)?errors?|(?P<none>no)\serrors?|.{{0,40}}errors?\s\((?P<q>[0-9]{{1,6}})\)",
    re.IGNORECASE,
)


def error_count(text: str) -> int | None:
    """How many error types a piece says there are ("3 errors", "Completed with errors (3 errors)", "No errors")."""
    if len(text) > 80:
        return None
    found = _ERROR_COUNT.fullmatch(" ".join(bare(text).split()))
    if not found:
        return None
    return 0 if found["none"] else int(found["n"] or found["m"] or found["o"] or found["p"] or found["q"])


# --- Headings and labels ---


class Role(Enum):
    """What a column or a label of a log says."""

    NAME = "name"
    TIME = "time"
    RESULT = "result"
    ERRORS = "errors"
    MESSAGE = "message"
    ROWS = "rows"
    ROWS_LOOSE = "rows, where a message stands beside it"
    OTHER = "known, of no use"


_ROLES: dict[Role, str] = {
    Role.NAME: "import, imports, import type, import name, type, name, process, data type, feed, job, import job, kind, item",
    Role.TIME: "last performed, performed, date performed, performed on, performed at, time performed, last performed on, date, time, date time, "
    "date/time, date & time, date and time, when, last run, run, run date, run time, run at, run on, last import, last imported, completed, completed on, "
    "completed at, date completed, finished, finished at, finished on, ended, end, end time, started, started at, started on, start, start time, "
    "start date, timestamp, last run time, last run date, import date, import time, last updated, processed, processed on, imported, imported on, last time performed, time last performed",
    Role.RESULT: "status, result, outcome, state, import status, import result, run status, message status, completion status, results",
    Role.ERRORS: "errors, error count, # errors, number of errors, no of errors, no. of errors, # of errors, errors?, errors found, error types, issues, had errors, any errors, has errors, with errors, errors / warnings, errors/warnings, problems, warnings",
    Role.MESSAGE: "error, message, error message, description, error description, reason, details, detail, error type, issue, problem, error text, error details, warning, error/warning, error name, cause, messages, error messages, reasons, failure, failure reason, comment, comments, note, notes, remark, remarks",
    Role.ROWS: "rows affected, row affected, affected rows, # rows affected, # of rows affected, number of rows affected, no of rows affected, "
    "no. of rows affected, rows affected #, affected records, records affected, # affected rows, # affected, total rows affected, rows affected count, num rows affected, affected row count",
    Role.ROWS_LOOSE: "rows, records, count, affected, # rows, number of rows, row count, # records, number, no. of rows, #, total, occurrences",
    Role.OTHER: "duration, file, file name, filename, user, performed by, run by, actions, action, source, id, run id, import id, trigger, created, updated, deleted, "
    "inserted, skipped, unchanged, total rows, rows processed, records processed, processed rows, total records, next run, next import, next scheduled, schedule",
}  # fmt: skip
_ROLE_OF = {word: role for role, words in _ROLES.items() for word in words.split(", ")}
_STATISTICS = frozenset(_ROLES[Role.OTHER].split(", ")) | {
    "processed",
    "imported",
    "total",
    "errors",
    "warnings",
    "rows",
    "records",
    "success",
    "failed",
    "added",
    "new",
    "removed",
}


def role_of(text: str) -> Role | None:
    """What a heading, or a label with its colon, says of what stands under or beside it."""
    if len(text) > 60:
        return None
    folded = " ".join(text.replace("\u00a0", " ").lower().split()).rstrip(" :?▲▼↑↓⇅↕").lstrip("↑↓ ")
    return _ROLE_OF.get(folded) or _ROLE_OF.get(folded.replace("_", " "))


def calls_error(label: str) -> bool:
    """Whether a heading or label says that what stands under or behind it is an error, not just some text."""
    return (
        role_of(label) is Role.MESSAGE and re.search(r"error|problem|issue", label, re.IGNORECASE) is not None
    )


def ends_with_rows_heading(text: str) -> bool:
    """Whether a heading holds Rows Affected behind another heading ("Errors  Rows Affected")."""
    folded = " ".join(text.lower().split())
    head, found, rest = folded.partition("rows affected")
    return bool(found) and not rest and len(folded) <= 60 and role_of(head) is not None


def is_total(text: str) -> bool:
    """Whether a row under the errors is their sum, no error itself."""
    return (
        re.fullmatch(r"(?:grand |sub)?totals?(?: (?:rows? affected|errors?))?|sum", bare(text).lower())
        is not None
    )


def total_row(cells: Sequence[str]) -> int | None:
    """The number in a table's last row that only says how many rows it has ("Total", "3", ""); None for any other row."""
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) != 2 or len(cells) < 3 or cells[0] != filled[0] or not is_total(filled[0]):
        return None
    return number_alone(filled[1])


_NO_REASON = re.compile(
    r"(?:there (?:is|are|was|were) )?(?:nothing|no (?:further |other |more )?(?:errors?|details?|messages?|records?|data|results?|information))(?: (?:to (?:report|show|display|see)|found|available|reported|listed))?",
    re.IGNORECASE,
)


def says_nothing(text: str) -> bool:
    """Whether a sentence only fills an empty place ("Nothing to report.", "No details available")."""
    return _NO_REASON.fullmatch(bare(text)) is not None


def is_statistic(text: str) -> bool:
    """Whether a label counts something else than an error ("Created", "Rows processed")."""
    return len(text) <= 60 and " ".join(text.lower().split()).rstrip(" :") in _STATISTICS


_CONTROL = re.compile(
    r"(?:(?:expand|collapse|toggle|show|hide|view|open|close|see|get|download|export|print|copy|load|load(?:ing)?)\b.{0,40}|details?|more|less|back(?: to .{0,30})?|next(?: page)?"
    r"|prev(?:ious)?(?: page)?|first(?: page)?|last(?: page)?|run now|edit|delete|remove|search|filter|help|settings|options|refresh|actions?|csv|xls|xlsx|go|menu|home|cancel|ok|save"
    r"|skip to .{0,30}|sort by.{0,30}|select all|errors? (?:details?|list)|(?:import )?errors|list of errors|page|pages?|[0-9]+ of [0-9]+|loading\W{0,3})",
    re.IGNORECASE,
)


def is_control(text: str) -> bool:
    """Whether a piece is a button or a heading of the page and no message of the log."""
    return len(text) <= 60 and _CONTROL.fullmatch(bare(text)) is not None


_NOT_PERFORMED = re.compile(
    r"\b(?:next|schedul\w*|copyright|generated|printed|expires?|due|logged|signed|today is|will|until|from|since|exported|saved)\b|©",
    re.IGNORECASE,
)


def may_lead_time(label: str) -> bool:
    """Whether words before a time may label it as a run's own ("Last performed:", "on"), not the next run's or the page's."""
    label = bare(label)
    return not label or (
        len(label) <= 40
        and len(label.split()) <= 4
        and not _NOT_PERFORMED.search(label)
        and not label.isdigit()
    )
