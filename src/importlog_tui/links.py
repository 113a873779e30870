"""Addresses of pages in Schoology, built from the configured address and a record, and from nothing else (schoology.md 1.3).

An address that stands in a file is never taken: whatever a record holds is either plain digits or percent-encoded to the last
character, so that it can't end an escape sequence, add a parameter, or lead to another host.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import quote

from importlog_tui.fields import Columns, Field
from importlog_tui.text import one_line, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importlog_tui.model import Record, Subject

_HARMLESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_USER_NUMBER = re.compile(r"[0-9]{1,20}")

MOST_SOUGHT = 200
"""Characters of a search text: longer than any key, e-mail or name, and short enough for an address line."""


class LinkKind(StrEnum):
    """Which page an address leads to."""

    USER = "user"
    SEARCH = "search"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class Link:
    """An address that may be opened, copied and printed as it is.

    Attributes:
        label: what it leads to, safe to show: "user page of 204117", "user search for Lopez Maria".

    Raises:
        ValueError: the address is not http(s), or holds a character that no address may hold.
    """

    address: str
    label: str
    kind: LinkKind

    def __post_init__(self) -> None:
        if not _HARMLESS.fullmatch(self.address):
            raise ValueError(f"not an address to open: {self.address!r}")


class Links:
    """Builds addresses below `base` (https, no slash at its end); `extra` are a district's own headings, as for `Columns`."""

    def __init__(self, base: str, status_log: str = "", extra: Mapping[str, Field] | None = None) -> None:
        self._base = base.rstrip("/")
        self._status_log = status_log
        self._extra = extra
        self._columns = Columns((), extra)

    def user(self, subject: Subject, values: Mapping[str, str], number: str = "") -> str | None:
        """The user's own page, where Schoology's number of the user is known, in plain digits; None elsewhere.

        Args:
            subject: whom the row is about.
            values: the row's; where it has the number itself, that one counts.
            number: what the directory has for this user, "" where it has nothing (`Archive.numbers`).
        """
        del subject  # the SIS's key is never Schoology's number
        number = self._cell(values, Field.SCHOOLOGY_ID) or number
        return f"{self._base}/user/{number}/info" if _USER_NUMBER.fullmatch(number) else None

    def search(self, subject: Subject, values: Mapping[str, str]) -> str | None:
        """The user search by unique ID, else e-mail, username or name; None where the row names no user."""
        sought = self._sought(subject, values)
        if not sought:
            return None
        return f"{self._base}/users/manage/edit/moreinfo?search={quote(whole(sought), safe='')}"

    @property
    def log(self) -> str | None:
        """The Status Log page, None while `[schoology] status_log` is not set: its path is not known (schoology.md 1.2)."""
        return self._status_log or None

    def log_link(self) -> Link | None:
        """The Status Log page as a link."""
        return Link(self.log, "Status Log", LinkKind.LOG) if self.log else None

    def best(self, record: Record, number: str = "") -> Link | None:
        """The user's page where its number is known (`user`), else the search; None where the row names no user (`why_none` says why)."""
        subject, values = record.subject, record.values
        address = self.user(subject, values, number)
        if address is not None:
            whom = subject.user or self._cell(values, Field.SCHOOLOGY_ID)
            return Link(address, f"user page of {one_line(whom)}", LinkKind.USER)
        address = self.search(subject, values)
        if address is not None:
            return Link(
                address, f"user search for {one_line(self._sought(subject, values))}", LinkKind.SEARCH
            )
        return None

    def why_none(self, record: Record) -> str:
        """Why `best` has no link for this record, a sentence."""
        if record.subject.section:
            return "A course row names no user."
        return "This row holds no unique ID, e-mail, username or name to search for."

    def _sought(self, subject: Subject, values: Mapping[str, str]) -> str:
        names = (self._cell(values, Field.FIRST_NAME), self._cell(values, Field.LAST_NAME))
        choices = (
            (subject.user or "").strip(),
            self._cell(values, Field.EMAIL),
            self._cell(values, Field.USERNAME),
            # The search looks at first, middle and last name (schoology.md 1.3); a comma stands in none of them.
            " ".join(name for name in names if name),
            # A bare "Name" beside a section code may as well be the course's.
            "" if subject.section else self._cell(values, Field.FULL_NAME),
        )
        return next((choice for choice in choices if choice), "")[:MOST_SOUGHT].strip()

    def _cell(self, values: Mapping[str, str], field: Field) -> str:
        """The cell of this meaning without blanks at its ends, "" where there is none."""
        headings = tuple(values)
        if headings != self._columns.columns:  # the rows of one error share theirs
            self._columns = Columns(headings, self._extra)
        place = self._columns.index(field)
        return "" if place is None else values[headings[place]].strip()
