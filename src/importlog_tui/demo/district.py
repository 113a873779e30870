"""The made-up district written as files, in the forms in which people bring a log."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path

from importlog_tui.demo import carriers, pages
from importlog_tui.demo.extracts import write_extracts
from importlog_tui.demo.morning import newest_day
from importlog_tui.demo.nights import Chronicle, Fault, Night, NightRun
from importlog_tui.demo.pages import ErrorOnPage, Pager, RunOnPage
from importlog_tui.demo.readme import readme
from importlog_tui.demo.roster import build
from importlog_tui.demo.stories import EVERY_ROW, INVALID
from importlog_tui.errors import UsageProblem

SEED = 20261123
NIGHTS = 30
MAIL_ONLY_AGE = 5
_PAGE_ROWS = 100
_MBOX_NIGHTS = 14


@dataclass(frozen=True)
class DistrictFiles:
    """What was written.

    Attributes:
        log: one folder a night, oldest first, then the mailbox: what is to be brought in, in this order.
        extracts: the SIS's users, courses and enrollments of the night before, of last night and of the night to come.
        directory: Schoology's own users as it exports them.
        newest: the date of the newest night.
    """

    folder: Path
    log: tuple[Path, ...]
    extracts: tuple[Path, ...]
    directory: Path
    readme: Path
    newest: date


def write_district(
    folder: Path, *, now: datetime, zone: tzinfo | None, nights: int = NIGHTS, seed: int = SEED
) -> DistrictFiles:
    """Write `nights` nights of the district, the newest on the morning of `now`; the same arguments give the same bytes.

    Args:
        folder: made if it is not there; must be empty.
        now: aware.
        zone: the zone in which the log's times are written; None is the machine's own.
        nights: how many, counted back from the newest.
        seed: another one gives another district.

    Raises:
        UsageProblem: the folder is not empty, or is no folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageProblem(
            "the made-up district needs an empty folder", where=str(folder), remedy="Name a new one."
        )
    newest = newest_day(now, zone)
    roster = build(random.Random(seed), senior_year=newest.year + (newest.month > 6))
    chronicle = Chronicle(roster, random.Random(seed + 1))
    written = list(chronicle.nights(newest, zone, nights, random.Random(seed + 2)))

    log = []
    for night in written:
        log.append(folder / "log" / night.day.isoformat())
        earlier = [one for one in written if night.age < one.age <= night.age + 2][::-1]
        for name, data in _files(night, earlier):
            _write(log[-1] / name, data)
    mails = [
        (carriers.mailed_at(run), carriers.mail(run))
        for night in written
        if night.age < _MBOX_NIGHTS and night.age != MAIL_ONLY_AGE
        for run in night.runs
        if run.is_final
    ]
    log.append(folder / "mail" / "imports.mbox")
    _write(log[-1], carriers.mbox(mails))
    extracts, directory = write_extracts(folder, chronicle, newest, zone)
    note = folder / "README.txt"
    _write(note, readme(newest, nights))
    return DistrictFiles(folder, tuple(log), extracts, directory, note, newest)


