"""The made-up log as pages: three kinds of markup, none of them anybody's, and the page of an error's affected records.

The markup differs on purpose, since nobody knows what a real tenant shows (schoology.md 1.2): readers must find their way by meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import NamedTuple

from importlog_tui.demo.nights import Fault, NightRun
from importlog_tui.demo.roster import DISTRICT

NOTE = f"Made-up page of a made-up district ({DISTRICT}). Nothing on it comes from a real tenant."


class ErrorOnPage(NamedTuple):
    """An error as a page shows it: where its number leads to, or its rows right beside it."""

    fault: Fault
    href: str
    rows_beside: bool


class RunOnPage(NamedTuple):
    """A run as a page shows it; errors None where it is folded away."""

    run: NightRun
    when: str
    errors: Sequence[ErrorOnPage] | None


class Pager(NamedTuple):
    """Which rows of an error a page shows, counted from 1, and where the page before and the page after are, "" for none."""

    first: int
    last: int
    claimed: int
    previous: str
    following: str


def document(title: str, body: str, *, address: str = "") -> str:
    """A whole page; with `address` as a browser marks a page that it saved."""
    saved = f"<!-- saved from url=({len(address):04}){address} -->\n" if address else ""
    return (
        f'<!DOCTYPE html>\n{saved}<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title></head>\n'
        f'<body><p class="made-up">{escape(NOTE)}</p>\n<h1>{escape(title)}</h1>\n{body}\n</body></html>\n'
    )


def shown(
    run: NightRun, errors: Sequence[ErrorOnPage] | None, date_form: Callable[[datetime], str]
) -> RunOnPage:
    """A run with its time in that form, or with the offset where the clock alone would tell another time."""
    when = run.at.isoformat(sep=" ", timespec="minutes") if run.is_ambiguous else date_form(run.at)
    return RunOnPage(run, when, errors)


def plain_date(at: datetime) -> str:
    """Nov 23, 2026 1:02 am."""
    return f"{at:%b} {at.day}, {at.year} {clock(at)}"


def long_date(at: datetime) -> str:
    """Mon Nov 23, 2026 at 1:02 am."""
    return f"{at:%a %b} {at.day}, {at.year} at {clock(at)}"


def numeric_date(at: datetime) -> str:
    """11/23/2026 01:02, or ISO while day and month could be mistaken for each other."""
    return f"{at:%m/%d/%Y %H:%M}" if at.day > 12 else f"{at:%Y-%m-%d %H:%M}"


def today(at: datetime) -> str:
    """Today at 1:02 am, as a page of the same day says."""
    return f"Today at {clock(at)}"


def clock(at: datetime) -> str:
    """1:02 am."""
    return f"{at.hour % 12 or 12}:{at.minute:02} {'am' if at.hour < 12 else 'pm'}"


def nested_tables(runs: Sequence[RunOnPage]) -> str:
    """The log as a table whose rows hold a table of errors."""
    lines = ['<table class="made-up-log"><tr><th>Import</th><th>Last performed</th><th>Result</th></tr>']
    for run, when, errors in runs:
        lines.append(f"<tr><td>&gt; {run.label}</td><td>{when}</td><td>{run.result}</td></tr>")
        if errors:
            lines.append('<tr><td colspan="3"><table><tr><th>Error</th><th>Rows Affected</th></tr>')
            for error in errors:
                lines.append(f"<tr><td>{escape(error.fault.message)}</td><td>{_number(error)}</td></tr>")
                if error.rows_beside:
                    lines.append(f'<tr><td colspan="2">{_table(error.fault)}</td></tr>')
            lines.append("</table></td></tr>")
    return "\n".join([*lines, "</table>"])


def accordion(runs: Sequence[RunOnPage]) -> str:
    """The log as foldable sections with a list of errors in each."""
    lines = ['<section class="made-up-folds">']
    for run, when, errors in runs:
        lines.append(
            f"<details{' open' if errors else ''}><summary><b>{run.label}</b> <time>{when}</time> <span>{run.result}</span></summary>"
        )
        if errors:
            lines.append('<div class="head"><span>Errors</span> <span>Rows Affected</span></div><ul>')
            for error in errors:
                beside = _table(error.fault) if error.rows_beside else ""
                lines.append(f"<li><span>{escape(error.fault.message)}</span> {_number(error)}{beside}</li>")
            lines.append("</ul>")
        lines.append("</details>")
    return "\n".join([*lines, "</section>"])


def aria_grid(runs: Sequence[RunOnPage]) -> str:
    """The log as a grid of divs that only its ARIA roles explain."""
    lines = ['<div role="treegrid" aria-label="Made-up log">']
    lines.append(_grid_row(("Import", "Time", "Status"), role="columnheader"))
    for run, when, errors in runs:
        lines.append(_grid_row((run.label, when, run.result), level=1))
        if errors:
            lines.append(_grid_row(("Error", "Rows Affected"), role="columnheader", level=2))
            for error in errors:
                lines.append(
                    f'<div role="row" aria-level="2"><div role="gridcell">{escape(error.fault.message)}</div>'
                    f'<div role="gridcell">{_number(error)}</div></div>'
                )
                if error.rows_beside:
                    lines.append(_table(error.fault))
    return "\n".join([*lines, "</div>"])


Markup = Callable[[Sequence[RunOnPage]], str]
MARKUPS: tuple[Markup, ...] = (nested_tables, accordion, aria_grid)


def affected_records(run: RunOnPage, fault: Fault, pager: Pager, *, as_grid: bool) -> str:
    """The body of one page of affected records; its rows are `pager.first` to `pager.last` of the fault's."""
    part = replace(fault, rows=fault.rows[pager.first - 1 : pager.last])
    head = f"<h2>{escape(fault.message)}</h2>\n<p>{run.run.label}, {run.when}</p>\n"
    links = "".join(
        f' <a rel="{rel}" href="{escape(href)}">{word}</a>'
        for rel, href, word in (("prev", pager.previous, "Previous"), ("next", pager.following, "Next"))
        if href
    )
    count = f"<p>{pager.first:,}-{pager.last:,} of {pager.claimed:,} rows{links}</p>\n"
    return head + count + (_grid(part) if as_grid else _table(part))


def _number(error: ErrorOnPage) -> str:
    count = f"{error.fault.claimed:,}"
    return f'<a href="{escape(error.href)}">{count}</a>' if error.href else f"<span>{count}</span>"


def _table(fault: Fault) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in fault.columns)
    rows = ("".join(f"<td>{escape(cell)}</td>" for cell in cells) for _, cells in fault.rows)
    return f"<table><tr>{head}</tr>\n" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _grid(fault: Fault) -> str:
    rows = "\n".join(_grid_row(cells) for _, cells in fault.rows)
    return f'<div role="grid">{_grid_row(fault.columns, role="columnheader")}\n{rows}</div>'


def _grid_row(cells: Sequence[str], *, role: str = "gridcell", level: int = 0) -> str:
    mark = f' aria-level="{level}"' if level else ""
    return (
        f'<div role="row"{mark}>' + "".join(f'<div role="{role}">{escape(c)}</div>' for c in cells) + "</div>"
    )
