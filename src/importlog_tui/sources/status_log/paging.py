"""The words of a pager: "Showing 1 - 500 of 1,214", "Page 1 of 3", "1,214 records", "Next"."""

from __future__ import annotations

import re

from importlog_tui.sources.status_log.words import bare, digits

# Behind the number often stand the numbers of the pages: a blank belongs to it only before three digits.
_NUM = r"(?:[0-9]{1,3}(?:[,.'’\u00a0\u202f ][0-9]{3}){1,4}(?![0-9])|[0-9]{1,12})"
_SPAN_OF = re.compile(
    rf"(?<![\w/.:-])(?P<first>[0-9][0-9,.]{{0,12}})\s?(?:-|–|—|to|through|…|\.\.)\s?(?P<last>[0-9][0-9,.]{{0,12}})\s?(?:rows?\s|records?\s|entries\s|results?\s|items?\s)?(?:of|out of|from|/|von)\s?(?:about\s|approximately\s|a total of\s)?(?P<all>{_NUM})",
    re.IGNORECASE,
)
_FIRST_OF = re.compile(
    rf"(?:showing|displaying|viewing|shown|only)(?:\sthe)?(?:\sfirst)?\s(?P<last>[0-9][0-9,.]{{0,12}})\s(?:rows?\s|records?\s|entries\s|results?\s)?(?:of|out of)\s(?P<all>{_NUM})"
    rf"|first\s(?P<last2>[0-9][0-9,.]{{0,12}})\s(?:rows?\s|records?\s|entries\s|results?\s)?(?:of|out of)\s(?P<all2>{_NUM})|(?P<last3>[0-9][0-9,.]{{0,12}})\sof\s(?P<all3>{_NUM})\s(?:rows?|records?|entries|results?)",
    re.IGNORECASE,
)
_PAGE_OF = re.compile(
    r"\bpage\s(?P<page>[0-9]{1,6})\s?(?:of|/|out of)\s?(?P<pages>[0-9]{1,6})", re.IGNORECASE
)
_TOTAL = re.compile(
    rf"(?:total(?:\s(?:rows?|records?|results?|entries|items?))?(?:\saffected)?\s?[:=]\s?(?P<n>{_NUM})|(?P<m>{_NUM})\s(?:rows?|records?|results?|entries|items?)(?:\s(?:in\s)?total|\sfound|\saffected)?|rows?\saffected\s?[:=]\s?(?P<o>{_NUM}))",
    re.IGNORECASE,
)  # fmt: skip
_NEXT = re.compile(
    r"(?:go to\s)?(?:next(?:\spage)?|load more|show more|more results|view more|older)(?:\s?[0-9]+)?[\s›»>→]*|[›»>→]+",
    re.IGNORECASE,
)


def span_of(text: str) -> tuple[int, int | None, int] | None:
    """(first, last, all) of "Showing 1 - 500 of 1,214"."""
    if len(text) > 300:
        return None
    if found := _SPAN_OF.search(text):
        return digits(found["first"]), digits(found["last"]), digits(found["all"])
    if found := _FIRST_OF.search(text):
        last, total = (
            (found["last"] or found["last2"] or found["last3"]),
            (found["all"] or found["all2"] or found["all3"]),
        )
        return 1, digits(last), digits(total)
    return None


def page_of(text: str) -> tuple[int, int] | None:
    """(page, pages) of "Page 1 of 3"."""
    found = _PAGE_OF.search(text) if len(text) <= 300 else None
    return (int(found["page"]), int(found["pages"])) if found else None


def total_of(text: str) -> int | None:
    """The number of rows that the whole of a line says there are ("1,214 records", "Total: 1214")."""
    if len(text) > 60:
        return None
    found = _TOTAL.fullmatch(bare(text))
    return digits(found["n"] or found["m"] or found["o"]) if found else None


def is_next(text: str) -> bool:
    """Whether a link leads to the next page."""
    return len(text) <= 30 and _NEXT.fullmatch(text.strip()) is not None
