"""What the made-up server holds: the district's nights and its accounts, as of one moment."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from importlog_tui.demo.district import NIGHTS, SEED
from importlog_tui.demo.extracts import accounts
from importlog_tui.demo.morning import newest_day
from importlog_tui.demo.nights import Chronicle, Fault, Night, NightRun
from importlog_tui.demo.roster import Roster, build
from importlog_tui.model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo


class Account(NamedTuple):
    """A user as Schoology holds it; the fields stand in the order of `roster.DIRECTORY_COLUMNS`.

    Attributes:
        number: Schoology's own, `uid`.
        unique_id: the SIS's key, `school_uid`.
        status: Active or Inactive.
    """

    number: str
    unique_id: str
    username: str
    role: str
    school: str
    first: str
    last: str
    email: str
    grad_year: str
    status: str


@dataclass(frozen=True)
class FaultOfRun:
    """One error of one run, by the name that its address has."""

    run: NightRun
    fault: Fault


class World:
    """The district as of `now`; the same arguments give the same one.

    Attributes:
        nights: newest first.
        hidden: how many of the newest nights the log does not show yet; a test lets them come one by one.
    """

    def __init__(
        self, *, now: datetime, zone: tzinfo | None = None, nights: int = NIGHTS, seed: int = SEED
    ) -> None:
        newest = newest_day(now, zone)
        self.roster: Roster = build(random.Random(seed), senior_year=newest.year + (newest.month > 6))
        self._chronicle = Chronicle(self.roster, random.Random(seed + 1))
        told = list(self._chronicle.nights(newest, zone, nights, random.Random(seed + 2)))
        self.nights: list[Night] = told[::-1]
        self.hidden = 0

    @property
    def runs(self) -> list[NightRun]:
        """What the log shows, newest first."""
        return [run for night in self.nights[self.hidden :] for run in reversed(night.runs)]

    @cached_property
    def faults(self) -> Mapping[str, FaultOfRun]:
        """Every error of every run by its name."""
        return {
            fault_name(run, number): FaultOfRun(run, fault)
            for night in self.nights
            for run in night.runs
            for number, fault in enumerate(run.faults, 1)
        }

    @cached_property
    def accounts(self) -> Mapping[str, Account]:
        """Every account, inactive ones too, by Schoology's number."""
        rows = (Account(*row) for row in accounts(self._chronicle, self._chronicle.sent(0)[Kind.USERS]))
        return {row.number: row for row in rows}


def fault_name(run: NightRun, number: int) -> str:
    """How an error is called in an address: kind, minute and place in its run."""
    return f"{run.kind}-{run.at:%Y%m%d%H%M}-{number}"
