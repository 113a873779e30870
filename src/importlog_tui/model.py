"""The nouns of the Status Log, as they are read and as they are kept.

A *reading* is what one source says (`RunReading`, `ErrorReading`, `RecordsReading`, `Trouble`); readers yield readings and know nothing
else of the program. `Run`, `ErrorType` and `Record` are what the archive holds after all readings of the same thing were put together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Kind(StrEnum):
    """What an import brings in (schoology.md 1.1.2)."""

    USERS = "users"
    COURSES = "courses"
    ENROLLMENTS = "enrollments"
    OTHER = "other"


class Result(StrEnum):
    """How a run ended, or where it stands (schoology.md 1.1.6, 1.1.9)."""

    COMPLETED = "completed"
    COMPLETED_WITH_ERRORS = "completed_with_errors"
    FAILED = "failed"
    QUEUED = "queued"
    RUNNING = "running"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """Whether a run with this result has ended; a waiting or running one may still change."""
        return self in {Result.COMPLETED, Result.COMPLETED_WITH_ERRORS, Result.FAILED}


class State(StrEnum):
    """Of an error or a record against the comparable run before its own."""

    NEW = "new"
    STILL = "still"
    RETURNED = "returned"
    GONE = "gone"


class Precision(StrEnum):
    """How finely a source tells a time."""

    MINUTE = "minute"
    HOUR = "hour"  # "7 hours ago"
    DAY = "day"  # a date without a time of day


class Basis(StrEnum):
    """What a time was counted from."""

    WRITTEN = "written"  # a date stands in the source
    SAVED = "saved"  # "Today", counted from when the page was saved, recorded or mailed
    NOW = "now"  # "Today", counted from the moment of reading
    MAIL = "mail"  # a mail's Date header, minutes after the run


class When(NamedTuple):
    """A time as a source tells it.

    Attributes:
        text: as written; "" where nothing is written.
        at: aware, in the zone written or else the configured one; None where it can't be told.
    """

    text: str = ""
    at: datetime | None = None
    precision: Precision = Precision.MINUTE
    basis: Basis = Basis.WRITTEN

    @property
    def is_coarse(self) -> bool:
        """Whether another source's time for the same run may differ by more than its minute."""
        return self.precision is not Precision.MINUTE or self.basis is Basis.MAIL


UNTOLD: Final = When()
"""Where a source tells no time."""


class Format(StrEnum):
    """What a reading was read from; the reader sees these words."""

    PAGE = "saved page"
    HAR = "network recording"
    PASTE = "pasted text"
    TABLE = "table file"
    MAIL = "mail"
    SITE = "site"


class Origin(NamedTuple):
    """Where a reading comes from, for messages and for the archive; `name` is outside text.

    Attributes:
        name: file name as the reader knows it, "standard input", "the paste".
        place: "line 12", "sheet Users", "message 3", or "".
    """

    name: str
    format: Format
    place: str = ""

    def __str__(self) -> str:
        return f"{self.name}, {self.place}" if self.place else self.name


class Trouble(NamedTuple):
    """Something in a source that could not be understood; the rest was kept.

    Attributes:
        origin: the file and the place in it.
        what: a sentence without its full stop.
        remedy: what to do about it, or "".
        is_part: True where part of what belongs to the log may be missing (exit status 1); False for a remark that takes nothing away.
    """

    origin: Origin
    what: str
    remedy: str = ""
    is_part: bool = True

    def __str__(self) -> str:
        text = f"{self.origin}: {self.what}."
        return f"{text} {self.remedy}" if self.remedy else text


@dataclass(slots=True)
class RecordsReading:
    """A table of affected records, its rows still to be read.

    Attributes:
        columns: headings as written, unique (a heading that stands twice got " (2)", an empty one is "Column 3").
        rows: yields (number, cells): the row number that the source prints or None, and one string per column, blanks at the ends kept.
            Read once, lazily: a million rows are a normal case. It may raise SourceProblem; what was yielded until then is good.
        claimed: how many rows the source says there are in all ("of 1,214"); None where it says nothing.
        first: position, from 1, of the first row here among all ("501-1,000 of 1,214").
        has_more: the source shows that more rows exist elsewhere (a next page), however many.
        addresses: where these rows live: page address, file path; compared with `ErrorReading.address`.
        kind, when: of the run they belong to, where the source tells.
        message: of their error, where the source says what it is; "" where a message may only be among the context.
        context: lines standing around the table (title, headings, file name): an error's message may be among them.
        is_certain: whether these can only be affected records; False for a bare table that may as well be an extract or a directory.
    """

    columns: tuple[str, ...]
    rows: Iterator[tuple[int | None, tuple[str, ...]]]
    origin: Origin
    claimed: int | None = None
    first: int = 1
    has_more: bool = False
    addresses: tuple[str, ...] = ()
    kind: Kind | None = None
    when: When = UNTOLD
    context: tuple[str, ...] = ()
    is_certain: bool = True
    message: str = ""


@dataclass(slots=True)
class ErrorReading:
    """One error type of a run: a message, opaque, and its Rows Affected number (schoology.md 1.1.4).

    Attributes:
        rows_affected: None where the source shows no number.
        address: where the affected records are, as the source's own link tells (absolute where it can be made so), or "".
        records: the affected records where they stand right beside the error.
    """

    message: str
    rows_affected: int | None
    address: str = ""
    records: RecordsReading | None = None


