"""The made-up log in its other forms: record tables, text as a browser copies it, mails, MHTML, a network recording."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from importlog_tui.demo.nights import Fault, NightRun
from importlog_tui.demo.pages import NOTE, RunOnPage
from importlog_tui.demo.roster import DOMAIN

SITE = f"https://schoology.{DOMAIN}"
LOG_ADDRESS = f"{SITE}/made-up/status-log"


def separated(columns: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """A CSV or TSV table."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def record_table(fault: Fault, delimiter: str = ",") -> str:
    """The affected records with the line of the import file in front."""
    return separated(("Row", *fault.columns), ([str(line), *cells] for line, cells in fault.rows), delimiter)


def pasted(runs: Sequence[RunOnPage]) -> str:
    """What a browser puts on the clipboard when the log is selected and copied."""
    lines = ["Import\tLast performed\tResult"]
    for run, when, errors in runs:
        lines.append(f"{run.label}\t{when}\t{run.result}")
        if errors:
            lines.append("Error\tRows Affected")
            lines += [f"{error.fault.message}\t{error.fault.claimed:,}" for error in errors]
    return "\n".join(lines) + "\n"


def pasted_records(run: RunOnPage, fault: Fault) -> str:
    """The same of a page of affected records."""
    head = f"{fault.message}\n{run.run.label}, {run.when}\n1-{len(fault.rows):,} of {fault.claimed:,} rows\n"
    table = separated(fault.columns, (cells for _, cells in fault.rows), "\t")
    return head + table.replace("\r\n", "\n")


def mailed_at(run: NightRun) -> datetime:
    """When the mail of a run was sent; counted in UTC, since arithmetic on a wall clock forgets which of two equal hours it was."""
    return (run.at.astimezone(UTC) + timedelta(minutes=3)).astimezone(run.at.tzinfo)


def mail(run: NightRun) -> bytes:
    """The notification of one run: result, number of error types, address of the log (schoology.md 1.1.7, 3.6)."""
    message = EmailMessage()
    message["From"] = f"Made-up importer <imports@{DOMAIN}>"
    message["To"] = f"data.office@{DOMAIN}"
    message["Date"] = format_datetime(mailed_at(run))
    message["Subject"] = f"{run.label}: {run.result}"
    message["Message-ID"] = f"<{run.kind}.{run.at.astimezone(UTC):%Y%m%dT%H%M}@{DOMAIN}>"
    count = len(run.faults)
    errors = f"Number of errors: {count}\n" if count else ""
    message.set_content(
        f"{run.label}\n{run.result}\n{errors}\nSee the Status Log: {LOG_ADDRESS}\n\n-- \n{NOTE.replace('page', 'mail', 1)}\n"
    )
    return message.as_bytes()


def mbox(mails: Iterable[tuple[datetime, bytes]]) -> bytes:
    """Mails in one file, each after the line that mbox begins a mail with."""
    parts = []
    for at, data in mails:
        body = b"\n".join(b">" + line if line.startswith(b"From ") else line for line in data.splitlines())
        parts.append(
            f"From imports@{DOMAIN} {at.astimezone(UTC):%a %b %d %H:%M:%S %Y}\n".encode() + body + b"\n\n"
        )
    return b"".join(parts)


def mhtml(page: str, address: str, saved: datetime) -> bytes:
    """A page as a browser saves it in a single file."""
    message = EmailMessage()
    message["From"] = "<Saved by a made-up browser>"
    message["Snapshot-Content-Location"] = address
    message["Subject"] = "Made-up Status Log"
    message["Date"] = format_datetime(saved)
    message.make_related(boundary="----made-up-boundary----")
    part = EmailMessage()
    part.set_content(page, subtype="html", charset="utf-8", cte="quoted-printable")
    part["Content-Location"] = address
    message.attach(part)
    return message.as_bytes()


def har(answers: Mapping[str, str], recorded: datetime) -> str:
    """A browser's recording of a walk through these addresses and their pages, session cookie included, as real ones have it."""
    entries = [
        {
            "startedDateTime": (recorded + timedelta(seconds=4 * n)).isoformat(timespec="milliseconds"),
            "time": 180,
            "request": {
                "method": "GET",
                "url": address,
                "httpVersion": "HTTP/2",
                "headers": [{"name": "Cookie", "value": "SESSmadeup=not-a-real-session"}],
                "cookies": [{"name": "SESSmadeup", "value": "not-a-real-session"}],
                "queryString": [],
            },
            "response": {
                "status": 200,
                "statusText": "OK",
                "headers": [{"name": "Content-Type", "value": "text/html; charset=utf-8"}],
                "cookies": [],
                "content": {
                    "size": len(page.encode()),
                    "mimeType": "text/html; charset=utf-8",
                    "text": page,
                },
            },
            "cache": {},
            "timings": {"send": 0, "wait": 120, "receive": 60},
        }
        for n, (address, page) in enumerate(answers.items())
    ]
    creator = {"name": "made-up browser", "version": "1.0"}
    return json.dumps({"log": {"version": "1.2", "creator": creator, "entries": entries}}, ensure_ascii=False)
