"""A district's nights as saved pages, and the program that tells of them."""

from __future__ import annotations

import json
import os
from html import escape
from typing import TYPE_CHECKING, Any

from tests import in_process

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

COLUMNS = ("User Unique ID", "Last Name", "First Name", "Email", "School")
SUCCESS, ERRORS, FAILED = (
    "Import completed successfully",
    "Import complete with errors",
    "Import failed",
)
Rows = "Sequence[Sequence[str]]"


def person(number: int, school: str = "HS") -> tuple[str, ...]:
    """A made-up person."""
    return (str(204_000 + number), f"Lopez{number}", f"Maria{number}", f"m{number}@example.org", school)


def page(
    at: datetime,
    errors: Mapping[str, Sequence[Sequence[str]]],
    *,
    label: str = "Users Import",
    result: str | None = None,
    claimed: int | None = None,
) -> str:
    """One run on the Status Log, its errors unfolded with their rows beside them."""
    result = result or (ERRORS if errors else SUCCESS)
    head = "<tr><th></th><th>Import</th><th>Last performed</th><th>Status</th></tr>"
    run = f"<tr><td>&gt;</td><td>{label}</td><td>{at:%b %d, %Y} {at:%I:%M %p}</td><td>{result}</td></tr>"
    listed = "".join(
        f"<tr><td>{escape(message)}</td><td><a href='/rows/{at:%d%H%M}{place}'>{claimed or len(rows)}</a></td></tr>"
        for place, (message, rows) in enumerate(errors.items())
    )
    inner = (
        f"<tr><td colspan=4><table><tr><th>Error</th><th>Rows Affected</th></tr>{listed}</table></td></tr>"
    )
    return f"<html><body><h2>Status Log</h2><table>{head}{run}{inner if errors else ''}</table></body></html>"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Affected records as a CSV file."""
    return "\n".join(",".join(row) for row in (COLUMNS, *rows)) + "\n"


class District:
    """The program on an archive of its own; the reader sits in New York."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "IMPORTLOG_"))},
            "HOME": str(home),
            "TZ": "America/New_York",
            "IMPORTLOG_ARCHIVE": str(home / "archive.sqlite"),
        }

    def run(self, *arguments: str) -> tuple[int, str]:
        """Exit status and standard output of a command."""
        done = in_process.run(*arguments, env=self.env, cwd=self.home)
        return done.status, done.out

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        """What a list says as JSON."""
        return [json.loads(line) for line in self.run(*arguments, "--json")[1].splitlines()]

    def night(
        self,
        at: datetime,
        errors: Mapping[str, Sequence[Sequence[str]]],
        *,
        label: str = "Users Import",
        result: str | None = None,
        claimed: int | None = None,
    ) -> None:
        """Bring one run in: its page, then the rows of each error."""
        log = self.home / f"{label}-{at:%m%d-%H%M}.html"
        log.write_text(page(at, errors, label=label, result=result, claimed=claimed))
        self.run("add", str(log))
        (run, *_) = [
            each
            for each in self.rows("runs")
            if each["label"] == label and each["performed_at"][:16] == f"{at:%Y-%m-%dT%H:%M}"
        ]
        for error in self.rows("errors", "--run", str(run["id"])):
            rows = self.home / f"{label}-{at:%m%d-%H%M}-{error['id']}.csv"
            rows.write_text(table(errors[error["message"]]))
            self.run("add", str(rows), "--error", str(error["id"]))
