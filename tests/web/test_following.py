"""The link to the next page is found however the pager is made, and no other link is taken for it."""

from __future__ import annotations

import pytest

from importlog_tui.sources.status_log.web.answers import Page
from importlog_tui.sources.status_log.web.following import following

HOME = "https://lms.example.org/import/log"


@pytest.mark.parametrize(
    ("address", "markup", "leads_to"),
    [
        (HOME, '<a rel="next" href="?page=2">more</a>', f"{HOME}?page=2"),
        (HOME, '<link rel="next" href="/import/log?page=2">', f"{HOME}?page=2"),
        (HOME, '<a href="log?page=1">Next ›</a>', f"{HOME}?page=1"),
        (HOME, '<a href="?page=1" aria-label="Next page"></a>', f"{HOME}?page=1"),
        (
            HOME,
            '<base href="/other/"><a href="log?page=2">Next</a>',
            "https://lms.example.org/other/log?page=2",
        ),
        (HOME, '<b>1</b> <a href="?page=1">2</a> <a href="?page=2">3</a>', f"{HOME}?page=1"),
        (f"{HOME}?page=1", '<a href="?page=0">1</a> 2 <a href="?page=2">3</a>', f"{HOME}?page=2"),
        (f"{HOME}?page=2", '<a href="?page=1">1</a> 2 <a href="?page=3">3</a>', f"{HOME}?page=3"),
        (f"{HOME}?page=3", '<a href="?page=1">1</a> <a href="?page=2">2</a> 3', ""),
        (HOME, '<td><a href="/import/log/errors/2">2</a></td>', ""),
        (HOME, '<a href="?page=2" class="disabled">Next</a>', ""),
        (HOME, '<a href="#">Next</a><a href="javascript:next()">Next</a>', ""),
        (HOME, f'<a href="{HOME}">Next</a>', ""),
        (HOME, '<a href="http://[">Next</a>', ""),
        (HOME, "<p>Next</p>", ""),
        (HOME, "", ""),
    ],
)
def test_the_next_page(address: str, markup: str, leads_to: str) -> None:
    page = Page(address, f"<html><body>{markup}</body></html>".encode(), "text/html")

    assert following(page) == leads_to


def test_a_table_file_has_no_links() -> None:
    assert following(Page(HOME, b'a,b\n"<a rel=next href=/x>",2\n', "text/csv")) == ""
