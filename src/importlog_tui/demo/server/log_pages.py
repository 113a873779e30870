"""The log and its affected records as the made-up server shows them: three markups, both with a pager."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from importlog_tui.demo import pages
from importlog_tui.demo.pages import ErrorOnPage, Pager
from importlog_tui.demo.server.world import fault_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from importlog_tui.demo.nights import NightRun
    from importlog_tui.demo.server.world import World

LOG = "/made-up/status-log"
"""The log in its first markup; `LOG/folds` and `LOG/grid` show the same in the others."""

_LOOKS: dict[str, tuple[pages.Markup, Callable[[datetime], str]]] = {
    "tables": (pages.nested_tables, pages.long_date),
    "folds": (pages.accordion, pages.plain_date),
    "grid": (pages.aria_grid, pages.numeric_date),
}
LOOKS = tuple(_LOOKS)


def log_path(look: str) -> str:
    """Where the log lies in that markup."""
    return LOG if look == LOOKS[0] else f"{LOG}/{look}"


def log_page(world: World, look: str, page: int, size: int) -> str | None:
    """Page `page`, from 1, of the log with `size` runs on each; None where there is none."""
    runs = world.runs
    shown = runs[(page - 1) * size : page * size]
    if not shown and page != 1:
        return None
    markup, date_form = _LOOKS[look]
    body = markup([_on_page(run, look, date_form) for run in shown])
    last = -(-len(runs) // size)
    steps = [(page - 1, "prev", "Newer")] * (page > 1) + [(page + 1, "next", "Next")] * (page < last)
    links = "".join(
        f' <a rel="{rel}" href="{log_path(look)}?page={number}">{word}</a>' for number, rel, word in steps
    )
    return pages.document("Status Log", f"{body}\n<p>Page {page} of {max(last, 1)}{links}</p>")


def _on_page(run: NightRun, look: str, date_form: Callable[[datetime], str]) -> pages.RunOnPage:
    errors = [
        ErrorOnPage(
            fault,
            f"{LOG}/records/{fault_name(run, number)}?look={look}" if fault.claimed else "",
            rows_beside=False,
        )
        for number, fault in enumerate(run.faults, 1)
    ]
    return pages.shown(run, errors, date_form)


def records_page(world: World, name: str, look: str, page: int, size: int) -> str | None:
    """Page `page`, from 1, of an error's affected records with `size` rows on each; None where there is none."""
    found = world.faults.get(name)
    start = (page - 1) * size
    if found is None or not 0 <= start < found.fault.claimed:
        return None
    fault = found.fault
    whole = replace(fault, rows=fault.rows + fault.beyond)
    end = min(start + size, whole.claimed)

    def address(number: int) -> str:
        return f"{LOG}/records/{name}?look={look}&page={number}"

    pager = Pager(
        start + 1,
        end,
        whole.claimed,
        address(page - 1) if start else "",
        address(page + 1) if end < whole.claimed else "",
    )
    shown = pages.shown(found.run, None, _LOOKS[look][1])
    return pages.document(
        "Affected records", pages.affected_records(shown, whole, pager, as_grid=look == "grid")
    )


def user_page(world: World, number: str) -> str | None:
    """A user's own page; None where there is no such user."""
    account = world.accounts.get(number)
    if account is None:
        return None
    told = [
        ("Unique ID", account.unique_id),
        ("Username", account.username),
        ("Email", account.email),
        ("School", account.school),
        ("Role", account.role),
        ("Status", account.status),
    ]
    rows = "".join(f"<tr><th>{label}</th><td>{escape(value)}</td></tr>" for label, value in told)
    return pages.document(f"{account.first} {account.last}", f"<table>{rows}</table>")


def user_search(world: World, sought: str) -> str:
    """The user search: by unique ID, name, username or e-mail (schoology.md 1.3)."""
    words = sought.casefold().split()
    hits = [
        account
        for account in world.accounts.values()
        if words
        and all(
            any(
                word in part.casefold()
                for part in (account.unique_id, account.first, account.last, account.username, account.email)
            )
            for word in words
        )
    ][:50]
    found = "".join(
        f'<li><a href="/user/{hit.number}">{escape(hit.first)} {escape(hit.last)}</a> {escape(hit.unique_id)} {escape(hit.status)}</li>'
        for hit in hits
    )
    said = f"{len(hits)} users" if hits else "no user"
    return pages.document(
        "Manage users", f"<p>{said} found for {escape(sought) or 'nothing'}</p><ul>{found}</ul>"
    )