def _write(path: Path, data: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


Files = Iterator[tuple[str, str | bytes]]
Link = Callable[[str], str]


def _files(night: Night, earlier: list[Night]) -> Files:
    """The files by which this night is known; every way of bringing a log has a night of its own."""
    markup = pages.MARKUPS[night.age % 3]
    if night.age in _LINKED:
        for name, page, _ in _walk(night, earlier, _LINKED[night.age], str):
            yield name, page
    elif night.age == 1:
        for name, page, address in _walk(night, [], pages.nested_tables, _absolute(night)):
            yield name, page.replace("\n", f"\n<!-- saved from url=({len(address):04}){address} -->\n", 1)
    elif night.age == 3:
        walk = _walk(night, [], pages.nested_tables, _absolute(night), pages.today)
        answers = {address: page for _, page, address in walk}
        yield "walk.har", carriers.har(answers, _saved(night))
    elif night.age == 4:
        for name, page, address in _walk(night, [], pages.aria_grid, _absolute(night), pages.today):
            yield name.replace(".html", ".mhtml"), carriers.mhtml(page, address, _saved(night))
    elif night.age == MAIL_ONLY_AGE:
        yield from ((f"{run.kind}.eml", carriers.mail(run)) for run in night.runs)
    elif night.age == 7:
        yield "status-log.txt", carriers.pasted([_beside(run, pages.plain_date) for run in night.runs[::-1]])
        for run in night.runs:
            shown = pages.shown(run, None, pages.plain_date)
            for number, fault in enumerate(run.faults, 1):
                yield f"{run.kind}-{number}.txt", carriers.pasted_records(shown, fault)
    else:
        date_form = pages.numeric_date if night.age % 2 else pages.plain_date
        runs = [_beside(run, date_form) for run in night.runs[::-1]]
        yield "status-log.html", pages.document("Status Log", markup(runs))
        for shown in runs:
            for error in shown.errors or ():
                if error.href.endswith(".csv"):
                    yield error.href, carriers.record_table(error.fault)
                elif error.href:
                    for name, page, _ in _record_pages(shown, error.fault, error.href, str, as_grid=False):
                        yield name, page


_LINKED: dict[int, pages.Markup] = {0: pages.accordion, 2: pages.aria_grid, 6: pages.nested_tables}
_TABLES = {EVERY_ROW: ".csv", INVALID: ".csv", "Username already taken by another account": ".tsv"}


def _saved(night: Night) -> datetime:
    return max(run.at for run in night.runs) + timedelta(hours=6)


def _absolute(night: Night) -> Link:
    return lambda name: f"{carriers.SITE}/made-up/{night.day}/{name.removesuffix('.html')}"


def _walk(
    night: Night,
    earlier: list[Night],
    markup: pages.Markup,
    link: Link,
    date_form: Callable[[datetime], str] = pages.long_date,
) -> Iterator[tuple[str, str, str]]:
    """(file name, content, address) of the log and of every page that its numbers lead to; `earlier` nights are folded away."""
    runs, records = [], []
    for run in night.runs:
        errors = []
        for number, fault in enumerate(run.faults, 1):
            stem = f"{run.kind}-{run.at:%H%M}-{number}"
            # Blanks at the ends of a cell survive in a table file only, so the newest such nights bring some.
            name = stem + (_TABLES.get(fault.message, ".html") if link is str else ".html")
            errors.append(ErrorOnPage(fault, link(name) if fault.claimed else "", rows_beside=False))
            records.append((run, fault, name))
        runs.append(pages.shown(run, errors, date_form))
    folded = [pages.shown(run, None, date_form) for one in earlier for run in one.runs[::-1]]
    yield (
        "status-log.html",
        pages.document("Status Log", markup(runs[::-1] + folded)),
        link("status-log.html"),
    )
    for run, fault, name in records:
        shown = pages.shown(run, None, date_form)
        if name.endswith(".html"):
            yield from _record_pages(shown, fault, name, link, as_grid=night.age == 2)
        else:
            yield (
                name,
                carriers.record_table(fault, "\t" if name.endswith(".tsv") else ","),
                link(name),
            )


def _record_pages(
    run: RunOnPage, fault: Fault, name: str, link: Link, *, as_grid: bool
) -> Iterator[tuple[str, str, str]]:
    """The pages of an error's affected records; one that is out of reach is linked and missing."""
    stem = name.removesuffix(".html")

    def page_name(number: int) -> str:
        return name if number == 1 else f"{stem}-page-{number}.html"

    for start in range(0, len(fault.rows), _PAGE_ROWS):
        number, end = start // _PAGE_ROWS + 1, min(start + _PAGE_ROWS, len(fault.rows))
        pager = Pager(
            start + 1,
            end,
            fault.claimed,
            link(page_name(number - 1)) if start else "",
            link(page_name(number + 1)) if end < fault.claimed else "",
        )
        body = pages.affected_records(run, fault, pager, as_grid=as_grid)
        yield page_name(number), pages.document("Affected records", body), link(page_name(number))


def _beside(run: NightRun, date_form: Callable[[datetime], str]) -> RunOnPage:
    errors = []
    for number, fault in enumerate(run.faults, 1):
        href = ""
        if fault.message == EVERY_ROW:
            href = f"{run.kind}-{number}.csv"
        elif len(fault.rows) < fault.claimed:
            href = f"{run.kind}-{number}.html"
        errors.append(ErrorOnPage(fault, href, rows_beside=bool(fault.rows) and not href))
    return pages.shown(run, errors, date_form)
