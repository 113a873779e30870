"""The made-up district as the API's objects (schoology.md 4.8): numbers now as strings, now as ints, as Schoology has them."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from importlog_tui.demo.roster import BUILDINGS, TEACHER, schoology_id
from importlog_tui.model import Kind

if TYPE_CHECKING:
    from importlog_tui.demo.roster import Section
    from importlog_tui.demo.server.world import Account, World

SCHOOL = 344_100
"""Schoology's number of the district."""
OWN_UNIQUE_ID = "100120"
"""Whose the keys are: an administrator."""
ROLES = {"Administrator": 512, "Teacher": 513, "Student": 514}
_IMPORT_TAKES = 240
"""Seconds into the import of users at which it comes to the accounts that it makes inactive."""


class Objects:
    """Everything that the API can be asked for."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._numbers = {building.name: SCHOOL + at for at, building in enumerate(BUILDINGS, 1)}

    @cached_property
    def active(self) -> list[Account]:
        """The accounts that are in use, by Schoology's number."""
        found = [account for account in self._world.accounts.values() if account.status == "Active"]
        return sorted(found, key=lambda account: int(account.number))

    @cached_property
    def inactive(self) -> list[Account]:
        """Those that are not."""
        return [account for account in self._world.accounts.values() if account.status != "Active"]

    @cached_property
    def by_unique_id(self) -> dict[str, Account]:
        """Active accounts by `school_uid`."""
        return {account.unique_id: account for account in self.active}

    @property
    def own(self) -> Account:
        """The keys' user."""
        return self.by_unique_id[OWN_UNIQUE_ID]

    def user(self, account: Account) -> dict[str, Any]:
        """One user."""
        return {
            "uid": account.number,
            "id": int(account.number),
            "school_id": SCHOOL,
            "synced": 1,
            "school_uid": account.unique_id,
            "building_id": self._numbers[account.school],
            "additional_buildings": "",
            "name_title": "",
            "name_first": account.first,
            "name_first_preferred": "",
            "name_middle": None,
            "name_last": account.last,
            "name_display": f"{account.first} {account.last}",
            "username": account.username,
            "primary_email": account.email,
            "gender": None,
            "position": None,
            "grad_year": account.grad_year,
            "role_id": str(ROLES[account.role]),
            "tz_name": "America/New_York",
            "parents": None,
            "child_uids": None,
        }

    def gone(self, account: Account) -> dict[str, Any]:
        """One inactive user: who made it so, and when."""
        by_import = account.unique_id == TEACHER
        return {
            "uid": int(account.number),
            "name": f"{account.first} {account.last}",
            "school_uid": account.unique_id,
            "synced": 1,
            "inactive_timestamp": self._imported if by_import else str(self._imported - 160 * 86_400),
            "modified_by_uid": int(schoology_id(OWN_UNIQUE_ID)),
        }

    @property
    def _imported(self) -> int:
        """When the newest import of users was at it."""
        runs = (run for night in self._world.nights for run in night.runs if run.kind is Kind.USERS)
        return int(next(runs).at.timestamp()) + _IMPORT_TAKES

    def exported(self, account: Account) -> dict[str, str]:
        """One line of `csvexport/users`, by its fields (schoology.md 4.7)."""
        return {
            "uid": account.number,
            "school_uid": account.unique_id,
            "building_nid": str(self._numbers[account.school]),
            "name_first": account.first,
            "name_last": account.last,
            "role_name": account.role,
            "name": account.username,
            "mail": account.email,
            "grad_year": account.grad_year,
        }

    @property
    def roles(self) -> dict[str, Any]:
        """The roles."""
        made = [
            {"id": str(number), "title": title, "faculty": int(title != "Student"), "role_type": 1}
            for title, number in ROLES.items()
        ]
        return {"role": made}

    @property
    def buildings(self) -> list[dict[str, Any]]:
        """The schools; the code is what an import's School column must hold."""
        return [
            {"id": str(self._numbers[building.name]), "title": building.name, "building_code": building.code}
            for building in BUILDINGS
        ]

    @cached_property
    def grading_periods(self) -> list[dict[str, Any]]:
        """One term a building."""
        year = self._world.nights[0].day.year - (self._world.nights[0].day.month < 7)
        first, last = date(year, 9, 1), date(year + 1, 6, 30)
        return [
            {
                "id": 9000 + at,
                "title": f"{building.code}-T1",
                "start": str(first),
                "end": str(last),
                "active": "1",
            }
            for at, building in enumerate(BUILDINGS)
        ]

    @cached_property
    def sections(self) -> dict[str, dict[str, Any]]:
        """Sections by their school code, which is compared exactly."""
        periods = {period["title"]: period["id"] for period in self.grading_periods}
        return {
            section.section_school_code: self._section(at, section, periods)
            for at, section in enumerate(self._world.roster.sections)
        }

    def _section(self, at: int, section: Section, periods: dict[str, int]) -> dict[str, Any]:
        return {
            "id": str(7_000_000 + at),
            "course_id": str(6_000_000 + at),
            "course_title": section.course_name,
            "course_code": section.course_code,
            "section_title": section.section_name,
            "section_code": section.section_code,
            "section_school_code": section.section_school_code,
            "synced": "1",
            "active": 1,
            "grading_periods": [periods[section.grading_period]],
        }