@dataclass(slots=True)
class RunReading:
    """What one source says of one run.

    Attributes:
        label: the import's name as written ("Course Enrollments Import").
        result_text: as written, "" where nothing is written.
        error_count: number of error types that the source reports; None where it says nothing of them.
        errors: those that it lists.
        lists_errors: the list of errors was seen (it may be empty); False where the run was folded away or the source never lists them.
        address: of a page of its own that the source links to, "" for none.
    """

    kind: Kind
    label: str
    when: When
    result: Result
    result_text: str
    origin: Origin
    error_count: int | None = None
    errors: list[ErrorReading] = field(default_factory=list)
    lists_errors: bool = False
    address: str = ""


Reading = RunReading | RecordsReading | Trouble
"""What a reader yields."""


class Subject(NamedTuple):
    """Whom or what a record is about; each part as written, None where the record has no such column.

    Attributes:
        user: the User Unique ID, never Schoology's own number.
        section: course and section code, as written, joined by a space.
    """

    user: str | None = None
    section: str | None = None
    name: str | None = None


class Run(NamedTuple):
    """One import of one kind at one time, as the archive knows it.

    Attributes:
        performed_at: aware; None where no source tells it.
        errors: number of error types reported; None where unknown.
        rows_affected: sum over its errors; None where one of them is unknown.
        complete: everything that the run claims was read.
        errors_listed: its list of errors was read whole.
        origin: names of the sources, joined by "; ".
        is_rerun: the same data as the run before it in the same night: it changes no state.
        compared_with: id of the run that it was compared with, or that it repeats.
        new_rows, returned_rows, gone_rows: records against that run; None where not all of it can be told.
    """

    id: int
    kind: Kind
    label: str
    performed_at: datetime | None
    performed_text: str
    precision: Precision
    basis: Basis
    result: Result
    result_text: str
    errors: int | None
    rows_affected: int | None
    rows_read: int
    complete: bool
    errors_listed: bool
    origin: str
    is_rerun: bool = False
    compared_with: int | None = None
    new_rows: int | None = None
    returned_rows: int | None = None
    gone_rows: int | None = None


class ErrorType(NamedTuple):
    """One error of a run, as the archive knows it.

    Attributes:
        rows_affected: what the log claims; where it claims nothing and a whole table was read, that table's length; else None.
        columns: the headings of its records, in order, () before any were read.
        address: where the source says its records are; only ever compared, never followed.
        state: against the night before; None where there is nothing to compare with.
        since: when the run was in which it first stood, without a gap until this one.
        nights: how many comparable runs those are.
        last_seen: when it had been there before it returned.
        new_rows: how many of its records are new; None where that can't be told.
        gone_in: of one that is gone, id of the run in which it was first missing; all else is as it last was.
        lineage: what it is known by through all nights.
        sent_at: when one of its records last went out on a work list, since it stands; None where none did.
    """

    id: int
    run_id: int
    message: str
    rows_affected: int | None
    rows_read: int
    complete: bool
    columns: tuple[str, ...]
    address: str
    state: State | None = None
    since: datetime | None = None
    nights: int = 0
    last_seen: datetime | None = None
    new_rows: int | None = None
    gone_in: int | None = None
    lineage: int = 0
    sent_at: datetime | None = None


class Record(NamedTuple):
    """One affected row of an error.

    Attributes:
        number: the row number that the source prints, else the order, from 1.
        values: column -> cell, in column order, exactly as read.
        state, since, nights, last_seen, gone_in: as of an error (`ErrorType`), within its error.
        key: what it is known by within its error, through all nights.
        sent_at: when it last went out on a work list, since it stands.
    """

    id: int
    error_id: int
    run_id: int
    number: int
    subject: Subject
    values: Mapping[str, str]
    state: State | None = None
    since: datetime | None = None
    nights: int = 0
    last_seen: datetime | None = None
    gone_in: int | None = None
    key: int = 0
    sent_at: datetime | None = None


class MarkKind(StrEnum):
    """What a person decided about an error or a record."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"  # in the SIS, waiting for the next run to prove it
    NOTE = "note"
    OWNER = "owner"


class Until(StrEnum):
    """When an acceptance ends."""

    NEVER = "never"
    DAY = "day"
    GROWS = "grows"  # the error has more rows than it had
    CHANGES = "changes"  # the row has other values


class Standing(StrEnum):
    """How a mark stands now."""

    IN_FORCE = "in force"
    ENDED = "ended"
    WAITING = "waiting for proof"
    CURED = "cured"
    STILL_FAILING = "still failing with the old value"
    NEW_VALUE = "still failing with another value"
    NEW_REASON = "failing with a new reason"


class Mark(NamedTuple):
    """What somebody decided, once.

    Attributes:
        who: login name; outside text.
        at: aware.
        reason: why, the note, or the owner's name.
        until_day: the last day of an acceptance that ends on a date.
        token: takes it back, with all that were made at once.
        error_id, record_id: what it was put on; record_id is None for an error.
        lineage, key: the error, and the record within it, that it is about in every night; key is None for an error.
        standing: how it stands now.
    """

    kind: MarkKind
    who: str
    at: datetime
    reason: str = ""
    until: Until = Until.NEVER
    until_day: date | None = None
    token: int = 0
    error_id: int = 0
    record_id: int | None = None
    lineage: int = 0
    key: int | None = None
    standing: Standing = Standing.IN_FORCE
